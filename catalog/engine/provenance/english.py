"""One English event: from its words to its structure, or the place where reading stopped.

Order of the public form: `[Possibly] [way of acquiring] party [for party] [from "event", agent |
through agent] [in place] [dates] [(lot, for price)] [marks]`. What curators write besides is read
where it is plain; a doubtful reading is left unparsed. Registry rules, section 3.
"""

import re
from dataclasses import dataclass
from typing import Final

from catalog.engine.provenance import words
from catalog.engine.provenance.cutting import partners
from catalog.engine.provenance.methods import is_kind_of
from catalog.engine.provenance.parts import (
    Unread,
    check_name,
    read_life_years,
    read_marks,
    read_occasion,
    read_party,
    read_place,
    read_trade,
    split_marks,
)
from catalog.engine.provenance.periods import find_time, is_time
from catalog.engine.provenance.telling import Telling
from catalog.engine.provenance.values import Event, Occasion, Party, Place
from catalog.engine.provenance.wording import method_alone, wording_before

LONGEST_EVENT: Final = 1200
_LONGEST_STAY: Final = 55
_YEARS: Final = re.compile(r"(\d{4}) ?[-–] ?(\d{4})")
_CP1252: Final = str.maketrans("\x91\x92\x93\x94\x96\x97", "‘’“”–—")
_TWO_FIGURES: Final = re.compile(r",? (\d{1,2}(?:/\d{1,2})?(?:-\d{1,2}(?:/\d{1,2})?)?/\d\d)$")
_SALE_NUMBER: Final = re.compile(
    r",? ([Ss]ale (?:no\.? ?|#)?(?!(?:1[5-9]|20)\d\d$)[A-Z]?\d[\w-]*)$"
)
_DOUBT: Final = re.compile(r"(?:possibly|probably|perhaps|likely),? (?=\S)", re.IGNORECASE)
_UNSOLD: Final = re.compile(r",? (?:bought in|unsold|passed)$")
_LOT: Final = re.compile(
    r",? ((?:(?:sale )?nos?\.? ?\d[\w-]*, )?(?:cat\. )?(?:lots?\.?|stock|inventory)"
    r"(?: no\.| nos\.)? ?#?\d[\w-]*|nos?\.? \d[\w-]*)$",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(
    r",? (for|from|through|(?:via|by way of)(?= [A-Z\d]| the )|in|at auction at|at(?! auction\b)"
    r"|(?:purchased|bought|acquired)(?: directly)? from) (?=\S)"
)
_FROM: Final = re.compile(
    r"(?:(?P<sale>purchased|bought)|(?P<acquisition>acquired)|(?P<transfer>transferr?ed))"
    r" (?:directly )?from (?=\S)"
    r"|(?P<gift>(?:partial )?gifts?|gifted by|donated by|given by) (?:of |from )?(?=\S)"
    r"|(?P<bequest>bequest|bequeathed by) (?:of )?(?=\S)",
    re.IGNORECASE,
)
_TO: Final = re.compile(r",? (?:to|by) (?=\S)")
_COUPLE_LIFE: Final = re.compile(r" ?\[([^\[\]]*)\] (?=(?:and|&) [A-Z])")
_BRACKETED: Final = re.compile(r" ?\[([a-z]+(?: [a-z]+){1,8})\]$")
_GLUED_LIFE: Final = re.compile(r"(\[[^\[\]]*\]) (?=[A-Z])")
_AGENT: Final = re.compile(r",? as agents?(?= for |,|$)")
_ASIDE: Final = re.compile(
    r",? ((?:c/o|courtesy of|a (?:subsidiary|division) of|as (?:one of )?the executors? of"
    r"|execut(?:or|rix) of) [^,]+|illustrated|Lugt,? (?:Suppl(?:\.|ement)?,? )?\d+\w?)(?=,|$)"
)
_HONOUR: Final = re.compile(
    r",? ((?:in (?:loving )?(?:memory|honou?r) of|to honou?r) [^,]+)(?=,|$)"
)
_MUSEUM: Final = re.compile(
    r"(?:(museum) )?purchase(?:: ((?:gift|bequest) of .+|.+ Fund\b.*)$|(?=,| from |$))",
    re.IGNORECASE,
)
_PURCHASE_AT: Final = re.compile(
    r"(?P<sale>purchased|bought)(?= (?:at auction at|at|through|via) (?-i:[A-Z]))"
    r"|(?P<acquisition>acquired)(?= (?:through|via) (?-i:[A-Z]))",
    re.IGNORECASE,
)
_SHOW: Final = re.compile(
    r"(?:the )?(?:\d{1,4}(?:st|nd|rd|th)? )?[^,\d]*\b(?:International|Exhibition|Biennial|Fair)"
    r"(?: of [A-Z]\w+)?(?: \d{4})?(?: Purchase (?:Prize|Award))?"
)
_WHEREABOUTS: Final = re.compile(
    r"(?:present )?(?:whereabouts|location) (?:unknown|not known)", re.IGNORECASE
)
_METHOD_AFTER: Final = re.compile(r"(?:,|(?= by | via )) ((?:by |via |purchased|sold )?[a-z ]+)$")
_SALE_OF: Final = re.compile(r"([^,]*\b[Ss]ale)(?:, |$)")
_TRANSACTION: Final = re.compile(
    r"\b(?:sold|purchased|bought|acquired|gift|bequest|bequeathed|given|inherited|stolen|looted"
    r"|confiscated|restituted|exchanged|by descent|from|to|until|by|sale,)(?!\w)",
    re.IGNORECASE,
)
_TRADE_METHODS: Final = ("exchange_of_value", "acquisition")
_KNOWN_SIGNS: Final = re.compile(r"[!*=<>{}|\\^_]")


def read_event(text: str, previous: Party | None = None) -> Event:
    """One event without its closing mark.

    Args:
        text: the words of the event.
        previous: the party of the event before, whom "his" and "her" mean.
    Returns:
        The event with `direct` false; the caller knows the closing mark.
    Raises:
        Unread: where the words are not understood.
    """
    if len(text) > LONGEST_EVENT:
        raise Unread("", "too long to be one event")
    body, marks = split_marks(_tidy(text))
    note, cites = _marks(marks)
    if not body:
        raise Unread("", "no words")
    if match := _KNOWN_SIGNS.search(body):
        raise Unread(match[0], "a sign that belongs to no event")
    pairs = partners(body, 0, len(body))
    in_trade = body.startswith("(") and pairs.get(0) == len(body) - 1
    if in_trade:
        body, inner = split_marks(body[1:-1].strip())
        if inner and marks:
            raise Unread(inner, "marks inside and outside the parentheses")
        if inner:
            note, cites = _marks(inner)
        if ";" in body:
            raise Unread(body, "several events in one pair of parentheses")
    return _Reader(previous, in_trade=in_trade, note=note, cites=cites).read(body)


def _tidy(text: str) -> str:
    """Single blanks, a blank behind every comma of words, "[?]" as the doubt it is."""
    text = " ".join(text.translate(_CP1252).split())
    text = re.sub(r"^[Ff]rom (?=[Tt]he [Cc]ollection of )", "", text)
    text = text.replace(" [?]", "?").replace(" (?)", "?")
    text = re.sub(r"(?<=[^\W\d_]) [-–] (?=\d{4}\b)", ", ", text)
    text = re.sub(r"\bhalf (?=brother|sister)", "half-", text)
    text = re.sub(r"\b(from|to|by)(?=[A-Z][a-z]{2})", r"\1 ", text)
    text = re.sub(r", (?=\[[^\[\]]*\d{3}[^\[\]]*\])", " ", text)
    text = re.sub(r"(?<=[^\W\d_]),(?=[^\W_])", ", ", text)
    return re.sub(r"(?<=\d),(?=\d{4}\b)", ", ", text)


def _marks(marks: str) -> tuple[str | None, tuple[str, ...]]:
    if not marks:
        return None, ()
    found = read_marks(marks)
    if found is None:
        raise Unread(marks, "marks out of order")
    return found


_Selling = tuple[Occasion | None, Party | None]


@dataclass(slots=True)
class _Reader(Telling):
    """Reads one event."""

    town: Place | None = None

    def read(self, body: str) -> Event:
        certain = True
        if match := _DOUBT.match(body):
            body, certain = body[match.end() :], False
        if match := _UNSOLD.search(body):
            body, self.unsold = body[: match.start()], True
        body = self._take_parentheses(body)
        for pattern in (_AGENT, _HONOUR, _ASIDE):
            if match := pattern.search(body):
                self.remarks.append(match[0].strip(" ,"))
                body = body[: match.start()] + body[match.end() :]
        body = self._take_lot(body)
        party, agent, occasion, where = self._clauses(body)
        seller = occasion[1] if occasion else None
        if self.unsold and not is_kind_of(self.method, "consignment"):
            raise Unread(body, "unsold, but not offered")
        return self.event(
            certain=certain,
            party=party,
            agent=agent,
            seller=seller,
            occasion=occasion[0] if occasion else None,
            where=where,
        )

    def _take_lot(self, text: str) -> str:
        """The words without lot, number of the sale and a year of two figures at their end."""
        while True:
            if (match := _LOT.search(text)) and self.lot is None:
                self.lot = match[1]
            elif match := _TWO_FIGURES.search(text) or _SALE_NUMBER.search(text):
                # A year of two figures is no date; its words are kept.
                self.remarks.append(match[1])
            else:
                return text
            text = text[: match.start()]

    def _take_parentheses(self, body: str) -> str:
        """The body without its parentheses, which become life years, lot and price, or remark."""
        if match := _COUPLE_LIFE.search(body):
            # The years of two persons belong to neither alone: kept as words.
            self.remarks.append(f"[{match[1]}]")
            body = f"{body[: match.start()]} {body[match.end() :]}"
            if second := re.search(r" \[([^\[\]]*)\]", body):
                self.remarks.append(second[0].strip())
                body = body[: second.start()] + body[second.end() :]
        body = _GLUED_LIFE.sub(r"\1, ", body)
        if body.startswith("(") and not self.in_trade:
            # "(Gallery Nine), London": only the dealer's name stands in parentheses.
            end = partners(body, 0, len(body)).get(0)
            if end is not None and body[end + 1 : end + 2] in {",", " "}:
                body, self.in_trade = body[1:end] + body[end + 1 :], True
        if match := _BRACKETED.search(body):
            self.remarks.append(match[1])
            body = body[: match.start()] + body[match.end() :]
        pairs = partners(body, 0, len(body))
        kept, position = [], 0
        for begin in sorted(pairs):
            if body[begin] != "(" or begin < position:
                continue
            end = pairs[begin]
            kept.append(body[position:begin].rstrip(" "))
            position = end + 1
            content = body[begin + 1 : end].strip()
            kept.append(self._parenthesis(content, body[:begin], body[end + 1 :]))
        rest = body[position:]
        if position and rest[:1] not in {"", ",", " ", "?", "'", "’"}:
            raise Unread(rest, "words glued to a parenthesis")
        body = re.sub(r"\s*,[\s,]*(?=,)|\s+(?=,)", "", "".join([*kept, rest])).strip(" ,")
        if re.search(r"[()]", body):
            raise Unread(body, "a parenthesis that is not closed")
        return body

    def _parenthesis(self, content: str, before: str, after: str) -> str:
        if content.lower() in {"not sold", "unsold", "bought in", "passed"}:
            self.unsold = True
            return ""
        trade = read_trade(content)
        if trade is not None:
            if (trade[0] and self.lot) or (trade[1] and self.price):
                raise Unread(content, "a second lot or price")
            self.lot, self.price = trade[0] or self.lot, trade[1] or self.price
            return ""
        if read_life_years(content) is not None and "[" not in before:
            return f" [{content}]"
        if re.fullmatch(r"[\d/.-]+", content) and after[:1] in {"", ","}:
            self.remarks.append(content)
            return ""
        if not content or _TRANSACTION.search(content) or not re.search(r"[^\W\d_]", content):
            raise Unread(content, "a statement in parentheses")
        if not before.strip():
            raise Unread(content, "an event cannot begin with a remark")
        self.remarks.append(content)
        return ""

    def _clauses(
        self, body: str
    ) -> tuple[Party | None, Party | None, _Selling | None, Place | None]:
        named_in = self._take_method(body)
        if named_in is None:
            return None, None, None, None
        body = self._take_method_after(named_in)
        head, clauses = self._split(body)
        head = self._take_time(head)
        named = self._take_sale(head) if self.method is None else None
        head = self._take_town(head if named is None else named[1])
        party = self._party(head) if head else None
        if party is None and self.giver is None and not (self.method or self.dates):
            raise Unread(body, "nobody is named")
        if party is None and not head and self.method is None:
            raise Unread(body, "nobody is named")
        agent: Party | None = None
        where = self.town
        selling: list[str] = []
        at_auction = False
        for keyword, words_after in clauses:
            words_after = self._take_time(self._take_lot(words_after))
            if keyword == "at auction at":
                self._check_sale(words_after)
                self.method, keyword, at_auction = "purchase_at_auction", "at", True
            if keyword in {"through", "via", "at"} and _SHOW.fullmatch(words_after):
                # "through the 1999 Carnegie International": a show, not an agent.
                selling.append(f'from "{words_after}"')
            elif keyword in {"through", "via"} and at_auction and agent is None:
                # At an auction the dealer bids for the buyer; the house sells.
                agent = self._party(words_after)
            elif keyword == "for" and agent is None and party is not None and not selling:
                agent, party = party, self._party(words_after)
            elif keyword == "in" and where is None:
                where = read_place(words_after)
            elif keyword.endswith(" from") and self.method is None and self.giver is None:
                self.method = "acquisition" if keyword.startswith("acquired") else "sale"
                self.giver = self._party(words_after)
            elif keyword in {"from", "through", "via", "by way of", "at"}:
                keyword = "through" if keyword in {"via", "by way of"} else keyword
                if keyword == "at" and words_after[:1] not in {'"', "“"}:
                    self._check_sale(words_after)
                selling.append(f"{keyword} {words_after}")
            else:
                raise Unread(words_after, f"a second “{keyword}”")
        occasion = self._selling(selling)
        if named is not None:
            if occasion is not None and occasion[0] is not None:
                raise Unread(body, "a second occasion")
            occasion = (named[0], occasion[1] if occasion else None)
        return party, agent, occasion, where

    def _take_sale(self, head: str) -> tuple[Occasion, str] | None:
        """ "Watson sale, North Hall, London": the occasion, and the words of the house."""
        match = _SALE_OF.match(head)
        if match is None:
            return None
        check_name(match[1])
        self.method = "consignment"
        return Occasion(match[1]), head[match.end() :]

    def _take_town(self, head: str) -> str:
        """A sale may be told by its town alone: "sale, Paris, 1907"."""
        if self.method != "consignment" or head.split(",", 1)[0].strip("?") not in words.CITIES:
            return head
        self.town = read_place(head)
        return ""

    def _check_sale(self, words_after: str) -> None:
        if not is_kind_of(self.method, *_TRADE_METHODS):
            raise Unread(words_after, "“at” without a purchase")

    def _selling(self, selling: list[str]) -> _Selling | None:
        if not selling:
            return None
        plain = [part for part in selling if part[:6] != "from “" and '"' not in part[:7]]
        if len(plain) == 2 and plain[0].startswith("from ") and self.giver is None:
            # "from X through Y": Y acted, X held it before.
            self.giver = read_party(plain[0][5:], self.previous)
            selling = [part for part in selling if part is not plain[0]]
        found = read_occasion(" ".join(selling))
        if found is None:
            raise Unread(selling[0], "an agent or occasion that is not understood")
        return found

    def _party(self, text: str) -> Party:
        return read_party(text, self.previous)

    def _take_method(self, body: str) -> str | None:
        """The body behind its method; None when nobody is named behind it."""
        alone = method_alone(body)
        if alone:
            self.method = alone
            return None
        time = find_time(body)
        if time is not None and (alone := method_alone(body[: time.start].rstrip(", "))):
            self.method, self.dates, self.ongoing = alone, time.dates, time.ongoing
            return None
        unheld = body[: time.start].rstrip(", ") if time else body
        if _WHEREABOUTS.fullmatch(unheld):
            self.gap, self.dates = True, time.dates if time else self.dates
            return None
        if body.lower() == "anonymous gift" or (
            time and body[: time.start].lower().rstrip(", ") == "anonymous gift"
        ):
            self.method, self.giver = "gift", Party(body[:9])
            self.dates = time.dates if time else self.dates
            return None
        if (match := _MUSEUM.match(body)) and (match[1] or match[2]):
            self.method = "sale"
            if match[2]:
                self.remarks.append(self._take_time(match[2]))
                return match[1]
            return f"{match[1]}{body[match.end() :]}"
        if match := _PURCHASE_AT.match(body):
            self.method = match.lastgroup
            return body[match.end() :]
        if match := re.match(r"(?:found|discovered)(?= in (?:the )?[A-Z])", body, re.IGNORECASE):
            self.method = "found" if match[0].lower() == "found" else "discovery"
            return body[match.end() :]
        if found := wording_before(body):
            self.method = found.method
            return body[found.end :]
        if match := _FROM.match(body):
            return self._take_giver(match, body[match.end() :])
        return body

    def _take_giver(self, match: re.Match[str], rest: str) -> str | None:
        """ "Purchased from X by Y", "gift of X": the holder before, and what follows."""
        self.method = match.lastgroup
        if match[0].lower().startswith("partial"):
            self.method = "partial_gift"
        if not re.search(r"(?:from|of|by) $", match[0].lower()):
            raise Unread(rest, "a gift of nobody")
        masked = _masked(rest)
        for found in _TO.finditer(masked):
            if not is_time(rest[found.start() :].strip(", ")) and not find_time_only(
                rest[found.start() :]
            ):
                self.giver = read_party(rest[: found.start()], self.previous)
                return rest[found.end() :]
        head, clauses = self._split(rest)
        self.giver = read_party(self._take_time(head), self.previous)
        return rest[len(head) :] if clauses else None

    def _split(self, body: str) -> tuple[str, list[tuple[str, str]]]:
        """The party's words, and the clauses behind it by their keyword."""
        masked = _masked(body)
        cuts = [
            match
            for match in _CLAUSE.finditer(masked)
            if not _belongs_to_name(body, match) and not _opens_time(body, match)
        ]
        if not cuts:
            return body, []
        ends = [*(match.start() for match in cuts[1:]), len(body)]
        clauses = [
            (match[1], body[match.end() : end].strip(" ,"))
            for match, end in zip(cuts, ends, strict=True)
        ]
        return body[: cuts[0].start()], clauses

    def _take_time(self, text: str) -> str:
        """The words without the time at their end, which is kept."""
        time = find_time(text)
        if time is not None:
            if self.dates:
                raise Unread(text, "a second time")
            years = _YEARS.fullmatch(text[time.start :].strip(" ,"))
            if years and int(years[2]) - int(years[1]) > _LONGEST_STAY:
                raise Unread(years[0], "the years of a stay or of a life")
            self.dates, self.ongoing = time.dates, time.ongoing
            text = self._take_lot(text[: time.start].rstrip(", "))
        return self._take_method_after(text)

    def _take_method_after(self, text: str) -> str:
        """The words without the method at their end: "John Doe, by exchange"."""
        match = _METHOD_AFTER.search(text) if self.method is None else None
        if match and (alone := method_alone(match[1])):
            self.method, text = alone, text[: match.start()]
        return text


def find_time_only(text: str) -> bool:
    """Whether the words that follow open with a time: "by 1950, ..."."""
    return bool(re.match(r",? (?:by|to) (?:\d|the \d|c\.|ca\.|early|late|mid)", text))


def _masked(text: str) -> str:
    """The text with brackets and quotations blotted out, letter for letter."""
    pieces, position = [], 0
    pairs = partners(text, 0, len(text))
    for begin in sorted(pairs):
        if begin >= position:
            end = pairs[begin] + 1
            pieces.append(text[position:begin] + "█" * (end - begin))
            position = end
    return "".join([*pieces, text[position:]])


def _belongs_to_name(body: str, match: re.Match[str]) -> bool:
    """Whether "for", "in" or "at" stands inside the name of an institution.

    "Society for Kite Arts" is one name, "Riverside Society for Jane Doe" an agent and a party.
    """
    if match[0].startswith(",") or match[1] not in {"for", "in", "at"}:
        return False
    before = body[: match.start()].rsplit(", ", 1)[-1].split(" ")
    if before[-1].lower().strip("?.") not in words.INSTITUTIONS | words.TOPICS:
        return False
    if match[1] != "for" or len(before) == 1 or before[-2].lower() in words.SCOPES:
        return True
    after = body[match.end() :].split(",", 1)[0].split(" ")
    return after[0].lower() == "the" or not words.TOPICS.isdisjoint(word.lower() for word in after)


def _opens_time(body: str, match: re.Match[str]) -> bool:
    """Whether "in", "from", "through" or "at" opens a time instead of a clause."""
    rest = body[match.end() :]
    if re.match(r"(?:the )?\d+(?:st|nd|rd|th)? [A-Z]", rest) and _SHOW.match(rest):
        return False
    return bool(
        re.match(
            r"(?:\d|the (?:\d|early|mid|late)|early \d|late \d|ca?\.? ?\d|least|(?:January|February"
            r"|March|April|May|June|July|August|September|October|November|December|Spring|Summer"
            r"|Autumn|Fall|Winter|spring|summer|autumn|fall|winter) (?:of )?\d)",
            rest,
        )
    )
