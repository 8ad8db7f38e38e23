"""A write under an Idempotency-Key is done once, however often it is sent.

Reserve the key → run the write → keep its answer: three transactions. A crash after the write
leaves a reservation without an answer; the write's events carry its request id and say whether it
took place, so it is neither lost nor done twice (docs/api.md).
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError
from artmarket.core.models import Event

from .errors import BadRequest
from .models import KeptAnswer, Token

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
RULE = "api.idempotency_hours"
KEPT_HEADERS = ("Content-Type", "Content-Language", "ETag", "Location", "Link")
MAX_KEY = 255
# A worker does not take longer over one request; afterwards it is taken for dead.
LEASE = timedelta(minutes=5)
_PIECE = 1 << 20


class KeyInUse(DomainError):
    """The same write is under way."""

    code = "idempotency_running"
    message = _("同一个Idempotency-Key的请求正在处理，请稍候再试。")


class KeyOfAnother(DomainError):
    """The key was used for another request."""

    code = "idempotency_mismatch"
    status = 422
    message = _("这个Idempotency-Key已经用在内容不同的请求上。")
    hint = _("换一个新的键，例如UUID。")


class AnswerLost(DomainError):
    """The write took place and its answer was lost in a crash."""

    code = "idempotency_answer_lost"
    message = _("这个请求已经办成，但答复没有留下来。")
    hint = _("data.events列出做成的事，请读取它们，不要重发。")


def once(
    request: HttpRequest, token: Token, run: Callable[[], HttpResponse], *, key: str
) -> HttpResponse:
    """Run the write, or give the answer that it got before.

    Raises BadRequest (no key at all), KeyInUse, KeyOfAnother, AnswerLost.
    """
    if not 1 <= len(key) <= MAX_KEY or not (key.isascii() and key.isprintable()):
        raise BadRequest(_("Idempotency-Key是1到255个可打印的ASCII字符。"), code="idempotency_key")
    digest = digest_of(request)
    kept = _reserve(token, key, digest)
    if kept.status is not None:
        return _replay(kept)
    with structlog.contextvars.bound_contextvars(request_id=kept.request_id):
        try:
            response = run()
        except BaseException:
            _release(kept)
            raise
    # An answer that asks to be tried again is no result.
    if response.status_code >= 500 or response.status_code == 429 or response.streaming:
        _release(kept)
    else:
        _keep(kept, response)
    return response


def digest_of(request: HttpRequest) -> str:
    """What makes two requests the same: method, address, and the content as the parser reads it.

    The boundary of a multipart body differs between two sendings of a form; its parts do not.
    """
    found = hashlib.sha256()

    def add(*pieces: bytes) -> None:
        for piece in pieces:
            found.update(len(piece).to_bytes(8) + piece)

    add((request.method or "").encode(), request.get_full_path().encode())
    add((request.content_type or "").encode(), request.headers.get("If-Match", "").encode())
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            add(name.encode(), *(v.encode("utf-8", "surrogatepass") for v in values))
        for name, files in sorted(request.FILES.lists()):
            for file in files:
                whole = hashlib.sha256()
                for piece in file.chunks(_PIECE):
                    whole.update(piece)
                file.seek(0)
                add(name.encode(), (file.name or "").encode(), whole.digest())
    else:
        add(request.body)
    return found.hexdigest()


def _reserve(token: Token, key: str, digest: str) -> KeptAnswer:
    """The caller's own reservation, or the row of a write that is done."""
    for _attempt in range(3):
        try:
            with transaction.atomic():
                return KeptAnswer.objects.create(
                    token=token,
                    key=key,
                    request_digest=digest,
                    request_id=f"idem-{uuid4().hex}",
                    events_before=Event.objects.aggregate(last=Max("pk"))["last"] or 0,
                )
        except IntegrityError:
            kept = KeptAnswer.objects.filter(token=token, key=key).first()
        if kept is None or _forget_if_old(kept):
            continue
        if kept.request_digest != digest:
            raise KeyOfAnother()
        if kept.status is not None:
            return kept
        if (taken := _take_over(token, kept)) is not None:
            return taken
    raise KeyInUse()


def _forget_if_old(kept: KeptAnswer) -> bool:
    """Drop an answer whose time is over."""
    until = kept.begun_at + timedelta(hours=rulebook.get(RULE))
    if kept.status is None or db_now() < until:
        return False
    KeptAnswer.objects.filter(pk=kept.pk, begun_at=kept.begun_at).delete()
    return True


def _take_over(token: Token, kept: KeptAnswer) -> KeptAnswer | None:
    """A reservation whose worker died: run again when nothing had happened, else say what had.

    None when the worker lives, or another caller was faster.
    """
    now = db_now()
    if now - kept.begun_at < LEASE:
        raise KeyInUse()
    if events := events_of(token, kept):
        raise AnswerLost(events=events)
    won = KeptAnswer.objects.filter(pk=kept.pk, begun_at=kept.begun_at, status=None)
    if not won.update(begun_at=now):
        return None
    kept.begun_at = now
    return kept


def events_of(token: Token, kept: KeptAnswer) -> list[dict[str, Any]]:
    """What a write left in the event table."""
    rows = Event.objects.filter(
        actor=token.owner_id, pk__gt=kept.events_before, request_id=kept.request_id
    ).order_by("pk")
    return list(rows.values("action", "object_type", "object_id"))


def _keep(kept: KeptAnswer, response: HttpResponse) -> None:
    kept.status = response.status_code
    kept.headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
    kept.body = response.content
    kept.save(update_fields=["status", "headers", "body"])


def _release(kept: KeptAnswer) -> None:
    """Let the same key be tried again; not when something was written before it broke."""
    if not events_of(kept.token, kept):
        KeptAnswer.objects.filter(pk=kept.pk, status=None).delete()


def _replay(kept: KeptAnswer) -> HttpResponse:
    response = HttpResponse(bytes(kept.body), status=kept.status)
    for name, value in kept.headers.items():
        response[name] = value
    response[REPLAYED] = "true"
    return response
