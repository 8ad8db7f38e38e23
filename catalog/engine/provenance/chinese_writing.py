"""Structure turned into Chinese provenance text (递藏).

What is written is read back before it is given out: a structure that the form cannot say is
refused, never bent. Registry rules, section 3, group zh.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from catalog.engine.dates.describe import describe_date
from catalog.engine.provenance.chinese_words import KIN
from catalog.engine.provenance.records import read_record
from catalog.engine.provenance.values import Dates, Event, Pair, Party, Place, Price
from catalog.engine.provenance.writing import Unwritable

_GIVES: Final = {
    "gift": "捐赠给",
    "bequest": "遗赠给",
    "transfer": "移交给",
    "forced_sale": "被迫出售给",
    "consignment": "寄售于",
    "offered": "上拍于",
    "on_loan": "借展于",
    "on_tour": "巡展于",
    "pledge": "质押于",
    "possessed_by": "保管于",
    "on_deposit": "寄存于",
    "delivered": "交付给",
    "returned": "归还给",
    "restitution": "发还给",
    "by_descent": "传给",
}
_TAKES: Final[dict[str | None, str]] = {
    "sale": "购自",
    "purchase_at_auction": "拍得于",
    None: "得自",
}
_TAKES_GIVER: Final[dict[str | None, str]] = {
    "gift": "受赠自",
    "by_descent": "继承自",
    "exchange": "换自",
}
_DOES: Final = {"creation": "创作", "commission": "定制", "discovery": "发现", "sale": "购藏"}
_SUFFERS: Final = {
    "confiscation": "抄没",
    "theft": "被盗",
    "looting": "被劫掠",
    "lost": "遗失",
}
_KIN: Final = {kind: words for words, kind in sorted(KIN.items(), key=lambda row: -len(row[0]))}
_CURRENCY: Final = {
    "CNY": "元",
    "HKD": "港元",
    "USD": "美元",
    "GBP": "英镑",
    "EUR": "欧元",
    "JPY": "日元",
    "TWD": "新台币",
}
_WRITTEN: Final = re.compile(r"-?\d{4}(?:-\d\d){0,2}[?~%]?|\d{3}X[?~%]?|\d{2}XX[?~%]?")


def write_record(events: Sequence[Event]) -> str:
    """The events as one Chinese text with its label.

    Args:
        events: in their order; `direct` chooses the closing mark.
    Returns:
        Text that `read_record` reads as exactly these events.
    Raises:
        Unwritable: an event cannot be said in this form.
    """
    pieces = []
    before: Party | None = None
    for event in events:
        pieces.append(write_chinese_event(event, before) + ("；" if event.direct else "。"))
        before = None if event.unparsed is not None else event.party or before
    text = "来源：" + "".join(pieces)
    found = read_record(text).events
    if found != tuple(events):
        wrong = next(
            (n for n, pair in enumerate(zip(found, events, strict=False), 1) if pair[0] != pair[1]),
            min(len(found), len(events)) + 1,
        )
        raise Unwritable(f"event {wrong} cannot be written so that it reads the same")
    return text


def write_chinese_event(event: Event, before: Party | None = None) -> str:
    """One event without its closing mark; `before` is the holder before it. Raises Unwritable."""
    if event.unparsed is not None:
        return event.unparsed
    if event.buyer_agent is not None:
        raise Unwritable("an agent of the buyer has no Chinese wording")
    clauses = [_occasion(event), *_who(event, before)]
    if event.where:
        clauses.append(f"于{_place(event.where)}")
    clauses.append(say_chinese_dates(event.dates, ongoing=event.ongoing))
    clauses.append("流拍" if event.unsold else "")
    trade = [event.lot or "", _price(event.price) if event.price else ""]
    if event.in_trade:  # in brackets itself, where no others fit
        clauses += trade
    words = "，".join(filter(None, clauses)) + _parentheses(event, () if event.in_trade else trade)
    if not event.certain:
        words = f"疑为{words}"
    if event.in_trade:
        words = f"（{words}）"
    marks = "".join(f"[{mark}]" for mark in (event.note, *event.cites) if mark)
    return f"{words} {marks}" if marks else words


def say_chinese_dates(dates: Dates, *, ongoing: bool = False) -> str:
    """The four points as a curator writes them: 1950年以前, 1995年至今. Raises Unwritable."""
    acquired, parted = dates.acquired, dates.parted
    if ongoing:
        if acquired is None or parted is not None or acquired[0] != acquired[1]:
            raise Unwritable("a stay that goes on needs one day of acquisition")
        return f"{_point(acquired[0])}至今"
    start = _acquired(acquired) if acquired else ""
    end = _parted(parted) if parted else ""
    return f"{start}{end}"


def _acquired(pair: Pair) -> str:
    first, last = pair
    if first is not None and last is not None:
        if first == last:
            return _point(first)
        return f"{_point(first)}至{_point(last)}间"
    return f"{_point(first)}以后" if first is not None else f"{_point(last)}以前"


def _parted(pair: Pair) -> str:
    first, last = pair
    if first is not None and last is None:
        return f"至少到{_point(first)}"
    if first is not None and first == last:
        return f"至{_point(first)}"
    raise Unwritable("a latest parting has no Chinese wording")


def _point(edtf: str | None) -> str:
    """A point of time in Chinese words. Raises Unwritable for forms that have none."""
    if edtf is None or not _WRITTEN.fullmatch(edtf):
        raise Unwritable(f"{edtf} has no Chinese wording")
    bare = edtf.rstrip("?~%")
    mark = edtf[len(bare) :]
    if mark == "%":
        raise Unwritable("a date both doubtful and approximate")
    words = describe_date(bare, "zh")
    if not words:
        raise Unwritable(f"{edtf} has no Chinese wording")
    return f"约{words}" if mark == "~" else f"{words}？" if mark == "?" else words


def _who(event: Event, before: Party | None) -> list[str]:
    """Who passed it to whom, as one clause, and the places behind it."""
    if event.gap:
        if event.party or event.previous or event.seller_agent:
            raise Unwritable("a gap with a party")
        return ["下落不明"]
    holder = _party(event.party, before) if event.party else ""
    source = event.seller_agent or event.previous
    if event.seller_agent and event.previous:
        raise Unwritable("a giver and a seller at once")
    if source is None:
        return [*_without_source(event, holder), *_behind(event.party)]
    if event.seller_agent is None and event.method in _SUFFERS:
        if event.party:
            raise Unwritable("both whom it was taken from and who took it")
        return [f"自{_party(source, before)}{_SUFFERS[event.method]}", *_behind(None)]
    given = _party(source, before)
    takes: dict[str | None, str] = dict(_TAKES)
    if event.seller_agent is None:
        takes |= _TAKES_GIVER
    if event.seller_agent is None and event.method in _GIVES and holder:
        return [f"{given}{_GIVES[event.method]}{holder}", *_behind(event.party)]
    if event.method not in takes:
        raise Unwritable("a source has no place beside this method")
    behind = _behind(event.party)
    if any(behind):
        return [holder, *behind, f"{takes[event.method]}{given}", *_behind(source)]
    return [f"{holder}{takes[event.method]}{given}", *_behind(source)]


def _without_source(event: Event, holder: str) -> list[str]:
    method = event.method
    if event.occasion is not None and method in {"offered", "consignment"}:
        return [holder]
    if method is None:
        return [f"{holder}旧藏" if event.party and not event.party.place else holder]
    if method in _GIVES and holder:
        return [f"{_GIVES[method]}{holder}"]
    if method in _SUFFERS:
        return [f"由{holder}{_SUFFERS[method]}" if holder else _SUFFERS[method]]
    if method in _DOES:
        return [f"{holder}{_DOES[method]}"]
    if method == "destruction" and holder:
        return [f"毁于{holder}"]
    if method == "excavated" and not holder:
        return ["出土"]
    if method == "exchange":
        return ["以画易画", holder]
    raise Unwritable(f"{method} has no Chinese wording here")


def _behind(party: Party | None) -> list[str]:
    """What is said of a party behind its clause: that it is the maker, and its place."""
    if party is None:
        return []
    return [
        "作者本人" if party.is_artist else "",
        _place(party.place) if party.place else "",
    ]


def _party(party: Party, before: Party | None) -> str:
    if party.uri is not None:
        raise Unwritable("an address of a party")
    words = party.name
    if party.kin:
        of, kin = party.kin.of, _KIN.get(party.kin.type)
        if kin is None:
            raise Unwritable(f"{party.kin.type} has no Chinese wording")
        plain = before and Party(before.name, before.certain, before.born, before.died)
        words = f"其{kin}{words}" if of == plain else f"{_doubted(of)}之{kin}{words}"
    return words if party.certain else f"{words}？"


def _doubted(party: Party | Place) -> str:
    return party.name if party.certain else f"{party.name}？"


_place = _doubted


def _occasion(event: Event) -> str:
    if event.occasion is None:
        return ""
    if event.party is None or event.seller_agent or event.previous:
        raise Unwritable("a named sale beside a source")
    return event.occasion.name if event.occasion.certain else f"{event.occasion.name}？"


def _parentheses(event: Event, trade: Iterable[str]) -> str:
    life = ""
    if event.party and (event.party.born or event.party.died):
        life = f"（{_year(event.party.born)}—{_year(event.party.died)}）"
    words = "，".join(filter(None, trade))
    remark = f"（{event.remark}）" if event.remark else ""
    return f"{life}{f'（{words}）' if words else ''}{remark}"


def _year(edtf: str | None) -> str:
    if edtf is None:
        return ""
    if not re.fullmatch(r"\d{4}\??", edtf):
        raise Unwritable("a year of life that is no year")
    return edtf


def _price(price: Price) -> str:
    if price.text is not None:
        raise Unwritable("a price without a known currency")
    if price.as_written is not None:
        return f"成交价{price.as_written}"
    unit = _CURRENCY.get(price.currency or "")
    if unit is None or price.amount is None:
        raise Unwritable("a price without currency or amount")
    return f"成交价{price.amount}{unit}"
