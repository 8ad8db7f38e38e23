"""Take an uploaded picture straight into a draft: both or neither.

The storage is never touched inside a transaction, so what was kept of a picture that then can't be
attached (no room, the draft was handed in meanwhile) is discarded again.
"""

from typing import Any

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError
from catalog.models import WorkPhoto
from media.services.pictures import discard_image, receive_image

from .drafts import add_photo


def take_photo(*, actor: User, work_id: int, file: Any, name: str, **details: Any) -> WorkPhoto:
    """Receive one picture and attach it; `details` as of `drafts.add_photo`.

    Raises what `receive_image` and `add_photo` raise; nothing is kept then.
    """
    image = receive_image(actor=actor, file=file, name=name)
    try:
        return add_photo(actor=actor, work_id=work_id, image=image, **details)
    except DomainError:
        discard_image(actor=actor, image_id=image.pk)
        raise
