"""Every field that an export may hold, and who may see it. The one table of this matter.

Audiences rise: the public; the lister or a holder of title; staff. A reader of a lower audience
gets an empty cell. Rules: registry rules, section 12 and 14 (exports obey field permissions).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from django.conf import settings
from django.utils import translation

from catalog.engine.numbers import format_number
from catalog.engine.terms import get as term_of
from catalog.enums import CitationKind, TermUse
from catalog.models import Attribution, Work
from catalog.permissions import is_staff, may_see_private_of_many
from catalog.selectors import makers

MULTIPLE: Final = " | "


class Audience(IntEnum):
    """Who reads; each sees what the ones before him see."""

    PUBLIC = 0
    OWNER = 1
    STAFF = 2


@dataclass(frozen=True)
class Field:
    """A column: its permanent name, who may see it, and its text for a work.

    `open_data` widens a field for records of open museum data, which their museum published;
    `masked` is what those read who may not read `value`.
    """

    name: str
    audience: Audience
    value: Callable[[Work], str]
    open_data: Audience | None = None
    masked: Callable[[Work], str] | None = None

    def shown_to(self, audience: Audience, work: Work) -> bool:
        """Whether this audience may read the field of this work as it is."""
        needed = self.audience
        if self.open_data is not None and work.is_open_data:
            needed = self.open_data
        return audience >= needed

    def value_for(self, audience: Audience, work: Work) -> str:
        """The text that this audience may read; empty where it may read nothing."""
        if self.shown_to(audience, work):
            return self.value(work)
        return self.masked(work) if self.masked else ""


def audiences_of(reader: Any) -> Callable[[Work], Audience]:
    """What this reader is to works whose title shares are prefetched; asks once for all of them."""
    if is_staff(reader):
        return lambda work: Audience.STAFF
    may_see = may_see_private_of_many(reader)
    return lambda work: Audience.OWNER if may_see(work) else Audience.PUBLIC


def absolute_url(work: Work) -> str:
    """The permanent public address."""
    with translation.override(settings.LANGUAGE_CODE):
        return settings.SITE_URL.rstrip("/") + work.get_absolute_url()


# ------------------------------------------------------------------ values


def _of(name: str) -> Callable[[Work], str]:
    return lambda work: "" if getattr(work, name) is None else str(getattr(work, name))


def _of_source(name: str) -> Callable[[Work], str]:
    def value(work: Work) -> str:
        record = getattr(work, "source_record", None)
        return str(getattr(record, name)) if record else ""

    return value


def _of_makers(value: Callable[[Attribution], Any]) -> Callable[[Work], str]:
    def joined(work: Work) -> str:
        parts = [str(value(opinion) or "") for opinion in makers(work)]
        return MULTIPLE.join(parts) if any(parts) else ""

    return joined


def maker_words(opinion: Attribution) -> str:
    """ "follower of Rembrandt": the name with its opinion, as the importer reads it back."""
    term = term_of(opinion.term)
    name = opinion.artist.name
    return f"{term.en} {name}" if term else name


def source_key(opinion: Attribution) -> str:
    """The artist's own permanent id here; readers of another registry keep it as the maker's id."""
    return f"{settings.SITE_URL.rstrip('/')}/artists/{opinion.artist_id}/"


def _terms(use: str) -> Callable[[Work], str]:
    return lambda work: MULTIPLE.join(t.term_id for t in work.work_terms.all() if t.use == use)


def _citations(kind: str) -> Callable[[Work], str]:
    return lambda work: "\n".join(
        " ".join(c.text.split()) for c in work.citations.all() if c.kind == kind
    )


def _sizes(work: Work) -> str:
    if work.dimensions_text:
        return work.dimensions_text
    return "; ".join(
        f"{d.part + ': ' if d.part else ''}{d.dimension} {d.value.normalize():f} {d.unit}"
        for d in work.dimensions.all()
    )


def _inscriptions(work: Work) -> str:
    lines = (f"{i.place}: {i.text}" if i.place else i.text for i in work.inscriptions.all())
    return "\n".join(line for line in lines if line)


def _number(work: Work) -> str:
    return format_number(work.number) if work.number else ""


def _record_id(work: Work) -> str:
    record = getattr(work, "source_record", None)
    return record.source_id if record else (work.number or "")


def _owners(work: Work) -> str:
    shares = [s for s in work.title_shares.all() if s.to_event_id is None]
    return MULTIPLE.join(f"{s.party} {s.numerator}/{s.denominator}" for s in shares)


PUBLIC, OWNER, STAFF = Audience.PUBLIC, Audience.OWNER, Audience.STAFF
FIELDS: Final[tuple[Field, ...]] = (
    Field("number", PUBLIC, _number),
    Field("source", PUBLIC, _of_source("source")),
    Field("source_id", PUBLIC, _record_id),
    Field("licence", PUBLIC, _of_source("licence")),
    Field("url", PUBLIC, absolute_url),
    Field("title", PUBLIC, _of("title")),
    Field("title_en", PUBLIC, _of("title_en")),
    Field("makers", PUBLIC, _of_makers(maker_words)),
    Field("maker_ids", PUBLIC, _of_makers(source_key)),
    Field("maker_roles", PUBLIC, _of_makers(lambda o: o.role)),
    Field("maker_nationalities", PUBLIC, _of_makers(lambda o: o.artist.nationality)),
    Field("maker_births", PUBLIC, _of_makers(lambda o: o.artist.birth_edtf)),
    Field("maker_deaths", PUBLIC, _of_makers(lambda o: o.artist.death_edtf)),
    Field("attributed_by", PUBLIC, _of_makers(lambda o: o.by)),
    Field("date", PUBLIC, _of("date_text")),
    Field("date_edtf", PUBLIC, _of("date_edtf")),
    Field("date_from", PUBLIC, _of("year_from")),
    Field("date_to", PUBLIC, _of("year_to")),
    Field("medium", PUBLIC, _of("medium_text")),
    Field("types", PUBLIC, _terms(TermUse.TYPE)),
    Field("materials", PUBLIC, _terms(TermUse.MATERIAL)),
    Field("techniques", PUBLIC, _terms(TermUse.TECHNIQUE)),
    Field("dimensions", PUBLIC, _sizes),
    Field("subject", PUBLIC, _of("subject")),
    Field("inscriptions", PUBLIC, _inscriptions),
    Field("features", PUBLIC, _of("features")),
    Field("description", PUBLIC, _of("description")),
    Field("description_en", PUBLIC, _of("description_en")),
    Field("place_made", PUBLIC, _of("place_made")),
    Field("exhibitions", PUBLIC, _citations(CitationKind.EXHIBITION)),
    Field("literature", PUBLIC, _citations(CitationKind.LITERATURE)),
    Field("objectid_score", PUBLIC, _of("objectid_score")),
    # A credit line and a provenance name former owners and prices; museums publish theirs.
    Field("credit", OWNER, _of("credit"), open_data=PUBLIC),
    Field(
        "provenance",
        OWNER,
        _of("provenance_text"),
        open_data=PUBLIC,
        masked=_of("provenance_public"),
    ),
    Field("source_kind", OWNER, _of("source_kind")),
    Field("source_note", OWNER, _of("source_note")),
    Field("owners", OWNER, _owners),
    Field("state", OWNER, _of("state")),
    Field("relic_proposed", STAFF, _of("relic_proposed")),
    Field("listed_by", STAFF, lambda w: str(w.created_by) if w.created_by else ""),
)


def visible(work: Work, audience: Audience) -> dict[str, str]:
    """Every column of a work for this audience; empty where he may not look."""
    return {field.name: field.value_for(audience, work) for field in FIELDS}


def columns_for(audience: Audience) -> list[str]:
    """The columns of a file for this audience at most; others are left out, heading and all."""
    return [
        f.name
        for f in FIELDS
        if f.masked
        or audience >= min(f.audience, f.audience if f.open_data is None else f.open_data)
    ]
