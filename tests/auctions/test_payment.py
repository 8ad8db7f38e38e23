"""Paid, or not: when a default may be declared, what it leaves, what is owed, who counts it."""

from datetime import date, datetime

import pytest
from django.db import DatabaseError, transaction

from artmarket.core.clock import SHANGHAI
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from auctions import keeping
from auctions.audit import audit_lots
from auctions.enums import LotEventKind, LotState, PaddleState
from auctions.models import BuyerDefault, Lot, LotEvent
from auctions.selectors import aftermath as selectors
from auctions.selectors.lots import Stage, stage_of
from auctions.selectors.sales import results_of
from auctions.services import consignments
from auctions.services.payment import (
    NotDueYet,
    confirm_payment,
    declare_default,
    due_on,
    release_work,
)
from auctions.services.second_chance import accept_second_chance, offer_second_chance
from tests.auctions.aftermath import LONG_AGO, defaulted, hammered_long_ago, sold, unsold
from tests.auctions.factories import announced, bidder, fresh, house, refusal_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def kinds(lot):
    return list(lot.events.order_by("sequence").values_list("kind", flat=True))


def faults():
    return [fault for audit in audit_lots() for fault in audit.faults]


def pay(made, **more):
    given = {"actor": made.boss, "reference": "收据0012"} | more
    return confirm_payment(lot_id=made.lot.pk, **given)


def default(made, **more):
    given = {"actor": made.boss, "reason": "逾期未付"} | more
    return declare_default(lot_id=made.lot.pk, **given)


# ------------------------------------------------------------------ paid


def test_a_lot_that_is_paid_ends_settled_and_says_so_once():
    made = sold()
    pay(made)
    again = pay(made)
    assert (again.state, again.winner, again.hammer_minor) == (
        LotState.SETTLED, made.people[0], made.lot.hammer_minor,
    )  # fmt: skip
    assert kinds(again)[-2:] == [LotEventKind.CLOSED, LotEventKind.SETTLED]
    event = Event.objects.get(action="lot.settled")
    assert (event.before, event.after["state"]) == ({"state": "sold"}, "settled")
    assert event.data["reference"] == "收据0012"
    assert again.encumbrance.released_at is None
    assert faults() == []


def test_whether_a_buyer_paid_is_not_told_to_the_public():
    made = sold()
    pay(made)
    assert stage_of(fresh(made.lot), LONG_AGO) == Stage.SOLD
    assert results_of(made.sale).sold == 1


def test_who_may_say_that_it_is_paid_and_how():
    made = sold()
    for actor in (made.people[0].user, house().boss, UserFactory(registrar=True)):
        with pytest.raises(NotAllowed):
            pay(made, actor=actor)
    assert set(refusal_of(lambda: pay(made, reference=" ")).fields) == {"reference"}
    assert pay(made, actor=UserFactory(operator=True)).state == LotState.SETTLED
    other = unsold()
    with pytest.raises(WrongState):
        pay(other)


def test_once_paid_there_is_no_default():
    made = sold()
    hammered_long_ago(made.lot)
    pay(made)
    with pytest.raises(WrongState) as refusal:
        default(made)
    assert refusal.value.rule == "auction.default_claim"
    assert not BuyerDefault.objects.exists()


# ------------------------------------------------------------------ the due date


@pytest.mark.parametrize(
    ("hammer", "day", "rolled"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=SHANGHAI), date(2026, 3, 9), date(2026, 3, 9)),
        (datetime(2026, 3, 2, 23, 59, tzinfo=SHANGHAI), date(2026, 3, 9), date(2026, 3, 9)),
        (datetime(2026, 3, 3, 0, 1, tzinfo=SHANGHAI), date(2026, 3, 10), date(2026, 3, 10)),
        (datetime(2026, 9, 24, 12, tzinfo=SHANGHAI), date(2026, 10, 1), date(2026, 10, 8)),
    ],
)
def test_the_due_date_is_counted_from_the_hammer_and_rolls_past_holidays(hammer, day, rolled):
    due = due_on(Lot(closed_at=hammer))
    assert (due.day, due.rolled) == (day, rolled)


def test_where_the_holidays_are_not_announced_no_date_is_guessed():
    lot = Lot(closed_at=datetime(2093, 3, 2, 12, tzinfo=SHANGHAI))
    assert selectors.payment_due(lot) is None
    assert refusal_of(lambda: due_on(lot), DomainError).code == "calendar_not_covered"


def test_before_the_due_date_is_over_a_default_is_refused(monkeypatch):
    made = sold()
    hammered_long_ago(made.lot)
    for hour, refused in ((23, True), (24, False)):
        now = datetime(2026, 3, 9 + hour // 24, hour % 24, 0, tzinfo=SHANGHAI)
        monkeypatch.setattr("auctions.services.payment.db_now", lambda now=now: now)
        if refused:
            found = refusal_of(lambda: default(made), NotDueYet)
            assert (found.code, found.rule) == ("not_due_yet", "auction.payment_days")
            assert "2026-03-09" in str(found)
        else:
            assert default(made).due_on == date(2026, 3, 9)


# ------------------------------------------------------------------ default


def test_a_default_cancels_the_contract_in_writing_and_keeps_the_work():
    made = defaulted()
    row, lot = made.default, made.lot
    assert (lot.state, lot.winner, lot.hammer_minor) == (LotState.DEFAULTED, None, None)
    assert (row.paddle, row.hammer_minor, row.reason) == (made.people[0], 2600_00, "逾期未付")
    assert row.number == lot.sequence
    assert kinds(lot)[-2:] == [LotEventKind.CLOSED, LotEventKind.DEFAULTED]
    assert lot.encumbrance.released_at is None
    event = Event.objects.get(action="lot.defaulted")
    assert event.before == {"state": "sold", "hammer": 2600_00, "paddle": row.paddle.number}
    assert event.data["reason"] == "逾期未付"
    assert results_of(made.sale).sold == 0
    assert faults() == []


def test_a_default_is_append_only():
    row = defaulted().default
    for change in (lambda: BuyerDefault.objects.update(reason="改"), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_who_may_declare_a_default_of_what_and_how():
    made = sold()
    hammered_long_ago(made.lot)
    for actor in (made.people[0].user, made.lot.consignor.user, house().boss):
        with pytest.raises(NotAllowed):
            default(made, actor=actor)
    assert set(refusal_of(lambda: default(made, reason=" ")).fields) == {"reason"}
    default(made, actor=UserFactory(operator=True))
    with pytest.raises(WrongState):
        default(made)
    with pytest.raises(WrongState):
        declare_default(actor=made.boss, lot_id=0, reason="x")
    assert BuyerDefault.objects.count() == 1


def test_a_consignment_is_not_ended_while_its_work_is_held():
    made = defaulted()
    row = made.lot.consignment
    with pytest.raises(WrongState):
        consignments.end_consignment(actor=made.boss, consignment_id=row.pk, reason="x")
    release_work(actor=made.boss, lot_id=made.lot.pk, reason="没有人接手")
    consignments.end_consignment(actor=made.boss, consignment_id=row.pk, reason="x")


# ------------------------------------------------------------------ the claim


def test_the_claim_is_shown_and_grows_with_a_cheaper_resale():
    made = defaulted()
    (before,) = selectors.claims_of(made.lot)
    assert before.shortfall is None
    assert (before.buyer_commission.minor, before.seller_commission.minor) == (390_00, 130_00)
    assert before.total.minor == 520_00
    offer = offer_second_chance(
        actor=made.boss, lot_id=made.lot.pk, paddle_id=made.people[2].pk
    )  # fmt: skip
    accept_second_chance(actor=made.people[2].user, offer_id=offer.pk)
    (after,) = selectors.claims_of(fresh(made.lot))
    assert after.shortfall.minor == 600_00
    assert after.total.minor == 1120_00


def test_a_later_sale_of_the_same_work_counts_as_the_resale():
    made = defaulted()
    release_work(actor=made.boss, lot_id=made.lot.pk, reason="没有人接手")
    later = sold(of_house=made.sale.house)
    Lot.objects.filter(pk=later.lot.pk).update(
        work=made.lot.work, consignor=made.lot.consignor, hammer_minor=2000_00
    )
    assert selectors.claims_of(made.lot)[0].shortfall.minor == 600_00


# ------------------------------------------------------------------ giving back


def test_the_work_is_given_back_once():
    made = defaulted()
    lot = release_work(actor=made.boss, lot_id=made.lot.pk, reason="没有人接手")
    assert lot.state == LotState.DEFAULTED
    assert fresh(lot).encumbrance.released_at is not None
    assert kinds(lot)[-1] == LotEventKind.RELEASED
    with pytest.raises(WrongState):
        release_work(actor=made.boss, lot_id=lot.pk, reason="x")
    assert faults() == []


def test_giving_back_needs_a_default_a_reason_and_the_house():
    made = sold()
    with pytest.raises(WrongState):
        release_work(actor=made.boss, lot_id=made.lot.pk, reason="x")
    made = defaulted()
    with pytest.raises(NotAllowed):
        release_work(actor=made.people[0].user, lot_id=made.lot.pk, reason="x")
    with pytest.raises(Invalid):
        release_work(actor=made.boss, lot_id=made.lot.pk, reason=" ")
    offer_second_chance(actor=made.boss, lot_id=made.lot.pk, paddle_id=made.people[1].pk)
    with pytest.raises(WrongState) as refusal:
        release_work(actor=made.boss, lot_id=made.lot.pk, reason="x")
    assert refusal.value.rule == "auction.second_chance"


# ------------------------------------------------------------------ strikes


def test_defaults_are_counted_for_a_person_and_suspend_nobody():
    made = defaulted()
    user = made.people[0].user
    other = announced()
    again, innocent = bidder(other), bidder(other)
    again.user, again.party = user, made.people[0].party
    assert selectors.defaults_by([again, innocent]) == {again.pk: 1, innocent.pk: 0}
    made.people[0].refresh_from_db()
    assert made.people[0].state == PaddleState.APPROVED
    assert list(selectors.defaults_of(user)) == [made.default]


# ------------------------------------------------------------------ personal data


def test_what_is_not_paid_stands_against_an_erasure_and_in_the_copy():
    made = sold()
    buyer, second = made.people[0].user, made.people[1]
    assert "auction.payment_days" in {h.rule for h in keeping.holds(buyer) if h.blocks}
    hammered_long_ago(made.lot)
    default(made)
    assert not any(h.blocks for h in keeping.holds(buyer))
    (row,) = [row for row in keeping.copy(buyer) if "default_at" in row]
    assert (row["hammer_minor"], row["reason"]) == (2600_00, "逾期未付")
    offer_second_chance(actor=made.boss, lot_id=made.lot.pk, paddle_id=second.pk)
    (row,) = [row for row in keeping.copy(second.user) if "second_chance_minor" in row]
    assert row["second_chance_minor"] == 2500_00


# ------------------------------------------------------------------ the audit


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda lot, who: Lot.objects.update(state="passed"), "state"),
        (lambda lot, who: Lot.objects.update(state="sold", winner=who, hammer_minor=1), "hammer"),
        (
            lambda lot, who: LotEvent.objects.create(
                lot=lot, sequence=lot.sequence + 1, kind="settled", at=LONG_AGO
            ),
            "aftermath",
        ),
        (
            lambda lot, who: BuyerDefault.objects.create(
                lot=lot, paddle=who, number=1, hammer_minor=5, buyer_commission_minor=0,
                seller_commission_minor=0, due_on=date(2026, 3, 9), reason="x", by=who.user,
            ),
            "defaults",
        ),
    ],
)  # fmt: skip
def test_what_was_put_in_beside_the_log_is_found(change, named):
    made = defaulted()
    change(made.lot, made.people[1])
    assert any(fault.startswith(named) for fault in faults())
