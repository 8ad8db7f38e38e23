"""What strangers fetch to check a certificate: keys, lists, certificates, proofs, a package.

The same for everybody, without sign-in and from any site (CORS), so that nobody learns who checks
what. A certificate of a work that is not public is served to those only who may see the work; its
holder has the file, and keys, lists and proofs are open. Registry rules, section 6.
"""

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext_lazy as _

from appraisal.certificates import citations
from appraisal.certificates.addresses import context_address
from appraisal.certificates.numbers import read_number
from appraisal.certificates.package import package_of
from appraisal.engine.credentials import context_document, did_document
from appraisal.models import Certificate, SealedKey, StatusList
from appraisal.services.signing_keys import controller_of, trusted_keys
from artmarket import rulebook
from artmarket.core.errors import DomainError
from artmarket.core.rest.conditions import tag_of
from catalog.engine.numbers import NumberError
from catalog.services import public_log
from media.iiif import open_to_all_sites
from media.middleware import MARK

JSON: Final = "application/json"
JSON_LD: Final = "application/ld+json"
DID_JSON: Final = "application/did+json"
CREDENTIAL: Final = "application/vc"
LONGEST_COPY: Final = 300
"""Seconds for which a cache may keep what changes; a list states its own, longer term."""


class NoSuchCertificate(DomainError):
    code = "no_such_certificate"
    status = 404
    message = _("登记册里没有这份证书，或者它的作品不公开展示。")


class NotThere(DomainError):
    code = "not_found"
    status = 404
    message = _("这里没有内容。")


class NotLoggedYet(DomainError):
    code = "not_logged_yet"
    status = 404
    message = _("这份证书还没有记入公开日志，通常几分钟内就会记入。")
    hint = _("请稍后再取。")


@open_to_all_sites
def platform_keys(request: HttpRequest) -> HttpResponseBase:
    """The DID document of the platform, also before its first key."""
    return _keys(request, controller_of())


@open_to_all_sites
def signer_keys(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The DID document of an appraiser or reviewer who signs with a key of his own."""
    row = SealedKey.objects.filter(user=pk).select_related("user").first()
    if row is None:
        raise NotThere()
    return _keys(request, controller_of(row.user))


@open_to_all_sites
def context(request: HttpRequest) -> HttpResponseBase:
    """The JSON-LD context that certificates name."""
    return _answer(request, _text(context_document(context_address())), JSON_LD, copy=86_400)


@open_to_all_sites
def certificate(request: HttpRequest, number: str) -> HttpResponseBase:
    """The signed certificate, byte for byte as its digest counts it."""
    row = _shown(request, number)
    wants_credential = CREDENTIAL in request.headers.get("Accept", "")
    kind = CREDENTIAL if wants_credential else JSON
    answer = _answer(request, row.document.encode(), kind, is_public=row.work.is_public)
    patch_vary_headers(answer, ["Accept"])
    return answer


@open_to_all_sites
def identifier(request: HttpRequest, number: str) -> HttpResponseBase:
    """The id of a certificate leads programs to the signed file and readers to the page."""
    row = _row(number)
    asked = request.headers.get("Accept", "")
    answer = HttpResponse(status=303)
    if "text/html" in asked:
        answer["Location"] = reverse("appraisal:certificate", args=[row.number])
    else:
        answer["Location"] = reverse("certificates:certificate", args=[row.number])
    patch_vary_headers(answer, ["Accept", "Accept-Language"])
    return answer


@open_to_all_sites
def log_proof(request: HttpRequest, number: str) -> HttpResponseBase:
    """The proof that the issue is logged; its entry is told by the certificate itself."""
    row = _row(number)
    try:
        proof = public_log.proof_of(ticket=row.log_ticket)
    except public_log.NotLogged as error:
        raise NotLoggedYet() from error
    answer = _answer(request, proof.encode(), "text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{row.number}.tlog-proof"'
    return answer


@open_to_all_sites
def package(request: HttpRequest, number: str) -> HttpResponseBase:
    """Everything that an offline check needs, in one ZIP."""
    row = _shown(request, number)
    answer = _answer(request, package_of(row), "application/zip", is_public=row.work.is_public)
    answer["Content-Disposition"] = f'attachment; filename="{row.number}.zip"'
    return answer


@open_to_all_sites
def status_list(request: HttpRequest, number: int) -> HttpResponseBase:
    """One signed list; whoever checks fetches it whole."""
    row = StatusList.objects.filter(number=number).exclude(document="").first()
    if row is None:
        raise NotThere()
    seconds = 3600 * rulebook.get(citations.STATUS_COPY_HOURS)
    return _answer(request, row.document.encode(), JSON, copy=min(LONGEST_COPY, seconds))


# ------------------------------------------------------------------ parts


def _keys(request: HttpRequest, controller: str) -> HttpResponseBase:
    document = did_document(controller, trusted_keys(controller=controller))
    return _answer(request, _text(document), DID_JSON)


def _row(number: str) -> Certificate:
    try:
        known = read_number(number)
    except NumberError as error:
        raise NoSuchCertificate() from error
    row = Certificate.objects.filter(number=known).select_related("work", "place").first()
    if row is None:
        raise NoSuchCertificate()
    return row


def _shown(request: HttpRequest, number: str) -> Certificate:
    row = _row(number)
    if not row.work.is_public and not request.user.has_perm("catalog.view_work", row.work):
        raise NoSuchCertificate()
    return row


def _text(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _answer(
    request: HttpRequest, content: bytes, kind: str, *, copy: int = LONGEST_COPY,
    is_public: bool = True,
) -> HttpResponseBase:  # fmt: skip
    """With its ETag; what only some may see is kept by no cache."""
    answer = HttpResponse(content, content_type=kind)
    tag = tag_of(content)
    final = get_conditional_response(request, etag=tag, response=answer) or answer
    final["ETag"] = tag
    final["Cache-Control"] = f"public, max-age={copy}" if is_public else "private, no-store"
    final["X-Content-Type-Options"] = "nosniff"
    if is_public:
        setattr(final, MARK, True)
    return final
