"""A stay in a provenance: four points of time, and what follows from them.

`acquired` and `parted` each hold an earliest and a latest point; `possible` runs from the first
day of the earliest acquisition to the last day of the latest parting, `definite` covers the
days the holder certainly had it. Rules: registry rules, section 3; vectors, kind period.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

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


_DASH: Final = re.compile(r"\s*[‐‑‒–—―−－-]+\s*")
_BY: Final = r"by|before|as of|no later than"
_ZH_BY: Final = re.compile(r"(.+?)(?:以前|之前|前)")
_ZH_AFTER: Final = re.compile(r"(.+?)(?:以后|之后|后)")


def read_period(text: str) -> PeriodReading | None:
    """The time somebody held a thing.

    Args:
        text: "after 1995 until 1996", "by 1995", "1947–1969", "1995年至今" …
    Returns:
        The reading; an empty one when the text says that no date is known; None when it is
        not a period.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if plain and is_undated(plain):
        return PeriodReading()
    ongoing = False
    if match := re.fullmatch(r"since (.+)|(.+?)(?:至今|起| to (?:the )?present)", plain, re.I):
        plain, ongoing = match[1] or match[2], True
    start, end = _split(plain)
    acquired = parted = None
    if start is not None:
        both = _throughout(start)
        acquired, parted = both if both else (_acquired(start), _on(start))
        if acquired is None:
            return None
    if end is not None:
        left = _parted(end)
        if left is None:
            return None
        parted = replace(left, earliest=parted.earliest) if parted and parted.earliest else left
    if start is None and end is None:
        return None
    return _derived(acquired, parted, ongoing)


def _split(text: str) -> tuple[str | None, str | None]:
    if text.startswith("至少到"):
        return None, text
    if match := re.fullmatch(r"(.*?)\s*\b(?:until|till)\b\s*(.*)", text, re.I):
        return match[1] or None, match[2]
    if re.match(r"(?:some ?time )?between\b", text, re.I) or re.search(r"[间]$", text):
        return text, None
    if match := re.fullmatch(r"(.+?) to (.+)", text):
        return match[1], match[2]
    whole = read_date(text)
    if whole is not None and "/" not in (whole.edtf or ""):
        return text, None
    for match in _DASH.finditer(text):
        left, right = text[: match.start()], text[match.end() :]
        if left and right and read_date(left) and read_date(right):
            return left, right
    return text, None


def _acquired(text: str) -> _Sides | None:
    if match := re.fullmatch(r"(?:after|since) (.+)", text, re.I) or _ZH_AFTER.fullmatch(text):
        return _one(match[1], "earliest")
    if match := re.fullmatch(rf"(?:{_BY}) (.+)", text, re.I) or _ZH_BY.fullmatch(text):
        return _one(match[1], "latest")
    if between := _between(text):
        return between
    if match := re.fullmatch(r"on (.+)", text, re.I):
        text = match[1]
    return _one(text, "both")


def _on(text: str) -> _Sides | None:
    match = re.fullmatch(r"on (.+)", text, re.I)
    return _one(match[1], "both") if match else None


def _throughout(text: str) -> tuple[_Sides, _Sides] | None:
    match = re.fullmatch(r"throughout (.+)", text, re.I)
    found = _point(match[1]) if match else None
    return (_Sides(latest=found), _Sides(earliest=found)) if found else None


def _parted(text: str) -> _Sides | None:
    if match := re.fullmatch(r"(?:at least |至少到)(.+)", text, re.I):
        return _one(match[1], "earliest")
    if match := re.fullmatch(rf"(?:some ?time )?(?:{_BY}) (.+)", text, re.I):
        return _one(match[1], "latest")
    return _between(text) or _one(text, "both")


def _between(text: str) -> _Sides | None:
    match = re.fullmatch(r"(?:some ?time )?between (.+?) and (.+)", text, re.I) or re.fullmatch(
        r"(.+?)[至到-](.+?)(?:之)?间", text
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


def _derived(acquired: _Sides | None, parted: _Sides | None, ongoing: bool) -> PeriodReading:
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
