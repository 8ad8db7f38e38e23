"""Times and rooms of sessions: what a time may be, who is in a room, when a programme is.

Called under the locks of the rooms concerned and of the programme; takes none itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max, Min
from django.db.models.functions import Now
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from artmarket import rulebook
from artmarket.core.clock import SHANGHAI
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.punctuation import clauses

from .. import planning_citations as citations
from ..engine.clashes import Clash, Slot, SlotError, check_slot, clashes
from ..enums import ProgrammeState, SessionState
from ..models import Programme, Session

NAMED_CLASHES = 3
"""How many clashes the sentence of a refusal names; its data has all of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A time that is to be taken. `key` is the session's own; None: it is not stored yet."""

    key: int | None
    room: int | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Occupied:
    """A wanted time whose room is taken: by which session, or (None) by another wanted time."""

    wanted: Wanted
    by: Session | None
    by_wanted: Wanted | None = None


class RoomTaken(DomainError):
    """The room is taken; `data["clashes"]` lists each clash in the reader's language."""

    code = "room_taken"
    rule = citations.ROOM_ONCE
    message = gettext_lazy("这个场地在这个时间已有安排。")
    hint = gettext_lazy("请换时间或场地；什么也没有改动。")


def when_words(starts_at: datetime, ends_at: datetime) -> str:
    """`2027年3月1日 10:00–11:30`; the second day is named where it is another one."""
    start, end = localtime(starts_at, SHANGHAI), localtime(ends_at, SHANGHAI)
    same_day = start.date() == end.date()
    last = date_format(end, "TIME_FORMAT" if same_day else "DATETIME_FORMAT")
    return f"{date_format(start, 'DATETIME_FORMAT')}–{last}"


def require_time(starts_at: datetime, ends_at: datetime) -> None:
    """The time is one that a session can have.

    Raises `Invalid` beside `ends_at`: it ends before it starts, or lasts longer than the rule book
    allows (hours).
    """
    hours = rulebook.get(citations.LONGEST)
    try:
        check_slot(starts_at, ends_at, longest=timedelta(hours=hours))
    except SlotError as error:
        if error.code == "ends_before_start":
            raise Invalid(
                fields={"ends_at": _("结束要晚于开始。")}, code="ends_before_start"
            ) from error
        words = ngettext(
            "一场最长%(n)s小时；更长的请分成几场。", "一场最长%(n)s小时；更长的请分成几场。", hours
        )
        raise Invalid(
            fields={"ends_at": words % {"n": hours}}, code="too_long", rule=citations.LONGEST
        ) from error


def occupied(wanted: Sequence[Wanted], *, without: Iterable[int] = ()) -> list[Occupied]:
    """The wanted times whose room is taken, by a stored session or by another wanted time.

    A stored session that is itself wanted at another time is looked at in its new time only;
    `without`: keys of sessions that are about to go. Cancelled ones leave their room free. One
    query, two where there are clashes.
    """
    times = [slot for slot in wanted if slot.room is not None]
    if not times:
        return []
    near = (
        Session.objects.filter(
            room__in={slot.room for slot in times},
            starts_at__lt=max(slot.ends_at for slot in times),
            ends_at__gt=min(slot.starts_at for slot in times),
        )
        .exclude(state=SessionState.CANCELLED)
        .exclude(pk__in=[*without, *(slot.key for slot in times if slot.key)])
    )
    # Stored sessions go by their keys, wanted times by numbers below nought.
    slots = [Slot(*row) for row in near.values_list("pk", "room_id", "starts_at", "ends_at")]
    slots += [Slot(-n, s.room, s.starts_at, s.ends_at) for n, s in enumerate(times, start=1)]
    # Two stored ones, both above nought, are not of our making.
    found = [clash for clash in clashes(slots) if min(clash.first, clash.second) < 0]
    keys = {key for clash in found for key in (clash.first, clash.second) if key > 0}
    rows = Session.objects.select_related("programme", "room").in_bulk(keys) if keys else {}
    return [_occupied(clash, times, rows) for clash in found]


def _occupied(clash: Clash, times: Sequence[Wanted], rows: dict[int, Session]) -> Occupied:
    ours, other = sorted((clash.first, clash.second))
    if other > 0:
        return Occupied(times[-ours - 1], rows[other])
    earlier, later = times[-other - 1], times[-ours - 1]
    return Occupied(later, None, earlier)


def require_rooms(wanted: Sequence[Wanted], *, without: Iterable[int] = ()) -> None:
    """Every wanted time has its room to itself. Raises `RoomTaken` with all clashes."""
    found = occupied(wanted, without=without)
    if not found:
        return
    told = [told_of(one) for one in found]
    words = [row["words"] for row in told[:NAMED_CLASHES]]
    if len(told) > NAMED_CLASHES:
        words.append(_("一共%(n)s处冲突") % {"n": len(told)})
    rule = citations.WHOLE_SERIES if len(wanted) > 1 else citations.ROOM_ONCE
    raise RoomTaken(clauses(words), rule=rule, clashes=told)


def told_of(one: Occupied) -> dict[str, str]:
    """One clash for a page: when it was wanted, which event is there, in words."""
    wanted = when_words(one.wanted.starts_at, one.wanted.ends_at)
    if one.by is None:
        other = one.by_wanted or one.wanted
        words = _("%(when)s和这次安排里的另一场重叠") % {"when": wanted}
        return {"words": words, "wanted": wanted, "title": "", "when": when_words(
            other.starts_at, other.ends_at
        )}  # fmt: skip
    row = one.by
    values = {
        "room": str(row.room), "title": row.programme.name,
        "when": when_words(row.starts_at, row.ends_at),
    }  # fmt: skip
    words = _("%(room)s在%(when)s已有《%(title)s》") % values
    return {"words": words, "wanted": wanted, "title": values["title"], "when": values["when"]}


def derive_times(programme: Programme) -> None:
    """Set when the programme begins and ends from its sessions, and count the change.

    Cancelled sessions do not count, unless there are no others or the programme itself is
    cancelled: it stays in the lists of its days, as cancelled.
    """
    rows = Session.objects.filter(programme=programme)
    whole = rows.aggregate(first=Min("starts_at"), last=Max("ends_at"))
    if programme.state != ProgrammeState.CANCELLED:
        held = rows.exclude(state=SessionState.CANCELLED)
        found = held.aggregate(first=Min("starts_at"), last=Max("ends_at"))
        whole = found if found["first"] else whole
    programme.starts_at, programme.ends_at = whole["first"], whole["last"]
    raise_sequence(programme, "starts_at", "ends_at")


def raise_sequence(programme: Programme, *fields: str) -> None:
    """Store these fields of the programme and one more change for calendars to take over."""
    programme.sequence = F("sequence") + 1  # type: ignore[assignment]
    programme.changed_at = Now()  # type: ignore[assignment]
    programme.save(update_fields=[*fields, "sequence", "changed_at"])
    programme.refresh_from_db(fields=["sequence", "changed_at"])


def rooms_of(rows: Iterable[Any]) -> set[int]:
    """The keys of the rooms of sessions, without those that are in none."""
    return {row.room_id for row in rows if row.room_id}
