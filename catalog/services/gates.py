"""The gates before a work is certified, sold, listed, pledged, lent or delivered abroad.

`gates_of` says how they stand, `require_gates` keeps an act from being done while one is closed,
and `clear_gate` lets through what only a person can decide, for as long as the facts stay as they
were. Matches with registers of stolen works are named to nobody but registrars.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.punctuation import clauses
from catalog import gate_words
from catalog.engine.gates import ACTS, Result, judge
from catalog.enums import Act, PermitKind, WorkState
from catalog.gate_facts import facts_of, is_compared, rules_in_force
from catalog.locks import lock_work
from catalog.models import GateClearance, Work, WorkPermit

from . import matching

BOUND_RULE: Final = "catalog.gate_clearance_bound"


class GateClosed(DomainError):
    """Gates that are closed; `gates` lists each with its rule, words and what to do."""

    code = "gate_closed"
    message = _("这件作品还有关口没有通过，不能办理。")


class RecordIncomplete(GateClosed, Invalid):
    """The first closed gate is the completeness of the record: something to fill in."""

    code = "incomplete"
    status = 422


def gates_of(work: Work, act: str) -> tuple[Result, ...]:
    """How every gate before one act stands now. Raises ValueError for no act."""
    return all_gates(work, [act])[act]


def all_gates(work: Work, acts: Collection[str] = ACTS) -> dict[str, tuple[Result, ...]]:
    """How every gate before several acts stands now; as many queries as for one."""
    rules, facts = rules_in_force(), facts_of(work)
    cleared = frozenset(GateClearance.objects.filter(work=work).values_list("digest", flat=True))
    return {act: judge(act, facts, rules, cleared=cleared) for act in acts}


def require_gates(work: Work, act: str) -> None:
    """Every gate before the act is open; call it under the lock of the work, inside a transaction.

    A work that was not yet compared with the newest registers by its words is compared here; one
    whose pictures wait for the worker stays closed. Raises `GateClosed` with all closed gates.
    """
    changes = matching.changes_so_far()
    if changes and not is_compared(work, changes):
        matching.match_works([work.pk])
    closed = [result for result in gates_of(work, act) if result.closes]
    if not closed:
        return
    first = closed[0]
    kind = RecordIncomplete if first.code == "incomplete" else GateClosed
    told = [gate_words.told(result) for result in closed]
    raise kind(
        clauses(row["words"] for row in told),
        code=gate_words.public_code(first),
        rule=first.rule,
        hint=clauses(dict.fromkeys(row["next"] for row in told if row["next"])),
        act=act,
        gates=told,
    )


@transaction.atomic(durable=True)
def clear_gate(
    *, actor: User, work_id: int, act: str, gate: str, digest: str, reason: str
) -> GateClearance:
    """Let a review pass, for the facts that the person saw (`digest`) and no others.

    The relics authority clears relics, a registrar the rest, nobody a work he listed himself.
    Raises `NotAllowed`, `Invalid`, `WrongState` (nothing to clear, the facts have changed).
    """
    work = lock_work(pk=work_id)
    if act not in Act.values:
        raise Invalid(fields={"act": _("请从列表中选择。")})
    result = next((r for r in gates_of(work, act) if r.gate == gate), None)
    if result is None or result.outcome != "review" or result.office is None:
        raise WrongState(_("这一关现在没有要放行的。"), rule=BOUND_RULE)
    if not may_clear(actor, work, result):
        raise NotAllowed(rule=BOUND_RULE)
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明放行的依据。")}, rule=BOUND_RULE)
    if result.digest != digest:
        raise WrongState(
            _("事实在你打开页面之后变了，请重新审看。"), code="facts_changed", rule=BOUND_RULE
        )
    try:
        with transaction.atomic():
            clearance = GateClearance.objects.create(
                work=work, act=act, gate=gate, code=result.code, rule=result.rule,
                rule_version=result.version, digest=digest, reason=reason.strip()[:500], by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise WrongState(_("这一关已经有人放行。")) from error
    clearance.refresh_from_db()
    record_event(
        actor=actor, action="gate.cleared", subject=work,
        after={"gate": gate, "act": act, "code": result.code}, reason=clearance.reason,
        clearance=clearance.pk,
    )  # fmt: skip
    return clearance


def may_clear(actor: Any, work: Work, result: Result) -> bool:
    """Whether this person holds the office that clears this review."""
    if result.office == "bureau":
        return bool(actor.has_perm("catalog.decide_relic") and work.created_by_id != actor.pk)
    return bool(result.office and actor.has_perm("catalog.review_work", work))


@transaction.atomic(durable=True)
def record_permit(
    *,
    actor: User,
    work_id: int,
    kind: str,
    number: str,
    authority: str,
    valid_from: date | None,
    valid_until: date | None = None,
    document: str,
) -> WorkPermit:
    """A registrar records a permit that he has seen; it holds from and until the days given.

    `document` says where the paper lies. Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    work = lock_work(pk=work_id)
    _require_registrar(actor, work)
    given = {"number": number, "authority": authority, "document": document}
    fields: dict[str, Any] = {
        key: _("请填写这一项。") for key, text in given.items() if not text.strip()
    }
    if kind not in PermitKind.values:
        fields["kind"] = _("请从列表中选择。")
    if valid_from is None:
        fields["valid_from"] = _("请填写这一项。")
    elif valid_until is not None and valid_until < valid_from:
        fields["valid_until"] = _("失效日早于生效日。")
    if fields or valid_from is None:
        raise Invalid(fields=fields)
    try:
        with transaction.atomic():
            permit = WorkPermit.objects.create(
                work=work, kind=kind, number=number.strip()[:120],
                authority=authority.strip()[:200], valid_from=valid_from,
                valid_until=valid_until, document=document.strip()[:300], recorded_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(fields={"number": _("这张许可已经记录过。")}) from error
    permit.refresh_from_db()
    record_event(
        actor=actor, action="permit.recorded", subject=work, permit=permit.pk,
        after={"kind": kind, "number": permit.number},
    )  # fmt: skip
    return permit


@transaction.atomic(durable=True)
def end_permit(*, actor: User, permit_id: int, reason: str) -> WorkPermit:
    """A permit no longer counts: withdrawn, used up, recorded by mistake."""
    work_id = WorkPermit.objects.filter(pk=permit_id).values_list("work_id", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    _require_registrar(actor, work)
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明停用的理由。")})
    permit = WorkPermit.objects.get(pk=permit_id)
    if permit.ended_at is not None:
        raise WrongState(_("这张许可已经停用。"))
    permit.ended_at, permit.ended_by = Now(), actor
    permit.end_reason = reason.strip()[:300]
    permit.save(update_fields=["ended_at", "ended_by", "end_reason"])
    permit.refresh_from_db()
    record_event(
        actor=actor, action="permit.ended", subject=work, permit=permit.pk,
        before={"kind": permit.kind, "number": permit.number}, reason=permit.end_reason,
    )  # fmt: skip
    return permit


def _require_registrar(actor: User, work: Work) -> None:
    if not actor.has_perm("catalog.review_work", work):
        raise NotAllowed()
    if work.state not in (WorkState.SUBMITTED, WorkState.REGISTERED):
        raise WrongState()
