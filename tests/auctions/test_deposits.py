"""Deposits: what is due, received, released, returned; what a rule of approval makes of them."""

from datetime import datetime, time, timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artmarket.core import calendars
from artmarket.core.clock import SHANGHAI
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions import tasks
from auctions.enums import BidResult, PaddleState, SaleState
from auctions.models import Deposit, DepositMovement, Lot, Paddle, RuleSet, Sale
from auctions.services import deposits, paddles
from auctions.services.admission import DepositDue
from auctions.services.closing import close_lot, end_sale
from auctions.services.deposits import ReferenceUsed
from auctions.services.payment import declare_default
from tests.auctions.aftermath import hammered_long_ago
from tests.auctions.factories import announced, begun, bid, house, put_hours
from tests.auctions.registrations import deposit_of, fixed, pay, register, rule, somebody
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
_slips = count(1)


def decide(sale, paddle, state="approved", **more):
    return paddles.decide_paddle(actor=sale.house.boss, paddle_id=paddle.pk, state=state, **more)


def finished(sale):
    """All lots under the hammer, the sale over."""
    put_hours(sale, -1)
    for lot in sale.lots.all():
        close_lot(lot_id=lot.pk)
    end_sale(sale_id=sale.pk)
    sale.refresh_from_db()


def give_back(sale, deposit, amount, *, reference="B1", actor=None):
    return deposits.return_deposit(
        actor=actor or sale.house.boss, deposit_id=deposit.pk, amount_minor=amount * 100,
        reference=reference,
    )  # fmt: skip


def sums(deposit):
    deposit.refresh_from_db()
    return deposit.received_minor, deposit.released_minor, deposit.returned_minor


# ------------------------------------------------------------------ what is due


def test_a_sale_without_a_deposit_asks_for_nothing_and_bids_pass():
    sale = begun()
    paddle = decide(sale, register(sale))
    assert not Deposit.objects.exists()
    assert bid(sale.lots.get(), paddle, 3000).result == BidResult.ACCEPTED


def test_a_rule_that_comes_to_zero_does_not_stand_in_the_way():
    sale = begun(deposit=rule("deposit", basis="fixed", amount="0"))
    paddle = decide(sale, register(sale))
    assert not Deposit.objects.exists()
    assert bid(sale.lots.get(), paddle, 3000).result == BidResult.ACCEPTED


def test_an_older_sale_without_a_rule_asks_for_nothing():
    sale = announced()
    Sale.objects.filter(pk=sale.pk).update(deposit=None, approval=None)
    assert decide(sale, register(sale)).state == PaddleState.APPROVED
    assert not Deposit.objects.exists()


def test_a_share_of_the_lowest_opening_price_still_in_the_sale():
    sale = announced(lots=2, deposit="judicial-2016-most")
    first, second = sale.lots.order_by("number")
    Lot.objects.filter(pk=first.pk).update(opening_minor=500_00)
    assert deposit_of(register(sale)).due_minor == 100_00
    Lot.objects.filter(pk=first.pk).update(state="withdrawn")
    assert deposit_of(register(sale)).due_minor == second.opening_minor // 5


def test_whoever_never_won_of_this_house_pays_more():
    of_house = house()
    sale = begun(of_house=of_house)
    winner, other = decide(sale, register(sale)), decide(sale, register(sale))
    bid(sale.lots.get(), winner, 3000)
    finished(sale)
    rates = fixed(1000, newcomer={"fold": "2"})
    next_sale = announced(of_house=of_house, deposit=rates)
    assert deposit_of(register(next_sale, winner.user)).due_minor == 1000_00
    assert deposit_of(register(next_sale, other.user)).due_minor == 2000_00
    elsewhere = announced(deposit=rates)
    assert deposit_of(register(elsewhere, winner.user)).due_minor == 2000_00


def test_a_share_of_the_bid_limit_needs_the_limit():
    sale = announced(deposit="limit-10")
    with pytest.raises(Invalid) as refusal:
        register(sale)
    assert (set(refusal.value.fields), refusal.value.rule) == ({"limit"}, "auction.deposit")
    assert not Paddle.objects.exists()
    paddle = register(sale, limit_minor=50_000_00)
    assert (deposit_of(paddle).due_minor, paddle.bid_limit_minor) == (5_000_00, 50_000_00)


def test_a_higher_limit_than_the_deposit_covers_is_asked_for_paid_and_then_given():
    sale = announced(deposit="limit-10")
    paddle = register(sale, limit_minor=50_000_00)
    pay(sale, paddle)
    with pytest.raises(Invalid) as refusal:
        decide(sale, paddle)
    assert set(refusal.value.fields) == {"bid_limit"}
    with pytest.raises(DepositDue):
        decide(sale, paddle, bid_limit_minor=50_001_00)
    decide(sale, paddle, bid_limit_minor=50_000_00)
    paddles.wish_limit(actor=paddle.user, paddle_id=paddle.pk, limit_minor=80_000_00)
    assert deposit_of(paddle).missing_minor == 3_000_00
    paddle.refresh_from_db()
    assert paddle.bid_limit_minor == 50_000_00
    pay(sale, paddle)
    assert decide(sale, paddle, bid_limit_minor=80_000_00).bid_limit_minor == 80_000_00


def test_only_the_bidder_asks_for_another_limit_and_only_where_it_matters():
    sale = announced(deposit="limit-10")
    paddle = register(sale, limit_minor=50_000_00)
    with pytest.raises(NotAllowed):
        paddles.wish_limit(actor=sale.house.boss, paddle_id=paddle.pk, limit_minor=1)
    with pytest.raises(Invalid):
        paddles.wish_limit(actor=paddle.user, paddle_id=paddle.pk, limit_minor=0)
    other = register(announced(deposit=fixed()))
    with pytest.raises(WrongState):
        paddles.wish_limit(actor=other.user, paddle_id=other.pk, limit_minor=1)


def test_published_rules_are_there_with_source_and_sureness():
    found = dict(RuleSet.objects.filter(kind="deposit").values_list("name", "sureness"))
    assert found["judicial-2016-least"] == "A"
    assert found["guardian-hk"] == "B"
    assert found["christies-hk-high"] == "C"
    assert all(RuleSet.objects.filter(kind="deposit").values_list("source", flat=True))


# ------------------------------------------------------------------ received


def test_nobody_is_let_in_before_the_deposit_is_confirmed():
    sale = announced(deposit=fixed(1000))
    paddle = register(sale)
    with pytest.raises(DepositDue) as refusal:
        decide(sale, paddle)
    assert (refusal.value.code, refusal.value.rule) == ("deposit_due", "auction.deposit")
    deposit = pay(sale, paddle)
    assert sums(deposit) == (1000_00, 0, 0)
    assert decide(sale, paddle).state == PaddleState.APPROVED
    move = deposit.movements.get()
    assert (move.kind, move.amount_minor, move.by) == ("received", 1000_00, sale.house.boss)
    event = Event.objects.get(action="deposit.received")
    assert (event.before, event.after) == ({"received_minor": 0}, {"received_minor": 1000_00})


def test_a_short_amount_is_a_part_and_the_rest_stays_due():
    sale = announced(deposit=fixed(1000))
    paddle = register(sale)
    deposit = pay(sale, paddle, 400)
    assert deposit.missing_minor == 600_00
    with pytest.raises(DepositDue) as refusal:
        decide(sale, paddle)
    assert "¥400" in str(refusal.value)
    assert pay(sale, paddle).missing_minor == 0
    assert decide(sale, paddle).state == PaddleState.APPROVED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_minor": 1000_01}, "amount"),
        ({"amount_minor": 0}, "amount"),
        ({"amount_minor": -1}, "amount"),
        ({"currency": "HKD"}, "currency"),
        ({"reference": " "}, "reference"),
        ({"reference": "9" * 81}, "reference"),
    ],
)
def test_amount_currency_and_receipt_must_match(changes, field):
    sale = announced(deposit=fixed(1000))
    deposit = deposit_of(register(sale))
    values = {"amount_minor": 1000_00, "currency": "CNY", "reference": "R1"} | changes
    with pytest.raises(Invalid) as refusal:
        deposits.confirm_deposit(actor=sale.house.boss, deposit_id=deposit.pk, **values)
    assert (set(refusal.value.fields), refusal.value.rule) == ({field}, "auction.deposit")
    assert sums(deposit) == (0, 0, 0)
    assert not DepositMovement.objects.exists()


def test_a_receipt_counts_once_for_a_house():
    of_house = house()
    sale, other = announced(of_house=of_house, deposit=fixed()), announced(deposit=fixed())
    pay(sale, register(sale), reference="R 7")
    second = register(sale)
    with pytest.raises(ReferenceUsed) as refusal:
        pay(sale, second, reference=" R  7 ")
    assert refusal.value.code == "reference_used"
    assert sums(deposit_of(second)) == (0, 0, 0)
    assert pay(other, register(other), reference="R 7").received_minor == 1000_00


def test_the_house_or_an_operator_handles_deposits_and_nobody_his_own():
    sale = announced(deposit=fixed())
    paddle = register(sale)
    deposit = deposit_of(paddle)
    MembershipFactory(organisation=sale.house, user=paddle.user, admin=True)
    values = {"amount_minor": 1000_00, "currency": "CNY", "reference": "R1"}
    for actor in (paddle.user, UserFactory(registrar=True), house().boss, UserFactory()):
        with pytest.raises(NotAllowed):
            deposits.confirm_deposit(actor=actor, deposit_id=deposit.pk, **values)
    deposits.confirm_deposit(actor=UserFactory(operator=True), deposit_id=deposit.pk, **values)
    assert sums(deposit) == (1000_00, 0, 0)


def test_nothing_is_taken_once_the_sale_is_over_or_the_bidder_refused():
    sale = announced(deposit=fixed())
    refused, late = register(sale), register(sale)
    decide(sale, refused, "refused", note="资料不全")
    with pytest.raises(WrongState):
        pay(sale, refused)
    Sale.objects.filter(pk=sale.pk).update(state=SaleState.ENDED)
    with pytest.raises(WrongState):
        pay(sale, late)
    with pytest.raises(WrongState):
        deposits.confirm_deposit(
            actor=sale.house.boss, deposit_id=0, amount_minor=1, currency="CNY", reference="R1"
        )


# ------------------------------------------------------------------ approved by a rule


def test_a_rule_approves_at_once_where_nothing_is_due():
    sale = begun(approval="automatic")
    paddle = register(sale, limit_minor=9_000_00)
    assert (paddle.state, paddle.bid_limit_minor) == (PaddleState.APPROVED, 9_000_00)
    assert (paddle.decided_by, paddle.decided_rule) == (None, sale.approval)
    event = Event.objects.get(action="paddle.decided")
    assert (event.actor, event.data["rule"]) == (None, "automatic v1")
    assert bid(sale.lots.get(), paddle, 3000).result == BidResult.ACCEPTED


def test_a_rule_approves_with_the_last_part_of_the_deposit():
    sale = announced(deposit=fixed(1000), approval="automatic-10")
    paddle = register(sale)
    pay(sale, paddle, 999)
    paddle.refresh_from_db()
    assert paddle.state == PaddleState.PENDING
    pay(sale, paddle, 1)
    paddle.refresh_from_db()
    assert (paddle.state, paddle.bid_limit_minor) == (PaddleState.APPROVED, 10_000_00)


def test_a_rule_leaves_to_a_person_what_it_does_not_cover():
    sale = announced(deposit=fixed(1000), approval="automatic-10")
    greedy = register(sale, limit_minor=10_000_01)
    pay(sale, greedy)
    suspended = somebody()
    elsewhere = announced()
    decide(elsewhere, register(elsewhere, suspended))
    decide(elsewhere, Paddle.objects.get(user=suspended), "suspended", note="欠款")
    struck = register(sale, suspended)
    pay(sale, struck)
    by_hand = announced()
    plain = register(by_hand)
    for paddle in (greedy, struck, plain):
        paddle.refresh_from_db()
        assert (paddle.state, paddle.decided_rule) == (PaddleState.PENDING, None)
    assert decide(sale, greedy).decided_by == sale.house.boss


def test_a_person_who_decides_afterwards_takes_the_place_of_the_rule():
    sale = announced(approval="automatic")
    paddle = decide(sale, register(sale), "suspended", note="证件过期")
    assert (paddle.decided_rule, paddle.decided_by) == (None, sale.house.boss)


# ------------------------------------------------------------------ high-value lots


@pytest.fixture
def apart():
    """A sale with two lots, the second of high value; one bidder who asked for it."""
    sale = begun(
        lots=2, deposit=rule("deposit", basis="none", high_value={"floor": "9000", "amount": "500"})
    )
    Lot.objects.filter(sale=sale, number=2).update(is_high_value=True)
    paddle = register(sale, wants_high_value=True)
    return sale, decide(sale, paddle)


def test_the_announcement_marks_the_lots_of_high_value():
    floor = {"floor": "2000", "amount": "500"}
    assert (
        announced(deposit=rule("deposit", basis="none", high_value=floor)).lots.get().is_high_value
    )
    floor = {"floor": "2000.01", "amount": "500"}
    sale = announced(deposit=rule("deposit", basis="none", high_value=floor))
    assert not sale.lots.get().is_high_value


def test_a_lot_of_high_value_takes_a_deposit_and_an_approval_of_its_own(apart):
    sale, paddle = apart
    plain, high = sale.lots.order_by("number")
    assert bid(plain, paddle, 3000).result == BidResult.ACCEPTED
    answer = bid(high, paddle, 3000)
    assert (answer.result, answer.bar) == (BidResult.BARRED, "high_value")
    approve = {"actor": sale.house.boss, "paddle_id": paddle.pk, "state": "approved"}
    with pytest.raises(DepositDue):
        paddles.decide_high_value(**approve)
    pay(sale, paddle, kind="high_value")
    assert bid(high, paddle, 3000).bar == "high_value"
    paddles.decide_high_value(**approve)
    assert bid(high, paddle, 3000).result == BidResult.ACCEPTED
    paddles.decide_high_value(**approve | {"state": "refused"})
    assert bid(high, paddle, 4000).bar == "high_value"


def test_high_value_is_decided_by_the_house_for_whoever_asked_and_is_in(apart):
    sale, paddle = apart
    approve = {"paddle_id": paddle.pk, "state": "approved"}
    for actor in (paddle.user, house().boss, UserFactory(registrar=True)):
        with pytest.raises(NotAllowed):
            paddles.decide_high_value(actor=actor, **approve)
    pay(sale, paddle, kind="high_value")
    decide(sale, paddle, "suspended", note="证件过期")
    with pytest.raises(WrongState):
        paddles.decide_high_value(actor=sale.house.boss, **approve)
    other = decide(sale, register(sale))
    with pytest.raises(WrongState):
        paddles.decide_high_value(actor=sale.house.boss, paddle_id=other.pk, state="approved")


# ------------------------------------------------------------------ released and returned


def test_whoever_bought_nothing_gets_his_deposit_back_and_the_buyer_does_not_yet():
    sale = begun(deposit=fixed(1000), approval="automatic")
    winner, loser, banned = (register(sale) for _n in range(3))
    for paddle in (winner, loser, banned):
        pay(sale, paddle)
    bid(sale.lots.get(), loser, 2000)
    bid(sale.lots.get(), winner, 5000)
    decide(sale, banned, "suspended", note="扰乱秩序")
    assert tasks.release_deposits() == "released 0, failed 0"
    finished(sale)
    assert tasks.release_deposits() == "released 2, failed 0"
    assert tasks.release_deposits() == "released 0, failed 0"
    assert sums(deposit_of(winner)) == (1000_00, 0, 0)
    assert sums(deposit_of(loser)) == sums(deposit_of(banned)) == (1000_00, 1000_00, 0)


def test_a_buyers_deposit_is_given_free_by_hand_with_a_reason():
    sale = begun(deposit=fixed(1000), approval="automatic")
    winner = register(sale)
    deposit = pay(sale, winner)
    release = {"actor": sale.house.boss, "deposit_id": deposit.pk}
    with pytest.raises(WrongState):
        deposits.release_deposit(**release, note="已付清")
    bid(sale.lots.get(), winner, 5000)
    finished(sale)
    with pytest.raises(Invalid):
        deposits.release_deposit(**release, note=" ")
    deposits.release_deposit(**release, note="已付清")
    assert sums(deposit) == (1000_00, 1000_00, 0)
    with pytest.raises(WrongState):
        deposits.release_deposit(**release, note="已付清")


def test_a_defaulter_gets_nothing_back_by_itself():
    sale = begun(deposit=fixed(1000), approval="automatic")
    winner, boss = register(sale), sale.house.boss
    deposit = pay(sale, winner)
    bid(sale.lots.get(), winner, 5000)
    finished(sale)
    hammered_long_ago(sale.lots.get())
    declare_default(actor=boss, lot_id=sale.lots.get().pk, reason="逾期未付")
    assert tasks.release_deposits() == "released 0, failed 0"
    assert not deposits.release_ended(deposit_id=deposit.pk)
    assert sums(deposit) == (1000_00, 0, 0)
    deposits.release_deposit(actor=boss, deposit_id=deposit.pk, note="已结清差额")
    assert sums(deposit) == (1000_00, 1000_00, 0)


def test_a_refused_registration_and_a_cancelled_sale_give_it_back():
    sale, off = announced(deposit=fixed(1000)), announced(deposit=fixed(1000))
    refused, waiting = register(sale), register(off)
    pay(sale, refused, 300)
    pay(off, waiting)
    decide(sale, refused, "refused", note="资料不全")
    Sale.objects.filter(pk=off.pk).update(state=SaleState.CANCELLED)
    assert tasks.release_deposits() == "released 2, failed 0"
    assert sums(deposit_of(refused)) == (300_00, 300_00, 0)
    assert sums(deposit_of(waiting)) == (1000_00, 1000_00, 0)


def test_the_term_of_return_is_the_sales_own_or_the_platforms():
    moment = datetime(2026, 9, 30, 15, tzinfo=SHANGHAI)
    hours = announced(deposit="judicial-2016-least")
    assert deposits.return_by(hours, moment) == moment + timedelta(hours=24)
    plain = announced(deposit=fixed())
    last = calendars.add_days(calendars.china(), moment.date(), 3, "working")
    end = datetime.combine(last + timedelta(days=1), time(), tzinfo=SHANGHAI)
    assert deposits.return_by(plain, moment) == end


def test_what_goes_back_is_recorded_and_never_more_than_is_due():
    sale = announced(deposit=fixed(1000))
    paddle = register(sale)
    deposit = pay(sale, paddle)
    with pytest.raises(WrongState):
        give_back(sale, deposit, 1000)
    decide(sale, paddle, "refused", note="资料不全")
    tasks.release_deposits()
    for actor in (paddle.user, house().boss):
        with pytest.raises(NotAllowed):
            give_back(sale, deposit, 1000, actor=actor)
    give_back(sale, deposit, 400, reference="B1")
    with pytest.raises(ReferenceUsed):
        give_back(sale, deposit, 600, reference="B1")
    with pytest.raises(Invalid) as refusal:
        give_back(sale, deposit, 601, reference="B2")
    assert (set(refusal.value.fields), refusal.value.rule) == ({"amount"}, "auction.deposit_return")
    give_back(sale, deposit, 600, reference="B2")
    assert sums(deposit) == (1000_00, 1000_00, 1000_00)
    with pytest.raises(WrongState):
        give_back(sale, deposit, 1, reference="B3")


def test_movements_are_append_only_and_the_database_holds_the_sums():
    sale = announced(deposit=fixed(1000))
    deposit = pay(sale, register(sale))
    for change in (lambda m: m.update(amount_minor=1), lambda m: m.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(DepositMovement.objects.filter(deposit=deposit))
    for column in ("released_minor", "returned_minor"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deposit.objects.filter(pk=deposit.pk).update(**{column: 1000_01})


STEPS = st.lists(
    st.tuples(st.sampled_from(["confirm", "return", "release", "refuse", "reopen"]), st.integers(1, 1200)),
    max_size=12,
)  # fmt: skip


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_however_the_desk_is_used_no_more_goes_back_than_came(desk, steps):
    paddle = register(desk)
    deposit = deposit_of(paddle)
    for step, amount in steps:
        try:
            take(desk, paddle, deposit, step, amount)
        except DomainError:
            continue
        received, released, returned = sums(deposit)
        assert 0 <= returned <= released <= received
        assert received - released <= deposit.due_minor
        moved = dict.fromkeys(("received", "released", "returned"), 0)
        for move in deposit.movements.all():
            moved[move.kind] += move.amount_minor
        assert tuple(moved.values()) == (received, released, returned)


@pytest.fixture
def desk():
    return announced(deposit=fixed(1000))


def take(sale, paddle, deposit, step, amount):
    """One step at the desk, as chance has it."""
    if step == "confirm":
        pay(sale, paddle, amount)
    elif step == "return":
        give_back(sale, deposit, amount, reference=f"B{next(_slips)}")
    elif step == "release":
        tasks.release_deposits()
    else:
        decide(sale, paddle, "refused" if step == "refuse" else "pending", note="资料不全")
