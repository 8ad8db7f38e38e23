"""The duty of deep zoom: every picture that is shown gets its pyramid, also older ones."""

from dataclasses import dataclass
from datetime import datetime

from artmarket.core.clock import db_now

from ..tasks import build_pyramid
from .pyramids import images_without_pyramid, without_live_task


@dataclass(frozen=True, slots=True)
class Queued:
    """How many pyramids were queued."""

    count: int = 0

    def __str__(self) -> str:
        return f"{self.count} pyramids queued"


def queue_due() -> Queued:
    """The duty, by the database's clock."""
    return queue_missing(now=db_now())


def queue_missing(*, now: datetime) -> Queued:
    """Queue the pyramids that nobody will build, some at a time; queued twice does no harm."""
    waiting = images_without_pyramid(now)
    pks = without_live_task(waiting, task_path=build_pyramid.module_path, now=now)
    for pk in pks:
        build_pyramid.enqueue(image_id=pk)
    return Queued(len(pks))
