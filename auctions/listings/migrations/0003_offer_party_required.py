"""Every offer names the party that sells; a step of its own, after the rows are filled."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listings", "0002_offer_party")]

    operations = [
        migrations.AlterField(
            model_name="offer",
            name="party",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers",
                to="accounts.party",
                verbose_name="卖方",
            ),
        ),
        migrations.AlterField(
            model_name="offer",
            name="seller",
            field=models.ForeignKey(
                help_text="Who opened it, for himself or as administrator of the selling "
                "organisation.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers",
                to="accounts.user",
            ),
        ),
    ]
