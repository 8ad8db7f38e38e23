import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_evidence"),
        ("accounts", "__first__"),
        ("appraisal", "0006_tags"),
        ("auctions", "0013_loan_notices"),
        ("catalog", "0012_gates"),
        ("ledger", "0004_bank_details"),
        ("media", "0004_likeness"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lender",
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
                            ("bank", "银行"),
                            ("microloan", "小额贷款公司"),
                            ("financing_guarantee", "融资担保公司"),
                            ("regional_equity_market", "区域性股权市场"),
                            ("pawnshop", "典当行"),
                            ("financial_leasing", "融资租赁公司"),
                            ("factoring", "商业保理公司"),
                            ("local_amc", "地方资产管理公司"),
                            ("private", "其他出借人"),
                        ],
                        max_length=22,
                        verbose_name="机构类别",
                    ),
                ),
                ("capital_minor", models.BigIntegerField(verbose_name="资本（分）")),
                (
                    "confirmed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="停用的理由"
                    ),
                ),
                (
                    "confirmed_by",
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lenders",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "贷款人",
                "verbose_name_plural": "贷款人",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("organisation",),
                        name="lender_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("capital_minor__gt", 0), ("capital_minor__lte", 1000000000000000000)
                        ),
                        name="lender_has_capital",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            models.Q(("end_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="lender_end_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Insurance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("insurer", models.CharField(max_length=120, verbose_name="保险人")),
                ("policy", models.CharField(max_length=80, verbose_name="保单号")),
                ("currency", models.CharField(default="CNY", max_length=3)),
                ("insured_minor", models.BigIntegerField(verbose_name="保险金额")),
                ("valid_from", models.DateField(verbose_name="保险开始")),
                ("valid_until", models.DateField(verbose_name="保险到期")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="停用的理由"
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
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledge_insurances",
                        to="catalog.work",
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="pledges.lender",
                    ),
                ),
            ],
            options={
                "verbose_name": "质物保险",
                "verbose_name_plural": "质物保险",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["work", "valid_until"], name="insurance_by_end")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("insurer", "policy", "work"),
                        name="insurance_policy_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("insured_minor__gt", 0), ("valid_until__gte", models.F("valid_from"))
                        ),
                        name="insurance_figures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("insurer", ""), _negated=True),
                            models.Q(("policy", ""), _negated=True),
                        ),
                        name="insurance_has_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Custodian",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(max_length=200, verbose_name="库房")),
                ("agreement", models.CharField(max_length=120, verbose_name="托管合同")),
                (
                    "appointed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="解除的理由"
                    ),
                ),
                (
                    "appointed_by",
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custodians",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custodians",
                        to="pledges.lender",
                    ),
                ),
            ],
            options={
                "verbose_name": "托管人",
                "verbose_name_plural": "托管人",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("lender", "organisation", "place"),
                        name="custodian_appointed_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place", ""), _negated=True),
                            models.Q(("agreement", ""), _negated=True),
                        ),
                        name="custodian_has_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            models.Q(("end_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="custodian_end_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PawnRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="想借的金额")),
                ("months", models.PositiveSmallIntegerField(verbose_name="期限（月）")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待典当行答复"),
                            ("drawn", "已开当票"),
                            ("declined", "已谢绝"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="答复"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pawn_asked",
                        to="pledges.lender",
                    ),
                ),
                (
                    "pawner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.work",
                    ),
                ),
            ],
            options={
                "verbose_name": "典当申请",
                "verbose_name_plural": "典当申请",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("lender", "work"),
                        name="pawn_request_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gt", 0),
                            ("amount_minor__lte", 1000000000000000),
                            ("months__gt", 0),
                        ),
                        name="pawn_request_ranges",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PawnTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("valid_from", models.DateField(verbose_name="生效日")),
                (
                    "fee_permille",
                    models.DecimalField(
                        decimal_places=3, max_digits=6, verbose_name="每月综合费率（‰）"
                    ),
                ),
                (
                    "annual_pct",
                    models.DecimalField(decimal_places=6, max_digits=9, verbose_name="年利率（%）"),
                ),
                (
                    "most_pct",
                    models.DecimalField(
                        decimal_places=3, max_digits=6, verbose_name="当金最多占估价（%）"
                    ),
                ),
                ("lost_fee_minor", models.BigIntegerField(default=0, verbose_name="挂失补票费")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pawn_terms",
                        to="pledges.lender",
                    ),
                ),
            ],
            options={
                "verbose_name": "典当条件",
                "verbose_name_plural": "典当条件",
                "ordering": ["lender", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("lender", "number"), name="pawn_terms_number"),
                    models.UniqueConstraint(fields=("lender", "valid_from"), name="pawn_terms_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("annual_pct__gte", 0),
                            ("fee_permille__gte", 0),
                            ("lost_fee_minor__gte", 0),
                            ("lost_fee_minor__lte", 1000000000000000),
                            ("most_pct__gt", 0),
                            ("most_pct__lte", 100),
                        ),
                        name="pawn_terms_ranges",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="产品名称")),
                (
                    "name_en",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="英文名称"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("term", "定期质押贷款"),
                            ("bridge", "过桥贷款"),
                            ("revolving", "循环额度"),
                            ("advance", "拍卖预付款"),
                        ],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="币种")),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
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
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="pledges.lender",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "贷款产品",
                "verbose_name_plural": "贷款产品",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="loan_product_has_name",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("lender", "name"),
                        name="loan_product_name_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistryQuery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80, verbose_name="查询证明编号")),
                ("made_on", models.DateField(verbose_name="查询日期")),
                (
                    "result",
                    models.CharField(
                        choices=[("clear", "没有在先登记"), ("encumbered", "有在先登记")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明"),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="queries",
                        to="pledges.lender",
                    ),
                ),
                (
                    "pledgor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registry_queries",
                        to="catalog.work",
                    ),
                ),
            ],
            options={
                "verbose_name": "登记查询",
                "verbose_name_plural": "登记查询",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["work", "made_on"], name="registry_query_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="registry_query_has_number",
                    )
                ],
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cut_pct__gt", 0), ("cut_pct__lt", 100)),
                        name="revaluation_only_lowers",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", ""), _negated=True),
                            models.Q(("category", ""), _negated=True),
                        ),
                        name="revaluation_has_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_minor", models.BigIntegerField(verbose_name="申请金额")),
                ("months", models.PositiveSmallIntegerField(verbose_name="期限（月）")),
                ("purpose", models.CharField(max_length=300, verbose_name="用途")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "待审查"),
                            ("accepted", "已接受要约"),
                            ("declined", "未通过"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="submitted",
                        max_length=10,
                    ),
                ),
                (
                    "applied_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end_reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="理由"),
                ),
                (
                    "applied_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "borrower",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_applications",
                        to="accounts.party",
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
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="pledges.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "质押贷款申请",
                "verbose_name_plural": "质押贷款申请",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["state", "applied_at"], name="application_by_state")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_minor__gt", 0),
                            ("amount_minor__lte", 1000000000000000),
                            ("months__gt", 0),
                        ),
                        name="application_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True),
                        name="application_has_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "submitted")),
                            models.Q(
                                models.Q(("state", "submitted"), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="application_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("end_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="application_declined_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pawn",
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
                            ("drawn", "当票待签"),
                            ("agreed", "当物待交付"),
                            ("held", "当物在库，待放款"),
                            ("active", "在当"),
                            ("dead", "绝当"),
                            ("returning", "当物待取回"),
                            ("closed", "已结束"),
                            ("disposed", "已处置"),
                            ("cancelled", "已取消"),
                        ],
                        default="drawn",
                        max_length=9,
                    ),
                ),
                ("currency", models.CharField(default="CNY", max_length=3)),
                ("appraised_minor", models.BigIntegerField(verbose_name="估价")),
                ("principal_minor", models.BigIntegerField(verbose_name="当金")),
                (
                    "contribution_minor",
                    models.BigIntegerField(blank=True, null=True, verbose_name="股东出资额"),
                ),
                (
                    "place",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="库位"),
                ),
                (
                    "seal",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="封签号"),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("head", models.CharField(blank=True, default="", max_length=64)),
                ("in_at", models.DateTimeField(blank=True, null=True, verbose_name="入库时间")),
                ("out_at", models.DateTimeField(blank=True, null=True, verbose_name="出库时间")),
                ("charged_principal_minor", models.BigIntegerField(default=0)),
                ("charged_interest_minor", models.BigIntegerField(default=0)),
                ("charged_cost_minor", models.BigIntegerField(default=0)),
                ("paid_principal_minor", models.BigIntegerField(default=0)),
                ("paid_interest_minor", models.BigIntegerField(default=0)),
                ("paid_cost_minor", models.BigIntegerField(default=0)),
                (
                    "entries",
                    models.PositiveIntegerField(
                        default=0, help_text="Postings to the books so far."
                    ),
                ),
                ("dead_on", models.DateField(blank=True, null=True, verbose_name="绝当日")),
                ("dead_rule", models.CharField(blank=True, default="", max_length=4)),
                ("late_until", models.DateField(blank=True, null=True)),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "encumbrance",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pawn",
                        to="catalog.encumbrance",
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pawns",
                        to="pledges.lender",
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
                    "pawner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pawns",
                        to="accounts.party",
                    ),
                ),
                (
                    "report_in",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appraisal.conditionreport",
                    ),
                ),
                (
                    "report_out",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appraisal.conditionreport",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pawns",
                        to="catalog.work",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pawn",
                        to="pledges.pawnrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "典当",
                "verbose_name_plural": "典当",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("drawn", "agreed", "held", "active", "dead", "returning"),
                            )
                        ),
                        fields=("work",),
                        name="pawn_one_live_a_work",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appraised_minor__gte", models.F("principal_minor")),
                            ("appraised_minor__lte", 1000000000000000),
                            ("principal_minor__gt", 0),
                        ),
                        name="pawn_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_cost_minor__gte", 0),
                            ("paid_interest_minor__gte", 0),
                            ("paid_principal_minor__gte", 0),
                            ("charged_cost_minor__gte", models.F("paid_cost_minor")),
                            ("charged_interest_minor__gte", models.F("paid_interest_minor")),
                            ("charged_principal_minor__gte", models.F("paid_principal_minor")),
                        ),
                        name="pawn_sums",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ("held", "active", "dead", "returning")),
                                _negated=True,
                            ),
                            models.Q(
                                ("encumbrance__isnull", False),
                                ("in_at__isnull", False),
                                ("report_in__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="pawn_has_its_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["dead", "disposed"]), _negated=True),
                            models.Q(
                                ("dead_on__isnull", False),
                                models.Q(("dead_rule", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="pawn_dead_has_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["returning", "closed"]), _negated=True),
                            models.Q(
                                ("charged_cost_minor", models.F("paid_cost_minor")),
                                ("charged_interest_minor", models.F("paid_interest_minor")),
                                ("charged_principal_minor", models.F("paid_principal_minor")),
                            ),
                            _connector="OR",
                        ),
                        name="pawn_returned_owes_nothing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("valid_from", models.DateField(verbose_name="生效日")),
                ("least_minor", models.BigIntegerField(verbose_name="最低金额")),
                ("most_minor", models.BigIntegerField(verbose_name="最高金额")),
                ("least_months", models.PositiveSmallIntegerField(verbose_name="最短期限（月）")),
                ("most_months", models.PositiveSmallIntegerField(verbose_name="最长期限（月）")),
                (
                    "annual_pct",
                    models.DecimalField(decimal_places=6, max_digits=9, verbose_name="年利率（%）"),
                ),
                (
                    "penalty_pct",
                    models.DecimalField(
                        decimal_places=6, max_digits=9, verbose_name="罚息年利率（%）"
                    ),
                ),
                (
                    "origination_pct",
                    models.DecimalField(decimal_places=6, max_digits=9, verbose_name="手续费（%）"),
                ),
                (
                    "day_count",
                    models.CharField(
                        choices=[
                            ("ACT/365F", "实际天数/365"),
                            ("ACT/360", "实际天数/360"),
                            ("30/360", "每月30天/360"),
                            ("30E/360", "每月30天/360（欧式）"),
                            ("ACT/ACT-ISDA", "实际天数/实际年"),
                        ],
                        max_length=14,
                        verbose_name="计息方式",
                    ),
                ),
                (
                    "schedule",
                    models.CharField(
                        choices=[
                            ("equal_instalment", "等额本息"),
                            ("equal_principal", "等额本金"),
                            ("interest_only", "按期付息，到期还本"),
                            ("at_maturity", "到期一次还本付息"),
                        ],
                        max_length=16,
                        verbose_name="还款方式",
                    ),
                ),
                (
                    "every_months",
                    models.PositiveSmallIntegerField(default=1, verbose_name="每期几个月"),
                ),
                (
                    "rounding",
                    models.CharField(
                        choices=[
                            ("HALF_UP", "四舍五入"),
                            ("HALF_EVEN", "四舍六入五成双"),
                            ("DOWN", "舍去"),
                            ("UP", "进位"),
                        ],
                        max_length=9,
                        verbose_name="分位取舍",
                    ),
                ),
                (
                    "grace_days",
                    models.PositiveSmallIntegerField(default=0, verbose_name="宽限期（天）"),
                ),
                ("allocation", models.JSONField(verbose_name="还款抵充顺序")),
                (
                    "ltv_initial_pct",
                    models.DecimalField(
                        decimal_places=3, max_digits=6, verbose_name="放款质押率（%）"
                    ),
                ),
                (
                    "ltv_margin_pct",
                    models.DecimalField(
                        decimal_places=3, max_digits=6, verbose_name="追加担保线（%）"
                    ),
                ),
                (
                    "ltv_liquidation_pct",
                    models.DecimalField(decimal_places=3, max_digits=6, verbose_name="处置线（%）"),
                ),
                ("valuing", models.JSONField(verbose_name="折扣与质押率表")),
                (
                    "disagreement_pct",
                    models.DecimalField(
                        decimal_places=3, max_digits=6, verbose_name="两份评估的最大差异（%）"
                    ),
                ),
                ("cure_days", models.PositiveSmallIntegerField(verbose_name="追加担保期限（天）")),
                ("waterfall", models.JSONField(verbose_name="变现款的清偿顺序")),
                ("realisation", models.JSONField(verbose_name="变现方式的顺序")),
                (
                    "offer_days",
                    models.PositiveSmallIntegerField(default=14, verbose_name="要约有效期（天）"),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="pledges.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "产品条款",
                "verbose_name_plural": "产品条款",
                "ordering": ["product", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "number"), name="product_version_number"
                    ),
                    models.UniqueConstraint(
                        fields=("product", "valid_from"), name="product_version_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("every_months__gt", 0),
                            ("least_minor__gt", 0),
                            ("least_months__gt", 0),
                            ("most_minor__gte", models.F("least_minor")),
                            ("most_minor__lte", 1000000000000000),
                            ("most_months__gte", models.F("least_months")),
                        ),
                        name="product_version_ranges",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("annual_pct__gt", 0),
                            ("disagreement_pct__gte", 0),
                            ("origination_pct__gte", 0),
                            ("penalty_pct__gte", 0),
                        ),
                        name="product_version_rates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ltv_initial_pct__gt", 0),
                            ("ltv_liquidation_pct__gt", models.F("ltv_margin_pct")),
                            ("ltv_liquidation_pct__lte", 100),
                            ("ltv_margin_pct__gt", models.F("ltv_initial_pct")),
                        ),
                        name="product_version_ltv_in_order",
                    ),
                ],
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
        migrations.CreateModel(
            name="LoanOffer",
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
                            ("open", "待答复"),
                            ("accepted", "已接受"),
                            ("declined", "已谢绝"),
                            ("lapsed", "已过期"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("principal_minor", models.BigIntegerField(verbose_name="本金")),
                ("months", models.PositiveSmallIntegerField(verbose_name="期限（月）")),
                (
                    "annual_pct",
                    models.DecimalField(decimal_places=6, max_digits=9, verbose_name="年利率（%）"),
                ),
                ("interest_minor", models.BigIntegerField(verbose_name="利息合计")),
                ("fee_minor", models.BigIntegerField(verbose_name="手续费")),
                (
                    "all_in_pct",
                    models.DecimalField(
                        decimal_places=4, max_digits=9, verbose_name="综合年化成本（%）"
                    ),
                ),
                (
                    "cap_pct",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=9,
                        null=True,
                        verbose_name="上限（%）",
                    ),
                ),
                ("eligible_minor", models.BigIntegerField(verbose_name="质物认定价值")),
                ("capacity_minor", models.BigIntegerField(verbose_name="最高可贷")),
                ("plan", models.JSONField(verbose_name="还款计划")),
                ("assessment", models.JSONField(verbose_name="审查")),
                ("clauses", models.TextField(blank=True, default="", verbose_name="特别约定")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("open_until", models.DateTimeField(verbose_name="有效期至")),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="pledges.application",
                    ),
                ),
                (
                    "licence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.licence",
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="pledges.productversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "贷款要约",
                "verbose_name_plural": "贷款要约",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["state", "open_until"], name="loan_offer_by_end")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("application",),
                        name="loan_offer_one_open",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "accepted")),
                        fields=("application",),
                        name="loan_offer_one_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fee_minor__gte", 0),
                            ("interest_minor__gte", 0),
                            ("months__gt", 0),
                            ("principal_minor__gt", 0),
                            ("principal_minor__lte", models.F("capacity_minor")),
                        ),
                        name="loan_offer_figures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cap_pct__isnull", True),
                            ("all_in_pct__lte", models.F("cap_pct")),
                            _connector="OR",
                        ),
                        name="loan_offer_below_its_cap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="loan_offer_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PawnDisposal",
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
                        choices=[("agreed", "协议折价"), ("sale", "变卖")],
                        max_length=6,
                        verbose_name="方式",
                    ),
                ),
                ("price_minor", models.BigIntegerField(verbose_name="价款")),
                ("costs_minor", models.BigIntegerField(verbose_name="变现费用")),
                ("buyer", models.CharField(max_length=200, verbose_name="买受人")),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待同意或复核"),
                            ("done", "已完成"),
                            ("refused", "未获同意"),
                        ],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                (
                    "proposed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("is_own_account", models.BooleanField(default=False)),
                ("surplus_minor", models.BigIntegerField(default=0)),
                ("deficiency_minor", models.BigIntegerField(default=0)),
                ("statement", models.JSONField(blank=True, null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
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
                    "pawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disposals",
                        to="pledges.pawn",
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
                "verbose_name": "绝当物处置",
                "verbose_name_plural": "绝当物处置",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "done"])),
                        fields=("pawn",),
                        name="pawn_disposal_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("costs_minor__gte", 0),
                            ("costs_minor__lte", models.F("price_minor")),
                            ("price_minor__gt", 0),
                            ("price_minor__lte", 1000000000000000),
                        ),
                        name="pawn_disposal_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("statement__isnull", False),
                                models.Q(("digest", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="pawn_disposal_has_statement",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PawnHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("authority", models.CharField(max_length=120, verbose_name="机关")),
                ("document", models.CharField(max_length=120, verbose_name="文书号")),
                (
                    "set_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lift_document",
                    models.CharField(
                        blank=True, default="", max_length=120, verbose_name="解除文书号"
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="pledges.pawn",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "当物查封",
                "verbose_name_plural": "当物查封",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("pawn",),
                        name="pawn_hold_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("authority", ""), _negated=True),
                            models.Q(("document", ""), _negated=True),
                            models.Q(
                                ("lifted_at__isnull", True),
                                models.Q(("lift_document", ""), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="pawn_hold_has_document",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PawnPosting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("charged", "计收"), ("paid", "还付")], max_length=7),
                ),
                ("part", models.CharField(max_length=9)),
                ("amount_minor", models.BigIntegerField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "pawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="pledges.pawn",
                    ),
                ),
            ],
            options={
                "verbose_name": "典当入账",
                "verbose_name_plural": "典当入账",
                "ordering": ["pawn", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pawn", "entry", "kind", "part"), name="pawn_posting_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PawnStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(choices=[("in", "入库"), ("out", "出库")], max_length=3)),
                ("is_refusal", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "place",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="库位"),
                ),
                (
                    "seal",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="封签号"),
                ),
                (
                    "tag",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="读到的标签"
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明"),
                ),
                ("previous", models.CharField(blank=True, default="", max_length=64)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirms",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmed_by",
                        to="pledges.pawnstep",
                    ),
                ),
                (
                    "pawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="pledges.pawn",
                    ),
                ),
            ],
            options={
                "verbose_name": "当物出入库记录",
                "verbose_name_plural": "当物出入库记录",
                "ordering": ["pawn", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("pawn", "number"), name="pawn_step_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="PawnTicket",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "place",
                    models.PositiveSmallIntegerField(
                        help_text="1 for the first, counting its renewals."
                    ),
                ),
                ("serial", models.PositiveIntegerField(help_text="In the series of the pawnshop.")),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="当票号")),
                ("months", models.PositiveSmallIntegerField(verbose_name="期限（月）")),
                (
                    "fee_permille",
                    models.DecimalField(
                        decimal_places=3, max_digits=6, verbose_name="每月综合费率（‰）"
                    ),
                ),
                (
                    "annual_pct",
                    models.DecimalField(decimal_places=6, max_digits=9, verbose_name="年利率（%）"),
                ),
                ("text", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drawn", "待签"),
                            ("signed", "已签，待生效"),
                            ("live", "有效"),
                            ("renewed", "已续当，由新票替代"),
                            ("redeemed", "已赎当"),
                            ("dead", "已绝当"),
                            ("cancelled", "已作废"),
                        ],
                        default="drawn",
                        max_length=9,
                    ),
                ),
                ("started_on", models.DateField(blank=True, null=True, verbose_name="起当日")),
                ("matures_on", models.DateField(blank=True, null=True, verbose_name="到期日")),
                (
                    "redeem_until",
                    models.DateField(blank=True, null=True, verbose_name="最后赎当日"),
                ),
                ("fee_minor", models.BigIntegerField(default=0)),
                ("interest_minor", models.BigIntegerField(default=0)),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.lender",
                    ),
                ),
                (
                    "pawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="pledges.pawn",
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.pawnterms",
                    ),
                ),
            ],
            options={
                "verbose_name": "当票",
                "verbose_name_plural": "当票",
                "ordering": ["pawn", "place", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("lender", "serial"), name="pawn_ticket_serial"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "cancelled"), _negated=True),
                        fields=("pawn", "place"),
                        name="pawn_ticket_place",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["live", "dead"])),
                        fields=("pawn",),
                        name="pawn_ticket_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["drawn", "signed", "cancelled"]),
                            models.Q(
                                ("matures_on__gt", models.F("started_on")),
                                ("redeem_until__gte", models.F("matures_on")),
                                ("started_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="pawn_ticket_has_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApplicationWork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "liquidity",
                    models.CharField(
                        choices=[("high", "容易变现"), ("medium", "一般"), ("low", "难以变现")],
                        default="low",
                        max_length=6,
                        verbose_name="变现难易",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="works",
                        to="pledges.application",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan_applications",
                        to="catalog.work",
                    ),
                ),
            ],
            options={
                "verbose_name": "申请质押的作品",
                "verbose_name_plural": "申请质押的作品",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "work"), name="application_work_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="合同号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("signing", "合同待签"),
                            ("agreed", "合同已签，待交付放款"),
                            ("active", "已放款"),
                            ("repaid", "已还清，待取回"),
                            ("closed", "已结清"),
                            ("cancelled", "已解除"),
                        ],
                        default="signing",
                        max_length=9,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("limit_minor", models.BigIntegerField(verbose_name="合同金额")),
                ("months", models.PositiveSmallIntegerField(verbose_name="期限（月）")),
                ("contract", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("started_on", models.DateField(blank=True, null=True, verbose_name="起息日")),
                ("matures_on", models.DateField(blank=True, null=True, verbose_name="到期日")),
                (
                    "charged_principal_minor",
                    models.BigIntegerField(default=0, verbose_name="已放本金"),
                ),
                (
                    "charged_interest_minor",
                    models.BigIntegerField(default=0, verbose_name="已计利息"),
                ),
                (
                    "charged_penalty_minor",
                    models.BigIntegerField(default=0, verbose_name="已计罚息"),
                ),
                ("charged_cost_minor", models.BigIntegerField(default=0, verbose_name="已计费用")),
                (
                    "paid_principal_minor",
                    models.BigIntegerField(default=0, verbose_name="已还本金"),
                ),
                ("paid_interest_minor", models.BigIntegerField(default=0, verbose_name="已付利息")),
                ("paid_penalty_minor", models.BigIntegerField(default=0, verbose_name="已付罚息")),
                ("paid_cost_minor", models.BigIntegerField(default=0, verbose_name="已付费用")),
                ("credit_minor", models.BigIntegerField(default=0, verbose_name="预存款")),
                ("remitted_minor", models.BigIntegerField(default=0)),
                ("reckoned_on", models.DateField(blank=True, null=True)),
                ("overdue_minor", models.BigIntegerField(default=0)),
                ("overdue_days", models.PositiveIntegerField(default=0)),
                ("next_due_on", models.DateField(blank=True, null=True)),
                ("next_due_minor", models.BigIntegerField(default=0)),
                (
                    "five_class",
                    models.CharField(
                        choices=[
                            ("normal", "正常"),
                            ("special_mention", "关注"),
                            ("substandard", "次级"),
                            ("doubtful", "可疑"),
                            ("loss", "损失"),
                        ],
                        default="normal",
                        max_length=15,
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="结束的理由"
                    ),
                ),
                (
                    "borrower",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loans",
                        to="accounts.party",
                    ),
                ),
                (
                    "lender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loans",
                        to="pledges.lender",
                    ),
                ),
                (
                    "offer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loan",
                        to="pledges.loanoffer",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loans",
                        to="pledges.productversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "质押贷款",
                "verbose_name_plural": "质押贷款",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["lender", "state", "id"], name="loan_by_lender"),
                    models.Index(fields=["borrower", "state"], name="loan_by_borrower"),
                    models.Index(
                        condition=models.Q(("state", "active")),
                        fields=["reckoned_on", "id"],
                        name="loan_to_reckon",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_cost_minor__gte", 0),
                            ("paid_interest_minor__gte", 0),
                            ("paid_penalty_minor__gte", 0),
                            ("paid_principal_minor__gte", 0),
                            ("charged_cost_minor__gte", models.F("paid_cost_minor")),
                            ("charged_interest_minor__gte", models.F("paid_interest_minor")),
                            ("charged_penalty_minor__gte", models.F("paid_penalty_minor")),
                            ("charged_principal_minor__gte", models.F("paid_principal_minor")),
                            ("credit_minor__gte", 0),
                            ("next_due_minor__gte", 0),
                            ("overdue_minor__gte", 0),
                            ("remitted_minor__gte", 0),
                        ),
                        name="loan_sums",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("limit_minor__gt", 0),
                            ("limit_minor__lte", 1000000000000000),
                            ("months__gt", 0),
                            (
                                "charged_principal_minor__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("limit_minor"), "+", models.F("paid_principal_minor")
                                ),
                            ),
                        ),
                        name="loan_within_its_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["signing", "cancelled"]),
                            ("signed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="loan_is_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("charged_principal_minor", 0),
                                ("matures_on__isnull", True),
                                ("started_on__isnull", True),
                                ("state__in", ["signing", "agreed", "cancelled"]),
                            ),
                            models.Q(
                                ("charged_principal_minor__gt", 0),
                                ("matures_on__gt", models.F("started_on")),
                                ("started_on__isnull", False),
                                ("state__in", ["active", "repaid", "closed"]),
                            ),
                            _connector="OR",
                        ),
                        name="loan_is_paid_out",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["repaid", "closed"]), _negated=True),
                            models.Q(
                                ("charged_cost_minor", models.F("paid_cost_minor")),
                                ("charged_interest_minor", models.F("paid_interest_minor")),
                                ("charged_penalty_minor", models.F("paid_penalty_minor")),
                                ("charged_principal_minor", models.F("paid_principal_minor")),
                            ),
                            _connector="OR",
                        ),
                        name="loan_repaid_owes_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("state__in", ("signing", "agreed", "active", "repaid")),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ("signing", "agreed", "active", "repaid")),
                                    _negated=True,
                                ),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="loan_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PawnSignature",
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
                        choices=[("pawner", "当户"), ("pawnshop", "典当行")], max_length=8
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                (
                    "signed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="pledges.pawnticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "当票签名",
                "verbose_name_plural": "当票签名",
                "ordering": ["ticket", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "side"), name="pawn_signed_once"),
                    models.UniqueConstraint(fields=("ticket", "signer"), name="pawn_signed_by_two"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PawnOrder",
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
                        choices=[("redeem", "赎当"), ("renew", "续当"), ("claim", "清偿不足部分")],
                        max_length=6,
                    ),
                ),
                ("pay_by", models.DateField(verbose_name="付款截止日")),
                ("amount_minor", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待付款"),
                            ("done", "已办理"),
                            ("returned", "未能办理，款项退回"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, default="", max_length=300)),
                ("value_on", models.DateField(blank=True, null=True)),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="pledges.pawn",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.pawnticket",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="pledges.pawnticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "典当付款",
                "verbose_name_plural": "典当付款",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="pawn_order_above_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "renew"), ("successor__isnull", False)),
                            models.Q(
                                models.Q(("kind", "renew"), _negated=True),
                                ("successor__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="pawn_order_successor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PawnLoss",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=36, unique=True, verbose_name="补发票号")),
                ("fee_minor", models.BigIntegerField()),
                ("words", models.CharField(max_length=300, verbose_name="挂失说明")),
                (
                    "reported_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="losses",
                        to="pledges.pawnticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "当票挂失",
                "verbose_name_plural": "当票挂失",
                "ordering": ["ticket", "id"],
            },
        ),
        migrations.CreateModel(
            name="ClassChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "before",
                    models.CharField(
                        choices=[
                            ("normal", "正常"),
                            ("special_mention", "关注"),
                            ("substandard", "次级"),
                            ("doubtful", "可疑"),
                            ("loss", "损失"),
                        ],
                        max_length=15,
                        verbose_name="原分类",
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("normal", "正常"),
                            ("special_mention", "关注"),
                            ("substandard", "次级"),
                            ("doubtful", "可疑"),
                            ("loss", "损失"),
                        ],
                        max_length=15,
                        verbose_name="现分类",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("since", models.DateField(verbose_name="从何时起")),
                (
                    "better_since",
                    models.DateField(blank=True, null=True, verbose_name="观察期开始"),
                ),
                ("overdue_days", models.PositiveIntegerField(verbose_name="逾期天数")),
                ("reasons", models.JSONField(verbose_name="理由")),
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
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="class_changes",
                        to="pledges.loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "分类变动",
                "verbose_name_plural": "分类变动",
                "ordering": ["loan", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("loan", "number"), name="class_change_number"),
                    models.CheckConstraint(
                        condition=models.Q(("since__lte", models.F("day"))),
                        name="class_change_since",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanDefault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("overdue", "逾期超过宽限期"),
                            ("margin", "追加担保未补足"),
                            ("maturity", "到期未还清"),
                        ],
                        max_length=8,
                        verbose_name="事由",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("noticed", "已通知，待补正"),
                            ("cured", "已补正"),
                            ("declared", "已宣告违约"),
                            ("withdrawn", "已撤销"),
                            ("settled", "已了结"),
                        ],
                        default="noticed",
                        max_length=9,
                    ),
                ),
                ("overdue_minor", models.BigIntegerField(verbose_name="逾期金额")),
                ("overdue_days", models.PositiveIntegerField(verbose_name="逾期天数")),
                ("owed_minor", models.BigIntegerField(verbose_name="全部欠款")),
                (
                    "words",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明"),
                ),
                (
                    "noticed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("cure_until", models.DateField(verbose_name="补正期限")),
                (
                    "declared_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="宣告时间"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="结束的理由"
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="defaults",
                        to="pledges.loan",
                    ),
                ),
                (
                    "noticed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "违约",
                "verbose_name_plural": "违约",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["state", "cure_until"], name="loan_default_by_term")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("noticed", "declared"))),
                        fields=("loan",),
                        name="loan_default_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["declared", "settled"]), _negated=True),
                            models.Q(
                                ("declared_at__isnull", False), ("declared_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="loan_default_declared",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True), ("state__in", ("noticed", "declared"))
                            ),
                            models.Q(
                                models.Q(("state__in", ("noticed", "declared")), _negated=True),
                                ("ended_at__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="loan_default_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("overdue_minor__gte", 0), ("owed_minor__gt", 0)),
                        name="loan_default_figures",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanEvent",
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
                            ("disbursement", "放款"),
                            ("payment", "还款"),
                            ("prepayment", "提前还款"),
                            ("refund", "多付退回"),
                            ("charge", "计收费用"),
                            ("reschedule", "展期"),
                            ("reversal", "撤销一笔记录"),
                        ],
                        max_length=12,
                    ),
                ),
                ("effective_on", models.DateField()),
                ("amount_minor", models.BigIntegerField(default=0)),
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
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="pledges.loan",
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
                    "payout",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.payout",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="pledges.loanevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "贷款记录",
                "verbose_name_plural": "贷款记录",
                "ordering": ["loan", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("loan", "number"), name="loan_event_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "reversal"), ("reverses__isnull", False)),
                            models.Q(
                                models.Q(("kind", "reversal"), _negated=True),
                                ("reverses__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="loan_event_reverses",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount_minor__gt", 0),
                                (
                                    "kind__in",
                                    ["disbursement", "payment", "prepayment", "refund", "charge"],
                                ),
                            ),
                            models.Q(("amount_minor", 0), ("kind__in", ["reschedule", "reversal"])),
                            _connector="OR",
                        ),
                        name="loan_event_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at_least",
                    models.CharField(
                        choices=[
                            ("normal", "正常"),
                            ("special_mention", "关注"),
                            ("substandard", "次级"),
                            ("doubtful", "可疑"),
                            ("loss", "损失"),
                        ],
                        max_length=15,
                        verbose_name="至少归入",
                    ),
                ),
                ("words", models.CharField(max_length=300, verbose_name="事实")),
                ("found_on", models.DateField(verbose_name="发现日期")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_on", models.DateField(blank=True, null=True)),
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
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="pledges.loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "影响分类的事实",
                "verbose_name_plural": "影响分类的事实",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("words", ""), _negated=True),
                            models.Q(("at_least", "normal"), _negated=True),
                        ),
                        name="loan_finding_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on__isnull", True),
                            models.Q(
                                models.Q(("end_reason", ""), _negated=True),
                                ("ended_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="loan_finding_end_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanPosting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("charged", "计收"), ("paid", "还付")], max_length=7),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("cost", "费用"),
                            ("interest", "利息"),
                            ("penalty", "罚息"),
                            ("principal", "本金"),
                        ],
                        max_length=9,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("day", models.DateField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="pledges.loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "贷款过账",
                "verbose_name_plural": "贷款过账",
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["loan", "kind", "part"], name="loan_posting_by_part")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True),
                        name="loan_posting_not_zero",
                    ),
                    models.UniqueConstraint(
                        fields=("entry", "loan", "kind", "part"), name="loan_posting_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanSignature",
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
                        choices=[("borrower", "借款人（出质人）"), ("lender", "贷款人（质权人）")],
                        max_length=8,
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                (
                    "signed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="pledges.loan",
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "合同签名",
                "verbose_name_plural": "合同签名",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("loan", "side"), name="loan_signed_once_a_side"
                    ),
                    models.UniqueConstraint(fields=("loan", "signer"), name="loan_two_signers"),
                ],
            },
        ),
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
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            (
                                "state__in",
                                ("open", "notified", "partly_cured", "escalated", "waived"),
                            )
                        ),
                        fields=["state", "cure_by"],
                        name="margin_call_by_end",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("open", "notified", "partly_cured", "escalated", "waived"),
                            )
                        ),
                        fields=("loan",),
                        name="margin_call_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("capacity_minor__gte", 0),
                            ("eligible_minor__gte", 0),
                            ("exposure_minor__gte", 0),
                            ("remaining_minor__gte", 0),
                            ("short_minor__gt", 0),
                        ),
                        name="margin_call_figures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False),
                                ("remaining_minor", 0),
                                ("state", "cured"),
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["notified", "partly_cured", "escalated"]),
                                _negated=True,
                            ),
                            models.Q(("cure_by__isnull", False), ("delivered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="margin_call_notified_has_deadline",
                    ),
                    models.CheckConstraint(
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
                ],
            },
        ),
        migrations.CreateModel(
            name="PledgeItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "origin",
                    models.CharField(
                        choices=[("contract", "原合同"), ("added", "追加或置换")],
                        default="contract",
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待贷款人同意"),
                            ("agreed", "待交付"),
                            ("pledged", "质押中"),
                            ("leaving", "同意取回"),
                            ("released", "已取回"),
                            ("dropped", "未交付，不再质押"),
                        ],
                        default="agreed",
                        max_length=8,
                    ),
                ),
                (
                    "category",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="类别"),
                ),
                (
                    "liquidity",
                    models.CharField(
                        choices=[("high", "容易变现"), ("medium", "一般"), ("low", "难以变现")],
                        max_length=6,
                        verbose_name="变现难易",
                    ),
                ),
                (
                    "valuations",
                    models.JSONField(help_text="Keys of the appraisals, the lower one first."),
                ),
                ("base_minor", models.BigIntegerField(verbose_name="评估值（较低者）")),
                (
                    "haircut_pct",
                    models.DecimalField(decimal_places=3, max_digits=6, verbose_name="折扣（%）"),
                ),
                (
                    "advance_pct",
                    models.DecimalField(decimal_places=3, max_digits=6, verbose_name="质押率（%）"),
                ),
                ("eligible_minor", models.BigIntegerField(verbose_name="认定价值")),
                ("value_until", models.DateField(verbose_name="评估有效期至")),
                (
                    "proposed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "pledged_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="质权设立时间"),
                ),
                ("leaving_at", models.DateTimeField(blank=True, null=True)),
                (
                    "leave_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="取回的理由"
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agreed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "encumbrance",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledge_item",
                        to="catalog.encumbrance",
                    ),
                ),
                (
                    "leaving_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="None: the loan was repaid.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="pledges.loan",
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
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledge_items",
                        to="catalog.work",
                    ),
                ),
            ],
            options={
                "verbose_name": "质物",
                "verbose_name_plural": "质物",
                "ordering": ["loan", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("loan", "number"), name="pledge_item_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("agreed", "pledged", "leaving"))),
                        fields=("work",),
                        name="pledge_item_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("advance_pct__gt", 0),
                            ("advance_pct__lte", 100),
                            ("base_minor__gt", 0),
                            ("eligible_minor__gte", 0),
                            ("eligible_minor__lte", models.F("base_minor")),
                            ("haircut_pct__gte", 0),
                            ("haircut_pct__lte", 100),
                        ),
                        name="pledge_item_value",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("pledged_at", None),
                                ("state__in", ["proposed", "agreed", "dropped"]),
                                ("encumbrance", None),
                            ),
                            models.Q(
                                ("pledged_at__isnull", False),
                                ("state__in", ["pledged", "leaving", "released"]),
                                ("encumbrance__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="pledge_item_arises_at_delivery",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["leaving", "released"]), _negated=True),
                            models.Q(
                                ("leaving_at__isnull", False),
                                models.Q(("leave_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="pledge_item_leaves_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False), ("state__in", ("released", "dropped"))
                            ),
                            models.Q(
                                models.Q(("state__in", ("released", "dropped")), _negated=True),
                                ("ended_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="pledge_item_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["proposed", "dropped"]),
                            models.Q(("agreed_at__isnull", False), ("agreed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="pledge_item_agreed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("exposure_minor", models.BigIntegerField()),
                ("eligible_minor", models.BigIntegerField(blank=True, null=True)),
                ("capacity_minor", models.BigIntegerField(blank=True, null=True)),
                (
                    "ltv_pct",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True),
                ),
                ("blocked", models.CharField(blank=True, default="", max_length=40)),
                (
                    "items",
                    models.JSONField(
                        default=list, help_text="Value of each work, or why there is none."
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="snapshots",
                        to="pledges.loan",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.productversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "质押率快照",
                "verbose_name_plural": "质押率快照",
                "ordering": ["loan", "day"],
                "constraints": [
                    models.UniqueConstraint(fields=("loan", "day"), name="snapshot_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("blocked", ""),
                                ("capacity_minor__isnull", False),
                                ("eligible_minor__isnull", False),
                            ),
                            models.Q(
                                models.Q(("blocked", ""), _negated=True),
                                ("eligible_minor__isnull", True),
                                ("ltv_pct__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="snapshot_blocked_has_no_value",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdvanceWork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("came_back_on", models.DateField(blank=True, null=True, verbose_name="退回日")),
                ("fell_due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "consignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advance_works",
                        to="auctions.consignment",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.work",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advance_works",
                        to="pledges.application",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.loanevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "预付款的委托",
                "verbose_name_plural": "预付款的委托",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("came_back_on__isnull", False), ("fell_due_at__isnull", True)
                        ),
                        fields=["came_back_on"],
                        name="advance_work_to_fall_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "work"), name="advance_work_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fell_due_at__isnull", True),
                            ("came_back_on__isnull", False),
                            _connector="OR",
                        ),
                        name="advance_work_came_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("event__isnull", True), ("fell_due_at__isnull", False), _connector="OR"
                        ),
                        name="advance_work_fell_due",
                    ),
                ],
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
                "constraints": [
                    models.UniqueConstraint(fields=("call", "number"), name="margin_step_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("receipt", models.CharField(max_length=60, verbose_name="仓单号")),
                ("place", models.CharField(max_length=120, verbose_name="库位")),
                ("seal", models.CharField(max_length=60, verbose_name="封签号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("arriving", "入库待复核"),
                            ("kept", "在库"),
                            ("leaving", "出库待复核"),
                            ("gone", "已出库"),
                            ("refused", "入库未获复核"),
                        ],
                        default="arriving",
                        max_length=8,
                    ),
                ),
                (
                    "last_result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("present", "在库，封签完好"),
                            ("seal_broken", "在库，封签破损"),
                            ("damaged", "在库，有损坏"),
                            ("missing", "不在库"),
                        ],
                        default="",
                        max_length=11,
                        verbose_name="最近盘点",
                    ),
                ),
                ("last_counted_at", models.DateTimeField(blank=True, null=True)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("head", models.CharField(blank=True, default="", max_length=64)),
                ("in_at", models.DateTimeField(blank=True, null=True, verbose_name="入库时间")),
                ("out_at", models.DateTimeField(blank=True, null=True, verbose_name="出库时间")),
                (
                    "custodian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="pledges.custodian",
                    ),
                ),
                (
                    "report_in",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appraisal.conditionreport",
                    ),
                ),
                (
                    "report_out",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appraisal.conditionreport",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="pledges.pledgeitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "托管",
                "verbose_name_plural": "托管",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("custodian", "receipt"), name="holding_receipt_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["arriving", "kept", "leaving"])),
                        fields=("item",),
                        name="holding_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("receipt", ""), _negated=True),
                            models.Q(("place", ""), _negated=True),
                            models.Q(("seal", ""), _negated=True),
                        ),
                        name="holding_has_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["kept", "leaving", "gone"]), _negated=True),
                            models.Q(("in_at__isnull", False), ("report_in__isnull", False)),
                            _connector="OR",
                        ),
                        name="holding_came_in",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "gone"), _negated=True),
                            ("out_at__isnull", False),
                            _connector="OR",
                        ),
                        name="holding_went_out",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PreAcquisition",
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
                            ("asked", "待签"),
                            ("signed", "已签"),
                            ("declined", "已谢绝"),
                            ("lapsed", "已到期"),
                            ("ended", "已终止"),
                            ("used", "已购得"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("price_minor", models.BigIntegerField(verbose_name="预收购价")),
                ("deposit_minor", models.BigIntegerField(default=0, verbose_name="定金")),
                (
                    "deposit_terms",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="定金的约定"
                    ),
                ),
                ("expires_on", models.DateField(verbose_name="有效期至")),
                ("text", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "asked_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="结束的理由"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pre_acquisitions",
                        to="pledges.pledgeitem",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pre_acquisitions",
                        to="accounts.party",
                    ),
                ),
                (
                    "signed_by",
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
                "verbose_name": "预收购承诺",
                "verbose_name_plural": "预收购承诺",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["party", "state"], name="pre_acquisition_by_party"),
                    models.Index(fields=["state", "expires_on"], name="pre_acquisition_by_end"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "signed"))),
                        fields=("item",),
                        name="pre_acquisition_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deposit_minor__gte", 0),
                            ("deposit_minor__lt", models.F("price_minor")),
                            ("price_minor__gt", 0),
                            ("price_minor__lte", 1000000000000000),
                        ),
                        name="pre_acquisition_figures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["signed", "used"]), _negated=True),
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="pre_acquisition_signed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True), ("state__in", ("asked", "signed"))
                            ),
                            models.Q(
                                models.Q(("state__in", ("asked", "signed")), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="pre_acquisition_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RealisationCase",
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
                            ("open", "处置中"),
                            ("closed", "处置完毕"),
                            ("stopped", "已还清，处置停止"),
                        ],
                        default="open",
                        max_length=7,
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("owed_minor", models.BigIntegerField(verbose_name="开始处置时的欠款")),
                ("demanded_at", models.DateTimeField(blank=True, null=True)),
                ("sell_by", models.DateField(blank=True, null=True, verbose_name="请求的变现期限")),
                ("surplus_minor", models.BigIntegerField(default=0, verbose_name="退还出质人")),
                (
                    "deficiency_minor",
                    models.BigIntegerField(blank=True, null=True, verbose_name="不足部分"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "default",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case",
                        to="pledges.loandefault",
                    ),
                ),
                (
                    "demanded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="realisation_cases",
                        to="pledges.loan",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "质物处置",
                "verbose_name_plural": "质物处置",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("loan",),
                        name="realisation_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owed_minor__gt", 0),
                            ("surplus_minor__gte", 0),
                            models.Q(
                                ("deficiency_minor__isnull", True),
                                ("deficiency_minor__gte", 0),
                                _connector="OR",
                            ),
                        ),
                        name="realisation_figures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("deficiency_minor__gte", 0),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="realisation_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sell_by__isnull", True),
                            ("demanded_at__isnull", False),
                            _connector="OR",
                        ),
                        name="realisation_demanded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Renewal",
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
                            ("open", "待答复"),
                            ("accepted", "已接受"),
                            ("declined", "已谢绝"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("matured_on", models.DateField(verbose_name="原到期日")),
                ("matures_on", models.DateField(verbose_name="新到期日")),
                (
                    "annual_pct",
                    models.DecimalField(decimal_places=6, max_digits=9, verbose_name="年利率（%）"),
                ),
                (
                    "offered_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewal",
                        to="pledges.loanevent",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewals",
                        to="pledges.loan",
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "展期",
                "verbose_name_plural": "展期",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("loan",),
                        name="renewal_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("annual_pct__gt", 0), ("matures_on__gt", models.F("matured_on"))
                        ),
                        name="renewal_is_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("event__isnull", False), ("state", "accepted")),
                            models.Q(
                                models.Q(("state", "accepted"), _negated=True),
                                ("event__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="renewal_has_event",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Disposal",
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
                            ("open", "待变现"),
                            ("sold", "已变现"),
                            ("failed", "各种方式都没有成交"),
                            ("stopped", "已停止"),
                        ],
                        default="open",
                        max_length=7,
                    ),
                ),
                (
                    "expected_minor",
                    models.BigIntegerField(blank=True, null=True, verbose_name="预期价值"),
                ),
                ("burned", models.PositiveSmallIntegerField(default=0, verbose_name="流拍次数")),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disposals",
                        to="pledges.pledgeitem",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disposals",
                        to="pledges.realisationcase",
                    ),
                ),
            ],
            options={
                "verbose_name": "待处置作品",
                "verbose_name_plural": "待处置作品",
                "ordering": ["case", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "item"), name="disposal_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("item",),
                        name="disposal_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="disposal_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CapacityCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_able", models.BooleanField(verbose_name="有能力履行")),
                ("papers", models.CharField(max_length=300, verbose_name="凭证")),
                ("valid_until", models.DateField(verbose_name="核实有效期至")),
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
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="pledges.preacquisition",
                    ),
                ),
            ],
            options={
                "verbose_name": "能力核实",
                "verbose_name_plural": "能力核实",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("papers", ""), _negated=True),
                        name="capacity_check_has_papers",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustodyEvent",
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
                            ("in", "入库"),
                            ("move", "移位"),
                            ("count", "盘点"),
                            ("out", "出库"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "is_refusal",
                    models.BooleanField(
                        default=False, help_text="The second person did not agree."
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "place",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="库位"),
                ),
                (
                    "seal",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="封签号"),
                ),
                (
                    "tag",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="读到的标签"
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("present", "在库，封签完好"),
                            ("seal_broken", "在库，封签破损"),
                            ("damaged", "在库，有损坏"),
                            ("missing", "不在库"),
                        ],
                        default="",
                        max_length=11,
                        verbose_name="结果",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明"),
                ),
                ("previous", models.CharField(blank=True, default="", max_length=64)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "created_at",
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
                    "confirms",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmed_by",
                        to="pledges.custodyevent",
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
                    "holding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="pledges.holding",
                    ),
                ),
            ],
            options={
                "verbose_name": "托管记录",
                "verbose_name_plural": "托管记录",
                "ordering": ["holding", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("holding", "number"), name="custody_event_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", 1), ("previous", "")),
                            models.Q(("number__gt", 1), models.Q(("previous", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="custody_event_chained",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "count"), models.Q(("result", ""), _negated=True)),
                            models.Q(models.Q(("kind", "count"), _negated=True), ("result", "")),
                            _connector="OR",
                        ),
                        name="custody_event_count_has_result",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisposalStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("discount", "协议折价"),
                            ("pre_acquirer", "预收购人购买"),
                            ("self_sale", "依约定自行变卖"),
                            ("auction", "本平台拍卖"),
                            ("court", "法院拍卖、变卖"),
                        ],
                        max_length=12,
                        verbose_name="方式",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "进行中"),
                            ("offered", "待对方同意"),
                            ("awaiting", "待付款"),
                            ("selling", "拍卖中"),
                            ("done", "已成交"),
                            ("failed", "未成交"),
                            ("skipped", "不适用"),
                            ("stopped", "已停止"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("price_minor", models.BigIntegerField(blank=True, null=True, verbose_name="价款")),
                (
                    "floor_minor",
                    models.BigIntegerField(blank=True, null=True, verbose_name="最低价"),
                ),
                ("costs_minor", models.BigIntegerField(default=0, verbose_name="变现费用")),
                (
                    "costs_for",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="费用的用途"
                    ),
                ),
                ("not_before", models.DateField(blank=True, null=True, verbose_name="最早成交日")),
                ("pay_until", models.DateField(blank=True, null=True, verbose_name="付款期限")),
                (
                    "documents",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="凭证"),
                ),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("proposed_at", models.DateTimeField(blank=True, null=True)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end_reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="理由"),
                ),
                (
                    "agreed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "buyer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
                (
                    "consignment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disposal_step",
                        to="auctions.consignment",
                    ),
                ),
                (
                    "disposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="pledges.disposal",
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
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "valuation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appraisal.valuation",
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="pledges.preacquisition",
                    ),
                ),
            ],
            options={
                "verbose_name": "处置步骤",
                "verbose_name_plural": "处置步骤",
                "ordering": ["disposal", "number"],
                "indexes": [
                    models.Index(fields=["state", "pay_until"], name="disposal_step_by_term")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("disposal", "number"), name="disposal_step_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ("open", "offered", "awaiting", "selling"))
                        ),
                        fields=("disposal",),
                        name="disposal_step_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("price_minor__isnull", True),
                                ("price_minor__gt", 0),
                                _connector="OR",
                            ),
                            models.Q(
                                ("floor_minor__isnull", True),
                                ("floor_minor__gt", 0),
                                _connector="OR",
                            ),
                            ("costs_minor__gte", 0),
                            models.Q(
                                ("costs_minor", 0),
                                models.Q(("costs_for", ""), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="disposal_step_figures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("state__in", ("open", "offered", "awaiting", "selling")),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ("open", "offered", "awaiting", "selling")),
                                    _negated=True,
                                ),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="disposal_step_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["failed", "skipped", "stopped"]), _negated=True
                            ),
                            models.Q(("end_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="disposal_step_failed_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["awaiting", "done"]), _negated=True),
                            ("way", "auction"),
                            models.Q(("agreed_at__isnull", False), ("price_minor__gt", 0)),
                            _connector="OR",
                        ),
                        name="disposal_step_agreed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Distribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("price_minor", models.BigIntegerField(verbose_name="价款")),
                ("deducted_minor", models.BigIntegerField(verbose_name="已扣费用")),
                ("received_minor", models.BigIntegerField(verbose_name="实收")),
                ("order", models.JSONField(verbose_name="清偿顺序")),
                ("owed_before", models.JSONField()),
                ("paid", models.JSONField()),
                ("owed_after", models.JSONField()),
                ("surplus_minor", models.BigIntegerField(verbose_name="退还出质人")),
                ("deficiency_minor", models.BigIntegerField(verbose_name="仍欠")),
                (
                    "is_outside",
                    models.BooleanField(
                        default=False,
                        help_text="The money did not come by the platform (a sale by a court).",
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "settlement",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="auctions.settlement",
                    ),
                ),
                (
                    "step",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="distribution",
                        to="pledges.disposalstep",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.loanevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "变现款分配",
                "verbose_name_plural": "变现款分配",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deducted_minor__gte", 0),
                            ("deficiency_minor__gte", 0),
                            (
                                "price_minor",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("deducted_minor"), "+", models.F("received_minor")
                                ),
                            ),
                            ("price_minor__gt", 0),
                            ("received_minor__gte", 0),
                            ("surplus_minor__gte", 0),
                            ("surplus_minor__lte", models.F("received_minor")),
                            models.Q(
                                ("surplus_minor", 0), ("deficiency_minor", 0), _connector="OR"
                            ),
                        ),
                        name="distribution_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("event__isnull", False),
                            ("surplus_minor", models.F("received_minor")),
                            _connector="OR",
                        ),
                        name="distribution_pays_the_loan",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PledgeSuspension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "began_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[("restored", "质权恢复"), ("sold", "已拍出，质权由价款代替")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to="pledges.pledgeitem",
                    ),
                ),
                (
                    "restored",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.encumbrance",
                    ),
                ),
                (
                    "sale",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledge_suspension",
                        to="catalog.encumbrance",
                    ),
                ),
                (
                    "step",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspension",
                        to="pledges.disposalstep",
                    ),
                ),
                (
                    "suspended",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.encumbrance",
                    ),
                ),
            ],
            options={
                "verbose_name": "质权的中止",
                "verbose_name_plural": "质权的中止",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end", "")),
                        fields=("item",),
                        name="pledge_suspension_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("end", ""), ("ended_at__isnull", True), ("restored__isnull", True)
                            ),
                            models.Q(
                                ("end", "restored"),
                                ("ended_at__isnull", False),
                                ("restored__isnull", False),
                            ),
                            models.Q(
                                ("end", "sold"),
                                ("ended_at__isnull", False),
                                ("restored__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="pledge_suspension_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdvanceProceeds",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("received_minor", models.BigIntegerField(verbose_name="委托人所得")),
                ("order", models.JSONField(verbose_name="清偿顺序")),
                ("owed_before", models.JSONField()),
                ("paid", models.JSONField()),
                ("owed_after", models.JSONField()),
                ("surplus_minor", models.BigIntegerField(verbose_name="付给委托人")),
                ("deficiency_minor", models.BigIntegerField(verbose_name="仍欠")),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "settlement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="auctions.settlement",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.loanevent",
                    ),
                ),
                (
                    "suspension",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proceeds",
                        to="pledges.pledgesuspension",
                    ),
                ),
            ],
            options={
                "verbose_name": "预付款的清偿",
                "verbose_name_plural": "预付款的清偿",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deficiency_minor__gte", 0),
                            ("received_minor__gte", 0),
                            ("surplus_minor__gte", 0),
                            ("surplus_minor__lte", models.F("received_minor")),
                            models.Q(
                                ("surplus_minor", 0), ("deficiency_minor", 0), _connector="OR"
                            ),
                        ),
                        name="advance_proceeds_add_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("event__isnull", False),
                            ("surplus_minor", models.F("received_minor")),
                            _connector="OR",
                        ),
                        name="advance_proceeds_pay_the_loan",
                    ),
                ],
            },
        ),
    ]
