"""Take in, retry and discard pictures. Storage is never touched inside a transaction.

Intent row → file → result row: a crash at any point leaves a whole picture, or a row and a file
that `sweep` clears away. Nothing is kept of a refused file.
"""

from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import DomainError, NotAllowed, WrongState
from artmarket.core.events import record_event

from .. import files
from ..engine import PictureFacts, inspect_picture
from ..enums import ImageState
from ..limits import limits_for
from ..locks import lock_image
from ..models import Image, Pyramid
from ..permissions import can_manage, can_upload
from ..quotas import check_quota, turn_of
from ..selectors import same_file
from ..tasks import make_picture
from .drawing import make_derivatives

__all__ = ["ImageInUse", "discard_image", "make_derivatives", "receive_image", "retry_image"]


class ImageInUse(DomainError):
    code = "image_in_use"
    message = _("这张图片正在使用，不能删除。")
    hint = _("请先从作品中移除这张照片。")


def receive_image(*, actor: Any, file: Any, name: str) -> Image:
    """Take in an uploaded picture: judge it, keep the original privately, queue the drawing.

    `file` is an upload or any binary stream, `name` what its sender calls it. Returns the picture
    in state WAITING. Raises a PictureRefused (nothing is kept), NotAllowed, OSError of the storage.
    The same bytes twice are allowed; the event names the earlier ones (`selectors.same_file`).
    """
    if not can_upload(actor):
        raise NotAllowed()
    check_quota(actor)
    limits = limits_for(actor)
    name = files.plain_name(name)
    with files.spooled(file, max_bytes=limits.max_bytes) as path:
        facts = inspect_picture(path, name=name, limits=limits)
        image = _announce(actor=actor, name=name, facts=facts)
        try:
            digest = files.store_original(path, image.original_path)
        except OSError:
            _withdraw(image_id=image.pk)
            raise
    return _accept(actor=actor, image_id=image.pk, facts=facts, sha256=digest)


@transaction.atomic(durable=True)
def retry_image(*, actor: Any, image_id: int) -> Image:
    """Let the worker try a failed picture again, with all its attempts.

    Raises NotAllowed, WrongState when it has not failed or its original never arrived.
    """
    image = lock_image(pk=image_id)
    if not can_manage(actor, image):
        raise NotAllowed()
    if image.state != ImageState.FAILED or not image.sha256:
        raise WrongState()
    image.state, image.attempts, image.failure = ImageState.WAITING, 0, ""
    image.save(update_fields=["state", "attempts", "failure"])
    record_event(
        actor=actor,
        action="image.retried",
        subject=image,
        before={"state": ImageState.FAILED},
        after={"state": ImageState.WAITING},
    )
    make_picture.enqueue(image_id=image.pk)
    return image


@transaction.atomic(durable=True)
def discard_image(*, actor: Any, image_id: int) -> None:
    """Delete a picture that nothing uses, with its original and public files.

    Raises NotAllowed, WrongState while it is being received, ImageInUse while a work shows it.
    """
    image = lock_image(pk=image_id)
    if not can_manage(actor, image):
        raise NotAllowed()
    if image.state == ImageState.RECEIVING:
        raise WrongState()
    _delete(image, actor=actor, action="image.discarded")


@transaction.atomic(durable=True)
def clear_unfinished(*, image_id: int) -> bool:
    """Delete a row whose upload never ended, and its file. False when it ended after all."""
    try:
        image = lock_image(pk=image_id)
    except WrongState:
        return False
    if image.state != ImageState.RECEIVING:
        return False
    _delete(image, actor=None, action="image.cleared")
    return True


@transaction.atomic(durable=True)
def _announce(*, actor: Any, name: str, facts: PictureFacts) -> Image:
    """The intent: a row that says which file will be written."""
    image = Image(
        original_name=name,
        mime=facts.mime,
        size=facts.size,
        width=facts.width,
        height=facts.height,
        uploaded_by=actor,
    )
    image.original_path = files.original_name(image.uuid, facts.kind.extension)
    image.save(force_insert=True)
    return image


@transaction.atomic(durable=True)
def _accept(*, actor: Any, image_id: int, facts: PictureFacts, sha256: str) -> Image:
    """The result: the original is whole. Raises WrongState when the sweep was faster."""
    image = lock_image(pk=image_id)
    if image.state != ImageState.RECEIVING:
        raise WrongState()
    turn = turn_of(actor)
    image.state, image.sha256 = ImageState.WAITING, sha256
    image.save(update_fields=["state", "sha256"])
    record_event(
        actor=actor,
        action="image.received",
        subject=image,
        before={"state": ImageState.RECEIVING},
        after={"state": ImageState.WAITING, "sha256": sha256},
        mime=facts.mime,
        size=facts.size,
        width=facts.width,
        height=facts.height,
        same_as=list(same_file(image).values_list("pk", flat=True)[:10]),
    )
    make_picture.using(priority=turn).enqueue(image_id=image.pk)
    return image


def _withdraw(*, image_id: int) -> None:
    """Take back the intent after the storage failed; without a database the sweep does it."""
    try:
        clear_unfinished(image_id=image_id)
    except DatabaseError:
        return


def _delete(image: Image, *, actor: Any, action: str) -> None:
    """Delete the row, say so, and delete its files after the commit."""
    pictures = list(image.derivatives.values_list("path", flat=True))
    hidden = [image.original_path]
    hidden += Pyramid.objects.filter(image=image).values_list("path", flat=True)
    record_event(
        actor=actor,
        action=action,
        subject=image,
        before={"state": image.state, "sha256": image.sha256, "uuid": str(image.uuid)},
    )
    try:
        image.delete()
    except ProtectedError as error:
        raise ImageInUse() from error
    transaction.on_commit(lambda: files.remove(files.public(), pictures) and None)
    hidden = [path for path in hidden if path]
    transaction.on_commit(lambda: files.remove(files.private(), hidden) and None)
