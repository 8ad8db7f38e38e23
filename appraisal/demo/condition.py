"""Condition reports of the demonstration district: one work examined twice, and once more begun.

The work came in with a crease, spots and dust; half a year later the crease is longer, a tear is
new and the dust is gone. A killed run goes on where it stopped.
"""

from datetime import date
from typing import Final

from appraisal.enums import ReportPurpose
from appraisal.models import ConditionReport
from appraisal.services import condition
from appraisal.services.condition import Facts, FindingInput
from artmarket.accounts.models import User
from artmarket.core import demo
from catalog.demo.district import account
from catalog.enums import PhotoView, WorkState
from catalog.models import Work

Found = tuple[str, str, str, str, str, str, str]
"""Kind, severity, extent, age, region (or nothing), note, the same in English."""

FIRST: Final[tuple[Found, ...]] = (
    ("crease", "slight", "local", "old", "27 66 17 2.5", "左下一道横向折痕，稳定。",
     "A horizontal crease at lower left, stable."),
    ("foxing", "trace", "several", "old", "48,22 63,23 69,31 58,39 46,31", "右上散布黄斑。",
     "Scattered foxing at upper right."),
    ("dirt", "slight", "local", "old", "30 82 38 4", "下缘浮尘。",
     "Loose dust along the lower edge."),
    ("restoration", "trace", "spot", "old", "", "装裱边角曾经修补，工整。",
     "A corner of the mount was repaired, neatly."),
)  # fmt: skip
SECOND: Final[tuple[Found, ...]] = (
    ("crease", "moderate", "local", "old", "27 65.6 31 3.4", "折痕向右延长，纸面起白。",
     "The crease runs on to the right and the surface whitens."),
    ("foxing", "trace", "several", "old", "48,22 63,23 69,31 58,39 46,31", "右上散布黄斑。",
     "Scattered foxing at upper right."),
    ("tear", "slight", "spot", "new", "76.5 44 3.5 2", "右缘一处小裂口，约五毫米。",
     "A small tear at the right edge, about five millimetres."),
    ("restoration", "trace", "spot", "old", "", "装裱边角曾经修补，工整。",
     "A corner of the mount was repaired, neatly."),
)  # fmt: skip


def load_reports(stage: demo.Stage) -> None:
    """Make the reports that are missing."""
    registrar, artist = account("registrar"), account("artist")
    work = _chosen()
    first = _closed(
        registrar, work, 1, ReportPurpose.INCOMING, FIRST,
        Facts(
            date(2026, 3, 12), "渌水库房一号", "日光，另用侧光", "十倍放大镜，直尺", "good",
            "整体稳定，有轻微旧损，不影响观看。",
            "Stable; slight old damage that does not disturb.",
            artist.email,
        ),
    )  # fmt: skip
    for signer in (registrar, artist):
        if not first.signatures.filter(signer=signer).exists():
            condition.sign_handover(actor=signer, report_id=first.pk, digest=first.digest)
    _closed(
        registrar, work, 2, ReportPurpose.PERIODIC, SECOND,
        Facts(
            date(2026, 9, 18), "渌水库房一号", "日光，另用侧光和紫外灯", "十倍放大镜，直尺", "fair",
            "折痕延长，右缘新出现小裂口；建议托裱前暂不展出。",
            "The crease is longer and a small tear is new; not to be displayed before treatment.",
        ),
    )  # fmt: skip
    if not work.condition_reports.filter(serial=3).exists():
        condition.start_report(actor=registrar, work_id=work.pk, purpose=ReportPurpose.OUTGOING)
    stage.say("condition: one work examined twice, a third report begun")


def reports_are_there() -> bool:
    """Whether an earlier run came to its end."""
    made = ConditionReport.objects.filter(examiner__email=demo.address("registrar"), serial=3)
    return made.exists()


def _chosen() -> Work:
    """The artist's first registered work."""
    works = Work.objects.filter(
        state=WorkState.REGISTERED, is_public=True, created_by__email=demo.address("artist")
    )
    return works.order_by("pk")[0]


def _closed(
    examiner: User,
    work: Work,
    serial: int,
    purpose: ReportPurpose,
    found: tuple[Found, ...],
    facts: Facts,
) -> ConditionReport:
    """This report, closed; what an earlier run left of it is taken up."""
    report = work.condition_reports.filter(serial=serial).first()
    if report is None:
        report = condition.start_report(
            actor=examiner, work_id=work.pk, purpose=purpose, carry=False
        )
    if not report.is_draft:
        return report
    front = report.pictures.filter(view=PhotoView.OVERALL)[0]
    for kind, severity, extent, age, region, note, note_en in found[report.findings.count() :]:
        finding = FindingInput(
            kind, severity, extent, age, note, note_en, front.pk if region else None, region
        )
        condition.save_finding(actor=examiner, report_id=report.pk, finding=finding)
    condition.save_facts(actor=examiner, report_id=report.pk, facts=facts)
    return condition.close_report(actor=examiner, report_id=report.pk)
