"""What the page of the public log shows, prepared for its template."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from catalog import log_reads, log_words
from catalog.engine.log import VerifierKey
from catalog.engine.numbers import format_number
from catalog.models import LogAudit, LogCosignature, LogEntry, LogQueued, Work
from catalog.services.log_policy import log_keys, origin, witness_keys

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Witness:
    """A listed witness, and the last checkpoint he has signed (None: none yet)."""

    name: str
    key: str
    size: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the list."""

    position: int
    words: str
    at: datetime | None
    number: str
    url: str
    api: str
    proof: str


def context() -> dict[str, Any]:
    """How the log stands, as the template wants it."""
    try:
        head = log_reads.head()
    except (log_reads.NotThere, log_reads.Halted):
        head = None
    audit = LogAudit.objects.order_by("-pk").first()
    return {
        "head": head,
        "root": b64encode(head.signed.root).decode() if head else "",
        "waiting": LogQueued.objects.count(),
        "audit": audit,
        "fault": log_words.fault_words(audit.faults[0]) if audit and audit.faults else "",
        "fault_count": len(audit.faults) if audit else 0,
        "witnesses": witnesses(),
        "origin": origin(),
        "keys": [key.text for key in log_keys()] if settings.PUBLIC_LOG_KEY else [],
        "address": settings.SITE_URL.rstrip("/") + "/log/",
        "trail": [(_("公共日志"), "")],
        "lines": lines(log_reads.latest_entries(SHOWN)) if head else [],
    }


def witnesses() -> list[Witness]:
    """The listed witnesses with what each has signed last; a query each."""
    return [_witness(key) for key in witness_keys()]


def _witness(key: VerifierKey) -> Witness:
    row = LogCosignature.objects.filter(key=key.text).order_by("-size", "-signed_at").first()
    return Witness(key.name, key.text, row.size if row else None, row.signed_at if row else None)


def lines(entries: Sequence[LogEntry]) -> list[Line]:
    """Entries in words; a number leads to its page when everybody may open it."""
    facts = [(entry, log_reads.fact_of(entry)) for entry in entries]
    numbers = [str(fact.get("work", "")) for _entry, fact in facts]
    public = set(Work.objects.public().filter(number__in=numbers).values_list("number", flat=True))
    return [_line(entry, fact, public) for entry, fact in facts]


def _line(entry: LogEntry, fact: dict[str, Any], public: set[str | None]) -> Line:
    number = str(fact.get("work", ""))
    return Line(
        entry.position,
        log_words.kind_words(str(fact.get("kind", ""))),
        _moment(fact.get("at")),
        format_number(number) if number in public else number,
        reverse("catalog:work", args=[number]) if number in public else "",
        f"/api/v1/log/entries/{entry.position}",
        reverse("log:proof", args=[entry.position]),
    )


def _moment(text: object) -> datetime | None:
    found = parse_datetime(text) if isinstance(text, str) else None
    return found.astimezone(UTC) if found and found.tzinfo else None
