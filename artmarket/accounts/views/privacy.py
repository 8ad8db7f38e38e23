"""A person's own data: who looked at it, a copy of it, and the way out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from artmarket.accounts import personal_data
from artmarket.accounts.access import signed_in
from artmarket.accounts.services import privacy
from artmarket.core.clock import today
from artmarket.core.errors import DomainError


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
def data(request: HttpRequest) -> HttpResponse:
    """What is kept, who looked, and the request to be erased."""
    blocked: list[personal_data.Hold] = []
    status = 200
    if request.method == "POST":
        try:
            _carry_out(request)
        except privacy.ErasureBlocked as refusal:
            blocked, status = refusal.holds, refusal.status
        else:
            return redirect("accounts:data")
    context = {
        "keepers": personal_data.keepers(),
        "kept": [h for h in personal_data.holds_of(request.user) if not h.blocks],
        "blocked": blocked,
        "looks": request.user.data_accesses.select_related("actor")[:100],
        "open": request.user.erasure_requests.filter(
            cancelled_at__isnull=True, done_at__isnull=True
        ).first(),
    }
    return render(request, "accounts/data.html", context, status=status)


def _carry_out(request: HttpRequest) -> None:
    what = request.POST.get("do")
    if what == "erase":
        if not request.user.check_password(request.POST.get("password", "")):
            raise DomainError(_("密码不对，没有提出申请。"), code="wrong_password", status=422)
        found = privacy.request_erasure(actor=request.user)
        messages.warning(
            request,
            _("已申请注销，%(day)s执行；在那之前可以撤回。")
            % {"day": found.due_at.astimezone().date().isoformat()},
        )
    elif what == "keep":
        privacy.cancel_erasure(actor=request.user)
        messages.success(request, _("注销申请已撤回。"))
    else:
        raise DomainError(code="unknown_action", status=400)


@require_POST
@never_cache
@signed_in
def copy(request: HttpRequest) -> HttpResponse:
    """Everything that is kept of the person, as a ZIP."""
    answer = HttpResponse(privacy.copy_as_bytes(actor=request.user), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="my-data-{today().isoformat()}.zip"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
