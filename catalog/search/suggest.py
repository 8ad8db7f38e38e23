"""Suggestions under the one search box: terms, makers, works; other apps add kinds.

A kind is a function from what was typed to a few suggestions. Nothing here shows what the
public may not see: works come from the projection, makers from names with public works.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Final

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from artmarket.core.search_tokens import fold, parse_query, pinyin_key
from catalog.engine import terms
from catalog.engine.numbers import check_number, is_number
from catalog.models import Work

from .backends import Where, get_backend
from .facets import facet
from .names import find_artists, squash
from .query import SearchQuery
from .selector import value_counts

LIMIT: Final = 5
MAX_TYPED: Final = 60
_MIN_LETTERS: Final = 3  # fewer letters begin too many words to be worth completing


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line: what it is called, what it is, where it leads, a small remark."""

    label: str
    kind: str
    url: str
    detail: str = ""

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)


Kind = Callable[[str, int], list[Suggestion]]
_kinds: dict[str, tuple[int, Kind]] = {}


def register_kind(name: str, suggestions: Kind, *, order: int = 50) -> None:
    """Let another kind of thing (events) join the box.

    `suggestions(text, limit)` answers with at most `limit` lines, all of them public.
    """
    _kinds[name] = (order, suggestions)


def suggest(text: str, *, limit: int = LIMIT) -> list[Suggestion]:
    """What the reader may mean, kind after kind, at most `limit` of each."""
    typed = " ".join(text.split())[:MAX_TYPED]
    if not typed:
        return []
    ordered = sorted(_kinds.items(), key=lambda item: (item[1][0], item[0]))
    return [line for _name, (_order, kind) in ordered for line in kind(typed, limit)]


def vocabulary(text: str, limit: int) -> list[Suggestion]:
    """Crafts, kinds and materials that public works bear, with as many works as the facets say."""
    beginning, inside = _terms_like(text)
    found = []
    for rank, term_ids in enumerate((beginning, inside)):
        for name in _TERM_FACETS if term_ids else ():
            counts = value_counts(name, term_ids)
            found += [(rank, -counts[t], name, t) for t in term_ids if t in counts]
    return [_term_line(name, term, -less) for _rank, less, name, term in sorted(found)[:limit]]


_TERM_FACETS: Final = ("type", "material")


def _term_line(name: str, term: str, count: int) -> Suggestion:
    known = facet(name)
    query = SearchQuery.make(filters={name: [term]})
    return Suggestion(
        label=terms.short_label(term, get_language() or "zh"),
        kind=str(known.label) if known else "",
        url=f"{reverse('catalog:browse')}?{query.encoded()}",
        detail=ngettext("%(n)s件作品", "%(n)s件作品", count) % {"n": count} if count else "",
    )


def _terms_like(text: str) -> tuple[list[str], list[str]]:
    """Terms a label of which begins as typed, and those that have it further in."""
    key = squash(text)
    latin = key.isascii()
    if not key or (latin and len(key) < _MIN_LETTERS):
        return [], []
    beginning, inside = [], []
    for term, keys, later in _term_keys():
        if any(k.startswith(key) for k in keys):
            beginning.append(term)
        elif any(k.startswith(key) for k in later) or (
            not latin and len(key) > 1 and any(key in k for k in keys)
        ):
            inside.append(term)
    return beginning, inside


@cache
def _term_keys() -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    """Of each term of the facets: its labels as typed (Han, pinyin, English); later words."""
    found = []
    for category in terms.MATCHED:
        for term in terms.by_category(category):
            han = [part for part in terms.short_label(term.id).split("/") if part]
            words = [squash(word) for word in fold(term.en).split()]
            keys = {*map(squash, han), *map(pinyin_key, han), "".join(words)}
            found.append((term.id, frozenset(keys), frozenset(words[1:])))
    return tuple(found)


def artists(text: str, limit: int) -> list[Suggestion]:
    """Makers by the beginning of any of their names."""
    return [
        Suggestion(
            label=hit.artist.display_name,
            kind=_("作者"),
            url=reverse("catalog:artist", args=[hit.artist.pk]),
            detail=ngettext("%(n)s件作品", "%(n)s件作品", hit.works) % {"n": hit.works},
        )
        for hit in find_artists(text, limit)
    ]


def works(text: str, limit: int) -> list[Suggestion]:
    """Works by number, or by words of title and maker; the last word may be unfinished."""
    number = check_number(text) if is_number(text) else ""
    last = text.split()[-1]
    typing = not last.isascii() or len(last) >= _MIN_LETTERS
    terms = parse_query(text, number, typing=typing)
    if not terms or (not typing and len(text) < _MIN_LETTERS):
        return []
    where = Where(terms=terms, level="head")
    keys = get_backend().keys(where, "newest", None, backwards=False, limit=limit)
    found = Work.objects.public().in_bulk([pk for _key, pk in keys])
    return [
        Suggestion(found[pk].display_title, _("作品"), found[pk].get_absolute_url())
        for _key, pk in keys
        if pk in found
    ]


register_kind("term", vocabulary, order=5)
register_kind("artist", artists, order=10)
register_kind("work", works, order=20)
