"""When and where a page's event or exhibition is, in one line each: for cards, feeds and embeds.

The words say the whole span, not the next date: they change when the plan does, not every day.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from artmarket.core.punctuation import joined

from .enums import ProgrammeState, SessionState
from .models import ExhibitionPage, Programme
from .wording import days, said, span, status


@dataclass(frozen=True, slots=True)
class Happening:
    """In the active language; empty where nothing is known."""

    when: str = ""
    where: str = ""
    status: str = ""


def happening_of(page: Any) -> Happening:
    """What a page of an event or exhibition says of time and place. One query, for the sessions."""
    programme = told_programme(page)
    if programme is None:
        return Happening()
    place = programme.place
    where = joined(filter(None, (str(place), said(place, "address")))) if place else ""
    is_off = programme.state == ProgrammeState.CANCELLED
    return Happening(_when(page, programme), where, status("cancelled") if is_off else "")


def told_programme(page: Any) -> Programme | None:
    """The programme of a page, once it is more than a draft."""
    programme: Programme | None = getattr(page, "programme", None)
    if programme is None or programme.state == ProgrammeState.DRAFT:
        return None
    return programme


def _when(page: Any, programme: Programme) -> str:
    if isinstance(page, ExhibitionPage) and (page.opens_on or page.closes_on):
        return days(page.opens_on, page.closes_on)
    times = list(
        programme.sessions.exclude(state=SessionState.CANCELLED)
        .order_by("starts_at")
        .values_list("starts_at", "ends_at")
    )
    if not times:
        return ""
    if len(times) == 1:
        return span(*times[0])
    whole = span(times[0][0], times[-1][1])
    return joined([whole, ngettext("共%(n)d场", "共%(n)d场", len(times)) % {"n": len(times)}])
