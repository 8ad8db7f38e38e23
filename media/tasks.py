"""Jobs of the queue `pictures`; the work is in services."""

import time
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from .enums import ImageState, PyramidState
from .services.drawing import make_derivatives
from .services.likeness import uncompared
from .services.pyramids import make_pyramid

RETRY_AFTER = timedelta(seconds=30)


@task(queue_name="pictures")
def make_picture(image_id: int) -> str:
    """Draw the public pictures of one original; a failed attempt comes again a little later."""
    state = make_derivatives(image_id=image_id)
    if state == ImageState.WAITING:
        make_picture.using(run_after=timezone.now() + RETRY_AFTER).enqueue(image_id=image_id)
    if state == ImageState.READY:
        compare_picture.enqueue(image_id=image_id)
        build_pyramid.enqueue(image_id=image_id)
    return str(state)


@task(queue_name="pictures", priority=-10)
def build_pyramid(image_id: int) -> str:
    """Build the tiles for deep zoom, after all pictures that somebody waits for."""
    state = make_pyramid(image_id=image_id)
    if state == PyramidState.WAITING:
        build_pyramid.using(run_after=timezone.now() + RETRY_AFTER).enqueue(image_id=image_id)
    return str(state)


COMPARED_A_RUN = 200
SECONDS_A_RUN = 3.0  # the other duties of the same process wait meanwhile


@task(queue_name="pictures", priority=-20)
def compare_picture(image_id: int) -> str:
    """Look for pictures of the same thing, after everything that makes a picture visible."""
    from .services.comparing import compare_image  # OpenCV, only where pictures are compared

    return f"{len(compare_image(image_id=image_id))} alike"


def compare_forgotten() -> str:
    """The duty: compare drawn pictures that no task compared (a crash, an import, a new method).

    As many as fit into its seconds, at least one; the rest when it comes again.
    """
    compared = 0
    pks = uncompared(COMPARED_A_RUN)
    end = time.monotonic() + SECONDS_A_RUN
    if pks:
        from .services.comparing import compare_image  # OpenCV, only where pictures are compared

        for pk in pks:
            compare_image(image_id=pk)
            compared += 1
            if time.monotonic() >= end:
                break
    return f"{compared} compared"
