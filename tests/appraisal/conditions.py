"""Condition reports for tests, made through the services."""

import io
from datetime import date
from typing import Any

import PIL.Image
from django.core.files.base import ContentFile

from appraisal.services import condition
from appraisal.services.condition import Facts, FindingInput
from media import files
from media.models import Derivative, Image
from tests.catalog.factories import person, registered

TEAR = FindingInput("tear", "slight", "local", "old", "左下角", "lower left")


def facts(other=None, **changes: Any) -> Facts:
    """A head that may be closed."""
    values: dict[str, Any] = {
        "examined_on": date(2026, 1, 5), "place": "渌水库房", "light": "日光", "equipment": "放大镜",
        "grade": "good", "summary": "轻微旧损，稳定。", "summary_en": "Slight old damage, stable.",
        "counterparty": other.email if other else "",
    }  # fmt: skip
    return Facts(**(values | changes))


def draft(work=None, examiner=None, purpose: str = "periodic", **more: Any):
    """A draft on the photographs of a work."""
    return condition.start_report(
        actor=examiner or person("registrar"), work_id=(work or registered()).pk, purpose=purpose,
        **more,
    )  # fmt: skip


def finding(report, number: int | None = None, **changes: Any):
    """A tear on the first picture of a draft, unless something else is said."""
    values: dict[str, Any] = {
        "kind": "tear", "severity": "slight", "extent": "local", "age": "old", "note": "左下角",
        "note_en": "lower left", "picture": report.pictures.first().pk, "region": "10 60 20 5",
    }  # fmt: skip
    return condition.save_finding(
        actor=report.examiner, report_id=report.pk, finding=FindingInput(**(values | changes)),
        number=number,
    )  # fmt: skip


def closed(work=None, examiner=None, purpose: str = "periodic", other=None, found=({},), **changes):
    """A closed report with these findings."""
    report = draft(work, examiner, purpose, carry=False)
    for more in found:
        finding(report, **more)
    condition.save_facts(actor=report.examiner, report_id=report.pk, facts=facts(other, **changes))
    return condition.close_report(actor=report.examiner, report_id=report.pk)


def handed_over(work=None, purpose: str = "incoming", **more):
    """A closed report that both have signed."""
    other = person("artist")
    report = closed(work, purpose=purpose, other=other, **more)
    for signer in (report.examiner, other):
        condition.sign_handover(actor=signer, report_id=report.pk, digest=report.digest)
    return report


def draw_pictures(work) -> None:
    """Public files for the photographs of a work, 480 by 360 pixels."""
    for photo in work.photos.all():
        draw(photo.image)


def draw(image: Image) -> Derivative:
    """A public file for a picture."""
    content = io.BytesIO()
    tint = (200, 190, 40 + image.pk * 40 % 200)  # no two alike, or a file holds one of them
    PIL.Image.new("RGB", (480, 360), tint).save(content, "JPEG")
    path = files.public().save(f"pictures/{image.uuid}.jpg", ContentFile(content.getvalue()))
    return Derivative.objects.create(
        image=image, kind="jpeg-480", path=path, mime="image/jpeg", width=480, height=360,
        size=len(content.getvalue()), sha256="0" * 64,
    )  # fmt: skip
