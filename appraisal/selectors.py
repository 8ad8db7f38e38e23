"""Reads about recorded papers. Nothing here writes."""

from collections.abc import Collection, Mapping

from django.db.models import QuerySet

from catalog.models import Work

from .models import RecordedCertificate


def certified(work_ids: Collection[int]) -> Mapping[int, list[str]]:
    """The facet `certified`: works with at least one live paper."""
    found = RecordedCertificate.objects.live().filter(work_id__in=work_ids)
    return {pk: ["yes"] for pk in found.values_list("work_id", flat=True)}


def papers_of(work: Work) -> QuerySet[RecordedCertificate]:
    """All papers of a work, those in force first."""
    return work.recorded_certificates.select_related("seen_by", "withdrawn_by", "scan").order_by(
        "withdrawn_at", "id"
    )


def live_papers(work: Work) -> list[RecordedCertificate]:
    """The papers in force, read once for one page."""
    if not hasattr(work, "live_papers"):
        work.live_papers = list(RecordedCertificate.objects.live().filter(work=work))
    return work.live_papers
