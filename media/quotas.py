"""How much one person may bring: files an hour, bytes in all. Asked before a file is looked at.
And whose picture is drawn next: the more of a person's wait, the further back his next one stands.

Counted without a lock: uploads at the same moment may pass together by a few files, which bounds
the disk as well. Rule: registry rules §12.
"""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Sum

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
    recent = Q(created_at__gte=db_now() - timedelta(hours=1))
    left, room = (
        rulebook.get(f"media.{rule}") for rule in ("uploads_per_hour", "person_max_bytes")
    )
    for model in (Image, Document):
        brought = model.objects.filter(uploaded_by=actor).aggregate(
            files=Count("pk", filter=recent), size=Sum("size", default=0)
        )
        left -= brought["files"]
        room -= brought["size"]
        if left <= 0:  # a flood of pictures is refused without counting documents
            raise TooManyUploads()
    if room <= 0:
        raise NoRoomLeft()


def turn_of(actor: Any) -> int:
    """The priority of this person's next picture: 0, lower by one for every five that wait."""
    waiting = Image.objects.filter(uploaded_by=actor, state=ImageState.WAITING).count()
    return max(LAST, -(waiting // A_TURN))
