"""Forget what visitors typed: after the term of the rule, or when a person's account goes.

Name, telephone, needs and the reason leave the row; how many came stays. Events rules §7.
"""

from dateutil.relativedelta import relativedelta
from django.db import transaction

from artmarket import rulebook
from artmarket.core.clock import SHANGHAI, db_now

from ..booking import citations
from ..models import Booking

AT_ONCE = 500
BLANK = {"name": "", "phone": "", "need": "", "reason": ""}


@transaction.atomic(durable=True)
def forget_due(limit: int = AT_ONCE) -> int:
    """Forget what is due; how many bookings. Safe to repeat."""
    now = db_now()
    last = now.astimezone(SHANGHAI) - relativedelta(months=rulebook.get(citations.RETENTION))
    rows = Booking.objects.filter(forgotten_at__isnull=True, session__ends_at__lte=last)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    return Booking.objects.filter(pk__in=keys).update(**BLANK, forgotten_at=now)


def forget_person(user_id: int) -> int:
    """Forget what one person typed, in the caller's transaction; how many bookings."""
    rows = Booking.objects.filter(user=user_id, forgotten_at__isnull=True)
    return rows.update(**BLANK, forgotten_at=db_now())
