"""Cut text and queries the same way, so that every engine finds the same works.

Runs of Han characters (kana and hangul too) become overlapping pairs and the run's last single
character: any part of two or more characters is then a phrase of neighbours, and one character
is a prefix. Pinyin is cut the same way, by syllables. Pure: it knows no database and no catalogue.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any, Final

import Stemmer

GAP: Final = "_"
"""A piece that matches nothing: no phrase reaches across it."""

MAX_PIECES: Final = 6_000
"""Pieces kept of one text; PostgreSQL counts positions up to 16,383 in one work."""

MAX_TERMS: Final = 12
"""Words of a query that are looked at; the rest of a longer one is ignored."""

PINYIN: Final = "p:"
INITIALS: Final = "i:"
NUMBER: Final = "n:"

_HAN = "\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uac00-\ud7af"
_SPLIT = re.compile(
    rf"(?P<run>[{_HAN}{_KANA}]+)|(?P<word>[^\W_{_HAN}{_KANA}]+(?:'[^\W_{_HAN}{_KANA}]+)*)"
)
_HAN_RUN = re.compile(rf"[{_HAN}]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_MARKED = re.compile(r"[\u0080-\u024f\u0300-\u036f\u1e00-\u1fff]+")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\uff07": "'"})
# Letters that have no decomposition into a base letter and a mark.
_LETTERS = {
    "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l",
    "ħ": "h", "ı": "i", "ĳ": "ij", "ŋ": "ng", "ŧ": "t", "ĸ": "k", "ŀ": "l",
}  # fmt: skip
_MAX_WORD = 60


@dataclass(frozen=True, slots=True)
class Phrase:
    """Pieces that must stand side by side; with `prefix` the last one may go on."""

    pieces: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query: it is found when any of its ways of writing is, or all its parts."""

    text: str
    ways: tuple[Phrase, ...]
    parts: tuple["Term", ...] = ()


@dataclass(frozen=True, slots=True)
class TextQuery:
    """What a reader typed: every term must be found, or the registry number."""

    terms: tuple[Term, ...] = ()
    number: str = ""

    def __bool__(self) -> bool:
        return bool(self.terms or self.number)


NO_WORDS: Final = TextQuery()


@dataclass(slots=True)
class Stream:
    """The pieces of one field, in order; written by `pieces`, read by the engines."""

    items: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def fold(text: str) -> str:
    """Lower case without marks, compatibility forms replaced, traditional forms simplified.

    `Dürer` becomes `durer`, `Søren` `soren`, full-width letters plain, `風箏` `风筝`. The fold is
    character by character: a part of a text folds to a part of the folded text.
    """
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return _unmarked(lowered).translate(_letters()).translate(_simplified())


def pieces(texts: Iterable[str], number: str = "") -> list[str]:
    """The pieces of a field of a record.

    Args:
        texts: its values (a title in two languages, all names of a maker); empty ones are fine.
        number: a registry number in its normal form, found in any writing by `parse_query`.
    Returns:
        Pieces in order. `GAP` stands where a phrase must not reach across.
    """
    stream = Stream()
    for text in texts:
        if text:
            _cut(fold(text), stream)
    del stream.items[MAX_PIECES:]
    if number:
        stream.items += [GAP, NUMBER + number.lower()]
    return stream.items


def parse_query(text: str, number: str = "", *, typing: bool = False) -> TextQuery:
    """Cut what a reader typed.

    Args:
        text: the words of the search box.
        number: the registry number that the text is, in its normal form, if it is one.
        typing: the reader has not finished the last word; it may go on.
    """
    folded = fold(text)
    terms: list[Term] = []
    for match in list(_SPLIT.finditer(folded))[:MAX_TERMS]:
        last = typing and match.end() == len(folded.rstrip())
        run = match["run"]
        ways = _run_ways(run) if run else _word_ways(match["word"], last)
        if ways:
            terms.append(Term(match[0], ways))
    return TextQuery(tuple(dict.fromkeys(_joined(terms))), number.lower())


def syllables_of(text: str) -> tuple[str, ...]:
    """The pinyin of the Han characters of a text, one syllable each, without tones."""
    return tuple(s for run in _HAN_RUN.findall(fold(text)) for s in _readings(run) if s)


def pinyin_key(text: str) -> str:
    """Folded text with Han written in pinyin, without spaces: for fuzzy comparison of names."""
    plain = _HAN_RUN.sub(lambda m: "".join(_readings(m[0])), fold(text))
    return "".join(c for c in plain if c.isalnum())


# ------------------------------------------------------------------ cutting text


def _cut(folded: str, stream: Stream) -> None:
    if folded.isascii():
        new = [w for w in dict.fromkeys(_ASCII_WORD.findall(folded)) if w not in stream.seen]
        stream.seen.update(new)
        stream.items += chain.from_iterable(map(_word_pieces, new))
        return
    for match in _SPLIT.finditer(folded):
        run = match["run"]
        if run:
            _add_run(run, stream)
        else:
            _add_word(match["word"], stream)


def _add_word(word: str, stream: Stream) -> None:
    if word in stream.seen:
        return
    stream.seen.add(word)
    stream.items += _word_pieces(word)


def _add_run(run: str, stream: Stream) -> None:
    key = "=" + run
    if key in stream.seen:
        return
    stream.seen.add(key)
    stream.items += _run_pieces(run)


@lru_cache(maxsize=65_536)
def _word_pieces(word: str) -> tuple[str, ...]:
    """A word, its stem, and the parts of a word with apostrophes."""
    joined, parts = _apostrophes(word)
    found = dict.fromkeys((joined[:_MAX_WORD], *parts))
    for each in (joined, *parts):
        if (stem := _stem(each)) != each:
            found.setdefault(stem)
    return tuple(p for p in found if p)


@lru_cache(maxsize=32_768)
def _run_pieces(run: str) -> tuple[str, ...]:
    """Pairs and the last character; then the same in pinyin, and pairs of initials."""
    found = [GAP, *(run[i : i + 2] for i in range(len(run) - 1)), run[-1], GAP]
    for han in _HAN_RUN.findall(run):
        for part in _spoken(_readings(han)):
            found += [f"{PINYIN}{a}-{b}" for a, b in pairwise(part)]
            found += [f"{PINYIN}{part[-1]}-", GAP]
            if len(part) > 1:
                found += [f"{INITIALS}{a[0]}{b[0]}" for a, b in pairwise(part)]
                found.append(GAP)
    return tuple(found)


def _spoken(readings: Sequence[str]) -> list[list[str]]:
    """Unbroken stretches of characters whose reading is known."""
    stretches: list[list[str]] = [[]]
    for reading in readings:
        if reading:
            stretches[-1].append(reading)
        elif stretches[-1]:
            stretches.append([])
    return [s for s in stretches if s]


# --------------------------------------------------------------- cutting queries


def _run_ways(run: str) -> tuple[Phrase, ...]:
    if len(run) == 1:
        return (Phrase((run,), prefix=True),)
    return (Phrase(tuple(run[i : i + 2] for i in range(len(run) - 1))),)


def _joined(terms: Sequence[Term]) -> list[Term]:
    """Neighbours that are one syllable each become one term: `feng zheng` is `fengzheng`."""
    found: list[Term] = []
    waiting: list[Term] = []
    for term in [*terms, None]:
        if term and term.text in _syllables_if_latin(term.text):
            waiting.append(term)
            continue
        if len(waiting) > 1:
            whole = _pinyin_phrase([t.text for t in waiting])
            phrase = replace(whole, prefix=waiting[-1].ways[0].prefix)
            words = [Term(t.text, t.ways[:1]) for t in waiting]
            waiting = [Term(" ".join(t.text for t in waiting), (phrase,), tuple(words))]
        found += waiting
        waiting = []
        if term:
            found.append(term)
    return found


def _syllables_if_latin(word: str) -> frozenset[str]:
    return _syllables() if word.isascii() and word.isalpha() and len(word) < 7 else frozenset()


def _word_ways(word: str, last: bool) -> tuple[Phrase, ...]:
    joined, parts = _apostrophes(word)
    ways = [Phrase((joined[:_MAX_WORD],), prefix=last)]
    if not last and (stem := _stem(joined)) != joined:
        ways.append(Phrase((stem,)))
    if joined.isascii() and joined.isalpha():
        spelled = "-".join(parts) if len(parts) > 1 else joined
        ways += [_pinyin_phrase(split) for split in _split_pinyin(spelled)]
        if last:
            ways += _unfinished_pinyin(joined)
        if 1 < len(joined) <= 8 and not set(joined) & set("aeiouv"):
            ways.append(Phrase(tuple(f"{INITIALS}{a}{b}" for a, b in pairwise(joined))))
    return tuple(dict.fromkeys(ways))


def _unfinished_pinyin(word: str) -> list[Phrase]:
    """`fengzh` on the way to `fengzheng`: whole syllables, then the beginning of one."""
    for size in range(1, min(5, len(word) - 1)):
        head, tail = word[:-size], word[-size:]
        begun = any(s.startswith(tail) for s in _syllables())
        if begun and (splits := _split_pinyin(head)):
            return [
                Phrase(
                    (
                        *(f"{PINYIN}{a}-{b}" for a, b in pairwise(split)),
                        f"{PINYIN}{split[-1]}-{tail}",
                    ),
                    prefix=True,
                )
                for split in splits
            ]
    return []


def _pinyin_phrase(split: Sequence[str]) -> Phrase:
    if len(split) == 1:
        return Phrase((f"{PINYIN}{split[0]}-",), prefix=True)
    return Phrase(tuple(f"{PINYIN}{a}-{b}" for a, b in pairwise(split)))


@lru_cache(maxsize=4_096)
def _split_pinyin(word: str) -> tuple[tuple[str, ...], ...]:
    """The ways, at most four, to read a word as pinyin; `-` is a boundary the writer set."""
    if len(word) > 48:
        return ()
    known = _syllables()
    plain = word.replace("lv", "lu").replace("nv", "nu")
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    while waiting and len(found) < 4 and len(waiting) < 64:
        at, read = waiting.pop()
        if at == len(plain):
            found.append(read)
            continue
        if plain[at] == "-":
            at += 1
        for size in range(1, 7):  # the longest is tried first: it is pushed last
            syllable = plain[at : at + size]
            if len(syllable) == size and syllable in known:
                waiting.append((at + size, (*read, syllable)))
    return tuple(found)


# ------------------------------------------------------------------ tables, stems


def _apostrophes(word: str) -> tuple[str, tuple[str, ...]]:
    """`o'keeffe` is `okeeffe` and its parts; the English `'s` is dropped."""
    if "'" not in word:
        return word, ()
    parts = word.split("'")
    if parts[-1] == "s":
        parts.pop()
    if len(parts) == 1:
        return parts[0], ()
    return "".join(parts), tuple(p for p in parts if len(p) > 1)


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    stem: str = _stemmer().stemWord(word)
    return stem


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    return Stemmer.Stemmer("english", 0)  # its own cache off: `_stem` has one


@lru_cache(maxsize=16_384)
def _readings(run: str) -> tuple[str, ...]:
    """One reading for each character of a Han run; empty where none is known."""
    from pypinyin import Style, lazy_pinyin  # a large table: loaded when Han is first met

    read = lazy_pinyin(run, style=Style.NORMAL, errors=_no_readings)
    if len(read) != len(run):
        read = [lazy_pinyin(c, errors=_no_reading)[0] for c in run]
    return tuple(s.replace("ü", "u").replace("v", "u") if s.isalpha() else "" for s in read)


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    from pypinyin.pinyin_dict import pinyin_dict

    known = {
        unicodedata.normalize("NFD", reading)
        for readings in pinyin_dict.values()
        for reading in readings.split(",")
    }
    plain = {"".join(c for c in s if "a" <= c <= "z") for s in known}
    return frozenset(s for s in plain if set(s) & set("aeiou") and (len(s) > 1 or s in "aeo"))


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Every Han character whose simplified form differs (OpenCC), one by one."""
    import opencc

    blocks = (range(0x3400, 0xA000), range(0x20000, 0x32400))
    characters = [chr(n) for block in blocks for n in block]
    plain = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {ord(a): b for a, b in zip(characters, plain, strict=True) if a != b and len(b) == 1}


@lru_cache(maxsize=1)
def _letters() -> dict[int, str]:
    return {ord(letter): plain for letter, plain in _LETTERS.items()}


def _unmarked(text: str) -> str:
    """Marks above and below Latin letters removed; kana keep theirs."""
    return _MARKED.sub(_bare, text)


def _bare(match: re.Match[str]) -> str:
    parts = unicodedata.normalize("NFKD", match[0])
    return "".join(c for c in parts if not (unicodedata.combining(c) or "\u0300" <= c <= "\u036f"))


def _no_readings(characters: str) -> Any:
    """pypinyin's answer for characters it does not know: one empty reading each."""
    return ["" for _ in characters]


def _no_reading(_characters: str) -> str:
    return ""
