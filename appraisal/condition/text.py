"""The canonical text of a closed report, its digest, and its findings as values of the engine."""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

from appraisal.engine.condition import Finding, finding_json, read_finding
from appraisal.engine.regions import read_selector
from appraisal.models import ConditionFinding, ConditionReport
from catalog.engine.log import canonical_json, commit

VERSION: Final = 1


def findings_of(report: ConditionReport) -> list[Finding]:
    """The findings as they stand in the tables; one query, or none when they are prefetched with
    `picture__image`."""
    return [as_finding(row) for row in report.findings.all()]


def as_finding(row: ConditionFinding) -> Finding:
    """A row as a value."""
    picture = row.picture
    return Finding(
        number=row.number, kind=row.kind, severity=row.severity, extent=row.extent, age=row.age,
        note=row.note, note_en=row.note_en,
        picture=str(picture.image.uuid) if picture else "", view=picture.view if picture else "",
        region=read_selector(row.region) if row.region else None,
    )  # fmt: skip


def stated_findings(report: ConditionReport) -> list[Finding]:
    """The findings of a closed report, read from its canonical text: no query."""
    return [read_finding(value) for value in report.statement["findings"]]


def statement_of(report: ConditionReport, *, previous: str) -> dict[str, Any]:
    """What a report says to everybody, and a commitment to what it says to a few.

    `previous` is the digest of the work's last closed report. Never a name, address or place.
    """
    assert report.closed_at is not None  # noqa: S101 - set by its only caller
    rows: Iterable[ConditionFinding] = report.findings.select_related("picture__image")
    pictures = report.pictures.select_related("image")
    private = canonical_json(
        {
            "examiner": report.examiner_id,
            "counterparty": report.counterparty_id,
            "place": report.place,
        }
    ).decode()
    return {
        "type": "ConditionReport",
        "version": VERSION,
        "work": report.work.number,
        "report": report.serial,
        "purpose": report.purpose,
        "examined_on": report.examined_on.isoformat(),
        "closed_at": report.closed_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "light": report.light,
        "equipment": report.equipment,
        "grade": report.grade,
        "summary": report.summary,
        "summary_en": report.summary_en,
        "pictures": [
            {"image": str(p.image.uuid), "sha256": p.image.sha256, "view": p.view} for p in pictures
        ],
        "findings": [finding_json(as_finding(row)) for row in rows],
        "private": commit(private, bytes.fromhex(report.salt)),
        "previous": previous,
    }


def digest_of(statement: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal digits."""
    return hashlib.sha256(canonical_json(statement)).hexdigest()
