"""How much of a lender's money stands on one name, and what it loses when the market falls.

Amounts are of the capital's currency; loans in another are counted apart. Limits, falls, chances
and costs are rules of the day. Pledge rules §2, §9, §10.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from artmarket import rulebook
from artmarket.core.money import Money

from .. import law, rule_values
from ..engine import loss
from ..engine.concentration import Dimension, Exposure, Limit, Standing, measure
from ..models import Lender
from .asof import Period
from .book import Lent

CURRENCY: Final = "CNY"
DEFAULT_CHANCE: Final = "pledge.default_chance"
CLASS_CHANCE: Final = "pledge.class_default_chance"
FALLS: Final = "pledge.stress_falls"
BUY_IN: Final = "pledge.stress_buy_in"
BURNED: Final = "pledge.burned_fall"
SALE_DAYS: Final = "pledge.stress_sale_days"
SALE_COST: Final = "pledge.sale_cost"
RISE: Final = "pledge.stress_rate_rise"
STRESS_RULES: Final = (
    FALLS, BUY_IN, BURNED, SALE_DAYS, RISE, SALE_COST, DEFAULT_CHANCE, CLASS_CHANCE,
)  # fmt: skip
DIMENSIONS: Final[tuple[Dimension, ...]] = (
    "borrower", "artist", "category", "appraiser", "custodian",
)  # fmt: skip


def cny(minor: int) -> Money:
    """An amount of the capital's currency."""
    return Money(minor, CURRENCY)


# ------------------------------------------------------------------ concentration


@dataclass(frozen=True, slots=True)
class Concentration:
    """What stands on each name, fullest first; `unlimited` are names no limit watches.

    `elsewhere` loans are in another currency, `bare` is lent without a work in pledge.
    """

    capital: int
    total: int
    limited: tuple[Standing, ...]
    unlimited: tuple[Exposure, ...]
    limits: Mapping[Dimension, int]
    elsewhere: int
    bare: int

    @property
    def beyond(self) -> int:
        """How many names are above their limit."""
        return sum(not row.is_within for row in self.limited)


def counted(book: Iterable[Lent]) -> list[Lent]:
    """The loans of the book that owe something in the capital's currency."""
    return [row for row in book if row.owed and row.loan.currency == CURRENCY]


def limits_of(lender: Lender, period: Period) -> list[Limit]:
    """One borrower's limit by the kind of lender (the law), the others by the rule book."""
    of_law = law.one_borrower(lender.kind, on=period.on)
    found = [Limit("borrower", percent=of_law[0])] if of_law else []
    limits = rule_values.concentration_limits(on=period.on)
    return found + [one for one in limits if one.dimension in DIMENSIONS]


def concentration_of(lender: Lender, book: Sequence[Lent], period: Period) -> Concentration:
    """Principal outstanding by name, against the limits of the lender."""
    rows = counted(book)
    exposures = exposures_of(rows)
    limits = limits_of(lender, period)
    watched = {limit.dimension for limit in limits}
    sums: dict[tuple[Dimension, str], int] = defaultdict(int)
    for one in exposures:
        if one.dimension not in watched:
            sums[one.dimension, one.name] += one.amount
    free = [Exposure(dimension, name, amount) for (dimension, name), amount in sums.items()]
    return Concentration(
        capital=lender.capital_minor,
        total=sum(row.state.exposure for row in rows),
        limited=measure(exposures, limits, lender.capital_minor),
        unlimited=tuple(sorted(free, key=lambda one: (-one.amount, one.name))),
        limits={limit.dimension: limit.most(lender.capital_minor) for limit in limits},
        elsewhere=sum(bool(row.owed) and row.loan.currency != CURRENCY for row in book),
        bare=sum(row.state.exposure for row in rows if not row.pledges),
    )


def exposures_of(rows: Iterable[Lent]) -> list[Exposure]:
    """The principal of each loan on its borrower, and on its works by the value at which each was
    taken; the shares of a loan add up to it. A name that is not known is ""."""
    found = []
    for row in rows:
        found.append(Exposure("borrower", row.loan.borrower.name, row.state.exposure))
        shares = _split(row.state.exposure, [one.item.base_minor for one in row.pledges])
        for pledge, amount in zip(row.pledges, shares, strict=True):
            keeper = pledge.kept.holding.custodian.organisation.name if pledge.kept else ""
            found += [
                Exposure("artist", pledge.artist, amount),
                Exposure("category", pledge.category, amount),
                Exposure("appraiser", pledge.appraiser, amount),
                Exposure("custodian", keeper, amount),
            ]
    return found


def _split(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount by weights, in whole units that add up to it."""
    whole, done, found = sum(weights), 0, []
    seen = 0
    for weight in weights:
        seen += weight
        upto = amount * seen // whole
        found.append(upto - done)
        done = upto
    return found


# ------------------------------------------------------------------ stress


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the grid: the code of what is assumed, the name it falls on, a figure for each
    fall."""

    code: str
    name: str
    cells: tuple[loss.Stressed, ...]


@dataclass(frozen=True, slots=True)
class Stress:
    """The grid; `reverse` is the fall in percent at which the expected loss exceeds the capital,
    None where no fall does. `missing` loans have a work without a price and owe `unknown`."""

    capital: int
    debt: int
    falls: tuple[int, ...]
    rows: tuple[Row, ...]
    reverse: Fraction | None
    missing: int
    unknown: int
    elsewhere: int


def stress_of(lender: Lender, book: Sequence[Lent], period: Period) -> Stress:
    """The portfolio under every assumption and fall of the rule book."""
    rows = counted(book)
    loans = [stressed_loan(row, period) for row in rows]
    falls: tuple[int, ...] = rulebook.get(FALLS, on=period.on)
    assumed = _assumed(rows, period)
    shares = [Fraction(fall) for fall in falls]
    grid = loss.stress_grid(loans, [scenario for _c, _n, scenario in assumed], shares)
    whole = [one for one in loans if all(work.value is not None for work in one.works)]
    return Stress(
        capital=lender.capital_minor,
        debt=sum(one.debt for one in whole),
        falls=falls,
        rows=tuple(
            Row(code, name, cells) for (code, name, _s), cells in zip(assumed, grid, strict=True)
        ),
        reverse=loss.reverse_stress(loans, lender.capital_minor, assumed[0][2]),
        missing=len(loans) - len(whole),
        unknown=sum(one.debt for one in loans) - sum(one.debt for one in whole),
        elsewhere=sum(bool(row.owed) and row.loan.currency != CURRENCY for row in book),
    )


def default_chance(five_class: str, period: Period) -> Fraction:
    """The chance of default of a class within a year, in percent."""
    worse: Mapping[str, int] = rulebook.get(CLASS_CHANCE, on=period.on)
    base: Fraction = Fraction(rulebook.get(DEFAULT_CHANCE, on=period.on))
    return Fraction(worse[five_class]) if five_class in worse else base


def stressed_loan(row: Lent, period: Period) -> loss.Loan:
    """A loan as the engine reads it: the lower appraisal of each work, its haircut, the cost of a
    sale; the chance of default of its class."""
    cost = Fraction(rulebook.get(SALE_COST, on=period.on))
    works = tuple(
        loss.Work(
            value=one.valued.value.base if one.valued.value else None,
            haircut=Fraction(
                one.valued.value.haircut if one.valued.value else one.item.haircut_pct
            ),
            cost=cost,
            artist=one.artist,
            warehouse=str(one.kept.holding.custodian_id) if one.kept else "",
        )
        for one in row.pledges
    )
    return loss.Loan(
        row.owed, works, row.state.annual, default_chance(row.five_class, period)
    )  # fmt: skip


def _assumed(rows: Sequence[Lent], period: Period) -> list[tuple[str, str, loss.Scenario]]:
    """What each row of the grid assumes: the usual course, and one thing worse in each."""
    buy_in = rulebook.get(BUY_IN, on=period.on)
    days = rulebook.get(SALE_DAYS, on=period.on)
    burned = Fraction(rulebook.get(BURNED, on=period.on))

    def scenario(
        failing: str = "usual", selling: str = "usual", rise: int = 0,
        artists: frozenset[str] = frozenset(), lost: frozenset[str] = frozenset(),
    ) -> loss.Scenario:  # fmt: skip
        return loss.Scenario(
            buy_in=Fraction(buy_in[failing]), burned=burned, rise=Fraction(rise),
            days_to_sell=days[selling], unsaleable=artists, lost=lost,
        )  # fmt: skip

    artist, house, place = _largest(rows)
    rise = rulebook.get(RISE, on=period.on)
    return [
        ("plain", "", scenario()),
        ("artist", artist, scenario(artists=frozenset({artist} - {""}))),
        ("buy_in", f"{buy_in['usual']}% → {buy_in['stressed']}%", scenario(failing="stressed")),
        ("days", f"{days['usual']} → {days['stressed']}", scenario(selling="stressed")),
        ("rates", f"+{rise}%", scenario(rise=rise)),
        ("warehouse", place, scenario(lost=frozenset({house} - {""}))),
    ]


def _largest(rows: Iterable[Lent]) -> tuple[str, str, str]:
    """The artist, and the warehouse (key and words), whose works are worth most; "" for none."""
    artists: dict[str, int] = defaultdict(int)
    houses: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        for one in row.pledges:
            value = one.valued.value
            worth = value.base if value else 0
            if one.artist:
                artists[one.artist] += worth
            if one.kept:
                house = one.kept.holding.custodian
                houses[str(house.pk), str(house)] += worth
    artist = max(artists, key=lambda name: (artists[name], name), default="")
    house, place = max(houses, key=lambda key: (houses[key], key), default=("", ""))
    return artist, house, place
