"""Writing that says nothing: invented characters made of brush strokes, and seals.

No font is used and no character is meant to be read; the strokes only follow the order and
the weight of Chinese hands. Used for inscriptions, scrolls, seals and labels.
"""

import random

from PIL import Image, ImageChops

from catalog.demo.pictures.studio import (
    CINNABAR,
    INK,
    PAPER,
    Colour,
    Layer,
    Piece,
    Point,
    Studio,
    curve,
    grain,
    ink,
    mix,
    ramp,
)

Stroke = tuple[Point, Point]

# Parts of characters in a unit square: each stroke is a start and an end.
PARTS: tuple[tuple[Stroke, ...], ...] = (
    (((0.05, 0.2), (0.95, 0.16)), ((0.5, 0.0), (0.48, 1.0)), ((0.1, 0.55), (0.9, 0.5))),
    (
        ((0.15, 0.15), (0.15, 0.85)),
        ((0.15, 0.17), (0.85, 0.14)),
        ((0.85, 0.14), (0.8, 0.86)),
        ((0.16, 0.83), (0.8, 0.82)),
    ),
    (((0.5, 0.0), (0.05, 0.95)), ((0.46, 0.3), (0.98, 0.96)), ((0.2, 0.42), (0.8, 0.36))),
    (((0.1, 0.1), (0.9, 0.06)), ((0.2, 0.48), (0.8, 0.44)), ((0.0, 0.9), (1.0, 0.86))),
    (((0.3, 0.0), (0.42, 0.16)), ((0.05, 0.34), (0.95, 0.28)), ((0.55, 0.3), (0.1, 1.0))),
    (((0.2, 0.05), (0.32, 0.2)), ((0.1, 0.4), (0.24, 0.54)), ((0.05, 0.95), (0.36, 0.66))),
    (((0.1, 0.3), (0.9, 0.24)), ((0.32, 0.05), (0.3, 0.95)), ((0.7, 0.05), (0.7, 0.98))),
    (((0.9, 0.0), (0.2, 0.22)), ((0.1, 0.44), (0.9, 0.4)), ((0.52, 0.2), (0.5, 1.0))),
    (((0.5, 0.0), (0.5, 0.6)), ((0.12, 0.3), (0.12, 0.96)), ((0.12, 0.95), (0.9, 0.9))),
    (((0.2, 0.0), (0.02, 0.5)), ((0.14, 0.34), (0.14, 1.0)), ((0.3, 0.2), (0.95, 0.16))),
)
# How two or three parts share a square: boxes of left, top, right, bottom.
PLANS = (
    ((0.0, 0.02, 0.38, 1.0), (0.46, 0.0, 1.0, 1.0)),
    ((0.05, 0.0, 0.95, 0.44), (0.0, 0.5, 1.0, 1.0)),
    ((0.0, 0.0, 1.0, 1.0),),
    ((0.0, 0.0, 0.4, 1.0), (0.48, 0.0, 1.0, 0.46), (0.46, 0.54, 1.0, 1.0)),
    ((0.1, 0.0, 0.9, 0.3), (0.0, 0.36, 0.46, 1.0), (0.54, 0.36, 1.0, 1.0)),
)


def character(
    layer: Layer,
    rng: random.Random,
    box: tuple[float, float, float, float],
    weight: float,
    fill: object = 255,
    *,
    cursive: float = 0.0,
) -> None:
    """One invented character in a box of units; cursive 0 (regular) to 1 (running)."""
    left, top, right, bottom = box
    w, h = right - left, bottom - top
    last: Point | None = None
    for x0, y0, x1, y1 in rng.choices(PLANS, (5, 5, 1, 3, 3))[0]:
        for (ax, ay), (bx, by) in rng.choice(PARTS):
            a = (left + w * (x0 + (x1 - x0) * ax), top + h * (y0 + (y1 - y0) * ay))
            b = (left + w * (x0 + (x1 - x0) * bx), top + h * (y0 + (y1 - y0) * by))
            wobble = w * (0.02 + 0.09 * cursive)
            a = (a[0] + rng.gauss(0, wobble), a[1] + rng.gauss(0, wobble))
            b = (b[0] + rng.gauss(0, wobble), b[1] + rng.gauss(0, wobble))
            bow = rng.gauss(0, w * (0.03 + 0.08 * cursive))
            mid1 = (a[0] + (b[0] - a[0]) * 0.33 + bow, a[1] + (b[1] - a[1]) * 0.33 - abs(bow))
            mid2 = (a[0] + (b[0] - a[0]) * 0.66 + bow, a[1] + (b[1] - a[1]) * 0.66 - abs(bow) / 2)
            heavy = weight * rng.uniform(0.75, 1.25)
            slopes = abs(b[0] - a[0]) > w * 0.1 and b[1] - a[1] > h * 0.12
            ends = (heavy * 0.5, heavy, heavy * 0.6, heavy * 0.55, heavy * 1.02, heavy * 0.5)
            if slopes:
                ends = (heavy * 0.5, heavy, heavy * 0.8, heavy * 0.55, heavy * 0.12, 0.5)
            if slopes and b[0] > a[0]:
                ends = (heavy * 0.3, heavy * 0.5, heavy * 0.8, heavy * 1.2, heavy * 0.9, 0.5)
            layer.stroke(curve(a, mid1, mid2, b, 12), ends, fill)
            if last and rng.random() < cursive:
                layer.stroke(curve(last, last, a, a, 6), (weight * 0.3, weight * 0.16), fill)
            last = b


def column(
    layer: Layer,
    rng: random.Random,
    x: float,
    y: float,
    *,
    count: int,
    size: float,
    weight: float = 0.13,
    cursive: float = 0.5,
    fill: object = 255,
    gap: float = 1.16,
) -> float:
    """A column of characters from (x, y) downwards, x its middle; returns where it ends."""
    for _ in range(count):
        s = size * rng.uniform(0.84, 1.06)
        dx = rng.gauss(0, size * 0.05 * cursive)
        character(
            layer,
            rng,
            (x - s / 2 + dx, y, x + s / 2 + dx, y + s),
            size * weight,
            fill,
            cursive=cursive,
        )
        y += s * gap
    return y


def seal(
    studio: Studio,
    image: Image.Image,
    x: float,
    y: float,
    size: float,
    *,
    white: bool = True,
    colour: Colour = CINNABAR,
) -> Point:
    """Stamp an invented seal at (x, y): white characters on red (白文) or red on paper (朱文).

    Returns its middle as fractions of the work.
    """
    rng = studio.rng
    layer = Layer(round(size * studio.unit) + 2, round(size * studio.unit) + 2, studio.unit)
    if white:
        layer.box((0, 0, size, size), 255, radius=size * 0.06)
    else:
        layer.box((0, 0, size, size), 0, radius=size * 0.08, outline=255, width=size * 0.06)
    value = 0 if white else 255
    pad, cell = size * 0.14, size * 0.34
    for i in (0, 1):
        for j in (0, 1):
            bx, by = pad + i * (cell + size * 0.06), pad + j * (cell + size * 0.06)
            for x0, y0, x1, y1 in rng.choice(PLANS[:2]):
                for (ax, ay), (cx, cy) in rng.choice(PARTS[:4] + PARTS[6:7]):
                    flat = abs(cx - ax) > abs(cy - ay)
                    p = (bx + cell * (x0 + (x1 - x0) * ax), by + cell * (y0 + (y1 - y0) * ay))
                    q = (bx + cell * (x0 + (x1 - x0) * cx), by + cell * (y0 + (y1 - y0) * cy))
                    q = (q[0], p[1]) if flat else (p[0], q[1])
                    layer.line([p, q], value, size * 0.05)
    mask = layer.done()
    hand = random.Random(rng.randrange(1 << 30))  # noqa: S311 - a pattern, not a secret
    worn = Image.frombytes("L", (24, 24), hand.randbytes(576)).resize(
        mask.size, Image.Resampling.BICUBIC
    )
    print_ = Image.composite(
        mask, mask.point([round(v * 0.55) for v in range(256)]), worn.point(ramp(20, 70))
    )
    image.paste(colour, (round(x * studio.unit), round(y * studio.unit)), print_)
    return (x + size / 2) / 1000, (y + size / 2) / studio.tall


def inscribe(
    studio: Studio,
    image: Image.Image,
    x: float,
    y: float,
    *,
    counts: tuple[int, ...] = (9, 5),
    size: float = 34,
    colour: Colour = INK,
    seal_size: float = 46,
) -> Point:
    """Columns of small writing from right to left, a seal under the last; returns the seal."""
    layer = studio.layer()
    end = y
    for i, count in enumerate(counts):
        top = y if i == 0 else y + size * 0.4
        end = column(layer, studio.rng, x - i * size * 1.45, top, count=count, size=size)
    ink(image, layer.done(), colour, 0.92)
    sx = x - (len(counts) - 1) * size * 1.45 - seal_size / 2
    place = seal(studio, image, sx, end + size * 0.5, seal_size, white=studio.rng.random() < 0.6)
    if studio.rng.random() < 0.6:
        seal(studio, image, sx, end + size * 0.5 + seal_size * 1.25, seal_size, white=False)
    return place


def dry(studio: Studio, mask: Image.Image, amount: int = 110) -> Image.Image:
    """Let the paper show through a stroke, as a fast brush leaves it (飞白)."""
    patches = studio.cloud(7).point(ramp(118, 168))
    streaks = studio.noise(studio.w // 4, studio.h // 2).point(ramp(amount, amount + 70))
    gaps = ImageChops.lighter(streaks, ImageChops.invert(patches))
    return Image.composite(mask, mask.point([round(v * 0.5) for v in range(256)]), gaps)


def scroll(studio: Studio) -> Piece:
    """A hanging scroll of large running script with a signature and two seals."""
    rng = studio.rng
    tint = rng.choice((PAPER, (238, 226, 196), (232, 222, 206), (222, 190, 150)))
    image = studio.paper(tint)
    if rng.random() < 0.4:
        flecks = studio.layer()
        for _ in range(150):
            x, y, r = rng.uniform(0, 1000), rng.uniform(0, studio.tall), rng.uniform(2, 7)
            flecks.polygon([(x, y - r), (x + r, y), (x - r * 0.4, y + r)], 255)
        ink(image, flecks.done(), (204, 164, 82), 0.75)
    layer = studio.layer()
    columns = rng.choice((2, 2, 3))
    size = {2: 300, 3: 205}[columns]
    rows = int((studio.tall - 170) / (size * 1.15))
    cursive = rng.choice((0.25, 0.55, 0.9))
    step = size * 1.14
    right = 500 + (columns - 1) / 2 * step + 55
    for i in range(columns):
        count = rows if i < columns - 1 else max(2, rows - 2)
        column(
            layer, rng, right - i * step, 90, count=count, size=size, cursive=cursive, weight=0.12
        )
    ink(image, dry(studio, layer.done()), INK, 0.96)
    x = right - (columns - 1) * step - size * 0.2
    return _signed(studio, image, x, 110 + (rows - 2) * size * 1.15)


def _signed(studio: Studio, image: Image.Image, x: float, y: float) -> Piece:
    small = studio.layer()
    end = column(small, studio.rng, x, y, count=3, size=58, cursive=0.6)
    ink(image, small.done(), INK, 0.94)
    place = seal(studio, image, x - 38, end + 14, 76)
    seal(studio, image, x - 38, end + 108, 76, white=False)
    return Piece(image, place, (0.56, 0.3))


def couplet(studio: Studio) -> Piece:
    """A pair of narrow scrolls (对联) hung side by side, in regular hand."""
    rng = studio.rng
    tint = rng.choice(((196, 66, 46), (234, 220, 186), (226, 180, 96)))
    sheets = studio.layer()
    boxes = ((40.0, 20.0, 430.0, studio.tall - 20), (570.0, 20.0, 960.0, studio.tall - 20))
    for box in boxes:
        sheets.box(box, 255)
    mask = sheets.done()
    image = studio.paper(tint)
    frames, text = studio.layer(), studio.layer()
    count = 7
    size = min(250.0, (studio.tall - 260) / count / 1.12)
    for left, top, right, bottom in boxes:
        frames.box((left + 16, top + 16, right - 16, bottom - 16), None, outline=255, width=3)
        column(
            text, rng, (left + right) / 2, top + 90, count=count, size=size, cursive=0.15, gap=1.12
        )
    ink(image, frames.done(), mix(tint, (120, 80, 40), 0.5), 0.7)
    ink(image, dry(studio, text.done(), 80), INK, 0.97)
    small = studio.layer()
    end = column(small, rng, 86, studio.tall * 0.55, count=4, size=46)
    ink(image, small.done(), INK, 0.92)
    place = seal(studio, image, 58, end + 10, 58, colour=mix(CINNABAR, (120, 20, 20), 0.3))
    image = grain(image, studio, 0.03)
    image.putalpha(mask)
    return Piece(image, place, (0.235, 0.3))
