"""The time at the end of an event: where its words begin, and the four points they say.

The reading itself is that of the catalogue's dates; here only words that can belong to a time
are handed over, so that no remark is swallowed. A day whose order of figures cannot be told
("2/5/1962") lies between the two days it may be.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from catalog.engine.dates import read_date, read_period
from catalog.engine.provenance.values import Dates

_LONGEST: Final = 140
_MONTH: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_SEASON: Final = r"spring|summer|autumn|fall|winter"
_KEYWORD: Final = (
    r"until|till|by|before|after|between|sometime|some|throughout|on|in|since|as|from|no|not|prior"
    r"|circa|ca|c|about|around|early|mid|late|the|undated|date|possibly|probably|likely|n\.d|nd"
)
_START: Final = re.compile(
    rf"(?P<lead>^|, ?| )(?=(?:(?P<keyword>{_KEYWORD})\b|(?P<month>{_MONTH}|{_SEASON})\b|\d))",
    re.IGNORECASE,
)
_WORD: Final = re.compile(
    rf"(?:{_MONTH}|{_SEASON}|until|till|by|before|after|between|sometime|some|time|throughout|on|in"
    r"|since|as|of|from|no|not|later|earlier|than|prior|to|and|or|but|at|least|circa|ca|c|about|"
    r"around|early|mid|middle|late|the|century|bce?|b|ce|ad|c|e|d|a|st|nd|rd|th|s|first|second|"
    r"third|fourth|last|quarter|half|end|beginning|present|date|undated|n|known|possibly|probably|likely"
    r"|\d+(?:st|nd|rd|th|s|bc)?)",
    re.IGNORECASE,
)
_TOKENS: Final = re.compile(r"[^\W\d_]+|\d+[a-z]*|[^\s]", re.IGNORECASE)
_PUNCTUATION: Final = frozenset(",.?'’-‐‑‒–—~/:")
_NO_DATE: Final = re.compile(
    r"(?:no date(?: known)?|undated|n\.? ?d\.?|date unknown)", re.IGNORECASE
)
_DAYS_FIRST: Final = re.compile(rf"\b(\d{{1,2}})[-–](\d{{1,2}}) ({_MONTH})\b", re.IGNORECASE)
_FIGURES: Final = re.compile(r"(?:on )?(\d{1,2})/(\d{1,2})/(\d{4})")
_DOUBT_BEFORE: Final = re.compile(
    r"\b(probably|possibly) (by|after|before|until|since|as of) ", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Time:
    """What the words say, and where they begin in the text they were found in."""

    start: int
    dates: Dates
    ongoing: bool = False


def find_time(text: str) -> Time | None:
    """The longest time that ends the text, or None.

    Args:
        text: an event or a part of it, single blanks; brackets are never part of a time.
    """
    for start, words in _candidates(text):
        found = read_time(words)
        if found is not None:
            return Time(start, found[0], found[1])
    return None


@lru_cache(maxsize=8192)
def read_time(text: str) -> tuple[Dates, bool] | None:
    """The four points of a time, and whether it goes on; None when it is not a time."""
    text = text.strip(" ,")
    if _NO_DATE.fullmatch(text):
        return Dates(), False
    if not _has_only_time(text):
        return None
    text = re.sub(r",(?= (?:until|till|by|after|before)\b)", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\bsome time\b", "sometime", text, flags=re.IGNORECASE)
    text = re.sub(r"^sometime (?=after|before|by|in\b)", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\blikely\b", "probably", text, flags=re.IGNORECASE)
    text = _DOUBT_BEFORE.sub(r"\2 probably ", text)
    text = _DAYS_FIRST.sub(r"\3 \1-\2,", text)
    text = re.sub(r"-(?=until\b)", " ", text, flags=re.IGNORECASE)
    if (match := _FIGURES.fullmatch(text)) and (between := _either_order(match)):
        return between
    if match := re.fullmatch(r"in (?!the early|the mid|the late)(.+)", text, re.IGNORECASE):
        text = f"throughout {match[1]}"
    found = read_period(text)
    if found is None or (found.acquired is None and found.parted is None):
        return None
    return Dates(found.acquired, found.parted), found.ongoing


def is_time(text: str) -> bool:
    """Whether the text says a time and nothing else."""
    return read_time(text) is not None


def _candidates(text: str) -> Iterator[tuple[int, str]]:
    floor = max(0, len(text) - _LONGEST)
    for match in _START.finditer(text, floor):
        if match["lead"] == " " and not _may_follow(text, match):
            continue
        words = text[match.end() :]
        if _looks_like_time(words):
            yield match.start(), words


def _may_follow(text: str, match: re.Match[str]) -> bool:
    """Whether a time may begin here without a comma before it."""
    if match["keyword"]:
        return True
    before = text[: match.start()]
    last = before.rsplit(" ", 1)[-1].lower()
    if last in {
        "by",
        "until",
        "in",
        "on",
        "after",
        "before",
        "and",
        "to",
        "of",
        "the",
        "c.",
        "ca.",
    }:
        return False
    return bool(match["month"]) or "," in before or before.endswith((")", "]", "?"))


def _looks_like_time(words: str) -> bool:
    return bool(re.search(r"\d", words)) or bool(_NO_DATE.match(words))


def _has_only_time(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    for token in _TOKENS.findall(text):
        if token not in _PUNCTUATION and not _WORD.fullmatch(token):
            return False
    return True


def _either_order(match: re.Match[str]) -> tuple[Dates, bool] | None:
    """A day in figures: exact when only one order is a day, else between the two."""
    first, second, year = int(match[1]), int(match[2]), match[3]
    both = [
        day.edtf
        for month, number in ((first, second), (second, first))
        if month <= 12 and (day := read_date(f"{year}-{month:02d}-{number:02d}")) and day.edtf
    ]
    if len(set(both)) < 2:
        return None
    return Dates(acquired=(min(both), max(both))), False
