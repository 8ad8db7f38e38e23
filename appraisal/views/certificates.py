"""The permanent page of a certificate, its paper, and the report that something does not match."""

from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from appraisal.certificates import at_hand
from appraisal.certificates.citations import REPORTS_PER_HOUR
from appraisal.certificates.pdf import certificate_file
from appraisal.certificates.shown import (
    Shown,
    certificates,
    compared,
    is_open,
    page_address,
    printed,
)
from appraisal.certificates.words import VERDICTS
from appraisal.models import Certificate
from appraisal.services.mismatches import KINDS, MOST_WORDS, report_mismatch
from artmarket.accounts import limits
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.square_codes import svg_code

from .verify import script_context


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """What a square code opens: whether it holds now, what it says, its history."""
    found = _by_number(request, number, "appraisal:certificate")
    if isinstance(found, HttpResponse):
        return found
    return render(request, "appraisal/certificates/certificate.html", page_of(found, request))


def page_of(found: Certificate, request: HttpRequest, **more: Any) -> dict[str, Any]:
    """The context of the page."""
    return {
        **script_context(),
        "shown": Shown(found, is_open(found, request.user)),
        "certificate": found,
        "work": found.work,
        "compared": compared(found, request),
        "report_kinds": list(KINDS.items()),
        "reported": "reported" in request.GET,
        "json_address": at_hand.json_address(found.number),
        "trail": [(_("核验证书"), reverse("appraisal:verify")), (found.number, "")],
        **more,
    }


# No token, so that the page sets no cookie; browsers that tell where a request comes from are
# believed, and the limit holds for all.
@csrf_exempt
@require_POST
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody says that the thing and its certificate do not match."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return HttpResponseBadRequest("cross-site")
    found = _by_number(request, number, "appraisal:certificate")
    if isinstance(found, HttpResponse):
        return found
    typed = {
        "typed_what": request.POST.get("what", ""),
        "typed_words": request.POST.get("words", "")[:MOST_WORDS],
    }
    try:
        if not limits.has_taken(request, REPORTS_PER_HOUR):
            raise TooManyReports()
        report_mismatch(
            actor=request.user, certificate_id=found.pk,
            what=typed["typed_what"], words=request.POST.get("words", ""),
        )  # fmt: skip
    except DomainError as error:
        fields = error.fields if isinstance(error, Invalid) else {}
        context = page_of(found, request, problems=list(fields.values()) or [error], **typed)
        template = "appraisal/certificates/certificate.html"
        return render(request, template, context, status=error.status)
    return redirect(f"{reverse('appraisal:certificate', args=[found.number])}?reported=1#report")


class TooManyReports(DomainError):
    """More reports from one network address than the rule allows."""

    code = "too_many_reports"
    status = 429
    rule = REPORTS_PER_HOUR
    message = _("报告得太多了，请过一小时再试。")


@require_safe
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate as a PDF, in the reader's language; for works that he may see."""
    found = _by_number(request, number, "appraisal:certificate_pdf")
    if isinstance(found, HttpResponse):
        return found
    if not is_open(found, request.user):
        raise Http404
    said = printed(found)
    headers = {
        "Content-Disposition": f'inline; filename="{found.number}-{get_language()}.pdf"',
        "Cache-Control": "no-cache",
        "ETag": f'"{said.key}"',
    }
    answer = get_conditional_response(request, etag=headers["ETag"])
    if answer is not None:
        return answer
    content = certificate_file(said)
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
@cache_control(public=True, max_age=86400)
def qr(request: HttpRequest, number: str) -> HttpResponse:
    """The square code of a certificate: its permanent address and a short digest, as SVG."""
    found = get_object_or_404(Certificate, number=number)
    return HttpResponse(svg_code(page_address(found)), content_type="image/svg+xml")


def _by_number(request: HttpRequest, text: str, name: str) -> Certificate | HttpResponse:
    """The certificate of a number, a redirect to its own writing, or the answer that none is."""
    number = at_hand.number_from(text)
    if number is not None and number != text:
        query = request.META.get("QUERY_STRING", "")
        address = reverse(name, args=[number])
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    found = certificates().filter(number=number).first() if number else None
    if found is None:
        return not_found(request, text)
    return found


def not_found(request: HttpRequest, typed: str) -> HttpResponse:
    """查不到, in the same large letters as every other answer."""
    _kind, title, words = VERDICTS["not_found"]
    context = {
        **script_context(),
        "typed": typed[:80],
        "not_found": {"title": title, "text": words, "typed": typed[:80]},
    }
    return render(request, "appraisal/certificates/verify.html", context, status=404)
