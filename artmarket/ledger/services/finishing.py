"""Finish what a crash or a lost answer left: every row that waits for a gateway is asked again.

Run by a duty. Each step is made once by its own key or reference, so nothing moves twice.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final

import structlog
from django.db.models import Q, QuerySet

from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError

from ..gateways import MANUAL, gateway
from ..models import Payment, Payout, Refund
from ..payments.enums import OutgoingState, PaymentState
from . import webhooks
from .outgoing import run_payout, run_refund
from .payments import run_wish
from .settling import apply_facts
from .telling import tell_again

log = structlog.get_logger(__name__)
ASK_AGAIN: Final = timedelta(minutes=10)
AT_ONCE: Final = 100
_UNDER_WAY: Final = (OutgoingState.ASKED, OutgoingState.SENT)


def finish() -> str:
    """One round over everything that is open; words for the log."""
    messages = webhooks.work_off_all()
    wishes = _each(_wishes(), lambda pk: run_wish(payment_id=pk))
    asked = _each(_silent(), ask_again)
    refunds = _each(_outgoing(Refund), run_refund)
    payouts = _each(_outgoing(Payout), run_payout)
    told = tell_again()
    return (
        f"messages {messages}, wishes {wishes}, payments {asked}, refunds {refunds}, "
        f"payouts {payouts}, told {told}"
    )


def ask_again(payment_id: int) -> Payment:
    """How a payment stands at its gateway now, written; whatever message got lost."""
    payment = Payment.objects.get(pk=payment_id)
    at = gateway(payment.gateway)
    is_known = payment.gateway_id and payment.state != PaymentState.PENDING
    facts = at.read(payment.gateway_id) if is_known else at.read_page(payment.page_id)
    return apply_facts(payment_id=payment_id, facts=facts)


def _wishes() -> Iterable[int]:
    rows = Payment.objects.exclude(wish="").exclude(gateway__in=MANUAL)
    return rows.values_list("pk", flat=True)[:AT_ONCE]


def _silent() -> Iterable[int]:
    """Pages that are open and holds that stand, about which nothing was heard for a while."""
    is_silent = Q(checked_at__isnull=True) | Q(checked_at__lt=db_now() - ASK_AGAIN)
    rows = Payment.objects.filter(is_silent, wish="").exclude(gateway__in=MANUAL)
    open_rows = rows.filter(
        Q(state=PaymentState.PENDING) & ~Q(page_id="") | Q(state=PaymentState.AUTHORISED)
    )
    return open_rows.order_by("checked_at").values_list("pk", flat=True)[:AT_ONCE]


def _outgoing(model: type[Refund] | type[Payout]) -> Iterable[int]:
    """New ones at once, those that were sent after a while."""
    is_due = Q(checked_at__isnull=True) | Q(checked_at__lt=db_now() - ASK_AGAIN)
    rows: QuerySet[Any] = model._default_manager.filter(is_due, state__in=_UNDER_WAY)
    rows = rows.exclude(gateway__in=MANUAL).order_by("pk")
    if model is Payout:
        rows = rows.filter(party__payout_accounts__is_ready=True).distinct()
    return rows.values_list("pk", flat=True)[:AT_ONCE]


def _each(pks: Iterable[int], run: Callable[[int], object]) -> int:
    done = 0
    for pk in list(pks):
        try:
            run(pk)
        except DomainError as error:  # the others must still be asked
            log.warning("gateway_not_done", pk=pk, code=error.code)
            continue
        done += 1
    return done
