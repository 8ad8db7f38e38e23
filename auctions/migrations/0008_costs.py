"""What selling, keeping and the platform cost: the rules that sales and consignments take it by."""

import json
from datetime import date
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DATA = Path(__file__).parent / "data" / "cost_rules.json"


def load(apps, schema_editor):
    rule_set = apps.get_model("auctions", "RuleSet")
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    for row in rows:
        row["valid_from"] = row["valid_from"] and date.fromisoformat(row["valid_from"])
    rule_set.objects.bulk_create(rule_set(**row) for row in rows)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_evidence"),
        ("auctions", "0007_signals"),
        ("catalog", "0012_gates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="consignment",
            name="schedule",
            field=models.ForeignKey(
                blank=True,
                help_text="The seller's commission by slices, where no single rate was agreed.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="auctions.ruleset",
            ),
        ),
        migrations.AddField(
            model_name="sale",
            name="platform",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="auctions.ruleset",
            ),
        ),
        migrations.AddField(
            model_name="sale",
            name="storage",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="auctions.ruleset",
            ),
        ),
        migrations.AlterField(
            model_name="ruleset",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ladder", "加价阶梯"),
                    ("closing", "延时规则"),
                    ("premium", "买受人佣金"),
                    ("deposit", "竞买保证金"),
                    ("approval", "登记怎样通过"),
                    ("seller", "委托人佣金"),
                    ("storage", "保管费"),
                    ("platform", "平台服务费"),
                    ("resale", "追续权"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="consignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "contracted"), _negated=True),
                    models.Q(("commission_pct__isnull", False), ("schedule__isnull", True)),
                    models.Q(("commission_pct__isnull", True), ("schedule__isnull", False)),
                    _connector="OR",
                ),
                name="consignment_one_commission",
            ),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
