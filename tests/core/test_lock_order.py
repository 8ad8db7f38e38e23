"""Locks in their order; whoever holds a row may take it again."""

import pytest
from django.db import transaction

from artmarket.core.errors import Busy
from artmarket.core.locks import LockOrderError, Rank, is_timeout, lock_rows
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def lock(person, rank):
    return lock_rows(type(person).objects.all(), rank=rank, pks=[person.pk])


def test_a_smaller_rank_after_a_larger_is_a_mistake():
    one, other = UserFactory(), UserFactory()
    with transaction.atomic():
        lock(one, Rank.LOT)
        with pytest.raises(LockOrderError, match="WORK asked for while LOT is held"):
            lock(other, Rank.WORK)


def test_a_row_that_is_held_may_be_read_again_under_its_lock():
    one, other = UserFactory(), UserFactory()
    with transaction.atomic():
        lock(one, Rank.WORK)
        lock(other, Rank.LOT)
        assert lock(one, Rank.WORK) == [one]


def test_a_lock_goes_with_its_transaction():
    one, other = UserFactory(), UserFactory()
    with pytest.raises(RuntimeError), transaction.atomic():
        lock(one, Rank.LOT)
        raise RuntimeError
    with transaction.atomic():
        assert lock(other, Rank.WORK) == [other]


def test_only_the_engines_words_for_waiting_are_a_timeout():
    from django.db import OperationalError

    assert is_timeout(OperationalError("canceling statement due to lock timeout"))
    assert not is_timeout(OperationalError("server closed the connection"))
    assert not is_timeout(ValueError("lock timeout"))
    assert Busy().status == 503
