"""Invoices, the settlement of each lot with its steps, what came in, deliveries and claims."""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from artmarket.core.triggers import append_only, frozen


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_evidence"),
        ("appraisal", "0006_tags"),
        ("auctions", "0008_costs"),
        ("catalog", "0012_gates"),
        ("ledger", "0002_payments"),
        ("media", "0004_likeness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="lot",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "准备中"),
                    ("announced", "已公告"),
                    ("open", "竞价中"),
                    ("sold", "成交"),
                    ("passed", "流拍"),
                    ("below_reserve", "未达保留价"),
                    ("withdrawn", "撤回"),
                    ("settled", "成交，已付清"),
                    ("defaulted", "买受人未付款，合同已解除"),
                    ("rescinded", "成交已撤销，价款已退"),
                ],
                default="draft",
                max_length=13,
            ),
        ),
        migrations.AlterField(
            model_name="lotevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opened", "开始"),
                    ("bid", "出价"),
                    ("voided", "作废一笔出价"),
                    ("end_moved", "延时"),
                    ("withdrawn", "撤回"),
                    ("closed", "落槌"),
                    ("settled", "付清"),
                    ("defaulted", "因未付款解除合同"),
                    ("rescinded", "撤销成交"),
                    ("awarded", "落槌后成交"),
                    ("released", "退还作品"),
                    ("corrected", "勘误"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("outbid", "有人出价更高"),
                    ("leading", "出价已收到，你领先"),
                    ("won", "你拍得一件拍品"),
                    ("lost", "你出过价的拍品有了结果"),
                    ("withdrawn", "拍品被撤回"),
                    ("ending", "拍品快结束了"),
                    ("reminder", "拍卖会快开始了"),
                    ("paddle", "竞买登记有了答复"),
                    ("consignment", "委托有了答复"),
                    ("defaulted", "未付款的成交被解除"),
                    ("chance", "给你的第二次机会"),
                    ("after_sale", "会后出价有了消息"),
                    ("corrected", "出过价的拍品有勘误"),
                    ("cancelled", "拍卖会取消"),
                    ("maker", "关注的作者有作品上拍"),
                    ("settlement", "付款、交付和异议的进展"),
                ],
                max_length=11,
            ),
        ),
        migrations.AlterField(
            model_name="noticechoice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("outbid", "有人出价更高"),
                    ("leading", "出价已收到，你领先"),
                    ("won", "你拍得一件拍品"),
                    ("lost", "你出过价的拍品有了结果"),
                    ("withdrawn", "拍品被撤回"),
                    ("ending", "拍品快结束了"),
                    ("reminder", "拍卖会快开始了"),
                    ("paddle", "竞买登记有了答复"),
                    ("consignment", "委托有了答复"),
                    ("defaulted", "未付款的成交被解除"),
                    ("chance", "给你的第二次机会"),
                    ("after_sale", "会后出价有了消息"),
                    ("corrected", "出过价的拍品有勘误"),
                    ("cancelled", "拍卖会取消"),
                    ("maker", "关注的作者有作品上拍"),
                    ("settlement", "付款、交付和异议的进展"),
                ],
                max_length=11,
            ),
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="账单号")),
                ("currency", models.CharField(max_length=3)),
                ("due_on", models.DateField(verbose_name="付款期限")),
                (
                    "issued_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="accounts.party",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paddle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="auctions.paddle",
                    ),
                ),
                (
                    "sale",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="auctions.sale",
                    ),
                ),
            ],
            options={
                "verbose_name": "账单",
                "verbose_name_plural": "账单",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
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
                            ("invoiced", "已开账单，待付款"),
                            ("part_paid", "付了一部分"),
                            ("held", "已付清，价款托管中"),
                            ("dispatched", "已发运"),
                            ("delivered", "已签收，验收中"),
                            ("accepted", "已验收，待放款"),
                            ("claimed", "有异议，价款不放"),
                            ("released", "已放款"),
                            ("closed", "已结清"),
                            ("cancelled", "账单已撤销"),
                            ("refunded", "已退款"),
                            ("defaulted", "买受人违约"),
                        ],
                        default="invoiced",
                        max_length=10,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("hammer_minor", models.BigIntegerField()),
                (
                    "billed_minor",
                    models.BigIntegerField(help_text="The buyer's bill as it was issued."),
                ),
                (
                    "buyer_lines",
                    models.JSONField(help_text="Its lines: code, amount, whether it counts."),
                ),
                ("seller_lines", models.JSONField(help_text="Those of the seller's bill.")),
                ("storage_minor", models.BigIntegerField(default=0)),
                (
                    "rebate_minor",
                    models.BigIntegerField(default=0, help_text="Less for paying early."),
                ),
                (
                    "tax_minor",
                    models.BigIntegerField(default=0, help_text="Withheld of the seller's part."),
                ),
                ("total_minor", models.BigIntegerField()),
                ("paid_minor", models.BigIntegerField(default=0)),
                ("refunded_minor", models.BigIntegerField(default=0)),
                ("released_minor", models.BigIntegerField(default=0)),
                ("compensated_minor", models.BigIntegerField(default=0)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("paid_at", models.DateTimeField(blank=True, null=True)),
                ("delivered_at", models.DateTimeField(blank=True, null=True)),
                ("inspect_until", models.DateTimeField(blank=True, null=True)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="auctions.invoice",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="auctions.lot",
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
                (
                    "title_event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.titleevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "成交结算",
                "verbose_name_plural": "成交结算",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="InvoiceReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="auctions.invoice",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.payment",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="auctions.settlement",
                    ),
                ),
            ],
            options={
                "verbose_name": "收款",
                "verbose_name_plural": "收款",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("amount_minor", models.BigIntegerField()),
                ("due_on", models.DateField()),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="instalments",
                        to="auctions.settlement",
                    ),
                ),
            ],
            options={
                "verbose_name": "分期",
                "verbose_name_plural": "分期",
                "ordering": ["settlement", "number"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("shipped", "发运"), ("collected", "自取")], max_length=9
                    ),
                ),
                (
                    "carrier",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="承运人"),
                ),
                (
                    "tracking",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="运单号"),
                ),
                ("insured_minor", models.BigIntegerField(default=0, verbose_name="保险金额")),
                (
                    "policy",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="保单号"),
                ),
                (
                    "customs",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="出境许可或报关单"
                    ),
                ),
                ("left_at", models.DateTimeField()),
                (
                    "proof",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="签收凭证"
                    ),
                ),
                (
                    "left_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appraisal.conditionreport",
                    ),
                ),
                (
                    "settlement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivery",
                        to="auctions.settlement",
                    ),
                ),
            ],
            options={
                "verbose_name": "交付",
                "verbose_name_plural": "交付",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SettlementClaim",
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
                            ("authenticity", "真伪"),
                            ("defect", "没有说明的瑕疵"),
                            ("condition", "品相与说明不符，或运输中损坏"),
                            ("not_as_sold", "与拍品不符"),
                            ("not_received", "没有收到"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待对方答复"),
                            ("answered", "待平台裁定"),
                            ("upheld", "成立，待退回作品"),
                            ("refunded", "成立，已退款"),
                            ("reduced", "减价"),
                            ("rejected", "不成立"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                (
                    "next_actor",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("buyer", "买受人"),
                            ("seller", "委托人或拍卖企业"),
                            ("platform", "平台"),
                        ],
                        default="seller",
                        max_length=8,
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reasons",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="裁定的理由"
                    ),
                ),
                ("refund_minor", models.BigIntegerField(default=0)),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appraisal.appraisalcase",
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
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="auctions.settlement",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议",
                "verbose_name_plural": "异议",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ClaimStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("buyer", "买受人"),
                            ("seller", "委托人或拍卖企业"),
                            ("platform", "平台"),
                        ],
                        max_length=8,
                    ),
                ),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="media.image",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="auctions.settlementclaim",
                    ),
                ),
            ],
            options={
                "verbose_name": "陈述",
                "verbose_name_plural": "陈述",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SettlementStep",
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
                            ("invoiced", "开出账单"),
                            ("planned", "约定分期付款"),
                            ("charged", "加收保管费"),
                            ("taxed", "记下代扣税款"),
                            ("rebated", "提前付清，减收佣金"),
                            ("paid", "收到款"),
                            ("dispatched", "发运"),
                            ("delivered", "签收"),
                            ("collected", "自取"),
                            ("accepted", "验收"),
                            ("lapsed", "验收期满，没有异议"),
                            ("claimed", "提出异议"),
                            ("answered", "对方答复"),
                            ("rejected", "异议不成立"),
                            ("withdrawn", "撤回异议"),
                            ("reduced", "减价"),
                            ("upheld", "异议成立"),
                            ("returned", "作品退回"),
                            ("released", "放款"),
                            ("closed", "结清"),
                            ("cancelled", "撤销账单"),
                            ("refunded", "退款"),
                            ("defaulted", "买受人违约"),
                            ("forfeited", "违约款项结算"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invoiced", "已开账单，待付款"),
                            ("part_paid", "付了一部分"),
                            ("held", "已付清，价款托管中"),
                            ("dispatched", "已发运"),
                            ("delivered", "已签收，验收中"),
                            ("accepted", "已验收，待放款"),
                            ("claimed", "有异议，价款不放"),
                            ("released", "已放款"),
                            ("closed", "已结清"),
                            ("cancelled", "账单已撤销"),
                            ("refunded", "已退款"),
                            ("defaulted", "买受人违约"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("data", models.JSONField(default=dict)),
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
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="auctions.settlement",
                    ),
                ),
            ],
            options={
                "verbose_name": "结算步骤",
                "verbose_name_plural": "结算步骤",
                "ordering": ["settlement", "number"],
            },
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(fields=["state", "inspect_until"], name="settlement_by_state"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("cancelled", "refunded", "defaulted")), _negated=True
                ),
                fields=("lot",),
                name="settlement_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("billed_minor__gte", 0),
                    ("compensated_minor__gte", 0),
                    ("hammer_minor__gte", 0),
                    ("paid_minor__gte", 0),
                    ("rebate_minor__gte", 0),
                    ("refunded_minor__gte", 0),
                    ("released_minor__gte", 0),
                    ("storage_minor__gte", 0),
                    ("tax_minor__gte", 0),
                    ("total_minor__gte", 0),
                    ("hammer_minor__gt", 0),
                ),
                name="settlement_sums",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("billed_minor__gte", models.F("hammer_minor")),
                    (
                        "total_minor",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("billed_minor"), "+", models.F("storage_minor")
                            ),
                            "-",
                            models.F("rebate_minor"),
                        ),
                    ),
                ),
                name="settlement_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(("paid_minor__lte", models.F("total_minor"))),
                name="settlement_not_overpaid",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "paid_minor__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("refunded_minor"), "+", models.F("released_minor")
                        ),
                    )
                ),
                name="settlement_no_more_out_than_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("compensated_minor", 0),
                    ("compensated_minor", models.F("released_minor")),
                    _connector="OR",
                ),
                name="settlement_compensated_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("released", "closed")), _negated=True),
                    models.Q(
                        (
                            "paid_minor",
                            django.db.models.expressions.CombinedExpression(
                                models.F("refunded_minor"), "+", models.F("released_minor")
                            ),
                        ),
                        ("released_at__isnull", False),
                        ("released_minor__gt", 0),
                        ("title_event__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="settlement_shared_out",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ("invoiced", "part_paid", "held", "cancelled", "refunded", "defaulted"),
                    ),
                    ("paid_minor", models.F("total_minor")),
                    _connector="OR",
                ),
                name="settlement_paid_before_it_leaves",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("delivered_at__isnull", True), ("inspect_until__isnull", True)),
                    ("inspect_until__gt", models.F("delivered_at")),
                    _connector="OR",
                ),
                name="settlement_time_to_claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoicereceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="invoice_receipt_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.UniqueConstraint(
                fields=("settlement", "number"), name="instalment_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="instalment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="instalment_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("way", "collected"),
                    models.Q(
                        models.Q(("carrier", ""), _negated=True),
                        models.Q(("tracking", ""), _negated=True),
                        ("insured_minor__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="delivery_with_a_carrier",
            ),
        ),
        migrations.AddIndex(
            model_name="settlementclaim",
            index=models.Index(fields=["state", "due_at"], name="claim_by_state"),
        ),
        migrations.AddConstraint(
            model_name="settlementclaim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("open", "answered", "upheld"))),
                fields=("settlement",),
                name="claim_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_at__isnull", False),
                        ("state__in", ("open", "answered", "upheld")),
                        models.Q(("next_actor", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", ("open", "answered", "upheld")), _negated=True),
                        ("due_at__isnull", True),
                        ("next_actor", ""),
                    ),
                    _connector="OR",
                ),
                name="claim_whose_turn",
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("refund_minor__gte", 0)), name="claim_refund"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="claim_statement_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlementstep",
            constraint=models.UniqueConstraint(
                fields=("settlement", "number"), name="settlement_step_number"
            ),
        ),
        *(
            append_only(f"auctions_{name}")
            for name in (
                "invoice",
                "settlementstep",
                "instalment",
                "invoicereceipt",
                "claimstatement",
            )
        ),
        frozen(
            "auctions_settlement",
            "invoice_id",
            "lot_id",
            "seller_id",
            "currency",
            "hammer_minor",
            "billed_minor",
            "buyer_lines",
            "seller_lines",
        ),
    ]
