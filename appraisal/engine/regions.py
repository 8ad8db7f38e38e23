"""Where something is on a picture: rectangles and polygons, as W3C Web Annotations select them.

Coordinates are whole ten-thousandths of the upright picture, so that a region has one text,
survives any size of the picture and is compared without rounding. Two closed forms, no others: a
FragmentSelector `xywh=percent:…` (Media Fragments URI 1.0) and an SvgSelector with one polygon in a
view box of 1 by 1. Pure. Registry rules, section 8.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, Literal

GRID: Final = 10_000
MOST_POINTS: Final = 60
CONFORMS: Final = "http://www.w3.org/TR/media-frags/"
_PERCENT: Final = r"(\d{1,3}(?:\.\d{1,2})?)"
_RECTANGLE: Final = re.compile(rf"xywh=percent:{_PERCENT},{_PERCENT},{_PERCENT},{_PERCENT}")
_SVG: Final = re.compile(
    r'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="0 0 1 1">'
    r'<polygon points="([0-9., ]{1,1000})"/></svg>'
)
_SHARE: Final = re.compile(r"[01](?:\.\d{1,4})?")
_TYPED: Final = re.compile(r"\d{1,3}(?:\.\d+)?")
_LONGEST_TYPED: Final = 1_000

Point = tuple[int, int]
Fault = Literal["form", "outside", "empty", "points", "crossing"]


class RegionProblem(ValueError):
    """A region that is none. `code`: form, outside (of the picture), empty, points (fewer than
    three or too many), crossing (its sides cross)."""

    def __init__(self, code: Fault) -> None:
        super().__init__(code)
        self.code: Fault = code


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle (`is_rectangle`, four corners from the upper left, clockwise) or a polygon."""

    points: tuple[Point, ...]
    is_rectangle: bool = False

    def __post_init__(self) -> None:
        if not 3 <= len(self.points) <= MOST_POINTS:
            raise RegionProblem("points")
        if not all(0 <= value <= GRID for point in self.points for value in point):
            raise RegionProblem("outside")
        first, second = self.points[:2]
        if not any(_turn(first, second, point) for point in self.points):
            raise RegionProblem("empty")
        if len(set(self.points)) != len(self.points) or _crosses(self.points):
            raise RegionProblem("crossing")

    @property
    def double_area(self) -> int:
        """Twice its area, in squares of the grid."""
        return abs(sum(a * d - b * c for (a, b), (c, d) in _sides(self.points)))

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom."""
        xs, ys = zip(*self.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def rectangle(x: int, y: int, width: int, height: int) -> Region:
    """The rectangle with this upper left corner. Raises `RegionProblem`."""
    if width <= 0 or height <= 0:
        raise RegionProblem("empty")
    right, bottom = x + width, y + height
    return Region(((x, y), (right, y), (right, bottom), (x, bottom)), is_rectangle=True)


# ------------------------------------------------------------------ JSON


def selector(region: Region) -> dict[str, str]:
    """The region as a selector of a Web Annotation."""
    if region.is_rectangle:
        left, top, right, bottom = region.box
        values = ",".join(_percent(v) for v in (left, top, right - left, bottom - top))
        return {
            "type": "FragmentSelector",
            "conformsTo": CONFORMS,
            "value": f"xywh=percent:{values}",
        }
    points = " ".join(f"{_share(x)},{_share(y)}" for x, y in region.points)
    return {
        "type": "SvgSelector",
        "value": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">'
        f'<polygon points="{points}"/></svg>',
    }


def read_selector(value: object) -> Region:
    """The region of a selector in one of the two closed forms. Raises `RegionProblem`."""
    if not isinstance(value, Mapping):
        raise RegionProblem("form")
    kind, text = value.get("type"), value.get("value")
    if not isinstance(text, str):
        raise RegionProblem("form")
    if kind == "FragmentSelector" and value.keys() == {"type", "conformsTo", "value"}:
        found = _RECTANGLE.fullmatch(text)
        if found is None or value["conformsTo"] != CONFORMS:
            raise RegionProblem("form")
        x, y, width, height = (_units(number, 100) for number in found.groups())
        return rectangle(x, y, width, height)
    if kind == "SvgSelector" and value.keys() == {"type", "value"}:
        found = _SVG.fullmatch(text)
        if found is None:
            raise RegionProblem("form")
        return Region(tuple(_svg_point(pair) for pair in found[1].split(" ")))
    raise RegionProblem("form")


# ------------------------------------------------------------------ as people type it


def typed(region: Region) -> str:
    """The region in per cent: `left top width height`, or the points `x,y x,y x,y`."""
    if region.is_rectangle:
        left, top, right, bottom = region.box
        return " ".join(_percent(v) for v in (left, top, right - left, bottom - top))
    return " ".join(f"{_percent(x)},{_percent(y)}" for x, y in region.points)


def read_typed(text: str) -> Region:
    """The region that somebody typed: four numbers, or three pairs and more; full-width signs,
    signs of per cent and more decimals than two are understood. Raises `RegionProblem`."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_TYPED]).replace("%", "").replace("、", ",")
    plain = re.sub(r"\s*,\s*", ",", plain)
    words = [word.split(",") for word in re.split(r"[\s;]+", plain.strip()) if word]
    numbers = [number for word in words for number in word]
    if len(text) > _LONGEST_TYPED or not numbers or not all(map(_TYPED.fullmatch, numbers)):
        raise RegionProblem("form")
    values = [_units(number, 100) for number in numbers]
    if len(values) == 4 and (len(words) == 1 or all(len(word) == 1 for word in words)):
        return rectangle(values[0], values[1], values[2], values[3])
    if any(len(word) != 2 for word in words):
        raise RegionProblem("form")
    return Region(tuple(zip(values[::2], values[1::2], strict=True)))


# ------------------------------------------------------------------ overlap


def common_area(one: Region, other: Region) -> float:
    """Twice the area that both cover, in squares of the grid; exact but for rounding.

    A simple polygon is the signed sum of the triangles between a corner and its sides, and two
    triangles meet in a convex polygon that clipping finds.
    """
    left, top, right, bottom = one.box
    x, y, far, low = other.box
    if left >= far or x >= right or top >= low or y >= bottom:
        return 0.0
    if one.is_rectangle and other.is_rectangle:
        return 2.0 * (min(right, far) - max(left, x)) * (min(bottom, low) - max(top, y))
    total = 0.0
    for sign, triangle in _triangles(one.points):
        for turn, clip in _triangles(other.points):
            total += sign * turn * _clipped(triangle, clip)
    return abs(total)


def overlap(one: Region, other: Region) -> tuple[float, float]:
    """(Common area by area of both together, by area of the smaller one), each 0 to 1."""
    if one.points == other.points:
        return 1.0, 1.0
    common = common_area(one, other)
    both = one.double_area + other.double_area - common
    least = min(one.double_area, other.double_area)
    return min(1.0, common / both), min(1.0, common / least)


def _triangles(points: Sequence[Point]) -> list[tuple[int, list[tuple[float, float]]]]:
    """(+1 or -1, triangle turning clockwise on the screen) for each side away from a corner."""
    origin = points[0]
    found = []
    for a, b in pairwise(points[1:]):
        turn = _turn(origin, a, b)
        if turn:
            corners = (origin, a, b) if turn > 0 else (origin, b, a)
            found.append((1 if turn > 0 else -1, [(float(x), float(y)) for x, y in corners]))
    return found


def _clipped(subject: list[tuple[float, float]], clip: list[tuple[float, float]]) -> float:
    """Twice the area common to two triangles that turn the same way (Sutherland, Hodgman)."""
    kept = subject
    for (ax, ay), (bx, by) in zip(clip, clip[1:] + clip[:1], strict=True):
        previous, kept = kept, []
        sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for x, y in previous]
        for place, (x, y) in enumerate(previous):
            before, side = sides[place - 1], sides[place]
            if before * side < 0:
                px, py = previous[place - 1]
                share = before / (before - side)
                kept.append((px + share * (x - px), py + share * (y - py)))
            if side >= 0:
                kept.append((x, y))
        if len(kept) < 3:
            return 0.0
    return abs(sum(a * d - b * c for (a, b), (c, d) in zip(kept, kept[1:] + kept[:1], strict=True)))


# ------------------------------------------------------------------ parts


def _sides(points: Sequence[Point]) -> list[tuple[Point, Point]]:
    return list(zip(points, [*points[1:], points[0]], strict=True))


def _turn(a: Point, b: Point, c: Point) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Point, b: Point, c: Point) -> bool:
    """Whether `c`, which lies on the line through both, lies between `a` and `b`."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the sides a-b and c-d have a point in common."""
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((turns[0], a, b, c), (turns[1], a, b, d), (turns[2], c, d, a), (turns[3], c, d, b))
    return any(turn == 0 and _between(start, end, point) for turn, start, end, point in ends)


def _crosses(points: Sequence[Point]) -> bool:
    """Whether two sides meet elsewhere than neighbours in their common corner."""
    sides = _sides(points)
    count = len(sides)
    for i in range(count):
        a, b = sides[i]
        if _turn(a, b, sides[(i + 1) % count][1]) == 0 and not _goes_on(
            a, b, sides[(i + 1) % count][1]
        ):
            return True
        for j in range(i + 2, count):
            if (j + 1) % count != i and _meet(a, b, *sides[j]):
                return True
    return False


def _goes_on(a: Point, b: Point, c: Point) -> bool:
    """Whether a path on one line goes on at `b` instead of turning back."""
    return (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) > 0


def _units(number: str, whole: int) -> int:
    """A number as ten-thousandths of `whole`, to the nearest."""
    return int((Decimal(number) * GRID / whole).to_integral_value())


def _decimal(value: int, places: int) -> str:
    text = f"{Decimal(value).scaleb(-places):.{places}f}"
    return text.rstrip("0").rstrip(".")


def _percent(value: int) -> str:
    return _decimal(value, 2)


def _share(value: int) -> str:
    return _decimal(value, 4)


def _svg_point(pair: str) -> Point:
    numbers: list[Any] = pair.split(",")
    if len(numbers) != 2 or not all(map(_SHARE.fullmatch, numbers)):
        raise RegionProblem("form")
    return _units(numbers[0], 1), _units(numbers[1], 1)
