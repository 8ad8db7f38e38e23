"""Operators act on each other at once: one is left. The control takes the locks away."""

import threading

import pytest

from artmarket.accounts.models import Membership, RoleGrant, User
from artmarket.accounts.services import organisations, roles
from artmarket.core.errors import DomainError
from tests.concurrency.racing import race
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def operators() -> int:
    return RoleGrant.objects.filter(role="operator", revoked_at=None).count()


def revoke(actor: User, user: User):
    return lambda: roles.revoke_role(
        actor=User.objects.get(pk=actor.pk), user=user, role="operator"
    )


@pytest.mark.parametrize("_round", range(5))
def test_of_two_operators_who_revoke_each_other_one_is_left(_round):
    a, b = UserFactory(operator=True), UserFactory(operator=True)
    results = race(revoke(a, b), revoke(b, a))
    assert operators() == 1
    assert sum(isinstance(r, DomainError) for r in results) == 1


@pytest.mark.parametrize("_round", range(5))
def test_of_three_operators_who_resign_at_once_one_is_left(_round):
    people = [UserFactory(operator=True) for _ in range(3)]
    race(*(revoke(p, p) for p in people))
    assert operators() == 1


def test_without_the_locks_nobody_is_left(monkeypatch):
    a, b = UserFactory(operator=True), UserFactory(operator=True)
    together, check = threading.Barrier(2, timeout=10), roles._check_an_operator_is_left

    def check_together(*, without):
        check(without=without)
        together.wait()

    monkeypatch.setattr(roles, "lock_users", lambda *, pks: User.objects.in_bulk(set(pks)))
    monkeypatch.setattr(roles, "_check_an_operator_is_left", check_together)
    race(revoke(a, b), revoke(b, a))
    assert operators() == 0


def test_of_two_administrators_who_leave_at_once_one_is_left():
    gallery = OrganisationFactory()
    pair = [MembershipFactory(organisation=gallery, admin=True) for _ in range(2)]
    race(
        *(lambda m=m: organisations.end_membership(actor=m.user, membership_id=m.pk) for m in pair)
    )
    assert Membership.objects.filter(ended_at=None).count() == 1
