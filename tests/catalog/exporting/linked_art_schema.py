"""What the published JSON schema of Linked Art 1.0 asks of a HumanMadeObject, restated.

The schema (https://linked.art/api/1.0/schema/object.json with core.json) is in no package registry
and names a file of its author's machine as its base. This says the same of every member that we
write, and is stricter where the schema leaves a door open: a Production is closed here as well.
"""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
ADDRESS: Schema = {"type": "string", "format": "uri", "pattern": "^https?://[^ ]+$"}
MOMENT: Schema = {"type": "string", "pattern": r"^-?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}


def node(kind: str, required: tuple[str, ...] = (), **members: Schema) -> Schema:
    """A closed object of one type."""
    return {
        "type": "object",
        "properties": {"type": {"const": kind}, "_label": TEXT, **members},
        "required": ["type", *required],
        "additionalProperties": False,
    }


def ref(kind: str) -> Schema:
    """A reference: id, type and label, nothing else."""
    return node(kind, ("id",), id=ADDRESS)


def many(*items: Schema) -> Schema:
    """A list with at least one item."""
    return {
        "type": "array",
        "minItems": 1,
        "items": items[0] if len(items) == 1 else {"anyOf": items},
    }


def here(name: str) -> Schema:
    """A definition below."""
    return {"$ref": f"#/$defs/{name}"}


ACTORS = many(ref("Person"), ref("Group"))
CLASSES = many(here("Concept"))
NAMES = many(here("Name"), here("Identifier"))
DEFINITIONS: Schema = {
    "Concept": node("Type", ("id",), id=ADDRESS, identified_by=NAMES, classified_as=CLASSES),
    "Name": node(
        "Name", ("content",), identified_by=NAMES, classified_as=CLASSES, content=TEXT,
        language=many(ref("Language")), part=many(here("Name")),
    ),
    "Identifier": node(
        "Identifier", ("content",), identified_by=NAMES, classified_as=CLASSES, content=TEXT,
        part=many(here("Identifier")), assigned_by=many(here("Assignment")),
    ),
    "Statement": node(
        "LinguisticObject", ("content",), identified_by=NAMES, classified_as=CLASSES, content=TEXT,
        language=many(ref("Language")), format=TEXT,
    ),
    "TimeSpan": node(
        "TimeSpan", (), identified_by=NAMES, classified_as=CLASSES, begin_of_the_begin=MOMENT,
        end_of_the_begin=MOMENT, begin_of_the_end=MOMENT, end_of_the_end=MOMENT,
    ),
    "Assignment": node(
        "AttributeAssignment", (), identified_by=NAMES, classified_as=CLASSES,
        referred_to_by=many(here("Statement")), took_place_at=many(ref("Place")),
        timespan=here("TimeSpan"), carried_out_by=ACTORS, technique=CLASSES,
        assigned={"type": "object"},
    ),
    "Dimension": node(
        "Dimension", ("value", "unit"), identified_by=NAMES, classified_as=CLASSES,
        value={"type": "number"}, unit=ref("MeasurementUnit"),
    ),
    "Production": node(
        "Production", (), identified_by=NAMES, classified_as=CLASSES,
        referred_to_by=many(here("Statement")), took_place_at=many(ref("Place")),
        timespan=here("TimeSpan"), carried_out_by=ACTORS, technique=CLASSES,
        part=many(here("Production")), attributed_by=many(here("Assignment")),
    ),
}  # fmt: skip
OBJECT: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": DEFINITIONS,
    **node(
        "HumanMadeObject",
        ("@context", "id", "_label"),
        **{"@context": {"const": "https://linked.art/ns/v1/linked-art.json"}},
        id=ADDRESS,
        identified_by=NAMES,
        classified_as=CLASSES,
        referred_to_by=many(here("Statement"), ref("LinguisticObject"), ref("DigitalObject")),
        subject_of=many(ref("DigitalObject")),
        dimension=many(here("Dimension")),
        made_of=many(ref("Material")),
        shows=many(ref("VisualItem")),
        produced_by=here("Production"),
    ),
}
