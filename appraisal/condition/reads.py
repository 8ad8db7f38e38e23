"""Reads of condition reports, and the question whether one is there when it has to be."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from appraisal.condition import terms as condition_terms
from appraisal.condition.text import stated_findings
from appraisal.engine.condition import Comparison, compare
from appraisal.models import ConditionReport
from appraisal.models.condition import ConditionReportQuerySet
from artmarket import rulebook
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError
from catalog.models import Work
from media.selectors import with_pictures

WHOLE: Final = (
    with_pictures("pictures__image"),
    "findings__picture__image",
    "signatures__signer",
)


class NoReport(DomainError):
    """The thing may not change hands without a report in force."""

    code = "no_condition_report"
    rule = condition_terms.REQUIRED
    message = _("还没有可用的状况报告。")
    hint = _("请先查验、定稿，由双方签字。")


def closed_reports(work: Work) -> list[ConditionReport]:
    """The closed reports of a work, newest first, read once for one page."""
    kept: list[ConditionReport] | None = work.__dict__.get("closed_condition_reports")
    if kept is None:
        rows = ConditionReport.objects.closed().filter(work=work).order_by("-serial")
        kept = work.__dict__["closed_condition_reports"] = list(rows)
    return kept


def reports_of(work: Work) -> QuerySet[ConditionReport]:
    """All reports of a work, drafts too, newest first."""
    rows = ConditionReport.objects.filter(work=work).select_related("examiner", "counterparty")
    return rows.annotate(found=Count("findings", distinct=True)).order_by("-serial")


def whole_reports() -> ConditionReportQuerySet:
    """Reports with everything that their pages show: nine queries, however many rows."""
    rows = ConditionReport.objects.all().select_related("work", "examiner", "counterparty")
    return rows.prefetch_related(*WHOLE)


def is_handed_over(report: ConditionReport) -> bool:
    """Whether everybody has signed who has to; no query where signatures are prefetched."""
    return len(report.signatures.all()) >= rulebook.get(condition_terms.SIGNATURES)


def report_in_force(*, work_id: int, purpose: str) -> ConditionReport | None:
    """The newest closed report for this purpose that still counts and that both have signed."""
    oldest = db_today() - timedelta(days=rulebook.get(condition_terms.VALID))
    rows = ConditionReport.objects.closed().filter(
        work_id=work_id, purpose=purpose, examined_on__gte=oldest
    )
    rows = rows.prefetch_related("signatures").order_by("-serial")
    return next((report for report in rows if is_handed_over(report)), None)


def require_report(*, work_id: int, purpose: str) -> None:
    """Refuse where this occasion requires a report and none is in force. Raises `NoReport`."""
    if purpose not in condition_terms.codes(condition_terms.REQUIRED):
        return
    if report_in_force(work_id=work_id, purpose=purpose) is None:
        raise NoReport(purpose=purpose)


@dataclass(frozen=True, slots=True)
class PicturePair:
    """What two reports show of the same side: of each a `ConditionPicture`; `is_same_file` says
    that both were drawn on one photograph."""

    before: Any
    after: Any
    is_same_file: bool


def comparison_of(before: ConditionReport, after: ConditionReport) -> Comparison:
    """What changed between two closed reports of a work; no query."""
    return compare(
        stated_findings(before),
        stated_findings(after),
        least_overlap=rulebook.get(condition_terms.SAME_PLACE),
        scales=condition_terms.scales(),
    )


def picture_pairs(before: ConditionReport, after: ConditionReport) -> list[PicturePair]:
    """The pictures that stand side by side: the same photograph, else another of the same view."""
    left = list(before.pictures.all())
    pairs = []
    for picture in after.pictures.all():
        same = next((p for p in left if p.image_id == picture.image_id), None)
        alike = same or next((p for p in left if p.view == picture.view), None)
        if alike:
            left.remove(alike)
            pairs.append(PicturePair(alike, picture, same is not None))
    return pairs
