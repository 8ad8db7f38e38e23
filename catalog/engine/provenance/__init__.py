"""Provenance as structure and as text (registry rules, section 3).

The curator's text is the source of truth: `read_paragraph` and `read_document` derive structure
from it, every passage with its exact slice; what does not parse keeps its words. Nothing here
knows the database, the network, the clock or chance.
"""

from catalog.engine.provenance.chinese_writing import write_record
from catalog.engine.provenance.gaps import WINDOWS, Flag, Window, find_gaps
from catalog.engine.provenance.methods import METHODS, Method, is_kind_of, lineage, moves_title
from catalog.engine.provenance.reading import read_document, read_paragraph
from catalog.engine.provenance.records import is_chinese_text, read_record
from catalog.engine.provenance.structure import (
    BadStructure,
    as_structure,
    document_structure,
    event_from_structure,
)
from catalog.engine.provenance.values import (
    Dates,
    Event,
    Kin,
    Occasion,
    Party,
    Passage,
    Place,
    Price,
    Provenance,
)
from catalog.engine.provenance.writing import Unwritable, write_event, write_paragraph

__all__ = [
    "METHODS",
    "WINDOWS",
    "BadStructure",
    "Dates",
    "Event",
    "Flag",
    "Kin",
    "Method",
    "Occasion",
    "Party",
    "Passage",
    "Place",
    "Price",
    "Provenance",
    "Unwritable",
    "Window",
    "as_structure",
    "document_structure",
    "event_from_structure",
    "find_gaps",
    "is_chinese_text",
    "is_kind_of",
    "lineage",
    "moves_title",
    "read_document",
    "read_paragraph",
    "read_record",
    "write_event",
    "write_paragraph",
    "write_record",
]
