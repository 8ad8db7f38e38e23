"""Ink landscapes (水墨山水): ranges in mist, textured peaks, pines, water, a boat and a hut.

Mountains are silhouettes of rounded towers with a wash that dissolves downwards, then ridge
lines with texture strokes (皴) hanging from them and moss dots (苔点) along the crest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops

from catalog.demo.pictures.studio import (
    INK,
    PAPER,
    Colour,
    Layer,
    Piece,
    Point,
    Studio,
    curve,
    fall,
    fractal,
    ink,
    mix,
    multiply,
    ramp,
)
from catalog.demo.pictures.writing import inscribe, seal

SAMPLES = 220


@dataclass(frozen=True)
class Palette:
    """The washes of one landscape: far hills, near rock, and what colours the slopes."""

    far: Colour
    near: Colour
    slope: Colour
    crest: Colour
    strength: float


PALETTES = (
    Palette((112, 122, 128), (44, 46, 46), (200, 200, 196), (150, 152, 150), 0.0),
    Palette((120, 132, 142), (52, 50, 48), (214, 168, 124), (142, 166, 164), 0.55),
    Palette((104, 134, 150), (46, 54, 52), (116, 168, 138), (58, 118, 142), 0.62),
    Palette((128, 128, 130), (40, 40, 42), (208, 190, 160), (120, 126, 124), 0.35),
)


def crest(studio: Studio, base: float, towers: Sequence[tuple[float, float, float]]) -> list[Point]:
    """The skyline of a range: towers are (middle, half width, height) in units."""
    rough = fractal(studio.rng, SAMPLES, octaves=6, rough=0.55, first=5)
    points = []
    for i in range(SAMPLES):
        x = -20 + 1040 * i / (SAMPLES - 1)
        top = 0.0
        for middle, half, height in towers:
            t = abs(x - middle) / half
            if t < 1.6:
                top = max(top, height * math.exp(-(t**2.4) * 1.6) + rough[i] * height * 0.075)
        points.append((x, base - top))
    return points


def wash(studio: Studio, skyline: list[Point], depth: float, blotch: int = 9) -> Image.Image:
    """The density of a range: dark under its skyline, gone after depth units."""
    shape = studio.layer()
    shape.polygon([*skyline, (1020, studio.tall + 20), (-20, studio.tall + 20)], 255)
    top = min(y for _, y in skyline)
    fade = fall(studio, [(top, 1.0), (top + depth * 0.4, 0.62), (top + depth, 0.0)])
    blots = studio.cloud(blotch).point([min(255, 118 + v) for v in range(256)])
    return ImageChops.multiply(ImageChops.multiply(shape.done(), fade), blots)


def texture(
    studio: Studio,
    layer: Layer,
    towers: Sequence[tuple[float, float, float]],
    base: float,
    *,
    density: float,
) -> None:
    """Ridge lines of each tower and the strokes that hang from them."""
    rng = studio.rng
    for middle, half, height in towers:
        for _ in range(max(3, round(half / 42))):
            x = middle + rng.gauss(0, half * 0.36)
            lift = math.exp(-((abs(x - middle) / half) ** 2.4) * 1.6)
            y = base - height * lift * rng.uniform(0.72, 0.97)
            lean = (x - middle) / half
            line: list[Point] = [(x, y)]
            length = height * rng.uniform(0.3, 0.62)
            while y < base - height * lift + length + height * 0.1 and len(line) < 26:
                y += height * 0.035
                x += rng.gauss(lean * height * 0.018, height * 0.012)
                line.append((x, y))
            tone = rng.randint(150, 235)
            layer.stroke(line, (1.2, 4.4, 2.4, 0.6), tone)
            side = 1 if lean >= 0 else -1
            for k in range(round(len(line) * density)):
                px, py = line[min(len(line) - 1, int(k / density))]
                reach = height * rng.uniform(0.03, 0.1)
                out = side * reach * rng.uniform(0.2, 0.75)
                start = (px + side * rng.uniform(0, half * 0.07), py + rng.uniform(-4, 4))
                end = (start[0] + out, start[1] + reach)
                bend = (start[0] + out * 0.2, start[1] + reach * 0.6)
                layer.stroke(
                    curve(start, bend, bend, end, 5),
                    (rng.uniform(0.6, 1.4), rng.uniform(1.6, 3.6), 0.4),
                    rng.randint(70, 200),
                )


def moss(studio: Studio, layer: Layer, skyline: list[Point], chance: float) -> None:
    """Dots in clusters along a crest."""
    rng = studio.rng
    for x, y in skyline:
        if rng.random() < chance:
            for _ in range(rng.randint(2, 5)):
                r = rng.uniform(1.6, 4.2)
                layer.disc(
                    x + rng.gauss(0, 9), y + rng.gauss(3, 6), r, rng.randint(150, 250), ry=r * 0.7
                )


def pine(studio: Studio, layer: Layer, x: float, y: float, tall: float) -> None:
    """A leaning pine: scaled trunk, level boughs, needles in open fans."""
    rng = studio.rng
    lean = rng.uniform(-0.34, 0.34) * tall
    trunk = curve(
        (x, y),
        (x - lean * 0.4, y - tall * 0.3),
        (x + lean, y - tall * 0.6),
        (x + lean * 0.8, y - tall),
        22,
    )
    layer.stroke(trunk, (tall * 0.075, tall * 0.05, tall * 0.02), 240)
    for i in range(7):
        t = 0.42 + 0.58 * i / 6
        bx, by = trunk[min(22, round(t * 22))]
        for side in (-1, 1):
            if rng.random() < 0.24:
                continue
            reach = tall * (0.42 - 0.26 * t) * rng.uniform(0.7, 1.2)
            tip = (bx + side * reach, by + rng.uniform(-0.06, 0.05) * tall)
            layer.stroke(
                curve((bx, by), (bx + side * reach * 0.4, by + tall * 0.04), tip, tip, 8),
                (tall * 0.022, tall * 0.008),
                220,
            )
            for _ in range(4):
                f = rng.uniform(0.35, 1.05)
                _needles(
                    studio, layer, bx + (tip[0] - bx) * f, by + (tip[1] - by) * f, tall * 0.085
                )


def _needles(studio: Studio, layer: Layer, x: float, y: float, r: float) -> None:
    tone = studio.rng.randint(160, 240)
    for a in range(184, 360, 16):
        c, s = math.cos(math.radians(a)), math.sin(math.radians(a))
        layer.line([(x, y), (x + r * 1.25 * c, y + r * 0.85 * s)], tone, max(1.0, r * 0.055))
    layer.disc(x, y - r * 0.2, r * 0.8, tone // 2, ry=r * 0.34)


def leafy(studio: Studio, wood: Layer, leaves: Layer, x: float, y: float, tall: float) -> None:
    """A broadleaf tree: forked trunk, leaves as clusters of dots."""
    rng = studio.rng
    stack = [(x, y, -90 + rng.uniform(-16, 16), tall * 0.36, tall * 0.055)]
    tips = []
    while stack:
        x0, y0, angle, length, width = stack.pop()
        a = math.radians(angle)
        x1, y1 = x0 + math.cos(a) * length, y0 + math.sin(a) * length
        bend = rng.gauss(0, length * 0.12)
        wood.stroke(
            curve(
                (x0, y0),
                (x0 + bend, y0 - length * 0.3),
                (x1 - bend, y1 + length * 0.3),
                (x1, y1),
                6,
            ),
            (width, width * 0.62),
            236,
        )
        if length > tall * 0.12:
            for _ in range(rng.choice((2, 2, 3))):
                turned = angle + rng.uniform(-46, 46)
                stack.append((x1, y1, turned, length * rng.uniform(0.58, 0.78), width * 0.6))
        else:
            tips.append((x1, y1))
    for tx, ty in tips:
        for _ in range(rng.randint(5, 9)):
            r = tall * rng.uniform(0.009, 0.022)
            leaves.disc(
                tx + rng.gauss(0, tall * 0.05),
                ty + rng.gauss(0, tall * 0.035),
                r,
                rng.randint(120, 245),
                ry=r * 0.7,
            )


def boat(layer: Layer, x: float, y: float, size: float) -> None:
    """A flat boat with an awning and one rower."""
    hull = curve(
        (x - size, y),
        (x - size * 0.4, y + size * 0.2),
        (x + size * 0.5, y + size * 0.2),
        (x + size * 1.1, y - size * 0.06),
        12,
    )
    layer.stroke(hull, (size * 0.04, size * 0.13, size * 0.03), 245)
    awning = curve(
        (x - size * 0.5, y + size * 0.06),
        (x - size * 0.5, y - size * 0.34),
        (x + size * 0.14, y - size * 0.34),
        (x + size * 0.14, y + size * 0.06),
        10,
    )
    layer.polygon(awning, 130)
    layer.line(awning, 235, 2)
    layer.stroke(
        [(x + size * 0.52, y + size * 0.06), (x + size * 0.54, y - size * 0.3)],
        (size * 0.13, size * 0.06),
        235,
    )
    layer.disc(x + size * 0.55, y - size * 0.36, size * 0.055, 240)
    layer.line([(x + size * 0.5, y - size * 0.18), (x + size * 1.14, y + size * 0.3)], 220, 2)


def hut(layer: Layer, x: float, y: float, size: float) -> None:
    """A thatched hut with an open front."""
    layer.polygon(
        [
            (x - size * 0.4, y),
            (x - size * 0.4, y - size * 0.4),
            (x + size * 0.4, y - size * 0.4),
            (x + size * 0.4, y),
        ],
        26,
    )
    for post in (-0.4, -0.12, 0.14, 0.4):
        layer.line([(x + size * post, y), (x + size * post, y - size * 0.4)], 220, 2.4)
    roof = [
        (x - size * 0.62, y - size * 0.34),
        (x - size * 0.34, y - size * 0.72),
        (x + size * 0.34, y - size * 0.74),
        (x + size * 0.64, y - size * 0.35),
    ]
    layer.polygon(roof, 120)
    layer.line([*roof, roof[0]], 240, 3)
    for i in range(9):
        f = i / 8
        layer.line(
            [
                (x - size * (0.34 - 0.68 * f), y - size * 0.73),
                (x - size * (0.62 - 1.25 * f), y - size * 0.35),
            ],
            190,
            1.4,
        )


def ripples(studio: Studio, layer: Layer, top: float, bottom: float, count: int) -> None:
    """Level strokes of water."""
    rng = studio.rng
    for _ in range(count):
        y = rng.uniform(top, bottom)
        x, half = rng.uniform(0, 1000), rng.uniform(20, 90)
        layer.stroke(
            curve(
                (x - half, y), (x - half * 0.3, y - 3), (x + half * 0.3, y + 3), (x + half, y), 6
            ),
            (0.5, 1.8, 0.4),
            rng.randint(40, 110),
        )


def _towers(
    studio: Studio, count: int, height: float, lean: float
) -> list[tuple[float, float, float]]:
    rng = studio.rng
    out = []
    for i in range(count):
        middle = (i + 0.5) / count * 1000 + rng.gauss(0, 70)
        centre = max(0.25, 1 - abs(middle / 1000 - lean) * 1.35)
        out.append((middle, rng.uniform(110, 240), height * centre * rng.uniform(0.72, 1.1)))
    return out


def landscape(studio: Studio) -> Piece:
    """A landscape of any proportion: far ranges, a textured massif, a shore, and writing."""
    rng, tall = studio.rng, studio.tall
    palette = rng.choice(PALETTES)
    lean = rng.choice((0.3, 0.68))
    image = studio.paper()
    if rng.random() < 0.4:
        disc = studio.layer()
        disc.disc(1000 * (1 - lean) + rng.uniform(-60, 60), tall * 0.16, 46, 66)
        ink(image, disc.done(blur=2), (206, 104, 66))
    for i, (level, reach, tone) in enumerate(
        ((0.34, 0.12, 0.24), (0.43, 0.15, 0.36), (0.52, 0.15, 0.46))
    ):
        skyline = crest(studio, tall * level, _towers(studio, 4 + i, tall * reach, lean))
        mask = wash(studio, skyline, tall * 0.26)
        ink(image, mask, mix(palette.far, palette.near, i * 0.14), tone)
    _massif(studio, image, palette, lean)
    shore = _shore(studio, image, palette, lean)
    _life(studio, image, palette, shore, lean)
    side = 1000 - 90 if lean < 0.5 else 196
    size = 30 if tall > 1100 else 26
    counts = rng.choice(((10, 6), (12, 4), (8, 8, 3), (7,)))
    place = inscribe(studio, image, side, tall * 0.06, counts=counts, size=size)
    seal(studio, image, 46 if lean > 0.5 else 900, tall - 86, 54, white=False)
    return Piece(image, place, (lean, 0.44))


def _massif(studio: Studio, image: Image.Image, palette: Palette, lean: float) -> None:
    tall, rng = studio.tall, studio.rng
    base = tall * 0.74
    peak = tall * rng.uniform(0.42, 0.5)
    towers = [
        (1000 * lean, 190, peak),
        (1000 * lean - 170, 150, peak * 0.74),
        (1000 * lean + 180, 160, peak * 0.66),
        (1000 * lean + (340 if lean < 0.5 else -340), 150, peak * 0.34),
    ]
    skyline = crest(studio, base, towers)
    mask = wash(studio, skyline, tall * 0.46, 7)
    cover = mask.point(ramp(0, 120))
    image.paste(PAPER, (0, 0, *image.size), cover.point([round(v * 0.8) for v in range(256)]))
    ink(image, mask, mix(palette.near, palette.far, 0.45), 0.5)
    if palette.strength:
        top = min(y for _, y in skyline)
        crown = ImageChops.multiply(
            mask, fall(studio, [(top, 1), (top + tall * 0.16, 0.5), (top + tall * 0.3, 0)])
        )
        multiply(image, mask, palette.slope, palette.strength)
        multiply(image, crown, palette.crest, palette.strength * 1.2)
    lines = studio.layer()
    texture(studio, lines, towers, base, density=2.6)
    lines.stroke(skyline, (2.0, 4.0, 2.6, 4.4, 2.0), 210)
    moss(studio, lines, skyline, 0.3)
    fade = fall(studio, [(base - peak, 1), (base - peak * 0.3, 0.75), (base + 10, 0)])
    ink(image, ImageChops.multiply(lines.done(), fade), INK, 0.86)
    if rng.random() < 0.55:
        x = 1000 * lean + rng.choice((-88, 92))
        water = studio.layer()
        water.stroke(
            curve(
                (x, base - peak * 0.62),
                (x + 6, base - peak * 0.4),
                (x - 8, base - peak * 0.2),
                (x + 4, base - 30),
                16,
            ),
            (9, 15, 22),
            225,
        )
        image.paste((246, 241, 230), (0, 0, *image.size), water.done(blur=2.2))


def _shore(studio: Studio, image: Image.Image, palette: Palette, lean: float) -> list[Point]:
    """The near bank: returns its skyline."""
    tall = studio.tall
    mist = fall(studio, [(tall * 0.6, 0), (tall * 0.7, 0.85), (tall * 0.78, 0.2), (tall, 0.1)])
    image.paste(
        PAPER,
        (0, 0, *image.size),
        ImageChops.multiply(mist, studio.cloud(4).point([min(255, 90 + v) for v in range(256)])),
    )
    near = 170.0 if lean > 0.5 else 830.0
    towers = [
        (near, 250, tall * 0.15),
        (near + (260 if lean > 0.5 else -260), 170, tall * 0.07),
        (1000 - near, 130, tall * 0.05),
    ]
    base = tall * 0.97
    skyline = crest(studio, base, towers)
    mask = wash(studio, skyline, tall * 0.3, 8)
    image.paste(PAPER, (0, 0, *image.size), mask.point(ramp(0, 100, 190)))
    ink(image, mask, palette.near, 0.7)
    if palette.strength:
        multiply(image, mask, palette.slope, palette.strength)
    lines = studio.layer()
    texture(studio, lines, towers, base, density=3.4)
    lines.stroke(skyline, (3, 6, 4, 6.4, 3), 235)
    moss(studio, lines, skyline, 0.36)
    ripples(studio, lines, tall * 0.8, tall * 0.96, 34)
    ink(image, lines.done(), INK, 0.9)
    return skyline


def _life(
    studio: Studio, image: Image.Image, palette: Palette, shore: list[Point], lean: float
) -> None:
    """Trees, hut, boat and birds of the near bank."""
    tall, rng = studio.tall, studio.rng
    wood, leaves = studio.layer(), studio.layer()
    near = 170.0 if lean > 0.5 else 830.0

    def ground(x: float) -> float:
        return min(shore, key=lambda p: abs(p[0] - x))[1]

    for offset in (-96, -24, 54):
        x = near + offset + rng.uniform(-20, 20)
        size = tall * rng.uniform(0.13, 0.2)
        if rng.random() < 0.55:
            pine(studio, wood, x, ground(x) + 16, size)
        else:
            leafy(studio, wood, leaves, x, ground(x) + 16, size * 1.1)
    hx = near + (200 if lean > 0.5 else -200)
    hut(wood, hx, ground(hx) + 14, 84)
    bx = 1000 * lean + rng.uniform(-120, 120)
    boat(wood, bx, tall * 0.86, rng.uniform(44, 60))
    for i in range(5):
        x, y, s = bx - 160 + i * 44 + rng.uniform(-9, 9), tall * 0.57 + rng.uniform(-26, 26), 13
        wood.line([(x - s, y - 5), (x, y), (x + s, y - 6)], 170, 2.2)
    ink(image, wood.done(), INK, 0.95)
    tint = INK
    if palette.strength > 0.3:
        tint = rng.choice(((176, 76, 48), (66, 96, 72), (60, 62, 58), (190, 128, 60)))
    ink(image, leaves.done(), tint, 0.85)
