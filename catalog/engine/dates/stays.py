"""A stay in a provenance: four points of time, and what follows from them.

`acquired` and `parted` each hold an earliest and a latest point; `possible` runs from the first
day of the earliest acquisition to the last day of the latest parting, `definite` covers the
days the holder certainly had it. Rules: registry rules, section 3; vectors, kind period.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from catalog.engine.dates.edtf_text import edtf_bounds
from catalog.engine.dates.reading import is_undated, read_date
from catalog.engine.dates.values import DateReading

Pair = tuple[str | None, str | None]


@dataclass(frozen=True)
class PeriodReading:
    """Points as EDTF, ranges as ISO days; None inside a pair is unknown, None for a pair not
    stated."""

    acquired: Pair | None = None
    parted: Pair | None = None
    possible: Pair | None = None
    definite: Pair | None = None
    ongoing: bool = False


@dataclass(frozen=True)
class _Sides:
    """Earliest and latest statement of one change of hands."""

    earliest: DateReading | None = None
    latest: DateReading | None = None

    @property
    def pair(self) -> Pair:
        return (
            self.earliest.edtf if self.earliest else None,
            self.latest.edtf if self.latest else None,
        )


_LONGEST: Final = 200
_JOIN: Final = re.compile(r"[‐‑‒–—―−－-]|\bto\b|\bthrough\b|[至到]")
_BY: Final = r"by|before|as of|no later than|not later than|prior to"
_ZH_BY: Final = re.compile(r"(?:不晚于|至迟)(.+?)|(.+?)(?:以前|之前|前)")
_ZH_AFTER: Final = re.compile(r"(.+?)(?:以后|之后|(?<!前)后)")
_ONGOING: Final = re.compile(
    r"since (.+)|自?(.+?)(?:至今|起)|(.+?) to (?:the )?present|(.+?) ?[‐‑‒–—―−－-] ?(?:present)?",
    re.IGNORECASE,
)


def read_period(text: str) -> PeriodReading | None:
    """The time somebody held a thing.

    Args:
        text: "after 1995 until 1996", "by 1995", "1947–1969", "1995年至今" …
    Returns:
        The reading; an empty one when the text says that no date is known; None when it is
        not a period.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain or len(plain) > _LONGEST:
        return None
    if is_undated(plain):
        return PeriodReading()
    if match := _ONGOING.fullmatch(plain):
        held = _one(next(filter(None, match.groups())), "both")
        return _derived(held, None, ongoing=True) if held else None
    start, end = _split(plain)
    if end is None and start is not None:
        if sides := _throughout(start) or _span(start):
            return _derived(*sides)
        acquired = _acquired(start)
        return _derived(acquired, _on(start)) if acquired else None
    parted = _parted(end) if end is not None else None
    if parted is None:
        return None
    return _joined(start, parted) if start is not None else _derived(None, parted)


def _split(text: str) -> tuple[str | None, str | None]:
    """The words of the acquisition and those of the parting."""
    if match := re.fullmatch(r"(.*?)\s*\b(?:until|till)\b\s*(.*)", text, re.IGNORECASE):
        return re.sub(r"^from ", "", match[1], flags=re.IGNORECASE) or None, match[2]
    if match := re.fullmatch(r"(.*?)(至少到.+)", text):
        return match[1] or None, match[2]
    if match := re.fullmatch(r"[至到](.+)|(.+)止", text):
        return None, match[1] or match[2]
    return text, None


def _joined(start: str, parted: _Sides) -> PeriodReading | None:
    if through := _throughout(start):
        return _derived(through[0], replace(parted, earliest=through[1].earliest))
    acquired = _acquired(start)
    return _derived(acquired, parted) if acquired else None


def _span(text: str) -> tuple[_Sides, _Sides] | None:
    """Two dates joined by a dash, "to" or 至: acquired at the one, parted at the other."""
    if text.endswith("间") or re.match(r"(?:some ?time )?between\b", text, re.IGNORECASE):
        return None
    whole = read_date(text)
    if whole is None or whole.edtf is None or ".." in whole.edtf or not _JOIN.search(text):
        return None
    left, slash, right = whole.edtf.partition("/")
    first, last = edtf_bounds(left), edtf_bounds(right)
    if not slash or first is None or last is None:
        return None
    start = DateReading(left, whole.earliest, first.latest)
    end = DateReading(right, last.earliest, whole.latest)
    return _Sides(start, start), _Sides(end, end)


def _acquired(text: str) -> _Sides | None:
    if between := _between(text):
        return between
    if match := re.fullmatch(r"(?:after|since) (.+)", text, re.I) or _ZH_AFTER.fullmatch(text):
        return _one(match[1], "earliest")
    if match := re.fullmatch(rf"(?:{_BY}) (.+)", text, re.I) or _ZH_BY.fullmatch(text):
        return _one(next(filter(None, match.groups())), "latest")
    if day := _on(text):
        return day
    return _one(re.sub(r"^(?:in|from) ", "", text, flags=re.I), "both")


def _on(text: str) -> _Sides | None:
    match = re.fullmatch(r"on (.+)", text, re.I)
    day = _one(match[1], "both") if match else None
    exact = day and day.earliest and day.earliest.earliest == day.earliest.latest
    return day if exact else None


def _throughout(text: str) -> tuple[_Sides, _Sides] | None:
    match = re.fullmatch(r"throughout (.+)", text, re.I)
    found = _point(match[1]) if match else None
    return (_Sides(latest=found), _Sides(earliest=found)) if found else None


def _parted(text: str) -> _Sides | None:
    if match := re.fullmatch(r"(?:at least |after |至少到)(.+)", text, re.I):
        return _one(match[1], "earliest")
    if match := re.fullmatch(rf"(?:some ?time )?(?:{_BY}) (.+)", text, re.I):
        return _one(match[1], "latest")
    return _between(text) or _one(text, "both")


def _between(text: str) -> _Sides | None:
    match = (
        re.fullmatch(r"(?:some ?time )?between (.+?) and (.+)", text, re.I)
        or re.fullmatch(r"after (.+?),? (?:and|but)? ?before (.+)", text, re.I)
        or re.fullmatch(r"(.+?)[至到-](.+?)(?:之)?间", text)
    )
    if match is None:
        return None
    first, last = _point(match[1]), _point(match[2])
    return _Sides(first, last) if first and last else None


def _one(text: str, side: str) -> _Sides | None:
    found = _point(text)
    if found is None:
        return None
    return _Sides(
        found if side in {"earliest", "both"} else None,
        found if side in {"latest", "both"} else None,
    )


def _point(text: str) -> DateReading | None:
    found = read_date(text.strip())
    if found is None or found.edtf is None or found.earliest is None or found.latest is None:
        return None
    return None if found.edtf[0] in "[{" else found


def _derived(
    acquired: _Sides | None, parted: _Sides | None, *, ongoing: bool = False
) -> PeriodReading:
    start, end = acquired or _Sides(), parted or _Sides()
    possible = (
        start.earliest.earliest if start.earliest else None,
        end.latest.latest if end.latest else None,
    )
    return PeriodReading(
        acquired=acquired.pair if acquired else None,
        parted=parted.pair if parted else None,
        possible=possible,
        definite=_definite(start, end),
        ongoing=ongoing,
    )


def _definite(start: _Sides, end: _Sides) -> Pair:
    """The days between the latest start and the earliest end, or the one day that is known."""
    known, held = start.latest, end.earliest
    if known is None or held is None:
        day = known.latest if known else held.earliest if held else None
        return day, day
    exact = start.earliest is known and end.latest is held
    if known.edtf == held.edtf and not exact:
        # "throughout the 1850s", "by 1996 until at least 1996": that stretch itself.
        return known.earliest, known.latest
    return known.latest, held.earliest
