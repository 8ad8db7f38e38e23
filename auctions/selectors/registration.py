"""Deposits, powers of attorney and relations as the desks and the bidder read them; reads only."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import F, Min, Q, QuerySet

from artmarket.accounts.models import Organisation, Party, User
from artmarket.core.clock import db_now
from artmarket.ledger.models import Payment
from artmarket.ledger.payments.enums import PaymentState

from .. import rule_books
from ..engine import deposits as engine
from ..enums import SOLD_LOTS, DepositKind, LotState, PaddleState, PowerState
from ..models import Deposit, Lot, Paddle, Power, Relation, Sale
from ..models.registration import DepositQuerySet
from .aftermath import count_defaults

SHOWN_ROWS = 500


def record_of(sale: Sale, party: Party, user: User) -> engine.Record:
    """What a bidder did: lots won of this house; his paddles suspended now, and his defaults."""
    won = Lot.objects.filter(state__in=SOLD_LOTS, sale__house=sale.house_id, winner__party=party)
    # A power that ended suspends too, and is nobody's fault.
    own = (
        Paddle.objects.filter(state=PaddleState.SUSPENDED)
        .exclude(power__state=PowerState.REVOKED)
        .exclude(power__valid_until__lte=db_now())
    )
    suspended = own.filter(Q(party=party) | Q(user=user)).count()
    return engine.Record(won=won.count(), strikes=suspended + count_defaults(party, user))


def deposit_due(sale: Sale, party: Party, user: User, limit_minor: int | None) -> int:
    """The deposit for a sale in its smallest unit; 0 where nothing is due."""
    lots = sale.lots.exclude(state=LotState.WITHDRAWN)
    return engine.due(
        rule_books.deposit_of(sale),
        record=record_of(sale, party, user),
        lowest_opening=lots.aggregate(least=Min("opening_minor"))["least"],
        limit=limit_minor,
    )


def deposit_of(paddle: Paddle, kind: str = DepositKind.ENTRY) -> Deposit | None:
    """The deposit of a paddle, where one is due."""
    return Deposit.objects.filter(paddle=paddle, kind=kind).first()


def owes_deposit(paddles: Collection[Paddle]) -> bool:
    """Whether one of these paddles still has to pay its deposit."""
    return bool(paddles) and Deposit.objects.short().filter(paddle__in=paddles).exists()


def deposits_for_pages() -> DepositQuerySet:
    """Deposits with what their rows show."""
    return Deposit.objects.select_related(
        "paddle__sale__house", "paddle__party", "paddle__user", "rule"
    )


def payments_for_pages(deposit: Deposit) -> list[Payment]:
    """What was asked for a deposit, with its refunds; the newest first."""
    rows = Payment.objects.asked_for("deposit", deposit)
    return list(rows.order_by("-pk").prefetch_related("refunds"))


def asked_at_gateways(deposit: Deposit) -> list[Payment]:
    """Its payments that are open on a page of a gateway."""
    return [
        row
        for row in payments_for_pages(deposit)
        if row.page_id and row.state == PaymentState.PENDING
    ]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits at the desk: to be paid in, to be paid back, and what is held."""

    short: list[Deposit]
    to_return: list[Deposit]
    held: list[Deposit]


def deposit_queue(houses: Iterable[Organisation]) -> Queue:
    """The deposits of these houses, those first that are due first."""
    rows = deposits_for_pages().filter(paddle__sale__house__in=houses)
    waits = (PaddleState.PENDING, PaddleState.APPROVED)
    short = rows.short().filter(paddle__state__in=waits, paddle__sale__ended_at__isnull=True)
    gone = F("released_minor") + F("applied_minor") + F("kept_minor")
    held = rows.filter(Q(received_minor__gt=gone) | Q(frozen_minor__gt=0))
    return Queue(
        short=list(short.order_by("paddle__sale__opens_at", "pk")[:SHOWN_ROWS]),
        to_return=list(rows.to_return().order_by("return_by", "pk")[:SHOWN_ROWS]),
        held=list(held.order_by("-pk")[:SHOWN_ROWS]),
    )


def deposits_of(user: User) -> QuerySet[Deposit]:
    """A bidder's own deposits, and those for which somebody bids for him; the newest first."""
    mine = Q(paddle__user=user) | Q(paddle__party__user=user)
    return deposits_for_pages().filter(mine).order_by("-pk")


# ------------------------------------------------------------------ powers of attorney


def powers_for_pages() -> QuerySet[Power]:
    """Powers with what their rows show."""
    return Power.objects.select_related("sale__house", "agent", "principal", "document")


def powers_in_force(sale: Sale, agent: User) -> QuerySet[Power]:
    """With which this person may register now."""
    now = db_now()
    return powers_for_pages().filter(
        sale=sale, agent=agent, state=PowerState.IN_FORCE,
        valid_from__lte=now, valid_until__gt=now, paddle__isnull=True,
    )  # fmt: skip


def powers_of(user: User) -> QuerySet[Power]:
    """Those that a person handed in, and those that name him or that he confirmed."""
    named = Q(principal_email__iexact=user.email) | Q(principal__user=user) | Q(confirmed_by=user)
    return powers_for_pages().filter(Q(agent=user) | named)


def power_queue(houses: Iterable[Organisation]) -> QuerySet[Power]:
    """The powers for these houses' sales, those that wait first."""
    rows = powers_for_pages().filter(sale__house__in=houses)
    return rows.annotate(waits=Q(state=PowerState.WAITING)).order_by("-waits", "-pk")


def has_account(power: Power) -> bool:
    """Whether the principal can confirm for himself."""
    return User.objects.filter(email__iexact=power.principal_email, is_active=True).exists()


# ------------------------------------------------------------------ relations


def relations_of(paddle: Paddle) -> QuerySet[Relation]:
    """What is on record of whoever bids and for whom; the ended too."""
    about = Q(party=paddle.party_id) | Q(party__user=paddle.user_id)
    return Relation.objects.filter(about).select_related("house", "by", "ended_by")
