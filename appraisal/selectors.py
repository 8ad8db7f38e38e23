"""Reads about recorded papers and signed opinions. Nothing here writes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet

from artmarket.core.once import once
from catalog.models import Attribution, Work

from .enums import CertificateState
from .models import Certificate, PanelSeat, RecordedCertificate


def certified(work_ids: Collection[int]) -> Mapping[int, list[str]]:
    """The facet `certified`: kinds of the platform's valid certificates, and papers of others."""
    found: dict[int, list[str]] = defaultdict(list)
    valid = Certificate.objects.filter(work_id__in=work_ids, state=CertificateState.VALID)
    for work_id, kind in valid.order_by("work_id", "kind").values_list("work_id", "kind"):
        found[work_id].append(kind)
    papers = RecordedCertificate.objects.live().filter(work_id__in=work_ids)
    for work_id in papers.order_by("work_id").values_list("work_id", flat=True).distinct():
        found[work_id].append("yes")
    return found


def opinions_on(work: Any) -> QuerySet[Attribution]:
    """The signed opinions on a work (a key, or an OuterRef to one), by `by_user`.

    What the lister of a work says of it himself is a statement of the seller, no opinion. Whoever
    gave one does not bid on the work (拍卖法 22, 30; auction rules §9).
    """
    rows = Attribution.objects.filter(work=work, by_user__isnull=False)
    return rows.exclude(by_user=F("work__created_by")).order_by()


def panel_seats_on(work: Any) -> QuerySet[PanelSeat]:
    """The seats of experts who judge a work, or have (a key, or an OuterRef to one), by
    `expert__user`. Whoever left by a conflict, before he gave an opinion, is not among them."""
    rows = PanelSeat.objects.filter(case__work=work)
    return rows.filter(Q(ended_at__isnull=True) | Q(opinion__isnull=False)).order_by()


def papers_of(work: Work) -> QuerySet[RecordedCertificate]:
    """All papers of a work, those in force first."""
    return work.recorded_certificates.select_related("seen_by", "withdrawn_by", "scan").order_by(
        "withdrawn_at", "id"
    )


def live_papers(work: Work) -> list[RecordedCertificate]:
    """The papers in force, read once for one page."""
    rows = RecordedCertificate.objects.live().filter(work=work)
    return once(work, "live_papers", lambda: list(rows))
