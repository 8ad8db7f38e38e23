"""Counts of the page that asks nothing, counted now and then instead of on every visit."""

from typing import Final

from catalog.models import FacetSnapshot

from .backends import Where, get_backend
from .backends.base import Summary

NAME: Final = "all"
KEPT: Final = 400
EVERYTHING: Final = 10**12


def take_snapshot() -> int:
    """Count everything once. Returns how many works there are."""
    summary = get_backend().summary(Where(), EVERYTHING)
    top = sorted(summary.counts.items(), key=lambda item: -item[1])[:KEPT]
    FacetSnapshot.objects.update_or_create(
        name=NAME,
        defaults={"total": summary.total, "counts": {str(code): n for code, n in top}},
    )
    return summary.total


def read_snapshot() -> Summary | None:
    """The last counts, or None when nobody has counted yet."""
    row = FacetSnapshot.objects.filter(name=NAME).first()
    if row is None:
        return None
    return Summary(row.total, {int(code): n for code, n in row.counts.items()})
