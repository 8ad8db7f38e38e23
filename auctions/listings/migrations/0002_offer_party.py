"""The party that sells, beside the person who opened the offer: an organisation's offer belongs to
all its administrators. Filled from the title in force when the offer was opened."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def fill(apps, schema_editor):
    Offer = apps.get_model("listings", "Offer")
    Party = apps.get_model("accounts", "Party")
    TitleShare = apps.get_model("catalog", "TitleShare")
    for offer in Offer.objects.filter(party__isnull=True).iterator():
        shares = TitleShare.objects.filter(work_id=offer.work_id).order_by("-pk")
        then = shares.filter(
            Q(to_event__isnull=True) | Q(to_event__checked_at__gt=offer.opened_at),
            from_event__checked_at__lte=offer.opened_at,
        )
        share = then.first() or shares.filter(to_event__isnull=True).first()
        # Without any recorded title the offer was its opener's own.
        own = Party.objects.filter(user_id=offer.seller_id).values_list("pk", flat=True).first()
        party_id = share.party_id if share else own
        Offer.objects.filter(pk=offer.pk).update(party_id=party_id)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("catalog", "0001_initial"),
        ("listings", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="party",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="offers",
                to="accounts.party",
                verbose_name="卖方",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
