"""The event table is append-only, and an event is never written without its change."""

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from artmarket.core.events import diff, record_event
from artmarket.core.models import Event


@pytest.fixture
def person(db):
    return get_user_model().objects.create_user("a@b.example", "pw", display_name="甲")


def test_an_event_keeps_actor_action_and_what_changed(person):
    record_event(
        actor=person, action="person.renamed", subject=person, before={"n": 1}, after={"n": 2}
    )
    event = Event.objects.get()
    assert (event.actor, event.action, event.before, event.after) == (
        person,
        "person.renamed",
        {"n": 1},
        {"n": 2},
    )
    assert event.object_type == "accounts.user"
    assert event.object_id == str(person.pk)


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_or_delete_an_event(person, verb):
    record_event(actor=person, action="x", subject=person)
    with pytest.raises(DatabaseError), transaction.atomic():
        if verb == "update":
            Event.objects.update(action="y")
        else:
            Event.objects.all()._raw_delete("default")
    assert list(Event.objects.values_list("action", flat=True)) == ["x"]


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    person = get_user_model().objects.create_user("a@b.example", "pw", display_name="甲")
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError):
        record_event(actor=person, action="x", subject=person)
    assert not Event.objects.exists()


def test_diff_keeps_only_what_differs():
    assert diff({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}) == (
        {"b": 2, "c": None},
        {"b": 3, "c": 4},
    )
