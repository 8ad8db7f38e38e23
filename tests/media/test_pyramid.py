"""Pyramids: colour-true, upright at any turn, without anything that the camera wrote."""

import io
from pathlib import Path

import pytest
import pyvips
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from media.engine import Kind, iiif, pyramid
from media.engine.render import draw

from . import pictures

LIMITS = iiif.Limits(edge=8000, area=64_000_000)
# The quarters, clockwise from the upper left.
COLOURS = [(200, 40, 40), (40, 160, 60), (50, 70, 190), (220, 200, 60)]


def quarters(size: tuple[int, int] = (1280, 800)) -> Image.Image:
    picture = Image.new("RGB", size)
    drawing = ImageDraw.Draw(picture)
    w, h = size
    places = [(0, 0), (w // 2, 0), (w // 2, h // 2), (0, h // 2)]
    for (x, y), colour in zip(places, COLOURS, strict=True):
        drawing.rectangle((x, y, x + w // 2, y + h // 2), fill=colour)
    return picture


def built(content: bytes, kind: Kind, folder: Path) -> tuple[Path, pyramid.Built]:
    source, target = folder / "original", folder / "pyramid.tif"
    source.write_bytes(content)
    return target, pyramid.build(source, kind, target)


def asked(target: Path, made: pyramid.Built, path: str) -> Image.Image:
    request = iiif.read_request(path, width=made.width, height=made.height, limits=LIMITS)
    opened = Image.open(io.BytesIO(pyramid.render(target, made, request)))
    opened.load()
    return opened


def near(found, wanted, by: int = 8) -> bool:
    return all(abs(a - b) <= by for a, b in zip(found[:3], wanted, strict=True))


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    w, h = picture.size
    inset = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]
    return [picture.convert("RGB").getpixel((int(w * x), int(h * y))) for x, y in inset]


def test_levels_halve_until_one_tile_holds_the_picture(tmp_path):
    target, made = built(pictures.encoded(quarters((2100, 1300))), Kind.JPEG, tmp_path)
    assert made == pyramid.Built(2100, 1300, 1)
    levels = []
    for page in range(len(iiif.scale_factors(2100, 1300))):
        level = pyvips.Image.tiffload(str(target), page=page)
        levels.append((level.width, level.height))
    assert levels == [(2100, 1300), (1050, 650), (525, 325), (262, 162)]
    assert max(levels[-1]) <= iiif.TILE


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "avif", "tif", "heic"])
def test_every_accepted_type_gets_a_pyramid(ending, tmp_path):
    kind = next(k for k in Kind if k.extension == f".{ending}")
    target, made = built(pictures.encoded(quarters(), ending), kind, tmp_path)
    assert (made.width, made.height) == (1280, 800)
    for found, wanted in zip(
        corners(asked(target, made, "full/640,/0/default.jpg")), COLOURS, strict=True
    ):
        assert near(found, wanted, 12)


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_turned_picture_is_upright_in_every_region(turn, tmp_path):
    content = pictures.encoded(quarters(), exif=pictures.exif(orientation=turn))
    target, made = built(content, Kind.JPEG, tmp_path)
    upright = Image.open(io.BytesIO(content))
    upright = ImageOps.exif_transpose(upright).convert("RGB")
    assert (made.width, made.height) == upright.size and made.turn == turn
    for box in ((0, 0, 500, 300), (100, 350, 610, 400), (made.width - 120, 7, 120, 90)):
        x, y, w, h = box
        path = f"{x},{y},{w},{h}/!200,200/0/default.png"
        found = asked(target, made, path)
        wanted = upright.crop((x, y, x + w, y + h)).resize(found.size)
        for a, b in zip(corners(found), corners(wanted), strict=True):
            assert near(a, b, 14), (turn, box)


def test_nothing_that_the_camera_wrote_is_in_the_pyramid_or_in_a_tile(tmp_path):
    content = pictures.encoded(pictures.hills(), exif=pictures.exif(), xmp=pictures.xmp())
    for word in (pictures.SERIAL.encode(), pictures.PLACE.encode(), pictures.MAKER):
        assert word in content
    target, made = built(content, Kind.JPEG, tmp_path)
    request = iiif.read_request("full/max/0/default.jpg", width=640, height=480, limits=LIMITS)
    for made_bytes in (target.read_bytes(), pyramid.render(target, made, request)):
        for word in (pictures.SERIAL.encode(), pictures.PLACE.encode(), pictures.MAKER, b"Exif"):
            assert word not in made_bytes


def test_a_wide_profile_is_turned_into_the_same_srgb_as_the_public_pictures(tmp_path):
    profile = pictures.wide_gamut_profile()
    content = pictures.encoded(quarters(), "png", icc_profile=profile)
    target, made = built(content, Kind.PNG, tmp_path)
    found = corners(asked(target, made, "full/480,/0/default.png"))
    drawn = {d.kind: d for d in draw(tmp_path / "original", Kind.PNG, width=1280, height=800)}
    wanted = corners(Image.open(io.BytesIO(drawn["jpeg-480"].content)))
    for a, b in zip(found, wanted, strict=True):
        assert near(a, b)
    assert any(not near(a, b) for a, b in zip(found, COLOURS, strict=True)), "nothing was converted"


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGBA", "I;16", "P"])
def test_every_colour_model_ends_in_srgb(mode, tmp_path):
    ending = "tif" if mode in ("CMYK", "I;16") else "png"
    picture = quarters().quantize(16) if mode == "P" else quarters().convert("L")
    if mode == "I;16":
        picture = picture.convert("I").point(lambda v: v * 257).convert("I;16")
    elif mode not in ("P", "L"):
        picture = quarters().convert(mode)
    kind = Kind.TIFF if ending == "tif" else Kind.PNG
    target, made = built(pictures.encoded(picture, ending), kind, tmp_path)
    found = asked(target, made, "full/640,/0/default.jpg")
    assert found.mode == "RGB"
    drawn = {d.kind: d for d in draw(tmp_path / "original", kind, width=1280, height=800)}
    public = corners(Image.open(io.BytesIO(drawn["jpeg-800"].content)))
    assert all(near(a, b) for a, b in zip(corners(found), public, strict=True))
    if mode in ("RGBA", "P"):
        assert all(near(a, b) for a, b in zip(public, COLOURS, strict=True))


def test_clear_parts_are_white(tmp_path):
    picture = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    target, made = built(pictures.encoded(picture, "png"), Kind.PNG, tmp_path)
    assert near(asked(target, made, "full/max/0/default.jpg").getpixel((300, 300)), (255, 255, 255))


def test_mirror_turn_quality_and_format(tmp_path):
    target, made = built(pictures.encoded(quarters(), "png"), Kind.PNG, tmp_path)
    a, b, c, d = COLOURS
    for rotation, wanted, size in (
        ("0", [a, b, c, d], (640, 400)),
        ("!0", [b, a, d, c], (640, 400)),
        ("90", [d, a, b, c], (400, 640)),
        ("!90", [c, b, a, d], (400, 640)),
        ("180", [c, d, a, b], (640, 400)),
        ("270", [b, c, d, a], (400, 640)),
    ):
        found = asked(target, made, f"full/640,/{rotation}/default.png")
        assert found.size == size
        assert all(near(x, y) for x, y in zip(corners(found), wanted, strict=True)), rotation
    slanted = asked(target, made, "full/640,/22.5/default.png")
    assert slanted.mode == "RGBA" and slanted.getpixel((0, 0))[3] == 0
    assert asked(target, made, "full/640,/22.5/default.jpg").getpixel((1, 1)) == (255, 255, 255)
    grey = asked(target, made, "full/640,/0/gray.jpg")
    assert grey.mode == "L"
    bitonal = asked(target, made, "full/640,/0/bitonal.png")
    assert {colour for _n, colour in bitonal.convert("L").getcolors()} == {0, 255}
    assert asked(target, made, "full/640,/0/default.webp").format == "WEBP"


@given(st.sampled_from(range(1, 9)), st.integers(1, 90), st.integers(1, 90), st.data())
def test_a_box_of_the_upright_picture_lies_inside_the_stored_one(turn, width, height, data):
    across, down = (height, width) if turn in pyramid.SIDEWAYS else (width, height)
    x, y = data.draw(st.integers(0, across - 1)), data.draw(st.integers(0, down - 1))
    w, h = data.draw(st.integers(1, across - x)), data.draw(st.integers(1, down - y))
    stored = pyramid.stored_box(iiif.Box(x, y, w, h), turn, width, height)
    assert stored.x >= 0 and stored.x + stored.width <= width
    assert stored.y >= 0 and stored.y + stored.height <= height
    assert stored.width * stored.height == w * h


@given(st.integers(1, 30_000), st.integers(1, 30_000), st.integers(1, 9000), st.integers(1, 9000))
def test_the_level_has_the_pixels_or_the_reading_would_be_too_much(width, height, w, h):
    box, levels = iiif.Box(0, 0, width, height), len(iiif.scale_factors(width, height))
    level = pyramid.level_for(box, (w, h), levels)
    assert 0 <= level < levels
    read = (width >> level) * (height >> level)
    assert read <= pyramid.MAX_PIXELS_READ or level == levels - 1
    above = (width >> max(level - 1, 0)) * (height >> max(level - 1, 0))
    enough = width >> level >= w and height >> level >= h
    assert level == 0 or enough or above > pyramid.MAX_PIXELS_READ
