"""Paying in parts: how large the first part is, and what the rules allow.

Amounts in the smallest unit; the first part is rounded half up and the last takes the rest, so that
the parts always make the price. 32号令 Art. 28; listings rules §4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from .fees import half_up, share


@dataclass(frozen=True, slots=True)
class Limits:
    """The first part at least so many percent, the rest within so many months."""

    least_first: Fraction
    most_months: int


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment: how much, until when."""

    amount: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Split:
    """A price in two parts."""

    first: int
    rest: int


def split(price: int | Fraction, first_percent: Fraction) -> Split:
    """The first part and the rest."""
    first = half_up(share(price, first_percent))
    return Split(first, half_up(Fraction(price) - first))


def is_allowed(limits: Limits, *, first_percent: Fraction, months: int) -> bool:
    """Whether the parts are allowed; the agreed percentage counts, not the rounded amount."""
    return limits.least_first <= first_percent <= 100 and 0 <= months <= limits.most_months


def parts(rest: int, count: int) -> tuple[int, ...]:
    """The rest in so many parts, equal but for the last cent; the later ones are the smaller.

    Raises ValueError for fewer than one part.
    """
    if count < 1:
        raise ValueError("a rest has at least one part")
    each, over = divmod(rest, count)
    return tuple(each + (n < over) for n in range(count))


def check_plan(
    plan: Sequence[Part], *, total: int, begins: date, limits: Limits
) -> tuple[str, ...]:
    """What is wrong with a plan of instalments, by name; empty: nothing.

    The first part is at least its share of the total, the last one falls due within the months, the
    days ascend, and the parts add up.
    """
    wrong = []
    if len(plan) < 2 or any(part.amount <= 0 for part in plan):
        return ("parts",)
    if sum(part.amount for part in plan) != total:
        wrong.append("sum")
    if plan[0].amount < split(total, limits.least_first).first:
        wrong.append("first")
    days = [part.due_on for part in plan]
    if days[0] < begins or any(a >= b for a, b in pairwise(days)):
        wrong.append("days")
    if days[-1] > months_after(begins, limits.most_months):
        wrong.append("last")
    return tuple(wrong)


def next_part(plan: Sequence[Part], paid: int) -> Part | None:
    """The first instalment that is not covered, with what is missing of it; None: all are."""
    due = 0
    for part in plan:
        due += part.amount
        if paid < due:
            return Part(due - max(paid, due - part.amount), part.due_on)
    return None


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
