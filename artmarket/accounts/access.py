"""Pages that need a signed-in person, also when the session ended while a form was open.

A page's script that asks for JSON is told 401. A GET comes back to the same page after sign-in.
A POST cannot be repeated by an address: the person comes back to the page the form stood on and
is told that nothing was done yet.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.core.errors import DomainError
from artmarket.core.middleware import problem


class SessionEnded(DomainError):
    """The session ended while a page was open; its script is told, and keeps what was typed."""

    code = "session_ended"
    status = 401
    message = gettext_lazy("登录已过期，这一步没有执行。")
    hint = gettext_lazy("请在新窗口登录，再回到这里继续，这一页上的内容都还在。")


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let signed-in people through; send everybody else to sign in and back."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if "application/json" in request.headers.get("Accept", ""):
            ended = SessionEnded()
            return JsonResponse(
                problem(ended), status=ended.status, content_type="application/problem+json"
            )
        if request.method in ("GET", "HEAD"):
            return redirect_to_login(request.get_full_path())
        messages.warning(request, _("登录已过期，刚才的操作没有执行。登录后请再做一次。"))
        return redirect_to_login(_page_of_the_form(request))

    return wrapped


def _page_of_the_form(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not own:
        return resolve_url("accounts:home")
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
