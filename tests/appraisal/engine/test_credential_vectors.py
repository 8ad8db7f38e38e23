"""Every shared vector of signing, status and canonical form (registry rules, section 6)."""

from datetime import datetime

import pytest

from appraisal.engine.credentials import (
    CredentialRefused,
    Finding,
    Question,
    Verdict,
    canonical,
    decode_list,
    encode_list,
    is_set,
    read_keys,
    sign,
    verify,
)
from appraisal.engine.credentials.canonical import read_json
from appraisal.engine.credentials.multibase import (
    did_key,
    from_multikey,
    from_secret_multikey,
    to_multikey,
)
from appraisal.engine.credentials.proof import hash_data, public_key_from, read_proof

from .making import NOW, vector_keys, vector_lists, vectors


@pytest.fixture(scope="module")
def shared():
    return vectors()


@pytest.fixture(scope="module")
def keys(shared):
    return read_keys(vector_keys(shared))


def test_the_public_vector_comes_out_byte_for_byte(shared) -> None:
    public = shared["w3c"]
    document, options = public["document"], public["proof_options"]
    assert canonical(document).decode() == public["document_canonical"]
    assert canonical(options).decode() == public["proof_canonical"]
    assert hash_data(document, options).hex() == public["hash_data"]
    assert public["hash_data"] == public["proof_hash"] + public["document_hash"]
    signed = sign(
        document,
        seed=from_secret_multikey(public["keys"]["privateKeyMultibase"]),
        method=options["verificationMethod"],
        created=datetime.fromisoformat(options["created"]),
    )
    assert signed["proof"] == {**options, "proofValue": public["proof_value"]}
    assert read_proof(signed).signature.hex() == public["signature_hex"]


def test_the_public_vector_is_proven_but_is_no_certificate(shared, keys) -> None:
    public = shared["w3c"]
    proof = {**public["proof_options"], "proofValue": public["proof_value"]}
    found = verify({**public["document"], "proof": proof}, keys, NOW)
    assert found.answer(Question.PROOF).code == "signature_sound"
    assert found.answer(Question.ISSUER).code == "issuer_trusted"
    assert found.answer(Question.KIND).code == "not_a_certificate"
    assert found.verdict is Verdict.UNKNOWN


def test_the_key_of_the_issuer_is_the_stated_one(shared) -> None:
    issuer = shared["issuer_test_key"]
    public_key = public_key_from(bytes.fromhex(issuer["seed_hex"]))
    assert public_key.hex() == issuer["public_hex"]
    assert to_multikey(public_key) == issuer["multikey"]
    assert from_multikey(issuer["multikey"]) == public_key
    assert did_key(public_key) == issuer["did"]


def test_own_certificates_are_proven_and_have_the_stated_status(shared, keys) -> None:
    lists = vector_lists(shared)
    results = {item["certificate"]: item for item in shared["status"]["results"]}
    assert len(shared["certificates"]) == 3
    for vector in shared["certificates"]:
        document = vector["document"]
        bare = {name: value for name, value in document.items() if name != "proof"}
        assert canonical(bare).decode() == vector["document_canonical"]
        found = verify(document, keys, NOW, status_lists=lists)
        expected = results[document["id"].rpartition("/")[2]]
        proven = {Question.STRUCTURE, Question.KIND, Question.PROOF, Question.ISSUER, Question.KEY}
        assert {a.question for a in found.answers if a.finding is Finding.PROVEN} >= proven
        assert found.kind == document["credentialSubject"]["certificateKind"]
        revoked = found.answer(Question.REVOCATION).code == "revoked"
        suspended = found.answer(Question.SUSPENSION).code == "suspended"
        assert (revoked, suspended) == (expected["revoked"], expected["suspended"])
        assert found.verdict is (Verdict.REVOKED if revoked else Verdict.SUSPENDED)


def test_certificates_sign_again_to_the_same_bytes(shared) -> None:
    seed = bytes.fromhex(shared["issuer_test_key"]["seed_hex"])
    for vector in shared["certificates"]:
        document = dict(vector["document"])
        proof = document.pop("proof")
        again = sign(
            document,
            seed=seed,
            method=proof["verificationMethod"],
            created=datetime.fromisoformat(proof["created"]),
        )
        assert again["proof"] == proof


def test_no_negative_vector_is_proven(shared, keys) -> None:
    lists = vector_lists(shared)
    assert len(shared["negative"]) == 13
    for vector in shared["negative"]:
        found = verify(vector["document"], keys, NOW, status_lists=lists)
        assert found.verdict is Verdict.INVALID, vector["why"]
        assert found.answer(Question.PROOF).finding is Finding.REFUTED, vector["why"]


def test_a_sound_signature_by_the_wrong_key_is_refused_and_named(shared, keys) -> None:
    (trap,) = shared["traps"]
    method = trap["document"]["proof"]["verificationMethod"]
    found = verify(trap["document"], keys, NOW)
    assert found.answer(Question.PROOF).code == "signature_sound"
    issuer = found.answer(Question.ISSUER)
    assert (issuer.code, issuer.about) == ("key_of_another", method)
    assert found.verdict is Verdict.INVALID
    entry = {"id": method, "controller": method.partition("#")[0]}
    entry["publicKeyMultibase"] = method.partition("#")[2]
    also_trusted = (*keys, *read_keys({"keys": [entry]}))
    found = verify(trap["document"], also_trusted, NOW)
    assert found.answer(Question.ISSUER).code == "key_of_another"


def test_status_lists_hold_the_stated_bits(shared) -> None:
    status = shared["status"]
    for item in status["lists"]:
        bits = decode_list(item["encodedList"])
        assert all(is_set(bits, index) for index in item["set"])
        assert not any(is_set(bits, index) for index in item["clear"])
        assert sum(byte.bit_count() for byte in bits) == len(item["set"])
        assert decode_list(encode_list(bits)) == bits
    assert decode_list(status["public_empty_list"]["encodedList"]) == bytes(16384)


def test_bad_status_lists_are_refused(shared) -> None:
    rejected = shared["status"]["reject"]
    assert len(rejected) == 5
    for item in rejected[:4]:
        with pytest.raises(CredentialRefused):
            is_set(decode_list(item["encodedList"]), item.get("index", 0))


def test_a_list_of_another_purpose_proves_nothing(shared, keys) -> None:
    revocation, _ = vector_lists(shared)
    document = next(v["document"] for v in shared["certificates"] if "0001" in v["document"]["id"])
    seed = bytes.fromhex(shared["issuer_test_key"]["seed_hex"])
    bare = {name: value for name, value in document.items() if name != "proof"}
    bare["credentialStatus"] = [
        {**entry, "statusListCredential": revocation["id"]} for entry in bare["credentialStatus"]
    ]
    method = document["proof"]["verificationMethod"]
    again = sign(bare, seed=seed, method=method, created=datetime.fromisoformat("2026-01-01T00Z"))
    found = verify(again, keys, NOW, status_lists=[revocation])
    assert found.answer(Question.REVOCATION).code == "not_revoked"
    assert found.answer(Question.SUSPENSION).code == "list_of_other_purpose"
    assert found.verdict is Verdict.UNKNOWN


def test_the_canonical_form_of_every_case(shared) -> None:
    assert len(shared["jcs"]) == 7
    for case in shared["jcs"]:
        text = canonical(case["input"])
        assert text.decode() == case["output"]
        assert canonical(read_json(text)) == text
