"""Kites of Weifang: swallow (沙燕), dragon-headed train (龙头蜈蚣), butterfly, goldfish, eagle.

Paper colours on a split bamboo frame. Each painter returns the kite alone on a transparent
ground, so that its back can be drawn from the same outline.
"""

import math
from collections.abc import Callable

from catalog.demo.pictures.studio import Colour, Layer, Piece, Point, Studio, curve, mix

BLACK: Colour = (36, 33, 36)
RED: Colour = (190, 52, 40)
GOLD: Colour = (222, 164, 58)
CREAM: Colour = (246, 239, 224)
TEAL: Colour = (42, 104, 112)
PINK: Colour = (226, 132, 136)
GREEN: Colour = (72, 128, 84)
VIOLET: Colour = (98, 76, 128)
CLEAR = (0, 0, 0, 0)
SETS: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    (BLACK, TEAL, RED, GOLD),
    ((150, 40, 38), (222, 164, 58), TEAL, CREAM),
    ((40, 62, 110), (96, 148, 178), RED, GOLD),
    ((44, 84, 66), (150, 178, 98), (206, 88, 60), GOLD),
)

Both = Callable[..., None]


def _mirror(layer: Layer, cx: float, cy: float) -> Both:
    """A function that draws a shape, relative to (cx, cy), on both sides of the spine."""

    def both(
        points: list[Point], fill: Colour, line: Colour | None = None, width: float = 0
    ) -> None:
        for side in (1, -1):
            placed = [(cx + side * x, cy + y) for x, y in points]
            layer.polygon(
                placed,
                (*fill, 255),
                outline=(*line, 255) if line else None,
                width=width,
            )

    return both


def _oval(x: float, y: float, r: float, ry: float, n: int = 20) -> list[Point]:
    return [
        (x + math.cos(2 * math.pi * i / n) * r, y + math.sin(2 * math.pi * i / n) * ry)
        for i in range(n)
    ]


def _flower(both: Both, x: float, y: float, r: float, petal: Colour, heart: Colour) -> None:
    for k in range(6):
        a = math.radians(60 * k + 30)
        both(
            _oval(x + math.cos(a) * r * 0.62, y + math.sin(a) * r * 0.62, r * 0.42, r * 0.42, 12),
            petal,
            BLACK,
            1.6,
        )
    both(_oval(x, y, r * 0.34, r * 0.34, 12), heart, BLACK, 1.6)


def swallow(studio: Studio) -> Piece:
    """The swallow of the north: forked tail, bats and flowers on the wings."""
    main, second, third, fourth = studio.rng.choice(SETS)
    layer = studio.layer("RGBA", CLEAR)
    both = _mirror(layer, 500, 430)
    wing = (
        curve((10, -90), (150, -196), (340, -190), (452, -84))
        + curve((452, -84), (474, -40), (466, 16), (436, 56))
        + curve((436, 56), (310, -30), (170, -4), (20, 66))
    )
    both(wing, main)
    both(
        curve((30, -92), (160, -178), (322, -168), (430, -74))
        + curve((430, -74), (320, -112), (170, -96), (30, -34)),
        second,
    )
    both(
        curve((396, -40), (424, -60), (452, -34), (432, 12))
        + curve((432, 12), (410, 12), (388, -8), (396, -40)),
        third,
        CREAM,
        3,
    )
    for i in range(7):
        x, y = 92 + i * 44, -40 - 24 * math.sin(i / 6 * math.pi)
        both(
            curve((x, y), (x + 16, y - 34), (x + 38, y - 14), (x + 33, y + 22), 12)
            + curve((x + 33, y + 22), (x + 20, y + 30), (x + 4, y + 18), (x, y), 12),
            fourth if i % 2 else CREAM,
        )
        both(_oval(x + 18, y - 2, 7, 10, 12), third)
    for i in range(3):
        _flower(both, 150 + i * 92, -122 + abs(i - 1) * 10, 24, (PINK, CREAM, PINK)[i], fourth)
    _swallow_tail(both, main, second, third, fourth)
    _swallow_body(both, main, third, fourth)
    return Piece(layer.done(), (0.62, 0.84), (0.5, 0.3))


def _swallow_tail(both: Both, main: Colour, second: Colour, third: Colour, fourth: Colour) -> None:
    """The forked tail with its squares."""
    tail = [
        (8.0, 80.0),
        *curve((60, 90), (120, 190), (190, 300), (250, 486)),
        *curve((250, 486), (190, 456), (156, 448), (132, 462)),
        *curve((132, 462), (100, 330), (40, 270), (4, 210)),
    ]
    both(tail, main)
    for i in range(5):
        t0, t1 = 0.2 + i * 0.16, 0.29 + i * 0.16
        x0, x1 = 30 + 176 * t0, 30 + 176 * t1
        both(
            [
                (x0, 96 + 350 * t0),
                (x0 + 34, 92 + 350 * t0),
                (x1 + 36, 92 + 350 * t1),
                (x1 - 4, 96 + 350 * t1),
            ],
            (third, CREAM, second, fourth, CREAM)[i],
        )


def _swallow_body(both: Both, main: Colour, third: Colour, fourth: Colour) -> None:
    belly = curve((0, -140), (78, -120), (86, 40), (60, 130)) + curve(
        (60, 130), (46, 190), (20, 220), (0, 228)
    )
    both(belly, CREAM, main, 4)
    both(
        curve((0, -48), (44, -40), (56, 34), (42, 96))
        + curve((42, 96), (28, 124), (10, 132), (0, 134)),
        third,
    )
    both(curve((0, -24), (24, -16), (32, 30), (0, 70)), fourth)
    for i in range(4):
        both(_oval(10 + i * 3, 150 + i * 14, 5, 6, 10), main)
    both(
        curve((0, -206), (62, -206), (84, -152), (60, -104))
        + curve((60, -104), (42, -82), (20, -76), (0, -76)),
        main,
    )
    both(
        curve((12, -148), (26, -178), (58, -166), (52, -134))
        + curve((52, -134), (36, -118), (16, -126), (12, -148)),
        CREAM,
    )
    both(_oval(35, -146, 13, 13, 14), BLACK)
    both(_oval(38, -150, 4, 4, 10), CREAM)
    both([(0, -114), (17, -107), (0, -80)], fourth)
    both(curve((0, -196), (16, -196), (20, -178), (0, -168)), third)


def dragon(studio: Studio) -> Piece:
    """A train of discs led by a dragon's head, flying in an S."""
    rng, tall = studio.rng, studio.tall
    layer = studio.layer("RGBA", CLEAR)
    tones = rng.choice(((RED, GOLD, TEAL), (TEAL, CREAM, RED), (VIOLET, GOLD, RED)))
    flip = rng.choice((1, -1))
    sy = tall / 1000

    def at(x: float, y: float) -> Point:
        return 500 + flip * (x - 500), y * sy

    path = curve(at(985, 950), at(330, 1010), at(1120, 660), at(620, 610), 150) + curve(
        at(620, 610), at(90, 560), at(130, 340), at(440, 300), 150
    )
    i = 0.0
    while i < len(path) - 6:
        x, y = path[int(i)]
        r = 13 + 58 * (i / len(path)) ** 1.15
        _segment(layer, x, y, r, tones[int(i) % 3], flip)
        i += 3.2 + 5.2 * (i / len(path))
    hx, hy = at(468, 292)
    _dragon_head(layer, hx, hy, 104)
    return Piece(layer.done(), (0.5 + flip * 0.1, 0.6), (0.5 - flip * 0.03, 0.3))


def _segment(layer: Layer, x: float, y: float, r: float, tone: Colour, flip: int) -> None:
    bar = (126, 100, 62, 255)
    lean = flip * 0.16 * r
    layer.line([(x - r * 2.3, y + lean), (x + r * 2.3, y - lean)], bar, 2)
    for side in (-1, 1):
        fx, fy = x + side * r * 2.3, y - side * lean
        for k in range(5):
            a = math.radians(-64 + 32 * k) if side > 0 else math.radians(116 + 32 * k)
            layer.line(
                [(fx, fy), (fx + math.cos(a) * r * 0.36, fy + math.sin(a) * r * 0.36)],
                (*mix(tone, CREAM, 0.3), 255),
                2.4,
            )
    layer.disc(x, y, r, (*CREAM, 255), outline=(56, 44, 38, 255), width=1.6)
    layer.disc(x, y, r * 0.84, (*tone, 255))
    for k in range(8):
        a = math.radians(45 * k)
        layer.disc(x + math.cos(a) * r * 0.64, y + math.sin(a) * r * 0.64, r * 0.1, (*CREAM, 255))
    layer.disc(x, y, r * 0.46, (*CREAM, 255))
    layer.disc(x, y, r * 0.26, (*mix(tone, BLACK, 0.45), 255))


def _dragon_head(layer: Layer, x: float, y: float, s: float) -> None:
    both = _mirror(layer, x, y)
    _dragon_horns(layer, x, y, s)
    layer.disc(
        x, y, s * 0.98, (34, 92, 104, 255), ry=s * 0.92, outline=(22, 38, 42, 255), width=s * 0.04
    )
    both(curve((0, -s * 0.9), (s * 0.4, -s * 0.86), (s * 0.3, -s * 0.4), (0, -s * 0.3)), RED)
    layer.disc(
        x,
        y + s * 0.52,
        s * 0.74,
        (*GOLD, 255),
        ry=s * 0.6,
        outline=(92, 60, 20, 255),
        width=s * 0.04,
    )
    _dragon_mouth(layer, x, y, s)
    both(_oval(s * 0.46, -s * 0.3, s * 0.34, s * 0.34), CREAM, BLACK, s * 0.04)
    both(_oval(s * 0.42, -s * 0.26, s * 0.16, s * 0.17), BLACK)
    both(_oval(s * 0.46, -s * 0.32, s * 0.05, s * 0.05, 10), CREAM)
    both(_oval(s * 0.22, s * 0.3, s * 0.09, s * 0.08, 12), (96, 58, 20))
    for k in range(3):
        both(_oval(s * (0.78 - k * 0.02), s * (0.1 + k * 0.2), s * 0.08, s * 0.07, 10), PINK)


def _dragon_horns(layer: Layer, x: float, y: float, s: float) -> None:
    """Horns, whiskers and mane."""
    for side in (-1, 1):
        horn = curve(
            (x + side * s * 0.26, y - s * 0.6),
            (x + side * s * 0.6, y - s * 1.5),
            (x + side * s * 1.2, y - s * 1.3),
            (x + side * s * 1.3, y - s * 1.96),
            30,
        )
        layer.stroke(horn, (s * 0.22, s * 0.16, s * 0.04), (*GOLD, 255))
        layer.stroke(
            curve(
                (x + side * s * 0.9, y - s * 1.36),
                (x + side * s * 1.1, y - s * 1.5),
                (x + side * s * 1.5, y - s * 1.4),
                (x + side * s * 1.6, y - s * 1.5),
            ),
            (s * 0.1, s * 0.03),
            (*GOLD, 255),
        )
        whisker = curve(
            (x + side * s * 0.6, y + s * 0.6),
            (x + side * s * 1.3, y + s * 1.1),
            (x + side * s * 1.5, y + s * 0.3),
            (x + side * s * 2.1, y + s * 0.8),
            30,
        )
        layer.stroke(whisker, (s * 0.1, s * 0.02), (*RED, 255))
        for k in range(6):
            a = math.radians(-30 + 26 * k)
            tip = (x + side * math.cos(a) * s * 1.46, y + math.sin(a) * s * 1.24)
            base = (x + side * math.cos(a) * s * 0.9, y + math.sin(a) * s * 0.84)
            layer.stroke([base, tip], (s * 0.3, s * 0.02), (*(GREEN if k % 2 else TEAL), 255))


def _dragon_mouth(layer: Layer, x: float, y: float, s: float) -> None:
    """The open mouth with its teeth."""
    mouth = curve(
        (-s * 0.54, s * 0.5), (-s * 0.3, s * 1.2), (s * 0.3, s * 1.2), (s * 0.54, s * 0.5)
    )
    layer.polygon([(x + px, y + py) for px, py in mouth], (*RED, 255))
    for t in range(-3, 4):
        tx = x + t * s * 0.14
        layer.polygon(
            [
                (tx - s * 0.06, y + s * 0.52),
                (tx + s * 0.06, y + s * 0.52),
                (tx, y + s * (0.74 if abs(t) < 3 else 0.64)),
            ],
            (*CREAM, 255),
        )


def butterfly(studio: Studio) -> Piece:
    """A butterfly with eyed wings."""
    main, second, third, fourth = studio.rng.choice(SETS)
    layer = studio.layer("RGBA", CLEAR)
    both = _mirror(layer, 500, 450)
    upper = (
        curve((16, -60), (120, -300), (330, -350), (466, -270))
        + curve((466, -270), (486, -160), (420, -40), (300, 10))
        + curve((300, 10), (180, 40), (60, 30), (16, 0))
    )
    lower = (
        curve((14, 0), (160, 40), (330, 60), (360, 180))
        + curve((360, 180), (356, 280), (280, 330), (236, 420))
        + curve((236, 420), (210, 420), (200, 330), (150, 290))
        + curve((150, 290), (70, 230), (20, 130), (14, 0))
    )
    for shape, tint in ((lower, mix(main, third, 0.25)), (upper, main)):
        both(shape, tint, BLACK, 3)
        cx = sum(x for x, _ in shape) / len(shape)
        cy = sum(y for _, y in shape) / len(shape)
        for f, colour in ((0.82, second), (0.6, CREAM), (0.44, third)):
            both([(cx + (x - cx) * f, cy + (y - cy) * f) for x, y in shape], colour)
    both(_oval(280, -170, 62, 54), fourth, BLACK, 3)
    both(_oval(284, -170, 36, 32), BLACK)
    both(_oval(292, -180, 12, 10), CREAM)
    _flower(both, 212, 170, 46, PINK, GOLD)
    for i in range(6):
        a = i / 5
        both(_oval(430 - 120 * a, -238 + 214 * a, 13, 13), CREAM)
        both(_oval(330 - 84 * a, 150 + 190 * a, 9, 9), CREAM)
    _butterfly_body(layer, both, fourth)
    return Piece(layer.done(), (0.6, 0.84), (0.72, 0.3))


def _butterfly_body(layer: Layer, both: Both, fourth: Colour) -> None:
    """Feelers, body and head."""
    for side in (-1, 1):
        layer.stroke(
            curve(
                (500 + side * 8, 340),
                (500 + side * 50, 240),
                (500 + side * 90, 190),
                (500 + side * 130, 196),
            ),
            (5, 2),
            (*BLACK, 255),
        )
        layer.disc(500 + side * 132, 197, 9, (*RED, 255))
    both(
        curve((0, -120), (34, -110), (34, 60), (20, 160))
        + curve((20, 160), (12, 210), (4, 220), (0, 222)),
        BLACK,
    )
    for i in range(6):
        both(_oval(0, 0 + i * 32, 18 - i * 2, 6), fourth)
    both(_oval(0, -116, 34, 32), BLACK)
    both(_oval(18, -120, 12, 12), fourth)
    both(_oval(20, -120, 5, 6), BLACK)


def goldfish(studio: Studio) -> Piece:
    """A goldfish seen from above, four tails spread."""
    rng = studio.rng
    main = rng.choice((RED, (216, 96, 44), (56, 60, 74)))
    layer = studio.layer("RGBA", CLEAR)
    both = _mirror(layer, 500, 360)
    _goldfish_tail(both, main)
    side = curve((70, -10), (190, -60), (300, -10), (330, 100)) + curve(
        (330, 100), (240, 100), (160, 80), (84, 70)
    )
    both(side, mix(main, CREAM, 0.4), mix(main, BLACK, 0.3), 2.4)
    for i in range(5):
        both(
            [(90, 16 + i * 8), (286 + i * 6, 8 + i * 20), (290 + i * 6, 12 + i * 20)],
            mix(main, CREAM, 0.1),
        )
    body = curve((0, -210), (120, -200), (140, 0), (60, 150)) + curve(
        (60, 150), (30, 200), (10, 210), (0, 212)
    )
    both(body, main, mix(main, BLACK, 0.4), 3)
    for row in range(9):
        y = -84 + row * 27
        half = 104 * math.sin(math.radians(90 + row * 7.4))
        for i in range(5):
            x = (i + (0.5 if row % 2 else 0.0)) * 25
            if x < half:
                both(_oval(x, y, 13, 14, 14), GOLD, mix(main, BLACK, 0.3), 1.8)
                both(_oval(x, y - 3, 6, 6, 10), mix(GOLD, CREAM, 0.5))
    both(_oval(0, -150, 62, 44), mix(main, CREAM, 0.12), mix(main, BLACK, 0.4), 2)
    both(_oval(92, -166, 46, 46), CREAM, BLACK, 3)
    both(_oval(98, -172, 26, 26), BLACK)
    both(_oval(106, -182, 9, 9), CREAM)
    both(curve((0, -226), (20, -228), (26, -206), (0, -204)), mix(main, BLACK, 0.4))
    return Piece(layer.done(), (0.56, 0.9), (0.5, 0.24))


def _goldfish_tail(both: Both, main: Colour) -> None:
    """Four tails, two on each side."""
    for k, (reach, drop) in enumerate(((250, 420), (150, 560))):
        fin = (
            curve((10, 150), (80, 230), (reach, 260), (reach + 60, drop - 60))
            + curve(
                (reach + 60, drop - 60),
                (reach, drop + 10),
                (reach * 0.6, drop - 80),
                (reach * 0.4, drop),
            )
            + curve((reach * 0.4, drop), (reach * 0.2, drop - 120), (30, 300), (4, 200))
        )
        both(fin, mix(main, CREAM, 0.3 + 0.2 * k), mix(main, BLACK, 0.3), 2.4)
        for i in range(7):
            f = 0.3 + i * 0.1
            both(
                curve((14, 180), (60, 240), (reach * f, 290), (reach * f + 24, drop - 90), 12)
                + curve(
                    (reach * f + 28, drop - 90), (reach * f + 6, 290), (64, 236), (16, 180), 12
                ),
                mix(main, CREAM, 0.08),
            )


def eagle(studio: Studio) -> Piece:
    """A soft-winged eagle with fingered feathers."""
    rng = studio.rng
    main: Colour = rng.choice(((84, 62, 44), (62, 58, 56), (108, 78, 46)))
    pale = mix(main, CREAM, 0.55)
    layer = studio.layer("RGBA", CLEAR)
    both = _mirror(layer, 500, 440)
    _eagle_feathers(both, main)
    both(
        curve((0, -110), (120, -190), (280, -190), (372, -110))
        + curve((372, -110), (260, -134), (120, -110), (0, -40)),
        mix(main, BLACK, 0.2),
    )
    for i in range(6):
        a = math.radians(90 - i * 8)
        both(
            [
                (4 + i * 5, 120),
                (math.cos(a) * 300 - 18, 120 + math.sin(a) * 210),
                (math.cos(a) * 300 + 22, 124 + math.sin(a) * 200),
            ],
            pale if i % 2 else main,
            mix(main, BLACK, 0.6),
            1.6,
        )
    both(
        curve((0, -160), (74, -140), (76, 60), (40, 150))
        + curve((40, 150), (24, 176), (8, 180), (0, 180)),
        main,
    )
    for row in range(7):
        for i in range(3):
            both(
                curve(
                    (i * 22 - 4, -90 + row * 32),
                    (i * 22 + 14, -84 + row * 32),
                    (i * 22 + 10, -62 + row * 32),
                    (i * 22, -56 + row * 32),
                    8,
                ),
                pale,
            )
    both(
        curve((0, -236), (58, -236), (66, -170), (40, -126))
        + curve((40, -126), (20, -112), (6, -110), (0, -110)),
        pale,
    )
    _eagle_face(both)
    return Piece(layer.done(), (0.57, 0.72), (0.5, 0.3))


def _eagle_face(both: Both) -> None:
    """Eyes, brows and beak."""
    both(_oval(28, -188, 14, 12), GOLD, BLACK, 2.4)
    both(_oval(28, -188, 6, 6, 10), BLACK)
    both([(8, -206), (50, -212), (46, -202), (10, -196)], BLACK)
    both(curve((0, -176), (22, -170), (20, -140), (0, -116)), GOLD, BLACK, 2)


def _eagle_feathers(both: Both, main: Colour) -> None:
    """Flight feathers, then three rows of coverts."""
    for i in range(8):
        a = math.radians(-26 + i * 15)
        root = (330 - i * 16, -96 + i * 14)
        tip = (root[0] + math.cos(a) * (176 - i * 7), root[1] + math.sin(a) * (176 - i * 4))
        nx, ny = -math.sin(a) * 19, math.cos(a) * 19
        feather = curve(
            root, (root[0] + nx * 1.6, root[1] + ny * 1.6), (tip[0] + nx, tip[1] + ny), tip, 10
        ) + curve(tip, (tip[0] - nx, tip[1] - ny), (root[0] - nx, root[1] - ny), root, 10)
        both(feather, mix(main, BLACK, 0.34 if i % 2 else 0.1), mix(main, BLACK, 0.6), 1.6)
    for row, (shade, reach) in enumerate(((0.0, 1.0), (0.3, 0.82), (0.55, 0.6))):
        for i in range(12):
            x, y = 30 + i * 29 * reach, -112 + 62 * reach + 20 * math.sin(i / 3.6) - row * 6
            both(
                curve((x, y - 70), (x + 26, y - 40), (x + 24, y + 30), (x + 8, y + 66 * reach), 10)
                + curve(
                    (x + 8, y + 66 * reach), (x - 18, y + 30), (x - 20, y - 40), (x, y - 70), 10
                ),
                mix(main, CREAM, shade),
                mix(main, BLACK, 0.5),
                1.4,
            )
