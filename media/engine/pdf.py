"""Say what a PDF is, or refuse it: no password, no script, no file inside, no second face.

The bytes are looked at here; the structure is read by `pdf_reading` in a process of its own, with
bounded memory and time. Rule: registry rules §12; source: ISO 32000-2.
"""

import json
import mmap
import subprocess
import sys
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from . import pdf_reading
from .inspect import holds_archive, holds_page
from .refusals import (
    ActiveDocument,
    DocumentDamaged,
    DocumentRefused,
    DocumentTruncated,
    EmbeddedFiles,
    EncryptedDocument,
    HiddenInDocument,
    TooManyPages,
)

SECONDS = 20  # of the wall clock; the process has fewer of the processor's
_SNIFFED = 1024
_PADDING = b"\0\t\n\f\r "
# Names that a reader which repairs files would find where qpdf's table points nowhere.
_NAMES: dict[bytes, type[DocumentRefused]] = {
    b"/JavaScript": ActiveDocument,
    b"/Launch": ActiveDocument,
}
_NAMES |= {b"/EmbeddedFile": EmbeddedFiles, b"/RichMedia": ActiveDocument}
_REFUSALS = {
    "encrypted": EncryptedDocument,
    "active": ActiveDocument,
    "embedded": EmbeddedFiles,
    "damaged": DocumentDamaged,
}


def inspect_pdf(path: Path, *, max_pages: int) -> int:
    """The number of pages of the PDF at `path`. Raises a subclass of DocumentRefused."""
    _check_end(path)
    found = _read(path)
    if refused := found.get("refused"):
        raise _REFUSALS[refused](found=found.get("what", ""))
    _check_faces(path)
    pages = int(found["pages"])
    if not pages:
        raise DocumentDamaged()
    if pages > max_pages:
        raise TooManyPages(
            _("文件有%(pages)s页，最多%(limit)s页。") % {"pages": pages, "limit": max_pages},
            pages=pages,
        )
    return pages


def _check_end(path: Path) -> None:
    """Nothing but padding stands behind the end mark."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = data.rfind(b"%%EOF")
        if end < 0:
            raise DocumentTruncated()
        trailing = len(data) - end - len(b"%%EOF")
        if trailing > _SNIFFED or data[end + len(b"%%EOF") :].strip(_PADDING):
            raise HiddenInDocument(trailing=trailing)


def _check_faces(path: Path) -> None:
    """Another programme reads it neither as a page nor as an archive, nor finds lost objects."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if holds_page(data[:_SNIFFED]) or holds_archive(data):
            raise HiddenInDocument()
        for name, refusal in _NAMES.items():
            if data.find(name) >= 0:
                raise refusal(found=name[1:].decode())


def _read(path: Path) -> dict[str, str]:
    """The answer of the reading process; one that dies or takes too long says: damaged."""
    command = [sys.executable, "-I", str(Path(pdf_reading.__file__)), str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
        return dict(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise DocumentDamaged(detail=type(error).__name__) from error
