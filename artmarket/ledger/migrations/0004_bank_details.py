"""Where the bank pays a party out to, sealed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import artmarket.core.sealed


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_evidence"),
        ("ledger", "0003_sent_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BankDetails",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holder", artmarket.core.sealed.SealedTextField(verbose_name="户名")),
                ("bank", artmarket.core.sealed.SealedTextField(verbose_name="开户银行")),
                ("number", artmarket.core.sealed.SealedTextField(verbose_name="账号")),
                ("entered_at", models.DateTimeField(verbose_name="填写时间")),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_details",
                        to="accounts.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "银行账户",
                "verbose_name_plural": "银行账户",
            },
        ),
    ]
