"""The reports that there are, in the order in which they were added."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise

from ..models import Lender
from .asof import Period
from .tables import Table

Build = Callable[[Lender, Period], Sequence[Table]]


@dataclass(frozen=True, slots=True)
class Report:
    """A report: `code` stands in its address, `build` gives its tables for a lender and days.

    `since`: whether it counts from a first day, or compares two.
    """

    code: str
    title: str | Promise
    about: str | Promise
    build: Build
    since: bool = False


_reports: Final[dict[str, Report]] = {}


def register(report: Report) -> None:
    """Add a report; called once at start. Raises ValueError where its code is taken."""
    standing = _reports.setdefault(report.code, report)
    if standing != report:
        raise ValueError(f"two reports are called {report.code}")


def all_reports() -> list[Report]:
    """Every report."""
    return list(_reports.values())


def find(code: str) -> Report | None:
    """The report of a code."""
    return _reports.get(code)
