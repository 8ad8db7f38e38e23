"""References that people copy by hand, and amounts in a gateway's own unit: pure rules."""

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from artmarket.ledger.engine.references import (
    ALPHABET,
    SPACE,
    make_reference,
    printed,
    references_in,
)
from artmarket.ledger.gateways.units import (
    STRIPE_THREE,
    STRIPE_WHOLE,
    NotRepresentable,
    from_stripe,
    to_stripe,
)

serials = st.integers(0, SPACE - 1)
CURRENCIES = ["CNY", "EUR", "USD", "JPY", "KRW", "ISK", "UGX", "KWD", "TND", "HUF", "CLP"]


@given(serials, st.sampled_from("PRW"))
def test_a_printed_reference_is_found_and_only_among_its_kind(serial, kind):
    reference = make_reference(kind, serial)
    assert references_in(f"货款，{printed(reference).lower()}。", [kind]) == [reference]
    others = [each for each in "PRW" if each != kind]
    assert references_in(printed(reference), others) == []


@given(serials, serials)
def test_different_serials_have_different_references(one, other):
    assert (make_reference("P", one) == make_reference("P", other)) == (one == other)


@given(serials, st.integers(1, 8), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(serial, place, letter):
    right = make_reference("P", serial)
    wrong = right[:place] + letter + right[place + 1 :]
    assert references_in(wrong) == ([right] if wrong == right else [])


@pytest.mark.parametrize("serial", [-1, SPACE])
def test_a_serial_outside_is_refused(serial):
    with pytest.raises(ValueError, match="outside"):
        make_reference("P", serial)


@given(st.sampled_from(CURRENCIES), st.integers(0, 10**12))
def test_an_amount_goes_to_the_gateway_and_comes_back_or_is_refused(currency, minor):
    try:
        amount = to_stripe(minor, currency)
    except NotRepresentable:
        assert currency in STRIPE_THREE | STRIPE_WHOLE
        return
    assert from_stripe(amount, currency) == minor


@pytest.mark.parametrize(
    ("currency", "minor", "amount"),
    [("JPY", 500, 500), ("CNY", 500, 500), ("ISK", 5, 500), ("UGX", 5, 500), ("KWD", 5_120, 5_120)],
)
def test_examples(currency, minor, amount):
    assert get_currency_precision(currency) in (0, 2, 3)
    assert to_stripe(minor, currency) == amount


@pytest.mark.parametrize(("currency", "amount"), [("ISK", 550), ("UGX", 1)])
def test_a_fraction_that_does_not_exist_is_refused_not_rounded(currency, amount):
    with pytest.raises(NotRepresentable):
        from_stripe(amount, currency)


def test_a_third_place_that_is_not_zero_is_refused():
    with pytest.raises(NotRepresentable):
        to_stripe(5_124, "KWD")
