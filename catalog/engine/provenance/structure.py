"""Values of a provenance as plain structure, and back: what interfaces and examples exchange.

A key that is not stated is left out. Form: the registry's vectors; `previous` is written `from`.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import NoneType
from typing import Any, Final

from catalog.engine.provenance.values import (
    Dates,
    Event,
    Kin,
    Occasion,
    Party,
    Place,
    Price,
    Provenance,
)

_ALWAYS: Final = frozenset({"certain", "direct"})
_NAMES: Final = {"previous": "from"}


class BadStructure(ValueError):
    """The structure is not that of an event; the text says where."""


def as_structure(value: Any) -> Any:
    """A value as mappings, lists and texts, unstated keys left out."""
    if isinstance(value, Event) and value.unparsed is not None:
        return {"unparsed": value.unparsed, "direct": value.direct}
    if isinstance(value, Dates):
        pairs = {"acquired": value.acquired, "parted": value.parted}
        return {name: list(pair) for name, pair in pairs.items() if pair is not None}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            _NAMES.get(field.name, field.name): as_structure(held)
            for field in fields(value)
            if _is_stated(field.name, held := getattr(value, field.name))
        }
    if isinstance(value, tuple | list):
        return [as_structure(item) for item in value]
    return value


def document_structure(reading: Provenance, *, sections: bool) -> dict[str, Any]:
    """The events of a reading, with `sections` also its notes, citations and authorities."""
    out: dict[str, Any] = {"events": as_structure(reading.events)}
    if sections:
        out |= {
            "notes": as_structure(reading.notes),
            "citations": as_structure(reading.citations),
            "authorities": [
                {"name": authority.name, "uri": authority.uri} for authority in reading.authorities
            ],
        }
    return out


def event_from_structure(given: object, *, at: str = "event") -> Event:
    """An event from plain structure, as `as_structure` writes it.

    Raises:
        BadStructure: a key is unknown or a value is of another type; the text says where.
    """
    parts: dict[str, Any] = {}
    readers: dict[str, Any] = {
        "party": _party,
        "buyer_agent": _party,
        "seller_agent": _party,
        "from": _party,
        "occasion": _occasion,
        "where": _place,
        "dates": _dates,
        "price": _price,
        "cites": _cites,
    }
    flags = {"certain", "unsold", "in_trade", "ongoing", "gap", "direct"}
    texts = {"method", "lot", "remark", "note", "unparsed"}
    for key, value in _mapping(given, at).items():
        where = f"{at}.{key}"
        name = "previous" if key == "from" else key
        if key in readers:
            parts[name] = readers[key](value, where)
        elif key in flags:
            parts[name] = _of(value, bool, where)
        elif key in texts:
            parts[name] = _of(value, str, where)
        else:
            raise BadStructure(f"{where} is not a key of an event")
    return Event(**parts)


def _is_stated(name: str, held: Any) -> bool:
    if name in _ALWAYS:
        return True
    return held is not None and held is not False and held != () and held != Dates()


def _mapping(given: object, at: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise BadStructure(f"{at} is not an object")
    return given


def _of(value: Any, kind: type, at: str) -> Any:
    if type(value) is not kind:
        raise BadStructure(f"{at} is not of type {kind.__name__}")
    return value


def _known(given: object, keys: set[str], at: str) -> Mapping[str, Any]:
    known = _mapping(given, at)
    if extra := sorted(set(known) - keys):
        raise BadStructure(f"{at}.{extra[0]} is not known")
    return known


def _party(given: object, at: str) -> Party:
    keys = {"name", "certain", "born", "died", "is_artist", "place", "kin", "uri"}
    held = dict(_known(given, keys, at))
    for key in {"name", "born", "died", "uri"} & held.keys():
        _of(held[key], str, f"{at}.{key}")
    for key in {"certain", "is_artist"} & held.keys():
        _of(held[key], bool, f"{at}.{key}")
    if "name" not in held:
        raise BadStructure(f"{at}.name is missing")
    if "place" in held:
        held["place"] = _place(held["place"], f"{at}.place")
    if "kin" in held:
        kin = _known(held["kin"], {"type", "of"}, f"{at}.kin")
        if len(kin) < 2:
            raise BadStructure(f"{at}.kin needs type and of")
        held["kin"] = Kin(
            _of(kin["type"], str, f"{at}.kin.type"), _party(kin["of"], f"{at}.kin.of")
        )
    return Party(**held)


def _named(given: object, at: str) -> tuple[str, bool]:
    held = _known(given, {"name", "certain"}, at)
    if "name" not in held:
        raise BadStructure(f"{at}.name is missing")
    return _of(held["name"], str, f"{at}.name"), _of(held.get("certain", True), bool, at)


def _place(given: object, at: str) -> Place:
    return Place(*_named(given, at))


def _occasion(given: object, at: str) -> Occasion:
    return Occasion(*_named(given, at))


def _price(given: object, at: str) -> Price:
    held = _known(given, {"currency", "amount", "text", "as_written"}, at)
    for key, value in held.items():
        _of(value, str, f"{at}.{key}")
    return Price(**held)


def _dates(given: object, at: str) -> Dates:
    held = _known(given, {"acquired", "parted"}, at)
    pairs: dict[str, Any] = {}
    for key, value in held.items():
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise BadStructure(f"{at}.{key} is not a pair")
        if any(not isinstance(side, str | NoneType) for side in value):
            raise BadStructure(f"{at}.{key} holds something else than text")
        pairs[key] = (value[0], value[1])
    return Dates(**pairs)


def _cites(given: object, at: str) -> tuple[str, ...]:
    if not isinstance(given, list | tuple):
        raise BadStructure(f"{at} is not a list")
    return tuple(_of(letter, str, at) for letter in given)
