"""A work as Linked Art 1.0 (https://linked.art/api/1.0/endpoint/physical_object/), plain dicts.

Built from the columns that the reader may see (see `fields`), so nothing private can be in it. The
published schema is closed: whatever has a document of its own (a person, a place, a visual item)
stands here as a reference of id, type and label, and what has no page here gets an address within
that of the work.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from catalog.engine import terms
from catalog.iiif import manifest_address, zoomable_photos
from catalog.models import Attribution, Work
from catalog.selectors import makers

from .fields import Audience, absolute_url, source_key, visible

CONTEXT: Final = "https://linked.art/ns/v1/linked-art.json"
SUBJECT: Final = "#subject"
"""Where the visual item of a work is found whose label is the work's subject."""
BRIEF_TEXT: Final = "300418049"
DIMENSIONS: Final = {
    "height": "300055644", "width": "300055647", "depth": "300072633", "diameter": "300055624",
    "length": "300055645", "weight": "300056240",
}  # fmt: skip
UNITS: Final = {
    "mm": "300379097", "cm": "300379098", "m": "300379099", "in": "300379100",
    "g": "300379225", "kg": "300379226",
}  # fmt: skip
STATEMENTS: Final = {
    "medium": "300435429", "dimensions": "300435430", "provenance": "300435438",
    "credit": "300026687", "description": "300435416", "inscriptions": "300435414",
    "exhibitions": "300435424", "literature": "300026497", "licence": "300435434",
}  # fmt: skip


def classed(term_id: str, **more: Any) -> dict[str, Any]:
    """A reference to a term of the AAT with its English label."""
    return {"id": terms.uri(term_id), "type": "Type", "_label": terms.label(term_id, "en"), **more}


def reference(address: str, kind: str, label: str) -> dict[str, str]:
    """A reference to another entity."""
    return {"id": address, "type": kind, "_label": label}


def linked_art(work: Work, audience: Audience, *, with_context: bool = True) -> dict[str, Any]:
    """The work as a HumanMadeObject, with what this audience may see of it."""
    row = visible(work, audience)
    label = row["title"] or row["title_en"] or row["medium"] or row["source_id"] or "Untitled"
    thing: dict[str, Any] = {
        "id": absolute_url(work),
        "type": "HumanMadeObject",
        "_label": label,
        "classified_as": [
            classed("300133025"),
            *(
                classed(i, classified_as=[classed("300435443")])
                for i in _split(row["types"])
                if i != "300133025"
            ),
        ],
        "identified_by": list(_names(row, absolute_url(work))),
    }
    if materials := _split(row["materials"]):
        made_of = (classed(i) for i in materials)
        thing["made_of"] = [{**m, "type": "Material"} for m in made_of]
    if statements := list(_statements(row)):
        thing["referred_to_by"] = statements
    if sizes := list(_dimensions(work)):
        thing["dimension"] = sizes
    if production := _production(work, row):
        thing["produced_by"] = production
    if row["subject"]:
        shown = f"{absolute_url(work)}{SUBJECT}"
        thing["shows"] = [reference(shown, "VisualItem", row["subject"])]
    if work.is_public and zoomable_photos(work):
        thing["subject_of"] = [reference(manifest_address(work), "DigitalObject", "IIIF manifest")]
    return {"@context": CONTEXT, **thing} if with_context else thing


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _names(row: Mapping[str, str], address: str) -> Iterable[dict[str, Any]]:
    title = row["title"] or row["title_en"]
    if title:
        name = {
            "type": "Name",
            "classified_as": [classed("300404670")],
            "content": title,
        }
        if re.search(r"[\u4e00-\u9fff]", title):
            name["language"] = [_language("300388113")]
        yield name
    if row["title_en"] and row["title_en"] != title:
        yield {
            "type": "Name",
            "content": row["title_en"],
            "language": [_language("300388277")],
        }
    if row["number"]:
        yield {
            "type": "Identifier",
            "classified_as": [classed("300435704")],
            "content": row["number"],
        }
    if row["source_id"] and row["source"]:
        yield {
            "type": "Identifier",
            "classified_as": [classed("300404621")],
            "content": row["source_id"],
            "assigned_by": [
                {
                    "type": "AttributeAssignment",
                    "carried_out_by": [reference(f"{address}#source", "Group", row["source"])],
                }
            ],
        }


def _language(term_id: str) -> dict[str, Any]:
    return classed(term_id) | {"type": "Language"}


def _statements(row: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    for name, term_id in STATEMENTS.items():
        if row[name]:
            yield {
                "type": "LinguisticObject",
                "classified_as": [classed(term_id, classified_as=[classed(BRIEF_TEXT)])],
                "content": row[name],
            }


def _dimensions(work: Work) -> Iterable[dict[str, Any]]:
    for size in work.dimensions.all():
        if size.dimension in DIMENSIONS and size.unit in UNITS:
            label = f"{size.part}: {size.dimension}" if size.part else size.dimension
            yield {
                "type": "Dimension",
                "_label": label,
                "classified_as": [classed(DIMENSIONS[size.dimension])],
                "value": float(size.value),
                "unit": {**classed(UNITS[size.unit]), "type": "MeasurementUnit"},
            }


def _production(work: Work, row: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if row["date"] or row["date_from"] or row["date_to"]:
        made["timespan"] = _timespan(row["date"], row["date_from"], row["date_to"])
    if techniques := _split(row["techniques"]):
        made["technique"] = [classed(i) for i in techniques]
    if row["place_made"]:
        place = reference(f"{absolute_url(work)}#place-made", "Place", row["place_made"])
        made["took_place_at"] = [place]
    opinions = makers(work)
    sure = [o for o in opinions if o.term == "autograph" and not o.role]
    if sure:
        made["carried_out_by"] = [_actor(o) for o in sure]
    if others := [_opinion(o, absolute_url(work)) for o in opinions if o not in sure]:
        made["attributed_by"] = others
    return {"type": "Production", **made} if made else {}


def _timespan(words: str, first: str, last: str) -> dict[str, Any]:
    span: dict[str, Any] = {"type": "TimeSpan"}
    if words:
        span["identified_by"] = [{"type": "Name", "content": words}]
    if first and -9999 <= int(first) <= 9999:
        span["begin_of_the_begin"] = f"{_year(int(first))}-01-01T00:00:00Z"
    if last and -9999 <= int(last) <= 9999:
        span["end_of_the_end"] = f"{_year(int(last))}-12-31T23:59:59Z"
    return span


def _year(value: int) -> str:
    return f"{value:04d}" if value >= 0 else f"-{-value:04d}"


def _actor(opinion: Attribution) -> dict[str, str]:
    """The maker; the label holds the dates of his life as written, "name (1864–1957)"."""
    artist = opinion.artist
    life = f"{artist.birth_edtf}–{artist.death_edtf}".strip("–")
    life = life and f" ({artist.birth_edtf}–{artist.death_edtf})"
    return reference(source_key(opinion), "Person", artist.name + life)


def _opinion(opinion: Attribution, address: str) -> dict[str, Any]:
    """An opinion that is no plain authorship: who says it, how sure, about whom."""
    said: dict[str, Any] = {
        "type": "AttributeAssignment",
        "_label": opinion.as_written or opinion.artist.name,
        "assigned": _actor(opinion),
        "carried_out_by": [reference(f"{address}#opinion-{opinion.pk}", "Group", opinion.by)],
    }
    if terms.get(opinion.term):
        said["classified_as"] = [classed(opinion.term)]
    elif opinion.role:
        said["identified_by"] = [{"type": "Name", "content": opinion.role}]
    return said
