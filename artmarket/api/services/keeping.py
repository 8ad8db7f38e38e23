"""What is kept for a time only: answers for repeats, counts of the rate limit, the delivery log."""

import time
from datetime import timedelta

from artmarket import rulebook
from artmarket.api.enums import DeliveryState
from artmarket.api.models import Delivery, KeptAnswer, RateCount
from artmarket.core.clock import db_now


def sweep() -> str:
    """The duty: delete what is over. Can run twice."""
    now = db_now()
    answers = KeptAnswer.objects.filter(
        begun_at__lt=now - timedelta(hours=rulebook.get("api.idempotency_hours"))
    ).delete()[0]
    counts = RateCount.objects.filter(minute__lt=int(time.time()) // 60 - 10).delete()[0]
    log = (
        Delivery.objects.filter(
            made_at__lt=now - timedelta(days=rulebook.get("api.webhook_log_days"))
        )
        .exclude(state=DeliveryState.PENDING)
        .delete()[0]
    )
    return f"{answers} answers, {counts} counts, {log} deliveries"
