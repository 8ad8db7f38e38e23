"""Papers of a settlement: the files of a claim, and the border that a work crosses."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from artmarket.core.triggers import append_only, create_statements, drop_statements

_STATEMENTS = "auctions_claimstatement"


def protect(apps, schema_editor) -> None:
    """SQLite makes a table anew for a column that goes or comes, and its triggers are gone."""
    vendor = schema_editor.connection.vendor
    for make in (drop_statements, create_statements):
        for statement in make(vendor, _STATEMENTS):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("auctions", "0011_after_release"), ("media", "0004_likeness")]

    operations = [
        migrations.AddField(
            "delivery",
            "sent_from",
            models.CharField("启运地", blank=True, default="", max_length=2),
        ),
        migrations.AddField(
            "delivery",
            "sent_to",
            models.CharField("目的地", blank=True, default="", max_length=2),
        ),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                condition=Q(sent_from=F("sent_to")) | ~Q(customs=""),
                name="delivery_over_a_border_with_papers",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, protect),
        migrations.RemoveField("claimstatement", "picture"),
        migrations.RunPython(protect, migrations.RunPython.noop),
        migrations.CreateModel(
            name="ClaimFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claim_file",
                        to="media.document",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="auctions.claimstatement",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议的材料",
                "verbose_name_plural": "异议的材料",
                "ordering": ["id"],
            },
        ),
        append_only("auctions_claimfile"),
    ]
