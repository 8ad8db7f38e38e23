"""What keeping a sold lot costs when it is not fetched: nothing at first, then by the month.

A month that has begun counts whole. Amounts in the smallest unit, days counted from the day after
the sale. Auction rules §12.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StorageTerms:
    """So much for a lot and month, free for so many days; a month has `month_days` days."""

    per_month: int = 0
    free_days: int = 0
    month_days: int = 30


def charge(terms: StorageTerms, days: int) -> int:
    """What is due for a lot that lay so many days."""
    over = days - terms.free_days
    return 0 if over <= 0 else -(-over // terms.month_days) * terms.per_month
