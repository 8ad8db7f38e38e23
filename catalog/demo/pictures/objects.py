"""Things for the scholar's table: inkstones and lacquer boxes inlaid with silver wire (嵌银漆器).

Seen from above on a transparent ground.
"""

import math

from PIL import Image, ImageChops, ImageEnhance

from catalog.demo.pictures.studio import (
    Colour,
    Layer,
    Piece,
    Studio,
    curve,
    fractal,
    grain,
    mix,
    ramp,
)

CLEAR = (0, 0, 0, 0)
STONES: tuple[tuple[Colour, Colour], ...] = (
    ((138, 50, 36), (180, 134, 90)),
    ((58, 66, 62), (98, 108, 96)),
    ((72, 52, 60), (120, 92, 96)),
    ((66, 72, 84), (112, 118, 122)),
)
SILVER: Colour = (216, 214, 206)


def inkstone(studio: Studio) -> Piece:
    """A stone with red silk figure (红丝石) or green or purple, a pool and a grinding field."""
    rng, tall = studio.rng, studio.tall
    dark, warm = rng.choice(STONES)
    shape, well, pool = studio.layer(), studio.layer(), studio.layer()
    form = rng.choice(("round", "slab", "leaf"))
    _outline(studio, form, shape, well)
    pool.disc(500, tall * 0.36, 270, 255, ry=tall * 0.2)
    pool.disc(500, tall * 0.52, 330, 0, ry=tall * 0.26)
    figured = warm[0] > warm[2] * 1.6
    pitch, share = (0.42, 1.0) if figured else (0.12, 0.5)
    veins = studio.cloud(3 if figured else 2).point(
        [round(255 * share * (0.5 + 0.5 * math.sin(v * pitch)) ** 0.6) for v in range(256)]
    )
    size = (studio.w, studio.h)
    stone = Image.composite(Image.new("RGB", size, warm), Image.new("RGB", size, dark), veins)
    stone = grain(stone, studio, 0.07)
    mask, sunk = shape.done(), well.done(blur=4)
    lit = ImageChops.offset(sunk, round(-7 * studio.unit), round(-7 * studio.unit))
    shaded = ImageEnhance.Brightness(stone).enhance(0.55)
    bright = ImageEnhance.Brightness(stone).enhance(1.5)
    low = ImageEnhance.Brightness(stone).enhance(0.84)
    stone.paste(bright, (0, 0), ImageChops.subtract(sunk, lit))
    stone.paste(low, (0, 0), sunk)
    stone.paste(shaded, (0, 0), ImageChops.subtract(lit, sunk))
    stone.paste(
        ImageEnhance.Brightness(stone).enhance(0.26),
        (0, 0),
        ImageChops.multiply(pool.done(blur=9), sunk),
    )
    _eyes(studio, stone, warm)
    edge_light = ImageChops.subtract(mask, ImageChops.offset(mask, 4, 4))
    stone.paste(mix(warm, (255, 240, 220), 0.5), (0, 0, *size), edge_light.point(ramp(0, 255, 150)))
    stone.putalpha(mask)
    return Piece(stone, (0.5, 0.86), (0.5, 0.36))


def _outline(studio: Studio, form: str, shape: Layer, well: Layer) -> None:
    """The outer edge and the sunk field."""
    rng, tall = studio.rng, studio.tall
    box = (60.0, 50.0, 940.0, tall - 50)
    inner = (150.0, 130.0, 850.0, tall - 130)
    if form == "slab":
        shape.box(box, 255, radius=70)
        well.box(inner, 255, radius=60)
    elif form == "round":
        shape.disc(500, tall / 2, 440, 255, ry=tall / 2 - 50)
        well.disc(500, tall / 2, 360, 255, ry=tall / 2 - 130)
    else:
        rough = fractal(rng, 72, octaves=3, first=7)
        rough = [v + (rough[0] - v) * max(0.0, (i - 48) / 23) for i, v in enumerate(rough)]
        edge = [
            (
                500 + math.cos(2 * math.pi * i / 71) * (420 + 34 * rough[i]),
                tall / 2 + math.sin(2 * math.pi * i / 71) * (tall / 2 - 70) * (1 + 0.07 * rough[i]),
            )
            for i in range(72)
        ]
        shape.polygon(edge, 255)
        well.polygon(
            [(500 + (x - 500) * 0.8, tall / 2 + (y - tall / 2) * 0.8) for x, y in edge], 255
        )


def _eyes(studio: Studio, stone: Image.Image, warm: Colour) -> None:
    """A few pale eyes (石眼) near the pool."""
    rng, size, tall = studio.rng, stone.size, studio.tall
    rim = studio.layer()
    for _ in range(rng.randint(2, 4)):
        x, y, r = rng.uniform(660, 800), rng.uniform(0.2, 0.34) * tall, rng.uniform(9, 20)
        rim.disc(x, y, r, 200)
    stone.paste(mix(warm, (236, 196, 130), 0.5), (0, 0, *size), rim.done(blur=1))


def lacquer_box(studio: Studio) -> Piece:
    """A dark lacquer box with silver wire: plum, bamboo or crane ground."""
    rng, tall = studio.rng, studio.tall
    dark, warm = rng.choice(
        (((44, 18, 16), (82, 36, 28)), ((22, 20, 22), (48, 42, 42)), ((66, 22, 18), (112, 40, 30)))
    )
    size = (studio.w, studio.h)
    wood = studio.noise(5, 120, blur=2)
    base = Image.composite(Image.new("RGB", size, warm), Image.new("RGB", size, dark), wood)
    base = grain(base, studio, 0.04)
    shape = studio.layer()
    shape.box((30, 30, 970, tall - 30), 255, radius=20)
    wire = studio.layer()
    wire.box((62, 62, 938, tall - 62), None, radius=10, outline=255, width=4)
    wire.box((80, 80, 920, tall - 80), None, radius=8, outline=150, width=2.4)
    n = 26
    for i in range(n):
        for y in (71.0, tall - 71):
            x = 90 + 820 * i / (n - 1)
            wire.line(
                [(x - 9, y + 4), (x - 9, y - 4), (x + 7, y - 4), (x + 7, y + 1), (x - 3, y + 1)],
                190,
                1.8,
            )
    design = rng.choice(("plum", "bamboo", "waves"))
    if design == "plum":
        _wire_plum(studio, wire)
    elif design == "bamboo":
        _wire_bamboo(studio, wire)
    else:
        _wire_waves(studio, wire)
    seam = studio.layer()
    seam.line([(30, tall * 0.3), (970, tall * 0.3)], 255, 6)
    base.paste(mix(dark, (0, 0, 0), 0.5), (0, 0, *size), seam.done())
    metal = Image.composite(
        Image.new("RGB", size, (246, 244, 238)),
        Image.new("RGB", size, (158, 154, 146)),
        studio.cloud(8),
    )
    base.paste(metal, (0, 0), wire.done())
    _clasp(studio, base)
    shine = studio.layer()
    shine.polygon([(30, 30), (430, 30), (130, tall - 30), (30, tall - 30)], 30)
    base.paste((255, 250, 240), (0, 0, *size), shine.done(blur=30))
    base.putalpha(shape.done())
    return Piece(base, (0.5, 0.32), (0.5, 0.62))


def _clasp(studio: Studio, base: Image.Image) -> None:
    """A brass clasp on the seam."""
    tall = studio.tall
    clasp = studio.layer("RGBA", CLEAR)
    clasp.box(
        (452, tall * 0.3 - 46, 548, tall * 0.3 + 50),
        (196, 174, 120, 255),
        radius=10,
        outline=(92, 76, 42, 255),
        width=4,
    )
    clasp.disc(500, tall * 0.3 + 4, 15, (74, 58, 30, 255))
    hook = clasp.done()
    base.paste(hook, (0, 0), hook.getchannel("A"))


def _wire_plum(studio: Studio, wire: Layer) -> None:
    rng, tall = studio.rng, studio.tall
    paths = (
        curve((130, tall - 120), (280, tall * 0.78), (380, tall * 0.5), (580, tall * 0.5), 40),
        curve((360, tall * 0.66), (440, tall * 0.64), (540, tall * 0.76), (760, tall * 0.7), 30),
        curve((540, tall * 0.5), (660, tall * 0.46), (760, tall * 0.56), (870, tall * 0.42), 30),
        curve((420, tall * 0.55), (430, tall * 0.44), (400, tall * 0.42), (440, tall * 0.38), 20),
    )
    for i, path in enumerate(paths):
        wire.stroke(path, (9 - i, 5 - i * 0.7, 2), 235)
        for x, y in path[6::6]:
            r = rng.uniform(14, 24)
            x, y = x + rng.gauss(0, 12), y + rng.gauss(0, 16)
            for k in range(5):
                a = math.radians(72 * k - 18)
                wire.disc(
                    x + math.cos(a) * r, y + math.sin(a) * r, r * 0.6, None, outline=235, width=2
                )
            wire.disc(x, y, 4, 255)


def _wire_bamboo(studio: Studio, wire: Layer) -> None:
    rng, tall = studio.rng, studio.tall
    for x in (300, 372, 700):
        y = tall - 100
        while y > tall * 0.36:
            wire.box((x - 9, y - 84, x + 9, y - 6), None, radius=4, outline=235, width=2.6)
            y -= 88
            side = rng.choice((-1, 1))
            for turn in (12, 44, 76)[: rng.randint(1, 3)]:
                a = math.radians(90 - side * (90 - turn))
                reach = rng.uniform(80, 120)
                tip = (x + math.cos(a) * reach, y + math.sin(a) * reach)
                wire.stroke(
                    curve((x, y), (x + side * 24, y + 2), tip, tip, 10), (1, 12, 13, 6, 0.5), 225
                )


def _wire_waves(studio: Studio, wire: Layer) -> None:
    tall = studio.tall
    for row in range(4):
        for i in range(11):
            x, y = 120 + i * 80 + (40 if row % 2 else 0), tall - 96 - row * 36
            if x > 900:
                continue
            for r in (38, 27, 16):
                arc = [
                    (
                        x + math.cos(math.pi + math.pi * a / 14) * r,
                        y + math.sin(math.pi + math.pi * a / 14) * r,
                    )
                    for a in range(15)
                ]
                wire.line(arc, 225, 2)
    wire.disc(700, tall * 0.5, 74, None, outline=235, width=4)
    wire.disc(700, tall * 0.5, 64, None, outline=130, width=2)
    for x, y, s in ((300, tall * 0.46, 1.0), (400, tall * 0.4, 0.7), (250, tall * 0.56, 0.6)):
        for side in (-1, 1):
            wing = curve(
                (x, y),
                (x + side * 20 * s, y - 34 * s),
                (x + side * 60 * s, y - 34 * s),
                (x + side * 92 * s, y - 10 * s),
                16,
            )
            wire.stroke(wing, (3, 10 * s, 2), 235)
        wire.stroke([(x - 4 * s, y - 6 * s), (x + 4 * s, y + 26 * s)], (9 * s, 2), 235)
