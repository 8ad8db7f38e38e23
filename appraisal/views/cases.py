"""A case as its client sees it, and what everybody may read of one that has a result. Thin."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appraisal import citations
from appraisal.cases import pages as case_pages
from appraisal.cases import reads as case_reads
from appraisal.cases import showing as case_showing
from appraisal.cases.forms import AskForm, DisputeForm, DocumentForm, ReasonForm
from appraisal.enums import Stage
from appraisal.models import AppraisalCase
from appraisal.services import cases, disputes, inspections
from artmarket import rulebook
from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError
from catalog.enums import WorkState
from catalog.models import Work
from media.links import signed_link

from .posting import attempt, get_or_post, show_on

SHOWN = 200


def for_pages() -> QuerySet[AppraisalCase]:
    """Cases with what every page of one reads."""
    return AppraisalCase.objects.select_related("work", "client", "accepted_by", "follows")


def owner_action(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The button on the lister's page of his registered work."""
    return case_showing.ask_action(work, request)


@get_or_post
@signed_in
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an appraisal; with an open case of one's own: its page."""
    work = get_object_or_404(Work, pk=pk, state=WorkState.REGISTERED)
    if not request.user.has_perm("appraisal.open_case", work):
        raise Http404
    user: Any = request.user
    live = work.appraisal_cases.open().filter(client=user).first()
    if live and request.method != "POST":
        return redirect("appraisal:case", live.pk)
    follows = request.GET.get("follows", "")
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = cases.open_case(
                actor=user, work_id=pk, request=cases.CaseRequest(**form.cleaned_data),
                follows_id=int(follows) if follows.isascii() and follows.isdigit() else None,
            )  # fmt: skip
        except DomainError as error:
            if live or (live := work.appraisal_cases.open().filter(client=user).first()):
                messages.info(request, _("这件作品的申请已经送交。"))
                return redirect("appraisal:case", live.pk)
            show_on(form, error)
        else:
            messages.success(request, _("已送交。登记员受理后发来合同，由你决定。"))
            return redirect("appraisal:case", made.pk)
    context = {
        "work": work,
        "form": form,
        "prices": case_pages.price_rows(),
        "fee_rule": rulebook.cite(citations.FEE_INDEPENDENT),
    }
    return render(request, "appraisal/cases/ask.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def own_cases(request: HttpRequest) -> HttpResponse:
    """What the person asked for, latest first."""
    user: Any = request.user
    rows = case_reads.cases_of_client(user).prefetch_related("results")[:SHOWN]
    return render(request, "appraisal/cases/list.html", {"rows": map(case_pages.row_of, rows)})


@get_or_post
@never_cache
@signed_in
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case for its client: what is next, and what he can do about it."""
    found = get_object_or_404(for_pages(), pk=pk)
    if not may_follow(request.user, found):
        raise Http404
    forms = {
        "document": DocumentForm(prefix="d"),
        "dispute": DisputeForm(prefix="o"),
        "withdraw": ReasonForm(prefix="w"),
    }
    if request.method == "POST" and _done(request, found, forms):
        return redirect("appraisal:case", pk)
    return _page(request, get_object_or_404(for_pages(), pk=pk), forms)


def may_follow(user: Any, found: AppraisalCase) -> bool:
    """The client, and whoever is concerned with the work."""
    return any(user.has_perm(f"appraisal.{p}", found) for p in ("act_as_client", "dispute"))


def _done(request: HttpRequest, found: AppraisalCase, forms: dict[str, Any]) -> bool:
    actor: Any = request.user
    sent, pk = request.POST, found.pk
    form: Any
    match sent.get("do"):
        case "agree":
            digest = sent.get("digest", "")
            attempt(
                request, _("合同成立。付费后，登记员组成专家组。"),
                lambda: cases.agree_contract(actor=actor, case_id=pk, digest=digest),
            )  # fmt: skip
            return True
        case "withdraw":
            form = forms["withdraw"] = ReasonForm(sent, prefix="w")
            return attempt(
                request, _("申请已撤回。"),
                lambda: cases.withdraw_case(actor=actor, case_id=pk, **form.cleaned_data), form,
            )  # fmt: skip
        case "dispute":
            form = forms["dispute"] = DisputeForm(sent, prefix="o")
            return attempt(
                request, _("异议已提出，结果暂停，由另一位登记员处置。"),
                lambda: disputes.open_dispute(actor=actor, case_id=pk, **form.cleaned_data), form,
            )  # fmt: skip
        case "document":
            form = forms["document"] = DocumentForm(sent, request.FILES, prefix="d")
            return attempt(
                request, _("材料已收下。"),
                lambda: add_document(actor, pk, form), form,
            )  # fmt: skip
    raise Http404


def add_document(actor: Any, case_id: int, form: Any) -> None:
    """Hand a paper to the case."""
    given = form.cleaned_data
    inspections.add_document(
        actor=actor, case_id=case_id, kind=given["kind"], file=given["file"],
        name=given["file"].name, note=given["note"],
    )  # fmt: skip


def _page(request: HttpRequest, found: AppraisalCase, forms: dict[str, Any]) -> HttpResponse:
    user: Any = request.user
    is_client = user.has_perm("appraisal.act_as_client", found)
    is_open = found.closed_at is None
    until = case_pages.disputable_until(found)
    context = common(request, found) | {
        "forms": forms,
        "dispute_term": case_pages.due_words(until),
        "dispute_rule": rulebook.cite(citations.DISPUTE_SUSPENDS),
        "results": case_showing.results_for(user, found),
        "valuations": case_showing.valuations_of(case=found),
        "disputes": list(found.disputes.all()),
        "withdraw_words": _withdraw_words(found),
        "can": {
            "agree": is_client and found.stage == Stage.ACCEPTANCE and not found.contract_agreed_at,
            "add": is_client and is_open,
            "withdraw": is_client and is_open,
            "dispute": until is not None and user.has_perm("appraisal.dispute", found),
            "reappraise": found.stage in (Stage.FILED, Stage.WITHDRAWN)
            and user.has_perm("appraisal.open_case", found.work),
        },
    }
    wrong = any(form.errors for form in forms.values() if form.is_bound)
    return render(request, "appraisal/cases/case.html", context, status=422 if wrong else 200)


def common(request: HttpRequest, found: AppraisalCase) -> dict[str, Any]:
    """What both sides' pages of a case show."""
    english = get_language() == "en"
    steps = list(found.steps.all())
    papers_kept = found.documents.select_related("document", "added_by")
    return {
        "case": found,
        "course": case_pages.course_of(found, request.user, steps),
        "steps": steps,
        "contract": (english and found.contract_text_en) or found.contract_text,
        "fee": case_pages.fee_words(found),
        "category": case_pages.categories_words([found.category] if found.category else []),
        "documents": [(row, signed_link(row.document, actor=request.user)) for row in papers_kept],
    }


def _withdraw_words(found: AppraisalCase) -> str:
    if found.fee_received_at:
        return _("作品交还给你；已经签署的结果仍然有效。费用怎样算见合同。")
    return _("还没有付费，现在撤回不收费。")


@require_safe
def result(request: HttpRequest, number: str) -> HttpResponse:
    """The signed results of one case, for everybody."""
    found = case_showing.public_case(number)
    results = case_showing.results_of(case=found) if found else []
    if found is None or not results or not request.user.has_perm("catalog.view_work", found.work):
        raise Http404
    context = {
        "case": found,
        "work": found.work,
        "results": results,
        "valuations": case_showing.valuations_of(case=found),
        "trail": [
            (pgettext_lazy("section", "作品"), reverse("catalog:browse")),
            (found.work.display_title, found.work.get_absolute_url()),
            (found.number, ""),
        ],
    }
    return render(request, "appraisal/cases/public.html", context)
