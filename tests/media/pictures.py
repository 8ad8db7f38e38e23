"""Pictures and attack files, all made here: nothing is taken from elsewhere."""

import io
import struct
import zipfile
import zlib
from functools import lru_cache
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw, ImageFilter, TiffImagePlugin

pillow_heif.register_heif_opener()

FORMATS = {
    "jpg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "avif": "AVIF",
    "tif": "TIFF",
    "heic": "HEIF",
}
SERIAL, MAKER, PLACE = "SN-7731-KITE", b"kite-maker-note-of-the-camera", "place-of-the-studio"


def hills(size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    """A small landscape: soft noise, a sun, a ridge."""
    noise = Image.effect_noise(size, 40).filter(ImageFilter.GaussianBlur(3)).convert("RGB")
    drawing = ImageDraw.Draw(noise)
    w, h = size
    drawing.ellipse((w * 0.7, h * 0.1, w * 0.9, h * 0.35), fill=(200, 60, 50))
    drawing.polygon([(0, h), (w * 0.3, h * 0.4), (w * 0.6, h * 0.7), (w, h * 0.5), (w, h)], "#456")
    return noise if mode == "RGB" else noise.convert(mode)


def encoded(picture: Image.Image, ending: str = "jpg", **options: Any) -> bytes:
    """The picture's file in the format of that ending."""
    out = io.BytesIO()
    picture.save(out, FORMATS[ending], **options)
    return out.getvalue()


@lru_cache(maxsize=64)
def a_file(ending: str = "jpg", size: tuple[int, int] = (640, 480)) -> bytes:
    return encoded(hills(size), ending)


def exif(*, orientation: int = 1) -> Image.Exif:
    """EXIF as a telephone writes it: place, camera serial number, maker's note, orientation."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F], tags[0x0110] = "Weifang Optics", "Kite 7"
    tags._ifds[0x8769] = {0xA431: SERIAL, 0x927C: MAKER, 0x9003: "2026:03:01 10:00:00"}
    rational = TiffImagePlugin.IFDRational
    tags._ifds[0x8825] = {
        1: "N",
        2: (rational(36), rational(42), rational(1234, 100)),
        3: "E",
        4: (rational(119), rational(9), rational(4321, 100)),
    }
    return tags


def xmp() -> bytes:
    return (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf='
        b'"http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description>'
        + PLACE.encode()
        + b"</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk with a true checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_announcing(width: int, height: int) -> bytes:
    """A tiny PNG whose header promises that many pixels, with valid checksums."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(3 * 64))
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def tiny_png(number: int, edge: int = 200) -> bytes:
    """A whole grey PNG of a few hundred bytes, with another first pixels for every number."""
    rows = b"\0" + number.to_bytes(4, "big") + bytes(edge - 4) + (b"\0" + bytes(edge)) * (edge - 1)
    header = struct.pack(">IIBBBBB", edge, edge, 8, 0, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    pixels = zlib.compress(rows)
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("payload.js", "alert(1)")
    return out.getvalue()


def jpeg_with_segment(marker: int, body: bytes, picture: bytes | None = None) -> bytes:
    """A JPEG with one more segment directly behind its start."""
    picture = picture or a_file("jpg")
    head = bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2)
    return picture[:2] + head + body + picture[2:]


def animated(ending: str, frames: int = 3) -> bytes:
    pictures = [hills((320, 240)).rotate(10 * n) for n in range(frames)]
    return encoded(pictures[0], ending, save_all=True, append_images=pictures[1:])


def wide_gamut_profile() -> bytes:
    """A matrix profile with the primaries of Display P3 and a plain 2.2 curve (ICC.1)."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(x: float, y: float, z: float) -> bytes:
        return b"XYZ \0\0\0\0" + fixed(x) + fixed(y) + fixed(z)

    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Wide\0" + bytes(12 + 67 + 3)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    bodies = [
        (b"desc", name),
        (b"wtpt", xyz(0.9642, 1.0, 0.8249)),
        (b"rXYZ", xyz(0.5151, 0.2412, -0.0011)),
        (b"gXYZ", xyz(0.2920, 0.6922, 0.0419)),
        (b"bXYZ", xyz(0.1571, 0.0666, 0.7841)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
        (b"cprt", b"text\0\0\0\0our own\0"),
    ]
    table, data, at = b"", b"", 128 + 4 + 12 * len(bodies)
    for kind, body in bodies:
        body += bytes(-len(body) % 4)
        table += kind + struct.pack(">II", at + len(data), len(body))
        data += body
    size = at + len(data)
    header = struct.pack(">I", size) + bytes(4) + b"\x02\x10\0\0mntrRGB XYZ "
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += fixed(0.9642) + fixed(1.0) + fixed(0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(bodies)) + table + data
