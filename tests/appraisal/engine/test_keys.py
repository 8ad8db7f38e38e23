"""Sealed signing keys, and which key signs or verifies when (registry rules, section 6)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.engine.credentials import (
    Question,
    Verdict,
    did_document,
    public_key_from,
    read_keys,
    verify,
)
from appraisal.engine.credentials.trusted import TrustedKey
from appraisal.engine.keys import (
    Gap,
    KeyRefused,
    gaps,
    is_under,
    rewrap,
    signing_key,
    successor_due,
    unwrap,
    verifying_keys,
    wrap,
)

from .making import ISSUER, METHOD, SEED, clear_lists, signed

MASTER, NEXT_MASTER = b"m" * 32, b"n" * 40
SALT = bytes(range(100, 132))
DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
bytes_32 = st.binary(min_size=32, max_size=32)


def sealed(**changes) -> str:
    return wrap(**{"seed": SEED, "key_id": METHOD, "master": MASTER, "salt": SALT, **changes})


def key(name: str, begin: int | None, end: int | None = None, revoked: int | None = None):
    """A key from one day to another, counted from the start."""
    moments = (None if day is None else START + day * DAY for day in (begin, end, revoked))
    return TrustedKey(f"{ISSUER}#{name}", ISSUER, public_key_from(SEED), *moments)


@settings(deadline=None)
@given(bytes_32, bytes_32, st.binary(min_size=32, max_size=64), st.text(min_size=1).filter(
    lambda text: not any("\ud800" <= c <= "\udfff" for c in text)))  # fmt: skip
def test_what_is_sealed_opens_again(seed, salt, master, key_id) -> None:
    opened = unwrap(wrap(seed, key_id=key_id, master=master, salt=salt), [b"x" * 32, master])
    assert (opened.seed, opened.key_id) == (seed, key_id)
    assert opened.public_key == public_key_from(seed)


def test_the_seed_shows_nowhere() -> None:
    text = sealed()
    for form in (SEED.hex(), repr(SEED)):
        assert form not in text
        assert form not in repr(unwrap(text, [MASTER]))
    assert sealed(salt=bytes(32)) != text
    assert sealed() == text


def test_another_secret_does_not_open_it() -> None:
    for masters in ([], [NEXT_MASTER], [MASTER + b"x"], [MASTER[:-1] + b"x"]):
        with pytest.raises(KeyRefused) as refusal:
            unwrap(sealed(), masters)
        assert refusal.value.code == "key_not_opened"


@pytest.mark.parametrize("member", ["format", "keyId", "publicKeyMultibase", "salt", "sealed"])
def test_no_part_can_be_changed_left_out_or_taken_from_another_key(member) -> None:
    content = json.loads(sealed())
    other = json.loads(sealed(seed=bytes(32), key_id=f"{ISSUER}#other", salt=bytes(32)))
    if member != "format":
        assert other[member] != content[member]
        with pytest.raises(KeyRefused):
            unwrap(json.dumps({**content, member: other[member]}), [MASTER])
    for value in (None, 7, "", content[member] + "x", content[member][:-1]):
        with pytest.raises(KeyRefused):
            unwrap(json.dumps({**content, member: value}), [MASTER])
    del content[member]
    with pytest.raises(KeyRefused) as refusal:
        unwrap(json.dumps(content), [MASTER])
    assert refusal.value.code == "key_unreadable"


@given(st.text(max_size=300))
def test_any_other_text_is_refused(text) -> None:
    with pytest.raises(KeyRefused) as refusal:
        unwrap(text, [MASTER])
    assert refusal.value.code == "key_unreadable"


@pytest.mark.parametrize(
    "changes",
    [{"seed": bytes(31)}, {"salt": bytes(16)}, {"master": b"password"}, {"key_id": ""}],
)
def test_parts_of_a_wrong_length_are_errors_of_the_caller(changes) -> None:
    with pytest.raises(ValueError, match=r"bytes|id"):
        sealed(**changes)


def test_a_master_secret_is_changed_without_changing_the_key() -> None:
    old = sealed()
    new = rewrap(old, [MASTER], master=NEXT_MASTER, salt=bytes(32))
    assert (is_under(old, MASTER), is_under(old, NEXT_MASTER)) == (True, False)
    assert (is_under(new, MASTER), is_under(new, NEXT_MASTER)) == (False, True)
    assert unwrap(new, [NEXT_MASTER]) == unwrap(old, [MASTER])
    with pytest.raises(KeyRefused):
        is_under("{}", MASTER)


def test_the_key_begun_last_signs() -> None:
    keys = [key("a", None, 100), key("b", 10, 200), key("c", 90)]
    names = {
        day: signing_key(keys, ISSUER, START + day * DAY).method[-1]
        for day in (0, 9, 10, 89, 90, 100, 200, 9000)
    }
    assert names == {0: "a", 9: "a", 10: "b", 89: "b", 90: "c", 100: "c", 200: "c", 9000: "c"}


def test_without_a_key_nothing_is_signed() -> None:
    keys = [key("a", 0, 10), key("b", 20, None, 30)]
    for day in (-1, 10, 19, 30, 31):
        with pytest.raises(KeyRefused) as refusal:
            signing_key(keys, ISSUER, START + day * DAY)
        assert refusal.value.code == "no_key"
    with pytest.raises(KeyRefused):
        signing_key(keys, "did:web:other.example", START)
    with pytest.raises(ValueError, match="zone"):
        signing_key(keys, ISSUER, datetime(2026, 1, 1))


def test_ended_and_revoked_keys_stay_listed_and_future_ones_do_not() -> None:
    keys = [key("c", 20), key("b", 5, None, 8), key("a", None, 3)]
    listed = verifying_keys(keys, START + 10 * DAY)
    assert [item.method[-1] for item in listed] == ["a", "b"]
    assert read_keys(did_document(ISSUER, listed)) == listed


def test_gaps_in_which_nobody_can_sign() -> None:
    def found(*keys):
        days = [(gap.since, gap.until) for gap in gaps(keys, ISSUER, START)]
        return [((a - START).days, None if b is None else (b - START).days) for a, b in days]

    assert found(key("a", None)) == []
    assert found() == [(0, None)]
    assert found(key("a", 0, 10)) == [(10, None)]
    assert found(key("a", 5, 10), key("b", 10)) == [(0, 5)]
    assert found(key("a", 0, 10), key("b", 12, 20), key("c", 15, 18), key("d", 20)) == [(10, 12)]
    assert found(key("a", 0, 30, 10), key("b", 12)) == [(10, 12)]
    assert found(key("a", -20, -10), key("b", 2)) == [(0, 2)]
    assert found(key("a", 3, 9, 3), key("b", 4)) == [(0, 4)]
    assert gaps([key("a", 0, 10)], ISSUER, START) == (Gap(START + 10 * DAY, None),)


def test_a_successor_is_asked_for_in_time() -> None:
    keys = [key("a", 0, 100)]
    month = timedelta(days=30)
    assert not successor_due(keys, ISSUER, START + 70 * DAY, notice=month)
    assert successor_due(keys, ISSUER, START + 71 * DAY, notice=month)
    assert not successor_due([*keys, key("b", 99)], ISSUER, START + 71 * DAY, notice=month)
    assert successor_due([*keys, key("b", 101)], ISSUER, START + 71 * DAY, notice=month)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20), st.none() | st.integers(0, 60)), max_size=6),
    st.integers(0, 80),
)  # fmt: skip
def test_gaps_and_signing_tell_the_same(spans, day) -> None:
    keys = [key(str(n), begin, begin + length, end) for n, (begin, length, end) in enumerate(spans)]
    at = START + day * DAY
    in_gap = any(
        gap.since <= at and (gap.until is None or at < gap.until)
        for gap in gaps(keys, ISSUER, START)
    )
    assert in_gap != any(item.may_sign_at(at) for item in keys)


def test_certificates_of_the_old_key_hold_after_the_change() -> None:
    old = replace(key("2026", 0), method=METHOD, valid_until=START + 90 * DAY)
    new = key("2027", 80)
    at = datetime(2026, 6, 1, tzinfo=UTC)
    # The lists were signed on 31 May by the old key, which had ended: they count for nothing.
    found = verify(signed(), [old, new], at, status_lists=clear_lists())
    assert found.answer(Question.KEY).code == "key_valid"
    assert found.answer(Question.REVOCATION).code == "list_refused"
    assert found.verdict is Verdict.UNKNOWN
