"""The vocabulary of schema.org as a judge: types that there are, and properties that they have.

The words are those of the package msgspec-schemaorg, whose classes are made from schema.org's own
definitions, with their inheritance. Values are judged as far as they name a type of their own, an
enumeration's member, a date or an address.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec
import msgspec_schemaorg.enums
import msgspec_schemaorg.models

CONTEXT = "https://schema.org"
SECOND_PARENTS = {"LocalBusiness": "Place", "EventSeries": "Event"}
"""The package gives each class one parent; these of ours have two (schema.org)."""
KEYWORDS = frozenset({"@type", "@id"})
SLOW = ("https://schema.org/", "http://schema.org/")
DATES = frozenset(
    {
        "startDate", "endDate", "previousStartDate", "datePublished", "dateModified", "datePosted",
        "validThrough", "legislationDateVersion",
    }
)  # fmt: skip
ADDRESSES = frozenset({"url", "image", "item", "sameAs", "mainEntityOfPage"})


@cache
def classes() -> dict[str, type]:
    """Every type by its name."""
    found: dict[str, type] = {}
    for module in _modules(msgspec_schemaorg.models):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, msgspec.Struct):
                found[value.__name__] = value
    return found


@cache
def members() -> frozenset[str]:
    """The names of all members of enumerations."""
    found: set[str] = set()
    for module in _modules(msgspec_schemaorg.enums):
        for value in vars(module).values():
            if isinstance(value, type) and hasattr(value, "__members__"):
                found |= {str(m.value).rsplit("/", 1)[-1] for m in value}
                found |= set(value.__members__)
    return frozenset(found)


def _modules(package: Any) -> Iterator[Any]:
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(info.name)


@cache
def kinds_of(kind: str) -> frozenset[str]:
    """A type with all that it is a kind of."""
    found = {c.__name__ for c in classes()[kind].__mro__ if c.__name__ in classes()}
    for name, parent in SECOND_PARENTS.items():
        if name in found:
            found |= kinds_of(parent)
    return frozenset(found)


@cache
def properties(kind: str) -> dict[str, str]:
    """The properties of a type, inherited ones too, with what each may hold, as it is written."""
    words: dict[str, str] = {}
    for name in kinds_of(kind):
        annotations = vars(classes()[name]).get("__annotations__", {})
        words |= {k: str(v) for k, v in annotations.items()}
    return words


def faults(data: Any) -> list[str]:
    """What is wrong with a document, each with where; empty when nothing is."""
    if data.get("@context") != CONTEXT:
        return ["@context is not schema.org's"]
    body = {k: v for k, v in data.items() if k != "@context"}
    things = body.pop("@graph") if "@graph" in body else [body]
    return [f for n, thing in enumerate(things) for f in _of_thing(thing, f"[{n}]")]


def _of_thing(thing: Any, where: str) -> list[str]:
    kind = thing.get("@type")
    if kind not in classes():
        return [f"{where}: no type {kind!r}"]
    known, found = properties(kind), []
    for name, value in thing.items():
        if name in KEYWORDS:
            continue
        if name not in known:
            found.append(f"{where}: {kind} has no {name}")
            continue
        for part in value if isinstance(value, list) else [value]:
            found += _of_value(name, part, known[name], f"{where}.{name}")
    return found


def _of_value(name: str, value: Any, allowed: str, where: str) -> list[str]:
    if value in (None, "", [], {}):
        return [f"{where}: empty"]
    if isinstance(value, dict):
        found = _of_thing(value, where)
        kind = value.get("@type")
        if kind in classes() and not _may_hold(kind, allowed):
            found.append(f"{where}: a {kind} may not stand here")
        return found
    if name in DATES and not _is_date(str(value)):
        return [f"{where}: {value!r} is no date"]
    if isinstance(value, str) and value.startswith(SLOW):
        member = value.rsplit("/", 1)[-1]
        return [] if member in members() else [f"{where}: no member {member!r}"]
    if name in ADDRESSES and not str(value).startswith(("https://", "http://")):
        return [f"{where}: {value!r} is no whole address"]
    return []


def _may_hold(kind: str, allowed: str) -> bool:
    """Whether the type, or one that it is a kind of, is named in what a property may hold."""
    return any(f"'{name}'" in allowed for name in kinds_of(kind))


def _is_date(text: str) -> bool:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            read(text)
        except ValueError:
            continue
        return True
    return False
