"""Jobs of the queue `pictures`; the work is in services."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from .enums import ImageState
from .services.drawing import make_derivatives

RETRY_AFTER = timedelta(seconds=30)


@task(queue_name="pictures")
def make_picture(image_id: int) -> str:
    """Draw the public pictures of one original; a failed attempt comes again a little later."""
    state = make_derivatives(image_id=image_id)
    if state == ImageState.WAITING:
        make_picture.using(run_after=timezone.now() + RETRY_AFTER).enqueue(image_id=image_id)
    return str(state)
