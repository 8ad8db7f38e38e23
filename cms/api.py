"""Routes of content: the district's pages for other programs. Reading only, public pages only."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router

from artmarket.core.rest.paging import Id, page_of

from . import api_schemas as shapes
from . import representation
from .selectors.published import live_pages, page_at, with_roots

router = Router(tags=["content"])


@router.get("/content/pages", response=shapes.PagesPage, summary=N_("街区的公开页面，最新在前"))
def list_pages(
    request: HttpRequest, response: HttpResponse, asked: Query[shapes.PagesQuery]
) -> dict[str, Any]:
    return page_of(
        request, response, _asked(asked), after=asked.after, limit=asked.limit,
        show=lambda rows: [representation.brief(page) for page in _specific(rows)],
    )  # fmt: skip


@router.get(
    "/content/pages/{page_id}",
    response=shapes.PageOut,
    summary=N_("一个页面：内容块、图片、场次、译文"),
)
def read_page(request: HttpRequest, page_id: Id) -> dict[str, Any]:
    page = live_pages().filter(pk=page_id).first()
    if page is None:
        raise Http404
    return representation.whole(page.specific)


def _asked(asked: shapes.PagesQuery) -> Any:
    rows = live_pages()
    if asked.type:
        rows = rows.filter(content_type__in=_kind(asked.type))
    if asked.language:
        rows = rows.filter(locale__language_code=asked.language)
    if asked.slug is not None:
        rows = rows.filter(slug=asked.slug)
    if asked.path is not None:
        found = page_at(asked.path)
        rows = rows.filter(pk=found.pk) if found else rows.none()
    if words := asked.q.strip():
        rows = rows.filter(title__icontains=words)
    return rows


def _kind(name: str) -> Any:
    """The kind of page of this name; other tables do not count."""
    return ContentType.objects.filter(app_label="cms", model=name)


def _specific(rows: Any) -> list[Any]:
    """The rows as pages of their kind, in their order; one query for each kind."""
    found: dict[int, Any] = {}
    by_kind: dict[Any, list[int]] = {}
    for row in rows:
        by_kind.setdefault(row.specific_class, []).append(row.pk)
    for kind, keys in by_kind.items():
        manager = kind.objects.select_related("locale")
        found |= manager.in_bulk(keys)
    return with_roots(found[row.pk] for row in rows)
