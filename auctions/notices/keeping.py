"""The notices' part of a person's data: what he was told, what he follows, what he chose."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import personal_data
from artmarket.accounts.models import User

from ..models import Notice, NoticeChoice, Watch


def announce() -> None:
    """Register the part; called once at start."""
    personal_data.register("notices", _("通知与关注"), copy=copy, forget=forget)


def copy(user: User) -> Iterable[dict[str, Any]]:
    """Everything told to the person, and what he follows."""
    for notice in Notice.objects.filter(user=user).order_by("pk"):
        yield {
            "notice": notice.kind,
            "at": notice.at,
            "read_at": notice.read_at,
            "sale": notice.sale_id,
            "lot": notice.lot_id,
            "facts": notice.facts,
        }
    for watch in Watch.objects.filter(user=user).order_by("pk"):
        yield {
            "follows_sale": watch.sale_id,
            "follows_lot": watch.lot_id,
            "follows_artist": watch.artist_id,
            "at": watch.at,
        }
    for choice in NoticeChoice.objects.filter(user=user).order_by("pk"):
        yield {"notice": choice.kind, "by_mail": choice.by_mail}


def forget(user: User) -> None:
    """Notices repeat what the records of the sale hold: nothing of them is kept."""
    for model in (Notice, Watch, NoticeChoice):
        model.objects.filter(user=user).delete()
