"""Signed links to private files: one file, one person, a short time, every opening recorded.

A link is no permission: who opens it must be signed in as the person it was made for, and what he
may is asked again at that moment. Rule: registry rules §12; `media.link_seconds`.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, NotAllowed
from artmarket.core.events import record_event

from .enums import DocumentState
from .limits import link_seconds
from .models import Document, Image
from .permissions import can_read_document, can_view_original

SALT = "media.links"
_MODELS: dict[str, type[Document] | type[Image]] = {"document": Document, "picture": Image}


class LinkExpired(DomainError):
    code = "link_expired"
    status = 410
    rule = "media.link_seconds"
    message = _("这个链接已经失效。")
    hint = _("请回到原来的页面，重新打开文件。")


class LinkInvalid(DomainError):
    code = "link_invalid"
    status = 403
    message = _("这个链接不是给你的，或者不完整。")
    hint = _("请登录收到链接的账号，或回到原来的页面重新打开文件。")


def signed_link(thing: Document | Image, *, actor: Any, seconds: int | None = None) -> str:
    """The address at which `actor` opens this document or original, for so many seconds.

    Without `seconds`, and never longer than, `media.link_seconds`. Raises NotAllowed.
    """
    if not _may_open(actor, thing):
        raise NotAllowed()
    most = link_seconds()
    until = db_now() + timedelta(seconds=min(most if seconds is None else seconds, most))
    kind = "picture" if isinstance(thing, Image) else "document"
    claim = {"k": kind, "f": thing.uuid.hex, "p": actor.pk, "u": int(until.timestamp())}
    key = signing.dumps(claim, salt=SALT)
    return f"{reverse('media:document', args=[thing.uuid])}?key={key}"


@transaction.atomic(durable=True)
def open_link(*, actor: Any, uuid: UUID, key: str) -> Document | Image:
    """The file behind a link, after the opening is recorded.

    Raises LinkInvalid (forged, cut, of another file or person, or the file is gone), LinkExpired,
    NotAllowed when the person may no longer.
    """
    try:
        claim = signing.loads(key, salt=SALT)
        kind, until = claim["k"], int(claim["u"])
        mine = claim["f"] == uuid.hex and claim["p"] == actor.pk
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise LinkInvalid() from error
    if not mine:
        raise LinkInvalid()
    if db_now().timestamp() >= until:
        raise LinkExpired()
    thing = _MODELS[kind].objects.filter(uuid=uuid).exclude(sha256="").first()
    if thing is None:
        raise LinkInvalid()
    if not _may_open(actor, thing):
        raise NotAllowed()
    record_event(
        actor=actor,
        action="document.opened" if isinstance(thing, Document) else "image.original_opened",
        subject=thing,
    )
    return thing


def _may_open(actor: Any, thing: Document | Image) -> bool:
    if isinstance(thing, Image):
        return can_view_original(actor, thing)
    return thing.state == DocumentState.KEPT and can_read_document(actor, thing)
