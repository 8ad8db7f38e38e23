"""What is read of closed condition reports: page, comparison, paper, annotations, signed text."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from appraisal.condition import terms
from appraisal.condition.annotations import annotation_page
from appraisal.condition.forms import SignForm
from appraisal.condition.pdf import report_file
from appraisal.condition.reads import (
    closed_reports,
    comparison_of,
    is_handed_over,
    picture_pairs,
    whole_reports,
)
from appraisal.condition.showing import (
    compare_address,
    difference_rows,
    drawn_picture,
    drawn_pictures,
    public_address,
    shown_findings,
    summary_of,
)
from appraisal.condition.text import as_finding
from appraisal.models import ConditionReport
from appraisal.services import condition
from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError, NotAllowed
from catalog.engine.log import canonical_json

from .conditions import show_on

ANNOTATIONS = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"; charset=utf-8'


def _report(request: HttpRequest, number: str, serial: int) -> ConditionReport:
    """The closed report, for whoever may read it; for others there is none."""
    row = whole_reports().closed().filter(work__number=number, serial=serial).first()
    if row is None or not request.user.has_perm("appraisal.view_condition", row):
        raise Http404(_("没有这份报告，或者它没有公开。"))
    return row


@require_safe
def report(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """One closed report: pictures with their regions, findings, signatures, digest."""
    return _page(request, _report(request, number, serial))


def _page(request: HttpRequest, row: ConditionReport, form: SignForm | None = None) -> HttpResponse:
    is_whole = request.user.has_perm("appraisal.view_condition_whole", row)
    signed = {s.signer_id for s in row.signatures.all()}
    may_sign = (
        row.counterparty_id is not None
        and request.user.pk not in signed
        and request.user.has_perm("appraisal.sign_condition", row)
    )
    earlier = [r for r in closed_reports(row.work) if r.serial < row.serial]
    for other in earlier:
        other.work = row.work
    context = {
        "report": row,
        "work": row.work,
        "grade": terms.words(terms.GRADES, row.grade),
        "summary": summary_of(row),
        "pictures": drawn_pictures(row),
        "findings": shown_findings(row),
        "is_whole": is_whole,
        "signatures": row.signatures.all(),
        "is_handover": row.counterparty_id is not None,
        "is_handed_over": is_handed_over(row),
        "sign_form": (form or SignForm(initial={"digest": row.digest})) if may_sign else None,
        "compare": [(r, compare_address(r, row)) for r in earlier],
        "trail": _trail(row),
    }
    status = 422 if form and form.errors else 200
    return render(request, "appraisal/condition/report.html", context, status=status)


def _trail(row: ConditionReport, last: str = "") -> list[tuple[Any, str]]:
    name = _("状况报告第%(n)d号") % {"n": row.serial}
    trail: list[tuple[Any, str]] = [
        (row.work.display_title, row.work.get_absolute_url()),
        (name, public_address(row) if last else ""),
    ]
    return [*trail, (last, "")] if last else trail


@require_POST
@signed_in
def sign(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """Sign the handover."""
    row = _report(request, number, serial)
    if not request.user.has_perm("appraisal.sign_condition", row):
        raise NotAllowed()
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            condition.sign_handover(
                actor=request.user,
                report_id=row.pk,
                digest=form.cleaned_data["digest"],
                remark=form.cleaned_data["remark"],
            )
        except DomainError as error:
            show_on(form, error)
        else:
            messages.success(request, _("已签字。"))
            return redirect(public_address(row))
    return _page(request, row, form)


@require_safe
def compare(request: HttpRequest, number: str, serial: int, other: int) -> HttpResponse:
    """Two reports side by side, the earlier one on the left, and what changed."""
    if serial == other:
        raise Http404
    first, second = sorted((serial, other))
    before, after = _report(request, number, first), _report(request, number, second)
    pairs = picture_pairs(before, after)
    wanted = request.GET.get("pair", "1")
    place = int(wanted) if wanted.isdecimal() and 1 <= int(wanted[:4]) <= len(pairs) else 1
    pair = pairs[place - 1] if pairs else None
    comparison = comparison_of(before, after)
    context: dict[str, Any] = {
        "work": after.work,
        "before": before,
        "after": after,
        "grades": [terms.words(terms.GRADES, row.grade) for row in (before, after)],
        "pairs": [
            {"n": n, "label": p.after.get_view_display(), "current": n == place}
            for n, p in enumerate(pairs, start=1)
        ],
        "pair": pair,
        "differences": difference_rows(comparison),
        "is_same": comparison.is_same,
        "trail": _trail(after, _("与第%(n)d号比较") % {"n": before.serial}),
    }
    if pair:
        context["left"] = drawn_picture(pair.before, map(as_finding, before.findings.all()))
        context["right"] = drawn_picture(pair.after, map(as_finding, after.findings.all()))
    return render(request, "appraisal/condition/compare.html", context)


@require_safe
def annotations(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """The findings as a W3C Web Annotation page; only what everybody may read."""
    data = annotation_page(_report(request, number, serial))
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type=ANNOTATIONS)


@require_safe
def statement(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """The canonical text whose SHA-256 the public log has, byte by byte."""
    row = _report(request, number, serial)
    return HttpResponse(canonical_json(row.statement), content_type="application/json")


@require_safe
def paper(request: HttpRequest, number: str, serial: int) -> HttpResponse:
    """The report as PDF in the language of the page; names only for those who may see them."""
    row = _report(request, number, serial)
    is_whole = request.user.has_perm("appraisal.view_condition_whole", row)
    response = HttpResponse(report_file(row, is_whole=is_whole), content_type="application/pdf")
    name = f"condition-{row.work.number}-{row.serial}.pdf"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store" if is_whole else "no-cache"
    return response
