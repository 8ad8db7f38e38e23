"""A lender's money on the platform: what is at hand, what is lent, what came and went."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from artmarket.core.money import Money
from artmarket.ledger.models import Account, Payment, Payout

from ..enums import Part
from ..models import Lender
from ..services.booking import Books, at_hand
from ..services.ground import party_of_lender
from ..services.lending import CURRENCY, FUNDING


@dataclass(frozen=True, slots=True)
class Funds:
    """What the platform owes a lender, in three parts; `accounts` are those with a statement."""

    at_hand: Money
    lent: Money
    claims: Money
    whole: Money
    accounts: tuple[Account, ...]


def funds_of(lender: Lender) -> Funds:
    """Read without locks: what a withdrawal finds may be less a moment later."""
    books = Books()
    own = books.funds(lender, CURRENCY)
    lent = books.claims(lender, CURRENCY, Part.PRINCIPAL)
    claims = books.claims(lender, CURRENCY, Part.INTEREST)
    rows = {row.pk: row for row in Account.objects.filter(pk__in=[own.pk, lent.pk, claims.pk])}
    return Funds(
        at_hand=Money(at_hand(lender, CURRENCY, books), CURRENCY),
        lent=rows[lent.pk].balance,
        claims=rows[claims.pk].balance,
        whole=rows[own.pk].balance,
        accounts=(rows[own.pk], rows[lent.pk], rows[claims.pk]),
    )


def payments_of(lender: Lender) -> QuerySet[Payment]:
    """What the lender was asked to bring, newest first."""
    return Payment.objects.filter(
        party=party_of_lender(lender), purpose=FUNDING, subject_id=str(lender.pk)
    ).order_by("-pk")


def payouts_of(lender: Lender, most: int = 20) -> list[Payout]:
    """The last sums that were sent to him: withdrawn, or what borrowers paid."""
    rows: Any = Payout.objects.filter(party=party_of_lender(lender)).order_by("-pk")
    return list(rows[:most])
