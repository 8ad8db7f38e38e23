"""Our engine for PostgreSQL: what it saves, and that it notices what Django's would notice."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from artmarket.accounts.models import User
from artmarket.core.statements import Compiled
from tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def end_from_outside(pid: int) -> None:
    """End a connection as an operator or a restart does."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()


def pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_connection_that_lives_is_usable_without_a_word_to_the_server():
    assert pid()
    sent = connection.connection.pgconn.socket
    assert connection.is_usable()
    assert connection.connection.pgconn.socket == sent
    connection.close()
    assert not connection.is_usable()


def test_a_connection_that_the_server_ended_is_replaced_before_the_next_request():
    first = pid()
    end_from_outside(first)
    assert not connection.is_usable()
    # As at the beginning of a request.
    connection.health_check_enabled, connection.health_check_done = True, False
    assert pid() != first


def test_a_compiled_query_on_a_connection_that_ended_asks_on_a_new_one():
    person, by_key = UserFactory(), Compiled(User, lambda pk: User.objects.filter(pk=pk))
    assert by_key(pk=person.pk) == [person]
    end_from_outside(pid())
    connection.health_check_enabled, connection.health_check_done = True, False
    assert by_key(pk=person.pk) == [person]


def test_instants_are_read_in_utc():
    UserFactory(date_joined=datetime(2024, 2, 29, 15, 30, 0, 123456, tzinfo=UTC))
    read, now = User.objects.values_list("date_joined", Now()).get()
    assert read == datetime(2024, 2, 29, 15, 30, 0, 123456, tzinfo=UTC)
    assert read.tzinfo is UTC
    assert now.tzinfo is UTC


def test_a_list_of_any_length_is_one_statement_planned_once():
    people = [UserFactory() for _n in range(9)]
    by_keys = Compiled(User, lambda pks: User.objects.filter(pk__in=pks).order_by("pk"))
    for length in (1, 2, 3, 9, 4):
        assert by_keys(pks=[p.pk for p in people[:length]]) == people[:length]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements "
            "WHERE statement LIKE %s", ["%accounts_user%ANY($1)%"],
        )  # fmt: skip
        kept, generic, custom = cursor.fetchone()
    assert (kept, custom) == (1, 0)
    assert generic >= 3


def test_the_log_has_the_words_of_a_statement_whose_plan_is_kept():
    by_key = Compiled(User, lambda pk: User.objects.filter(pk=pk))
    for _n in range(3):
        with CaptureQueriesContext(connection) as queries:
            by_key(pk=1)
        assert queries[0]["sql"].startswith("SELECT") and "$1" in queries[0]["sql"]
