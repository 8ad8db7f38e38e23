"""A sale undone after its release: taken back what is held, claimed what was paid out, never set off."""

import random

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from artmarket.accounts.services.parties import party_of
from artmarket.core import tail
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.ledger import hooks
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Payment, Payout, Refund
from artmarket.ledger.services.payments import note_received
from artmarket.ledger.services.posting import Insufficient
from artmarket.ledger.services.sending_again import send_again
from auctions import tasks
from auctions.models import Notice, Recourse, RecourseReceipt, ResaleRight
from auctions.notices import telling
from auctions.notices.wording import words_of
from auctions.selectors.statements import statements_of
from auctions.services.settlement.claims import (
    answer_claim,
    decide_claim,
    raise_claim,
    record_return,
)
from auctions.services.settlement.handing_over import accept_lot
from auctions.services.settlement.invoicing import set_withholding
from auctions.services.settlement.late_failures import (
    due_failures,
    due_rights,
    take_in_failure,
)
from auctions.services.settlement.recourse import pay_recourse, take_in
from auctions.services.settlement.releasing import release_settlement
from auctions.services.settlement.resale import name_holder
from tests.auctions.factories import house
from tests.auctions.pages import text_of
from tests.auctions.settling import (
    COMMISSION,
    HAMMER,
    TOTAL,
    agree,
    book,
    books,
    delivered,
    fail,
    faults,
    fund,
    out,
    platform,
    register_artist,
    released,
    resale_right,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SELLER, HOUSE = HAMMER - COMMISSION, TOTAL - HAMMER + COMMISSION


def undone(made=None, *, in_fund=10_000_00):
    """The sale proved a fake after its release: `seller_owes` and `house_owes` are the rows."""
    made = made or released()
    claim = raise_claim(
        actor=made.buyer, settlement_id=made.row.pk, kind="authenticity", words="伪作"
    )
    answer_claim(actor=made.boss, claim_id=claim.pk, words="请裁定")
    decide_claim(actor=made.operator, claim_id=claim.pk, decision="uphold", reasons="鉴定为伪")
    fund(in_fund)
    record_return(actor=made.boss, claim_id=claim.pk, proof="退件")
    made.row.refresh_from_db()
    made.owed = {row.side: row for row in made.row.recourses.all()}
    return made


def repay(made, side, amount=None, *, key="k1", actor=None, gateway="bank", tells=True):
    """Whoever owes pays, and the books tell of it."""
    actor = actor or (made.seller if side == "seller" else made.boss)
    payment = pay_recourse(
        actor=actor, recourse_id=made.owed[side].pk, gateway=gateway, key=key,
        amount_minor=amount,
    )  # fmt: skip
    note_received(
        payment_id=payment.pk, amount_minor=payment.amount_minor,
        gateway_reference=f"{side}-{payment.pk}",
    )  # fmt: skip
    if tells:
        take_in(Payment.objects.get(pk=payment.pk))
    made.owed[side].refresh_from_db()
    return Payment.objects.get(pk=payment.pk)


# ------------------------------------------------------------------ what is taken back


def test_seller_and_house_owe_what_they_got_and_the_fund_waits_for_it():
    made = undone()
    assert {side: row.amount_minor for side, row in made.owed.items()} == {
        "seller": SELLER, "house": HOUSE,
    }  # fmt: skip
    assert made.owed["seller"].party == made.row.seller
    assert made.owed["house"].party == made.sale.house.party
    held = books()
    assert (held["guarantee"], held["receivable"], held["recourse"]) == (
        10_000_00 - TOTAL, TOTAL, TOTAL,
    )  # fmt: skip
    assert out()["refund"] == TOTAL
    assert Event.objects.filter(action="recourse.booked").count() == 2
    assert faults() == []
    agree(made)


def test_the_platforms_own_parts_are_taken_back_before_the_fund(settings):
    due = resale_right(settings)
    platform("0.5", "1")
    made = delivered()
    fees, tax = HAMMER * 5 // 1000 + HAMMER // 100, 78_00
    set_withholding(actor=made.boss, settlement_id=made.row.pk, amount_minor=tax, basis="3%")
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    made.row = release_settlement(actor=None, settlement_id=made.row.pk)
    all_, paid_out = (
        made.row.released_minor,
        sum(Payout.objects.values_list("amount_minor", flat=True)),
    )
    assert all_ - paid_out == fees + tax + due
    undone(made)
    held = books()
    assert {"tax", "suspense", "revenue"} & held.keys() == set()
    assert held["guarantee"] == 10_000_00 - paid_out
    assert held["recourse"] == paid_out == sum(row.amount_minor for row in made.owed.values())
    assert ResaleRight.objects.get().state == "taken_back"
    with pytest.raises(WrongState):
        name_holder(
            actor=made.operator, right_id=ResaleRight.objects.get().pk,
            party_id=party_of(UserFactory()).pk, basis="x",
        )  # fmt: skip
    assert faults() == []
    agree(made)


def test_a_resale_right_that_was_paid_on_stays_with_its_holder(settings):
    due = resale_right(settings)
    made = delivered()
    register_artist(made.lot.work)
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    made.row = release_settlement(actor=None, settlement_id=made.row.pk)
    undone(made)
    assert ResaleRight.objects.get().state == "named"
    assert books()["recourse"] == TOTAL == sum(row.amount_minor for row in made.owed.values())
    assert books()["guarantee"] == 10_000_00 - TOTAL - due
    assert faults() == []


def test_a_resale_right_whose_payout_failed_is_taken_back(settings):
    resale_right(settings)
    made = delivered()
    artist = party_of(register_artist(made.lot.work))
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    made.row = release_settlement(actor=None, settlement_id=made.row.pk)
    fail(Payout.objects.get(party=artist))
    undone(made)
    assert ResaleRight.objects.get().state == "taken_back"
    assert books()["guarantee"] == 10_000_00 - TOTAL
    assert faults() == []


def test_money_of_another_sale_is_not_taken():
    made = released()
    owed = account(purpose=Purpose.PAYABLE, currency="CNY", party=made.row.seller)
    bank = account(purpose=Purpose.CLEARING, currency="CNY", gateway="bank")
    book(bank, owed, 700_00)
    undone(made)
    owed.refresh_from_db()
    assert (owed.balance_minor, books()["guarantee"]) == (700_00, 10_000_00 - TOTAL)


def test_without_enough_in_the_fund_nothing_moves():
    with pytest.raises(Insufficient):
        undone(in_fund=TOTAL - 1)
    assert not Recourse.objects.exists()
    assert not Refund.objects.exists()
    assert "receivable" not in books()
    assert faults() == []


# ------------------------------------------------------------------ paid back


def test_the_fund_is_whole_when_both_have_paid():
    made = undone()
    repay(made, "seller")
    assert made.owed["seller"].settled_at is not None
    assert (books()["guarantee"], books()["recourse"]) == (10_000_00 - HOUSE, HOUSE)
    assert faults() == []
    repay(made, "house")
    held = books()
    assert held["guarantee"] == 10_000_00
    assert {"recourse", "receivable", "payable"} & held.keys() == set()
    assert faults() == []
    agree(made)


def test_parts_add_up_and_too_much_goes_back():
    made = undone()
    repay(made, "seller", 1000_00)
    assert (made.owed["seller"].paid_minor, made.owed["seller"].settled_at) == (1000_00, None)
    late = pay_recourse(
        actor=made.seller, recourse_id=made.owed["seller"].pk, gateway="bank", key="k2"
    )
    repay(made, "seller", 500_00, key="k3")
    note_received(payment_id=late.pk, amount_minor=late.amount_minor, gateway_reference="late")
    take_in(Payment.objects.get(pk=late.pk))
    made.owed["seller"].refresh_from_db()
    assert made.owed["seller"].open_minor == 0
    back = Refund.objects.get(payment=late)
    assert back.amount_minor == late.amount_minor - (SELLER - 1500_00) == 500_00
    assert books()["guarantee"] == 10_000_00 - HOUSE
    assert faults() == []


def test_told_again_a_payment_is_taken_once():
    made = undone()
    payment = repay(made, "seller", tells=False)
    assert [take_in(payment) for _n in range(3)] == [SELLER, 0, 0]
    assert (RecourseReceipt.objects.count(), books()["guarantee"]) == (1, 10_000_00 - HOUSE)
    assert hooks.handler_of("recourse") is take_in


def test_who_may_pay_and_what():
    made = undone()
    row = made.owed["seller"]
    for actor in (made.boss, made.buyer, made.operator, house().boss):
        with pytest.raises(NotAllowed):
            repay(made, "seller", actor=actor)
    for amount in (0, -1, SELLER + 1):
        with pytest.raises(Invalid):
            repay(made, "seller", amount)
    first = pay_recourse(actor=made.seller, recourse_id=row.pk, gateway="bank", key="a")
    for key in ("a", "b"):
        assert first == pay_recourse(actor=made.seller, recourse_id=row.pk, gateway="bank", key=key)
    repay(made, "seller", key="a")
    with pytest.raises(WrongState) as refusal:
        repay(made, "seller", key="c")
    assert refusal.value.rule == "settlement.recourse"


def test_it_is_not_set_off_from_other_money_of_the_seller():
    made = undone()
    owed = account(purpose=Purpose.PAYABLE, currency="CNY", party=made.row.seller)
    bank = account(purpose=Purpose.CLEARING, currency="CNY", gateway="bank")
    book(bank, owed, 700_00)
    repay(made, "seller", 200_00)
    owed.refresh_from_db()
    assert (owed.balance_minor, made.owed["seller"].paid_minor) == (700_00, 200_00)


# ------------------------------------------------------------------ what fails afterwards


def test_what_did_not_reach_the_seller_he_does_not_owe():
    made = undone()
    payout = Payout.objects.get(party=made.row.seller)
    fail(payout)
    with pytest.raises(WrongState):
        send_again(actor=made.operator, row=payout, reason="账号已改")
    assert "to the fund 1" in tasks.settle()
    made.owed["seller"].refresh_from_db()
    assert (made.owed["seller"].open_minor, books()["guarantee"]) == (0, 10_000_00 - HOUSE)
    assert "to the fund 0" in tasks.settle()
    assert take_in_failure(payout_id=payout.pk) is False
    assert (RecourseReceipt.objects.count(), "payable" in books()) == (1, False)
    assert faults() == []


def test_what_he_had_given_back_already_is_paid_out_to_him():
    made = undone()
    repay(made, "seller", 1000_00)
    fail(Payout.objects.get(party=made.row.seller))
    tasks.settle()
    rest = Payout.objects.get(subject_kind="auctions.recourse")
    assert (rest.party, rest.amount_minor, rest.state) == (made.row.seller, 1000_00, "asked")
    made.owed["seller"].refresh_from_db()
    assert (made.owed["seller"].open_minor, "payable" in books()) == (0, False)
    assert books()["guarantee"] == 10_000_00 - HOUSE
    assert faults() == []


def test_what_failed_before_the_undoing_is_not_counted_twice():
    made = released()
    fail(Payout.objects.get(party=made.sale.house.party))
    undone(made)
    assert (due_failures(), list(made.owed)) == ([], ["seller"])


def test_a_resale_right_that_comes_back_after_the_undoing_goes_to_the_fund(settings):
    due = resale_right(settings)
    made = delivered()
    artist = party_of(register_artist(made.lot.work))
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    made.row = release_settlement(actor=None, settlement_id=made.row.pk)
    undone(made)
    assert due_rights() == []
    before = books()["guarantee"]
    fail(Payout.objects.get(party=artist))
    assert "to the fund 1" in tasks.settle()
    assert (ResaleRight.objects.get().state, books()["guarantee"]) == ("taken_back", before + due)
    assert (due_rights(), "payable" in books()) == ([], False)
    with pytest.raises(WrongState):
        send_again(actor=made.operator, row=Payout.objects.get(party=artist), reason="账号已改")
    assert faults() == []


# ------------------------------------------------------------------ proved


@pytest.mark.parametrize("seed", range(6))
def test_the_books_balance_at_every_step_of_a_random_undoing(seed, settings):
    """Fees, tax, a resale right, payouts that failed, and payments in parts, all by chance."""
    random_ = random.Random(seed)
    if random_.random() < 0.7:
        resale_right(settings)
    platform(random_.choice(["0", "0.5"]), random_.choice(["0", "1"]))
    made = delivered()
    tax = random_.choice([0, random_.randrange(1, 100_00)])
    if tax:
        set_withholding(actor=made.boss, settlement_id=made.row.pk, amount_minor=tax, basis="3%")
    if random_.random() < 0.5:
        register_artist(made.lot.work)
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    made.row = release_settlement(actor=None, settlement_id=made.row.pk)
    assert faults() == []
    for payout in Payout.objects.all():
        if random_.random() < 0.4:
            fail(payout)
    assert faults() == []
    undone(made)
    assert faults() == []
    while open_ones := [side for side, row in made.owed.items() if row.open_minor]:
        side = random_.choice(open_ones)
        most = made.owed[side].open_minor
        repay(made, side, random_.choice([most, random_.randrange(1, most + 1)]),
              key=f"r{random_.random()}")  # fmt: skip
        assert faults() == []
        agree(made)
    lost = sum(
        right.amount_minor for right in ResaleRight.objects.filter(state="named")
    )  # paid on before the sale was undone
    assert books()["guarantee"] == 10_000_00 - lost
    assert "recourse" not in books()


def test_the_audit_names_a_recourse_that_the_books_do_not_know():
    made = undone()
    with transaction.atomic():
        Recourse.objects.filter(side="seller").update(paid_minor=100)
        words = faults()
        transaction.set_rollback(True)
    assert len(words) == 4
    assert any(f"claimed {SELLER}, it says {SELLER - 100}" in fault for fault in words)
    assert any(f"{TOTAL}, owed {TOTAL - 100}" in fault for fault in words)
    assert faults() == []
    assert made.owed["seller"].paid_minor == 0


def test_what_cannot_be_is_refused_by_the_database():
    made = undone()
    repay(made, "seller", 1)
    for wrong in ({"paid_minor": SELLER + 1}, {"paid_minor": SELLER}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recourse.objects.filter(side="seller").update(**wrong)
    for change in ({"amount_minor": 1}, {"side": "house"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Recourse.objects.filter(side="seller").update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        RecourseReceipt.objects.update(amount_minor=1)


# ------------------------------------------------------------------ pages


def test_each_side_reads_what_it_owes_and_pays_by_a_form(reader):
    made = undone()
    address = reverse("auctions:order", args=[made.row.pk])
    assert "撤销成交以后要付还的款" not in text_of(reader(made.buyer).get(address))
    house_page = text_of(reader(made.boss).get(address))
    assert "委托人" in house_page
    assert "付还收到的款" in house_page
    assert "付还收到的款" not in text_of(reader(made.operator).get(address))
    client = reader(made.seller)
    page = text_of(client.get(address))
    assert made.owed["seller"].money.words() in page
    assert made.owed["house"].money.words() not in page
    act = reverse("auctions:order_act", args=[made.row.pk, "repay"])
    wrong = client.post(act, {"repay-gateway": "bank", "repay-amount": "9999999", "repay-key": "x"})
    assert wrong.status_code == 422
    done = client.post(act, {"repay-gateway": "bank", "repay-amount": "", "repay-key": "x"})
    payment = Payment.objects.get(purpose="recourse")
    assert (done.status_code, payment.amount_minor, payment.state) == (302, SELLER, "pending")
    shown = text_of(client.get(reverse("payments:payment", args=[payment.reference])))
    assert "付还撤销成交的款" in shown
    refused = reader(made.buyer).post(act, {"repay-gateway": "bank", "repay-key": "y"})
    assert refused.status_code == 409


def test_the_sellers_statement_says_what_is_left(reader):
    made = undone()
    repay(made, "seller", 1000_00)
    statement = statements_of(made.lot.consignment)[0]
    assert (statement.costs, statement.recourse) == (None, made.owed["seller"])
    address = reverse("auctions:consignment", args=[made.lot.consignment_id])
    page = text_of(reader(made.seller).get(address))
    assert "去付还" in page
    assert made.owed["seller"].paid.words() in page
    repay(made, "seller", key="rest")
    assert "已付清" in text_of(reader(made.seller).get(address))


def test_seller_and_house_are_told_what_to_pay_back(monkeypatch):
    monkeypatch.setattr(tail, "_is_settled", lambda _place: True)
    telling.tell_news()
    made = undone()
    telling.tell_news()
    rows = Notice.objects.select_related("lot__work", "lot__sale", "sale")
    told = {row.user_id: words_of(row).text for row in rows.filter(facts__step="refunded")}
    assert made.owed["seller"].money.words() in told[made.seller.pk]
    assert "付还" not in told[made.buyer.pk]
