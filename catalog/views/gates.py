"""The gates of one work: how they stand, what a person clears, permits, and matched entries."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from artmarket.accounts.access import signed_in
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from catalog import gate_pages, selectors
from catalog.gate_forms import PermitForm, SeenReasonForm
from catalog.models import Work
from catalog.services import gates

from .artist_desk import _show_on
from .stolen import shown_hits


@require_safe
@signed_in
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """How every gate of the work stands, for its owner, registrars and the relics authority."""
    return _page(request, _work(request, pk))


def _work(request: HttpRequest, pk: int) -> Work:
    """The work, if this person may see its gates; any other does not exist for him."""
    work = get_object_or_404(selectors.works_for_page().filter(state__in=gate_pages.SHOWN), pk=pk)
    if not request.user.has_perm("catalog.see_gates", work):
        raise Http404
    return work


def _page(
    request: HttpRequest, work: Work, *, permit: PermitForm | None = None, status: int = 200
) -> HttpResponse:
    is_staff = gate_pages.sees_hits(request.user, work)
    context: dict[str, Any] = {
        "work": work,
        "gates": gate_pages.gate_table(work, request.user),
        "permits": work.permits.select_related("recorded_by"),
        "clearances": work.gate_clearances.select_related("by"),
        "is_staff": is_staff,
        "is_registrar": request.user.has_perm("catalog.review_desk"),
        "hits": shown_hits(gate_pages.hits_for(request.user).filter(work=work)) if is_staff else [],
        "permit_form": (permit or PermitForm(prefix="p")) if is_staff else None,
    }
    return render(request, "catalog/desk/gates.html", context, status=status)


@require_POST
@signed_in
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a review pass for the facts that the person saw."""
    work = _work(request, pk)
    try:
        gates.clear_gate(
            actor=request.user,
            work_id=work.pk,
            act=request.POST.get("act", ""),
            gate=request.POST.get("gate", ""),
            digest=request.POST.get("digest", ""),
            reason=request.POST.get("reason", ""),
        )
    except Invalid as error:
        for words in error.fields.values():
            messages.error(request, str(words))
    else:
        messages.success(request, _("已放行；事实一变就失效。"))
    return redirect("catalog:gates", pk)


@require_POST
@signed_in
def record_permit(request: HttpRequest, pk: int) -> HttpResponse:
    """A registrar records a permit that he has seen."""
    work = _work(request, pk)
    if not request.user.has_perm("catalog.review_desk"):
        raise NotAllowed()
    form = PermitForm(request.POST, prefix="p")
    if form.is_valid():
        try:
            gates.record_permit(actor=request.user, work_id=work.pk, **form.cleaned_data)
        except DomainError as error:
            _show_on(form, error)
    if form.errors:
        return _page(request, work, permit=form, status=422)
    messages.success(request, _("许可已记录。"))
    return redirect(reverse("catalog:gates", args=[pk]) + "#permits")


@require_POST
@signed_in
def end_permit(request: HttpRequest, pk: int, permit: int) -> HttpResponse:
    """A permit no longer counts."""
    work = _work(request, pk)
    if not request.user.has_perm("catalog.review_desk"):
        raise NotAllowed()
    form = SeenReasonForm(request.POST)
    if not form.is_valid() or not work.permits.filter(pk=permit).exists():
        messages.error(request, _("请写明停用的理由。"))
    else:
        reason = form.cleaned_data["reason"]
        gates.end_permit(actor=request.user, permit_id=permit, reason=reason)
        messages.success(request, _("许可已停用。"))
    return redirect(reverse("catalog:gates", args=[pk]) + "#permits")
