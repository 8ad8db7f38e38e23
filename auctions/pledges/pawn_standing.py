"""How a pawn stands on a day: its last days by the rule book, and what is owed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from artmarket import rulebook
from artmarket.core import calendars

from . import pawn_citations as rules
from . import rule_values
from .engine import pawn as engine
from .engine.pawn_charges import Charges, charges
from .models import Pawn, PawnLoss, PawnTicket
from .models.pawn import PAWN_PAID, PAWN_PARTS
from .pawn_enums import TicketState

FRIDAY = 4
RUNNING = (TicketState.LIVE, TicketState.DEAD)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed of a pawn on a day, in the smallest unit."""

    principal: int
    interest: int
    cost: int

    @property
    def total(self) -> int:
        return self.principal + self.interest + self.cost


def last_day(maturity: date) -> date:
    """The last day to redeem or renew; on a rest day the next working day, where that is set.

    Where the holidays of that year are not announced yet a weekend alone moves it; the nightly duty
    asks once more before a pawn is dead.
    """
    grace = rulebook.get(rules.GRACE, on=maturity)
    roll = _rolled if rulebook.get(rules.ROLL, on=maturity) else None
    return engine.redemption(maturity, maturity, grace_days=grace, roll=roll).until


def _rolled(day: date) -> date:
    try:
        return calendars.next_working(calendars.china(), day)
    except calendars.CalendarNotCovered:
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > FRIDAY else 0)


def fee_rule(ticket: PawnTicket) -> engine.FeeRule:
    """The agreed fee with the counting of the day on which the ticket was made."""
    made = ticket.terms.valid_from
    rule = rule_values.pawn_fee("movable", on=made)
    return engine.FeeRule(Fraction(ticket.fee_permille), rule.least_days, rule.month_days)


def charges_of(ticket: PawnTicket, principal: int, *, on: date) -> Charges:
    """What a ticket that runs costs up to a day."""
    if ticket.started_on is None or ticket.redeem_until is None:
        return Charges(0, 0, 0)
    return charges(
        principal, ticket.started_on, on, until=ticket.redeem_until, fee=fee_rule(ticket),
        annual_pct=Fraction(ticket.annual_pct),
        year_days=rulebook.get(rules.YEAR_DAYS, on=ticket.terms.valid_from),
        is_renewal=ticket.place > 1,
    )  # fmt: skip


def running(tickets: Iterable[PawnTicket]) -> PawnTicket | None:
    """The ticket under which the pawn goes on."""
    return next((row for row in tickets if row.state in RUNNING), None)


def charged_of(
    pawn: Pawn, tickets: Iterable[PawnTicket], losses: Iterable[PawnLoss], *, on: date
) -> dict[str, int]:
    """All that a pawn that was paid out has cost up to a day, by part; from its tickets alone."""
    rows = list(tickets)
    fee = sum(row.fee_minor for row in rows if row.state not in RUNNING)
    interest = sum(row.interest_minor for row in rows if row.state not in RUNNING)
    live = running(rows)
    if live is not None:
        now = charges_of(live, pawn.principal_minor, on=on)
        fee, interest = fee + now.fee, interest + now.interest
    cost = fee + sum(row.fee_minor for row in losses)
    is_out = any(row.started_on is not None for row in rows)
    return {
        "principal": pawn.principal_minor if is_out else 0, "interest": interest, "cost": cost,
    }  # fmt: skip


def owed_on(
    pawn: Pawn, tickets: Iterable[PawnTicket], losses: Iterable[PawnLoss], *, on: date
) -> Owed:
    """What has to be paid to redeem on a day."""
    charged = charged_of(pawn, tickets, losses, on=on)
    return Owed(**{part: charged[part] - getattr(pawn, PAWN_PAID[part]) for part in PAWN_PARTS})


def charges_to_renew(pawn: Pawn, tickets: Iterable[PawnTicket], losses: Iterable[PawnLoss]) -> Owed:
    """What has to be paid before a renewal: all charges up to the old maturity."""
    rows = list(tickets)
    live = running(rows)
    assert live is not None and live.matures_on is not None  # noqa: S101 - it runs
    owed = owed_on(pawn, rows, losses, on=live.matures_on)
    return Owed(0, owed.interest, owed.cost)
