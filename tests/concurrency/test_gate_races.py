"""A clearance and a change of the facts at once; two clearances at once. With controls."""

import threading

import pytest
from django.db import IntegrityError

from artmarket.core.errors import WrongState
from catalog.models import GateClearance, Term, Work
from catalog.services import corrections, gates
from tests.catalog.factories import person, registered
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 4


@pytest.fixture(autouse=True)
def _vocabulary(transactional_db):
    """A flush empties the vocabulary that a migration filled: put back what the works use."""
    Term.objects.bulk_create(
        [
            Term(id="300033618", en="paintings", zh="绘画", category="work-type"),
            Term(id="300265079", en="hanging scrolls", zh="立轴", category="work-type"),
            Term(id="300015012", en="ink", zh="墨", category="material"),
            Term(id="300014109", en="paper", zh="纸", category="material"),
            Term(id="300310141", en="xieyi", zh="写意", category="technique"),
        ],
        ignore_conflicts=True,
    )


def digest(work):
    return next(r.digest for r in gates.gates_of(work, "sell") if r.gate == "relic")


def clearing(work, seen):
    bureau = person("bureau")
    return lambda: gates.clear_gate(
        actor=bureau, work_id=work.pk, act="sell", gate="relic", digest=seen, reason="已审核"
    )


def deciding(work, status="precious"):
    bureau = person("bureau")
    return lambda: corrections.decide_relic_status(
        actor=bureau, work_id=work.pk, status=status, reason="复核"
    )


def relic_gate(work):
    fresh = Work.objects.get(pk=work.pk)
    return next(r for r in gates.gates_of(fresh, "sell") if r.gate == "relic")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_clearance_never_covers_facts_that_changed_at_the_same_moment(_round):
    work = registered(relic="general")
    cleared, decided = race(clearing(work, digest(work)), deciding(work))
    assert isinstance(decided, Work)
    assert isinstance(cleared, GateClearance) or (
        isinstance(cleared, WrongState) and cleared.code == "facts_changed"
    )
    assert (relic_gate(work).outcome, relic_gate(work).is_cleared) == ("review", False)


def test_even_a_clearance_given_without_the_lock_does_not_cover_them(monkeypatch):
    """The control: unlocked, the clearance is given after the change; its digest still binds it."""
    work = registered(relic="general")
    seen = digest(work)
    judged, changed = threading.Event(), threading.Event()
    may_clear = gates.may_clear

    def wait(*arguments):
        judged.set()
        assert changed.wait(20)
        return may_clear(*arguments)

    monkeypatch.setattr(gates, "lock_work", lambda *, pk: Work.objects.get(pk=pk))
    monkeypatch.setattr(gates, "may_clear", wait)
    decide = deciding(work)

    def change():
        assert judged.wait(20)
        try:
            return decide()
        finally:
            changed.set()

    cleared, _decided = race(clearing(work, seen), change)
    assert isinstance(cleared, GateClearance)
    assert (relic_gate(work).outcome, relic_gate(work).is_cleared) == ("review", False)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_clearances_of_the_same_facts_one_is_kept(_round):
    work = registered(relic="general")
    results = race(*(clearing(work, digest(work)) for _ in range(3)))
    assert sum(isinstance(r, GateClearance) for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == 2
    assert not any(isinstance(r, IntegrityError) for r in results)
    assert relic_gate(work).is_cleared
