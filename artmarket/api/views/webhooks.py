"""Webhook endpoints of the signed-in person and his organisations, with their delivery log."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from artmarket.accounts.access import signed_in
from artmarket.api import selectors
from artmarket.api.forms import EndpointForm
from artmarket.api.models import Endpoint
from artmarket.api.services import endpoints as services
from artmarket.core.errors import DomainError

from .tokens import show_on

LOG_LINES = 50


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def webhooks(request: HttpRequest) -> HttpResponse:
    """The list, and a form for a new one. The secret is in this one answer."""
    form = EndpointForm(request.POST or None, person=request.user)
    secret, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            secret = _make(request, form)
        if secret:
            form, status = EndpointForm(person=request.user), 201
    context = {"form": form, "secret": secret, "rows": selectors.endpoints_of(request.user)}
    return render(request, "api/webhooks.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint: its log, and what can be done with it."""
    endpoint = _found(request, pk)
    secret = ""
    if request.method == "POST":
        done = _act(request, endpoint)
        if isinstance(done, HttpResponse):
            return done
        secret = done
        endpoint = _found(request, pk)
    context = {
        "endpoint": endpoint,
        "secret": secret,
        "log": endpoint.deliveries.order_by("-pk")[:LOG_LINES],
    }
    return render(request, "api/webhook.html", context)


@require_POST
@signed_in
def redeliver(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """Send one delivery again."""
    endpoint = _found(request, pk)
    get_object_or_404(endpoint.deliveries, pk=delivery)
    services.redeliver(actor=request.user, delivery_id=delivery)
    messages.success(request, _("已排队，马上再推送一次。"))
    return redirect("api:webhook", pk)


def _act(request: HttpRequest, endpoint: Endpoint) -> HttpResponse | str:
    """Carry out what was asked; the new secret when it was rotated."""
    what = request.POST.get("do")
    if what == "rotate":
        return services.rotate_secret(actor=request.user, endpoint_id=endpoint.pk)[1]
    if what == "remove":
        services.remove_endpoint(actor=request.user, endpoint_id=endpoint.pk)
        messages.success(request, _("推送地址已移除。"))
        return redirect("api:webhooks")
    if what == "test":
        services.send_test(actor=request.user, endpoint_id=endpoint.pk)
        messages.success(request, _("测试消息已排队，结果会出现在记录里。"))
    elif what in ("on", "off"):
        services.switch_endpoint(actor=request.user, endpoint_id=endpoint.pk, is_on=what == "on")
        messages.success(request, _("已启用。") if what == "on" else _("已停用。"))
    else:
        raise DomainError(code="unknown_action", status=400)
    return redirect("api:webhook", endpoint.pk)


def _make(request: HttpRequest, form: EndpointForm) -> str:
    given = services.EndpointInput(
        url=form.cleaned_data["url"], kinds=form.cleaned_data["kinds"], **form.capacity()
    )
    try:
        return services.make_endpoint(actor=request.user, given=given)[1]
    except DomainError as error:
        show_on(form, error)
        return ""


def _found(request: HttpRequest, pk: int) -> Endpoint:
    """An endpoint that he looks after; every other does not exist for him."""
    found = selectors.endpoints_of(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
