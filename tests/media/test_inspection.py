"""What a file is, is read from its content; what does not fit is refused with words."""

import io
import struct
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from media.engine import Kind, Limits, PictureRefused, inspect_picture
from media.engine import refusals as no

from . import pictures

CAPS = Limits(max_pixels=128_000_000, max_bytes=100_000_000, max_frames=1, min_edge=1)
KINDS = {
    "jpg": Kind.JPEG,
    "png": Kind.PNG,
    "webp": Kind.WEBP,
    "avif": Kind.AVIF,
    "tif": Kind.TIFF,
    "heic": Kind.HEIC,
}


def judge(content: bytes, name: str, folder: Path, limits: Limits = CAPS):
    path = folder / "upload"
    path.write_bytes(content)
    return inspect_picture(path, name=name, limits=limits)


@pytest.mark.parametrize("ending", KINDS)
def test_every_accepted_type_passes_and_its_size_is_known(ending, tmp_path):
    facts = judge(pictures.a_file(ending), f"春山.{ending.upper()}", tmp_path)
    assert (facts.kind, facts.width, facts.height, facts.frames) == (KINDS[ending], 640, 480, 1)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_unusual_pixels_are_pictures_too(mode, tmp_path):
    picture = Image.new(mode, (50, 40)) if mode == "I;16" else pictures.hills((50, 40), mode)
    ending = "tif" if mode == "CMYK" else "png"
    assert judge(pictures.encoded(picture, ending), f"x.{ending}", tmp_path).pixels == 2000


def test_a_single_pixel_passes_unless_the_rule_asks_for_more(tmp_path):
    dot = pictures.encoded(Image.new("RGB", (1, 1)), "png")
    assert judge(dot, "x.png", tmp_path).pixels == 1
    with pytest.raises(no.TooSmall) as refusal:
        judge(dot, "x.png", tmp_path, Limits(10**8, 10**8, 1, 64))
    assert "短边至少要64像素" in str(refusal.value.message)


def test_a_png_that_says_it_is_a_jpeg_is_refused_with_what_it_really_is(tmp_path):
    with pytest.raises(no.NameMismatch) as refusal:
        judge(pictures.a_file("png"), "春山.jpg", tmp_path)
    assert str(refusal.value) == "文件名以“.jpg”结尾，内容却是PNG图片。"
    assert "“.png”" in str(refusal.value.hint)
    assert refusal.value.data == {"found": "PNG", "claimed": "jpg"}
    assert refusal.value.rule == "media.formats"


def test_a_name_without_an_extension_is_refused(tmp_path):
    with pytest.raises(no.NameMismatch):
        judge(pictures.a_file(), "blob", tmp_path)


FOREIGN = {
    "SVG": b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>',
    "GIF": b"GIF89a/*" + b" " * 40 + b"*/=1;alert(1)",
    "HTML": b"<!DOCTYPE html><p>kite",
    "PDF": b"%PDF-1.7 kite",
    "ZIP": pictures.a_zip(),
    "BMP": b"BM" + struct.pack("<I", 100) + bytes(90),
    "PSD": b"8BPS\0\1" + bytes(40),
    "EXE": b"MZ" + bytes(80),
}


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("ending", ["jpg", "svg", "png"])
def test_other_types_are_refused_by_name_of_the_type(kind, ending, tmp_path):
    with pytest.raises(no.TypeNotAccepted) as refusal:
        judge(FOREIGN[kind], f"x.{ending}", tmp_path)
    assert f"{kind}文件" in str(refusal.value)


@pytest.mark.parametrize("content", [b"", b"kite", bytes(5000), b"\xff\xd8", b"RIFF1234WAVE"])
def test_what_is_no_picture_is_refused(content, tmp_path):
    with pytest.raises(no.NotAPicture):
        judge(content, "x.jpg", tmp_path)


def test_a_huge_header_is_refused_before_decoding_and_at_once(tmp_path):
    bomb = pictures.png_announcing(40_000, 40_000)
    tracemalloc.start()
    begin = time.perf_counter()
    with pytest.raises(no.TooManyPixels) as refusal:
        judge(bomb, "x.png", tmp_path)
    assert time.perf_counter() - begin < 0.5
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert str(refusal.value) == "图片有40000×40000像素，最多128,000,000像素。"


@pytest.mark.parametrize("ending", KINDS)
def test_the_pixel_cap_is_read_from_the_header_of_every_type(ending, tmp_path, monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("decoded before the cap")

    monkeypatch.setattr("media.engine.decode.verify", never)
    with pytest.raises(no.TooManyPixels):
        judge(pictures.a_file(ending), f"x.{ending}", tmp_path, Limits(300_000, 10**8, 1, 1))


def test_the_byte_cap_is_the_first_question(tmp_path):
    with pytest.raises(no.TooManyBytes) as refusal:
        judge(bytes(2_500_000), "x.exe", tmp_path, Limits(10**8, 2_000_000, 1, 1))
    assert str(refusal.value) == "文件有2.5MB，超过上限2MB。"


@pytest.mark.parametrize("ending", ["png", "webp", "avif", "tif"])
def test_more_frames_than_the_rule_allows_are_refused(ending, tmp_path):
    content = pictures.animated(ending)
    with pytest.raises(no.TooManyFrames) as refusal:
        judge(content, f"x.{ending}", tmp_path)
    assert refusal.value.data["frames"] == 3
    assert judge(content, f"x.{ending}", tmp_path, Limits(10**8, 10**8, 3, 1)).frames == 3


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize("tail", [pictures.a_zip(), b"<script>alert(1)</script>", b"\x01"])
def test_anything_after_the_end_of_the_picture_is_refused(ending, tail, tmp_path):
    with pytest.raises(PictureRefused) as refusal:
        judge(pictures.a_file(ending) + tail, f"x.{ending}", tmp_path)
    assert refusal.value.code in {"hidden_content", "truncated"}


HTML = b"<html><body><script>alert(1)</script>"


@pytest.mark.parametrize("marker", [0xFE, 0xE1, 0xED])
def test_a_jpeg_that_is_a_page_too_is_refused(marker, tmp_path):
    with pytest.raises(no.HiddenContent):
        judge(pictures.jpeg_with_segment(marker, b"x" * 3000 + HTML), "x.jpg", tmp_path)


def test_a_png_that_is_a_page_or_an_archive_inside_is_refused(tmp_path):
    whole = pictures.a_file("png")
    for body in (b"Comment\0" + HTML, b"Comment\0" + pictures.a_zip()):
        with pytest.raises(no.HiddenContent):
            judge(whole[:-12] + pictures.chunk(b"tEXt", body) + whole[-12:], "x.png", tmp_path)


def test_a_jpeg_that_is_a_pdf_too_is_refused(tmp_path):
    with pytest.raises(no.HiddenContent):
        judge(pictures.jpeg_with_segment(0xFE, b"%PDF-1.4 "), "x.jpg", tmp_path)


def test_the_gain_map_of_a_telephone_is_no_hidden_content(tmp_path):
    main = pictures.jpeg_with_segment(0xE2, b"MPF\0" + bytes(20))
    small = pictures.a_file("jpg", (80, 60))
    assert judge(main + small, "x.jpg", tmp_path).width == 640
    with pytest.raises(no.HiddenContent):  # nobody announced a second picture
        judge(pictures.a_file("jpg") + small, "x.jpg", tmp_path)
    with pytest.raises(no.Truncated):
        judge(main + small[:-40], "x.jpg", tmp_path)
    with pytest.raises(no.HiddenContent):
        judge(main + small * 5, "x.jpg", tmp_path)


SMALL = {
    **{ending: pictures.a_file(ending, (96, 64)) for ending in KINDS},
    "progressive.jpg": pictures.encoded(pictures.hills((96, 64)), "jpg", progressive=True),
    "deflated.tif": pictures.encoded(pictures.hills((96, 64)), "tif", compression="tiff_deflate"),
}


@pytest.mark.parametrize("sample", SMALL)
@given(part=st.floats(0, 1, exclude_max=True))
@settings(max_examples=60, deadline=None)
def test_a_picture_cut_anywhere_is_refused_and_never_crashes(sample, part, tmp_path_factory):
    whole = SMALL[sample]
    cut = whole[: int(len(whole) * part)]
    with pytest.raises(PictureRefused) as refusal:
        judge(cut, f"x.{sample.rpartition('.')[2]}", tmp_path_factory.mktemp("cut"))
    assert str(refusal.value) and str(refusal.value.hint)


@given(part=st.floats(0.3, 0.95))
@settings(max_examples=40, deadline=None)
def test_a_jpeg_cut_and_closed_again_is_refused(part, tmp_path_factory):
    whole = SMALL["jpg"]
    cut = whole[: int(len(whole) * part)].rstrip(b"\xff") + b"\xff\xd9"
    with pytest.raises(PictureRefused):
        judge(cut, "x.jpg", tmp_path_factory.mktemp("cut"))


@pytest.mark.parametrize("sample", SMALL)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_changed_byte_is_refused_or_read_but_never_crashes(sample, data, tmp_path_factory):
    content = bytearray(SMALL[sample])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        facts = judge(
            bytes(content), f"x.{sample.rpartition('.')[2]}", tmp_path_factory.mktemp("bit")
        )
    except PictureRefused:
        return
    assert facts.pixels <= CAPS.max_pixels


def test_a_png_without_its_last_rows_is_refused(tmp_path):
    import zlib

    whole = pictures.a_file("png")
    rows = zlib.compress(bytes((1 + 640 * 3) * 100))
    short = whole[:33] + pictures.chunk(b"IDAT", rows) + pictures.chunk(b"IEND", b"")
    with pytest.raises(no.Damaged):
        judge(short, "x.png", tmp_path)


def test_a_jpeg_with_thousands_of_scans_is_refused(tmp_path):
    out = io.BytesIO()
    pictures.hills((64, 64)).save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    last = whole.rindex(b"\xff\xda")
    with pytest.raises(no.Damaged):
        judge(whole[:-2] + whole[last:-2] * 300 + b"\xff\xd9", "x.jpg", tmp_path)


def test_a_tiff_whose_directories_run_in_a_circle_is_refused(tmp_path):
    content = bytearray(pictures.a_file("tif", (64, 64)))
    start = struct.unpack_from("<I", content, 4)[0]
    count = struct.unpack_from("<H", content, start)[0]
    struct.pack_into("<I", content, start + 2 + 12 * count, start)
    with pytest.raises(no.Damaged):
        judge(bytes(content), "x.tif", tmp_path)
