"""Statements made once: they find and write what the ORM would, and keep nothing of the values."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from artmarket.accounts.models import Party, User
from artmarket.accounts.services.parties import party_of
from artmarket.core.events import event_of, record_events
from artmarket.core.models import Event
from artmarket.core.statements import Compiled, Insert, Update, write
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def same(row, other):
    return row == other and all(
        getattr(row, f.attname) == getattr(other, f.attname) for f in row._meta.concrete_fields
    )


def test_rows_are_those_of_the_queryset_with_what_is_selected_along():
    people = [UserFactory() for _n in range(5)]
    for person in people:
        party_of(person)

    def asked(pks):
        return Party.objects.select_related("user").filter(user__in=pks).order_by("pk")

    compiled = Compiled(Party, asked)
    for chosen in (people[:1], people[1:4], people[3:], people):
        keys = [person.pk for person in chosen]
        with CaptureQueriesContext(connection) as queries:
            found = compiled(pks=keys)
            assert all(row.user.email for row in found)
        assert len(queries) == 1
        expected = list(asked(keys))
        assert len(found) == len(chosen)
        assert all(
            same(a, b) and same(a.user, b.user) for a, b in zip(found, expected, strict=True)
        )


def test_words_and_numbers_are_told_apart_and_nothing_is_kept_of_them():
    one, other = UserFactory(), UserFactory()
    named = Compiled(User, lambda email: User.objects.filter(email=email))
    assert named(email=one.email) == [one]
    assert named(email=other.email) == [other]
    assert named(email="' OR 1=1 --%s") == []
    tuples = Compiled(
        User, lambda pk: User.objects.filter(pk=pk).values_list("email", "is_active", "date_joined")
    )
    fresh = User.objects.get(pk=one.pk)
    assert tuples(pk=one.pk) == [(one.email, True, fresh.date_joined)]


def test_no_keys_find_nothing_without_asking():
    compiled = Compiled(User, lambda pks: User.objects.filter(pk__in=pks))
    with CaptureQueriesContext(connection) as queries:
        assert compiled(pks=[]) == []
    assert len(queries) == 0


def test_a_value_that_the_statement_forgets_is_a_mistake():
    compiled = Compiled(User, lambda pk, email: User.objects.filter(pk=pk))
    with pytest.raises(ValueError, match="no place"):
        compiled(pk=1, email="x")


def test_rows_are_written_in_order_in_one_message_where_the_engine_takes_it():
    person = UserFactory()
    events = [event_of(actor=person, action=f"user.{n}", subject=person) for n in range(3)]
    person.email = "neu@example.com"
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        write(Insert(events), Update(person, ["email"]))
    assert len(queries) == (1 if connection.vendor == "postgresql" else 2)
    assert User.objects.get(pk=person.pk).email == "neu@example.com"
    stored = list(Event.objects.filter(pk__in=[e.pk for e in events]).order_by("pk"))
    assert [e.action for e in stored] == ["user.0", "user.1", "user.2"]
    # What the database filled in by itself is read when somebody asks.
    assert events[0].at == stored[0].at


def test_an_update_of_a_row_that_is_gone_is_told():
    session = Session(session_key="gone", session_data="", expire_date="2030-01-01T00:00:00Z")
    with pytest.raises(Session.DoesNotExist):
        write(Update(session, ["session_data"]))


def test_nothing_to_write_is_nothing():
    with CaptureQueriesContext(connection) as queries:
        write()
        with transaction.atomic():
            assert record_events([]) == []
    assert not [q for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]]
