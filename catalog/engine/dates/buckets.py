"""One partition of time for filters, fit for Western museum records and for Chinese works.

The edges follow Chinese dynasties down to 1644 and the turns the market and the law know
after. A work of uncertain date stands in every bucket it may belong to.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class PeriodBucket:
    """A stretch of years, both ends included; None is an open end. The key never changes."""

    key: str
    zh: str
    en: str
    first: int | None
    last: int | None


PERIODS: Final = (
    PeriodBucket("p0000", "1000年以前", "Before 1000", None, 999),
    PeriodBucket("p1000", "1000—1367（宋元）", "1000–1367 (Song, Yuan)", 1000, 1367),
    PeriodBucket("p1368", "1368—1643（明）", "1368–1643 (Ming)", 1368, 1643),
    PeriodBucket("p1644", "1644—1799（清前期）", "1644–1799 (early Qing)", 1644, 1799),
    PeriodBucket("p1800", "1800—1911（清后期）", "1800–1911 (late Qing)", 1800, 1911),
    PeriodBucket("p1912", "1912—1948", "1912–1948", 1912, 1948),
    PeriodBucket("p1949", "1949—1999", "1949–1999", 1949, 1999),
    PeriodBucket("p2000", "2000年以后", "2000 and later", 2000, None),
)
UNKNOWN: Final = PeriodBucket("unknown", "年代不详", "Date unknown", None, None)

_LABELS: Final = {bucket.key: bucket for bucket in (*PERIODS, UNKNOWN)}


def period_of(year_from: int | None, year_to: int | None) -> tuple[str, ...]:
    """Keys of every bucket a stretch of years touches.

    Args:
        year_from: first possible year, astronomical; None is open.
        year_to: last possible year; None is open.
    Returns:
        Keys in order of time; ("unknown",) when both ends are open. With one open end only
        the bucket of the known year is given: an open side says nothing about the others.
    """
    first = year_to if year_from is None else year_from
    last = year_from if year_to is None else year_to
    if first is None or last is None:
        return (UNKNOWN.key,)
    return tuple(
        bucket.key
        for bucket in PERIODS
        if (bucket.last is None or first <= bucket.last)
        and (bucket.first is None or last >= bucket.first)
    )


def period_label(key: str, lang: str = "zh") -> str:
    """The label of a bucket; the key itself if there is no such bucket."""
    bucket = _LABELS.get(key)
    if bucket is None:
        return key
    return bucket.en if lang.startswith("en") else bucket.zh
