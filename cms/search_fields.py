"""How pages, places and pictures are cut for Wagtail's search, and a query the same way. Pure.

Stock search finds no Chinese words (rules §5). The pieces are those of the catalogue
(artmarket.core.search_tokens); because every engine splits what is not plain Latin in a way of
its own, such a piece is spelled in the letters a to p.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from wagtail.search import index
from wagtail.search.query import (
    MATCH_ALL,
    And,
    MatchAll,
    Not,
    Or,
    PlainText,
    SearchQuery,
)
from wagtail.search.query import Phrase as Side

from artmarket.core.search_tokens import GAP, PINYIN, Phrase, Term, parse_query, pieces
from catalog.engine.numbers import NumberError, check_number

NOTHING: Final = Not(MATCH_ALL)
_MARK: Final = "zz"
_GAP: Final = "zzgap"


class Words(index.SearchField):
    """A text that is found by any part of its Han runs, by pinyin and by its Latin words."""

    def get_value(self, obj: Any) -> str:
        return cut(texts_in(super().get_value(obj)))


class Beginnings(index.AutocompleteField):
    """The same for the boxes of the admin, which search while somebody types."""

    def get_value(self, obj: Any) -> str:
        return cut(texts_in(super().get_value(obj)))


def texts_in(value: Any) -> list[str]:
    """The texts in what a field gives: one, many, or none."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, Iterable):
        return [text for each in value for text in texts_in(each)]
    return [str(value)]


def cut(texts: Iterable[str]) -> str:
    """The pieces of texts, written as an engine takes them, with spaces between."""
    stream = pieces(texts)
    singles: dict[str, None] = {}
    for piece in stream:
        if piece.startswith(PINYIN):
            singles[piece.partition("-")[0] + "-"] = None
        elif not piece.isascii():
            singles.update(dict.fromkeys(piece))
    spelled = [_GAP if piece == GAP else spell(piece) for piece in stream]
    return " ".join([*spelled, _GAP, *map(spell, singles)])


def spell(piece: str) -> str:
    """A piece as one word of Latin letters; plain words stay, beginnings stay beginnings."""
    if piece.isascii() and piece.isalnum():
        return piece
    return _MARK + "".join(
        chr(97 + half) for byte in piece.encode() for half in (byte >> 4, byte & 15)
    )


def cut_query(text: str, *, typing: bool = False) -> SearchQuery:
    """What somebody typed, as Wagtail's engines read it; nothing where no word is in it.

    A registry number is found however it is written; `typing`: the last word may go on.
    """
    with suppress(NumberError):
        text = check_number(text)
    terms = [_term(term) for term in parse_query(text, typing=typing).terms]
    if not terms:
        return NOTHING
    return terms[0] if len(terms) == 1 else And(terms)


def rewritten(query: SearchQuery | str, *, typing: bool) -> SearchQuery:
    """A query of Wagtail's with its words cut."""
    if isinstance(query, str):
        return cut_query(query, typing=typing)
    if isinstance(query, PlainText | Side):
        return cut_query(query.query_string, typing=typing)
    if isinstance(query, And | Or):
        return type(query)([rewritten(part, typing=typing) for part in query.subqueries])
    if isinstance(query, Not) and not isinstance(query.subquery, MatchAll):
        return Not(rewritten(query.subquery, typing=typing))
    return query


def _term(term: Term) -> SearchQuery:
    ways = [_way(way) for way in term.ways]
    if term.parts:
        ways.append(And([_term(part) for part in term.parts]))
    return ways[0] if len(ways) == 1 else Or(ways)


def _way(phrase: Phrase) -> SearchQuery:
    words = " ".join(map(spell, phrase.pieces))
    # A beginning is looked up as such where the engine does it; elsewhere single pieces are kept.
    return PlainText(words) if phrase.prefix or len(phrase.pieces) == 1 else Side(words)
