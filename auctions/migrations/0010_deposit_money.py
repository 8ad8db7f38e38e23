"""Deposits through the books: what is frozen, in a price, forfeited; which payment moved it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from artmarket.core.triggers import create_statements, drop_statements

_MOVEMENTS = "auctions_depositmovement"
_JUDICIAL = ("judicial-2016-least", "judicial-2016-most")


def protect(apps, schema_editor) -> None:
    """SQLite makes a table anew for a new column, and its triggers are gone."""
    vendor = schema_editor.connection.vendor
    for make in (drop_statements, create_statements):
        for statement in make(vendor, _MOVEMENTS):
            schema_editor.execute(statement, params=None)


def judicial(apps, schema_editor) -> None:
    """法释〔2016〕18号 24: the deposit of a defaulter is not given back. Rule sets are append-only:
    where they were loaded without it, another version follows."""
    rule_set = apps.get_model("auctions", "RuleSet")
    for name in _JUDICIAL:
        last = rule_set.objects.filter(kind="deposit", name=name).order_by("-version").first()
        if last is not None and "forfeit" not in last.body:
            last.pk, last.version = None, last.version + 1
            last.body = {**last.body, "forfeit": "whole"}
            last._state.adding = True
            last.save(force_insert=True)


class Migration(migrations.Migration):
    dependencies = [("auctions", "0009_settlement"), ("ledger", "0002_payments")]

    operations = [
        migrations.RemoveConstraint("deposit", "deposit_returned_within_received"),
        migrations.AddField("deposit", "frozen_minor", models.BigIntegerField("已冻结", default=0)),
        migrations.AddField(
            "deposit", "applied_minor", models.BigIntegerField("已抵价款", default=0)
        ),
        migrations.AddField("deposit", "kept_minor", models.BigIntegerField("已没收", default=0)),
        migrations.AddConstraint(
            "deposit",
            models.CheckConstraint(
                condition=Q(
                    returned_minor__gte=0,
                    released_minor__gte=F("returned_minor"),
                    frozen_minor__gte=0,
                    applied_minor__gte=0,
                    kept_minor__gte=0,
                    received_minor__gte=F("released_minor") + F("applied_minor") + F("kept_minor"),
                ),
                name="deposit_returned_within_received",
            ),
        ),
        migrations.AlterField(
            "depositmovement",
            "kind",
            models.CharField(
                max_length=8,
                choices=[
                    ("received", "收到"),
                    ("released", "转为应退"),
                    ("returned", "退还"),
                    ("frozen", "冻结"),
                    ("freed", "解除冻结"),
                    ("bounced", "退款未成，退回"),
                    ("applied", "抵作价款"),
                    ("kept", "没收"),
                ],
            ),
        ),
        migrations.AddField(
            "depositmovement",
            "payment",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.payment",
            ),
        ),
        migrations.RunPython(protect, migrations.RunPython.noop),
        migrations.RunPython(judicial, migrations.RunPython.noop),
    ]
