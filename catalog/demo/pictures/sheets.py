"""Paper-cuts (剪纸) and modern prints: flat shapes on a white sheet."""

import math
from collections.abc import Callable

from PIL import Image, ImageChops

from catalog.demo.pictures.prints import KEY
from catalog.demo.pictures.studio import (
    Colour,
    Layer,
    Piece,
    Point,
    Studio,
    curve,
    fractal,
    grain,
    ink,
    mix,
    multiply,
)
from catalog.demo.pictures.writing import column, seal


def papercut(studio: Studio) -> Piece:
    """A round paper-cut: rings of cut teeth, petals and birds, eight-fold."""
    rng, tall = studio.rng, studio.tall
    image = studio.paper((246, 243, 236), strength=0.3)
    cut = studio.layer()
    cy, fold = tall / 2, rng.choice((6, 8, 12))
    cut.disc(500, cy, 440, 255)
    rings = [(r, rng.choice(("leaf", "tooth", "drop", "fish"))) for r in (384, 296, 214, 136)]
    for radius, kind in rings:
        count = fold * max(1, round(2 * math.pi * radius / fold / 70))
        cut.disc(500, cy, radius + 44, None, outline=0, width=4)
        for i in range(count):
            size = min(36.0, radius * math.pi / count * 0.8)
            _motif(cut, kind, cy, radius, 2 * math.pi * i / count, size)
    for k in range(fold):
        a = 2 * math.pi * k / fold
        cut.stroke([(500, cy), (500 + math.cos(a) * 76, cy + math.sin(a) * 76)], (2, 15, 2), 0)
    for i in range(72):
        a = 2 * math.pi * i / 72
        cut.disc(500 + math.cos(a) * 440, cy + math.sin(a) * 440, 8, 0)
    mask = cut.done()
    shadow = ImageChops.offset(mask, 4, 6)
    multiply(image, shadow, (196, 188, 180), 0.8)
    ink(image, mask, rng.choice(((190, 34, 38), (170, 28, 44), (40, 36, 40))))
    text = studio.layer()
    column(text, rng, 930, tall - 250, count=4, size=30)
    ink(image, text.done(), KEY, 0.8)
    place = seal(studio, image, 910, tall - 100, 40)
    return Piece(grain(image, studio, 0.03), place, (0.5, 0.34))


def _motif(cut: Layer, kind: str, cy: float, radius: float, angle: float, size: float) -> None:
    """One cut of a ring: a leaf, teeth, a drop or a little fish."""
    ca, sa = math.cos(angle), math.sin(angle)

    def at(px: float, py: float) -> Point:
        return 500 + ca * (radius + px) - sa * py, cy + sa * (radius + px) + ca * py

    if kind == "leaf":
        cut.polygon(
            curve(at(-36, 0), at(-6, size), at(6, size), at(38, 0), 10)
            + curve(at(38, 0), at(6, -size), at(-6, -size), at(-36, 0), 10),
            0,
        )
        cut.line([at(-30, 0), at(32, 0)], 255, 4)
        for j in (-14, 2, 18):
            cut.line([at(j, -size * 0.7), at(j + 8, 0), at(j, size * 0.7)], 255, 3)
    elif kind == "tooth":
        for j in range(3):
            y = (j - 1) * size * 0.6
            cut.polygon([at(-32, y - size * 0.22), at(34, y), at(-32, y + size * 0.22)], 0)
    elif kind == "drop":
        cut.polygon(
            curve(at(-38, 0), at(20, size), at(40, size * 0.6), at(34, 0), 10)
            + curve(at(34, 0), at(40, -size * 0.6), at(20, -size), at(-38, 0), 10),
            0,
        )
        x, y = at(14, 0)
        cut.disc(x, y, size * 0.26, 255)
    else:
        _fish(cut, at, size)


def _fish(cut: Layer, at: Callable[[float, float], Point], size: float) -> None:
    """A little fish that swims outwards, one eye."""
    cut.polygon(
        [
            *curve(
                at(-4, -size),
                at(34, -size * 0.4),
                at(34, size * 0.3),
                at(4, size * 0.4),
                10,
            ),
            at(-20, size * 0.9),
            at(-22, size * 0.2),
            *curve(
                at(-22, size * 0.2),
                at(-30, -size * 0.2),
                at(-20, -size),
                at(-4, -size),
                8,
            ),
        ],
        0,
    )
    x, y = at(6, -size * 0.5)
    cut.disc(x, y, 5, 255)


def modern(studio: Studio) -> Piece:
    """A modern print in flat blocks: hills, a disc, kites or reeds; margin, pencilled edition."""
    rng, tall = studio.rng, studio.tall
    image = studio.paper((246, 243, 236), strength=0.4)
    tones: list[Colour] = rng.choice(
        (
            [(232, 196, 140), (214, 122, 78), (150, 66, 58), (58, 62, 84), (28, 34, 52)],
            [(214, 222, 214), (150, 180, 172), (88, 130, 128), (40, 78, 88), (20, 36, 48)],
            [(240, 214, 170), (226, 164, 92), (120, 136, 96), (66, 86, 74), (34, 40, 40)],
        )
    )
    left, top, right, bottom = 90.0, 90.0, 910.0, tall - 150
    plate = studio.layer("RGB", tones[0])
    x, y = rng.uniform(300, 700), top + (bottom - top) * rng.uniform(0.2, 0.36)
    plate.disc(x, y, rng.uniform(70, 120), rng.choice(((206, 58, 42), (250, 244, 228))))
    for i in range(1, 5):
        line = fractal(rng, 60, octaves=4, first=2 + i)
        base = top + (bottom - top) * (0.34 + 0.15 * i)
        points = [(1000 * j / 59, base - 70 * line[j] * (1.3 - i * 0.16)) for j in range(60)]
        plate.polygon([*points, (1000, tall), (0, tall)], tones[i])
        for j in range(4, 56, 3):
            px, py = points[j]
            plate.line(
                [(px, py + 16), (px + rng.uniform(-14, 14), py + rng.uniform(40, 90))],
                mix(tones[i], tones[max(0, i - 1)], 0.4),
                3,
            )
    _kites(studio, plate, tones, top, bottom)
    shape = studio.layer()
    shape.box((left, top, right, bottom), 255)
    worn = ImageChops.multiply(
        shape.done(),
        studio.noise(studio.w // 2, studio.h // 2).point(
            [min(255, 190 + v // 2) for v in range(256)]
        ),
    )
    image.paste(plate.done(), (0, 0), worn)
    _pencil(studio, image, bottom)
    place = seal(studio, image, 690, bottom + 28, 32)
    return Piece(image, place, (0.5, 0.4))


def _pencil(studio: Studio, image: Image.Image, bottom: float) -> None:
    """Edition number and signature under the plate."""
    pencil = studio.layer()
    pencil.line([(112, bottom + 52), (136, bottom + 40), (130, bottom + 58)], 200, 2)
    pencil.line([(150, bottom + 60), (164, bottom + 34)], 200, 2)
    pencil.line(
        curve((176, bottom + 58), (200, bottom + 20), (206, bottom + 70), (226, bottom + 40)),
        200,
        2,
    )
    sign = curve(
        (740, bottom + 54), (780, bottom + 10), (770, bottom + 80), (820, bottom + 40), 20
    ) + curve((820, bottom + 40), (840, bottom + 20), (836, bottom + 70), (890, bottom + 44), 20)
    pencil.line(sign, 210, 2.4)
    ink(image, pencil.done(), (70, 70, 74), 0.8)


def _kites(studio: Studio, plate: Layer, tones: list[Colour], top: float, bottom: float) -> None:
    """Two to four kites in the sky."""
    rng = studio.rng
    for _ in range(rng.randint(2, 4)):
        kx, ky, s = (
            rng.uniform(180, 820),
            rng.uniform(top + 50, (top + bottom) / 2),
            rng.uniform(24, 54),
        )
        tint = rng.choice(((206, 58, 42), (246, 240, 224), tones[3]))
        plate.polygon([(kx, ky - s), (kx + s * 0.8, ky), (kx, ky + s), (kx - s * 0.8, ky)], tint)
        plate.line([(kx, ky - s), (kx, ky + s)], tones[4], 2)
        plate.line(
            curve(
                (kx, ky + s), (kx + s, ky + s * 2), (kx - s, ky + s * 3), (kx + s * 0.4, ky + s * 4)
            ),
            tint,
            3,
        )
