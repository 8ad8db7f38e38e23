"""Maps drawn on the server: points on paper, numbered as in the list beside them. Pure.

No tiles, no outside map: the district is small enough for a plane with a scale bar. Points that
would lie on each other are moved apart, so that each number can be read. Projection:
equirectangular about the middle of the points, which is exact to the metre at this size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Final

WIDTH: Final = 480
HEIGHT: Final = 340
EDGE: Final = 36
APART: Final = 30
METRES: Final = 111_320.0
"""A degree of latitude in metres (WGS 84, mean)."""
STEPS: Final = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
LEAST: Final = 400.0
"""A map never shows less than this many metres across."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A point that is to be drawn."""

    key: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Point:
    """Where a spot stands on the paper, and its number in the list."""

    key: int
    number: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Points on a paper of `width` by `height`; `bar` is the length of the scale bar there."""

    points: tuple[Point, ...]
    bar: int
    metres: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def bar_end(self) -> int:
        return EDGE // 2 + self.bar

    @property
    def kilometres(self) -> int:
        """Whole kilometres of the bar; 0 where metres say it better."""
        return self.metres // 1000


def draw(spots: Sequence[Spot]) -> Drawing | None:
    """The drawing of some spots, numbered in their order from 1; None without any."""
    if not spots:
        return None
    middle_lat = (min(s.latitude for s in spots) + max(s.latitude for s in spots)) / 2
    middle_lon = (min(s.longitude for s in spots) + max(s.longitude for s in spots)) / 2
    shrink = cos(radians(middle_lat))
    east = [(s.longitude - middle_lon) * METRES * shrink for s in spots]
    north = [(s.latitude - middle_lat) * METRES for s in spots]
    across = max(max(east) - min(east), LEAST)
    down = max(max(north) - min(north), LEAST)
    scale = min((WIDTH - 2 * EDGE) / across, (HEIGHT - 2 * EDGE) / down)
    places = [
        (WIDTH / 2 + e * scale, HEIGHT / 2 - n * scale) for e, n in zip(east, north, strict=True)
    ]
    points = tuple(
        Point(spot.key, number, round(x), round(y))
        for number, (spot, (x, y)) in enumerate(zip(spots, _apart(places), strict=True), 1)
    )
    metres = next((m for m in reversed(STEPS) if m * scale <= WIDTH / 3), STEPS[0])
    return Drawing(points, max(round(metres * scale), 1), metres)


def _apart(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Move points that cover each other to the nearest free place, on rings about them."""
    found: list[tuple[float, float]] = []
    for x, y in places:
        found.append(next((p for p in _around(x, y) if _is_free(p, found)), (x, y)))
    return found


def _around(x: float, y: float) -> list[tuple[float, float]]:
    corners = [(1, 0), (0, 1), (-1, 0), (0, -1), (0.7, 0.7), (-0.7, 0.7), (-0.7, -0.7), (0.7, -0.7)]
    rings = [(x, y)]
    for ring in range(1, 8):
        rings += [(x + dx * APART * ring * 0.6, y + dy * APART * ring * 0.6) for dx, dy in corners]
    return rings


def _is_free(place: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    x, y = place
    inside = 14 <= x <= WIDTH - 14 and 14 <= y <= HEIGHT - 14
    return inside and all(hypot(x - a, y - b) >= APART for a, b in taken)
