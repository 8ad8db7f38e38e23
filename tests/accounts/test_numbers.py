"""Numbers of persons and enterprises: what is sound, what is refused, and why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artmarket.accounts.engine import (
    NumberProblem,
    masked,
    read_credit_code,
    read_document_number,
    read_id_number,
)

TODAY = date(2026, 11, 24)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_digit(first_seventeen: str) -> str:
    """The standard's own table, written out once more."""
    total = sum(int(c) * w for c, w in zip(first_seventeen, WEIGHTS, strict=True))
    return first_seventeen + "10X98765432"[total % 11]


def problem_of(reader, *args, **kwargs) -> str:
    with pytest.raises(NumberProblem) as caught:
        reader(*args, **kwargs)
    return caught.value.code


def test_the_example_of_the_standard_is_sound():
    number = read_id_number("11010519491231002X", today=TODAY)
    assert number.text == "11010519491231002X"
    assert number.born == date(1949, 12, 31)


@pytest.mark.parametrize(
    "typed",
    ["110105 19491231 002x", "110105-19491231-002X", "１１０１０５１９４９１２３１００２Ｘ"],
)
def test_a_number_is_read_as_people_type_it(typed):
    assert read_id_number(typed, today=TODAY).text == "11010519491231002X"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "length"),
        ("110105194912310", "length"),
        ("11010519491231002X0", "length"),
        ("X1010519491231002X", "characters"),
        ("110105194912310021", "checksum"),
        ("110105194912310X20", "characters"),
        (with_check_digit("99010519491231002"), "region"),
        (with_check_digit("11010519490231002"), "date"),
        (with_check_digit("11010520301231002"), "date"),
        (with_check_digit("11010518901231002"), "date"),
    ],
)
def test_an_impossible_number_is_refused_by_its_reason(typed, code):
    assert problem_of(read_id_number, typed, today=TODAY) == code


def test_a_number_of_a_county_founded_after_the_birth_is_sound():
    # Cards were issued from 1984 on, under the codes of that day.
    assert read_id_number(with_check_digit("37070219500101001"), today=TODAY).born.year == 1950


@given(
    st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9)
)
def test_one_wrong_digit_is_always_noticed(born, serial, place, shift):
    number = with_check_digit(f"370702{born:%Y%m%d}{serial:03}")
    assert read_id_number(number, today=TODAY).born == born
    wrong = f"{number[:place]}{(int(number[place]) + shift) % 10}{number[place + 1 :]}"
    assert problem_of(read_id_number, wrong, today=TODAY) == "checksum"


def test_the_age_counts_full_years():
    number = read_id_number(with_check_digit("37070220081125001"), today=TODAY)
    assert number.age(TODAY) == 17
    assert number.age(date(2026, 11, 25)) == 18


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("passport", "e12345678", "E12345678"),
        ("hk_macau", "H12345678", "H12345678"),
        ("taiwan", "1234 5678", "12345678"),
        ("residence", "USA110100000001", "USA110100000001"),
    ],
)
def test_other_papers_are_judged_by_their_form(kind, typed, kept):
    number = read_document_number(kind, typed, today=TODAY)
    assert (number.text, number.born, number.age(TODAY)) == (kept, None, None)
    assert problem_of(read_document_number, kind, "!", today=TODAY) == "characters"


def test_a_credit_code_is_checked_by_its_own_digit():
    assert read_credit_code(" 91110000600037341l ") == "91110000600037341L"
    assert problem_of(read_credit_code, "91110000600037342L") == "checksum"
    assert problem_of(read_credit_code, "9111000060003734") == "length"
    assert problem_of(read_credit_code, "9111000060003734IO") in {"characters", "checksum"}


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("11010519491231002X", "110*************2X"),
        ("12345678", "1******8"),
        ("12", "**"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_little(number, shown):
    assert masked(number) == shown
