"""What follows a release: resale rights that wait for their holder, and what is owed back."""

from datetime import timedelta

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from artmarket.core.triggers import append_only, frozen

_DAYS = 90  # the term of the rule book when these rows were made


def list_rights(apps, schema_editor) -> None:
    """Resale rights of releases before there was a list: they stand in suspense."""
    transfer = apps.get_model("ledger", "Transfer")
    settlement = apps.get_model("auctions", "Settlement")
    right = apps.get_model("auctions", "ResaleRight")
    lines = transfer.objects.filter(
        entry__kind="settlement.release", memo="artist", credit__purpose="suspense"
    )
    for line in lines.select_related("entry"):
        row = settlement.objects.get(pk=int(line.entry.subject_id))
        right.objects.create(
            settlement=row,
            currency=line.currency,
            amount_minor=line.amount_minor,
            since=row.released_at,
            due_on=(row.released_at + timedelta(days=_DAYS)).date(),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_evidence"),
        ("auctions", "0010_deposit_money"),
        ("ledger", "0003_sent_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Recourse",
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
                        choices=[("seller", "委托人"), ("house", "拍卖企业")], max_length=6
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField(verbose_name="金额")),
                ("paid_minor", models.BigIntegerField(default=0, verbose_name="已付还")),
                ("made_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recourses",
                        to="auctions.settlement",
                    ),
                ),
            ],
            options={
                "verbose_name": "追偿",
                "verbose_name_plural": "追偿",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RecourseReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("credited_minor", models.BigIntegerField()),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
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
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.payout",
                    ),
                ),
                (
                    "recourse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="auctions.recourse",
                    ),
                ),
            ],
            options={
                "verbose_name": "追偿收款",
                "verbose_name_plural": "追偿收款",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ResaleRight",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待认定权利人"),
                            ("named", "已认定，付给权利人"),
                            ("taken_back", "成交撤销，已收回"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("due_on", models.DateField(verbose_name="办理期限")),
                (
                    "basis",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="认定的依据"
                    ),
                ),
                ("named_at", models.DateTimeField(blank=True, null=True)),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
                (
                    "named_by",
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
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resale_right",
                        to="auctions.settlement",
                    ),
                ),
            ],
            options={
                "verbose_name": "追续权费",
                "verbose_name_plural": "追续权费",
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="recourse",
            constraint=models.UniqueConstraint(
                fields=("settlement", "side"), name="recourse_one_a_side"
            ),
        ),
        migrations.AddConstraint(
            model_name="recourse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    ("paid_minor__gte", 0),
                    ("paid_minor__lte", models.F("amount_minor")),
                ),
                name="recourse_paid_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="recourse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("paid_minor", models.F("amount_minor")), ("settled_at__isnull", False)
                    ),
                    models.Q(
                        ("paid_minor__lt", models.F("amount_minor")), ("settled_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="recourse_settled_when_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoursereceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    ("credited_minor__gte", 0),
                    ("credited_minor__lte", models.F("amount_minor")),
                ),
                name="recourse_receipt_within",
            ),
        ),
        migrations.AddIndex(
            model_name="resaleright",
            index=models.Index(fields=["state", "due_on"], name="resale_by_state"),
        ),
        migrations.AddConstraint(
            model_name="resaleright",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="resale_above_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="resaleright",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("holder__isnull", True), ("named_at__isnull", True), ("state", "waiting")
                    ),
                    models.Q(
                        ("holder__isnull", False),
                        ("named_at__isnull", False),
                        ("state", "named"),
                        models.Q(("basis", ""), _negated=True),
                    ),
                    ("state", "taken_back"),
                    _connector="OR",
                ),
                name="resale_whose",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoursereceipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("payment__isnull", False), ("payout__isnull", True)),
                    models.Q(("payment__isnull", True), ("payout__isnull", False)),
                    _connector="OR",
                ),
                name="recourse_receipt_of_one",
            ),
        ),
        append_only("auctions_recoursereceipt"),
        frozen(
            "auctions_recourse",
            "settlement_id",
            "side",
            "party_id",
            "currency",
            "amount_minor",
            "made_at",
        ),
        frozen("auctions_resaleright", "settlement_id", "currency", "amount_minor", "since"),
        migrations.RunPython(list_rights, migrations.RunPython.noop),
    ]
