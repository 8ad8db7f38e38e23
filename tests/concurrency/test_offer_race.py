"""Offers at once, and an offer against a pledge: one lock lives. Each with its control."""

import pytest
from django.db import IntegrityError

from artmarket.core.errors import WrongState
from auctions.listings.models import Offer
from auctions.listings.services import offers
from catalog.models import Encumbrance, Term, Work
from catalog.services import encumbrances
from catalog.services.encumbrances import Encumbered
from tests.catalog.factories import person, registered
from tests.concurrency.racing import race
from tests.listings.factories import offered, seller_of, terms

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


@pytest.fixture(autouse=True)
def _vocabulary(transactional_db):
    """A flush empties the vocabulary that a migration filled: put back what the works use."""
    rows = [
        ("300033618", "paintings", "绘画", "work-type"),
        ("300265079", "hanging scrolls", "立轴", "work-type"),
        ("300015012", "ink", "墨", "material"),
        ("300014109", "paper", "纸", "material"),
        ("300310141", "xieyi", "写意", "technique"),
    ]
    Term.objects.bulk_create(
        [Term(id=pk, en=en, zh=zh, category=kind) for pk, en, zh, kind in rows],
        ignore_conflicts=True,
    )


def opening(work):
    seller = seller_of(work)
    return lambda: offers.open_offer(actor=seller, work_id=work.pk, terms=terms())


def pledging(work):
    registrar = person("registrar")
    return lambda: encumbrances.take_encumbrance(
        actor=registrar, work_id=work.pk, kind="pledge", reference="1"
    )


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_several_offers_at_once_one_lives(_round):
    work = registered()
    results = race(*(opening(work) for _ in range(4)))
    assert sum(isinstance(r, Offer) for r in results) == 1
    assert sum(isinstance(r, Encumbered) for r in results) == 3
    assert Offer.objects.live().get().encumbrance == Encumbrance.objects.live().get()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_an_offer_and_a_pledge_at_once_end_with_one_lock(_round):
    work = registered()
    results = race(opening(work), pledging(work), opening(work), pledging(work))
    assert sum(isinstance(r, Encumbered) for r in results) == 3
    live = Encumbrance.objects.live().get(work=work)
    assert Offer.objects.filter(work=work).count() == (1 if live.kind == "listing" else 0)


def test_closing_at_once_closes_once():
    made = offered()
    results = race(
        *(
            lambda: offers.close_offer(actor=made.seller, offer_id=made.pk, reason="自留")
            for _ in range(3)
        )
    )
    assert sum(isinstance(r, Offer) for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == 2


def test_without_the_lock_and_the_check_the_losers_run_into_the_constraint(monkeypatch):
    """The control: with row lock and check off only the database stands between the two."""
    work = registered()
    for module in (offers, encumbrances):
        monkeypatch.setattr(module, "lock_work", lambda *, pk: Work.objects.get(pk=pk))
    monkeypatch.setattr(encumbrances, "live_encumbrance", lambda _work: None)
    results = race(*(opening(work) for _ in range(4)))
    assert sum(isinstance(r, Offer) for r in results) == 1
    refused = [r for r in results if isinstance(r, Encumbered)]
    assert len(refused) == 3
    assert all(isinstance(r.__cause__, IntegrityError) for r in refused)
