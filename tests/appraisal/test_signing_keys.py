"""Signing keys: who makes them, what they sign, how one follows another, how they end."""

import base64
import io
import logging
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from appraisal.engine import keys as engine
from appraisal.engine.credentials import did_document, did_web_address, public_key_from, read_keys
from appraisal.engine.credentials.multibase import from_multikey, to_base58, to_base64url
from appraisal.engine.credentials.proof import read_proof, signature_holds
from appraisal.models import SealedKey
from appraisal.services import signing_keys
from appraisal.services.signing_keys import (
    NoKey,
    can_sign,
    controller_of,
    create_key,
    end_key,
    reseal,
    revoke_key,
    sign_document,
    successor,
    trusted_keys,
    warn_of_ending_keys,
)
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.core.sealed import SealBroken
from tests.catalog.factories import person

pytestmark = pytest.mark.django_db
NEW, OLD = "the-newer-master-secret-of-these-tests", "the-older-master-secret-of-these-tests"


@pytest.fixture(autouse=True)
def _secrets(settings):
    settings.SIGNING_MASTER_KEYS = [OLD]
    settings.SITE_URL = "https://art.example"


def seed_of(row: SealedKey) -> bytes:
    return engine.unwrap(row.sealed, [OLD.encode()]).seed


def holds(document, row: SealedKey) -> bool:
    return signature_holds(read_proof(document), from_multikey(row.public_key))


def test_the_platforms_first_key_signs_from_now_on():
    operator = person("operator")
    row = create_key(actor=operator)
    assert (row.controller, row.method) == ("did:web:art.example", "did:web:art.example#key-1")
    assert row.valid_until - row.valid_from == timedelta(days=730)
    signed = sign_document(document={"says": "one"})
    assert signed["proof"]["verificationMethod"] == row.method
    assert holds(signed, row)
    assert not holds({**signed, "says": "two"}, row)
    event = Event.objects.get(action="key.created")
    assert (event.actor, event.after["method"]) == (operator, row.method)


def test_a_signer_has_a_did_and_a_key_of_his_own():
    expert = person("appraiser")
    row = create_key(actor=person("registrar"), user=expert)
    assert row.controller == controller_of(expert) == f"did:web:art.example:signers:{expert.pk}"
    assert did_web_address(row.controller) == f"https://art.example/signers/{expert.pk}/did.json"
    assert holds(sign_document(document={"a": 1}, user=expert), row)
    with pytest.raises(NoKey):
        sign_document(document={"a": 1})


@pytest.mark.parametrize("role", ["registrar", "appraiser", "artist", "buyer", "bureau"])
def test_only_an_operator_makes_keys_of_the_platform(role):
    with pytest.raises(NotAllowed):
        create_key(actor=person(role))
    assert not SealedKey.objects.exists()


def test_nobody_makes_the_key_of_another_but_a_registrar_or_an_operator():
    expert = person("appraiser")
    with pytest.raises(NotAllowed):
        create_key(actor=person("appraiser"), user=expert)
    assert create_key(actor=expert, user=expert).user == expert


def test_a_second_first_key_is_refused():
    create_key(actor=None)
    with pytest.raises(WrongState) as refusal:
        create_key(actor=None)
    assert refusal.value.code == "key_exists"
    with pytest.raises(Invalid):
        create_key(actor=None, controller="did:web:another.example")


def test_without_a_master_secret_no_key_is_made_and_none_is_opened(settings):
    create_key(actor=None)
    settings.SIGNING_MASTER_KEYS = []
    with pytest.raises(NoKey):
        sign_document(document={"a": 1})
    with pytest.raises(NoKey):
        create_key(actor=person("operator"), user=person("appraiser"))
    assert SealedKey.objects.count() == 1
    assert not can_sign()


def test_the_seed_stands_in_no_dump_log_error_or_representation(caplog, capsys):
    caplog.set_level(logging.DEBUG)
    row = create_key(actor=None)
    seed = seed_of(row)
    sign_document(document={"a": 1})
    with pytest.raises(NoKey) as refusal:
        sign_document(document={"a": 1}, at=row.valid_from - timedelta(days=1))
    out = io.StringIO()
    call_command("dumpdata", "appraisal", "core.event", stdout=out)
    opened = engine.unwrap(row.sealed, [OLD.encode()])
    said = "\n".join(
        [out.getvalue(), caplog.text, *capsys.readouterr(), repr(row), str(row), repr(opened),
         repr(refusal.value), repr(refusal.value.data)]
    )  # fmt: skip
    assert row.public_key in said
    spellings = {
        seed.hex(), seed.hex().upper(), base64.b64encode(seed).decode().rstrip("="),
        to_base64url(seed)[1:], to_base58(seed)[1:], str(seed), str(list(seed)), OLD,
    }  # fmt: skip
    assert not [spelling for spelling in spellings if spelling in said]


def test_a_successor_is_published_first_then_overlaps_then_signs_alone():
    operator = person("operator")
    old = create_key(actor=operator)
    new = successor(actor=operator, key_id=old.pk)
    old.refresh_from_db()
    assert new.follows == old
    assert new.valid_from - db_now() > timedelta(days=13)
    assert old.valid_until == new.valid_from + timedelta(days=7)
    published = did_document(old.controller, trusted_keys(controller=old.controller))
    assert [key.method for key in read_keys(published)] == [old.method, new.method]
    day = timedelta(days=1)
    assert holds(sign_document(document={"a": 1}, at=new.valid_from - day), old)
    assert holds(sign_document(document={"a": 1}, at=new.valid_from + day), new)
    assert holds(sign_document(document={"a": 1}, at=old.valid_until + day), new)
    assert engine.gaps(trusted_keys(), old.controller, db_now())[0].since == new.valid_until


def test_a_key_is_followed_once_and_only_while_it_signs():
    old = create_key(actor=None)
    successor(actor=None, key_id=old.pk)
    with pytest.raises(WrongState):
        successor(actor=None, key_id=old.pk)
    with pytest.raises(Invalid):
        successor(actor=None, key_id=old.pk, begins=db_now() - timedelta(days=1))
    assert SealedKey.objects.count() == 2


def test_the_last_key_of_the_platform_is_not_ended():
    old = create_key(actor=None)
    with pytest.raises(WrongState) as refusal:
        end_key(actor=None, key_id=old.pk)
    assert refusal.value.code == "last_key"
    successor(actor=None, key_id=old.pk, begins=db_now() + timedelta(seconds=1))
    assert can_sign()


def test_an_ended_key_signs_no_more():
    expert = person("appraiser")
    row = create_key(actor=expert, user=expert)
    ended = end_key(actor=expert, key_id=row.pk)
    with pytest.raises(NoKey):
        sign_document(document={"a": 1}, user=expert, at=ended.valid_until)
    past = db_now() - timedelta(hours=1)
    SealedKey.objects.filter(pk=row.pk).update(
        valid_from=past, valid_until=past + timedelta(minutes=1)
    )
    with pytest.raises(WrongState):
        end_key(actor=expert, key_id=row.pk)


def test_a_revoked_key_stays_published_and_another_takes_its_place_at_once():
    told = []
    signing_keys.on_changed.append(lambda: told.append(1))
    try:
        old = create_key(actor=None)
        revoke_key(actor=None, key_id=old.pk, reason="私钥泄露")
    finally:
        signing_keys.on_changed.pop()
    assert told == [1]
    signed = sign_document(document={"a": 1})
    assert signed["proof"]["verificationMethod"] == "did:web:art.example#key-2"
    first, second = trusted_keys()
    assert first.revoked_at is not None
    assert second.revoked_at is None
    with pytest.raises(WrongState):
        revoke_key(actor=None, key_id=old.pk, reason="又一次")
    with pytest.raises(Invalid):
        revoke_key(actor=None, key_id=SealedKey.objects.last().pk, reason=" ")


def test_a_key_that_is_not_revoked_with_words_is_refused_by_the_database():
    row = create_key(actor=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedKey.objects.filter(pk=row.pk).update(revoked_at=db_now())


def test_a_new_master_secret_opens_old_keys_and_reseal_moves_them_under_it(settings):
    row = create_key(actor=None)
    public = public_key_from(seed_of(row))
    settings.SIGNING_MASTER_KEYS = [NEW, OLD]
    assert holds(sign_document(document={"a": 1}), row)
    out = io.StringIO()
    call_command("reseal", stdout=out)
    assert "appraisal_sealedkey.sealed：改封1个值。" in out.getvalue()
    assert reseal() == 0
    settings.SIGNING_MASTER_KEYS = [NEW]
    row.refresh_from_db()
    assert engine.unwrap(row.sealed, [NEW.encode()]).public_key == public
    assert holds(sign_document(document={"a": 1}), row)


def test_reseal_says_when_a_secret_was_taken_away_too_early(settings):
    row = create_key(actor=None)
    settings.SIGNING_MASTER_KEYS = [NEW]
    with pytest.raises(SealBroken, match=row.method):
        reseal()
    with pytest.raises(NoKey):
        sign_document(document={"a": 1})


def test_a_seed_put_under_another_public_key_does_not_open():
    row = create_key(actor=None)
    expert = person("appraiser")
    other = create_key(actor=None, user=expert)
    SealedKey.objects.filter(pk=row.pk).update(
        sealed=other.sealed.replace(other.method, row.method)
    )
    with pytest.raises(NoKey):
        sign_document(document={"a": 1})


def test_the_duty_warns_until_a_successor_is_there(caplog):
    row = create_key(actor=None)
    assert warn_of_ending_keys() == "no key ends soon"
    SealedKey.objects.filter(pk=row.pk).update(valid_until=db_now() + timedelta(days=44))
    with caplog.at_level(logging.WARNING):
        assert row.controller in warn_of_ending_keys()
    successor(actor=None, key_id=row.pk)
    assert warn_of_ending_keys() == "no key ends soon"


def test_nobody_is_reminded_of_a_signer_who_has_ended():
    create_key(actor=None)
    expert = person("appraiser")
    row = create_key(actor=expert, user=expert)
    SealedKey.objects.filter(pk=row.pk).update(
        valid_from=db_now() - timedelta(days=2), valid_until=db_now() - timedelta(days=1)
    )
    assert warn_of_ending_keys() == "no key ends soon"
