"""Sums of a day that a person must look into: cash, and payments that were split.

反洗钱法; 银发〔2025〕124号 (by analogy: art dealers are not named yet). Days are those of Shanghai;
the limits are dated rules, each in one currency. Nothing is refused here: a row is opened.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from babel.numbers import get_currency_precision
from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core import calendars
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from ..models import DueDiligence, Receipt
from ..payments.enums import DiligenceKind, StrayState

REPORT_DAYS: Final = "payment.report_days"


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of one day and party; `rule` gives it in whole units of `currency`."""

    kind: str
    currency: str
    rule: str


LIMITS: Final = (
    Limit(DiligenceKind.CASH, "CNY", "payment.cash_of_a_day"),
    Limit(DiligenceKind.LINKED, "CNY", "payment.linked_of_a_day"),
    Limit(DiligenceKind.LINKED, "EUR", "payment.linked_of_a_day_eur"),
)


def look_at(*, party_id: int, receipt: Receipt) -> None:
    """After a receipt, in its transaction: open or update what its day now amounts to."""
    for limit in LIMITS:
        is_meant = limit.kind == DiligenceKind.LINKED or receipt.is_cash
        if limit.currency != receipt.currency or not is_meant:
            continue
        units = rulebook.get(limit.rule, on=receipt.received_on)
        threshold = units * 10 ** get_currency_precision(limit.currency)
        total = sum_of_day(party_id=party_id, receipt=receipt, kind=limit.kind)
        if total >= threshold:
            _open(party_id, receipt, limit, total, threshold)


def sum_of_day(*, party_id: int, receipt: Receipt, kind: str) -> int:
    """All that came from a party on the day of a receipt, in its currency; cash only for cash."""
    is_his = Q(payment__party=party_id) | Q(
        stray__payment__party=party_id, stray__state=StrayState.ASSIGNED
    )
    rows = Receipt.objects.filter(
        is_his, received_on=receipt.received_on, currency=receipt.currency
    )
    if kind == DiligenceKind.CASH:
        rows = rows.filter(is_cash=True)
    return rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _open(party_id: int, receipt: Receipt, limit: Limit, total: int, threshold: int) -> None:
    row, is_new = DueDiligence.objects.get_or_create(
        party_id=party_id, kind=limit.kind, day=receipt.received_on, currency=limit.currency,
        defaults={
            "sum_minor": total, "limit_minor": threshold, "rule": limit.rule,
            "due_on": _due(receipt.received_on),
        },
    )  # fmt: skip
    if not is_new:
        # More came after somebody looked: it is open again.
        DueDiligence.objects.filter(pk=row.pk).update(sum_minor=total, done_at=None, note="")
    record_event(
        actor=None, action="diligence.opened" if is_new else "diligence.grew", subject=row,
        after={"sum": total}, limit=threshold, rule=limit.rule,
    )  # fmt: skip


def _due(day: date) -> date:
    """The last day of the term; where holidays are not announced, the stricter calendar days."""
    days = rulebook.get(REPORT_DAYS)
    try:
        return calendars.deadline(calendars.china(), event=day, days=days, kind="working").rolled
    except calendars.CalendarNotCovered:
        return calendars.add_days(calendars.china(), day, days, "calendar")


@transaction.atomic(durable=True)
def finish_diligence(*, actor: User, diligence_id: int, note: str) -> DueDiligence:
    """A person looked into it. Raises `NotAllowed`, `WrongState` (done), `Invalid` (no words)."""
    if not actor.has_perm("ledger.handle_payments"):
        raise NotAllowed()
    words = note.strip()[:300]
    if not words:
        raise Invalid(fields={"note": _("请写明核查的结论。")})
    changed = DueDiligence.objects.filter(pk=diligence_id, done_at__isnull=True).update(
        done_at=db_now(), done_by=actor, note=words
    )
    if not changed:
        raise WrongState()
    row = DueDiligence.objects.get(pk=diligence_id)
    record_event(actor=actor, action="diligence.done", subject=row, after={"note": words})
    return row
