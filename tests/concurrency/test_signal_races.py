"""The bidders of a lot are scored once, whoever runs the duty at the same moment. With a control."""

import threading

import pytest
from django.db import IntegrityError

from auctions.models import Sale, ScoredLot, ShillScore
from auctions.services.closing import close_lot
from auctions.signals import scoring
from auctions.signals.scoring import score_lot
from tests.auctions.factories import begun, bid, bidder, put_hours
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 3


def closed_lot():
    """A lot that is over, with two bidders."""
    sale = begun()
    lot = sale.lots.get()
    bid(lot, bidder(sale), 1000)
    bid(lot, bidder(sale), 5000)
    put_hours(sale, -1)
    return close_lot(lot_id=lot.pk)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_several_duties_at_once_one_scores(_round):
    lot = closed_lot()
    results = race(*(lambda: score_lot(lot_id=lot.pk) for _n in range(4)))
    assert sorted(results) == [0, 0, 0, 2]
    assert ShillScore.objects.count() == 2
    assert ScoredLot.objects.get().lot == lot


def test_without_the_lock_they_run_into_the_constraint(monkeypatch):
    lot = closed_lot()
    everybody, write = threading.Barrier(3, timeout=30), scoring._write

    def together(*given):
        everybody.wait()  # each has seen that nobody had scored the lot
        write(*given)

    monkeypatch.setattr(scoring, "lock_sale", lambda *, pk: Sale.objects.get(pk=pk))
    monkeypatch.setattr(scoring, "_write", together)
    results = race(*(lambda: score_lot(lot_id=lot.pk) for _n in range(3)))
    assert results.count(2) == 1
    assert sum(isinstance(r, IntegrityError) for r in results) == 2
    assert ShillScore.objects.count() == 2
