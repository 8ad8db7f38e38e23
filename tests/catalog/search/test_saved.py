"""Saved searches: private, renamed, forgotten; news are told once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from artmarket.core.errors import DomainError, Invalid, NotAllowed
from catalog.models import SavedSearch
from catalog.search import SearchQuery, saved
from catalog.search.tasks import mail_saved_search
from tests.catalog.factories import person

from .making import draft, record

pytestmark = pytest.mark.django_db


def keep(user, text="风筝", name="风筝", *, notify=True):
    return saved.save_search(actor=user, query=SearchQuery.make(text), name=name, notify=notify)


def newer_of(user):
    return [line.newer for line in saved.saved_of(user)]


@pytest.fixture
def sent(monkeypatch):
    """What the duty would mail: (saved search, count)."""
    found = []
    monkeypatch.setattr(
        type(mail_saved_search), "enqueue",
        lambda self, *, saved_id, count: found.append((saved_id, count)),
    )  # fmt: skip
    return found


def test_new_works_since_the_last_look_are_counted():
    user = person()
    record("旧风筝")
    kept = keep(user)
    assert newer_of(user) == [0]
    record("新风筝")
    record("新沙燕")
    draft("风筝草稿")
    assert newer_of(user) == [1]
    saved.mark_seen(actor=user, pk=kept.pk)
    assert newer_of(user) == [0]


def test_the_same_question_is_kept_once():
    user = person()
    keep(user, name="甲")
    keep(user, "  风筝 ", name="乙")
    assert [(s.name, s.query) for s in SavedSearch.objects.all()] == [
        ("乙", "q=%E9%A3%8E%E7%AD%9D")
    ]


def test_only_the_owner_sees_changes_or_deletes_it():
    user, other = person(), person()
    kept = keep(user)
    assert saved.saved_of(other) == []
    for change in (
        lambda: saved.delete_search(actor=other, pk=kept.pk),
        lambda: saved.mark_seen(actor=other, pk=kept.pk),
        lambda: saved.change_search(actor=other, pk=kept.pk, name="x", notify=False),
    ):
        with pytest.raises(NotAllowed):
            change()
    saved.change_search(actor=user, pk=kept.pk, name="新名", notify=False)
    assert SavedSearch.objects.get().name == "新名"
    saved.delete_search(actor=user, pk=kept.pk)
    assert not SavedSearch.objects.exists()


def test_a_nameless_or_empty_question_and_too_many_are_refused(monkeypatch):
    user = person()
    with pytest.raises(Invalid):
        keep(user, name="  ")
    with pytest.raises(Invalid):
        keep(user, text="")
    monkeypatch.setattr(saved, "MOST", 1)
    keep(user)
    with pytest.raises(DomainError) as refused:
        keep(user, text="沙燕")
    assert refused.value.code == "too_many"


def test_news_are_told_once_and_only_when_settled(sent):
    user = person()
    kept = keep(user)
    quiet = keep(user, "沙燕", notify=False)
    record("新风筝")
    record("新沙燕")
    record("刚登记的风筝", created_at=timezone.now() + timedelta(seconds=5))
    assert saved.tell_news() == "1 told"
    assert saved.tell_news() == "0 told"
    assert sent == [(kept.pk, 1)]
    assert SavedSearch.objects.get(pk=quiet.pk).told_order == quiet.told_order
    assert newer_of(user) == [1, 2]  # mail told does not mean seen


def test_the_mail_says_what_is_new_and_where(settings):
    user = person()
    kept = keep(user, name="我的风筝")
    assert mail_saved_search.func(saved_id=kept.pk, count=3) == "sent"
    (message,) = mail.outbox
    assert message.to == [user.email]
    assert "我的风筝" in message.subject and "3" in message.subject
    assert f"{settings.SITE_URL}/works/?q=%E9%A3%8E%E7%AD%9D" in message.body


def test_a_search_that_was_deleted_or_silenced_sends_nothing():
    user = person()
    kept = keep(user, notify=False)
    assert mail_saved_search.func(saved_id=kept.pk, count=3) == "nobody to tell"
    assert mail_saved_search.func(saved_id=0, count=3) == "nobody to tell"
    assert mail.outbox == []
