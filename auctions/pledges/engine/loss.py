"""What is lost when a loan fails, and how that grows when the market falls.

recovery = value × (1 − shock)(1 − haircut)(1 − cost). A work without a value makes the figure
unknown, never zero: it shows as missing. Pledge rules §9, §10.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from auctions.engine.fees import half_up, share

_FINEST: Final = 10  # the reverse stress goes by tenths of a percent


@dataclass(frozen=True, slots=True)
class Loss:
    """What comes back, what is lost of the debt, and the loss in percent of the debt."""

    recovery: int
    loss: int
    percent: Fraction


@dataclass(frozen=True, slots=True)
class Work:
    """A pledged work in a portfolio; `haircut` and `cost` in percent."""

    value: int | None
    haircut: Fraction
    cost: Fraction
    artist: str = ""
    warehouse: str = ""


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan in a portfolio: what is owed, its works, its rate and chance of default in percent."""

    debt: int
    works: tuple[Work, ...]
    annual: Fraction = Fraction(0)
    default_chance: Fraction = Fraction(100)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is assumed to happen; all figures in percent but the days.

    `fall` of all values; `buy_in` lots of a hundred fail and bring `burned` less at the next try;
    `rise` is added to the rate of each loan, which runs on for `days_to_sell` days; the works of
    `unsaleable` artists and in `lost` warehouses bring nothing.
    """

    fall: Fraction = Fraction(0)
    buy_in: Fraction = Fraction(0)
    burned: Fraction = Fraction(0)
    rise: Fraction = Fraction(0)
    days_to_sell: int = 0
    unsaleable: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stressed:
    """A portfolio under a scenario; `missing` loans have a work without value and are left out."""

    debt: int
    loss: int
    expected: int
    missing: int


def loss_given_default(
    debt: int | Fraction,
    value: int | Fraction,
    *,
    shock: Fraction = Fraction(0),
    haircut: Fraction = Fraction(0),
    cost: Fraction = Fraction(0),
) -> Loss:
    """The loss on a debt when its pledge is sold; rounded half up, each figure once."""
    back = Fraction(value)
    for percent in (shock, haircut, cost):
        back = share(back, 100 - percent)
    lost = max(Fraction(debt) - back, Fraction(0))
    return Loss(half_up(back), half_up(lost), 100 * lost / debt if debt else Fraction(0))


def stress(loans: Iterable[Loan], scenario: Scenario) -> Stressed:
    """What a portfolio loses if every loan failed under a scenario, and what by its chances."""
    debt, lost, expected, missing = 0, Fraction(0), Fraction(0), 0
    for loan in loans:
        back = _recovery(loan.works, scenario)
        if back is None:
            missing += 1
            continue
        rate = loan.annual + scenario.rise
        owed = loan.debt + share(loan.debt, rate) * Fraction(scenario.days_to_sell, 365)
        short = max(owed - back, Fraction(0))
        debt += loan.debt
        lost += short
        expected += share(short, loan.default_chance)
    return Stressed(debt, half_up(lost), half_up(expected), missing)


def stress_grid(
    loans: Sequence[Loan], rows: Sequence[Scenario], falls: Sequence[Fraction]
) -> tuple[tuple[Stressed, ...], ...]:
    """Each scenario under each fall."""
    return tuple(tuple(stress(loans, _falling(row, fall)) for fall in falls) for row in rows)


def reverse_stress(
    loans: Sequence[Loan], capital: int, scenario: Scenario | None = None
) -> Fraction | None:
    """The smallest fall in percent, to a tenth, at which the expected loss exceeds the capital.

    None where even worthless works leave it covered.
    """
    base = scenario or Scenario()

    def exceeds(tenths: int) -> bool:
        return stress(loans, _falling(base, Fraction(tenths, _FINEST))).expected > capital

    low, high = 0, 100 * _FINEST
    if not exceeds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        if exceeds(middle):
            high = middle
        else:
            low = middle + 1
    return Fraction(low, _FINEST)


def _recovery(works: Sequence[Work], scenario: Scenario) -> Fraction | None:
    total = Fraction(0)
    sold = 100 - share(scenario.buy_in, scenario.burned)
    for work in works:
        if work.value is None:
            return None
        if work.artist in scenario.unsaleable or work.warehouse in scenario.lost:
            continue
        back = Fraction(work.value)
        for left in (100 - scenario.fall, 100 - work.haircut, 100 - work.cost, sold):
            back = share(back, left)
        total += back
    return total


def _falling(scenario: Scenario, fall: Fraction) -> Scenario:
    return replace(scenario, fall=fall)
