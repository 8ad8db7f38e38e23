"""Fill the vocabulary from catalog/data/terms.toml (facts in a data file, no app code)."""

import tomllib
from pathlib import Path

from django.db import migrations

FILE = Path(__file__).resolve().parents[1] / "data" / "terms.toml"


def load(apps, schema_editor) -> None:
    term = apps.get_model("catalog", "Term")
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    term.objects.bulk_create(
        [
            term(id=pk, en=words["en"], zh=words["zh"], category=category)
            for category, terms in data["terms"].items()
            for pk, words in terms.items()
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["en", "zh", "category"],
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_registrynumber_append_only")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
