"""Licences and filings: handed in by their holder, compared by a registrar, asked for by modules.

A licence that ran out needs no change of state: `gates.require_licence` reads its days.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import (
    LICENCE_MOVES,
    PERSONAL_LICENCES,
    EvidenceKind,
    LicenceKind,
    LicenceState,
)
from artmarket.accounts.models import Evidence, Licence, Organisation, User, link_of
from artmarket.accounts.tasks import mail_licence
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event

from .evidence import attach, detach
from .holders import locked_holder, locked_row, move

MAX_REASON = 500
MAX_SCOPE = 40


@dataclass(frozen=True, slots=True)
class Paper:
    """What the paper says. `scope` lists the categories it covers; empty covers all."""

    kind: str
    number: str
    authority: str
    valid_from: date | None
    valid_until: date | None = None
    scope: tuple[str, ...] = ()


@transaction.atomic(durable=True)
def hand_in_licence(
    *, actor: User, paper: Paper, organisation: Organisation | None = None
) -> Licence:
    """A person hands in his own licence, or an administrator one of his organisation.

    It waits for its scan in state RETURNED until `submit_licence`. Raises `NotAllowed`, `Invalid`,
    `DomainError` licence_known.
    """
    holder = locked_holder(actor, organisation)
    _check(paper, is_person=isinstance(holder, User))
    try:
        with transaction.atomic():
            licence = Licence.objects.create(
                state=LicenceState.RETURNED, created_by=actor, **_columns(paper), **link_of(holder)
            )
    except IntegrityError as error:
        raise _known() from error
    record_event(
        actor=actor, action="licence.handed_in", subject=licence,
        after={"kind": licence.kind, "number": licence.number},
    )  # fmt: skip
    return licence


@transaction.atomic(durable=True)
def correct_licence(*, actor: User, licence_id: int, paper: Paper) -> Licence:
    """Write a licence again that was sent back. Its kind stays."""
    licence = _own_returned(actor, licence_id)
    _check(paper, is_person=licence.user_id is not None)
    if paper.kind != licence.kind:
        raise Invalid(fields={"kind": _("种类不能改，请另交一份。")})
    for name, value in _columns(paper).items():
        setattr(licence, name, value)
    try:
        with transaction.atomic():
            licence.save(update_fields=list(_columns(paper)))
    except IntegrityError as error:
        raise _known() from error
    record_event(actor=actor, action="licence.written", subject=licence)
    return licence


def add_licence_evidence(
    *, actor: User, licence_id: int, file: Any, name: str, kind: str = EvidenceKind.LICENCE
) -> Evidence:
    """Keep a private scan with a licence not yet submitted."""
    with transaction.atomic():
        _own_returned(actor, licence_id)
    return attach(
        actor=actor, kind=kind, file=file, name=name, to=lambda: _own_returned(actor, licence_id)
    )


def remove_licence_evidence(*, actor: User, licence_id: int, evidence_id: int) -> None:
    """Take a scan away from a licence not yet submitted, and delete it."""
    detach(actor=actor, evidence_id=evidence_id, of=lambda: _own_returned(actor, licence_id))


@transaction.atomic(durable=True)
def submit_licence(*, actor: User, licence_id: int) -> Licence:
    """Hand the licence to a registrar. Raises `Invalid` when no scan is there."""
    licence = _own_returned(actor, licence_id)
    if not licence.evidence.exists():
        raise Invalid(fields={"file": _("请上传许可证件的扫描件或照片。")})
    _move(licence, LicenceState.SUBMITTED, actor=actor)
    return licence


@transaction.atomic(durable=True)
def withdraw_licence(*, actor: User, licence_id: int) -> Licence:
    """The holder takes an undecided licence back."""
    licence = locked_row(Licence, licence_id)
    if not actor.has_perm("accounts.edit_licence", licence):
        raise NotAllowed()
    _move(licence, LicenceState.WITHDRAWN, actor=actor)
    return licence


@transaction.atomic(durable=True)
def decide_licence(*, actor: User, licence_id: int, state: str, reason: str = "") -> Licence:
    """A registrar approves, returns, rejects, suspends, lifts a suspension or revokes.

    Every answer but an approval of what was handed in needs a reason. Raises `NotAllowed`,
    `WrongState`, `Invalid`.
    """
    licence = locked_row(Licence, licence_id)
    if not actor.has_perm("accounts.decide_licence", licence):
        raise NotAllowed()
    words = " ".join(reason.split())
    plain = state == LicenceState.APPROVED and licence.state == LicenceState.SUBMITTED
    if len(words) > MAX_REASON or not (words or plain):
        raise Invalid(fields={"reason": _("请写明理由，不超过500个字。")})
    if state in (LicenceState.SUBMITTED, LicenceState.WITHDRAWN):
        raise NotAllowed()
    _move(
        licence, state, actor=actor, decided_by=actor, decided_at=db_now(), reason=words,
        notified_at=None,
    )  # fmt: skip
    mail_licence.enqueue(licence_id=licence.pk)
    return licence


# ------------------------------------------------------------------ parts


def _check(paper: Paper, *, is_person: bool) -> None:
    fields: dict[str, Text] = {}
    if paper.kind not in LicenceKind.values or (paper.kind in PERSONAL_LICENCES) != is_person:
        fields["kind"] = _("请从列表中选择。")
    for name, most in (("number", 80), ("authority", 120)):
        if not 0 < len(" ".join(getattr(paper, name).split())) <= most:
            fields[name] = _("请填写，不超过%(most)d个字。") % {"most": most}
    if paper.valid_from is None:
        fields["valid_from"] = _("请填写证上的起始日期。")
    elif paper.valid_until and paper.valid_until < paper.valid_from:
        fields["valid_until"] = _("截止日期早于起始日期。")
    if len(paper.scope) > MAX_SCOPE or any(len(word) > 80 for word in paper.scope):
        fields["scope"] = _("范围最多40项，每项不超过80个字。")
    if fields:
        raise Invalid(fields=fields)


def _columns(paper: Paper) -> dict[str, Any]:
    scope = [" ".join(word.split()) for word in paper.scope]
    return {
        "kind": paper.kind,
        "number": " ".join(paper.number.split()),
        "authority": " ".join(paper.authority.split()),
        "valid_from": paper.valid_from,
        "valid_until": paper.valid_until,
        "scope": list(dict.fromkeys(word for word in scope if word)),
    }


def _known() -> DomainError:
    return DomainError(_("这份许可已经在平台上登记过。"), code="licence_known")


def _own_returned(actor: User, licence_id: int) -> Licence:
    licence = locked_row(Licence, licence_id)
    if not actor.has_perm("accounts.edit_licence", licence):
        raise NotAllowed()
    if licence.state != LicenceState.RETURNED:
        raise WrongState()
    return licence


def _move(licence: Licence, state: str, *, actor: User | None, **changes: Any) -> None:
    move(licence, state, moves=LICENCE_MOVES, action="licence", actor=actor, **changes)
