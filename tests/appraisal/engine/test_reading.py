"""Strict reading: JSON, texts of bytes, moments, keys and status lists."""

import base64
import gzip
import json
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.engine.credentials import (
    CredentialRefused,
    Purpose,
    Question,
    TrustedKey,
    Verdict,
    blank,
    build_certificate,
    canonical,
    changed,
    decode_list,
    did_document,
    did_web_address,
    encode_list,
    is_proven,
    is_set,
    read_json,
    read_keys,
    sign,
    verify,
)
from appraisal.engine.credentials.moments import read_moment, write_moment
from appraisal.engine.credentials.multibase import (
    did_key,
    did_key_method,
    from_base58,
    from_base64url,
    from_multikey,
    public_key_of,
    to_base58,
    to_base64url,
    to_multikey,
)
from appraisal.engine.credentials.status import MOST_BITS

from .cases import bad_lists
from .making import (
    ISSUER,
    KEY,
    METHOD,
    NOW,
    SEED,
    SIGNED,
    clear_lists,
    content,
    signed,
    status_list,
)


def code_of(call, *arguments, **named) -> str:
    with pytest.raises(CredentialRefused) as refusal:
        call(*arguments, **named)
    return refusal.value.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a":1,"a":1}', "duplicate_key"),
        ('[{"x":{"a":1,"\\u0061":2}}]', "duplicate_key"),
        ('"\\ud800"', "lone_surrogate"),
        ('{"\\udfff":1}', "lone_surrogate"),
        ("9007199254740993", "number_beyond_double"),
        ("-9007199254740993", "number_beyond_double"),
        ("100000000000000000001", "number_beyond_double"),
        ("1000000000000000000000", "number_beyond_double"),
        ("1" * 5000, "number_beyond_double"),
        ("1e309", "number_beyond_double"),
        ("-1e309", "number_beyond_double"),
        ("1e-325", "number_beyond_double"),
        ("0.1000000000000000055511151231257827", "number_beyond_double"),
        ("NaN", "not_json"),
        ("-Infinity", "not_json"),
        ("", "not_json"),
        ("[1,]", "not_json"),
        ("\ufeff1", "not_json"),
        ("[" * 33 + "]" * 33, "too_deep"),
        ("[" * 100_000, "too_deep"),
        ('{"a":' * 100_000, "too_deep"),
        (b"\xff", "not_utf8"),
        (b'"\xed\xa0\x80"', "not_utf8"),
        (b"\xef\xbb\xbf1", "not_json"),
    ],
)
def test_texts_that_two_readers_could_read_differently_are_refused(text, code) -> None:
    assert code_of(read_json, text) == code


def test_a_text_is_measured_in_bytes_before_it_is_read() -> None:
    assert read_json('"山"', maximum_bytes=5) == "山"
    assert code_of(read_json, '"山"', maximum_bytes=4) == "too_large"
    assert code_of(read_json, b" " * 5, maximum_bytes=4) == "too_large"


def test_numbers_and_depth_at_the_limit_are_read() -> None:
    assert read_json("9007199254740991") == 2**53 - 1
    assert read_json("9007199254740992") == 2.0**53
    assert read_json("-100000000000000000000") == -1e20
    assert read_json("[" * 32 + "]" * 32) is not None
    numbers = "[1.7976931348623157e308,5e-324,0.30000000000000004,-0.0,1e21,1e20,1E-7,0.000001]"
    assert canonical(read_json(numbers)) == (
        b"[1.7976931348623157e+308,5e-324,0.30000000000000004,0,1e+21,100000000000000000000,1e-7,"
        b"0.000001]"
    )


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "number_beyond_double"),
        (float("inf"), "number_beyond_double"),
        (2**53, "number_beyond_double"),
        ("\udc00", "lone_surrogate"),
        ({"\udc00": 1}, "lone_surrogate"),
        ({1: 2}, "not_json"),
        ({"a": {1}}, "not_json"),
        (b"", "not_json"),
    ],
)
def test_values_without_a_canonical_form_are_refused(value, code) -> None:
    assert code_of(canonical, value) == code


def test_a_value_that_holds_itself_is_too_deep() -> None:
    endless: list = []
    endless.append(endless)
    assert code_of(canonical, endless) == "too_deep"


@given(st.binary(max_size=70))
def test_bytes_and_their_texts_match_one_to_one(content) -> None:
    assert from_base64url(to_base64url(content)) == content
    if content:
        assert from_base58(to_base58(content)) == content


@pytest.mark.parametrize(
    "text", ["", "z", "zO", "z0", "zI", "zl", "z 1", "1", "Z1", None, 7, "z" + "1" * 200, "zé"]
)
def test_other_texts_are_no_base58(text) -> None:
    assert code_of(from_base58, text) == "not_base58"


@pytest.mark.parametrize(
    "text", ["", "A", "uA", "uAB", "uAAF", "uAA=", "uAA==", "u+/8", "uA A", None, 7, "uAAAAA"]
)
def test_other_texts_are_no_base64url(text) -> None:
    assert code_of(from_base64url, text) == "not_base64url"


@given(st.binary(min_size=32, max_size=32))
def test_a_key_keeps_its_name(public_key) -> None:
    assert from_multikey(to_multikey(public_key)) == public_key
    assert to_multikey(public_key).startswith("z6Mk")
    assert public_key_of(did_key_method(public_key)) == public_key
    assert did_key_method(public_key).startswith(did_key(public_key) + "#")


def test_keys_of_another_kind_are_refused() -> None:
    p256 = to_base58(b"\x80\x24" + bytes(33))
    for text in (
        p256,
        to_base58(b"\xed\x01" + bytes(31)),
        to_base58(b"\xed\x01" + bytes(33)),
        "",
        7,
    ):
        assert code_of(from_multikey, text) == "not_ed25519_key"


def test_moments_are_written_in_utc_to_the_second() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert write_moment(datetime(2026, 1, 1, 8, 0, 0, 999, shanghai)) == "2026-01-01T00:00:00Z"
    assert write_moment(datetime(999, 1, 1, tzinfo=UTC)) == "0999-01-01T00:00:00Z"
    assert read_moment("2026-01-01T08:00:00+08:00") == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        write_moment(datetime(2026, 1, 1))
    for text in ("2026-01-01T00:00:00", "2026-01-01", "2026-13-01T00:00:00Z", "", None, 0):
        assert code_of(read_moment, text) == "date_unreadable"


# ------------------------------------------------------------------ keys

ENTRY = did_document(ISSUER, [KEY])["verificationMethod"][0]


def test_a_did_document_is_read_back() -> None:
    late = TrustedKey(f"{ISSUER}#b", ISSUER, KEY.public_key, SIGNED, NOW, SIGNED)
    assert read_keys(did_document(ISSUER, [KEY, late])) == (KEY, late)
    assert read_keys([did_document(ISSUER, [KEY]), {"keys": []}]) == (KEY,)
    with pytest.raises(ValueError, match="own keys"):
        did_document("did:web:other.example", [KEY])


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (None, "keys_unreadable"),
        ({}, "keys_unreadable"),
        ([7], "keys_unreadable"),
        ({"keys": {}}, "keys_unreadable"),
        ({"keys": [7]}, "keys_unreadable"),
        ({"keys": [{**ENTRY, "id": 7}]}, "keys_unreadable"),
        ({"keys": [{**ENTRY, "id": ""}]}, "keys_unreadable"),
        ({"keys": [{**ENTRY, "controller": None}]}, "keys_unreadable"),
        ({"keys": [{**ENTRY, "publicKeyMultibase": "z1"}]}, "keys_unreadable"),
        ({"keys": [{**ENTRY, "expires": "soon"}]}, "keys_unreadable"),
        ({"keys": [{**ENTRY, "expires": "2025-01-01T00:00:00Z"}]}, "keys_unreadable"),
        ({"keys": [{**ENTRY, "id": did_key_method(bytes(32))}]}, "keys_unreadable"),
        ({"keys": [{**ENTRY, "id": "did:key:z#z"}]}, "keys_unreadable"),
        ({"keys": [ENTRY, ENTRY]}, "key_twice"),
        ({"keys": [{**ENTRY, "id": f"x#{n}"} for n in range(1001)]}, "keys_unreadable"),
        ({"id": ISSUER, "verificationMethod": [ENTRY]}, "keys_unreadable"),
        ({"id": "did:web:x.example", "assertionMethod": [ENTRY]}, "keys_unreadable"),
        ({"id": ISSUER, "assertionMethod": [ENTRY["id"]], "verificationMethod": 7}, "keys_unreadable"),
    ],
)  # fmt: skip
def test_bad_lists_of_keys_are_refused(document, code) -> None:
    assert code_of(read_keys, document) == code


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:registry.example", "https://registry.example/.well-known/did.json"),
        ("did:web:registry.example%3A8443", "https://registry.example:8443/.well-known/did.json"),
        ("did:web:registry.example:art:issuer", "https://registry.example/art/issuer/did.json"),
        ("did:web:localhost%3A8000:x", "https://localhost:8000/x/did.json"),
    ],
)
def test_a_did_web_names_its_address(did, address) -> None:
    assert did_web_address(did) == address


@pytest.mark.parametrize(
    "did",
    ["", "did:key:x", "did:web:", "did:web:a b", "did:web:a/b", "did:web:a:..:b", "did:web:a:.",
     "did:web:a@b", "did:web:a%2Fb", "did:web:a:", "did:web:-a", "did:web:A", "did:web:a#b", "did:web:a\n"],
)  # fmt: skip
def test_other_names_are_no_did_web(did) -> None:
    assert code_of(did_web_address, did) == "not_did_web"


# ------------------------------------------------------------------ status lists


@given(st.sets(st.integers(0, 131_071), max_size=40), st.sets(st.integers(0, 131_071), max_size=9))
def test_bits_set_and_cleared_are_those_and_no_others(on, off) -> None:
    bits = changed(changed(blank(), on=on), off=off)
    assert decode_list(encode_list(bits)) == bits
    assert sum(byte.bit_count() for byte in bits) == len(on - off)
    assert all(is_set(bits, index) for index in on - off)


def test_bit_0_is_the_left_most() -> None:
    assert changed(blank(), on=[0])[:2] == b"\x80\x00"
    assert changed(blank(), on=[7, 8])[:2] == b"\x01\x80"


def test_indexes_outside_and_wrong_sizes_are_refused() -> None:
    for index in (-1, 131_072):
        assert code_of(is_set, blank(), index) == "index_outside"
        assert code_of(changed, blank(), on=[index]) == "index_outside"
        assert code_of(changed, blank(), off=[index]) == "index_outside"
    for size in (0, 131_064, 131_073, MOST_BITS + 8):
        with pytest.raises(ValueError, match="bits"):
            blank(size)
    with pytest.raises(ValueError, match="bits"):
        encode_list(bytes(10))
    with pytest.raises(ValueError, match="once"):
        changed(blank(), on=[1], off=[1])
    assert len(decode_list(encode_list(blank(MOST_BITS)))) == 2**21


@pytest.mark.parametrize("name", bad_lists())
def test_bad_lists_are_refused(name) -> None:
    expected = {
        "too short": "list_too_short",
        "bomb": "list_too_long",
        "bomb of 200 MB": "list_too_long",
    }
    assert code_of(decode_list, bad_lists()[name]) == expected.get(name, "list_unreadable")


def test_a_bomb_costs_no_more_than_the_largest_list() -> None:
    bomb = bad_lists()["bomb of 200 MB"]
    tracemalloc.start()
    assert code_of(decode_list, bomb) == "list_too_long"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * (MOST_BITS // 8)
    assert code_of(decode_list, "u" + "A" * 4_000_000) == "list_too_long"


def test_the_same_bits_give_the_same_text_as_any_gzip_reader_reads() -> None:
    text = encode_list(changed(blank(), on=[3]))
    assert text == encode_list(changed(blank(), on=[3]))
    packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    assert gzip.decompress(packed)[0] == 0x10


# ------------------------------------------------------------------ what a check tells


def test_the_age_of_the_status_is_that_of_the_older_list() -> None:
    revocation, suspension = clear_lists()
    older = status_list(Purpose.SUSPENSION, at=NOW - timedelta(days=40))
    found = verify(signed(), [KEY], NOW, status_lists=[revocation, older])
    assert found.status_age(NOW) == timedelta(days=40)
    found = verify(signed(), [KEY], NOW, status_lists=[revocation, older, suspension])
    assert found.status_as_of == NOW - timedelta(days=1)


def test_a_list_older_than_allowed_leaves_the_status_open_but_a_set_bit_stands() -> None:
    week = timedelta(days=7)
    at = NOW - timedelta(days=8)
    lists = [status_list(purpose, at=at) for purpose in Purpose]
    found = verify(signed(), [KEY], NOW, status_lists=lists, maximum_status_age=week)
    assert found.verdict is Verdict.UNKNOWN
    assert found.answer(Question.REVOCATION).code == "list_too_old"
    lists[0] = status_list(Purpose.REVOCATION, 77, at=at)
    found = verify(signed(), [KEY], NOW, status_lists=lists, maximum_status_age=week)
    assert found.verdict is Verdict.REVOKED


def test_the_log_proves_the_date_that_a_revoked_key_cannot() -> None:
    key = TrustedKey(KEY.method, ISSUER, KEY.public_key, None, None, SIGNED + timedelta(days=9))
    lists = clear_lists()
    for logged_at, code in (
        (None, "key_revoked_since"),
        (NOW, "key_revoked_since"),
        (SIGNED, "key_valid"),
    ):
        found = verify(signed(), [key], NOW, status_lists=lists, logged_at=logged_at)
        assert found.answer(Question.KEY).code == code
    assert found.answer(Question.LOG).code == "logged"


def test_the_issuer_may_be_an_object_with_an_id() -> None:
    document = clear_lists()[0]
    assert is_proven(document, [KEY], NOW)
    assert is_proven(json.dumps(document), [KEY], NOW)
    assert not is_proven({**document, "issuer": {"id": ISSUER}}, [KEY], NOW)
    assert not is_proven("{", [KEY], NOW)


def test_a_question_needs_its_moment_with_a_zone() -> None:
    for named in ({"at": datetime(2026, 1, 1)}, {"at": NOW, "logged_at": datetime(2026, 1, 1)}):
        with pytest.raises(ValueError, match="zone"):
            verify(signed(), [KEY], **named)


def test_signing_changes_nothing_it_is_given_and_signs_once() -> None:
    document = build_certificate(content())
    before = json.dumps(document)
    whole = sign(document, seed=SEED, method=METHOD, created=SIGNED)
    assert json.dumps(document) == before
    assert {key: value for key, value in whole.items() if key != "proof"} == document
    again = {"seed": SEED, "method": METHOD, "created": SIGNED}
    assert code_of(sign, whole, **again) == "already_signed"
    assert code_of(sign, {"a": float("nan")}, **again) == "number_beyond_double"
    with pytest.raises(ValueError, match="zone"):
        sign(document, seed=SEED, method=METHOD, created=datetime(2026, 1, 1))
