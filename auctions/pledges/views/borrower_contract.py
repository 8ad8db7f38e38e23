"""The contract of a loan: its text term by term, the paper, and the signature of either side.

The signature is given behind the password or the second factor, as other acts that bind. Thin.
"""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError
from artmarket.ledger.views.files import PDF, file_response
from artmarket.rulebook import cite

from ..enums import LoanState, Side
from ..models import Loan
from ..papers import contract_file, gathered
from ..services import contracts
from ..services.lender_signing import sign_for_lender
from .borrower import PILLS, loan_for

_PERMS = ((Side.BORROWER, "pledges.borrow"), (Side.LENDER, "pledges.run_lender"))


@require_safe
@never_cache
@signed_in
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is signed, for both sides and the operator."""
    return _page(request, loan_for(request, pk))


@require_safe
@never_cache
@signed_in
def contract_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The contract on paper, with the signatures that it has."""
    row = loan_for(request, pk)
    name = f"contract-{row.number}.pdf"
    return file_response(contract_file(row), name=name, content_type=PDF)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
@reauthentication_required(allow_get=True)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the text that was read, for the reader's side."""
    row = loan_for(request, pk)
    side = side_of(request.user, row)
    if side is None:
        raise Http404
    if request.method != "POST" or _is_signed(row, side):
        return redirect("pledges:contract", pk)
    try:
        made = _signed(request, row, side)
    except DomainError as error:
        return _page(request, loan_for(request, pk), error.status, error)
    if made.state == LoanState.AGREED:
        messages.success(request, _("双方都已签名，合同成立。"))
    else:
        messages.success(request, _("已签名，等对方签。"))
    return redirect("pledges:contract", pk)


def _signed(request: HttpRequest, row: Loan, side: Side) -> Loan:
    """Sign the text that was read; for a lender only with a second factor, as at his desk."""
    actor: Any = request.user
    digest = request.POST.get("digest", "")
    if side == Side.LENDER:
        return sign_for_lender(actor=actor, loan_id=row.pk, digest=digest)
    return contracts.sign_contract(actor=actor, loan_id=row.pk, side=side, digest=digest)


def side_of(user: Any, row: Loan) -> Side | None:
    """For which side a person may sign."""
    return next((side for side, perm in _PERMS if user.has_perm(perm, row)), None)


def _is_signed(row: Loan, side: Side) -> bool:
    return any(one.side == side for one in row.signatures.all())


def _page(
    request: HttpRequest, row: Loan, status: int = 200, refusal: DomainError | None = None
) -> HttpResponse:
    side = side_of(request.user, row)
    context = {
        "loan": row,
        "pill": PILLS[row.state],
        "paper": gathered(row),
        "laws": [cite(rule) for rule in sorted(row.contract["rules"])],
        "side": side,
        "is_borrower": side == Side.BORROWER,
        "may_sign": side is not None
        and row.state == LoanState.SIGNING
        and not _is_signed(row, side),
        "refusal": refusal,
    }
    return render(request, "pledges/borrower/contract.html", context, status=status)
