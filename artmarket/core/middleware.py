"""Turn a refusal of the domain into an answer that people can read.

JSON for those who ask for JSON, a fragment for htmx, a page for everyone else.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from .errors import Busy, DomainError, Invalid
from .locks import is_timeout


class DomainErrorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if is_timeout(error):
            error = Busy()
        if not isinstance(error, DomainError):
            return None
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(
                problem(error), status=error.status, content_type="application/problem+json"
            )
        return render(request, "errors/domain_error.html", {"error": error}, status=error.status)


def problem(error: DomainError) -> dict:
    """The error as problem details (RFC 9457)."""
    body = {"type": "about:blank", "title": str(error), "status": error.status, "code": error.code}
    if error.hint:
        body["detail"] = str(error.hint)
    if error.rule:
        body["rule"] = error.rule
    if isinstance(error, Invalid) and error.fields:
        body["fields"] = {name: str(text) for name, text in error.fields.items()}
    return body
