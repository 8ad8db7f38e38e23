"""The wordings of the methods as they stand before or after a party.

Made from the table of methods, with the small variations that curators allow themselves: a
comma before "to", a possessive before "gift".
"""

import re
from dataclasses import dataclass
from typing import Final

from catalog.engine.provenance.methods import METHODS

_OURS: Final = {
    "by gift to": "gift",
    "by gift": "gift",
    "gifts to": "gift",
    "presented to": "gift",
    "bequests to": "bequest",
    "by bequest to": "bequest",
    "partial gifts to": "partial_gift",
    "by partial gift to": "partial_gift",
    "lent to": "on_loan",
    "sold privately to": "private_sale",
    "by descent in the family to": "by_descent",
    "by descent to": "by_descent",
    "thence by descent to": "by_descent",
    "and thence by descent to": "by_descent",
    "thence by descent": "by_descent",
    "and thence by descent": "by_descent",
    "inherited by": "by_descent",
    "by transfer to": "transfer",
    "by transfer from": "",
    "purchase by": "sale",
    "purchase": "sale",
    "then by descent to": "by_descent",
    "then by descent": "by_descent",
    "on loan at": "on_loan",
    "in sale at": "consignment",
    "offered for sale at": "offered",
    "exchanged to": "exchange",
}
_ENDS: Final = ("to", "by", "from", "at", "of", "for", "with", "became")
_POSSESSIVE: Final = r"(?:(?:his|her|their|its|the artist['’]s) )?"
_MAY_BE_OWNED: Final = ("gift", "bequest", "partial gift", "sale", "gifts", "bequests")


@dataclass(frozen=True, slots=True)
class Wording:
    """A method found in front of a party; `end` is where the party begins."""

    method: str
    end: int


def _table() -> dict[str, str]:
    found: dict[str, str] = {}
    for method in METHODS.values():
        for words in (method.written, *method.also):
            if words:
                # "sold by" and "appropriated by" stand for several; the later, narrower row wins,
                # but a preferred wording is not taken over by another method's second one.
                key = words.lower().strip(",")
                if key not in found or words == method.written or method.id == "consignment":
                    found[key] = method.id
    found["discovered by"] = "discovery"
    found["appropriated by"] = "conversion"
    for words, name in _OURS.items():
        if name:
            found.setdefault(words, name)
    return found


def _pattern(words: str) -> str:
    spelled = re.escape(words).replace(r"\ ", " ")
    spelled = re.sub(r",? (to|from)$", r",? \1", spelled)
    return (_POSSESSIVE if words.startswith(_MAY_BE_OWNED) else "") + spelled


_TABLE: Final = _table()
_FULL: Final = {words: name for words, name in _TABLE.items() if words.endswith(_ENDS)}
_BARE: Final = {words: name for words, name in _TABLE.items() if not words.endswith(_ENDS)}


def _compiled(table: dict[str, str], tail: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    ordered = sorted(table, key=len, reverse=True)
    groups = "|".join(f"({_pattern(words)})" for words in ordered)
    return re.compile(rf"(?:{groups}){tail}", re.IGNORECASE), tuple(table[key] for key in ordered)


_BEFORE, _BEFORE_METHODS = _compiled(_FULL, r" (?=\S)")
_COMMA, _COMMA_METHODS = _compiled(_BARE, r"(?:, (?=\S)|,? (?=to ))")
_ALONE, _ALONE_METHODS = _compiled(_BARE, r"")
_IN_FAMILY: Final = re.compile(
    r"(?:and )?(?:thence )?by descent (?:in|through|within) the [A-Z][\w'-]+ family,? to (?=\S)",
    re.IGNORECASE,
)
_NOT_DIRECT: Final = frozenset({"purchased", "purchase", "sale"})
_DIRECT, _DIRECT_METHODS = _compiled(
    {words: name for words, name in _BARE.items() if words not in _NOT_DIRECT}, r" (?-i:(?=[A-Z]))"
)


def wording_before(text: str) -> Wording | None:
    """The method in front of the party: "gift to", "by descent, ", "his bequest to"."""
    if match := _COMMA.match(text):
        end = match.end() + 3 if text.startswith("to ", match.end()) else match.end()
        return Wording(_COMMA_METHODS[(match.lastindex or 1) - 1], end)
    if match := _DIRECT.match(text):
        return Wording(_DIRECT_METHODS[(match.lastindex or 1) - 1], match.end())
    if match := _BEFORE.match(text):
        return Wording(_BEFORE_METHODS[(match.lastindex or 1) - 1], match.end())
    if match := _IN_FAMILY.match(text):
        return Wording("by_descent", match.end())
    return None


def method_alone(text: str) -> str | None:
    """The method that the whole text names without a party: "by descent", "via his death"."""
    match = _ALONE.fullmatch(text)
    return _ALONE_METHODS[(match.lastindex or 1) - 1] if match else None


def wording_alone(method: str) -> str | None:
    """Words that name the method without a party, or None when there are none."""
    return next((words for words, name in _BARE.items() if name == method), None)
