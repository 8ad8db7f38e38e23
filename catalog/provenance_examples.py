"""The worked examples of provenance: a text of some kind, its structure.

A part that does not accept the whole text answers `{"reject": true}`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from artmarket.core import examples
from catalog.engine.provenance import (
    Provenance,
    as_structure,
    document_structure,
    read_document,
    read_record,
)
from catalog.engine.provenance.parts import (
    Unread,
    read_marks,
    read_occasion,
    read_party,
    read_place,
    read_trade,
)
from catalog.engine.provenance.reading import read_paragraph
from catalog.engine.provenance.sections import read_authorities, read_entries

FORMAT: Final = "provenance-neutral-1"


def register_examples() -> None:
    """Claim every kind of provenance text."""
    for kind in (*_PARTS, *_WHOLES):
        examples.register_list(FORMAT, structure_of_case, kind=kind)


def structure_of_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """The structure of `text`, read as `kind` says."""
    kind, text = examples.need(case, "kind"), examples.need(case, "text")
    if kind in _WHOLES:
        return _WHOLES[kind](text)
    try:
        found = _PARTS[kind](text)
    except Unread:
        found = None
    return {"reject": True} if found is None else _stated(found)


def _stated(found: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: as_structure(value) for key, value in found.items()}
    return {key: value for key, value in plain.items() if value is not None and value != []}


def _trade(text: str) -> dict[str, Any] | None:
    if not (text.startswith("(") and text.endswith(")")):
        return None
    return _pair(("lot", "price"), read_trade(text[1:-1].strip()))


def _pair(names: tuple[str, str], found: tuple[Any, Any] | None) -> dict[str, Any] | None:
    return None if found is None else dict(zip(names, found, strict=True))


def _authorities(text: str) -> dict[str, Any] | None:
    found = read_authorities(text)
    if not found:
        return None
    return {"authorities": [{"name": entry.name, "uri": entry.uri} for entry in found]}


def _record(reading: Provenance) -> dict[str, Any]:
    names = ("events", "seals", "inscriptions", "literature", "exhibitions")
    return _stated({name: getattr(reading, name) for name in names})


_PARTS: Final[dict[str, Callable[[str], Mapping[str, Any] | None]]] = {
    "party": lambda text: {"party": read_party(text)},
    "place": lambda text: {"place": read_place(text)},
    "trade": _trade,
    "occasion": lambda text: _pair(("occasion", "seller_agent"), read_occasion(text)),
    "marks": lambda text: _pair(("note", "cites"), read_marks(text)),
    "notes": lambda text: {"notes": read_entries(text)} if read_entries(text) else None,
    "authorities": _authorities,
}
_WHOLES: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    "paragraph": lambda text: document_structure(read_paragraph(text), sections=False),
    "zh-record": lambda text: _record(read_record(text)),
    "document": lambda text: document_structure(read_document(text), sections=True),
}
