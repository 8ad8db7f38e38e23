"""Check a certificate: what is proven, what is refuted, what stays open.

Each question has one answer with a stable code that a page turns into words. A sound signature
does not suffice: the key must be on the list of the checker, belong to the issuer that the document
names, and be valid at the moment of signing. Registry rules, section 6. The independent checkers
(`docs/check_certificate.py`, `appraisal/js/verify.js`) give the same codes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from appraisal.engine.credentials.canonical import Json, check_value, read_json
from appraisal.engine.credentials.errors import CredentialRefused
from appraisal.engine.credentials.form import check_form, is_certificate
from appraisal.engine.credentials.moments import aware, read_moment
from appraisal.engine.credentials.multibase import public_key_of
from appraisal.engine.credentials.proof import Proof, as_list, read_proof, signature_holds
from appraisal.engine.credentials.status import (
    CONTEXT,
    Purpose,
    StatusEntry,
    StatusList,
    is_set,
    read_entries,
    read_status_list,
)
from appraisal.engine.credentials.trusted import TrustedKey

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""A document signed a little later than the checker's own clock is not of the future."""


class Question(StrEnum):
    """What is asked, in this order."""

    STRUCTURE = "structure"
    KIND = "kind"
    PROOF = "proof"
    ISSUER = "issuer"
    KEY = "key"
    DATES = "dates"
    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    SUCCESSION = "succession"
    LOG = "log"


class Finding(StrEnum):
    """Proven, refuted, or neither."""

    PROVEN = "proven"
    REFUTED = "refuted"
    OPEN = "open"


class Verdict(StrEnum):
    """The whole in one word. Only VALID stands for a certificate that holds."""

    VALID = "valid"
    INVALID = "invalid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question, its finding, the code of the reason, and what it speaks of (key, address)."""

    question: Question
    finding: Finding
    code: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found.

    `kind` 保真, 锁定, 鉴定意见 or empty; `signed_at` as the signer states it; `status_as_of` the
    moment of the older of the two status lists that were used, None when one was missing.
    """

    verdict: Verdict
    answers: tuple[Answer, ...]
    kind: str = ""
    issuer: str = ""
    method: str = ""
    signed_at: datetime | None = None
    status_as_of: datetime | None = None

    def answer(self, question: Question) -> Answer:
        """The answer to one question."""
        return next(answer for answer in self.answers if answer.question == question)

    def status_age(self, at: datetime) -> timedelta | None:
        """How old the status was at a moment; None when it is not known."""
        return None if self.status_as_of is None else aware(at) - self.status_as_of


def verify(
    document: Json,
    trusted_keys: Sequence[TrustedKey],
    at: datetime,
    *,
    status_lists: Sequence[Json] = (),
    successors: Sequence[Json] = (),
    maximum_status_age: timedelta | None = None,
    logged_at: datetime | None = None,
) -> Verification:
    """Check a certificate. Never raises because of what a document holds.

    Args:
        document: the certificate, as text, bytes or the value read from them.
        trusted_keys: the keys that the checker trusts.
        at: the moment for which is asked, with a zone.
        status_lists: documents of status lists, in the same forms; unusable ones are passed over.
        successors: certificates that may replace this one.
        maximum_status_age: how old a status list may be; None takes any, and gives its date.
        logged_at: a moment at which the public log held this document, where the caller proved it.
    Raises:
        ValueError: `at` or `logged_at` without a zone.
    """
    aware(at)
    if logged_at is not None:
        aware(logged_at)
    value, refusal = _read(document)
    if refusal is not None:
        return _unreadable(refusal)
    found = _examine(value, trusted_keys, at, logged_at)
    kind, kind_answer = _kind(value)
    answers = [found.structure, kind_answer, found.proof, found.issuer, found.key, found.dates]
    if any(answer.finding is Finding.REFUTED for answer in answers):
        answers += _not_examined(Question.REVOCATION, Question.SUSPENSION, Question.SUCCESSION)
        as_of = None
    else:
        usable = _usable_lists(status_lists, trusted_keys, at, found.issuer_id)
        statuses, as_of = _statuses(value, usable, at, maximum_status_age)
        answers += [*statuses, _succession(value, successors, trusted_keys, at)]
    answers.append(_logged(logged_at))
    return Verification(
        verdict=_verdict(answers),
        answers=tuple(answers),
        kind=kind,
        issuer=found.issuer_id,
        method=found.method,
        signed_at=found.signed_at,
        status_as_of=as_of,
    )


def is_proven(document: Json, trusted_keys: Sequence[TrustedKey], at: datetime) -> bool:
    """Whether any credential is sound in form, proof, issuer, key and dates; status is not asked.

    For documents other than certificates, such as status lists. Raises as `verify`.
    """
    aware(at)
    value, refusal = _read(document)
    return refusal is None and _examine(value, trusted_keys, at, None).is_proven


@dataclass(frozen=True, slots=True)
class _Examined:
    """The part of a check that is the same for every credential."""

    structure: Answer
    proof: Answer
    issuer: Answer
    key: Answer
    dates: Answer
    issuer_id: str = ""
    method: str = ""
    signed_at: datetime | None = None

    @property
    def is_proven(self) -> bool:
        answers = (self.structure, self.proof, self.issuer, self.key, self.dates)
        return all(answer.finding is Finding.PROVEN for answer in answers)


def _read(document: Json) -> tuple[dict[str, Json], CredentialRefused | None]:
    """The value of a document, or why there is none."""
    try:
        value = read_json(document) if isinstance(document, str | bytes) else document
        check_value(value)
    except CredentialRefused as error:
        return {}, error
    if not isinstance(value, dict):
        return {}, CredentialRefused("not_an_object", "the document is no JSON object")
    return value, None


def _examine(
    document: Mapping[str, Json],
    keys: Sequence[TrustedKey],
    at: datetime,
    logged_at: datetime | None,
) -> _Examined:
    issuer = issuer_of(document)
    structure, dates = _structure(document), _dates(document, at)
    try:
        proof = read_proof(document)
    except CredentialRefused as error:
        issuer_answer, key_answer = _not_examined(Question.ISSUER, Question.KEY)
        refuted = _refuted(Question.PROOF, error.code)
        return _Examined(structure, refuted, issuer_answer, key_answer, dates, issuer)
    trusted = next((key for key in keys if key.method == proof.method), None)
    signature = _signature(proof, trusted, at)
    issuer_answer, key_answer = _not_examined(Question.ISSUER, Question.KEY)
    if signature.finding is not Finding.REFUTED:
        issuer_answer = _issuer(proof, trusted, issuer)
        key_answer = _key(proof, trusted, at, logged_at)
    return _Examined(
        structure=structure,
        proof=signature,
        issuer=issuer_answer,
        key=key_answer,
        dates=dates,
        issuer_id=issuer,
        method=proof.method,
        signed_at=proof.created,
    )


def issuer_of(document: Mapping[str, Json]) -> str:
    """The issuer that a credential names, alone or as an object with an id; empty without one."""
    issuer = document.get("issuer")
    if isinstance(issuer, Mapping):
        issuer = issuer.get("id")
    return issuer if isinstance(issuer, str) else ""


def _structure(document: Mapping[str, Json]) -> Answer:
    """Verifiable Credentials 2.0, section 4: what every credential must have."""
    contexts, subject = as_list(document.get("@context")), document.get("credentialSubject")
    wrong = (
        ("context_wrong", contexts[:1] != [CONTEXT]),
        ("type_wrong", "VerifiableCredential" not in as_list(document.get("type"))),
        ("issuer_missing", not issuer_of(document)),
        ("subject_missing", not isinstance(subject, dict | list) or not subject),
        ("id_wrong", not isinstance(document.get("id", ""), str)),
    )
    for code, is_wrong in wrong:
        if is_wrong:
            return _refuted(Question.STRUCTURE, code)
    return _proven(Question.STRUCTURE, "credential")


def _kind(document: Mapping[str, Json]) -> tuple[str, Answer]:
    if not is_certificate(document):
        return "", _open(Question.KIND, "not_a_certificate")
    try:
        kind = check_form(document)
    except CredentialRefused as error:
        return "", _refuted(Question.KIND, error.code, str(error))
    return kind, _proven(Question.KIND, "kind_known", kind)


def _signature(proof: Proof, trusted: TrustedKey | None, at: datetime) -> Answer:
    """Checked with the trusted key; else with the key that a `did:key` carries in its name."""
    try:
        public_key = trusted.public_key if trusted else public_key_of(proof.method)
    except CredentialRefused as error:
        return _refuted(Question.PROOF, error.code, proof.method)
    if public_key is None:
        return _open(Question.PROOF, "key_not_at_hand", proof.method)
    if not signature_holds(proof, public_key):
        return _refuted(Question.PROOF, "signature_wrong", proof.method)
    if proof.expires is not None and proof.expires <= at:
        return _refuted(Question.PROOF, "proof_expired", proof.method)
    return _proven(Question.PROOF, "signature_sound", proof.method)


def _issuer(proof: Proof, trusted: TrustedKey | None, issuer: str) -> Answer:
    """The key is on the list, and signs for the issuer that the document names."""
    own = trusted.controller if trusted else proof.method.partition("#")[0]
    if trusted is None and (own == issuer or not own.startswith("did:")):
        return _refuted(Question.ISSUER, "key_not_trusted", proof.method)
    if own != issuer:
        return _refuted(Question.ISSUER, "key_of_another", proof.method)
    return _proven(Question.ISSUER, "issuer_trusted", issuer)


def _key(
    proof: Proof, trusted: TrustedKey | None, at: datetime, logged_at: datetime | None
) -> Answer:
    """Whether the key was valid when it signed, as far as the stated date tells."""
    if trusted is None:
        return _open(Question.KEY, "not_examined")
    signed = proof.created
    if signed is None:
        return _open(Question.KEY, "signing_date_missing", proof.method)
    if signed > at + CLOCK_TOLERANCE:
        return _refuted(Question.KEY, "signed_in_future", proof.method)
    if trusted.valid_from is not None and signed < trusted.valid_from:
        return _refuted(Question.KEY, "key_not_yet_valid", proof.method)
    if trusted.valid_until is not None and signed >= trusted.valid_until:
        return _refuted(Question.KEY, "key_expired", proof.method)
    if trusted.revoked_at is not None and trusted.revoked_at <= at:
        if signed >= trusted.revoked_at:
            return _refuted(Question.KEY, "key_revoked", proof.method)
        if logged_at is None or logged_at >= trusted.revoked_at:
            return _open(Question.KEY, "key_revoked_since", proof.method)
    return _proven(Question.KEY, "key_valid", proof.method)


def _dates(document: Mapping[str, Json], at: datetime) -> Answer:
    try:
        begin, end = (
            read_moment(document[name]) if name in document else None
            for name in ("validFrom", "validUntil")
        )
    except CredentialRefused as error:
        return _refuted(Question.DATES, error.code)
    if begin is not None and begin > at + CLOCK_TOLERANCE:
        return _refuted(Question.DATES, "not_yet_valid", str(document["validFrom"]))
    if end is not None and end <= at:
        return _refuted(Question.DATES, "expired", str(document["validUntil"]))
    return _proven(Question.DATES, "in_force")


@dataclass(frozen=True, slots=True)
class _UsableList:
    """A status list of the issuer whose proof holds, and the moment of which it speaks."""

    content: StatusList
    as_of: datetime


def _usable_lists(
    documents: Sequence[Json], keys: Sequence[TrustedKey], at: datetime, issuer: str
) -> dict[str, _UsableList | None]:
    """By address the newest list whose proof holds; None where only unusable ones were given."""
    found: dict[str, _UsableList | None] = {}
    for document in documents:
        value, refusal = _read(document)
        list_id = value.get("id")
        if refusal is not None or not isinstance(list_id, str):
            continue
        usable, known = _usable_list(value, keys, at, issuer), found.get(list_id)
        newest = known if usable is None or (known and known.as_of >= usable.as_of) else usable
        found[list_id] = newest
    return found


def _usable_list(
    document: Mapping[str, Json], keys: Sequence[TrustedKey], at: datetime, issuer: str
) -> _UsableList | None:
    examined = _examine(document, keys, at, None)
    if issuer_of(document) != issuer or not examined.is_proven or examined.signed_at is None:
        return None
    try:
        return _UsableList(read_status_list(document), examined.signed_at)
    except CredentialRefused:
        return None


def _statuses(
    document: Mapping[str, Json],
    lists: Mapping[str, _UsableList | None],
    at: datetime,
    maximum_age: timedelta | None,
) -> tuple[list[Answer], datetime | None]:
    """The answers for revocation and suspension, and the older date of the lists behind them."""
    try:
        entries = read_entries(document)
    except CredentialRefused as error:
        return [_open(question, error.code) for question in _QUESTIONS.values()], None
    answers, dates = [], []
    for purpose, question in _QUESTIONS.items():
        own = [entry for entry in entries if entry.purpose is purpose]
        found = [_status(question, entry, lists, at, maximum_age) for entry in own]
        answers.append(_worst([answer for answer, _ in found], question))
        dates += [as_of for _, as_of in found] or [None]
    known = [as_of for as_of in dates if as_of is not None]
    return answers, min(known) if known and len(known) == len(dates) else None


def _status(
    question: Question,
    entry: StatusEntry,
    lists: Mapping[str, _UsableList | None],
    at: datetime,
    maximum_age: timedelta | None,
) -> tuple[Answer, datetime | None]:
    usable = lists.get(entry.list_id)
    if usable is None:
        code = "list_refused" if entry.list_id in lists else "list_missing"
        return _open(question, code, entry.list_id), None
    if entry.purpose.value not in usable.content.purposes:
        return _open(question, "list_of_other_purpose", entry.list_id), None
    try:
        bit = is_set(usable.content.bits, entry.index)
    except CredentialRefused as error:
        return _open(question, error.code, entry.list_id), None
    if bit:
        return _refuted(question, _SET[entry.purpose], entry.list_id), usable.as_of
    if maximum_age is not None and at - usable.as_of > maximum_age:
        return _open(question, "list_too_old", entry.list_id), usable.as_of
    return _proven(question, f"not_{_SET[entry.purpose]}", entry.list_id), usable.as_of


_QUESTIONS: Final = {
    Purpose.REVOCATION: Question.REVOCATION,
    Purpose.SUSPENSION: Question.SUSPENSION,
}
_SET: Final = {Purpose.REVOCATION: "revoked", Purpose.SUSPENSION: "suspended"}


def _worst(answers: Sequence[Answer], question: Question) -> Answer:
    for finding in (Finding.REFUTED, Finding.OPEN, Finding.PROVEN):
        for answer in answers:
            if answer.finding is finding:
                return answer
    return _open(question, "no_entry")


def _succession(
    document: Mapping[str, Json],
    successors: Iterable[Json],
    keys: Sequence[TrustedKey],
    at: datetime,
) -> Answer:
    """Whether a certificate of the same issuer, work and kind replaces this one."""
    own = document.get("id")
    for successor in successors:
        value, refusal = _read(successor)
        if refusal is None and own is not None and own == value.get("replaces") != value.get("id"):
            is_sound = _examine(value, keys, at, None).is_proven and _kind(value)[0]
            if is_sound and _concerns(value) == _concerns(document):
                return _refuted(Question.SUCCESSION, "superseded", str(value.get("id")))
    return _open(Question.SUCCESSION, "no_successor_known")


def _concerns(document: Mapping[str, Json]) -> tuple[str, Json, Json]:
    subject = document.get("credentialSubject")
    known = subject if isinstance(subject, Mapping) else {}
    return issuer_of(document), known.get("id"), known.get("certificateKind")


def _logged(logged_at: datetime | None) -> Answer:
    if logged_at is None:
        return _open(Question.LOG, "log_proof_absent")
    return _proven(Question.LOG, "logged")


def _verdict(answers: Sequence[Answer]) -> Verdict:
    refuted = {answer.question for answer in answers if answer.finding is Finding.REFUTED}
    if refuted - _STATES.keys():
        return Verdict.INVALID
    for question, verdict in _STATES.items():
        if question in refuted:
            return verdict
    still_open = {answer.question for answer in answers if answer.finding is Finding.OPEN}
    return Verdict.UNKNOWN if still_open - _MAY_STAY_OPEN else Verdict.VALID


_STATES: Final = {
    Question.REVOCATION: Verdict.REVOKED,
    Question.SUSPENSION: Verdict.SUSPENDED,
    Question.SUCCESSION: Verdict.SUPERSEDED,
}
_MAY_STAY_OPEN: Final = frozenset({Question.SUCCESSION, Question.LOG})


def _unreadable(refusal: CredentialRefused) -> Verification:
    others = [question for question in Question if question is not Question.STRUCTURE]
    answers = (_refuted(Question.STRUCTURE, refusal.code, str(refusal)), *_not_examined(*others))
    return Verification(Verdict.INVALID, answers)


def _proven(question: Question, code: str, about: str = "") -> Answer:
    return Answer(question, Finding.PROVEN, code, about)


def _refuted(question: Question, code: str, about: str = "") -> Answer:
    return Answer(question, Finding.REFUTED, code, about)


def _open(question: Question, code: str, about: str = "") -> Answer:
    return Answer(question, Finding.OPEN, code, about)


def _not_examined(*questions: Question) -> list[Answer]:
    return [_open(question, "not_examined") for question in questions]
