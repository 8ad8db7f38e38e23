"""Hand out a report of a lender as a file to who may have it; each time is an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid
from artmarket.core.events import record_event

from ..models import Lender
from ..reports import Period, Report, Table, find
from ..reports.files import PDF, XLSX, facts_of, pdf_of, xlsx_of
from ..reports.tables import digest_of
from .ground import require

FORMATS: Final[dict[str, str]] = {"xlsx": XLSX, "pdf": PDF}
MOST_ON_PAPER: Final = 2_000


class TooLong(DomainError):
    """More rows than a reader of a page waits for on paper."""

    code = "report_too_long"
    status = 422
    message = _("这份报告太长，不能在网页上做成PDF。")
    hint = _("请下载XLSX。")


@dataclass(frozen=True, slots=True)
class Exported:
    """A file: its name, type, content, and the digest of the rows it shows."""

    name: str
    content_type: str
    content: bytes
    digest: str


def read_report(
    *, actor: User, lender: Lender, report: Report, period: Period
) -> Sequence[Table]:  # fmt: skip
    """The tables of a report for its page. Raises `NotAllowed`."""
    require(actor, "see_reports", lender)
    return report.build(lender, period)


def export_report(
    *, actor: User, lender_id: int, code: str, period: Period, format: str
) -> Exported:
    """A report as a file. Raises `NotAllowed`, `Invalid` (report or format), `TooLong`."""
    report = find(code)
    if report is None or format not in FORMATS:
        raise Invalid(fields={"format": _("请从列表中选择。")})
    lender, tables, digest = _gather(actor, lender_id, report, period, format)
    facts = facts_of(str(lender), period, since=report.since)
    title = str(report.title)
    if format == "pdf":
        content = pdf_of(tables, title=title, facts=facts, period=period)
    else:
        content = xlsx_of(tables, title=title, facts=facts)
    name = f"{code}-{lender.pk}-{period.on:%Y%m%d}.{format}"
    return Exported(name, FORMATS[format], content, digest)


@transaction.atomic(durable=True)
def _gather(
    actor: User, lender_id: int, report: Report, period: Period, format: str
) -> tuple[Lender, Sequence[Table], str]:
    lender = Lender.objects.select_related("organisation").filter(pk=lender_id).first()
    if lender is None:
        raise Invalid(fields={"lender": _("请从列表中选择。")})
    require(actor, "see_reports", lender)
    tables = report.build(lender, period)
    rows = sum(len(table.rows) for table in tables)
    if format == "pdf" and rows > MOST_ON_PAPER:
        raise TooLong(most=MOST_ON_PAPER)
    digest = digest_of(tables)
    record_event(
        actor=actor, action="pledge.report_exported", subject=lender, report=report.code,
        format=format, on=period.on, known=period.known, since=period.since, rows=rows,
        sha256=digest, language=get_language(),
    )  # fmt: skip
    return lender, tables, digest
