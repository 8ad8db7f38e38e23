"""The books, and what the database itself refuses in them, on both engines."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from artmarket.core.triggers import Statements, append_only, frozen

ANOTHER_CURRENCY = """EXISTS (
    SELECT 1 FROM ledger_account
    WHERE id IN (NEW.debit_id, NEW.credit_id) AND currency <> NEW.currency
)"""
CLOSED = {
    "postgresql": "EXISTS (SELECT 1 FROM ledger_period"
    " WHERE month + interval '1 month' > NEW.booked_on)",
    "sqlite": "EXISTS (SELECT 1 FROM ledger_period WHERE date(month, '+1 month') > NEW.booked_on)",
}
OUT_OF_ORDER = {
    "postgresql": "extract(day FROM NEW.month) <> 1"
    " OR EXISTS (SELECT 1 FROM ledger_period WHERE month >= NEW.month)",
    "sqlite": "strftime('%d', NEW.month) <> '01'"
    " OR EXISTS (SELECT 1 FROM ledger_period WHERE month >= NEW.month)",
}

PG = """
CREATE FUNCTION {table}_{name}() RETURNS trigger AS $$
BEGIN
    IF {when} THEN
        RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_{name} BEFORE INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_{name}();
"""
SQLITE = """CREATE TRIGGER {table}_{name} BEFORE INSERT ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{words}'); END;"""


def refuse(table, name, when, words):
    """Refuse new rows of `table` for which `when` holds (an SQL condition over NEW)."""

    def forwards(vendor):
        sql = PG if vendor == "postgresql" else SQLITE
        condition = when if isinstance(when, str) else when[vendor]
        return [sql.format(table=table, name=name, when=condition, words=words)]

    def backwards(vendor):
        if vendor == "postgresql":
            return [
                f"DROP TRIGGER {table}_{name} ON {table}",
                f"DROP FUNCTION {table}_{name}()",
            ]
        return [f"DROP TRIGGER {table}_{name}"]

    return Statements(forwards, backwards)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("clearing", "支付渠道存款"),
                            ("receivable", "应收款"),
                            ("loan_book", "质押贷款"),
                            ("expense", "费用"),
                            ("deposit", "竞买保证金"),
                            ("escrow", "托管货款"),
                            ("payable", "应付款"),
                            ("revenue", "平台收入"),
                            ("tax", "代收代扣税款"),
                            ("guarantee", "风险保障金"),
                            ("suspense", "待查款"),
                        ],
                        max_length=12,
                        verbose_name="用途",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="币种")),
                (
                    "gateway",
                    models.CharField(
                        blank=True, default="", max_length=20, verbose_name="支付渠道"
                    ),
                ),
                ("balance_minor", models.BigIntegerField(default=0, verbose_name="余额")),
                (
                    "floor_minor",
                    models.BigIntegerField(blank=True, null=True, verbose_name="余额下限"),
                ),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="accounts.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "账户",
                "verbose_name_plural": "账户",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                ("kind", models.CharField(max_length=40, verbose_name="业务")),
                (
                    "memo",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="摘要"),
                ),
                ("booked_on", models.DateField(verbose_name="记账日")),
                ("subject_kind", models.CharField(blank=True, default="", max_length=80)),
                ("subject_id", models.CharField(blank=True, default="", max_length=40)),
                ("digest", models.CharField(max_length=64)),
                (
                    "posted_at",
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
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "分录",
                "verbose_name_plural": "分录",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(unique=True, verbose_name="月份")),
                (
                    "closed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="结账时间",
                    ),
                ),
                ("totals", models.JSONField()),
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
            ],
            options={
                "verbose_name": "会计期间",
                "verbose_name_plural": "会计期间",
                "ordering": ["-month"],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("memo", models.CharField(blank=True, default="", max_length=200)),
                (
                    "credit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="ledger.account",
                    ),
                ),
                (
                    "debit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debits",
                        to="ledger.account",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "转账",
                "verbose_name_plural": "转账",
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["purpose", "currency", "id"], name="account_by_purpose"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("party__isnull", False)),
                fields=("party", "purpose", "currency", "gateway"),
                name="account_one_of_a_party",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                condition=models.Q(("party__isnull", True)),
                fields=("purpose", "currency", "gateway"),
                name="account_one_of_nobody",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("floor_minor__isnull", True),
                    ("balance_minor__gte", models.F("floor_minor")),
                    _connector="OR",
                ),
                name="account_above_its_floor",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("purpose__in", ("deposit", "escrow", "payable")), _negated=True),
                        ("party__isnull", False),
                        _connector="OR",
                    ),
                    models.Q(
                        models.Q(
                            (
                                "purpose__in",
                                ("clearing", "revenue", "tax", "guarantee", "suspense"),
                            ),
                            _negated=True,
                        ),
                        ("party__isnull", True),
                        _connector="OR",
                    ),
                ),
                name="account_of_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("purpose", "clearing"), _negated=True),
                        models.Q(("gateway", ""), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(("gateway", ""), ("party__isnull", True), _connector="OR"),
                ),
                name="account_at_a_gateway",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["booked_on", "id"], name="entry_by_day"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["subject_kind", "subject_id"], name="entry_by_subject"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("key", ""), _negated=True), models.Q(("kind", ""), _negated=True)
                ),
                name="entry_has_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="transfer_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("debit", models.F("credit")), _negated=True),
                name="transfer_between_two",
            ),
        ),
        append_only("ledger_entry"),
        append_only("ledger_transfer"),
        append_only("ledger_period"),
        frozen("ledger_account", "party_id", "purpose", "currency", "gateway"),
        refuse(
            "ledger_transfer",
            "currency",
            ANOTHER_CURRENCY,
            "a transfer has the currency of its accounts",
        ),
        refuse("ledger_entry", "open", CLOSED, "the month of this day is closed"),
        refuse("ledger_period", "in_order", OUT_OF_ORDER, "months are closed in their order"),
    ]
