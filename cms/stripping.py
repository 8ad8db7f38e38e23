"""Pictures without what the camera wrote: place, device, time (rules §6).

Wagtail's renditions keep a picture's EXIF, and with it the place where it was taken. Here it is
taken out before a rendition is written; the turn of the picture is in its pixels by then.
"""

from typing import Any, Final

from wagtail.images.models import Filter

KEPT: Final = frozenset({"icc_profile", "transparency", "background", "duration", "loop"})


class _Strip:
    """The last thing that is done to a picture before it is written."""

    def run(self, willow: Any, image: Any, env: dict[str, Any]) -> None:
        picture: Any = getattr(willow, "image", None)
        if isinstance(getattr(picture, "info", None), dict):
            picture.info = {k: v for k, v in picture.info.items() if k in KEPT}


class Stripped(Filter):
    """A rendition's recipe that forgets everything about a picture but how it looks."""

    @property
    def filter_operations(self) -> list[Any]:
        return [*super().filter_operations, _Strip()]
