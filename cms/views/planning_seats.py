"""The bureau's desk: ticket types and quotas of a programme, works of an exhibition and loans."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from appraisal.views.posting import get_or_post
from artmarket.core.errors import Invalid

from ..enums import ProgrammeKind
from ..forms.seats import (
    AddWorkForm,
    LabelForm,
    LendForm,
    QuotaForm,
    ResizeForm,
    TakeDownForm,
    TicketTypesForm,
)
from ..models import ExhibitedWork, Programme, Quota
from ..services import exhibits, seats
from .planning_frame import attempt, found_programme, page, planner, planners_only


@get_or_post
@planners_only
def programme_seats(request: HttpRequest, pk: int) -> HttpResponse:
    """Ticket types in a table, quotas in another; one size for every date that comes."""
    programme = found_programme(pk)
    what = request.POST.get("do", "") if request.method == "POST" else ""
    tickets = TicketTypesForm(
        request.POST if what == "tickets" else None, stored=programme.ticket_types.all()
    )
    resize = ResizeForm(
        request.POST if what == "resize" else None, initial={"size": programme.seats}
    )

    def set_tickets() -> None:
        terms, places = tickets.terms()
        try:
            seats.set_ticket_types(actor=planner(request), programme_id=pk, terms=terms)
        except Invalid as error:
            error.fields = {_in_row(name, places): words for name, words in error.fields.items()}
            raise

    def set_size() -> None:
        size = resize.cleaned_data["size"]
        seats.resize_quotas(actor=planner(request), programme_id=pk, size=size)

    done = (what == "tickets" and attempt(request, _("票种已保存。"), set_tickets, tickets)) or (
        what == "resize" and attempt(request, _("名额已改。"), set_size, resize)
    )
    if done:
        return redirect("cms:programme_seats", pk)
    quotas = programme.quotas.prefetch_related("sessions", "ticket_types")
    context = {"programme": programme, "tickets": tickets, "resize": resize, "quotas": quotas}
    return page(
        request, "seats.html", context, form={"tickets": tickets, "resize": resize}.get(what)
    )


def _in_row(name: str, places: list[int]) -> str:
    """The field of the form that the service's `name_1` is: empty rows are left out there."""
    column, _sign, n = name.rpartition("_")
    return f"{column}_{places[int(n)]}"


@get_or_post
@planners_only
def quota(request: HttpRequest, pk: int, quota: int | None = None) -> HttpResponse:
    """Make a quota or change one; take it away where nobody has places of it."""
    programme = found_programme(pk)
    row = Quota.objects.filter(pk=quota, programme=programme).first() if quota else None
    if quota and row is None:
        raise Http404
    form = QuotaForm(request.POST or None, programme=programme, quota=row)
    if request.method == "POST" and row and request.POST.get("do") == "remove":
        attempt(
            request, _("名额已删去。"),
            lambda: seats.remove_quota(actor=planner(request), quota_id=row.pk),
        )  # fmt: skip
        return redirect("cms:programme_seats", pk)

    def call() -> None:
        seats.set_quota(
            actor=planner(request),
            programme_id=pk,
            terms=form.terms(),
            quota_id=row.pk if row else None,
        )

    if request.method == "POST" and attempt(request, _("名额已保存。"), call, form):
        return redirect("cms:programme_seats", pk)
    return page(request, "quota.html", {"programme": programme, "quota": row}, form=form)


# ------------------------------------------------------------------ works


@get_or_post
@planners_only
def works(request: HttpRequest, pk: int) -> HttpResponse:
    """The works of an exhibition in their order, who lent them, one more by its number."""
    programme = _exhibition(pk)
    form = AddWorkForm(request.POST if "work" in request.POST else None)
    if request.method == "POST" and "move" in request.POST:
        _reorder(request, programme)
        return redirect("cms:programme_works", pk)

    def call() -> None:
        given = dict(form.cleaned_data)
        work = given.pop("work")
        exhibits.add_work(actor=planner(request), programme_id=pk, work_id=work, **given)

    if request.method == "POST" and attempt(request, _("作品已放进展览。"), call, form):
        return redirect("cms:programme_works", pk)
    rows = programme.exhibited.select_related("work", "loan_out").order_by("order", "pk")
    context = {
        "programme": programme,
        "rows": [row for row in rows if row.removed_at is None],
        "gone": [row for row in rows if row.removed_at is not None],
    }
    return page(request, "works.html", context, form=form)


def _exhibition(pk: int) -> Programme:
    programme = found_programme(pk)
    if programme.kind != ProgrammeKind.EXHIBITION:
        raise Http404
    return programme


def _reorder(request: HttpRequest, programme: Programme) -> None:
    """Move one work a place up or down: `up:12`."""
    way, _sign, asked = request.POST["move"].partition(":")
    rows = programme.exhibited.filter(removed_at=None).order_by("order", "pk")
    keys = list(rows.values_list("pk", flat=True))
    if not asked.isdigit() or int(asked) not in keys:
        return
    n = keys.index(int(asked))
    to = max(n - 1, 0) if way == "up" else min(n + 1, len(keys) - 1)
    keys.insert(to, keys.pop(n))
    attempt(
        request, _("次序已改。"),
        lambda: exhibits.order_works(
            actor=planner(request), programme_id=programme.pk, exhibited_ids=keys
        ),
    )  # fmt: skip


@get_or_post
@planners_only
def exhibited(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Label a work, lend it by its owner's consent, take it down."""
    rows = ExhibitedWork.objects.select_related("work", "programme", "loan_out")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    given = request.POST if request.method == "POST" else None
    made: dict[str, tuple[forms.Form, Any]] = {
        "label": (LabelForm(given, row=row), exhibits.label_work),
        "lend": (LendForm(given), exhibits.lend),
        "take-down": (TakeDownForm(given), exhibits.remove_work),
    }
    form, service = made[what]

    def call() -> None:
        service(actor=planner(request), exhibited_id=pk, **form.cleaned_data)

    title, lead, said = _words(what)
    if request.method == "POST" and attempt(request, said, call, form):
        return redirect("cms:programme_works", row.programme_id)
    context = {
        "programme": row.programme, "work": row.work, "title": title, "lead": lead,
        "submit": title,
    }  # fmt: skip
    return page(request, "act.html", context, form=form)


def _words(what: str) -> tuple[str, str, str]:
    """The title of the page, what follows from it, what is said when it is done."""
    return {
        "label": (_("改说明牌"), _("网页上和展厅里的说明。"), _("说明牌已改。")),
        "lend": (
            _("登记借展"),
            _("物主书面同意以后登记。展览结束以前，这件作品不能出售、质押；结束时自动解除。"),
            _("借展已登记。"),
        ),
        "take-down": (
            _("撤下作品"), _("借来的同时解除借展；撤下的仍留在记录里。"), _("作品已撤下。"),
        ),
    }[what]  # fmt: skip
