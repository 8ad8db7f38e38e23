"""A ticket is read as it was made, and in no other way."""

import base64
import string
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.engine.tickets import CODE_LENGTH, MOST_PLACES, TicketError, read_ticket, ticket_code

KEY, OLD, OTHER = b"k" * 32, b"o" * 32, b"x" * 32
ALPHABET = string.ascii_uppercase + "234567"
BOOKING = uuid.UUID("0b5f1d5e-8b0d-4c57-9a52-6a1d3f1c7e21")
CODE = ticket_code(BOOKING, 2, KEY)
# What is printed stays readable: this code was made by the first version.
PRINTED = "AEFV6HK6RMGUYV42KJVB2PY4PYQQAARYHSDPAO4KACKKEP3I"

bookings = st.uuids()
places = st.integers(0, MOST_PLACES - 1)
keys = st.binary(min_size=16, max_size=64)


def refusal(code: str, *secrets: bytes) -> str:
    with pytest.raises(TicketError) as refused:
        read_ticket(code, secrets or (KEY,))
    return refused.value.code


@given(bookings, places, keys)
def test_a_ticket_says_which_booking_and_place(booking: uuid.UUID, place: int, key: bytes) -> None:
    code = ticket_code(booking, place, key)
    assert read_ticket(code, [key]) == (booking, place)
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)


def test_every_change_of_one_character_is_refused() -> None:
    for n, was in enumerate(CODE):
        for other in set(ALPHABET) - {was}:
            assert refusal(CODE[:n] + other + CODE[n + 1 :]) in {"unreadable", "forged"}


@given(bookings, places, st.integers(0, CODE_LENGTH - 1), st.sampled_from(ALPHABET))
def test_any_character_in_another_place_is_refused(
    booking: uuid.UUID, place: int, at: int, other: str
) -> None:
    code = ticket_code(booking, place, KEY)
    changed = code[:at] + other + code[at + 1 :]
    if changed != code:
        refusal(changed)


@given(st.text(max_size=60) | st.text(ALPHABET, min_size=48, max_size=48))
def test_no_text_is_a_ticket_by_chance(anything: str) -> None:
    refusal(anything)


def test_a_printed_ticket_stays_readable() -> None:
    assert CODE == PRINTED
    assert read_ticket(PRINTED, [KEY]) == (BOOKING, 2)


def test_how_it_is_typed_is_forgiven() -> None:
    groups = "-".join(CODE[n : n + 6] for n in range(0, CODE_LENGTH, 6))
    for typed in (
        groups.lower(),
        groups.replace("-", " "),
        groups.replace("-", "–"),
        f"\n {CODE}\t",
        CODE.replace("O", "0").replace("I", "1"),
        "".join(chr(ord(c) + 0xFEE0) for c in CODE),  # full width
    ):
        assert read_ticket(typed, [KEY]) == (BOOKING, 2)
    with_both = next(
        code
        for code in (ticket_code(uuid.UUID(int=n), 0, KEY) for n in range(1000))
        if {"O", "I"} <= set(code)
    )
    assert read_ticket(with_both.replace("O", "0").replace("I", "1"), [KEY])[1] == 0


def test_tickets_of_the_key_before_are_still_believed() -> None:
    old = ticket_code(BOOKING, 1, OLD)
    assert read_ticket(old, [KEY, OLD]) == (BOOKING, 1)
    assert refusal(old, KEY) == "forged"
    assert refusal(CODE, OTHER) == "forged"


def test_what_is_no_ticket_is_told_from_what_is_forged() -> None:
    assert refusal("") == "unreadable"
    assert refusal(CODE[:-1]) == "unreadable"
    assert refusal(CODE + "A") == "unreadable"
    assert refusal("8" + CODE[1:]) == "unreadable"
    assert refusal("A" * 10_000) == "unreadable"
    assert refusal("ſ" * CODE_LENGTH) in {"unreadable", "forged"}
    another_version = base64.b32encode(b"\x02" + base64.b32decode(CODE)[1:]).decode()
    assert refusal(another_version) == "unreadable"
    assert refusal(CODE[:-1] + ("A" if CODE[-1] != "A" else "B")) == "forged"


def test_without_a_key_nothing_is_believed() -> None:
    with pytest.raises(TicketError) as refused:
        read_ticket(CODE, [])
    assert refused.value.code == "forged"
    with pytest.raises(ValueError, match="16 bytes"):
        ticket_code(BOOKING, 0, b"")
    with pytest.raises(ValueError, match="16 bytes"):
        read_ticket(CODE, [b"short"])


@pytest.mark.parametrize("place", [-1, MOST_PLACES])
def test_a_place_that_no_booking_has_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match="place"):
        ticket_code(BOOKING, place, KEY)
