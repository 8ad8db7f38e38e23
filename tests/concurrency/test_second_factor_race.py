"""One code offered twice at once lets one in. The control takes the lock away."""

import threading

import pytest
from allauth.mfa.models import Authenticator, AuthenticatorManager
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command

from artmarket.accounts import limits
from tests.concurrency.racing import race
from tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shared_cache(db, monkeypatch) -> DatabaseCache:
    """The cache of production, in which all processes count together."""
    call_command("createcachetable", "core_cache")
    cache = DatabaseCache("core_cache", {})
    monkeypatch.setattr(limits, "cache", cache)
    cache.clear()
    return cache


@pytest.mark.parametrize("_round", range(5))
def test_a_code_of_an_app_is_used_first_by_one(shared_cache, _round):
    results = race(*[lambda: limits.first_use(7, "123 456", 90)] * 4)
    assert sorted(map(repr, results)) == ["False", "False", "False", "True"]
    assert limits.first_use(8, "123456", 90) and not limits.first_use(7, "123456", 90)


def use(person, code: str):
    """Offer a recovery code, as a process that has just read the row."""
    row = Authenticator.objects.get(user=person, type="recovery_codes")
    return lambda: RecoveryCodes(row).validate_code(code)


@pytest.mark.parametrize("_round", range(5))
def test_a_recovery_code_is_taken_by_one(_round):
    person = UserFactory()
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    results = race(use(person, code), use(person, code))
    assert sorted(map(repr, results)) == ["False", "True"]


def test_without_the_lock_both_are_let_in(monkeypatch):
    person = UserFactory()
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    together, mark = threading.Barrier(2, timeout=10), RecoveryCodes._mark_code_used

    def mark_together(self, i):
        together.wait()
        mark(self, i)

    monkeypatch.setattr(AuthenticatorManager, "select_for_update", lambda self: self.all(), False)
    monkeypatch.setattr(RecoveryCodes, "_mark_code_used", mark_together)
    assert race(use(person, code), use(person, code)) == [True, True]
