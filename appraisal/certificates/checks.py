"""What this site finds when it checks a certificate of its own with what strangers fetch."""

from datetime import datetime

from appraisal.certificates.facts import issued_fact
from appraisal.engine.credentials import Verification, verify
from appraisal.models import Certificate
from appraisal.services.signing_keys import controller_of, trusted_keys
from appraisal.services.status_lists import lists_of
from artmarket.core.clock import db_now
from catalog.engine.log import write_entry
from catalog.models import LogEntry


def verification_of(certificate: Certificate, *, at: datetime | None = None) -> Verification:
    """The engine's verdict with the published keys and lists, and the date of the public log."""
    successor = Certificate.objects.filter(replaces=certificate).first()
    return verify(
        certificate.document,
        trusted_keys(controller=controller_of()),
        at or db_now(),
        status_lists=[row.document for row in lists_of(certificate.place.shard)],
        successors=[successor.document] if successor else (),
        logged_at=logged_at(certificate),
    )


def logged_at(certificate: Certificate) -> datetime | None:
    """When the issue of exactly this text came to the log, as far as it has its position there."""
    entry = LogEntry.objects.filter(ticket=certificate.log_ticket).first()
    if entry is None or entry.text.encode() != write_entry(issued_fact(certificate.content)):
        return None
    return entry.queued_at
