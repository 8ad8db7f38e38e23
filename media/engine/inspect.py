"""Say what a picture file is, or refuse it with words.

Order: bytes → type by content → type equal to the name → pixels, frames and edge from the
container → end of the file → hidden pages and archives → every pixel decoded once. Nothing is
decoded before the caps are passed. Rule: registry rules §12.
"""

import mmap
import re
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from artmarket.core.punctuation import listed

from . import decode, isobmff, jpeg, png, sniff, tiff, webp
from .facts import EXTENSIONS, Kind, Limits, PictureFacts, Structure
from .refusals import (
    Damaged,
    HiddenContent,
    NameMismatch,
    NotAPicture,
    TooManyBytes,
    TooManyFrames,
    TooManyPixels,
    TooSmall,
    TypeNotAccepted,
)

_WALKERS = {
    Kind.JPEG: jpeg.walk,
    Kind.PNG: png.walk,
    Kind.WEBP: webp.walk,
    Kind.AVIF: isobmff.walk,
    Kind.HEIC: isobmff.walk,
    Kind.TIFF: tiff.walk,
}
_PAGE = re.compile(
    rb"<(?:script|html|!doctype\s+html|\?php|svg|iframe|body|object|embed)[\s>/]|javascript:", re.I
)
_SNIFFED = 1024  # how far readers of pages and PDFs look for their mark


def inspect_picture(path: Path, *, name: str, limits: Limits) -> PictureFacts:
    """Facts of the picture at `path`, that its sender calls `name`.

    Raises a subclass of PictureRefused. Memory: rows, or one frame for AVIF and HEIC.
    """
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise TooManyBytes(
            _("文件有%(size)sMB，超过上限%(limit)sMB。")
            % {"size": round(size / 1e6, 1), "limit": round(limits.max_bytes / 1e6)},
            size=size,
        )
    if not size:
        raise NotAPicture(_("这个文件是空的。"))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        kind = _kind(data[: sniff.HEAD], name, limits)
        if kind is Kind.PNG:  # its checksums take a while: the cap comes first
            _check_size(png.header_size(data[:33]), limits)
        structure = _WALKERS[kind](data)  # type: ignore[arg-type]
        _check_size((structure.width, structure.height), limits)
        _check_frames(structure, limits)
        _check_hidden(data, structure)
    width, height = decode.verify(path, kind)
    if sorted((width, height)) != sorted((structure.width, structure.height)):
        _check_size((width, height), limits)
        if kind not in (Kind.AVIF, Kind.HEIC):  # there `ispe` is before crop and grid
            raise Damaged()
    return PictureFacts(kind, width, height, structure.frames, size)


def _kind(head: bytes, name: str, limits: Limits) -> Kind:
    """The type by content, when it is accepted and what the name says."""
    kind = sniff.kind_of(head)
    if kind is None or kind not in limits.kinds:
        hint = _("可以上传的格式：%(kinds)s。") % {"kinds": listed(sorted(limits.kinds))}
        found = kind.value if kind else sniff.foreign_name(head)
        if found is None:
            raise NotAPicture(hint=hint)
        raise TypeNotAccepted(
            _("这是%(kind)s文件，不能作为图片上传。") % {"kind": found}, hint=hint, found=found
        )
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    claimed = EXTENSIONS.get(ending)
    if claimed is not kind:
        raise NameMismatch(
            _("文件名以“%(ending)s”结尾，内容却是%(kind)s图片。")
            % {"ending": f".{ending}"[:12], "kind": kind.value}
            if ending
            else _("文件名没有扩展名，内容是%(kind)s图片。") % {"kind": kind.value},
            hint=_("请把文件名的结尾改为“%(extension)s”，再上传。") % {"extension": kind.extension},
            found=kind.value,
            claimed=ending[:12],
        )
    return kind


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width * height > limits.max_pixels:
        raise TooManyPixels(
            _("图片有%(width)s×%(height)s像素，最多%(limit)s像素。")
            % {"width": width, "height": height, "limit": f"{limits.max_pixels:,}"},
            width=width,
            height=height,
        )
    if min(width, height) < limits.min_edge:
        raise TooSmall(
            _("图片只有%(width)s×%(height)s像素，短边至少要%(limit)s像素。")
            % {"width": width, "height": height, "limit": limits.min_edge},
            width=width,
            height=height,
        )


def _check_frames(structure: Structure, limits: Limits) -> None:
    if structure.frames > limits.max_frames:
        raise TooManyFrames(
            _("文件中有%(count)s幅画面，最多%(limit)s幅。")
            % {"count": structure.frames, "limit": limits.max_frames},
            frames=structure.frames,
        )


def _check_hidden(data: mmap.mmap, structure: Structure) -> None:
    """Refuse what another programme would read as a page, a document or an archive."""
    if structure.end != len(data):
        raise HiddenContent(
            _("图片结束之后还有%(count)s字节别的内容。") % {"count": len(data) - structure.end},
            trailing=len(data) - structure.end,
        )
    if data.find(b"%PDF-", 0, _SNIFFED) >= 0 or holds_page(data[:_SNIFFED]):
        raise HiddenContent()
    for start, stop in structure.texts:
        if holds_page(data[start:stop]):
            raise HiddenContent()
    if holds_archive(data):
        raise HiddenContent(_("图片中夹带了压缩包。"))


def holds_page(content: bytes) -> bool:
    """Whether a browser that guesses types could read this as a page or a script."""
    return _PAGE.search(content) is not None


def holds_archive(data: mmap.mmap) -> bool:
    """Whether a ZIP's directory can be found from the end, as unpackers look for it."""
    position = len(data)
    while (position := data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557), position)) >= 0:
        size = int.from_bytes(data[position + 12 : position + 16], "little")
        count = int.from_bytes(data[position + 10 : position + 12], "little")
        start = position - size
        if start >= 0 and (not count or data[start : start + 4] == b"PK\x01\x02"):
            return True
    return False
