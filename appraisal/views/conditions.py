"""The desk of condition reports: begin one, write it, close it; thin over the services."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appraisal.condition import terms
from appraisal.condition.forms import FactsForm, FindingForm, PictureForm, StartForm
from appraisal.condition.reads import reports_of, whole_reports
from appraisal.condition.showing import (
    DrawnPicture,
    compare_address,
    drawn_pictures,
    public_address,
    shown_findings,
)
from appraisal.engine.regions import read_selector, typed
from appraisal.models import ConditionReport
from appraisal.services import condition
from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from catalog.models import Work


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """The reports of a work, and the form that begins another."""
    work = get_object_or_404(Work, pk=pk)
    if not request.user.has_perm("appraisal.write_condition", work):
        raise NotAllowed()
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report = condition.start_report(
                actor=request.user, work_id=work.pk, **form.cleaned_data
            )
        except DomainError as error:
            show_on(form, error)
        else:
            return redirect("appraisal:condition_edit", report.pk)
    rows = list(reports_of(work))
    for row in rows:
        row.work = work
    closed = [row for row in rows if not row.is_draft]
    context = {
        "work": work,
        "form": form,
        "reports": [_row(row) for row in rows],
        "draft": next((row for row in rows if row.is_draft), None),
        "compare_url": compare_address(closed[1], closed[0]) if len(closed) > 1 else "",
        "is_registrar": request.user.has_perm("catalog.review_desk"),
    }
    return render(
        request, "appraisal/condition/desk.html", context, status=422 if form.errors else 200
    )


def _row(report: ConditionReport) -> dict[str, Any]:
    return {
        "row": report,
        "grade": terms.words(terms.GRADES, report.grade) if report.grade else "",
        "url": "" if report.is_draft else public_address(report),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor of a draft; each form of it says in `do` what it does."""
    report = get_object_or_404(whole_reports(), pk=pk)
    may_discard = request.user.has_perm("appraisal.discard_condition", report)
    may_write = request.user.has_perm("appraisal.edit_condition", report)
    if not (may_write or may_discard):
        raise NotAllowed()
    if request.method == "POST":
        act = ACTIONS.get(request.POST.get("do", ""))
        if act is None:
            raise Http404
        if act is not _discard and not may_write:
            raise NotAllowed()
        return act(request, report)
    if not report.is_draft:
        return redirect(public_address(report))
    return _editor(request, report)


def _editor(request: HttpRequest, report: ConditionReport, **given: forms.Form) -> HttpResponse:
    pictures = drawn_pictures(report)
    row = _asked_finding(request, report)
    shown = _shown_picture(request, pictures, given.get("finding"), row)
    initial = {"picture": str(shown.key) if shown else "", "severity": "slight", "extent": "local"}
    if row is not None:
        region = typed(read_selector(row.region)) if row.region else ""
        initial = FindingForm.values(row, region)
    bound = any(form.errors for form in given.values())
    context = {
        "report": report,
        "work": report.work,
        "pictures": pictures,
        "shown": shown,
        "findings": shown_findings(report),
        "editing": row,
        "facts_form": given.get("facts") or FactsForm.of(report),
        "finding_form": given.get("finding") or FindingForm(report=report, initial=initial),
        "picture_form": given.get("picture") or PictureForm(prefix="photo"),
        "may_write": request.user.has_perm("appraisal.edit_condition", report),
        "needs_two": condition.is_handover(report.purpose),
        "is_registrar": request.user.has_perm("catalog.review_desk"),
    }
    return render(request, "appraisal/condition/edit.html", context, status=422 if bound else 200)


def _asked_finding(request: HttpRequest, report: ConditionReport) -> Any:
    """The finding that is being written anew, by ?finding= or the form's own number."""
    number = request.POST.get("number") or request.GET.get("finding") or ""
    return next((f for f in report.findings.all() if str(f.number) == number), None)


def _shown_picture(
    request: HttpRequest, pictures: list[DrawnPicture], form: forms.Form | None, row: Any
) -> DrawnPicture | None:
    """The picture that is drawn on: that of the form, of the finding, asked for, or the first."""
    wanted = request.GET.get("picture", "")
    if row is not None and row.picture_id and not wanted:
        wanted = str(row.picture_id)
    if form is not None:
        wanted = form.data.get("picture") or wanted
    first = pictures[0] if pictures else None
    return next((picture for picture in pictures if str(picture.key) == wanted), first)


# ------------------------------------------------------------------ what the editor does


def _save_finding(request: HttpRequest, report: ConditionReport) -> HttpResponse:
    form = FindingForm(request.POST, report=report)
    if form.is_valid():
        try:
            row = condition.save_finding(
                actor=request.user,
                report_id=report.pk,
                finding=form.finding(),
                number=_number(request),
            )
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("第%(n)d项已保存。") % {"n": row.number})
            return _to_editor(report, picture=row.picture_id)
    return _editor(request, report, finding=form)


def _remove_finding(request: HttpRequest, report: ConditionReport) -> HttpResponse:
    condition.remove_finding(actor=request.user, report_id=report.pk, number=_number(request) or 0)
    messages.success(request, _("已删除。"))
    return _to_editor(report)


def _number(request: HttpRequest) -> int | None:
    """The number that a form speaks of; None for a new finding, 0 for what is no number."""
    text = request.POST.get("number", "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _save_facts(request: HttpRequest, report: ConditionReport) -> HttpResponse:
    """Save the head, and close the report where that was pressed."""
    form = FactsForm(request.POST)
    if not form.is_valid():
        return _editor(request, report, facts=form)
    try:
        condition.save_facts(actor=request.user, report_id=report.pk, facts=form.facts())
        if "close" in request.POST:
            closed = condition.close_report(actor=request.user, report_id=report.pk)
            messages.success(request, _("报告已定稿。"))
            return redirect(public_address(closed))
    except Invalid as error:
        show_on(form, error)
        return _editor(request, report, facts=form)
    messages.success(request, _("已保存。"))
    return _to_editor(report)


def _add_picture(request: HttpRequest, report: ConditionReport) -> HttpResponse:
    form = PictureForm(request.POST, request.FILES, prefix="photo")
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            row = condition.take_picture(
                actor=request.user,
                report_id=report.pk,
                file=upload,
                name=upload.name,
                view=form.cleaned_data["view"],
            )
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("照片已加入，正在生成公开的图。"))
            return _to_editor(report, picture=row.pk)
    return _editor(request, report, picture=form)


def _discard(request: HttpRequest, report: ConditionReport) -> HttpResponse:
    work_id = report.work_id
    condition.discard_report(actor=request.user, report_id=report.pk)
    messages.success(request, _("草稿已放弃。"))
    return redirect("appraisal:condition_desk", work_id)


ACTIONS: dict[str, Callable[[HttpRequest, ConditionReport], HttpResponse]] = {
    "finding": _save_finding,
    "remove": _remove_finding,
    "facts": _save_facts,
    "picture": _add_picture,
    "discard": _discard,
}


def _to_editor(report: ConditionReport, picture: int | None = None) -> HttpResponse:
    response = redirect("appraisal:condition_edit", report.pk)
    if picture:
        response["Location"] += f"?picture={picture}"
    return response


def show_on(form: forms.Form, error: DomainError) -> None:
    """Put a refusal where the person typed; nothing typed is lost."""
    fields = error.fields if isinstance(error, Invalid) else {}
    for name, words in fields.items():
        form.add_error(name if name in form.fields else None, str(words))
    if not fields:
        form.add_error(None, " ".join(filter(None, (str(error), str(error.hint)))))
