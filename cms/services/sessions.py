"""Sessions: planned from a rule, entered by hand, moved, cancelled, given another room, restored.

A series is planned as a whole or not at all. What people have changed or booked is dropped by no
rule, and what has begun is history. Rooms are locked before the programme. Events rules §2.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.errors import Busy, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event, snapshot
from auctions.engine.instalments import months_after

from .. import hooks
from .. import planning_citations as citations
from ..engine import recurrence
from ..enums import ProgrammeState, SessionState
from ..locks import lock_programme, lock_quotas, lock_rooms
from ..models import Booking, Programme, Session
from .seats import drop_unused_quotas, give_quotas
from .slots import Wanted, derive_times, occupied, require_rooms, require_time

SHOWN = (
    "starts_at", "ends_at", "room", "state", "previous_start", "note", "note_en",
)  # fmt: skip
TOLD = ("starts_at", "ends_at", "room", "state")
LONGEST_NOTE = 200


@dataclass(frozen=True, slots=True)
class Planning:
    """What planning did: how many sessions were added, dropped, changed; those that it kept
    although the rule has them no longer; those of its dates whose room is taken."""

    added: int = 0
    dropped: int = 0
    changed: int = 0
    orphaned: list[Session] = field(default_factory=list)
    blocked: list[datetime] = field(default_factory=list)


@transaction.atomic(durable=True)
def set_rule(
    *, actor: User, programme_id: int, rule: str, first_start: datetime, length_minutes: int
) -> Planning:
    """Set how a programme repeats and plan its sessions up to the horizon.

    Arguments: `rule` an RFC 5545 rule that ends, or "" to plan nothing any more (what is planned
    stays); `first_start` aware. Sessions that have begun stay as they are; in a draft they follow
    the rule too. Raises `NotAllowed`, `WrongState` (cancelled), `Invalid` (fields `rule`,
    `ends_at`), `RoomTaken` (nothing is planned then).
    """
    programme = _locked_for_planning(actor, programme_id)
    first = first_start.replace(second=0, microsecond=0)
    require_time(first, first + timedelta(minutes=length_minutes))
    before = snapshot(programme, ("rule", "first_start", "length_minutes"))
    was = _dates_before(programme)
    programme.rule = normal_rule(rule)
    programme.first_start, programme.length_minutes = first, length_minutes
    programme.save(update_fields=["rule", "first_start", "length_minutes"])
    result = _planned_anew(actor, programme, was)
    record_event(
        actor=actor, action="cms.rule_set", subject=programme, before=before,
        after=snapshot(programme, ("rule", "first_start", "length_minutes")),
        added=result.added, dropped=result.dropped, changed=result.changed,
        orphaned=[row.pk for row in result.orphaned],
    )  # fmt: skip
    return result


@transaction.atomic(durable=True)
def add_session(
    *, actor: User, programme_id: int, starts_at: datetime, ends_at: datetime,
    room_id: int | None = None, note: str = "", note_en: str = "",
) -> Session:  # fmt: skip
    """Enter one session by hand; no rule drops it.

    Raises `NotAllowed`, `WrongState` (cancelled), `Invalid` (fields `starts_at`, `ends_at`),
    `RoomTaken`.
    """
    programme = _locked_for_planning(actor, programme_id, room_id)
    require_time(starts_at, ends_at)
    if programme.sessions.filter(original_start=starts_at).exists():
        raise Invalid(fields={"starts_at": _("这个活动在这个时间已有一场。")})
    require_rooms([Wanted(None, room_id, starts_at, ends_at)])
    row = Session.objects.create(
        programme=programme, room_id=room_id, starts_at=starts_at, ends_at=ends_at,
        original_start=starts_at, is_exception=True, note=note.strip(), note_en=note_en.strip(),
    )  # fmt: skip
    give_quotas(programme, [row])
    derive_times(programme)
    record_event(
        actor=actor, action="cms.session_added", subject=row, after=snapshot(row, SHOWN),
        programme=programme.pk,
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def move_session(
    *, actor: User, session_id: int, starts_at: datetime, ends_at: datetime, note: str = "",
    note_en: str = "",
) -> Session:  # fmt: skip
    """Another time for a session that has not begun; the old date stays to be seen.

    Raises `NotAllowed`, `WrongState` (cancelled, begun), `Invalid`, `RoomTaken`.
    """
    row = _locked_session(actor, session_id)
    _require_coming(row)
    require_time(starts_at, ends_at)
    if starts_at <= db_now():
        raise Invalid(fields={"starts_at": _("改到的时间已经过去。")})
    require_rooms([Wanted(row.pk, row.room_id, starts_at, ends_at)])
    before = snapshot(row, SHOWN)
    told = _told(row)
    if starts_at != row.starts_at:
        row.previous_start, row.state = row.starts_at, SessionState.MOVED
    row.starts_at, row.ends_at = starts_at, ends_at
    _note(row, note, note_en)
    return _changed(actor, row, "moved", before, told)


@transaction.atomic(durable=True)
def cancel_session(*, actor: User, session_id: int, note: str, note_en: str = "") -> Session:
    """The session does not take place; it stays to be seen, with the reason.

    Raises `NotAllowed`, `WrongState` (cancelled already, begun), `Invalid` (no reason).
    """
    row = _locked_session(actor, session_id)
    _require_coming(row)
    if not note.strip():
        raise Invalid(fields={"note": _("请写明取消的原因。")})
    before, told = snapshot(row, SHOWN), _told(row)
    row.state = SessionState.CANCELLED
    _note(row, note, note_en)
    return _changed(actor, row, "cancelled", before, told)


@transaction.atomic(durable=True)
def change_room(
    *, actor: User, session_id: int, room_id: int | None, note: str = "", note_en: str = ""
) -> Session:
    """Another room for a session that has not begun (None: no room of ours).

    Raises `NotAllowed`, `WrongState` (cancelled, begun), `Invalid` (the same room), `RoomTaken`.
    """
    row = _locked_session(actor, session_id, room_id)
    _require_coming(row)
    if room_id == row.room_id:
        raise Invalid(fields={"room": _("已经在这个场地。")})
    require_rooms([Wanted(row.pk, room_id, row.starts_at, row.ends_at)])
    before, told = snapshot(row, SHOWN), _told(row)
    row.room_id = room_id
    _note(row, note, note_en)
    return _changed(actor, row, "room", before, told)


@transaction.atomic(durable=True)
def restore_session(*, actor: User, session_id: int) -> Session:
    """Back to the plan: the time that the rule gave, the programme's room, no exception any more.

    One that was entered by hand takes place again as it was. Raises `NotAllowed`, `WrongState`
    (nothing to restore, or its time has passed), `RoomTaken`.
    """
    programme_id = _programme_of(session_id)
    home = Programme.objects.values_list("room", flat=True).get(pk=programme_id)
    row = _locked_session(actor, session_id, home)
    programme = row.programme
    if not row.is_exception or row.original_start <= db_now():
        raise WrongState(_("这一场没有可恢复的，或原定时间已过。"))
    is_planned = row.original_start in _dates_of(programme)
    if not is_planned and row.state == SessionState.SCHEDULED:
        raise WrongState(_("这一场没有可恢复的，或原定时间已过。"))
    length = row.ends_at - row.starts_at
    if is_planned:
        if programme.room_id != home:
            raise Busy()
        row.room_id, length = home, timedelta(minutes=programme.length_minutes)
    before, told = snapshot(row, SHOWN), _told(row)
    row.starts_at, row.ends_at = row.original_start, row.original_start + length
    require_rooms([Wanted(row.pk, row.room_id, row.starts_at, row.ends_at)])
    row.state, row.previous_start = SessionState.SCHEDULED, None
    _note(row, "", "")
    return _changed(actor, row, "restored", before, told, is_exception=not is_planned)


@transaction.atomic(durable=True)
def extend(*, programme_id: int) -> Planning:
    """Plan the dates of a rule that the horizon has come to; those whose room is taken wait.

    For the nightly duty: nobody is there to decide, so what fits is planned, the others are tried
    again the next night and shown on the plan. Changes and drops nothing.
    """
    programme = _locked(programme_id)
    if programme.state == ProgrammeState.CANCELLED or not programme.rule:
        return Planning()
    now = db_now()
    missing = [one for one in missing_dates(programme, now=now) if one.starts_at > now]
    taken = {
        one.wanted.starts_at
        for one in occupied(
            [Wanted(None, programme.room_id, one.starts_at, one.ends_at) for one in missing]
        )
    }
    fitting = [one for one in missing if one.starts_at not in taken]
    if fitting:
        _add(programme, fitting)
        derive_times(programme)
        record_event(
            actor=None, action="cms.sessions_extended", subject=programme,
            after={"added": [one.starts_at for one in fitting], "blocked": sorted(taken)},
        )  # fmt: skip
    return Planning(added=len(fitting), blocked=sorted(taken))


def missing_dates(programme: Programme, *, now: datetime) -> list[recurrence.Planned]:
    """What the rule has and no session stands for, from now to the horizon. One query."""
    stored = set(programme.sessions.values_list("original_start", flat=True))
    return [
        one for key, one in _dates_of(programme).items() if key not in stored and key > now
    ]  # fmt: skip


def normal_rule(rule: str) -> str:
    """The one way in which the rule is written; "" stays empty. Raises `Invalid` beside `rule`."""
    if not rule.strip():
        return ""
    try:
        return recurrence.normal_rule(rule)
    except recurrence.RuleError as error:
        raise rule_refused(error) from error


def planned_dates(
    rule: str, first: datetime, length_minutes: int, *, today: date
) -> list[recurrence.Planned]:
    """The dates of a rule up to the horizon, for planning and for its preview.

    Raises `Invalid` beside `rule` (unreadable, unsupported, endless, too many, ends before it
    begins) or `ends_at`.
    """
    if not rule:
        return []
    length = timedelta(minutes=length_minutes)
    require_time(first, first + length)
    most = rulebook.get(citations.MOST)
    horizon = months_after(today, rulebook.get(citations.HORIZON))
    try:
        return recurrence.plan(rule, first, length, horizon=horizon, most=most)
    except recurrence.RuleError as error:
        raise rule_refused(error) from error


def rule_refused(error: recurrence.RuleError) -> Invalid:
    """The refusal of a rule, for people."""
    words = {
        "unreadable": _("这条重复规则读不懂。请照FREQ=WEEKLY;BYDAY=SA;COUNT=10这样写。"),
        "unsupported": _("这条重复规则里有各种日历程序读法不一的部分，不能用。"),
        "endless": _("请写明重复到哪一天，或一共几次。"),
        "too_many": _("场次太多。请缩短时间，或分成几个活动。"),
        "before_start": _("重复规则在第一场之前就结束了。"),
    }  # fmt: skip
    rule = citations.MOST if error.code == "too_many" else None
    return Invalid(fields={"rule": words[error.code]}, code=f"rule_{error.code}", rule=rule)


def follow_room(actor: User, programme: Programme, old_room: int | None) -> int:
    """Bring the coming sessions of a programme from its old room to its new one.

    Those that were given a room of their own stay. Inside the caller's transaction, under the
    locks of the new room and the programme. Raises `RoomTaken`. Returns how many went.
    """
    rows = list(
        programme.sessions.filter(room=old_room, starts_at__gt=db_now(), is_exception=False)
        .exclude(state=SessionState.CANCELLED)
        .select_related("programme")
    )
    require_rooms([Wanted(r.pk, programme.room_id, r.starts_at, r.ends_at) for r in rows])
    for row in rows:
        told = _told(row)
        row.room_id = programme.room_id
        _store(row, "room")
        hooks.session_changed(actor, row, "room", told)
    return len(rows)


# ---------------------------------------------------------------- planning


def _planned_anew(
    actor: User, programme: Programme, was: dict[datetime, recurrence.Planned]
) -> Planning:
    """Bring the stored sessions to the rule, or raise and change nothing."""
    if not programme.rule:
        return Planning()
    now = db_now()
    dates = _dates_of(programme)
    # A booking in the making holds one of the quotas: once they are ours, it is seen.
    lock_quotas(pks=list(programme.quotas.values_list("pk", flat=True)))
    rows = {row.pk: row for row in programme.sessions.annotate(booked=_is_booked())}
    whole = programme.state == ProgrammeState.DRAFT or not rows
    existing = [
        recurrence.Existing(row.pk, row.original_start, row.is_exception, row.booked)
        for row in rows.values()
        if whole or row.original_start > now
    ]
    planned = [one for one in dates.values() if whole or one.starts_at > now]
    changes = recurrence.difference(planned, existing)
    changed = _other_length_or_room(programme, [rows[key] for key in changes.keep], dates, now)
    staying = [rows[key] for key in changes.orphaned]
    gone = [rows[key] for key in changes.drop]
    _require_series(programme, changes.add, changed, gone)
    _drop(programme, gone)
    _add(programme, changes.add)
    for row, before in changed:
        _store(row, "ends_at", "room")
        hooks.session_changed(actor, row, "room" if row.room_id != before["room"] else "moved",
                              before)  # fmt: skip
    derive_times(programme)
    return Planning(
        added=len(changes.add), dropped=len(gone), changed=len(changed),
        orphaned=[row for row in staying if row.original_start in was],
    )  # fmt: skip


def _other_length_or_room(
    programme: Programme, rows: Sequence[Session], dates: dict[datetime, recurrence.Planned],
    now: datetime,
) -> list[tuple[Session, dict[str, Any]]]:  # fmt: skip
    """Kept sessions that the programme now has otherwise, changed in memory, with what was."""
    found = []
    for row in rows:
        ends_at = dates[row.original_start].ends_at
        is_same = row.ends_at == ends_at and row.room_id == programme.room_id
        if row.is_exception or is_same or row.starts_at <= now:
            continue
        before = _told(row)
        row.ends_at, row.room_id = ends_at, programme.room_id
        found.append((row, before))
    return found


def _require_series(
    programme: Programme, add: list[recurrence.Planned],
    changed: list[tuple[Session, dict[str, Any]]], gone: Sequence[Session],
) -> None:  # fmt: skip
    """The whole series has its rooms. What is to be dropped leaves them: looked past by key."""
    wanted = [Wanted(None, programme.room_id, one.starts_at, one.ends_at) for one in add]
    wanted += [Wanted(row.pk, row.room_id, row.starts_at, row.ends_at) for row, _b in changed]
    require_rooms(wanted, without=[row.pk for row in gone])


def _drop(programme: Programme, rows: Sequence[Session]) -> None:
    if not rows:
        return
    keys = [row.pk for row in rows]
    Session.quotas.through.objects.filter(session__in=keys).delete()
    Session.objects.filter(pk__in=keys).delete()
    drop_unused_quotas(programme)


def _add(programme: Programme, planned: list[recurrence.Planned]) -> None:
    rows = Session.objects.bulk_create(
        Session(
            programme=programme, room=programme.room, starts_at=one.starts_at,
            ends_at=one.ends_at, original_start=one.original_start,
        )
        for one in planned
    )  # fmt: skip
    give_quotas(programme, rows)


def _dates_of(programme: Programme) -> dict[datetime, recurrence.Planned]:
    """The dates of the programme's rule by their original starts."""
    if not programme.rule or programme.first_start is None:
        return {}
    today = db_now().astimezone(SHANGHAI).date()
    rows = planned_dates(
        programme.rule, programme.first_start, programme.length_minutes, today=today
    )
    return {one.original_start: one for one in rows}


def _dates_before(programme: Programme) -> dict[datetime, recurrence.Planned]:
    """The dates of the rule that is about to be replaced; none where it can be followed no more."""
    try:
        return _dates_of(programme)
    except Invalid:
        return {}


def _is_booked() -> Exists:
    return Exists(Booking.objects.filter(session=OuterRef("pk")))


# ---------------------------------------------------------------- locks and stores


def _locked(programme_id: int, *rooms: int | None) -> Programme:
    """The programme under its lock, its room and these rooms under theirs before it."""
    home = Programme.objects.filter(pk=programme_id).values_list("room", flat=True).first()
    wanted = {room for room in (home, *rooms) if room}
    found = lock_rooms(pks=wanted)
    if len(found) < len(wanted):
        raise WrongState()
    programme = lock_programme(pk=programme_id)
    if programme.room_id != home:  # it moved while we waited: its new room is not ours
        raise Busy()
    return programme


def _locked_for_planning(actor: User, programme_id: int, *rooms: int | None) -> Programme:
    if not actor.has_perm("cms.plan"):
        raise NotAllowed()
    programme = _locked(programme_id, *rooms)
    if programme.state == ProgrammeState.CANCELLED:
        raise WrongState(_("活动已取消，不能再改。"))
    return programme


def _programme_of(session_id: int) -> int:
    found = Session.objects.filter(pk=session_id).values_list("programme", flat=True).first()
    if found is None:
        raise WrongState()
    return found


def _locked_session(actor: User, session_id: int, *rooms: int | None) -> Session:
    """The session, fresh, under the locks of its room, these rooms and its programme."""
    programme_id = _programme_of(session_id)
    room = Session.objects.values_list("room", flat=True).get(pk=session_id)
    programme = _locked_for_planning(actor, programme_id, room, *rooms)
    row = Session.objects.filter(pk=session_id).first()
    if row is None:
        raise WrongState()
    if row.room_id != room:
        raise Busy()
    row.programme = programme
    return row


def _require_coming(row: Session) -> None:
    if row.state == SessionState.CANCELLED:
        raise WrongState(_("这一场已取消。"))
    if row.starts_at <= db_now():
        raise WrongState(_("这一场已经开始，不能再改。"))


def _note(row: Session, note: str, note_en: str) -> None:
    row.note, row.note_en = note.strip()[:LONGEST_NOTE], note_en.strip()[:260]


def _told(row: Session) -> dict[str, Any]:
    """What those who keep bookings are told was so until now."""
    return {name: getattr(row, f"{name}_id" if name == "room" else name) for name in TOLD}


def _store(row: Session, *fields: str) -> None:
    """Store these fields and one more change for calendars to take over."""
    row.sequence += 1
    row.changed_at = Now()  # type: ignore[assignment]
    row.save(update_fields=[*fields, "sequence", "changed_at"])
    row.refresh_from_db(fields=["changed_at"])


def _changed(
    actor: User, row: Session, change: hooks.Change, before: dict[str, Any],
    told: dict[str, Any], *, is_exception: bool = True,
) -> Session:  # fmt: skip
    row.is_exception = is_exception
    _store(
        row, "starts_at", "ends_at", "room", "state", "previous_start", "note", "note_en",
        "is_exception",
    )  # fmt: skip
    derive_times(row.programme)
    record_event(
        actor=actor, action=f"cms.session_{change}", subject=row, before=before,
        after=snapshot(row, SHOWN), programme=row.programme_id,
    )  # fmt: skip
    hooks.session_changed(actor, row, change, told)
    return row
