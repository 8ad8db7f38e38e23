"""What a buyer in default owes, and which steps may follow the hammer."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.engine.aftermath import (
    Awarded,
    Defaulted,
    Impossible,
    Outcome,
    Paid,
    Released,
    fold,
)
from auctions.engine.bidding import Hammer
from auctions.engine.claims import claim, seller_commission

amounts = st.integers(0, 10**15)
SOLD, UNSOLD = Hammer(True, "1", 100), Hammer(is_sold=False)


def five_percent(amount: int) -> int:
    return seller_commission(amount, Fraction(5))


def test_the_worked_example_of_the_law():
    owed = claim(
        hammer=100_000, buyer_commission=five_percent(100_000),
        seller_commission=five_percent(100_000), resold_at=80_000,
    )  # fmt: skip
    assert (owed.buyer_commission, owed.seller_commission, owed.shortfall) == (5000, 5000, 20_000)
    assert owed.total == 30_000


@given(amounts, amounts, amounts, amounts)
def test_a_claim_is_both_commissions_and_the_shortfall(hammer, own, other, resold):
    owed = claim(
        hammer=hammer, buyer_commission=own, seller_commission=other, resold_at=resold
    )  # fmt: skip
    assert owed.shortfall is not None
    assert owed.total == own + other + owed.shortfall
    assert owed.shortfall == (hammer - resold if resold < hammer else 0)
    assert 0 <= owed.shortfall <= hammer


@given(amounts, amounts, amounts)
def test_before_a_resale_no_shortfall_is_known(hammer, own, other):
    owed = claim(hammer=hammer, buyer_commission=own, seller_commission=other)
    assert (owed.shortfall, owed.total) == (None, own + other)


@given(amounts, amounts, amounts)
def test_the_more_a_resale_brings_the_less_is_owed(hammer, one, other):
    low, high = sorted((one, other))
    owed = [
        claim(hammer=hammer, buyer_commission=1, seller_commission=1, resold_at=at).total
        for at in (low, high)
    ]
    assert owed[0] >= owed[1] >= 2


@given(amounts, st.fractions(0, 100))
def test_the_sellers_commission_is_the_nearest_whole_number(hammer, percent):
    exact = Fraction(hammer) * percent / 100
    assert Fraction(-1, 2) < seller_commission(hammer, percent) - exact <= Fraction(1, 2)


# ------------------------------------------------------------------ after the hammer


@pytest.mark.parametrize(
    ("hammer", "steps", "outcome"),
    [
        (SOLD, [], Outcome("sold", "1", 100)),
        (SOLD, [Paid()], Outcome("settled", "1", 100)),
        (SOLD, [Defaulted()], Outcome("defaulted")),
        (SOLD, [Defaulted(), Awarded("2", 90)], Outcome("sold", "2", 90)),
        (SOLD, [Defaulted(), Awarded("2", 90), Paid()], Outcome("settled", "2", 90)),
        (SOLD, [Defaulted(), Released()], Outcome("defaulted", is_released=True)),
        (UNSOLD, [], Outcome("unsold", is_released=True)),
        (UNSOLD, [Awarded("2", 50)], Outcome("sold", "2", 50)),
        (UNSOLD, [Awarded("2", 50), Defaulted()], Outcome("defaulted")),
    ],
)
def test_what_followed_the_hammer_is_how_the_lot_stands(hammer, steps, outcome):
    assert fold(hammer, steps) == outcome


@pytest.mark.parametrize(
    ("hammer", "steps"),
    [
        (UNSOLD, [Paid()]),
        (UNSOLD, [Defaulted()]),
        (UNSOLD, [Released()]),
        (SOLD, [Awarded("2", 90)]),
        (SOLD, [Paid(), Paid()]),
        (SOLD, [Paid(), Defaulted()]),
        (SOLD, [Defaulted(), Defaulted()]),
        (SOLD, [Defaulted(), Released(), Released()]),
        (SOLD, [Defaulted(), Released(), Awarded("2", 90)]),
        (UNSOLD, [Awarded("2", 50), Awarded("3", 60)]),
    ],
)
def test_what_cannot_follow_is_refused(hammer, steps):
    with pytest.raises(Impossible):
        fold(hammer, steps)
