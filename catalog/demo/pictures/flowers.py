"""Lotus in wet ink, and peonies on a bough with a bird."""

import math
from collections.abc import Callable

from PIL import Image, ImageChops

from catalog.demo.pictures.plants import bough, leaf, quiet_corner
from catalog.demo.pictures.studio import (
    INK,
    PAPER,
    Colour,
    Layer,
    Piece,
    Point,
    Studio,
    curve,
    fractal,
    ink,
    mix,
    multiply,
    ramp,
)
from catalog.demo.pictures.writing import dry, inscribe, seal

# Parts of a bird that faces right, as curves in units of its size.
TAIL: tuple[Point, ...] = (
    (-0.5, 0.1),
    (-0.8, 0.3),
    (-1.1, 0.5),
    (-1.5, 0.72),
    (-1.3, 0.76),
    (-0.9, 0.6),
    (-0.4, 0.34),
)
BREAST: tuple[Point, ...] = (
    (0.5, -0.5),
    (0.76, -0.1),
    (0.5, 0.5),
    (-0.1, 0.5),
    (-0.5, 0.46),
    (-0.7, 0.2),
    (-0.6, 0.04),
    (-0.4, -0.3),
    (0.0, -0.4),
    (0.3, -0.7),
)
WING: tuple[Point, ...] = (
    (0.3, -0.42),
    (0.1, 0.1),
    (-0.3, 0.3),
    (-0.95, 0.4),
    (-0.7, 0.1),
    (-0.4, -0.36),
    (0.3, -0.42),
)


def lotus(studio: Studio) -> Piece:
    """Broad wet leaves, a flower opening above them, reeds."""
    rng, tall = studio.rng, studio.tall
    image = studio.paper()
    for x, y, r, tone in (
        (rng.uniform(240, 340), tall * 0.5, 270, 0.55),
        (rng.uniform(650, 760), tall * 0.64, 300, 0.85),
        (rng.uniform(280, 420), tall * 0.82, 240, 0.95),
    ):
        _pad(studio, image, x, y, r, tone)
    stems = studio.layer()
    fx, fy = rng.uniform(480, 620), tall * rng.uniform(0.27, 0.34)
    for sx, sy in ((fx, fy), (fx + 210, fy - 40)):
        stems.stroke(
            curve(
                (sx - 60, tall * 0.95), (sx + 30, tall * 0.7), (sx - 30, tall * 0.5), (sx, sy), 30
            ),
            (10, 8, 9),
            190,
        )
    for _ in range(14):
        x = rng.uniform(40, 960)
        stems.stroke(
            curve(
                (x, tall * 0.98),
                (x, tall * 0.8),
                (x + 60, tall * 0.66),
                (x + rng.uniform(-90, 150), tall * rng.uniform(0.55, 0.74)),
                14,
            ),
            (3, 7, 0.8),
            rng.randint(70, 180),
        )
    ink(image, dry(studio, stems.done(), 60), INK, 0.85)
    _lotus_flower(studio, image, fx, fy, 150)
    _lotus_flower(studio, image, fx + 210, fy - 50, 62)
    place = inscribe(studio, image, 150, tall * 0.06, counts=(8,), size=38)
    seal(studio, image, 890, tall - 100, 62, white=False)
    return Piece(image, place, (0.56, 0.36))


def _pad(studio: Studio, image: Image.Image, x: float, y: float, r: float, tone: float) -> None:
    rng = studio.rng
    rough = fractal(rng, 48, octaves=3, first=6)
    rough[-1] = rough[0]
    squash = rng.uniform(0.44, 0.66)
    edge = [
        (
            x + math.cos(2 * math.pi * i / 47) * r * (1 + 0.16 * rough[i]),
            y + math.sin(2 * math.pi * i / 47) * r * squash * (1 + 0.16 * rough[i]),
        )
        for i in range(48)
    ]
    body, veins = studio.layer(), studio.layer()
    body.polygon(edge, 255)
    for i in range(0, 48, 4):
        ex, ey = edge[i]
        veins.stroke(
            curve(
                (x, y - r * 0.1), (x + (ex - x) * 0.4, y + (ey - y) * 0.2), (ex, ey), (ex, ey), 8
            ),
            (5, 3, 1),
            170,
        )
    blots = studio.cloud(6).point(ramp(70, 190))
    mask = ImageChops.multiply(body.done(blur=4), blots)
    ink(image, mask, (52, 62, 58), tone)
    ink(image, veins.done(blur=1), INK, tone * 0.7)


def _lotus_flower(studio: Studio, image: Image.Image, x: float, y: float, r: float) -> None:
    rng = studio.rng
    petals = studio.layer("RGBA", (0, 0, 0, 0))
    for ring, count, reach in ((0, 7, 1.0), (1, 6, 0.86), (2, 4, 0.66)):
        for i in range(count):
            a = math.radians(-170 + 160 * i / (count - 1) + rng.uniform(-6, 6))
            length = r * reach * rng.uniform(0.9, 1.1)
            tip = (x + math.cos(a) * length, y + math.sin(a) * length)
            nx, ny = -math.sin(a) * r * 0.3, math.cos(a) * r * 0.3
            mid = (x + math.cos(a) * length * 0.6, y + math.sin(a) * length * 0.6)
            left = (mid[0] + nx, mid[1] + ny)
            right = (mid[0] - nx, mid[1] - ny)
            shape = curve((x, y), left, left, tip, 12) + curve(tip, right, right, (x, y), 12)
            fill: Colour = mix((250, 236, 230), (226, 128, 140), 0.14 + 0.24 * rng.random())
            petals.polygon(shape, (*fill, 255), outline=(168, 62, 84, 255), width=1.6)
            tipped = curve(mid, left, left, tip, 8) + curve(tip, right, right, mid, 8)
            inner = [
                (
                    mid[0] + (px - mid[0]) * 0.5 + (tip[0] - mid[0]) * 0.42,
                    mid[1] + (py - mid[1]) * 0.5 + (tip[1] - mid[1]) * 0.42,
                )
                for px, py in tipped
            ]
            petals.polygon(inner, (*mix(fill, (206, 60, 96), 0.42), 255))
        del ring
    petals.disc(x, y - r * 0.05, r * 0.2, (206, 176, 84, 255), ry=r * 0.14)
    sheet = petals.done()
    image.paste(sheet, (0, 0), sheet.getchannel("A"))


def bird(studio: Studio, layer: Layer, x: float, y: float, size: float, facing: int) -> None:
    """A small bird on a branch: body, folded wing, tail, white cheek."""
    rng = studio.rng
    back: Colour = rng.choice(((92, 74, 58), (58, 66, 78), (110, 84, 48)))
    breast: Colour = rng.choice(((226, 190, 140), (236, 226, 208), (206, 120, 78)))

    def at(px: float, py: float) -> Point:
        return x + facing * px * size, y + py * size

    def shape(points: tuple[Point, ...]) -> list[Point]:
        placed = [at(*p) for p in points]
        out: list[Point] = []
        for i in range(0, len(placed) - 1, 3):
            start, first, second, end = placed[i : i + 4]
            out += curve(start, first, second, end, 12)
        return out

    layer.polygon(shape(TAIL), (*mix(back, INK, 0.5), 255))
    layer.polygon(shape(BREAST), (*breast, 255))
    layer.polygon(shape(WING), (*back, 255))
    for i in range(4):
        a, b = at(0.0 - i * 0.16, -0.2 + i * 0.1), at(-0.5 - i * 0.12, 0.2 + i * 0.05)
        layer.stroke([a, ((a[0] + b[0]) / 2, a[1] + 6), b], (1, 4, 1), (*mix(back, INK, 0.7), 255))
    _bird_head(layer, at, back, size)
    for px in (0.06, 0.22):
        layer.line([at(px, 0.46), at(px + 0.02, 0.66)], (70, 54, 40, 255), size * 0.04)


def _bird_head(
    layer: Layer, at: Callable[[float, float], Point], back: Colour, size: float
) -> None:
    """Cap, cheek, eye and beak."""
    hx, hy = at(0.48, -0.6)
    layer.disc(hx, hy, size * 0.3, (*mix(back, INK, 0.25), 255), ry=size * 0.27)
    cx, cy = at(0.54, -0.52)
    layer.disc(cx, cy, size * 0.14, (242, 236, 224, 255), ry=size * 0.11)
    ex, ey = at(0.56, -0.66)
    layer.disc(ex, ey, size * 0.055, (20, 18, 18, 255))
    layer.disc(ex + size * 0.015, ey - size * 0.02, size * 0.018, (250, 248, 240, 255))
    layer.polygon([at(0.74, -0.66), at(0.98, -0.55), at(0.74, -0.5)], (60, 50, 44, 255))


def peony(studio: Studio, layer: Layer, x: float, y: float, r: float, colour: Colour) -> None:
    rng = studio.rng
    for ring in range(6):
        reach = r * (1 - ring * 0.15)
        for i in range(11 - ring):
            a = 2 * math.pi * (i + rng.random() * 0.6) / (11 - ring)
            px, py = x + math.cos(a) * reach * 0.7, y + math.sin(a) * reach * 0.56
            tone = mix(mix(colour, (252, 240, 234), 0.72 - 0.1 * ring), colour, rng.random() * 0.5)
            s = reach * rng.uniform(0.36, 0.46)
            shape = [
                (
                    px + math.cos(b / 9 * 2 * math.pi) * s * rng.uniform(0.84, 1.12),
                    py + math.sin(b / 9 * 2 * math.pi) * s * 0.8 * rng.uniform(0.84, 1.12),
                )
                for b in range(9)
            ]
            layer.polygon(shape, (*tone, 255))
            layer.line([*shape[:5]], (*mix(tone, (120, 20, 40), 0.3), 255), 1.4)
    for _ in range(16):
        layer.disc(
            x + rng.gauss(0, r * 0.09), y + rng.gauss(0, r * 0.07), r * 0.03, (226, 180, 70, 255)
        )


def flower_bird(studio: Studio) -> Piece:
    """Peonies on a bough with one or two birds."""
    rng, tall = studio.rng, studio.tall
    image = studio.paper(rng.choice((PAPER, (222, 204, 168), (232, 224, 204))))
    left = rng.random() < 0.5
    wood = studio.layer()
    foot = (0.0 if left else 1000.0, tall * rng.uniform(0.5, 0.62))
    spots = bough(studio, wood, foot, -16 if left else -164, 760, 34)
    ink(image, dry(studio, wood.done(), 50), mix(INK, (84, 62, 44), 0.5), 0.92)
    leaves = studio.layer()
    for x, y in spots:
        if rng.random() < 0.6:
            for _ in range(2):
                leaf(
                    leaves,
                    x,
                    y,
                    rng.uniform(20, 160),
                    rng.uniform(60, 110),
                    40,
                    rng.randint(120, 230),
                )
    mask = ImageChops.multiply(leaves.done(), studio.cloud(22).point(ramp(40, 170)))
    multiply(image, mask, rng.choice(((66, 96, 70), (80, 88, 84))), 0.95)
    sheet = studio.layer("RGBA", (0, 0, 0, 0))
    colour: Colour = rng.choice(((196, 52, 76), (214, 104, 128), (160, 60, 110), (224, 150, 80)))
    chosen = sorted(spots, key=lambda p: abs(p[0] - 500))[:30]
    rng.shuffle(chosen)
    placed: list[Point] = []
    for x, y in chosen:
        if all(math.hypot(x - a, y - b) > 190 for a, b in placed) and len(placed) < 3:
            placed.append((x, y))
            peony(studio, sheet, x, y, rng.uniform(86, 126), colour)
    bx = 560 if left else 440
    by = min(spots, key=lambda p: abs(p[0] - bx))[1] - 60
    bird(studio, sheet, bx, min(max(by, 200), tall * 0.5), 108, 1 if left else -1)
    flat = sheet.done()
    image.paste(flat, (0, 0), flat.getchannel("A"))
    corner = quiet_corner(tall, spots)
    place = inscribe(studio, image, *corner, counts=(9, 4), size=32)
    return Piece(image, place, (0.5, 0.4))
