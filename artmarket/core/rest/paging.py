"""Keyset pages: a cursor is the key of the last thing before it, so nothing is skipped or shown
twice when things come and go. The address of the next page stands in the body and in `Link`.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from pydantic import Field

LIMIT: Final = 24
MAX_LIMIT: Final = 100
MAX_ID: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""

Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description=N_("一页最多几条"))]
Id = Annotated[int, Field(ge=1, le=MAX_ID)]
After = Annotated[int, Field(ge=1, le=MAX_ID, description=N_("上一页的next里的游标"))]
M = TypeVar("M", bound=models.Model)


def page_of(
    request: HttpRequest,
    response: HttpResponse,
    rows: "models.QuerySet[M]",
    *,
    after: int | None,
    limit: int,
    show: Callable[[Sequence[M]], list[Any]],
    newest_first: bool = True,
) -> dict[str, Any]:
    """One page of rows in the order of their keys; one row more says whether there is another."""
    ordered = rows.order_by("-pk" if newest_first else "pk")
    if after is not None:
        ordered = ordered.filter(**{"pk__lt" if newest_first else "pk__gt": after})
    found = list(ordered[: limit + 1])
    shown = found[:limit]
    following = {"after": str(shown[-1].pk)} if len(found) > limit else None
    return {"items": show(shown), "next": link_next(request, response, following)}


def link_next(
    request: HttpRequest, response: HttpResponse, changed: dict[str, str] | None
) -> str | None:
    """The address of the next page: this one with other parameters. None, no Link at the end."""
    if changed is None:
        return None
    kept = [(k, v) for k, values in request.GET.lists() for v in values if k not in changed]
    address = f"{own_url(request.path)}?{urlencode([*kept, *changed.items()])}"
    response["Link"] = f'<{address}>; rel="next"'
    return address


def own_url(path: str) -> str:
    """A path of the platform as a whole address."""
    return settings.SITE_URL.rstrip("/") + path
