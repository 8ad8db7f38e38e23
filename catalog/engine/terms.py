"""The catalogue's vocabulary: terms of the Art & Architecture Thesaurus with Chinese labels.

Reads the packaged `catalog/data/terms.toml` once and nothing else. `match_terms` proposes terms
for a written medium or classification; a person confirms them. Where terms are shown, print
`AAT_NOTICE` (the licence of the thesaurus, ODC-By 1.0, asks for it).
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

AAT_NOTICE: Final = (
    "Contains information from the Art & Architecture Thesaurus (AAT)®, Getty Research "
    "Institute, made available under the ODC Attribution License (ODC-By 1.0)."
)
MATCHED: Final = ("work-type", "material", "technique")
"""The categories `match_terms` looks in when none are named, the stronger first."""


@dataclass(frozen=True)
class Term:
    """One term: its AAT number as text, its labels, and the category it is kept under."""

    id: str
    en: str
    zh: str
    category: str

    @property
    def uri(self) -> str:
        """The full identifier."""
        return uri(self.id)


def uri(term_id: str) -> str:
    """The full identifier of an AAT number."""
    return f"http://vocab.getty.edu/aat/{term_id}"


def all_terms() -> tuple[Term, ...]:
    """Every term, in the order of the file."""
    return tuple(_vocabulary()[0].values())


def get(term_id: str) -> Term | None:
    """The term with this number, or None."""
    return _vocabulary()[0].get(term_id)


def label(term_id: str, lang: str = "zh") -> str:
    """The label as kept ("立轴/挂轴", "绘画（技法）"); the number itself if it is unknown."""
    term = get(term_id)
    if term is None:
        return term_id
    return term.en if lang.startswith("en") else term.zh


def short_label(term_id: str, lang: str = "zh") -> str:
    """The label without its note and with its first alternative only ("立轴", "绘画")."""
    text = label(term_id, lang)
    return text if lang.startswith("en") else _bare_zh(text)[0]


def categories() -> tuple[str, ...]:
    """The names of the categories, in the order of the file."""
    return tuple(dict.fromkeys(term.category for term in all_terms()))


def by_category(category: str) -> tuple[Term, ...]:
    """The terms of a category; empty if there is no such category."""
    return tuple(term for term in all_terms() if term.category == category)


def attribution_scale() -> tuple[Term, ...]:
    """The terms that connect a maker with a work, as opinions (registry rules, section 2)."""
    return by_category("attribution")


def match_terms(text: str, categories: Collection[str] | None = None) -> tuple[str, ...]:
    """The terms a medium, technique or classification names, by longest phrase.

    Args:
        text: "Oil on canvas", "纸本水墨", "Painting" …
        categories: where to look; by default work types, materials and techniques.
    Returns:
        AAT numbers in order of appearance, each once.
    """
    wanted = tuple(categories) if categories is not None else MATCHED
    phrases, pattern = _phrases(tuple(sorted(wanted, key=_strength)))
    plain = unicodedata.normalize("NFKC", text).lower()
    found: dict[str, None] = {}
    for match in pattern.finditer(plain):
        for term_id in phrases[match[0].strip()]:
            found.setdefault(term_id)
    return tuple(found)


def _strength(category: str) -> tuple[int, str]:
    return MATCHED.index(category) if category in MATCHED else len(MATCHED), category


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[Mapping[str, Term], Mapping[str, tuple[str, ...]]]:
    raw = resources.files("catalog").joinpath("data", "terms.toml").read_text("utf-8")
    data = tomllib.loads(raw)
    terms = {
        term_id: Term(term_id, labels["en"], labels["zh"], category)
        for category, rows in data["terms"].items()
        for term_id, labels in rows.items()
    }
    synonyms = {phrase: tuple(ids) for phrase, ids in data["synonyms"].items()}
    return terms, synonyms


@lru_cache(maxsize=32)
def _phrases(
    wanted: tuple[str, ...],
) -> tuple[Mapping[str, tuple[str, ...]], re.Pattern[str]]:
    """Every phrase with its terms; a whole label goes before a singular made from one."""
    terms, synonyms = _vocabulary()
    kept = [term for category in wanted for term in terms.values() if term.category == category]
    found: dict[str, tuple[str, ...]] = {}
    for phrase, ids in synonyms.items():
        inside = tuple(term_id for term_id in ids if terms[term_id].category in wanted)
        if inside or not ids:
            found[phrase] = inside
    for term in kept:
        for phrase in (term.en.lower(), *_bare_zh(term.zh)):
            found.setdefault(phrase, (term.id,))
    for term in kept:
        for phrase in _singulars(term.en.lower()):
            found.setdefault(phrase, (term.id,))
    for phrase in [phrase for phrase in found if phrase.isascii() and not phrase.endswith("s")]:
        found.setdefault(phrase + "s", found[phrase])
    ordered = sorted(found, key=len, reverse=True)
    return found, re.compile("|".join(map(_bounded, ordered)) or r"(?!)")


def _bounded(phrase: str) -> str:
    if phrase.isascii():
        return rf"(?<![a-z]){re.escape(phrase)}(?![a-z])"
    if len(phrase) == 1:
        # One character alone is a word only where no other Han character touches it.
        return rf"(?<![\u4e00-\u9fff]){phrase}(?![\u4e00-\u9fff])"
    return re.escape(phrase)


def _singulars(words: str) -> Iterator[str]:
    if words.endswith("ies"):
        yield words[:-3] + "y"
    elif words.endswith("s") and not words.endswith("ss"):
        yield words[:-1]


def _bare_zh(text: str) -> list[str]:
    return [part for part in re.sub(r"（[^）]*）", "", text).split("/") if part]
