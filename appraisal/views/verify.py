"""The page where anybody checks a certificate: by number, by a file; no account, nothing kept."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.certificates import at_hand
from appraisal.certificates.checking import MOST_BYTES, checked
from appraisal.certificates.embedded import NoCertificateInside, SeveralCertificatesInside
from appraisal.certificates.words import VERDICTS, for_script, paper_problem
from artmarket.core.punctuation import labelled
from media.uploads import too_large

PROGRAM = Path(settings.BASE_DIR) / "docs" / "check_certificate.py"
MOST_TYPED = 200


# No token: nothing is changed, and a page that sets no cookie follows nobody.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a number or a file; with a number, go to its page; with a file, check it."""
    if request.method == "POST":
        return _uploaded(request)
    typed = request.GET.get("number", "").strip()[:MOST_TYPED]
    if not typed:
        return _page(request)
    number = at_hand.number_from(typed)
    if number is None:
        problem = _("这不是证书编号。编号的样子是%(example)s。") % {"example": at_hand.EXAMPLE}
        return _page(request, typed=typed, problem=problem)
    if not at_hand.is_known(number):
        _kind, title, words = VERDICTS["not_found"]
        answer = {"title": title, "text": words, "typed": typed}
        return _page(request, typed=typed, not_found=answer, status=404)
    return redirect("appraisal:certificate", number)


def _uploaded(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("file")
    if too_large(request) or (upload is not None and (upload.size or 0) > MOST_BYTES):
        return _page(request, file_problem=_("文件太大，不是证书。"), status=422)
    if upload is None:
        return _page(request, file_problem=_("请选一个文件。"), status=422)
    try:
        result = checked(upload.read())
    except NoCertificateInside as error:
        return _page(request, file_problem=paper_problem(error), status=422)
    return _page(request, result=result)


def _page(request: HttpRequest, *, status: int = 200, **found: Any) -> HttpResponse:
    context = {**script_context(), "most_bytes": MOST_BYTES, **found}
    return render(request, "appraisal/certificates/verify.html", context, status=status)


def script_context() -> dict[str, Any]:
    """What the check in the browser needs: its words, and where keys and programs lie."""
    return {
        "keys": at_hand.KEYS_ADDRESS,
        "site": at_hand.site(),
        "guide": reverse("appraisal:offline"),
        "program": reverse("appraisal:check_program"),
        "script_words": {
            **for_script(),
            "site": at_hand.site(),
            "keys": at_hand.KEYS_ADDRESS,
            "by_number": reverse("appraisal:certificate", args=["NUMBER"]),
            "most_bytes": MOST_BYTES,
            "as_of": _("状态截至{time}。"),
            "sentence": labelled("{question}", "{words}"),
            "stated": _("文件里写的"),
            "unproven": _("文件里写的（没有证实）"),
            "panel": _("专家{experts}人，同意{agreeing}人，异议{dissenting}人：{result}"),
            "no_keys": _("没有拿到签发人的公钥或名单，请检查网络再试。"),
            "no_certificate": _("没有拿到证书文件，请检查网络再试。"),
            "nothing_inside": paper_problem(NoCertificateInside()),
            "several_inside": paper_problem(SeveralCertificatesInside()),
            "too_large": _("文件太大，不是证书。"),
            "labels": {
                "kind": _("种类"), "number": _("证书编号"), "registry": _("登记号"),
                "title": _("题名"), "size": _("尺寸"), "statement": _("证明"),
                "panel": _("专家组"), "author": _("作者"), "confirmed": _("到场确认"),
                "issuer": _("签发人"), "signed": _("签发时间"),
            },
        },
    }  # fmt: skip


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """How to check without this site."""
    return render(request, "appraisal/certificates/offline.html", script_context())


@require_safe
@cache_control(public=True, max_age=3600)
def check_program(request: HttpRequest) -> FileResponse:
    """The program for strangers, one file."""
    return FileResponse(PROGRAM.open("rb"), as_attachment=True, filename=PROGRAM.name)
