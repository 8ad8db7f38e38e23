"""Upload, state and original of a picture; and the public files where no web server does it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from artmarket.core.errors import DomainError, NotAllowed
from artmarket.core.middleware import problem

from . import serving
from .engine.refusals import NoFile
from .links import open_link
from .models import Image
from .permissions import can_manage, can_view_original
from .selectors import Sources, image_by_uuid, is_found_alike, picture_sources, same_file
from .services.pictures import receive_image
from .uploads import counted, dropped


@counted
@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponseBase:
    """Take in the field `file`: 201 with the picture's state, or the refusal.

    htmx gets a fragment (of a refusal too, with status 200, because htmx shows no other), everybody
    else JSON; a refusal is problem details (RFC 9457).
    """
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise next((refusal for _name, refusal in dropped(request)), NoFile())
        image = receive_image(actor=request.user, file=sent, name=sent.name or "")
    except DomainError as error:
        if _is_htmx(request):
            return render(request, "media/refused.html", {"error": error})
        return JsonResponse(
            problem(error), status=error.status, content_type="application/problem+json"
        )
    return _state_answer(request, image, status=201)


@login_required
@never_cache
@require_GET
def state(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """How far a picture is; asked again by the page until it is ready or has failed."""
    image = image_by_uuid(uuid)
    if image is None:
        raise Http404
    if not can_view_original(request.user, image):
        raise NotAllowed()
    return _state_answer(request, image, status=200)


@login_required
@require_safe
def original(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The private original as an attachment, for those who may."""
    image = Image.objects.filter(uuid=uuid).exclude(sha256="").first()
    if image is None:
        raise Http404
    if not can_view_original(request.user, image):
        raise NotAllowed()
    return serving.private_original(request, image)


@login_required
@never_cache
@require_GET
def document(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """A private file behind a signed link (`links.signed_link`), as an attachment."""
    found = open_link(actor=request.user, uuid=uuid, key=request.GET.get("key", ""))
    if isinstance(found, Image):
        return serving.private_original(request, found)
    return serving.private_document(request, found)


@require_safe
def public(request: HttpRequest, name: str) -> HttpResponseBase:
    """A public picture; a web server or CDN before the platform answers this address itself."""
    return serving.public_picture(request, name)


def _is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _state_answer(request: HttpRequest, image: Image, *, status: int) -> HttpResponse:
    sources = picture_sources(image)
    if _is_htmx(request):
        context = {
            "image": image,
            "sources": sources,
            "failure": _(image.failure) if image.failure else "",
            "same": same_file(image).first(),
            "alike": is_found_alike(image),
            "may_retry": sources.state == "failed" and can_manage(request.user, image),
        }
        return render(request, "media/state.html", context, status=status)
    return JsonResponse(_described(image, sources), status=status)


def _described(image: Image, sources: Sources) -> dict[str, Any]:
    """The picture for machines; `same_as` names an earlier upload of the same bytes."""
    same = same_file(image).first()
    return {
        "uuid": str(image.uuid),
        "state": image.state,
        "state_label": str(image.get_state_display()),
        "name": image.original_name,
        "mime": image.mime,
        "size": image.size,
        "width": image.width,
        "height": image.height,
        "sha256": image.sha256,
        "failure": _(image.failure) if image.failure else "",
        "same_as": str(same.uuid) if same else None,
        "src": sources.src,
        "srcset": sources.srcset,
        "sources": [{"type": mime, "srcset": srcset} for mime, srcset in sources.sources],
        "state_url": reverse("media:state", args=[image.uuid]),
        "original_url": reverse("media:original", args=[image.uuid]),
    }
