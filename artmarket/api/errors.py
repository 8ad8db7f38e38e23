"""Every refusal as problem details (RFC 9457), in the reader's language, with the rule it rests on.

Faults of input are one list, each with a JSON pointer or the name of the parameter.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from artmarket import rulebook
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.rest.faults import fault, faults_of
from artmarket.core.rest.paging import own_url

MEDIA_TYPE = "application/problem+json"
CODES = "api:docs"
WORDS = {
    400: gettext_lazy("请求读不懂。"),
    401: gettext_lazy("这个接口要用访问令牌。"),
    403: gettext_lazy("你没有做这件事的权限。"),
    404: gettext_lazy("没有这个东西，或者它没有公开。"),
    405: gettext_lazy("这个地址不支持这种请求方法。"),
    413: gettext_lazy("请求太大。"),
    415: gettext_lazy("请求的内容类型不支持。"),
    429: gettext_lazy("请求太多，请稍候。"),
    500: gettext_lazy("平台出了错，已经记录。"),
}
NAMES = {
    400: "bad_request", 401: "token_needed", 403: "not_allowed", 404: "not_found",
    405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type",
    429: "too_many_requests", 500: "server_error",
}  # fmt: skip


class BadRequest(DomainError):
    """The request itself cannot be read."""

    code = "bad_request"
    status = 400
    message = WORDS[400]


def problem(
    status: int,
    *,
    code: str = "",
    title: str = "",
    detail: str = "",
    rule: str | None = None,
    errors: Iterable[Mapping[str, str]] = (),
    data: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """A problem as an answer; empty members are left out."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title or str(WORDS.get(status, WORDS[400])),
        "status": status,
        "code": code or NAMES.get(status, "refused"),
    }
    if detail:
        body["detail"] = detail
    if rule:
        body["rule"] = cited(rule)
    if faults := list(errors):
        body["errors"] = faults
    if data:
        body["data"] = dict(data)
    options = {"ensure_ascii": False}
    response = JsonResponse(body, status=status, json_dumps_params=options, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def of_domain_error(error: DomainError) -> HttpResponse:
    """What a service refuses."""
    response = problem(
        error.status,
        code=error.code,
        title=str(error),
        detail=str(error.hint),
        rule=error.rule,
        errors=faults_of(error.fields) if isinstance(error, Invalid) else (),
        data=error.data,
    )
    if error.status == 503:
        response["Retry-After"] = "1"
    return response


def cited(rule: str) -> dict[str, str]:
    """The rule as a refusal cites it."""
    try:
        citation = rulebook.cite(rule)
    except (rulebook.UnknownRule, rulebook.RuleNotInForce):
        return {"id": rule}
    return {
        "id": rule,
        "title": citation.title,
        "place": citation.place,
        "url": own_url(citation.url),
    }


def of_validation(errors: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """What the schema refuses: all faults in one list."""
    return problem(
        422,
        code="invalid",
        title=_("有几处需要修改。"),
        errors=[fault(error) for error in errors],
    )


def register(api: NinjaAPI) -> None:
    """Answer every refusal of the routers as a problem."""

    @api.exception_handler(DomainError)
    def _domain(_request: HttpRequest, error: DomainError) -> HttpResponse:
        return of_domain_error(error)

    @api.exception_handler(ValidationError)
    def _validation(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        return of_validation(error.errors)

    @api.exception_handler(Http404)
    def _missing(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return problem(404)

    @api.exception_handler(HttpError)
    def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, DomainError):  # our parser's, wrapped by the library
            return of_domain_error(cause)
        return problem(error.status_code)

    @api.exception_handler(Exception)
    def _broken(_request: HttpRequest, error: Exception) -> HttpResponse:
        raise error  # the gate answers and records it
