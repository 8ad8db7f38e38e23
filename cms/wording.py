"""Words for what the public reads: dates, prices, states, opening hours, in the reader's language.

Times are Beijing's; nothing here asks the database.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.core.clock import SHANGHAI
from artmarket.core.money import Money
from artmarket.core.punctuation import joined

from . import opening

STATUS_PILLS = {"moved": "warn", "cancelled": "live", "full": "warn", "ended": "neutral"}


def said(row: Any, name: str) -> str:
    """A word of a row that is kept in both languages (`name`, `name_en`)."""
    if get_language() == "en":
        return getattr(row, f"{name}_en") or getattr(row, name)
    return str(getattr(row, name))


def day(at: datetime | date) -> str:
    """A day with its weekday and year."""
    return date_format(_here(at), _("Y年n月j日（l）"))


def month(at: datetime | date) -> str:
    """The month alone, short."""
    return date_format(_here(at), _("n月"))


def span(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when; the day once where it is the same."""
    first, last = _here(starts_at), _here(ends_at)
    if first.date() == last.date():
        words = date_format(first, _("Y年n月j日（l）H:i"))
        return f"{words}–{date_format(last, 'H:i')}"
    return f"{day(first)}–{day(last)}"


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """The times of a day without the day; empty where it is not one day."""
    first, last = _here(starts_at), _here(ends_at)
    if first.date() != last.date():
        return ""
    return f"{date_format(first, 'H:i')}–{date_format(last, 'H:i')}"


def days(first: date | None, last: date | None) -> str:
    """From one day to another, or the one that is known."""
    known = [date_format(d, "DATE_FORMAT") for d in (first, last) if d]
    return "–".join(known)


def status(word: str) -> str:
    """A programme's status as the public reads it; empty where all is as planned."""
    return {
        "moved": _("已改期"),
        "cancelled": _("已取消"),
        "full": _("已满"),
        "ended": _("已结束"),
    }.get(word, "")


def free() -> str:
    """What costs nothing."""
    return _("免费")


def price(types: Iterable[Any]) -> str:
    """What it costs: free, one price, or from the lowest."""
    known = sorted({(t.price_minor, t.currency) for t in types if t.is_offered})
    if not known:
        return ""
    least, most = Money(*known[0]), Money(*known[-1])
    if most.minor == 0:
        return free()
    if least == most:
        return str(least)
    if least.minor == 0:
        return _("免费至%(most)s") % {"most": most}
    return f"{least}–{most}"


def every() -> str:
    """The choice that chooses nothing."""
    return _("全部")


def certified() -> str:
    """What a work with a valid certificate is called on a card."""
    return _("有证书")


def open_today(hours_of: dict[str, str], now: datetime) -> tuple[str, str]:
    """Whether a place is open now, in words, and the kind of pill that says so."""
    here = localtime(now, SHANGHAI)
    today = _times(opening.on(hours_of, here.date()))
    match opening.standing(hours_of, here):
        case "unknown":
            return "", ""
        case "closed_today":
            return _("今天不开放"), "neutral"
        case "open":
            return _("现在开放，今天%(hours)s") % {"hours": today}, "ok"
        case "before":
            return _("今天%(hours)s开放") % {"hours": today}, "info"
        case _other:
            return _("今天已闭馆，开放时间是%(hours)s") % {"hours": today}, "neutral"


def opening_rows(hours_of: dict[str, str]) -> list[tuple[str, str]]:
    """The week as rows of (days, hours); neighbouring days with the same hours share a row."""
    if not hours_of:
        return []
    rows: list[tuple[list[int], str]] = []
    for number, stretches in opening.week(hours_of):
        words = _times(stretches) or _("不开放")
        if rows and rows[-1][1] == words:
            rows[-1][0].append(number)
        else:
            rows.append(([number], words))
    return [(_weekdays(numbers), words) for numbers, words in rows]


def _weekdays(numbers: Sequence[int]) -> str:
    first, last = str(WEEKDAYS[numbers[0]]), str(WEEKDAYS[numbers[-1]])
    if len(numbers) == 1:
        return first
    return _("%(first)s至%(last)s") % {"first": first, "last": last}


def _times(stretches: Sequence[opening.Stretch]) -> str:
    return joined(stretches)


def _here(at: datetime | date) -> Any:
    return localtime(at, SHANGHAI) if isinstance(at, datetime) else at
