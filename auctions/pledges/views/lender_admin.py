"""What a lender lays down: products in dated versions, custodians; the operator's lenders. Thin."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from artmarket.accounts.access import signed_in
from artmarket.core.errors import NotAllowed

from ..forms import lender_terms as given_forms
from ..models import Lender, Product
from ..selectors import lender_terms as selectors
from ..services import lenders as services
from .lender_desk import attempt, frame, get_or_post, lenders_required, own, own_lender


@get_or_post
@lenders_required
def products(request: HttpRequest, lenders: list[Lender], lender_id: int) -> HttpResponse:
    """The products of a lender, with the terms of today; open a new one."""
    lender = own_lender(request, lenders, lender_id)
    context = frame(request, lenders, lender) | {
        "runs": bool(lender.runs),  # type: ignore[attr-defined]
        "rows": selectors.products_of(lender),
    }
    return render(request, "pledges/lender/products.html", context)


@get_or_post
@lenders_required
def new_product(request: HttpRequest, lenders: list[Lender], lender_id: int) -> HttpResponse:
    """Open a product with its first terms."""
    lender = _run(request, lenders, lender_id)
    form = given_forms.ProductForm(request.POST or None)
    made: list[Product] = []

    def call() -> None:
        given = form.cleaned_data
        made.append(
            services.open_product(
                actor=request.user, lender_id=lender.pk, name=given["name"], kind=given["kind"],  # type: ignore[arg-type]
                name_en=given["name_en"], terms=form.terms(), valid_from=given["valid_from"],
            )
        )  # fmt: skip

    said = _("产品已开办。")
    if request.method == "POST" and attempt(request, said, call, form, dict(form.names)):
        if made:
            return redirect("pledges:lending_product", made[0].pk)
        return redirect("pledges:lending_products", lender.pk)
    context = frame(request, lenders, lender) | {"form": form, "product": None}
    status = 422 if form.errors else 200
    return render(request, "pledges/lender/terms.html", context, status=status)


@get_or_post
@lenders_required
def product(request: HttpRequest, lenders: list[Lender], pk: int) -> HttpResponse:
    """One product: its versions beside each other, and close."""
    row = _product(request, pk)
    runs = request.user.has_perm("pledges.run_lender", row)
    if request.method == "POST":
        if request.POST.get("do") != "close":
            raise Http404
        attempt(
            request, _("产品已停办，办理中的照常。"),
            lambda: services.close_product(actor=request.user, product_id=pk),  # type: ignore[arg-type]
        )  # fmt: skip
        return redirect("pledges:lending_product", pk)
    context = frame(request, lenders, row.lender) | {
        "product": row,
        "runs": runs,
        "table": selectors.compared(row),
    }
    return render(request, "pledges/lender/product.html", context)


@get_or_post
@lenders_required
def new_terms(request: HttpRequest, lenders: list[Lender], pk: int) -> HttpResponse:
    """Publish new terms, from today's or those that come next."""
    row = _product(request, pk)
    if not request.user.has_perm("pledges.run_lender", row):
        raise Http404
    last = row.versions.order_by("-number").first()
    form = given_forms.TermsForm(
        request.POST or None, version=last, initial={"valid_from": selectors.first_day(row)}
    )
    if request.method == "POST" and attempt(
        request, _("新条款已发布，已作的要约不变。"),
        lambda: services.publish_version(
            actor=request.user, product_id=pk, terms=form.terms(),  # type: ignore[arg-type]
            valid_from=form.cleaned_data["valid_from"],
        ),
        form, dict(form.names),
    ):  # fmt: skip
        return redirect("pledges:lending_product", pk)
    context = frame(request, lenders, row.lender) | {"form": form, "product": row}
    status = 422 if form.errors else 200
    return render(request, "pledges/lender/terms.html", context, status=status)


def _product(request: HttpRequest, pk: int) -> Product:
    row: Product = own(request, Product.objects.select_related("lender__organisation"), pk)
    return row


def _run(request: HttpRequest, lenders: list[Lender], pk: int) -> Lender:
    """A lender that the reader runs."""
    lender = own_lender(request, lenders, pk)
    if not request.user.has_perm("pledges.run_lender", lender):
        raise Http404
    return lender


# ------------------------------------------------------------------ custodians


@get_or_post
@lenders_required
def custodians(request: HttpRequest, lenders: list[Lender], lender_id: int) -> HttpResponse:
    """Who keeps works for the lender; appoint another, end one."""
    lender = own_lender(request, lenders, lender_id)
    form, end = given_forms.CustodianForm(), given_forms.EndForm(prefix="end")
    if request.method == "POST":
        actor: Any = request.user
        if request.POST.get("do") == "appoint":
            form = given_forms.CustodianForm(request.POST)
            done = attempt(
                request, _("托管人已委托。"),
                lambda: services.appoint_custodian(
                    actor=actor, lender_id=lender.pk,
                    organisation_id=form.cleaned_data["organisation"].pk,
                    place=form.cleaned_data["place"], agreement=form.cleaned_data["agreement"],
                ),
                form,
            )  # fmt: skip
        elif request.POST.get("do") == "end":
            end = given_forms.EndForm(request.POST, prefix="end")
            done = attempt(
                request, _("委托已解除。"),
                lambda: services.end_custodian(
                    actor=actor, custodian_id=_of(lender.custodians, end),
                    reason=end.cleaned_data["reason"],
                ),
                end,
            )  # fmt: skip
        else:
            raise Http404
        if done:
            return redirect("pledges:lending_custodians", lender.pk)
    context = frame(request, lenders, lender) | {
        "runs": bool(lender.runs),  # type: ignore[attr-defined]
        "rows": selectors.custodians_of(lender),
        "form": form,
        "end": end,
    }
    status = 422 if form.errors or end.errors else 200
    return render(request, "pledges/lender/custodians.html", context, status=status)


def _of(rows: Any, form: Any) -> int:
    """The key that the form names, if it is one of these."""
    pk: int = form.cleaned_data["pk"]
    if not rows.filter(pk=pk).exists():
        raise Http404
    return pk


# ------------------------------------------------------------------ the operator


def operator_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for operators."""

    @wraps(view)
    @never_cache
    @signed_in
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("pledges.confirm_lender"):
            raise NotAllowed()
        return view(request, *args, **kwargs)

    return wrapped


@get_or_post
@operator_required
def lenders_desk(request: HttpRequest) -> HttpResponse:
    """Who lends on the platform: confirm after the papers, change the capital."""
    form = given_forms.LenderForm(request.POST or None)
    if request.method == "POST" and attempt(
        request, _("贷款人已登记。"),
        lambda: services.confirm_lender(
            actor=request.user,  # type: ignore[arg-type]
            organisation_id=form.cleaned_data["organisation"].pk, kind=form.cleaned_data["kind"],
            capital_minor=form.cleaned_data["capital_minor"],
        ),
        form,
    ):  # fmt: skip
        return redirect("pledges:lenders")
    return _lenders_page(request, form, given_forms.EndForm(prefix="end"))


@require_POST
@operator_required
def end_lender(request: HttpRequest) -> HttpResponse:
    """End a lender; loans that were paid out go on."""
    end = given_forms.EndForm(request.POST, prefix="end")
    if attempt(
        request, _("贷款人已停用，已放的贷款照常办理。"),
        lambda: services.end_lender(
            actor=request.user,  # type: ignore[arg-type]
            lender_id=_of(Lender.objects, end), reason=end.cleaned_data["reason"],
        ),
        end,
    ):  # fmt: skip
        return redirect("pledges:lenders")
    return _lenders_page(request, given_forms.LenderForm(), end)


def _lenders_page(request: HttpRequest, form: Any, end: Any) -> HttpResponse:
    context = {"rows": selectors.lenders(), "form": form, "end": end, "room": "lenders"}
    status = 422 if form.errors or end.errors else 200
    return render(request, "pledges/lender/operator.html", context, status=status)
