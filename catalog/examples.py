"""The worked examples that the registry's engines compute: completeness, dates, provenance.

Answers are written as the shared files write them: a key that is not stated is left out.
"""

from collections.abc import Mapping
from typing import Any

from artmarket.core import examples
from catalog import provenance_examples
from catalog.engine.dates import DateReading, PeriodReading, read_date, read_period
from catalog.engine.object_id import assess


def register_examples() -> None:
    """Claim the lists of completeness scores, of dates and periods, and of provenance."""
    examples.register_list("object-id-1", completeness)
    examples.register_list("dates-neutral-1", date_words, kind="date")
    examples.register_list("dates-neutral-1", period_words, kind="period")
    provenance_examples.register_examples()


def completeness(case: Mapping[str, Any]) -> dict[str, Any]:
    """The Object ID score of `record`."""
    found = assess(case.get("record"))
    return {"score": found.score, "missing": found.missing, "eligible": found.eligible}


def date_words(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """The date that `text` says in its `context`, or None when it is refused."""
    reading = read_date(examples.need(case, "text"), case.get("context"))
    return None if reading is None else _date(reading)


def period_words(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """The stay that `text` says, or None when it is refused."""
    reading = read_period(examples.need(case, "text"))
    return None if reading is None else _period(reading)


def _date(reading: DateReading) -> dict[str, Any]:
    out: dict[str, Any] = {"edtf": reading.edtf}
    if reading.edtf is not None:
        out |= {
            "earliest": reading.earliest,
            "latest": reading.latest,
            "certain": reading.certain,
            "approximate": reading.approximate,
        }
    stated = ("qualifier", "calendar", "ambiguous", "candidates", "contradiction")
    return out | {name: getattr(reading, name) for name in stated if getattr(reading, name)}


def _period(reading: PeriodReading) -> dict[str, Any]:
    pairs = {
        name: getattr(reading, name) for name in ("acquired", "parted", "possible", "definite")
    }
    out = {name: pair for name, pair in pairs.items() if pair is not None}
    return out | ({"ongoing": True} if reading.ongoing else {})
