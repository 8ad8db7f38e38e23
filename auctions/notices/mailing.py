"""Mail what waits: one mail a notice, in its reader's language; a failed one is tried again.

The row is taken before the mail goes out, so that several workers do not send it twice; a worker
killed in between leaves it to be tried again (at least once, then).
"""

from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django_tasks import task

from artmarket.core.clock import db_now

from ..enums import LIVE_LOTS
from ..models import MailState, Notice, NoticeKind
from .wording import words_of

log = structlog.get_logger(__name__)
AT_ONCE: Final = 200
MOST_ATTEMPTS: Final = 6
TAKEN_FOR: Final = timedelta(minutes=5)


@task()
def send_waiting_mail() -> str:
    """Send what waits; the duty does the same for what a task left."""
    return send_waiting()


def send_waiting() -> str:
    """Send every mail that waits; returns words for the log."""
    counts = {"sent": 0, "needless": 0, "failed": 0}
    for _turn in range(AT_ONCE):
        pk = _take()
        if pk is None:
            break
        counts[_send(pk)] += 1
    return ", ".join(f"{name} {count}" for name, count in counts.items())


@transaction.atomic
def _take() -> int | None:
    """A mail that nobody sends at the moment; a failed one waits longer each time."""
    now = db_now()
    free = Q(mailed_at__isnull=True)
    for attempts in range(1, MOST_ATTEMPTS):
        free |= Q(mail_attempts=attempts, mailed_at__lt=now - TAKEN_FOR * 2 ** (attempts - 1))
    waiting = Notice.objects.filter(free, mail=MailState.WAITING).order_by("pk")
    row = waiting.select_for_update(skip_locked=True).first()
    if row is None:
        return None
    row.mailed_at, row.mail_attempts = now, row.mail_attempts + 1
    row.save(update_fields=["mailed_at", "mail_attempts"])
    return row.pk


def _send(pk: int) -> str:
    rows = Notice.objects.select_related(
        "user", "sale", "lot__sale", "lot__work", "lot__leader", "consignment__work",
        "consignment__house",
    )  # fmt: skip
    notice = rows.get(pk=pk)
    if not notice.user.is_active or _is_needless(notice):
        return _settle(notice, MailState.NEEDLESS)
    try:
        _mail(notice)
    except Exception:  # the mail server's trouble is not ours to name
        log.warning("notice_not_mailed", notice=pk, exc_info=True)
        if notice.mail_attempts >= MOST_ATTEMPTS:
            _settle(notice, MailState.FAILED)
        return "failed"
    return _settle(notice, MailState.SENT)


def _is_needless(notice: Notice) -> bool:
    """Outbid, but leading again; or ending soon, but over: the inbox says enough."""
    lot = notice.lot
    if lot is None:
        return False
    if notice.kind == NoticeKind.OUTBID:
        leads = lot.leader is not None and lot.leader.user_id == notice.user_id
        return leads or lot.state not in LIVE_LOTS
    if notice.kind in (NoticeKind.ENDING, NoticeKind.LEADING):
        return lot.state not in LIVE_LOTS
    return False


def _mail(notice: Notice) -> None:
    site = settings.SITE_URL.rstrip("/")
    with translation.override(notice.user.language):
        words = words_of(notice)
        context = {
            "words": words,
            "url": site + words.path,
            "choices_url": site + reverse("notices:choices"),
            "site_name": settings.SITE_NAME,
        }
        text = render_to_string("auctions/mail/notice.txt", context)
        send_mail(words.title, text, None, [notice.user.email])


def _settle(notice: Notice, state: MailState) -> str:
    Notice.objects.filter(pk=notice.pk, mail=MailState.WAITING).update(
        mail=state, mailed_at=db_now()
    )
    return str(state)
