"""The appraiser's desk: what is due, the declaration before anything is shown, the opinion.

Thin. Whoever has no seat finds no case here; an opinion of others is shown when the reads say so.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appraisal.cases import desk_pages
from appraisal.cases import pages as case_pages
from appraisal.cases import reads as case_reads
from appraisal.cases import showing as case_showing
from appraisal.cases.expert_forms import ConcludeForm, DeclareForm, OpinionForm, filled
from appraisal.cases.forms import EvidenceForm
from appraisal.cases.valuation_forms import WholeValuation
from appraisal.enums import ResultState, Stage
from appraisal.models import Appraiser, PanelSeat, Valuation
from appraisal.services import opinions, panels, results, valuations
from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError, NotAllowed
from catalog import pages, selectors
from catalog.models import Work

from .cases import SHOWN, for_pages
from .evidence import add_evidence
from .posting import attempt, get_or_post, show_on

__all__ = ["desk", "own_valuations", "seat", "value"]


def appraiser_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for those with the role of an appraiser."""

    @wraps(view)
    @signed_in
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.has_role("appraiser"):
            raise NotAllowed()
        return view(request, *args, **kwargs)

    return wrapped


def _own_seat(request: HttpRequest, pk: int) -> PanelSeat:
    """A seat of one's own, also one that ended; any other does not exist for him."""
    rows = PanelSeat.objects.select_related(
        "expert__user", "case__work", "case__follows", "opinion"
    )
    found = get_object_or_404(rows, pk=pk)
    if found.expert.user_id != request.user.pk:
        raise Http404
    return found


@require_safe
@appraiser_required
def desk(request: HttpRequest) -> HttpResponse:
    """What is due, what waits for others, what is done; and how long one's licence runs."""
    user: Any = request.user
    now = db_now()
    own = Appraiser.objects.filter(user=user, ended_at__isnull=True).first()
    context = desk_pages.desk_of(list(desk_pages.own_seats(user)[:SHOWN]), user, now) | {
        "appraiser": own,
        "licence": desk_pages.licence_shown(user, db_today()),
    }
    return render(request, "appraisal/cases/desk.html", context)


@get_or_post
@never_cache
@appraiser_required
def seat(request: HttpRequest, pk: int) -> HttpResponse:
    """One seat: first the declaration, then the examination."""
    found = _own_seat(request, pk)
    if found.declared_at is None and found.ended_at is None:
        return _declare(request, found)
    if found.ended_at is not None:
        messages.info(request, _("你在这个案卷里的席位已经结束。"))
        return redirect("appraisal:desk")
    return _examine(request, found)


def _declare(request: HttpRequest, found: PanelSeat) -> HttpResponse:
    actor: Any = request.user
    form = DeclareForm(request.POST if request.POST.get("do") == "declare" else None)
    if form.is_bound and attempt(
        request, _("声明已记下。"),
        lambda: panels.declare(actor=actor, seat_id=found.pk, **form.cleaned_data),
        form,
    ):  # fmt: skip
        return redirect("appraisal:seat", found.pk)
    work = found.case.work
    context = {
        "case": found.case,
        "work": work,
        "maker": selectors.maker_words(work),
        "category": case_pages.categories_words([found.case.category]),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "appraisal/cases/declare.html", context, status=status)


# ------------------------------------------------------------------ examination


def _makers(work: Work) -> list[tuple[str, str]]:
    """Whom the record names, each once."""
    return list({str(a.artist_id): a.artist.display_name for a in work.attributions.all()}.items())


def _opinion_form(found: PanelSeat, work: Work, data: Any = None) -> OpinionForm:
    makers = _makers(work)
    evidence = [
        (str(row.pk), f"{row.get_kind_display()} {row.finding[:60]}".strip())
        for row in case_reads.evidence_for(found.expert.user, found.case)
    ]
    initial = filled(found.draft, makers) if found.draft else {}
    return OpinionForm(data, makers=makers, evidence=evidence, initial=initial)


def _examine(request: HttpRequest, found: PanelSeat) -> HttpResponse:
    work = get_object_or_404(selectors.works_for_page(), pk=found.case.work_id)
    form = _opinion_form(found, work)
    forms: dict[str, Any] = {
        "conclude": ConcludeForm(prefix="c", initial=desk_pages.summary_of(found)),
        "evidence": EvidenceForm(prefix="e", inspections=found.case.inspections.all()),
    }
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do in ("draft", "check", "submit"):
            form = _opinion_form(found, work, request.POST)
            answer = _opine(request, found, work, form, do)
            if answer is not None:
                return answer
        elif do == "sign":
            _sign(request, found)
            return redirect("appraisal:seat", found.pk)
        elif do == "conclude":
            forms[do] = ConcludeForm(request.POST, prefix="c")
            if _conclude(request, found, forms[do]):
                return redirect("appraisal:seat", found.pk)
        elif do == "evidence":
            forms[do] = EvidenceForm(
                request.POST, request.FILES, prefix="e", inspections=found.case.inspections.all()
            )
            if _add_evidence(request, found, forms[do]):
                return redirect("appraisal:seat", found.pk)
        else:
            raise Http404
    elif "check" in request.GET and (asked := _asked_once_more(request, found, work)):
        return asked
    return _examination(request, _own_seat(request, found.pk), work, form, forms)


def _opine(
    request: HttpRequest, found: PanelSeat, work: Work, form: OpinionForm, do: str
) -> HttpResponse | None:
    """Save the draft; ask once more; submit. None: the form is to be shown again."""
    actor: Any = request.user
    if not form.is_valid():
        return None
    if do == "submit":
        given = desk_pages.opinion_given(form)
        if attempt(
            request, _("意见已提交并封存，交齐以后一起打开。"),
            lambda: opinions.submit_opinion(actor=actor, seat_id=found.pk, opinion=given), form,
        ):  # fmt: skip
            return redirect("appraisal:seat", found.pk)
        if not _is_in(found):
            return None
        messages.warning(request, _("这份意见已经提交，不能再改。"))
        return redirect("appraisal:seat", found.pk)
    try:
        opinions.save_draft(actor=actor, seat_id=found.pk, draft=form.draft())
    except NotAllowed:
        raise
    except DomainError as error:
        show_on(form, error)
        return None
    if do == "draft":
        messages.success(request, _("草稿已保存，只有你看得到。"))
        return redirect("appraisal:seat", found.pk)
    return redirect(f"{reverse('appraisal:seat', args=[found.pk])}?check=1")


def _asked_once_more(request: HttpRequest, found: PanelSeat, work: Work) -> HttpResponse | None:
    """The opinion as it was drafted, before it is sealed; None where there is none to submit."""
    if not found.draft or hasattr(found, "opinion") or found.case.stage != Stage.EXAMINATION:
        return None
    form = _opinion_form(found, work, filled(found.draft, _makers(work)))
    if not form.is_valid():
        return None
    context = {
        "case": found.case,
        "work": work,
        "seat": found,
        "shown": desk_pages.opinion_words(form),
        "hidden": desk_pages.hidden_fields(form),
    }
    return render(request, "appraisal/cases/confirm_opinion.html", context)


def _is_in(found: PanelSeat) -> bool:
    return PanelSeat.objects.filter(pk=found.pk, opinion__isnull=False).exists()


def _sign(request: HttpRequest, found: PanelSeat) -> None:
    actor: Any = request.user
    result = get_object_or_404(found.case.results, round=found.round)
    attempt(request, _("已签署。"), lambda: results.sign_result(actor=actor, result_id=result.pk))


def _conclude(request: HttpRequest, found: PanelSeat, form: ConcludeForm) -> bool:
    actor: Any = request.user
    return attempt(
        request, _("已汇总。签署以后公开。"),
        lambda: results.conclude(
            actor=actor, case_id=found.case_id, summary=results.Summary(**form.cleaned_data)
        ),
        form,
    )  # fmt: skip


def _add_evidence(request: HttpRequest, found: PanelSeat, form: EvidenceForm) -> bool:
    return attempt(
        request, _("证据已加进案卷，意见打开以前只有你看得到。"),
        lambda: add_evidence(request.user, found.case_id, form), form,
    )  # fmt: skip


def _examination(
    request: HttpRequest, found: PanelSeat, work: Work, form: OpinionForm, forms: dict[str, Any]
) -> HttpResponse:
    user: Any = request.user
    case = for_pages().get(pk=found.case_id)
    own = getattr(found, "opinion", None)
    shown = list(case_reads.opinions_for(user, case))
    rows = case_showing.results_for(user, case)
    is_chair = found.is_chair and found.round == case.round
    latest = next((row["row"] for row in rows if row["row"].round == case.round), None)
    signed = latest is not None and any(s.signer_id == user.pk for s in latest.signatures.all())
    is_current = found.round == case.round and found.due_at is not None
    is_open_now = bool(case.opinions_opened_at)
    sums = is_chair and is_open_now and case.stage == Stage.EXAMINATION
    context = {
        "case": case,
        "work": work,
        "seat": found,
        "own": own,
        "course": case_pages.course_of(case, user, list(case.steps.all())),
        "views": pages.views_of(work),
        "size": selectors.dimension_words(work),
        "maker": selectors.maker_words(work),
        "date": selectors.date_words(work),
        "medium": selectors.medium_words(work),
        "form": form,
        "forms": forms,
        "opinions": [case_showing.opinion_shown(row) for row in shown],
        "results": rows,
        "valuations": case_showing.valuations_of_case(case) if is_open_now else [],
        "waits_for_others": own is not None and not is_open_now,
        "can": {
            "opine": is_current and own is None and case.stage == Stage.EXAMINATION,
            "conclude": sums,
            "sign": is_chair
            and latest is not None
            and latest.state == ResultState.PROPOSED
            and case.stage == Stage.RESULT
            and not signed,
            "value": is_current and case.stage == Stage.VALUATION,
        },
        "count_words": desk_pages.count_words(case) if sums else "",
        "countable": sums and desk_pages.is_countable(case),
        **case_pages.proof_of(case, user, names=is_open_now),
    }
    wrong = form.errors or any(one.errors for one in forms.values())
    return render(request, "appraisal/cases/examine.html", context, status=422 if wrong else 200)


# ------------------------------------------------------------------ valuation


@get_or_post
@never_cache
@appraiser_required
def value(request: HttpRequest, pk: int) -> HttpResponse:
    """Write and sign the valuation of a case."""
    found = _own_seat(request, pk)
    if found.declared_at is None or found.ended_at is not None:
        raise Http404
    if found.case.stage != Stage.VALUATION:
        messages.info(request, _("这个案卷现在不在估值这一步。"))
        return redirect("appraisal:seat", pk)
    whole = WholeValuation(request.POST or None, initial=desk_pages.first_days())
    if request.method == "POST" and whole.is_valid():
        actor: Any = request.user
        given = desk_pages.valuation_given(whole)
        if attempt(
            request, _("估值已签署。"),
            lambda: valuations.sign_valuation(actor=actor, case_id=found.case_id, given=given),
            whole.form,
        ):  # fmt: skip
            return redirect("appraisal:seat", pk)
    context = {
        "seat": found,
        "case": found.case,
        "work": found.case.work,
        "whole": whole,
        "rule_words": desk_pages.valuation_rule_words(),
    }
    status = 422 if whole.has_errors() else 200
    return render(request, "appraisal/cases/value.html", context, status=status)


@require_safe
@appraiser_required
def own_valuations(request: HttpRequest) -> HttpResponse:
    """What one has valued, latest first."""
    user: Any = request.user
    rows = (
        Valuation.objects.filter(appraiser__user=user)
        .select_related("work", "appraiser")
        .prefetch_related("approaches")[:SHOWN]
    )
    shown = [case_showing.valuation_shown(row) for row in rows]
    context = {"valuations": [row | {"alone": [row]} for row in shown]}
    return render(request, "appraisal/cases/own_valuations.html", context)
