"""The bureau's desk: programmes, their state, and the calendar of rooms with its clashes."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appraisal.views.posting import get_or_post
from artmarket.core.clock import db_now, db_today

from ..enums import PROGRAMME_MOVES, ProgrammeKind, ProgrammeState
from ..forms.controls import number_or_none
from ..forms.planning import CalendarForm, CancelForm, ListForm, ProgrammeForm
from ..models import Programme
from ..selectors import planning as selectors
from ..selectors.programmes import pages_of, status_of
from ..services import programmes, sessions
from .planning_frame import attempt, found_programme, page, planner, planners_only

PER_PAGE = 24
PILLS = {
    ProgrammeState.DRAFT: "warn", ProgrammeState.OPEN: "ok", ProgrammeState.CLOSED: "neutral",
    ProgrammeState.CANCELLED: "live",
}  # fmt: skip


@require_safe
@planners_only
def listing(request: HttpRequest) -> HttpResponse:
    """The programmes of a filter, page by page."""
    form = ListForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    show = request.GET.get("show", "")
    asked = selectors.Asked(
        show=show if show in selectors.LISTS else "coming", kind=given.get("kind") or "",
        place=number_or_none(given.get("place")), words=(given.get("q") or "").strip(),
    )  # fmt: skip
    now = db_now()
    rows = Paginator(selectors.programmes(asked, now=now), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": rows,
        "rows": [
            {"is": row, "pill": PILLS[ProgrammeState(row.programme.state)]}
            for row in selectors.listed(list(rows), now=now)
        ],
        "chips": _chips(request, asked.show),
        "filters": form,
        "show": asked.show,
    }
    return page(request, "programmes.html", context)


def _chips(request: HttpRequest, chosen: str) -> list[dict[str, Any]]:
    words = {
        "coming": _("已公布"), "draft": _("筹备中"), "over": _("已结束"),
        "cancelled": _("已取消"), "all": _("全部"),
    }  # fmt: skip
    found = []
    for key in selectors.LISTS:
        query = request.GET.copy()
        query.pop("page", None)
        query["show"] = key
        found.append(
            {"label": words[key], "url": f"?{query.urlencode()}", "current": key == chosen}
        )
    return found


@get_or_post
@planners_only
def new(request: HttpRequest) -> HttpResponse:
    """Draft a programme."""
    form = ProgrammeForm(request.POST or None)
    made: list[Programme] = []

    def call() -> None:
        made.append(programmes.create_programme(actor=planner(request), plan=form.plan()))

    if request.method == "POST" and attempt(
        request, _("草稿已保存。接着排日期。"), call, form
    ):  # fmt: skip
        return redirect("cms:programme_rule", made[0].pk)
    return page(request, "programme_form.html", {}, form=form)


@get_or_post
@planners_only
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is laid down."""
    programme = found_programme(pk)
    form = ProgrammeForm(request.POST or None, programme=programme)

    def call() -> None:
        programmes.change_programme(actor=planner(request), programme_id=pk, plan=form.plan())

    if request.method == "POST" and attempt(request, _("已保存。"), call, form):
        return redirect("cms:programme", pk)
    return page(request, "programme_form.html", {"programme": programme}, form=form)


@require_safe
@planners_only
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """One programme: what is missing, its dates, seats and works, its pages."""
    row = found_programme(pk)
    now = db_now()
    state = ProgrammeState(row.state)
    rows = selectors.session_rows(row, now=now)
    moves = PROGRAMME_MOVES[state]
    context = {
        "programme": row,
        "pill": PILLS[state],
        "status": status_of(row, now),
        "problems": programmes.problems_of(row) if state != ProgrammeState.CANCELLED else [],
        "coming": [one for one in rows if not one.is_past],
        "past": [one for one in rows if one.is_past],
        "unplanned": selectors.unplanned(row, now=now),
        "ticket_types": row.ticket_types.all(),
        "works": row.exhibited.filter(removed_at=None).count(),
        "is_exhibition": row.kind == ProgrammeKind.EXHIBITION,
        "public_page": pages_of([pk]).get(pk),
        "may_open": ProgrammeState.OPEN in moves,
        "may_close": ProgrammeState.CLOSED in moves,
        "may_cancel": ProgrammeState.CANCELLED in moves
        and not (row.ends_at and row.ends_at <= now),
        "is_cancelled": state == ProgrammeState.CANCELLED,
    }
    return page(request, "programme.html", context)


@require_POST
@planners_only
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Open or close it; plan what its rule still lacks."""
    found_programme(pk)
    acts = {
        "open": (programmes.open_programme, _("已开放。")),
        "close": (programmes.close_programme, _("已停止报名。")),
    }
    name = request.POST.get("do", "")
    if name == "extend":
        result = sessions.extend(programme_id=pk)
        messages.info(request, _("补排了%(n)s场。") % {"n": result.added})
    elif name in acts:
        service, said = acts[name]
        attempt(request, said, lambda: service(actor=planner(request), programme_id=pk))
    return redirect("cms:programme", pk)


@get_or_post
@planners_only
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then cancel the whole of it."""
    row = found_programme(pk)
    form = CancelForm(request.POST or None)

    def call() -> None:
        programmes.cancel_programme(actor=planner(request), programme_id=pk, **form.cleaned_data)

    said = _("活动已取消，正在通知报名的人。")
    if request.method == "POST" and attempt(request, said, call, form):
        return redirect("cms:programme", pk)
    context = {
        "programme": row,
        "title": _("取消整个活动"),
        "lead": _("每一场都取消，报名的人都会收到通知，借来的作品随即解除；取消以后不能恢复。"),
        "submit": _("取消整个活动"),
    }
    return page(request, "act.html", context, form=form)


# ------------------------------------------------------------------ the calendar


@require_safe
@planners_only
def calendar(request: HttpRequest) -> HttpResponse:
    """A month, a week or a day of a place or a room, with every clash marked and listed."""
    form = CalendarForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    today = db_today()
    day, span = given.get("day") or today, given.get("span") or "month"
    first, last = selectors.SPANS[span](day)
    shown = selectors.calendar_of(
        first, last, today=today, month=day.month if span == "month" else 0,
        place=number_or_none(given.get("place")), room=number_or_none(given.get("room")),
        most=selectors.SHOWN_A_DAY[span],
    )  # fmt: skip
    chosen = {
        "day": f"{day:%Y-%m-%d}", "span": span, "place": given.get("place", ""),
        "room": given.get("room", ""),
    }  # fmt: skip
    context = {
        "calendar": shown,
        "filters": CalendarForm(chosen, like=form),
        "first": first,
        "last": last,
        "span": span,
        "before": _on(request, first - timedelta(days=1) if span != "month" else _month(day, -1)),
        "after": _on(request, last + timedelta(days=1) if span != "month" else _month(day, 1)),
        "now": _on(request, today),
        "one_day": _query(request, span="day", day=""),
    }
    return page(request, "calendar.html", context)


def _month(day: date, way: int) -> date:
    """The first of the month before or after."""
    first = day.replace(day=1)
    return (first + timedelta(days=32 if way > 0 else -1)).replace(day=1)


def _on(request: HttpRequest, day: date) -> str:
    return _query(request, day=f"{day:%Y-%m-%d}")


def _query(request: HttpRequest, **changed: str) -> str:
    """The calendar with other choices; an empty one is left to be filled in, at the end."""
    query = request.GET.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{reverse('cms:bureau_calendar')}?{query.urlencode()}"
