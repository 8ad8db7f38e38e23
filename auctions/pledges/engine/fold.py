"""The running state of a loan while its events are folded, one after another.

Only `replay` uses it. It goes from day to day of the history: interest accrues exactly on the
principal that is out, a due date turns it into a rounded demand, money pays demands oldest first.
Nothing is remembered but what the events and the terms say, so the same history always gives the
same state. Pledge rules §7.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from . import schedules
from .allocation import allocate
from .day_counts import day_after, fraction
from .events import AfterPrepayment, Conflict, Event, Moratorium, Reason, Reschedule, Terms
from .grid import Grid
from .parts import PARTS, Part, Parts, gathered, only
from .rounding import rounded
from .schedules import Row
from .state import Demand, Planned, State, Status, Totals

_OF_ROWS: Final[tuple[Part, ...]] = ("interest", "principal")


@dataclass(slots=True)
class _Due:
    """A row that fell due, on its way to be paid."""

    due_on: date
    interest: int
    principal: int
    interest_paid: int = 0
    principal_paid: int = 0

    def unpaid(self, part: Part) -> int:
        if part == "interest":
            return self.interest - self.interest_paid
        return self.principal - self.principal_paid if part == "principal" else 0

    def pay(self, part: Part, amount: int) -> int:
        """Take what it can of an amount; gives what it took."""
        taken = min(amount, self.unpaid(part))
        if part == "interest":
            self.interest_paid += taken
        else:
            self.principal_paid += taken
        return taken


class Fold:
    """A loan between two events. Amounts in the smallest unit; see `state.Totals` for the sums."""

    def __init__(self, terms: Terms) -> None:
        self.terms, self.kind, self.annual = terms, terms.kind, terms.annual
        self.penalty_annual = terms.penalty_annual
        self.grid = Grid(terms.start, terms.every, terms.convention)
        self.dates = self._due_days(terms.count)
        self.plan: list[int] = [0] * len(self.dates)  # principal of each coming date
        self.each: int | None = None  # the instalment, or the part of principal, that holds
        self.now: date | None = None
        self.rows: list[_Due] = []
        self.undue = 0  # principal that has not fallen due
        self.exact = Fraction(0)  # interest since the last demand
        self.ahead = 0  # what of it is paid already
        self.carried = 0  # interest withdrawn from older rows, demanded with the next
        self.demanded = 0  # interest demanded so far, each row rounded
        self.accrued = Fraction(0)
        self.penalty_exact = Fraction(0)
        self.disbursed = self.fees = self.penalties = 0
        self.paid = self.waived = self.written = self.recovered = Parts()
        self.received = self.refunded = self.reclaimed = self.credit = 0
        self.is_written_off = self.is_closed = False
        self.conflicts: list[Conflict] = []

    # -------------------------------------------------------------- what stands

    @property
    def charged(self) -> Parts:
        return Parts(
            cost=self.fees,
            interest=self.demanded + self._running(),
            penalty=self.penalties + rounded(self.penalty_exact, self.terms.rounding),
            principal=self.disbursed,
        )

    @property
    def open(self) -> Parts:
        return self.charged - self.paid - self.waived - self.written

    def payable(self, *, early: bool = False) -> Parts:
        """What can be demanded now; `early`: what may be paid now."""
        owed = self.open
        if early:
            return owed
        return Parts(
            cost=owed.cost,
            interest=self._unpaid("interest") + (self._running() - self.ahead) * self._is_matured(),
            penalty=owed.penalty,
            principal=self._unpaid("principal"),
        )

    def _running(self) -> int:
        """The interest since the last demand, rounded as it would be demanded today."""
        return rounded(self.exact, self.terms.rounding)

    def _unpaid(self, part: Part) -> int:
        return sum(row.unpaid(part) for row in self.rows)

    def _is_matured(self) -> bool:
        return not self.dates

    # -------------------------------------------------------------- time

    def reach(self, day: date, *, demands: bool = True) -> None:
        """Let time pass to a day; with `demands` also what falls due on that very day."""
        while self.dates and (self.dates[0] < day or (demands and self.dates[0] == day)):
            self._pass(self.dates[0])
            self._demand()
            self.settle()
        self._pass(day)
        self.settle()

    def _pass(self, day: date) -> None:
        if self.now is None:
            self.now = day
        while self.now < day:
            stop = min([day, *(end for end in self._grace_ends() if end > self.now)])
            self._accrue(self.now, stop)
            self.now = stop

    def _grace_ends(self) -> list[date]:
        if not self.terms.grace_days:
            return []
        return [day_after(row.due_on, self.terms.grace_days) for row in self.rows]

    def _accrue(self, start: date, end: date) -> None:
        principal = self.undue + self._unpaid("principal")
        if principal and self.annual:
            interest = principal * self.annual / 100 * self.grid.fraction(start, end)
            self.exact += interest
            self.accrued += interest
        late = self._late(start)
        if late and self.penalty_annual:
            part = fraction(self.terms.penalty_convention, start, end)
            self.penalty_exact += late * self.penalty_annual / 100 * part

    def _late(self, day: date) -> int:
        """What bears a penalty from this day on."""
        grace = self.terms.grace_days
        return sum(
            row.unpaid(part)
            for row in self.rows
            if day_after(row.due_on, grace) <= day
            for part in self.terms.penalty_on
        )

    def _demand(self) -> None:
        """The next date falls due: its principal, and all interest to this day, rounded once."""
        due_on, principal = self.dates.pop(0), self.plan.pop(0)
        principal = min(principal, self.undue) if self.dates else self.undue
        interest = self._running()
        row = _Due(due_on, interest + self.carried, principal, self.ahead)
        self.demanded += interest
        self.undue -= principal
        self.exact, self.ahead, self.carried = Fraction(0), 0, 0
        if row.interest or row.principal:
            self.rows.append(row)

    # -------------------------------------------------------------- money

    def settle(self, *, early: bool = False, order: tuple[Part, ...] | None = None) -> None:
        """Pay from the credit what can be paid, in the order of the contract unless another is
        said; then what had been written off."""
        if self.credit <= 0:
            return
        self._apply(self.payable(early=early), order or self.terms.order)
        if self.is_written_off and self.credit:
            claim = self.written - self.recovered
            shared = allocate(self.credit, order or self.terms.order, _by_part(claim))
            self.recovered += gathered(shared.paid)
            self.credit = shared.unapplied

    def _apply(self, due: Parts, order: tuple[Part, ...]) -> None:
        shared = allocate(self.credit, order, _by_part(due))
        self.credit = shared.unapplied
        for part in _OF_ROWS:
            rest = shared.paid[part]
            for row in self.rows:
                rest -= row.pay(part, rest)
            if part == "interest":
                self.ahead += rest
            else:
                self.undue -= rest
        self.paid += gathered(shared.paid)

    # -------------------------------------------------------------- the plan

    def replan(self, *, keeps_each: bool = False) -> None:
        """Spread what is not due over the dates that remain; without any it is due now.

        `keeps_each`: the instalment stays and the last dates fall away.
        """
        assert self.now is not None  # noqa: S101
        if not self.dates:
            if self.undue:
                self.rows.append(_Due(self.now, 0, self.undue))
                self.undue = 0
            return
        if not self.undue:
            self.plan = [0] * len(self.dates)
            return
        edges = [self.now, *self.dates]
        factors = [self.annual / 100 * self.grid.fraction(a, b) for a, b in pairwise(edges)]
        rows = self._planned_rows(factors, keeps_each)
        if keeps_each:
            used = next((n for n, row in enumerate(rows, start=1) if not row.balance), len(rows))
            rows, self.dates = rows[:used], self.dates[:used]
        self.plan = [row.principal for row in rows]

    def _planned_rows(self, factors: list[Fraction], keeps_each: bool) -> tuple[Row, ...]:
        rounding = self.terms.rounding
        if self.kind not in ("equal_instalment", "equal_principal"):
            return schedules.build(self.kind, self.undue, factors, rounding)
        if not keeps_each or not self.each:
            self.each = (
                schedules.instalment(self.undue, factors, rounding)
                if self.kind == "equal_instalment"
                else self.undue // len(factors)
            )
            return schedules.build(self.kind, self.undue, factors, rounding)
        if self.kind == "equal_instalment":
            return schedules.equal_instalment(self.undue, factors, rounding, fixed=self.each)
        rows, left = [], self.undue
        for number in range(1, len(factors) + 1):
            part = left if number == len(factors) else min(self.each, left)
            left -= part
            rows.append(Row(0, part, left))
        return tuple(rows)

    def _due_days(self, count: int) -> list[date]:
        days = [self.grid.edge(number) for number in range(1, count + 1)]
        return days[-1:] if self.kind == "at_maturity" else days

    # -------------------------------------------------------------- what events do

    def disburse(self, amount: int) -> None:
        self.disbursed += amount
        self.undue += amount
        self.replan()

    def repay_early(self, then: AfterPrepayment, order: tuple[Part, ...] | None = None) -> None:
        self.settle(early=True, order=order)
        self.replan(keeps_each=then == "fewer_instalments")

    def change_rate(self, annual: Fraction, penalty_annual: Fraction | None) -> None:
        self.annual = annual
        if penalty_annual is not None:
            self.penalty_annual = penalty_annual
        self.replan()

    def suspend(self, event: Moratorium) -> None:
        """Skip the due dates of a moratorium; what accrues in it is demanded after it."""
        if not self.dates:
            return
        start, last = event.effective_on, self.dates[-1]
        kept = [day for day in self.dates if not start <= day < event.until]
        if event.extends:
            skipped = [e for e in self.grid.edges_within(start, event.until) if e <= last]
            number = self.grid.number_at(max(last, day_after(event.until, -1)))
            more = [self.grid.edge(number + n) for n in range(1, len(skipped) + 1)]
            kept = (more or [last])[-1:] if self.kind == "at_maturity" else kept + more
        kept = kept or [event.until]
        if kept != self.dates:
            self.dates = kept
            self.replan()

    def reschedule(self, event: Reschedule) -> None:
        if event.folds_arrears:
            for row in self.rows:
                self.carried += row.unpaid("interest")
                self.undue += row.unpaid("principal")
                row.interest, row.principal = row.interest_paid, row.principal_paid
        self.kind = event.kind or self.kind
        self.annual = self.annual if event.annual is None else event.annual
        self.grid = Grid(event.effective_on, event.every, self.terms.convention)
        self.dates = self._due_days(event.count)
        self.replan()

    def waive(self, part: Part, amount: int) -> int:
        """Let a fee or penalty off; gives what could not be."""
        taken = min(amount, self.open.of(part))
        self.waived += only(part, taken)
        return amount - taken

    def refund(self, amount: int) -> int:
        """Pay credit back; what went out without cover is charged, and given here."""
        over = max(amount - self.credit, 0)
        self.credit -= amount - over
        self.refunded += amount
        self.reclaimed += over
        self.fees += over
        return over

    def write_off(self) -> None:
        """Everything open is written off; rows and plan end."""
        self.written += self.open
        self.demanded += self._running()
        self.exact, self.ahead, self.carried, self.undue = Fraction(0), 0, 0, 0
        for row in self.rows:
            row.interest, row.principal = row.interest_paid, row.principal_paid
        self.dates, self.plan = [], []
        self.is_written_off = True

    def note(self, event: Event, reason: Reason) -> None:
        self.conflicts.append(Conflict(event.sequence, reason))

    # -------------------------------------------------------------- the result

    def state(self, on: date) -> State:
        """How it stands at the end of the day reached."""
        totals = Totals(
            self.charged, self.paid, self.waived, self.written, self.recovered,
            self.received, self.refunded, self.reclaimed, self.credit,
        )  # fmt: skip
        oldest = min((row.due_on for row in self._open_rows()), default=on)
        return State(
            on=on,
            status=self._status(totals),
            totals=totals,
            due=self.payable(),
            accrued=self.accrued,
            demands=tuple(
                Demand(r.due_on, r.interest, r.principal, r.interest_paid, r.principal_paid)
                for r in self.rows
                if r.interest or r.principal
            ),
            plan=self._coming(on),
            dpd=(on - oldest).days,
            annual=self.annual,
            conflicts=tuple(self.conflicts),
        )

    def _open_rows(self) -> list[_Due]:
        return [row for row in self.rows if row.unpaid("interest") or row.unpaid("principal")]

    def _status(self, totals: Totals) -> Status:
        if self.is_written_off:
            return "written_off"
        if not totals.charged.principal:
            return "agreed"
        if totals.open or totals.credit:
            return "active" if totals.open else "repaid"
        return "closed" if self.is_closed else "repaid"

    def _coming(self, on: date) -> tuple[Planned, ...]:
        """The rows to come. Interest on what is overdue today runs to the next date only."""
        coming, left, start = [], self.undue, on
        exact, base = self.exact, self.undue + self._unpaid("principal")
        besides = self.carried - self.ahead
        for day, principal in zip(self.dates, self.plan, strict=True):
            last = day == self.dates[-1]
            exact += base * self.annual / 100 * self.grid.fraction(start, day)
            part = left if last else min(principal, left)
            left -= part
            interest = rounded(exact, self.terms.rounding) + besides
            coming.append(Planned(day, interest, part, left))
            exact, besides, base, start = Fraction(0), 0, left, day
        return tuple(coming)


def _by_part(parts: Parts) -> dict[Part, int]:
    return {part: parts.of(part) for part in PARTS}
