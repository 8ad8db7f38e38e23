"""The listings' part of a person's data: his offers, and what he asked and answered."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import personal_data
from artmarket.accounts.models import User
from artmarket.accounts.personal_data import Hold

from .models import EnquiryMessage, Offer


def announce() -> None:
    """Register the part; called once at start."""
    personal_data.register("offers", _("标价与询价"), copy=copy, holds=holds)


def copy(user: User) -> Iterable[dict[str, Any]]:
    """Offers opened by the person or for him, and his own messages."""
    offers = Offer.objects.filter(seller=user) | Offer.objects.filter(party__user=user)
    for offer in offers.select_related("work").order_by("pk"):
        yield {
            "offer": offer.pk,
            "work": offer.work.number,
            "price_minor": offer.price_minor,
            "currency": offer.currency,
            "opened_at": offer.opened_at,
            "closed_at": offer.closed_at,
        }
    for message in EnquiryMessage.objects.filter(by=user).order_by("pk"):
        yield {"enquiry": message.enquiry_id, "at": message.at, "text": message.text}


def holds(user: User) -> Iterable[Hold]:
    """An open offer is taken down first; the records of business are kept."""
    if Offer.objects.live().filter(party__user=user).exists():
        yield Hold(_("你还有挂出标价的作品，请先撤下。"), "privacy.copy_and_erasure", blocks=True)
    elif (
        Offer.objects.filter(seller=user).exists()
        or EnquiryMessage.objects.filter(by=user).exists()
    ):
        yield Hold(_("标价与询价的记录"), "retention.art_business_years")
