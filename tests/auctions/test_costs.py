"""The bills of buyer and seller: one total everywhere, and whose rules it is made by."""

import random
import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from artmarket.core.clock import SHANGHAI
from artmarket.core.errors import Invalid
from artmarket.core.money import Money
from auctions.engine import bills
from auctions.engine.bills import BuyerTerms, Extras, PlatformTerms, buyer_bill
from auctions.engine.fees import PremiumTerms, Tier
from auctions.models import Bid, BuyerDefault, Consignment, Lot, RuleSet, Sale
from auctions.sale_records.gathering import record_of
from auctions.selectors import costs
from auctions.selectors.sales import costs_of, results_of
from auctions.services import consignments, sales
from auctions.services.consignments import ConsignmentTerms
from tests.api.conftest import Caller
from tests.auctions.aftermath import closed, defaulted, sold
from tests.auctions.factories import (
    announced,
    begun,
    bid,
    bidder,
    consigned,
    fresh,
    house,
    terms,
)
from tests.auctions.pages import bid_url, lot_url, only, page_fields, text_of
from tests.auctions.registrations import rule
from tests.auctions.settling import platform

pytestmark = pytest.mark.django_db

RICH = {
    "tiers": [["2000", "25"], ["100000", "20.5"], [None, "13.9"]],
    "overhead_pct": "1", "vat_on_top_pct": "6",
}  # fmt: skip
RICH_TERMS = PremiumTerms(
    (
        Tier(2000_00, Fraction(25)),
        Tier(100_000_00, Fraction("20.5")),
        Tier(None, Fraction("13.9")),
    ),
    overhead=Fraction(1),
    vat_on_top=Fraction(6),
)


def day_of(lot: Lot):
    """The day of the hammer in Shanghai."""
    return lot.closed_at.astimezone(SHANGHAI).date()


def whole(minor: int) -> str:
    return Money(minor, "CNY").words()


# ------------------------------------------------------------------ one total everywhere


def test_every_place_tells_the_same_total_for_any_hammer(reader):
    platform("0.7")
    sale = begun(premium=rule("premium", **RICH))
    lot, paddle = only(sale), bidder(sale)
    client, random_ = reader(paddle.user), random.Random(20240229)
    expected_terms = BuyerTerms(RICH_TERMS, PlatformTerms(buyer=Fraction("0.7")))
    for _n in range(8):
        hammer = random_.randrange(1, 10 ** random_.randrange(3, 11))
        Lot.objects.filter(pk=lot.pk).update(opening_minor=hammer, ask_minor=hammer)
        expected = buyer_bill(hammer, expected_terms)
        assert costs_of(sale, hammer).bill == expected
        told = Caller().get(f"lots/{lot.pk}").json()["costs"]
        assert (told["at"], told["total"]) == (hammer, expected.total)
        assert [(row["code"], row["amount"]) for row in told["lines"]] == [
            (line.code, line.amount) for line in expected.lines
        ]
        page = client.get(lot_url(lot))
        html = page.content.decode()
        assert f'<dd data-cost="total">{whole(expected.total)}</dd>' in html
        offered = re.findall(r'<option value="(\d+)"([^>]*)>', html)
        assert str(hammer) in dict(offered)
        for amount, attributes in offered:
            bill = buyer_bill(int(amount), expected_terms)
            for code, minor in [("total", bill.total), ("platform", bill.of("platform"))]:
                assert f'data-{code}="{whole(minor)}"' in attributes
        asked = client.post(bid_url(lot), page_fields(page) | {"choice": str(hammer)})
        assert f'<dd data-cost="total">{whole(expected.total)}</dd>' in asked.content.decode()


def test_the_results_and_the_cards_add_up_what_the_buyers_pay(reader):
    platform("1")
    made = sold(premium=rule("premium", **RICH))
    bill = costs.buyer_bill_of(made.lot)
    assert bill == costs_of(made.sale, made.lot.hammer_minor).bill
    assert results_of(made.sale).with_premium.minor == bill.total
    assert f"含佣金{whole(bill.total)}" in text_of(reader().get(f"/auctions/{made.sale.pk}/"))
    told = Caller().get(f"lots/{made.lot.pk}").json()["costs"]
    assert (told["at"], told["total"]) == (made.lot.hammer_minor, bill.total)


def test_a_sealed_lot_tells_the_cost_of_its_opening_price_only():
    sale = begun(format="sealed", sealed_price="first")
    lot = only(sale)
    bid(lot, bidder(sale), 9000)
    told = Caller().get(f"lots/{lot.pk}").json()
    assert (told["hammer"], told["costs"]["at"]) == (None, lot.opening_minor)
    assert told["costs"]["total"] == lot.opening_minor * 115 // 100


# ------------------------------------------------------------------ the platform's fee


def test_a_sale_keeps_the_fee_of_its_announcement():
    before = announced()
    platform("2")
    after = announced()
    assert costs_of(before, 100_00).bill.of("platform") == 0
    assert costs_of(after, 100_00).bill.of("platform") == 2_00
    drafted = sales.create_sale(
        actor=after.house.boss, house_id=after.house_id, terms=terms(title="草稿")
    )
    assert drafted.platform.version == 2


def test_a_sale_from_before_the_fee_and_the_storage_charges_neither():
    made = sold()
    Sale.objects.filter(pk=made.sale.pk).update(platform=None, storage=None)
    lot = fresh(made.lot)
    assert [line.code for line in costs.buyer_bill_of(lot).lines] == ["hammer", "premium"]
    assert costs.storage_due(lot, until=day_of(lot) + timedelta(days=900)) == 0


# ------------------------------------------------------------------ storage


def test_storage_is_due_by_the_rule_of_the_sale_from_day_31():
    made = sold(storage="district-100")
    days = (0, 30, 31, 60, 61)
    due = [costs.storage_due(made.lot, until=day_of(made.lot) + timedelta(n)) for n in days]
    assert due == [0, 0, 100_00, 100_00, 200_00]
    bill = costs.buyer_bill_of(made.lot, extras=Extras(shipping=80_00, storage=due[-1]))
    plain = costs.buyer_bill_of(made.lot)
    assert bill.total == plain.total + 280_00


def test_the_sale_says_what_storage_and_the_platform_cost(reader):
    platform("0.5")
    sale = announced(storage="district-100")
    words = text_of(reader().get(f"/auctions/{sale.pk}/"))
    assert "前30天不收，以后每件每30天¥100，不满的按一期算" in words
    assert "平台服务费：买受人0.5%" in words
    desk = text_of(reader(sale.house.boss).get(f"/desk/house/sales/{sale.pk}/"))
    assert "¥100" in desk and "买受人一共要付，不含运费" in desk
    total = costs_of(sale, 100_000_00).total
    assert str(total) == "¥115,500" and "¥115,500" in desk


def test_the_record_of_the_sale_names_both_rules():
    sale = announced(storage="district-100")
    kinds = [row.kind for row in record_of(sale, with_names=False).rows if row.section == "rule"]
    assert "保管费" in kinds and "平台服务费" in kinds


def test_an_unknown_storage_rule_is_refused():
    of_house = house()
    with pytest.raises(Invalid) as refusal:
        sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms(storage="nobodys"))
    assert set(refusal.value.fields) == {"storage"}


# ------------------------------------------------------------------ priority and early payment


def with_priority() -> Sale:
    body = {
        "tiers": [[None, "29"]], "priority_tiers": [[None, "25"]],
        "early_payment": [[7, "24"], [14, "26"]],
    }  # fmt: skip
    return announced(premium=rule("premium", **body))


def put_opening(sale: Sale, made: Bid, hours: float) -> Sale:
    """Bids stand for ever and the clock is the database's: the opening is put after the bid."""
    opens_at = made.received_at + timedelta(hours=hours)
    hours_of = {"opens_at": opens_at, "closes_at": opens_at + timedelta(days=1)}
    Sale.objects.filter(pk=sale.pk).update(**hours_of)
    sale.refresh_from_db(fields=list(hours_of))
    return sale


def bid_of(lot: Lot, paddle, yuan: int) -> Bid:
    assert bid(lot, paddle, yuan).is_accepted
    return Bid.objects.get(paddle=paddle)


def test_who_bid_the_low_estimate_two_days_before_earns_the_priority_rate(reader):
    sale = with_priority()
    lot, early, low, late = only(sale), bidder(sale), bidder(sale), bidder(sale)
    bid_of(lot, low, 1999)
    first, _last = bid_of(lot, early, 2000), bid_of(lot, late, 3000)
    put_opening(sale, first, 48)  # exactly; the last bid came a moment later
    lot = fresh(lot)
    earned = [costs.has_priority(lot, paddle.pk) for paddle in (low, early, late)]
    assert earned == [False, True, False]
    assert not costs.has_priority(lot, None)
    closed(sale)
    put_opening(sale, first, 48)
    lot = fresh(lot)
    assert lot.winner == late and costs.priority_lots(lot.sale) == frozenset()
    bill = costs.buyer_bill_of(lot)
    assert bill.of("premium") == lot.hammer_minor * 29 // 100
    assert bid_total(reader, lot, late) == bill.total


def test_the_winner_with_priority_pays_it_everywhere(reader):
    sale = with_priority()
    lot, early = only(sale), bidder(sale)
    made = bid_of(lot, early, 5000)
    put_opening(sale, made, 60)
    page = reader(early.user).get(lot_url(lot))
    told = reader(early.user).post(bid_url(lot), page_fields(page) | {"other": "6000"})
    assert f'data-cost="total">{whole(7500_00)}<' in told.content.decode()
    assert "开拍48小时以前出价不低于估价下限的竞买人" in text_of(
        reader().get(f"/auctions/{sale.pk}/")
    )
    closed(sale)
    put_opening(sale, made, 60)
    lot = fresh(lot)
    bill = costs.buyer_bill_of(lot)
    assert bill.of("premium") == lot.hammer_minor // 4
    assert costs.priority_lots(lot.sale) == {lot.pk}
    assert results_of(lot.sale).with_premium.minor == bill.total
    assert bid_total(reader, lot, early) == bill.total
    assert Caller().get(f"lots/{lot.pk}").json()["costs"]["total"] == bill.total


def bid_total(reader, lot, paddle) -> int:
    return reader(paddle.user).get(lot_url(lot)).context["total"].minor


def test_who_pays_early_pays_the_lower_rate_of_his_day():
    sale = with_priority()
    lot, buyer = only(sale), bidder(sale)
    assert bid(lot, buyer, 5000).is_accepted
    closed(sale)
    lot = fresh(lot)
    day = day_of(lot)
    rates = [
        Fraction(costs.buyer_bill_of(lot, paid_on=paid).of("premium") * 100, lot.hammer_minor)
        for paid in (None, day, day + timedelta(days=7), day + timedelta(days=8),
                     day + timedelta(days=14), day + timedelta(days=15))
    ]  # fmt: skip
    assert rates == [29, 24, 24, 26, 26, 29]


def test_a_house_without_such_a_rate_is_not_asked_for_bids(django_assert_num_queries):
    made = sold()
    costs.buyer_bill_of(made.lot)
    with django_assert_num_queries(0):
        assert not costs.has_priority(made.lot, made.people[0].pk)
        assert costs.priority_lots(made.sale) == frozenset()


# ------------------------------------------------------------------ the seller


def proposed(**changes) -> Consignment:
    row = consigned(house())
    Consignment.objects.filter(pk=row.pk).update(state="proposed", contracted_at=None)
    values = {
        "opening_minor": 1000_00, "estimate_low_minor": 2_000_000_00,
        "estimate_high_minor": 3_000_000_00,
    }  # fmt: skip
    boss = row.house.memberships.get().user
    return consignments.propose_terms(
        actor=boss, consignment_id=row.pk, terms=ConsignmentTerms(**(values | changes))
    )


def test_a_schedule_falls_as_the_price_rises_and_is_kept_by_the_contract():
    row = proposed(schedule="district-falling")
    assert (row.commission_pct, row.schedule.name) == (None, "district-falling")
    row = consignments.agree_terms(actor=row.work.created_by, consignment_id=row.pk)
    assert costs.seller_commission(row, 1_000_000_00) == 50_000_00
    assert costs.seller_commission(row, 6_000_000_00) == 50_000_00 + 160_000_00 + 30_000_00
    net = costs.seller_costs(row, 6_000_000_00)
    assert net.total.minor == 6_000_000_00 - 240_000_00


def test_a_rate_and_a_schedule_together_or_an_unknown_or_foreign_one_are_refused():
    for changes, field in (
        ({"schedule": "district-falling", "commission": Decimal(3)}, "commission"),
        ({"schedule": "nobodys"}, "schedule"),
        ({"schedule": "sothebys-2024"}, "schedule"),
    ):
        with pytest.raises(Invalid) as refusal:
            proposed(**changes)
        assert set(refusal.value.fields) == {field}


def test_a_contract_has_exactly_one_kind_of_commission():
    row = consigned(house())
    schedule = RuleSet.objects.newest("seller", "district-falling")
    for changes in ({"schedule": schedule}, {"commission_pct": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Consignment.objects.filter(pk=row.pk).update(**changes)


def test_both_sides_see_the_schedule_and_what_a_sale_would_bring(reader):
    row = proposed(schedule="district-falling")
    brings = costs.seller_costs(row, 2_000_000_00)
    assert str(brings.total) == "¥1,910,000"
    for user, url in (
        (row.work.created_by, f"/desk/consignments/{row.pk}/"),
        (row.house.memberships.get().user, f"/desk/house/consignments/{row.pk}/"),
    ):
        words = text_of(reader(user).get(url))
        assert "¥1,000,000到¥5,000,000 4%" in words and "¥1,910,000" in words


def test_the_house_chooses_a_schedule_on_its_page(reader):
    row = proposed()
    boss = row.house.memberships.get().user
    url = f"/desk/house/consignments/{row.pk}/"
    given = {"opening": "1000", "withdrawal": "0", "schedule": "district-falling"}
    answer = reader(boss).post(url, given)
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.schedule.name, row.commission_pct) == ("district-falling", None)
    answer = reader(boss).post(url, given | {"commission": "4"})
    assert answer.status_code == 422 and answer.context["form"].errors["commission"]


def test_the_sellers_bill_takes_off_commission_and_the_platforms_fee():
    platform(seller="0.5")
    made = sold()
    hammer = made.lot.hammer_minor
    bill = costs.seller_bill_of(made.lot)
    assert [(line.code, line.amount) for line in bill.lines] == [
        ("hammer", hammer), ("commission", -hammer * 5 // 100), ("platform", -hammer * 5 // 1000),
    ]  # fmt: skip
    assert costs.seller_bill_of(made.lot, tax=100).total == bill.total - 100


def test_the_tax_is_a_proposal_and_the_fees_of_the_sale_are_expenses():
    made = sold()
    hammer = made.lot.hammer_minor
    fees_of_sale = hammer - costs.seller_bill_of(made.lot).total
    gain = costs.tax_proposal(made.lot, "gain", cost=1000_00)
    assert gain == (hammer - 1000_00 - fees_of_sale) // 5 > 0
    assert costs.tax_proposal(made.lot, "no_cost_proof") == hammer * 3 // 100
    made.lot.sale.currency = "USD"
    assert costs.tax_proposal(made.lot, "gain") is None


def test_a_lot_that_is_not_sold_has_no_bill():
    lot = only(begun())
    for call in (costs.buyer_bill_of, costs.seller_bill_of):
        with pytest.raises(ValueError):
            call(lot)
    assert costs.tax_proposal(lot, "gain") is None


def test_a_buyer_in_default_owes_the_commissions_and_not_the_platforms_fee():
    platform("1")
    made = defaulted(premium=rule("premium", **RICH))
    row = BuyerDefault.objects.get(lot=made.lot)
    bill = costs_of(made.sale, row.hammer_minor).bill
    assert row.buyer_commission_minor == bill.of("premium", "overhead", "vat")
    assert row.buyer_commission_minor == bill.total - row.hammer_minor - bill.of("platform") > 0
    assert row.seller_commission_minor == row.hammer_minor * 5 // 100


# ------------------------------------------------------------------ the resale right


def in_euro(sale: Sale) -> Sale:
    sale.currency = "EUR"
    return sale


def test_no_resale_right_is_charged_unless_the_operator_says_so(settings):
    sale = in_euro(announced())
    assert costs.resale_terms(sale) is None
    settings.RULE_OVERRIDES = {"money.resale_right": True}
    assert costs_of(sale, 50_000_00).bill.of("royalty") == 2000_00
    assert costs_of(sale, 2_999_99).bill.of("royalty") == 0
    assert costs_of(sale, 9_000_000_00).bill.of("royalty") == 12_500_00
    sale.currency = "CNY"
    assert costs.resale_terms(sale) is None


def test_a_work_of_long_dead_makers_is_free_of_it(settings):
    from catalog.models import Artist

    settings.RULE_OVERRIDES = {"money.resale_right": True}
    sale = in_euro(announced())
    lot = only(sale)
    makers = Artist.objects.filter(attributions__work=lot.work)
    assert makers.exists()
    for died, due in ((None, 2000_00), (sale.announced_at.year - 70, 2000_00),
                      (sale.announced_at.year - 71, 0)):  # fmt: skip
        makers.update(death_year=died)
        bill = costs_of(sale, 50_000_00, lot=Lot.objects.get(pk=lot.pk)).bill
        assert bill.of("royalty") == due


# ------------------------------------------------------------------ what is published


def test_the_published_rules_of_costs_can_be_read_and_say_where_they_stand():
    from auctions import rule_books

    kinds = ("seller", "storage", "platform", "resale")
    rows = RuleSet.objects.filter(kind__in=kinds)
    assert set(rows.values_list("kind", flat=True)) == set(kinds)
    for row in rows:
        assert row.source and row.sureness in ("A", "B", "project"), row
        read = getattr(rule_books, row.kind)
        assert read(row.pk, 100) if row.kind != "platform" else read(row.pk)
    judicial = RuleSet.objects.get(kind="premium", name="judicial-2004")
    assert rule_books.premium(judicial.pk, 100).tiers[-1].percent == Fraction(1, 2)


def test_every_line_of_a_bill_has_a_name():
    from typing import get_args

    assert set(costs.LABELS) == set(get_args(bills.Code))
