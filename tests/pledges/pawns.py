"""Pawns for tests, each brought to its stage through the services.

`made.boss` runs the pawnshop, `made.clerk` and `made.second` work there, `made.owner` pawns.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from types import SimpleNamespace

from django.db import transaction

from artmarket.accounts.enums import LicenceKind, OrganisationKind
from artmarket.accounts.services.parties import party_of
from artmarket.core.clock import db_today
from artmarket.ledger.models import Payment
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.receipts import Arrival, book
from auctions.pledges.models import Pawn
from auctions.pledges.services import (
    applications,
    lenders,
    pawn_custody,
    pawn_money,
    pawn_tickets,
)
from auctions.pledges.services.applications import Query
from auctions.pledges.services.custody import Step
from auctions.pledges.services.pawn_tickets import Thing
from tests.accounts.identities import licensed
from tests.appraisal.conditions import handed_over
from tests.factories import UserFactory
from tests.pledges import stages
from tests.pledges.clocks import days_ago
from tests.pledges.stages import YUAN

_serial = count(1)
APPRAISED, LENT = 100_000 * YUAN, 50_000 * YUAN
CAPITAL = 2_000_000 * YUAN


def shop(*, back: int = 0, capital: int = CAPITAL, **changes):
    """A licensed pawnshop with terms since so many days, and a certified work of an owner."""
    of = stages.organisation(OrganisationKind.LENDER)
    licensed(of, by=of.boss, kind=LicenceKind.PAWN)
    lender = lenders.confirm_lender(
        actor=UserFactory(operator=True), organisation_id=of.pk, kind="pawnshop",
        capital_minor=capital,
    )  # fmt: skip
    made = SimpleNamespace(
        lender=lender, boss=of.boss, clerk=of.staff[0], second=of.staff[1], back=back
    )
    with days_ago(back):
        set_terms(made, db_today() - timedelta(days=back), **changes)
    works, made.owner = stages.author_works(1)
    made.work, made.party = works[0], party_of(made.owner)
    with days_ago(back):
        query(made)
    return made


def set_terms(made, day: date, **changes):
    values = {
        "fee_permille": Decimal(30), "annual_pct": Decimal("4.35"), "most_pct": Decimal(60),
        "lost_fee_minor": 20 * YUAN,
    }  # fmt: skip
    return pawn_tickets.set_terms(
        actor=made.boss, lender_id=made.lender.pk, valid_from=day, **(values | changes)
    )


def query(made):
    return applications.record_query(
        actor=made.clerk, lender_id=made.lender.pk, work_id=made.work.pk, pledgor_id=made.party.pk,
        query=Query(f"PC{next(_serial)}", db_today() - timedelta(days=made.back), "clear"),
    )  # fmt: skip


def draw(made, **changes):
    values = {
        "thing": Thing(APPRAISED, "完好"), "principal_minor": LENT, "months": 1,
    }  # fmt: skip
    return pawn_tickets.draw_pawn(
        actor=made.boss, lender_id=made.lender.pk, work_id=made.work.pk, **(values | changes)
    )


def sign(made, ticket):
    for actor, side in ((made.owner, "pawner"), (made.boss, "pawnshop")):
        ticket = pawn_tickets.sign_ticket(
            actor=actor, ticket_id=ticket.pk, side=side, digest=ticket.digest
        )
    return ticket


def drawn(*, back: int = 0, months: int = 1, shop_changes=None, **changes):
    made = shop(back=back, **(shop_changes or {}))
    with days_ago(back):
        made.ticket = draw(made, months=months, **changes)
    made.pawn = made.ticket.pawn
    return made


def held(**changes):
    """Signed by both, the thing taken in by two persons."""
    made = drawn(**changes)
    with days_ago(made.back):
        sign(made, made.ticket)
    handed_over(made.work, purpose="pledge", examined_on=db_today())
    with days_ago(made.back):
        pawn_custody.record_thing(
            actor=made.clerk, pawn_id=made.pawn.pk,
            step=Step(place="保险库一架", seal=f"P{next(_serial)}"),
        )  # fmt: skip
        pawn_custody.confirm_thing(actor=made.second, pawn_id=made.pawn.pk, agrees=True)
    return fresh(made)


def fund(made, amount: int) -> None:
    stages.fund(made, amount)


def active(**changes):
    """Paid out so many days ago (`back`)."""
    made = held(**changes)
    fund(made, made.pawn.principal_minor)
    with days_ago(made.back):
        pawn_money.pay_out(actor=made.boss, pawn_id=made.pawn.pk)
    return fresh(made)


def ask(made, kind: str, *, ago: int = 0, **changes) -> Payment:
    with days_ago(ago):
        return pawn_money.ask_to_pay(
            actor=made.owner, pawn_id=made.pawn.pk, kind=kind, gateway="bank",
            key=f"k{next(_serial)}", **changes,
        )  # fmt: skip


def receive(payment: Payment, *, day: date | None = None, tells: bool = True) -> Payment:
    """All of it came, on a day."""
    with transaction.atomic():
        arrival = Arrival(
            "bank", f"PR{next(_serial)}", "CNY", payment.amount_minor,
            received_on=day or db_today(),
        )  # fmt: skip
        book(actor=None, payment=lock_payment(pk=payment.pk), arrival=arrival)
    payment = Payment.objects.get(pk=payment.pk)
    if tells:
        pawn_money.take_in(payment)
    return payment


def dead(*, days: int = 50, **changes):
    made = active(back=days, **changes)
    pawn_money.declare_dead()
    return fresh(made)


def give_back(made):
    handed_over(made.work, purpose="outgoing", examined_on=db_today())
    pawn_custody.record_thing(actor=made.clerk, pawn_id=made.pawn.pk, step=Step())
    pawn_custody.confirm_thing(actor=made.second, pawn_id=made.pawn.pk, agrees=True)
    return fresh(made)


def fresh(made):
    """Read again what the services changed."""
    made.pawn = Pawn.objects.select_related("lender", "work").get(pk=made.pawn.pk)
    made.tickets = list(made.pawn.tickets.select_related("terms").order_by("place", "pk"))
    made.ticket = made.tickets[0]
    return made


def fee(principal: int, days: int, permille: int = 30) -> int:
    return principal * permille * max(days, 5) // 30_000


def interest(principal: int, days: int) -> int:
    return principal * 435 * days // (10_000 * 360)
