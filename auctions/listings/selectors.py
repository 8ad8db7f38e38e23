"""Reads about offers. Nothing here writes."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from artmarket.accounts.models import Membership, User
from artmarket.accounts.permissions import parties_of
from catalog.enums import EncumbranceKind
from catalog.models import Work

from .models import Enquiry, Offer


def for_sale(work_ids: Collection[int]) -> Mapping[int, list[str]]:
    """The facet `for_sale`: works with a live offer."""
    found = Offer.objects.live().filter(work_id__in=work_ids)
    return {pk: ["enquiry"] for pk in found.values_list("work_id", flat=True)}


def asking_prices(work_ids: Collection[int]) -> Mapping[int, tuple[int, str]]:
    """The asking prices of works with a live offer, in minor units with the currency."""
    rows = Offer.objects.live().filter(work_id__in=work_ids)
    return {
        work: (minor, currency)
        for work, minor, currency in rows.values_list("work_id", "price_minor", "currency")
    }


def live_offer(work: Work) -> Offer | None:
    """The live offer of a work, asked from the database."""
    return Offer.objects.live().filter(work=work).select_related("encumbrance").first()


def offer_on(live: Any) -> Offer | None:
    """The offer that stands on this live encumbrance (joined by the catalogue's selectors)."""
    if live is None or live.kind != EncumbranceKind.LISTING:
        return None
    offer = getattr(live, "offer", None)
    return offer if offer is not None and offer.closed_at is None else None


def offers_of(user: User) -> QuerySet[Offer]:
    """What this person offers, or an organisation for which he acts; live ones first."""
    return (
        Offer.objects.filter(party__in=parties_of(user))
        .select_related("work", "encumbrance")
        .annotate(asked=Count("enquiries"))
        .order_by("-closed_at", "-id")
    )


def enquiries_of(user: User) -> QuerySet[Enquiry]:
    """The talks in which this person takes part, newest first."""
    return Enquiry.objects.filter(
        Q(buyer=user) | Q(offer__party__in=parties_of(user))
    ).select_related("offer__work", "offer__encumbrance")


def reader_of(offer: Offer) -> User | None:
    """Whom to tell of a question: who opened the offer while he acts for the seller; after him the
    administrator who has been one for longest. Nobody when none is left."""
    if offer.seller.is_active and offer.seller.has_perm("listings.change_offer", offer):
        return offer.seller
    membership = (
        Membership.objects.administering()
        .filter(organisation__party=offer.party_id, user__is_active=True)
        .select_related("user")
        .order_by("since", "pk")
        .first()
    )
    return membership.user if membership else None
