"""Words about time turned into EDTF, and EDTF back into words for people.

`read_date` for works, `read_life` for persons, `read_period` for a stay in a provenance. The
words as written stay with the caller and remain the source; what cannot be told is refused,
never guessed. Rules: registry rules, section 1; EDTF: ISO 8601-2:2019, checked by PyPI `edtf`.
"""

from catalog.engine.dates.buckets import PERIODS, PeriodBucket, period_label, period_of
from catalog.engine.dates.describe import describe_date
from catalog.engine.dates.edtf_text import EdtfBounds, edtf_bounds, is_edtf
from catalog.engine.dates.life import Life, read_life
from catalog.engine.dates.reading import is_undated, read_date
from catalog.engine.dates.stays import PeriodReading, read_period
from catalog.engine.dates.values import DateReading

__all__ = [
    "PERIODS",
    "DateReading",
    "EdtfBounds",
    "Life",
    "PeriodBucket",
    "PeriodReading",
    "describe_date",
    "edtf_bounds",
    "is_edtf",
    "is_undated",
    "period_label",
    "period_of",
    "read_date",
    "read_life",
    "read_period",
]
