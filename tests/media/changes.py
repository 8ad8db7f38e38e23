"""What happens to pictures on their way from one place to another: the table of the registry rules."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

Change = Callable[[Image.Image], Image.Image]


def _jpeg(picture: Image.Image) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=40)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def _watermark(picture: Image.Image) -> Image.Image:
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    drawing = ImageDraw.Draw(layer)
    w, h = picture.size
    for n in range(-4, 8):
        at = (w * n / 6, 0, w * n / 6 + h, h)
        drawing.line(at, fill=(255, 255, 255, 110), width=max(2, w // 90))
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _crop(left: float, top: float, right: float, bottom: float) -> Change:
    def change(picture: Image.Image) -> Image.Image:
        w, h = picture.size
        box = (round(w * left), round(h * top), round(w * (1 - right)), round(h * (1 - bottom)))
        return picture.crop(box)

    return change


def _skew(picture: Image.Image) -> Image.Image:
    """A photograph taken from the side: two corners move in by a fifteenth."""
    w, h = picture.size
    shift = w / 15
    source = [(0, 0), (w, 0), (w, h), (0, h)]
    target = [(0, 0), (w, shift), (w - shift, h - shift), (shift, h)]
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    plane = np.linalg.solve(np.array(rows, float), np.array(values, float))
    return picture.transform(
        picture.size, Image.Transform.PERSPECTIVE, tuple(plane), Image.Resampling.BILINEAR
    )


CHANGES: dict[str, Change] = {
    "JPEG 40": _jpeg,
    "half size": lambda p: p.resize((p.width // 2, p.height // 2), Image.Resampling.LANCZOS),
    "grey": lambda p: p.convert("L").convert("RGB"),
    "blur": lambda p: p.filter(ImageFilter.GaussianBlur(max(p.size) / 600)),
    "watermark": _watermark,
    "crop 5 %": _crop(0.05, 0.05, 0.05, 0.05),
    "crop 10 %": _crop(0.1, 0.1, 0.1, 0.1),
    "2° turn": lambda p: p.rotate(2, Image.Resampling.BILINEAR, fillcolor="white"),
    "8 % border": lambda p: ImageOps.expand(p, round(max(p.size) * 0.08), "white"),
    "mirror": ImageOps.mirror,
    "skew": _skew,
    "uneven crop 12 %": _crop(0.12, 0.02, 0.0, 0.1),
    "uneven crop 20 %": _crop(0.2, 0.0, 0.03, 0.18),
}
