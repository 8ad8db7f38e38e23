"""Places that several tickets and sessions share, and who of the waiting comes next.

The order is that of time. Someone who waits for a full quota holds back nobody who needs only
others, and nobody passes him in the quota that he waits for. What is shown to the waiting and to
the operator is the reason by which they are promoted. Events rules §2.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """Places, and how many of them are taken. `size` None: without limit.

    `taken` may be above `size`: somebody has lowered it since.
    """

    key: int
    size: int | None
    taken: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many places (at least one) in each of these quotas, all or none."""

    key: int
    places: int
    quotas: frozenset[int]

    def __post_init__(self) -> None:
        if self.places < 1:
            raise ValueError(f"{self.places} places are no wish")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where someone stands in the waiting list: from 1, and the quotas that hold him back.

    Nothing holds back who is to be promoted now.
    """

    position: int
    blocked_by: tuple[int, ...]


def blocking(wanted: Wanted, quotas: Mapping[int, Quota]) -> list[int]:
    """The keys, in order, of the quotas that have no room for the wish.

    Raises KeyError for a quota that is not given.
    """
    return [key for key in sorted(wanted.quotas) if not _has_room(quotas[key], 0, wanted.places)]


def promotions(waiting: Sequence[Wanted], quotas: Mapping[int, Quota]) -> list[int]:
    """The keys of those who get their places now, in order.

    Args:
        waiting: in order of time, the first comes first.
        quotas: what is taken without them.
    Raises:
        KeyError: a quota that is not given.
    """
    return [wanted.key for wanted, held in _judged(waiting, quotas) if not held]


def standings(waiting: Sequence[Wanted], quotas: Mapping[int, Quota]) -> dict[int, Standing]:
    """Everyone's place in the list and what he waits for. Arguments and errors as `promotions`."""
    return {
        wanted.key: Standing(position, held)
        for position, (wanted, held) in enumerate(_judged(waiting, quotas), start=1)
    }


def _judged(
    waiting: Sequence[Wanted], quotas: Mapping[int, Quota]
) -> Iterator[tuple[Wanted, tuple[int, ...]]]:
    """Each of the waiting with the quotas that hold him back, after all that came before."""
    given: dict[int, int] = {}
    awaited: set[int] = set()
    for wanted in waiting:
        held = tuple(
            key
            for key in sorted(wanted.quotas)
            if key in awaited or not _has_room(quotas[key], given.get(key, 0), wanted.places)
        )
        if held:
            awaited.update(held)
        else:
            for key in wanted.quotas:
                given[key] = given.get(key, 0) + wanted.places
        yield wanted, held


def _has_room(quota: Quota, given: int, places: int) -> bool:
    return quota.size is None or quota.taken + given + places <= quota.size
