"""Lead people whose roles wait for a second factor to the page that sets one up.

Only a courtesy: without this their roles are not in effect either (`User.roles`).
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from artmarket.core.context import bare_path

GUARDED = ("/desk/", "/admin/", "/cms/")


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if bare_path(request).startswith(GUARDED):
            user = request.user
            if user.is_authenticated and user.lacks_second_factor:
                return self._to_set_up(request)
        return self.get_response(request)

    def _to_set_up(self, request: HttpRequest) -> HttpResponse:
        words = _("你的角色要求两步验证。设好之后就能进入工作台。")
        if request.method not in ("GET", "HEAD"):
            words = _("你的角色要求两步验证，刚才的操作没有执行。设好之后请再做一次。")
        messages.warning(request, words)
        page = reverse("mfa_index")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=200, headers={"HX-Redirect": page})
        return HttpResponseRedirect(page)
