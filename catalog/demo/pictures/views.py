"""How works are photographed: hung or laid on a grey ground with a ruler, turned over, close up.

The ruler is true to the size given, so that a reader can measure on the picture.
"""

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from catalog.demo.pictures.bronzes import METALS, patina
from catalog.demo.pictures.studio import (
    CINNABAR,
    WALL,
    Colour,
    Layer,
    Piece,
    Point,
    Studio,
    curve,
    mix,
    multiply,
    ramp,
    times,
)
from catalog.demo.pictures.writing import column, seal

# Digits as strokes in a box 1 wide and 2 high: no font is used.
DIGITS: dict[str, tuple[tuple[Point, ...], ...]] = {
    "0": (((0.1, 0.3), (0.5, 0), (0.9, 0.3), (0.9, 1.7), (0.5, 2), (0.1, 1.7), (0.1, 0.3)),),
    "1": (((0.2, 0.4), (0.55, 0), (0.55, 2)),),
    "2": (((0.1, 0.4), (0.5, 0), (0.9, 0.4), (0.9, 0.8), (0.1, 2), (0.9, 2)),),
    "3": (((0.1, 0.1), (0.8, 0.1), (0.4, 0.85), (0.9, 1.2), (0.8, 1.8), (0.4, 2), (0.1, 1.8)),),
    "4": (((0.7, 2), (0.7, 0), (0.1, 1.4), (0.95, 1.4)),),
    "5": (((0.85, 0), (0.2, 0), (0.15, 0.9), (0.7, 0.8), (0.9, 1.3), (0.7, 1.9), (0.1, 1.9)),),
    "c": (((0.9, 0.9), (0.5, 0.7), (0.1, 1.0), (0.1, 1.7), (0.5, 2), (0.9, 1.8)),),
    "m": (
        ((0.05, 2), (0.05, 0.8)),
        ((0.05, 1.0), (0.3, 0.75), (0.5, 1.0), (0.5, 2)),
        ((0.5, 1.0), (0.75, 0.75), (0.95, 1.0), (0.95, 2)),
    ),
}
PATCHES: tuple[Colour, ...] = (
    (30, 30, 30),
    (92, 92, 92),
    (160, 160, 160),
    (245, 245, 243),
    (176, 46, 40),
    (224, 178, 52),
    (62, 122, 78),
    (44, 86, 146),
)


def backdrop(w: int, h: int, seed: int, colour: Colour = WALL) -> Image.Image:
    """A plain photographic ground: lighter above, darker corners."""
    studio = Studio(seed, w, h)
    ground = Image.new("RGB", (1, 64))
    for y in range(64):
        ground.putpixel((0, y), mix((243, 242, 239), colour, (y / 63) ** 1.3))
    image = ground.resize((w, h), Image.Resampling.BILINEAR)
    corners = Image.radial_gradient("L").resize((w, h), Image.Resampling.BILINEAR)
    image.paste((60, 56, 50), (0, 0, w, h), corners.point(times(0.1)))
    noise = studio.noise(w // 2, h // 2).point([128 + (v - 128) // 24 for v in range(256)])
    return ImageChops.overlay(image, Image.merge("RGB", [noise] * 3))


def shadow(
    image: Image.Image, mask: Image.Image, at: tuple[int, int], blur: float, tone: float
) -> None:
    """Darken a ground under a shape, softened; drawn small because it is soft anyway."""
    step, pad = 4, round(blur * 3)
    w, h = mask.width + 2 * pad, mask.height + 2 * pad
    soft = Image.new("L", (max(1, w // step), max(1, h // step)), 0)
    soft.paste(
        mask.resize((max(1, mask.width // step), max(1, mask.height // step))),
        (pad // step, pad // step),
    )
    soft = soft.filter(ImageFilter.GaussianBlur(blur / step)).resize(
        (w, h), Image.Resampling.BILINEAR
    )
    image.paste((40, 35, 30), (at[0] - pad, at[1] - pad), soft.point(times(tone)))


def label(layer: Layer, text: str, x: float, y: float, size: float, fill: object) -> None:
    """Write digits and "cm" with strokes; size is the width of one sign."""
    for sign in text:
        for line in DIGITS.get(sign, ()):
            layer.line([(x + px * size, y + py * size) for px, py in line], fill, size * 0.2)
        x += size * 1.5


def ruler(image: Image.Image, x: int, y: int, px_per_mm: float, widest: int) -> None:
    """A scale bar with centimetre ticks and colour patches, at (x, y), at most widest pixels."""
    length = next((cm for cm in (50, 20, 10, 5, 2, 1) if cm * 10 * px_per_mm <= widest), 1)
    bar = max(24, round(length * 10 * px_per_mm))
    thick = max(13, round(min(image.size) * 0.017))
    card = Layer(bar + thick * 5, thick * 4, 1.0, "RGB", (250, 250, 248))
    left, top = thick * 1.2, thick * 0.9
    steps = {50: 5, 20: 4, 10: 10, 5: 5, 2: 2, 1: 2}[length]
    for i in range(steps):
        a, b = left + bar * i / steps, left + bar * (i + 1) / steps
        card.box(
            (a, top, b, top + thick * 0.8),
            (28, 28, 28) if i % 2 == 0 else (250, 250, 248),
            outline=(28, 28, 28),
            width=1,
        )
    size = thick * 0.46
    label(card, "0", left - size / 2, top + thick * 1.3, size, (40, 40, 40))
    text = str(length)
    label(card, text, left + bar - size * len(text) * 0.7, top + thick * 1.3, size, (40, 40, 40))
    label(
        card,
        "cm",
        left + bar + size * (0.9 + len(text) * 0.6),
        top + thick * 1.3,
        size,
        (40, 40, 40),
    )
    patch = card.done()
    shadow(image, Image.new("L", patch.size, 255), (x + 2, y + 3), thick / 2, 0.3)
    image.paste(patch, (x, y))


def patches(image: Image.Image, right: int, y: int) -> None:
    """The eight colour patches of a studio target, ending at right."""
    cell = max(10, round(min(image.size) * 0.02))
    draw = ImageDraw.Draw(image)
    x = right - cell * len(PATCHES)
    draw.rectangle((x - 3, y - 3, right + 2, y + cell + 2), fill=(250, 250, 248))
    for i, tint in enumerate(PATCHES):
        draw.rectangle((x + i * cell, y, x + (i + 1) * cell - 2, y + cell - 1), fill=tint)


def mounted(piece: Image.Image, style: str, seed: int, unit: float) -> tuple[Image.Image, int, int]:
    """Put a flat work in its mount. Returns the whole and where the work's corner lies in it."""
    w, h = piece.size
    rng = random.Random(seed)  # noqa: S311 - pictures, not secrets
    if style == "scroll":
        return _scroll(piece, seed, rng)
    if style == "frame":
        edge, wood = (
            round(46 * unit),
            rng.choice(((58, 40, 28), (150, 116, 62), (36, 34, 34), (206, 196, 178))),
        )
        whole = Image.new("RGB", (w + edge * 2, h + edge * 2), wood)
        draw = ImageDraw.Draw(whole)
        for i in range(edge):
            t = math.sin(i / edge * math.pi)
            draw.rectangle(
                (i, i, whole.width - 1 - i, whole.height - 1 - i),
                outline=mix(mix(wood, (12, 10, 8), 0.4), mix(wood, (255, 244, 220), 0.34), t),
            )
        whole.paste(piece, (edge, edge))
        return whole, edge, edge
    return piece, 0, 0


def _scroll(piece: Image.Image, seed: int, rng: random.Random) -> tuple[Image.Image, int, int]:
    w, h = piece.size
    silk: Colour = rng.choice(((206, 196, 172), (182, 190, 184), (196, 182, 164), (170, 176, 186)))
    side, above, below = round(w * 0.085), round(w * 0.46), round(w * 0.28)
    rod = round(w * 0.05)
    whole = Image.new("RGB", (w + side * 2, h + above + below), silk)
    studio = Studio(seed + 5, *whole.size)
    weave = studio.noise(whole.width // 3, whole.height // 3).point(
        [128 + (v - 128) // 14 for v in range(256)]
    )
    whole = ImageChops.overlay(whole, Image.merge("RGB", [weave] * 3))
    draw = ImageDraw.Draw(whole)
    band = mix(silk, (92, 74, 52), 0.34)
    for y0, y1 in (
        (round(above * 0.62), round(above * 0.9)),
        (h + above + round(w * 0.03), h + above + round(w * 0.12)),
    ):
        draw.rectangle((0, y0, whole.width, y1), fill=mix(silk, (248, 244, 232), 0.5))
        draw.line((0, y0, whole.width, y0), fill=band, width=2)
        draw.line((0, y1, whole.width, y1), fill=band, width=2)
    for x in (round(whole.width * 0.36), round(whole.width * 0.62)):
        draw.rectangle(
            (x, rod, x + max(3, w // 60), round(above * 0.6)), fill=mix(silk, (250, 246, 236), 0.6)
        )
    draw.rectangle(
        (side - 3, above - 3, side + w + 2, above + h + 2),
        outline=mix(silk, (250, 247, 238), 0.7),
        width=3,
    )
    whole.paste(piece, (side, above))
    out = Image.new("RGBA", (whole.width + rod * 2, whole.height + rod), (0, 0, 0, 0))
    out.paste(whole, (rod, rod // 2))
    draw = ImageDraw.Draw(out)
    for y0, thick, reach in (
        (0, round(rod * 0.6), rod * 0.85),
        (out.height - rod - 2, rod, 0),
    ):
        for i in range(thick):
            t = math.sin((i + 0.5) / thick * math.pi)
            draw.line(
                (reach, y0 + i, out.width - reach, y0 + i),
                fill=(*mix((44, 26, 18), (150, 104, 66), t), 255),
            )
    return out, side + rod, above + rod // 2


def verso_flat(piece: Piece, seed: int) -> Image.Image:
    """The back of a flat work: toned paper, the picture faintly through, a label, a stain."""
    w, h = piece.image.size
    studio = Studio(seed + 31, w, h)
    image = studio.paper((222, 206, 176), strength=1.1)
    through = ImageChops.invert(piece.image.convert("L").transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    multiply(image, through.filter(ImageFilter.GaussianBlur(3)), (150, 138, 118), 0.34)
    stain = studio.cloud(4).point(ramp(150, 200, 90))
    multiply(image, stain, (196, 168, 126))
    slip, text = studio.layer(), studio.layer()
    x, y = 640.0, min(studio.tall * 0.08, 120.0)
    slip.box((x, y, x + 260, y + 170), 255)
    image.paste((246, 242, 230), (0, 0, w, h), slip.done())
    for i in range(5):
        column(text, studio.rng, x + 224 - i * 44, y + 18, count=4 if i % 2 else 3, size=28)
    image.paste((70, 62, 56), (0, 0, w, h), text.done())
    title = studio.layer()
    column(title, studio.rng, 110, y, count=6, size=54, weight=0.1, cursive=0.3)
    image.paste((60, 52, 48), (0, 0, w, h), title.done().point(times(0.8)))
    seal(studio, image, x + 190, y + 200, 60, white=False)
    if piece.image.mode == "RGBA":
        alpha = piece.image.getchannel("A")
        image.putalpha(alpha.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    return image


def verso_solid(piece: Piece, kind: str, seed: int) -> Image.Image:
    """The back of a kite with its bamboo, or the base of a vessel, box or stone (RGBA)."""
    image = piece.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    studio = Studio(seed + 47, *image.size)
    alpha = image.getchannel("A")
    if kind.startswith("bronze"):
        return _base(studio)
    if kind.startswith("kite"):
        pale = Image.blend(image.convert("RGB"), Image.new("RGB", image.size, (240, 230, 206)), 0.7)
        if kind == "kite_dragon":
            pale.putalpha(alpha)
            return pale
        sticks = studio.layer()
        paths = [
            [(500.0, 60.0), (500.0, 980.0)],
            curve((20, 400), (240, 230), (420, 330), (500, 380)),
            curve((980, 400), (760, 230), (580, 330), (500, 380)),
            curve((60, 470), (260, 470), (420, 470), (500, 500)),
            curve((940, 470), (740, 470), (580, 470), (500, 500)),
            [(490.0, 480.0), (260.0, 900.0)],
            [(510.0, 480.0), (740.0, 900.0)],
        ]
        for path in paths:
            sticks.stroke(path, (11, 13, 11), 255)
        bones = ImageChops.darker(sticks.done(), alpha)
        multiply(pale, ImageChops.offset(bones, 4, 5), (150, 130, 104), 0.8)
        pale.paste((190, 152, 92), (0, 0, *pale.size), bones)
        pale.putalpha(alpha)
        return pale
    if kind.endswith("fan"):
        bare = Image.blend(
            image.convert("RGB"), Image.new("RGB", image.size, (226, 212, 180)), 0.86
        )
        bare.putalpha(alpha)
        return bare
    return _plain_base(image, studio, alpha)


def _plain_base(image: Image.Image, studio: Studio, alpha: Image.Image) -> Image.Image:
    """A plain underside with an incised mark."""
    middle = image.convert("RGB").resize((9, 9), Image.Resampling.BOX).getpixel((4, 5))
    flat = Image.new("RGB", image.size, middle)
    noise = studio.noise(studio.w // 3, studio.h // 3).point(
        [128 + (v - 128) // 7 for v in range(256)]
    )
    flat = ImageChops.overlay(flat, Image.merge("RGB", [noise] * 3))
    shade = studio.cloud(3).point(ramp(60, 220, 90))
    multiply(flat, shade, (120, 110, 100))
    text = studio.layer()
    for i in range(2):
        column(
            text,
            studio.rng,
            570 - i * 140,
            studio.tall * 0.3,
            count=3,
            size=100,
            weight=0.09,
            cursive=0.1,
        )
    cut = ImageChops.darker(text.done(), alpha)
    flat.paste(
        mix((240, 230, 210), CINNABAR, 0.0),
        (0, 0, *flat.size),
        ImageChops.offset(cut, 2, 2).point(times(0.35)),
    )
    flat.paste((24, 20, 18), (0, 0, *flat.size), cut.point(times(0.75)))
    flat.putalpha(alpha)
    return flat


def _base(studio: Studio) -> Image.Image:
    """The underside of a vessel: rings of cast metal, patina, a mark."""
    metal = studio.rng.choice(METALS)
    layer = studio.layer("RGBA", (0, 0, 0, 0))
    cy = studio.tall / 2
    for i in range(60):
        r = 380 - i * 6.2
        t = 0.5 + 0.5 * math.sin(i * 0.34)
        layer.disc(
            500,
            cy,
            r,
            (*mix(mix(metal[0], (20, 18, 14), 0.4), mix(metal[0], metal[1], 0.4), t), 255),
        )
    layer.disc(500, cy, 250, (*mix(metal[0], (20, 18, 14), 0.3), 255))
    for i in range(2):
        column(
            layer,
            studio.rng,
            560 - i * 120,
            cy - 130,
            count=2,
            size=110,
            weight=0.1,
            cursive=0.0,
            fill=(*mix(metal[0], metal[1], 0.6), 255),
        )
    return patina(studio, layer.done(), metal)
