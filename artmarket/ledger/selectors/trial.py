"""The trial balance: what was debited and credited for each purpose and currency, to a day.

Everything here is counted from the transfers; the balances kept on accounts are not asked.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from ..enums import Purpose, side_of
from ..models import Account, Entry, Period, Transfer
from ..months import last_day, month_after, month_of


@dataclass(frozen=True, slots=True)
class TrialRow:
    """Debits and credits of one purpose and currency, in the smallest unit."""

    purpose: Purpose
    currency: str
    debit_minor: int
    credit_minor: int

    @property
    def balance_minor(self) -> int:
        """The balance in the direction of the purpose's normal side."""
        difference = self.debit_minor - self.credit_minor
        return difference if side_of(self.purpose) == "debit" else -difference

    @property
    def debit_balance_minor(self) -> int:
        """The balance when it stands on the left, otherwise nothing."""
        return max(self.debit_minor - self.credit_minor, 0)

    @property
    def credit_balance_minor(self) -> int:
        """The balance when it stands on the right, otherwise nothing."""
        return max(self.credit_minor - self.debit_minor, 0)


def trial_balance(until: date | None = None) -> list[TrialRow]:
    """The rows by currency and purpose, of what was booked to the end of this day; two queries."""
    found: dict[tuple[str, str], list[int]] = {}
    for n, side in enumerate(("debit", "credit")):
        names = (f"{side}__currency", f"{side}__purpose")
        for currency, purpose, total in (
            _booked(until).values_list(*names).annotate(total=Sum("amount_minor")).order_by()
        ):
            found.setdefault((currency, purpose), [0, 0])[n] = int(total)
    order = list(Purpose)
    rows = [TrialRow(Purpose(p), c, debit, credit) for (c, p), (debit, credit) in found.items()]
    return sorted(rows, key=lambda row: (row.currency, order.index(row.purpose)))


def sums_by_account(until: date | None = None) -> dict[int, int]:
    """The balance of each account that was moved, counted from its lines; three queries."""
    sides = {pk: side_of(purpose) for pk, purpose in Account.objects.values_list("pk", "purpose")}
    found: dict[int, int] = {}
    for side in ("debit", "credit"):
        rows = _booked(until).values_list(side).annotate(total=Sum("amount_minor")).order_by()
        for pk, total in rows.iterator(chunk_size=5000):
            sign = 1 if sides[pk] == side else -1
            found[pk] = found.get(pk, 0) + sign * int(total)
    return found


def totals_at(month: date) -> dict[str, Any]:
    """What a closed month keeps: its trial balance, how many entries, and a digest of balances.

    The digest is SHA-256 over `account:balance` lines in the order of the accounts' keys.
    """
    until = last_day(month)
    told = hashlib.sha256()
    for pk, balance in sorted(sums_by_account(until).items()):
        told.update(f"{pk}:{balance}\n".encode())
    return {
        "rows": [
            [row.purpose.value, row.currency, row.debit_minor, row.credit_minor]
            for row in trial_balance(until)
        ],
        "entries": Entry.objects.filter(booked_on__lte=until).count(),
        "balances": told.hexdigest(),
    }


def rows_of(period: Period) -> list[TrialRow]:
    """The trial balance that a closed month keeps."""
    return [TrialRow(Purpose(p), c, debit, credit) for p, c, debit, credit in period.totals["rows"]]


def next_month(today: date) -> date | None:
    """The month that can be closed next: the one after the last closed, or of the first entry.

    None while it is not over, or nothing was ever booked.
    """
    last = Period.objects.order_by("-month").values_list("month", flat=True).first()
    if last is not None:
        month = month_after(last)
    else:
        first = Entry.objects.order_by("booked_on").values_list("booked_on", flat=True).first()
        if first is None:
            return None
        month = month_of(first)
    return month if month_after(month) <= today else None


def _booked(until: date | None) -> Any:
    rows = Transfer.objects.all()
    return rows if until is None else rows.filter(entry__booked_on__lte=until)
