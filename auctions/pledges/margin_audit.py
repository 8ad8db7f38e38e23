"""Prove the margin calls: each stands as its steps say, and no night's figure is without a call.

Reads only; a part of `audit.pledge_faults`.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from django.db.models import F, Max, OuterRef, Q, Subquery

from artmarket.core.clock import SHANGHAI
from artmarket.ledger.audit import Fault

from .enums import LoanState
from .margin_enums import CallState, CallStep
from .models import MarginCall, Snapshot

CHUNK: Final = 500


def unequal_calls() -> Iterator[Fault]:
    """Calls that differ from their steps or outlive their loan; figures that called for one."""
    rows = MarginCall.objects.select_related("loan").prefetch_related("steps__actor")
    for call in rows.iterator(chunk_size=CHUNK):
        for words in _faults_of(call):
            yield Fault("margin", f"{call.loan.number} call {call.pk}", words)
    yield from _uncalled()


def _faults_of(call: MarginCall) -> Iterator[str]:
    steps = sorted(call.steps.all(), key=lambda row: row.number)
    if [row.number for row in steps] != list(range(1, call.sequence + 1)):
        yield f"its steps are not numbered 1 to {call.sequence}"
        return
    first, last = steps[0], steps[-1]
    if first.kind != CallStep.OPENED or first.remaining_minor != call.short_minor:
        yield "it was not opened with what it says"
    if (last.state, last.remaining_minor) != (call.state, call.remaining_minor):
        yield f"{call.state} {call.remaining_minor}, its steps {last.state} {last.remaining_minor}"
    is_live = call.state != CallState.CURED
    if is_live and call.loan.state != LoanState.ACTIVE:
        yield f"it is live, its loan {call.loan.state}"
    for row in steps:
        if row.kind == CallStep.WAIVED and len(set(row.data.get("people", []))) < 2:
            yield f"step {row.number}: one person waived it"
        if row.kind == CallStep.NOTIFIED and not row.data.get("people"):
            yield f"step {row.number}: nobody was notified"


def _uncalled() -> Iterator[Fault]:
    """Loans whose last figure stands at the line of a call, without one then or since."""
    newest = Snapshot.objects.filter(loan=OuterRef("loan")).order_by("-day").values("pk")[:1]
    rows = Snapshot.objects.filter(
        pk=Subquery(newest), blocked="", exposure_minor__gt=0, loan__state=LoanState.ACTIVE
    ).filter(Q(ltv_pct__isnull=True) | Q(ltv_pct__gte=F("version__ltv_margin_pct")))
    rows = rows.exclude(loan__margin_calls__in=MarginCall.objects.live())
    for row in rows.select_related("loan", "version").iterator(chunk_size=CHUNK):
        exposure, eligible = Decimal(row.exposure_minor), Decimal(row.eligible_minor or 0)
        if exposure * 100 < eligible * row.version.ltv_margin_pct:
            continue  # the percentage was rounded up
        ended = row.loan.margin_calls.aggregate(last=Max("ended_at"))["last"]
        settled = ended is not None and ended.astimezone(SHANGHAI).date() >= row.day
        if not settled:
            yield Fault("margin", row.loan.number, f"{row.ltv_pct} % on {row.day}, no call")
