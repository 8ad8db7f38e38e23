"""Sign and check one document with the suite `eddsa-jcs-2022`.

Ed25519 over SHA-256 of the canonical proof options, followed by SHA-256 of the canonical document.
Says only whether a key signed these values; whether that key may do so is for `checking`.
Source: W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3; registry rules, section 6.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from appraisal.engine.credentials.canonical import Json, canonical
from appraisal.engine.credentials.errors import CredentialRefused
from appraisal.engine.credentials.moments import read_moment, write_moment
from appraisal.engine.credentials.multibase import from_base58, to_base58

SUITE: Final = "eddsa-jcs-2022"
SIGNATURE_BYTES: Final = 64
LONGEST_METHOD: Final = 500

_MEMBERS: Final = frozenset(
    {
        "type",
        "cryptosuite",
        "created",
        "expires",
        "verificationMethod",
        "proofPurpose",
        "@context",
        "proofValue",
        "id",
        "nonce",
    }
)


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it stands in a document, well formed, its signature not yet checked.

    `signed` are the 64 bytes that the key must have signed; `created` None when not stated.
    """

    method: str
    created: datetime | None
    expires: datetime | None
    signature: bytes
    signed: bytes


def public_key_from(seed: bytes) -> bytes:
    """The 32 bytes of the public key that belongs to a 32-byte seed. Raises ValueError."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def hash_data(document: Mapping[str, Json], options: Mapping[str, Json]) -> bytes:
    """What is signed: hash of the proof options, then hash of the document without its proof.

    Raises `CredentialRefused` when one of them has no canonical form.
    """
    hashes = (hashlib.sha256(canonical(dict(part))).digest() for part in (options, document))
    return b"".join(hashes)


def sign(
    document: Mapping[str, Json], *, seed: bytes, method: str, created: datetime
) -> dict[str, Json]:
    """The document with its proof.

    Args:
        document: the credential without proof.
        seed: the 32 bytes of the Ed25519 secret key.
        method: the verification method that names the public key.
        created: the moment of signing, with a zone; written to the second.
    Raises:
        CredentialRefused: it has a proof already (`already_signed`) or no canonical form.
        ValueError: a seed of another length, or a moment without a zone.
    """
    if "proof" in document:
        raise CredentialRefused("already_signed", "the document has a proof already")
    options: dict[str, Json] = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": write_moment(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(hash_data(document, options))
    return {**document, "proof": {**options, "proofValue": to_base58(signature)}}


def read_proof(document: Mapping[str, Json]) -> Proof:
    """The proof of a document, ready to be checked with a key.

    Raises:
        CredentialRefused: `proof_missing`, `proof_not_single`, `proof_form_unknown`,
            `suite_unknown`, `purpose_wrong`, `contexts_differ`, `proof_value_unreadable`,
            `proof_date_unreadable`, or no canonical form.
    """
    proof = document.get("proof")
    if proof is None:
        raise CredentialRefused("proof_missing", "the document has no proof")
    if not isinstance(proof, Mapping):
        raise CredentialRefused("proof_not_single", "the proof is not one single object")
    method = _check_form(proof)
    options = {key: value for key, value in proof.items() if key != "proofValue"}
    bare = {key: value for key, value in document.items() if key != "proof"}
    if "@context" in options:
        _check_contexts(options["@context"], bare.get("@context"))
        bare["@context"] = options["@context"]
    return Proof(
        method=method,
        created=_moment(proof, "created"),
        expires=_moment(proof, "expires"),
        signature=_signature(proof.get("proofValue")),
        signed=hash_data(bare, options),
    )


def signature_holds(proof: Proof, public_key: bytes) -> bool:
    """Whether the 32-byte public key signed what stands in the proof."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(proof.signature, proof.signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _check_form(proof: Mapping[str, Json]) -> str:
    method = proof.get("verificationMethod")
    if (
        proof.get("type") != "DataIntegrityProof"
        or not proof.keys() <= _MEMBERS
        or not isinstance(method, str)
        or not 0 < len(method) <= LONGEST_METHOD
    ):
        raise CredentialRefused("proof_form_unknown", "not a Data Integrity proof of known form")
    if proof.get("cryptosuite") != SUITE:
        raise CredentialRefused("suite_unknown", f"the proof is not of the suite {SUITE}")
    if proof.get("proofPurpose") != "assertionMethod":
        raise CredentialRefused("purpose_wrong", "the proof was not made to assert something")
    return method


def _check_contexts(of_proof: Json, of_document: Json) -> None:
    first = as_list(of_proof)
    if as_list(of_document)[: len(first)] != first:
        raise CredentialRefused("contexts_differ", "the contexts do not start with the proof's")


def _moment(proof: Mapping[str, Json], name: str) -> datetime | None:
    if name not in proof:
        return None
    try:
        return read_moment(proof[name])
    except CredentialRefused as error:
        raise CredentialRefused("proof_date_unreadable", f"{name}: {error}") from None


def _signature(text: Json) -> bytes:
    try:
        signature = from_base58(text)
    except CredentialRefused:
        signature = b""
    if len(signature) != SIGNATURE_BYTES:
        raise CredentialRefused("proof_value_unreadable", "no signature in base58btc")
    return signature


def as_list(value: Json) -> list[Any]:
    """A value that may be written alone or in a list, as a list."""
    return list(value) if isinstance(value, list | tuple) else [value]
