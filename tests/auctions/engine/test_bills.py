"""Bills: every line by its own rule, and the total their sum."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from auctions.engine.bills import (
    Bill,
    BuyerTerms,
    Extras,
    Line,
    PlatformTerms,
    ResaleTerms,
    buyer_bill,
    seller_bill,
)
from auctions.engine.fees import PremiumTerms, ResaleRight, Tier, half_up, marginal, royalty
from auctions.engine.seller_fees import SellerTerms, flat

RIGHT = ResaleRight(
    (Tier(50_000_00, Fraction(4)), Tier(None, Fraction(3))), threshold=1000_00, cap=12_500_00
)
amounts = st.integers(0, 10**12)
percents = st.fractions(0, 40, max_denominator=100)


@st.composite
def tiers(draw):
    limits = sorted(draw(st.sets(st.integers(1, 10**9), max_size=4)))
    return tuple(Tier(limit, draw(percents)) for limit in [*limits, None])


premiums = st.builds(
    PremiumTerms,
    tiers=tiers(),
    overhead=percents,
    vat_included=st.none() | percents,
    vat_on_top=st.none() | percents,
    priority=st.just(()) | tiers(),
    early=st.just(()) | st.tuples(st.tuples(st.integers(0, 30), percents)),
)
platforms = st.builds(PlatformTerms, buyer=percents, seller=percents)
resales = st.none() | st.builds(
    ResaleTerms, right=st.just(RIGHT), payer=st.sampled_from(["buyer", "seller"])
)
buyers = st.builds(BuyerTerms, premium=premiums, platform=platforms, resale=resales)
some = st.none() | st.integers(0, 10**7)
extras = st.builds(Extras, shipping=some, insurance=some, storage=some)
sellers = st.builds(
    SellerTerms,
    tiers=tiers(),
    free_above=st.none() | amounts,
    success=percents,
    guarantee=percents,
    rebate_above=amounts,
    rebate=percents,
)


@given(amounts, buyers, extras, st.booleans(), st.none() | st.integers(0, 60))
def test_a_buyers_total_is_the_sum_of_what_counts(hammer, terms, beside, early, days):
    bill = buyer_bill(hammer, terms, has_priority=early, paid_after_days=days, extras=beside)
    counted = [line.amount for line in bill.lines if line.code != "vat_within"]
    assert bill.total == sum(counted) >= hammer
    assert all(amount >= 0 for amount in counted)
    codes = [line.code for line in bill.lines]
    assert codes[:2] == ["hammer", "premium"] and len(set(codes)) == len(codes)
    assert bill.of("vat_within") <= bill.of("premium")


@given(amounts, amounts, buyers)
def test_a_higher_hammer_never_costs_less_in_all(one, other, terms):
    low, high = sorted((one, other))
    assert buyer_bill(low, terms).total <= buyer_bill(high, terms).total


@given(amounts, buyers, st.integers(0, 60))
def test_who_bid_early_or_paid_early_never_pays_more(hammer, terms, days):
    plain = buyer_bill(hammer, terms)
    assert buyer_bill(hammer, terms, has_priority=True).total <= plain.total
    assert buyer_bill(hammer, terms, paid_after_days=days).total <= plain.total


@given(amounts, sellers, premiums, platforms, resales, st.none() | amounts, st.booleans())
def test_a_sellers_total_is_the_sum_of_its_lines(
    hammer, terms, premium, platform, resale, tax, guaranteed
):
    bill = seller_bill(
        hammer, terms, high_estimate=hammer // 2, premium=premium, is_guaranteed=guaranteed,
        platform=platform, resale=resale, tax=tax,
    )  # fmt: skip
    assert bill.total == sum(line.amount for line in bill.lines)
    for line in bill.lines:
        assert (line.amount >= 0) is (line.code in ("hammer", "rebate")) or line.amount == 0


@given(amounts, buyers, sellers)
def test_the_resale_right_is_paid_by_one_side_only(hammer, terms, selling):
    buyer = buyer_bill(hammer, terms).of("royalty")
    seller = seller_bill(hammer, selling, resale=terms.resale).of("royalty")
    assert buyer - seller == (royalty(RIGHT, hammer) if terms.resale else 0)
    assert 0 in (buyer, seller)


@given(amounts, buyers, sellers)
def test_what_lies_between_the_two_bills_is_all_named(hammer, terms, selling):
    """House, state, artist and platform get what the buyer pays and the seller does not get."""
    bought = buyer_bill(hammer, terms)
    sold = seller_bill(
        hammer, selling, premium=terms.premium, platform=terms.platform, resale=terms.resale
    )
    named = [line.amount for line in bought.lines if line.counts and line.code != "hammer"]
    named += [-line.amount for line in sold.lines if line.code != "hammer"]
    assert sum(named) == bought.total - sold.total


def test_vat_is_on_top_of_the_rounded_premium_or_within_it():
    on_top = PremiumTerms((Tier(None, Fraction("15.005")),), vat_on_top=Fraction(6))
    bill = buyer_bill(100_01, BuyerTerms(on_top))
    assert bill.lines == (Line("hammer", 100_01), Line("premium", 15_01), Line("vat", 90))
    within = PremiumTerms((Tier(None, Fraction("18.15")),), vat_included=Fraction(21))
    bill = buyer_bill(100_00, BuyerTerms(within))
    assert bill.lines[2] == Line("vat_within", 3_15, counts=False)
    assert bill.total == 118_15


def test_the_lower_of_two_earned_rates_holds():
    terms = BuyerTerms(
        PremiumTerms(
            (Tier(None, Fraction(29)),),
            priority=(Tier(None, Fraction(25)),),
            early=((10, Fraction(24)), (25, Fraction(26))),
        )
    )
    rates = [
        buyer_bill(100_00, terms, has_priority=early, paid_after_days=days).of("premium")
        for early, days in [(False, None), (True, None), (True, 10), (True, 11), (False, 25),
                            (False, 26)]
    ]  # fmt: skip
    assert rates == [29_00, 25_00, 24_00, 25_00, 26_00, 29_00]


def test_a_line_that_nobody_asked_for_is_not_there():
    terms = BuyerTerms(PremiumTerms((Tier(None, Fraction(15)),)))
    assert [line.code for line in buyer_bill(100, terms).lines] == ["hammer", "premium"]
    shipped = buyer_bill(100, terms, extras=Extras(shipping=0, storage=800))
    assert [line.code for line in shipped.lines][2:] == ["shipping", "storage"]
    assert [line.code for line in seller_bill(100, flat(Fraction(5))).lines] == [
        "hammer", "commission",
    ]  # fmt: skip
    assert Bill(()).total == 0


@given(amounts, premiums)
def test_the_premium_is_that_of_the_fees(hammer, terms):
    bill = buyer_bill(hammer, BuyerTerms(terms))
    assert bill.of("premium") == half_up(marginal(terms.tiers, hammer))
