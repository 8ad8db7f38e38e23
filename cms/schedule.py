"""Pages that go public and pages that expire at a set time: once a minute, and an alarm when late.

What Wagtail's command does, one page at a time: a page that is refused (a notice never expires)
keeps no other from its hour. Rules: cms-events.md §3, §8; rule book content.late_minutes.
"""

from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Page, Revision

from artmarket import rulebook
from artmarket.core import duties
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError

from .publishing import SCHEDULED

EVERY_SECONDS = 60
EXPIRED = "wagtail.unpublish.scheduled"
log = structlog.get_logger(__name__)


def register_duties() -> None:
    """Announce the duty (AppConfig.ready)."""
    duties.register("scheduled-publishing", EVERY_SECONDS, publish_due)


def publish_due() -> str:
    """Take expired pages down, then publish what was approved for a moment that has come."""
    down = sum(_take_down(page) for page in expired().order_by("expire_at"))
    up = sum(_publish(revision) for revision in due().order_by("approved_go_live_at"))
    return f"{up} published, {down} expired"


def due(*, late: timedelta = timedelta(0)) -> QuerySet[Revision]:
    """Approved versions whose moment has come, at least `late` ago."""
    found: QuerySet[Revision] = Revision.objects.filter(approved_go_live_at__lte=db_now() - late)
    return found


def expired(*, late: timedelta = timedelta(0)) -> QuerySet[Page]:
    """Public pages whose end has come, at least `late` ago."""
    found: QuerySet[Page] = Page.objects.filter(live=True, expire_at__lte=db_now() - late)
    return found


def how_many_late() -> int:
    """Pages that should have gone public or down, and did not, for longer than the rule allows."""
    late = timedelta(minutes=rulebook.get("content.late_minutes"))
    return due(late=late).count() + expired(late=late).count()


def _publish(revision: Revision) -> bool:
    return _done(
        "scheduled_publishing_failed", revision, lambda: revision.publish(log_action=SCHEDULED)
    )


def _take_down(page: Page) -> bool:
    whole = page.specific
    return _done(
        "scheduled_expiry_failed",
        page,
        lambda: whole.unpublish(set_expired=True, log_action=EXPIRED),
    )


def _done(event: str, subject: Any, act: Any) -> bool:
    try:
        with transaction.atomic():
            act()
    except DomainError as refusal:
        log.warning(event, subject=subject.pk, code=refusal.code)
        return False
    except Exception:  # the others must still have their hour
        log.exception(event, subject=subject.pk)
        return False
    return True
