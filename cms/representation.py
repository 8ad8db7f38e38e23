"""Pages as JSON: stable names, rich text as HTML, pictures with their sizes, dates of programmes.

Only what the page itself shows. The words are the page's own language, whatever the reader's.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from artmarket.core.rest.paging import own_url

from . import cards
from .happening import told_programme
from .models import BasePage, Picture, Place, Programme
from .selectors.programmes import DateRow, sessions_of, status_of
from .selectors.published import language_of, live_pages, path_of
from .wording import said

Data = dict[str, Any]
SIZES: Final = {
    "small": "max-480x480|format-webp",
    "medium": "max-960x960|format-webp",
    "large": "max-1600x1600|format-webp",
}
OWN_MEMBERS: Final = frozenset(
    {"page_ptr", "picture", "body", "programme", "summary", "review_on", "first_shown_at"}
)
"""Columns that have a member of their own, or that are the editors' only."""


def brief(page: Any) -> Data:
    """A page in a list."""
    path = path_of(page)
    return {
        "id": page.pk,
        "type": page._meta.model_name,
        "language": language_of(page),
        "title": page.title,
        "summary": getattr(page, "summary", ""),
        "slug": page.slug,
        "path": path,
        "url": own_url(path),
        "published_at": page.first_published_at,
        "changed_at": page.last_published_at,
    }


def whole(page: Any) -> Data:
    """A page with all that it holds; the page is specific."""
    with override(language_of(page)):
        programme = told_programme(page)
        card = cards.address_of(page)
        parent = live_pages().filter(pk=page.get_parent().pk).first()
        others = live_pages().filter(translation_key=page.translation_key).exclude(pk=page.pk)
        return brief(page) | {
            "picture": _picture(getattr(page, "picture", None)),
            "parent": _link(parent) if parent else None,
            "translations": [_link(other) for other in others.order_by("pk")],
            "card": card.url if card else None,
            "facts": _facts(page),
            "body": _stream(page.body) if hasattr(page, "body") else [],
            "programme": _programme(programme) if programme else None,
        }


def _link(page: Page) -> Data:
    return {
        "id": page.pk,
        "language": language_of(page),
        "title": page.title,
        "url": own_url(path_of(page)),
    }


# ------------------------------------------------------------------ fields and blocks


def _facts(page: Any) -> Data:
    """The columns of this kind of page, by their names."""
    known = {field.name for field in BasePage._meta.get_fields()} | OWN_MEMBERS
    plain = {field.name for field in Page._meta.get_fields()}
    found = {}
    for field in page._meta.get_fields():
        if field.name in known | plain or field.auto_created or not getattr(field, "column", ""):
            continue
        found[field.name] = _field(page, field)
    return found


def _field(page: Any, field: Any) -> Any:
    if isinstance(field, StreamField):
        return _stream(getattr(page, field.name))
    if isinstance(field, RichTextField):
        return expand_db_html(getattr(page, field.name))
    if isinstance(field, models.ForeignKey):
        return _related(getattr(page, field.name))
    return _plain(field.value_from_object(page))


def _related(row: Any) -> Any:
    """What another row is called and where it stands, as far as the public sees it."""
    if row is None:
        return None
    if isinstance(row, Page):
        return _link(row) if row.live else None
    if isinstance(row, Place):
        return _place(row)
    address = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
    return {"id": row.pk, "title": str(row), "url": own_url(address) if address else ""}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float, bool, list, dict)):
        return value
    return str(value)


def _stream(stream: Any) -> list[Data]:
    return [
        {"id": child.id, "type": child.block_type, "value": _value(child.block, child.value)}
        for child in stream
    ]


def _value(block: Any, value: Any) -> Any:
    """The value of a block as JSON; the order matters, for some are kinds of others."""
    if value is None:
        return None
    match block:
        case blocks.StructBlock():
            return {name: _value(b, value.get(name)) for name, b in block.child_blocks.items()}
        case blocks.StreamBlock():
            return _stream(value)
        case blocks.ListBlock():
            return [_value(block.child_block, item) for item in value]
        case blocks.RichTextBlock():
            return expand_db_html(value.source)
        case ImageChooserBlock():
            return _picture(value)
        case blocks.PageChooserBlock():
            return _link(value) if value.live else None
        case DocumentChooserBlock():
            return {"id": value.pk, "title": value.title, "url": own_url(value.url)}
        case _:
            return _plain(value)


def _picture(picture: Picture | None) -> Data | None:
    if picture is None:
        return None
    return {
        "id": picture.pk,
        "title": picture.title,
        "alt": picture.description or picture.title,
        "credit": picture.credit,
        "licence": picture.licence,
        "renditions": _renditions(picture),
    }


def _renditions(picture: Picture) -> list[Data]:
    """The sizes of a picture; none where its file can't be read. One query once they are made."""
    try:
        made = picture.get_renditions(*SIZES.values())
    except (OSError, ValueError):
        return []
    return [
        {"name": name, "url": own_url(r.url) if r.url.startswith("/") else r.url}
        | {"width": r.width, "height": r.height}
        for name, spec in SIZES.items()
        if (r := made.get(spec))
    ]


# ------------------------------------------------------------------ what happens


def _programme(programme: Programme) -> Data:
    now = timezone.now()
    dates = sessions_of(programme, now=now)
    rows = [*dates.past, *dates.coming, *dates.cancelled]
    return {
        "id": programme.uuid,
        "kind": programme.kind,
        "status": status_of(programme, now),
        "booking": programme.booking,
        "place": _place(programme.place) if programme.place else None,
        "organiser": programme.organiser.name if programme.organiser else "",
        "sessions": [_session(r) for r in sorted(rows, key=lambda r: r.session.starts_at)],
        "tickets": [_ticket(t) for t in programme.ticket_types.all() if t.is_offered],
        "works": _works(programme),
        "calendar": own_url(reverse("cms:programme_ics", args=[programme.uuid])),
    } | {
        name: getattr(programme, name)
        for name in (
            "is_for_children", "is_online", "has_sign_language", "has_quiet_hours", "min_age",
        )
    }  # fmt: skip


def _session(row: DateRow) -> Data:
    session = row.session
    return {
        "id": session.uuid,
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "state": session.state,
        "previous_start": session.previous_start,
        "room": str(session.room or ""),
        "note": said(session, "note"),
        "seats_left": row.seats_left,
        "is_full": row.is_full,
        "calendar": own_url(reverse("cms:session_ics", args=[session.uuid])),
    }


def _ticket(ticket: Any) -> Data:
    return {
        "id": ticket.pk,
        "name": str(ticket),
        "price": ticket.price_minor,
        "currency": ticket.currency,
        "min_age": ticket.min_age,
        "max_age": ticket.max_age,
    }


def _works(programme: Programme) -> list[Data]:
    """Works shown, as far as they are public in the registry."""
    rows = programme.exhibited.filter(removed_at__isnull=True).select_related("work")
    return [
        {
            "number": row.work.number or "",
            "title": row.work.display_title,
            "section": said(row, "section"),
            "caption": said(row, "caption"),
            "url": own_url(row.work.get_absolute_url()),
        }
        for row in rows
        if row.work.is_public
    ]


def _place(place: Place) -> Data:
    return {
        "id": place.pk,
        "kind": place.kind,
        "name": str(place),
        "address": said(place, "address"),
        "latitude": float(place.latitude) if place.latitude is not None else None,
        "longitude": float(place.longitude) if place.longitude is not None else None,
        "step_free": place.step_free,
        "access": said(place, "access"),
        "transit": said(place, "transit"),
    }
