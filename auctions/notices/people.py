"""Whom an event of a sale concerns, and the notice that it makes."""

from collections.abc import Mapping

from artmarket.accounts.models import Membership, Organisation, Party
from artmarket.core.models import Event

from ..models import Bid, Lot, Watch
from .making import News


def interested(lot: Lot) -> set[int]:
    """Those who bid on a lot, and those who follow it."""
    return bidders(lot) | set(Watch.objects.filter(lot=lot).values_list("user", flat=True))


def bidders(lot: Lot) -> set[int]:
    """Those whose bids on a lot count."""
    return set(Bid.objects.counting().filter(lot=lot).values_list("paddle__user", flat=True))


def people_of(party: Party) -> set[int]:
    """Who reads what a party is told: the person, or who administers the organisation."""
    if party.user_id:
        return {party.user_id}
    rows = Membership.objects.administering().filter(organisation=party.organisation_id)
    return set(rows.values_list("user", flat=True))


def people_of_house(house: Organisation) -> set[int]:
    """Who runs a house."""
    rows = Membership.objects.administering().filter(organisation=house)
    return set(rows.values_list("user", flat=True))


def lot_of(pk: int | str) -> Lot | None:
    """A lot with what notices say of it."""
    rows = Lot.objects.select_related("sale__house", "consignor", "leader", "winner")
    return rows.filter(pk=pk).first()


def about(
    lot: Lot, event: Event, user_id: int, kind: str, facts: Mapping[str, object] | None = None
) -> News:
    """What one person is told of a lot by an event."""
    return News(
        user_id, kind, f"event:{event.pk}", sale_id=lot.sale_id, lot_id=lot.pk,
        facts=dict(facts or {}),
    )  # fmt: skip
