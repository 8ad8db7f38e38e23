"""A work as plain data, for the before and after of its history.

Everything that describes the work is in it: fields, terms, dimensions, inscriptions, opinions,
photographs, parts, citations. Prices, owners and personal data are not.
"""

from typing import Any

from artmarket.core.events import plain, snapshot

from .models import Work

FIELDS = (
    "state", "number", "is_public", "form", "title", "title_en", "subject", "description",
    "description_en", "medium_text", "features", "features_none_reason", "no_inscriptions",
    "unknown_reasons", "date_text", "date_edtf", "dimensions_text", "place_made", "credit",
    "provenance_text", "objectid_score", "source_kind", "relic_status", "edition",
    "impression_kind", "impression_number", "is_destroyed", "merged_into",
)  # fmt: skip


def snapshot_of(work: Work) -> dict[str, Any]:
    """The work and its parts as they stand in the database."""
    values = snapshot(work, FIELDS)
    terms = work.work_terms.all()
    for use in ("type", "material", "technique"):
        values[f"terms_{use}"] = [t.term_id for t in terms if t.use == use]
    values["dimensions"] = [
        f"{d.part} {d.dimension} {d.value.normalize():f} {d.unit}".strip()
        for d in work.dimensions.all()
    ]
    values["inscriptions"] = [
        " ".join(
            filter(None, (i.ref, i.kind, i.style, i.place, i.text, "unreadable" * i.is_unreadable))
        )
        for i in work.inscriptions.all()
    ]
    values["attributions"] = [
        f"{a.artist_id} {a.artist.name}: {a.term} ({a.by}) {a.status}"
        for a in work.attributions.select_related("artist")
    ]
    values["photos"] = [
        f"{p.image.sha256[:16]} {p.view}{' scale' * p.has_scale} {p.shows}".strip()
        for p in work.photos.select_related("image")
    ]
    values["parts"] = [f"{p.kind} {p.description}".strip() for p in work.parts.all()]
    values["citations"] = [f"{c.kind} {c.text}" for c in work.citations.all()]
    return plain(values)
