"""Public pictures: upright, in sRGB, light, and without anything that the camera wrote."""

import io
from pathlib import Path

import pytest
import pyvips
from PIL import Image

from media.engine import Kind
from media.engine.render import AVIF_BYTES, Drawn, draw, kinds

from . import pictures

KINDS = {
    "jpg": Kind.JPEG,
    "png": Kind.PNG,
    "webp": Kind.WEBP,
    "avif": Kind.AVIF,
    "tif": Kind.TIFF,
    "heic": Kind.HEIC,
}


def drawn(content: bytes, kind: Kind, folder: Path) -> dict[str, Drawn]:
    path = folder / "original"
    path.write_bytes(content)
    size = Image.open(io.BytesIO(content)).size
    return {d.kind: d for d in draw(path, kind, width=size[0], height=size[1])}


def middle(picture: Drawn) -> tuple[int, ...]:
    opened = Image.open(io.BytesIO(picture.content)).convert("RGB")
    return opened.getpixel((opened.width // 2, opened.height // 2))


def near(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 6) -> bool:
    return all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def test_sizes_go_up_to_the_original_and_never_beyond(tmp_path):
    large = drawn(pictures.a_file("jpg", (3000, 2000)), Kind.JPEG, tmp_path)
    assert {k: max(d.width, d.height) for k, d in large.items()} == {
        "jpeg-480": 480,
        "jpeg-800": 800,
        "jpeg-1200": 1200,
        "jpeg-1600": 1600,
        "jpeg-2400": 2400,
        "avif-480": 480,
        "avif-800": 800,
        "avif-1200": 1200,
    }
    small = drawn(pictures.a_file("jpg", (500, 300)), Kind.JPEG, tmp_path)
    assert {k: (d.width, d.height) for k, d in small.items()} == {
        "jpeg-480": (480, 288),
        "jpeg-800": (500, 300),
        "avif-480": (480, 288),
        "avif-800": (500, 300),
    }
    assert sorted(small) == sorted(kinds(500, 300))
    dot = drawn(pictures.encoded(Image.new("RGB", (1, 1), "red"), "png"), Kind.PNG, tmp_path)
    assert {(d.width, d.height) for d in dot.values()} == {(1, 1)}


@pytest.mark.parametrize(("ending", "kind"), KINDS.items())
def test_place_and_camera_are_gone_from_every_public_picture(ending, kind, tmp_path):
    options = {"exif": pictures.exif()} if ending != "tif" else {"tiffinfo": pictures.exif()}
    if ending in ("jpg", "webp", "avif", "heic"):
        options["xmp"] = pictures.xmp()
    content = pictures.encoded(pictures.hills((1300, 900)), ending, **options)
    if ending != "tif":
        before = Image.open(io.BytesIO(content)).getexif()
        assert before.get_ifd(0x8825)[2], "the original does hold a place"
        assert pictures.SERIAL.encode() in content and pictures.MAKER in content
    for picture in drawn(content, kind, tmp_path).values():
        opened = Image.open(io.BytesIO(picture.content))
        assert dict(opened.getexif()) == {}
        assert not opened.getexif().get_ifd(0x8825) and not opened.getexif().get_ifd(0x8769)
        assert not {"exif", "xmp", "icc_profile", "comment"} & opened.info.keys()
        fields = pyvips.Image.new_from_buffer(picture.content, "").get_fields()
        assert not [f for f in fields if f.startswith(("exif-", "xmp-", "iptc-", "photoshop-"))]
        for secret in (b"Kite 7", b"Weifang", pictures.SERIAL.encode(), pictures.MAKER, b"Exif"):
            assert secret not in picture.content
        assert pictures.PLACE.encode() not in picture.content


def marked(size=(600, 400)) -> Image.Image:
    """Red where the upper left corner is, blue elsewhere."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return picture


TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize(("ending", "kind"), [pair for pair in KINDS.items() if pair[0] != "heic"])
def test_the_picture_stands_upright(turn, ending, kind, tmp_path):
    method = TURNS[turn]
    stored = marked() if method is None else marked().transpose(method)
    tags = (
        {"tiffinfo": {0x0112: turn}}
        if ending == "tif"
        else {"exif": pictures.exif(orientation=turn)}
    )
    public = drawn(pictures.encoded(stored, ending, **tags), kind, tmp_path)
    for picture in public.values():
        opened = Image.open(io.BytesIO(picture.content)).convert("RGB")
        assert opened.width > opened.height
        assert (picture.width, picture.height) == opened.size
        w, h = opened.size
        assert near(opened.getpixel((w // 8, h // 8)), (255, 0, 0), 20)
        for corner in ((w * 7 // 8, h // 8), (w // 8, h * 7 // 8), (w * 7 // 8, h * 7 // 8)):
            assert near(opened.getpixel(corner), (0, 0, 255), 20)


def test_in_heic_only_the_container_turns_the_picture(tmp_path):
    content = pictures.encoded(marked(), "heic", exif=pictures.exif(orientation=6))
    assert b"irot" not in content
    for picture in drawn(content, Kind.HEIC, tmp_path).values():
        assert picture.width > picture.height


def test_a_wide_gamut_picture_is_converted_and_not_only_relabelled(tmp_path):
    from PIL import ImageCms

    profile = pictures.wide_gamut_profile()
    stored = (180, 120, 90)
    picture = Image.new("RGB", (300, 300), stored)
    wide = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    expected = ImageCms.profileToProfile(picture, wide, ImageCms.createProfile("sRGB"))
    wanted = expected.getpixel((9, 9))
    assert not near(wanted, stored, 4), "the test colour must move"
    for ending, kind in (("jpg", Kind.JPEG), ("png", Kind.PNG), ("tif", Kind.TIFF)):
        content = pictures.encoded(picture, ending, icc_profile=profile)
        for public in drawn(content, kind, tmp_path).values():
            assert near(middle(public), wanted)


def test_a_broken_profile_does_not_hide_the_picture(tmp_path):
    content = pictures.encoded(Image.new("RGB", (300, 300), "#884422"), icc_profile=b"junk" * 50)
    for public in drawn(content, Kind.JPEG, tmp_path).values():
        assert near(middle(public), (0x88, 0x44, 0x22))


def test_sixteen_bits_palette_grey_and_transparency_become_plain_colours(tmp_path):
    grey = Image.new("I;16", (300, 200), 0x8080)
    half = Image.new("RGBA", (300, 200), (255, 0, 0, 0))
    palette = Image.new("RGB", (300, 200), "#336699").convert("P")
    for picture, wanted in (
        (grey, (0x80, 0x80, 0x80)),
        (half, (255, 255, 255)),
        (palette, (0x33, 0x66, 0x99)),
        (Image.new("L", (300, 200), 77), (77, 77, 77)),
        (Image.new("LA", (300, 200), (77, 255)), (77, 77, 77)),
    ):
        for public in drawn(pictures.encoded(picture, "png"), Kind.PNG, tmp_path).values():
            assert near(middle(public), wanted), picture.mode


@pytest.mark.parametrize(("ending", "kind"), [("jpg", Kind.JPEG), ("tif", Kind.TIFF)])
def test_printing_colours_become_screen_colours(ending, kind, tmp_path):
    ink = Image.new("CMYK", (300, 200), (0, 255, 255, 0))
    for public in drawn(pictures.encoded(ink, ending), kind, tmp_path).values():
        red, green, blue = middle(public)
        assert red > 180 and green < 90 and blue < 90


def test_the_first_picture_stays_light_even_when_the_original_is_noise(tmp_path):
    noise = Image.effect_noise((1400, 1000), 120).convert("RGB")
    public = drawn(pictures.encoded(noise, quality=95), Kind.JPEG, tmp_path)
    assert {k: len(d.content) <= AVIF_BYTES for k, d in public.items() if k[:4] == "avif"} == {
        "avif-480": True,
        "avif-800": True,
        "avif-1200": True,
    }


def test_an_embedded_preview_of_something_else_is_not_used(tmp_path):
    tags = pictures.exif()
    preview = pictures.encoded(Image.new("RGB", (1600, 1200), "lime"))[:60000]
    tags._ifds[1] = {0x0201: 0, 0x0202: len(preview)}
    content = pictures.encoded(Image.new("RGB", (1600, 1200), "navy"), exif=tags)
    for public in drawn(content, Kind.JPEG, tmp_path).values():
        assert near(middle(public), (0, 0, 128), 10)
