"""Loans of all kinds with random events, for the properties of the replay."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from auctions.pledges.engine.events import (
    Charge,
    Closure,
    Disbursement,
    Event,
    Moratorium,
    Payment,
    Prepayment,
    RateChange,
    Refund,
    Reschedule,
    Reversal,
    Terms,
    Waiver,
    WriteOff,
)
from auctions.pledges.engine.schedules import Every

START = date(2025, 1, 31)
ORDER = ("cost", "interest", "penalty", "principal")
amounts = st.integers(1, 50_000_000)
rates = st.fractions(0, 24, max_denominator=100)
periods = st.builds(Every, months=st.integers(1, 3)) | st.builds(Every, days=st.integers(7, 40))
kinds = st.sampled_from(["equal_instalment", "equal_principal", "interest_only", "at_maturity"])
conventions = st.sampled_from(
    ["30/360", "30E/360", "ACT/360", "ACT/365F", "ACT/ACT-ISDA", "ACT/ACT-PERIOD"]
)


def day(number: int) -> date:
    """So many days after the start."""
    return START + timedelta(days=number)


def terms(**changed: Any) -> Terms:
    """A year of monthly instalments at 12 percent, a penalty of 18 percent."""
    usual: dict[str, Any] = {
        "kind": "equal_instalment",
        "annual": Fraction(12),
        "convention": "30/360",
        "start": START,
        "count": 12,
        "every": Every(months=1),
        "order": ORDER,
        "penalty_annual": Fraction(18),
    }
    return Terms(**(usual | changed))


any_terms = st.builds(
    Terms,
    kind=kinds,
    annual=rates,
    convention=conventions,
    start=st.just(START),
    count=st.integers(1, 8),
    every=periods,
    order=st.permutations(ORDER).map(tuple),
    rounding=st.sampled_from(["HALF_UP", "HALF_EVEN", "DOWN", "UP"]),
    penalty_annual=rates,
    penalty_convention=st.sampled_from(["ACT/365F", "ACT/360"]),
    penalty_on=st.sampled_from(
        [frozenset({"principal"}), frozenset({"principal", "interest"}), frozenset()]
    ),
    grace_days=st.integers(0, 10),
    limit=st.none() | amounts,
)

Maker = Callable[[int, date], st.SearchStrategy[Event]]
MAKERS: Sequence[Maker] = (
    lambda n, d: st.builds(Disbursement, sequence=st.just(n), effective_on=st.just(d), amount=amounts),
    lambda n, d: st.builds(Payment, sequence=st.just(n), effective_on=st.just(d), amount=amounts),
    lambda n, d: st.builds(
        Prepayment, sequence=st.just(n), effective_on=st.just(d), amount=amounts,
        then=st.sampled_from(["smaller_instalments", "fewer_instalments"]),
    ),
    lambda n, d: st.builds(Refund, sequence=st.just(n), effective_on=st.just(d), amount=amounts),
    lambda n, d: st.builds(
        RateChange, sequence=st.just(n), effective_on=st.just(d), annual=rates,
        penalty_annual=st.none() | rates,
    ),
    lambda n, d: st.builds(
        Moratorium, sequence=st.just(n), effective_on=st.just(d),
        until=st.integers(1, 200).map(lambda more: d + timedelta(days=more)), extends=st.booleans(),
    ),
    lambda n, d: st.builds(
        Reschedule, sequence=st.just(n), effective_on=st.just(d), count=st.integers(1, 6),
        every=periods, kind=st.none() | kinds, annual=st.none() | rates, folds_arrears=st.booleans(),
    ),
    lambda n, d: st.builds(
        Charge, sequence=st.just(n), effective_on=st.just(d), amount=amounts,
        part=st.sampled_from(["cost", "penalty"]),
    ),
    lambda n, d: st.builds(
        Waiver, sequence=st.just(n), effective_on=st.just(d), amount=amounts,
        part=st.sampled_from(["cost", "penalty"]),
    ),
    lambda n, d: st.builds(WriteOff, sequence=st.just(n), effective_on=st.just(d)),
    lambda n, d: st.builds(Closure, sequence=st.just(n), effective_on=st.just(d)),
)  # fmt: skip


@st.composite
def histories(draw, *, most: int = 10, reversals: bool = True) -> tuple[Event, ...]:
    """A disbursement, then events on other days; no two of one kind on one day, reversals last."""
    first = Disbursement(sequence=1, effective_on=START, amount=draw(amounts))
    places = draw(
        st.lists(
            st.tuples(st.integers(0, 400), st.integers(0, len(MAKERS) - 1)),
            max_size=most,
            unique=True,
        ).map(lambda found: [place for place in found if place != (0, 0)])
    )
    events: list[Event] = [first]
    for number, (after, maker) in enumerate(places, start=2):
        events.append(draw(MAKERS[maker](number, day(after))))
    if reversals:
        numbers = [event.sequence for event in events]
        for of in draw(st.lists(st.sampled_from(numbers), max_size=2, unique=True)):
            events.append(
                Reversal(
                    sequence=len(events) + 1, effective_on=day(draw(st.integers(0, 400))), of=of
                )
            )
    return tuple(events)


def recorded_otherwise(draw: st.DrawFn, events: Sequence[Event]) -> tuple[Event, ...]:
    """The same events, learned of in another order; a reversal still after what it takes back."""
    first = [event for event in events if not isinstance(event, Reversal)]
    shuffled = draw(st.permutations(first))
    numbers = {event.sequence: n for n, event in enumerate(shuffled, start=1)}
    moved: list[Event] = [replace(event, sequence=numbers[event.sequence]) for event in shuffled]
    for event in events:
        if isinstance(event, Reversal):
            moved.append(replace(event, sequence=len(moved) + 1, of=numbers[event.of]))
    return tuple(moved)
