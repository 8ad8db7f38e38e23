"""Send files: public pictures for ever cacheable, originals only as private attachments.

The public view is for machines without a web server or a CDN before MEDIA_URL; it serves the two
folders of drawn pictures and nothing else of MEDIA_ROOT.
"""

import mimetypes
from collections.abc import AsyncIterator, Iterator
from datetime import UTC
from hashlib import sha256
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import Storage
from django.core.handlers.asgi import ASGIRequest
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from . import files
from .limits import storage_link_seconds
from .models import Document, Image

STEP = 1 << 18
YEAR = 31_536_000
# Ours never change under one address; the editor's (Wagtail) may, after a new crop.
_MAX_AGE = {files.PICTURES: f"public, max-age={YEAR}, immutable", "images": "public, max-age=3600"}
_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".avif": "image/avif"}
_TYPES |= {".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}


def public_picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A drawn picture with its ETag, or 304. Raises Http404 for everything else."""
    path = PurePosixPath(name)
    mime = _TYPES.get(path.suffix.lower())
    cache = _MAX_AGE.get(path.parts[0] if path.parts else "")
    if not mime or not cache or ".." in path.parts:
        raise Http404
    storage = files.public()
    try:
        modified = storage.get_modified_time(name).astimezone(UTC)
        size = storage.size(name)
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
    etag = f'"{sha256(f"{name}:{size}:{modified.timestamp()}".encode()).hexdigest()[:24]}"'
    seconds = int(modified.timestamp())
    answer = get_conditional_response(request, etag=etag, last_modified=seconds)
    if answer is None:
        answer = HttpResponse(content_type=mime)
        answer["Content-Length"] = size
        if request.method != "HEAD":
            with storage.open(name) as file:
                answer.content = file.read()
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(seconds)
    answer["Cache-Control"] = cache
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'"
    return answer


def private_original(request: HttpRequest, image: Image) -> HttpResponseBase:
    """The original as an attachment. Permission is the caller's duty."""
    return _private(request, image, path=image.original_path)


def private_document(request: HttpRequest, document: Document) -> HttpResponseBase:
    """The document as an attachment. Permission is the caller's duty."""
    return _private(request, document, path=document.path)


def _private(request: HttpRequest, thing: Image | Document, *, path: str) -> HttpResponseBase:
    """A private file as an attachment that no browser shows and no cache keeps.

    A storage beyond this machine sends it by its own address of short life. Raises Http404 when
    the file is gone.
    """
    disposition = _attachment(thing, path)
    address = files.private_url(
        path, mime=thing.mime, disposition=disposition, seconds=storage_link_seconds()
    )
    answer: HttpResponseBase
    if address:
        answer = HttpResponseRedirect(address)
        answer["Referrer-Policy"] = "no-referrer"
    else:
        storage = files.private()
        try:
            size = storage.size(path)
            pieces = _pieces(request, storage, path)
        except OSError as error:
            raise Http404 from error
        answer = StreamingHttpResponse(pieces, content_type=thing.mime)
        answer["Content-Length"] = size
        answer["Content-Disposition"] = disposition
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _attachment(thing: Image | Document, path: str) -> str:
    """The sender's name with the true extension; ASCII fallback beside it (RFC 6266)."""
    extension = PurePosixPath(path).suffix or mimetypes.guess_extension(thing.mime)
    stem = thing.original_name.rpartition(".")[0] or str(thing.uuid)
    name = quote(f"{stem}{extension}", safe="")
    return f"attachment; filename=\"{thing.uuid}{extension}\"; filename*=UTF-8''{name}"


def _pieces(request: HttpRequest, storage: Storage, name: str) -> Any:
    """The file's bytes, as an iterator of the kind that the server runs (WSGI or ASGI)."""
    file = storage.open(name)
    return _async_pieces(file) if isinstance(request, ASGIRequest) else _sync_pieces(file)


def _sync_pieces(file: IO[bytes] | Any) -> Iterator[bytes]:
    with file:
        while piece := file.read(STEP):
            yield piece


async def _async_pieces(file: IO[bytes] | Any) -> AsyncIterator[bytes]:
    read = sync_to_async(file.read, thread_sensitive=False)
    try:
        while piece := await read(STEP):
            yield piece
    finally:
        await sync_to_async(file.close, thread_sensitive=False)()
