"""What is logged: canonical JSON of a bounded length, and commitments for personal values."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.engine.log import canonical_json, commit, errors, read_entry, write_entry

words = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | words,
    lambda inner: st.lists(inner) | st.dictionaries(words, inner),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(words, values))
def test_each_fact_has_one_text_whatever_the_order_of_its_keys(fact: dict[str, Any]) -> None:
    entry = write_entry(fact)
    assert read_entry(entry) == fact
    assert write_entry(dict(reversed(fact.items()))) == entry
    assert json.loads(entry) == fact


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"[]",
        b'"text"',
        b"null",
        b"{} ",
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e400}',
        b'{"a":NaN}',
        b'{"a":-0}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\ud800"}',
        b'{"a":9007199254740993}',
        b'{"a":"\xff"}',
        b"\xef\xbb\xbf{}",
        b'{"a":' * 20_000,
        b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    ],
)
def test_what_is_not_the_canonical_text_of_an_object_is_refused(entry: bytes) -> None:
    with pytest.raises(errors.LogError) as found:
        read_entry(entry)
    assert found.type in (errors.MalformedEntry, errors.EntryTooLarge)


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        2**53,
        -(2**53),
        "\ud800",
        {1: 2},
        {"\ud800": 1},
        b"x",
        object(),
        {1, 2},
    ],
)
def test_a_value_without_canonical_json_is_refused(value: object) -> None:
    with pytest.raises(errors.MalformedEntry):
        canonical_json(value)
    with pytest.raises(errors.MalformedEntry):
        write_entry({"value": value})


def test_a_value_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(errors.MalformedEntry):
        canonical_json(loop)


def test_an_entry_is_an_object_and_has_at_most_65535_bytes() -> None:
    for value in ([], "text", None, 5):
        with pytest.raises(errors.MalformedEntry):
            write_entry(value)
    room = 65_535 - len(write_entry({"t": ""}))
    assert len(write_entry({"t": "x" * room})) == 65_535
    with pytest.raises(errors.EntryTooLarge, match="65536 bytes"):
        write_entry({"t": "x" * (room + 1)})
    with pytest.raises(errors.EntryTooLarge):
        write_entry({"t": "山" * (room // 3 + 1)})
    with pytest.raises(errors.EntryTooLarge):
        read_entry(b'{"t":"' + b"x" * 65_535 + b'"}')


def test_a_commitment_is_the_hash_of_salt_and_value() -> None:
    salt = bytes(range(32))
    assert commit("张三", salt) == sha256(salt + "张三".encode()).hexdigest()
    assert commit("张三", salt) != commit("张三", bytes(32))
    assert commit("张三", salt) != commit("张三 ", salt)


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33), "a" * 32])
def test_a_salt_of_another_length_is_refused(salt: Any) -> None:
    with pytest.raises(errors.WeakSalt):
        commit("张三", salt)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(errors.MalformedEntry):
        commit("\ud800", bytes(32))
