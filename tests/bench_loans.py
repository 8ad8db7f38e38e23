"""Loans in memory: what a night's accrual and margin test of many costs: `python -m tests.bench_loans`.

Makes BENCH_LOANS (default 2,000) loans of all kinds with a year of history from a fixed seed, each
with three works. Every loan is replayed to one day and to the next, the difference taken, and its
works tested. The baseline reckons a day's interest on each balance alone, in the same run. No
database is read: it measures the engine.
"""

import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from auctions.pledges.engine.accrual import simple_interest
from auctions.pledges.engine.collateral import Item, Levels, level, margin_test
from auctions.pledges.engine.events import (
    Disbursement,
    Event,
    Payment,
    Prepayment,
    RateChange,
    Terms,
)
from auctions.pledges.engine.replay import difference, replay
from auctions.pledges.engine.schedules import Every

LOANS = int(os.environ.get("BENCH_LOANS", "2000"))
START, ON = date(2025, 1, 15), date(2026, 1, 20)
LEVELS = Levels(Fraction(50), Fraction(65), Fraction(80))
KINDS = ("equal_instalment", "equal_principal", "interest_only", "at_maturity")


@dataclass(frozen=True, slots=True)
class Lent:
    """A loan with its history and its works."""

    terms: Terms
    events: tuple[Event, ...]
    items: tuple[Item, ...]


@dataclass(slots=True)
class Night:
    """What came out: so that nothing is reckoned in vain, and two runs can be compared."""

    accrued: int = 0
    exposure: int = 0
    overdue: int = 0
    short: int = 0
    margin_calls: int = 0


def main() -> None:
    """Measure both and print one line."""
    loans = book(LOANS, random.Random(7))
    began = time.perf_counter()
    night = one_night(loans, ON)
    ours = time.perf_counter() - began
    began = time.perf_counter()
    plain = sum(
        simple_interest(loan.events[0].amount, loan.terms.annual, 1, basis=365) for loan in loans
    )
    base = time.perf_counter() - began
    print(
        f"{LOANS} loans: {LOANS / ours:.0f} replayed twice and tested a second, "
        f"{1000 * ours / LOANS:.2f} ms each; plain interest of a day {LOANS / base:.0f}/s; "
        f"{night.margin_calls} margin calls, {night.overdue} overdue, accrued {night.accrued} "
        f"(plain {plain})"
    )


def book(count: int, rng: random.Random) -> tuple[Lent, ...]:
    """So many loans with a year of history; the same seed gives the same loans."""
    return tuple(_lent(rng) for _number in range(count))


def one_night(loans: Sequence[Lent], on: date) -> Night:
    """Replay every loan to the day before and to this day, and test its works."""
    night = Night()
    for loan in loans:
        before = replay(loan.terms, loan.events, on=on - timedelta(days=1))
        after = replay(loan.terms, loan.events, on=on)
        step = difference(before, after)
        night.accrued += step.charged.interest + step.charged.penalty
        night.exposure += after.exposure
        night.overdue += after.dpd > 0
        night.short += margin_test(after.exposure, loan.items).remaining or 0
        stands = level(LEVELS, after.exposure, [item.value for item in loan.items])
        night.margin_calls += stands in ("margin", "liquidation")
    return night


def _lent(rng: random.Random) -> Lent:
    amount = rng.randrange(1_000_000, 500_000_000)
    terms = Terms(
        kind=rng.choice(KINDS),
        annual=Fraction(rng.randrange(400, 1200), 100),
        convention=rng.choice(("30/360", "ACT/360", "ACT/365F", "ACT/ACT-ISDA")),
        start=START,
        count=rng.choice((12, 24, 36)),
        every=Every(months=1),
        order=("cost", "interest", "penalty", "principal"),
        penalty_annual=Fraction(6),
    )
    events: list[Event] = [Disbursement(sequence=1, effective_on=START, amount=amount)]
    plan = replay(terms, events, on=START).plan
    for number, row in enumerate(plan[: rng.randrange(6, 13)], start=2):
        late = timedelta(days=rng.choice((0, 0, 0, 0, 3, 20)))
        if row.due and row.due_on + late <= ON:
            events.append(Payment(sequence=number, effective_on=row.due_on + late, amount=row.due))
    if rng.random() < 0.2:
        change = START + timedelta(days=rng.randrange(60, 300))
        events.append(RateChange(sequence=90, effective_on=change, annual=Fraction(7)))
    if rng.random() < 0.2:
        early = START + timedelta(days=rng.randrange(60, 300))
        events.append(Prepayment(sequence=91, effective_on=early, amount=amount // 10))
    worth = amount * rng.randrange(12, 40) // 10
    items = tuple(Item(worth // 3, Fraction(rate)) for rate in (50, 40, 60))
    return Lent(terms, tuple(events), items)


if __name__ == "__main__":
    main()
