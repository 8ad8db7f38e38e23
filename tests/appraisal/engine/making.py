"""Certificates, keys and lists for the tests: one issuer, one key, two lists."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from appraisal.engine.credentials import (
    AuthorConfirmation,
    CertificateContent,
    Dimension,
    Edition,
    IdentityLock,
    PanelOpinion,
    Picture,
    Purpose,
    StatusPlace,
    Tag,
    TrustedKey,
    blank,
    build_certificate,
    build_status_list,
    changed,
    digest_of,
    public_key_from,
    sign,
)
from artmarket.core.testing import require_shared

SEED, OTHER_SEED = bytes(range(32)), bytes(range(1, 33))
ISSUER = "did:web:registry.example"
METHOD = f"{ISSUER}#2026"
SIGNED = datetime(2026, 3, 1, 8, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LISTS = {purpose: f"https://registry.example/status/{purpose}" for purpose in Purpose}
KEY = TrustedKey(METHOD, ISSUER, public_key_from(SEED), datetime(2026, 1, 1, tzinfo=UTC))
DIGEST = digest_of({"title": "溪山晴雪"})
AUTHOR = AuthorConfirmation("李某", date(2026, 2, 27), digest_of("recording"))
PANEL = PanelOpinion(experts=5, agreeing=3, result="supported")
GROUNDS = {"保真": AUTHOR, "锁定": IdentityLock(), "鉴定意见": PANEL}


def content(**changes: Any) -> CertificateContent:
    """Everything that a certificate can say, as a lock, with the given changes."""
    whole = CertificateContent(
        certificate_id="https://registry.example/certificates/C-2026-0100",
        issuer=ISSUER,
        context="https://registry.example/contexts/artwork/v1",
        object_id="https://registry.example/works/WF-2026-000100",
        registry_number="WF-2026-000100",
        pictures=(Picture(digest_of("recto"), "overall"), Picture(digest_of("verso"))),
        object_id_digest=DIGEST,
        grounds=IdentityLock(),
        valid_from=SIGNED,
        status=StatusPlace(*LISTS.values(), index=77),
        title="溪山晴雪 🪁",
        dimensions=(Dimension("height", Decimal("68.5"), "cm"),),
        tag=Tag("nfc", "04A2B3C4D5E680"),
        edition=Edition("3", 10),
    )
    return replace(whole, **changes)


def signed(*, seed: bytes = SEED, method: str = METHOD, at: datetime = SIGNED, **changes: Any):
    """A certificate signed by the issuer unless said otherwise."""
    return sign(build_certificate(content(**changes)), seed=seed, method=method, created=at)


def status_list(purpose: Purpose, *on: int, at: datetime | None = None, seed: bytes = SEED):
    """A signed list with some bits set, a day old unless said otherwise."""
    at = at or NOW - timedelta(days=1)
    document = build_status_list(
        list_id=LISTS[purpose],
        issuer=ISSUER,
        purpose=purpose,
        bits=changed(blank(), on=on),
        valid_from=at,
    )
    return sign(document, seed=seed, method=METHOD, created=at)


def clear_lists() -> list[Any]:
    return [status_list(purpose) for purpose in Purpose]


def vectors() -> Any:
    return json.loads(require_shared("vectors/registry/eddsa_jcs.json").read_text("utf-8"))


def vector_lists(shared: Any) -> list[Any]:
    """The two lists of the vectors, signed with their test key; one is signed there already."""
    issuer, given = shared["issuer_test_key"], shared["status"]
    suspension = next(item for item in given["lists"] if item["purpose"] == "suspension")
    document = json.loads(json.dumps(given["list_credential"]).replace("revocation", "suspension"))
    del document["proof"]
    document["credentialSubject"]["encodedList"] = suspension["encodedList"]
    again = sign(
        document,
        seed=bytes.fromhex(issuer["seed_hex"]),
        method=f"{issuer['did']}#{issuer['multikey']}",
        created=datetime(2026, 1, 2, tzinfo=UTC),
    )
    return [given["list_credential"], again]


def vector_keys(shared: Any) -> Any:
    """A list of keys: that of the issuer, and that of the public vector for its issuer."""
    issuer, public = shared["issuer_test_key"], shared["w3c"]
    return {
        "keys": [
            {
                "id": f"{issuer['did']}#{issuer['multikey']}",
                "controller": issuer["did"],
                "publicKeyMultibase": issuer["multikey"],
            },
            {
                "id": public["proof_options"]["verificationMethod"],
                "controller": public["document"]["issuer"],
                "publicKeyMultibase": public["keys"]["publicKeyMultibase"],
            },
        ]
    }
