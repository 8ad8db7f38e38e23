"""One look through a whole file before anything is imported: what it is, and its digest.

Compression, kind and encoding are told by the content, never by the name. Reads in pieces; the
digest is that of the unpacked content, so a packed and an unpacked copy are the same file.
"""

import codecs
import gzip
import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from django.utils.translation import gettext as _

from .draft import FileRefused
from .limits import XLSX_BYTES, XLSX_RATIO

Kind = Literal["json", "table", "workbook"]
_PIECE = 1 << 18


@dataclass(frozen=True)
class Survey:
    """What a file is. `encoding` is a Python codec; workbooks have none."""

    path: Path
    kind: Kind
    packed: bool
    encoding: str
    digest: str
    size: int

    def open(self) -> IO[bytes]:
        """The unpacked content from its start."""
        return gzip.open(self.path, "rb") if self.packed else self.path.open("rb")


def survey(path: Path) -> Survey:
    """Look at a file.

    Raises `FileRefused` for what is missing, empty, cut off, neither text nor workbook, or a
    workbook that unpacks to more than a machine can bear.
    """
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        return _look(path, packed)
    except (OSError, EOFError, zlib.error) as error:
        # gzip.BadGzipFile is an OSError; a cut-off file ends in EOFError.
        code = "file_missing" if isinstance(error, FileNotFoundError) else "file_unreadable"
        raise FileRefused(
            code, _("%(file)s读不出来：%(why)s") % {"file": path.name, "why": error}
        ) from None


def _look(path: Path, packed: bool) -> Survey:
    digest, size, head = hashlib.sha256(), 0, b""
    decoder, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True
    with gzip.open(path, "rb") if packed else path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            head = head or piece
            size += len(piece)
            digest.update(piece)
            if is_utf8:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    is_utf8 = False
    if is_utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    if not head.strip():
        raise FileRefused("file_empty", _("%(file)s是空的。") % {"file": path.name})
    if head.startswith(b"PK\x03\x04"):
        if not packed:
            check_workbook(path)
        return Survey(path, "workbook", packed, "", digest.hexdigest(), size)
    encoding = _encoding(path, packed, head, is_utf8)
    start = head[: _PIECE - _PIECE % 4].decode(encoding, "replace").lstrip("\ufeff").lstrip()[:1]
    kind: Kind = "json" if start in ("{", "[") else "table"
    return Survey(path, kind, packed, encoding, digest.hexdigest(), size)


def _encoding(path: Path, packed: bool, head: bytes, is_utf8: bool) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    sample = head[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) // 5:
        if min(even, odd) * 8 > max(even, odd):
            raise FileRefused(
                "file_binary", _("%(file)s不是文本，也不是工作簿。") % {"file": path.name}
            )
        return "utf-16-be" if even > odd else "utf-16-le"
    if is_utf8:
        return "utf-8"
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise FileRefused(
            "file_binary", _("%(file)s不是文本，也不是工作簿。") % {"file": path.name}
        )
    return "gb18030" if _decodes(path, packed, "gb18030") else "utf-8"


def _decodes(path: Path, packed: bool, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with gzip.open(path, "rb") if packed else path.open("rb") as stream:
        try:
            while piece := stream.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def check_workbook(path: Path) -> None:
    """Refuse a zip file that is no workbook, or that unpacks beyond what a machine can bear."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise FileRefused(
            "file_unreadable", _("%(file)s读不出来：%(why)s") % {"file": path.name, "why": error}
        ) from None
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise FileRefused("file_binary", _("%(file)s是压缩包，不是工作簿。") % {"file": path.name})
    swollen = any(
        part.file_size > 16 * 1024 * 1024
        and part.file_size > XLSX_RATIO * max(1, part.compress_size)
        for part in parts
    )
    total = sum(part.file_size for part in parts)
    if swollen or total > XLSX_BYTES:
        raise FileRefused(
            "workbook_too_large",
            _("%(file)s解压后有%(size)d MB，超过上限%(limit)d MB或压缩比异常，没有打开。")
            % {"file": path.name, "size": total >> 20, "limit": XLSX_BYTES >> 20},
        )
