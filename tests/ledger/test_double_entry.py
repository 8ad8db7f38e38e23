"""The arithmetic of the books, by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artmarket.ledger.engine.double_entry import (
    MAX_MINOR,
    BadLine,
    Content,
    Line,
    changes,
    check,
    reversed_lines,
)

SIDES = {1: "debit", 2: "debit", 3: "credit", 4: "credit", 5: "credit"}
pairs = st.permutations(sorted(SIDES)).map(lambda order: order[:2])
lines = st.lists(
    st.builds(
        lambda pair, amount: Line(pair[0], pair[1], "CNY", amount),
        pairs,
        st.integers(1, MAX_MINOR),
    ),
    min_size=1,
    max_size=6,
)


def content(**more) -> Content:
    values = {
        "key": "k", "kind": "sale", "memo": "", "booked_on": "2026-11-28", "subject_kind": "",
        "subject_id": "", "corrects": "", "lines": (Line(1, 3, "CNY", 5),),
    }  # fmt: skip
    return Content(**(values | more))


@given(lines)
def test_debit_balances_move_as_much_as_credit_balances(of_entry):
    moved = changes(of_entry, SIDES)
    debit = sum(change for account, change in moved.items() if SIDES[account] == "debit")
    credit = sum(change for account, change in moved.items() if SIDES[account] == "credit")
    assert debit == credit


@given(lines)
def test_lines_and_their_reversal_move_nothing(of_entry):
    assert set(changes([*of_entry, *reversed_lines(of_entry)], SIDES).values()) == {0}


@given(lines, lines)
def test_changes_of_two_entries_add_up(one, other):
    both, first, second = changes([*one, *other], SIDES), changes(one, SIDES), changes(other, SIDES)
    assert both == {k: first.get(k, 0) + second.get(k, 0) for k in both}


def test_a_debit_raises_what_we_have_and_lowers_what_we_owe():
    assert changes([Line(1, 3, "CNY", 500)], SIDES) == {1: 500, 3: 500}
    assert changes([Line(3, 1, "CNY", 500)], SIDES) == {1: -500, 3: -500}
    assert changes([Line(3, 4, "CNY", 500)], SIDES) == {3: -500, 4: 500}


@pytest.mark.parametrize("amount", [0, -1, MAX_MINOR + 1, 1.5, True, "5"])
def test_an_amount_is_a_whole_number_above_zero(amount):
    with pytest.raises(BadLine):
        check([Line(1, 2, "CNY", amount)])


def test_an_entry_needs_a_line_between_two_accounts():
    with pytest.raises(BadLine, match="needs a line"):
        check([])
    with pytest.raises(BadLine, match="to another"):
        check([Line(1, 1, "CNY", 5)])


@pytest.mark.parametrize(
    "change",
    [
        {"key": "l"}, {"kind": "fee"}, {"memo": "x"}, {"booked_on": "2026-11-27"},
        {"subject_kind": "a"}, {"subject_id": "1"}, {"corrects": "j"},
        {"lines": (Line(1, 3, "CNY", 6),)}, {"lines": (Line(1, 4, "CNY", 5),)},
        {"lines": (Line(2, 3, "CNY", 5),)}, {"lines": (Line(1, 3, "EUR", 5),)},
        {"lines": (Line(1, 3, "CNY", 5, "x"),)}, {"lines": (Line(1, 3, "CNY", 5),) * 2},
    ],
)  # fmt: skip
def test_every_word_and_figure_counts_in_the_digest(change):
    assert content(**change).digest() != content().digest()


def test_the_digest_is_the_sha_256_of_the_canonical_json():
    """By hand: `printf '%s' '{"booked_on":…}' | sha256sum`."""
    import hashlib

    written = (
        '{"booked_on":"2026-11-28","corrects":"","key":"k","kind":"sale",'
        '"lines":[[1,3,"CNY","5",""]],"memo":"","subject":["",""]}'
    )
    assert content().digest() == hashlib.sha256(written.encode()).hexdigest()
