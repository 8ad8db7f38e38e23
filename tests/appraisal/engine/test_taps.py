"""Readings of chips: the published example, and nothing that the chip did not say is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.engine.taps import (
    MOST_COUNTER,
    ChipKeys,
    Loop,
    Tap,
    TapFault,
    TapRefused,
    read_tap,
    tap_code,
)

ZERO = ChipKeys(bytes(16), bytes(16))
NUMBER = "04DE5F1EACC040"
keys = st.binary(min_size=16, max_size=16)
numbers = st.binary(min_size=7, max_size=7).map(lambda raw: raw.hex().upper())
counters = st.integers(0, MOST_COUNTER)
loops = st.sampled_from(["", "CC", "OO", "OC", "II"])


def plain(key: bytes, number: str, counter: int, loop: str = "") -> dict[str, str]:
    """The parameters of an address with the number in the open."""
    return {
        "number": number,
        "counter": f"{counter:06X}",
        "loop": loop,
        "code": tap_code(key, number=number, counter=counter, loop=loop),
    }


def fault(**words) -> TapFault:
    """Why a reading is refused."""
    with pytest.raises(TapRefused) as refused:
        read_tap(words.pop("keys", ZERO), **{"expected": NUMBER, "last_counter": -1, **words})
    return refused.value.fault


def test_the_makers_own_example():
    """NXP AN12196: keys of zeros, number 04DE5F1EACC040, counter 61."""
    tap = read_tap(
        ZERO, sealed="EF963FF7828658A599F3041510671E88", code="94EED9EE65337086",
        expected=NUMBER, last_counter=60,
    )  # fmt: skip
    assert tap == Tap(NUMBER, 61)
    assert tap_code(bytes(16), number=NUMBER, counter=61) == "94EED9EE65337086"


@given(keys, numbers, counters, loops)
def test_what_a_chip_writes_is_read(key, number, counter, loop):
    tap = read_tap(
        ChipKeys(bytes(16), key), **plain(key, number, counter, loop),
        expected=number.lower(), last_counter=counter - 1,
    )  # fmt: skip
    assert (tap.number, tap.counter) == (number, counter)
    assert tap.loop is {"CC": Loop.WHOLE, "": Loop.UNKNOWN, "II": Loop.UNKNOWN}.get(
        loop, Loop.BROKEN
    )


@given(keys, numbers, counters, st.sampled_from(["code", "number", "counter"]), st.data())
def test_one_digit_changed_is_never_believed(key, number, counter, part, data):
    words = plain(key, number, counter)
    place = data.draw(st.integers(0, len(words[part]) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789ABCDEF" if d != words[part][place]]))
    words[part] = words[part][:place] + other + words[part][place + 1 :]
    assert fault(keys=ChipKeys(bytes(16), key), **words) is TapFault.FORGED


def test_a_loop_cannot_be_said_whole_by_the_address():
    words = plain(bytes(16), NUMBER, 5, "OC") | {"loop": "CC"}
    assert fault(**words) is TapFault.FORGED
    assert fault(**plain(bytes(16), NUMBER, 5, "OC") | {"loop": ""}) is TapFault.FORGED


@given(counters, counters)
def test_a_counter_that_does_not_rise_is_a_replay(counter, last):
    words = plain(bytes(16), NUMBER, counter)
    if counter > last:
        assert read_tap(ZERO, **words, expected=NUMBER, last_counter=last).counter == counter
    else:
        assert fault(**words, last_counter=last) is TapFault.REPLAYED


def test_a_chip_of_the_same_keys_is_another_chip():
    words = plain(bytes(16), "04DE5F1EACC041", 5)
    assert fault(**words) is TapFault.ANOTHER_CHIP


@pytest.mark.parametrize(
    "words",
    [
        {"code": "94EED9EE65337086", "sealed": "EF96"},
        {"code": "xx", "number": NUMBER, "counter": "000001"},
        {"code": "94 EE D9 EE 65 33", "number": NUMBER, "counter": "000001"},
        {"code": "94EED9EE65337086", "number": "", "counter": ""},
        {"code": "94EED9EE65337086", "number": NUMBER, "counter": "00003D", "loop": "X"},
        {"code": "94EED9EE65337086", "number": NUMBER, "counter": "00003D", "loop": "CCC"},
    ],
)
def test_addresses_that_no_chip_writes(words):
    assert fault(**words) is TapFault.MALFORMED


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20), st.text(max_size=4))
def test_any_text_is_refused_in_order(code, sealed, number, loop):
    with pytest.raises(TapRefused):
        read_tap(
            ZERO, code=code, sealed=sealed, number=number, counter="000001", loop=loop,
            expected=NUMBER, last_counter=-1,
        )  # fmt: skip


def test_keys_show_in_no_trace():
    assert repr(ChipKeys(b"k" * 16, b"c" * 16)) == "ChipKeys(…)"
    with pytest.raises(ValueError, match="16 bytes"):
        ChipKeys(b"k", b"c" * 16)
