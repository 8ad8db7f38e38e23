"""The lender's reports: concentration, stress, and all that a bank asks for. Thin."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.errors import Invalid, NotAllowed
from artmarket.rulebook import cite

from .. import law, rule_values
from ..forms.reports import DaysForm
from ..models import Lender
from ..reports import Period, Report, all_reports, find
from ..reports.book import book_of, lender_on
from ..reports.chart import chart_of
from ..reports.risk import cny, concentration_of, stress_of
from ..reports.risk_tables import (
    assumptions,
    left_out,
    reverse_words,
    stress_facts,
    stress_grids,
    tables_of,
)
from ..selectors.reporting import readable_lenders
from ..services.reporting import FORMATS, export_report, read_report
from .lender_rooms import lender_rooms


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page was asked for; `lender` None: an operator, and there is no lender yet."""

    form: DaysForm
    lender: Lender | None
    period: Period | None

    @property
    def query(self) -> str:
        """The days as they stand in an address, so that the same address gives the same again."""
        if self.lender is None or self.period is None:
            return ""
        days = {name: getattr(self.period, name).isoformat() for name in ("on", "known", "since")}
        return urlencode({"lender": self.lender.pk, **days})


def _asked(request: HttpRequest, *, since: bool = False) -> Asked:
    """Raises `NotAllowed` for whoever works for no lender and is no operator."""
    user: Any = request.user
    lenders = readable_lenders(user)
    if lenders is None:
        raise NotAllowed()
    form = DaysForm(request.GET, lenders=lenders, since=since)
    if not form.is_valid():
        return Asked(form, None, None)
    return Asked(form, form.chosen, form.cleaned_data["period"])


def _context(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    is_own = asked.lender is not None and request.user.has_perm(
        "pledges.work_for_lender", asked.lender
    )
    return {
        "form": asked.form, "lender": asked.lender, "period": asked.period, "query": asked.query,
        "rooms": lender_rooms(request, asked.lender if is_own else None),
    }  # fmt: skip


@require_safe
@signed_in
def concentration(request: HttpRequest) -> HttpResponse:
    """How much stands on one name, against the limits."""
    asked = _asked(request)
    context = _context(request, asked)
    if asked.lender and asked.period:
        lender = lender_on(asked.lender, asked.period)
        found = concentration_of(lender, book_of(lender, asked.period), asked.period)
        of_law = law.one_borrower(lender.kind, on=asked.period.on)
        rules = [*([of_law[1]] if of_law else []), rule_values.CONCENTRATION]
        context |= {
            "found": found, "tables": tables_of(found), "left_out": left_out(found.elsewhere),
            "total": cny(found.total), "capital": cny(found.capital),
            "bare": cny(found.bare), "rules": [cite(r, on=asked.period.on) for r in rules],
        }  # fmt: skip
    return render(request, "pledges/reports/concentration.html", context)


@require_safe
@signed_in
def stress(request: HttpRequest) -> HttpResponse:
    """The stress grid, drawn and in figures, and the reverse stress."""
    asked = _asked(request)
    context = _context(request, asked)
    if asked.lender and asked.period:
        lender = lender_on(asked.lender, asked.period)
        found = stress_of(lender, book_of(lender, asked.period), asked.period)
        context |= {
            "found": found, "chart": chart_of(found), "grids": stress_grids(found),
            "facts": stress_facts(found), "assumptions": assumptions(asked.period),
            "reverse": reverse_words(found), "debt": cny(found.debt),
            "unknown": cny(found.unknown), "capital": cny(found.capital),
        }  # fmt: skip
    return render(request, "pledges/reports/stress.html", context)


@require_safe
@signed_in
def reports(request: HttpRequest) -> HttpResponse:
    """All reports, for the days that are chosen."""
    asked = _asked(request, since=True)
    context = _context(request, asked) | {"reports": all_reports()}
    return render(request, "pledges/reports/reports.html", context)


@require_safe
@signed_in
def report(request: HttpRequest, code: str) -> HttpResponse:
    """One report."""
    found = _find(code)
    asked = _asked(request, since=found.since)
    context = _context(request, asked) | {"report": found}
    if asked.lender and asked.period:
        actor: Any = request.user
        context["tables"] = read_report(
            actor=actor, lender=asked.lender, report=found, period=asked.period
        )
    return render(request, "pledges/reports/report.html", context)


@require_safe
@signed_in
def report_file(request: HttpRequest, code: str, format: str) -> HttpResponse:
    """The same as a file."""
    found = _find(code)
    if format not in FORMATS:
        raise Http404
    asked = _asked(request, since=found.since)
    if asked.period is None:
        raise Invalid(fields={n: str(e[0]) for n, e in asked.form.errors.items()})
    if asked.lender is None:
        raise Http404
    actor: Any = request.user
    file = export_report(
        actor=actor, lender_id=asked.lender.pk, code=code, period=asked.period, format=format
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)


def _find(code: str) -> Report:
    found = find(code)
    if found is None:
        raise Http404
    return found
