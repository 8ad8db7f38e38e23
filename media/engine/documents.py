"""Say what a document is (a PDF or a picture of a page), or refuse it with words.

Told by content; the name's ending must agree. Rule: registry rules §12.
"""

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from artmarket.core.punctuation import listed

from . import sniff
from .facts import Kind, Limits
from .inspect import inspect_picture
from .pdf import inspect_pdf
from .refusals import DocumentRefused, DocumentTooLarge, NameMismatch

PDF = "PDF"


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The rule book's caps: bytes, pages, accepted types by name, and those of a picture."""

    max_bytes: int
    max_pages: int
    kinds: frozenset[str]
    picture: Limits


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document that passed. `kind` is "PDF" or a picture's type."""

    kind: str
    mime: str
    extension: str
    pages: int
    size: int


def inspect_document(path: Path, *, name: str, limits: DocumentLimits) -> DocumentFacts:
    """Facts of the document at `path`, that its sender calls `name`.

    Raises a subclass of DocumentRefused or, for a picture, of PictureRefused.
    """
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise DocumentTooLarge(
            _("文件有%(size)sMB，超过上限%(limit)sMB。")
            % {"size": round(size / 1e6, 1), "limit": round(limits.max_bytes / 1e6)},
            size=size,
        )
    with path.open("rb") as file:
        head = file.read(sniff.HEAD)
    picture = sniff.kind_of(head)
    kind = PDF if head.startswith(b"%PDF-") else picture and picture.value
    if not kind or kind not in limits.kinds:
        raise _unknown(kind or sniff.foreign_name(head), limits)
    if picture:
        seen = inspect_picture(path, name=name, limits=limits.picture)
        return DocumentFacts(kind, seen.mime, picture.extension, seen.frames, size)
    _check_ending(name)
    pages = inspect_pdf(path, max_pages=limits.max_pages)
    return DocumentFacts(PDF, "application/pdf", ".pdf", pages, size)


def kinds_named(names: tuple[str, ...]) -> frozenset[str]:
    """The types that the rule book's names mean."""
    known = {kind.value.lower(): kind.value for kind in Kind} | {"pdf": PDF}
    return frozenset(known[name] for name in names)


def _unknown(found: str | None, limits: DocumentLimits) -> DocumentRefused:
    hint = _("可以上传的格式：%(kinds)s。") % {"kinds": listed(sorted(limits.kinds))}
    if not found:
        return DocumentRefused(_("看不出这是什么文件。"), hint=hint)
    return DocumentRefused(
        _("这是%(kind)s文件，不能作为证明材料上传。") % {"kind": found}, hint=hint, found=found
    )


def _check_ending(name: str) -> None:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending != "pdf":
        raise NameMismatch(
            _("文件名以“%(ending)s”结尾，内容却是%(kind)s文件。")
            % {"ending": f".{ending}"[:12], "kind": PDF}
            if ending
            else _("文件名没有扩展名，内容是%(kind)s文件。") % {"kind": PDF},
            hint=_("请把文件名的结尾改为“%(extension)s”，再上传。") % {"extension": ".pdf"},
            found=PDF,
            claimed=ending[:12],
        )
