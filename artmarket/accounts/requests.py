"""Where a request comes from, told the same everywhere: in the log, in limits, to the owner."""

import structlog
from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware


def address_of(request: HttpRequest) -> str:
    """The network address as the sign-in counts it: past our own proxies (docs/deploy.md)."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):  # no address; fewer proxies than we were told
        return str(request.META.get("REMOTE_ADDR", ""))


class RequestContextMiddleware(RequestMiddleware):
    """django-structlog's, which would believe whatever address a request claims to be from."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=address_of(request))
