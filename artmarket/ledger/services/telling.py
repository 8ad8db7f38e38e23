"""Tell whoever asked for a payment that it changed, after the commit, until he took it in.

`applied_at` is the time of the change that was taken in; a duty calls again while it is missing or
older than the last change.
"""

import structlog
from django.db import transaction

from ..hooks import handler_of, purposes
from ..models import Payment

log = structlog.get_logger(__name__)


def tell_after_commit(payment: Payment) -> None:
    """Call the handler once this transaction is committed; what fails then, the duty repeats."""
    payment_id = payment.pk

    def call() -> None:  # a partial has no name, and Django's report of a failure wants one
        tell(payment_id=payment_id)

    transaction.on_commit(call, robust=True)


def tell(*, payment_id: int) -> bool:
    """Call the handler of a payment with its row as it stands; whether there was one.

    The handler runs outside a transaction and opens its own. What it raises is raised: the change
    then counts as not taken in.
    """
    payment = Payment.objects.select_related("party", "credit_account").get(pk=payment_id)
    handler = handler_of(payment.purpose)
    if handler is None:
        return False
    handler(payment)
    Payment.objects.filter(pk=payment_id).exclude(applied_at__gte=payment.changed_at).update(
        applied_at=payment.changed_at
    )
    return True


def tell_again(limit: int = 200) -> int:
    """Tell of all changes that were not taken in yet; how many were now."""
    told = 0
    rows = Payment.objects.untold().filter(purpose__in=purposes()).order_by("changed_at")
    for pk in rows.values_list("pk", flat=True)[:limit]:
        try:
            told += tell(payment_id=pk)
        except Exception:  # the others must still be told
            log.exception("payment_not_taken_in", payment=pk)
    return told
