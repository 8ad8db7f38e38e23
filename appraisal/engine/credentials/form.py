"""The closed form of a certificate: every member that may stand in it, and nothing else.

Owner, price and address have no member, at any depth, so no certificate can carry them; a signed
document with a member that is not here is refused all the same. Registry rules, section 6.

The notation: a name with `!` must be there; a text is one of the kinds below; a list holds one
description for each of its members. The independent checkers hold the same table.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from appraisal.engine.credentials.canonical import Json
from appraisal.engine.credentials.errors import CredentialRefused

AUTHOR: Final = "保真"
LOCK: Final = "锁定"
OPINION: Final = "鉴定意见"
NOT_THE_AUTHOR: Final = "不证明作者"
NOT_THE_AUTHOR_ENGLISH: Final = "does not prove who made it"

CERTIFICATE_TYPE: Final = "ArtworkCertificate"
OPINION_TYPE: Final = "ArtworkOpinion"
TYPE_OF_KIND: Final = {AUTHOR: CERTIFICATE_TYPE, LOCK: CERTIFICATE_TYPE, OPINION: OPINION_TYPE}

MOST_MEMBERS: Final = 500

_STATUS: Final = {
    "id": "text",
    "type!": "one:BitstringStatusListEntry",
    "statusPurpose!": "one:revocation|suspension",
    "statusListIndex!": "text",
    "statusListCredential!": "address",
}
SUBJECT: Final[Mapping[str, Any]] = {
    "id!": "address",
    "certificateKind!": f"one:{AUTHOR}|{LOCK}|{OPINION}",
    "registryNumber": "text",
    "title": "text",
    "statement!": "statement",
    "images!": [{"sha256!": "digest", "view": "text"}],
    "dimensions": [{"type!": "text", "value!": "decimal", "unit!": "one:mm|cm|m|in|g|kg"}],
    "objectId": {"sha256!": "digest"},
    "confirmation": {
        "author!": "text",
        "day!": "day",
        "inPerson!": "yes",
        "recording!": {"sha256!": "digest"},
    },
    "panel": {
        "experts!": "count",
        "agreeing!": "count",
        "dissenting!": "count",
        "result!": "one:supported|not-supported|undetermined",
    },
    "tag": {"kind!": "one:nfc|rfid|seal|surface", "value!": "text"},
    "edition": {"number!": "text", "size": "count"},
}
FORM: Final[Mapping[str, Any]] = {
    "@context!": ["address"],
    "id!": "address",
    "type!": ["text"],
    "issuer!": "address",
    "validFrom!": "text",
    "validUntil": "text",
    "replaces": "address",
    "credentialSubject!": SUBJECT,
    "credentialStatus!": [_STATUS],
    "proof": "anything",
}

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_DECIMAL: Final = re.compile(r"[0-9]{1,7}(\.[0-9]{1,4})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ADDRESS: Final = re.compile(r"(https?://|did:|urn:uuid:)[!-~]{1,290}")
LONGEST_TEXT: Final = 1000
LARGEST_COUNT: Final = 1_000_000


def check_form(document: Json) -> str:
    """The kind of a certificate (保真, 锁定 or 鉴定意见) whose form is right.

    Raises:
        CredentialRefused: `member_unknown`, `member_missing`, `member_wrong`; `kind_mixed` when
            the parts of one kind stand in another; `lock_without_statement`; `panel_wrong`.
    """
    _check(document, FORM, "the certificate")
    subject: Mapping[str, Json] = document["credentialSubject"]
    kind: str = subject["certificateKind"]
    _check_kind(document, subject, kind)
    _check_contexts(document)
    _check_words(subject["statement"], kind)
    if kind == OPINION:
        _check_panel(subject["panel"])
    return kind


def is_certificate(document: Mapping[str, Json]) -> bool:
    """Whether the document claims to be one of ours: by its type, or by naming a kind."""
    types, subject = document.get("type"), document.get("credentialSubject")
    named = isinstance(types, list) and bool({CERTIFICATE_TYPE, OPINION_TYPE} & set(_texts(types)))
    return named or (isinstance(subject, Mapping) and "certificateKind" in subject)


def context_document(address: str) -> dict[str, Json]:
    """The JSON-LD context to publish at `address`: every term of the form, and the two types.

    Checking needs no context, for the signature covers the values as they stand; other software
    reads from it what the terms are.
    """
    terms = sorted((_terms(FORM) | {CERTIFICATE_TYPE, OPINION_TYPE}) - _OF_CREDENTIALS)
    return {"@context": {"@protected": True, **{term: f"{address}#{term}" for term in terms}}}


def _terms(form: Any) -> set[str]:
    if isinstance(form, list):
        return _terms(form[0])
    if not isinstance(form, Mapping):
        return set()
    own = {name.rstrip("!") for name in form}
    return own.union(*(_terms(part) for part in form.values() if part != [_STATUS]))


_OF_CREDENTIALS: Final = frozenset(
    {
        "@context",
        "credentialStatus",
        "credentialSubject",
        "id",
        "issuer",
        "proof",
        "type",
        "validFrom",
        "validUntil",
    }
)
"""Terms that the context of Verifiable Credentials 2.0 defines and protects."""


def _check_kind(document: Mapping[str, Json], subject: Mapping[str, Json], kind: str) -> None:
    if document["type"] != ["VerifiableCredential", TYPE_OF_KIND[kind]]:
        raise CredentialRefused("kind_mixed", f"the type is not that of a {kind}")
    if ("panel" in subject) != (kind == OPINION):
        raise CredentialRefused("kind_mixed", f"a panel stands in a {OPINION} and nowhere else")
    if "confirmation" in subject and kind != AUTHOR:
        raise CredentialRefused("kind_mixed", f"the author's word stands in a {AUTHOR} only")


def _check_contexts(document: Mapping[str, Json]) -> None:
    proof = document.get("proof")
    contexts = document["@context"]
    if len(contexts) != 2 or (
        isinstance(proof, Mapping) and proof.get("@context", contexts) != contexts
    ):
        raise CredentialRefused("member_wrong", "a certificate has two contexts, as its proof")


def _check_words(statement: Json, kind: str) -> None:
    """A lock says that it does not prove the author, in each language of ours that it speaks."""
    parts = [{"@language": "zh", "@value": statement}] if isinstance(statement, str) else statement
    spoken = {part["@language"].partition("-")[0]: part["@value"] for part in parts}
    says_chinese = NOT_THE_AUTHOR in spoken.get("zh", "")
    says_english = NOT_THE_AUTHOR_ENGLISH in spoken.get("en", "")
    if kind == LOCK and not (says_chinese and (says_english or "en" not in spoken)):
        raise CredentialRefused("lock_without_statement", f"a {LOCK} must say {NOT_THE_AUTHOR}")
    if kind == AUTHOR and (says_chinese or says_english):
        raise CredentialRefused("kind_mixed", f"a {AUTHOR} cannot say {NOT_THE_AUTHOR}")


def _check_panel(panel: Mapping[str, Json]) -> None:
    experts, agreeing, dissenting = panel["experts"], panel["agreeing"], panel["dissenting"]
    majority = 2 * agreeing > experts
    if (
        experts < 2
        or agreeing + dissenting != experts
        or majority == (panel["result"] == "undetermined")
    ):
        raise CredentialRefused("panel_wrong", "the figures of the panel do not agree")


def _check(value: Json, form: Any, where: str) -> None:
    if isinstance(form, Mapping):
        _check_object(value, form, where)
    elif isinstance(form, list):
        if not isinstance(value, list) or len(value) > MOST_MEMBERS:
            raise _wrong(where)
        for member in value:
            _check(member, form[0], where)
    elif form.startswith("one:"):
        if not isinstance(value, str) or value not in form.removeprefix("one:").split("|"):
            raise _wrong(where)
    elif not _KINDS[form](value):
        raise _wrong(where)


def _check_object(value: Json, form: Mapping[str, Any], where: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(where)
    names = {name.rstrip("!"): described for name, described in form.items()}
    for name in value:
        if name not in names:
            raise CredentialRefused("member_unknown", f"{name} has no place in {where}")
    for name in form:
        if name.endswith("!") and name.rstrip("!") not in value:
            raise CredentialRefused("member_missing", f"{name.rstrip('!')} is missing in {where}")
    for name, member in value.items():
        _check(member, names[name], name)


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT


def _is_count(value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == int(value) and 0 <= value <= LARGEST_COUNT


def _is_statement(value: Json) -> bool:
    """One text, or a list of texts with their languages, each language once."""
    if not isinstance(value, list):
        return _is_text(value)
    languages = []
    for part in value:
        if not isinstance(part, dict) or part.keys() != {"@language", "@value"}:
            return False
        if not _is_text(part["@value"]) or not _is_text(part["@language"]):
            return False
        languages.append(part["@language"])
    return 0 < len(languages) == len(set(languages))


def _matches(pattern: re.Pattern[str]) -> Callable[[Json], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_KINDS: Final[Mapping[str, Callable[[Json], bool]]] = {
    "text": _is_text,
    "count": _is_count,
    "statement": _is_statement,
    "yes": lambda value: value is True,
    "anything": lambda value: True,
    "digest": _matches(_DIGEST),
    "decimal": _matches(_DECIMAL),
    "day": _matches(_DAY),
    "address": _matches(_ADDRESS),
}


def _texts(values: list[Json]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _wrong(where: str) -> CredentialRefused:
    return CredentialRefused("member_wrong", f"{where} does not have its form")
