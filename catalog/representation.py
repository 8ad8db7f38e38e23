"""A work as JSON for the API: every property names the fields of the export table that govern it.

What a reader may not see is null, whatever the property's shape; nothing is shown that is neither
in the table nor on the public page (`ON_THE_PAGE`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from artmarket.core.rest.paging import own_url
from media.models import Image
from media.selectors import picture_sources

from . import pages, selectors
from .completeness import assess_work, missing_words
from .engine.numbers import format_number
from .enums import CitationKind, RelicStatus, TermUse
from .exporting.fields import FIELDS, Audience, Field, audiences_of
from .models import Artist, Attribution, Work
from .services.editions import impression_label

_TABLE: Final[dict[str, Field]] = {field.name: field for field in FIELDS}
# Shown on every public page of a work and not a column of the exports.
ON_THE_PAGE: Final = ("on the page",)


@dataclass(frozen=True, slots=True)
class Property:
    """One property: who may see it is what the table says of all its fields."""

    name: str
    fields: tuple[str, ...]
    value: Callable[[Work, Audience], Any]

    def shown_to(self, audience: Audience, work: Work) -> bool:
        """Whether this audience may read the property of this work."""
        return self.fields == ON_THE_PAGE or all(
            _TABLE[name].masked or _TABLE[name].shown_to(audience, work) for name in self.fields
        )


def represent(work: Work, reader: Any) -> dict[str, Any]:
    """The whole work for this reader. Needs `works_for_page` with its title shares."""
    audience = audiences_of(reader)(work)
    return {p.name: p.value(work, audience) if p.shown_to(audience, work) else None for p in WHOLE}


def summary(work: Work) -> dict[str, Any]:
    """What a list shows of a public work; needs `works_for_cards`. No query of its own."""
    photo = next(iter(work.photos.all()), None)
    sources = picture_sources(photo.image) if photo else None
    return {
        "id": work.pk,
        "number": _number(work),
        "url": own_url(work.get_absolute_url()),
        "title": work.title,
        "title_en": work.title_en,
        "makers": [_maker(a) for a in selectors.makers(work)],
        "date": _date(work),
        "medium": work.medium_text,
        "dimensions": selectors.dimension_words(work),
        "is_open_data": work.is_open_data,
        "lock": _lock(work, Audience.PUBLIC),
        "thumb": own_url(sources.thumb) if sources and sources.thumb else None,
    }


def own_summary(work: Work) -> dict[str, Any]:
    """What its lister's own list shows besides."""
    return summary(work) | {
        "state": work.state,
        "score": work.objectid_score,
        "submitted_at": work.submitted_at,
    }


def artist_summary(artist: Artist) -> dict[str, Any]:
    """A maker in a list."""
    return {
        "id": artist.pk,
        "name": artist.name,
        "name_en": artist.name_en,
        "birth": artist.birth_edtf,
        "death": artist.death_edtf,
        "nationality": artist.nationality,
        "is_open_data": artist.is_open_data,
        "url": own_url(artist.get_absolute_url()),
    }


def represent_artist(artist: Artist) -> dict[str, Any]:
    """A maker as his page shows him; his account stays private."""
    return artist_summary(artist) | {
        "names": [
            {"text": n.text, "kind": n.kind, "language": n.language} for n in artist.names.all()
        ],
        "life": selectors.life_words(artist),
        "biography": artist.biography,
        "biography_en": artist.biography_en,
        "is_verified": bool(artist.account_verified_at),
        "identifiers": [{"scheme": i.scheme, "value": i.value} for i in artist.identifiers.all()],
    }


def change(told: selectors.Change) -> dict[str, Any]:
    """One line of a history, as the reader may know it."""
    return {
        "id": told.event_id,
        "action": told.action,
        "at": told.at,
        "by": told.who,
        "words": told.words,
        "reason": told.reason,
        "changes": [
            {"field": field, "before": before, "after": after} for field, before, after in told.rows
        ],
    }


# ------------------------------------------------------------------ values


def _plain(name: str) -> Callable[[Work, Audience], Any]:
    return lambda work, _audience: getattr(work, name)


def _number(work: Work) -> str | None:
    return format_number(work.number) if work.number else None


def _date(work: Work) -> dict[str, Any]:
    return {
        "text": work.date_text,
        "words": selectors.date_words(work),
        "edtf": work.date_edtf,
        "year_from": work.year_from,
        "year_to": work.year_to,
    }


def _maker(opinion: Attribution) -> dict[str, Any]:
    return {
        "artist": opinion.artist_id,
        "name": opinion.artist.name,
        "name_en": opinion.artist.name_en,
        "term": opinion.term,
        "role": opinion.role,
        "as_written": opinion.as_written,
        "by": opinion.by,
    }


def _opinion(opinion: Attribution) -> dict[str, Any]:
    return _maker(opinion) | {"basis": opinion.basis, "status": opinion.status}


def _terms(use: str) -> Callable[[Work, Audience], list[str]]:
    return lambda work, _audience: [t.term_id for t in work.work_terms.all() if t.use == use]


def _citations(kind: str) -> Callable[[Work, Audience], list[str]]:
    return lambda work, _audience: [c.text for c in work.citations.all() if c.kind == kind]


def _dimensions(work: Work, _audience: Audience) -> dict[str, Any]:
    return {
        "text": work.dimensions_text,
        "words": selectors.dimension_words(work),
        "measures": [
            {
                "dimension": d.dimension,
                "value": f"{d.value.normalize():f}",
                "unit": d.unit,
                "part": d.part,
            }
            for d in work.dimensions.all()
        ],
    }


def _inscriptions(work: Work, _audience: Audience) -> list[dict[str, Any]]:
    names = ("ref", "kind", "style", "place", "text", "is_unreadable", "date_text", "reader")
    return [{name: getattr(row, name) for name in names} for row in work.inscriptions.all()]


def _source(work: Work, _audience: Audience) -> dict[str, Any] | None:
    record = getattr(work, "source_record", None)
    if record is None:
        return None
    return {
        "source": record.source,
        "name": selectors.source_name(work),
        "id": record.source_id,
        "licence": record.licence,
    }


def _lock(work: Work, audience: Audience) -> dict[str, Any] | None:
    live = next(iter(getattr(work, "live_encumbrances", [])), None)
    if live is None:
        return None
    private = audience >= Audience.OWNER
    return {"words": pages.lock_words(live, private=private), "since": live.taken_at}


def _pictures(work: Work, audience: Audience) -> list[dict[str, Any]]:
    """The public sees what is drawn; owner and staff also what is still being made."""
    shown = []
    for photo in work.photos.all():
        sources = picture_sources(photo.image)
        if not sources and audience < Audience.OWNER:
            continue
        shown.append(picture(photo, photo.image, sources))
    return shown


def picture(photo: Any, image: Image, sources: Any) -> dict[str, Any]:
    """One picture of a work."""
    return {
        "id": photo.pk,
        "view": photo.view,
        "has_scale": photo.has_scale,
        "shows": photo.shows,
        "alt": pages.alt_words(photo, photo.work),
        "rights": photo.rights,
        "state": sources.state,
        "width": image.width,
        "height": image.height,
        "src": own_url(sources.src) if sources.src else None,
        "full": own_url(sources.full) if sources.full else None,
        "thumb": own_url(sources.thumb) if sources.thumb else None,
    }


def _edition(work: Work, _audience: Audience) -> dict[str, Any] | None:
    if work.edition is None:
        return None
    return {
        "label": work.edition.label,
        "size": work.edition.size,
        "proofs": work.edition.proofs,
        "impression": impression_label(work),
    }


def _merged_into(work: Work, _audience: Audience) -> str | None:
    return _number(work.merged_into) if work.merged_into else None


def _missing(work: Work, _audience: Audience) -> list[dict[str, Any]]:
    if work.is_open_data:
        return []
    return [
        {
            "category": m["category"],
            "name": str(m["name"]),
            "reasons": [str(r) for r in m["reasons"]],
        }
        for m in missing_words(assess_work(work))
    ]


def _owners(work: Work, _audience: Audience) -> list[dict[str, str]]:
    shares = (s for s in work.title_shares.all() if s.to_event_id is None)
    return [{"name": str(s.party), "share": f"{s.numerator}/{s.denominator}"} for s in shares]


def _listed_by(work: Work, _audience: Audience) -> str:
    return str(work.created_by) if work.created_by else ""


def _provenance(work: Work, audience: Audience) -> str | None:
    """All of it for those who may see it; for others what is public, null when nothing is."""
    column = _TABLE["provenance"]
    text = column.value_for(audience, work)
    return text if column.shown_to(audience, work) else text or None


def _relic(work: Work, _audience: Audience) -> str | None:
    return work.relic_status if work.relic_status != RelicStatus.UNKNOWN else None


WHOLE: Final[tuple[Property, ...]] = (
    Property("id", ("number",), _plain("pk")),
    Property("number", ("number",), lambda w, _a: _number(w)),
    Property("url", ("url",), lambda w, _a: own_url(w.get_absolute_url())),
    Property("state", ("state",), _plain("state")),
    Property("is_public", ("state",), _plain("is_public")),
    Property("is_open_data", ("source",), _plain("is_open_data")),
    Property("source", ("source", "source_id", "licence"), _source),
    Property("merged_into", ON_THE_PAGE, _merged_into),
    Property("title", ("title",), _plain("title")),
    Property("title_en", ("title_en",), _plain("title_en")),
    Property("form", ("types",), _plain("form")),
    Property(
        "makers",
        ("makers", "maker_ids", "maker_roles", "attributed_by"),
        lambda w, _a: [_maker(a) for a in selectors.makers(w)],
    ),
    Property("opinions", ON_THE_PAGE, lambda w, _a: [_opinion(a) for a in w.attributions.all()]),
    Property("date", ("date", "date_edtf", "date_from", "date_to"), lambda w, _a: _date(w)),
    Property("medium", ("medium",), _plain("medium_text")),
    Property("types", ("types",), _terms(TermUse.TYPE)),
    Property("materials", ("materials",), _terms(TermUse.MATERIAL)),
    Property("techniques", ("techniques",), _terms(TermUse.TECHNIQUE)),
    Property("dimensions", ("dimensions",), _dimensions),
    Property("subject", ("subject",), _plain("subject")),
    Property("inscriptions", ("inscriptions",), _inscriptions),
    Property("no_inscriptions", ("inscriptions",), _plain("no_inscriptions")),
    Property("features", ("features",), _plain("features")),
    Property("features_none_reason", ("features",), _plain("features_none_reason")),
    Property("unknown", ON_THE_PAGE, lambda w, _a: dict(w.unknown_reasons or {})),
    Property("description", ("description",), _plain("description")),
    Property("description_en", ("description_en",), _plain("description_en")),
    Property("place_made", ("place_made",), _plain("place_made")),
    Property("exhibitions", ("exhibitions",), _citations(CitationKind.EXHIBITION)),
    Property("literature", ("literature",), _citations(CitationKind.LITERATURE)),
    Property(
        "parts",
        ON_THE_PAGE,
        lambda w, _a: [{"kind": p.kind, "description": p.description} for p in w.parts.all()],
    ),
    Property("pictures", ON_THE_PAGE, _pictures),
    Property("score", ("objectid_score",), _plain("objectid_score")),
    Property("missing", ("objectid_score",), _missing),
    Property("relic_status", ON_THE_PAGE, _relic),
    Property("edition", ON_THE_PAGE, _edition),
    Property("is_destroyed", ON_THE_PAGE, _plain("is_destroyed")),
    Property("lock", ON_THE_PAGE, _lock),
    Property("credit", ("credit",), _plain("credit")),
    Property("provenance", ("provenance",), _provenance),
    Property("source_kind", ("source_kind",), _plain("source_kind")),
    Property("source_note", ("source_note",), _plain("source_note")),
    Property("owners", ("owners",), _owners),
    Property("relic_proposed", ("relic_proposed",), _plain("relic_proposed")),
    Property("listed_by", ("listed_by",), _listed_by),
)
