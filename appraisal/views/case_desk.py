"""The registrar's desk of cases: the queue, one case from acceptance to the file, the experts.

Thin. One address a case; what a form asks for stands in its field `do`.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appraisal.cases import forms as case_forms
from appraisal.cases import pages as case_pages
from appraisal.cases import reads as case_reads
from appraisal.cases import showing as case_showing
from appraisal.cases.expert_forms import CONFLICTS, RevokeForm
from appraisal.enums import Outcome, ResultState, Stage
from appraisal.models import AppraisalCase
from appraisal.services import (
    appraisers,
    cases,
    counting,
    disputes,
    inspections,
    opinions,
    panels,
    results,
)
from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_now
from artmarket.core.errors import NotAllowed

from .cases import SHOWN, add_document, common, for_pages
from .evidence import add_evidence
from .posting import attempt, get_or_post

# Functions (result, request) -> {"url": …, "label": …} or None: what follows from a signed result.
result_actions: list[Any] = []


def registrar_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for registrars."""

    @wraps(view)
    @signed_in
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("appraisal.case_desk"):
            raise NotAllowed()
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@registrar_required
def queue(request: HttpRequest) -> HttpResponse:
    """Cases by the term of whoever must act, filtered."""
    now = db_now()
    user: Any = request.user
    rows = list(case_reads.registrar_queue(user).prefetch_related("results")[:SHOWN])
    chosen = request.GET.get("show", "")
    filters: dict[str, tuple[str, Callable[[AppraisalCase], bool]]] = {
        "": (_("全部"), lambda row: True),
        "registrar": (_("等登记员"), case_pages.waits_for_registrar),
        "late": (_("逾期"), lambda row: bool(row.due_at and row.due_at < now)),
        "dispute": (_("异议"), lambda row: row.stage == Stage.DISPUTE),
    }
    if chosen not in filters:
        chosen = ""
    counts = {key: sum(map(keeps, rows)) for key, (_words, keeps) in filters.items()}
    address = reverse("appraisal:queue")
    context = {
        "rows": [case_pages.row_of(row, now) for row in rows if filters[chosen][1](row)],
        "chips": [
            {
                "label": words, "url": f"{address}?show={key}" if key else address,
                "count": counts[key], "current": key == chosen,
            }
            for key, (words, _keeps) in filters.items()
        ],
        "figures": {
            "registrar": counts["registrar"], "late": counts["late"], "open": counts[""],
            "disputes": counts["dispute"],
        },
    }  # fmt: skip
    return render(request, "appraisal/cases/queue.html", context)


@get_or_post
@never_cache
@registrar_required
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    """One case with everything that can be done to it now."""
    found = get_object_or_404(for_pages(), pk=pk)
    if not request.user.has_perm("appraisal.view_case", found):
        raise NotAllowed()
    makers = _makers(found, request.user)
    forms = _forms(makers)
    if request.method == "POST":
        if _done(request, found, makers, forms):
            return redirect("appraisal:manage", pk)
        found = get_object_or_404(for_pages(), pk=pk)
    return _page(request, found, forms)


def _makers(found: AppraisalCase, actor: Any) -> dict[str, Callable[..., Form]]:
    """How each form of the page is made; its prefix is its name."""
    seats = panels.active_seats(found).select_related("opinion")
    named = [(seat, case_showing.expert_name(seat.expert)) for seat in seats]
    silent = [(str(seat.pk), name) for seat, name in named if not hasattr(seat, "opinion")]
    given = [(str(seat.opinion.pk), name) for seat, name in named if hasattr(seat, "opinion")]
    others = [(str(seat.pk), name) for seat, name in named if not seat.is_chair]
    return {
        "accept": partial(
            case_forms.AcceptForm, case=found, categories=case_pages.category_choices()
        ),
        "refuse": case_forms.ReasonForm,
        "fee": case_forms.FeeForm,
        "name": partial(case_forms.ExpertForm, experts=case_pages.expert_choices(found)),
        "end_seat": partial(case_forms.SeatForm, seats=silent),
        "chair": partial(case_forms.ChairForm, seats=others),
        "void": partial(case_forms.VoidForm, seats=given, conflicts=list(CONFLICTS.items())),
        "inspection": partial(
            case_forms.InspectionForm, persons=case_pages.persons_of(found, actor)
        ),
        "evidence": partial(case_forms.EvidenceForm, inspections=found.inspections.all()),
        "document": case_forms.DocumentForm,
        "decide": case_forms.DisputeDecisionForm,
        "revoke": RevokeForm,
    }


def _forms(makers: dict[str, Callable[..., Form]]) -> dict[str, Form]:
    return {name: make(prefix=name) for name, make in makers.items()}


def _done(
    request: HttpRequest,
    found: AppraisalCase,
    makers: dict[str, Callable[..., Form]],
    forms: dict[str, Form],
) -> bool:
    do = request.POST.get("do", "")
    actor: Any = request.user
    if do in ("begin", "sign", "file"):
        plain: dict[str, tuple[str, Callable[[], Any]]] = {
            "begin": (
                _("鉴定开始，专家可以看到图片和证据。"),
                partial(cases.begin_examination, actor=actor, case_id=found.pk),
            ),
            "sign": (
                _("已签署。"),
                lambda: results.sign_result(actor=actor, result_id=_result_of(found)),
            ),
            "file": (_("已归档。"), partial(cases.file_case, actor=actor, case_id=found.pk)),
        }
        attempt(request, *plain[do])
        return True
    if do not in forms:
        raise Http404
    form = forms[do] = makers[do](request.POST, request.FILES, prefix=do)
    said, call = _calls(actor, found, form)[do]
    return attempt(request, said, call, form)


def _calls(
    actor: Any, found: AppraisalCase, form: Form
) -> dict[str, tuple[str, Callable[[], Any]]]:
    """What each form does, with the words that say it is done."""
    pk = found.pk

    def given(name: str) -> Any:
        return form.cleaned_data[name]

    return {
        "accept": (
            _("已受理，合同已发给委托人。"),
            lambda: cases.accept_case(
                actor=actor, case_id=pk, terms=cases.Acceptance(**form.cleaned_data)
            ),
        ),
        "refuse": (
            _("已记下，委托人看得到理由。"),
            lambda: cases.refuse_case(actor=actor, case_id=pk, reason=given("reason")),
        ),
        "fee": (
            _("收款已记录。"),
            lambda: cases.record_fee(actor=actor, case_id=pk, reference=given("reference")),
        ),
        "name": (
            _("已指定，等他声明有没有利益冲突。"),
            lambda: panels.name_expert(
                actor=actor,
                case_id=pk,
                appraiser_id=int(given("expert")),
                is_chair=given("is_chair"),
            ),
        ),
        "chair": (
            _("组长已指定。"),
            lambda: panels.appoint_chair(actor=actor, case_id=pk, seat_id=int(given("seat"))),
        ),
        "end_seat": (
            _("这一席已结束。"),
            lambda: panels.end_seat(
                actor=actor, seat_id=int(given("seat")), reason=given("reason")
            ),
        ),
        "void": (
            _("意见已作废并留存。"),
            lambda: opinions.void_opinion(
                actor=actor,
                opinion_id=int(given("seat")),
                conflict=given("conflict"),
                reason=given("reason"),
            ),
        ),
        "inspection": (
            _("查验已记录。"),
            lambda: inspections.record_inspection(
                actor=actor,
                case_id=pk,
                **form.cleaned_data | {"persons": [int(key) for key in given("persons")]},
            ),
        ),
        "evidence": (
            _("证据已加进案卷。"),
            lambda: add_evidence(actor, pk, form),
        ),
        "document": (
            _("材料已收下。"),
            lambda: add_document(actor, pk, form),
        ),
        "decide": (
            _("异议已处置，提出的人看得到答复。"),
            lambda: disputes.decide_dispute(
                actor=actor, dispute_id=_dispute_of(found), **form.cleaned_data
            ),
        ),
        "revoke": (
            _("结果已撤销，公开页面写明日期。"),
            lambda: results.revoke_result(
                actor=actor, result_id=_result_of(found), reason=given("reason")
            ),
        ),
    }


def _result_of(found: AppraisalCase) -> int:
    return get_object_or_404(found.results, round=found.round).pk


def _dispute_of(found: AppraisalCase) -> int:
    return get_object_or_404(found.disputes, decided_at__isnull=True).pk


def _page(request: HttpRequest, found: AppraisalCase, forms: dict[str, Form]) -> HttpResponse:
    user: Any = request.user
    rows = case_showing.results_for(user, found)
    may = _may(user, found, rows)
    candidates, elsewhere = case_pages.candidates_of(found) if may["name"] else ([], 0)
    handles = may["handle"] or may["decide"]
    seats = case_reads.seats_for(user, found) if handles else []
    context = common(request, found) | {
        "forms": forms,
        "own": not handles,
        "can": may,
        "seats": [case_pages.seat_shown(seat) for seat in seats],
        "candidates": candidates,
        "elsewhere": elsewhere,
        "panel_faults": case_pages.panel_fault_words(found) if may["begin"] else [],
        "opinions": [
            case_showing.opinion_shown(row) for row in case_reads.opinions_for(user, found)
        ],
        "results": rows,
        "result_links": [
            link
            for row in rows
            for action in result_actions
            if (link := action(row["row"], request))
        ],
        "disputes": list(found.disputes.all()),
        "valuations": case_showing.valuations_of_case(found) if handles else [],
        "prices": case_pages.price_rows() if may["accept"] else [],
        **case_pages.proof_of(found, user, names=handles),
    }
    wrong = any(form.errors for form in forms.values() if form.is_bound)
    return render(request, "appraisal/cases/manage.html", context, status=422 if wrong else 200)


def _may(user: Any, found: AppraisalCase, rows: list[dict[str, Any]]) -> dict[str, bool]:
    """Which forms the page shows; the services decide again."""
    handle = user.has_perm("appraisal.handle_case", found)
    decide = user.has_perm("appraisal.decide_dispute", found)
    stage, is_open = found.stage, found.closed_at is None
    latest = rows[0]["row"] if rows and rows[0]["row"].round == found.round else None
    signers = {s.signer_id for s in latest.signatures.all()} if latest else set()
    began = panels.is_at_work(found)
    panel = handle and stage in (Stage.ACCEPTANCE, Stage.EXAMINATION)
    is_short = panels.active_seats(found).count() < (found.panel_size or 0)
    task = case_reads.who_must_act(found).task
    undecided = bool(found.opinions_opened_at) and not _is_decided(found)
    agreed, paid = bool(found.contract_agreed_at), bool(found.fee_received_at)
    return {
        "handle": handle,
        "accept": handle and stage == Stage.REQUEST,
        "refuse_late": handle and is_open and stage != Stage.REQUEST,
        "fee": handle and stage == Stage.ACCEPTANCE and agreed and not paid,
        "name": panel and (is_short or task == "panel" or undecided),
        "chair": panel and panels.active_seats(found).filter(is_chair=False).exists(),
        "begin": panel and paid and not began,
        "end_seat": panel,
        "void": handle and is_open and stage not in (Stage.REQUEST, Stage.ACCEPTANCE),
        "inspect": panel,
        "add": handle and is_open,
        "sign": handle
        and stage == Stage.RESULT
        and latest is not None
        and latest.state == ResultState.PROPOSED
        and user.pk not in signers,
        "file": handle and task == "file",
        "revoke": decide
        and latest is not None
        and latest.state in (ResultState.SIGNED, ResultState.SUSPENDED),
        "decide": decide and stage == Stage.DISPUTE,
    }


def _is_decided(found: AppraisalCase) -> bool:
    return counting.found_by(found).outcome == Outcome.DECIDED.value


@get_or_post
@registrar_required
def experts(request: HttpRequest) -> HttpResponse:
    """Who may sit on panels, and the form to confirm another."""
    make = partial(case_forms.AppraiserForm, categories=case_pages.category_choices())
    rows = case_pages.appraiser_rows()
    active = [(str(r["row"].pk), r["name"]) for r in rows if r["row"].ended_at is None]
    make_end = partial(case_forms.SeatForm, seats=active)
    form, end = make(), make_end(prefix="end")
    actor: Any = request.user
    if request.method == "POST":
        if request.POST.get("do") == "end":
            end = make_end(request.POST, prefix="end")
            if attempt(
                request, _("不再指定他；已有的席位和意见不变。"),
                lambda: appraisers.end_appraiser(
                    actor=actor, appraiser_id=int(end.cleaned_data["seat"]),
                    reason=end.cleaned_data["reason"],
                ),
                end,
            ):  # fmt: skip
                return redirect("appraisal:appraisers")
        else:
            form = make(request.POST)
            if attempt(
                request, _("已登记，可以指定进专家组。"), lambda: _confirm(actor, form), form
            ):
                return redirect("appraisal:appraisers")
    context = {"rows": rows, "form": form, "end": end}
    status = 422 if form.errors or end.errors else 200
    return render(request, "appraisal/cases/appraisers.html", context, status=status)


def _confirm(actor: Any, form: Form) -> None:
    given = dict(form.cleaned_data)
    person = given.pop("email")
    given["periods"] = tuple((first, last) for first, last in given["periods"])
    given["categories"] = tuple(given["categories"])
    appraisers.confirm_appraiser(actor=actor, user=person, given=appraisers.Qualification(**given))
