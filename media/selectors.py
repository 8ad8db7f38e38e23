"""Reads of pictures for pages and APIs. A page of cards asks once, by prefetching."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.urls import reverse

from . import files
from .enums import ImageState, PyramidState, Verdict
from .models import Derivative, Image, Likeness


@dataclass(frozen=True, slots=True)
class Sources:
    """What an <img> or <picture> needs. `src` is empty while there is nothing to show.

    `state`: none, waiting, failed, ready. `sources` are (mime, srcset) pairs for <source>, better
    types first; `srcset` is the JPEG one; `thumb` is the smallest and `full` the largest picture.
    """

    state: str
    src: str = ""
    width: int = 0
    height: int = 0
    srcset: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    thumb: str = ""
    full: str = ""

    def __bool__(self) -> bool:
        return bool(self.src)

    def at_most_high(self, height: int) -> "Sources":
        """The same files, to be shown at most `height` CSS pixels high.

        A page that says how large a picture will stand keeps its place free while it is fetched.
        """
        if self.height <= height:
            return self
        return replace(self, width=max(round(self.width * height / self.height), 1), height=height)


NOTHING = Sources(state="none")
_STATES = {
    ImageState.RECEIVING: "waiting",
    ImageState.WAITING: "waiting",
    ImageState.READY: "ready",
    ImageState.FAILED: "failed",
}
SRC_EDGE = 800  # the picture for browsers without srcset


def with_pictures(prefix: str = "") -> str:
    """The lookup for prefetch_related on a model that reaches pictures by `prefix`."""
    return f"{prefix}__derivatives" if prefix else "derivatives"


def picture_sources(image: Image | None) -> Sources:
    """Addresses and pixels of a picture's public files.

    No query when the derivatives are prefetched (`with_pictures`), else one. While a picture is
    drawn anew its earlier files are still shown.
    """
    if image is None:
        return NOTHING
    state = _STATES[ImageState(image.state)]
    derivatives = sorted(image.derivatives.all(), key=lambda d: d.width * d.height)
    jpegs = [d for d in derivatives if d.mime == "image/jpeg"]
    if not jpegs:
        return Sources(state=state if state != "ready" else "waiting")
    avifs = [d for d in derivatives if d.mime == "image/avif"]
    chosen = next((d for d in jpegs if max(d.width, d.height) >= SRC_EDGE), jpegs[-1])
    return Sources(
        state=state,
        src=_url(chosen),
        width=chosen.width,
        height=chosen.height,
        srcset=_srcset(jpegs),
        sources=(("image/avif", _srcset(avifs)),) if avifs else (),
        thumb=_url(jpegs[0]),
        full=_url(jpegs[-1]),
    )


def smallest_jpeg(image: Image | None, edge: int) -> Derivative | None:
    """The smallest public JPEG whose long edge has at least `edge` pixels, else the largest.

    No query when the derivatives are prefetched (`with_pictures`), else one.
    """
    rows = [d for d in image.derivatives.all() if d.mime == "image/jpeg"] if image else []
    rows.sort(key=lambda d: d.width * d.height)
    return next((d for d in rows if max(d.width, d.height) >= edge), rows[-1] if rows else None)


def zoom_address(image: Image | None) -> str:
    """The path of the picture's image service; "" while there is nothing to zoom into.

    No query when the pyramid is prefetched (`with_pictures`), else one.
    """
    row = getattr(image, "pyramid", None)
    if image is None or row is None or row.state != PyramidState.READY:
        return ""
    return reverse("media:iiif", args=[image.uuid])


def same_file(image: Image) -> QuerySet[Image]:
    """Earlier pictures of the same bytes by the same person, oldest first."""
    return (
        Image.objects.filter(sha256=image.sha256, uploaded_by=image.uploaded_by_id, pk__lt=image.pk)
        .exclude(sha256="")
        .order_by("pk")
    )


def is_found_alike(image: Image) -> bool:
    """Whether another person's picture was found alike: a registrar will look at both."""
    pairs = Likeness.objects.filter(Q(first=image) | Q(second=image), verdict=Verdict.OPEN)
    mine = {"first__uploaded_by": image.uploaded_by_id, "second__uploaded_by": image.uploaded_by_id}
    return pairs.exclude(**mine).exists()


def image_by_uuid(uuid) -> Image | None:
    """The picture with its public files: two queries."""
    return Image.objects.prefetch_related(with_pictures()).filter(uuid=uuid).first()


def _url(derivative: Derivative) -> str:
    return files.public().url(derivative.path)


def _srcset(derivatives: Iterable[Derivative]) -> str:
    return ", ".join(f"{_url(d)} {d.width}w" for d in derivatives)
