"""How much one person may bring: files an hour, bytes in all. Asked before a file is looked at.

Counted without a lock: uploads at the same moment may pass together by a few files, which bounds
the disk as well. Rule: registry rules §12.
"""

from datetime import timedelta
from typing import Any

from django.db.models import Sum

from artmarket import rulebook
from artmarket.accounts.permissions import is_registrar
from artmarket.core.clock import db_now

from .engine.refusals import NoRoomLeft, TooManyUploads
from .models import Document, Image


def check_quota(actor: Any) -> None:
    """Raise TooManyUploads or NoRoomLeft when this person has brought enough for now."""
    if is_registrar(actor):
        return
    since = db_now() - timedelta(hours=1)
    rows = [model.objects.filter(uploaded_by=actor) for model in (Image, Document)]
    if sum(r.filter(created_at__gte=since).count() for r in rows) >= rulebook.get(
        "media.uploads_per_hour"
    ):
        raise TooManyUploads()
    kept = sum(r.aggregate(n=Sum("size"))["n"] or 0 for r in rows)
    if kept >= rulebook.get("media.person_max_bytes"):
        raise NoRoomLeft()
