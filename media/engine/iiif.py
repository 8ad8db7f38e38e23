"""Read and canonicalise requests of the IIIF Image API 3.0; describe an image to its clients.

Pure arithmetic on words and whole pixels: no pictures, no files, no Django. Source: IIIF Image API
3.0 (https://iiif.io/api/image/3.0/), sections 4 (parameters), 4.7 (canonical form), 5 (info.json).
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any, Final, Literal

CONTEXT: Final = "http://iiif.io/api/image/3/context.json"
PROFILE: Final = "http://iiif.io/api/image/3/level2.json"
TILE: Final = 512
QUALITIES: Final = ("default", "color", "gray", "bitonal")
FORMATS: Final = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
EXTRA_FEATURES: Final = (
    "canonicalLinkHeader",
    "mirroring",
    "profileLinkHeader",
    "rotationArbitrary",
    "sizeUpscaling",
)
Part = Literal["path", "region", "size", "rotation", "quality", "format"]

_NUMBER = r"(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})"
_INT = r"(\d{1,9})"
_PIXELS = re.compile(rf"{_INT},{_INT},{_INT},{_INT}", re.ASCII)
_PERCENT = re.compile(rf"pct:{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}", re.ASCII)
_SIZE = re.compile(rf"(\^?)(?:(max)|pct:{_NUMBER}|(!?){_INT},{_INT}|{_INT},|,{_INT})", re.ASCII)
_ROTATION = re.compile(rf"(!?){_NUMBER}", re.ASCII)


class RequestError(ValueError):
    """A request that the API answers with 400; `part` is the parameter, `given` its words."""

    def __init__(self, part: Part, given: str) -> None:
        self.part, self.given = part, given
        super().__init__(f"{part}: {given}")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in whole pixels of the upright image at full size."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest pictures that are served: edge (both ways) and area in pixels."""

    edge: int
    area: int

    def allows(self, width: int, height: int) -> bool:
        return max(width, height) <= self.edge and width * height <= self.area


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What is asked for, worked out in pixels: `width` × `height` are those before rotation."""

    region: Box
    width: int
    height: int
    mirror: bool
    degrees: Fraction
    quality: str
    format: str
    canonical: str

    @property
    def mime(self) -> str:
        return FORMATS[self.format]


def read_request(path: str, *, width: int, height: int, limits: Limits) -> ImageRequest:
    """The request that `region/size/rotation/quality.format` asks of an image of this size.

    Raises RequestError.
    """
    parts = path.split("/")
    if len(parts) != 4:
        raise RequestError("path", path)
    region_words, size_words, rotation_words, last = parts
    quality, dot, ending = last.rpartition(".")
    if not dot or ending not in FORMATS:
        raise RequestError("format", ending)
    if quality not in QUALITIES:
        raise RequestError("quality", quality)
    region = read_region(region_words, width=width, height=height)
    size = read_size(size_words, region=region, limits=limits)
    mirror, degrees = read_rotation(rotation_words)
    quality = "default" if quality == "color" else quality
    canonical = "/".join(
        (
            _region_words(region, width, height),
            _size_words(size, region, limits),
            _rotation_words(mirror, degrees),
            f"{quality}.{ending}",
        )
    )
    return ImageRequest(region, *size, mirror, degrees, quality, ending, canonical)


def read_region(words: str, *, width: int, height: int) -> Box:
    """The rectangle, cut at the image's edges. Raises RequestError when nothing is left."""
    if words == "full":
        return Box(0, 0, width, height)
    if words == "square":
        side = min(width, height)
        return Box((width - side) // 2, (height - side) // 2, side, side)
    if found := _PIXELS.fullmatch(words):
        x, y, w, h = (int(number) for number in found.groups())
    elif found := _PERCENT.fullmatch(words):
        left, top, wide, high = (Fraction(number) / 100 for number in found.groups())
        x, y = _rounded(left * width), _rounded(top * height)
        w, h = _rounded(wide * width), _rounded(high * height)
    else:
        raise RequestError("region", words)
    w, h = min(w, width - x), min(h, height - y)
    if w < 1 or h < 1:
        raise RequestError("region", words)
    return Box(x, y, w, h)


def read_size(words: str, *, region: Box, limits: Limits) -> tuple[int, int]:
    """Width and height of the scaled region. Only `^` enlarges. Raises RequestError."""
    found = _SIZE.fullmatch(words)
    if not found:
        raise RequestError("size", words)
    up, whole, percent, confined, w, h, only_w, only_h = found.groups()
    if whole:
        return largest(region, limits, enlarge=bool(up))
    if confined:
        return _confined(region, int(w), int(h), limits, enlarge=bool(up), words=words)
    if percent:
        share = Fraction(percent) / 100
        if share > 1 and not up:
            raise RequestError("size", words)
        size = (_rounded(region.width * share), _rounded(region.height * share))
    elif only_w:
        size = (int(only_w), _rounded(Fraction(region.height * int(only_w), region.width)))
    elif only_h:
        size = (_rounded(Fraction(region.width * int(only_h), region.height)), int(only_h))
    else:
        size = (int(w), int(h))
    enlarged = size[0] > region.width or size[1] > region.height
    if min(size) < 1 or (enlarged and not up) or not limits.allows(*size):
        raise RequestError("size", words)
    return size


def read_rotation(words: str) -> tuple[bool, Fraction]:
    """Whether to mirror first, and the clockwise turn in degrees, 0 up to below 360."""
    found = _ROTATION.fullmatch(words)
    if not found or Fraction(found[2]) > 360:
        raise RequestError("rotation", words)
    return bool(found[1]), Fraction(found[2]) % 360


def largest(region: Box, limits: Limits, *, enlarge: bool) -> tuple[int, int]:
    """The size of `max`, or with `enlarge` of `^max`."""
    scales = [Fraction(limits.edge, region.width), Fraction(limits.edge, region.height)]
    if not enlarge:
        scales.append(Fraction(1))
    scale = min(scales)
    width = max(1, _rounded(region.width * scale))
    height = max(1, _rounded(region.height * scale))
    if limits.allows(width, height):
        return width, height
    # The largest whole width whose rectangle of the same shape keeps to the area.
    width = max(1, min(width, isqrt(limits.area * region.width // region.height), limits.area))
    return width, max(1, min(limits.area // width, region.height * width // region.width))


def scale_factors(width: int, height: int) -> list[int]:
    """1, 2, 4, … up to the one at which the whole image fits one tile: the pyramid's levels."""
    factors = [1]
    while max(width // factors[-1], height // factors[-1]) > TILE:
        factors.append(factors[-1] * 2)
    return factors


def describe(
    *, address: str, width: int, height: int, limits: Limits, rights: str = ""
) -> dict[str, Any]:
    """The image information document (info.json) of the image service at `address`."""
    factors = scale_factors(width, height)
    whole = Box(0, 0, width, height)
    sizes = [(-(-width // f), -(-height // f)) for f in reversed(factors)]
    sizes = [size for size in sizes if limits.allows(*size)] or [
        largest(whole, limits, enlarge=False)
    ]
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "id": address,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": width,
        "height": height,
        "maxWidth": limits.edge,
        "maxHeight": limits.edge,
        "maxArea": limits.area,
        "sizes": [{"width": w, "height": h} for w, h in sizes],
        "tiles": [{"width": TILE, "height": TILE, "scaleFactors": factors}],
        "preferredFormats": ["jpg"],
        "extraQualities": [q for q in QUALITIES if q != "default"],
        "extraFormats": ["webp"],
        "extraFeatures": list(EXTRA_FEATURES),
    }
    if rights:
        document["rights"] = rights
    return document


def _confined(
    region: Box, w: int, h: int, limits: Limits, *, enlarge: bool, words: str
) -> tuple[int, int]:
    """The largest picture of the region's shape within w × h, the region and the limits."""
    if w < 1 or h < 1:
        raise RequestError("size", words)
    most = largest(region, limits, enlarge=enlarge)
    if most[0] <= w and most[1] <= h:
        return most
    scale = min(Fraction(w, region.width), Fraction(h, region.height))
    return max(1, min(w, _rounded(region.width * scale))), max(
        1, min(h, _rounded(region.height * scale))
    )


def _rounded(value: Fraction) -> int:
    """To the nearest whole number, halves up: what people and other servers expect."""
    return int(value + Fraction(1, 2))


def _region_words(region: Box, width: int, height: int) -> str:
    if region == Box(0, 0, width, height):
        return "full"
    return f"{region.x},{region.y},{region.width},{region.height}"


def _size_words(size: tuple[int, int], region: Box, limits: Limits) -> str:
    if size == largest(region, limits, enlarge=False):
        return "max"
    if size[0] <= region.width and size[1] <= region.height:
        return f"{size[0]},{size[1]}"
    if size == largest(region, limits, enlarge=True):
        return "^max"
    return f"^{size[0]},{size[1]}"


def _rotation_words(mirror: bool, degrees: Fraction) -> str:
    whole, rest = divmod(degrees.numerator, degrees.denominator)
    decimals = ""
    if rest:
        decimals = "." + f"{int(Fraction(rest, degrees.denominator) * 10**9):09d}".rstrip("0")
    return f"{'!' if mirror else ''}{whole}{decimals}"
