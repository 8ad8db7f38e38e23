"""Compare a work with entries of a register of stolen works: by number, and by title and maker.

Words are compared folded: traditional forms, full-width letters, marks and pinyin make no
difference. A match opens a review by a person and says nothing more. Registry rules, section 9.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from artmarket.core.search_tokens import fold, pinyin_key

_NUMBER: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9./\\\-–—_#:]*[A-Z0-9])?")
_YEAR: Final = re.compile(r"1[0-9]{3}|20[0-9]{2}")
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
MOST_KEYS: Final = 40
"""Keys of one text that are looked at; a catalogue pasted into a field is no list of numbers."""


def number_key(text: str) -> str:
    """A number without case, width and what separates its parts."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def numbers_in(text: str, *, shortest: int) -> tuple[str, ...]:
    """The keys of all numbers that stand in a text; years and short ones are none.

    Args:
        text: an inscription, a note, an inventory number.
        shortest: characters that a number has at least.
    """
    found: dict[str, None] = {}
    for match in _NUMBER.finditer(unicodedata.normalize("NFKC", text).upper()):
        key = number_key(match[0])
        if len(key) >= shortest and any(c.isdigit() for c in key) and not _YEAR.fullmatch(key):
            found[key[:80]] = None
    return tuple(found)[:MOST_KEYS]


def maker_keys(names: Iterable[str]) -> tuple[str, ...]:
    """Keys by which makers are the same: in pinyin without spaces, with the last word first too."""
    found: dict[str, None] = {}
    for name in names:
        found[pinyin_key(name)[:80]] = None
        words = [] if _HAN.search(name) else re.findall(r"[^\W\d_]+", fold(name))
        if 1 < len(words) <= 4:
            found["".join([words[-1], *words[:-1]])[:80]] = None
    return tuple(key for key in found if len(key) >= 3)[:MOST_KEYS]


def title_key(title: str) -> str:
    """A title without case, width, marks, spaces and punctuation."""
    return "".join(c for c in fold(title) if c.isalnum())[:160]


def title_likeness(one: Iterable[str], other: Iterable[str]) -> int:
    """How alike the best pair of titles is, in per cent: as written, or as spoken (pinyin)."""
    theirs = [(title_key(title), pinyin_key(title)) for title in other]
    return max(
        (
            max(_shared(title_key(title), written), _shared(pinyin_key(title), spoken))
            for title in one
            for written, spoken in theirs
        ),
        default=0,
    )


def _shared(one: str, other: str) -> int:
    """Pairs of neighbouring characters in common, of all there are (Dice's measure), per cent."""
    if not one or not other:
        return 0
    if one == other:
        return 100
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return 0
    common = sum(min(count, second.get(pair, 0)) for pair, count in first.items())
    return 200 * common // (sum(first.values()) + sum(second.values()))


def _pairs(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for left, right in pairwise(text):
        counts[left + right] = counts.get(left + right, 0) + 1
    return counts
