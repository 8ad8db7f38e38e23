"""What is known of a picture file, and the limits it is held to. Values only."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The accepted types; the value is what people call them."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    AVIF = "AVIF"
    TIFF = "TIFF"
    HEIC = "HEIC"

    @property
    def mime(self) -> str:
        """The media type (IANA)."""
        return f"image/{self.value.lower()}"

    @property
    def extension(self) -> str:
        """The extension under which the original is kept, with its dot."""
        return {"JPEG": ".jpg", "TIFF": ".tif"}.get(self.value, f".{self.value.lower()}")


EXTENSIONS: dict[str, Kind] = {
    "jpg": Kind.JPEG,
    "jpeg": Kind.JPEG,
    "jpe": Kind.JPEG,
    "jfif": Kind.JPEG,
    "png": Kind.PNG,
    "webp": Kind.WEBP,
    "avif": Kind.AVIF,
    "tif": Kind.TIFF,
    "tiff": Kind.TIFF,
    "heic": Kind.HEIC,
    "heif": Kind.HEIC,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The rule book's caps: pixels of a frame, bytes, frames, shortest edge, types."""

    max_pixels: int
    max_bytes: int
    max_frames: int
    min_edge: int
    kinds: frozenset[Kind] = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A file that passed: pixels as stored (orientation not applied), bytes, frames."""

    kind: Kind
    width: int
    height: int
    frames: int
    size: int

    @property
    def mime(self) -> str:
        return self.kind.mime

    @property
    def pixels(self) -> int:
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Structure:
    """What a container says of itself: pixels, frames, and where its last byte is.

    `texts` are the spans (start, stop) that hold metadata and may therefore hold hidden pages.
    """

    width: int
    height: int
    frames: int
    end: int
    texts: list[tuple[int, int]] = field(default_factory=list)
