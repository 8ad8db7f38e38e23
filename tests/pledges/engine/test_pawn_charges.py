"""What a ticket costs agrees with the fee and interest by days, for any ticket and day."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from auctions.pledges.engine.pawn import FeeRule, fee_cap
from auctions.pledges.engine.pawn_charges import charges

START = date(2026, 1, 5)


@given(
    st.integers(1, 10**10), st.integers(-10, 400), st.integers(1, 200), st.integers(0, 42),
    st.integers(0, 435), st.booleans(),
)  # fmt: skip
def test_charges_are_never_above_the_caps_and_stop_on_the_last_day(
    principal, days, last, permille, pct, is_renewal
):
    rule = FeeRule(Fraction(permille), 5, 30)

    def at(n: int):
        return charges(
            principal, START, START + timedelta(days=n), until=START + timedelta(days=last),
            fee=rule, annual_pct=Fraction(pct, 100), year_days=360, is_renewal=is_renewal,
        )  # fmt: skip

    found = at(days)
    counted = min(days, last)
    if counted < 0 or (is_renewal and counted == 0):
        assert (found.fee, found.interest) == (0, 0)
        return
    assert found.days == counted
    assert found.fee == fee_cap(principal, counted, rule).most
    exact = Fraction(principal * pct * counted, 100 * 100 * 360)
    assert found.interest <= exact < found.interest + 1
    # Another day never costs less, and none after the last costs more.
    later = at(days + 1)
    assert later.fee >= found.fee and later.interest >= found.interest
    assert at(last + 30) == at(last)
