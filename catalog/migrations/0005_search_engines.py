"""What each engine needs beside the tables: its index, its statistics, its likeness of names."""

from django.db import migrations, transaction
from django.db.utils import DatabaseError

POSTGRES = [
    "CREATE INDEX catalog_searchentry_words ON catalog_searchentry USING gin (tokens, head, facets)"
    " WITH (gin_pending_list_limit = 1024)",
    "ALTER TABLE catalog_searchentry ALTER COLUMN tokens SET STATISTICS 1000,"
    " ALTER COLUMN head SET STATISTICS 1000, ALTER COLUMN facets SET STATISTICS 1000",
]
SQLITE = [
    "CREATE VIRTUAL TABLE catalog_searchtext USING fts5(head, body, facets,"
    " tokenize = \"ascii tokenchars ':-_'\")"
]


def forwards(apps, schema_editor) -> None:
    connection = schema_editor.connection
    for statement in POSTGRES if connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)
    if connection.vendor == "postgresql":
        try:
            with transaction.atomic(using=connection.alias):
                schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm", params=None)
                schema_editor.execute(
                    "CREATE INDEX catalog_searchname_alike ON catalog_searchname"
                    " USING gin (key gin_trgm_ops) WHERE is_whole",
                    params=None,
                )
        except DatabaseError:
            # Without the right to create extensions names are compared in Python instead.
            pass


def backwards(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS catalog_searchname_alike", params=None)
        schema_editor.execute("DROP INDEX IF EXISTS catalog_searchentry_words", params=None)
    else:
        schema_editor.execute("DROP TABLE IF EXISTS catalog_searchtext", params=None)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_search")]
    operations = [migrations.RunPython(forwards, backwards)]
