"""A sale undone after its release: the parts add up, and each owes what he got."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.engine.settlement import Impossible, Shares, unwind

NAMES = tuple(Shares.__dataclass_fields__)
parts = st.fixed_dictionaries({name: st.integers(0, 10**12) for name in NAMES})


def shares(**parts: int) -> Shares:
    return Shares(**(dict.fromkeys(NAMES, 0) | parts))


@st.composite
def unwound(draw):
    given_parts = draw(parts)
    held = {name: draw(st.integers(0, part)) for name, part in given_parts.items()}
    return Shares(**given_parts), Shares(**held)


def test_when_all_was_paid_out_the_fund_pays_and_both_sides_owe_it():
    found = unwind(shares(seller=2470, house=520, platform=39, tax=78), shares(platform=39, tax=78))
    assert (found.fund, found.seller_owes, found.house_owes) == (2990, 2470, 520)
    assert found.kept.total == 117


def test_tax_that_was_paid_over_was_the_sellers_money():
    found = unwind(shares(seller=2392, tax=78), shares())
    assert (found.fund, found.seller_owes, found.house_owes) == (2470, 2470, 0)


def test_a_resale_right_that_was_paid_on_is_owed_by_nobody():
    found = unwind(shares(seller=100, artist=4), shares(seller=100))
    assert (found.fund, found.seller_owes, found.house_owes) == (4, 0, 0)


@given(unwound())
def test_the_buyer_gets_all_and_nobody_owes_what_he_did_not_get(case):
    all_, held = case
    found = unwind(all_, held)
    assert found.fund + found.kept.total == all_.total
    assert 0 <= found.house_owes <= all_.house
    assert 0 <= found.seller_owes <= all_.seller + all_.tax
    lost = (all_.platform - held.platform) + (all_.artist - held.artist)
    assert found.fund == found.seller_owes + found.house_owes + lost


@given(unwound(), st.sampled_from(NAMES), st.integers(1, 10**6))
def test_more_than_a_part_is_never_taken_back(case, name, more):
    all_, held = case
    for wrong in (getattr(all_, name) + more, -more):
        values = {other: getattr(held, other) for other in NAMES} | {name: wrong}
        with pytest.raises(Impossible):
            unwind(all_, Shares(**values))
