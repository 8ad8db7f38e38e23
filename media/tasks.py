"""Jobs of the queue `pictures`; the work is in services."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from .enums import ImageState, PyramidState
from .services.drawing import make_derivatives
from .services.pyramids import make_pyramid

RETRY_AFTER = timedelta(seconds=30)


@task(queue_name="pictures")
def make_picture(image_id: int) -> str:
    """Draw the public pictures of one original; a failed attempt comes again a little later."""
    state = make_derivatives(image_id=image_id)
    if state == ImageState.WAITING:
        make_picture.using(run_after=timezone.now() + RETRY_AFTER).enqueue(image_id=image_id)
    if state == ImageState.READY:
        build_pyramid.enqueue(image_id=image_id)
    return str(state)


@task(queue_name="pictures", priority=-10)
def build_pyramid(image_id: int) -> str:
    """Build the tiles for deep zoom, after all pictures that somebody waits for."""
    state = make_pyramid(image_id=image_id)
    if state == PyramidState.WAITING:
        build_pyramid.using(run_after=timezone.now() + RETRY_AFTER).enqueue(image_id=image_id)
    return str(state)
