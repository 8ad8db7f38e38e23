"""The findings of a closed report as W3C Web Annotations, for viewers of others.

Made from the canonical text, so they hold what everybody may read and nothing else.
"""

from typing import Any

from django.conf import settings
from django.utils import translation

from appraisal.condition import terms
from appraisal.condition.showing import EDGE, whole_address
from appraisal.condition.text import stated_findings
from appraisal.engine.condition import ANNOTATION_CONTEXT, Finding, annotation
from appraisal.models import ConditionReport
from artmarket.core.rest.paging import own_url
from media import files
from media.selectors import smallest_jpeg


def annotation_page(report: ConditionReport) -> dict[str, Any]:
    """The annotation page of a prefetched closed report."""
    with translation.override(settings.LANGUAGE_CODE):  # one address in every language
        page = whole_address(report)
        work = own_url(report.work.get_absolute_url())
    address = f"{page}annotations.json"
    sources = {}
    for picture in report.pictures.all():
        derivative = smallest_jpeg(picture.image, EDGE)
        if derivative:
            sources[str(picture.image.uuid)] = own_url(files.public().url(derivative.path))
    items = [
        annotation(
            finding,
            address=f"{page}#finding-{finding.number}",
            source=sources.get(finding.picture, work),
            labels=_labels(finding),
            concepts=terms.concepts(finding.kind),
        )
        for finding in stated_findings(report)
        if not finding.picture or finding.picture in sources
    ]
    return {
        "@context": ANNOTATION_CONTEXT,
        "id": address,
        "type": "AnnotationPage",
        "created": report.statement["closed_at"],
        "items": items,
    }


def _labels(finding: Finding) -> list[tuple[str, str]]:
    """Kind, severity and extent in both languages."""
    parts = (
        (terms.KINDS, finding.kind),
        (terms.SEVERITIES, finding.severity),
        (terms.EXTENTS, finding.extent),
    )
    return [
        ("zh", "，".join(terms.words_in(rule_id, code, "zh") for rule_id, code in parts)),
        ("en", ", ".join(terms.words_in(rule_id, code, "en") for rule_id, code in parts)),
    ]
