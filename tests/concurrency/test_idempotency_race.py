"""The same write sent several times at once is done once. With its control."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from artmarket.api import idempotency
from artmarket.api.models import KeptAnswer
from artmarket.core.models import Event
from catalog.models import Work
from tests.api.conftest import caller_for
from tests.catalog.factories import person
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


def sending(token_owner, headers):
    """One program with the token of `headers`."""

    def send():
        caller = caller_for(token_owner, "artist")
        caller.headers = headers
        return caller.post("works", {"title": "春"}, Idempotency_Key="k1")

    return send


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_the_same_write_at_once_one_is_done(_round):
    artist = person("artist")
    headers = caller_for(artist, "artist").headers
    answers = race(*(sending(artist, headers) for _ in range(4)))
    codes = [a.status_code for a in answers]
    assert 201 in codes
    assert set(codes) <= {201, 409}
    bodies = {a.content for a in answers if a.status_code == 201}
    assert len(bodies) == 1  # a late one gets the first one's answer
    assert Work.objects.count() == 1
    assert Event.objects.filter(action="work.drafted").count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_several_who_take_over_from_a_dead_worker_one_does_it(_round):
    artist = person("artist")
    caller = caller_for(artist, "artist")
    caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    # As a worker leaves it that died before it wrote anything.
    long_ago = timezone.now() - idempotency.LEASE * 2
    KeptAnswer.objects.update(status=None, begun_at=long_ago, request_id="nobody")
    Work.objects.all().delete()
    answers = race(*(sending(artist, caller.headers) for _ in range(4)))
    codes = sorted(a.status_code for a in answers)
    assert 201 in codes
    assert set(codes) <= {201, 409}
    assert Work.objects.count() == 1


def test_without_the_unique_key_every_one_is_done(monkeypatch):
    """The control: reservations of different keys do not hold each other back."""
    artist = person("artist")
    headers = caller_for(artist, "artist").headers
    reserve = idempotency._reserve
    serial = iter(range(100))
    monkeypatch.setattr(
        idempotency, "_reserve", lambda t, key, d: reserve(t, f"{key}-{next(serial)}", d)
    )
    answers = race(*(sending(artist, headers) for _ in range(4)))
    assert [a.status_code for a in answers] == [201] * 4
    assert Work.objects.count() == 4


def test_the_database_itself_keeps_a_key_once():
    artist = person("artist")
    caller = caller_for(artist, "artist")
    caller.post("works", {"title": "春"}, Idempotency_Key="k1")
    kept = KeptAnswer.objects.get()
    with pytest.raises(IntegrityError):
        KeptAnswer.objects.create(token=kept.token, key="k1", request_digest="x", request_id="y")
