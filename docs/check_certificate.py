#!/usr/bin/env python3
"""核验艺术品证书 · Check a certificate of an artwork, without the registry and without a network.

Needs Python 3.11 and the package `cryptography`, nothing else. It reads files and sends nothing.

    python3 check_certificate.py CERTIFICATE --keys KEYS [--status LIST ...]

CERTIFICATE  the certificate, a JSON file
--keys       keys that you trust: the issuer's DID document (did.json), or a list of keys. Take it
             from the issuer itself, never from the person who shows you the certificate
--status     the issuer's status lists (revocation, suspension); the newer, the better
--successor  certificates that may replace this one
--at         the moment for which you ask, such as 2026-06-01T00:00:00Z; now unless given
--json       the result for machines

Exit code: 0 valid; 1 not valid, revoked, suspended or superseded; 2 undecided, or no such file.

Signature: W3C Data Integrity, suite eddsa-jcs-2022. Status: W3C Bitstring Status List 1.0.
"""

import argparse
import base64
import hashlib
import json
import math
import re
import sys
import zlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CONTEXT = "https://www.w3.org/ns/credentials/v2"
SUITE = "eddsa-jcs-2022"
LARGEST_FILE = 4 * 1024 * 1024
DEEPEST = 32
FEWEST_BITS, MOST_BITS, LONGEST_LIST = 131_072, 2**24, 4_000_000
TOLERANCE = timedelta(minutes=5)
OLD = timedelta(days=7)


class Refused(Exception):
    """What is wrong with a document, as a code."""

    def __init__(self, code, about=""):
        super().__init__(code)
        self.code, self.about = code, about


# ---------------------------------------------------------------- reading JSON, canonical form


def read_json(content):
    """One JSON text, strictly: two readers must not be able to take two values from it."""
    if len(content) > LARGEST_FILE:
        raise Refused("too_large")
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_fraction,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError:
        raise Refused("not_utf8") from None
    except RecursionError:
        raise Refused("too_deep") from None
    except json.JSONDecodeError:
        raise Refused("not_json") from None
    _check_value(value)
    if not isinstance(value, dict):
        raise Refused("not_an_object")
    return value


def _object(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("duplicate_key")
    return found


def _integer(literal):
    if len(literal) <= 22:
        if abs(int(literal)) < 2**53:
            return int(literal)
        if _number(float(literal)) == literal:
            return float(literal)
    raise Refused("number_beyond_double")


def _fraction(literal):
    digits = literal.lower().partition("e")[0].lstrip("-").replace(".", "").strip("0")
    number = float(literal)
    if len(digits) > 17 or not math.isfinite(number) or (digits and number == 0):
        raise Refused("number_beyond_double")
    return number


def _no_constant(literal):
    raise Refused("not_json")


def _check_value(value):
    waiting = [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST:
            raise Refused("too_deep")
        texts = []
        if isinstance(part, dict):
            texts = list(part)
            waiting += [(member, depth + 1) for member in part.values()]
        elif isinstance(part, list):
            waiting += [(member, depth + 1) for member in part]
        elif isinstance(part, str):
            texts = [part]
        if any("\ud800" <= character <= "\udfff" for text in texts for character in text):
            raise Refused("lone_surrogate")


def canonical(value):
    """The canonical text of a JSON value (RFC 8785)."""
    if isinstance(value, dict):
        ordered = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{canonical(value[name])}" for name in ordered) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(member) for member in value) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value) if isinstance(value, int) else _number(value)


def _text(text):
    return json.dumps(text, ensure_ascii=False)


def _number(number):
    """A double as ECMAScript writes it: shortest digits, plain from 1e-6 up to below 1e21."""
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        written = digits.ljust(point, "0")
        written = written[:point] + ("." + written[point:] if written[point:] else "")
    elif -6 < point <= 0:
        written = "0." + "0" * -point + digits
    else:
        written = digits[0] + ("." + digits[1:] if digits[1:] else "")
        written += f"e{point - 1:+d}"
    return sign + written


def as_list(value):
    return value if isinstance(value, list) else [value]


# ---------------------------------------------------------------- keys and texts of bytes

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def from_base58(text):
    """The bytes of a base58btc text with the prefix z; None when it is none."""
    if not isinstance(text, str) or not 1 < len(text) <= 200 or text[0] != "z":
        return None
    number = 0
    for character in text[1:]:
        if character not in ALPHABET:
            return None
        number = number * 58 + ALPHABET.index(character)
    zeros = len(text[1:]) - len(text[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def from_multikey(text):
    content = from_base58(text) or b""
    if len(content) != 34 or content[:2] != b"\xed\x01":
        raise Refused("not_ed25519_key")
    return content[2:]


def public_key_of(method):
    """The key that a did:key carries in its name; None for other methods."""
    if not method.startswith("did:key:"):
        return None
    identifier, _, fragment = method[len("did:key:") :].partition("#")
    if identifier != fragment:
        raise Refused("not_ed25519_key")
    return from_multikey(identifier)


def read_moment(text):
    pattern = (
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
        r"(Z|[+-][0-9]{2}:[0-9]{2})"
    )
    if isinstance(text, str) and re.fullmatch(pattern, text):
        try:
            return datetime.fromisoformat(text).astimezone(timezone.utc)
        except (ValueError, OverflowError):
            pass
    raise Refused("date_unreadable")


def read_keys(document):
    """Trusted keys by verification method, from a DID document or from {"keys": [...]}."""
    found = {}
    if isinstance(document.get("keys"), list):
        entries, did = document["keys"], None
    else:
        did, entries = _entries_of_did(document)
    for entry in entries:
        method = _method_id(entry, did)
        controller = entry.get("controller", did)
        if not isinstance(controller, str) or (did is not None and controller != did):
            raise Refused("keys_unreadable", method)
        key = {"controller": controller, "public": from_multikey(entry.get("publicKeyMultibase"))}
        if public_key_of(method) not in (None, key["public"]):
            raise Refused("keys_unreadable", method)
        for name in ("validFrom", "expires", "revoked"):
            key[name] = read_moment(entry[name]) if entry.get(name) is not None else None
        if method in found:
            raise Refused("key_twice", method)
        found[method] = key
    return found


def _entries_of_did(document):
    did, asserting = document.get("id"), document.get("assertionMethod")
    methods = document.get("verificationMethod", [])
    if not isinstance(did, str) or not isinstance(asserting, list) or not isinstance(methods, list):
        raise Refused("keys_unreadable")
    named = {did + name if name[:1] == "#" else name for name in asserting if isinstance(name, str)}
    entries = [entry for entry in methods if _method_id(entry, did) in named]
    return did, entries + [entry for entry in asserting if not isinstance(entry, str)]


def _method_id(entry, did):
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry["id"]:
        raise Refused("keys_unreadable")
    return (did or "") + entry["id"] if entry["id"].startswith("#") else entry["id"]


# ---------------------------------------------------------------- the form of a certificate

STATUS = {
    "id": "text", "type!": "one:BitstringStatusListEntry",
    "statusPurpose!": "one:revocation|suspension", "statusListIndex!": "text",
    "statusListCredential!": "address",
}  # fmt: skip
SUBJECT = {
    "id!": "address", "certificateKind!": "one:保真|锁定|鉴定意见", "registryNumber": "text",
    "title": "text", "statement!": "statement", "images!": [{"sha256!": "digest", "view": "text"}],
    "dimensions": [{"type!": "text", "value!": "decimal", "unit!": "one:mm|cm|m|in|g|kg"}],
    "objectId": {"sha256!": "digest"},
    "confirmation": {"author!": "text", "day!": "day", "inPerson!": "yes",
                     "recording!": {"sha256!": "digest"}},
    "panel": {"experts!": "count", "agreeing!": "count", "dissenting!": "count",
              "result!": "one:supported|not-supported|undetermined"},
    "tag": {"kind!": "one:nfc|rfid|seal|surface", "value!": "text"},
    "edition": {"number!": "text", "size": "count"},
}  # fmt: skip
FORM = {
    "@context!": ["address"], "id!": "address", "type!": ["text"], "issuer!": "address",
    "validFrom!": "text", "validUntil": "text", "replaces": "address",
    "credentialSubject!": SUBJECT, "credentialStatus!": [STATUS], "proof": "anything",
}  # fmt: skip
TYPE_OF_KIND = {
    "保真": "ArtworkCertificate",
    "锁定": "ArtworkCertificate",
    "鉴定意见": "ArtworkOpinion",
}
PATTERNS = {
    "digest": r"[0-9a-f]{64}",
    "decimal": r"[0-9]{1,7}(\.[0-9]{1,4})?",
    "day": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "address": r"(https?://|did:|urn:uuid:)[!-~]{1,290}",
}


def check_form(document):
    """The kind of a certificate whose form is right; nothing may stand in it but what is listed."""
    _check(document, FORM)
    subject, proof = document["credentialSubject"], document.get("proof")
    kind, contexts = subject["certificateKind"], document["@context"]
    if document["type"] != ["VerifiableCredential", TYPE_OF_KIND[kind]]:
        raise Refused("kind_mixed")
    if ("panel" in subject) != (kind == "鉴定意见"):
        raise Refused("kind_mixed")
    if "confirmation" in subject and kind != "保真":
        raise Refused("kind_mixed")
    if len(contexts) != 2 or (
        isinstance(proof, dict) and proof.get("@context", contexts) != contexts
    ):
        raise Refused("member_wrong")
    statement = subject["statement"]
    parts = [{"@language": "zh", "@value": statement}] if isinstance(statement, str) else statement
    spoken = {part["@language"].partition("-")[0]: part["@value"] for part in parts}
    chinese = "不证明作者" in spoken.get("zh", "")
    english = "does not prove who made it" in spoken.get("en", "")
    if kind == "锁定" and not (chinese and (english or "en" not in spoken)):
        raise Refused("lock_without_statement")
    if kind == "保真" and (chinese or english):
        raise Refused("kind_mixed")
    if kind == "鉴定意见":
        panel = subject["panel"]
        majority = 2 * panel["agreeing"] > panel["experts"]
        if (
            panel["experts"] < 2
            or panel["agreeing"] + panel["dissenting"] != panel["experts"]
            or majority == (panel["result"] == "undetermined")
        ):
            raise Refused("panel_wrong")
    return kind


def _check(value, form):
    if isinstance(form, dict):
        if not isinstance(value, dict):
            raise Refused("member_wrong")
        names = {name.rstrip("!"): described for name, described in form.items()}
        if not value.keys() <= names.keys():
            raise Refused("member_unknown")
        if any(name.endswith("!") and name.rstrip("!") not in value for name in form):
            raise Refused("member_missing")
        for name, member in value.items():
            _check(member, names[name])
    elif isinstance(form, list):
        if not isinstance(value, list) or len(value) > 500:
            raise Refused("member_wrong")
        for member in value:
            _check(member, form[0])
    elif not _fits(value, form):
        raise Refused("member_wrong")


def _fits(value, form):
    if form == "anything":
        return True
    if form == "yes":
        return value is True
    if form == "count":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and value == int(value) and 0 <= value <= 1_000_000
    if form == "statement" and isinstance(value, list):
        names = {"@language", "@value"}
        if not all(isinstance(part, dict) and part.keys() == names for part in value):
            return False
        texts = all(_fits(text, "text") for part in value for text in part.values())
        return texts and 0 < len(value) == len({part["@language"] for part in value})
    if not isinstance(value, str):
        return False
    if form in ("text", "statement"):
        return 0 < len(value) <= 1000
    if form.startswith("one:"):
        return value in form[len("one:") :].split("|")
    return re.fullmatch(PATTERNS[form], value) is not None


def is_certificate(document):
    types, subject = document.get("type"), document.get("credentialSubject")
    named = isinstance(types, list) and any(name in types for name in TYPE_OF_KIND.values())
    return named or (isinstance(subject, dict) and "certificateKind" in subject)


# ---------------------------------------------------------------- proof

PROOF_MEMBERS = {
    "type", "cryptosuite", "created", "expires", "verificationMethod", "proofPurpose", "@context",
    "proofValue", "id", "nonce",
}  # fmt: skip


def read_proof(document):
    """The proof in parts, with the 64 bytes that the key must have signed."""
    proof = document.get("proof")
    if proof is None:
        raise Refused("proof_missing")
    if not isinstance(proof, dict):
        raise Refused("proof_not_single")
    method = proof.get("verificationMethod")
    if (
        proof.get("type") != "DataIntegrityProof"
        or not proof.keys() <= PROOF_MEMBERS
        or not isinstance(method, str)
        or not 0 < len(method) <= 500
    ):
        raise Refused("proof_form_unknown")
    if proof.get("cryptosuite") != SUITE:
        raise Refused("suite_unknown")
    if proof.get("proofPurpose") != "assertionMethod":
        raise Refused("purpose_wrong")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    bare = {name: value for name, value in document.items() if name != "proof"}
    if "@context" in options:
        first = as_list(options["@context"])
        if as_list(bare.get("@context"))[: len(first)] != first:
            raise Refused("contexts_differ")
        bare["@context"] = options["@context"]
    moments = {}
    for name in ("created", "expires"):
        try:
            moments[name] = read_moment(proof[name]) if name in proof else None
        except Refused:
            raise Refused("proof_date_unreadable") from None
    signature = from_base58(proof.get("proofValue"))
    if signature is None or len(signature) != 64:
        raise Refused("proof_value_unreadable")
    hashes = (hashlib.sha256(canonical(part).encode()).digest() for part in (options, bare))
    return {"method": method, "signature": signature, "signed": b"".join(hashes), **moments}


def signature_holds(proof, public):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(proof["signature"], proof["signed"])
    except (InvalidSignature, ValueError):
        return False
    return True


# ---------------------------------------------------------------- the questions, one by one

PROVEN, REFUTED, OPEN = "proven", "refuted", "open"
QUESTIONS = (
    "structure", "kind", "proof", "issuer", "key", "dates", "revocation", "suspension",
    "succession", "log",
)  # fmt: skip


def issuer_of(document):
    issuer = document.get("issuer")
    if isinstance(issuer, dict):
        issuer = issuer.get("id")
    return issuer if isinstance(issuer, str) else ""


def ask_structure(document):
    subject = document.get("credentialSubject")
    for code, wrong in (
        ("context_wrong", as_list(document.get("@context"))[:1] != [CONTEXT]),
        ("type_wrong", "VerifiableCredential" not in as_list(document.get("type"))),
        ("issuer_missing", not issuer_of(document)),
        ("subject_missing", not isinstance(subject, dict | list) or not subject),
        ("id_wrong", not isinstance(document.get("id", ""), str)),
    ):
        if wrong:
            return REFUTED, code, ""
    return PROVEN, "credential", ""


def ask_kind(document):
    if not is_certificate(document):
        return OPEN, "not_a_certificate", ""
    try:
        return PROVEN, "kind_known", check_form(document)
    except Refused as refusal:
        return REFUTED, refusal.code, refusal.about


def ask_dates(document, at):
    try:
        begin, end = (
            read_moment(document[name]) if name in document else None
            for name in ("validFrom", "validUntil")
        )
    except Refused as refusal:
        return REFUTED, refusal.code, ""
    if begin is not None and begin > at + TOLERANCE:
        return REFUTED, "not_yet_valid", document["validFrom"]
    if end is not None and end <= at:
        return REFUTED, "expired", document["validUntil"]
    return PROVEN, "in_force", ""


def ask_proof(proof, trusted, at):
    method = proof["method"]
    try:
        public = trusted["public"] if trusted else public_key_of(method)
    except Refused as refusal:
        return REFUTED, refusal.code, method
    if public is None:
        return OPEN, "key_not_at_hand", method
    if not signature_holds(proof, public):
        return REFUTED, "signature_wrong", method
    if proof["expires"] is not None and proof["expires"] <= at:
        return REFUTED, "proof_expired", method
    return PROVEN, "signature_sound", method


def ask_issuer(proof, trusted, issuer):
    own = trusted["controller"] if trusted else proof["method"].partition("#")[0]
    if trusted is None and (own == issuer or not own.startswith("did:")):
        return REFUTED, "key_not_trusted", proof["method"]
    if own != issuer:
        return REFUTED, "key_of_another", proof["method"]
    return PROVEN, "issuer_trusted", issuer


def ask_key(proof, trusted, at):
    method, signed = proof["method"], proof["created"]
    if trusted is None:
        return OPEN, "not_examined", ""
    if signed is None:
        return OPEN, "signing_date_missing", method
    if signed > at + TOLERANCE:
        return REFUTED, "signed_in_future", method
    if trusted["validFrom"] is not None and signed < trusted["validFrom"]:
        return REFUTED, "key_not_yet_valid", method
    if trusted["expires"] is not None and signed >= trusted["expires"]:
        return REFUTED, "key_expired", method
    if trusted["revoked"] is not None and trusted["revoked"] <= at:
        # A thief writes the date he likes: without the public log the stated one proves nothing.
        if signed >= trusted["revoked"]:
            return REFUTED, "key_revoked", method
        return OPEN, "key_revoked_since", method
    return PROVEN, "key_valid", method


def examine(document, keys, at):
    """The questions that are the same for every credential, and the date of signing."""
    answers = {"structure": ask_structure(document), "dates": ask_dates(document, at)}
    answers["issuer"] = answers["key"] = (OPEN, "not_examined", "")
    try:
        proof = read_proof(document)
    except Refused as refusal:
        return {**answers, "proof": (REFUTED, refusal.code, "")}, None
    trusted = keys.get(proof["method"])
    answers["proof"] = ask_proof(proof, trusted, at)
    if answers["proof"][0] != REFUTED:
        answers["issuer"] = ask_issuer(proof, trusted, issuer_of(document))
        answers["key"] = ask_key(proof, trusted, at)
    return answers, proof["created"]


def is_proven(answers):
    return all(finding == PROVEN for finding, _, _ in answers.values())


# ---------------------------------------------------------------- status lists

SET = {"revocation": "revoked", "suspension": "suspended"}


def decode_list(text):
    """The bits of a list, or None when they cannot be read or are too few or too many."""
    if not isinstance(text, str) or len(text) > LONGEST_LIST or not text.startswith("u"):
        return None
    body = text[1:]
    if len(body) % 4 == 1 or not re.fullmatch(r"[A-Za-z0-9_-]*", body):
        return None
    packed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    if base64.urlsafe_b64encode(packed).decode().rstrip("=") != body:
        return None
    unpacker = zlib.decompressobj(31)
    try:
        bits = unpacker.decompress(packed, MOST_BITS // 8 + 1)
    except zlib.error:
        return None
    whole = unpacker.eof and not unpacker.unused_data
    return bits if whole and FEWEST_BITS <= len(bits) * 8 <= MOST_BITS else None


def read_list(document, keys, at, issuer):
    """The purposes, bits and date of a list that the same issuer signed; None when unusable."""
    answers, signed = examine(document, keys, at)
    subject = document.get("credentialSubject")
    if issuer_of(document) != issuer or not is_proven(answers) or signed is None:
        return None
    if (
        "BitstringStatusListCredential" not in as_list(document.get("type"))
        or not isinstance(subject, dict)
        or subject.get("type") != "BitstringStatusList"
    ):
        return None
    bits = decode_list(subject.get("encodedList"))
    return None if bits is None else (as_list(subject.get("statusPurpose")), bits, signed)


def usable_lists(documents, keys, at, issuer):
    """By address the newest usable list; None where only unusable ones were given."""
    found = {}
    for document in documents:
        address = document.get("id")
        if isinstance(address, str):
            usable, known = read_list(document, keys, at, issuer), found.get(address)
            newer = usable is not None and (known is None or usable[2] > known[2])
            found[address] = usable if newer else known
    return found


def read_entries(document):
    """The entries for revocation and suspension: (purpose, address of the list, index)."""
    found = []
    for entry in as_list(document["credentialStatus"]) if "credentialStatus" in document else []:
        if not isinstance(entry, dict) or entry.get("type") != "BitstringStatusListEntry":
            raise Refused("status_entry_unreadable")
        purpose, index = entry.get("statusPurpose"), entry.get("statusListIndex")
        address = entry.get("statusListCredential")
        if not isinstance(purpose, str):
            raise Refused("status_entry_unreadable")
        if purpose not in SET:
            continue
        if (
            not isinstance(index, str)
            or not re.fullmatch(r"0|[1-9][0-9]{0,8}", index)
            or not isinstance(address, str)
            or entry.get("statusSize", 1) is True
            or entry.get("statusSize", 1) != 1
        ):
            raise Refused("status_entry_unreadable")
        found.append((purpose, address, int(index)))
    return found


def ask_entry(purpose, address, index, lists):
    usable = lists.get(address)
    if usable is None:
        return (OPEN, "list_refused" if address in lists else "list_missing", address), None
    purposes, bits, as_of = usable
    if purpose not in purposes:
        return (OPEN, "list_of_other_purpose", address), None
    if index >= len(bits) * 8:
        return (OPEN, "index_outside", address), None
    if bits[index // 8] >> (7 - index % 8) & 1:
        return (REFUTED, SET[purpose], address), as_of
    return (PROVEN, f"not_{SET[purpose]}", address), as_of


def ask_statuses(document, lists):
    """The answers by purpose, and the older of the two dates, None when one is missing."""
    try:
        entries = read_entries(document)
    except Refused as refusal:
        return dict.fromkeys(SET, (OPEN, refusal.code, "")), None
    answers, dates = {}, []
    for purpose in SET:
        found = [ask_entry(*entry, lists) for entry in entries if entry[0] == purpose]
        order = (REFUTED, OPEN, PROVEN)
        worst = sorted((answer for answer, _ in found), key=lambda answer: order.index(answer[0]))
        answers[purpose] = worst[0] if worst else (OPEN, "no_entry", "")
        dates += [as_of for _, as_of in found] or [None]
    return answers, None if None in dates else min(dates)


def ask_succession(document, successors, keys, at):
    own = document.get("id")
    for successor in successors:
        if own is not None and own == successor.get("replaces") != successor.get("id"):
            sound = is_proven(examine(successor, keys, at)[0]) and ask_kind(successor)[0] == PROVEN
            if sound and concerns(successor) == concerns(document):
                return REFUTED, "superseded", str(successor.get("id"))
    return OPEN, "no_successor_known", ""


def concerns(document):
    subject = document.get("credentialSubject")
    known = subject if isinstance(subject, dict) else {}
    return issuer_of(document), known.get("id"), known.get("certificateKind")


# ---------------------------------------------------------------- the whole, without words


def check(content, keys, at, lists=(), successors=()):
    """Every question answered: (verdict, {question: (finding, code, about)}, facts)."""
    try:
        document = read_json(content)
    except Refused as refusal:
        answers = dict.fromkeys(QUESTIONS, (OPEN, "not_examined", ""))
        answers["structure"] = (REFUTED, refusal.code, refusal.about)
        return "invalid", answers, {}
    answers, signed = examine(document, keys, at)
    answers["kind"] = ask_kind(document)
    facts = {"signed": signed, "issuer": issuer_of(document), "document": document}
    states = dict.fromkeys((*SET, "succession"), (OPEN, "not_examined", ""))
    if not any(finding == REFUTED for finding, _, _ in answers.values()):
        usable = usable_lists(lists, keys, at, issuer_of(document))
        statuses, facts["as_of"] = ask_statuses(document, usable)
        succession = ask_succession(document, successors, keys, at)
        states = {**statuses, "succession": succession}
    answers = {**answers, **states, "log": (OPEN, "log_proof_absent", "")}
    return verdict_of(answers), {name: answers[name] for name in QUESTIONS}, facts


def verdict_of(answers):
    states = {"revocation": "revoked", "suspension": "suspended", "succession": "superseded"}
    refuted = [name for name in QUESTIONS if answers[name][0] == REFUTED]
    if any(name not in states for name in refuted):
        return "invalid"
    if refuted:
        return states[refuted[0]]
    still_open = {name for name in QUESTIONS if answers[name][0] == OPEN}
    return "unknown" if still_open - {"succession", "log"} else "valid"


# ---------------------------------------------------------------- words

VERDICTS = {
    "valid": ("有效", "VALID"),
    "invalid": ("无效", "NOT VALID"),
    "revoked": ("已撤销", "REVOKED"),
    "suspended": ("已中止", "SUSPENDED"),
    "superseded": ("已由新证书取代", "SUPERSEDED by a newer certificate"),
    "unknown": ("无法判定", "UNDECIDED"),
}
TITLES = {
    "structure": ("文件形式", "Form of the file"),
    "kind": ("证书种类", "Kind of certificate"),
    "proof": ("签名", "Signature"),
    "issuer": ("签发者", "Issuer"),
    "key": ("密钥有效期", "Time of the key"),
    "dates": ("证书有效期", "Time of the certificate"),
    "revocation": ("撤销", "Revocation"),
    "suspension": ("中止", "Suspension"),
    "succession": ("取代", "Replacement"),
    "log": ("公开日志", "Public log"),
}
WORDS = {
    "too_large": ("文件过大", "the file is too large"),
    "not_utf8": ("不是UTF-8文本", "not UTF-8 text"),
    "not_json": ("不是JSON", "not JSON"),
    "duplicate_key": ("同一对象内有重复的键", "a key stands twice in one object"),
    "lone_surrogate": ("文本含残缺字符", "a text holds half a character"),
    "number_beyond_double": ("数字超出可表示范围", "a number that cannot be held exactly"),
    "too_deep": ("嵌套过深", "nested too deep"),
    "not_an_object": ("不是JSON对象", "no JSON object"),
    "not_examined": ("未查，因前项未通过", "not examined, because of what came before"),
    "credential": ("是可验证凭证2.0", "a Verifiable Credential 2.0"),
    "context_wrong": ("缺少凭证上下文", "the context of credentials is missing"),
    "type_wrong": ("未声明为可验证凭证", "does not call itself a Verifiable Credential"),
    "issuer_missing": ("未写明签发者", "no issuer is named"),
    "subject_missing": ("没有内容", "it says nothing of anything"),
    "id_wrong": ("编号不是文本", "its id is no text"),
    "kind_known": ("种类明确", "of a known kind"),
    "not_a_certificate": ("不是艺术品证书", "no certificate of an artwork"),
    "kind_mixed": ("混用了不同种类的内容", "mixes kinds that must not be mixed"),
    "lock_without_statement": (
        "锁定证书未注明“不证明作者”",
        "an identity lock that does not say that it does not prove the author",
    ),
    "panel_wrong": ("鉴定人数不合", "the figures of the panel do not agree"),
    "member_unknown": ("含有不允许的内容", "holds something that has no place in it"),
    "member_missing": ("缺少必需内容", "something required is missing"),
    "member_wrong": ("有内容不合格式", "something does not have its form"),
    "signature_sound": (
        "签名无误，内容自签名后未改动",
        "sound; nothing was changed since it was signed",
    ),
    "signature_wrong": (
        "签名不符：内容被改动，或非此密钥所签",
        "wrong: changed, or not signed by this key",
    ),
    "proof_missing": ("没有签名", "there is no signature"),
    "proof_not_single": ("签名不是单独一个", "not one single signature"),
    "proof_form_unknown": ("签名形式不明", "a signature of unknown form"),
    "suite_unknown": ("不是eddsa-jcs-2022签名", "not of the suite eddsa-jcs-2022"),
    "purpose_wrong": ("签名用途不符", "signed for another purpose"),
    "contexts_differ": ("签名与文件的上下文不符", "the contexts differ from those signed"),
    "proof_value_unreadable": ("签名值无法读取", "the signature cannot be read"),
    "proof_date_unreadable": ("签名日期无法读取", "the date of the signature cannot be read"),
    "proof_expired": ("签名已过期", "the signature has expired"),
    "key_not_at_hand": ("没有这把公钥，无法核对", "cannot be checked: that key is not at hand"),
    "not_ed25519_key": ("不是Ed25519公钥", "names no Ed25519 key"),
    "issuer_trusted": (
        "密钥属于文件所写的签发者，并在信任清单内",
        "the key is trusted, and is the named issuer's",
    ),
    "key_not_trusted": ("密钥不在信任清单内", "the key is not among those you trust"),
    "key_of_another": (
        "签名的密钥不属于文件所写的签发者",
        "signed with a key that is not the named issuer's",
    ),
    "key_valid": ("按所写的签署时间，密钥有效", "valid at the stated time of signing"),
    "signing_date_missing": ("未写签署时间", "the time of signing is not stated"),
    "signed_in_future": ("签署时间在将来", "signed in the future"),
    "key_not_yet_valid": ("签署时密钥尚未启用", "signed before the key was in use"),
    "key_expired": ("签署时密钥已停用", "signed after the key had expired"),
    "key_revoked": ("签署时密钥已作废", "signed after the key was revoked"),
    "key_revoked_since": (
        "密钥后来作废，所写的签署时间需公开日志证明",
        "the key was revoked since; only the public log can prove the stated time",
    ),
    "in_force": ("在有效期内", "in force"),
    "not_yet_valid": ("尚未生效", "not yet in force"),
    "expired": ("已过期", "expired"),
    "date_unreadable": ("日期无法读取", "a date cannot be read"),
    "not_revoked": ("未撤销", "not revoked"),
    "not_suspended": ("未中止", "not suspended"),
    "revoked": ("已撤销", "revoked"),
    "suspended": ("已中止", "suspended"),
    "no_entry": ("证书未指明状态清单", "the certificate names no status list"),
    "list_missing": ("没有提供状态清单", "the status list was not given"),
    "list_refused": (
        "状态清单的签名或内容不可用",
        "the status list given cannot be used or trusted",
    ),
    "list_of_other_purpose": ("状态清单用途不符", "the status list is for another purpose"),
    "index_outside": ("序号在清单之外", "the index lies outside the list"),
    "status_entry_unreadable": ("状态条目无法读取", "the status entry cannot be read"),
    "superseded": ("已有新证书", "a newer certificate replaces it"),
    "no_successor_known": ("没有提供取代它的证书", "no certificate was given that replaces it"),
    "log_proof_absent": ("没有附日志证明", "no proof of the public log was given"),
    "keys_unreadable": ("密钥文件无法读取", "the file of keys cannot be read"),
    "key_twice": ("密钥文件有重复", "a key stands twice in the file of keys"),
}
KINDS = {
    "保真": "confirmed in person by the living author",
    "锁定": "identity of this object only; does NOT prove the author",
    "鉴定意见": "opinion of a panel of experts",
}
MARKS = {PROVEN: "[+]", REFUTED: "[-]", OPEN: "[?]"}
EXIT = {"valid": 0, "unknown": 2}


def printable(text):
    """A text from the certificate, without characters that could move the cursor or hide words."""
    kept = str(text)[:300]
    return "".join(character if character.isprintable() else "\ufffd" for character in kept)


def report(verdict, answers, facts, at):
    """The lines for people."""
    chinese, english = VERDICTS[verdict]
    lines = [f"结果 · Result: {chinese} · {english}", ""]
    if all(answers[name][0] == PROVEN for name in ("kind", "proof", "issuer")):
        lines += content_lines(facts["document"], answers["kind"][2])
    for question, (finding, code, about) in answers.items():
        chinese, english = WORDS[code]
        title = " · ".join(TITLES[question])
        lines.append(f"{MARKS[finding]} {title}: {chinese} · {english}")
        if about and finding != PROVEN:
            lines.append(f"      {printable(about)}")
    lines.append("")
    if facts.get("signed"):
        lines.append(f"所写签署时间 · Signed, as stated: {facts['signed']:%Y-%m-%d %H:%M:%S} UTC")
    if facts.get("as_of"):
        age = max(at - facts["as_of"], timedelta(0))
        hours = f"{age.days}天{age.seconds // 3600}小时 · {age.days} d {age.seconds // 3600} h"
        lines.append(f"状态截至 · Status as of: {facts['as_of']:%Y-%m-%d %H:%M:%S} UTC ({hours})")
        if age > OLD:
            lines.append("状态清单已旧，请另取新的 · The status lists are old; get newer ones.")
    lines += [
        "",
        "[+] 已证明 · proven   [-] 已否定 · refuted   [?] 未能证明 · not proven",
        "证书不说明谁是物主、价格多少。请将实物与登记图片对照。",
        "It says nothing of owner or price. Compare the object itself with the registered images.",
    ]
    return lines


def content_lines(document, kind):
    subject = document["credentialSubject"]
    statement = subject["statement"]
    parts = [statement] if isinstance(statement, str) else [part["@value"] for part in statement]
    lines = [f"种类 · Kind: {kind} · {KINDS[kind]}"]
    lines += [f"证书 · Certificate: {printable(document['id'])}"]
    lines += [f"作品 · Work: {printable(subject.get('registryNumber', subject['id']))}"]
    if "title" in subject:
        lines.append(f"题名 · Title: {printable(subject['title'])}")
    return [*lines, *(f"    {printable(part)}" for part in parts), ""]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("certificate", type=Path, metavar="CERTIFICATE")
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--status", type=Path, nargs="+", default=[], action="extend")
    parser.add_argument("--successor", type=Path, nargs="+", default=[], action="extend")
    parser.add_argument("--at", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        at = read_moment(options.at) if options.at else datetime.now(timezone.utc)
        keys = read_keys(read_json(read_file(options.keys)))
        content = read_file(options.certificate)
        lists, successors = read_usable(options.status), read_usable(options.successor)
    except Refused as refusal:
        words = WORDS.get(refusal.code, (refusal.code, refusal.code))
        print(f"{' · '.join(words)} {printable(refusal.about)}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"无法读取文件 · cannot read the file: {error}", file=sys.stderr)
        return 2
    verdict, answers, facts = check(content, keys, at, lists, successors)
    if options.json:
        print(json.dumps({"verdict": verdict, "answers": answers}, ensure_ascii=False))
    else:
        print("\n".join(report(verdict, answers, facts, at)))
    return EXIT.get(verdict, 1)


def read_file(path):
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def read_usable(paths):
    """The documents among files; those that cannot be read count as not given."""
    found = []
    for path in paths:
        try:
            found.append(read_json(read_file(path)))
        except Refused as refusal:
            words = " · ".join(WORDS[refusal.code])
            print(f"{path}: {words}", file=sys.stderr)
    return found


if __name__ == "__main__":
    sys.exit(main())
