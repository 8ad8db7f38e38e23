"""The bureau's desk: the rule of a programme with its preview, single dates and their changes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from appraisal.views.posting import get_or_post, show_on
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError
from artmarket.core.punctuation import clauses

from ..enums import SessionState
from ..forms.planning import (
    CancelSessionForm,
    MoveForm,
    OtherRoomForm,
    RuleForm,
    SessionForm,
)
from ..models import Programme, Session
from ..selectors import planning as selectors
from ..services import sessions
from ..services.slots import when_words
from .planning_frame import attempt, found_programme, page, planner, planners_only


@get_or_post
@planners_only
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """How it repeats: preview the dates, then plan them."""
    programme = found_programme(pk)
    form = RuleForm(request.POST or None, programme=programme)
    shown = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "save" and _save(request, programme, form):
            return redirect("cms:programme", pk)
        if request.POST.get("do") != "save" or hasattr(form, "refusal"):
            shown = _preview(programme, form)
    context = {"programme": programme, "preview": shown}
    return page(request, "rule.html", context, form=form)


def _save(request: HttpRequest, programme: Programme, form: RuleForm) -> bool:
    made: list[sessions.Planning] = []
    given = form.cleaned_data

    def call() -> None:
        try:
            made.append(
                sessions.set_rule(
                    actor=planner(request),
                    programme_id=programme.pk,
                    rule=form.rule(),
                    first_start=given["first_start"],
                    length_minutes=form.length_minutes(),
                )
            )
        except DomainError as error:
            raise _named(error)  # noqa: B904 - the same error, with the form's names

    if not attempt(request, _("已排定。"), call, form):
        return False
    for result in made:
        words = ngettext("新排%(n)s场。", "新排%(n)s场。", result.added) % {"n": result.added}
        messages.info(request, words)
        if result.orphaned:
            dates = clauses(when_words(row.starts_at, row.ends_at) for row in result.orphaned)
            said = _("规则里已没有、因改过或有人报名而保留的场次：%(dates)s。请逐场改期或取消。")
            messages.warning(request, said % {"dates": dates})
    return True


def _named(error: DomainError) -> DomainError:
    """The same refusal with its fields as the form calls them."""
    fields = getattr(error, "fields", None)
    if fields:
        error.fields = {  # type: ignore[attr-defined]
            RuleForm.names.get(name, name): words for name, words in fields.items()
        }
    return error


def _preview(programme: Programme, form: RuleForm) -> selectors.Preview | None:
    """The dates that the form's rule has, as far as it can be followed."""
    if not form.rule() or form.errors.keys() - {"__all__"}:
        return None
    try:
        planned = sessions.planned_dates(
            sessions.normal_rule(form.rule()), form.cleaned_data["first_start"],
            form.length_minutes(), today=db_today(),
        )  # fmt: skip
    except DomainError as error:
        if not hasattr(form, "refusal"):
            form.refusal = _named(error)  # type: ignore[attr-defined]
            show_on(form, error)
        return None
    return selectors.preview(planned, programme=programme)


@get_or_post
@planners_only
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter one more date."""
    programme = found_programme(pk)
    form = SessionForm(request.POST or None, programme=programme)

    def call() -> None:
        sessions.add_session(actor=planner(request), programme_id=pk, **form.values())

    if request.method == "POST" and attempt(request, _("这一场已排上。"), call, form):
        return redirect("cms:programme", pk)
    context = {
        "programme": programme,
        "title": _("加一场"),
        "lead": _("一场一场加的，重复规则改动时不受影响。"),
        "submit": _("排上这一场"),
    }
    return page(request, "act.html", context, form=form)


def _found(pk: int) -> Session:
    rows = Session.objects.select_related("programme", "room__place")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_safe
@planners_only
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One date: what can still be done with it."""
    row = _found(pk)
    is_coming = row.starts_at > db_now()
    is_held = row.state != SessionState.CANCELLED
    context = {
        "programme": row.programme,
        "session": row,
        "when": when_words(row.starts_at, row.ends_at),
        "quotas": row.quotas.all(),
        "may_change": is_coming and is_held and row.programme.state != "cancelled",
        "may_restore": row.is_exception and row.original_start > db_now()
        and (not is_held or row.starts_at != row.original_start or _is_elsewhere(row))
        and row.programme.state != "cancelled",
    }  # fmt: skip
    return page(request, "session.html", context)


def _is_elsewhere(row: Session) -> bool:
    return row.room_id != row.programme.room_id


@get_or_post
@planners_only
def change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Move a date, cancel it, give it another room, restore it."""
    row = _found(pk)
    form = _form(request, row, what)
    services: dict[str, Any] = {
        "move": sessions.move_session, "cancel": sessions.cancel_session,
        "room": sessions.change_room, "restore": sessions.restore_session,
    }  # fmt: skip

    def call() -> None:
        given = dict(form.cleaned_data)
        if what == "room":
            given["room_id"] = int(given.pop("room") or 0) or None
        services[what](actor=planner(request), session_id=pk, **given)

    title, lead, said = _words(what)
    if request.method == "POST" and attempt(request, said, call, form):
        return redirect("cms:session", pk)
    context = {
        "programme": row.programme, "session": row, "title": title, "lead": lead, "submit": title,
        "when": when_words(row.starts_at, row.ends_at),
    }  # fmt: skip
    return page(request, "act.html", context, form=form)


def _form(request: HttpRequest, row: Session, what: str) -> forms.Form:
    given = request.POST if request.method == "POST" else None
    match what:
        case "move":
            return MoveForm(given, session=row)
        case "room":
            return OtherRoomForm(given, session=row)
        case "cancel":
            return CancelSessionForm(given)
    return forms.Form(given)


def _words(what: str) -> tuple[str, str, str]:
    """The title of the page, what follows from it, what is said when it is done."""
    told = _("报名的人会收到通知，日历随之更新。")
    return {
        "move": (_("改期"), told, _("已改期。")),
        "room": (_("换场地"), told, _("场地已换。")),
        "cancel": (_("取消这一场"), told, _("这一场已取消。")),
        "restore": (_("恢复原定安排"), told, _("已恢复原定安排。")),
    }[what]
