"""One loan at the lender's desk: everything that can be done with it, and a work let go. Thin."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from artmarket.core.clock import db_today
from artmarket.core.money import Money
from artmarket.ledger.views.files import PDF, file_response

from ..enums import ItemState, LoanState
from ..forms import lender as given_forms
from ..models import Lender, Loan, PledgeItem, Renewal
from ..panels import panels_of
from ..papers import contract_file
from ..selectors import lender_loans as selectors
from ..selectors.lender_desk import PILLS
from ..services import contracts, lending, renewals, securing
from ..services.booking import Books, at_hand
from ..services.lender_signing import sign_for_lender
from .lender_desk import attempt, frame, get_or_post, lenders_required, own

PER_PAGE = 30
_ON_ITEM = ("agree", "drop", "keep")
# What the services call these fields where they refuse them.
_NAMES = {"capacity": "amount"}


@get_or_post
@lenders_required
def loan(request: HttpRequest, lenders: list[Lender], pk: int) -> HttpResponse:
    """One loan: how it stands, its works, its money, its papers, and what is to be done."""
    row = _loan(request, pk)
    forms = _forms(row)
    if request.method == "POST":
        if _done(request, row, forms):
            return redirect("pledges:lending_loan", pk)
        row = _loan(request, pk)
    return _page(request, lenders, row, forms)


def _loan(request: HttpRequest, pk: int) -> Loan:
    row: Loan = own(request, selectors.loans(), pk)
    return row


def _forms(row: Loan) -> dict[str, Form]:
    seen = {"seen": row.sequence}
    return {
        "sign": given_forms.SignForm(prefix="sign", initial={"digest": row.digest}),
        "disburse": given_forms.DisburseForm(prefix="disburse", initial=seen),
        "charge": given_forms.ChargeForm(prefix="charge", initial=seen),
        "take_back": given_forms.TakeBackForm(
            prefix="take_back", charges=selectors.charges_of(row)
        ),
        "renew": given_forms.RenewalForm(prefix="renew", initial={"months": row.months}),
        "cancel": given_forms.ReasonForm(prefix="cancel"),
        "agree": given_forms.LiquidityForm(prefix="agree"),
    }


def _bound(row: Loan, do: str, data: Any) -> Form:
    makers: dict[str, Callable[[], Form]] = {
        "sign": lambda: given_forms.SignForm(data, prefix=do),
        "disburse": lambda: given_forms.DisburseForm(data, prefix=do),
        "charge": lambda: given_forms.ChargeForm(data, prefix=do),
        "take_back": lambda: given_forms.TakeBackForm(
            data, prefix=do, charges=selectors.charges_of(row)
        ),
        "renew": lambda: given_forms.RenewalForm(data, prefix=do),
        "cancel": lambda: given_forms.ReasonForm(data, prefix=do),
        "agree": lambda: given_forms.LiquidityForm(data, prefix=do),
    }
    return makers[do]()


def _done(request: HttpRequest, row: Loan, forms: dict[str, Form]) -> bool:
    """Do what was asked. False: the form is to be shown again with what is wrong."""
    do = request.POST.get("do", "")
    actor: Any = request.user
    if do in _ON_ITEM:
        return _on_item(request, row, forms, do)
    if do == "withdraw_renewal":
        renewal = get_object_or_404(Renewal, pk=_number(request, "renewal"), loan=row)
        return attempt(
            request, _("展期已撤回。"),
            lambda: renewals.withdraw_renewal(actor=actor, renewal_id=renewal.pk),
        )  # fmt: skip
    if do not in forms:
        raise Http404
    form = forms[do] = _bound(row, do, request.POST)
    said, call = _calls(actor, row, form)[do]
    return attempt(request, said, call, form, _NAMES)


def _calls(actor: Any, row: Loan, form: Form) -> dict[str, tuple[str, Callable[[], Any]]]:
    """What each form does, with the words that say it is done."""

    def given(name: str) -> Any:
        return form.cleaned_data[name]

    return {
        "sign": (
            _("已代表贷款人签名。"),
            lambda: sign_for_lender(actor=actor, loan_id=row.pk, digest=given("digest")),
        ),
        "disburse": (
            _("已放款，正在付给借款人。"),
            lambda: lending.disburse(
                actor=actor, loan_id=row.pk, amount_minor=given("amount"), seen=given("seen")
            ),
        ),
        "charge": (
            _("费用已计收。"),
            lambda: lending.charge_cost(
                actor=actor, loan_id=row.pk, amount_minor=given("amount"),
                reason=given("reason"), seen=given("seen"),
            ),
        ),
        "take_back": (
            _("费用已撤销。"),
            lambda: lending.take_back_charge(
                actor=actor, loan_id=row.pk, number=given("number"), reason=given("reason")
            ),
        ),
        "renew": (
            _("展期已发给借款人。"),
            lambda: renewals.offer_renewal(
                actor=actor, loan_id=row.pk, months=given("months"),
                annual_pct=given("annual_pct"),
            ),
        ),
        "cancel": (
            _("合同已解除。"),
            lambda: contracts.cancel_loan(actor=actor, loan_id=row.pk, reason=given("reason")),
        ),
    }  # fmt: skip


def _on_item(request: HttpRequest, row: Loan, forms: dict[str, Form], do: str) -> bool:
    """Agree to a work, drop it, or keep one that was let go."""
    actor: Any = request.user
    item = get_object_or_404(PledgeItem, pk=_number(request, "item"), loan=row)
    if do == "drop":
        return attempt(
            request, _("这件作品不再质押。"),
            lambda: securing.drop_work(actor=actor, item_id=item.pk),
        )  # fmt: skip
    if do == "keep":
        return attempt(
            request, _("这件作品继续质押。"),
            lambda: securing.keep_work(actor=actor, item_id=item.pk),
        )  # fmt: skip
    form = forms["agree"] = given_forms.LiquidityForm(request.POST, prefix="agree")
    form.item = item.pk  # type: ignore[attr-defined]
    return attempt(
        request, _("已同意，等作品交付。"),
        lambda: securing.agree_work(
            actor=actor, item_id=item.pk, liquidity=form.cleaned_data["liquidity"]
        ),
        form,
    )  # fmt: skip


def _page(
    request: HttpRequest, lenders: list[Lender], row: Loan, forms: dict[str, Form]
) -> HttpResponse:
    today = db_today()
    runs = request.user.has_perm("pledges.run_lender", row)
    works = selectors.works_of(row, today)
    page = Paginator(selectors.postings_of(row), PER_PAGE).get_page(request.GET.get("page"))
    wrong = any(form.errors for form in forms.values())
    acts = selectors.acts_of(request.user, row, runs=runs)
    context = frame(request, lenders, row.lender, loan=row) | {
        "loan": row,
        "pill": PILLS[LoanState(row.state)],
        "runs": runs,
        "acts": acts,
        "steps": selectors.steps_of(row),
        "limit": row.money(row.limit_minor),
        "owed": row.money(row.owed_minor),
        "overdue": row.money(row.overdue_minor) if row.overdue_minor else "",
        "next_due": row.money(row.next_due_minor),
        "credit": row.money(row.credit_minor) if row.credit_minor else "",
        "parts": selectors.money_of(row),
        "works": works,
        "custody": selectors.custody_of(works),
        "chart": selectors.chart_of(row),
        "events": selectors.events_of(row),
        "page": page,
        "postings": [(one, row.money(one.amount_minor)) for one in page],
        "renewals": selectors.renewals_of(row),
        "forms": forms,
        "at_hand": Money(at_hand(row.lender, row.currency, Books())) if acts.disburses else None,
        "panels": panels_of(row, is_lender=True),
    }
    return render(request, "pledges/lender/loan.html", context, status=422 if wrong else 200)


@require_safe
@lenders_required
def contract(request: HttpRequest, lenders: list[Lender], pk: int) -> HttpResponse:
    """The contract on paper."""
    row = _loan(request, pk)
    return file_response(contract_file(row), name=f"{row.number}.pdf", content_type=PDF)


@get_or_post
@lenders_required
def release(request: HttpRequest, lenders: list[Lender], pk: int) -> HttpResponse:
    """A work let go while the loan runs; what stays is shown before."""
    rows = PledgeItem.objects.select_related("work", "loan__lender__organisation")
    item = own(request, rows, pk)
    row = _loan(request, item.loan_id)
    if not request.user.has_perm("pledges.run_lender", row):
        raise Http404
    form = given_forms.ReasonForm(request.POST or None)
    if request.method == "POST" and attempt(
        request, _("已同意取回，等托管人交出。"),
        lambda: securing.release_work(
            actor=request.user, item_id=pk, reason=form.cleaned_data["reason"]
        ),
        form,
    ):  # fmt: skip
        return redirect("pledges:lending_loan", row.pk)
    is_open = item.state == ItemState.PLEDGED and row.state == LoanState.ACTIVE
    context = frame(request, lenders, row.lender, loan=row) | {
        "loan": row,
        "item": item,
        "form": form,
        "is_open": is_open,
        "rest": selectors.without(row, item, db_today()) if is_open else None,
    }
    status = 422 if form.errors else 200
    return render(request, "pledges/lender/release.html", context, status=status)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)
