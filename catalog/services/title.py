"""Title: who owns a work, in which shares, on which legal basis.

Changed only by a title event that one registrar records and another checks; a correction is a new
event. Title moves only when nothing lies on the work, or inside the transaction of the module that
holds the lock (it passes its own live encumbrance).
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.locks import lock_parties
from artmarket.accounts.models import Party, User
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.models import Event
from catalog.enums import TitleBasis, WorkState
from catalog.locks import lock_work
from catalog.models import TitleEvent, TitleShare, Work
from catalog.search import index_works

from . import log_facts
from .encumbrances import Encumbered, live_encumbrance

TWO_CHECKS_RULE = "catalog.title_two_checks"


@dataclass(frozen=True, slots=True)
class Share:
    """A party's part of the whole; the parts of one event add up to one."""

    party: Party
    part: Fraction = Fraction(1)


@transaction.atomic(durable=True)
def record_title_event(
    *,
    actor: User,
    work_id: int,
    basis: str,
    shares: list[Share],
    happened_on: str = "",
    documents: str = "",
    note: str = "",
    corrects: TitleEvent | None = None,
) -> TitleEvent:
    """The first registrar records a change of title; nothing moves until a second one checks it.

    The shares wait in the event table (`title.recorded`) until the check. Raises `NotAllowed`,
    `WrongState`, `Invalid`.
    """
    lock_parties(pks=[s.party.pk for s in shares])
    work = lock_work(pk=work_id)
    if not actor.has_perm("catalog.record_title"):
        raise NotAllowed()
    if work.state != WorkState.REGISTERED:
        raise WrongState(_("只有已登记的作品才有权属记录。"))
    if work.title_events.filter(checked_at__isnull=True).exists():
        raise WrongState(_("还有一项权属变更等待复核。"))
    _check_input(work, basis, shares, documents, corrects)
    event = TitleEvent.objects.create(
        work=work, basis=basis, happened_on=happened_on[:40], documents=documents.strip(),
        note=note.strip(), recorded_by=actor, corrects=corrects,
    )  # fmt: skip
    record_event(
        actor=actor, action="title.recorded", subject=event,
        after={"shares": [[s.party.pk, s.part.numerator, s.part.denominator] for s in shares]},
    )  # fmt: skip
    return event


@transaction.atomic(durable=True)
def check_title_event(*, actor: User, event_id: int) -> TitleEvent:
    """The second registrar confirms: the old shares end, the new ones begin."""
    proposed = _proposed(_event(event_id))
    lock_parties(pks=[party for party, _n, _d in proposed])
    work, event = _lock_event(event_id)
    if not actor.has_perm("catalog.record_title"):
        raise NotAllowed()
    if event.checked_at is not None:
        raise WrongState(_("这项权属变更已经复核。"))
    if work.state != WorkState.REGISTERED:
        raise WrongState(_("只有已登记的作品才有权属记录。"))
    if event.recorded_by_id == actor.pk:
        raise NotAllowed(_("登记和复核要由两个人办理。"), code="four_eyes", rule=TWO_CHECKS_RULE)
    if live_encumbrance(work):
        raise Encumbered()
    _move(actor, work, event, proposed)
    return event


def transfer_for_module(
    *,
    recorded_by: User,
    checked_by: User | None,
    work_id: int,
    encumbrance_id: int | None,
    basis: str,
    shares: list[Share],
    documents: str,
    corrects: TitleEvent | None = None,
) -> TitleEvent:
    """Title moves inside the transaction of the module that holds the work's lock.

    The caller has locked the parties and the work, and asked its own permission; `encumbrance_id`
    is its live lock, None where nothing may lie on the work. `checked_by` is the second person who
    agreed (the buyer who accepted), None where a term ran out instead. Raises `Encumbered` (another
    lock or none), `WrongState` (not registered, a change waits), `Invalid`, `NotAllowed` (one
    person for both).
    """
    work = lock_work(pk=work_id)
    live = live_encumbrance(work)
    if (live.pk if live else None) != encumbrance_id:
        raise Encumbered()
    if work.state != WorkState.REGISTERED:
        raise WrongState(_("只有已登记的作品才有权属记录。"))
    if work.title_events.filter(checked_at__isnull=True).exists():
        raise WrongState(_("还有一项权属变更等待复核。"))
    if checked_by is not None and checked_by.pk == recorded_by.pk:
        raise NotAllowed(_("登记和复核要由两个人办理。"), code="four_eyes", rule=TWO_CHECKS_RULE)
    _check_input(work, basis, shares, documents, corrects)
    event = TitleEvent.objects.create(
        work=work, basis=basis, documents=documents.strip(), recorded_by=recorded_by,
        corrects=corrects,
    )  # fmt: skip
    proposed = [(s.party.pk, s.part.numerator, s.part.denominator) for s in shares]
    record_event(
        actor=recorded_by, action="title.recorded", subject=event,
        after={"shares": [list(row) for row in proposed]},
    )  # fmt: skip
    _move(checked_by, work, event, proposed)
    return event


@transaction.atomic(durable=True)
def drop_title_event(*, actor: User, event_id: int, reason: str) -> None:
    """A recorded change that proves wrong before its check is closed without effect."""
    work, event = _lock_event(event_id)
    if not actor.has_perm("catalog.record_title"):
        raise NotAllowed()
    if event.checked_at is not None:
        raise WrongState(_("已经复核的权属变更只能用新的更正事件来改。"))
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明理由。")})
    record_event(
        actor=actor, action="title.dropped", subject=work,
        before={"basis": event.basis, "recorded_by": event.recorded_by_id},
        data={"reason": reason.strip()},
    )  # fmt: skip
    event.delete()


def current_shares(work: Work) -> list[TitleShare]:
    """Who holds title now."""
    return list(work.title_shares.filter(to_event__isnull=True).select_related("party"))


def _event(event_id: int) -> TitleEvent:
    """The recorded change; a colleague may just have dropped it."""
    event = TitleEvent.objects.filter(pk=event_id).first()
    if event is None:
        raise WrongState()
    return event


def _lock_event(event_id: int) -> tuple[Work, TitleEvent]:
    """Lock the work, then read the change under the lock."""
    work = lock_work(pk=_event(event_id).work_id)
    return work, _event(event_id)


def _check_input(
    work: Work, basis: str, shares: list[Share], documents: str, corrects: TitleEvent | None
) -> None:
    errors: dict[str, Any] = {}
    if basis not in TitleBasis.values:
        errors["basis"] = _("请从列表中选择。")
    if not shares or sum(s.part for s in shares) != 1 or any(s.part <= 0 for s in shares):
        errors["shares"] = _("各份额相加要等于一。")
    if len({s.party.pk for s in shares}) != len(shares):
        errors["shares"] = _("同一权利人只能写一次。")
    if not documents.strip():
        errors["documents"] = _("请写明凭证，例如合同、公证书、裁定书的编号。")
    of_this_work = corrects is not None and corrects.work_id == work.pk
    if not of_this_work and (corrects is not None or basis == TitleBasis.CORRECTION):
        errors["corrects"] = _("更正要指明更正哪一项。")
    if errors:
        raise Invalid(fields=errors)


def _proposed(event: TitleEvent) -> list[tuple[int, int, int]]:
    recorded = Event.objects.about(event).filter(action="title.recorded").first()
    return [tuple(row) for row in recorded.after["shares"]] if recorded else []


def _move(
    actor: User | None, work: Work, event: TitleEvent, proposed: list[tuple[int, int, int]]
) -> None:
    before = [share.party_id for share in current_shares(work)]
    work.title_shares.filter(to_event__isnull=True).update(to_event=event)
    TitleShare.objects.bulk_create(
        TitleShare(work=work, party_id=party, numerator=n, denominator=d, from_event=event)
        for party, n, d in proposed
    )
    event.checked_by = actor
    event.checked_at = Now()
    event.save(update_fields=["checked_by", "checked_at"])
    event.refresh_from_db()
    log_facts.title_moved(work, event, proposed)
    record_event(
        actor=actor, action="title.moved", subject=work,
        before={"parties": before}, after={"parties": [party for party, _n, _d in proposed]},
    )  # fmt: skip
    index_works([work.pk])
