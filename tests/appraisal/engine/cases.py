"""Certificates, good and bad in every way, on which all three checkers must agree."""

import copy
import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from appraisal.engine.credentials import (
    Purpose,
    blank,
    build_certificate,
    build_status_list,
    did_document,
    encode_list,
    sign,
)
from appraisal.engine.credentials.multibase import did_key, did_key_method, to_base64url
from appraisal.engine.credentials.proof import public_key_from

from .making import (
    GROUNDS,
    ISSUER,
    KEY,
    LISTS,
    METHOD,
    NOW,
    OTHER_SEED,
    SEED,
    SIGNED,
    clear_lists,
    content,
    signed,
    status_list,
    vector_keys,
    vector_lists,
)

DAY = timedelta(days=1)
KEYS = did_document(ISSUER, [KEY])


@dataclass(frozen=True)
class Case:
    """One certificate as text, and what is at hand to check it."""

    name: str
    text: str
    keys: Any = field(default_factory=lambda: KEYS)
    lists: list[Any] = field(default_factory=clear_lists)
    successors: list[Any] = field(default_factory=list)
    at: datetime = NOW


def dump(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def own_cases() -> list[Case]:
    return [*_sound(), *_keys(), *_dates(), *_statuses(), *_texts(), *_changes(), *_forms()]


def vector_cases(shared: Any) -> Iterator[Case]:
    keys, lists = vector_keys(shared), vector_lists(shared)
    public = shared["w3c"]
    proof = {**public["proof_options"], "proofValue": public["proof_value"]}
    yield Case("w3c", dump({**public["document"], "proof": proof}), keys, lists)
    for name in ("certificates", "traps", "negative"):
        for vector in shared[name]:
            yield Case(f"{name}: {vector['why']}", dump(vector["document"]), keys, lists)
    yield from _vector_lists(shared, keys, lists)


def _vector_lists(shared: Any, keys: Any, lists: list[Any]) -> Iterator[Case]:
    """The public empty list and each list to refuse, in place of the list of revocation."""
    issuer, status = shared["issuer_test_key"], shared["status"]
    seed, method = bytes.fromhex(issuer["seed_hex"]), f"{issuer['did']}#{issuer['multikey']}"
    encoded = [status["public_empty_list"], *status["reject"][:4]]
    for number, item in enumerate(encoded):
        document = copy.deepcopy(status["list_credential"])
        del document["proof"]
        document["credentialSubject"]["encodedList"] = item["encodedList"]
        again = sign(document, seed=seed, method=method, created=SIGNED)
        certificate = copy.deepcopy(shared["certificates"][1]["document"])
        if "index" in item:
            del certificate["proof"]
            certificate["credentialStatus"][0]["statusListIndex"] = str(item["index"])
            certificate = sign(certificate, seed=seed, method=method, created=SIGNED)
        yield Case(f"lists: {number}", dump(certificate), keys, [again, lists[1]])


def _sound() -> Iterator[Case]:
    for kind, grounds in GROUNDS.items():
        yield Case(kind, dump(signed(grounds=grounds)))
    newer = signed(
        certificate_id="https://registry.example/certificates/C-2026-0200",
        replaces="https://registry.example/certificates/C-2026-0100",
    )
    yield Case("superseded", dump(signed()), successors=[newer])
    forged = {**newer, "issuer": "did:web:other.example"}
    yield Case("forged successor", dump(signed()), successors=[forged])
    other = signed(grounds=GROUNDS["保真"], certificate_id=newer["id"], replaces=newer["replaces"])
    yield Case("successor of another kind", dump(signed()), successors=[other])


def _keys() -> Iterator[Case]:
    whole = dump(signed())
    for name, key in {
        "key ends before": replace(KEY, valid_until=SIGNED),
        "key ends after": replace(KEY, valid_until=SIGNED + DAY),
        "key begins after": replace(KEY, valid_from=SIGNED + DAY),
        "key begins then": replace(KEY, valid_from=SIGNED),
        "key revoked before": replace(KEY, revoked_at=SIGNED),
        "key revoked after": replace(KEY, revoked_at=SIGNED + DAY),
        "key revoked in future": replace(KEY, revoked_at=NOW + DAY),
        "wrong key of that name": replace(KEY, public_key=public_key_from(OTHER_SEED)),
        "another method": replace(KEY, method=f"{ISSUER}#2027"),
    }.items():
        yield Case(name, whole, did_document(ISSUER, [key]))
    yield Case("no key", whole, {"keys": []})
    entry = KEYS["verificationMethod"][0]
    yield Case("key of another", whole, {"keys": [{**entry, "controller": "did:web:x.example"}]})
    yield Case("key not for asserting", whole, {**KEYS, "assertionMethod": []})
    relative = {**KEYS, "assertionMethod": ["#2026"]}
    relative["verificationMethod"] = [{**entry, "id": "#2026"}]
    yield Case("relative names", whole, relative)
    yield Case("embedded", whole, {"id": ISSUER, "assertionMethod": [entry]})
    yield Case("signed by another", dump(signed(seed=OTHER_SEED)))
    stranger = public_key_from(OTHER_SEED)
    method = did_key_method(stranger)
    yield Case("did:key of a stranger", dump(signed(seed=OTHER_SEED, method=method)))
    own = signed(seed=OTHER_SEED, method=method, issuer=did_key(stranger))
    yield Case("a stranger for himself", dump(own))
    yield Case("did:key with two halves", dump(signed(method=f"{did_key(stranger)}#key")))
    yield Case("method elsewhere", dump(signed(method="https://x.example/key")))


def _dates() -> Iterator[Case]:
    yield Case("before its time", dump(signed(valid_from=NOW + DAY)))
    yield Case("within tolerance", dump(signed(valid_from=NOW + timedelta(minutes=4))))
    yield Case("over", dump(signed(valid_until=NOW)))
    yield Case("not over", dump(signed(valid_until=NOW + DAY)))
    yield Case("signed in future", dump(signed(at=NOW + DAY)))
    document = build_certificate(content())
    for text in ("2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "0000-01-01T00:00:00Z",
                 "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00+24:00",
                 "2026-01-01t00:00:00z", "２026-01-01T00:00:00Z", "2026-01-01T00:00:00Z\n",
                 "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", 5):  # fmt: skip
        yield Case(f"date {text!r}", _again(document, validFrom=text))
    for text in ("2026-01-01T00:00:00+08:00", "2026-01-01T00:00:00.123456Z"):
        yield Case(f"date {text!r}", _again(document, validFrom=text))


def _statuses() -> Iterator[Case]:
    whole = dump(signed())
    revocation, suspension = Purpose
    clear = {purpose: status_list(purpose) for purpose in Purpose}
    yield Case("revoked", whole, lists=[status_list(revocation, 77), clear[suspension]])
    yield Case("suspended", whole, lists=[clear[revocation], status_list(suspension, 77)])
    yield Case("neighbours", whole, lists=[status_list(p, 76, 78, 0, 131071) for p in Purpose])
    both = [status_list(purpose, 77) for purpose in Purpose]
    yield Case("both", whole, lists=both)
    yield Case("no lists", whole, lists=[])
    yield Case("one list", whole, lists=[clear[revocation]])
    yield Case("revoked, one list", whole, lists=both[:1])
    older = status_list(revocation, 77, at=SIGNED)
    yield Case("older says revoked", whole, lists=[older, *clear.values()])
    yield Case("older says so, last", whole, lists=[*clear.values(), older])
    yield Case(
        "list of a stranger", whole, lists=[status_list(p, seed=OTHER_SEED) for p in Purpose]
    )
    changed = copy.deepcopy(clear[revocation])
    changed["credentialSubject"]["encodedList"] = encode_list(blank(131_072 * 2))
    yield Case("list changed", whole, lists=[changed, clear[suspension]])
    yield Case("list of the future", whole, lists=[status_list(p, at=NOW + DAY) for p in Purpose])
    for name, encoded in bad_lists().items():
        yield Case(f"list: {name}", whole, lists=[_list_with(encoded), clear[suspension]])
    for name, status in {
        "none": [],
        "one": build_certificate(content())["credentialStatus"][:1],
        "index 131072": _entries("131072"),
        "index 007": _entries("007"),
        "index -1": _entries("-1"),
        "index number": _entries(77),
        "index ７７": _entries("７７"),
    }.items():
        document = build_certificate(content())
        yield Case(f"status: {name}", _again(document, credentialStatus=status))


@lru_cache
def bad_lists() -> dict[str, Any]:
    """Encoded lists that cannot be used."""
    good = gzip.compress(bytes(16384), mtime=0)
    return {
        "too short": to_base64url(gzip.compress(bytes(16383), mtime=0)),
        "bomb": to_base64url(gzip.compress(bytes(2**21 + 1), mtime=0)),
        "bomb of 200 MB": to_base64url(gzip.compress(bytes(200_000_000), mtime=0)),
        "zlib": to_base64url(zlib.compress(bytes(16384))),
        "cut off": to_base64url(good[:-9]),
        "cut off checksum": to_base64url(good[:-1]),
        "wrong checksum": to_base64url(good[:-8] + b"\1" + good[-7:]),
        "tail": to_base64url(good + b"tail tail"),
        "two members": to_base64url(good + good),
        "empty": "u",
        "padding": to_base64url(good) + "=",
        "no prefix": to_base64url(good)[1:],
        "space": to_base64url(good).replace("A", " A", 1),
        "number": 7,
        "none": None,
    }


def _list_with(encoded: Any) -> Any:
    document = build_status_list(
        list_id=LISTS[Purpose.REVOCATION], issuer=ISSUER, purpose=Purpose.REVOCATION,
        bits=blank(), valid_from=NOW - DAY,
    )  # fmt: skip
    document["credentialSubject"]["encodedList"] = encoded
    return sign(document, seed=SEED, method=METHOD, created=NOW - DAY)


def _entries(index: Any) -> list[Any]:
    entries = build_certificate(content())["credentialStatus"]
    return [{**entry, "statusListIndex": index} for entry in entries]


def _texts() -> Iterator[Case]:
    whole = dump(signed())
    opening = whole[1:]
    deep = "[" * 40 + "]" * 40
    for name, text in {
        "empty": "",
        "cut off": whole[:-1],
        "tail": whole + "x",
        "byte order mark": "\ufeff" + whole,
        "list": f"[{whole}]",
        "text": '"certificate"',
        "number": "7",
        "duplicate key": '{"id": "x",' + opening,
        "duplicate key, escaped": '{"\\u0069d": "x",' + opening,
        "prototype": '{"__proto__": {"owner": "x"},' + opening,
        "NaN": '{"a": NaN,' + opening,
        "Infinity": '{"a": -Infinity,' + opening,
        "too large an integer": '{"a": 9007199254740993,' + opening,
        "an integer as a double is written": '{"a": 100000000000000000000,' + opening,
        "one more than that": '{"a": 100000000000000000001,' + opening,
        "an integer of 22 digits": '{"a": 1000000000000000000000,' + opening,
        "the negative one": '{"a": -9007199254740993,' + opening,
        "too large a number": '{"a": 1e400,' + opening,
        "too small a number": '{"a": 1e-400,' + opening,
        "too many digits": '{"a": 0.123456789012345678,' + opening,
        "leading zero": '{"a": 01,' + opening,
        "plus": '{"a": +1,' + opening,
        "half a character": '{"a": "\\ud83d",' + opening,
        "half a character as key": '{"\\udc00": 1,' + opening,
        "control character": '{"a": "\t",' + opening,
        "bad escape": '{"a": "\\x41",' + opening,
        "too deep": '{"a": ' + deep + "," + opening,
        "trailing comma": whole[:-1] + ",}",
        "comment": "/* */" + whole,
        "single quotes": whole.replace('"', "'"),
        "spread out": json.dumps(signed(), indent=3),
        "escaped": json.dumps(signed(), ensure_ascii=True),
        "keys in reverse": dump(dict(reversed(signed().items()))),
        "no-break space": "\u00a0" + whole,
    }.items():
        yield Case(f"text: {name}", text)


def _changes() -> Iterator[Case]:
    whole = signed(grounds=GROUNDS["鉴定意见"])
    for name in whole:
        yield Case(f"without {name}", dump({key: whole[key] for key in whole if key != name}))
    for name in whole["proof"]:
        proof = {key: whole["proof"][key] for key in whole["proof"] if key != name}
        yield Case(f"proof without {name}", dump({**whole, "proof": proof}))
    for name, value in {
        "type": "Ed25519Signature2020",
        "cryptosuite": "eddsa-rdfc-2022",
        "proofPurpose": "authentication",
        "created": "2026-03-01",
        "expires": "2027-01-01T00:00:00Z",
        "@context": [],
        "previousProof": "x",
        "domain": "x",
        "verificationMethod": "",
    }.items():
        yield Case(f"proof {name}", dump({**whole, "proof": {**whole["proof"], name: value}}))
    for value in (None, [], [whole["proof"]], "x", {}):
        yield Case(f"proof is {str(value)[:9]}", dump({**whole, "proof": value}))
    value = whole["proof"]["proofValue"]
    for name, text in {"1 in front": "z1" + value[1:], "u": "u" + value[1:], "0": value[:-1] + "0",
                       "long": value * 9, "short": value[:-1], "space": value + " "}.items():  # fmt: skip
        yield Case(
            f"value: {name}", dump({**whole, "proof": {**whole["proof"], "proofValue": text}})
        )
    further = [*whole["@context"], "https://x.example/more"]
    yield Case("further context", dump({**whole, "@context": further}))
    yield Case("context alone", dump({**whole, "@context": whole["@context"][0]}))
    bare = {key: whole[key] for key in whole if key != "proof"}
    yield Case("proof expired", dump(_with_options(bare, expires="2026-05-01T00:00:00Z")))
    yield Case("proof not expired", dump(_with_options(bare, expires="2026-07-01T00:00:00Z")))
    yield Case("proof without date", dump(_with_options(bare, created=None)))
    yield Case("proof without contexts", dump(_with_options(bare, **{"@context": None})))


def _with_options(document: Any, **changes: Any) -> Any:
    """The document signed under other proof options; None leaves one out."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from appraisal.engine.credentials.multibase import to_base58
    from appraisal.engine.credentials.proof import hash_data

    proof = sign(document, seed=SEED, method=METHOD, created=SIGNED)["proof"]
    options = {k: v for k, v in {**proof, **changes}.items() if k != "proofValue" and v is not None}
    signature = Ed25519PrivateKey.from_private_bytes(SEED).sign(hash_data(document, options))
    return {**document, "proof": {**options, "proofValue": to_base58(signature)}}


def _forms() -> Iterator[Case]:
    """Signed by the right key, yet not of the form of a certificate."""
    for kind, grounds in GROUNDS.items():
        document = build_certificate(content(grounds=grounds))
        for other in GROUNDS:
            yield Case(f"{kind} as {other}", _again(document, subject={"certificateKind": other}))
        for name in document:
            yield Case(f"{kind} {name} wrong", _again(document, **{name: 7}))
            yield Case(f"{kind} {name} null", _again(document, **{name: None}))
        for name in document["credentialSubject"]:
            for value in (7, None, True, "", "x", [], {}, ["x"], [{}], "长" * 1001):
                yield Case(f"{kind} {name} {value!r:.20}", _again(document, subject={name: value}))
        yield Case(f"{kind} owner", _again(document, subject={"owner": "x"}))
        yield Case(f"{kind} price", _again(document, price=1.5))
    document = build_certificate(content(grounds=GROUNDS["鉴定意见"]))
    panel = document["credentialSubject"]["panel"]
    for change in ({"experts": 5.0}, {"experts": 5.5}, {"experts": 6}, {"agreeing": 2},
                   {"dissenting": True}, {"result": "undetermined"}, {"owner": "x"}):  # fmt: skip
        yield Case(f"panel {change}", _again(document, subject={"panel": {**panel, **change}}))
    document = build_certificate(content())
    chinese, english = document["credentialSubject"]["statement"]
    for name, statement in {
        "one text": chinese["@value"],
        "another text": "锁定",
        "chinese": [chinese],
        "english": [english],
        "reversed": [english, chinese],
        "twice": [chinese, chinese],
        "traditional": [{"@language": "zh-Hant", "@value": "不证明作者"}],
        "further member": [{**chinese, "owner": "x"}],
        "astral": chinese["@value"] + "🪁" * 983,
        "astral, too long": chinese["@value"] + "🪁" * 984,
    }.items():
        yield Case(f"statement {name}", _again(document, subject={"statement": statement}))
    generic = build_certificate(content())
    generic["type"] = ["VerifiableCredential"]
    generic["credentialSubject"] = {"id": "did:x", "name": "x"}
    yield Case("no certificate", _again(generic))
    crossed = build_certificate(content())
    for entry in crossed["credentialStatus"]:
        entry["statusListCredential"] = LISTS[Purpose.REVOCATION]
    yield Case("list of another purpose", _again(crossed))
    yield Case("three contexts", _again(document, **{"@context": [*document["@context"], "did:x"]}))


def _again(document: Any, *, subject: Any = None, **changes: Any) -> str:
    """The text of a document with changes, signed."""
    changed = {**copy.deepcopy(document), **changes}
    if subject:
        changed["credentialSubject"] = {**changed["credentialSubject"], **subject}
    return dump(sign(changed, seed=SEED, method=METHOD, created=SIGNED))
