"""Fan paintings: a folding fan's leaf (成扇 扇面) and a round silk fan (团扇)."""

import math

from PIL import Image, ImageChops

from catalog.demo.pictures import flowers, plants
from catalog.demo.pictures import ink as landscapes
from catalog.demo.pictures.studio import (
    INK,
    Colour,
    Layer,
    Piece,
    Studio,
    curve,
    grain,
    ink,
    mix,
    multiply,
)
from catalog.demo.pictures.writing import inscribe, seal

CLEAR = (0, 0, 0, 0)
CX, CY, INNER, OUTER = 500.0, 640.0, 210.0, 480.0


def _hills(studio: Studio, image: Image.Image) -> None:
    palette = studio.rng.choice(landscapes.PALETTES)
    for base, height, tone in ((330.0, 90.0, 0.34), (390.0, 80.0, 0.5), (450.0, 50.0, 0.75)):
        towers = [
            (
                100 + i * 200 + studio.rng.uniform(-60, 60),
                120,
                height * studio.rng.uniform(0.5, 1.3),
            )
            for i in range(5)
        ]
        skyline = landscapes.crest(studio, base, towers)
        mask = landscapes.wash(studio, skyline, 150)
        ink(image, mask, mix(palette.far, palette.near, (base - 330) / 130), tone)
        if palette.strength:
            multiply(image, mask, palette.slope, palette.strength)
    lines = studio.layer()
    for x in (170.0, 230.0, 800.0):
        landscapes.pine(studio, lines, x, 470, studio.rng.uniform(90, 150))
    landscapes.boat(lines, 560, 486, 30)
    ink(image, lines.done(), INK, 0.9)


def folding(studio: Studio) -> Piece:
    """The leaf of a folding fan with its creases, on a transparent ground."""
    rng = studio.rng
    ground: Colour = rng.choice(((232, 214, 170), (240, 232, 214), (214, 178, 106)))
    leaf = studio.paper(ground)
    _paint_leaf(studio, leaf, ground)
    place = inscribe(studio, leaf, 760, 210, counts=(5, 4, 3), size=20, seal_size=26)
    mask, light, dark = studio.layer(), studio.layer(), studio.layer()
    arc = [math.radians(a) for a in range(204, 337, 2)]
    mask.polygon(
        [(CX + OUTER * math.cos(a), CY + OUTER * math.sin(a)) for a in arc]
        + [(CX + INNER * math.cos(a), CY + INNER * math.sin(a)) for a in reversed(arc)],
        255,
    )
    for i in range(33):
        a = math.radians(204 + 4 * i)
        b = math.radians(206 + 4 * i)
        for layer, t in ((dark, a), (light, b)):
            layer.line(
                [
                    (CX + INNER * math.cos(t), CY + INNER * math.sin(t)),
                    (CX + OUTER * math.cos(t), CY + OUTER * math.sin(t)),
                ],
                110,
                2.4,
            )
    ink(leaf, dark.done(blur=2), mix(ground, (60, 50, 40), 0.5), 0.9)
    ink(leaf, light.done(blur=2), (255, 250, 238), 0.9)
    sticks = _sticks(studio)
    whole = sticks.done()
    whole.paste(leaf, (0, 0), mask.done())
    return Piece(whole, place, (0.4, 0.5))


def _paint_leaf(studio: Studio, leaf: Image.Image, ground: Colour) -> None:
    """Gold flecks where the ground is dark; hills or a plum branch."""
    rng = studio.rng
    if ground[2] < 140:
        flecks = studio.layer()
        for _ in range(220):
            x, y = rng.uniform(0, 1000), rng.uniform(0, studio.tall)
            flecks.box((x, y, x + rng.uniform(3, 9), y + rng.uniform(3, 9)), 200)
        ink(leaf, flecks.done(), (236, 208, 140))
    if rng.random() < 0.55:
        _hills(studio, leaf)
    else:
        wood = studio.layer()
        spots = plants.bough(studio, wood, (70.0, 430.0), -24, 620, 22)
        ink(leaf, wood.done(), INK, 0.9)
        fills, lines = studio.layer(), studio.layer()
        for x, y in spots[:60]:
            plants.plum_flower(studio, fills, lines, x, y, rng.uniform(10, 15))
        ink(leaf, fills.done(), rng.choice(((196, 44, 62), (206, 90, 110))), 0.85)
        ink(leaf, lines.done(), (96, 10, 24), 0.7)


def _sticks(studio: Studio) -> Layer:
    """Sixteen sticks, two guards, the pivot."""
    rng = studio.rng
    sticks = studio.layer("RGBA", CLEAR)
    for i in range(17):
        t = math.radians(206 + 8 * i)
        sticks.stroke(
            [
                (CX + 30 * math.cos(t), CY + 30 * math.sin(t)),
                (CX + (INNER + 8) * math.cos(t), CY + (INNER + 8) * math.sin(t)),
            ],
            (12, 20),
            (*rng.choice(((128, 84, 48), (120, 76, 42))), 255),
        )
    for a in (204, 336):
        t = math.radians(a)
        sticks.stroke(
            [(CX, CY), (CX + OUTER * math.cos(t), CY + OUTER * math.sin(t))],
            (18, 24),
            (96, 56, 32, 255),
        )
    sticks.disc(CX, CY, 13, (60, 40, 30, 255))
    sticks.disc(CX, CY, 6, (206, 184, 130, 255))
    return sticks


def round_fan(studio: Studio) -> Piece:
    """A round fan of silk on a lacquer handle with a tassel."""
    rng, tall = studio.rng, studio.tall
    silk = studio.paper(
        rng.choice(((216, 194, 150), (226, 210, 178), (206, 184, 150))), strength=0.7
    )
    weave = studio.noise(studio.w, studio.h // 4).point(
        [min(255, 226 + v // 9) for v in range(256)]
    )
    silk = ImageChops.multiply(silk, Image.merge("RGB", [weave] * 3))
    wood, sheet = studio.layer(), studio.layer("RGBA", CLEAR)
    left = rng.random() < 0.5
    spots = plants.bough(
        studio, wood, (140.0 if left else 860.0, 620.0), -34 if left else -146, 560, 20
    )
    ink(silk, wood.done(), mix(INK, (90, 64, 44), 0.5), 0.9)
    leaves = studio.layer()
    for x, y in spots:
        plants.leaf(
            leaves, x, y, rng.uniform(10, 170), rng.uniform(40, 76), 24, rng.randint(120, 220)
        )
    multiply(silk, leaves.done(), (74, 100, 74), 0.95)
    for x, y in spots[::9][:3]:
        flowers.peony(
            studio, sheet, x, y, rng.uniform(46, 70), rng.choice(((206, 84, 104), (240, 226, 206)))
        )
    bx, by = min(spots, key=lambda p: abs(p[0] - 520))
    flowers.bird(studio, sheet, bx, by - 44, 68, 1 if left else -1)
    flat = sheet.done()
    silk.paste(flat, (0, 0), flat.getchannel("A"))
    place = inscribe(studio, silk, 800 if left else 240, 240, counts=(6,), size=24, seal_size=32)
    seal(studio, silk, 480, 820, 34, white=False)
    mask = studio.layer()
    mask.disc(500, 470, 430, 255)
    whole = studio.layer("RGBA", CLEAR)
    whole.stroke([(500, 860), (500, tall - 130)], (22, 26), (74, 40, 30, 255))
    whole.stroke([(492, 880), (493, tall - 150)], (4, 5), (146, 96, 70, 255))
    for i in range(16):
        x = 478 + i * 3
        whole.line(
            curve((500, tall - 136), (x, tall - 110), (x, tall - 70), (x + (i - 8), tall - 24), 8),
            (*mix((176, 46, 36), (120, 26, 30), rng.random()), 255),
            3,
        )
    whole.disc(500, tall - 134, 13, (206, 172, 96, 255))
    whole.disc(500, 470, 444, (78, 44, 34, 255))
    image = whole.done()
    image.paste(grain(silk, studio, 0.02), (0, 0), mask.done())
    return Piece(image, place, (0.5, 0.4))
