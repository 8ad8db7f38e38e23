"""Completeness of a work's record by the ten Object ID categories (ICOM Object ID).

One point each; only ten points make a work eligible for certificate, sale or pledge. It says
what is missing, never whether what is there is true, and never raises whatever it is given.
Rule: registry rules, section 1.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from catalog.engine.dates import is_edtf

CATEGORIES: Final = (
    "photographs",
    "type",
    "materials",
    "measurements",
    "inscriptions",
    "features",
    "title",
    "subject",
    "date",
    "maker",
)
UNITS: Final = frozenset({"mm", "cm", "m", "in", "g", "kg"})

_UNKNOWN_ALLOWED: Final = frozenset({"materials", "title", "subject", "date", "maker"})
_REASON_LENGTH: Final = 4
_FEATURES_LENGTH: Final = 10
_DECIMAL: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_ENOUGH: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    "flat": (frozenset({"height", "width"}),),
    "solid": (
        frozenset({"diameter"}),
        frozenset({"height", "width"}),
        frozenset({"length", "width"}),
    ),
}


@dataclass(frozen=True)
class Assessment:
    """Points out of ten, and for each category without a point the sorted reasons."""

    score: int
    missing: Mapping[str, tuple[str, ...]]
    eligible: bool


def assess(record: object) -> Assessment:
    """Score a record.

    Args:
        record: a mapping with `form` ("flat" or "solid"), `photos` and one key per further
            category; anything else scores nothing.
    Returns:
        The assessment. What cannot be read counts as missing.
    """
    answers: Mapping[object, object] = record if isinstance(record, Mapping) else {}
    missing: dict[str, tuple[str, ...]] = {}
    for category in CATEGORIES:
        codes = _faults(category, answers)
        if codes:
            missing[category] = tuple(sorted(set(codes)))
    score = len(CATEGORIES) - len(missing)
    return Assessment(score, MappingProxyType(missing), score == len(CATEGORIES))


def _faults(category: str, record: Mapping[object, object]) -> list[str]:
    answer = record.get("photos" if category == "photographs" else category)
    if _is_empty(answer):
        return ["missing"]
    if isinstance(answer, dict | Mapping) and answer.get("unknown") is True:
        if category not in _UNKNOWN_ALLOWED:
            return ["unknown-not-allowed"]
        return [] if _has_reason(answer) else ["unknown-without-reason"]
    return list(_CHECKS[category](answer, record))


def _check_photographs(answer: object, record: Mapping[object, object]) -> Iterator[str]:
    photos = _mappings(answer)
    if not photos:
        yield "missing"
        return
    views = {photo.get("view") for photo in photos if isinstance(photo.get("view"), str)}
    if "overall" not in views:
        yield "no-overall"
    if not views & {"verso", "base"}:
        yield "no-verso-or-base"
    if not any(photo.get("scale") is True for photo in photos):
        yield "no-scale"
    shown = {_text(photo.get("shows")) for photo in photos}
    for inscription in _mappings(record.get("inscriptions")):
        ref = _text(inscription.get("ref"))
        if ref and ref not in shown:
            yield f"no-photo-of:{ref}"


def _check_type(answer: object, record: Mapping[object, object]) -> Iterator[str]:
    levels = {_text(level) for level in answer} if isinstance(answer, list | tuple) else set()
    levels.discard("")
    if not levels:
        yield "missing"
    elif len(levels) < 2:
        yield "needs-two-levels"


def _check_materials(answer: object, record: Mapping[object, object]) -> Iterator[str]:
    if not isinstance(answer, dict | Mapping):
        yield "missing"
        return
    if not _texts(answer.get("materials")):
        yield "no-material"
    if not _texts(answer.get("techniques")):
        yield "no-technique"


def _check_measurements(answer: object, record: Mapping[object, object]) -> Iterator[str]:
    rows = _mappings(answer)
    if not rows:
        yield "missing"
        return
    faults: list[str] = []
    sound: set[str] = set()
    for row in rows:
        codes = list(_measurement_faults(row))
        faults += codes
        if not codes:
            sound.add(_text(row.get("dimension")))
    yield from faults
    named = {_text(row.get("dimension")) for row in rows} if faults else sound
    form = record.get("form")
    needed = _ENOUGH.get(form if isinstance(form, str) else "", _ENOUGH["flat"])
    unnamed = any(not _text(row.get("dimension")) for row in rows)
    if not unnamed and not any(pair <= named for pair in needed):
        yield "too-few"


def _measurement_faults(row: Mapping[object, object]) -> Iterator[str]:
    if not _text(row.get("dimension")):
        yield "no-dimension-name"
    if _text(row.get("unit")) not in UNITS:
        yield "no-unit"
    if not _is_positive(row.get("value")):
        yield "bad-value"


def _check_inscriptions(answer: object, record: Mapping[object, object]) -> Iterator[str]:
    if isinstance(answer, dict | Mapping):
        if answer.get("none") is not True:
            yield "missing"
        return
    if not isinstance(answer, list | tuple):
        yield "missing"
        return
    for entry in answer:
        if not isinstance(entry, dict | Mapping):
            yield "no-kind-or-ref"
            continue
        ref = _text(entry.get("ref"))
        if not ref or not _text(entry.get("kind")):
            yield "no-kind-or-ref"
        if not _text(entry.get("text")) and entry.get("unreadable") is not True:
            yield f"no-text:{ref}"


def _check_features(answer: object, record: Mapping[object, object]) -> Iterator[str]:
    if isinstance(answer, dict | Mapping):
        if answer.get("none") is not True:
            yield "missing"
        elif not _has_reason(answer):
            yield "none-without-reason"
    elif not isinstance(answer, str):
        yield "missing"
    elif len(answer.strip()) < _FEATURES_LENGTH:
        yield "too-short"


def _check_words(answer: object, record: Mapping[object, object]) -> Iterator[str]:
    if not _text(answer):
        yield "missing"


def _check_date(answer: object, record: Mapping[object, object]) -> Iterator[str]:
    if not isinstance(answer, str):
        yield "missing"
    elif not is_edtf(answer.strip()):
        yield "not-edtf"


def _check_maker(answer: object, record: Mapping[object, object]) -> Iterator[str]:
    if not isinstance(answer, dict | Mapping):
        yield "missing"
        return
    if not _text(answer.get("name")):
        yield "no-name"
    if not _text(answer.get("attribution")):
        yield "no-attribution-term"


_Check = Callable[[object, Mapping[object, object]], Iterator[str]]
_CHECKS: Final[Mapping[str, _Check]] = {
    "photographs": _check_photographs,
    "type": _check_type,
    "materials": _check_materials,
    "measurements": _check_measurements,
    "inscriptions": _check_inscriptions,
    "features": _check_features,
    "title": _check_words,
    "subject": _check_words,
    "date": _check_date,
    "maker": _check_maker,
}


def _is_empty(answer: object) -> bool:
    if answer is None:
        return True
    if isinstance(answer, str):
        return not answer.strip()
    return isinstance(answer, dict | list | tuple | Mapping) and not answer


def _has_reason(answer: Mapping[object, object]) -> bool:
    return len(_text(answer.get("reason"))) >= _REASON_LENGTH


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list | tuple) else []
    return [text for text in map(_text, items) if text]


def _mappings(value: object) -> list[Mapping[object, object]]:
    items = value if isinstance(value, list | tuple) else []
    return [item for item in items if isinstance(item, dict | Mapping)]


def _is_positive(value: object) -> bool:
    """Whether the value is a plain decimal above zero: no exponent, no sign, no words."""
    if isinstance(value, Decimal):
        return value.is_finite() and value > 0
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    text = value.strip() if isinstance(value, str) else format(Decimal(str(value)), "f")
    return bool(_DECIMAL.fullmatch(text)) and Decimal(text) > 0
