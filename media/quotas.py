"""How much one person may bring: files an hour, bytes in all. Asked before a file is looked at.
And whose picture is drawn next: the more of a person's wait, the further back his next one stands.

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
from .enums import ImageState
from .models import Document, Image

A_TURN = 5  # so many waiting pictures of one person stand at one priority
LAST = -9  # still before pyramids and comparisons, which nobody waits for (tasks.py)


def check_quota(actor: Any) -> None:
    """Raise TooManyUploads or NoRoomLeft when this person has brought enough for now."""
    if is_registrar(actor):
        return
    since = db_now() - timedelta(hours=1)
    rows = [model.objects.filter(uploaded_by=actor) for model in (Image, Document)]
    left = rulebook.get("media.uploads_per_hour")
    for brought in rows:
        left -= brought.filter(created_at__gte=since).count()
        if left <= 0:  # a flood of pictures is refused without counting documents
            raise TooManyUploads()
    kept = sum(r.aggregate(n=Sum("size"))["n"] or 0 for r in rows)
    if kept >= rulebook.get("media.person_max_bytes"):
        raise NoRoomLeft()


def turn_of(actor: Any) -> int:
    """The priority of this person's next picture: 0, lower by one for every five that wait."""
    waiting = Image.objects.filter(uploaded_by=actor, state=ImageState.WAITING).count()
    return max(LAST, -(waiting // A_TURN))
