"""Controls that several forms share: a moment, a day, a place, a room; rules as plain choices."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import SHANGHAI

from ..models import Place, Room

WEEKDAYS: Final = (
    ("MO", _("星期一")), ("TU", _("星期二")), ("WE", _("星期三")), ("TH", _("星期四")),
    ("FR", _("星期五")), ("SA", _("星期六")), ("SU", _("星期日")),
)  # fmt: skip
REPEATS: Final = (
    ("", _("不重复，一场一场地填")),
    ("daily", _("每天")),
    ("weekly", _("每周")),
    ("monthly", _("每月同一天")),
    ("monthly_day", _("每月第几个星期几，照第一场")),
    ("own", _("自己写规则")),
)
_MINUTE = "%Y-%m-%dT%H:%M"
_PARTS: Final = {
    "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "monthly_day": "MONTHLY",
}  # fmt: skip


def moment(label: Any, **options: Any) -> forms.DateTimeField:
    """A moment in Shanghai, with the browser's own control."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE)
    return forms.DateTimeField(label=label, widget=widget, **options)


def day(label: Any, **options: Any) -> forms.DateField:
    """A day, with the browser's own control."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def local(value: datetime | None) -> datetime | None:
    """A moment as the control shows it: Shanghai's, without a zone."""
    return value.astimezone(SHANGHAI).replace(tzinfo=None) if value else None


def place_choices(empty: Any) -> list[tuple[Any, Any]]:
    """Every place by name; the first choice is none. One query."""
    return [("", empty), *((row.pk, str(row)) for row in Place.objects.all())]


def room_choices(empty: Any) -> list[tuple[Any, Any]]:
    """Every room under its place; the first choice is none. One query."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for row in Room.objects.select_related("place").order_by("place__name", "name"):
        words = str(row) if row.capacity is None else f"{row} · {row.capacity}"
        groups.setdefault(str(row.place), []).append((row.pk, words))
    return [("", empty), *groups.items()]


def number_or_none(value: Any) -> int | None:
    """The key that a choice stands for; None for the empty one."""
    return int(value) if value else None


def rule_text(given: Mapping[str, Any]) -> str:
    """The RFC 5545 rule that the plain choices of a form stand for; "" for no repetition.

    `given`: repeat, interval, weekdays, first_start, until, count, raw. What is wrong in it is for
    the engine to say: a rule without an end stays one.
    """
    repeat = given.get("repeat") or ""
    if not repeat:
        return ""
    if repeat == "own":
        return str(given.get("raw") or "")
    parts = [f"FREQ={_PARTS[repeat]}", f"INTERVAL={given.get('interval') or 1}"]
    first = given["first_start"].astimezone(SHANGHAI)
    if repeat == "weekly" and given.get("weekdays"):
        parts.append(f"BYDAY={','.join(given['weekdays'])}")
    if repeat == "monthly_day":
        # The fifth one is there in some months only: said as the last.
        nth = (first.day - 1) // 7 + 1
        parts.append(f"BYDAY={-1 if nth == 5 else nth}{WEEKDAYS[first.weekday()][0]}")
    if given.get("until"):
        parts.append(f"UNTIL={given['until']:%Y%m%d}")
    elif given.get("count"):
        parts.append(f"COUNT={given['count']}")
    return ";".join(parts)


def rule_choices(rule: str) -> dict[str, Any]:
    """The plain choices that stand for a stored rule; the rule itself where there are none."""
    if not rule:
        return {"repeat": "", "interval": 1}
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    values: dict[str, Any] = {
        "repeat": "own", "raw": rule, "interval": int(parts.get("INTERVAL", 1)),
        "count": parts.get("COUNT"), "until": _until(parts.get("UNTIL", "")),
    }  # fmt: skip
    days, known = parts.get("BYDAY", ""), parts.keys() <= {
        "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY",
    }  # fmt: skip
    if not known:
        return values
    match parts["FREQ"], days:
        case "DAILY", "":
            values["repeat"] = "daily"
        case "WEEKLY", _:
            values |= {"repeat": "weekly", "weekdays": days.split(",") if days else []}
        case "MONTHLY", "":
            values["repeat"] = "monthly"
        case "MONTHLY", _ if re.fullmatch(r"(-1|[1-4])[A-Z]{2}", days):
            values["repeat"] = "monthly_day"
    return values


def _until(text: str) -> Any:
    """The last day in Shanghai of a stored rule's end, which is UTC."""
    if not text:
        return None
    moment = datetime.strptime(f"{text[:15]}+0000", "%Y%m%dT%H%M%S%z")
    return moment.astimezone(SHANGHAI).date()
