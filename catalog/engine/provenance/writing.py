"""Structure turned into provenance text in the preferred form of the public grammar.

What is written is read back before it is given out: a structure that the form cannot say (a
semicolon in a name, a method that has no wording of its own) is refused, never bent. Registry
rules, section 3.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from catalog.engine.dates.describe import MONTHS_EN
from catalog.engine.provenance.methods import METHODS
from catalog.engine.provenance.reading import read_paragraph
from catalog.engine.provenance.values import Dates, Event, Pair, Party, Place, Price
from catalog.engine.provenance.wording import wording_alone

_SEASONS: Final = {"21": "Spring", "22": "Summer", "23": "Autumn", "24": "Winter"}
_MARKED: Final = re.compile(r"(.+?)([?~%]?)")
_DAY: Final = re.compile(r"(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_WHOLE_DAY: Final = re.compile(r"-?\d{4}-\d\d-\d\d")
_DECADE: Final = re.compile(r"(\d{3})X")
_CENTURY: Final = re.compile(r"(-?)(\d{2})XX")
_GIVERS: Final = {
    "sale": ("purchased from", "by"),
    "acquisition": ("acquired from", "by"),
    "gift": ("gift of", "to"),
    "bequest": ("bequest of", "to"),
    "partial_gift": ("partial gift of", "to"),
}


class Unwritable(ValueError):
    """The preferred form cannot say the structure; the text says which part."""


def write_paragraph(events: Sequence[Event]) -> str:
    """The events as one paragraph.

    Args:
        events: in their order; `direct` chooses the closing mark.
    Returns:
        Text that `read_paragraph` reads as exactly these events.
    Raises:
        Unwritable: an event cannot be said in this form.
    """
    pieces = []
    opens = True
    for number, event in enumerate(events):
        words = write_event(event)
        if opens and event.unparsed is None:
            words = words[0].upper() + words[1:] if _begins_with_wording(event) else words
        pieces.append(words + (";" if event.direct else "."))
        opens = not event.direct
        if read_paragraph(pieces[-1]).events != (event,) and not _needs_others(event):
            raise Unwritable(f"event {number + 1} cannot be written so that it reads the same")
    text = " ".join(pieces)
    if read_paragraph(text).events != tuple(events):
        raise Unwritable("the events cannot be written side by side")
    return text


def write_event(event: Event) -> str:
    """One event without its closing mark. Raises Unwritable."""
    if event.unparsed is not None:
        return event.unparsed
    words = _who(event)
    if event.seller_agent and event.occasion:
        occasion = _doubted(event.occasion.name, event.occasion.certain)
        words += f', from "{occasion}", {_party(event.seller_agent)}'
    elif event.occasion:
        words += f', from "{_doubted(event.occasion.name, event.occasion.certain)}"'
    elif event.seller_agent:
        words += f", through {_party(event.seller_agent)}"
    if event.where:
        words += f", in {_place(event.where)}"
    if time := say_dates(event.dates, ongoing=event.ongoing):
        words += f", {time}"
    words += _parentheses(event)
    if event.unsold:
        words += ", bought in"
    words = words.removeprefix(", ")
    if not event.certain:
        words = f"possibly {words}"
    if event.in_trade:
        words = f"({words})"
    marks = "".join(f"[{mark}]" for mark in (event.note, *event.cites) if mark)
    return f"{words} {marks}" if marks else words


def say_dates(dates: Dates, *, ongoing: bool = False) -> str:
    """The four points in words, empty when nothing is stated. Raises Unwritable."""
    acquired, parted = dates.acquired, dates.parted
    if ongoing:
        if acquired is None or parted is not None or acquired[0] != acquired[1]:
            raise Unwritable("a stay that goes on needs one day of acquisition")
        return f"since {_point(acquired[0])}"
    one_day = acquired[0] if acquired and acquired == parted == acquired[::-1] else None
    if one_day and _WHOLE_DAY.fullmatch(one_day):
        return f"on {_point(one_day)}"
    if acquired and parted and acquired == (None, parted[0]) and parted[1] is None:
        return f"throughout {_point(parted[0])}"
    start = _side(acquired, ("", "after ", "by ")) if acquired else ""
    end = f"until {_side(parted, ('', 'at least ', 'no later than '))}" if parted else ""
    return f"{start} {end}".strip()


def _side(pair: Pair, words: tuple[str, str, str]) -> str:
    exact, earliest, latest = words
    first, last = pair
    if first is not None and last is not None:
        if first == last:
            return f"{exact}{_point(first)}"
        return f"between {_point(first)} and {_point(last)}"
    if first is not None:
        return f"{earliest}{_point(first)}"
    return f"{latest}{_point(last)}"


def _point(edtf: str | None) -> str:
    """A point of time in English words. Raises Unwritable for forms that have none."""
    match = _MARKED.fullmatch(edtf or "")
    if match is None:
        raise Unwritable("a pair of dates that knows nothing")
    bare, mark = match[1], match[2]
    words = _bare_point(bare)
    if mark in {"~", "%"}:
        words = f"ca. {words}"
    return f"{words}?" if mark in {"?", "%"} else words


def _bare_point(edtf: str) -> str:
    if match := _DECADE.fullmatch(edtf):
        return f"the {match[1].lstrip('0')}0s"
    if match := _CENTURY.fullmatch(edtf):
        number = int(match[2]) + 1
        return f"the {number}{_ordinal(number)} century{' BCE' if match[1] else ''}"
    match = _DAY.fullmatch(edtf)
    if match is None:
        raise Unwritable(f"{edtf} has no wording")
    year = int(match[1])
    said = f"{1 - year} BCE" if year < 1 else f"{year} CE" if year < 1000 else str(year)
    if not match[2]:
        return said
    if match[2] in _SEASONS:
        return f"{_SEASONS[match[2]]} {said}"
    if not 1 <= int(match[2]) <= 12:
        raise Unwritable(f"{edtf} has no wording")
    month = MONTHS_EN[int(match[2]) - 1]
    return f"{month} {int(match[3])}, {said}" if match[3] else f"{month} {said}"


def _ordinal(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _who(event: Event) -> str:
    """Method, agent and party; or the method alone."""
    if event.gap:
        return "whereabouts unknown" if event.party is None else _refuse("a gap with a party")
    receivers = [_party(party) for party in (event.buyer_agent, event.party) if party]
    if event.buyer_agent and not event.party:
        raise Unwritable("an agent of nobody")
    named = _for(receivers)
    if event.previous is not None:
        if event.method not in _GIVERS:
            raise Unwritable("a previous holder has no place beside this method")
        verb, link = _GIVERS[event.method]
        given = f"{verb} {_party(event.previous)}"
        return f"{given}, {link} {named}" if named else given
    if event.method is None:
        return named
    if event.method not in METHODS:
        raise Unwritable(f"{event.method} is no method")
    if not named:
        return wording_alone(event.method) or _refuse(f"{event.method} without a party")
    written = METHODS[event.method].written or "acquired by"
    return f"{written} {named}"


def _for(receivers: Iterable[str]) -> str:
    return ", for ".join(receivers)


def _refuse(why: str) -> str:
    raise Unwritable(why)


def _party(party: Party) -> str:
    words = _doubted(party.name, party.certain)
    if party.born or party.died:
        words += f" [{_life(party.born)}-{_life(party.died)}]"
    if party.is_artist:
        words += ", the artist"
    if party.place:
        words += f", {_place(party.place)}"
    if party.kin:
        words = f"{_party(replace(party.kin.of, kin=None))}'s {party.kin.type}, {words}"
    return words


def _life(edtf: str | None) -> str:
    return _point(edtf) if edtf else ""


def _place(place: Place) -> str:
    return _doubted(place.name, place.certain)


def _doubted(name: str, certain: bool) -> str:
    return name if certain else f"{name}?"


def _parentheses(event: Event) -> str:
    trade = [event.lot] if event.lot else []
    if event.price:
        trade.append(f"for {_price(event.price)}")
    words = f" ({', '.join(trade)})" if trade else ""
    return f"{words} ({event.remark})" if event.remark else words


def _price(price: Price) -> str:
    if price.as_written is not None:
        raise Unwritable("a price in Chinese words")
    if price.text is not None:
        return price.text
    if price.currency is None or price.amount is None:
        raise Unwritable("a price without currency or amount")
    whole, point, rest = price.amount.partition(".")
    amount = f"{int(whole):,}{point}{rest}" if whole.isdigit() and whole[0] != "0" else price.amount
    blank = " " if price.currency.isalpha() else ""
    return f"{price.currency}{blank}{amount}"


def _begins_with_wording(event: Event) -> bool:
    return event.method is not None or event.gap or not event.certain


def _needs_others(event: Event) -> bool:
    """Whether the words of an event mean somebody named in another one."""
    return event.unparsed is not None
