import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from artmarket.core.triggers import append_only, frozen


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_evidence"),
        ("ledger", "0001_books"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReconciliationRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=20, verbose_name="支付渠道")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="时间",
                    ),
                ),
                ("movements", models.PositiveIntegerField(default=0, verbose_name="渠道流水")),
                ("found", models.PositiveIntegerField(default=0, verbose_name="新差异")),
                ("totals", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "对账",
                "verbose_name_plural": "对账",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="GatewayMovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=20)),
                ("movement_id", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=40)),
                ("source", models.CharField(blank=True, default="", max_length=120)),
                ("entry_key", models.CharField(db_index=True, max_length=120)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField(default=0)),
                ("created", models.DateTimeField()),
            ],
            options={
                "verbose_name": "渠道流水",
                "verbose_name_plural": "渠道流水",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("gateway", "movement_id"), name="movement_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(max_length=40, verbose_name="用途")),
                ("subject_kind", models.CharField(max_length=80)),
                ("subject_id", models.CharField(max_length=40)),
                ("currency", models.CharField(max_length=3, verbose_name="币种")),
                ("amount_minor", models.BigIntegerField(verbose_name="金额")),
                (
                    "reference",
                    models.CharField(max_length=20, unique=True, verbose_name="付款编号"),
                ),
                ("gateway", models.CharField(max_length=20, verbose_name="支付渠道")),
                ("is_hold", models.BooleanField(default=False, verbose_name="只冻结")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "待付款"),
                            ("pending", "付款中"),
                            ("authorised", "已冻结"),
                            ("partly", "部分到账"),
                            ("paid", "已到账"),
                            ("cancelled", "已取消"),
                            ("failed", "未成功"),
                        ],
                        default="created",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("received_minor", models.BigIntegerField(default=0, verbose_name="已收")),
                ("refunded_minor", models.BigIntegerField(default=0, verbose_name="已退")),
                ("page_id", models.CharField(blank=True, default="", max_length=120)),
                ("page_url", models.CharField(blank=True, default="", max_length=2000)),
                ("attempt", models.PositiveIntegerField(default=1)),
                (
                    "gateway_id",
                    models.CharField(blank=True, db_index=True, default="", max_length=120),
                ),
                (
                    "wish",
                    models.CharField(
                        blank=True,
                        choices=[("capture", "扣款"), ("cancel", "取消")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("capture_minor", models.BigIntegerField(blank=True, null=True)),
                ("idempotency_key", models.CharField(max_length=100, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="建立时间",
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "credit_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="accounts.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "付款",
                "verbose_name_plural": "付款",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ChargeDispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=20)),
                ("gateway_id", models.CharField(max_length=120)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField(verbose_name="金额")),
                ("status", models.CharField(max_length=40, verbose_name="状态")),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="理由"),
                ),
                (
                    "evidence_due",
                    models.DateTimeField(blank=True, null=True, verbose_name="举证期限"),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="ledger.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "拒付争议",
                "verbose_name_plural": "拒付争议",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="币种")),
                ("amount_minor", models.BigIntegerField(verbose_name="金额")),
                ("reference", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待发出"),
                            ("sent", "已发出"),
                            ("done", "已办妥"),
                            ("failed", "未成功"),
                        ],
                        default="asked",
                        max_length=6,
                        verbose_name="状态",
                    ),
                ),
                ("gateway", models.CharField(max_length=20, verbose_name="支付渠道")),
                (
                    "gateway_id",
                    models.CharField(blank=True, db_index=True, default="", max_length=120),
                ),
                ("idempotency_key", models.CharField(max_length=100, unique=True)),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="理由"),
                ),
                (
                    "why_failed",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="未成功的原因"
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="提出时间",
                    ),
                ),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="办妥时间")),
                ("subject_kind", models.CharField(blank=True, default="", max_length=80)),
                ("subject_id", models.CharField(blank=True, default="", max_length=40)),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="accounts.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "付款给出售方",
                "verbose_name_plural": "付款给出售方",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PayoutAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=20)),
                (
                    "gateway_id",
                    models.CharField(blank=True, db_index=True, default="", max_length=120),
                ),
                ("is_ready", models.BooleanField(default=False, verbose_name="可收款")),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_accounts",
                        to="accounts.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "收款账户",
                "verbose_name_plural": "收款账户",
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=20, verbose_name="支付渠道")),
                ("reference", models.CharField(max_length=120, verbose_name="收款凭证")),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField(verbose_name="金额")),
                ("credited_minor", models.BigIntegerField()),
                ("is_cash", models.BooleanField(default=False, verbose_name="现金")),
                (
                    "payer_name",
                    models.CharField(blank=True, default="", max_length=160, verbose_name="付款人"),
                ),
                ("received_on", models.DateField(verbose_name="收到日期")),
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
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="ledger.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "到账",
                "verbose_name_plural": "到账",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReconciliationDifference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=20, verbose_name="支付渠道")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("not_booked", "渠道有，账上没有"),
                            ("not_at_gateway", "账上有，渠道没有"),
                            ("other_amount", "金额不一致"),
                        ],
                        max_length=16,
                        verbose_name="差异",
                    ),
                ),
                ("reference", models.CharField(max_length=120, verbose_name="编号")),
                ("currency", models.CharField(max_length=3)),
                ("gateway_minor", models.BigIntegerField(default=0, verbose_name="渠道金额")),
                ("books_minor", models.BigIntegerField(default=0, verbose_name="账面金额")),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明"),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "last_run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.reconciliationrun",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="ledger.reconciliationrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "对账差异",
                "verbose_name_plural": "对账差异",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="币种")),
                ("amount_minor", models.BigIntegerField(verbose_name="金额")),
                ("reference", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待发出"),
                            ("sent", "已发出"),
                            ("done", "已办妥"),
                            ("failed", "未成功"),
                        ],
                        default="asked",
                        max_length=6,
                        verbose_name="状态",
                    ),
                ),
                ("gateway", models.CharField(max_length=20, verbose_name="支付渠道")),
                (
                    "gateway_id",
                    models.CharField(blank=True, db_index=True, default="", max_length=120),
                ),
                ("idempotency_key", models.CharField(max_length=100, unique=True)),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="理由"),
                ),
                (
                    "why_failed",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="未成功的原因"
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="提出时间",
                    ),
                ),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="办妥时间")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "from_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="ledger.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "退款",
                "verbose_name_plural": "退款",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "account_number",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="账号"),
                ),
                (
                    "bank_reference",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="银行流水号"
                    ),
                ),
                ("booked_on", models.DateField(verbose_name="记账日")),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField(verbose_name="金额")),
                (
                    "counterparty",
                    models.CharField(
                        blank=True, default="", max_length=160, verbose_name="对方户名"
                    ),
                ),
                (
                    "text",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="附言"),
                ),
                (
                    "result",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="处理"),
                ),
                (
                    "imported_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "imported_by",
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
                "verbose_name": "对账单行",
                "verbose_name_plural": "对账单行",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="StrayMoney",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField(verbose_name="金额")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("no_reference", "没有付款编号"),
                            ("unknown", "付款编号查无此笔"),
                            ("overpaid", "多付"),
                            ("other_payer", "付款人与应付人不符"),
                            ("other_currency", "币种不符"),
                            ("ended", "付款已取消"),
                        ],
                        max_length=16,
                        verbose_name="原因",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待查"), ("assigned", "已入账"), ("returned", "已退回")],
                        default="open",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明"),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.payment",
                    ),
                ),
                (
                    "receipt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stray",
                        to="ledger.receipt",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "待查款",
                "verbose_name_plural": "待查款",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="WebhookMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=20)),
                ("event_id", models.CharField(max_length=120)),
                ("kind", models.CharField(max_length=80)),
                ("payload", models.JSONField()),
                ("created", models.DateTimeField(help_text="By the gateway's clock.")),
                (
                    "received_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
                ("result", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "verbose_name": "渠道消息",
                "verbose_name_plural": "渠道消息",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("processed_at__isnull", True)),
                        fields=["id"],
                        name="webhook_to_do",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("gateway", "event_id"), name="webhook_message_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DueDiligence",
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
                        choices=[("cash", "当日现金达到限额"), ("linked", "当日付款合计达到限额")],
                        max_length=8,
                        verbose_name="事由",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("currency", models.CharField(max_length=3)),
                ("sum_minor", models.BigIntegerField(verbose_name="当日合计")),
                ("limit_minor", models.BigIntegerField(verbose_name="限额")),
                ("rule", models.CharField(max_length=60)),
                ("due_on", models.DateField(verbose_name="办理期限")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="结论"),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "尽职调查",
                "verbose_name_plural": "尽职调查",
                "ordering": ["due_on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("party", "kind", "day", "currency"), name="diligence_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at__isnull", True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="diligence_done",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["subject_kind", "subject_id"], name="payment_by_subject"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["state", "gateway", "checked_at"], name="payment_by_state"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="payment_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("received_minor__gte", 0), ("received_minor__lte", models.F("amount_minor"))
                ),
                name="payment_received_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refunded_minor__gte", 0), ("refunded_minor__lte", models.F("received_minor"))
                ),
                name="payment_refunded_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "cancelled"), _negated=True),
                    ("received_minor", 0),
                    _connector="OR",
                ),
                name="payment_cancelled_is_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="chargedispute",
            constraint=models.UniqueConstraint(
                fields=("gateway", "gateway_id"), name="charge_dispute_once"
            ),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(fields=["subject_kind", "subject_id"], name="payout_by_subject"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="payout_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("gateway_id", ""), _negated=True),
                fields=("gateway", "gateway_id"),
                name="payout_once_at_gateway",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutaccount",
            constraint=models.UniqueConstraint(
                fields=("party", "gateway"), name="payout_account_one"
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["received_on", "currency"], name="receipt_by_day"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                fields=("gateway", "reference"), name="receipt_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    ("credited_minor__gte", 0),
                    ("credited_minor__lte", models.F("amount_minor")),
                ),
                name="receipt_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliationdifference",
            constraint=models.UniqueConstraint(
                fields=("gateway", "kind", "reference"), name="difference_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reconciliationdifference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at__isnull", True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="difference_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="refund_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("gateway_id", ""), _negated=True),
                fields=("gateway", "gateway_id"),
                name="refund_once_at_gateway",
            ),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(fields=["booked_on"], name="statement_by_day"),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="statement_line_moves"
            ),
        ),
        migrations.AddConstraint(
            model_name="straymoney",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="stray_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="straymoney",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_by__isnull", True), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("settled_by__isnull", False),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="stray_decided",
            ),
        ),
        append_only("ledger_receipt"),
        append_only("ledger_gatewaymovement"),
        frozen(
            "ledger_payment",
            "party_id",
            "purpose",
            "subject_kind",
            "subject_id",
            "currency",
            "amount_minor",
            "reference",
            "gateway",
            "is_hold",
            "credit_account_id",
            "idempotency_key",
        ),
        frozen(
            "ledger_refund",
            "payment_id",
            "currency",
            "amount_minor",
            "reference",
            "from_account_id",
            "gateway",
            "idempotency_key",
        ),
        frozen(
            "ledger_payout",
            "party_id",
            "currency",
            "amount_minor",
            "reference",
            "from_account_id",
            "gateway",
            "idempotency_key",
        ),
        frozen("ledger_statementline", "digest", "booked_on", "currency", "amount_minor"),
        frozen("ledger_straymoney", "receipt_id", "currency", "amount_minor"),
    ]
