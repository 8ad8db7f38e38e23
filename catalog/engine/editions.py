"""Edition trees: what an impression's label says, and whether the copies fit the edition.

A concept has editions, an edition has a size, proofs and impressions; each impression is one
work. Copies above the size are refused; destroyed copies keep their place for ever. Nothing is
stored or corrected here. Rule: registry rules, section 1 (Edition tree).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal[
    "numbered", "artist-proof", "hors-commerce", "printers-proof", "trial-proof", "bon-a-tirer",
    "presentation-proof", "exhibition-copy", "unique",
]  # fmt: skip
ProblemCode = Literal[
    "unreadable", "above-size", "size-differs", "proof-above-size", "duplicate", "too-many"
]

_KIND_WORDS: Final[Mapping[str, Kind]] = {
    "ap": "artist-proof",
    "a.p.": "artist-proof",
    "a/p": "artist-proof",
    "ea": "artist-proof",
    "e.a.": "artist-proof",
    "e/a": "artist-proof",
    "artist's proof": "artist-proof",
    "artist proof": "artist-proof",
    "épreuve d'artiste": "artist-proof",
    "艺术家自存版": "artist-proof",
    "艺术家自留版": "artist-proof",
    "艺术家试版": "artist-proof",
    "艺术家样张": "artist-proof",
    "作者自留": "artist-proof",
    "作者自存": "artist-proof",
    "hc": "hors-commerce",
    "h.c.": "hors-commerce",
    "h/c": "hors-commerce",
    "hors commerce": "hors-commerce",
    "非卖": "hors-commerce",
    "非卖品": "hors-commerce",
    "pp": "printers-proof",
    "p.p.": "printers-proof",
    "p/p": "printers-proof",
    "printer's proof": "printers-proof",
    "印刷者样张": "printers-proof",
    "刷印者自存": "printers-proof",
    "tp": "trial-proof",
    "t.p.": "trial-proof",
    "t/p": "trial-proof",
    "trial proof": "trial-proof",
    "试版": "trial-proof",
    "试印": "trial-proof",
    "试印版": "trial-proof",
    "bat": "bon-a-tirer",
    "b.a.t.": "bon-a-tirer",
    "bon à tirer": "bon-a-tirer",
    "付印样": "bon-a-tirer",
    "presentation proof": "presentation-proof",
    "赠版": "presentation-proof",
    "ec": "exhibition-copy",
    "e.c.": "exhibition-copy",
    "exhibition copy": "exhibition-copy",
    "展览版": "exhibition-copy",
    "unique": "unique",
    "1/1": "unique",
    "孤品": "unique",
    "孤版": "unique",
    "独版": "unique",
}
_LABELS: Final[Mapping[Kind, tuple[str, str]]] = {
    "numbered": ("", ""),
    "artist-proof": ("艺术家自留版", "AP"),
    "hors-commerce": ("非卖版", "H.C."),
    "printers-proof": ("印刷者样张", "PP"),
    "trial-proof": ("试版", "TP"),
    "bon-a-tirer": ("付印样", "B.A.T."),
    "presentation-proof": ("赠版", "Presentation proof"),
    "exhibition-copy": ("展览版", "EC"),
    "unique": ("独版", "Unique"),
}
_ROMAN: Final = re.compile(r"(?=[mdclxvi])m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_VALUES: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_COUNT: Final = r"(?:\d{1,6}|[ivxlcdm]{1,15})"
_NUMBERS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:no\.?|nr\.?|number|edition|ed\.?|#)? ?(?P<n>{_COUNT}) ?"
        rf"(?:/| of | out of ) ?(?P<s>{_COUNT})",
        r"第? ?(?P<n>\d{1,6}) ?[/之] ?(?P<s>\d{1,6}) ?[号版张件份]?",
        r"(?:限量|共|版数)?(?P<s>\d{1,6})[张件份版](?:[之中,]*第|之)(?P<n>\d{1,6})[号张件份版]?",
    )
)


@dataclass(frozen=True)
class Impression:
    """What a label says. `roman` marks a series numbered in Roman figures, a series apart."""

    kind: Kind
    number: int | None = None
    size: int | None = None
    roman: bool = False


@dataclass(frozen=True)
class GivenImpression:
    """One impression the registry knows: its reference, its label, whether it still exists."""

    ref: str
    label: str
    destroyed: bool = False


@dataclass(frozen=True)
class EditionPlan:
    """The declared edition: copies for sale, and copies of each kind of proof."""

    size: int | None = None
    proofs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class EditionProblem:
    """What does not fit, and the references it concerns."""

    code: ProblemCode
    refs: tuple[str, ...]
    label: str = ""


def read_impression(text: str) -> Impression | None:
    """The meaning of a label: "3/50", "AP 2/5", "H.C.", "第18/60号", "试版", "XII/XX".

    Returns:
        The impression, or None when the label is not read or contradicts itself (51/50, 0/10).
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().replace("’", "'").split())
    plain = plain.strip("()[]（） ,;。")
    if plain in _KIND_WORDS:
        return Impression(_KIND_WORDS[plain])
    kind: Kind = "numbered"
    for word in sorted(_KIND_WORDS, key=len, reverse=True):
        rest = _without_kind(plain, word)
        if rest is not None:
            kind, plain = _KIND_WORDS[word], rest
            break
    if kind != "numbered" and (lone := _count(plain)):
        return Impression(kind, lone[0], None, lone[1])
    for pattern in _NUMBERS:
        if match := pattern.fullmatch(plain):
            return _fraction(kind, match["n"], match["s"])
    return None


def check_edition(
    plan: EditionPlan, given: Iterable[GivenImpression]
) -> tuple[EditionProblem, ...]:
    """Everything about the known impressions that does not fit the declared edition.

    Args:
        plan: the declared sizes; an undeclared size refuses nothing.
        given: all impressions, destroyed ones included: they keep their number and count.
    """
    copies = list(given)
    problems: list[EditionProblem] = []
    same: dict[tuple[Kind, int, bool], list[GivenImpression]] = defaultdict(list)
    per_kind: dict[Kind, list[GivenImpression]] = defaultdict(list)
    for copy in copies:
        impression = read_impression(copy.label)
        if impression is None:
            problems.append(EditionProblem("unreadable", (copy.ref,), copy.label))
            continue
        per_kind[impression.kind].append(copy)
        if impression.number is not None:
            same[impression.kind, impression.number, impression.roman].append(copy)
        problems += _misfits(plan, copy, impression)
    for twins in same.values():
        if len(twins) > 1:
            refs = tuple(copy.ref for copy in twins)
            problems.append(EditionProblem("duplicate", refs, twins[0].label))
    for kind, members in per_kind.items():
        limit = _limit(plan, kind)
        if limit is not None and len(members) > limit:
            refs = tuple(copy.ref for copy in members)
            problems.append(EditionProblem("too-many", refs, kind))
    return tuple(problems)


def remaining(plan: EditionPlan, given: Iterable[GivenImpression]) -> int | None:
    """How many numbered impressions may still be registered; None without a declared size.

    Destroyed impressions count as used. Never below zero.
    """
    if plan.size is None:
        return None
    read = [read_impression(copy.label) for copy in given]
    used = sum(1 for impression in read if impression and impression.kind == "numbered")
    return max(plan.size - used, 0)


def describe_impression(impression: Impression, lang: str = "zh") -> str:
    """The label for people: "3/50", "艺术家自留版2/5", "AP 2/5"."""
    english = lang.startswith("en")
    word = _LABELS[impression.kind][1 if english else 0]
    count = ""
    if impression.number is not None:
        write = _to_roman if impression.roman else str
        count = write(impression.number)
        if impression.size is not None:
            count += f"/{write(impression.size)}"
    return f"{word} {count}".strip() if english else f"{word}{count}"


def _without_kind(plain: str, word: str) -> str | None:
    match = re.fullmatch(rf"{re.escape(word)}[ :：.,]*(?P<rest>[\divxlcdm第#].*)", plain)
    if match:
        return match["rest"]
    match = re.fullmatch(rf"(?P<rest>.*[\d号版张]) *{re.escape(word)}", plain)
    return match["rest"].strip() if match and word != "1/1" else None


def _fraction(kind: Kind, number: str, size: str) -> Impression | None:
    first, last = _count(number), _count(size)
    if first is None or last is None or first[1] != last[1] or not 1 <= first[0] <= last[0]:
        return None
    if kind == "numbered" and last[0] == 1:
        return Impression("unique", 1, 1)
    return Impression(kind, first[0], last[0], first[1])


def _count(text: str) -> tuple[int, bool] | None:
    """A whole number above zero, and whether it was Roman."""
    text = text.removeprefix("第").removeprefix("#").removesuffix("号").strip()
    if re.fullmatch(r"\d{1,6}", text):
        return (int(text), False) if int(text) else None
    if not text or not _ROMAN.fullmatch(text):
        return None
    values = [_ROMAN_VALUES[c] for c in text]
    total = sum(
        -value if any(later > value for later in values[i + 1 :]) else value
        for i, value in enumerate(values)
    )
    return total, True


def _to_roman(number: int) -> str:
    text = ""
    for value, letters in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        count, number = divmod(number, value)
        text += letters * count
    return text


def _limit(plan: EditionPlan, kind: Kind) -> int | None:
    return plan.size if kind == "numbered" else plan.proofs.get(kind)


def _misfits(
    plan: EditionPlan, copy: GivenImpression, impression: Impression
) -> Iterable[EditionProblem]:
    limit = _limit(plan, impression.kind)
    if limit is None or impression.roman:
        return
    numbered = impression.kind == "numbered"
    if impression.number is not None and impression.number > limit:
        code: ProblemCode = "above-size" if numbered else "proof-above-size"
        yield EditionProblem(code, (copy.ref,), copy.label)
    elif impression.size is not None and impression.size != limit:
        yield EditionProblem("size-differs", (copy.ref,), copy.label)
