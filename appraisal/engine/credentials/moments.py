"""Moments as credentials write them: XML Schema `dateTimeStamp`, to the second, with a zone."""

import re
from datetime import UTC, datetime
from typing import Final

from appraisal.engine.credentials.errors import CredentialRefused

_STAMP: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)


def read_moment(text: object) -> datetime:
    """The moment of a text such as `2026-01-01T00:00:00Z`.

    Raises `CredentialRefused` `date_unreadable` (no zone, no such day, a leap second).
    """
    if isinstance(text, str) and _STAMP.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise CredentialRefused("date_unreadable", "not a date and time with a zone")


def write_moment(moment: datetime) -> str:
    """A moment in UTC, to the second. Raises ValueError without a zone."""
    return f"{aware(moment).astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"


def aware(moment: datetime) -> datetime:
    """The same moment. Raises ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment
