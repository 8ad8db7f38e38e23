"""New Year prints of Yangjiabu: the blocks, a carp, a door guardian.

Flat colours in a key-block outline, slightly out of register as hand printing is.
"""

import math
from collections.abc import Sequence

from PIL import Image, ImageChops

from catalog.demo.pictures.studio import (
    Colour,
    Piece,
    Point,
    Studio,
    curve,
    ink,
    mix,
    ramp,
)
from catalog.demo.pictures.writing import seal

KEY: Colour = (40, 32, 36)
RED: Colour = (204, 44, 52)
GREEN: Colour = (46, 124, 88)
YELLOW: Colour = (236, 182, 54)
PINK: Colour = (234, 128, 140)
PURPLE: Colour = (112, 62, 122)
BLUE: Colour = (48, 92, 140)
SHEET: Colour = (244, 232, 204)


class Block:
    """Colours on one sheet and key lines on another, so that they can be out of register."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.colours = studio.layer("RGBA", (*SHEET, 0))
        self.key = studio.layer()

    def shape(self, points: Sequence[Point], fill: Colour | None, line: float = 5) -> None:
        """A flat shape with its key line."""
        if fill is not None:
            self.colours.polygon(points, (*fill, 255))
            self.key.polygon(points, 0)
        if line:
            self.key.line([*points, points[0], points[1]], 255, line)

    def disc(self, x: float, y: float, r: float, fill: Colour | None, line: float = 4) -> None:
        """A round shape with its key line."""
        self.shape(oval(x, y, r, r), fill, line)

    def both(
        self, cx: float, points: Sequence[Point], fill: Colour | None, line: float = 5
    ) -> None:
        """A shape on both sides of a vertical axis; points are relative in x."""
        for side in (-1, 1):
            self.shape([(cx + side * x, y) for x, y in points], fill, line)

    def printed(self) -> Image.Image:
        """Pull the print: paper, colours a little worn, then the key block."""
        studio = self.studio
        image = studio.paper(SHEET, strength=0.8)
        sheet = self.colours.done()
        worn = ImageChops.multiply(
            sheet.getchannel("A"),
            studio.noise(studio.w // 2, studio.h // 2).point(
                [min(255, 206 + v // 3) for v in range(256)]
            ),
        )
        shift = round(2.4 * studio.unit)
        moved = Image.new("RGB", image.size, SHEET)
        moved.paste(sheet, (shift, -shift))
        cover = Image.new("L", image.size, 0)
        cover.paste(worn, (shift, -shift))
        image.paste(moved, (0, 0), cover)
        ink(image, ImageChops.multiply(self.key.done(), studio.cloud(40).point(ramp(30, 100))), KEY)
        return image


def oval(x: float, y: float, r: float, ry: float, n: int = 28) -> list[Point]:
    """Points of an upright ellipse."""
    return [
        (x + math.cos(2 * math.pi * i / n) * r, y + math.sin(2 * math.pi * i / n) * ry)
        for i in range(n)
    ]


def frame(block: Block, tall: float) -> None:
    block.key.box((40, 40, 960, tall - 40), None, outline=255, width=9)
    block.colours.box((56, 56, 944, tall - 56), None, outline=(*RED, 255), width=8)


def peony(block: Block, x: float, y: float, r: float, tint: Colour) -> None:
    for k in range(8):
        a = math.radians(45 * k)
        block.disc(x + r * 0.62 * math.cos(a), y + r * 0.62 * math.sin(a), r * 0.4, tint)
    for k in range(6):
        a = math.radians(60 * k + 20)
        block.disc(
            x + r * 0.34 * math.cos(a),
            y + r * 0.34 * math.sin(a),
            r * 0.28,
            mix(tint, SHEET, 0.45),
            3,
        )
    block.disc(x, y, r * 0.26, YELLOW)


def leaf(block: Block, x: float, y: float, angle: float, size: float, tint: Colour = GREEN) -> None:
    a = math.radians(angle)
    tip = (x + math.cos(a) * size, y + math.sin(a) * size)
    nx, ny = -math.sin(a) * size * 0.34, math.cos(a) * size * 0.34
    mid = ((x + tip[0]) / 2, (y + tip[1]) / 2)
    left, right = (mid[0] + nx, mid[1] + ny), (mid[0] - nx, mid[1] - ny)
    block.shape(curve((x, y), left, left, tip, 10) + curve(tip, right, right, (x, y), 10), tint, 4)
    block.key.line([(x, y), mid], 255, 3)


def _waves(block: Block, top: float, tall: float) -> None:
    for row, y in enumerate(range(round(top), round(tall - 60), 56)):
        for i in range(-1, 7):
            x = 130 + i * 164 + (82 if row % 2 else 0)
            for k, tint in enumerate((BLUE, SHEET, mix(BLUE, SHEET, 0.4), SHEET)):
                r = 86 - k * 21
                arc = [
                    (
                        min(944, max(56, x + math.cos(math.pi + math.pi * a / 18) * r)),
                        min(tall - 56, y + 70 + math.sin(math.pi + math.pi * a / 18) * r),
                    )
                    for a in range(19)
                ]
                block.shape(arc, tint, 3)


def carp(studio: Studio) -> Piece:
    """A carp over waves with peonies (连年有余 pattern)."""
    rng, tall = studio.rng, studio.tall
    block = Block(studio)
    body_tint = rng.choice((YELLOW, RED, PINK))
    _waves(block, tall * 0.76, tall)
    for x, y, tint in (
        (250, tall * 0.2, rng.choice((PINK, RED))),
        (720, tall * 0.24, rng.choice((PINK, PURPLE))),
    ):
        stem = curve(
            (x, y + 90), (x - 30, tall * 0.5), (x + 60, tall * 0.6), (x + 70, tall * 0.77), 30
        )
        block.colours.stroke(stem, (18, 18), (*GREEN, 255))
        block.key.line(stem, 255, 4)
        for k in (8, 14):
            leaf(block, *stem[k], 20 if k == 8 else 160, 130)
        peony(block, x, y, 130, tint)
    cy = tall * 0.58
    body = curve((150, cy), (300, cy - 230), (620, cy - 200), (730, cy - 30), 30) + curve(
        (730, cy - 30), (620, cy + 190), (320, cy + 210), (150, cy), 30
    )
    tail = (
        curve((706, cy - 30), (780, cy - 120), (830, cy - 190), (880, cy - 230))
        + curve((880, cy - 230), (860, cy - 90), (870, cy + 60), (896, cy + 180))
        + curve((896, cy + 180), (820, cy + 110), (770, cy + 30), (706, cy - 20))
    )
    block.shape(tail, RED, 7)
    block.shape(curve((330, cy - 150), (420, cy - 290), (560, cy - 280), (640, cy - 130)), RED, 7)
    block.shape(body, body_tint, 8)
    _scales(block, cy)
    block.shape(curve((420, cy + 130), (460, cy + 250), (560, cy + 240), (520, cy + 110)), RED, 6)
    block.disc(236, cy - 22, 38, SHEET, 6)
    block.disc(240, cy - 22, 18, KEY, 2)
    gill = curve((330, cy - 130), (392, cy - 40), (392, cy + 60), (330, cy + 128))
    block.key.line(gill, 255, 8)
    block.key.line(curve((152, cy + 2), (190, cy + 30), (214, cy + 34), (236, cy + 24)), 255, 7)
    for dy in (0, 28):
        block.key.line(
            curve(
                (186, cy + 30 + dy), (136, cy + 60 + dy), (116, cy + 90 + dy), (140, cy + 124 + dy)
            ),
            255,
            5,
        )
    frame(block, tall)
    image = block.printed()
    place = seal(studio, image, 856, tall - 148, 70)
    return Piece(image, place, (0.42, 0.56))


def _scales(block: Block, cy: float) -> None:
    for row in range(9):
        y = cy - 150 + row * 36
        for i in range(7):
            x = 420 + i * 52 + (26 if row % 2 else 0)
            span = 1 - ((x - 440) / 310) ** 2 if x > 440 else 1
            if abs(y - cy + 6) < 158 * max(0.0, span) ** 0.5 and x < 706:
                arc = [
                    (
                        x + math.cos(math.pi / 2 + math.pi * a / 10) * 30,
                        y + math.sin(math.pi / 2 + math.pi * a / 10) * 32,
                    )
                    for a in range(11)
                ]
                block.key.line(arc, 255, 4)
                block.colours.disc(x - 10, y, 8, (*RED, 255))


def guardian(studio: Studio) -> Piece:
    """A door guardian in armour with flags and a halberd."""
    rng, tall = studio.rng, studio.tall
    block = Block(studio)
    side = rng.choice((1, -1))
    coat, cloth = rng.choice(((RED, GREEN), (GREEN, PURPLE), (PURPLE, GREEN)))
    cx = 500.0

    def at(points: Sequence[Point]) -> list[Point]:
        return [(cx + side * x, y * tall / 1500) for x, y in points]

    for k, (fx, fy) in enumerate(((-330, 330), (-250, 210), (250, 210), (330, 330))):
        flag = at(curve((fx * 0.5, 640), (fx * 0.8, 480), (fx, fy), (fx, fy - 60)))
        block.colours.stroke(flag, (12, 8), (*YELLOW, 255))
        block.key.line(flag, 255, 4)
        out = 1 if fx > 0 else -1
        block.shape(
            at(
                [
                    (fx, fy - 70),
                    (fx + out * 74, fy - 6),
                    (fx + out * 30, fy + 20),
                    (fx + out * 60, fy + 120),
                    (fx - out * 8, fy + 60),
                ]
            ),
            (RED, YELLOW, GREEN, PINK)[k],
            5,
        )
    pole = at([(300, 250), (312, 1390)])
    block.colours.stroke(pole, (20, 20), (*RED, 255))
    for dx in (-9, 9):
        block.key.line([(pole[0][0] + dx, pole[0][1]), (pole[1][0] + dx, pole[1][1])], 255, 4)
    block.shape(
        at(
            curve((300, 120), (352, 180), (330, 240), (300, 262))
            + curve((300, 262), (270, 240), (250, 180), (300, 120))
        ),
        mix(BLUE, SHEET, 0.5),
        6,
    )
    block.shape(at(curve((318, 200), (420, 180), (430, 300), (322, 290))), mix(BLUE, SHEET, 0.5), 6)
    _armour(block, at, coat, cloth)
    _face(block, at, rng.choice((PINK, (240, 196, 166), SHEET)))
    frame(block, tall)
    image = block.printed()
    place = seal(studio, image, 90, tall - 160, 66, white=False)
    return Piece(image, place, (0.5, 0.36))


def _armour(block: Block, at: object, coat: Colour, cloth: Colour) -> None:
    assert callable(at)  # noqa: S101
    for x in (-1, 1):
        block.shape(
            at(
                [
                    (x * 30, 1270),
                    (x * 190, 1270),
                    (x * 210, 1390),
                    (x * 240, 1424),
                    (x * 60, 1424),
                    (x * 40, 1390),
                ]
            ),
            KEY,
            5,
        )
    _skirt(block, at, coat, cloth)
    _shoulders(block, at, coat, cloth)
    block.shape(at([(-196, 850), (196, 850), (190, 910), (-190, 910)]), YELLOW, 6)
    block.shape(at(oval(0, 880, 54, 50)), GREEN, 5)
    for x in (-26, 26):
        block.shape(at(oval(x, 870, 10, 11, 12)), SHEET, 3)


def _skirt(block: Block, at: object, coat: Colour, cloth: Colour) -> None:
    """The skirt in stripes and the scaled apron."""
    assert callable(at)  # noqa: S101
    skirt = curve((-250, 1290), (-280, 1000), (-200, 900), (-150, 860)) + curve(
        (150, 860), (200, 900), (280, 1000), (250, 1290)
    )
    block.shape(at(skirt), coat, 7)
    for i in range(6):
        x = -200 + i * 80
        block.shape(
            at([(x - 30, 1284), (x - 22, 980), (x + 22, 980), (x + 30, 1284)]),
            (YELLOW, cloth)[i % 2],
            4,
        )
    block.shape(
        at(
            curve((-80, 1220), (-110, 1000), (-80, 900), (0, 880))
            + curve((0, 880), (80, 900), (110, 1000), (80, 1220))
        ),
        cloth,
        6,
    )
    for row in range(6):
        for i in range(4):
            x = -60 + i * 40 + (20 if row % 2 else 0)
            block.key.line(
                at([(x - 20, 950 + row * 40), (x, 974 + row * 40), (x + 20, 950 + row * 40)]),
                255,
                3,
            )


def _shoulders(block: Block, at: object, coat: Colour, cloth: Colour) -> None:
    """Breast, shoulder pieces, sleeves and hands."""
    assert callable(at)  # noqa: S101
    torso = curve((-180, 880), (-230, 760), (-220, 640), (-120, 600)) + curve(
        (120, 600), (220, 640), (230, 760), (180, 880)
    )
    block.shape(at(torso), coat, 7)
    for x in (-1, 1):
        block.shape(
            at(
                curve((x * 120, 596), (x * 290, 600), (x * 330, 700), (x * 300, 800))
                + curve((x * 300, 800), (x * 240, 760), (x * 200, 700), (x * 120, 640))
            ),
            YELLOW,
            6,
        )
        block.shape(
            at(
                curve((x * 210, 720), (x * 340, 780), (x * 340, 920), (x * 250, 960))
                + curve((x * 250, 960), (x * 200, 900), (x * 180, 820), (x * 170, 780))
            ),
            cloth,
            6,
        )
        for i in range(4):
            block.key.line(
                at(
                    curve(
                        (x * (150 + i * 36), 610 + i * 6),
                        (x * (180 + i * 36), 660),
                        (x * (170 + i * 30), 700),
                        (x * (190 + i * 26), 730),
                    )
                ),
                255,
                3,
            )
        block.shape(at(oval(x * 276, 950, 40, 42)), SHEET, 5)
        block.shape(at(oval(x * 92, 730, 66, 66)), YELLOW, 5)
        block.shape(at(oval(x * 92, 730, 38, 38)), RED, 4)


def _face(block: Block, at: object, skin: Colour) -> None:
    assert callable(at)  # noqa: S101
    for x in (-1, 1):
        block.shape(
            at(
                curve((x * 110, 420), (x * 250, 330), (x * 240, 240), (x * 180, 250))
                + curve((x * 180, 250), (x * 190, 320), (x * 150, 360), (x * 100, 380))
            ),
            YELLOW,
            5,
        )
    block.shape(at(oval(0, 470, 138, 158, 40)), skin, 7)
    helmet = curve((-146, 430), (-160, 300), (-90, 250), (0, 244)) + curve(
        (0, 244), (90, 250), (160, 300), (146, 430)
    )
    block.shape(at([*helmet, (90, 396), (0, 384), (-90, 396)]), RED, 7)
    block.shape(at(oval(0, 322, 44, 44)), YELLOW, 5)
    block.shape(at(oval(0, 322, 22, 22)), GREEN, 4)
    block.shape(at(oval(0, 206, 40, 44)), PINK, 5)
    for x in (-1, 1):
        block.shape(at(oval(x * 100, 336, 26, 26)), GREEN, 4)
        block.shape(
            at(
                curve((x * 24, 436), (x * 60, 396), (x * 100, 400), (x * 122, 428))
                + curve((x * 122, 428), (x * 90, 424), (x * 60, 430), (x * 24, 448))
            ),
            KEY,
            2,
        )
        block.shape(at(oval(x * 62, 466, 34, 20)), SHEET, 4)
        block.shape(at(oval(x * 60, 466, 13, 15, 14)), KEY, 2)
        block.shape(at(oval(x * 84, 520, 28, 20)), mix(skin, RED, 0.4), 0)
        beard = curve((x * 10, 560), (x * 90, 580), (x * 130, 560), (x * 128, 520)) + curve(
            (x * 128, 520), (x * 150, 640), (x * 70, 760), (x * 6, 800)
        )
        block.shape(at(beard), KEY, 3)
        for i in range(4):
            block.colours.line(
                at([(x * (20 + i * 24), 590), (x * (12 + i * 16), 720 - i * 16)]), (*SHEET, 255), 3
            )
    block.key.line(
        at(
            curve((-4, 450), (-20, 500), (-34, 526), (0, 532))
            + curve((0, 532), (34, 526), (20, 510), (18, 506))
        ),
        255,
        5,
    )
    block.shape(at(oval(0, 566, 38, 15)), RED, 4)
