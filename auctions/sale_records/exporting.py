"""Hand out the record of a sale to who may have it; each time is an event."""

from dataclasses import dataclass
from typing import Final, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from .. import citations
from ..models import Sale
from .files import csv_of, digest_of
from .gathering import Record, record_of
from .pdf import pdf_of

Format = Literal["csv", "pdf"]
FORMATS: Final[dict[str, str]] = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
MOST_ROWS_AT_ONCE: Final = 2_000
"""Rows that a page prints while its reader waits; a command prints any number."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file: its name, type, content, and the digest of the record's CSV."""

    name: str
    content_type: str
    content: bytes
    digest: str


class TooLong(DomainError):
    """A record that takes longer to print than a reader of a page waits."""

    code = "record_too_long"
    status = 422
    message = _("这场拍卖会的笔录太长，不能在网页上做成PDF。")
    hint = _("请下载CSV，或者请平台用命令行导出。")


def export_record(
    *, actor: User | None, sale_id: int, format: str, with_names: bool, most: int | None = None
) -> Exported:
    """The record of an announced sale; `actor` None is the command line.

    Raises `NotAllowed`, `WrongState` (not announced), `Invalid` (format), `TooLong`.
    """
    if format not in FORMATS:
        raise Invalid(fields={"format": _("请从列表中选择。")})
    record, content, digest = _gather(actor, sale_id, format, with_names, most)
    if format == "pdf":
        content = pdf_of(record, digest=digest)
    return Exported(f"sale-{sale_id}-record.{format}", FORMATS[format], content, digest)


@transaction.atomic(durable=True)
def _gather(
    actor: User | None, sale_id: int, format: str, with_names: bool, most: int | None
) -> tuple[Record, bytes, str]:
    rows = Sale.objects.select_related(
        "house", "ladder", "closing", "premium", "deposit", "approval", "storage", "platform",
        "conditions",
    )  # fmt: skip
    sale = rows.filter(pk=sale_id).first()
    if sale is None:
        raise WrongState()
    if actor is not None and not actor.has_perm("auctions.export_sale_record", sale):
        raise NotAllowed(
            _("只有这家拍卖企业的管理员和经办人可以取笔录。"), rule=citations.SALE_RECORD
        )
    if sale.announced_at is None:
        raise WrongState(_("拍卖会还没有公告，没有笔录。"), rule=citations.SALE_RECORD)
    record = record_of(sale, with_names=with_names)
    if format == "pdf" and most is not None and len(record.rows) > most:
        raise TooLong()
    content = csv_of(record)
    digest = digest_of(content)
    record_event(
        actor=actor, action="sale.record_exported", subject=sale, format=format,
        names=with_names, rows=len(record.rows), sha256=digest,
    )  # fmt: skip
    return record, content, digest
