"""Relic screen: which `relic_status` to propose for a work from its years and its maker.

It only proposes; the cultural relics bureau decides. Whatever cannot be told is "unknown", and
unknown blocks at the gates. The limit years are rule values passed in by the caller. Rule:
registry rules, section 9 (export standard 2007; notice of 2023-05-26).
"""

from dataclasses import dataclass
from typing import Literal

RelicStatus = Literal["not_relic", "general", "precious", "no_export", "unknown"]


@dataclass(frozen=True)
class RelicLimits:
    """Last years, each included, in which a work may have been made to fall under a rule.

    `no_export_until`: barred from export (1911); `relic_until`: screened as a relic (1949);
    `minority_until`: the same for works of ethnic minorities (1966).
    """

    no_export_until: int
    relic_until: int
    minority_until: int

    def __post_init__(self) -> None:
        if not self.no_export_until <= self.relic_until <= self.minority_until:
            raise ValueError("the limit years must not run backwards")


@dataclass(frozen=True)
class Screen:
    """A proposal and why: codes in the order in which they were found."""

    proposed: RelicStatus
    reasons: tuple[str, ...]


def screen(
    *,
    year_from: int | None,
    year_to: int | None,
    maker_deceased_listed: bool | None,
    ethnic_minority: bool | None,
    limits: RelicLimits,
) -> Screen:
    """Propose a status.

    Args:
        year_from: first year in which the work may have been made, astronomical; None unknown.
        year_to: last such year; None unknown.
        maker_deceased_listed: the maker stands on a list of deceased masters whose works are
            barred from export; None when not checked or the list is not at hand.
        ethnic_minority: a work of an ethnic minority; None when not known.
        limits: years of the rule book.
    Returns:
        `no_export` when the work certainly falls under the first limit or the list, `general`
        when it certainly falls under a later one, `not_relic` when it certainly falls under
        none, else `unknown`. `precious` is a grade only specialists give and is never proposed.
    Raises:
        ValueError: the years run backwards.
    """
    if year_from is not None and year_to is not None and year_from > year_to:
        raise ValueError(f"the years run backwards: {year_from}, {year_to}")
    if maker_deceased_listed:
        return Screen("no_export", ("maker-on-deceased-list",))
    latest, earliest = year_to, year_from
    if latest is not None and latest <= limits.no_export_until:
        return Screen("no_export", ("made-by-no-export-limit",))
    doubts = _doubts(earliest, latest, ethnic_minority, limits)
    if latest is not None and latest <= limits.relic_until:
        if earliest is not None and earliest > limits.no_export_until:
            # A master's work would be barred, so an unchecked list leaves the proposal open.
            reasons = ("made-by-relic-limit", *_unchecked(maker_deceased_listed))
            return Screen("unknown" if maker_deceased_listed is None else "general", reasons)
        return Screen("unknown", ("may-be-before-no-export-limit",))
    if ethnic_minority and latest is not None and latest <= limits.minority_until:
        if earliest is not None and earliest > limits.no_export_until:
            reasons = ("minority-work-by-limit", *_unchecked(maker_deceased_listed))
            return Screen("unknown" if maker_deceased_listed is None else "general", reasons)
        return Screen("unknown", ("may-be-before-no-export-limit",))
    if not doubts and maker_deceased_listed is not None:
        return Screen("not_relic", ("after-every-limit-that-applies",))
    return Screen("unknown", (*doubts, *_unchecked(maker_deceased_listed)))


def _doubts(
    earliest: int | None, latest: int | None, ethnic_minority: bool | None, limits: RelicLimits
) -> tuple[str, ...]:
    """Why a work cannot be said to be later than every limit that may apply to it."""
    if earliest is None:
        return ("no-date",) if latest is None else ("no-earliest-year",)
    if earliest <= limits.no_export_until:
        return ("may-be-before-no-export-limit",)
    if earliest <= limits.relic_until:
        return ("may-be-before-relic-limit",)
    if earliest <= limits.minority_until and ethnic_minority is None:
        return ("minority-not-known",)
    if earliest <= limits.minority_until and ethnic_minority:
        return ("may-be-before-minority-limit",)
    return ()


def _unchecked(maker_deceased_listed: bool | None) -> tuple[str, ...]:
    return ("maker-list-not-checked",) if maker_deceased_listed is None else ()
