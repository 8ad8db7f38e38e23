"""Identity checks: a person or an enterprise shows papers, a registrar compares and decides.

Nobody decides about himself or his own organisation. What is decided stays: a renewal is a new
check that takes the place of the old one. Numbers never reach the event table.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.engine import NumberProblem, read_credit_code, read_document_number
from artmarket.accounts.enums import (
    CHECK_MOVES,
    OPEN_CHECKS,
    CheckState,
    EvidenceKind,
    PaperKind,
)
from artmarket.accounts.models import Evidence, IdentityCheck, Organisation, User, link_of
from artmarket.accounts.tasks import mail_check
from artmarket.core.calendars import keep_until
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event
from artmarket.core.sealed import fingerprint

from .evidence import attach, attached_kinds, detach
from .holders import locked_holder, locked_row, move

ONE_ACCOUNT_RULE = "identity.one_account"
VALID_YEARS_RULE = "identity.valid_years"
ADULT_RULE = "identity.adult_years"
MAX_NAME = 160
MAX_REASON = 500
NUMBER_WORDS: dict[str, Text] = {
    "length": _("位数不对，请对照证件再看一遍。"),
    "characters": _("有证件号码里不会出现的字符。"),
    "checksum": _("校验位对不上，很可能有一位写错了。"),
    "date": _("号码里的出生日期不存在。"),
    "region": _("号码开头的地区代码不存在。"),
}


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the applicant writes: names as on the paper, the paper's number and last day."""

    legal_name: str
    number: str
    paper_kind: str = ""
    representative: str = ""
    paper_until: date | None = None


@transaction.atomic(durable=True)
def begin_check(*, actor: User, organisation: Organisation | None = None) -> IdentityCheck:
    """The open check of the person, or of an organisation that he administers; made if none is.

    Raises `NotAllowed`, `WrongState` (the account or the organisation is closed).
    """
    subject = locked_holder(actor, organisation)
    found = IdentityCheck.objects.filter(**link_of(subject), state__in=OPEN_CHECKS).first()
    if found:
        return found
    check = IdentityCheck.objects.create(created_by=actor, **link_of(subject))
    record_event(actor=actor, action="identity.begun", subject=check)
    return check


@transaction.atomic(durable=True)
def save_check(*, actor: User, check_id: int, given: Particulars) -> IdentityCheck:
    """Write the particulars of a check not yet submitted.

    Raises `NotAllowed`, `WrongState`, `Invalid` with a word beside each field.
    """
    check = _own_open(actor, check_id)
    fields = _faults(check, given)
    if fields:
        raise Invalid(fields=fields)
    number, kind = _number_of(check, given)
    wanted = {
        "legal_name": " ".join(given.legal_name.split()),
        "paper_kind": given.paper_kind if check.user_id else "",
        "number": number,
        "number_digest": fingerprint(number, kind=kind) if number else "",
        "representative": " ".join(given.representative.split()),
        "paper_until": given.paper_until,
    }
    changed = [name for name, value in wanted.items() if getattr(check, name) != value]
    if not changed:
        return check
    for name in changed:
        setattr(check, name, wanted[name])
    check.save(update_fields=changed)
    record_event(actor=actor, action="identity.written", subject=check, fields=sorted(changed))
    return check


def add_evidence(*, actor: User, check_id: int, kind: str, file: Any, name: str) -> Evidence:
    """Keep a private file with a check not yet submitted.

    Raises `NotAllowed`, `WrongState`, `Invalid`, a refusal of the file; then nothing is kept.
    """
    with transaction.atomic():
        _own_open(actor, check_id)  # refused early, before the file is read
    return attach(
        actor=actor, kind=kind, file=file, name=name, to=lambda: _own_open(actor, check_id)
    )


def remove_evidence(*, actor: User, check_id: int, evidence_id: int) -> None:
    """Take a file away from a check not yet submitted, and delete it."""
    detach(actor=actor, evidence_id=evidence_id, of=lambda: _own_open(actor, check_id))


@transaction.atomic(durable=True)
def submit_check(*, actor: User, check_id: int, consents: bool) -> IdentityCheck:
    """Hand the check to a registrar.

    `consents`: the person agrees that these sensitive data are used for this purpose.
    Raises `Invalid` naming all that is missing, `NotAllowed`, `WrongState`.
    """
    check = _own_open(actor, check_id)
    fields = missing_of(check)
    if not consents:
        fields["consents"] = _("没有同意，就不能处理这些信息。")
    if fields:
        raise Invalid(fields=fields, rule="privacy.consent_per_purpose" if not consents else None)
    _move(
        check, CheckState.SUBMITTED, actor=actor, submitted_at=db_now(), consent_at=db_now(),
        reason="",
    )  # fmt: skip
    return check


@transaction.atomic(durable=True)
def withdraw_check(*, actor: User, check_id: int) -> IdentityCheck:
    """The applicant takes an undecided check back."""
    check = _own(actor, check_id)
    _move(check, CheckState.WITHDRAWN, actor=actor)
    return check


@transaction.atomic(durable=True)
def return_check(*, actor: User, check_id: int, reason: str) -> IdentityCheck:
    """A registrar asks for more; the applicant may submit again."""
    check = _to_decide(actor, check_id)
    _move(check, CheckState.RETURNED, actor=actor, **_decided(actor, _reason(reason)))
    mail_check.enqueue(check_id=check.pk)
    return check


@transaction.atomic(durable=True)
def reject_check(*, actor: User, check_id: int, reason: str) -> IdentityCheck:
    """A registrar finds that the papers don't prove it."""
    check = _to_decide(actor, check_id)
    _move(check, CheckState.REJECTED, actor=actor, **_decided(actor, _reason(reason)))
    mail_check.enqueue(check_id=check.pk)
    return check


@transaction.atomic(durable=True)
def approve_check(*, actor: User, check_id: int, reason: str = "") -> IdentityCheck:
    """A registrar confirms the identity until the paper ends, or for the longest term of the rule.

    The check in force until now is superseded. Raises `NotAllowed`, `WrongState`, `DomainError`
    `number_in_use` when another account was identified by the same number, `paper_over`.
    """
    check = _to_decide(actor, check_id)
    if missing := missing_of(check):
        raise Invalid(fields=missing)
    until = keep_until(db_today(), int(rulebook.get(VALID_YEARS_RULE)))
    if check.paper_until:
        until = min(until, check.paper_until)
    if until < db_today():
        raise DomainError(_("证件已经过期。"), code="paper_over", hint=_("请退回，让对方换证件。"))
    for old in IdentityCheck.objects.filter(**link_of(check.holder), state=CheckState.APPROVED):
        _move(old, CheckState.SUPERSEDED, actor=actor)
    _release_number(check)
    try:
        with transaction.atomic():
            _move(
                check, CheckState.APPROVED, actor=actor, valid_until=until, notified_at=None,
                **_decided(actor, reason.strip()[:MAX_REASON]),
            )  # fmt: skip
    except IntegrityError as error:
        raise DomainError(
            _("这个证件号码已经核验了另一个账户。"),
            code="number_in_use",
            hint=_("请先弄清两个账户是不是同一个人，再决定撤销哪一个。"),
            rule=ONE_ACCOUNT_RULE,
        ) from error
    mail_check.enqueue(check_id=check.pk)
    return check


@transaction.atomic(durable=True)
def revoke_check(*, actor: User, check_id: int, reason: str) -> IdentityCheck:
    """A registrar takes a confirmation back (a forged paper, a lost account)."""
    check = _to_decide(actor, check_id)
    _move(check, CheckState.REVOKED, actor=actor, **_decided(actor, _reason(reason)))
    mail_check.enqueue(check_id=check.pk)
    return check


@transaction.atomic(durable=True)
def expire_check(*, check_id: int) -> bool:
    """Close a check whose last day is over. False when there is nothing to do."""
    check = locked_row(IdentityCheck, check_id)
    if check.state != CheckState.APPROVED or not check.valid_until:
        return False
    if check.valid_until >= db_today():
        return False
    _move(check, CheckState.EXPIRED, actor=None)
    mail_check.enqueue(check_id=check.pk)
    return True


def missing_of(check: IdentityCheck) -> dict[str, Text]:
    """What a submission still needs, by field."""
    found: dict[str, Text] = {}
    for name in ("legal_name", "number", *(("representative",) if check.organisation_id else ())):
        if not getattr(check, name):
            found[name] = _("请填写。")
    kinds = attached_kinds(check)
    wanted = {EvidenceKind.LICENCE}
    if check.user_id:
        both = check.paper_kind in (PaperKind.ID_CARD, PaperKind.RESIDENCE)
        wanted = {EvidenceKind.FRONT, EvidenceKind.BACK} if both else {EvidenceKind.FRONT}
        if not check.paper_kind:
            found["paper_kind"] = _("请选择。")
    for kind in sorted(wanted - kinds):
        found[f"evidence_{kind}"] = _("还缺：%(kind)s。") % {"kind": EvidenceKind(kind).label}
    return found


# ------------------------------------------------------------------ parts


def _faults(check: IdentityCheck, given: Particulars) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for name in ("legal_name", "representative"):
        if len(getattr(given, name)) > MAX_NAME:
            found[name] = _("不超过160个字。")
    if given.paper_until and given.paper_until < db_today():
        found["paper_until"] = _("证件已经过期，请用有效的证件。")
    if check.user_id and given.paper_kind not in ("", *PaperKind.values):
        found["paper_kind"] = _("请从列表中选择。")
        return found
    if check.user_id and given.number.strip() and not given.paper_kind:
        found["paper_kind"] = _("请选择。")
        return found
    try:
        _number_of(check, given)
    except NumberProblem as problem:
        found["number"] = NUMBER_WORDS[problem.code]
    return found


def _number_of(check: IdentityCheck, given: Particulars) -> tuple[str, str]:
    """The number in its normal form and the kind under which it is fingerprinted."""
    if not given.number.strip():
        return "", ""
    if check.organisation_id:
        return read_credit_code(given.number), "credit_code"
    number = read_document_number(given.paper_kind, given.number, today=db_today())
    age, adult = number.age(db_today()), int(rulebook.get(ADULT_RULE))
    if age is not None and age < adult:
        words = _("未满%(n)d岁的，请由监护人联系登记员办理。") % {"n": adult}
        raise Invalid(fields={"number": words}, rule=ADULT_RULE)
    return number.text, given.paper_kind


def _release_number(check: IdentityCheck) -> None:
    """A check of the same number whose last day is over no longer stands in the way."""
    over = IdentityCheck.objects.filter(
        state=CheckState.APPROVED, number_digest=check.number_digest, valid_until__lt=db_today()
    )
    for old in over:
        _move(old, CheckState.EXPIRED, actor=None)


def _own(actor: User, check_id: int) -> IdentityCheck:
    check = locked_row(IdentityCheck, check_id)
    if not actor.has_perm("accounts.edit_check", check):
        raise NotAllowed()
    return check


def _own_open(actor: User, check_id: int) -> IdentityCheck:
    check = _own(actor, check_id)
    if check.state not in (CheckState.DRAFT, CheckState.RETURNED):
        raise WrongState()
    return check


def _to_decide(actor: User, check_id: int) -> IdentityCheck:
    check = locked_row(IdentityCheck, check_id)
    if not actor.has_perm("accounts.decide_check", check):
        raise NotAllowed()
    return check


def _decided(actor: User, reason: str) -> dict[str, Any]:
    return {"decided_by": actor, "decided_at": db_now(), "reason": reason}


def _reason(text: str) -> str:
    words = " ".join(text.split())
    if not 0 < len(words) <= MAX_REASON:
        raise Invalid(fields={"reason": _("请写明理由，不超过500个字。")})
    return words


def _move(check: IdentityCheck, state: str, *, actor: User | None, **changes: Any) -> None:
    move(check, state, moves=CHECK_MOVES, action="identity", actor=actor, **changes)


__all__ = [
    "Particulars",
    "add_evidence",
    "approve_check",
    "begin_check",
    "expire_check",
    "missing_of",
    "reject_check",
    "remove_evidence",
    "return_check",
    "revoke_check",
    "save_check",
    "submit_check",
    "withdraw_check",
]
