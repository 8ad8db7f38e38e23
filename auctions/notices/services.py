"""What a person does himself: follow, stop following, read, choose what comes by mail."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, WrongState
from catalog.models import Work

from ..enums import LotState
from ..models import Lot, Notice, NoticeChoice, NoticeKind, Sale, Watch
from ..selectors.notices import subject

MOST_WATCHED = 1_000


@transaction.atomic(durable=True)
def follow(
    *,
    actor: User,
    sale_id: int | None = None,
    lot_id: int | None = None,
    artist_id: int | None = None,
) -> None:
    """Follow one public sale, one public lot, or one maker; following twice is following once.

    Raises `WrongState` (not public), `Invalid` (too many).
    """
    if artist_id is not None:
        if not _is_public_maker(artist_id):
            raise WrongState(_("这位作者还没有公开的作品。"))
    elif not _is_public(sale_id, lot_id):
        raise WrongState(_("这场拍卖会还没有公告。"))
    if Watch.objects.filter(user=actor).count() >= MOST_WATCHED:
        raise Invalid(_("最多关注%(most)s件。") % {"most": MOST_WATCHED}, code="too_many")
    Watch.objects.get_or_create(user=actor, **subject(sale_id, lot_id, artist_id))


@transaction.atomic(durable=True)
def unfollow(
    *,
    actor: User,
    sale_id: int | None = None,
    lot_id: int | None = None,
    artist_id: int | None = None,
) -> None:
    """Stop following; safe to repeat."""
    Watch.objects.filter(user=actor, **subject(sale_id, lot_id, artist_id)).delete()


@transaction.atomic(durable=True)
def mark_read(*, actor: User, upto: int) -> int:
    """Mark the person's notices up to this one as read; returns how many."""
    unread = Notice.objects.filter(user=actor, read_at__isnull=True, pk__lte=upto)
    return unread.update(read_at=db_now())


@transaction.atomic(durable=True)
def choose(*, actor: User, by_mail: Collection[str]) -> None:
    """Set which kinds come by mail; the inbox has all of them in any case."""
    for kind in NoticeKind:
        NoticeChoice.objects.update_or_create(
            user=actor, kind=kind, defaults={"by_mail": kind in by_mail}
        )


def _is_public(sale_id: int | None, lot_id: int | None) -> bool:
    if lot_id is not None:
        lots = Lot.objects.exclude(state=LotState.DRAFT).filter(sale__announced_at__isnull=False)
        return sale_id is None and lots.filter(pk=lot_id).exists()
    if sale_id is None:
        return False
    return Sale.objects.filter(pk=sale_id, announced_at__isnull=False).exists()


def _is_public_maker(artist_id: int) -> bool:
    return Work.objects.public().filter(attributions__artist=artist_id).exists()
