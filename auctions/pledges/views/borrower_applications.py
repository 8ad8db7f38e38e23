"""Products to ask for, an application with its checks, the offers that came and their answers.

Thin. An application and its offers exist for its borrower and the lender's people only.
"""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artmarket.accounts import gates
from artmarket.accounts.access import signed_in
from artmarket.accounts.models import Party
from artmarket.accounts.permissions import parties_of
from artmarket.accounts.services.parties import party_of
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError
from artmarket.core.money import Money
from artmarket.rulebook import cite
from auctions.views.house import show_on
from catalog.models import Work

from .. import law
from ..enums import ApplicationState, Liquidity, OfferState, Realisation, ScheduleKind
from ..forms.borrower import ApplyForm
from ..models import Application, LoanOffer, Product, ProductVersion
from ..selectors import borrower as selectors
from ..selectors.assessing import Assessed, assess
from ..services import applications, offers
from ..valuing import most_lent

EXAMPLE_MINOR = 100_000_00
EXAMPLE_MONTHS = 12
LENDERS_OWN = frozenset({"registry", "insurance"})
"""Checks for which the lender brings the paper, not the borrower."""
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


# ------------------------------------------------------------------ products


@require_safe
@signed_in
def products(request: HttpRequest) -> HttpResponse:
    """What one can apply for, at the terms of today; a work that was chosen is carried on."""
    work = request.GET.get("work", "")
    found = selectors.terms_today(selectors.open_products(), on=db_today())
    return render(
        request, "pledges/borrower/products.html",
        {
            "rows": [_product(product, version) for product, version in found],
            "work": work if work.isdecimal() else "",
        },
    )  # fmt: skip


def _product(product: Product, version: ProductVersion) -> dict[str, Any]:
    """A product with what an example costs; its amounts as they are read."""
    today = db_today()
    amount = min(max(EXAMPLE_MINOR, version.least_minor), version.most_minor)
    months = min(max(EXAMPLE_MONTHS, version.least_months), version.most_months)
    months -= months % version.every_months
    cost = offers.cost_of(version, amount, months, on=today)
    cap = law.cap_of(product.lender, on=today)
    money = _money(product)
    return {
        "product": product,
        "version": version,
        "least": money(version.least_minor),
        "most": money(version.most_minor),
        "annual": _percent(version.annual_pct),
        "penalty": _percent(version.penalty_pct),
        "fee": _percent(version.origination_pct),
        "schedule": ScheduleKind(version.schedule).label,
        "lines": [_percent(n) for n in _lines(version)],
        "example": {
            "amount": money(amount),
            "months": months,
            "all_in": _percent(offers.four_places(cost.all_in)),
            "total": money(amount + cost.interest + cost.fee),
        },
        "cap": None if cap is None else _percent(offers.four_places(cap)),
    }  # fmt: skip


def _lines(version: ProductVersion) -> tuple[Any, ...]:
    return version.ltv_initial_pct, version.ltv_margin_pct, version.ltv_liquidation_pct


def _percent(value: Any) -> str:
    return f"{value.normalize():f}%"


def _money(product: Product) -> Any:
    return lambda minor: Money(minor, product.currency)


# ------------------------------------------------------------------ apply


@get_or_post
@never_cache
@signed_in
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose works, see what is found of each, then send. What was typed stays."""
    user: Any = request.user
    rows = Product.objects.select_related("lender__organisation")
    product = get_object_or_404(rows, pk=pk)
    version = applications.require_offered(product, on=db_today())
    parties = list(parties_of(user).select_related("user", "organisation").order_by("pk"))
    parties = parties or [party_of(user)]
    works = selectors.pledgeable(user)
    known: dict[str, Any] = {"version": version, "parties": parties, "works": works}
    if request.method != "POST":
        chosen = request.GET.get("work", "")
        initial = {"works": [chosen]} if chosen else {}
        form = ApplyForm(**known, initial=initial)
        return _apply_page(request, version, form, works)
    form = ApplyForm(request.POST, **known)
    if not form.is_valid():
        return _apply_page(request, version, form, works, 422)
    party = next(one for one in parties if str(one.pk) == form.cleaned_data["party"])
    if request.POST.get("do") == "send":
        try:
            made = applications.apply(
                actor=user, product_id=pk, party_id=party.pk, asked=form.asked()
            )
        except DomainError as error:
            show_on(form, error)
            return _apply_page(request, version, form, works, error.status, party=party)
        messages.success(request, _("申请已送出，贷款人审查以后报出要约。"))
        return redirect("pledges:application", made.pk)
    found = _checked(form, party, version, works)
    return _apply_page(request, version, form, works, party=party, found=found)


def _checked(
    form: ApplyForm, party: Party, version: ProductVersion, works: list[Work]
) -> list[Assessed]:
    """What is found of the chosen works today; how soon one sells is taken as the worst."""
    keys = set(form.cleaned_data["works"])
    return assess(
        [(work, Liquidity.LOW) for work in works if work.pk in keys], borrower=party,
        lender=version.product.lender, version=version, months=form.cleaned_data["months"],
        on=db_today(),
    )  # fmt: skip


def _apply_page(
    request: HttpRequest, version: ProductVersion, form: ApplyForm, works: list[Work],
    status: int = 200, *, party: Party | None = None, found: list[Assessed] | None = None,
) -> HttpResponse:  # fmt: skip
    user: Any = request.user
    product = version.product
    holder: Any = (party.organisation or party.user) if party else user
    values = [one.valued.value for one in found or () if one.valued.value]
    is_whole = found is not None and len(values) == len(found)
    context = {
        "product": product,
        "terms": _product(product, version),
        "form": form,
        "works": works,
        "identity": gates.identity_of(holder),
        "found": None if found is None else [shown(one, product) for one in found],
        "capacity": _money(product)(most_lent(version, values)) if is_whole else None,
        "is_above": bool(is_whole and form.cleaned_data["amount"] > most_lent(version, values)),
    }
    return render(request, "pledges/borrower/apply.html", context, status=status)


def shown(one: Assessed, product: Product) -> dict[str, Any]:
    """What was found of a work: each check with its rule, whether it is met, and its value."""
    return shown_dict(one.as_dict(), product) | {"work": one.work}


def shown_dict(row: dict[str, Any], product: Product) -> dict[str, Any]:
    """The same, from what an offer keeps."""
    money, value = _money(product), row["value"]
    checks = [
        check
        | {
            "cited": cite(check["rule"]),
            "is_lenders": check["code"] in LENDERS_OWN and not check["is_met"],
        }
        for check in row["checks"]
    ]
    return {
        "number": row["number"],
        "checks": checks,
        "unmet": [c for c in checks if not c["is_met"]],
        "value": None
        if value is None
        else {
            "base": money(value["base_minor"]),
            "haircut": value["haircut_pct"],
            "eligible": money(value["eligible_minor"]),
            "capacity": money(value["capacity_minor"]),
            "until": value["until"],
        },
    }


# ------------------------------------------------------------------ one application


def _application(request: HttpRequest, pk: int) -> Application:
    rows = Application.objects.select_related("product__lender__organisation", "borrower")
    row = get_object_or_404(rows, pk=pk)
    user = request.user
    if not (user.has_perm("pledges.borrow", row) or user.has_perm("pledges.work_for_lender", row)):
        raise Http404
    return row


@require_safe
@never_cache
@signed_in
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked for, what is found of the works today, and the offers side by side."""
    return _application_page(request, _application(request, pk))


def _application_page(
    request: HttpRequest, row: Application, status: int = 200, refusal: DomainError | None = None
) -> HttpResponse:
    is_open = row.state == ApplicationState.SUBMITTED
    known = list(row.offers.select_related("version__product", "loan").order_by("-pk"))
    for one in known:
        one.application = row
    context = {
        "row": row,
        "product": row.product,
        "is_open": is_open,
        "is_borrower": request.user.has_perm("pledges.borrow", row),
        "works": [one.work for one in row.works.select_related("work").order_by("pk")],
        "found": _today(row) if is_open else [],
        "offers": [offer_columns(one) for one in known],
        "loan": next((one.loan for one in known if hasattr(one, "loan")), None),
        "refusal": refusal,
    }
    return render(request, "pledges/borrower/application.html", context, status=status)


def _today(row: Application) -> list[dict[str, Any]]:
    """What is found of its works today."""
    works = row.works.select_related("work").order_by("pk")
    on = db_today()
    try:
        version = applications.require_offered(row.product, on=on)
    except DomainError:
        return []
    found = assess(
        [(one.work, one.liquidity) for one in works], borrower=row.borrower,
        lender=row.product.lender, version=version, months=row.months, on=on,
    )  # fmt: skip
    return [shown(one, row.product) for one in found]


def offer_columns(offer: LoanOffer) -> dict[str, Any]:
    """An offer as a column of the comparison; no query."""
    version, product = offer.version, offer.application.product
    first = next((one for one in offer.plan if one["interest"] or one["principal"]), None)
    works = [shown_dict(one, product) for one in offer.assessment]
    return {
        "offer": offer,
        "is_open": offer.state == OfferState.OPEN and offer.open_until > db_now(),
        "principal": offer.money(offer.principal_minor),
        "annual": _percent(offer.annual_pct),
        "all_in": _percent(offer.all_in_pct),
        "cap": None if offer.cap_pct is None else _percent(offer.cap_pct),
        "fee": offer.money(offer.fee_minor),
        "interest": offer.money(offer.interest_minor),
        "total": offer.money(offer.total_minor),
        "first": offer.money(first["interest"] + first["principal"]) if first else None,
        "first_on": date_format(date.fromisoformat(first["due_on"])) if first else "",
        "rows": len([one for one in offer.plan if one["interest"] or one["principal"]]),
        "schedule": ScheduleKind(version.schedule).label,
        "haircuts": [one["value"]["haircut"] for one in works if one["value"]],
        "eligible": offer.money(offer.eligible_minor),
        "lines": [_percent(n) for n in _lines(version)],
        "cure_days": version.cure_days,
        "penalty": _percent(version.penalty_pct),
        "steps": [Realisation(code).label for code in version.realisation],
        "clauses": offer.clauses,
    }


@require_POST
@signed_in
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an application back; an open offer ends with it."""
    row = _application(request, pk)
    try:
        applications.withdraw_application(actor=request.user, application_id=pk)  # type: ignore[arg-type]
    except DomainError as error:
        return _application_page(request, row, error.status, error)
    messages.success(request, _("申请已撤回。"))
    return redirect("pledges:application", pk)


@require_POST
@signed_in
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept an offer: its contract waits to be signed; or decline it."""
    offer = get_object_or_404(LoanOffer.objects.select_related("loan"), pk=pk)
    row = _application(request, offer.application_id)
    user: Any = request.user
    try:
        if request.POST.get("do") == "accept":
            if hasattr(offer, "loan") and user.has_perm("pledges.borrow", row):
                return redirect("pledges:contract", offer.loan.pk)  # sent twice
            made = offers.accept_offer(actor=user, offer_id=pk)
            messages.success(request, _("已接受。请逐条看清合同再签。"))
            return redirect("pledges:contract", made.pk)
        if request.POST.get("do") == "decline":
            offers.decline_offer(actor=user, offer_id=pk)
            messages.success(request, _("已谢绝，申请还在。"))
    except DomainError as error:
        return _application_page(request, _application(request, row.pk), error.status, error)
    return redirect("pledges:application", row.pk)
