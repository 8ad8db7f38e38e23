import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from artmarket.core.triggers import append_only, frozen


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MarginCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待通知"),
                            ("notified", "已通知，待补足"),
                            ("partly_cured", "已补足一部分"),
                            ("cured", "已补足"),
                            ("escalated", "逾期未补足"),
                            ("waived", "暂缓追加"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("opened_on", models.DateField(verbose_name="发起日")),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("short_minor", models.BigIntegerField(verbose_name="发起时缺少")),
                ("remaining_minor", models.BigIntegerField(verbose_name="还缺")),
                ("exposure_minor", models.BigIntegerField(verbose_name="欠款")),
                ("eligible_minor", models.BigIntegerField(verbose_name="认定价值")),
                ("capacity_minor", models.BigIntegerField(verbose_name="可担保")),
                (
                    "delivered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="通知送达"),
                ),
                ("cure_by", models.DateField(blank=True, null=True, verbose_name="补足期限")),
                ("waiver_until", models.DateField(blank=True, null=True, verbose_name="暂缓到")),
                (
                    "waiver_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="暂缓的理由"
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="margin_calls",
                        to="pledges.loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "追加担保",
                "verbose_name_plural": "追加担保",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="MarginStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "发起追加担保"),
                            ("notified", "通知送达借款人"),
                            ("retested", "重算担保"),
                            ("cured", "补足，追加担保结束"),
                            ("escalated", "期限已过，没有补足"),
                            ("signed", "签署暂缓"),
                            ("waived", "暂缓生效"),
                            ("lapsed", "暂缓到期"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("night", "每日重算"),
                            ("count", "盘点"),
                            ("revaluation", "整类重估"),
                            ("payment", "还款到账"),
                            ("delivery", "追加的作品入库"),
                            ("end", "贷款还清"),
                            ("act", "人工办理"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待通知"),
                            ("notified", "已通知，待补足"),
                            ("partly_cured", "已补足一部分"),
                            ("cured", "已补足"),
                            ("escalated", "逾期未补足"),
                            ("waived", "暂缓追加"),
                        ],
                        max_length=12,
                    ),
                ),
                ("day", models.DateField()),
                ("exposure_minor", models.BigIntegerField(blank=True, null=True)),
                ("eligible_minor", models.BigIntegerField(blank=True, null=True)),
                ("capacity_minor", models.BigIntegerField(blank=True, null=True)),
                ("remaining_minor", models.BigIntegerField()),
                ("data", models.JSONField(blank=True, default=dict)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="pledges.margincall",
                    ),
                ),
            ],
            options={
                "verbose_name": "追加担保记录",
                "verbose_name_plural": "追加担保记录",
                "ordering": ["call", "number"],
            },
        ),
        migrations.CreateModel(
            name="Revaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.CharField(max_length=20, verbose_name="类别")),
                (
                    "cut_pct",
                    models.DecimalField(decimal_places=3, max_digits=6, verbose_name="调低（%）"),
                ),
                ("from_on", models.DateField(verbose_name="从哪天起")),
                ("source", models.CharField(max_length=300, verbose_name="来源")),
                (
                    "proposed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revaluations",
                        to="pledges.lender",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "整类重估",
                "verbose_name_plural": "整类重估",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="RevaluationAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("confirmed", "已确认"), ("refused", "未同意")], max_length=9
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明"),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revaluation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="pledges.revaluation",
                    ),
                ),
            ],
            options={
                "verbose_name": "重估的复核",
                "verbose_name_plural": "重估的复核",
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="margincall",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ("open", "notified", "partly_cured", "escalated", "waived"))
                ),
                fields=["state", "cure_by"],
                name="margin_call_by_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="margincall",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("open", "notified", "partly_cured", "escalated", "waived"))
                ),
                fields=("loan",),
                name="margin_call_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="margincall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("capacity_minor__gte", 0),
                    ("eligible_minor__gte", 0),
                    ("exposure_minor__gte", 0),
                    ("remaining_minor__gte", 0),
                    ("short_minor__gt", 0),
                ),
                name="margin_call_figures",
            ),
        ),
        migrations.AddConstraint(
            model_name="margincall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False), ("remaining_minor", 0), ("state", "cured")
                    ),
                    models.Q(
                        models.Q(("state", "cured"), _negated=True),
                        ("ended_at__isnull", True),
                        ("remaining_minor__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="margin_call_cured_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="margincall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["notified", "partly_cured", "escalated"]), _negated=True
                    ),
                    models.Q(("cure_by__isnull", False), ("delivered_at__isnull", False)),
                    _connector="OR",
                ),
                name="margin_call_notified_has_deadline",
            ),
        ),
        migrations.AddConstraint(
            model_name="margincall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "waived"), _negated=True),
                    models.Q(
                        ("waiver_until__isnull", False),
                        models.Q(("waiver_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="margin_call_waived_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="marginstep",
            constraint=models.UniqueConstraint(
                fields=("call", "number"), name="margin_step_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="revaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(("cut_pct__gt", 0), ("cut_pct__lt", 100)),
                name="revaluation_only_lowers",
            ),
        ),
        migrations.AddConstraint(
            model_name="revaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", ""), _negated=True),
                    models.Q(("category", ""), _negated=True),
                ),
                name="revaluation_has_source",
            ),
        ),
        *(
            append_only(f"pledges_{table}")
            for table in ("marginstep", "revaluation", "revaluationanswer")
        ),
        frozen("pledges_margincall", "loan_id", "opened_on", "short_minor"),
    ]
