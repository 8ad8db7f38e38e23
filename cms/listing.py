"""Columns of the admin's list of what is on: the next date, and how many places are taken."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Min, OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.admin.ui.tables import Column

from .enums import SessionState
from .models import EventPage, ExhibitionPage, Programme, Quota, Session
from .selectors.published import with_roots

_DATES = "_dates"


class WhenColumn(Column):
    """The next session, else the last day."""

    def get_value(self, instance: Any) -> str:
        whole = programme_of(instance)
        if whole is None:
            return ""
        moment = whole.next_start or whole.ends_at
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""


class SeatsColumn(Column):
    """Taken and all places of the programme's quotas."""

    def get_value(self, instance: Any) -> str:
        whole = programme_of(instance)
        if whole is None or whole.places is None:
            return ""
        return f"{whole.taken or 0} / {whole.places}"


def read_programmes(pages: Iterable[Any]) -> None:
    """Let the pages of a list know their programmes and their sites: a query each for all."""
    telling = [page for page in with_roots(pages) if isinstance(page, EventPage | ExhibitionPage)]
    found = _programmes().in_bulk({p.programme_id for p in telling if p.programme_id})
    for page in telling:
        setattr(page, _DATES, found.get(page.programme_id))


def programme_of(instance: Any) -> Any:
    """The programme of a page of the list with `next_start`, `taken` and `places`; or None."""
    return getattr(instance, _DATES, None)


def _programmes() -> Any:
    coming = (
        Session.objects.filter(programme=OuterRef("pk"), ends_at__gt=timezone.now())
        .exclude(state=SessionState.CANCELLED)
        .order_by()
        .values("programme")
        .annotate(first=Min("starts_at"))
        .values("first")
    )
    quotas = Quota.objects.filter(Q(programme=OuterRef("pk")), size__isnull=False).order_by()
    return Programme.objects.annotate(
        next_start=Subquery(coming),
        places=Subquery(quotas.values("programme").annotate(n=Sum("size")).values("n")),
        taken=Subquery(quotas.values("programme").annotate(n=Sum("taken")).values("n")),
    )
