"""What a case needs to run: its agreed panel, when its opinions opened, a noted delay.

A submitted opinion never changes: the database refuses it on both engines. Voiding writes other
columns.
"""

from django.db import migrations, models

COLUMNS = (
    "seat_id", "term", "maker_id", "naming", "date_text", "date_edtf", "grade", "confidence",
    "reasons", "limits", "saw_object", "submitted_at",
)  # fmt: skip
NAME = "appraisal_opinion_is_final"


def protect(apps, schema_editor) -> None:
    columns = ", ".join(COLUMNS)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {columns} ON appraisal_opinion "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
            params=None,
        )
        return
    schema_editor.execute(
        f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {columns} ON appraisal_opinion "
        "BEGIN SELECT RAISE(ABORT, 'rows of appraisal_opinion are append-only'); END;",
        params=None,
    )


def release(apps, schema_editor) -> None:
    on = " ON appraisal_opinion" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {NAME}{on};", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("appraisal", "0002_cases"),
    ]

    operations = [
        migrations.AddField(
            model_name="appraisalcase",
            name="opinions_opened_at",
            field=models.DateTimeField(
                blank=True, help_text="All opinions of this round are in; None: sealed.", null=True
            ),
        ),
        migrations.AddField(
            model_name="appraisalcase",
            name="overdue_noted_at",
            field=models.DateTimeField(
                blank=True, help_text="That `due_at` has passed was noted then, once.", null=True
            ),
        ),
        migrations.AddField(
            model_name="appraisalcase",
            name="panel_size",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="As agreed; the fee depends on it.",
                null=True,
                verbose_name="专家人数",
            ),
        ),
        migrations.RunPython(protect, release),
    ]
