"""A person's own sessions; the list itself is allauth's."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from artmarket.accounts.access import signed_in
from artmarket.accounts.services import security


@require_POST
@signed_in
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign another device out."""
    security.end_session(actor=request.user, session_id=pk)
    messages.success(request, _("那台设备已退出。"))
    return redirect("usersessions_list")
