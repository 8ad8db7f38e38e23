"""When an event that repeats takes place, and what a changed rule does to its sessions.

A rule is an RFC 5545 RRULE that ends (COUNT or UNTIL). Accepted are those parts that every
calendar program reads alike; anything else is refused and never guessed at. What people have
changed or booked is never dropped by a rule. Events rules §2.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

from cms.engine.clashes import check_slot

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

RuleFault = Literal["unreadable", "unsupported", "endless", "too_many", "before_start"]

_LONGEST_TEXT: Final = 400  # characters; a rule of every day and month has fewer
_FREQUENCIES: Final = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY, "YEARLY": YEARLY}
_FINER: Final = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PARTS: Final = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "COUNT", "UNTIL"})
_DAY: Final = re.compile(r"([+-]?[0-9]{1,2})?([A-Z]{2})")
_UNTIL: Final = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z?))?"
)


class RuleError(ValueError):
    """A rule that is not followed; `code` says why."""

    def __init__(self, code: RuleFault, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code: RuleFault = code


@dataclass(frozen=True, slots=True)
class Planned:
    """A session as the rule has it. `original_start` is its name, whatever happens to it later."""

    starts_at: datetime
    ends_at: datetime
    original_start: datetime


@dataclass(frozen=True, slots=True)
class Existing:
    """A session as it is stored.

    `is_exception`: people have moved, cancelled or otherwise changed this one. `has_bookings`:
    somebody holds or awaits a place in it.
    """

    key: int
    original_start: datetime
    is_exception: bool
    has_bookings: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """What a rule asks of the stored sessions.

    `orphaned` are no longer in the plan and stay all the same, because people have changed or
    booked them: their operator is told.
    """

    add: list[Planned]
    drop: list[int]
    keep: list[int]
    orphaned: list[int]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule that was read. Weekdays are (ordinal, 0 for Monday); the ordinal 0 means every."""

    frequency: int
    interval: int = 1
    weekdays: frozenset[tuple[int, int]] = frozenset()
    month_days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    count: int | None = None
    until: datetime | None = None


def normal_rule(text: str) -> str:
    """The one way in which a rule is written, for storage, comparison and calendar files.

    Capitals, parts in the order of the library's calendar files, lists sorted, no INTERVAL=1, the
    end as UTC (a day without a time ends at its last second in Shanghai).

    Args:
        text: an RRULE, with or without the words "RRULE:".
    Raises:
        RuleError: "unreadable", "unsupported" (RFC 5545 knows it, we do not) or "endless" (neither
            COUNT nor UNTIL).
    """
    return _written(_read(text))


def starts(rule: str, first: datetime, *, horizon: date, most: int) -> list[datetime]:
    """The starts of all sessions, in order, as aware datetimes of Asia/Shanghai.

    Args:
        rule: as `normal_rule` takes it.
        first: the beginning, aware; it is a start itself where it fits the rule. The others have
            its time of day in Shanghai, whole seconds.
        horizon: the last day in Shanghai that is looked at.
        most: how many are allowed.
    Raises:
        RuleError: as `normal_rule`; "before_start" where the rule ends before `first`; "too_many".
        ValueError: `first` is not aware.
    """
    if first.tzinfo is None:
        raise ValueError("the first start knows no time zone")
    local = first.astimezone(SHANGHAI).replace(microsecond=0, tzinfo=None)
    found = _completed(_read(rule), local)
    end = datetime.combine(horizon, time.max)
    if found.until is not None:
        until = found.until.astimezone(SHANGHAI).replace(tzinfo=None)
        if until < local:
            raise RuleError("before_start", "the rule ends before the first session")
        end = min(end, until)
    moments: list[datetime] = []
    for moment in _walk(found, local, end):
        if found.count is not None and len(moments) == found.count:
            break
        if len(moments) == most:
            raise RuleError("too_many", f"more than {most} sessions")
        moments.append(moment.replace(tzinfo=SHANGHAI))
    return moments


def plan(
    rule: str, first: datetime, length: timedelta, *, horizon: date, most: int
) -> list[Planned]:
    """The sessions of a rule, each so long. Arguments and errors as `starts`.

    Raises:
        SlotError: "ends_before_start" where the length is not positive.
    """
    check_slot(first, first + length)
    return [
        Planned(starts_at=moment, ends_at=moment + length, original_start=moment)
        for moment in starts(rule, first, horizon=horizon, most=most)
    ]


def difference(planned: Sequence[Planned], existing: Sequence[Existing]) -> Changes:
    """How to bring the stored sessions to the plan; sessions are the same by original start.

    A session that left the plan is dropped only where it is no exception and nobody booked.
    Whether a kept session has another length now is for the caller to see. Done twice, the second
    time changes nothing.
    """
    wanted = {each.original_start for each in planned}
    stored = {each.original_start for each in existing}
    gone = [each for each in existing if each.original_start not in wanted]
    return Changes(
        add=[each for each in planned if each.original_start not in stored],
        drop=[each.key for each in gone if not (each.is_exception or each.has_bookings)],
        keep=[each.key for each in existing if each.original_start in wanted],
        orphaned=[each.key for each in gone if each.is_exception or each.has_bookings],
    )


def _walk(rule: _Rule, first: datetime, end: datetime) -> Iterator[datetime]:
    """The starts of a completed rule from `first` to `end`, both included, without time zone.

    The library walks the periods and the ordinals. Days within them are chosen here: it would
    look for a day that never comes (30 February) until the year 9999.
    """
    options: dict[str, Any] = {"interval": rule.interval, "until": end, "wkst": weekday(0)}
    if rule.frequency != DAILY:
        ordinals = [weekday(day, n) for n, day in rule.weekdays if n]
        options["byweekday"] = ordinals or [weekday(day) for day in range(7)]
    if rule.frequency == YEARLY and rule.months:
        options["bymonth"] = sorted(rule.months)
    for moment in rrule(rule.frequency, dtstart=first, **options):
        if _fits(rule, moment):
            yield moment


def _fits(rule: _Rule, day: date) -> bool:
    """Whether a day is one of the rule's; ordinals were seen to before."""
    if rule.months and day.month not in rule.months:
        return False
    from_end = day.day - monthrange(day.year, day.month)[1] - 1
    if rule.month_days and rule.month_days.isdisjoint({day.day, from_end}):
        return False
    plain = {weekday for ordinal, weekday in rule.weekdays if not ordinal}
    return not plain or day.weekday() in plain


def _completed(rule: _Rule, first: date) -> _Rule:
    """The rule with what it leaves to its first day (RFC 5545, 3.3.10)."""
    if rule.weekdays or rule.month_days or rule.frequency == DAILY:
        return rule
    if rule.frequency == WEEKLY:
        return replace(rule, weekdays=frozenset({(0, first.weekday())}))
    rule = replace(rule, month_days=frozenset({first.day}))
    if rule.frequency == YEARLY and not rule.months:
        rule = replace(rule, months=frozenset({first.month}))
    return rule


def _read(text: str) -> _Rule:
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency in _FINER:
        raise RuleError("unsupported", f"FREQ={frequency}")
    if frequency not in _FREQUENCIES:
        raise RuleError("unreadable", f"FREQ={frequency}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleError("unreadable", "both COUNT and UNTIL")
    rule = _Rule(
        frequency=_FREQUENCIES[frequency],
        interval=_number(parts.get("INTERVAL", "1"), 1, 999),
        weekdays=frozenset(map(_weekday, _list(parts, "BYDAY"))),
        month_days=frozenset(_number(n, -31, 31) for n in _list(parts, "BYMONTHDAY")),
        months=frozenset(_number(n, 1, 12) for n in _list(parts, "BYMONTH")),
        count=_number(parts["COUNT"], 1, 99_999) if "COUNT" in parts else None,
        until=_moment(parts["UNTIL"]) if "UNTIL" in parts else None,
    )
    _check_days(rule)
    if rule.count is None and rule.until is None:
        raise RuleError("endless", "neither COUNT nor UNTIL")
    return rule


def _parts(text: str) -> dict[str, str]:
    if len(text) > _LONGEST_TEXT:
        raise RuleError("unreadable", f"longer than {_LONGEST_TEXT} characters")
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if not value or name in parts:
            raise RuleError("unreadable", part)
        if name not in _PARTS:
            raise RuleError("unsupported", name)
        parts[name] = value
    return parts


def _list(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _number(text: str, least: int, most: int) -> int:
    """A number within bounds; nought is none, anywhere in a rule."""
    pattern = r"[+-]?[0-9]{1,5}" if least < 0 else r"[0-9]{1,5}"
    number = int(text) if re.fullmatch(pattern, text) else 0
    if number == 0 or not least <= number <= most:
        raise RuleError("unreadable", text)
    return number


def _weekday(text: str) -> tuple[int, int]:
    match = _DAY.fullmatch(text)
    if not match or match[2] not in _DAYS:
        raise RuleError("unreadable", text)
    ordinal = _number(match[1], -53, 53) if match[1] else 0
    return ordinal, _DAYS.index(match[2])


def _moment(text: str) -> datetime:
    """The last moment of a rule, UTC."""
    match = _UNTIL.fullmatch(text)
    if not match:
        raise RuleError("unreadable", text)
    year, month, day, *clock = match.groups()
    hour, minute, second = (int(n) for n in clock[:3]) if clock[0] else (23, 59, 59)
    zone = UTC if clock[3] else SHANGHAI
    try:
        moment = datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RuleError("unreadable", text) from error


def _check_days(rule: _Rule) -> None:
    """Refuse the mixtures that RFC 5545 forbids, and those that programs read differently."""
    ordinals = [ordinal for ordinal, _ in rule.weekdays if ordinal]
    if rule.month_days and rule.frequency == WEEKLY:
        raise RuleError("unsupported", "BYMONTHDAY in a week")
    if not ordinals:
        return
    if rule.frequency in {DAILY, WEEKLY}:
        raise RuleError("unsupported", "an ordinal of BYDAY in a day or week")
    if len(ordinals) != len(rule.weekdays) or rule.month_days:
        raise RuleError("unsupported", "an ordinal of BYDAY beside other days")
    in_month = rule.frequency == MONTHLY or bool(rule.months)
    if in_month and max(map(abs, ordinals)) > 5:
        raise RuleError("unreadable", "an ordinal of BYDAY beyond the month")


def _written(rule: _Rule) -> str:
    names = {number: name for name, number in _FREQUENCIES.items()}
    days = (f"{ordinal or ''}{_DAYS[day]}" for ordinal, day in sorted(rule.weekdays))
    until = rule.until
    parts = {
        "FREQ": names[rule.frequency],
        "UNTIL": f"{until.year:04}{until:%m%dT%H%M%SZ}" if until else "",
        "COUNT": str(rule.count or ""),
        "INTERVAL": str(rule.interval) if rule.interval > 1 else "",
        "BYDAY": ",".join(days),
        "BYMONTHDAY": ",".join(map(str, sorted(rule.month_days))),
        "BYMONTH": ",".join(map(str, sorted(rule.months))),
    }
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)
