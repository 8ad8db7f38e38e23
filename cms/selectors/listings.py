"""Lists of what happens and of where: rows for pages, each with a fixed number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, prefetch_related_objects
from django.http import HttpRequest
from wagtail.models import Page

from .. import wording
from ..enums import ProgrammeKind, ProgrammeState
from ..models import (
    DistrictPage,
    EventPage,
    Place,
    PlacePage,
    Programme,
    SeriesPage,
    Session,
    StreetPage,
    TicketType,
    VenuePage,
)
from .programmes import Filters, list_rows, upcoming

MOST_PAST = 12


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of a list: a page, its programme and the date that comes next."""

    page: Any
    url: str
    programme: Programme
    session: Session | None
    is_exhibition: bool
    is_running: bool
    price: str
    status: str
    status_kind: str

    @property
    def starts_at(self) -> datetime | None:
        return self.session.starts_at if self.session else self.programme.starts_at

    @property
    def ends_at(self) -> datetime | None:
        return self.session.ends_at if self.session else self.programme.ends_at

    @property
    def day(self) -> datetime | None:
        """The day that the list shows in front: of the next date, or the last of what runs."""
        if self.is_exhibition and self.is_running:
            return self.programme.ends_at
        return self.starts_at

    @property
    def is_free(self) -> bool:
        return self.price == wording.free()

    @property
    def hours(self) -> str:
        """The times of the day of its next date."""
        if self.starts_at is None or self.ends_at is None or self.is_exhibition:
            return ""
        return wording.hours(self.starts_at, self.ends_at)


def coming(filters: Filters, *, now: datetime, request: HttpRequest, limit: int) -> list[Happening]:
    """What happens next, the nearest first, each programme once; at most twelve queries."""
    return told(list(upcoming(filters, now=now)[:limit]), now=now, request=request)


def told(
    programmes: Sequence[Programme], *, now: datetime, request: HttpRequest
) -> list[Happening]:
    """Rows for programmes of `upcoming`; those without a live page are left out."""
    rows = [row for row in list_rows(programmes, now=now) if row.page is not None]
    prefetch_related_objects([row.page for row in rows], "picture__renditions")
    prices = prices_of(row.programme.pk for row in rows)
    return [
        _happening(
            row.page, row.programme, row.next.session if row.next else None, row.status, prices,
            now=now, request=request,
        )
        for row in rows
    ]  # fmt: skip


def past_of(series: SeriesPage, *, now: datetime, request: HttpRequest) -> list[Happening]:
    """The events of a series that are over, the latest first; three queries."""
    rows = list(
        EventPage.objects.live()
        .filter(
            series__translation_key=series.translation_key, locale_id=series.locale_id,
            programme__ends_at__lte=now,
        )
        .exclude(programme__state=ProgrammeState.DRAFT)
        .select_related("programme__place", "picture").prefetch_related("picture__renditions")
        .order_by("-programme__ends_at", "-pk")[:MOST_PAST]
    )  # fmt: skip
    return [
        _happening(page, page.programme, None, "ended", {}, now=now, request=request)
        for page in rows
        if page.programme is not None
    ]


def prices_of(programmes: Iterable[int]) -> dict[int, str]:
    """What programmes cost, in words; one query."""
    types: dict[int, list[TicketType]] = {}
    for row in TicketType.objects.filter(programme_id__in=list(programmes)):
        types.setdefault(row.programme_id, []).append(row)
    return {key: wording.price(rows) for key, rows in types.items()}


def _happening(
    page: Any, programme: Programme, session: Session | None, status: str,
    prices: dict[int, str], *, now: datetime, request: HttpRequest,
) -> Happening:  # fmt: skip
    return Happening(
        page=page,
        url=page.get_url(request) or "",
        programme=programme,
        session=session,
        is_exhibition=programme.kind == ProgrammeKind.EXHIBITION,
        is_running=bool(programme.starts_at and programme.starts_at <= now),
        price=prices.get(programme.pk, ""),
        status=wording.status(status),
        status_kind=wording.STATUS_PILLS.get(status, "neutral"),
    )


def places_within(place: Place) -> list[Place]:
    """A place and what lies in it, down to the third floor; one query."""
    rows = Place.objects.filter(
        Q(pk=place.pk) | Q(part_of=place) | Q(part_of__part_of=place)
        | Q(part_of__part_of__part_of=place)
    )  # fmt: skip
    return list(rows.order_by("name"))


def places_around(place: Place) -> list[Place]:
    """A place first, then what else lies in the same street or district; one query."""
    if place.part_of_id is None:
        return [place]
    rows = Place.objects.filter(part_of_id=place.part_of_id).exclude(pk=place.pk)
    return [place, *rows.order_by("name")]


def addresses_of_places(
    places: Iterable[int], *, locale_id: int, request: HttpRequest | None
) -> dict[int, str]:
    """Where the pages of these places are; one query."""
    wanted = list(places)
    if not wanted:
        return {}
    first, *others = (
        model.objects.live().filter(place_id__in=wanted, locale_id=locale_id).order_by()
        .values_list("place_id", "pk", "url_path")
        for model in (DistrictPage, StreetPage, PlacePage, VenuePage)
    )  # fmt: skip
    return {
        place: Page(pk=pk, url_path=path).get_url(request) or ""
        for place, pk, path in first.union(*others, all=True)
    }
