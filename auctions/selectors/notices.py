"""Reads of the inbox: notices with what they are about, the unread count, what is followed."""

from typing import Any

from django.db.models import QuerySet

from artmarket.accounts.models import User
from catalog.enums import AttributionStatus
from catalog.models import Attribution

from ..models import Notice, NoticeChoice, NoticeKind, Watch
from ..models.notices import MAILED

SHOWN = 50
MOST_COUNTED = 100
BY_HIMSELF = ("autograph", "300404269", "300404271", "300404272")
"""Autograph, attributed to, probably by, possibly by (catalogue's scale of attribution)."""


def notices_of(user: User, *, before: int | None = None) -> list[Notice]:
    """The newest notices, older than `before` where given; one more than is shown. One query."""
    rows = Notice.objects.filter(user=user).select_related(
        "sale", "lot__sale", "lot__work", "consignment__work", "consignment__house"
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: SHOWN + 1])


def unread_count(user: User) -> int:
    """How many are unread, counted up to a hundred."""
    return Notice.objects.filter(user=user, read_at__isnull=True)[:MOST_COUNTED].count()


def kinds_by_mail(user: User) -> set[str]:
    """The kinds that this person gets by mail."""
    chosen = dict(NoticeChoice.objects.filter(user=user).values_list("kind", "by_mail"))
    return {kind for kind in NoticeKind if chosen.get(kind, kind in MAILED)}


def followed_by(user: User) -> QuerySet[Watch]:
    """Lots, sales and makers that a person follows, the newest first."""
    rows = Watch.objects.filter(user=user).select_related(
        "sale", "lot__sale", "lot__work", "artist"
    )
    return rows.order_by("-pk")


def follows(
    user: User,
    *,
    sale_id: int | None = None,
    lot_id: int | None = None,
    artist_id: int | None = None,
) -> bool:
    """Whether this person follows this sale, this lot, or this maker."""
    return Watch.objects.filter(user=user, **subject(sale_id, lot_id, artist_id)).exists()


def makers_followed(user: User) -> QuerySet[Watch]:
    """The rows of the makers that a person follows."""
    return Watch.objects.filter(user=user, artist__isnull=False)


def opinions_of_authorship() -> QuerySet[Attribution]:
    """Opinions in force that a work is by a maker himself, surely or probably.

    A follower's work, a copy or a forgery is nothing that one who follows the maker waits for.
    """
    return Attribution.objects.filter(status=AttributionStatus.CURRENT, term__in=BY_HIMSELF)


def subject(
    sale_id: int | None, lot_id: int | None, artist_id: int | None = None
) -> dict[str, Any]:
    """What is followed, as columns of `Watch`."""
    return {"sale_id": sale_id, "lot_id": lot_id, "artist_id": artist_id}
