"""Draw the public pictures from an original: upright, in sRGB, on white, without any metadata.

One decode: the largest picture is drawn from the file, the smaller ones from it. Nothing of the
original's bytes is copied, so no GPS, camera data, note, preview or hidden tail can pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyvips

from .decode import open_picture
from .facts import Kind
from .memory import give_back
from .refusals import Damaged

JPEG_EDGES = (480, 800, 1200, 1600, 2400)  # long edges in pixels
AVIF_EDGES = (480, 800, 1200)
AVIF_BYTES = 150_000  # the first picture of a page on a phone: look.md, weight of a page
JPEG_QUALITY = 82
AVIF_QUALITIES = (58, 38, 20, 10)
AVIF_EFFORT = 3
QUICK_EFFORT = 0  # a fifth of the time for a seventh more bytes (measured on drawn pictures)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One public picture: `kind` is type and rung (`jpeg-800`), pixels, and the encoded bytes."""

    kind: str
    mime: str
    width: int
    height: int
    content: bytes

    @property
    def extension(self) -> str:
        return ".jpg" if self.mime == "image/jpeg" else ".avif"


def draw(
    path: Path, kind: Kind, *, width: int, height: int, effort: int = AVIF_EFFORT
) -> Iterator[Drawn]:
    """The public pictures, largest first. `width` and `height` are the stored pixels.

    `effort` (0 to 9) is how hard the AVIF encoder searches; it changes time and bytes only.

    Never enlarges: the last rung is as large as the original. Raises Damaged.
    """
    try:
        base = _base(path, kind, max(width, height))
        for edge in sorted(_rungs(JPEG_EDGES, max(width, height)), reverse=True):
            scaled = _scaled(base, edge)
            yield Drawn(f"jpeg-{edge}", "image/jpeg", scaled.width, scaled.height, _jpeg(scaled))
            if edge in AVIF_EDGES:
                yield Drawn(
                    f"avif-{edge}", "image/avif", scaled.width, scaled.height, _avif(scaled, effort)
                )
    except pyvips.Error as error:
        raise Damaged(detail=str(error.detail)[:300]) from error


def kinds(width: int, height: int) -> list[str]:
    """The kinds that `draw` makes for an original of this size."""
    rungs = _rungs(JPEG_EDGES, max(width, height))
    return [f"jpeg-{e}" for e in rungs] + [f"avif-{e}" for e in rungs if e in AVIF_EDGES]


def _rungs(edges: tuple[int, ...], longest: int) -> list[int]:
    """The rungs up to the first one that holds the whole original."""
    below = [e for e in edges if e < longest]
    return below + list(edges[len(below) : len(below) + 1])


def _base(path: Path, kind: Kind, longest: int) -> pyvips.Image:
    top = JPEG_EDGES[-1]
    shrink = next((s for s in (8, 4, 2) if longest // s >= top), 1) if kind is Kind.JPEG else 1
    try:
        return _srgb(open_picture(path, kind, shrink=shrink), top)
    except pyvips.Error:  # a broken colour profile must not hide the picture
        image = open_picture(path, kind, shrink=shrink).copy()
        image.remove("icc-profile-data")
        return _srgb(image, top)


def _srgb(image: pyvips.Image, edge: int) -> pyvips.Image:
    """Upright, at most `edge` pixels long, three bands of eight bits in sRGB, held in memory."""
    # Without a profile there is nothing to convert from, and converting costs as much as encoding.
    profile = {"output_profile": "srgb"} if image.get_typeof("icc-profile-data") else {}
    small = image.thumbnail_image(edge, height=edge, size="down", **profile)
    if small.interpretation != "srgb":
        small = small.colourspace("srgb")
    if small.hasalpha():
        small = small.flatten(background=[255, 255, 255])
    if small.bands > 3:
        small = small[:3]
    return small.cast("uchar").copy_memory()


def _scaled(base: pyvips.Image, edge: int) -> pyvips.Image:
    if max(base.width, base.height) <= edge:
        return base
    return base.thumbnail_image(edge, height=edge, size="down", no_rotate=True)


def _jpeg(image: pyvips.Image) -> bytes:
    return image.jpegsave_buffer(Q=JPEG_QUALITY, optimize_coding=True, interlace=True, keep="none")


def _avif(image: pyvips.Image, effort: int) -> bytes:
    content = b""
    for quality in AVIF_QUALITIES:
        give_back()  # what the threads before left; those of this encoder would take more beside it
        content = image.heifsave_buffer(
            Q=quality, compression="av1", effort=effort, bitdepth=8, keep="none"
        )
        if len(content) <= AVIF_BYTES:
            break
    return content
