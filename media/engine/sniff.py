"""Tell what a file is from its first bytes, never from its name. Source: the formats' standards."""

import re

from .facts import Kind

HEAD = 4096

_AVIF = {b"avif", b"avis"}
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_TEXT = rb"(?i)\A(?:\xef\xbb\xbf)?\s*"  # an optional byte order mark
# Things people try to upload, by what they would call them; order matters.
_FOREIGN: list[tuple[bytes, str]] = [
    (rb"\AGIF8[79]a", "GIF"),
    (rb"\ABM.{4}\0\0\0\0", "BMP"),
    (rb"\A%PDF-", "PDF"),
    (rb"\APK[\x03\x05\x07]", "ZIP"),
    (rb"\A8BPS\0", "PSD"),
    (rb"\A\0\0\x01\0", "ICO"),
    (rb"\A.{4}ftyp(?:qt|isom|iso\d|mp4|M4V|3gp)", "MP4"),
    (rb"\A\xff\x0a|\A\0\0\0\x0cJXL ", "JPEG XL"),
    (rb"\A\0\0\0\x0cjP  |\A\xff\x4f\xff\x51", "JPEG 2000"),
    (rb"\A.{4}ftypcrx ", "RAW"),
    (rb"\AMZ|\A\x7fELF|\A#!", "EXE"),
    (_TEXT + rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!doctype svg[^>]*>\s*)*<svg", "SVG"),
    (_TEXT + rb"(?:<!doctype html|<html|<head|<body|<script)", "HTML"),
]
_FOREIGN_PATTERNS = [(re.compile(p, re.DOTALL), name) for p, name in _FOREIGN]


def kind_of(head: bytes) -> Kind | None:
    """The accepted type that these first bytes announce, or None."""
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return Kind.TIFF
    return _isobmff_kind(head)


def foreign_name(head: bytes) -> str | None:
    """What people call a file of a type that is not accepted, or None when it is unknown."""
    return next((name for pattern, name in _FOREIGN_PATTERNS if pattern.search(head)), None)


def _isobmff_kind(head: bytes) -> Kind | None:
    if head[4:8] != b"ftyp":
        return None
    stop = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12]] + [head[i : i + 4] for i in range(16, stop - 3, 4)]
    for brand in brands:  # the major brand first, as HEIF (ISO 23008-12) asks
        if brand in _AVIF:
            return Kind.AVIF
        if brand in _HEIC:
            return Kind.HEIC
    return None
