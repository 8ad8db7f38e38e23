"""Sessions as entries of a calendar: what `cms.engine.ics` writes, in the reader's language.

Each session is an entry of its own with a UID that never changes, in whichever calendar it stands:
whoever subscribes to a series and to the whole site sees it once. A rule is not written out: the
dates are the rows that the page shows. Rules: cms-events.md §2.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.core.clock import SHANGHAI
from artmarket.core.punctuation import joined
from artmarket.core.rest.paging import own_url

from .engine.ics import Entry, Status, calendar_file
from .enums import ProgrammeState, SessionState
from .models import Place, Session
from .selectors.published import is_cancelled, pages_of, path_of
from .wording import said

REFRESH_MINUTES = 60


def file_of(
    name: str, sessions: Sequence[Session], *, statuses: Mapping[int, Status] | None = None
) -> bytes:
    """A calendar file of these sessions, in the active language.

    Args:
        name: of the calendar.
        sessions: with programme, room and places.
        statuses: by key of session, where it is another than "CONFIRMED" to this reader.
    """
    return file_of_entries(name, entries_of(sessions, statuses=statuses))


def file_of_entries(name: str, entries: Sequence[Entry]) -> bytes:
    """A calendar file of entries that are made already."""
    language = "en" if get_language() == "en" else "zh-Hans"
    return calendar_file(name, entries, language=language, refresh_minutes=REFRESH_MINUTES)


def entries_of(
    sessions: Iterable[Session], *, statuses: Mapping[int, Status] | None = None
) -> list[Entry]:
    """The entries; a session whose programme has no live page is left out. Four queries."""
    rows = list(sessions)
    pages = pages_of((row.programme_id for row in rows), get_language() or "zh-hans")
    known = statuses or {}
    return [
        _entry(row, page, known.get(row.pk, "CONFIRMED"))
        for row in rows
        if (page := pages.get(row.programme_id))
    ]


def uid_of(session: Session) -> str:
    """The name of a session in every calendar, for ever."""
    return f"{session.uuid}@{urlsplit(settings.SITE_URL).hostname}"


def place_of(session: Session) -> Place | None:
    """Where a session is: its own room's place, else the programme's."""
    if session.room:
        return session.room.place
    return session.programme.place


def where(session: Session) -> str:
    """Place, room and address in words."""
    place, room = place_of(session), session.room or session.programme.room
    parts = [str(place or ""), str(room or ""), said(place, "address") if place else ""]
    return joined(filter(None, parts))


def _entry(session: Session, page: Any, status: Status) -> Entry:
    programme, place = session.programme, place_of(session)
    is_off = is_cancelled(session)
    latitude, longitude = (place.latitude, place.longitude) if place else (None, None)
    return Entry(
        uid=uid_of(session),
        sequence=session.sequence + programme.sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=page.title,
        description=_description(session, page),
        location=where(session) or (_("线上") if programme.is_online else ""),
        url=own_url(path_of(page)),
        status="CANCELLED" if is_off else status,
        stamp=max(filter(None, (session.changed_at, programme.changed_at, page.last_published_at))),
        latitude=None if latitude is None else float(latitude),
        longitude=None if longitude is None else float(longitude),
    )


def _description(session: Session, page: Any) -> str:
    lines = [page.summary]
    if is_cancelled(session):
        lines.append(_("已取消"))
        if session.programme.state == ProgrammeState.CANCELLED:
            lines.append(said(session.programme, "cancel_reason"))
    elif session.state == SessionState.MOVED and session.previous_start:
        before = date_format(localtime(session.previous_start, SHANGHAI), "DATETIME_FORMAT")
        lines.append(_("已改期，原定%(moment)s。") % {"moment": before})
    lines.append(said(session, "note"))
    return "\n".join(filter(None, lines))
