"""Sealed values: nobody reads them without a key, and keys can be changed."""

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError

from artmarket.core.sealed import (
    SealBroken,
    SealedTextField,
    fingerprint,
    is_newest,
    seal,
    unseal,
)

NUMBER = "11010519491231002X"


@pytest.fixture
def keys(settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), Fernet.generate_key().decode()]
    return settings.FIELD_KEYS


def test_a_sealed_text_is_read_with_the_key_and_never_twice_the_same(keys):
    first, second = seal(NUMBER), seal(NUMBER)
    assert first != second
    assert NUMBER not in first
    assert unseal(first) == unseal(second) == NUMBER


def test_the_empty_text_stays_empty(keys):
    assert seal("") == unseal("") == ""
    assert is_newest("")


def test_an_older_key_still_opens_until_it_is_taken_away(keys, settings):
    token = Fernet(keys[1]).encrypt(NUMBER.encode()).decode()
    assert unseal(token) == NUMBER
    assert not is_newest(token)
    settings.FIELD_KEYS = keys[:1]
    with pytest.raises(SealBroken):
        unseal(token)


def test_a_changed_value_is_noticed(keys):
    token = seal(NUMBER)
    broken = token[:-6] + ("A" if token[-6] != "A" else "B") + token[-5:]
    with pytest.raises(SealBroken):
        unseal(broken)


def test_a_fingerprint_is_equal_for_equal_texts_of_one_kind_only(settings):
    before = fingerprint(NUMBER, kind="id_card")
    assert before == fingerprint(NUMBER, kind="id_card")
    assert before != fingerprint(NUMBER, kind="passport")
    settings.FINGERPRINT_KEY = "another"
    assert before != fingerprint(NUMBER, kind="id_card")


def test_a_sealed_column_refuses_to_be_searched():
    field = SealedTextField(name="number")
    with pytest.raises(FieldError, match="fingerprint"):
        field.get_lookup("exact")
    assert field.get_lookup("isnull")
