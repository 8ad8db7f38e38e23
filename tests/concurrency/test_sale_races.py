"""Announcements, lots and the hammer at once: one wins, nothing is written twice. With controls."""

import threading

import pytest
from django.db import IntegrityError

from artmarket.core.errors import WrongState
from artmarket.core.models import Event
from auctions.enums import BidResult, LotEventKind, LotState
from auctions.lot_states import refold
from auctions.models import Lot, LotEvent, Sale
from auctions.services import closing, sales
from auctions.services.bidding import Answer, place_bid
from catalog.models import Encumbrance, Work
from catalog.services import encumbrances
from catalog.services.encumbrances import Encumbered
from tests.auctions.factories import (
    begun,
    bidder,
    consigned,
    fresh,
    house,
    put_hours,
    request,
    terms,
)  # fmt: skip
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 3


def drafted(lots=0):
    """A draft that may be announced, with its house's administrator."""
    of_house = house()
    sale = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms())
    sales.publish_conditions(actor=of_house.boss, house_id=of_house.pk, text="拍卖规则")
    for _n in range(lots):
        adding(sale, of_house, consigned(of_house))()
    return sale, of_house


def adding(sale, of_house, row):
    return lambda: sales.add_lot(actor=of_house.boss, sale_id=sale.pk, consignment_id=row.pk)


def announcing(sale, of_house):
    return lambda: sales.announce_sale(actor=of_house.boss, sale_id=sale.pk)


def together(read, runners):
    """A getter without a lock: every caller has read before the first goes on."""
    everybody = threading.Barrier(runners, timeout=30)

    def unlocked(*, pk):
        row = read(pk)
        everybody.wait()
        return row

    return unlocked


# ------------------------------------------------------------------ announcing


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_several_announcements_at_once_one_is_made(_round):
    sale, of_house = drafted(lots=2)
    results = race(*(announcing(sale, of_house) for _n in range(4)))
    assert sum(isinstance(r, Sale) for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == 3
    assert Event.objects.filter(action="sale.announced").count() == 1


def test_without_the_lock_it_is_announced_several_times(monkeypatch):
    sale, of_house = drafted(lots=1)
    monkeypatch.setattr(sales, "lock_works", lambda *, pks: None)
    monkeypatch.setattr(sales, "lock_sale", together(lambda pk: Sale.objects.get(pk=pk), 3))
    results = race(*(announcing(sale, of_house) for _n in range(3)))
    assert sum(isinstance(r, Sale) for r in results) == 3
    assert Event.objects.filter(action="sale.announced").count() == 3


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_lot_added_while_the_sale_is_announced_is_in_it_or_refused(_round):
    sale, of_house = drafted(lots=1)
    row = consigned(of_house)
    announced, added = race(announcing(sale, of_house), adding(sale, of_house, row))
    assert isinstance(announced, Sale)
    states = set(Lot.objects.filter(sale=sale).values_list("state", flat=True))
    assert states == {LotState.ANNOUNCED}
    assert isinstance(added, Lot if sale.lots.count() == 2 else WrongState)


# ------------------------------------------------------------------ lots


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_contract_added_at_once_is_one_lot(_round):
    sale, of_house = drafted()
    row = consigned(of_house)
    results = race(*(adding(sale, of_house, row) for _n in range(4)))
    assert sum(isinstance(r, Lot) for r in results) == 1
    assert sum(isinstance(r, Encumbered) for r in results) == 3
    assert Lot.objects.get().encumbrance == Encumbrance.objects.live().get()


def test_without_lock_and_check_one_contract_runs_into_the_constraint(monkeypatch):
    sale, of_house = drafted()
    row = consigned(of_house)
    for module in (sales, encumbrances):
        monkeypatch.setattr(module, "lock_work", lambda *, pk: Work.objects.get(pk=pk))
    monkeypatch.setattr(sales, "lock_sale", together(lambda pk: Sale.objects.get(pk=pk), 3))
    monkeypatch.setattr(encumbrances, "live_encumbrance", lambda _work: None)
    results = race(*(adding(sale, of_house, row) for _n in range(3)))
    assert sum(isinstance(r, Lot) for r in results) == 1
    refused = [r for r in results if isinstance(r, Encumbered)]
    assert len(refused) == 2
    assert all(isinstance(r.__cause__, IntegrityError) for r in refused)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_several_works_added_at_once_have_numbers_of_their_own(_round):
    sale, of_house = drafted()
    rows = [consigned(of_house) for _n in range(4)]
    results = race(*(adding(sale, of_house, row) for row in rows))
    assert {type(r) for r in results} == {Lot}
    assert sorted(sale.lots.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_without_the_lock_of_the_sale_two_works_want_one_number(monkeypatch):
    sale, of_house = drafted()
    rows = [consigned(of_house) for _n in range(3)]
    taken = threading.Barrier(3, timeout=30)
    plain = encumbrances.take

    def take_together(**given):
        lock = plain(**given)
        taken.wait()
        return lock

    monkeypatch.setattr(sales, "lock_sale", lambda *, pk: Sale.objects.get(pk=pk))
    monkeypatch.setattr(sales.encumbrances, "take", take_together)
    results = race(*(adding(sale, of_house, row) for row in rows))
    assert any(isinstance(r, IntegrityError) for r in results)


# ------------------------------------------------------------------ the hammer


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_hammer_falls_once_and_late_bids_are_refused(_round):
    sale = begun()
    lot, paddles = sale.lots.get(), [bidder(sale) for _n in range(3)]
    offers = [request(paddle, 3000) for paddle in paddles]
    put_hours(sale, -0.001)
    results = race(
        *(lambda: closing.close_lot(lot_id=lot.pk) for _n in range(3)),
        *(lambda o=o: place_bid(actor=o.actor, lot_id=lot.pk, request=o) for o in offers),
    )
    assert sum(isinstance(r, Lot) for r in results) == 3
    assert {r.result for r in results if isinstance(r, Answer)} == {BidResult.CLOSED}
    assert LotEvent.objects.filter(lot=lot, kind=LotEventKind.CLOSED).count() == 1
    assert Event.objects.filter(action="lot.closed").count() == 1
    assert fresh(lot).state == LotState.PASSED
    assert not Encumbrance.objects.live().exists()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_bids_around_the_end_count_before_it_and_not_after(_round):
    sale = begun(closing="hard-close")
    lot, paddles = sale.lots.get(), [bidder(sale) for _n in range(4)]
    offers = [request(p, 2000 + 1000 * n) for n, p in enumerate(paddles)]
    put_hours(sale, 0.005)

    def close_when_due():
        while True:
            try:
                return closing.close_lot(lot_id=lot.pk)
            except WrongState:
                continue

    results = race(
        close_when_due,
        *(lambda o=o: place_bid(actor=o.actor, lot_id=lot.pk, request=o) for o in offers),
    )
    end = fresh(lot)
    answers = [r for r in results if isinstance(r, Answer)]
    assert len(answers) == 4
    for answer in answers:
        assert (answer.received_at < end.ends_at) == (answer.result != BidResult.CLOSED)
    counted = [a for a in answers if a.is_accepted]
    assert end.state == (LotState.SOLD if counted else LotState.PASSED)
    assert end.hammer_minor == (end.price_minor if counted else None)
    events = LotEvent.objects.filter(lot=lot).select_related("bid")
    assert refold(end, events).differences == {}
    last = events.order_by("-sequence").first()
    assert (last.kind, last.sequence) == (LotEventKind.CLOSED, events.count())


def test_without_the_lock_the_hammer_falls_twice_and_the_log_refuses(monkeypatch):
    sale = begun()
    lot = sale.lots.get()
    put_hours(sale, -0.001)
    monkeypatch.setattr(closing, "lock_work", lambda *, pk: None)
    monkeypatch.setattr(
        closing,
        "lock_lot",
        together(lambda pk: Lot.objects.select_related("sale").get(pk=pk), 3),
    )
    results = race(*(lambda: closing.close_lot(lot_id=lot.pk) for _n in range(3)))
    assert sum(isinstance(r, Lot) for r in results) == 1
    assert sum(isinstance(r, IntegrityError) for r in results) == 2
