"""How a loan stands on a day, as a value."""

from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Literal

from .events import Conflict
from .parts import NOTHING, Parts

Status = Literal["agreed", "active", "repaid", "written_off", "closed"]


@dataclass(frozen=True, slots=True)
class Totals:
    """All that was ever charged, paid, waived and written off, by part.

    `charged.principal` is what was disbursed, `charged.interest` and `.penalty` what accrued to the
    day. `recovered` was paid on what had been written off. `received` is all money of the borrower,
    `refunded` what went back, `reclaimed` what went back without cover and is charged to him.
    """

    charged: Parts = NOTHING
    paid: Parts = NOTHING
    waived: Parts = NOTHING
    written_off: Parts = NOTHING
    recovered: Parts = NOTHING
    received: int = 0
    refunded: int = 0
    reclaimed: int = 0
    credit: int = 0

    def __sub__(self, other: "Totals") -> "Totals":
        names = [field.name for field in fields(self)]
        return Totals(**{name: getattr(self, name) - getattr(other, name) for name in names})

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def open(self) -> Parts:
        """What is owed, due or not."""
        return self.charged - self.paid - self.waived - self.written_off


@dataclass(frozen=True, slots=True)
class Demand:
    """A row that fell due, and what of it is paid."""

    due_on: date
    interest: int
    principal: int
    interest_paid: int
    principal_paid: int

    @property
    def unpaid(self) -> int:
        return self.interest + self.principal - self.interest_paid - self.principal_paid


@dataclass(frozen=True, slots=True)
class Planned:
    """A row to come: what will be demanded if nothing else happens, and the principal after it."""

    due_on: date
    interest: int
    principal: int
    balance: int

    @property
    def due(self) -> int:
        return self.interest + self.principal


@dataclass(frozen=True, slots=True)
class State:
    """A loan at the end of a day.

    `due`: what can be demanded now; `accrued`: the exact interest that ever accrued; `dpd`: days
    since the oldest row that is not paid; `annual`: the rate in force, in percent.
    """

    on: date
    status: Status
    totals: Totals
    due: Parts
    accrued: Fraction
    demands: tuple[Demand, ...]
    plan: tuple[Planned, ...]
    dpd: int
    annual: Fraction
    conflicts: tuple[Conflict, ...] = ()

    @property
    def open(self) -> Parts:
        return self.totals.open

    @property
    def exposure(self) -> int:
        """Principal disbursed and not repaid: what is lent, not what was planned."""
        return self.totals.open.principal

    @property
    def payoff(self) -> int:
        """What ends the loan on this day."""
        return max(self.totals.open.total - self.totals.credit, 0)

    @property
    def next_due(self) -> Planned | None:
        """The next row with something to pay."""
        return next((row for row in self.plan if row.due), None)
