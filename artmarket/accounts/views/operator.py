"""The operator's desk: people and their roles, organisations, the event log."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from artmarket.accounts import selectors
from artmarket.accounts.access import signed_in
from artmarket.accounts.forms import (
    EventFilterForm,
    OrganisationForm,
    PeopleFilterForm,
    ReasonForm,
    RoleForm,
)
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.services import organisations, roles, security
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.core.models import Event

PAGE = 50


def permission_required(permission: str):
    """Only with this permission; without a session to sign-in and back."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @signed_in
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise NotAllowed()
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


@require_safe
@permission_required("accounts.manage_roles")
def people(request: HttpRequest) -> HttpResponse:
    """Search among people."""
    form = PeopleFilterForm(request.GET)
    found = selectors.people(**form.cleaned_data) if form.is_valid() else User.objects.none()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request, "accounts/operator/people.html", {"form": form, "page": page, "room": "people"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("accounts.manage_roles")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles in force, their history, grant and revoke, stop the account."""
    found = get_object_or_404(User, pk=pk)
    form, stop_form, status = RoleForm(), ReasonForm(prefix="stop"), 200
    security_form = ReasonForm(prefix="security")
    if request.method == "POST":
        status = 422
        if request.POST.get("do") in {"stop", "start"}:
            stop_form = ReasonForm(request.POST, prefix="stop")
            done = stop_form.is_valid() and _set_active(request, found, stop_form)
        elif request.POST.get("do") in {"reset_factors", "sign_out"}:
            security_form = ReasonForm(request.POST, prefix="security")
            done = security_form.is_valid() and _secure(request, found, security_form)
        else:
            form = RoleForm(request.POST)
            done = form.is_valid() and _change_role(request, found, form)
        if done:
            return redirect("accounts:operator_person", pk)
    context = {
        "person": found,
        "form": form,
        "stop_form": stop_form,
        "security_form": security_form,
        "grants": found.role_grants.select_related("granted_by", "revoked_by").order_by("-pk"),
        "memberships": selectors.live_memberships(found),
        "events": Event.objects.about(found).select_related("actor")[:PAGE],
        "room": "people",
    }
    return render(request, "accounts/operator/person.html", context, status=status)


def _change_role(request: HttpRequest, found: User, form: RoleForm) -> bool:
    change = {"grant": roles.grant_role, "revoke": roles.revoke_role}.get(
        request.POST.get("do", "")
    )
    if change is None:
        raise DomainError(code="unknown_action", status=400)
    change(actor=request.user, user=found, **form.cleaned_data)
    messages.success(request, _("角色已更改。"))
    return True


def _set_active(request: HttpRequest, found: User, form: ReasonForm) -> bool:
    roles.set_active(
        actor=request.user,
        user=found,
        is_active=request.POST["do"] == "start",
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, _("账户状态已更改。"))
    return True


def _secure(request: HttpRequest, found: User, form: ReasonForm) -> bool:
    reason = form.cleaned_data["reason"]
    if request.POST["do"] == "reset_factors":
        security.reset_factors(actor=request.user, user=found, reason=reason)
        messages.success(request, _("两步验证已取消，所有设备都已退出。"))
    else:
        security.sign_out_everywhere(actor=request.user, user=found, reason=reason)
        messages.success(request, _("所有设备都已退出。"))
    return True


@require_safe
@permission_required("accounts.manage_organisations")
def organisation_list(request: HttpRequest) -> HttpResponse:
    """All organisations, in force or not."""
    page = Paginator(Organisation.objects.order_by("name"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "room": "organisations"}
    return render(request, "accounts/operator/organisations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("accounts.manage_organisations")
def edit_organisation(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or change an organisation."""
    found = get_object_or_404(Organisation, pk=pk) if pk else None
    form = OrganisationForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        given = organisations.OrganisationInput(**form.cleaned_data)
        try:
            if found:
                organisations.update_organisation(
                    actor=request.user, organisation_id=found.pk, given=given
                )
            else:
                organisations.create_organisation(actor=request.user, given=given)
            messages.success(request, _("单位已保存。"))
            return redirect("accounts:operator_organisations")
        except Invalid as error:
            for field, words in error.fields.items():
                form.add_error(field if field in form.fields else None, str(words))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "organisation": found, "room": "organisations"}
    return render(request, "accounts/operator/organisation.html", context, status=status)


@require_safe
@permission_required("accounts.view_events")
def event_log(request: HttpRequest) -> HttpResponse:
    """The audit trail, newest first, with filters."""
    form = EventFilterForm(request.GET)
    found = selectors.events(form.cleaned_data) if form.is_valid() else Event.objects.none()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request, "accounts/operator/events.html", {"form": form, "page": page, "room": "events"}
    )
