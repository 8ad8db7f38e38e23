"""Calendar files (iCalendar, RFC 5545) of one session, a series, or a whole calendar.

The same session keeps its UID for ever, its SEQUENCE rises with each change, and a cancelled one
stays in the file as cancelled: that is how a calendar program learns of it. Events rules §2.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import quote

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration, vRecur, vText

from cms.engine.clashes import check_slot
from cms.engine.recurrence import SHANGHAI, normal_rule

Status = Literal["CONFIRMED", "CANCELLED", "TENTATIVE"]

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ZONE_BEGINS: Final = datetime(1992, 1, 1)  # the last summer time was in 1991
_OFFSET: Final = timedelta(hours=8)
_OF_ADDRESSES: Final = ":/?#[]@!$&'()*+,;=%~"  # RFC 3986, with what is escaped already


@dataclass(frozen=True, slots=True)
class Entry:
    """One session, or a series of them.

    Args:
        uid: never changes; sessions of a series that is written as one share its UID.
        sequence: rises with each change that a visitor must learn of.
        starts_at, ends_at: aware.
        stamp: when it was last changed, aware.
        latitude, longitude: degrees, both or none.
        original_start: of a session that departs from its series: where the rule has it, aware.
        rule: of a series; `starts_at` is then its first session.
        exceptions: of a series: starts by the rule that do not take place, aware.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    location: str
    url: str
    status: Status
    stamp: datetime
    latitude: float | None = None
    longitude: float | None = None
    original_start: datetime | None = None
    rule: str = ""
    exceptions: tuple[datetime, ...] = ()


class _Text(vText):
    """A text of which every character comes back: the library takes "\\N" for a line's end."""

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return escaped.replace("\n", "\\n").encode()


def calendar_file(
    name: str, entries: Iterable[Entry], *, language: str, refresh_minutes: int = 60
) -> bytes:
    """The file, UTF-8, lines of at most 75 bytes that end in CR LF.

    Args:
        name: of the calendar, as its subscribers see it.
        entries: in the order of the file; none is a calendar without events.
        language: of the texts, as in HTML ("zh-Hans").
        refresh_minutes: how often a subscriber should ask again.
    Raises:
        ValueError: a moment that is not aware, no UID, a language or a minute that is none.
        SlotError: an entry that ends before it starts.
        RuleError: a rule that `normal_rule` refuses.
    """
    if not _LANGUAGE.fullmatch(language):
        raise ValueError(f"no language: {language!r}")
    if refresh_minutes < 1:
        raise ValueError(f"no interval: {refresh_minutes} minutes")
    every = timedelta(minutes=refresh_minutes)
    calendar = Calendar()
    calendar.add("PRODID", f"-//artmarket//events//{language.upper()}")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", _text(name, language))
    calendar.add("X-WR-CALNAME", _text(name))
    calendar.add("X-WR-TIMEZONE", str(SHANGHAI))
    calendar.add("REFRESH-INTERVAL", every, {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(every))
    calendar.add_component(_zone())
    for entry in entries:
        calendar.add_component(_event(entry, language))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, language: str) -> Event:
    check_slot(_local(entry.starts_at), _local(entry.ends_at))
    if not _plain(entry.uid):
        raise ValueError("an entry without UID")
    event = Event()
    event.add("UID", _text(entry.uid))
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", _local(entry.stamp))
    event.add("LAST-MODIFIED", _local(entry.stamp))
    event.add("DTSTART", _local(entry.starts_at))
    event.add("DTEND", _local(entry.ends_at))
    event.add("STATUS", entry.status)
    event.add("SUMMARY", _text(entry.summary, language))
    if entry.description:
        event.add("DESCRIPTION", _text(entry.description, language))
    if entry.location:
        event.add("LOCATION", _text(entry.location, language))
    if entry.url:
        event.add("URL", quote(_plain(entry.url), safe=_OF_ADDRESSES))
    if entry.latitude is not None and entry.longitude is not None:
        event.add("GEO", (round(entry.latitude, 6), round(entry.longitude, 6)))
    if entry.original_start is not None:
        event.add("RECURRENCE-ID", _local(entry.original_start))
    if entry.rule:
        event.add("RRULE", vRecur.from_ical(normal_rule(entry.rule)))
    if entry.exceptions:
        event.add("EXDATE", [_local(moment) for moment in entry.exceptions])
    return event


def _zone() -> Timezone:
    """China's one time, without summer time since 1992."""
    standard = TimezoneStandard()
    standard.add("DTSTART", _ZONE_BEGINS)
    standard.add("TZNAME", "CST")
    standard.add("TZOFFSETFROM", _OFFSET)
    standard.add("TZOFFSETTO", _OFFSET)
    zone = Timezone()
    zone.add("TZID", str(SHANGHAI))
    zone.add_component(standard)
    return zone


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} knows no time zone")
    return moment.astimezone(SHANGHAI)


def _text(text: str, language: str = "") -> _Text:
    return _Text(_plain(text), params={"LANGUAGE": language} if language else None)


def _plain(text: str) -> str:
    """The text without characters that RFC 5545 has no place for; lines end in LF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
