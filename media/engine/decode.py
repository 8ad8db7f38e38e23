"""Open a picture with exactly the decoder of its type, in bounded memory.

Never lets a library guess the type, never opens more than the first picture, never trusts an
embedded preview. JPEG, PNG, WebP and TIFF are read row by row.
"""

from pathlib import Path

import pyvips

from .facts import Kind
from .refusals import Damaged

# The operation cache would keep decoded pictures and open files of strangers alive.
pyvips.cache_set_max(0)

_SEQUENTIAL = {"access": "sequential"}
# Cameras that pad the entropy data before the end mark are common, and the picture is whole.
_HARMLESS = "extraneous bytes before marker 0xd9"


def open_picture(
    path: Path, kind: Kind, *, fail_on: str = "error", shrink: int = 1
) -> pyvips.Image:
    """The picture as a lazily read image. `shrink` (1, 2, 4, 8) applies to JPEG only.

    Raises Damaged when the decoder refuses the header.
    """
    try:
        return _open(path, kind, fail_on, shrink)
    except (pyvips.Error, OSError, ValueError) as error:
        raise Damaged(detail=_words(error)) from error


def verify(path: Path, kind: Kind) -> tuple[int, int]:
    """Decode every pixel once and return width and height; memory stays bounded by rows.

    Raises Damaged when a single row is missing or wrong.
    """
    image = open_picture(path, kind, fail_on="warning" if kind is Kind.JPEG else "error")
    try:
        image.avg()
    except pyvips.Error as error:
        if _HARMLESS not in _words(error):
            raise Damaged(detail=_words(error)) from error
    return image.width, image.height


def _open(path: Path, kind: Kind, fail_on: str, shrink: int) -> pyvips.Image:
    name = str(path)
    match kind:
        case Kind.JPEG:
            return pyvips.Image.jpegload(name, fail_on=fail_on, shrink=shrink, **_SEQUENTIAL)
        case Kind.PNG:
            return pyvips.Image.pngload(name, fail_on=fail_on, **_SEQUENTIAL)
        case Kind.WEBP:
            return pyvips.Image.webpload(name, fail_on=fail_on, **_SEQUENTIAL)
        case Kind.TIFF:
            return pyvips.Image.tiffload(name, page=0, fail_on=fail_on, **_SEQUENTIAL)
        case Kind.AVIF:
            return pyvips.Image.heifload(name, page=0, thumbnail=False, fail_on=fail_on)
        case Kind.HEIC:
            return _open_heic(path)


def _open_heic(path: Path) -> pyvips.Image:
    """HEVC needs libde265, which comes with pillow-heif.

    The container's own turn (irot, imir) is applied there; EXIF orientation does not count.
    """
    import pillow_heif

    try:
        container = pillow_heif.open_heif(path, convert_hdr_to_8bit=True)
        picture = container[container.primary_index].to_pillow()
    except Exception as error:  # it raises SyntaxError, EOFError and more for broken boxes
        raise ValueError(str(error)) from error
    if picture.mode not in ("RGB", "RGBA", "L"):
        picture = picture.convert("RGB")
    bands = len(picture.getbands())
    image = pyvips.Image.new_from_memory(
        picture.tobytes(), picture.width, picture.height, bands, "uchar"
    ).copy(interpretation="b-w" if bands == 1 else "srgb")
    profile = picture.info.get("icc_profile")
    if profile:
        image = image.copy()
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image


def _words(error: Exception) -> str:
    return str(getattr(error, "detail", None) or error).strip()[:300]
