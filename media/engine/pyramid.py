"""Make a pyramid of an original, and read any part of it at any size in milliseconds.

A pyramid is a TIFF of JPEG tiles in sRGB, each level half the one below, without any metadata.
It keeps the rows as the camera wrote them and is streamed; `turn` (EXIF orientation, 1 to 8) says
how it stands upright and is applied to the small result. Sources: TIFF 6.0, EXIF 2.32.
"""

from dataclasses import dataclass
from pathlib import Path

import pyvips

from .decode import open_picture
from .facts import Kind
from .iiif import Box, ImageRequest, scale_factors
from .refusals import Damaged

STORED_TILE = 256  # half of a served tile halves the rows that are held while it is built
PYRAMID_QUALITY = 88
TILE_QUALITY = 82
MAX_PIXELS_READ = 64_000_000  # of one level for one request; a coarser level is taken beyond
SIDEWAYS = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class Built:
    """A finished pyramid: upright width and height in pixels, and its turn (EXIF, 1 to 8)."""

    width: int
    height: int
    turn: int


def build(source: Path, kind: Kind, target: Path) -> Built:
    """Write the pyramid of the picture at `source` to `target`. Raises Damaged.

    Memory: a few rows of tiles, for AVIF and HEIC the whole picture.
    """
    try:
        image, turn = _built(source, kind, target, with_profile=True)
    except pyvips.Error:  # a broken colour profile must not hide the picture
        try:
            image, turn = _built(source, kind, target, with_profile=False)
        except pyvips.Error as error:
            raise Damaged(detail=str(error.detail)[:300]) from error
    upright = (image.height, image.width) if turn in SIDEWAYS else (image.width, image.height)
    return Built(*upright, turn)


def render(path: Path, built: Built, request: ImageRequest) -> bytes:
    """The bytes that a request asks of a pyramid. Raises pyvips.Error for an unreadable file."""
    width, height, turn = built.width, built.height, built.turn
    size = (request.width, request.height)
    if turn in SIDEWAYS:
        width, height, size = height, width, (size[1], size[0])
    box = stored_box(request.region, turn, width, height)
    level = level_for(box, size, len(scale_factors(width, height)))
    part = _cut(pyvips.Image.tiffload(str(path), page=level), box, level)
    if (part.width, part.height) != size:
        part = part.thumbnail_image(size[0], height=size[1], size="force", no_rotate=True)
    return _encoded(_turned(upright(part, turn), request), request)


def level_for(box: Box, size: tuple[int, int], levels: int) -> int:
    """The smallest level that still has the pixels asked for, and not too many to read."""
    level = 0
    while level + 1 < levels and (
        (box.width >> level + 1 >= size[0] and box.height >> level + 1 >= size[1])
        or (box.width >> level) * (box.height >> level) > MAX_PIXELS_READ
    ):
        level += 1
    return level


def stored_box(box: Box, turn: int, width: int, height: int) -> Box:
    """Where a rectangle of the upright picture lies in the stored one of `width` × `height`."""
    x, y, w, h = box.x, box.y, box.width, box.height
    right, bottom = width - x - w, height - y - h  # for turns that keep the sides
    return {
        1: Box(x, y, w, h),
        2: Box(right, y, w, h),
        3: Box(right, bottom, w, h),
        4: Box(x, bottom, w, h),
        5: Box(y, x, h, w),
        6: Box(y, height - x - w, h, w),
        7: Box(width - y - h, height - x - w, h, w),
        8: Box(width - y - h, x, h, w),
    }[turn]


def upright(image: pyvips.Image, turn: int) -> pyvips.Image:
    """A stored part as people see it."""
    if turn in (5, 6, 7):
        image = image.rot90()
    elif turn in (3, 8):
        image = image.rot180() if turn == 3 else image.rot270()
    if turn in (2, 5):
        return image.fliphor()
    return image.flipver() if turn in (4, 7) else image


def _built(
    source: Path, kind: Kind, target: Path, *, with_profile: bool
) -> tuple[pyvips.Image, int]:
    opened = open_picture(source, kind)
    turn = opened.get("orientation") if opened.get_typeof("orientation") else 1
    image = _srgb(opened, with_profile=with_profile).copy()
    if image.get_typeof("orientation"):
        image.remove("orientation")
    image.tiffsave(
        str(target),
        compression="jpeg",
        Q=PYRAMID_QUALITY,
        tile=True,
        tile_width=STORED_TILE,
        tile_height=STORED_TILE,
        pyramid=True,
        depth="onetile",
        bigtiff=image.width * image.height > 1_000_000_000,
        keep="none",
    )
    return image, turn if 1 <= turn <= 8 else 1


def _srgb(image: pyvips.Image, *, with_profile: bool) -> pyvips.Image:
    """Three bands of eight bits in sRGB, on white, read row by row."""
    if with_profile and image.get_typeof("icc-profile-data"):
        image = image.icc_transform("srgb", embedded=True, intent="relative")
    elif image.interpretation != "srgb":
        image = image.colourspace("srgb")
    if image.format != "uchar":
        image = image.cast("uchar")
    if image.hasalpha():
        image = image.flatten(background=[255, 255, 255])
    return image[:3] if image.bands > 3 else image


def _cut(image: pyvips.Image, box: Box, level: int) -> pyvips.Image:
    """The rectangle in the pixels of this level; at least one, never beyond the edge."""
    step = 1 << level
    left = min(box.x // step, image.width - 1)
    top = min(box.y // step, image.height - 1)
    right = min(-(-(box.x + box.width) // step), image.width)
    bottom = min(-(-(box.y + box.height) // step), image.height)
    return image.crop(left, top, max(1, right - left), max(1, bottom - top))


def _turned(image: pyvips.Image, request: ImageRequest) -> pyvips.Image:
    if request.mirror:
        image = image.fliphor()
    if request.degrees % 90:
        angle = float(request.degrees)
        if request.format == "jpg":
            return image.rotate(angle, background=[255, 255, 255]).cast("uchar")
        return image.addalpha().rotate(angle, background=[0, 0, 0, 0]).cast("uchar")
    quarter = int(request.degrees) // 90
    return image.rot(f"d{quarter * 90}") if quarter else image


def _encoded(image: pyvips.Image, request: ImageRequest) -> bytes:
    if request.quality != "default":
        alpha = image[3] if image.bands == 4 else None
        image = image[:3].colourspace("b-w")
        if request.quality == "bitonal":
            image = (image > 127).ifthenelse(255, 0).cast("uchar").copy(interpretation="b-w")
        if alpha is not None:
            image = image.bandjoin(alpha)
    if request.format == "png":
        # Palettes of one bit need an opaque picture.
        bits = 1 if request.quality == "bitonal" and image.bands == 1 else 8
        return image.pngsave_buffer(keep="none", compression=3, bitdepth=bits)
    if request.format == "webp":
        return image.webpsave_buffer(keep="none", Q=TILE_QUALITY, effort=2)
    return image.jpegsave_buffer(keep="none", Q=TILE_QUALITY)
