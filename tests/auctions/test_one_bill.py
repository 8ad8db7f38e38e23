"""One arithmetic: what is told, invoiced, posted and paid out are the same sums, to the cent."""

import random

import pytest

from artmarket.core.clock import SHANGHAI, db_today
from artmarket.core.errors import WrongState
from artmarket.ledger.models import Account, Payout, Transfer
from auctions.engine import settlement as engine
from auctions.models import Consignment, Lot, RuleSet, Sale, Settlement
from auctions.selectors.costs import buyer_bill_of, seller_bill_of
from auctions.selectors.sales import costs_of
from auctions.selectors.statements import statements_of
from auctions.services.settlement.handing_over import accept_lot, record_collection
from auctions.services.settlement.invoicing import issue_invoice, set_withholding
from auctions.services.settlement.releasing import release_settlement
from auctions.settlement_audit import escrow_faults, faults_of
from tests.api.conftest import Caller
from tests.appraisal.conditions import handed_over
from tests.auctions.aftermath import hammered_long_ago, sold
from tests.auctions.factories import fresh
from tests.auctions.pages import text_of
from tests.auctions.registrations import rule
from tests.auctions.settling import (
    COMMISSION,
    HAMMER,
    _invoiced,
    accepted,
    agree,
    books,
    delivered,
    invoiced,
    pay,
    platform,
    released,
    resale_right,
)

pytestmark = pytest.mark.django_db
PERCENTS = ("0", "0.7", "5", "12.5", "13.9", "20")


def any_rules(random_) -> dict[str, str]:
    """The names of a premium and a storage rule that were drawn; the platform's fee besides."""
    platform(random_.choice(PERCENTS[:3]), random_.choice(PERCENTS[:3]))
    body = {
        "tiers": [["2000", random_.choice(PERCENTS)], [None, random_.choice(PERCENTS)]],
        "overhead_pct": random_.choice(PERCENTS[:3]),
        **random_.choice([{}, {"vat_on_top_pct": "6"}, {"vat_included_pct": "6"}]),
    }
    return {"premium": rule("premium", **body), "storage": rule("storage", per_month="70.01")}


def any_schedule(random_) -> RuleSet:
    """A seller's schedule that was drawn."""
    name = rule(
        "seller", tiers=[["1000", random_.choice(PERCENTS)], [None, random_.choice(PERCENTS)]],
        success_pct=random_.choice(PERCENTS[:3]),
        rebate=random_.choice([{}, {"above": "500", "pct": "5"}]),
    )  # fmt: skip
    return RuleSet.objects.get(name=name)


def any_sale(random_):
    """A sold lot with a hammer price, rules and a contract that were drawn."""
    made = sold(**any_rules(random_))
    lot = made.lot
    hammer = random_.randrange(1000_00, 10 ** random_.randrange(6, 11))
    Lot.objects.filter(pk=lot.pk).update(
        hammer_minor=hammer, estimate_high_minor=random_.choice([hammer - 1, hammer, hammer + 1])
    )
    Consignment.objects.filter(pk=lot.consignment_id).update(
        commission_pct=None, schedule=any_schedule(random_)
    )
    made.lot = fresh(lot)
    return made


def posted(kind: str) -> dict[str, int]:
    """What an entry of this kind left with each account but the escrow, by purpose and party."""
    found: dict[str, int] = {}
    for row in Transfer.objects.filter(entry__kind=kind).select_related("credit", "debit"):
        for account, sign in ((row.credit, 1), (row.debit, -1)):
            name = f"{account.purpose}:{account.party_id or ''}"
            found[name] = found.get(name, 0) + sign * row.amount_minor
    return {name: amount for name, amount in found.items() if amount > 0}


@pytest.mark.parametrize("seed", [20240229, 7, 1997])
def test_the_invoice_the_page_the_api_and_the_books_say_the_same(reader, seed):
    random_ = random.Random(seed)
    made = any_sale(random_)
    lot, hammer = made.lot, made.lot.hammer_minor
    told = costs_of(made.sale, hammer, lot=lot).bill
    api = Caller().get(f"lots/{lot.pk}").json()["costs"]
    _invoiced(made)
    assert made.row.buyer_bill == told == buyer_bill_of(lot)
    assert made.row.seller_bill == seller_bill_of(lot)
    assert [(row["code"], row["amount"]) for row in api["lines"]] == [
        (line.code, line.amount) for line in told.lines
    ]
    assert api["total"] == told.total == made.row.total_minor
    payment = pay(made)
    assert payment.received_minor == told.total
    assert books() == {"clearing:bank": told.total, "escrow": told.total}

    handed_over(lot.work, purpose="outgoing", examined_on=db_today())
    record_collection(actor=made.boss, settlement_id=made.row.pk, receipt="取件单")
    tax = random_.randrange(0, hammer // 20)
    set_withholding(actor=made.boss, settlement_id=made.row.pk, amount_minor=tax, basis="3%")
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    row = release_settlement(actor=None, settlement_id=made.row.pk)
    shares = engine.split(row.buyer_bill, row.seller_bill)
    assert shares.total == row.released_minor == row.paid_minor == told.total
    expected = {
        f"payable:{row.seller_id}": shares.seller,
        f"payable:{made.sale.house.party.pk}": shares.house,
        "revenue:": shares.platform, "tax:": shares.tax,
    }  # fmt: skip
    assert posted("settlement.release") == {name: sum_ for name, sum_ in expected.items() if sum_}
    assert sum(posted("settlement.release").values()) == told.total
    paid_out = {payout.party_id: payout.amount_minor for payout in Payout.objects.all()}
    assert paid_out[row.seller_id] == seller_bill_of(lot, tax=tax).total == shares.seller
    assert list(faults_of(fresh(lot))) == [] == list(escrow_faults())
    agree(made)


def test_a_resale_right_of_the_buyer_waits_for_its_artist(settings):
    due = resale_right(settings)
    made = released()
    assert made.row.buyer_bill.of("royalty") == due
    assert Account.objects.get(purpose="suspense").balance_minor == due
    assert made.row.released_minor == HAMMER * 115 // 100 + due
    agree(made)


def test_what_is_kept_is_not_changed_by_a_later_rule():
    made = invoiced()
    before = made.row.buyer_bill
    later = platform("2", "2")
    Sale.objects.filter(pk=made.sale.pk).update(platform=later)
    made.row.refresh_from_db()
    assert made.row.buyer_bill == before != buyer_bill_of(fresh(made.lot))


def test_bills_that_leave_somebody_less_than_nothing_are_not_issued():
    name = rule("seller", tiers=[[None, "60"]], success_pct="60")
    made = sold()
    Lot.objects.filter(pk=made.lot.pk).update(estimate_high_minor=1000_00)
    Consignment.objects.filter(pk=made.lot.consignment_id).update(
        commission_pct=None, schedule=RuleSet.objects.get(name=name)
    )
    with pytest.raises(WrongState) as refusal:
        issue_invoice(actor=made.boss, sale_id=made.sale.pk, paddle_id=made.people[0].pk)
    assert refusal.value.rule == "settlement.confirmation"
    assert not Settlement.objects.exists()


def test_the_days_to_claim_are_bounded_by_the_rule_book(settings):
    from artmarket import rulebook

    settings.RULE_OVERRIDES = {"settlement.inspection_days": 6}
    assert rulebook.override_problems() != []
    settings.RULE_OVERRIDES = {"settlement.inspection_days": 7}
    assert rulebook.override_problems() == []


# ------------------------------------------------------------------ the seller's statement


def statement_page(reader, made) -> str:
    return text_of(reader(made.seller).get(f"/desk/consignments/{made.lot.consignment_id}/"))


def test_the_consignor_sees_his_bill_and_when_he_is_paid(reader):
    platform("0", "1")
    made = sold()
    made.seller = made.lot.consignor.user
    net = HAMMER - COMMISSION - HAMMER // 100
    page = statement_page(reader, made)
    assert "的结算单" in page
    assert "委托人佣金-¥130" in page and "平台服务费-¥26" in page
    assert "你得到¥2,444" in page
    assert "买受人付清并验收以后付给你" in page
    _invoiced(made)
    (statement,) = statements_of(made.lot.consignment)
    assert statement.costs.total.minor == net == made.row.seller_bill.total


def test_the_statement_names_the_tax_and_the_payout(reader):
    made = delivered()
    set_withholding(actor=made.boss, settlement_id=made.row.pk, amount_minor=78_00, basis="3%")
    accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    release_settlement(actor=None, settlement_id=made.row.pk)
    payout = Payout.objects.get(party=made.row.seller_id)
    page = statement_page(reader, made)
    assert "代扣个人所得税-¥78" in page and "你得到¥2,392" in page
    assert "付款给你¥2,392 银行转账，待发出" in page
    assert payout.amount_minor == HAMMER - COMMISSION - 78_00
    day = payout.asked_at.astimezone(SHANGHAI).date()
    assert f"{day.year}年{day.month}月{day.day}日" in page


def test_nobody_else_finds_the_statement_and_an_unsold_lot_has_none(reader):
    made = accepted()
    address = f"/desk/consignments/{made.lot.consignment_id}/"
    for user in (made.buyer, made.operator):
        assert reader(user).get(address).status_code == 404
    other = sold()
    Lot.objects.filter(pk=other.lot.pk).update(state="passed", hammer_minor=None, winner=None)
    assert statements_of(other.lot.consignment) == []


def test_the_house_is_proposed_a_tax(reader):
    made = delivered()
    page = text_of(reader(made.boss).get(f"/desk/orders/{made.row.pk}/"))
    assert "没有原值凭证的¥78" in page


def test_a_seller_whose_buyer_failed_sees_the_shortfall_that_was_paid(reader):
    from auctions.services.payment import declare_default
    from auctions.services.second_chance import accept_second_chance, offer_second_chance
    from auctions.services.settlement.defaulting import settle_default

    made = sold()
    hammered_long_ago(made.lot)
    made.lot = fresh(made.lot)
    _invoiced(made)
    pay(made, 1500_00)
    declare_default(actor=made.boss, lot_id=made.lot.pk, reason="逾期未付")
    second = made.people[2]
    offer = offer_second_chance(actor=made.boss, lot_id=made.lot.pk, paddle_id=second.pk)
    accept_second_chance(actor=second.user, offer_id=offer.pk)
    settle_default(actor=made.boss, settlement_id=made.row.pk)
    (statement,) = statements_of(made.lot.consignment)
    assert [payout.amount_minor for payout in statement.payouts] == [600_00]
    assert statement.costs.bill.of("hammer") == 2000_00
    assert "付款给你¥600" in statement_page(reader, made)
