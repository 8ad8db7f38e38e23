"""A provenance in the reader's words: ways of passing on, holders, times, gaps.

Says what was read and no more; the curator's own words stand beside it. Nothing is stored here.
"""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from artmarket.core.punctuation import bracketed, joined

from .engine.dates import describe_date
from .engine.provenance import METHODS, Dates, Event, Party, Price
from .engine.provenance.methods import lineage
from .engine.provenance.values import Pair

METHOD_WORDS: Final = {
    "acquisition": _("取得"),
    "exchange_of_value": _("有偿取得"),
    "sale": _("购得"),
    "private_sale": _("私下购得"),
    "purchase_at_auction": _("拍得"),
    "exchange": _("交换"),
    "forced_sale": _("被迫出售"),
    "appropriation": _("占取"),
    "confiscation": _("没收、抄没"),
    "theft": _("被盗"),
    "looting": _("被劫掠"),
    "restitution": _("发还"),
    "gift": _("受赠"),
    "prize": _("获奖"),
    "transfer": _("移交、调拨"),
    "bequest": _("受遗赠"),
    "by_descent": _("继承"),
    "origin": _("来历"),
    "creation": _("创作"),
    "found": _("发现"),
    "illegal_extraction": _("盗掘"),
    "excavated": _("出土"),
    "field_collection": _("田野采集"),
    "commission": _("委托创作"),
    "disappearance": _("消失"),
    "destruction": _("毁坏"),
    "lost": _("遗失"),
    "possessed_by": _("保管"),
    "on_deposit": _("寄存"),
    "consignment": _("寄售"),
    "offered": pgettext_lazy("provenance", "上拍"),
    "on_loan": _("借展"),
    "on_tour": _("巡展"),
    "pledge": pgettext_lazy("provenance", "质押"),
    "delivered": _("交付"),
    "returned": _("归还"),
    "party_transformation": _("持有人变化"),
    "marriage": _("因婚姻"),
    "death": _("因去世"),
    "partial_gift": _("部分受赠"),
}
KIN_WORDS: Final = {
    "son": pgettext_lazy("kin", "子"),
    "daughter": pgettext_lazy("kin", "女"),
    "wife": pgettext_lazy("kin", "妻"),
    "husband": pgettext_lazy("kin", "夫"),
    "widow": pgettext_lazy("kin", "遗孀"),
    "father": pgettext_lazy("kin", "父"),
    "mother": pgettext_lazy("kin", "母"),
    "brother": pgettext_lazy("kin", "兄弟"),
    "sister": pgettext_lazy("kin", "姐妹"),
    "grandson": pgettext_lazy("kin", "孙"),
    "granddaughter": pgettext_lazy("kin", "孙女"),
    "nephew": pgettext_lazy("kin", "侄"),
    "niece": pgettext_lazy("kin", "侄女"),
    "descendant": pgettext_lazy("kin", "后人"),
}
REASON_WORDS: Final = {
    "no_dates": _("没有一段写明时间，这段时间里在谁手里无从知道。"),
    "begins_after": _("最早的日期在这段时间之后，之前在谁手里没有记载。"),
    "gap": _("前后两段之间有空白，不知道在谁手里。"),
    "transfer_inside": _("可能在这段时间里转手，怎样转手要再查。"),
    "acquisition_across_start": _("何时取得说不准，可能在这段时间之前，也可能在其中。"),
    "unread": _("这一段原文没有读懂，要人来看。"),
    "doubtful": _("这一段本身存疑。"),
    "taken": _("曾被拿走，没有看到后来发还的记载。"),
}


def private_holder() -> str:
    """What stands in place of a name that is not shown."""
    return gettext("私人收藏")


def method_words(method: str) -> str:
    """A way of passing on; of a rarer one the nearest wider way. Empty when none is stated."""
    if method not in METHODS:
        return ""
    known = next((name for name in lineage(method) if name in METHOD_WORDS), "acquisition")
    return str(METHOD_WORDS[known])


def party_words(party: Party | None) -> str:
    """A holder: name, kin, life, place; the words for a private one where the name is hidden."""
    if party is None:
        return ""
    if not party.name:
        return private_holder()
    words = party.name if party.certain else gettext("%(name)s（存疑）") % {"name": party.name}
    if party.kin:
        kin = str(KIN_WORDS.get(party.kin.type, KIN_WORDS["descendant"]))
        kin = gettext("%(of)s之%(kin)s") % {"of": party.kin.of.name, "kin": kin}
        words += bracketed(kin)
    if party.born or party.died:
        years = "–".join((_year(party.born), _year(party.died)))
        words += bracketed(years)
    return joined([words, party.place.name]) if party.place else words


def dates_words(dates: Dates, *, ongoing: bool = False) -> str:
    """When it was acquired and parted with."""
    start = _pair(dates.acquired)
    if ongoing and start:
        return gettext("%(start)s至今") % {"start": start}
    if dates.acquired and dates.acquired == dates.parted:
        return start
    end = _pair(dates.parted)
    if start and end:
        return gettext("%(start)s至%(end)s") % {"start": start, "end": end}
    return start or (gettext("至%(end)s") % {"end": end} if end else "")


def price_words(price: Price | None) -> str:
    """What was paid, as written where it was written in words."""
    if price is None:
        return ""
    if price.text or price.as_written:
        return price.text or price.as_written or ""
    blank = " " if (price.currency or "").isalpha() else ""
    return f"{price.currency or ''}{blank}{price.amount or ''}"


def source_words(event: Event) -> str:
    """From whom, through whom, at which sale."""
    parts: list[str] = []
    if event.previous and event.previous.name:
        parts.append(gettext("得自%(name)s") % {"name": party_words(event.previous)})
    if event.seller_agent and event.seller_agent.name:
        parts.append(gettext("经手%(name)s") % {"name": party_words(event.seller_agent)})
    if event.buyer_agent and event.buyer_agent.name:
        parts.append(gettext("代理%(name)s") % {"name": party_words(event.buyer_agent)})
    if event.occasion:
        parts.append(event.occasion.name)
    return joined(parts)


def line_of(event: Event) -> str:
    """The event on one line, for a text whose own words may not be shown."""
    if event.unparsed is not None:
        return event.unparsed or gettext("此处原文不公开")
    holder = party_words(event.party) or (gettext("下落不明") if event.gap else "")
    doubt = gettext("可能") if not event.certain else ""
    parts: Iterable[str] = (
        f"{doubt}{' ' if doubt and get_language() == 'en' else ''}{holder}",
        method_words(event.method or ""),
        source_words(event),
        event.where.name if event.where else "",
        dates_words(event.dates, ongoing=event.ongoing),
        event.lot or "",
        price_words(event.price),
    )
    return joined(part for part in parts if part)


def _year(edtf: str | None) -> str:
    return describe_date(edtf, "en") if edtf else ""


def _pair(pair: Pair | None) -> str:
    if pair is None or pair == (None, None):
        return ""
    language = get_language() or "zh"
    first, last = pair
    if first == last:
        return describe_date(first, language) or (first or "")
    return describe_date(f"{first or '..'}/{last or '..'}", language)
