"""A sale as a calendar file (RFC 5545): its opening and its first end, in UTC."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Sale

MOST_OCTETS: Final = 75


def calendar_of(sale: Sale) -> bytes:
    """One event from the opening to the first end; a sale without hours has none (ValueError)."""
    if sale.opens_at is None or sale.closes_at is None or sale.announced_at is None:
        raise ValueError("the sale has no hours yet")
    site = settings.SITE_URL.rstrip("/")
    page = site + reverse("auctions:sale", args=[sale.pk])
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//artmarket//auctions//ZH",
        "BEGIN:VEVENT",
        f"UID:sale-{sale.pk}@{urlsplit(site).hostname}",
        f"DTSTAMP:{_moment(sale.announced_at)}",
        f"DTSTART:{_moment(sale.opens_at)}",
        f"DTEND:{_moment(sale.closes_at)}",
        f"SUMMARY:{escaped(sale.display_title)}",
        f"DESCRIPTION:{escaped(_('第一件拍品在结束时刻截止；之后逐件截止，有人出价会延时。'))}",
        *([f"LOCATION:{escaped(sale.place)}"] if sale.place else []),
        f"URL:{page}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line ends escaped (section 3.3.11)."""
    for old, new in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n")):
        text = text.replace(old, new)
    return "".join(c for c in text.replace("\n", "\\n") if c >= " ")


def folded(line: str) -> bytes:
    """A content line with its CRLF, in pieces of at most 75 octets that cut no character."""
    pieces, room, current = [], MOST_OCTETS, b""
    for character in line:
        encoded = character.encode()
        if len(current) + len(encoded) > room:
            pieces.append(current)
            current, room = b"", MOST_OCTETS - 1  # the leading space counts
        current += encoded
    return b"\r\n ".join([*pieces, current]) + b"\r\n"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
