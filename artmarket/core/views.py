"""Views of the frame: the reader's preferences, the list of components, the refusal pages."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import preferences, samples


def safe_next(request: HttpRequest) -> str:
    """Where to return to: the posted `next` when it is on this site, else the front page."""
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else "/"


# No token: otherwise every public page would need one, and all that can be forged here is a
# colour. Browsers that tell where a request comes from are believed.
@csrf_exempt
@require_POST
def set_preferences(request: HttpRequest) -> HttpResponse:
    """Store `theme` (system, light, dark) and `size` (normal, large); answer 400 for others."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return HttpResponseBadRequest("cross-site")
    wanted = (
        (preferences.THEME_COOKIE, preferences.THEMES),
        (preferences.SIZE_COOKIE, preferences.SIZES),
    )
    response = redirect(safe_next(request))
    for name, allowed in wanted:
        value = request.POST.get(name)
        if value is None:
            continue
        if value not in allowed:
            return HttpResponseBadRequest(name)
        response.set_cookie(
            name,
            value,
            max_age=preferences.MAX_AGE,
            httponly=True,
            secure=request.is_secure(),
            samesite="Lax",
        )
    return response


def components(request: HttpRequest) -> HttpResponse:
    """Every component in its states; for developers (DEBUG) and staff, otherwise not found."""
    user = getattr(request, "user", None)
    if not (settings.DEBUG or (user and user.is_staff)):
        raise Http404
    return render(request, "core/components.html", samples.context(request))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or stale: say how to go on. The reason is not shown."""
    return render(request, "403_csrf.html", status=403)
