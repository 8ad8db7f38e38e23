"""Pages that need a signed-in person, also when the session ended while a form was open.

A GET comes back to the same page after sign-in. A POST cannot be repeated by an address: the person
comes back to the page the form stood on and is told that nothing was done yet.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let signed-in people through; send everybody else to sign in and back."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
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
