"""What the rule book says of loans and pawn, as the engine reads it.

Percentages as exact fractions, amounts in fen; a day without a version is refused
(`RuleNotInForce`).
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, cast

from artmarket import rulebook

from .engine.classification import Bucket
from .engine.collateral import Levels
from .engine.concentration import Dimension, Limit
from .engine.parts import Part
from .engine.pawn import FeeRule, Realisation
from .engine.rate_cap import Cap

FEN: Final = 100  # these rules are written in whole yuan
Collateral = Literal["movable", "real_estate", "property_right"]

RATE_CAP: Final = "pledge.rate_cap_multiple"
LPR: Final = "pledge.lpr_1y"
CAPPED_LENDERS: Final = "pledge.capped_lenders"
ALLOCATION_ORDER: Final = "pledge.allocation_order"
LTV: Final = "pledge.ltv"
HAIRCUTS: Final = "pledge.haircuts"
HAIRCUT_LIQUIDITY: Final = "pledge.haircut_liquidity"
HAIRCUT_LONG_TERM: Final = "pledge.haircut_long_term"
MARGIN_CURE_DAYS: Final = "pledge.margin_cure_days"
CLASSES: Final = "pledge.classes"
CLASS_FLOOR: Final = "pledge.class_floor"
CLASS_OBSERVATION_DAYS: Final = "pledge.class_observation_days"
WATERFALL: Final = "pledge.waterfall"
CONCENTRATION: Final = "pledge.concentration"
PAWN_TERM: Final = "pawn.term_months"
PAWN_GRACE: Final = "pawn.grace_days"
PAWN_ROLL: Final = "pawn.roll"
PAWN_RENEWAL: Final = "pawn.renewal_months"
PAWN_FEE: Final = "pawn.fee_permille"
PAWN_FEE_LEAST_DAYS: Final = "pawn.fee_least_days"
PAWN_FEE_MONTH_DAYS: Final = "pawn.fee_month_days"
PAWN_DEAD_RULE: Final = "pawn.dead_rule"
PAWN_OWN_ACCOUNT: Final = "pawn.dead_own_account_below"
PAWN_LIMITS: Final = "pawn.limits"


def rate_cap(*, on: date | None = None) -> Cap:
    """The cap on private lending in force on the day of the contract."""
    lenders: tuple[str, ...] = rulebook.get(CAPPED_LENDERS, on=on)
    return Cap(Fraction(rulebook.get(RATE_CAP, on=on)), frozenset(lenders))


def lpr(*, on: date | None = None) -> Fraction:
    """The one-year LPR in percent."""
    return Fraction(rulebook.get(LPR, on=on))


def levels(*, on: date | None = None) -> Levels:
    """Loan-to-value at first, for a margin call, for realisation."""
    table: Mapping[str, int] = rulebook.get(LTV, on=on)
    return Levels(*(Fraction(table[name]) for name in ("initial", "margin", "liquidation")))


def haircut(
    category: str, liquidity: str, *, is_long_term: bool, on: date | None = None
) -> Fraction:
    """The haircut of a work in percent, at most all of it. Raises KeyError for unknown codes."""
    parts = [
        rulebook.get(HAIRCUTS, on=on)[category],
        rulebook.get(HAIRCUT_LIQUIDITY, on=on)[liquidity],
        rulebook.get(HAIRCUT_LONG_TERM, on=on) if is_long_term else 0,
    ]
    return Fraction(min(sum(parts), 100))


def class_buckets(*, on: date | None = None) -> tuple[Bucket, ...]:
    """The lowest class by days past due."""
    table: Mapping[str, int] = rulebook.get(CLASS_FLOOR, on=on)
    return tuple(Bucket(days, code) for code, days in sorted(table.items(), key=lambda p: p[1]))


def ladder(*, on: date | None = None) -> tuple[str, ...]:
    """The classes from best to worst."""
    return cast(tuple[str, ...], rulebook.get(CLASSES, on=on))


def allocation_order(*, on: date | None = None) -> tuple[Part, ...]:
    """The order in which a payment is applied where the contract says nothing."""
    return cast(tuple[Part, ...], rulebook.get(ALLOCATION_ORDER, on=on))


def concentration_limits(*, on: date | None = None) -> tuple[Limit, ...]:
    """The limits by dimension, as shares of the capital."""
    table: Mapping[Dimension, int] = rulebook.get(CONCENTRATION, on=on)
    return tuple(Limit(name, percent=Fraction(share)) for name, share in table.items())


def pawn_fee(kind: Collateral, *, on: date | None = None) -> FeeRule:
    """The highest monthly fee of a kind of pawned thing."""
    return FeeRule(
        Fraction(rulebook.get(PAWN_FEE, on=on)[kind]),
        rulebook.get(PAWN_FEE_LEAST_DAYS, on=on),
        rulebook.get(PAWN_FEE_MONTH_DAYS, on=on),
    )


def dead_rule(*, on: date | None = None) -> Realisation:
    """Which rule a pawn that is dead on a day follows."""
    return cast(Realisation, rulebook.get(PAWN_DEAD_RULE, on=on))


def own_account_below(*, on: date | None = None) -> int:
    """The value in fen below which the rule of 2005 left the thing to the pawnshop."""
    return int(rulebook.get(PAWN_OWN_ACCOUNT, on=on)) * FEN


def pawn_limit(kind: str, *, on: date | None = None) -> Fraction:
    """A limit in percent of the registered capital. Raises KeyError for an unknown kind."""
    table: Mapping[str, Any] = rulebook.get(PAWN_LIMITS, on=on)
    return Fraction(table[kind])
