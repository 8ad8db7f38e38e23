"""By which gateway a party is paid out: as it chose, or by what is ready.

A gateway pays out only what it holds: what is not there goes by the bank.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.locks import lock_parties
from artmarket.accounts.models import Party, User
from artmarket.accounts.permissions import parties_of
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed
from artmarket.core.events import record_event

from ..enums import Purpose
from ..gateways import BANK, STRIPE, called
from ..models import Account, PayoutAccount, PayoutChoice
from .outgoing import in_transit

WAYS = (BANK, STRIPE)


@transaction.atomic(durable=True)
def choose_way(*, actor: User, party: Party, gateway: str) -> PayoutChoice:
    """A party says how it wants to be paid out from now on; what is under way stays as it is.

    Raises `NotAllowed`, `Invalid` (no such way, an account that is not ready).
    """
    if not parties_of(actor).filter(pk=party.pk).exists():
        raise NotAllowed()
    if gateway not in WAYS:
        raise Invalid(fields={"gateway": _("请从列表中选择。")})
    if gateway == STRIPE and not is_ready(party):
        raise Invalid(fields={"gateway": _("支付机构的账户还不能收款，请先开通。")})
    lock_parties(pks=[party.pk])
    before = PayoutChoice.objects.filter(party=party).values_list("gateway", flat=True).first()
    row, _is_new = PayoutChoice.objects.update_or_create(
        party=party, defaults={"gateway": gateway, "chosen_by": actor, "chosen_at": db_now()}
    )
    record_event(
        actor=actor, action="payout_way.chosen", subject=row, before={"gateway": before},
        after={"gateway": gateway}, party=party.pk,
    )  # fmt: skip
    return row


def is_ready(party: Party) -> bool:
    """Whether its account at the gateway can be paid out to."""
    rows = PayoutAccount.objects.filter(party=party, gateway=STRIPE, is_ready=True)
    return bool(called()) and rows.exists()


def way_of(party: Party) -> str:
    """How a party is paid out, where the gateway holds enough."""
    chosen = PayoutChoice.objects.filter(party=party).values_list("gateway", flat=True).first()
    return STRIPE if chosen != BANK and is_ready(party) else BANK


def ways_for(wanted: Sequence[tuple[Party, int]], currency: str) -> list[str]:
    """The gateway for each of several payouts that are asked for together.

    Arguments: party and amount (smallest unit) of each, in their order. One that the gateway does
    not hold, after those before it, goes by the bank.
    """
    left: int | None = None
    found: list[str] = []
    for party, amount in wanted:
        way = way_of(party)
        if way != BANK:
            left = held_at(way, currency) if left is None else left
            way, left = (way, left - amount) if left >= amount else (BANK, left)
        found.append(way)
    return found


def held_at(gateway: str, currency: str) -> int:
    """What a gateway holds by the books, less what is on its way out there."""
    names = (gateway, in_transit(gateway, currency).gateway)
    rows = Account.objects.filter(purpose=Purpose.CLEARING, currency=currency, gateway__in=names)
    return rows.aggregate(sum=Sum("balance_minor"))["sum"] or 0
