"""The parts of an event: party, place, life years, trade, occasion, marks.

Each reader takes the whole text of its part and gives None, or raises `Unread`, when any word
is left over or doubtful: what could be two parties is not made into one. Form: registry rules,
section 3.
"""

import re
from dataclasses import replace
from typing import Final

from catalog.engine.dates import edtf_bounds, read_date
from catalog.engine.provenance import words
from catalog.engine.provenance.cutting import partners
from catalog.engine.provenance.values import Kin, Occasion, Party, Place, Price


class Unread(Exception):
    """A part that is not understood: `words` are where reading stopped, `why` says it."""

    def __init__(self, words: str, why: str) -> None:
        super().__init__(why)
        self.words = words
        self.why = why


_KIN: Final = "|".join(sorted(words.KIN, key=len, reverse=True))
_KIN_BEFORE: Final = re.compile(rf"['’]s? ({_KIN}), (?=\S)")
_OWN_KIN: Final = re.compile(rf"(his|her|their) ({_KIN}),? (?=[A-Z])", re.IGNORECASE)
_KIN_AFTER: Final = re.compile(
    r"(?:(his|her|their|the [a-z]+['’]s) )?(?:(?:first|second|third|late|younger|elder|older|"
    rf"eldest|only|surviving) )?({_KIN})(?: of (.+))?",
    re.IGNORECASE,
)
_SUFFIX: Final = re.compile(
    r"(?:(?:Inc|LLC|L\.L\.C|Ltd|Jr|Sr|Esq|Co|Corp|S\.A|GmbH|LLP|M\.D|Ph\.?D|D\.D|PLC|Limited"
    r"|Incorporated|Jnr|M\. ?P|MD)\.?|II|III|IV)(?:\.|( .*))?"
    r"|(?:\d{1,2}(?:st|nd|rd|th) )?(?:Earl|Baronet|Viscount|Viscountess|Duke|Duchess|Marquess"
    r"|Marquis|Marchioness|Baron|Baroness|Lord|Lady|Count|Countess|Comte|Comtesse|Duc|Prince|Princess)\b.*"
)
_FIRM: Final = re.compile(r"(?:Inc|LLC|Ltd|Corp|GmbH|LLP|PLC|S\.A)\.?")
_LIFE: Final = re.compile(r"\s*\[([^\[\]]*)\]")
_DASH: Final = re.compile(r"\s*[-‐‑‒–—]\s*")
_BORN_OR_DIED: Final = re.compile(r"(b\.|born|d\.|died)\s*(?:in )?(.+)", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.·&/-])*\.?,?|&|\d{1,3}(?:st|nd|rd|th)?|\+")
_INITIAL_AND_SURNAME: Final = re.compile(r"\b(?![NSEW]\. )[A-Z]\. (?:[A-Z]\. )*[A-Z][a-z]{2,}")
_MARK: Final = re.compile(r"\[(?:([1-9]\d*)|([A-Za-z]{1,2}))\]")
_LOT: Final = re.compile(
    r"(?:lot\.?|lots|stock|inventory|inv\.|cat\.|catalogue|no\.|nos\.|number|#)"
    r"(?: no\.?| nos\.?| #)?"
    r" ?[\w#./-]+(?:(?:-| and | & )[\w./-]+)?",
    re.IGNORECASE,
)
_CURRENCY: Final = r"[^\w\s.,()\[\];:!?'\"]|ƒ|[A-Z]{3}(?= )"
_AMOUNT: Final = r"\d[\d,]*(?:\.\d+)?[KkMm]?"
_BEFORE: Final = re.compile(rf"({_CURRENCY}) ?({_AMOUNT})")
_AFTER: Final = re.compile(rf"({_AMOUNT}) ?({_CURRENCY})")
_IN_WORDS: Final = re.compile(r"[\w.,]+(?:[ ,]+[\w.,£$€¥-]+){1,7}")
_RUN_ON: Final = re.compile(r"\b(?!NYC|NY\b(?= City))[A-Z]{2} [A-Z][a-z]")
_ADDRESS: Final = re.compile(
    r"\d{1,5} (?:[A-Z0-9][\w.]* ){1,4}(?:St|Street|Ave|Avenue|Road|Rd|Place|Pl|Blvd|Square|Lane)\.?"
)
_GLUED: Final = re.compile(r"(?:de|du|van|von|di|la|le|d|da|del|mac)[A-Z]")
_LONGEST_NAME: Final = 14


def read_party(text: str, previous: Party | None = None) -> Party:
    """A party: `[X's kin,] name[?] [born-died] [, the artist] [, place[?]]`.

    Args:
        text: the whole of the part, single blanks.
        previous: the party of the event before, whom "his" and "her" mean.
    Raises:
        Unread: a word is left over, or two parties may be meant.
    """
    match = _KIN_BEFORE.search(text)
    if match and "," not in text[: match.start()]:
        return _with_kin(text[: match.start()], match[1], text[match.end() :])
    if own := _OWN_KIN.match(text):
        if previous is None:
            raise Unread(own[0], "nobody before whose kin this is")
        named = text[own.end() :]
        if text[own.end() - 2] == "," and re.match(r"\w+, ", named):
            raise Unread(named, "a name or a place")  # "his wife, Thornburg, PA"
        party = read_party(named)
        return replace(party, kin=Kin(own[2].lower(), _by_name(previous)))
    pieces = _segments(text)
    name, rest = pieces[0], pieces[1:]
    if name.lower() == "the artist" and rest and _is_person(rest):
        # "The artist, Ada Zoe [1900-1980], Kyoto": one party, the name second.
        return replace(read_party(", ".join(rest), previous), is_artist=True)
    if name.lower() == "the artist" and len(rest) > 1 and _may_be_person(rest[0]):
        raise Unread(rest[0], "a name or a place")
    name, born, died, rest = _take_name(name, rest)
    is_artist, kin = False, None
    while rest:
        word, *life = _take_life(rest[0])
        relation = _KIN_AFTER.fullmatch(word)
        if relation and kin is None and bool(relation[1]) != bool(relation[3]):
            kin = Kin(relation[2].lower(), _related(relation, previous, text))
        elif word.lower() == "the artist" and not is_artist:
            is_artist = True
        else:
            break
        born, died = born or life[0], died or life[1]
        rest = rest[1:]
    name, certain = _doubt(name)
    check_name(name)
    place = read_place(", ".join(rest)) if rest else None
    return Party(name, certain, born, died, is_artist, place, kin)


def _take_name(name: str, rest: list[str]) -> tuple[str, str | None, str | None, list[str]]:
    """The whole name with its suffixes, the years of life, and the pieces that are left."""
    if rest and _is_firm(name, rest):
        while not re.search(r"(?:^|\s)(?:and|And|&) ", name):
            name, rest = f"{name}, {rest[0]}", rest[1:]
    name, born, died = _take_life(name)
    while rest:
        suffix, *life = _take_life(rest[0])
        if not (_is_suffix(suffix.rstrip("?")) or _joins(suffix)):
            break
        name, rest = f"{name}, {suffix}", rest[1:]
        born, died = born or life[0], died or life[1]
    return name, born, died, rest


def _is_suffix(piece: str) -> bool:
    """Whether it ends the name before the comma: "Inc.", "III", "Jr. Gallery"."""
    match = _SUFFIX.fullmatch(piece)
    if match is None or match[1] is None:
        return match is not None
    return match[1].rsplit(" ", 1)[-1].lower() in words.INSTITUTIONS | {"collection", "estate"}


def _is_firm(name: str, rest: list[str]) -> bool:
    """Whether several surnames make one firm: "Ernest, Brown, and Phillips", "Moss, Low & Co"."""
    if re.search(r"(?:^|\s)(?:and|And|&) ", name):
        return False
    if " " in name:
        return bool(re.search(r"& (?:Co|Cie|Sons|Company|Son)\b", rest[0]))
    for surnames, piece in enumerate(rest[:4]):
        if re.fullmatch(r"(?:and|And) [A-Z]\w+", piece):
            return surnames > 0
        firm = re.fullmatch(r"((?:[A-Z]|de[A-Z])\w+) (?:&|and) [A-Z]\w+.*", piece)
        if firm:
            return firm[1] not in words.CITIES and name.lower() not in words.GENERIC
        if " " in piece:
            return False
    return False


def _joins(piece: str) -> bool:
    """Whether a piece behind a comma goes on with the name: "and Mary Doe", "Fund"."""
    word, _, others = piece.partition(" ")
    if word in {"and", "And", "&"}:
        return others not in words.CITIES and not others.startswith(("his ", "her ", "their "))
    return piece in {"Fund", "Funds", "Foundation"}


def _is_person(pieces: list[str]) -> bool:
    """Whether the first piece is certainly a person's name: years, initials, a town behind it."""
    if "[" in pieces[0] or _INITIAL_AND_SURNAME.search(pieces[0]):
        return True
    town = len(pieces) == 2 and pieces[1] in words.CITIES - {"New York", "Washington"}
    return town and _may_be_person(pieces[0])


def _may_be_person(text: str) -> bool:
    """Whether it has the form of a person's name and not that of a town."""
    pieces = text.split(" ")
    return (
        len(pieces) > 1 and text not in words.CITIES and pieces[0].lower() not in words.TOWN_WORDS
    )


def _with_kin(owner: str, kind: str, rest: str) -> Party:
    name, born, died = _take_life(owner)
    name, certain = _doubt(name)
    check_name(name)
    party = read_party(rest)
    if party.kin is not None:
        raise Unread(rest, "kin of kin")
    return replace(party, kin=Kin(kind, Party(name, certain, born, died)))


def _related(relation: re.Match[str], previous: Party | None, text: str) -> Party:
    """Whose kin it is: "his" of the party before, "of the sitter", "the artist's"."""
    if relation[3]:
        check_name(relation[3])
        return Party(relation[3])
    if relation[1].lower().startswith("the "):
        return Party(re.sub(r"['’]s$", "", relation[1]))
    if previous is None:
        raise Unread(text, "nobody before whose kin this is")
    return _by_name(previous)


def _by_name(party: Party) -> Party:
    """The party as it is named beside its kin: without place and kin of its own."""
    return replace(party, kin=None, place=None, is_artist=False)


def read_place(text: str) -> Place:
    """A place with its commas: "Boise, ID", "London, England?".

    Raises:
        Unread: it holds figures, words that name no place, or a person.
    """
    name, certain = _doubt(text)
    pieces = name.split(", ")
    if len(pieces) > 8:
        raise Unread(text, "too many parts for a place")
    for position, piece in enumerate(pieces):
        if position and piece.startswith("and ") and _is_town(pieces, position):
            continue
        if _ADDRESS.fullmatch(piece):
            continue
        _check_words(piece, "place")
        first = piece.split(" ", 1)[0].lower()
        if first.rstrip(".") in words.TITLES - {"st", "ste", "mt", "ft"} and first.endswith("."):
            raise Unread(piece, "a person where a place should stand")
        if first in {"and", "&", "for", "by", "to", "an", "a", "as"}:
            raise Unread(piece, "more than one party")
        if piece[0].islower() and first not in {"near", "the", "am", "auf", "den"}:
            raise Unread(piece, "not the name of a place")
        if _FIRM.fullmatch(piece):
            raise Unread(piece, "a firm where a place should stand")
        if _RUN_ON.search(piece) or any(
            re.match(rf"{city} [A-Z]\w+ [A-Z]", piece) for city in words.CITIES
        ):
            raise Unread(piece, "two places, or a place and a name, without a mark between")
        if _INITIAL_AND_SURNAME.search(piece):
            raise Unread(piece, "a person where a place should stand")
        if piece.rsplit(" ", 1)[-1] in {"Fund", "Endowment", "Purchase", "for", "Jr.", "and"}:
            raise Unread(piece, "not the name of a place")
    return Place(name, certain)


def _is_town(pieces: list[str], position: int) -> bool:
    """Whether "and X" goes on with a list of places: a known town, or one with its state."""
    state = pieces[position + 1 : position + 2]
    return pieces[position][4:] in words.CITIES or bool(
        state
        and re.fullmatch("[A-Z]{2}", state[0])
        and re.fullmatch("[A-Z]{2}", pieces[position - 1])
    )


def check_name(name: str) -> None:
    """Raises Unread unless the words can be the name of one party."""
    _check_words(name, "name")
    if not any(word[0].isalpha() and not word[0].islower() for word in name.split()) and not (
        _describes(name)
    ):
        raise Unread(name, "no name")
    first = name.split(" ", 1)[0].lower()
    if name in words.CITIES:
        raise Unread(name, "a place where a name should stand")
    if first in words.NO_NAME or " The " in name:
        raise Unread(name, "another statement begins here")
    last = name.rsplit(" ", 1)[-1].lower()
    if last in {"of", "the", "and", "&", "for", "by", "to", "a", "an", "in", "at", "from"}:
        raise Unread(name, "the name breaks off")


def _describes(name: str) -> bool:
    return any(word in words.GENERIC for word in name.split())


def _check_words(text: str, what: str) -> None:
    tokens = text.split(" ")
    if not text or len(tokens) > _LONGEST_NAME:
        raise Unread(text, f"no {what}")
    for position, token in enumerate(tokens):
        if not _WORD.fullmatch(token):
            raise Unread(token, f"not a word of a {what}")
        bare = token.strip(".,").lower()
        if token[0].isdigit():
            if what == "place" or not (position or (tokens[1:] and tokens[1][0].isupper())):
                raise Unread(token, f"a figure in a {what}")
        elif token[0].islower() and not _may_be_small(bare, what) and not _GLUED.match(token):
            raise Unread(token, f"not a word of a {what}")
        elif bare in words.SPEECH | words.ACTS and not _is_fund(tokens, position):
            raise Unread(token, "another statement begins here")


def _may_be_small(word: str, what: str) -> bool:
    if word in words.PARTICLES or re.match(r"(?:d|l|dell|von)['’]", word):
        return True
    if what == "place":
        return word in {"near", "sur", "sous", "aan", "en", "auf", "upon"}
    return word in words.GENERIC or word in words.KIN


def _is_fund(tokens: list[str], position: int) -> bool:
    return any(token in {"Fund", "Funds", "Endowment"} for token in tokens[position + 1 :])


def _segments(text: str) -> list[str]:
    """The text divided at commas outside brackets."""
    pairs = partners(text, 0, len(text))
    pieces, begin, position = [], 0, 0
    while position < len(text):
        if position in pairs:
            position = pairs[position]
        elif text.startswith(", ", position):
            pieces.append(text[begin:position])
            begin = position + 2
        position += 1
    return [*pieces, text[begin:]]


def _doubt(text: str) -> tuple[str, bool]:
    text = text.strip()
    return (text[:-1].rstrip(), False) if text.endswith(("?", "？")) else (text, True)


def _take_life(text: str) -> tuple[str, str | None, str | None]:
    """The text without its life years, birth and death. Raises Unread for other brackets."""
    if "[" not in text:
        return text, None, None
    match = _LIFE.search(text)
    if match is None:
        raise Unread(text, "a bracket that is not closed")
    life = read_life_years(match[1])
    if life is None or match.end() != len(text) or not match.start():
        raise Unread(match[0].strip(), "not the years of a life")
    return text[: match.start()], life[0], life[1]


def read_life_years(text: str) -> tuple[str | None, str | None] | None:
    """Birth and death as EDTF from "1900-1980", "1900-", "-1980", "b. 1900", "d. 1980"."""
    text = text.strip()
    if match := _BORN_OR_DIED.fullmatch(text):
        point = _point(match[2])
        if point is None:
            return None
        return (point, None) if match[1].lower().startswith("b") else (None, point)
    sides = _DASH.split(text)
    if len(sides) != 2 or not any(sides):
        return None
    born, died = (_point(side) if side else None for side in sides)
    if any(side.strip("? ") and not point for side, point in zip(sides, (born, died), strict=True)):
        return None
    if born is None and died is None:
        return None
    first, last = (edtf_bounds(side) if side else None for side in (born, died))
    if first and last and first.earliest and last.latest and first.earliest > last.latest:
        return None
    return born, died


def _point(text: str) -> str | None:
    found = read_date(text) if re.search(r"\d{3}", text) else None
    if found is None or found.edtf is None or found.remark:
        return None
    return None if "/" in found.edtf or found.edtf[0] in "[{" else found.edtf


def read_marks(text: str) -> tuple[str | None, tuple[str, ...]] | None:
    """Footnote and citations: one number, letters all before or all after it."""
    note: str | None = None
    cites: list[str] = []
    position, numbers_at = 0, -1
    count = 0
    while position < len(text):
        match = _MARK.match(text, position)
        if match is None:
            return None
        if match[1]:
            if note is not None:
                return None
            note, numbers_at = match[1], count
        else:
            cites.append(match[2])
        count += 1
        position = match.end()
        while position < len(text) and text[position] == " ":
            position += 1
    if not count or (note is not None and numbers_at not in {0, count - 1}):
        return None
    return note, tuple(cites)


def split_marks(text: str) -> tuple[str, str]:
    """The text and the marks at its end; a number of four figures is a year, not a mark."""
    end = len(text)
    while True:
        stripped = text[:end].rstrip()
        opening = stripped.rfind("[") if stripped.endswith("]") else -1
        if opening < 0 or not _MARK.fullmatch(stripped, opening) or len(stripped) - opening > 5:
            return stripped, text[end:].strip()
        end = opening


def read_trade(text: str) -> tuple[str | None, Price | None] | None:
    """Lot and price from what stands in parentheses: "lot 25, for $100"."""
    lot, price = text, ""
    if text.startswith("for "):
        lot, price = "", text[4:]
    elif ", for " in text:
        lot, _, price = text.partition(", for ")
    if lot and not _LOT.fullmatch(lot):
        return None
    paid = read_price(price) if price else None
    if price and paid is None:
        return None
    return lot or None, paid


def read_price(text: str) -> Price | None:
    """A sum with its currency sign before or after it, or in words ("300 guineas")."""
    if match := _BEFORE.fullmatch(text):
        return Price(match[1], match[2].replace(",", ""))
    if match := _AFTER.fullmatch(text):
        return Price(match[2], match[1].replace(",", ""))
    if _IN_WORDS.fullmatch(text) and re.search(r"[^\W\d_]{2}", text) and len(text) < 80:
        return Price(text=text)
    return None


def read_occasion(text: str) -> tuple[Occasion | None, Party | None] | None:
    """How it was sold: `from "event", agent`, `from agent`, `through agent [from "event"]`."""
    occasion, agent = None, None
    rest = text
    while rest:
        match = re.match(r'(?:from|at) ["“]([^"”]+)["”](?:, |,? (?=through )|$)', rest)
        if match:
            if occasion is not None:
                return None
            name, certain = _doubt(match[1])
            occasion = Occasion(name, certain)
            rest = rest[match.end() :]
            if rest and not rest.startswith("through "):
                rest = f"from {rest}"
            continue
        match = re.match(r"(?:from|through|at) (?=[^\"“])", rest)
        if match is None or agent is not None:
            return None
        body = rest[match.end() :]
        cut = re.search(r',? (?=from ["“])', body)
        agent = read_party(body[: cut.start()] if cut else body)
        rest = body[cut.end() :] if cut else ""
    return (occasion, agent) if occasion or agent else None
