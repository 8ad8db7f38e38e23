"""Applications at the lender's desk: the queue, one application, one work, an offer. Thin."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, WrongState
from artmarket.core.money import Money

from ..enums import ApplicationState, OfferState, Realisation
from ..forms import lender as given_forms
from ..models import Application, Insurance, Lender, ProductVersion, RegistryQuery
from ..refusals import NotOffered
from ..selectors import lender_applications as selectors
from ..services import applications, offers
from .lender_desk import attempt, frame, get_or_post, lenders_required, own

PER_PAGE = 30
_SHOWS = {
    "": [ApplicationState.SUBMITTED],
    "accepted": [ApplicationState.ACCEPTED],
    "ended": [ApplicationState.DECLINED, ApplicationState.WITHDRAWN],
}


@require_safe
@lenders_required
def queue(request: HttpRequest, lenders: list[Lender]) -> HttpResponse:
    """Applications, those that wait longest first."""
    key = request.GET.get("show", "")
    key = key if key in _SHOWS else ""
    rows = selectors.applications_of(lenders).filter(state__in=_SHOWS[key])
    rows = rows.order_by("applied_at") if not key else rows.order_by("-ended_at")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    address = reverse("pledges:lending_applications")
    words = {"": _("待办"), "accepted": _("已接受"), "ended": _("未通过或撤回")}
    context = frame(request, lenders) | {
        "page": page,
        "rows": [(row, *selectors.state_of(row)) for row in page],
        "chosen": key,
        "chips": [
            {
                "label": label, "url": f"{address}?show={name}" if name else address,
                "current": name == key,
            }
            for name, label in words.items()
        ],
    }  # fmt: skip
    return render(request, "pledges/lender/applications.html", context)


@get_or_post
@lenders_required
def application(request: HttpRequest, lenders: list[Lender], pk: int) -> HttpResponse:
    """One application: every work with every check, the offers made, decline."""
    row = _row(request, lenders, pk)
    form = given_forms.DeclineForm(request.POST or None)
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do == "withdraw":
            offer_id = _number(request.POST.get("offer"))
            if not row.offers.filter(pk=offer_id).exists():
                raise Http404
            attempt(
                request, _("要约已撤回。"),
                lambda: offers.withdraw_offer(actor=request.user, offer_id=offer_id),
            )  # fmt: skip
            return redirect("pledges:lending_application", pk)
        if do == "decline" and attempt(
            request, _("已谢绝，申请人会看到理由。"),
            lambda: applications.decline_application(
                actor=request.user, application_id=pk, reason=form.cleaned_data["reason"]
            ),
            form,
        ):  # fmt: skip
            return redirect("pledges:lending_application", pk)
    today = db_today()
    version = selectors.version_on(row, today)
    context = _common(request, lenders, row) | {
        "version": version,
        "sheets": selectors.sheets(row, version, on=today) if version else [],
        "offers": [_offer(one) for one in row.offers.select_related("made_by")],
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "pledges/lender/application.html", context, status=status)


@get_or_post
@lenders_required
def work(request: HttpRequest, lenders: list[Lender], pk: int, number: int) -> HttpResponse:
    """One work of an application: what was found, and what the lender's people record of it."""
    row = _row(request, lenders, pk)
    of = row.works.select_related("work").filter(pk=number).first()
    if of is None:
        raise Http404
    today = db_today()
    forms: dict[str, Any] = {
        "insure": given_forms.PolicyForm(prefix="insure", initial=given_forms.policy_days(today)),
        "query": given_forms.QueryForm(prefix="query", initial={"made_on": today}),
        "judge": given_forms.LiquidityForm(prefix="judge", initial={"liquidity": of.liquidity}),
        "end": given_forms.ReasonForm(prefix="end"),
    }
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in forms:
            raise Http404
        form = forms[do] = type(forms[do])(request.POST, prefix=do)
        if _record(request, row, of, do, form):
            return redirect("pledges:lending_work", pk, number)
    version = selectors.version_on(row, today)
    found = selectors.sheets(row, version, on=today) if version else []
    policies = Insurance.objects.filter(work=of.work_id, lender=row.product.lender_id)
    queries = RegistryQuery.objects.filter(
        work=of.work_id, lender=row.product.lender_id, pledgor=row.borrower_id
    )
    context = _common(request, lenders, row) | {
        "of": of,
        "sheet": next((sheet for sheet in found if sheet.row.pk == of.pk), None),
        "forms": forms,
        "policies": [_policy(one, today) for one in policies],
        "queries": list(queries),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "pledges/lender/work.html", context, status=status)


def _record(request: HttpRequest, row: Application, of: Any, do: str, form: Any) -> bool:
    """What is recorded of a work; the words that say so."""
    actor: Any = request.user
    lender_id = row.product.lender_id
    calls = {
        "insure": (
            _("保单已记录。"),
            lambda: applications.record_insurance(
                actor=actor, lender_id=lender_id, work_id=of.work_id, policy=form.policy()
            ),
        ),
        "query": (
            _("查询已记录。"),
            lambda: applications.record_query(
                actor=actor, lender_id=lender_id, work_id=of.work_id,
                pledgor_id=row.borrower_id, query=form.query(),
            ),
        ),
        "judge": (
            _("变现难易已记下。"),
            lambda: applications.judge_liquidity(
                actor=actor, application_id=row.pk, work_id=of.work_id,
                liquidity=form.cleaned_data["liquidity"],
            ),
        ),
        "end": (
            _("保单已停用。"),
            lambda: applications.end_insurance(
                actor=actor, insurance_id=_policy_of(request, row, of),
                reason=form.cleaned_data["reason"],
            ),
        ),
    }  # fmt: skip
    said, call = calls[do]
    return attempt(request, said, call, form, getattr(form, "names", None))


def _policy(one: Insurance, today: date) -> tuple[Insurance, bool]:
    """A policy with its sum in words, and whether it is in force."""
    one.insured = Money(one.insured_minor, one.currency)  # type: ignore[attr-defined]
    return one, one.ended_at is None and one.valid_until >= today


def _policy_of(request: HttpRequest, row: Application, of: Any) -> int:
    """The policy that is meant, if it is one of this work and lender."""
    pk = _number(request.POST.get("policy"))
    rows = Insurance.objects.filter(work=of.work_id, lender=row.product.lender_id, pk=pk)
    if not rows.exists():
        raise WrongState()
    return pk


@get_or_post
@lenders_required
def offer(request: HttpRequest, lenders: list[Lender], pk: int) -> HttpResponse:
    """Reckon an offer, look at all of it, then send it."""
    row = _row(request, lenders, pk)
    if not request.user.has_perm("pledges.run_lender", row):
        raise Http404
    today = db_today()
    version = selectors.version_on(row, today)
    if version is None:
        raise NotOffered(_("这个产品的条款还没有生效。"))
    form = given_forms.OfferForm(
        request.POST or None, version=version,
        initial={"principal": row.amount_minor, "months": row.months},
    )  # fmt: skip
    shown = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        shown = _shown(row, version, given, form)
        if request.POST.get("do") == "send" and attempt(
            request, _("要约已发给申请人。"),
            lambda: offers.make_offer(
                actor=request.user, application_id=pk, principal_minor=given["principal"],
                months=given["months"], clauses=given["clauses"],
            ),
            form,
        ):  # fmt: skip
            return redirect("pledges:lending_application", pk)
    context = _common(request, lenders, row) | {
        "version": version,
        "form": form,
        "preview": shown,
        "steps": [str(Realisation(code).label) for code in version.realisation],
        "is_open": row.state == ApplicationState.SUBMITTED and not row.has_offer,
    }
    status = 422 if form.errors else 200
    return render(request, "pledges/lender/offer.html", context, status=status)


def _shown(row: Application, version: ProductVersion, given: Any, form: Any) -> Any:
    """The offer as it would be made; clauses that forfeit are said beside their field."""
    today = db_today()
    try:
        offers.require_no_forfeiture(given["clauses"])
    except DomainError as error:
        form.add_error("clauses", str(error))
        form.refusal = error
    found = selectors.sheets(row, version, on=today, months=given["months"])
    return selectors.preview(
        row, version, found, principal=given["principal"], months=given["months"], on=today
    )


# ------------------------------------------------------------------ shared


def _row(request: HttpRequest, lenders: list[Lender], pk: int) -> Application:
    row: Application = own(request, selectors.applications_of(lenders), pk)
    return row


def _common(request: HttpRequest, lenders: list[Lender], row: Application) -> dict[str, Any]:
    kind, words = selectors.state_of(row)
    return frame(request, lenders, row.product.lender) | {
        "row": row,
        "pill": kind,
        "state": words,
        "is_submitted": row.state == ApplicationState.SUBMITTED,
        "runs": request.user.has_perm("pledges.run_lender", row),
        "loan": None,
    }


def _offer(one: Any) -> dict[str, Any]:
    kinds = {OfferState.OPEN: "warn", OfferState.ACCEPTED: "ok"}
    return {
        "row": one,
        "principal": one.money(one.principal_minor),
        "fee": one.money(one.fee_minor),
        "interest": one.money(one.interest_minor),
        "is_open": one.state == OfferState.OPEN,
        "kind": kinds.get(OfferState(one.state), "neutral"),
    }


def _number(text: Any) -> int:
    """A key as a form sends it. Anything else finds nothing."""
    if not (text and str(text).isdecimal() and len(str(text)) < 19):
        raise Http404
    return int(text)
