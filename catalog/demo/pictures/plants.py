"""Plants in ink: bamboo, plum and orchid, and the parts that other painters share.

Each follows the order of the brush manuals: stems first, then leaves in groups, flowers last,
writing where the picture leaves room.
"""

import itertools
import math

from PIL import Image, ImageChops

from catalog.demo.pictures.studio import (
    INK,
    PAPER,
    Layer,
    Piece,
    Point,
    Studio,
    curve,
    fractal,
    ink,
    mix,
)
from catalog.demo.pictures.writing import dry, inscribe


def rock(studio: Studio, image: Image.Image, x: float, y: float, size: float) -> None:
    """A scholar's rock standing at (x, y): broken outline, dry side strokes, dots."""
    rng = studio.rng
    rough = fractal(rng, 60, octaves=5, rough=0.6, first=4)
    outline: list[Point] = []
    for i in range(60):
        a = math.pi + math.pi * i / 59
        r = size * (0.72 + 0.34 * rough[i])
        outline.append((x + math.cos(a) * r, y + math.sin(a) * r * 1.25))
    body, lines = studio.layer(), studio.layer()
    body.polygon(outline, 150)
    lines.stroke(outline, (4, 11, 5, 12, 4), 225)
    for _ in range(26):
        px, py = x + rng.uniform(-0.6, 0.6) * size, y - rng.uniform(0.05, 0.95) * size
        lines.stroke(
            curve(
                (px, py),
                (px + size * 0.1, py + size * 0.05),
                (px + size * 0.08, py + size * 0.2),
                (px + size * rng.uniform(0, 0.24), py + size * 0.26),
                7,
            ),
            (1, size * 0.04, 1),
            rng.randint(60, 190),
        )
    for _ in range(24):
        ox, oy = rng.choice(outline)
        lines.disc(ox + rng.gauss(0, 8), oy + rng.gauss(6, 8), rng.uniform(3, 8), 235)
    soft = ImageChops.multiply(body.done(blur=3), studio.cloud(8))
    ink(image, soft, INK, 0.8)
    ink(image, dry(studio, lines.done(), 70), INK, 0.9)


def leaf(
    layer: Layer, x: float, y: float, angle: float, length: float, width: float, tone: object
) -> None:
    a = math.radians(angle)
    ex, ey = x + math.cos(a) * length, y + math.sin(a) * length
    bend = width * 0.8
    mx, my = (x + ex) / 2 - math.sin(a) * bend, (y + ey) / 2 + math.cos(a) * bend
    path = curve((x, y), (mx, my), (mx, my), (ex, ey), 12)
    layer.stroke(path, (width * 0.2, width * 0.9, width, width * 0.62, width * 0.24, 0.4), tone)


def bamboo(studio: Studio) -> Piece:
    """Culms in two depths, jointed, with hanging leaf groups."""
    rng, tall = studio.rng, studio.tall
    image = studio.paper(mix(PAPER, (236, 228, 206), rng.random()))
    if rng.random() < 0.5:
        rock(studio, image, rng.choice((180, 800)), tall * 0.985, 190)
    for depth, tone in ((0, 0.3), (1, 0.88)):
        stems, leaves = studio.layer(), studio.layer()
        for _ in range(3 if depth else 2):
            foot = rng.uniform(220, 780)
            width = rng.uniform(20, 40) if depth else rng.uniform(14, 28)
            nodes = _culm(studio, stems, foot, width, tall * rng.uniform(0.0, 0.16))
            for nx, ny in nodes[2:]:
                if rng.random() < 0.62:
                    side = rng.choice((-1, 1))
                    tip = (nx + side * rng.uniform(70, 190), ny - rng.uniform(20, 130))
                    leaves.stroke(
                        curve((nx, ny), (nx + side * 30, ny - 30), tip, tip, 8), (4, 2.5), 220
                    )
                    for _ in range(rng.randint(1, 2)):
                        _group(studio, leaves, tip[0] + rng.gauss(0, 16), tip[1])
        streaks = studio.noise(studio.w // 3, 7).point([min(255, 120 + v) for v in range(256)])
        ink(image, ImageChops.multiply(stems.done(), streaks), INK, tone * 0.82)
        ink(image, leaves.done(), INK, tone)
    side = rng.choice((110, 905))
    place = inscribe(
        studio,
        image,
        side if side > 500 else 170,
        tall * 0.07,
        counts=rng.choice(((9,), (8, 4), (12,))),
        size=34,
    )
    return Piece(image, place, (0.5, 0.32))


def _culm(studio: Studio, layer: Layer, foot: float, width: float, top: float) -> list[Point]:
    rng, tall = studio.rng, studio.tall
    lean = rng.uniform(-0.09, 0.09)
    y, step = tall + 30, rng.uniform(120, 160)
    nodes: list[Point] = []
    while y > top:
        x0, x1 = foot + (tall - y) * lean, foot + (tall - y + step) * lean
        path = curve(
            (x0, y - 7),
            (x0 + width * 0.06, y - step * 0.3),
            (x1, y - step * 0.7),
            (x1, y - step + 7),
            8,
        )
        layer.stroke(path, (width * 1.12, width * 0.94, width * 0.92, width * 1.1), 228)
        layer.stroke(
            [(x1 - width * 0.62, y - step + 1), (x1, y - step + 5), (x1 + width * 0.62, y - step)],
            (3, 5, 3),
            255,
        )
        nodes.append((x1, y - step))
        y -= step
        step *= 1.045
    return nodes


def _group(studio: Studio, layer: Layer, x: float, y: float) -> None:
    rng = studio.rng
    middle = rng.uniform(66, 114)
    for k in range(rng.randint(4, 6)):
        spread = (k - 2.2) * rng.uniform(17, 27)
        leaf(
            layer,
            x,
            y,
            middle + spread,
            rng.uniform(96, 190) * (1 - abs(spread) / 220),
            rng.uniform(17, 25),
            rng.randint(190, 255),
        )


def bough(
    studio: Studio, layer: Layer, start: Point, angle: float, length: float, width: float
) -> list[Point]:
    """A gnarled branch with twigs; returns the points where flowers may sit."""
    rng, home = studio.rng, angle
    points, spots = [start], []
    x, y = start
    for _ in range(max(4, round(length / 44))):
        angle += rng.gauss(0, 18) + (home - angle) * 0.25
        x += math.cos(math.radians(angle)) * 44
        y += math.sin(math.radians(angle)) * 44
        points.append((x, y))
        if width < 26:
            spots.append((x + rng.gauss(0, 8), y + rng.gauss(0, 8)))
    smooth: list[Point] = []
    for a, b in itertools.pairwise(points):
        smooth += [
            a,
            ((a[0] * 2 + b[0]) / 3, (a[1] * 2 + b[1]) / 3 + rng.gauss(0, 2)),
            ((a[0] + b[0] * 2) / 3, (a[1] + b[1] * 2) / 3 + rng.gauss(0, 2)),
        ]
    widths = [width * (1 - 0.62 * i / 9) * rng.uniform(0.8, 1.2) for i in range(10)]
    layer.stroke([*smooth, points[-1]], widths, rng.randint(205, 250))
    if width > 5:
        for px, py in points[2:]:
            if rng.random() < 0.5:
                spots += bough(
                    studio,
                    layer,
                    (px, py),
                    angle + rng.choice((-1, 1)) * rng.uniform(28, 66),
                    length * rng.uniform(0.3, 0.55),
                    width * 0.4,
                )
    return spots


def quiet_corner(tall: float, spots: list[Point]) -> Point:
    """Where a column of writing meets the fewest branches: its middle and its top."""
    corners = [(895.0, tall * 0.06), (150.0, tall * 0.06)]
    corners += [(895.0, tall * 0.5), (150.0, tall * 0.5)]

    def crowd(corner: Point) -> int:
        x, y = corner
        return sum(abs(px - x) < 120 and -40 < py - y < 480 for px, py in spots)

    return min(corners, key=crowd)


def plum_flower(studio: Studio, fills: Layer, lines: Layer, x: float, y: float, r: float) -> None:
    start = studio.rng.uniform(0, 72)
    squash = studio.rng.uniform(0.6, 1)
    for k in range(5):
        a = math.radians(start + 72 * k)
        px, py = x + math.cos(a) * r * 0.62, y + math.sin(a) * r * 0.62 * squash
        fills.disc(px, py, r * 0.5, studio.rng.randint(150, 255), ry=r * 0.5 * squash)
        lines.disc(px, py, r * 0.5, None, ry=r * 0.5 * squash, outline=90, width=1.2)
    for a in range(0, 360, 30):
        c, s = math.cos(math.radians(a + start)), math.sin(math.radians(a + start)) * squash
        lines.line([(x, y), (x + c * r * 0.5, y + s * r * 0.5)], 170, 1)
        lines.disc(x + c * r * 0.54, y + s * r * 0.54, 1.8, 250)


def plum(studio: Studio) -> Piece:
    """A plum tree in bloom, red or white, on a moonlit or plain ground."""
    rng, tall = studio.rng, studio.tall
    red = rng.random() < 0.65
    image = studio.paper(PAPER if red else (219, 206, 180))
    if rng.random() < 0.5:
        moon = studio.layer()
        moon.disc(rng.choice((300, 700)), tall * 0.24, 120, 150)
        image.paste((249, 243, 226), (0, 0, *image.size), moon.done(blur=5))
    left = rng.random() < 0.5
    wood = studio.layer()
    foot = (40.0 if left else 960.0, tall * rng.uniform(0.86, 1.0))
    spots = bough(studio, wood, foot, -58 if left else -122, tall * 0.62, 66)
    spots += bough(
        studio, wood, (foot[0], foot[1] - tall * 0.24), -28 if left else -152, tall * 0.4, 24
    )
    ink(image, dry(studio, wood.done(), 60), INK, 0.92)
    fills, lines = studio.layer(), studio.layer()
    rng.shuffle(spots)
    for x, y in spots[:120]:
        if rng.random() < 0.3:
            fills.disc(x, y, rng.uniform(7, 11), 230)
        else:
            plum_flower(studio, fills, lines, x, y, rng.uniform(17, 25))
    petals = ImageChops.multiply(
        fills.done(), studio.cloud(30).point([min(255, 140 + v) for v in range(256)])
    )
    ink(image, petals, (196, 44, 62) if red else (250, 246, 238), 0.86 if red else 1)
    ink(image, lines.done(), mix((96, 10, 24), INK, 0.0 if red else 1.0), 0.8)
    place = inscribe(studio, image, *quiet_corner(tall, spots), counts=(7,), size=34)
    return Piece(image, place, (0.5, 0.42))


def orchid(studio: Studio) -> Piece:
    """Two clumps of orchid on a bank, long leaves crossing, pale flowers."""
    rng, tall = studio.rng, studio.tall
    image = studio.paper()
    rock(studio, image, rng.choice((700, 760)), tall * 0.94, 240)
    _bank(studio, image)
    for fx, fy, tone in ((360, tall * 0.86, 0.92), (560, tall * 0.875, 0.6)):
        leaves = studio.layer()
        for _ in range(15):
            side = rng.choice((-1, 1))
            reach, rise = rng.uniform(120, 430), rng.uniform(0.18, 0.44) * tall
            drop = rng.uniform(0.1, 0.9) * rise * 0.62
            x0 = fx + rng.uniform(-30, 30)
            path = curve(
                (x0, fy),
                (x0 + side * reach * 0.12, fy - rise * 0.8),
                (x0 + side * reach * 0.6, fy - rise * 1.12),
                (x0 + side * reach, fy - rise + drop),
                30,
            )
            leaves.stroke(path, (3, 13, 9, 15, 6, 0.8), rng.randint(180, 250))
        ink(image, dry(studio, leaves.done(), 50), INK, tone)
        flowers, hearts = studio.layer(), studio.layer()
        for _ in range(5):
            x, y = fx + rng.uniform(-210, 210), fy - rng.uniform(0.14, 0.42) * tall
            flowers.stroke(curve((fx, fy), (fx, y + 60), (x, y + 70), (x, y), 12), (4, 3), 90)
            for a in (-150, -112, -64, -24, 80):
                leaf(
                    flowers,
                    x,
                    y,
                    a + rng.uniform(-12, 12),
                    rng.uniform(50, 78),
                    17,
                    rng.randint(90, 150),
                )
            for a in (-104, -80, -58):
                c, s = math.cos(math.radians(a)), math.sin(math.radians(a))
                hearts.disc(x + c * 20, y + s * 20, 4.4, 255)
        ink(image, flowers.done(), mix((110, 128, 84), INK, 0.2), 0.9)
        ink(image, hearts.done(), INK)
    place = inscribe(studio, image, 880, tall * 0.07, counts=(9, 6), size=36)
    return Piece(image, place, (0.42, 0.58))


def _bank(studio: Studio, image: Image.Image) -> None:
    """Dots of earth under the clump."""
    rng, tall = studio.rng, studio.tall
    bank = studio.layer()
    for _ in range(60):
        bank.disc(
            rng.gauss(360, 150),
            tall * 0.865 + abs(rng.gauss(0, 16)),
            rng.uniform(3, 9),
            rng.randint(60, 200),
            ry=rng.uniform(2, 4),
        )
    ink(image, bank.done(), INK, 0.8)
