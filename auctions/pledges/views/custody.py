"""The custodian's desk: what is to come, what is kept, each step by one person and another.

Thin. A holding exists for its custodian's people, the lender's, the borrower and operators; steps
are done by the custodian's people only.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appraisal.condition.reads import report_in_force
from appraisal.enums import ReportPurpose
from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from auctions.views.house import show_on
from media.services.pictures import receive_image
from media.uploads import counted, dropped

from ..custody_chain import faults_of
from ..enums import CustodyKind, HoldingState, ItemState
from ..forms.custody import (
    ArrivalForm,
    ConfirmForm,
    CountForm,
    DepartureForm,
    MoveForm,
    StepForm,
)
from ..models import Holding, PledgeItem
from ..selectors import custody as selectors
from ..services import custody as services

PER_PAGE = 50
PILLS = {
    "arriving": "warn", "kept": "ok", "leaving": "warn", "gone": "neutral", "refused": "neutral",
}  # fmt: skip


@require_safe
@never_cache
@signed_in
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, for a colleague, what is to come and what is kept."""
    custodians = selectors.custodians_of(request.user)
    if not custodians.exists():
        raise NotAllowed(_("只有贷款人委托的托管人能进这个工作台。"))
    rows = selectors.holdings_of(custodians)
    steps = list(selectors.unconfirmed(rows).order_by("pk"))
    today = db_today()
    kept = rows.filter(state__in=[HoldingState.KEPT, HoldingState.LEAVING]).order_by("place", "pk")
    page = Paginator(kept, PER_PAGE).get_page(request.GET.get("page"))
    waited = {row.pk for row in steps}
    leaving = [row for row in selectors.to_hand_out(rows) if row.pk not in waited]
    due = [row for row in selectors.counts_due(rows, on=today) if row.pk not in waited]
    user: Any = request.user
    context = {
        "expected": list(selectors.expected(custodians)[:PER_PAGE]),
        "confirm": [_step(row) for row in steps if row.step_by != user.pk],  # type: ignore[attr-defined]
        "others": [_step(row) for row in steps if row.step_by == user.pk],  # type: ignore[attr-defined]
        "leaving": leaving,
        "due": due,
        "page": page,
        "rows": [(row, PILLS[row.state], selectors.count_due_on(row)) for row in page],
        "ended": rows.filter(Q(state="gone") | Q(state="refused")).order_by("-pk")[:20],
    }
    return render(request, "pledges/custody/desk.html", context)


def _step(row: Any) -> dict[str, Any]:
    return {"row": row, "label": CustodyKind(row.step_kind).label, "at": row.step_at}


# ------------------------------------------------------------------ in


@counted
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a work of a signed loan was brought; sent twice, it leads to what stands."""
    rows = PledgeItem.objects.select_related("work", "loan__lender__organisation")
    item = get_object_or_404(rows, pk=pk)
    own = selectors.custodians_of(request.user).filter(
        lender=item.loan.lender_id, ended_at__isnull=True
    )
    custodians = list(own)
    if not custodians:
        raise Http404
    standing = item.holdings.filter(state__in=selectors.LIVE, custodian__in=custodians).first()
    if standing is not None:
        return redirect("pledges:holding", standing.pk)
    form = ArrivalForm(
        request.POST or None, request.FILES or None, custodians=custodians,
        initial={"custodian": custodians[0].pk},
    )  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if _is_sound(request, form):
            try:
                given = form.cleaned_data
                made = services.record_arrival(
                    actor=request.user, item_id=pk, custodian_id=given["custodian"],  # type: ignore[arg-type]
                    receipt=given["receipt"], step=form.step(_picture(request, form)),
                )  # fmt: skip
            except DomainError as error:
                show_on(form, error)
                status = error.status
            else:
                messages.success(request, _("已记录，等另一个人复核。"))
                return redirect("pledges:holding", made.pk)
    context = {
        "item": item,
        "work": item.work,
        "form": form,
        "report": report_in_force(work_id=item.work_id, purpose=ReportPurpose.PLEDGE),
    }
    return render(request, "pledges/custody/arrival.html", context, status=status)


def _is_sound(request: HttpRequest, form: forms.Form) -> bool:
    """Whether a form holds; files that were dropped while they came in are told on it."""
    is_valid = form.is_valid()
    for name, refusal in dropped(request):
        form.add_error("picture", f"{name} {refusal}")
        is_valid = False
    return is_valid


def _picture(request: HttpRequest, form: StepForm) -> int | None:
    """Keep the photograph of a step, if there is one; its key."""
    file = form.cleaned_data.get("picture")
    if not file:
        return None
    try:
        return receive_image(actor=request.user, file=file, name=file.name or "").pk
    except Invalid:
        raise
    except DomainError as error:
        raise Invalid(fields={"picture": str(error)}) from error


# ------------------------------------------------------------------ one holding


def _holding(request: HttpRequest, pk: int, perm: str = "see_custody") -> Holding:
    rows = Holding.objects.select_related(
        "item__work", "item__loan__lender__organisation", "item__loan__borrower",
        "custodian__organisation", "custodian__lender", "report_in", "report_out",
    )  # fmt: skip
    row = get_object_or_404(rows, pk=pk)
    if not request.user.has_perm(f"pledges.{perm}", row):
        raise Http404
    return row


@require_safe
@never_cache
@signed_in
def holding(request: HttpRequest, pk: int) -> HttpResponse:
    """A holding with its chain, and what can be done with it."""
    return _page(request, _holding(request, pk))


@counted
@require_POST
@signed_in
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Record or confirm a step; what was typed stays where it is refused."""
    row = _holding(request, pk, "keep")
    if name == "confirm":
        return _confirm(request, row)
    known = {"move": MoveForm, "count": CountForm, "depart": DepartureForm}
    if name not in known:
        raise Http404
    form = known[name](request.POST, request.FILES, prefix=name)
    if not _is_sound(request, form):
        return _page(request, row, 422, wrong={name: form})
    calls: dict[str, Any] = {
        "move": services.record_move, "count": services.record_count,
        "depart": services.record_departure,
    }  # fmt: skip
    if services.waiting_step(row) is None:
        try:
            step = form.step(_picture(request, form))
            calls[name](actor=request.user, holding_id=pk, step=step)
        except Invalid as error:
            show_on(form, error)
            return _page(request, row, 422, wrong={name: form})
        except DomainError as error:
            return _page(request, _holding(request, pk), error.status, error)
        messages.success(request, _("已记录，等另一个人复核。"))
    else:  # sent twice, or a colleague was faster: the page shows the step that waits
        messages.warning(request, _("上一条记录还没有复核，这一次没有记。"))
    return redirect("pledges:holding", pk)


def _confirm(request: HttpRequest, row: Holding) -> HttpResponse:
    form = ConfirmForm(request.POST, prefix="confirm")
    if not form.is_valid():
        return _page(request, row, 422, wrong={"confirm": form})
    agrees = request.POST.get("do") == "agree"
    if not agrees and request.POST.get("do") != "refuse":
        raise Http404
    try:
        services.confirm_step(
            actor=request.user, holding_id=row.pk, agrees=agrees,  # type: ignore[arg-type]
            note=form.cleaned_data["note"],
        )  # fmt: skip
    except Invalid as error:
        show_on(form, error)
        return _page(request, row, 422, wrong={"confirm": form})
    except DomainError as error:
        return _page(request, _holding(request, row.pk), error.status, error)
    messages.success(request, _("已复核。") if agrees else _("已写明不同意，这一步不算。"))
    return redirect("pledges:holding", row.pk)


def _page(
    request: HttpRequest, row: Holding, status: int = 200, refusal: DomainError | None = None,
    *, wrong: dict[str, forms.Form] | None = None,
) -> HttpResponse:  # fmt: skip
    user: Any = request.user
    chain = selectors.chain_of(row)
    waiting = chain[-1] if chain and chain[-1].confirms_id is None else None
    is_live = row.state in selectors.LIVE
    may_keep = user.has_perm("pledges.keep", row)
    work = row.item.work
    purpose = ReportPurpose.PLEDGE if row.state == HoldingState.ARRIVING else ReportPurpose.OUTGOING
    needs_report = row.state == HoldingState.ARRIVING or row.item.state == ItemState.LEAVING
    context = {
        "row": row,
        "pill": PILLS[row.state],
        "work": work,
        "chain": chain,
        "faults": faults_of(chain, head=row.head, sequence=row.sequence),
        "waiting": waiting if is_live else None,
        "is_keeper": may_keep,
        "is_second": bool(waiting and waiting.by_id != user.pk),
        "forms": _forms(row, waiting if is_live else None, wrong or {}) if may_keep else {},
        "needs_report": needs_report and is_live,
        "report": report_in_force(work_id=work.pk, purpose=purpose) if needs_report else None,
        "count_due": selectors.count_due_on(row) if row.state == HoldingState.KEPT else None,
        "refusal": refusal,
    }
    return render(request, "pledges/custody/holding.html", context, status=status)


def _forms(row: Holding, waiting: Any, wrong: dict[str, forms.Form]) -> dict[str, forms.Form]:
    """The forms that can be sent now."""
    known: dict[str, Any] = {}
    if waiting is not None:
        known["confirm"] = ConfirmForm
    elif row.state == HoldingState.KEPT:
        if row.item.state == ItemState.LEAVING:
            known["depart"] = DepartureForm
        known |= {"count": CountForm, "move": MoveForm}
    return {name: wrong.get(name) or form(prefix=name) for name, form in known.items()}
