"""What every request of the API passes, in this order: language, token, limit, repeats, the router,
entity tag, headers. Sessions count for nothing here, so no foreign page can act through a browser.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import structlog
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFilesSent,
)
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from artmarket.accounts.requests import address_of
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.rest.conditions import names, tag_of
from artmarket.core.rest.scopes import NotSignedIn
from media.uploads import too_large

from . import limits
from .errors import BadRequest, of_domain_error, problem
from .idempotency import HEADER, REPLAYED, once
from .models import Token
from .services.tokens import recognise

log = structlog.get_logger(__name__)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
EXPOSED = ("ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "Content-Language")
View = Callable[..., HttpResponse]
Served = Mapping[str, frozenset[str]]


def with_head(methods: Served) -> Served:
    """Whatever can be read can be asked for its head."""
    return {**methods, "HEAD": methods["GET"]} if "GET" in methods else methods


def gated(view: View, methods: Served) -> View:
    """The view behind the gate. `methods` are those that it serves, each with its parameters."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_head = request.method == "HEAD" and "GET" in methods
        if is_head:
            request.method = "GET"  # the same answer; the server sends its head only
        with translation.override(language_of(request)):
            try:
                response = _passed(request, lambda: view(request, *args, **kwargs), methods)
            except Exception as error:  # the last resort: an answer in the form of all others
                response = _broken(request, error)
            response = _finished(request, response)
        if is_head:
            request.method, response.content = "HEAD", b""
        return response

    return wrapped


def not_found(_request: HttpRequest, path: str) -> HttpResponse:
    """Whatever else lies below the API's address."""
    return problem(404)


def language_of(request: HttpRequest) -> str:
    """The language asked for by Accept-Language, Chinese otherwise; cookies do not count."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return "zh-hans"


def _passed(request: HttpRequest, run: Callable[[], HttpResponse], methods: Served) -> Any:
    request.user, request.scopes, token = AnonymousUser(), None, None  # type: ignore[attr-defined]
    if request.method == "OPTIONS":
        return _options(methods)
    is_write = request.method not in SAFE
    failure: DomainError | None = None
    try:
        token = _token_of(request)
    except NotSignedIn as error:
        failure = error  # counted all the same: guessing is not free
    allowance = limits.count(token=token, address=address_of(request), is_write=is_write)
    if allowance.is_exceeded:
        response = allowance.refusal()
    elif failure is not None:
        response = of_domain_error(failure)
    else:
        response = _answered(request, token, run, methods)
    allowance.mark(response)
    return response


def _token_of(request: HttpRequest) -> Token | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    kind, _space, text = header.partition(" ")
    if kind.lower() != "bearer":
        raise NotSignedIn(_("请求头应当是Authorization: Bearer加访问令牌。"))
    token, person = recognise(text.strip())
    request.user = person
    request.token, request.scopes = token, frozenset(token.scopes)  # type: ignore[attr-defined]
    return token


def _answered(
    request: HttpRequest,
    token: Token | None,
    run: Callable[[], HttpResponse],
    methods: Served,
) -> HttpResponse:
    if methods and request.method not in methods:
        return _not_allowed(methods)
    try:
        _check_characters(request)
        if methods:
            _check_parameters(request, methods[request.method or ""])
        key = request.headers.get(HEADER)
        if request.method not in SAFE and token is not None and key is not None:
            return once(request, token, run, key=key)
        return run()
    except DomainError as error:
        return of_domain_error(error)
    except (RequestDataTooBig, TooManyFilesSent):
        return problem(413)
    except (MultiPartParserError, SuspiciousOperation):
        return problem(400)
    except Http404:
        return problem(404)


def _check_characters(request: HttpRequest) -> None:
    """No NUL and no half of a surrogate pair: no database keeps them."""
    raw = request.META.get("QUERY_STRING", "")
    if "%00" in raw or "\x00" in raw or "\x00" in request.path:
        raise BadRequest(_("请求里有NUL字符。"))
    if request.method in SAFE:
        return
    if request.content_type == "multipart/form-data":
        values = [v for _name, found in request.POST.lists() for v in found]
        if refusal := too_large(request):
            raise refusal
        if any("\x00" in value for value in values):
            raise BadRequest(_("请求里有NUL字符。"))


def _check_parameters(request: HttpRequest, known: frozenset[str]) -> None:
    """A parameter that the operation does not know is an error: a slip is not forgotten."""
    if unknown := sorted(set(request.GET) - known):
        raise Invalid(fields={name: _("没有这个字段或参数。") for name in unknown})


def _options(methods: Served) -> HttpResponse:
    """A preflight: foreign pages may read what is public, without a token."""
    response = HttpResponse(status=204)
    response["Allow"] = ", ".join(sorted({*methods, "OPTIONS"}))
    if "GET" in methods:
        response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match"
        response["Access-Control-Max-Age"] = "86400"
    return response


def _not_allowed(methods: Served) -> HttpResponse:
    response = problem(405)
    response["Allow"] = ", ".join(sorted({*methods, "OPTIONS"}))
    return response


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, DomainError):
        return of_domain_error(error)
    log.exception("api_failed", path=request.path)
    got_request_exception.send(sender=None, request=request)
    return problem(500)


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response["Content-Language"] = "en" if translation.get_language() == "en" else "zh-Hans"
    patch_vary_headers(response, ["Accept-Language", "Authorization"])
    has_token = "Authorization" in request.headers
    is_read = request.method in ("GET", "HEAD")
    if is_read and not has_token:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = ", ".join(EXPOSED)
    elif request.method == "OPTIONS" and "Access-Control-Allow-Methods" in response:
        response["Access-Control-Allow-Origin"] = "*"
    if is_read and response.status_code == 200:
        response["Cache-Control"] = "private, no-cache" if has_token else "public, no-cache"
        return _conditional(request, response)
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = "no-store"
    return response


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give the answer its tag; nothing but the tag to whoever has it already."""
    response.headers.setdefault("ETag", tag_of(response.content))
    tag = response["ETag"]
    wanted = request.headers.get("If-None-Match")
    if wanted is not None and names(wanted, tag) and REPLAYED not in response:
        response.status_code, response.content = 304, b""
        for name in ("Content-Type", "Content-Length"):
            response.headers.pop(name, None)
    return response
