"""Take in and discard private documents. Storage is never touched inside a transaction.

Intent row → file → result row, as for pictures; what a crash leaves is cleared by `sweep`. Nothing
is kept of a refused file, and no document ever has a public copy.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar

from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, NotAllowed, WrongState
from artmarket.core.events import record_event

from .. import files
from ..engine.documents import DocumentFacts, inspect_document
from ..enums import DocumentState
from ..limits import document_limits
from ..locks import lock_document
from ..models import Document
from ..permissions import can_discard_document, can_upload, is_purpose
from ..quotas import check_quota

__all__ = [
    "DocumentInUse",
    "clear_document",
    "clear_unfinished_document",
    "clear_untied_documents",
    "discard_document",
    "receive_document",
    "receive_tied_document",
]

T = TypeVar("T")
UNTIED_AFTER: Final = timedelta(days=1)


class DocumentInUse(DomainError):
    code = "document_in_use"
    message = _("这份材料正在使用，不能删除。")


def receive_document(*, actor: Any, file: Any, name: str, purpose: str) -> Document:
    """Take in a private document: judge it by its content, keep it, record who sent it.

    `purpose` must be announced by `media.permissions.register_purpose`. Returns the document in
    state KEPT. Raises a DocumentRefused or PictureRefused (nothing is kept), NotAllowed, OSError
    of the storage; ValueError for a purpose that nobody announced.
    """
    if not is_purpose(purpose):
        raise ValueError(f"no app has announced documents for {purpose!r}")
    if not can_upload(actor):
        raise NotAllowed()
    check_quota(actor)
    limits = document_limits()
    name = files.plain_name(name)
    with files.spooled(file, max_bytes=limits.max_bytes) as path:
        facts = inspect_document(path, name=name, limits=limits)
        document = _announce(actor=actor, name=name, purpose=purpose, facts=facts)
        try:
            digest = files.store_original(path, document.path)
        except OSError:
            _withdraw(document_id=document.pk)
            raise
    return _keep(actor=actor, document_id=document.pk, sha256=digest)


def receive_tied_document(
    *, actor: Any, file: Any, name: str, purpose: str, tie: Callable[[Document], T]
) -> T:
    """Take in a document and tie it to its owner; one that can't be tied is deleted again.

    `tie` is a transaction of its own and gives what it made. Raises what it raises, and the
    refusals of `receive_document`; then nothing is kept.
    """
    document = receive_document(actor=actor, file=file, name=name, purpose=purpose)
    try:
        return tie(document)
    except Exception:
        clear_document(document_id=document.pk)
        raise


def clear_untied_documents(*, purpose: str, owner: str) -> int:
    """Delete the documents of a purpose that a crash left without a row at their `owner`.

    `owner` is the name of the relation. Only those a day old: others are on their way.
    """
    left = Document.objects.filter(
        **{f"{owner}__isnull": True},
        purpose=purpose,
        state=DocumentState.KEPT,
        created_at__lt=db_now() - UNTIED_AFTER,
    )
    return sum(clear_document(document_id=pk) for pk in left.values_list("pk", flat=True))


@transaction.atomic(durable=True)
def discard_document(*, actor: Any, document_id: int) -> None:
    """Delete a document that nothing uses, with its file.

    Raises NotAllowed, WrongState while it is being received, DocumentInUse while a row protects it.
    """
    document = lock_document(pk=document_id)
    if not can_discard_document(actor, document):
        raise NotAllowed()
    if document.state == DocumentState.RECEIVING:
        raise WrongState()
    _delete(document, actor=actor, action="document.discarded")


@transaction.atomic(durable=True)
def clear_document(*, document_id: int) -> bool:
    """The platform deletes a document whose term is over or that nothing names any more.

    Whoever calls has judged that. False when it is gone already; raises DocumentInUse.
    """
    try:
        document = lock_document(pk=document_id)
    except WrongState:
        return False
    _delete(document, actor=None, action="document.cleared")
    return True


@transaction.atomic(durable=True)
def clear_unfinished_document(*, document_id: int) -> bool:
    """Delete a row whose upload never ended, and its file. False when it ended after all."""
    try:
        document = lock_document(pk=document_id)
    except WrongState:
        return False
    if document.state != DocumentState.RECEIVING:
        return False
    _delete(document, actor=None, action="document.cleared")
    return True


@transaction.atomic(durable=True)
def _announce(*, actor: Any, name: str, purpose: str, facts: DocumentFacts) -> Document:
    """The intent: a row that says which file will be written."""
    document = Document(
        purpose=purpose,
        original_name=name,
        mime=facts.mime,
        size=facts.size,
        pages=facts.pages,
        uploaded_by=actor,
    )
    document.path = files.document_name(document.uuid, facts.extension)
    document.save(force_insert=True)
    return document


@transaction.atomic(durable=True)
def _keep(*, actor: Any, document_id: int, sha256: str) -> Document:
    """The result: the file is whole. Raises WrongState when the sweep was faster."""
    document = lock_document(pk=document_id)
    if document.state != DocumentState.RECEIVING:
        raise WrongState()
    document.state, document.sha256 = DocumentState.KEPT, sha256
    document.save(update_fields=["state", "sha256"])
    record_event(
        actor=actor,
        action="document.received",
        subject=document,
        before={"state": DocumentState.RECEIVING},
        after={"state": DocumentState.KEPT, "sha256": sha256},
        purpose=document.purpose,
        mime=document.mime,
        size=document.size,
        pages=document.pages,
    )
    return document


def _withdraw(*, document_id: int) -> None:
    """Take back the intent after the storage failed; without a database the sweep does it."""
    try:
        clear_unfinished_document(document_id=document_id)
    except DatabaseError:
        return


def _delete(document: Document, *, actor: Any, action: str) -> None:
    """Delete the row, say so, and delete its file after the commit."""
    path = document.path
    record_event(
        actor=actor,
        action=action,
        subject=document,
        before={
            "state": document.state,
            "sha256": document.sha256,
            "uuid": str(document.uuid),
            "purpose": document.purpose,
        },
    )
    try:
        document.delete()
    except ProtectedError as error:
        raise DocumentInUse() from error
    transaction.on_commit(lambda: files.remove(files.private(), [path]) and None)
