"""Write notices: each once for a person, a kind and an event; the mail is queued with the row."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from artmarket.accounts.models import User

from ..models import MailState, Notice, NoticeChoice
from ..models.notices import MAILED
from .mailing import send_waiting_mail


@dataclass(frozen=True, slots=True)
class News:
    """What one person is to be told; the columns of `Notice`."""

    user_id: int
    kind: str
    key: str
    sale_id: int | None = None
    lot_id: int | None = None
    consignment_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def write(news: Iterable[News]) -> int:
    """Store what is new and queue its mail, in the caller's transaction; returns how many.

    What was told before is not told again, whoever repeats it and however often.
    """
    rows = {(n.user_id, n.kind, n.key): n for n in news}
    if not rows:
        return 0
    people = set(User.objects.filter(pk__in={n.user_id for n in rows.values()}, is_active=True)
                 .values_list("pk", flat=True))  # fmt: skip
    told = set(
        Notice.objects.filter(user__in=people, key__in={n.key for n in rows.values()}).values_list(
            "user", "kind", "key"
        )
    )
    new = [n for name, n in rows.items() if name not in told and n.user_id in people]
    choices = {
        (user, kind): by_mail
        for user, kind, by_mail in NoticeChoice.objects.filter(user__in=people).values_list(
            "user", "kind", "by_mail"
        )
    }
    Notice.objects.bulk_create([_row(n, choices) for n in new], ignore_conflicts=True)
    if new:
        send_waiting_mail.enqueue()  # rolls back with the rows; the duty sends in any case
    return len(new)


def _row(news: News, choices: dict[tuple[int, str], bool]) -> Notice:
    by_mail = choices.get((news.user_id, news.kind), news.kind in MAILED)
    return Notice(
        user_id=news.user_id,
        kind=news.kind,
        key=news.key,
        sale_id=news.sale_id,
        lot_id=news.lot_id,
        consignment_id=news.consignment_id,
        facts=news.facts,
        mail=MailState.WAITING if by_mail else MailState.NONE,
    )
