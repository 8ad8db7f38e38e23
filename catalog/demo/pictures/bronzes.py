"""Bronzes after antique forms (仿古铜): tripod 鼎, jar 壶, cup 爵, vase 尊.

Bodies are turned from a profile and lit from the left; bands of square spirals wrap round them;
patina is seeded noise in three grains. Returned on a transparent ground.
"""

import itertools
import math
from collections.abc import Sequence

from PIL import Image, ImageChops

from catalog.demo.pictures.studio import Colour, Layer, Piece, Point, Studio, curve, mix, ramp
from catalog.demo.pictures.writing import column

CLEAR = (0, 0, 0, 0)
METALS: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((112, 86, 48), (236, 216, 168), (78, 128, 108)),
    ((84, 74, 56), (214, 200, 164), (66, 112, 118)),
    ((134, 96, 50), (246, 222, 164), (98, 132, 92)),
    ((70, 62, 52), (196, 184, 156), (104, 140, 120)),
)
Metal = tuple[Colour, Colour, Colour]
SPIRAL = (
    (0.0, 1.0),
    (0.0, 0.0),
    (1.0, 0.0),
    (1.0, 0.8),
    (0.28, 0.8),
    (0.28, 0.28),
    (0.72, 0.28),
    (0.72, 0.54),
)


def profile(keys: Sequence[Point], rows: int) -> list[float]:
    """Half widths of a body for each row, from keys of (share of height, half width)."""
    out = []
    for i in range(rows):
        t = i / max(1, rows - 1)
        value = keys[-1][1]
        for (t0, v0), (t1, v1) in itertools.pairwise(keys):
            if t0 <= t <= t1:
                f = (t - t0) / (t1 - t0)
                value = v0 + (v1 - v0) * (f * f * (3 - 2 * f))
                break
        out.append(value)
    return out


def lathe(
    studio: Studio, image: Image.Image, halves: Sequence[float], top: float, cx: float, metal: Metal
) -> None:
    """Turn a profile (units, one row a unit) into a lit body on an RGBA picture."""
    body, light, _ = metal
    row = Image.new("RGB", (256, 1))
    for i in range(256):
        u = i / 127.5 - 1
        lamp = max(0.0, 1 - abs(u + 0.42) * 1.8) ** 2 * 0.72
        rim = max(0.0, 1 - abs(u - 0.84) * 6) * 0.2
        edge = 0.3 + 0.7 * math.sqrt(max(0.0, 1 - u * u))
        shade = (round(body[0] * edge), round(body[1] * edge), round(body[2] * edge))
        row.putpixel((i, 0), mix(shade, light, min(1.0, lamp + rim)))
    k = studio.unit
    turned = Image.new("RGB", image.size)
    cover = studio.layer()
    for y in range(round(len(halves) * k)):
        half = halves[min(len(halves) - 1, round(y / k))] * k
        strip = row.resize((max(2, round(half * 2)), 1), Image.Resampling.BILINEAR)
        turned.paste(strip, (round(cx * k - half), round(top * k) + y))
    sides = [(cx + half, top + i) for i, half in enumerate(halves)]
    cover.polygon([*sides, *[(2 * cx - x, y) for x, y in reversed(sides)]], 255)
    image.paste(turned, (0, 0), cover.done())


def patina(studio: Studio, image: Image.Image, metal: Metal) -> Image.Image:
    """Green bloom, heavier in some places, only where there is metal."""
    alpha = image.getchannel("A")
    metal_only = image.convert("RGB")
    for cells, limit, colour in (
        (8, 150, metal[2]),
        (26, 130, mix(metal[2], (150, 190, 160), 0.4)),
        (90, 90, mix(metal[2], (40, 60, 50), 0.5)),
    ):
        cloud = studio.cloud(cells).point(ramp(126, 176, limit))
        metal_only.paste(colour, (0, 0, *image.size), cloud)
    fine = studio.noise(studio.w // 2, studio.h // 2).point(
        [max(0, min(255, 128 + (v - 128) // 7)) for v in range(256)]
    )
    rgb = ImageChops.overlay(metal_only, Image.merge("RGB", [fine] * 3))
    rgb.putalpha(alpha)
    return rgb


def _wrap(halves: Sequence[float], top: float, cx: float, u: float, row: float) -> Point:
    """Where a point of a band lies: u from 0 to 1 across the front, row in units."""
    half = halves[max(0, min(len(halves) - 1, round(row)))]
    return cx + half * math.sin(-math.pi / 2 + math.pi * u), top + row


def band(
    layer: Layer,
    halves: Sequence[float],
    top: float,
    cx: float,
    start: float,
    height: float,
    metal: Metal,
    *,
    n: int = 16,
) -> None:
    """A band of square spirals between two ridges."""
    dark, light = mix(metal[0], (10, 10, 8), 0.62), mix(metal[0], metal[1], 0.62)
    for shift, colour in ((0.0, dark), (2.2, light)):
        for i in range(1, n - 1):
            points = []
            for px, py in SPIRAL:
                if i % 2:
                    px = 1 - px
                x, y = _wrap(halves, top, cx, (i + 0.08 + 0.84 * px) / n, start + py * height)
                points.append((x + shift, y + shift))
            layer.line(points, (*colour, 255 if not shift else 170), max(2.0, height / 15))
    for edge in (start - height * 0.2, start + height * 1.2):
        ridge(layer, halves, top, cx, edge, metal)


def ridge(
    layer: Layer, halves: Sequence[float], top: float, cx: float, row: float, metal: Metal
) -> None:
    """One raised line round a body, curved a little as seen from above."""
    points = [_wrap(halves, top, cx, 0.02 + 0.96 * i / 20, row) for i in range(21)]
    bowed = [(x, y + 5 * math.cos((i - 10) / 10 * math.pi / 2)) for i, (x, y) in enumerate(points)]
    layer.line(bowed, (*mix(metal[0], (10, 10, 8), 0.6), 255), 4)
    layer.line([(x, y - 3) for x, y in bowed], (*mix(metal[0], metal[1], 0.6), 200), 2)


def mask_face(layer: Layer, cx: float, cy: float, size: float, metal: Metal) -> None:
    """A beast mask (饕餮) in low relief: paired spirals, eyes, a central flange."""
    dark, light = mix(metal[0], (10, 10, 8), 0.62), mix(metal[0], metal[1], 0.66)
    for shift, colour in ((0.0, dark), (2.6, light)):
        fill = (*colour, 255)
        for side in (-1, 1):
            for x0, y0, s in ((0.34, -0.3, 0.34), (0.78, -0.16, 0.24), (0.62, 0.26, 0.26)):
                pts = [
                    (
                        cx + side * size * (x0 + math.cos(a) * s * (1 - a / 11)) + shift,
                        cy + size * (y0 + math.sin(a) * s * 0.74 * (1 - a / 11)) + shift,
                    )
                    for a in [i * 0.44 for i in range(22)]
                ]
                layer.line(pts, fill, size * 0.055)
            eye = (cx + side * size * 0.34 + shift, cy + shift)
            layer.disc(*eye, size * 0.13, None, ry=size * 0.1, outline=fill, width=size * 0.04)
            layer.disc(*eye, size * 0.045, fill)
        layer.line(
            [(cx + shift, cy - size * 0.6), (cx + shift, cy + size * 0.52)], fill, size * 0.07
        )


def _tube(layer: Layer, points: Sequence[Point], widths: Sequence[float], metal: Metal) -> None:
    """A round bar: dark edge, body, a line of light."""
    body, light, _ = metal
    layer.stroke(points, widths, (*mix(body, (8, 8, 6), 0.62), 255))
    layer.stroke(points, [w * 0.72 for w in widths], (*body, 255))
    lifted = [(x - widths[0] * 0.12, y - widths[0] * 0.08) for x, y in points]
    layer.stroke(lifted, [w * 0.2 for w in widths], (*mix(body, light, 0.7), 255))


def _ellipse_rim(
    layer: Layer, cx: float, y: float, half: float, depth: float, metal: Metal
) -> None:
    layer.disc(cx, y, half, (*mix(metal[0], metal[1], 0.35), 255), ry=depth)
    layer.disc(cx, y + 1, half * 0.92, (*mix(metal[0], (10, 8, 6), 0.72), 255), ry=depth * 0.78)


def _finish(
    studio: Studio, base: Image.Image, relief: Layer, metal: Metal, free: Layer | None = None
) -> Image.Image:
    """Lay relief on the body only, then free parts (rims, posts), then patina over all."""
    sheet = relief.done()
    sheet.putalpha(ImageChops.darker(sheet.getchannel("A"), base.getchannel("A")))
    whole = Image.alpha_composite(base, sheet)
    if free is not None:
        whole = Image.alpha_composite(whole, free.done())
    return patina(studio, whole, metal)


def ding(studio: Studio) -> Piece:
    """A round tripod with upright handles."""
    rng = studio.rng
    metal = rng.choice(METALS)
    under = studio.layer("RGBA", CLEAR)
    for x in (-232, 232):
        _tube(
            under,
            curve(
                (500 + x, 360),
                (500 + x * 1.02, 200),
                (500 + x * 0.62, 200),
                (500 + x * 0.6, 360),
                24,
            ),
            (34, 34),
            metal,
        )
    for x, w in ((-190, 92), (190, 92), (14, 80)):
        _tube(
            under,
            [(500 + x * 0.94, 600), (500 + x, 760), (500 + x * 1.02, 890)],
            (w, w * 0.6, w * 0.72),
            metal,
        )
    image = under.done()
    halves = profile([(0, 300), (0.08, 302), (0.13, 284), (0.5, 292), (1, 290)], 250)
    halves += [290 * math.sqrt(1 - (i / 150) ** 2.2) for i in range(148)]
    rim = studio.layer("RGBA", CLEAR)
    _ellipse_rim(rim, 500, 330, 304, 40, metal)
    lathe(studio, image, halves, 330, 500, metal)
    image = Image.alpha_composite(image, rim.done())
    over = studio.layer("RGBA", CLEAR)
    band(over, halves, 330, 500, 72, 50, metal, n=18)
    for u in (0.5, 0.2, 0.8):
        fx, fy = _wrap(halves, 330, 500, u, 210)
        mask_face(over, fx, fy, 92 if u == 0.5 else 60, metal)
    return Piece(_finish(studio, image, over, metal), (0.5, 0.54), (0.5, 0.5))


def hu(studio: Studio) -> Piece:
    """A tall jar with ring handles, a lid or none."""
    rng = studio.rng
    metal = rng.choice(METALS)
    belly = rng.uniform(206, 250)
    halves = profile(
        [
            (0, 122),
            (0.02, 128),
            (0.06, 108),
            (0.26, 88),
            (0.3, 92),
            (0.62, belly),
            (0.7, belly),
            (0.88, 136),
            (0.9, 138),
            (0.98, 174),
            (1, 176),
        ],
        770,
    )
    under = studio.layer("RGBA", CLEAR)
    for side in (-1, 1):
        x = 500 + side * 104
        _tube(
            under,
            curve((x, 220), (x + side * 84, 220), (x + side * 84, 330), (x, 330), 20),
            (20, 24, 20),
            metal,
        )
        ring = [
            (x + side * 56 + math.cos(a / 12 * math.pi) * 40, 372 + math.sin(a / 12 * math.pi) * 44)
            for a in range(25)
        ]
        _tube(under, ring, (15, 15), metal)
    image = under.done()
    lathe(studio, image, halves, 120, 500, metal)
    over, rim = studio.layer("RGBA", CLEAR), studio.layer("RGBA", CLEAR)
    _ellipse_rim(rim, 500, 122, 124, 17, metal)
    for share, height in ((0.09, 40), (0.44, 70), (0.9, 42)):
        band(over, halves, 120, 500, share * 770, height, metal, n=16)
    fx, fy = _wrap(halves, 120, 500, 0.5, 0.68 * 770)
    mask_face(over, fx, fy, 100, metal)
    ridge(over, halves, 120, 500, 0.8 * 770, metal)
    return Piece(_finish(studio, image, over, metal, rim), (0.5, 0.62), (0.5, 0.5))


def zun(studio: Studio) -> Piece:
    """A trumpet-mouthed vase with flanges."""
    metal = studio.rng.choice(METALS)
    halves = profile(
        [
            (0, 292),
            (0.03, 286),
            (0.3, 150),
            (0.4, 142),
            (0.43, 176),
            (0.52, 190),
            (0.61, 176),
            (0.64, 140),
            (0.8, 156),
            (0.97, 208),
            (1, 210),
        ],
        760,
    )
    image = studio.layer("RGBA", CLEAR).done()
    lathe(studio, image, halves, 130, 500, metal)
    over, free = studio.layer("RGBA", CLEAR), studio.layer("RGBA", CLEAR)
    _ellipse_rim(free, 500, 134, 292, 38, metal)
    for u in (0.03, 0.5, 0.97):
        for r0, r1 in ((0.43, 0.61), (0.68, 0.94)):
            for i in range(7):
                row = (r0 + (r1 - r0) * i / 7) * 760
                x, y = _wrap(halves, 130, 500, u, row)
                free.box(
                    (x - 9, y, x + 9, y + (r1 - r0) * 90),
                    (*mix(metal[0], metal[1], 0.3), 255),
                    outline=(*mix(metal[0], (8, 8, 6), 0.6), 255),
                    width=2,
                )
    for i in range(7):
        u = (i + 0.5) / 7
        a, c = _wrap(halves, 130, 500, u, 60), _wrap(halves, 130, 500, u, 250)
        left, right = (_wrap(halves, 130, 500, u + d, 250) for d in (-0.06, 0.06))
        for shift, colour in ((0.0, mix(metal[0], (8, 8, 6), 0.6)), (2.4, mix(*metal[:2], 0.6))):
            over.line(
                [(p[0] + shift, p[1] + shift) for p in (left, a, right, c, left)], (*colour, 255), 4
            )
    for u in (0.27, 0.73):
        x, y = _wrap(halves, 130, 500, u, 0.52 * 760)
        mask_face(over, x, y, 74, metal)
        x, y = _wrap(halves, 130, 500, u, 0.82 * 760)
        mask_face(over, x, y, 70, metal)
    for share in (0.4, 0.43, 0.61, 0.66, 0.95):
        ridge(over, halves, 130, 500, share * 760, metal)
    return Piece(_finish(studio, image, over, metal, free), (0.5, 0.52), (0.5, 0.55))


def jue(studio: Studio) -> Piece:
    """A wine cup on three blades, spout and tail, two posts, one handle."""
    metal = studio.rng.choice(METALS)
    body, light, _ = metal
    under = studio.layer("RGBA", CLEAR)
    for x0, x1 in ((-96, -150), (100, 168), (6, 20)):
        leg = [(500 + x0 - 34, 560), (500 + x0 + 34, 560), (500 + x1 + 9, 900), (500 + x1 - 9, 900)]
        under.polygon(leg, (*mix(body, (8, 8, 6), 0.5), 255))
        under.polygon(
            [(500 + x0 - 22, 560), (500 + x0 + 8, 560), (500 + x1, 896)],
            (*mix(body, light, 0.36), 255),
        )
    spout = curve((390, 330), (300, 300), (200, 250), (120, 210), 16) + curve(
        (126, 232), (200, 320), (300, 400), (380, 450), 16
    )
    tail = curve((620, 330), (700, 300), (800, 250), (880, 196), 16) + curve(
        (880, 196), (800, 320), (720, 410), (620, 460), 16
    )
    for shape, shade in ((spout, 0.3), (tail, 0.08)):
        under.polygon(
            shape,
            (*mix(body, light, shade), 255),
            outline=(*mix(body, (8, 8, 6), 0.6), 255),
            width=4,
        )
    _tube(under, curve((640, 420), (760, 420), (760, 560), (632, 560), 22), (26, 30, 26), metal)
    image = under.done()
    halves = profile([(0, 140), (0.2, 128), (0.6, 126), (0.86, 138), (0.96, 110), (1, 60)], 290)
    lathe(studio, image, halves, 322, 504, metal)
    over, free = studio.layer("RGBA", CLEAR), studio.layer("RGBA", CLEAR)
    lip = curve((118, 206), (260, 250), (360, 338), (500, 336), 20) + curve(
        (500, 336), (640, 338), (780, 260), (884, 190), 20
    )
    _tube(free, lip, (9, 14, 14, 9), metal)
    for x in (424, 580):
        _tube(free, [(x, 338), (x, 214)], (20, 18), metal)
        free.polygon(
            [(x - 36, 216), (x + 36, 216), (x + 22, 176), (x, 160), (x - 22, 176)],
            (*mix(body, light, 0.24), 255),
            outline=(*mix(body, (8, 8, 6), 0.6), 255),
            width=4,
        )
    band(over, halves, 322, 504, 74, 30, metal, n=12)
    mask_face(over, 504, 500, 88, metal)
    ridge(over, halves, 322, 504, 240, metal)
    return Piece(_finish(studio, image, over, metal, free), (0.7, 0.5), (0.5, 0.48))


def rubbing(studio: Studio) -> Image.Image:
    """An ink rubbing (拓片) of a cast inscription: pale characters on mottled black."""
    image = studio.paper((238, 232, 218))
    patch, text = studio.layer(), studio.layer()
    patch.box((150, 120, 850, studio.tall - 120), 255, radius=60)
    for i in range(3):
        column(
            text,
            studio.rng,
            700 - i * 200,
            210,
            count=max(2, round((studio.tall - 420) / 190)),
            size=160,
            weight=0.11,
            cursive=0.1,
        )
    mottled = ImageChops.multiply(patch.done(blur=4), studio.cloud(60).point(ramp(20, 105)))
    dark = ImageChops.subtract(mottled, text.done(blur=1))
    image.paste((38, 36, 36), (0, 0, *image.size), dark)
    return image
