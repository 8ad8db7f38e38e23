"""A work as Linked Art 1.0 (https://linked.art/api/1.0/endpoint/physical_object/), plain dicts.

Built from the columns that the reader may see (see `fields`), so nothing private can be in it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from catalog.engine import terms
from catalog.engine.dates import edtf_bounds
from catalog.iiif import manifest_address, zoomable_photos
from catalog.models import Attribution, Work
from catalog.selectors import makers

from .fields import Audience, absolute_url, source_key, visible

CONTEXT: Final = "https://linked.art/ns/v1/linked-art.json"
PRESENTATION: Final = "http://iiif.io/api/presentation/3/context.json"
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
        "identified_by": list(_names(row)),
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
        words = [w for w in row["subject"].split("; ") if w]
        thing["shows"] = [
            {
                "type": "VisualItem",
                "_label": "Subject",
                "about": [{"type": "Type", "_label": word} for word in words],
            }
        ]
    if work.is_public and zoomable_photos(work):
        thing["subject_of"] = [_manifest(work)]
    return {"@context": CONTEXT, **thing} if with_context else thing


def _manifest(work: Work) -> dict[str, Any]:
    """The work's manifest of IIIF Presentation 3 (https://linked.art/model/digital/)."""
    return {
        "type": "LinguisticObject",
        "_label": "IIIF manifest",
        "digitally_carried_by": [
            {
                "type": "DigitalObject",
                "_label": "IIIF manifest",
                "format": f'application/ld+json;profile="{PRESENTATION}"',
                "conforms_to": [{"id": PRESENTATION, "type": "InformationObject"}],
                "access_point": [{"id": manifest_address(work), "type": "DigitalObject"}],
            }
        ],
    }


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _names(row: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    title = row["title"] or row["title_en"]
    if title:
        name = {
            "type": "Name",
            "classified_as": [classed("300404670")],
            "content": title,
        }
        if re.search(r"[\u4e00-\u9fff]", title):
            name["language"] = [classed("300388113") | {"type": "Language"}]
        yield name
    if row["title_en"] and row["title_en"] != title:
        yield {
            "type": "Name",
            "content": row["title_en"],
            "language": [classed("300388277") | {"type": "Language"}],
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
                    "carried_out_by": [{"type": "Group", "_label": row["source"]}],
                }
            ],
        }


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
        made["took_place_at"] = [{"type": "Place", "_label": row["place_made"]}]
    opinions = makers(work)
    sure = [o for o in opinions if o.term == "autograph" and not o.role]
    if sure:
        made["carried_out_by"] = [_actor(o) for o in sure]
    if others := [_opinion(o) for o in opinions if o not in sure]:
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


def _actor(opinion: Attribution) -> dict[str, Any]:
    artist = opinion.artist
    person: dict[str, Any] = {
        "id": source_key(opinion),
        "type": "Person",
        "_label": artist.name,
        "identified_by": [{"type": "Name", "content": artist.name}],
    }
    for key, kind, edtf in (
        ("born", "Birth", artist.birth_edtf),
        ("died", "Death", artist.death_edtf),
    ):
        if edtf and (bounds := edtf_bounds(edtf)):
            span = _timespan(edtf, str(bounds.year_from or ""), str(bounds.year_to or ""))
            person[key] = {"type": kind, "timespan": span}
    return person


def _opinion(opinion: Attribution) -> dict[str, Any]:
    """An opinion that is no plain authorship: who says it, how sure, about whom."""
    said: dict[str, Any] = {
        "type": "AttributeAssignment",
        "_label": opinion.as_written or opinion.artist.name,
        "assigned_property": "carried_out_by",
        "assigned": [_actor(opinion)],
        "carried_out_by": [{"type": "Group", "_label": opinion.by}],
    }
    if terms.get(opinion.term):
        said["classified_as"] = [classed(opinion.term)]
    elif opinion.role:
        said["classified_as"] = [{"type": "Type", "_label": opinion.role}]
    return said
