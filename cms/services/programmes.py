"""Programmes: made, changed, opened, closed, cancelled.

When a programme begins and ends follows from its sessions and from nothing else. Cancelling tells
everybody who registered. Events rules §2.
"""

from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from artmarket.accounts.models import Organisation, User
from artmarket.core.clock import db_now
from artmarket.core.errors import Busy, DomainError, Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event, snapshot
from artmarket.core.punctuation import clauses

from .. import hooks
from .. import planning_citations as citations
from ..enums import (
    LIVE_BOOKINGS,
    PROGRAMME_MOVES,
    BookingMode,
    ProgrammeKind,
    ProgrammeState,
    SessionState,
    WaitingMode,
)
from ..locks import lock_programme, lock_rooms
from ..models import Place, Programme, Room, Session
from . import exhibits
from .seats import give_missing_quotas
from .sessions import follow_room
from .slots import derive_times, raise_sequence

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Plan:
    """What the bureau lays down for a programme; numbers left empty follow the rule book.

    `place_id`, `room_id`, `organiser_id` keys of rows; `seats` places of each new session,
    `cut_off_minutes` before the start.
    """

    kind: str
    title: str
    title_en: str = ""
    place_id: int | None = None
    room_id: int | None = None
    organiser_id: int | None = None
    seats: int | None = None
    booking: str = BookingMode.OPEN
    waiting: str = WaitingMode.AUTOMATIC
    waiting_size: int | None = None
    people_per_booking: int | None = None
    cut_off_minutes: int | None = None
    min_age: int | None = None
    is_for_children: bool = False
    is_online: bool = False
    has_sign_language: bool = False
    has_quiet_hours: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a programme from being opened, and where it is filled in."""

    field: str
    words: Text


class NotComplete(DomainError):
    """The programme cannot be opened yet; `data["problems"]` lists why."""

    code = "programme_incomplete"
    status = 422
    rule = citations.OPENING


KEYS = ("place", "room", "organiser")
SHOWN = (*(f.name.removesuffix("_id") for f in fields(Plan)), "state")


@transaction.atomic(durable=True)
def create_programme(*, actor: User, plan: Plan) -> Programme:
    """Draft a programme. Raises `NotAllowed`, `Invalid`."""
    _require_planner(actor)
    programme = Programme()
    _apply(programme, plan)
    programme.save()
    programme.refresh_from_db()
    record_event(
        actor=actor, action="cms.programme_created", subject=programme,
        after=snapshot(programme, SHOWN),
    )  # fmt: skip
    return programme


@transaction.atomic(durable=True)
def change_programme(*, actor: User, programme_id: int, plan: Plan) -> Programme:
    """Change what is laid down; its coming sessions go with it to another room.

    Raises `NotAllowed`, `WrongState` (cancelled), `Invalid`, `RoomTaken` (the new room has
    something at the time of a session), `NotComplete` (open, and would lack something).
    """
    _require_planner(actor)
    old_room = Programme.objects.filter(pk=programme_id).values_list("room", flat=True).first()
    lock_rooms(pks={room for room in (old_room, plan.room_id) if room})
    programme = lock_programme(pk=programme_id)
    if programme.room_id != old_room:
        raise Busy()
    if programme.state == ProgrammeState.CANCELLED:
        raise WrongState(_("活动已取消，不能再改。"))
    before = snapshot(programme, SHOWN)
    _require_same_kind(programme, plan)
    _require_bookings_stay(programme, plan)
    _apply(programme, plan)
    raise_sequence(programme, *(f.name.removesuffix("_id") for f in fields(Plan)))
    if programme.room_id != old_room:
        follow_room(actor, programme, old_room)
    give_missing_quotas(programme)
    if programme.state == ProgrammeState.OPEN:
        _require_complete(programme)
    record_event(
        actor=actor, action="cms.programme_changed", subject=programme, before=before,
        after=snapshot(programme, SHOWN),
    )  # fmt: skip
    return programme


@transaction.atomic(durable=True)
def open_programme(*, actor: User, programme_id: int) -> Programme:
    """Open it to the public and for bookings. Raises `NotAllowed`, `WrongState`, `NotComplete`."""
    _require_planner(actor)
    programme = lock_programme(pk=programme_id)
    _require_move(programme, ProgrammeState.OPEN)
    _require_complete(programme)
    return _moved(actor, programme, ProgrammeState.OPEN)


@transaction.atomic(durable=True)
def close_programme(*, actor: User, programme_id: int) -> Programme:
    """Take no more bookings; what is booked stays. Raises `NotAllowed`, `WrongState`."""
    _require_planner(actor)
    programme = lock_programme(pk=programme_id)
    _require_move(programme, ProgrammeState.CLOSED)
    return _moved(actor, programme, ProgrammeState.CLOSED)


@transaction.atomic(durable=True)
def cancel_programme(
    *, actor: User, programme_id: int, reason: str, reason_en: str = ""
) -> Programme:
    """Nothing of it takes place any more; everybody who registered is told, for good.

    Sessions that have not ended are cancelled, works that were lent come free. Raises
    `NotAllowed`, `WrongState` (cancelled already, over), `Invalid` (no reason).
    """
    _require_planner(actor)
    programme = lock_programme(pk=programme_id)
    _require_move(programme, ProgrammeState.CANCELLED)
    if not reason.strip():
        raise Invalid(fields={"reason": _("请写明取消的原因。")})
    if programme.ends_at is not None and programme.ends_at <= db_now():
        raise WrongState(_("活动已经结束，不能取消。"))
    programme.cancel_reason = reason.strip()[:LONGEST_REASON]
    programme.cancel_reason_en = reason_en.strip()[:400]
    programme.save(update_fields=["cancel_reason", "cancel_reason_en"])
    _cancel_sessions(programme)
    _moved(actor, programme, ProgrammeState.CANCELLED, reason=programme.cancel_reason)
    derive_times(programme)
    hooks.programme_cancelled(actor, programme)
    # Works rank before programmes: their locks are taken anew, once ours are gone.
    transaction.on_commit(lambda: exhibits.release_of(programme_id=programme_id), robust=True)
    return programme


def problems_of(programme: Programme) -> list[Problem]:
    """What is missing before it may be opened, in the order of the page. At most five queries."""
    now = db_now()
    coming = programme.sessions.filter(ends_at__gt=now).exclude(state=SessionState.CANCELLED)
    found = []
    if not coming.exists():
        found.append(Problem("sessions", _("还没有要到来的场次")))
    if programme.place_id is None and not programme.is_online:
        found.append(Problem("place", _("还没有地点，也不是线上活动")))
    if programme.booking == BookingMode.NONE:
        return found
    if not programme.ticket_types.filter(is_offered=True).exists():
        found.append(Problem("ticket_types", _("还没有可以报的票种")))
    if coming.filter(quotas=None).exists():
        found.append(Problem("quotas", _("有的场次还没有名额")))
    return found


def _apply(programme: Programme, plan: Plan) -> None:
    """Put the plan on the row. Raises `Invalid`."""
    wrong: dict[str, Any] = {}
    if not plan.title.strip():
        wrong["title"] = _("请填写名称。")
    for name, allowed in (
        ("kind", ProgrammeKind), ("booking", BookingMode), ("waiting", WaitingMode)
    ):  # fmt: skip
        if getattr(plan, name) not in allowed.values:
            wrong[name] = _("请从列表中选择。")
    for name in ("waiting_size", "people_per_booking"):
        if getattr(plan, name) == 0:
            wrong[name] = _("要大于零；不填按规则。")
    room = Room.objects.filter(pk=plan.room_id).first() if plan.room_id else None
    if plan.room_id and room is None:
        wrong["room"] = _("请从列表中选择。")
    if room and plan.place_id and room.place_id != plan.place_id:
        wrong["room"] = _("这个场地不在所选的场所里。")
    if plan.place_id and not Place.objects.filter(pk=plan.place_id).exists():
        wrong["place"] = _("请从列表中选择。")
    another = plan.organiser_id if plan.organiser_id != programme.organiser_id else None
    if another and not Organisation.objects.filter(pk=another, is_active=True).exists():
        wrong["organiser"] = _("请从列表中选择。")
    if wrong:
        raise Invalid(fields=wrong)
    for one in fields(Plan):
        value = getattr(plan, one.name)
        setattr(programme, one.name, value.strip() if isinstance(value, str) else value)
    if room:
        programme.place_id = room.place_id


def _require_planner(actor: User) -> None:
    if not actor.has_perm("cms.plan"):
        raise NotAllowed()


def _require_move(programme: Programme, to: ProgrammeState) -> None:
    if to not in PROGRAMME_MOVES[ProgrammeState(programme.state)]:
        raise WrongState()


def _require_same_kind(programme: Programme, plan: Plan) -> None:
    if plan.kind != programme.kind and (
        programme.state != ProgrammeState.DRAFT or programme.exhibited.exists()
    ):
        raise Invalid(fields={"kind": _("已公布或已有作品，不能再改种类。")})


def _require_bookings_stay(programme: Programme, plan: Plan) -> None:
    if plan.booking == BookingMode.NONE and programme.booking != BookingMode.NONE:
        live = programme.bookings.filter(
            state__in=LIVE_BOOKINGS, session__ends_at__gt=db_now()
        )  # fmt: skip
        if live.exists():
            raise Invalid(fields={"booking": _("已有人报名，不能改成不用报名。")})


def _require_complete(programme: Programme) -> None:
    found = problems_of(programme)
    if found:
        told = [str(one.words) for one in found]
        raise NotComplete(clauses(told), problems=told)


def _moved(actor: User, programme: Programme, to: ProgrammeState, **data: Any) -> Programme:
    before = programme.state
    programme.state = to
    raise_sequence(programme, "state")
    record_event(
        actor=actor, action=f"cms.programme_{to.value}", subject=programme,
        before={"state": before}, after={"state": to}, **data,
    )  # fmt: skip
    return programme


def _cancel_sessions(programme: Programme) -> None:
    rows = Session.objects.filter(programme=programme, ends_at__gt=db_now()).exclude(
        state=SessionState.CANCELLED
    )
    for row in rows:
        row.sequence += 1
        row.state = SessionState.CANCELLED
        row.changed_at = Now()  # type: ignore[assignment]
    Session.objects.bulk_update(rows, ["sequence", "state", "changed_at"])
