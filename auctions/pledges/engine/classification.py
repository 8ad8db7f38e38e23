"""The class of a loan by days past due, and what may change it.

The table says the lowest class that so many days allow; other facts may only make it worse, and a
better class needs a time of observation. Buckets are data (金融资产风险分类办法, to be checked).
Pledge rules §7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Bucket:
    """The class from so many days past due on."""

    least_days: int
    code: str


@dataclass(frozen=True, slots=True)
class Class:
    """A class and since when it holds; `better_since`: since when the facts allow a better one."""

    code: str
    since: date
    better_since: date | None = None


def days_past_due(due: date, as_of: date) -> int:
    """Days after the due date, never below zero."""
    return max((as_of - due).days, 0)


def bucket_of(buckets: Sequence[Bucket], dpd: int) -> str:
    """The last bucket that begins at or before so many days.

    Raises ValueError where none does or they do not rise.
    """
    if any(a.least_days >= b.least_days for a, b in pairwise(buckets)):
        raise ValueError("the buckets do not rise")
    found = [bucket.code for bucket in buckets if bucket.least_days <= dpd]
    if not found:
        raise ValueError("no bucket begins so early")
    return found[-1]


def worst(ladder: Sequence[str], *codes: str) -> str:
    """The worst of some classes; `ladder` from best to worst. Raises ValueError for others."""
    return max(codes, key=ladder.index)


def classify(
    ladder: Sequence[str],
    floor: str,
    *,
    facts: Sequence[str] = (),
    held: Class | None = None,
    on: date,
    observation_days: int,
) -> Class:
    """The class of a loan on a day.

    `floor`: what the days past due allow at best; `facts`: classes that other findings call for;
    `held`: the class it had. Worse counts at once, better only after `observation_days` in which
    the facts allowed it.
    """
    found = worst(ladder, floor, *facts)
    if held is None or ladder.index(found) > ladder.index(held.code):
        return Class(found, on)
    if found == held.code:
        return Class(held.code, held.since)
    since = held.better_since or on
    if (on - since).days >= observation_days:
        return Class(found, on)
    return Class(held.code, held.since, since)
