"""One date as written → `DateReading`: the door to the Chinese and the English readers.

Takes off remarks that are no part of the making ("printed 1960", "date of publication") and
keeps them as words. Refuses (None) rather than guesses. Rule: registry rules, section 1.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from catalog.engine.dates.chinese import is_chinese, read_chinese
from catalog.engine.dates.edtf_text import is_edtf
from catalog.engine.dates.eras import PERIODS_EN
from catalog.engine.dates.values import DateReading, Point, reading
from catalog.engine.dates.western import read_western

_LONGEST: Final = 200
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−－─~～〜", "-"))
_UNDATED: Final = re.compile(
    r"(?:unknown|no date(?: known)?|date (?:not known|unknown)|not dated|undated|unrecorded"
    r"|n\.? ?d\.?(?: ?a\.?)?|s\.d\.|null|none|[-?]*"
    r"|年代(?:不详|不明|未知|失考)|年月(?:失考|不详)|(?:日期|时间)(?:不详|不明|未知)|无年款|不详|未知)"
)
_MADE: Final = (
    r"(?:first )?(?:published|exhibited|designed|conceived|modeled|modelled|manufactured|made|"
    r"completed|executed|painted|engraved|issued|produced|printed|cast|dated|patented|begun|"
    r"probably cast in|plate|block|model)"
)
_LATER: Final = (
    r"(?:re)?(?:printed|published|cast|exhibited|issued|struck|fired|worked|produced)|re-fired|"
    r"designed|manufactured|posthumous|enlarged|memorial|"
    r"restrike|copy|after|from|made|completed|finished|altered|probably"
)
_REMARKS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\??{_MADE}:?,? (?P<main>[^,;:]+?)(?P<remark>[,;] .+)?",
        rf"(?P<main>[^,;]+?),? (?P<remark>(?:{_LATER})\b.*)",
        r"(?P<main>[^(;]+?) ?(?P<remark>\([^)]*[a-z][^)]*\).*)",
        r"(?P<main>[^;]+?)(?P<remark>;.*)",
        r"(?P<main>[^,]+?),? (?P<remark>(?:block|plate|print|impression|in the style)\b.*)",
    )
)
_COPY: Final = re.compile(
    r"(?:undated )?(?:cast|copy|replica|restrike)(?: copy)?,? (?:after|of|from)(?: an)? "
    r"(?P<main>.+?)(?: original| image| daguerreotype| painting| photograph)?"
)
_PERIOD_AND_DATE: Final = re.compile(
    r"(?P<name>[a-z0-9 ]+?)(?: (?:dynasty|period|era|reign))+"
    r"(?: ?\((?P<years>[^()]+)\))?(?:, ?(?P<date>.+))?"
)


def read_date(text: str, context: Mapping[str, int] | None = None) -> DateReading | None:
    """What a text says about the time something was made or happened.

    Args:
        text: the words as written, Chinese or English, or EDTF itself.
        context: years that bound a cyclical year: `not_before`, `not_after`, `maker_born`,
            `maker_died`.
    Returns:
        The reading, or None: refused, ask the user. With `edtf` None and `candidates` the
        text fits several years and none is chosen.
    """
    if len(text) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    plain = " ".join(plain.split())
    if is_undated(plain):
        return None
    found = (
        read_chinese(plain, context or {}) if is_chinese(plain) else _read_english(plain.lower())
    )
    if found is None or (found.edtf is not None and not is_edtf(found.edtf)):
        return None
    return found


def is_undated(text: str) -> bool:
    """Whether the text says that the date is not known ("n.d.", "date not known", 年代不详)."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return bool(_UNDATED.fullmatch(plain.translate(_DASHES)))


def _read_english(text: str) -> DateReading | None:
    text = text.strip(" .,;")
    found = _finished(read_western(text))
    if found is not None:
        return found
    if found := _period_and_date(text):
        return found
    for pattern in _REMARKS:
        match = pattern.fullmatch(text)
        found = _finished(read_western(match["main"].strip(" ,"))) if match else None
        if match and found:
            return replace(found, remark=text.replace(match["main"], "", 1).strip(" ,;"))
    copy = _COPY.fullmatch(text)
    if copy and (point := read_western(f"after {copy['main'].strip()}")):
        return _finished(point, remark=text)
    return None


def _period_and_date(text: str) -> DateReading | None:
    """ "Edo period (1615-1868), 19th century": the last and narrowest statement is the date."""
    match = _PERIOD_AND_DATE.fullmatch(text)
    if match is None or (match["name"] not in PERIODS_EN and not match["years"]):
        return None
    for words in (match["date"], match["years"]):
        if words and (point := read_western(words)):
            return _finished(point, remark=text.replace(words, "", 1).strip(" ,;()"))
    return None


def _finished(point: Point | None, remark: str = "") -> DateReading | None:
    if point is None:
        return None
    if point.edtf.endswith("/.."):
        whole = reading(replace(point, certain=True, approximate=False))
        found = replace(whole, latest=None)
    elif point.edtf.startswith("../"):
        whole = reading(replace(point, certain=True, approximate=False))
        found = replace(whole, earliest=None)
    else:
        found = reading(point)
    return replace(found, certain=point.certain, approximate=point.approximate, remark=remark)
