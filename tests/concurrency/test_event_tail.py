"""The tail of the event table is read without a gap, whatever order the writers commit in."""

import threading
import time

import pytest
from django.db import connection, transaction

from artmarket.core import tail
from artmarket.core.events import record_event
from artmarket.core.models import Event
from artmarket.core.tail import Place, advance
from tests.catalog.factories import person

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


class Slow:
    """A writer that has drawn its event's key and does not commit until it is told to."""

    def __init__(self, subject) -> None:
        self.written, self.may_commit = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._write, args=[subject])
        self.thread.start()
        assert self.written.wait(30)

    def _write(self, subject) -> None:
        try:
            with transaction.atomic():
                self.key = record_event(actor=None, action="slow", subject=subject).pk
                self.written.set()
                assert self.may_commit.wait(30)
        finally:
            connection.close()

    def commit(self) -> None:
        self.may_commit.set()
        self.thread.join(30)


def write(subject, action: str) -> int:
    with transaction.atomic():
        return record_event(actor=None, action=action, subject=subject).pk


def read_all(place: Place, rounds: int) -> tuple[Place, list[str]]:
    """What a reader sees who asks so often."""
    seen: list[str] = []
    for _ in range(rounds):
        place, keys = advance(place)
        rows = Event.objects.filter(pk__gte=keys.start, pk__lt=keys.stop).order_by("pk")
        seen += rows.values_list("action", flat=True) if keys else []
    return place, seen


def read_until(place: Place, count: int) -> tuple[Place, list[str]]:
    """What a reader sees until it is so many: any transaction of the server holds it back a while."""
    seen: list[str] = []
    end = time.monotonic() + 30
    while len(seen) < count and time.monotonic() < end:
        place, more = read_all(place, 1)
        seen += more
    return place, seen


def test_an_event_with_a_smaller_key_that_commits_later_is_not_missed():
    subject = person()
    place = Place(Event.objects.count() and Event.objects.latest("pk").pk)
    slow = Slow(subject)
    fast = write(subject, "fast")
    assert slow.key < fast
    place, seen = read_all(place, 3)
    assert seen == []  # not given out while an older transaction may still add to the stretch
    slow.commit()
    place, seen = read_until(place, 2)
    assert seen == ["slow", "fast"]
    write(subject, "later")
    place, seen = read_until(place, 1)
    assert seen == ["later"]
    assert read_all(place, 3)[1] == []


def test_without_waiting_the_late_one_is_missed(monkeypatch):
    """The control: a reader that remembers the largest key alone."""
    monkeypatch.setattr(tail, "_is_settled", lambda _place: True)
    subject = person()
    place = Place(Event.objects.count() and Event.objects.latest("pk").pk)
    slow = Slow(subject)
    write(subject, "fast")
    place, first = read_all(place, 3)
    slow.commit()
    _place, second = read_all(place, 3)
    assert (first, second) == (["fast"], [])
