"""Make the unsigned certificate of a work, of one of three kinds that are never mixed.

保真: the author, alive and identified, confirmed in person that the work is his. 锁定: this
physical thing and no other; it says that it does not prove the author. 鉴定意见: what a panel of
experts found, with its dissent. Registry rules, sections 5 and 6.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal

from appraisal.engine.credentials.canonical import Json, canonical
from appraisal.engine.credentials.form import (
    AUTHOR,
    LOCK,
    NOT_THE_AUTHOR_ENGLISH,
    OPINION,
    TYPE_OF_KIND,
    check_form,
)
from appraisal.engine.credentials.moments import write_moment
from appraisal.engine.credentials.status import CONTEXT, Purpose, status_entry

CHINESE: Final = "zh-Hans"
ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True)
class AuthorConfirmation:
    """保真: who confirmed, on which day, and the SHA-256 of the recording of it, in hex."""

    author: str
    day: date
    recording: str


@dataclass(frozen=True, slots=True)
class IdentityLock:
    """锁定: nothing is said of the author."""


@dataclass(frozen=True, slots=True)
class PanelOpinion:
    """鉴定意见: how many experts, how many of them agreed with the result; the rest dissented."""

    experts: int
    agreeing: int
    result: Literal["supported", "not-supported", "undetermined"]


Grounds = AuthorConfirmation | IdentityLock | PanelOpinion


@dataclass(frozen=True, slots=True)
class Picture:
    """One photograph by the SHA-256 of its file, in hex, and what it shows."""

    sha256: str
    view: str = ""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One measure: height, width, …; the unit one of mm, cm, m, in, g, kg."""

    name: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Tag:
    """The mark on the thing: `nfc` or `rfid` (its number), `seal`, `surface` (a SHA-256)."""

    kind: Literal["nfc", "rfid", "seal", "surface"]
    value: str


@dataclass(frozen=True, slots=True)
class Edition:
    """Which impression this is, as written ("3", "A.P. 1"), and of how many, where known."""

    number: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Addresses of the two lists and the index of this certificate in both; chosen at random."""

    revocation_list: str
    suspension_list: str
    index: int


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """Everything a certificate says.

    `certificate_id`, `object_id`, `context` and `replaces` are https addresses; `issuer` a DID;
    `object_id_digest` comes from `digest_of` the Object ID record. The statements in Chinese and
    English are `standard_statement` of the grounds unless given.
    """

    certificate_id: str
    issuer: str
    context: str
    object_id: str
    registry_number: str
    pictures: tuple[Picture, ...]
    object_id_digest: str
    grounds: Grounds
    valid_from: datetime
    status: StatusPlace
    title: str = ""
    dimensions: tuple[Dimension, ...] = ()
    tag: Tag | None = None
    edition: Edition | None = None
    valid_until: datetime | None = None
    replaces: str = ""
    statement: tuple[str, str] | None = None


def build_certificate(content: CertificateContent) -> dict[str, Json]:
    """The unsigned credential; `proof.sign` signs it.

    Raises:
        CredentialRefused: `member_wrong` and the like when a value does not fit the closed form;
            `lock_without_statement`; `panel_wrong`.
        ValueError: a moment without a zone, an index outside of the list.
    """
    kind = kind_of(content.grounds)
    document: dict[str, Json] = {
        "@context": [CONTEXT, content.context],
        "id": content.certificate_id,
        "type": ["VerifiableCredential", TYPE_OF_KIND[kind]],
        "issuer": content.issuer,
        "validFrom": write_moment(content.valid_from),
        **({"validUntil": write_moment(content.valid_until)} if content.valid_until else {}),
        **({"replaces": content.replaces} if content.replaces else {}),
        "credentialSubject": _subject(content, kind),
        "credentialStatus": [
            status_entry(Purpose.REVOCATION, content.status.revocation_list, content.status.index),
            status_entry(Purpose.SUSPENSION, content.status.suspension_list, content.status.index),
        ],
    }
    canonical(document)
    check_form(document)
    return document


def kind_of(grounds: Grounds) -> str:
    """保真, 锁定 or 鉴定意见: decided by the grounds alone."""
    if isinstance(grounds, AuthorConfirmation):
        return AUTHOR
    return LOCK if isinstance(grounds, IdentityLock) else OPINION


def standard_statement(grounds: Grounds) -> tuple[str, str]:
    """What the certificate says in words: Chinese, English."""
    if isinstance(grounds, AuthorConfirmation):
        day = grounds.day
        return (
            f"作者{grounds.author}本人于{day.year}年{day.month}月{day.day}日到场确认此作为其所作。",
            f"The author, {grounds.author}, confirmed in person on {day} that the work is theirs.",
        )
    if isinstance(grounds, IdentityLock):
        return (
            "仅锁定此件实物的身份，不证明作者。",
            f"Locks the identity of this object only; it {NOT_THE_AUTHOR_ENGLISH}.",
        )
    dissenting = grounds.experts - grounds.agreeing
    chinese, english = _RESULTS.get(grounds.result, ("", ""))
    return (
        f"专家{grounds.experts}人，{grounds.agreeing}人同意，{dissenting}人持异议：{chinese}",
        f"{grounds.experts} experts, {grounds.agreeing} agreed, {dissenting} dissented: {english}",
    )


def digest_of(record: Json) -> str:
    """SHA-256, in hex, of the canonical form of a record. Raises as `canonical`."""
    return hashlib.sha256(canonical(record)).hexdigest()


_RESULTS: Final[Mapping[str, tuple[str, str]]] = {
    "supported": ("意见支持所题。", "the opinion supports the attribution."),
    "not-supported": ("意见不支持所题。", "the opinion does not support the attribution."),
    "undetermined": ("未形成多数意见，存疑。", "no majority; undetermined."),
}


def _subject(content: CertificateContent, kind: str) -> dict[str, Json]:
    chinese, english = content.statement or standard_statement(content.grounds)
    subject: dict[str, Json] = {
        "id": content.object_id,
        "certificateKind": kind,
        "registryNumber": content.registry_number,
        "statement": [
            {"@language": CHINESE, "@value": chinese},
            {"@language": ENGLISH, "@value": english},
        ],
        "images": [_picture(picture) for picture in content.pictures],
        "objectId": {"sha256": content.object_id_digest},
        **_grounds(content.grounds),
    }
    if content.title:
        subject["title"] = content.title
    if content.dimensions:
        subject["dimensions"] = [
            {"type": measure.name, "value": f"{measure.value:f}", "unit": measure.unit}
            for measure in content.dimensions
        ]
    if content.tag:
        subject["tag"] = {"kind": content.tag.kind, "value": content.tag.value}
    if content.edition:
        size = content.edition.size
        subject["edition"] = {
            "number": content.edition.number,
            **({"size": size} if size is not None else {}),
        }
    return subject


def _grounds(grounds: Grounds) -> dict[str, Json]:
    if isinstance(grounds, AuthorConfirmation):
        return {
            "confirmation": {
                "author": grounds.author,
                "day": grounds.day.isoformat(),
                "inPerson": True,
                "recording": {"sha256": grounds.recording},
            }
        }
    if isinstance(grounds, PanelOpinion):
        return {
            "panel": {
                "experts": grounds.experts,
                "agreeing": grounds.agreeing,
                "dissenting": grounds.experts - grounds.agreeing,
                "result": grounds.result,
            }
        }
    return {}


def _picture(picture: Picture) -> dict[str, Json]:
    return {"sha256": picture.sha256, **({"view": picture.view} if picture.view else {})}
