"""Condition reports prepared for templates and paper: drawn regions, words, rows of differences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from appraisal.condition import terms
from appraisal.condition.reads import closed_reports
from appraisal.condition.text import as_finding
from appraisal.engine.condition import Comparison, Finding, Match
from appraisal.engine.regions import GRID, Region, read_selector, typed
from appraisal.models import ConditionPicture, ConditionReport
from artmarket.core.punctuation import joined, labelled
from artmarket.core.rest.paging import own_url
from catalog.enums import WorkState
from catalog.models import Work
from media import files
from media.selectors import smallest_jpeg

EDGE = 1600
LABELS_ACROSS = 34


@dataclass(frozen=True, slots=True)
class DrawnRegion:
    """A region in the pixels of its picture, with the place of its number."""

    number: int
    severity: str
    points: str
    x: int
    y: int
    title: str


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """A picture with its regions; `letters` is the height of numbers in its pixels."""

    key: int
    label: str
    address: str
    width: int
    height: int
    letters: int
    is_new: bool
    regions: tuple[DrawnRegion, ...]
    image: str = ""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One finding in words."""

    number: int
    kind: str
    severity: str
    severity_code: str
    extent: str
    age: str
    note: str
    picture: str
    picture_key: int
    place: str

    @property
    def line(self) -> str:
        return joined([self.severity, self.extent, self.age])


def points_in(region: Region, width: int, height: int) -> list[tuple[int, int]]:
    """The corners of a region in a picture of this many units."""
    return [(round(x * width / GRID), round(y * height / GRID)) for x, y in region.points]


def drawn_picture(
    picture: ConditionPicture, findings: Iterable[Finding], *, only: Sequence[str] = ()
) -> DrawnPicture:
    """A picture with the regions of those findings that are on it."""
    source = smallest_jpeg(picture.image, EDGE)
    width, height = (source.width, source.height) if source else (GRID, GRID)
    letters = max(width, height) // LABELS_ACROSS
    drawn = []
    for finding in findings:
        if finding.picture != str(picture.image.uuid) or finding.region is None:
            continue
        points = points_in(finding.region, width, height)
        left, top = min(x for x, _y in points), min(y for _x, y in points)
        drawn.append(
            DrawnRegion(
                number=finding.number,
                severity=finding.severity,
                points=" ".join(f"{x},{y}" for x, y in points),
                x=min(left, width - letters),
                y=max(top - letters // 4, letters),
                title=f"{finding.number} {terms.words(terms.KINDS, finding.kind)}",
            )
        )
    return DrawnPicture(
        key=picture.pk,
        label=str(picture.get_view_display()),
        address=files.public().url(source.path) if source else "",
        width=width,
        height=height,
        letters=letters,
        is_new=picture.is_new,
        regions=tuple(drawn),
        image=str(picture.image.uuid),
    )


def drawn_pictures(report: ConditionReport) -> list[DrawnPicture]:
    """Every picture of a prefetched report, with its regions."""
    findings = [as_finding(row) for row in report.findings.all()]
    return [drawn_picture(picture, findings) for picture in report.pictures.all()]


def note_of(finding: Any) -> str:
    """The note in the reader's language where there is one, else in the other."""
    texts = [finding.note, finding.note_en]
    if get_language() == "en":
        texts.reverse()
    return next(filter(None, texts), "")


def summary_of(report: ConditionReport) -> str:
    """The summary in the reader's language where there is one, else in the other."""
    english = get_language() == "en" and report.summary_en
    return report.summary_en if english else report.summary


def shown_findings(report: ConditionReport) -> list[ShownFinding]:
    """The findings of a prefetched report in words."""
    return [
        ShownFinding(
            number=row.number,
            kind=terms.words(terms.KINDS, row.kind),
            severity=terms.words(terms.SEVERITIES, row.severity),
            severity_code=row.severity,
            extent=terms.words(terms.EXTENTS, row.extent),
            age=terms.words(terms.AGES, row.age),
            note=note_of(row),
            picture=str(row.picture.get_view_display()) if row.picture else "",
            picture_key=row.picture_id or 0,
            place=typed(read_selector(row.region)) if row.region else "",
        )
        for row in report.findings.all()
    ]


def public_address(report: ConditionReport, name: str = "condition_report") -> str:
    """The path of a report's page, or of another of its addresses."""
    return reverse(f"appraisal:{name}", args=[report.work.number, report.serial])


# ------------------------------------------------------------------ differences


def difference_rows(comparison: Comparison) -> dict[str, list[dict[str, Any]]]:
    """New, changed, gone and unchanged findings, each with its words."""
    return {
        "new": [_row(f, after=f.number) for f in comparison.new],
        "changed": [_changed(match) for match in comparison.changed],
        "gone": [_row(f, before=f.number) for f in comparison.gone],
        "unchanged": [
            _row(m.after, before=m.before.number, after=m.after.number)
            for m in comparison.unchanged
        ],
    }


def _row(finding: Finding, *, before: int = 0, after: int = 0) -> dict[str, Any]:
    return {
        "before": before,
        "after": after,
        "kind": terms.words(terms.KINDS, finding.kind),
        "words": joined(
            [
                terms.words(terms.SEVERITIES, finding.severity),
                terms.words(terms.EXTENTS, finding.extent),
            ]
        ),
        "note": note_of(finding),
        "is_worse": False,
    }


def _changed(match: Match) -> dict[str, Any]:
    row = _row(match.after, before=match.before.number, after=match.after.number)
    row["words"] = joined(difference_words(match))
    row["is_worse"] = match.spread == "larger" or any(d.step > 0 for d in match.differences)
    return row


def difference_words(match: Match) -> list[str]:
    """What changed of one finding, in the reader's language."""
    spreads = {"larger": _("范围变大"), "smaller": _("范围变小"), "moved": _("位置不同")}
    found = [spreads[match.spread]] if match.spread in spreads else []
    for difference in match.differences:
        if difference.field in ("severity", "extent"):
            rule_id = terms.FIELDS[difference.field]
            label = _("轻重") if difference.field == "severity" else pgettext("finding", "范围")
            words = _("由%(before)s变为%(after)s") % {
                "before": terms.words(rule_id, difference.before),
                "after": terms.words(rule_id, difference.after),
            }
            found.append(labelled(label, words))
        else:
            found.append(_("说明改写"))
    return list(dict.fromkeys(found))


# ------------------------------------------------------------------ on other pages


def condition_section(work: Work, request: HttpRequest) -> dict[str, Any] | None:
    """The section of a work's page: grade and summary of the newest report, links to the others."""
    if work.state != WorkState.REGISTERED or not closed_reports(work):
        return None
    reports = closed_reports(work)
    for report in reports:
        report.work = work
    newest = reports[0]
    return {
        "template": "appraisal/condition/section.html",
        "newest": newest,
        "grade": terms.words(terms.GRADES, newest.grade),
        "summary": summary_of(newest),
        "findings": len(newest.statement["findings"]),
        "reports": [{"row": report, "url": public_address(report)} for report in reports],
        "compare_url": compare_address(reports[1], newest) if len(reports) > 1 else "",
    }


def newest_report(work: Work) -> dict[str, Any] | None:
    """The newest closed report of a work that everybody sees: row, grade and path; one query."""
    if not (work.number and work.is_public and closed_reports(work)):
        return None
    row = closed_reports(work)[0]
    row.work = work
    return {"row": row, "grade": terms.words(terms.GRADES, row.grade), "url": public_address(row)}


def condition_action(work: Work, request: HttpRequest) -> dict[str, str] | None:
    """The link on the registrar's page of a registered work."""
    if work.state != WorkState.REGISTERED:
        return None
    return {"url": reverse("appraisal:condition_desk", args=[work.pk]), "label": _("状况报告")}


def compare_address(before: ConditionReport, after: ConditionReport) -> str:
    """The path of the page that shows both side by side."""
    arguments = [after.work.number, after.serial, before.serial]
    return reverse("appraisal:condition_compare", args=arguments)


def whole_address(report: ConditionReport) -> str:
    """The address of a report's page with the name of the site, for paper and annotations."""
    return own_url(public_address(report))
