"""The registrar's desk of identities: the queue, one check, one licence."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts import selectors
from artmarket.accounts.access import signed_in
from artmarket.accounts.engine import masked
from artmarket.accounts.enums import CheckState, LicenceState
from artmarket.accounts.identity_forms import DecisionForm, PurposeForm
from artmarket.accounts.models import IdentityCheck, Licence
from artmarket.accounts.services import identity, licences, privacy
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from media.links import signed_link


def desk_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only for those who may enter this desk."""

    @wraps(view)
    @never_cache
    @signed_in
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("accounts.identity_desk"):
            raise NotAllowed()
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@desk_only
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, and what ends soon."""
    context = {
        "checks": selectors.checks_to_decide()[:200],
        "licences": selectors.licences_to_decide()[:200],
        "ending": selectors.licences_ending()[:50],
    }
    return render(request, "accounts/identity_desk/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: its papers, its particulars on request, and the decision."""
    found = get_object_or_404(
        IdentityCheck.objects.select_related("user", "organisation", "decided_by"), pk=pk
    )
    form = DecisionForm(request.POST if request.POST.get("do") != "reveal" else None)
    purpose = PurposeForm(request.POST if request.POST.get("do") == "reveal" else None)
    revealed, status = None, 200
    if request.method == "POST" and request.POST.get("do") == "reveal":
        if purpose.is_valid():
            revealed = privacy.reveal_check(
                actor=request.user, check_id=pk, purpose=purpose.cleaned_data["purpose"]
            )
        else:
            status = 422
    elif request.method == "POST":
        if form.is_valid() and _decide_check(request, found, form):
            return redirect("accounts:identity_queue")
        status = 422
    may = request.user.has_perm("accounts.decide_check", found)
    context = {
        "check": found,
        "may_decide": may,
        "masked": masked(found.number),
        "revealed": revealed,
        "purpose": purpose,
        "form": form,
        "evidence": _links(request.user, found) if may else [],
        "missing": identity.missing_of(found),
        "same_number": selectors.accounts_of_number(found),
    }
    return render(request, "accounts/identity_desk/check.html", context, status=status)


def _decide_check(request: HttpRequest, found: IdentityCheck, form: DecisionForm) -> bool:
    services = {
        CheckState.APPROVED: identity.approve_check,
        CheckState.RETURNED: identity.return_check,
        CheckState.REJECTED: identity.reject_check,
        CheckState.REVOKED: identity.revoke_check,
    }
    service = services.get(request.POST.get("do", ""))
    if service is None:
        raise DomainError(code="unknown_action", status=400)
    try:
        done = service(actor=request.user, check_id=found.pk, reason=form.cleaned_data["reason"])
    except Invalid as error:
        _tell(form, error)
        return False
    messages.success(request, _("身份核验：%(state)s") % {"state": CheckState(done.state).label})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@desk_only
def licence(request: HttpRequest, pk: int) -> HttpResponse:
    """One licence: its papers and the decision."""
    found = get_object_or_404(
        Licence.objects.select_related("user", "organisation", "decided_by"), pk=pk
    )
    form, status = DecisionForm(request.POST or None), 200
    if request.method == "POST":
        if form.is_valid() and _decide_licence(request, found, form):
            return redirect("accounts:identity_queue")
        status = 422
    may = request.user.has_perm("accounts.decide_licence", found)
    context = {
        "licence": found,
        "may_decide": may,
        "form": form,
        "evidence": _links(request.user, found) if may else [],
        "today": db_today(),
    }
    return render(request, "accounts/identity_desk/licence.html", context, status=status)


def _decide_licence(request: HttpRequest, found: Licence, form: DecisionForm) -> bool:
    wanted = request.POST.get("do", "")
    if wanted not in LicenceState.values:
        raise DomainError(code="unknown_action", status=400)
    try:
        done = licences.decide_licence(
            actor=request.user, licence_id=found.pk, state=wanted,
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except Invalid as error:
        _tell(form, error)
        return False
    messages.success(
        request,
        _("许可与备案：%(kind)s，%(state)s")
        % {"kind": done.get_kind_display(), "state": LicenceState(done.state).label},
    )
    return True


def _links(user: Any, owner: IdentityCheck | Licence) -> list[tuple[Any, str]]:
    return [
        (e, signed_link(e.document, actor=user)) for e in owner.evidence.select_related("document")
    ]


def _tell(form: DecisionForm, error: Invalid) -> None:
    for name, words in error.fields.items():
        form.add_error(name if name in form.fields else None, str(words))
