"""Two changes of the key list at once: the thirtieth place, one proposal, one who leaves."""

import threading
from datetime import date

import pytest

from artmarket.core.errors import DomainError, WrongState
from cms.key_list_audit import faults
from cms.models import KeyEnterprise, KeyList, KeyListChange, KeyListProposal
from cms.selectors.enterprises import key_list
from cms.services import enterprises
from cms.services import key_list as services
from tests.catalog.factories import person
from tests.cms.register import FIRST, entering, enterprise, listed, proposed
from tests.concurrency.racing import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def confirming(row: KeyListProposal):
    actor = person("bureau")
    return lambda: services.confirm_change(actor=actor, proposal_id=row.pk, digest=row.digest)


@pytest.mark.parametrize("_round", range(3))
def test_of_two_confirmations_for_the_thirtieth_place_one_is_given(_round):
    listed(29)
    rows = [proposed(entering(enterprise())) for _n in range(2)]
    results = race(*map(confirming, rows))
    assert sum(isinstance(r, KeyListChange) for r in results) == 1
    assert sum(isinstance(r, services.ListFull) for r in results) == 1
    assert len(key_list(FIRST).rows) == 30
    assert sorted(KeyListProposal.objects.filter(pk__in=[r.pk for r in rows]).values_list("state", flat=True)) == [
        "confirmed", "open",
    ]  # fmt: skip
    assert faults() == []


def test_the_first_changes_of_an_empty_list_at_once_make_one_chain():
    rows = [proposed(entering(enterprise())) for _n in range(4)]
    KeyList.objects.all().delete()
    results = race(*map(confirming, rows))
    assert [type(r) for r in results] == [KeyListChange] * 4
    assert faults() == []


def test_one_proposal_is_confirmed_once_however_many_confirm_it():
    row = proposed(entering(enterprise()))
    results = race(*[confirming(row) for _n in range(6)])
    assert sum(isinstance(r, KeyListChange) for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == 5
    assert (KeyListChange.objects.count(), KeyEnterprise.objects.count()) == (1, 1)


def test_an_enterprise_leaves_or_comes_on_the_list_and_never_both():
    row = enterprise()
    actor, boss = person("bureau"), person("bureau")
    results = race(
        lambda: services.propose_change(actor=actor, given=entering(row)),
        lambda: enterprises.retire_enterprise(
            actor=boss, enterprise_id=row.pk, left_on=date(2026, 3, 1), reason="迁出"
        ),
    )
    assert sum(not isinstance(r, Exception) for r in results) == 1
    assert all(isinstance(r, DomainError) for r in results if isinstance(r, Exception))


def test_without_the_lock_the_list_gets_one_too_many(monkeypatch):
    """The control: both see the last place free, and both take it."""
    listed(29)
    rows = [proposed(entering(enterprise())) for _n in range(2)]
    together = threading.Barrier(2, timeout=30)
    possible = services._require_possible

    def both(row, of):
        possible(row, of)
        together.wait()

    monkeypatch.setattr(services, "lock_key_list", lambda: KeyList.objects.get())
    monkeypatch.setattr(services, "_require_possible", both)
    monkeypatch.setattr(
        services, "_sealed", lambda head, row, entry, **_more: KeyListChange(seal="x")
    )
    monkeypatch.setattr(services, "record_event", lambda **_more: None)
    results = race(*map(confirming, rows))
    assert not [r for r in results if isinstance(r, Exception)]
    assert KeyEnterprise.objects.filter(from_day__lte=FIRST, until_day=None).count() == 31
