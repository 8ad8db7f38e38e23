"""The list of key enterprises changes by two people: one proposes, another one confirms.

Both read the same text and sign its digest; the change is written into the sealed log with both
names. Under the one lock of the list the day's places are counted, so that nobody comes on a full
list (crafts.md §9, rules `enterprises.two_persons` and `enterprises.key_size`).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, WrongState
from artmarket.core.events import plain, record_event
from catalog.engine.log import canonical_json

from .. import bureau_citations as citations
from ..bureau_locks import lock_enterprise, lock_key_list
from ..engine.key_list import Entry, ListError, check_entries
from ..enterprise_enums import PROPOSAL_MOVES, KeyMove, ProposalState
from ..models import Enterprise, KeyEnterprise, KeyList, KeyListChange, KeyListProposal
from .enterprises import in_words, require_bureau

FORM: Final = 1
"""Counts up with every change of what a signed text says, so that old ones stay readable."""


class ListFull(DomainError):
    """The list would have more enterprises on some day than the rule gives places."""

    code = "key_list_full"
    rule = citations.KEY_SIZE
    message = _("名单已满，这一天再加一家就超过了规定的家数。")
    hint = _("请先移出一家，或改列入日期。")


class SamePerson(DomainError):
    """Who proposed a change cannot be the second person."""

    code = "same_person"
    status = 403
    rule = citations.TWO_PERSONS
    message = _("提出变更的人不能自己确认。")
    hint = _("请另一位主管部门人员确认。")


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is to become of an enterprise on the list.

    `entry_id` names the entry that a leave, a correction or a voiding is about; `until_day` is the
    last day on the list, None until further notice; `from_day` is not asked for of a leave.
    """

    move: str
    enterprise_id: int
    reason: str
    document: str
    rule_year: int
    from_day: date | None = None
    until_day: date | None = None
    entry_id: int | None = None


@transaction.atomic(durable=True)
def propose_change(*, actor: User, given: Proposed) -> KeyListProposal:
    """One person of the bureau proposes a change; nothing changes yet.

    Raises `NotAllowed`, `Invalid`, `ListFull`, `WrongState` (the enterprise left, it is on the list
    already, a change of it waits, the entry is over).
    """
    lock_key_list()
    enterprise = lock_enterprise(pk=given.enterprise_id)
    require_bureau(actor)
    row = KeyListProposal(
        move=given.move, enterprise=enterprise, reason=in_words(given.reason),
        document=in_words(given.document, "document", most=120), rule_year=given.rule_year,
        proposed_by=actor, **_days(given, enterprise),
    )  # fmt: skip
    _require_possible(row, enterprise)
    row.text = plain(_text(row))
    row.digest = hashlib.sha256(canonical_json(row.text)).hexdigest()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise WrongState(_("这家企业已经有一项变更等待确认。")) from error
    record_event(
        actor=actor, action="cms.key_change_proposed", subject=row, after=row.text,
        digest=row.digest,
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def confirm_change(*, actor: User, proposal_id: int, digest: str) -> KeyListChange:
    """Another person confirms what was proposed, as he read it; the list changes.

    Raises `NotAllowed`, `SamePerson`, `WrongState` (answered already, see `propose_change`),
    `ListFull`, `Invalid` (another text than the one he read).
    """
    head = lock_key_list()
    row = _open(proposal_id)
    enterprise = lock_enterprise(pk=row.enterprise_id)
    require_bureau(actor)
    if row.proposed_by_id == actor.pk:
        raise SamePerson()
    if digest != row.digest:
        raise Invalid(_("你读到的文本和要确认的不是同一份。"), code="other_text")
    _require_possible(row, enterprise)
    at = db_now()
    _answer(row, ProposalState.CONFIRMED, actor=actor, at=at)
    before, entry = _entered(row)
    change = _sealed(head, row, entry, actor=actor, at=at)
    record_event(
        actor=actor, action="cms.key_list_changed", subject=change, before=before,
        after=_entry_facts(entry), move=row.move, enterprise=row.enterprise_id,
        proposal=row.pk, seal=change.seal,
    )  # fmt: skip
    return change


@transaction.atomic(durable=True)
def refuse_change(*, actor: User, proposal_id: int, answer: str) -> KeyListProposal:
    """Another person refuses it, with why. Raises `NotAllowed`, `SamePerson`, `WrongState`."""
    lock_key_list()
    row = _open(proposal_id)
    require_bureau(actor)
    if row.proposed_by_id == actor.pk:
        raise SamePerson()
    row.answer = in_words(answer, "answer")
    _answer(row, ProposalState.REFUSED, actor=actor, at=db_now())
    record_event(
        actor=actor, action="cms.key_change_refused", subject=row,
        after={"state": row.state, "answer": row.answer},
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def withdraw_change(*, actor: User, proposal_id: int) -> KeyListProposal:
    """Who proposed it takes it back. Raises `NotAllowed`, `WrongState`."""
    lock_key_list()
    row = _open(proposal_id)
    require_bureau(actor)
    if row.proposed_by_id != actor.pk:
        raise WrongState(_("只有提出的人可以撤回。"), rule=citations.TWO_PERSONS)
    _answer(row, ProposalState.WITHDRAWN, actor=actor, at=db_now())
    record_event(
        actor=actor, action="cms.key_change_withdrawn", subject=row, after={"state": row.state}
    )
    return row


# ------------------------------------------------------------------ what may be


def _days(given: Proposed, enterprise: Enterprise) -> dict[str, Any]:
    """The entry that is meant, and its days after the change."""
    if given.move not in KeyMove.values:
        raise Invalid(fields={"move": _("请从列表中选择。")})
    entry: KeyEnterprise | None = None
    if given.move == KeyMove.ENTER:
        if given.from_day is None:
            raise Invalid(fields={"from_day": _("请填写这一项。")})
        first, last = given.from_day, given.until_day
    else:
        entry = _entry_of(enterprise, given.entry_id)
        first, last = entry.from_day, entry.until_day
        if given.move == KeyMove.LEAVE:
            if given.until_day is None:
                raise Invalid(fields={"until_day": _("请填写最后一天。")})
            last = given.until_day
        elif given.move == KeyMove.CORRECT:
            first, last = given.from_day or entry.from_day, given.until_day
    if last is not None and last < first:
        raise Invalid(fields={"until_day": _("最后一天不能早于列入日期。")})
    return {"entry": entry, "from_day": first, "until_day": last}


def _entry_of(enterprise: Enterprise, entry_id: int | None) -> KeyEnterprise:
    rows = KeyEnterprise.objects.filter(enterprise=enterprise, is_void=False)
    entry = rows.filter(pk=entry_id).first() if entry_id is not None else None
    if entry is None:
        raise WrongState(_("名单上没有这一条。"))
    return entry


def _require_possible(row: KeyListProposal, enterprise: Enterprise) -> None:
    """Under the lock of the list: the change fits the entries as they stand now."""
    entry = row.entry
    if row.move == KeyMove.ENTER and not enterprise.is_active:
        raise WrongState(_("这家企业已经退出名录。"))
    if entry is not None:
        entry.refresh_from_db()
        if entry.is_void:
            raise WrongState(_("名单上没有这一条。"))
        if row.move == KeyMove.LEAVE and entry.until_day is not None:
            raise WrongState(_("这一条已经有最后一天，请用更正。"))
    if row.move == KeyMove.VOID:
        return
    meant = Entry(row.enterprise_id, row.from_day, row.until_day)
    others = KeyEnterprise.objects.filter(is_void=False)
    if row.entry_id is not None:
        others = others.exclude(pk=row.entry_id)
    kept = [
        Entry(pk, first, last)
        for pk, first, last in others.values_list("enterprise", "from_day", "until_day")
    ]
    size = int(rulebook.get(citations.KEY_SIZE, on=row.from_day))
    try:
        check_entries([*_within(kept, meant), meant], size)
    except ListError as error:
        if error.code == "too_many":
            raise ListFull(day=error.day.isoformat(), size=size) from error
        raise WrongState(_("这些日子里这家企业已经在名单上。")) from error


def _within(entries: list[Entry], span: Entry) -> list[Entry]:
    """The entries cut to the days of the span: what was before or comes after is not judged."""
    last = span.until_day or date.max
    found = []
    for entry in entries:
        until = entry.until_day or date.max
        if entry.from_day <= last and until >= span.from_day:
            end = min(until, last)
            found.append(
                Entry(
                    entry.key, max(entry.from_day, span.from_day), None if end == date.max else end
                )
            )
    return found


def _open(proposal_id: int) -> KeyListProposal:
    rows = KeyListProposal.objects.select_related("entry", "enterprise")
    row = rows.filter(pk=proposal_id).first()
    if row is None or row.state != ProposalState.OPEN:
        raise WrongState(_("这项提议已经有人办理。"))
    return row


# ------------------------------------------------------------------ what is written


def _text(row: KeyListProposal) -> dict[str, Any]:
    """What both people read and sign."""
    return {
        "form": FORM, "move": row.move, "code": row.enterprise.code, "name": row.enterprise.name,
        "entry": row.entry_id, "from_day": row.from_day, "until_day": row.until_day,
        "reason": row.reason, "document": row.document, "rule_year": row.rule_year,
        "proposed_by": row.proposed_by_id,
    }  # fmt: skip


def _answer(row: KeyListProposal, to: str, *, actor: User, at: datetime) -> None:
    if to not in PROPOSAL_MOVES[ProposalState(row.state)]:
        raise WrongState()
    row.state, row.answered_by, row.answered_at = to, actor, at
    row.save(update_fields=["state", "answered_by", "answered_at", "answer"])


def _entered(row: KeyListProposal) -> tuple[dict[str, Any], KeyEnterprise]:
    """The entry after the change, with what it was before."""
    if row.entry is None:
        return {}, KeyEnterprise.objects.create(
            enterprise=row.enterprise, from_day=row.from_day, until_day=row.until_day,
            reason=row.reason, document=row.document, rule_year=row.rule_year,
        )  # fmt: skip
    entry, before = row.entry, _entry_facts(row.entry)
    entry.from_day, entry.until_day = row.from_day, row.until_day
    entry.is_void = row.move == KeyMove.VOID
    entry.save(update_fields=["from_day", "until_day", "is_void"])
    return before, entry


def _entry_facts(entry: KeyEnterprise) -> dict[str, Any]:
    return {
        "from_day": entry.from_day, "until_day": entry.until_day, "is_void": entry.is_void,
    }  # fmt: skip


def _sealed(
    head: KeyList, row: KeyListProposal, entry: KeyEnterprise, *, actor: User, at: datetime
) -> KeyListChange:
    """Append the change to the log, sealed to the one before it."""
    change = KeyListChange(
        number=head.number + 1, proposal=row, entry=entry, enterprise=row.enterprise,
        move=row.move, from_day=entry.from_day, until_day=entry.until_day, is_void=entry.is_void,
        reason=row.reason, document=row.document, rule_year=row.rule_year, digest=row.digest,
        proposed_by_id=row.proposed_by_id, proposed_at=row.proposed_at, confirmed_by=actor, at=at,
        previous=head.seal,
    )  # fmt: skip
    change.seal = seal_of(change)
    change.save(force_insert=True)
    head.number, head.seal = change.number, change.seal
    head.save(update_fields=["number", "seal"])
    return change


def seal_of(change: KeyListChange) -> str:
    """SHA-256 over all that a change says and the seal before it, as canonical JSON."""
    names = (
        "number", "proposal_id", "entry_id", "enterprise_id", "move", "from_day", "until_day",
        "is_void", "reason", "document", "rule_year", "digest", "proposed_by_id", "confirmed_by_id",
        "previous",
    )  # fmt: skip
    said: dict[str, Any] = {name: getattr(change, name) for name in names}
    for name in ("proposed_at", "at"):
        said[name] = getattr(change, name).astimezone(UTC).isoformat()
    return hashlib.sha256(canonical_json(plain(said))).hexdigest()
