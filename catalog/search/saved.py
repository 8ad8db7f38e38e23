"""Saved searches: keep a question under a name, see what is new, be told by mail.

What somebody looks for is private: no event is written, and every function asks for the owner.
The mail is a task enqueued in the transaction that marks how far it tells: never lost, rarely
twice.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from catalog.models import SavedSearch, SearchEntry

from .backends import get_backend
from .query import SearchQuery
from .selector import where_of

MOST: Final = 50
CAP: Final = 1_000
SETTLED: Final = timedelta(minutes=1)
"""Works younger than this are told next time: one still being registered may be earlier."""


@dataclass(frozen=True, slots=True)
class SavedLine:
    """A saved search with the number of works (at most `CAP`) registered since it was last seen."""

    saved: SavedSearch
    query: SearchQuery
    newer: int


def read_saved(saved: SavedSearch) -> SearchQuery:
    """The question that was saved; parts that no longer exist are ignored."""
    return SearchQuery.read(QueryDict(saved.query))


def saved_of(user: Any) -> list[SavedLine]:
    """This person's saved searches, newest first. One query each for what is new."""
    lines = []
    for saved in SavedSearch.objects.filter(user=user).order_by("-id")[:MOST]:
        query = read_saved(saved)
        newer = get_backend().newer(where_of(query), saved.seen_order, None, CAP)
        lines.append(SavedLine(saved, query, newer))
    return lines


@transaction.atomic(durable=True)
def save_search(*, actor: Any, query: SearchQuery, name: str, notify: bool) -> SavedSearch:
    """Keep a question; the same question again gets the new name.

    Raises NotAllowed without a signed-in person, Invalid for an empty name or a question that
    asks nothing, DomainError `too_many` above `MOST`.
    """
    if not getattr(actor, "is_authenticated", False):
        raise NotAllowed()
    words = _name(name)
    if not query.is_narrowed:
        raise Invalid(_("先选条件或输入词，再保存。"), code="asks_nothing")
    question = query.first_page().encoded()
    saved = SavedSearch.objects.select_for_update().filter(user=actor, query=question).first()
    if saved:
        saved.name, saved.notify = words, notify
        saved.save(update_fields=["name", "notify"])
        return saved
    if SavedSearch.objects.filter(user=actor).count() >= MOST:
        raise DomainError(
            _("最多保存%(most)s个搜索。") % {"most": MOST},
            code="too_many",
            hint=_("先删除不用的。"),
        )
    newest = _newest()
    return SavedSearch.objects.create(
        user=actor, name=words, query=question, notify=notify, seen_order=newest, told_order=newest
    )


@transaction.atomic(durable=True)
def change_search(*, actor: Any, pk: int, name: str, notify: bool) -> SavedSearch:
    """Give another name, switch the mail on or off."""
    saved = _own(actor, pk)
    saved.name, saved.notify = _name(name), notify
    saved.save(update_fields=["name", "notify"])
    return saved


@transaction.atomic(durable=True)
def mark_seen(*, actor: Any, pk: int) -> SavedSearch:
    """Everything up to now has been seen."""
    saved = _own(actor, pk)
    saved.seen_order = max(saved.seen_order, _newest())
    saved.save(update_fields=["seen_order"])
    return saved


@transaction.atomic(durable=True)
def delete_search(*, actor: Any, pk: int) -> None:
    """Forget the question."""
    _own(actor, pk).delete()


def tell_news() -> str:
    """Duty: one mail for each saved search with new works. Safe to run twice."""
    told = 0
    until = round((db_now() - SETTLED).timestamp() * 1_000_000)
    for pk in SavedSearch.objects.filter(notify=True).values_list("pk", flat=True):
        told += _tell(pk, until)
    return f"{told} told"


@transaction.atomic
def _tell(pk: int, until: int) -> bool:
    from .tasks import mail_saved_search

    saved = SavedSearch.objects.select_for_update().filter(pk=pk, notify=True).first()
    if saved is None:
        return False
    since = max(saved.seen_order, saved.told_order)
    newer = get_backend().newer(where_of(read_saved(saved)), since, until, CAP)
    if not newer:
        return False
    saved.told_order = until
    saved.save(update_fields=["told_order"])
    mail_saved_search.enqueue(saved_id=pk, count=newer)
    return True


def _own(actor: Any, pk: int) -> SavedSearch:
    saved = SavedSearch.objects.select_for_update().filter(pk=pk, user=actor).first()
    if saved is None:
        raise NotAllowed(_("没有这个保存的搜索。"), status=404, code="no_such_search")
    return saved


def _name(name: str) -> str:
    words = " ".join(name.split())
    if not words or len(words) > 120:
        raise Invalid(fields={"name": _("请起一个名称，不超过120个字。")}, code="bad_name")
    return words


def _newest() -> int:
    return SearchEntry.objects.aggregate(newest=Max("order_key"))["newest"] or 0
