"""Remind those who are registered, some hours before a session begins."""

from datetime import timedelta

from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat

from artmarket import rulebook
from artmarket.core.clock import db_now
from auctions.models import Notice, NoticeKind

from ..booking import citations
from ..enums import BookingNews, BookingState, SessionState
from ..models import Booking
from .booking_states import ROW
from .telling import tell

AT_ONCE = 500


@transaction.atomic(durable=True)
def remind_due(limit: int = AT_ONCE) -> int:
    """Tell those whose session begins soon; how many. Who registered since then knows it."""
    now = db_now()
    before = timedelta(hours=rulebook.get(citations.REMINDER))
    key = Concat(Value("booking:"), Cast(OuterRef("pk"), CharField()), Value(":reminder"))
    told = Notice.objects.filter(user=OuterRef("user"), kind=NoticeKind.EVENT, key=key)
    rows = Booking.objects.filter(
        state=BookingState.CONFIRMED, session__starts_at__gt=now,
        session__starts_at__lte=now + before, created_at__lt=F("session__starts_at") - before,
    )  # fmt: skip
    rows = rows.exclude(session__state=SessionState.CANCELLED).exclude(Exists(told))
    found = list(rows.select_related(*ROW).order_by("pk")[:limit])
    for booking in found:
        tell(booking, BookingNews.REMINDER)
    return len(found)
