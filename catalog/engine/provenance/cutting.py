"""Where one event ends and the next begins.

One pass over the text. A semicolon always divides; a full stop only where it ends a sentence
and not an abbreviation. Nothing inside brackets or quotation marks divides. An unclosed bracket
does not swallow the text: it is taken as an ordinary character.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalog.engine.provenance import words

_CLOSERS: Final = {"(": ")", "[": "]", "“": "”"}
_ENDS: Final = {closer: opener for opener, closer in _CLOSERS.items()} | {'"': '"'}
_WORD_BEFORE: Final = re.compile(r"[^\W\d_]+$")
_NEXT: Final = re.compile(r"\s*(?:\[[0-9A-Za-z]{1,3}\]\s*)*(\S*)(?:\s+(\S+))?")
_SENTENCE: Final = re.compile(
    r"(?:(?<=\[\d\])|(?<=\[\d\d\]))\s+(?=[A-Z][a-z])"
    r"|(?<=[A-Za-z.\])])\s+(?=(?:Acquired|Purchased|Bought)\s+(?:by|from|at|through|directly)\b"
    r"|From the [Cc]ollection of )"
)
_LONGEST_BRACKET: Final = 400


@dataclass(frozen=True, slots=True)
class Cut:
    """One piece: [start, end) of the text with its closing mark ("" at the end of the text)."""

    start: int
    end: int
    mark: str


def cut(text: str, start: int, end: int) -> Iterator[Cut]:
    """The pieces of text[start:end], which they cover without gap."""
    pairs = partners(text, start, end)
    begin = start
    position = start
    while position < end:
        character = text[position]
        if position in pairs:
            position = pairs[position] + 1
            continue
        if character == ";":
            yield Cut(begin, position + 1, ";")
            begin = position + 1
        elif character == "." and _ends_sentence(text, begin, position, end):
            yield Cut(begin, position + 1, ".")
            begin = position + 1
        elif character.isspace() and _SENTENCE.match(text, position, end):
            yield Cut(begin, position, "")
            begin = position
        position += 1
    if begin < end:
        yield Cut(begin, end, "")


def partners(text: str, start: int, end: int) -> dict[int, int]:
    """For every bracket or quotation mark that is closed near by: the place of its partner."""
    found: dict[int, int] = {}
    opened: list[int] = []
    quotes = 0
    for place in range(start, end):
        character = text[place]
        if (character == '"' and quotes == 0) or character in _CLOSERS:
            quotes += character == '"'
            opened.append(place)
        elif character in _ENDS:
            if character != '"' and not (opened and _CLOSERS.get(text[opened[-1]]) == character):
                continue
            while opened and text[opened[-1]] != _ENDS[character]:
                opened.pop()
            begin = opened.pop()
            quotes -= character == '"'
            if place - begin <= _LONGEST_BRACKET:
                found[begin] = place
    return found


def _ends_sentence(text: str, begin: int, position: int, end: int) -> bool:
    after = text[position + 1] if position + 1 < end else ""
    if after and not after.isspace() and after not in '[)"”':
        return text[position - 1 : position] in {"]", ")"} and (after.isupper() or after == "(")
    if after in {")", '"', "”"} and after:
        return False
    following = _NEXT.match(text, position + 1, min(end, position + 120))
    nxt = following[1] if following else ""
    if not nxt:
        return True
    if text[position - 1 : position] == ".":
        return True
    before = text[max(begin, position - 24) : position]
    if nxt[0] in ",;.":
        return False
    opens = nxt.lower().strip(",.;") in words.OPENERS
    if nxt[0].islower() and not opens:
        return False
    found = _WORD_BEFORE.search(before)
    word = found[0] if found else ""
    lower = word.lower()
    glued = before[-len(word) - 1 : -len(word)] if word else ""
    if glued in {"'", "’", "-"}:
        return True
    if len(word) == 1 and (word.isupper() or word in "cdb"):
        return glued == "." and opens and word.isupper()
    if lower in words.TITLES and word[0].isupper():
        return False
    if lower in words.SUFFIXES:
        return opens or _starts_afresh(nxt, following[2] if following else None)
    if lower in words.STATES and word[0].isupper():
        return True
    if lower in words.OTHERS:
        return opens and lower not in {"no", "nos"}
    return True


def _starts_afresh(word: str, following: str | None) -> bool:
    """Whether what follows "Inc." is a new party rather than the rest of the name."""
    if word.lower().strip(".,") in words.TITLES:
        return True
    return bool(following) and not word.endswith(",") and word[0] not in "&(" and _is_name(word)


def _is_name(word: str) -> bool:
    return word[0].isupper() and word.lower().strip(",.;") not in words.INSTITUTIONS
