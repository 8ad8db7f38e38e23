"""Deposits and powers of attorney at the same moment: nothing counts twice, nothing after the end.

Each with its control: without the lock of the paddle it goes wrong.
"""

import threading
from itertools import count

import pytest
from django.db import connection

from artmarket.core.errors import DomainError
from auctions import tasks
from auctions.enums import BidResult, MovementKind, PaddleState
from auctions.models import Deposit, DepositMovement, Paddle
from auctions.services import bidding, deposit_money, deposits, paddles, powers
from auctions.services.bidding import Answer, decide_bids
from tests.auctions.factories import announced, begun, request
from tests.auctions.registrations import deposit_of, empowered, fixed, pay, register
from tests.concurrency.racing import race
from tests.concurrency.test_offer_race import _vocabulary  # noqa: F401

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 3
_slips = count(1)


def deposited():
    """A sale with a deposit of 1,000, and one who registered."""
    sale = announced(deposit=fixed(1000))
    return sale, register(sale)


def confirming(sale, deposit, amount=1000, *, reference=""):
    return lambda: deposits.confirm_deposit(
        actor=sale.house.boss, deposit_id=deposit.pk, amount_minor=amount * 100, currency="CNY",
        reference=reference or f"A{next(_slips)}",
    )  # fmt: skip


def returning(sale, deposit, amount=1000):
    return lambda: deposits.return_deposit(
        actor=sale.house.boss, deposit_id=deposit.pk, amount_minor=amount * 100,
        reference=f"B{next(_slips)}",
    )  # fmt: skip


def released(sale, paddle):
    """The deposit received, given free by a refusal, and the registration open again."""
    deposit = pay(sale, paddle)
    decide = {"actor": sale.house.boss, "paddle_id": paddle.pk}
    paddles.decide_paddle(**decide, state="refused", note="资料不全")
    tasks.release_deposits()
    paddles.decide_paddle(**decide, state="pending")
    return deposit


def assert_whole(deposit):
    """The sums are those of the movements."""
    deposit.refresh_from_db()
    moved = dict.fromkeys(MovementKind.values, 0)
    for row in DepositMovement.objects.filter(deposit=deposit):
        moved[row.kind] += row.amount_minor
    sums = (deposit.received_minor, deposit.released_minor, deposit.returned_minor)
    assert tuple(moved[kind] for kind in ("received", "released", "returned")) == sums


def unlocked(monkeypatch, module, runners):
    """The getter without its lock: every caller has read before the first goes on."""
    everybody = threading.Barrier(runners, timeout=30)

    def read(*, pks):
        return list(Paddle.objects.filter(pk__in=pks))

    original = Deposit.objects.get

    def get(**given):
        row = original(**given)
        everybody.wait()
        return row

    monkeypatch.setattr(module, "lock_paddles", read)
    monkeypatch.setattr(Deposit.objects, "get", get)


@pytest.mark.parametrize("_round", range(ROUNDS))
@pytest.mark.parametrize("reference", ["R1", ""])
def test_a_deposit_confirmed_twice_at_once_is_received_once(reference, _round):
    sale, paddle = deposited()
    deposit = deposit_of(paddle)
    results = race(*(confirming(sale, deposit, reference=reference) for _n in range(4)))
    assert sum(isinstance(r, Deposit) for r in results) == 1
    assert sum(isinstance(r, DomainError) for r in results) == 3
    assert_whole(deposit)
    assert deposit.received_minor == 1000_00


def test_without_the_lock_it_is_received_twice_and_the_sum_is_wrong(monkeypatch):
    sale, paddle = deposited()
    deposit = deposit_of(paddle)
    with monkeypatch.context() as patch:
        unlocked(patch, deposit_money, 2)
        results = race(*(confirming(sale, deposit) for _n in range(2)))
    assert [type(r) for r in results] == [Deposit, Deposit]
    assert DepositMovement.objects.filter(deposit=deposit).count() == 2
    deposit.refresh_from_db()
    assert deposit.received_minor == 1000_00


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_one_receipt_for_two_bidders_at_once_counts_once(_round):
    sale, paddle = deposited()
    rows = [deposit_of(paddle), deposit_of(register(sale))]
    results = race(*(confirming(sale, row, reference="R1") for row in rows))
    assert sum(isinstance(r, Deposit) for r in results) == 1
    assert [r.code for r in results if isinstance(r, DomainError)] == ["reference_used"]
    for row in rows:
        assert_whole(row)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_returned_and_confirmed_at_once_the_sums_hold(_round):
    sale, paddle = deposited()
    deposit = released(sale, paddle)
    race(
        returning(sale, deposit), confirming(sale, deposit), returning(sale, deposit),
        confirming(sale, deposit),
    )  # fmt: skip
    assert_whole(deposit)
    assert (deposit.received_minor, deposit.released_minor, deposit.returned_minor) == (
        2000_00, 1000_00, 1000_00,
    )  # fmt: skip


def test_even_without_the_lock_the_books_let_it_go_back_once(monkeypatch):
    sale, paddle = deposited()
    deposit = released(sale, paddle)
    with monkeypatch.context() as patch:
        unlocked(patch, deposit_money, 2)
        results = race(*(returning(sale, deposit) for _n in range(2)))
    done, refused = sorted(getattr(row, "code", "") for row in results)
    assert (done, refused in ("more_than_received", "wrong_state")) == ("", True)
    back = DepositMovement.objects.filter(deposit=deposit, kind=MovementKind.RETURNED)
    assert back.count() == 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_the_duty_and_the_desk_at_once_release_what_is_held_once(_round):
    sale, paddle = deposited()
    deposit = pay(sale, paddle, 400)
    refusing = {
        "actor": sale.house.boss, "paddle_id": paddle.pk, "state": "refused", "note": "资料不全",
    }  # fmt: skip
    race(
        lambda: paddles.decide_paddle(**refusing), confirming(sale, deposit, 600),
        tasks.release_deposits, tasks.release_deposits,
    )  # fmt: skip
    tasks.release_deposits()
    assert_whole(deposit)
    assert deposit.released_minor == deposit.received_minor
    assert deposit.received_minor in (400_00, 1000_00)


# ------------------------------------------------------------------ a revocation against a bid


def bidding_by(paddle, lot):
    offer = request(paddle, 3000)
    return lambda: decide_bids(lot_id=lot.pk, requests=[offer])[0]


def revoking(power):
    return lambda: powers.revoke_power(
        actor=power.confirmed_by, power_id=power.pk, reason="改为亲自出席"
    )


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_bid_at_the_moment_of_a_revocation_came_before_it_or_is_refused(_round):
    sale = begun()
    paddle, power = empowered(sale)
    lot = sale.lots.get()
    answer, revoked = race(bidding_by(paddle, lot), revoking(power))
    assert isinstance(answer, Answer)
    if answer.is_accepted:
        assert answer.received_at < revoked.ended_at
    else:
        assert (answer.result, answer.bar) == (BidResult.BARRED, "power")
    assert bidding_by(paddle, lot)().bar == "power"
    paddle.refresh_from_db()
    assert paddle.state == PaddleState.SUSPENDED


def decided_while_revoked(monkeypatch, paddle, power, lot):
    """A bid that has read its bidder; whether a revocation can end before the bid does."""
    read, done = bidding.bidders_of, []

    def revoke():
        try:
            revoking(power)()
        finally:
            connection.close()

    other = threading.Thread(target=revoke)

    def read_and_let_revoke(*given, **more):
        rows = read(*given, **more)
        other.start()
        other.join(timeout=1.5)
        done.append(not other.is_alive())
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(bidding, "bidders_of", read_and_let_revoke)
        answer = bidding_by(paddle, lot)()
    other.join(timeout=30)
    return answer, done[0]


def test_a_revocation_waits_for_a_bid_that_is_being_decided(monkeypatch):
    sale = begun()
    paddle, power = empowered(sale)
    answer, was_first = decided_while_revoked(monkeypatch, paddle, power, sale.lots.get())
    assert (answer.is_accepted, was_first) == (True, False)
    power.refresh_from_db()
    assert answer.received_at < power.ended_at


def test_without_the_lock_a_bid_counts_after_the_revocation(monkeypatch):
    sale = begun()
    paddle, power = empowered(sale)
    monkeypatch.setattr(bidding, "lock_paddles", lambda *, pks: None)
    answer, was_first = decided_while_revoked(monkeypatch, paddle, power, sale.lots.get())
    assert (answer.is_accepted, was_first) == (True, True)
