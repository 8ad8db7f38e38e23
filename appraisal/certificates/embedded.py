"""The certificate inside a PDF: read the attached JSON without drawing or running anything.

`appraisal/js/embedded.js` reads the same files in the browser.
"""

import io
import zlib
from collections.abc import Iterator
from typing import Final

import pikepdf

MOST_BYTES: Final = 4 * 1024 * 1024
MOST_FILES: Final = 8
PDF_HEAD: Final = b"%PDF-"


class NoCertificateInside(ValueError):
    """A PDF that cannot be read, or that has no JSON attached."""


class UnreadablePaper(NoCertificateInside):
    """A PDF that is broken or locked."""


class SeveralCertificatesInside(NoCertificateInside):
    """A PDF with more than one: which of them the paper is printed from, nobody can tell."""


def is_pdf(content: bytes) -> bool:
    """Whether a file says that it is a PDF; the mark may come within the first kilobyte."""
    return PDF_HEAD in content[:1024]


def certificate_inside(content: bytes) -> bytes:
    """The only attached file that is a JSON object, at most 4 MiB of it.

    Raises:
        UnreadablePaper: no PDF, or a locked one.
        SeveralCertificatesInside: two that are not the same.
        NoCertificateInside: none attached.
    """
    found: list[bytes] = []
    try:
        with pikepdf.open(io.BytesIO(content)) as file:
            for attached in _attached(file):
                if attached.lstrip()[:1] == b"{" and attached not in found:
                    found.append(attached)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise UnreadablePaper("unreadable") from error
    if not found:
        raise NoCertificateInside("nothing attached")
    if len(found) > 1:
        raise SeveralCertificatesInside("several attached")
    return found[0]


def _attached(file: pikepdf.Pdf) -> Iterator[bytes]:
    """The contents of streams marked as attached files, unpacked no further than the limit."""
    count = 0
    for part in file.objects:
        if not isinstance(part, pikepdf.Stream) or part.get("/Type") != "/EmbeddedFile":
            continue
        count += 1
        if count > MOST_FILES:
            return
        yield _unpacked(part)


def _unpacked(stream: pikepdf.Stream) -> bytes:
    raw = stream.read_raw_bytes()
    packed = stream.get("/Filter")
    if packed is None:
        return bytes(raw[: MOST_BYTES + 1])
    names = [packed] if isinstance(packed, pikepdf.Name) else list(packed)
    if names != ["/FlateDecode"] or stream.get("/DecodeParms") is not None:
        return b""
    unpacking = zlib.decompressobj()
    try:
        return unpacking.decompress(raw, MOST_BYTES + 1)
    except zlib.error:
        return b""
