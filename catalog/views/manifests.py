"""Manifests of IIIF Presentation 3: for public works only, the same for everybody."""

import json
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from catalog import manifests
from catalog.engine.numbers import NumberError, check_number
from catalog.enums import NUMBERED, PUBLIC_STATES, WorkState
from catalog.models import Work
from media.iiif import NoSuchImage, NotShown, open_to_all_sites
from media.limits import iiif_cache_seconds
from media.middleware import MARK


@open_to_all_sites
def work(request: HttpRequest, number: str) -> HttpResponse:
    """The manifest of a registered work."""
    try:
        known = check_number(number)
    except NumberError as error:
        raise NoSuchImage() from error
    found = manifests.works_for_manifest().filter(number=known, state__in=NUMBERED).first()
    return _answer(request, found)


@open_to_all_sites
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The manifest of a reference record from an open collection."""
    found = manifests.works_for_manifest().filter(pk=pk, state=WorkState.RECORDED).first()
    return _answer(request, found)


def _answer(request: HttpRequest, found: Work | None) -> HttpResponse:
    """The manifest with its ETag. Raises NotShown for sealed works, NoSuchImage for no manifest."""
    if found is None:
        raise NoSuchImage()
    if not found.is_public or found.state not in PUBLIC_STATES:
        raise NotShown()
    document = manifests.manifest(found)
    if document is None:
        raise NoSuchImage()
    content = json.dumps(document, ensure_ascii=False)
    wants_plain = "application/json" in request.headers.get("Accept", "")
    answer = HttpResponse(
        content, content_type="application/json" if wants_plain else manifests.JSON_LD
    )
    etag = f'"{sha256(content.encode()).hexdigest()[:24]}"'
    final = get_conditional_response(request, etag=etag, response=answer) or answer
    final["ETag"] = etag
    final["Cache-Control"] = f"public, max-age={iiif_cache_seconds()}"
    patch_vary_headers(final, ["Accept"])
    setattr(final, MARK, True)
    return final
