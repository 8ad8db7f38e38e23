"""The drawing table of the demonstration pictures: paper, brushes, noise and curves.

Painters draw in units (a work is 1000 units wide) so that one seed gives the same work at any
size; shapes are drawn at twice the size and reduced. Never uses fonts, files or the clock.
"""

import itertools
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

PAPER: Colour = (241, 234, 219)
SILK: Colour = (226, 211, 180)
INK: Colour = (36, 34, 33)
CINNABAR: Colour = (176, 46, 36)
WALL: Colour = (223, 221, 216)
SUPER = 2


@dataclass(frozen=True)
class Piece:
    """A finished work: its picture, and where (as fractions) its seal and best detail are."""

    image: Image.Image
    seal: Point
    detail: Point


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """Blend two colours; t runs from 0 (a) to 1 (b)."""
    r, g, bl = (round(x + (y - x) * t) for x, y in zip(a, b, strict=True))
    return r, g, bl


def curve(p0: Point, p1: Point, p2: Point, p3: Point, n: int = 24) -> list[Point]:
    """Points of a cubic Bezier curve."""
    points = []
    for i in range(n + 1):
        t = i / n
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3
        points.append(
            (
                a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0],
                a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1],
            )
        )
    return points


def fractal(
    rng: random.Random, n: int, *, octaves: int = 6, rough: float = 0.52, first: int = 2
) -> list[float]:
    """One-dimensional value noise with n samples, roughly within -1..1."""
    out = [0.0] * n
    amp, count, total = 1.0, first, 0.0
    for _ in range(octaves):
        knots = [rng.uniform(-1, 1) for _ in range(count + 2)]
        for x in range(n):
            p = x / n * count
            i = int(p)
            f = p - i
            f = f * f * (3 - 2 * f)
            out[x] += amp * (knots[i] * (1 - f) + knots[i + 1] * f)
        total += amp
        amp *= rough
        count *= 2
    return [v / total * 1.6 for v in out]


def turn(points: Iterable[Point], centre: Point, degrees: float) -> list[Point]:
    """Turn points round a centre."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x0, y0 = centre
    return [(x0 + (x - x0) * c - (y - y0) * s, y0 + (x - x0) * s + (y - y0) * c) for x, y in points]


def ribbon(points: Sequence[Point], widths: Sequence[float]) -> list[Point]:
    """The outline of a stroke whose width is interpolated along its length."""
    n = len(points)
    left, right = [], []
    for i, (x, y) in enumerate(points):
        ax, ay = points[max(0, i - 1)]
        bx, by = points[min(n - 1, i + 1)]
        dx, dy = bx - ax, by - ay
        length = math.hypot(dx, dy) or 1.0
        p = i / max(1, n - 1) * (len(widths) - 1)
        k = min(int(p), len(widths) - 2)
        half = (widths[k] + (widths[k + 1] - widths[k]) * (p - k)) / 2
        nx, ny = -dy / length * half, dx / length * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + right[::-1]


class Layer:
    """One supersampled sheet of colour ("RGB", "RGBA") or of density ("L"), drawn in units."""

    def __init__(self, w: int, h: int, unit: float, mode: str = "L", ground: object = 0) -> None:
        self.size = (w, h)
        self.k = unit * SUPER
        self.image = Image.new(mode, (w * SUPER, h * SUPER), ground)  # type: ignore[arg-type]
        self.draw = ImageDraw.Draw(self.image)

    def _at(self, points: Iterable[Point]) -> list[Point]:
        return [(x * self.k, y * self.k) for x, y in points]

    def polygon(
        self,
        points: Sequence[Point],
        fill: object,
        *,
        outline: object | None = None,
        width: float = 0,
    ) -> None:
        """A filled shape, with an outline of a width in units."""
        placed = self._at(points)
        self.draw.polygon(placed, fill=fill)  # type: ignore[arg-type]
        if outline is not None:
            self.draw.line(
                [*placed, placed[0], placed[1]],
                fill=outline,  # type: ignore[arg-type]
                width=max(1, round(width * self.k)),
                joint="curve",
            )

    def line(self, points: Sequence[Point], fill: object, width: float) -> None:
        """A line of even width."""
        self.draw.line(
            self._at(points),
            fill=fill,  # type: ignore[arg-type]
            width=max(1, round(width * self.k)),
            joint="curve" if width * self.k > 3 else None,
        )

    def stroke(self, points: Sequence[Point], widths: Sequence[float], fill: object) -> None:
        """A brush stroke: widths are interpolated from its start to its end."""
        self.draw.polygon(self._at(ribbon(points, widths)), fill=fill)  # type: ignore[arg-type]
        for (x, y), width in ((points[0], widths[0]), (points[-1], widths[-1])):
            if width > 2:
                self.disc(x, y, width / 2, fill)

    def disc(
        self,
        x: float,
        y: float,
        r: float,
        fill: object,
        *,
        ry: float | None = None,
        outline: object | None = None,
        width: float = 0,
    ) -> None:
        """A disc or an upright ellipse."""
        k, b = self.k, r if ry is None else ry
        self.draw.ellipse(
            ((x - r) * k, (y - b) * k, (x + r) * k, (y + b) * k),
            fill=fill,  # type: ignore[arg-type]
            outline=outline,  # type: ignore[arg-type]
            width=max(1, round(width * k)) if outline is not None else 0,
        )

    def box(
        self,
        box: Box,
        fill: object | None,
        *,
        radius: float = 0,
        outline: object | None = None,
        width: float = 0,
    ) -> None:
        """A rectangle, with round corners if a radius is given."""
        x0, y0, x1, y1 = (v * self.k for v in box)
        self.draw.rounded_rectangle(
            (x0, y0, x1, y1),
            radius * self.k,
            fill=fill,  # type: ignore[arg-type]
            outline=outline,  # type: ignore[arg-type]
            width=max(1, round(width * self.k)) if outline is not None else 0,
        )

    def done(self, *, blur: float = 0) -> Image.Image:
        """The sheet at its own size; blur in units."""
        radius = blur * self.k / SUPER
        if radius > 2.5:
            soft = self.image.reduce(SUPER * 2).filter(ImageFilter.GaussianBlur(radius / 2))
            return soft.resize(self.size, Image.Resampling.BILINEAR)
        image = self.image.reduce(SUPER)
        return image.filter(ImageFilter.GaussianBlur(radius)) if radius else image


class Studio:
    """What one painter needs for one work: a size, a seeded hand and seeded noise."""

    def __init__(self, seed: int, w: int, h: int) -> None:
        self.w, self.h, self.unit = w, h, w / 1000
        self.tall = h / self.unit
        self.rng = random.Random(seed)  # noqa: S311 - pictures, not secrets
        self._seed, self._sheets = seed, 0

    def layer(self, mode: str = "L", ground: object = 0) -> Layer:
        """A fresh sheet of this work's size."""
        return Layer(self.w, self.h, self.unit, mode, ground)

    def _cells(self, columns: int, rows: int) -> Image.Image:
        self._sheets += 1
        hand = random.Random(self._seed * 1009 + self._sheets)  # noqa: S311
        columns, rows = max(2, columns), max(2, rows)
        return Image.frombytes("L", (columns, rows), hand.randbytes(columns * rows))

    def noise(self, columns: int, rows: int, *, blur: float = 0) -> Image.Image:
        """Grey noise (0 to 255, mean 128) of columns by rows cells, stretched over the work."""
        cells = self._cells(min(columns, self.w), min(rows, self.h))
        fine = columns * 5 > self.w
        image = cells.resize(
            (self.w, self.h), Image.Resampling.BILINEAR if fine else Image.Resampling.BICUBIC
        )
        return image.filter(ImageFilter.GaussianBlur(blur * self.unit)) if blur else image

    def cloud(self, cells: int) -> Image.Image:
        """Three octaves of noise: blots, stains and washes."""
        small = max(8, self.w // 4), max(8, self.h // 4)
        rows = max(2, round(cells * self.h / self.w))
        total: Image.Image | None = None
        for factor, share in ((1, 1.0), (3, 0.36), (9, 0.16)):
            cell = self._cells(cells * factor, rows * factor)
            sheet = cell.resize(small, Image.Resampling.BICUBIC)
            total = sheet if total is None else Image.blend(total, sheet, share)
        assert total is not None  # noqa: S101 - the loop ran
        return total.resize((self.w, self.h), Image.Resampling.BILINEAR)

    def paper(self, colour: Colour = PAPER, *, strength: float = 0.5) -> Image.Image:
        """A sheet of paper with fibres and slow changes of tone."""
        image = Image.new("RGB", (self.w, self.h), colour)
        slow = self.cloud(5).point(scale(strength * 0.2))
        fibres = self.noise(self.w // 2, self.h // 2).point(scale(0.14))
        both = Image.blend(slow, fibres, 0.5)
        return ImageChops.overlay(image, Image.merge("RGB", [both] * 3))


@lru_cache(maxsize=64)
def scale(amount: float) -> list[int]:
    """A table that squeezes noise towards the middle grey."""
    return [max(0, min(255, round(128 + (v - 128) * amount))) for v in range(256)]


@lru_cache(maxsize=64)
def ramp(low: int, high: int, top: int = 255) -> list[int]:
    """A table that is 0 below low, top above high and straight between."""
    return [round(top * max(0.0, min(1.0, (v - low) / (high - low)))) for v in range(256)]


@lru_cache(maxsize=128)
def times(factor: float) -> list[int]:
    """A table that multiplies by a factor."""
    return [min(255, round(v * factor)) for v in range(256)]


def grain(image: Image.Image, studio: Studio, amount: float, cell: int = 2) -> Image.Image:
    """Lay seeded grain over a picture; amount 0 to 1, cell in pixels of the sheet."""
    noise = studio.noise(studio.w // cell, studio.h // cell).point(scale(amount * 2))
    return ImageChops.overlay(image, Image.merge("RGB", [noise] * 3))


def ink(image: Image.Image, mask: Image.Image, colour: Colour, tone: float = 1.0) -> None:
    """Lay one colour over a picture through a mask."""
    image.paste(colour, (0, 0, *image.size), mask.point(times(tone)) if tone != 1 else mask)


def multiply(image: Image.Image, mask: Image.Image, colour: Colour, tone: float = 1.0) -> None:
    """Stain a picture, as a transparent wash does, through a mask."""
    stained = ImageChops.multiply(image, Image.new("RGB", image.size, colour))
    image.paste(stained, (0, 0), mask.point(times(tone)) if tone != 1 else mask)


def fall(
    studio: Studio,
    stops: Sequence[tuple[float, float]],
    shape: Callable[[float], float] | None = None,
) -> Image.Image:
    """A mask that changes from top to bottom: stops of (height in units, density 0 to 1)."""
    strip = Image.new("L", (1, 256))
    for i in range(256):
        y = i / 255 * studio.tall
        value = stops[-1][1] if y >= stops[-1][0] else stops[0][1]
        for (y0, v0), (y1, v1) in itertools.pairwise(stops):
            if y0 <= y < y1:
                f = (y - y0) / (y1 - y0)
                value = v0 + (v1 - v0) * (f * f * (3 - 2 * f))
        strip.putpixel((0, i), round(255 * (shape(value) if shape else value)))
    return strip.resize((studio.w, studio.h), Image.Resampling.BILINEAR)
