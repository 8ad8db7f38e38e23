"""Works described in Linked Art 1.0 (https://linked.art/api/1.0/), read into drafts.

Reads what our own export writes and what museums commonly publish: names, identifiers, types,
materials, statements, dimensions, production. Other statements stay in the raw record.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _

from catalog.engine import terms
from catalog.engine.dates import edtf_bounds
from catalog.engine.dimensions import Dimension, measure
from catalog.enums import CitationKind

from .draft import Maker, Problem, RowRefused, WorkDraft
from .profiles import finish, start
from .wording import (
    life_year,
    make_maker,
    one_line,
    put,
    put_date,
    put_makers,
    put_sizes,
    put_terms,
    read_inscriptions,
    said,
)

ACCESSION, LOCAL_NUMBER, SYSTEM_NUMBER = "300312355", "300404621", "300435704"
PRIMARY_NAME = "300404670"
ENGLISH, CHINESE = "300388277", "300388113"
WORK_OF_ART = "300133025"
"""What every work is called in the model; says nothing of its kind."""
# Statements: AAT number → our field.
STATEMENTS: Final = {
    "300435429": "medium_text",
    "300435430": "dimensions_text",
    "300435438": "provenance_text",
    "300026687": "credit",
    "300435418": "credit",
    "300435416": "description",
    "300435414": "inscriptions",
    "300435420": "inscriptions",
    "300435424": "exhibition",
    "300026497": "literature",
}
DIMENSION_IDS: Final = {
    "300055644": "height", "300055647": "width", "300072633": "depth", "300055624": "diameter",
    "300055645": "length", "300056240": "weight",
}  # fmt: skip
UNIT_IDS: Final = {
    "300379097": "mm", "300379098": "cm", "300379099": "m", "300379100": "in",
    "300379225": "g", "300379226": "kg",
}  # fmt: skip
_LIFE: Final = re.compile(r"(.+) \(([^()–]*)–([^()–]*)\)")
_OBJECT_TYPES: Final = frozenset({"HumanMadeObject", "DigitalObject", "VisualItem"})


def unwrap(row: Any) -> Any:
    """The object of an ActivityStreams activity, or the row itself."""
    if isinstance(row, Mapping) and row.get("type") in ("Create", "Update", "Add"):
        return row.get("object")
    return row


def looks_linked_art(row: Any) -> bool:
    """Whether a row is an object of Linked Art."""
    row = unwrap(row)
    return isinstance(row, Mapping) and row.get("type") in _OBJECT_TYPES and "id" in row


def read_linked_art(row: Mapping[str, Any]) -> WorkDraft:
    """One HumanMadeObject as a draft."""
    thing = unwrap(row)
    if not isinstance(thing, Mapping) or thing.get("type") not in _OBJECT_TYPES:
        kind = thing.get("type") if isinstance(thing, Mapping) else type(thing).__name__
        raise RowRefused(
            Problem(
                "not_an_object", _("这不是作品（type是“%(kind)s”）。") % {"kind": str(kind)[:60]}
            )
        )
    identifiers = list(_identifiers(thing))
    draft = start(thing.get("id") or (identifiers[0] if identifiers else ""), thing.get("id"))
    _put_names(draft, thing)
    found = _statements(thing)
    for name in ("medium_text", "provenance_text", "credit", "description"):
        put(draft, name, "\n".join(found.get(name, [])))
    _put_production(draft, thing.get("produced_by"))
    put_terms(draft, "", draft.values["medium_text"])
    _put_classes(draft, thing)
    put_sizes(draft, "\n".join(found.get("dimensions_text", [])))
    if measured := tuple(_dimensions(thing)):
        draft.dimensions = measured
        draft.warnings = [w for w in draft.warnings if w.code != "size_unread"]
    draft.inscriptions = read_inscriptions("\n".join(found.get("inscriptions", [])))
    draft.citations = [(CitationKind.EXHIBITION.value, t) for t in found.get("exhibition", [])]
    draft.citations += [(CitationKind.LITERATURE.value, t) for t in found.get("literature", [])]
    subjects = dict.fromkeys(_subjects(thing))
    put(draft, "subject", "; ".join(filter(None, subjects)))
    return finish(draft)


# ------------------------------------------------------------------ parts of the model


def many(value: Any) -> list[Mapping[str, Any]]:
    """A list of mappings, whatever stands there."""
    values = value if isinstance(value, list) else [value]
    return [v for v in values if isinstance(v, Mapping)]


def ids_of(node: Mapping[str, Any], key: str = "classified_as") -> set[str]:
    """The AAT numbers of a node's classes, of classes of these classes included."""
    found = set()
    for each in many(node.get(key)):
        if match := re.search(r"(?:/aat/|aat:)(\d+)", str(each.get("id", ""))):
            found.add(match[1])
    return found


def _put_names(draft: WorkDraft, thing: Mapping[str, Any]) -> None:
    names = [
        n
        for n in many(thing.get("identified_by"))
        if n.get("type") == "Name" and said(n.get("content"))
    ]
    names.sort(key=lambda n: PRIMARY_NAME not in ids_of(n))
    english = next((n for n in names[1:] if ENGLISH in ids_of(n, "language")), None)
    first = one_line(names[0]["content"]) if names else ""
    put(draft, "title", first)
    put(draft, "title_en", one_line(english["content"]) if english else "")


def _identifiers(thing: Mapping[str, Any]) -> Iterator[str]:
    for each in many(thing.get("identified_by")):
        if each.get("type") == "Identifier" and (text := one_line(each.get("content"))):
            yield text


def _statements(thing: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in many(thing.get("referred_to_by")):
        text = said(each.get("content"))
        for term_id in sorted(ids_of(each)):
            if text and term_id in STATEMENTS:
                found.setdefault(STATEMENTS[term_id], []).append(text)
                break
    return found


def _subjects(thing: Mapping[str, Any]) -> Iterator[str]:
    """What the work shows, in words: embedded, or the label of the reference that we write."""
    for shown in many(thing.get("shows")):
        if str(shown.get("id", "")).endswith("#subject"):
            yield one_line(shown.get("_label"))
        for each in many(shown.get("represents")) + many(shown.get("about")):
            yield one_line(each.get("_label"))


def _put_classes(draft: WorkDraft, thing: Mapping[str, Any]) -> None:
    by_category: dict[str, list[str]] = {"work-type": [], "material": [], "technique": []}
    given = [*_ordered(thing, "classified_as"), *_ordered(thing, "made_of")]
    for making in many(thing.get("produced_by")):
        given += _ordered(making, "technique")
        for part in many(making.get("part")):
            given += _ordered(part, "technique")
    for term_id in given:
        term = terms.get(term_id)
        if term_id != WORK_OF_ART and term is not None and term.category in by_category:
            by_category[term.category].append(term_id)
    for name, category in (
        ("types", "work-type"),
        ("materials", "material"),
        ("techniques", "technique"),
    ):
        if by_category[category]:
            setattr(draft, name, tuple(dict.fromkeys(by_category[category])))


def _ordered(node: Mapping[str, Any], key: str) -> list[str]:
    found = (
        re.search(r"(?:/aat/|aat:)(\d+)", str(each.get("id", ""))) for each in many(node.get(key))
    )
    return [match[1] for match in found if match]


def _dimensions(thing: Mapping[str, Any]) -> Iterator[Dimension]:
    for each in many(thing.get("dimension")):
        name = next((DIMENSION_IDS[i] for i in ids_of(each) if i in DIMENSION_IDS), None)
        unit = next((UNIT_IDS[i] for i in ids_of(each, "unit") if i in UNIT_IDS), None)
        part = one_line(each.get("_label")).rpartition(":")[0][:60].lower()
        try:
            if name and unit:
                yield measure(part, name, Decimal(str(each.get("value"))), unit)
        except (ValueError, InvalidOperation):
            continue


def _put_production(draft: WorkDraft, production: Any) -> None:
    makings = [making for each in many(production) for making in (each, *many(each.get("part")))]
    span = next((s for making in makings for s in many(making.get("timespan"))), {})
    words = next((one_line(n.get("content")) for n in many(span.get("identified_by"))), "")
    first = _year(span.get("begin_of_the_begin"))
    last = _year(span.get("end_of_the_end"), is_end=True)
    put_date(draft, words or one_line(span.get("_label")), first, last)
    makers: list[Maker | None] = []
    for making in makings:
        makers += [_maker(person, making) for person in many(making.get("carried_out_by"))]
        for assigned in many(making.get("attributed_by")) + many(making.get("assigned_by")):
            for person in many(assigned.get("assigned")):
                makers.append(_maker(person, assigned))
    put_makers(draft, makers)
    place = next(
        (one_line(p.get("_label")) for m in makings for p in many(m.get("took_place_at"))), ""
    )
    put(draft, "place_made", place)


def _year(value: Any, *, is_end: bool = False) -> int | None:
    """The year of a moment; an end at the first instant of a year belongs to the year before."""
    match = re.match(r"(-?\d{4,6})(-01-01T00:00:00)?", said(value))
    if not match:
        return None
    return int(match[1]) - (1 if is_end and match[2] else 0)


def _maker(person: Mapping[str, Any], making: Mapping[str, Any]) -> Maker | None:
    names = [
        one_line(n.get("content"))
        for n in many(person.get("identified_by"))
        if n.get("type") == "Name"
    ]
    name, *life = [names[0]] if names else _labelled(one_line(person.get("_label")))
    qualifier = next(
        (t.en for t in terms.attribution_scale() if t.id in ids_of(making)),
        one_line(making.get("_label")),
    )
    birth = _life(person.get("born"))
    death = _life(person.get("died"))
    if life:
        birth, death = _edtf_year(life[0]), _edtf_year(life[1])
    labels = [one_line(c.get("_label")) for c in many(making.get("classified_as"))]
    if making.get("type") == "AttributeAssignment":
        labels += [one_line(n.get("content")) for n in many(making.get("identified_by"))]
    role = qualifier if qualifier and ids_of(making) else next(iter(labels), "")
    return make_maker(
        name=name,
        key=one_line(person.get("id")),
        role=role,
        as_written=one_line(making.get("_label")) or name,
        nationality="",
        birth_edtf=birth[0],
        birth_year=birth[1],
        death_edtf=death[0],
        death_year=death[1],
    )


def _labelled(label: str) -> list[str]:
    """A label "name (birth–death)" in its parts, when both are dates or empty; else the label."""
    match = _LIFE.fullmatch(label)
    if match and all(not part or edtf_bounds(part) for part in match.groups()[1:]):
        return list(match.groups())
    return [label]


def _edtf_year(edtf: str) -> tuple[str, int | None]:
    bounds = edtf_bounds(edtf) if edtf else None
    return (edtf, bounds.year_from) if bounds else ("", None)


def _life(event: Any) -> tuple[str, int | None]:
    for each in many(event):
        for span in many(each.get("timespan")):
            label = next((one_line(n.get("content")) for n in many(span.get("identified_by"))), "")
            if label and (bounds := edtf_bounds(label)):
                return label, bounds.year_from
            return life_year(span.get("begin_of_the_begin"))
    return "", None
