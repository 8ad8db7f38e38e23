"""The id of the request being served, for the event table. Bound by django-structlog."""

import structlog


def request_id() -> str:
    """The current request's id, or an empty string outside a request."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64]
