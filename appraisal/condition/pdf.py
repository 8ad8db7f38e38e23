"""A condition report on paper: its head, the pictures with numbered regions, the findings.

In one language. Names and places are printed for those only who may know them. A report that is
closed does not change, so a drawn file is kept by the digest of what it says.
"""

import io
from dataclasses import asdict, dataclass
from typing import Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from appraisal.condition import terms
from appraisal.condition.showing import (
    EDGE,
    ShownFinding,
    points_in,
    shown_findings,
    summary_of,
    whole_address,
)
from appraisal.engine.regions import Region, read_selector
from appraisal.models import ConditionReport
from artmarket.core.punctuation import bracketed, joined
from artmarket.core.sheets import BODY, SMALL, Sheets
from catalog.engine.numbers import format_number
from media.printing import Print, digest_of, kept, print_of

LAYOUT: Final = 1
"""Counts up with every change of the drawing, so that kept files are drawn anew."""
MOST_HIGH: Final = 125
PLAIN_HIGH: Final = 70
"""Millimetres of a picture with regions, and of one without."""
RED: Final = (165, 38, 26)
MARK: Final = 2.4


@dataclass(frozen=True, slots=True)
class Printed:
    """A picture: its name, and the (number, region) pairs on it."""

    label: str
    print: Print
    regions: tuple[tuple[int, Region], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that is printed, in the language of the reader."""

    language: str
    title: str
    work: str
    facts: tuple[tuple[str, str], ...]
    summary: str
    pictures: tuple[Printed, ...]
    findings: tuple[ShownFinding, ...]
    signatures: tuple[tuple[str, ...], ...]
    digest: str
    address: str

    @property
    def key(self) -> str:
        """SHA-256 of all of it, and of the way it is drawn."""
        return digest_of([LAYOUT, asdict(self)])


def report_file(report: ConditionReport, *, is_whole: bool) -> bytes:
    """The PDF of a prefetched closed report; with names and place where `is_whole`."""
    paper = gathered(report, is_whole=is_whole)
    return kept("conditions", paper.key, lambda: drawn(paper))


# ------------------------------------------------------------------ what is printed


def gathered(report: ConditionReport, *, is_whole: bool) -> Paper:
    """Everything that the paper says; no query where the report is prefetched."""
    work = report.work
    return Paper(
        language=get_language() or "zh-hans",
        title=_("状况报告第%(n)d号") % {"n": report.serial},
        work=work.display_title + bracketed(format_number(work.number or "")),
        facts=tuple(_facts(report, is_whole)),
        summary=summary_of(report),
        pictures=tuple(_pictures(report)),
        findings=tuple(shown_findings(report)),
        signatures=tuple(_signatures(report, is_whole)),
        digest=report.digest,
        address=whole_address(report),
    )


def _facts(report: ConditionReport, is_whole: bool) -> list[tuple[str, str]]:
    assert report.closed_at is not None  # noqa: S101 - only closed reports are printed
    rows = [
        (_("用途"), str(report.get_purpose_display())),
        (_("查验日期"), date_format(report.examined_on, "DATE_FORMAT")),
        (_("总体评级"), terms.words(terms.GRADES, report.grade)),
        (_("光线"), report.light),
        (_("器材"), report.equipment),
        (_("定稿时间"), date_format(localtime(report.closed_at), "DATETIME_FORMAT")),
    ]
    if is_whole:
        rows.insert(2, (_("查验人"), report.examiner.display_name))
        rows.insert(3, (_("地点"), report.place))
        if report.counterparty:
            rows.insert(4, (_("交接的另一方"), report.counterparty.display_name))
    return [(label, words) for label, words in rows if words]


def _pictures(report: ConditionReport) -> list[Printed]:
    found = []
    for picture in report.pictures.all():
        regions = tuple(
            (row.number, read_selector(row.region))
            for row in report.findings.all()
            if row.picture_id == picture.pk and row.region
        )
        if source := print_of(picture.image, EDGE):
            found.append(Printed(picture.get_view_display(), source, regions))
    return found


def _signatures(report: ConditionReport, is_whole: bool) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for row in report.signatures.all():
        name = row.signer.display_name if is_whole else "—"
        when = date_format(localtime(row.signed_at), "DATETIME_FORMAT")
        rows.append((str(row.get_role_display()), name, when, row.remark if is_whole else ""))
    return rows


# ------------------------------------------------------------------ how it is drawn


def drawn(paper: Paper) -> bytes:
    """The report on A4."""
    sheets = Sheets(
        title=f"{paper.title} {paper.work}",
        foot=f"{paper.title} · {paper.work[:40]} · {paper.digest[:16]}",
        pages=_("第{n}页，共{all}页"), language="en" if paper.language == "en" else "zh-CN",
    )  # fmt: skip
    sheets.heading(paper.title, size=20)
    sheets.text_line(paper.work, size=BODY + 2)
    sheets.ln(2)
    sheets.grid((), paper.facts, (24, 76))
    sheets.heading(_("总体状况"))
    sheets.text_line(paper.summary)
    sheets.heading(_("所见"))
    if paper.findings:
        sheets.grid(
            (pgettext("finding", "编号"), _("种类"), _("程度"), _("照片"), _("说明")),
            [_finding_row(finding) for finding in paper.findings],
            (9, 17, 30, 14, 30),
        )
    else:
        sheets.text_line(_("没有发现损伤或修复。"))
    for picture in paper.pictures:
        _picture(sheets, picture)
    if paper.signatures:
        sheets.heading(_("交接签字"))
        sheets.grid(
            (_("身份"), _("签字"), _("时间"), _("保留意见")), paper.signatures, (18, 22, 26, 34)
        )
    sheets.ln(3)
    for words in (
        _("报告正文的摘要（SHA-256）：%(digest)s") % {"digest": paper.digest},
        _("核对和比较以网页为准：%(address)s") % {"address": paper.address},
    ):
        sheets.text_line(words, size=SMALL, grey=True)
    return bytes(sheets.output())


def _finding_row(finding: ShownFinding) -> tuple[str, ...]:
    where = finding.picture or _("整件")
    return (str(finding.number), finding.kind, finding.line, where, finding.note)


def _picture(sheets: Sheets, picture: Printed) -> None:
    """A picture as wide as the page allows, with its regions and their numbers on it."""
    content = picture.print.content()
    if not content:
        return
    width = float(sheets.epw)
    most = MOST_HIGH if picture.regions else PLAIN_HIGH
    scale = min(width / picture.print.width, most / picture.print.height)
    width, height = picture.print.width * scale, picture.print.height * scale
    numbers = [number for number, _region in picture.regions]
    label = joined([picture.label, *(str(n) for n in numbers)]) if numbers else picture.label
    sheets.heading(label, size=10, keep=height + 16)
    left, top = sheets.l_margin, sheets.get_y()
    sheets.image(io.BytesIO(content), x=left, y=top, w=width, h=height)
    sheets.set_draw_color(*RED)
    sheets.set_line_width(0.4)
    for number, region in picture.regions:
        _region(sheets, number, region, (left, top, width, height))
    sheets.set_draw_color(205)
    sheets.set_line_width(0.2)
    sheets.set_y(top + height + 2)


def _region(
    sheets: Sheets, number: int, region: Region, frame: tuple[float, float, float, float]
) -> None:
    left, top, width, height = frame
    grid = points_in(region, 10_000, 10_000)
    points = [(left + x * width / 10_000, top + y * height / 10_000) for x, y in grid]
    sheets.polygon(points, style="D")
    x = min(max(points[0][0], left + MARK), left + width - MARK)
    y = min(max(points[0][1], top + MARK), top + height - MARK)
    sheets.set_fill_color(*RED)
    sheets.circle(x=x, y=y, radius=MARK, style="F")
    sheets.set_text_color(255)
    sheets.set_font(size=SMALL)
    sheets.set_xy(x - 4, y - 2)
    sheets.cell(8, 4, str(number), align="C")
    sheets.set_text_color(0)
    sheets.set_font(size=BODY)
