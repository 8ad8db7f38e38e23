"""Deposits, powers of attorney, declared relations, and the rules that sales take them by."""

import json
from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from artmarket.core.triggers import append_only

DATA = Path(__file__).parent / "data" / "deposit_rules.json"


def load(apps, schema_editor):
    rule_set = apps.get_model("auctions", "RuleSet")
    rows = json.loads(DATA.read_text(encoding="utf-8"))
    rule_set.objects.bulk_create(rule_set(**row) for row in rows)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_evidence"),
        ("auctions", "0005_after_the_hammer"),
        ("media", "0004_likeness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lot",
            name="is_high_value",
            field=models.BooleanField(
                default=False,
                help_text="Bidders are let in to it separately; set by the announcement.",
            ),
        ),
        migrations.AddField(
            model_name="paddle",
            name="decided_rule",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="auctions.ruleset",
            ),
        ),
        migrations.AddField(
            model_name="paddle",
            name="high_value",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "没有申请"),
                    ("asked", "待审批"),
                    ("approved", "已批准"),
                    ("refused", "未批准"),
                ],
                default="",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="sale",
            name="approval",
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
            name="deposit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="auctions.ruleset",
            ),
        ),
        migrations.AlterField(
            model_name="bid",
            name="bar",
            field=models.CharField(
                blank=True,
                choices=[
                    ("house", "拍卖企业及其工作人员"),
                    ("consignor", "委托人"),
                    ("appraiser", "这件作品的鉴定人"),
                    ("staff", "平台工作人员"),
                    ("holder", "持有这件作品的质权人或保管人"),
                    ("related", "有关联关系的人"),
                    ("power", "授权委托书不在有效期"),
                    ("high_value", "高价值拍品没有另行审批"),
                ],
                default="",
                max_length=10,
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
                ],
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="Deposit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("entry", "竞买保证金"), ("high_value", "高价值拍品保证金")],
                        default="entry",
                        max_length=10,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("due_minor", models.BigIntegerField(verbose_name="应交")),
                ("received_minor", models.BigIntegerField(default=0, verbose_name="已收")),
                ("released_minor", models.BigIntegerField(default=0, verbose_name="应退")),
                ("returned_minor", models.BigIntegerField(default=0, verbose_name="已退")),
                ("return_by", models.DateTimeField(blank=True, null=True, verbose_name="最迟退还")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "paddle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deposits",
                        to="auctions.paddle",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="auctions.ruleset",
                    ),
                ),
            ],
            options={
                "verbose_name": "竞买保证金",
                "verbose_name_plural": "竞买保证金",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="DepositMovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("received", "收到"),
                            ("released", "转为应退"),
                            ("returned", "退还"),
                        ],
                        max_length=8,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                (
                    "reference",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="凭证号"),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="说明"),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deposit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="auctions.deposit",
                    ),
                ),
                (
                    "house",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "保证金收退",
                "verbose_name_plural": "保证金收退",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Power",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "principal_kind",
                    models.CharField(
                        choices=[("person", "个人"), ("organisation", "单位")],
                        max_length=12,
                        verbose_name="授权人是",
                    ),
                ),
                (
                    "principal_name",
                    models.CharField(max_length=160, verbose_name="授权人姓名或名称"),
                ),
                (
                    "principal_email",
                    models.EmailField(max_length=254, verbose_name="授权人电子邮箱"),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="授权金额")),
                ("valid_from", models.DateTimeField(verbose_name="有效期自")),
                ("valid_until", models.DateTimeField(verbose_name="有效期至")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待确认"),
                            ("in_force", "有效"),
                            ("refused", "未接受"),
                            ("revoked", "已撤销"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                (
                    "handed_in_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("begun_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="理由"),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="powers_held",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="power",
                        to="media.document",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "principal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="powers",
                        to="accounts.party",
                    ),
                ),
                (
                    "sale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="powers",
                        to="auctions.sale",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "授权委托书",
                "verbose_name_plural": "授权委托书",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="paddle",
            name="power",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paddle",
                to="auctions.power",
            ),
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("spouse", "配偶"), ("relative", "亲属"), ("partner", "生意伙伴")],
                        max_length=8,
                        verbose_name="关系",
                    ),
                ),
                (
                    "is_declared",
                    models.BooleanField(default=False, help_text="By the bidder himself."),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="说明"),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "house",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations",
                        to="accounts.party",
                    ),
                ),
                (
                    "sale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="auctions.sale",
                    ),
                ),
            ],
            options={
                "verbose_name": "关联关系",
                "verbose_name_plural": "关联关系",
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="deposit",
            index=models.Index(
                condition=models.Q(("returned_minor__lt", models.F("released_minor"))),
                fields=["return_by"],
                name="deposit_to_return",
            ),
        ),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=models.UniqueConstraint(
                fields=("paddle", "kind"), name="deposit_one_of_a_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_minor__gt", 0)), name="deposit_due_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received_minor__gte", models.F("released_minor")),
                    ("released_minor__gte", models.F("returned_minor")),
                    ("returned_minor__gte", 0),
                ),
                name="deposit_returned_within_received",
            ),
        ),
        migrations.AddConstraint(
            model_name="depositmovement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("house", "kind", "reference"),
                name="deposit_reference_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="depositmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="deposit_moves_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="depositmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "released"), ("reference", "")),
                    models.Q(
                        models.Q(("kind", "released"), _negated=True),
                        models.Q(("reference", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="deposit_money_has_reference",
            ),
        ),
        migrations.AddIndex(
            model_name="power",
            index=models.Index(fields=["sale", "state"], name="power_by_sale"),
        ),
        migrations.AddIndex(
            model_name="power",
            index=models.Index(fields=["principal_email"], name="power_by_email"),
        ),
        migrations.AddConstraint(
            model_name="power",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="power_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="power",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_from__lt", models.F("valid_until"))),
                name="power_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="power",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_force"), _negated=True),
                    models.Q(
                        ("principal__isnull", False),
                        models.Q(
                            ("confirmed_by__isnull", False),
                            ("verified_by__isnull", False),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="power_in_force_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="power",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["refused", "revoked"]), _negated=True),
                    models.Q(("ended_at__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="power_end_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("house__isnull", False), ("other__isnull", True)),
                    models.Q(("house__isnull", True), ("other__isnull", False)),
                    _connector="OR",
                ),
                name="relation_to_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True),
                    models.Q(("end_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="relation_end_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("house__isnull", False)),
                fields=("party", "kind", "house"),
                name="relation_to_house_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("other__isnull", False)),
                fields=("party", "kind", "other"),
                name="relation_to_party_once",
            ),
        ),
        append_only("auctions_depositmovement"),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
