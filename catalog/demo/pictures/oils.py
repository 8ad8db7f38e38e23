"""Oil landscapes with visible strokes: fields, a sea shore, a street in snow.

A plan of colours is laid first, then thousands of short strokes that follow it, then the light
on the ridges of the paint.
"""

import math

from PIL import Image, ImageChops, ImageFilter

from catalog.demo.pictures.studio import (
    Colour,
    Layer,
    Piece,
    Point,
    Studio,
    curve,
    fractal,
    mix,
    ribbon,
    scale,
)

Tones = tuple[Colour, Colour, Colour, Colour, Colour]
SKIES: tuple[Tones, ...] = (
    ((92, 132, 178), (226, 224, 206), (112, 138, 92), (206, 176, 88), (86, 92, 62)),
    ((196, 150, 128), (246, 214, 156), (92, 92, 108), (176, 112, 70), (70, 58, 60)),
    ((142, 156, 166), (214, 212, 202), (98, 116, 104), (146, 140, 96), (58, 68, 62)),
    ((70, 104, 150), (196, 208, 206), (70, 110, 120), (196, 186, 150), (60, 76, 70)),
)


def _plan(studio: Studio, tones: Tones, horizon: float) -> Layer:
    """The flat colours underneath."""
    rng, tall = studio.rng, studio.tall
    layer = studio.layer("RGB", tones[1])
    for i in range(40):
        y = horizon * i / 40
        layer.box((0, y, 1000, y + horizon / 40 + 3), mix(tones[0], tones[1], (i / 40) ** 1.3))
    for k, (height, tone) in enumerate(
        ((0.11, mix(tones[0], tones[2], 0.45)), (0.06, mix(tones[2], tones[0], 0.2)))
    ):
        line = fractal(rng, 50, octaves=4, first=2 + k)
        points = [
            (1000 * j / 49, horizon - tall * height * (0.6 + 0.5 * line[j])) for j in range(50)
        ]
        layer.polygon([*points, (1000, horizon + 8), (0, horizon + 8)], tone)
    for i in range(30):
        t = i / 30
        y = horizon + (tall - horizon) * t
        layer.box((0, y, 1000, y + tall / 24), mix(tones[2], tones[3], min(1.0, t * 1.5)))
    return layer


def _strokes(
    studio: Studio, plan: Image.Image, horizon: float, *, level: bool = False
) -> tuple[Layer, Layer]:
    """Short strokes that take their colour from the plan; and their relief."""
    rng, tall = studio.rng, studio.tall
    paint, relief = studio.layer("RGB", (0, 0, 0)), studio.layer("L", 128)
    paint.image.paste(plan.resize(paint.image.size))
    small = plan.resize((100, max(2, round(tall / 10)))).load()
    assert small is not None  # noqa: S101 - a loaded picture has pixels
    for _ in range(2600):
        x, y = rng.uniform(-10, 1010), rng.uniform(-10, tall + 10)
        sx, sy = min(99, max(0, int(x / 10))), min(round(tall / 10) - 1, max(0, int(y / 10)))
        r, g, b = small[sx, sy]  # type: ignore[misc]
        near = max(0.0, (y - horizon) / (tall - horizon))
        jolt = rng.gauss(0, 13)
        colour = tuple(max(0, min(255, round(v + jolt + rng.gauss(0, 7)))) for v in (r, g, b))
        if y < horizon:
            angle, length, width = rng.gauss(0, 22), rng.uniform(26, 60), rng.uniform(8, 15)
        else:
            angle = rng.gauss(0, 12) if level or near < 0.3 else rng.gauss(-70, 30)
            length, width = rng.uniform(16, 30) + near * 34, rng.uniform(5, 8) + near * 8
        a = math.radians(angle)
        end = (x + math.cos(a) * length, y + math.sin(a) * length)
        middle = ((x + end[0]) / 2, (y + end[1]) / 2 - length * 0.08)
        path = [(x, y), middle, end]
        outline = ribbon(path, (width * 0.5, width, width * 0.3))
        paint.polygon(outline, colour)
        relief.polygon(outline, rng.randint(90, 180))
    return paint, relief


def _finish(studio: Studio, paint: Layer, relief: Layer) -> Image.Image:
    image = paint.done()
    bristle = studio.noise(studio.w // 2, studio.h // 3).point(scale(0.5))
    height = Image.blend(relief.done(), bristle, 0.3)
    light = height.filter(ImageFilter.EMBOSS).point(scale(0.42))
    return ImageChops.overlay(image, Image.merge("RGB", [light] * 3))


def _tree(
    studio: Studio, paint: Layer, relief: Layer, foot: Point, size: float, tone: Colour
) -> None:
    rng = studio.rng
    x, y = foot
    for dx in (-0.05, 0.0, 0.06):
        trunk = curve(
            (x, y),
            (x + dx * size, y - size * 0.3),
            (x - dx * size, y - size * 0.4),
            (x + dx * size * 4, y - size * 0.7),
            10,
        )
        paint.stroke(trunk, (size * 0.05, size * 0.015), mix(tone, (30, 24, 22), 0.6))
    for _ in range(90):
        px = x + rng.gauss(0, size * 0.2)
        py = y - size * 0.72 + rng.gauss(0, size * 0.17)
        shade = mix(
            mix(tone, (24, 30, 26), 0.5),
            (236, 222, 150),
            max(0.0, min(0.6, (y - py) / size - 0.5 - (px - x) / size * 0.6 + rng.gauss(0, 0.14))),
        )
        end = (px + rng.uniform(8, 22), py + rng.uniform(-10, 12))
        paint.stroke(
            [(px, py), ((px + end[0]) / 2, py - 3), end], (4, rng.uniform(7, 15), 3), shade
        )
        relief.stroke(
            [(px, py), ((px + end[0]) / 2, py - 3), end], (4, 10, 3), rng.randint(80, 190)
        )


def field(studio: Studio) -> Piece:
    """A plain with a path, trees and a row of roofs."""
    rng, tall = studio.rng, studio.tall
    tones = rng.choice(SKIES)
    horizon = tall * rng.uniform(0.38, 0.52)
    plan = _plan(studio, tones, horizon)
    x = rng.uniform(300, 700)
    plan.polygon(
        [(x - 6, horizon + 6), (x + 6, horizon + 6), (x + 330, tall + 20), (x - 40, tall + 20)],
        mix(tones[3], tones[1], 0.6),
    )
    for i in range(7):
        hx, s = 90 + i * 44 + rng.uniform(-10, 10), rng.uniform(20, 34)
        plan.polygon(
            [
                (hx, horizon + 4),
                (hx, horizon - s * 0.7),
                (hx + s * 0.7, horizon - s * 1.3),
                (hx + s * 1.4, horizon - s * 0.7),
                (hx + s * 1.4, horizon + 4),
            ],
            rng.choice(((170, 84, 62), (214, 202, 184), (120, 104, 100))),
        )
    paint, relief = _strokes(studio, plan.done(), horizon)
    for _ in range(3):
        base = rng.choice((rng.uniform(80, 320), rng.uniform(660, 930)))
        depth = rng.uniform(0.04, 0.5)
        _tree(
            studio,
            paint,
            relief,
            (base, horizon + (tall - horizon) * depth),
            tall * (0.2 + depth * 0.5),
            tones[4],
        )
    return _signed(studio, paint, relief, tones)


def sea(studio: Studio) -> Piece:
    """A shore of Bohai bay with boats drawn up."""
    rng, tall = studio.rng, studio.tall
    tones = rng.choice(SKIES)
    horizon = tall * rng.uniform(0.4, 0.55)
    water: Tones = (
        tones[0],
        tones[1],
        mix(tones[0], (40, 84, 104), 0.5),
        mix((96, 134, 140), tones[1], 0.25),
        tones[4],
    )
    plan = _plan(studio, water, horizon)
    shore = curve((0, tall * 0.86), (300, tall * 0.8), (600, tall * 0.98), (1000, tall * 0.84), 30)
    plan.polygon([*shore, (1000, tall), (0, tall)], mix((206, 184, 142), tones[3], 0.4))
    for i in range(26):
        y = horizon + (tall * 0.8 - horizon) * (i / 26) ** 1.2
        sx, half = rng.uniform(0, 1000), rng.uniform(20, 120)
        plan.line(
            [(sx - half, y), (sx + half, y)], mix(water[2], (250, 248, 236), 0.6), 2 + i * 0.22
        )
    plan.stroke([(px, py - 8) for px, py in shore], (8, 12, 8), (240, 236, 222))
    paint, relief = _strokes(studio, plan.done(), horizon, level=True)
    _boats(studio, paint, horizon)
    return _signed(studio, paint, relief, tones)


def _boats(studio: Studio, paint: Layer, horizon: float) -> None:
    """Three sailing boats between the horizon and the shore."""
    rng, tall = studio.rng, studio.tall
    for _ in range(3):
        bx, by, s = (
            rng.uniform(120, 880),
            rng.uniform(horizon + 30, tall * 0.84),
            rng.uniform(50, 110),
        )
        hull: Colour = rng.choice(((148, 58, 46), (44, 74, 98), (232, 222, 200)))
        paint.polygon(
            curve(
                (bx - s, by - s * 0.2),
                (bx - s * 0.7, by + s * 0.24),
                (bx + s * 0.6, by + s * 0.24),
                (bx + s * 1.1, by - s * 0.3),
                14,
            ),
            hull,
        )
        paint.stroke(
            [(bx - s, by - s * 0.2), (bx, by - s * 0.12), (bx + s * 1.1, by - s * 0.3)],
            (5, 7, 5),
            mix(hull, (250, 240, 220), 0.5),
        )
        paint.stroke([(bx, by - s * 0.1), (bx + 4, by - s * 1.3)], (5, 3), (70, 58, 50))
        paint.polygon(
            [(bx + 6, by - s * 1.24), (bx + 6, by - s * 0.24), (bx + s * 0.7, by - s * 0.3)],
            (236, 226, 204),
        )


def _signed(studio: Studio, paint: Layer, relief: Layer, tones: Tones) -> Piece:
    tall = studio.tall
    image = _finish(studio, paint, relief)
    pen = studio.layer()
    for i in range(3):
        x = 850 + i * 30
        pen.stroke(
            curve(
                (x, tall - 50), (x + 15, tall - 74), (x + 12, tall - 36), (x + 30, tall - 54), 12
            ),
            (1.4, 3.4, 1.4),
            210,
        )
    image.paste(mix(tones[4], (16, 14, 14), 0.6), (0, 0, *image.size), pen.done())
    return Piece(image, (0.87, (tall - 56) / tall), (0.4, 0.55))
