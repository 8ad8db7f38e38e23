"""Offers after the sale: who offers, at what, which one wins, and under whose lock."""

from datetime import timedelta

import pytest

from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions import tasks
from auctions.audit import audit_lots
from auctions.enums import LotEventKind, LotState, OfferState, PaddleState
from auctions.models import AfterSaleOffer, LotEvent, Sale
from auctions.services import consignments, paddles
from auctions.services.after_sale import WindowOver, accept_offer, make_offer, refuse_offer
from auctions.services.aftermath import NeedsConsent, Unfit
from auctions.services.closing import close_lot
from auctions.services.payment import declare_default
from catalog.enums import EncumbranceKind
from catalog.models import Encumbrance
from catalog.services.encumbrances import Encumbered, take_encumbrance
from tests.auctions.aftermath import hammered_long_ago, sold, unsold
from tests.auctions.factories import begun, bidder, fresh, house, put_hours, refusal_of
from tests.auctions.pages import amounts_in
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def offer(made, paddle, yuan, **more):
    """An offer in whole yuan."""
    given = {"actor": paddle.user, "amount": yuan * 100, "currency": "CNY"} | more
    return make_offer(lot_id=made.lot.pk, paddle_id=paddle.pk, **given)


def accept(made, row, **more):
    given = {"actor": made.boss} | more
    return accept_offer(offer_id=row.pk, **given)


def over(made) -> None:
    """The days after the sale are over."""
    Sale.objects.filter(pk=made.sale.pk).update(ended_at=db_now() - timedelta(days=14))


def faults():
    return [fault for audit in audit_lots() for fault in audit.faults]


# ------------------------------------------------------------------ offering


def test_any_approved_bidder_of_the_sale_offers_for_a_lot_that_was_not_sold():
    made = unsold()
    row = offer(made, made.other, 5200)
    assert (row.amount_minor, row.state, row.offered_by) == (
        5200_00, OfferState.OPEN, made.other.user,
    )  # fmt: skip
    event = Event.objects.get(action="after_sale.offered")
    kept = f"{event.before}{event.after}{event.data}"
    assert amounts_in(kept.encode(), 5200) == []
    passed = unsold(())
    assert passed.lot.state == LotState.PASSED
    assert offer(passed, passed.other, 5200).state == OfferState.OPEN


def test_the_same_amount_again_is_the_same_offer_and_another_replaces_it():
    made = unsold()
    first = offer(made, made.other, 5200)
    assert offer(made, made.other, 5200) == first
    second = offer(made, made.other, 5300)
    first.refresh_from_db()
    assert (first.state, second.state) == (OfferState.REPLACED, OfferState.OPEN)
    assert Event.objects.filter(action="after_sale.offered").count() == 2


@pytest.mark.parametrize("amount", [0, -1, 99_99, 10**15 + 1])
def test_an_offer_is_at_least_the_smallest_step(amount):
    made = unsold()
    found = refusal_of(lambda: offer(made, made.other, 0, amount=amount), Invalid)
    assert (set(found.fields), found.rule) == ({"amount"}, "auction.after_sale")
    assert offer(made, made.other, 100).amount_minor == 100_00


def test_an_offer_is_in_the_currency_of_the_sale():
    made = unsold()
    found = refusal_of(lambda: offer(made, made.other, 5200, currency="USD"), Invalid)
    assert set(found.fields) == {"currency"}


def test_nobody_offers_with_anothers_paddle_or_one_of_another_sale():
    made, elsewhere = unsold(), unsold()
    for actor, paddle in (
        (made.people[0].user, made.other),
        (elsewhere.other.user, elsewhere.other),
        (made.boss, made.other),
    ):
        with pytest.raises(NotAllowed):
            offer(made, paddle, 5200, actor=actor)


def test_who_is_suspended_or_barred_does_not_offer():
    made = unsold()
    paddles.decide_paddle(
        actor=made.boss, paddle_id=made.other.pk, state=PaddleState.SUSPENDED, note="证件过期"
    )
    MembershipFactory(organisation=made.sale.house, user=made.people[0].user)
    for paddle, code in ((made.other, "not_approved"), (made.people[0], "barred")):
        assert refusal_of(lambda p=paddle: offer(made, p, 5200), Unfit).code == code


def test_a_lot_that_was_sold_takes_no_offer():
    made = sold()
    found = refusal_of(lambda: offer(made, made.people[1], 5200), WrongState)
    assert found.rule == "auction.after_sale"


def test_a_lot_that_is_live_takes_no_offer():
    sale = begun()
    paddle = bidder(sale)
    with pytest.raises(WrongState):
        make_offer(
            actor=paddle.user, lot_id=sale.lots.get().pk, paddle_id=paddle.pk, amount=5200_00,
            currency="CNY",
        )  # fmt: skip


def test_fourteen_days_after_the_sale_it_is_over():
    made = unsold()
    row = offer(made, made.other, 5200)
    over(made)
    for late in (lambda: offer(made, made.people[0], 5200), lambda: accept(made, row)):
        found = refusal_of(late, WindowOver)
        assert (found.code, found.rule) == ("window_over", "auction.after_sale_days")
    tasks.lapse_offers()
    tasks.lapse_offers()
    row.refresh_from_db()
    assert row.state == OfferState.LAPSED
    assert Event.objects.filter(action="after_sale.lapsed").count() == 1


def test_while_other_lots_of_the_sale_are_live_it_is_not_over():
    sale = begun(lots=2)
    paddle = bidder(sale)
    first = sale.lots.first()
    put_hours(sale, -0.001)
    close_lot(lot_id=first.pk)
    made = make_offer(
        actor=paddle.user, lot_id=first.pk, paddle_id=paddle.pk, amount=5200_00, currency="CNY"
    )
    assert made.state == OfferState.OPEN


# ------------------------------------------------------------------ accepting


def test_the_house_accepts_one_and_the_others_are_refused():
    made = unsold()
    one, other = offer(made, made.other, 5200), offer(made, made.people[0], 5100)
    old = made.lot.encumbrance
    lot = accept(made, one)
    assert (lot.state, lot.winner, lot.hammer_minor) == (LotState.SOLD, made.other, 5200_00)
    assert lot.encumbrance != old
    assert Encumbrance.objects.live().get() == lot.encumbrance
    assert lot.encumbrance.kind == EncumbranceKind.SALE
    last = LotEvent.objects.filter(lot=lot).order_by("-sequence").first()
    assert (last.kind, last.data) == (
        LotEventKind.AWARDED,
        {"by": "after_sale", "paddle": made.other.pk, "hammer": 5200_00},
    )
    states = dict(AfterSaleOffer.objects.values_list("pk", "state"))
    assert states == {one.pk: OfferState.ACCEPTED, other.pk: OfferState.REFUSED}
    assert faults() == []
    assert accept(made, one).sequence == lot.sequence
    with pytest.raises(WrongState):
        accept(made, other)
    assert Event.objects.filter(action="lot.awarded").count() == 1


def test_under_the_reserve_the_consignor_must_have_agreed_and_the_reserve_is_not_told():
    made = unsold(reserve=5000)
    row = offer(made, made.other, 4900)
    found = refusal_of(lambda: accept(made, row), NeedsConsent)
    assert (found.code, found.rule) == ("needs_consignor", "auction.reserve_effect")
    assert "5,000" not in f"{found}{found.hint}"
    assert accept(made, row, consignor_agrees=True).hammer_minor == 4900_00
    row.refresh_from_db()
    assert row.is_below_reserve
    event = Event.objects.get(action="lot.awarded")
    assert event.data["with_consent"] is True
    kept = f"{event.before}{event.after}{event.data}"
    assert amounts_in(kept.encode(), 5000) == []


def test_without_a_reserve_the_opening_price_is_what_the_consignor_agreed_to():
    made = unsold((), reserve=None)
    with pytest.raises(NeedsConsent):
        accept(made, offer(made, made.other, 900))
    assert accept(made, offer(made, made.other, 1000)).state == LotState.SOLD


def test_a_work_that_was_pledged_meanwhile_is_not_sold_and_the_refusal_says_why():
    made = unsold()
    row = offer(made, made.other, 5200)
    take_encumbrance(
        actor=UserFactory(registrar=True), work_id=made.lot.work_id, kind=EncumbranceKind.DISPUTE
    )
    found = refusal_of(lambda: accept(made, row), Encumbered)
    assert (found.code, found.rule) == ("encumbered", "catalog.encumbrance_exclusive")
    assert str(EncumbranceKind.DISPUTE.label) in str(found)
    row.refresh_from_db()
    assert (row.state, fresh(made.lot).state) == (OfferState.OPEN, LotState.BELOW_RESERVE)


def test_once_the_contract_of_consignment_has_ended_nothing_is_sold():
    made = unsold()
    row = offer(made, made.other, 5200)
    consignments.end_consignment(
        actor=made.boss, consignment_id=made.lot.consignment_id, reason="到期"
    )
    with pytest.raises(WrongState):
        accept(made, row)
    with pytest.raises(WrongState):
        offer(made, made.people[0], 5200)


def test_who_was_suspended_after_his_offer_does_not_buy():
    made = unsold()
    row = offer(made, made.other, 5200)
    paddles.decide_paddle(
        actor=made.boss, paddle_id=made.other.pk, state=PaddleState.SUSPENDED, note="证件过期"
    )
    assert refusal_of(lambda: accept(made, row), Unfit).code == "not_approved"


def test_only_the_house_answers():
    made = unsold()
    row = offer(made, made.other, 5200)
    for actor in (
        made.other.user,
        made.lot.consignor.user,
        house().boss,
        UserFactory(operator=True),
    ):
        for answer in (accept_offer, refuse_offer):
            with pytest.raises(NotAllowed):
                answer(actor=actor, offer_id=row.pk)
    with pytest.raises(WrongState):
        accept_offer(actor=made.boss, offer_id=0)


def test_a_refusal_is_said_once_and_stays():
    made = unsold()
    row = offer(made, made.other, 5200)
    for _time in range(2):
        assert refuse_offer(actor=made.boss, offer_id=row.pk).state == OfferState.REFUSED
    assert Event.objects.filter(action="after_sale.refused").count() == 1
    with pytest.raises(WrongState):
        accept(made, row)
    assert fresh(made.lot).state == LotState.BELOW_RESERVE


def test_whoever_bought_after_the_sale_pays_like_any_buyer():
    made = unsold()
    accept(made, offer(made, made.other, 5200))
    hammered_long_ago(made.lot)
    row = declare_default(actor=made.boss, lot_id=made.lot.pk, reason="逾期未付")
    assert (row.paddle, row.hammer_minor) == (made.other, 5200_00)
    assert faults() == []


def test_a_sale_beside_the_log_is_found_by_the_audit():
    made = unsold()
    row = offer(made, made.other, 5200)
    AfterSaleOffer.objects.filter(pk=row.pk).update(state="accepted", answered_at=db_now())
    assert any(fault.startswith("awards") for fault in faults())
