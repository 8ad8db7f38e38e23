"""After the hammer at once: one contract, one default, one end of an offer. Each with its control."""

import threading

import pytest
from django.db import IntegrityError

from artmarket.core.clock import db_now
from artmarket.core.errors import WrongState
from artmarket.core.models import Event
from auctions.audit import audit_lots
from auctions.enums import LotEventKind, LotState, OfferState
from auctions.models import AfterSaleOffer, BuyerDefault, Lot, LotEvent, SecondChance
from auctions.services import after_sale, payment, second_chance
from auctions.services.after_sale import accept_offer, make_offer
from auctions.services.payment import confirm_payment, declare_default, release_work
from auctions.services.second_chance import (
    accept_second_chance,
    lapse_second_chance,
    offer_second_chance,
    refuse_second_chance,
)
from catalog.models import Encumbrance, Work
from catalog.services import encumbrances
from catalog.services.encumbrances import Encumbered
from tests.auctions.aftermath import defaulted, hammered_long_ago, sold, unsold
from tests.auctions.factories import fresh
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401
from tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 3


def together(runners):
    """The lot without a lock: every caller has read before the first goes on."""
    everybody = threading.Barrier(runners, timeout=30)

    def unlocked(lot_id):
        lot = Lot.objects.select_related("sale").get(pk=lot_id)
        everybody.wait()
        return lot

    return unlocked


def faults():
    return [fault for audit in audit_lots() for fault in audit.faults]


# ------------------------------------------------------------------ default


def unpaid():
    made = sold()
    hammered_long_ago(made.lot)
    return made


def declaring(made):
    return lambda: declare_default(actor=made.boss, lot_id=made.lot.pk, reason="逾期未付")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_default_declared_several_times_is_declared_once(_round):
    made = unpaid()
    results = race(*(declaring(made) for _n in range(4)))
    assert sum(isinstance(r, BuyerDefault) for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == 3
    assert BuyerDefault.objects.count() == 1
    assert Event.objects.filter(action="lot.defaulted").count() == 1
    assert faults() == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_default_and_a_payment_at_once_leave_one_of_both(_round):
    made = unpaid()
    paying = lambda: confirm_payment(actor=made.boss, lot_id=made.lot.pk, reference="0012")  # noqa: E731
    declared, paid = race(declaring(made), paying)
    assert isinstance(declared, BuyerDefault) != isinstance(paid, Lot)
    state = LotState.SETTLED if isinstance(paid, Lot) else LotState.DEFAULTED
    assert fresh(made.lot).state == state
    assert faults() == []


def test_without_the_lock_a_default_is_declared_twice_and_the_log_refuses(monkeypatch):
    made = unpaid()
    monkeypatch.setattr(payment, "lock_with_work", together(3))
    results = race(*(declaring(made) for _n in range(3)))
    assert sum(isinstance(r, BuyerDefault) for r in results) == 1
    assert sum(isinstance(r, IntegrityError) for r in results) == 2


# ------------------------------------------------------------------ second chance


def chance():
    made = defaulted()
    made.second = made.people[1]
    made.offer = offer_second_chance(
        actor=made.boss, lot_id=made.lot.pk, paddle_id=made.second.pk
    )  # fmt: skip
    return made


def accepting(made):
    return lambda: accept_second_chance(actor=made.second.user, offer_id=made.offer.pk)


def refusing(made):
    return lambda: refuse_second_chance(actor=made.second.user, offer_id=made.offer.pk)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_accepted_and_refused_at_once_is_one_of_both(_round):
    made = chance()
    accepted, refused = race(accepting(made), refusing(made))
    assert isinstance(accepted, Lot) != isinstance(refused, SecondChance)
    sold_now = isinstance(accepted, Lot)
    assert fresh(made.lot).state == (LotState.SOLD if sold_now else LotState.DEFAULTED)
    made.offer.refresh_from_db()
    assert made.offer.state == (OfferState.ACCEPTED if sold_now else OfferState.REFUSED)
    assert faults() == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_accepted_while_it_lapses_is_one_of_both_and_the_work_goes_one_way(_round):
    made = chance()
    SecondChance.objects.filter(pk=made.offer.pk).update(open_until=db_now())
    accepted, _lapsed, released = race(
        accepting(made),
        lambda: lapse_second_chance(offer_id=made.offer.pk),
        lambda: release_work(actor=made.boss, lot_id=made.lot.pk, reason="没有人接手"),
    )
    assert isinstance(accepted, second_chance.OfferLapsed)
    assert isinstance(released, Lot)
    assert fresh(made.lot).state == LotState.DEFAULTED
    assert not Encumbrance.objects.live().exists()
    made.offer.refresh_from_db()
    assert made.offer.state == OfferState.LAPSED
    assert faults() == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_accepted_while_the_work_is_given_back_is_sold(_round):
    made = chance()
    accepted, released = race(
        accepting(made),
        lambda: release_work(actor=made.boss, lot_id=made.lot.pk, reason="没有人接手"),
    )
    assert isinstance(accepted, Lot)
    assert isinstance(released, WrongState)
    assert Encumbrance.objects.live().count() == 1
    assert faults() == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_second_chances_at_once_are_one(_round):
    made = defaulted()
    results = race(
        *(
            lambda paddle=paddle: offer_second_chance(
                actor=made.boss, lot_id=made.lot.pk, paddle_id=paddle.pk
            )
            for paddle in made.people[1:]
        )
    )
    assert sum(isinstance(r, SecondChance) for r in results) == 1
    assert SecondChance.objects.count() == 1


def test_without_the_lock_it_is_accepted_and_refused_at_once(monkeypatch):
    made = chance()
    read = threading.Barrier(2, timeout=30)
    plain = second_chance._require_open

    def both_have_read(offer):
        now = plain(offer)
        read.wait()
        return now

    def unlocked(lot_id):
        return Lot.objects.select_related("sale").get(pk=lot_id)

    monkeypatch.setattr(second_chance, "lock_with_work", unlocked)
    monkeypatch.setattr(second_chance, "_require_open", both_have_read)
    accepted, refused = race(accepting(made), refusing(made))
    assert isinstance(accepted, Lot)
    assert isinstance(refused, SecondChance)


# ------------------------------------------------------------------ offers after the sale


def offers():
    made = unsold()
    made.offers = [
        make_offer(
            actor=paddle.user, lot_id=made.lot.pk, paddle_id=paddle.pk, amount=amount,
            currency="CNY",
        )
        for paddle, amount in ((made.other, 5200_00), (made.people[0], 5100_00))
    ]  # fmt: skip
    return made


def taking(made, row):
    return lambda: accept_offer(actor=made.boss, offer_id=row.pk)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_acceptances_one_wins(_round):
    made = offers()
    results = race(*(taking(made, row) for row in made.offers))
    assert sum(isinstance(r, Lot) for r in results) == 1
    assert sum(isinstance(r, WrongState) for r in results) == 1
    winner = AfterSaleOffer.objects.get(state=OfferState.ACCEPTED)
    lot = fresh(made.lot)
    assert (lot.winner_id, lot.hammer_minor) == (winner.paddle_id, winner.amount_minor)
    assert Encumbrance.objects.live().get() == lot.encumbrance
    assert LotEvent.objects.filter(lot=lot, kind=LotEventKind.AWARDED).count() == 1
    assert faults() == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_an_acceptance_and_another_lock_at_once_leave_one(_round):
    made = offers()
    registrar = UserFactory(registrar=True)
    accepted, taken = race(
        taking(made, made.offers[0]),
        lambda: encumbrances.take_encumbrance(
            actor=registrar, work_id=made.lot.work_id, kind="dispute"
        ),
    )
    assert isinstance(accepted, Lot) != isinstance(taken, Encumbrance)
    assert isinstance(accepted, Encumbered) or isinstance(taken, Encumbered)
    assert Encumbrance.objects.live().count() == 1


def test_without_the_lock_two_acceptances_run_into_the_constraints(monkeypatch):
    made = offers()
    monkeypatch.setattr(after_sale, "lock_with_work", together(2))
    monkeypatch.setattr(encumbrances, "lock_work", lambda *, pk: Work.objects.get(pk=pk))
    monkeypatch.setattr(encumbrances, "live_encumbrance", lambda _work: None)
    results = race(*(taking(made, row) for row in made.offers))
    assert sum(isinstance(r, Lot) for r in results) == 1
    refused = [r for r in results if isinstance(r, Encumbered)]
    assert [type(r.__cause__) for r in refused] == [IntegrityError]
