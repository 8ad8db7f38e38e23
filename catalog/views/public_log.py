"""The public log: its files for programs, and a page in words for people. Nobody signs in.

Files are those of C2SP tlog-tiles. A full tile never changes and may be kept for ever, a partial
one is outgrown soon, a checkpoint is asked for again after seconds.
"""

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from artmarket import rulebook
from artmarket.core.errors import DomainError
from catalog import log_page, log_reads
from catalog.engine.log.note import MOST_NOTE_BYTES
from catalog.services.log_policy import LogBroken, NotLogged
from catalog.services.log_witnesses import CosignatureRefused, receive_cosignature
from catalog.services.public_log import proof_at
from media.iiif import open_to_all_sites, refusal
from media.middleware import MARK

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
SECONDS_RULE = "log.checkpoint_seconds"
MOST_DIGITS = 19


@open_to_all_sites
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last signed tree with its witnesses."""
    return _file(request, log_reads.head().note.encode(), TEXT, _soon())


@open_to_all_sites
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile of hashes or a bundle of entries, full or as wide as its path says."""
    asked = log_reads.read_tile_path(f"tile/{path}")
    caching = FOR_EVER if asked.is_full else "public, max-age=3600"
    return _file(request, log_reads.tile_bytes(asked), BYTES, caching)


@open_to_all_sites
def proof(request: HttpRequest, position: int) -> HttpResponse:
    """The proof of one entry as a file to keep (C2SP tlog-proof)."""
    if len(str(position)) > MOST_DIGITS:
        raise log_reads.NotThere()
    try:
        text = proof_at(position=position)
    except NotLogged as error:
        raise log_reads.NotThere() from error
    except LogBroken as error:
        raise log_reads.Halted() from error
    answer = _file(request, text.encode(), TEXT, _soon())
    answer["Content-Disposition"] = f'attachment; filename="{position}.tlog-proof"'
    return answer


@csrf_exempt
def cosignature(request: HttpRequest) -> HttpResponse:
    """A witness hands in a cosigned checkpoint; his signature is his only pass."""
    if request.method != "POST":
        answer = HttpResponse(status=405)
        answer["Allow"] = "POST"
        return answer
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_NOTE_BYTES:
            raise CosignatureRefused(status=413, reason="too_long")
        receive_cosignature(note=_words(request.body))
    except DomainError as error:
        return refusal(error)
    return HttpResponse(status=204)


def _words(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CosignatureRefused(hint=str(error), reason="malformed_note") from error


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What the log is, how it stands, and how to check it without us."""
    context: dict[str, Any] = log_page.context()
    return render(request, "catalog/log.html", context)


def _soon() -> str:
    return f"public, max-age={rulebook.get(SECONDS_RULE)}"


def _file(request: HttpRequest, content: bytes, kind: str, caching: str) -> HttpResponse:
    """The bytes with their entity tag, or that nothing has changed."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type=kind)
    final = get_conditional_response(request, etag=tag, response=answer) or answer
    final["ETag"] = tag
    final["Cache-Control"] = caching
    setattr(final, MARK, True)
    return final
