"""The IIIF Image API 3 at /iiif/3/<uuid>/: information, and any part of a picture at any size.

Thin: the address is read by `engine.iiif`, pixels come from `tiles`, who may look from
`permissions`. Every answer may be read by any site (CORS), because none carries more than what the
asking browser's own session may see. Source: IIIF Image API 3.0, sections 2, 5 to 8.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from uuid import UUID

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import DomainError
from artmarket.core.middleware import problem
from artmarket.core.rest.conditions import tag_of

from . import files, tiles
from .engine import iiif
from .enums import PyramidState
from .limits import iiif_cache_seconds, iiif_limits
from .middleware import MARK
from .models import Image, Pyramid
from .open_pyramids import open_pyramid
from .permissions import can_view_picture, is_shown_to_all

log = structlog.get_logger(__name__)
JSON_LD = f'application/ld+json;profile="{iiif.CONTEXT}"'
METHODS = "GET, HEAD, OPTIONS"
# Functions (image) -> a rights URI or "": floors above know whose picture it is.
rights_sources: list[Callable[[Image], str]] = []

View = Callable[..., HttpResponseBase]


class TileResponse(HttpResponse):
    """A picture that was just drawn; `keep` runs once it is sent, so nobody waits for the disk."""

    keep: Callable[[], None] | None = None

    def close(self) -> None:
        super().close()
        keep, self.keep = self.keep, None
        if keep is not None:
            keep()


class NoSuchImage(DomainError):
    code = "no_such_image"
    status = 404
    message = _("没有这张图，或者它还没有准备好。")


class NotShown(DomainError):
    code = "not_shown"
    status = 401
    message = _("这张图不公开。")
    hint = _("如果你有权查看，请先登录。")


class BadImageRequest(DomainError):
    code = "bad_image_request"
    status = 400
    message = _("这个地址不符合IIIF Image API 3，或者超过了上限。")
    hint = _("可用的写法和上限见这张图的info.json。")


def open_to_all_sites(view: View) -> View:
    """Answer preflights, refuse other methods, say refusals in JSON, and let any site read."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = METHODS
            response["Access-Control-Allow-Headers"] = "*"
            response["Access-Control-Max-Age"] = "86400"
        elif request.method not in ("GET", "HEAD"):
            response = HttpResponse(status=405)
            response["Allow"] = METHODS
        else:
            try:
                response = view(request, *args, **kwargs)
            except DomainError as error:
                response = refusal(error)
        return _readable(response)

    return answer


def refusal(error: DomainError) -> HttpResponse:
    """The refusal as problem details (RFC 9457), never kept by a cache."""
    answer = JsonResponse(
        problem(error) | error.data, status=error.status, content_type="application/problem+json"
    )
    answer["Cache-Control"] = "no-store"
    if error.status == 401:
        answer["WWW-Authenticate"] = 'Session realm="IIIF"'
    return answer


@open_to_all_sites
def base(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The image's own address leads to its information."""
    answer = HttpResponse(status=303)
    answer["Location"] = f"{_address(request, uuid)}/info.json"
    return answer


@open_to_all_sites
def information(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """info.json: JSON-LD for those who ask for it, else JSON."""
    image, row, shown_to_all = _shown(request, uuid)
    document = iiif.describe(
        address=_address(request, uuid),
        width=row.width,
        height=row.height,
        limits=iiif_limits(),
        rights=next((uri for source in rights_sources if (uri := source(image))), ""),
    )
    wants_json_ld = "application/ld+json" in request.headers.get("Accept", "")
    answer = JsonResponse(document, content_type=JSON_LD if wants_json_ld else "application/json")
    etag = tag_of(answer.content)
    final = get_conditional_response(request, etag=etag, response=answer) or answer
    patch_vary_headers(final, ["Accept"])
    return _cacheable(final, etag=etag, shown_to_all=shown_to_all)


@open_to_all_sites
def picture(request: HttpRequest, uuid: UUID, path: str) -> HttpResponseBase:
    """A part of the image: region/size/rotation/quality.format."""
    _image, row, shown_to_all = _shown(request, uuid)
    return _part(request, uuid, path, row=row, shown_to_all=shown_to_all)


def open_picture(request: HttpRequest, uuid: UUID, path: str) -> HttpResponseBase | None:
    """What `picture` answers when everybody may see it, by one query and without asking who asks.

    None for everything else, refusals included: `picture` knows the words.
    """
    row = open_pyramid(uuid)
    if row is None:
        return None
    try:
        return _readable(_part(request, uuid, path, row=row, shown_to_all=True))
    except DomainError:
        return None


@open_to_all_sites
def nothing(request: HttpRequest, path: str) -> HttpResponseBase:
    """Whatever else stands in the place of an identifier."""
    raise NoSuchImage()


def _part(
    request: HttpRequest, uuid: UUID, path: str, *, row: Pyramid, shown_to_all: bool
) -> HttpResponseBase:
    """The answer to one who may see the picture. Raises BadImageRequest, NoSuchImage."""
    try:
        asked = iiif.read_request(path, width=row.width, height=row.height, limits=iiif_limits())
    except iiif.RequestError as error:
        raise BadImageRequest(part=error.part, given=error.given[:100]) from error
    etag = f'"{tiles.tile_key(row, asked)[:24]}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = _drawn(row, asked)
    links = f'<{_address(request, uuid)}/{asked.canonical}>;rel="canonical"'
    answer["Link"] = f'{links}, <{iiif.PROFILE}>;rel="profile"'
    return _cacheable(answer, etag=etag, shown_to_all=shown_to_all)


def _shown(request: HttpRequest, uuid: UUID) -> tuple[Image, Pyramid, bool]:
    """The image, its pyramid, and whether anybody may see it. Raises NoSuchImage, NotShown."""
    image = Image.objects.select_related("pyramid").filter(uuid=uuid).first()
    if image is None:
        raise NoSuchImage()
    shown_to_all = is_shown_to_all(image)  # asked first: a public tile needs no session
    if not shown_to_all and not can_view_picture(request.user, image):
        raise NotShown()
    row = getattr(image, "pyramid", None)
    if row is None or row.state != PyramidState.READY:
        raise NoSuchImage()
    return image, row, shown_to_all


def _drawn(row: Pyramid, asked: iiif.ImageRequest) -> HttpResponse:
    content = tiles.kept(row, asked)
    answer = TileResponse(content_type=asked.mime)
    if content is None:
        try:
            content = tiles.drawn(row, asked)
        except files.FileLost as error:
            log.error("pyramid_lost", image=row.image_id, error=str(error))
            raise NoSuchImage() from error
        answer.keep = partial(tiles.keep, row, asked, content)
    answer.content = content
    answer["Content-Length"] = len(content)
    return answer


def _address(request: HttpRequest, uuid: UUID) -> str:
    """The image's own address, on the host that was asked: info.json must repeat it."""
    return request.build_absolute_uri(reverse("media:iiif", args=[uuid]))


def _readable(answer: HttpResponseBase) -> HttpResponseBase:
    """The headers of every answer: any site's script may read it, as what it says it is."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Expose-Headers"] = "Link, ETag"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _cacheable(answer: HttpResponseBase, *, etag: str, shown_to_all: bool) -> HttpResponseBase:
    answer["ETag"] = etag
    if shown_to_all:
        answer["Cache-Control"] = f"public, max-age={iiif_cache_seconds()}"
        setattr(answer, MARK, True)
    else:
        answer["Cache-Control"] = "private, no-store"
    return answer
