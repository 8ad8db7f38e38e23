"""Make the pyramids of pictures for deep zoom: claim, build outside any transaction, publish.

Like the public pictures (`drawing`): any number of workers may build the same one, each into a
file of its own; the picture's row is the lock, the first to come publishes, others delete theirs.
A picture is shown without its pyramid until that is ready.
"""

import secrets
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from artmarket.core.errors import WrongState
from artmarket.core.events import record_event

from .. import files
from ..engine import Kind, pyramid
from ..engine.memory import give_back
from ..enums import ImageState, PyramidState
from ..limits import attempts
from ..locks import lock_image
from ..models import Image, Pyramid

log = structlog.get_logger(__name__)
KINDS = {kind.mime: kind for kind in Kind}
BUILDING_LASTS = timedelta(minutes=20)  # longer than the largest master takes
QUEUED_A_RUN = 200


def make_pyramid(*, image_id: int) -> PyramidState:
    """Build the pyramid of a picture that is shown, and return the state reached.

    Safe to run twice and beside itself. Each call counts as an attempt when it starts. WAITING as
    the answer means: try again later. A database error is raised.
    """
    try:
        image, row = _claim(image_id=image_id)
    except WrongState:
        return PyramidState.FAILED  # discarded in the meantime, or not shown yet
    if row.state != PyramidState.WAITING:
        return PyramidState(row.state)
    name = files.pyramid_name(image.uuid, secrets.token_hex(6))
    try:
        built, size, digest = _build(image, name)
    except DatabaseError:
        raise
    except Exception as error:
        log.warning("pyramid_attempt_failed", image=image_id, error=repr(error))
        files.remove(files.private(), [name])
        return _give_up_or_wait(image_id=image_id)
    state, unused = _publish(image=image, path=name, built=built, size=size, sha256=digest)
    files.remove(files.private(), unused)
    return state


def images_without_pyramid(now: datetime) -> list[int]:
    """Pictures whose pyramid nobody will build: older ones, and those whose worker died."""
    overdue = Q(
        pyramid__state=PyramidState.WAITING, pyramid__created_at__lt=now - BUILDING_LASTS
    ) | Q(pyramid=None)
    rows = Image.objects.filter(overdue, state=ImageState.READY).order_by("-pk")
    return list(rows.values_list("pk", flat=True)[:QUEUED_A_RUN])


def without_live_task(image_ids: list[int], *, task_path: str, now: datetime) -> list[int]:
    """Those that neither a queued task nor one begun lately will build."""
    tasks = DBTaskResult.objects.filter(
        task_path=task_path, args_kwargs__kwargs__image_id__in=image_ids
    )
    live = tasks.filter(status="READY") | tasks.filter(
        status="RUNNING", started_at__gte=now - BUILDING_LASTS
    )
    known = {t["kwargs"]["image_id"] for t in live.values_list("args_kwargs", flat=True)}
    return [pk for pk in image_ids if pk not in known]


@transaction.atomic(durable=True)
def _claim(*, image_id: int) -> tuple[Image, Pyramid]:
    """Count the attempt; a pyramid without attempts left fails. Raises WrongState."""
    image = lock_image(pk=image_id)
    if image.state != ImageState.READY:
        raise WrongState()
    row, _made = Pyramid.objects.get_or_create(image=image)
    if row.state != PyramidState.WAITING:
        return image, row
    if row.attempts >= attempts():
        _fail(image, row)
        return image, row
    row.attempts += 1
    row.save(update_fields=["attempts"])
    return image, row


def _build(image: Image, name: str) -> tuple[pyramid.Built, int, str]:
    """Build and store the file; what was built, its bytes and its SHA-256."""
    with (
        files.original_at_hand(image.original_path, sha256=image.sha256) as source,
        files.scratch(".tif") as target,
    ):
        give_back()  # of the drawing before; both together would be the worker's peak
        built = pyramid.build(source, KINDS[image.mime], target)
        size = target.stat().st_size
        return built, size, files.store_original(target, name)


@transaction.atomic(durable=True)
def _publish(
    *, image: Image, path: str, built: pyramid.Built, size: int, sha256: str
) -> tuple[PyramidState, list[str]]:
    """Make this file the picture's pyramid, unless somebody was faster.

    Returns the state and the files that nobody needs any more.
    """
    try:
        locked = lock_image(pk=image.pk)
    except WrongState:
        return PyramidState.FAILED, [path]
    row = Pyramid.objects.get(image=locked)
    if row.state != PyramidState.WAITING or locked.sha256 != image.sha256:
        return PyramidState(row.state), [path]
    row.state, row.path, row.sha256, row.size = PyramidState.READY, path, sha256, size
    row.width, row.height, row.turn = built.width, built.height, built.turn
    row.save()
    record_event(
        actor=None,
        action="image.zoomable",
        subject=locked,
        before={"pyramid": PyramidState.WAITING},
        after={"pyramid": PyramidState.READY, "sha256": sha256},
    )
    return PyramidState.READY, []


@transaction.atomic(durable=True)
def _give_up_or_wait(*, image_id: int) -> PyramidState:
    """After the last attempt the pyramid fails; the picture itself stays as it is."""
    try:
        image = lock_image(pk=image_id)
    except WrongState:
        return PyramidState.FAILED
    row = Pyramid.objects.get(image=image)
    if row.state == PyramidState.WAITING and row.attempts >= attempts():
        _fail(image, row)
    return PyramidState(row.state)


def _fail(image: Image, row: Pyramid) -> None:
    row.state = PyramidState.FAILED
    row.save(update_fields=["state"])
    record_event(
        actor=None,
        action="image.zoom_failed",
        subject=image,
        before={"pyramid": PyramidState.WAITING},
        after={"pyramid": PyramidState.FAILED},
        attempts=row.attempts,
    )
