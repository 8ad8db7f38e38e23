"""Premium and resale right: slices, caps, one rounding at the end."""

from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.engine.fees import (
    PremiumTerms,
    ResaleLimits,
    ResaleRight,
    Tier,
    WrittenBid,
    exemption,
    half_up,
    has_priority,
    marginal,
    overhead,
    premium,
    rate_by_payment,
    royalty,
    vat_within,
)

TIERS = (Tier(1000, Fraction(25)), Tier(5000, Fraction(20)), Tier(None, Fraction("12.5")))
RIGHT = ResaleRight(
    (
        Tier(5_000_000, Fraction(4)),
        Tier(20_000_000, Fraction(3)),
        Tier(35_000_000, Fraction(1)),
        Tier(50_000_000, Fraction("0.5")),
        Tier(None, Fraction("0.25")),
    ),
    threshold=100_000,
    cap=1_250_000,
)


@settings(deadline=None)
@given(st.integers(0, 7_000))
def test_every_cent_bears_the_rate_of_its_slice(hammer):
    slow = sum(
        (Fraction(25) if n < 1000 else Fraction(20) if n < 5000 else Fraction("12.5"))
        for n in range(hammer)
    )
    assert marginal(TIERS, hammer) == slow / 100


@given(st.fractions(0, 10_000))
def test_half_up_is_the_nearest_whole_number(value):
    rounded = half_up(value)
    assert Fraction(-1, 2) < rounded - value <= Fraction(1, 2)


def test_the_overhead_bears_on_the_whole_hammer():
    terms = PremiumTerms(TIERS, overhead=Fraction(1))
    assert (premium(terms, 99_999), overhead(terms, 99_999)) == (12_925, 1000)


def test_vat_within_is_taken_from_the_exact_premium():
    assert vat_within(Fraction(12_100), Fraction(21)) == 2100


def test_the_cap_of_the_resale_right_is_reached_at_exactly_two_million():
    assert royalty(RIGHT, 200_000_000) == 1_250_000
    assert royalty(RIGHT, 199_999_000) == 1_249_998
    assert royalty(RIGHT, 900_000_000) == 1_250_000


def test_below_the_threshold_nothing_is_due():
    assert royalty(RIGHT, 99_999) == 0
    assert royalty(RIGHT, 100_000) == 4000
    assert royalty(RIGHT, 100_000, threshold=300_000) == 0


def test_the_first_reason_that_frees_is_named():
    case = {
        "limits": ResaleLimits(term_years=70, first_years=3, first_below=1_000_000),
        "bought_from_artist": True,
        "years_held": Fraction(2),
        "death_year": 1900,
        "sale_year": 2025,
    }
    assert exemption(RIGHT, 50_000, **case) == "first_resale"
    assert exemption(RIGHT, 1_000_000, **case) == "term_over"
    assert exemption(RIGHT, 50_000, **{**case, "bought_from_artist": False}) == "term_over"
    living = {**case, "bought_from_artist": False, "death_year": None}
    assert exemption(RIGHT, 50_000, **living) == "below_threshold"
    assert exemption(RIGHT, 500_000, **{**living, "death_year": 1955}) is None


def test_priority_needs_one_bid_at_the_low_estimate_two_days_before():
    start = datetime(2025, 11, 19, 18)
    edge = start - timedelta(hours=48)

    def early(*bids):
        written = [WrittenBid(*bid) for bid in bids]
        notice = timedelta(hours=48)
        return has_priority(written, low_estimate=300, sale_start=start, notice=notice)

    assert early((edge, 300))
    assert not early((edge, 299))
    assert not early((edge + timedelta(seconds=1), 300))
    assert early((edge + timedelta(hours=1), 900), (edge, 300))


def test_the_rate_of_a_day_of_payment():
    steps = [(datetime(2013, 5, 30).date(), Fraction("13.5")), (None, Fraction(15))]
    assert rate_by_payment(steps, datetime(2013, 5, 30).date()) == Fraction("13.5")
    assert rate_by_payment(steps, datetime(2013, 5, 31).date()) == 15
    assert rate_by_payment(steps[:1], datetime(2013, 5, 31).date()) is None
