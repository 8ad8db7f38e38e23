"""A refund or payout that replaces one that failed, how a party wants its money, and claims back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_evidence"),
        ("ledger", "0002_payments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PayoutChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gateway", models.CharField(max_length=20)),
                ("chosen_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "收款方式",
                "verbose_name_plural": "收款方式",
            },
        ),
        migrations.AddField(
            model_name="payout",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="ledger.payout",
                verbose_name="重发的是",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="ledger.refund",
                verbose_name="重发的是",
            ),
        ),
        migrations.AlterField(
            model_name="account",
            name="purpose",
            field=models.CharField(
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
                    ("recourse", "待追偿款"),
                ],
                max_length=12,
                verbose_name="用途",
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces__isnull", False)),
                fields=("replaces",),
                name="payout_replaced_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces__isnull", False)),
                fields=("replaces",),
                name="refund_replaced_once",
            ),
        ),
        migrations.AddField(
            model_name="payoutchoice",
            name="chosen_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="payoutchoice",
            name="party",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payout_choice",
                to="accounts.party",
            ),
        ),
    ]
