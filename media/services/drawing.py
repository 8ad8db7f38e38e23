"""Draw the public pictures of an original: claim, draw outside any transaction, publish at once.

Any number of workers may draw the same picture at the same time: each writes into a folder of its
own, the row's lock decides who publishes, and the others delete what they made.
"""

import secrets

import structlog
from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Text, WrongState
from artmarket.core.events import record_event

from .. import files
from ..engine.facts import Kind
from ..engine.memory import give_back
from ..engine.render import AVIF_EFFORT, draw
from ..enums import ImageState
from ..limits import attempts
from ..locks import lock_image
from ..models import Derivative, Image

log = structlog.get_logger(__name__)
KINDS = {kind.mime: kind for kind in Kind}
WORDS_LOST = _("原图文件丢失或已改变，请重新上传。")
WORDS_FAILED = _("处理图片时出错，请重新上传或联系平台管理员。")


def make_derivatives(*, image_id: int, effort: int = AVIF_EFFORT) -> ImageState:
    """Make the public pictures of a waiting original and return the state reached.

    Safe to run twice and beside itself. Each call counts as an attempt when it starts, so that a
    picture that kills its worker is given up too. WAITING as the answer means: try again later.
    A database error is raised, and what was drawn is left to the sweep.
    """
    try:
        image = _claim(image_id=image_id)
    except WrongState:
        return ImageState.FAILED  # discarded in the meantime
    if image.state != ImageState.WAITING:
        return ImageState(image.state)
    drawn: list[Derivative] = []
    try:
        _draw(image, into=drawn, effort=effort)
    except DatabaseError:
        raise
    except Exception as error:
        log.warning("picture_attempt_failed", image=image_id, error=repr(error))
        files.remove(files.public(), [d.path for d in drawn])
        return _note_failure(image_id=image_id, error=error)
    state, superseded = _publish(image=image, drawn=drawn)
    files.remove(files.public(), superseded)
    return state


@transaction.atomic(durable=True)
def _claim(*, image_id: int) -> Image:
    """Count the attempt; a picture without attempts left fails."""
    image = lock_image(pk=image_id)
    if image.state != ImageState.WAITING:
        return image
    if image.attempts >= attempts():
        _fail(image, image.failure or WORDS_FAILED)
        return image
    image.attempts += 1
    image.save(update_fields=["attempts"])
    return image


def _draw(image: Image, *, into: list[Derivative], effort: int) -> None:
    """Draw and store every public picture; `into` always holds what is already stored."""
    attempt = secrets.token_hex(6)
    give_back()
    with files.original_at_hand(image.original_path, sha256=image.sha256) as path:
        kind = KINDS[image.mime]
        size = {"width": image.width, "height": image.height}
        for drawn in draw(path, kind, **size, effort=effort):
            name = files.picture_name(image.uuid, attempt, drawn.kind, drawn.extension)
            into.append(
                Derivative(
                    image=image,
                    kind=drawn.kind,
                    path=name,
                    mime=drawn.mime,
                    width=drawn.width,
                    height=drawn.height,
                    size=len(drawn.content),
                )
            )
            into[-1].sha256 = files.store_picture(name, drawn.content)


@transaction.atomic(durable=True)
def _publish(*, image: Image, drawn: list[Derivative]) -> tuple[ImageState, list[str]]:
    """Make these pictures the public ones, unless somebody was faster.

    Returns the state and the files that nobody needs any more.
    """
    mine = [d.path for d in drawn]
    try:
        locked = lock_image(pk=image.pk)
    except WrongState:
        return ImageState.FAILED, mine
    if locked.state != ImageState.WAITING or locked.sha256 != image.sha256:
        return ImageState(locked.state), mine
    earlier = list(locked.derivatives.values_list("path", flat=True))
    locked.derivatives.all().delete()
    Derivative.objects.bulk_create(drawn)
    locked.state, locked.failure, locked.ready_at = ImageState.READY, "", db_now()
    locked.save(update_fields=["state", "failure", "ready_at"])
    record_event(
        actor=None,
        action="image.ready",
        subject=locked,
        before={"state": ImageState.WAITING},
        after={"state": ImageState.READY},
        pictures={d.kind: d.sha256 for d in drawn},
    )
    return ImageState.READY, earlier


@transaction.atomic(durable=True)
def _note_failure(*, image_id: int, error: Exception) -> ImageState:
    """Keep the words of a failed attempt; after the last attempt the picture fails."""
    try:
        image = lock_image(pk=image_id)
    except WrongState:
        return ImageState.FAILED
    if image.state != ImageState.WAITING:
        return ImageState(image.state)
    words: Text = WORDS_LOST if isinstance(error, files.FileLost) else WORDS_FAILED
    if isinstance(error, DomainError):
        words = error.message
    if image.attempts >= attempts():
        _fail(image, words)
    else:
        image.failure = _chinese(words)
        image.save(update_fields=["failure"])
    return ImageState(image.state)


def _fail(image: Image, words: Text) -> None:
    image.state, image.failure = ImageState.FAILED, _chinese(words)
    image.save(update_fields=["state", "failure"])
    record_event(
        actor=None,
        action="image.failed",
        subject=image,
        before={"state": ImageState.WAITING},
        after={"state": ImageState.FAILED},
        attempts=image.attempts,
    )


def _chinese(words: Text) -> str:
    """Stored words are in the source language; pages translate them when they show them."""
    with override("zh-hans"):
        return str(words)[:300]
