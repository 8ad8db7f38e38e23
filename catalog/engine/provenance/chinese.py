"""Chinese provenance: a field with labelled parts, and one event of it.

`；` passes directly to the next holder, `。` not. 旧藏 names a holder and no way of acquiring; 疑为
and 传为 doubt the event, ？ the item before it. What is told in another way keeps its words. The
grammar is ours (registry rules, section 3, group zh).
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from catalog.engine.dates import read_life, read_period
from catalog.engine.provenance.parts import (
    Unread,
    read_life_years,
    read_marks,
    split_marks,
)
from catalog.engine.provenance.values import (
    Dates,
    Event,
    Kin,
    Occasion,
    Party,
    Place,
    Price,
)

LONGEST_EVENT: Final = 400
_LONGEST_CLAUSE: Final = 60
_KIN: Final = {
    "儿子": "son",
    "长子": "son",
    "次子": "son",
    "幼子": "son",
    "子": "son",
    "女儿": "daughter",
    "长女": "daughter",
    "次女": "daughter",
    "女": "daughter",
    "妻子": "wife",
    "妻": "wife",
    "夫人": "wife",
    "丈夫": "husband",
    "夫": "husband",
    "遗孀": "widow",
    "父亲": "father",
    "父": "father",
    "母亲": "mother",
    "母": "mother",
    "兄长": "brother",
    "兄": "brother",
    "弟弟": "brother",
    "弟": "brother",
    "姐姐": "sister",
    "姐": "sister",
    "姊": "sister",
    "妹妹": "sister",
    "妹": "sister",
    "外孙女": "granddaughter",
    "外孙": "grandson",
    "孙女": "granddaughter",
    "孙": "grandson",
    "侄女": "niece",
    "侄子": "nephew",
    "侄": "nephew",
    "外甥女": "niece",
    "外甥": "nephew",
    "祖父": "grandfather",
    "祖母": "grandmother",
    "叔父": "uncle",
    "叔": "uncle",
    "姑母": "aunt",
}
_KIN_WORDS: Final = "|".join(sorted(_KIN, key=len, reverse=True))
_GIVES: Final = {  # giver, verb, receiver
    "捐赠给": "gift",
    "捐赠予": "gift",
    "捐赠于": "gift",
    "捐赠": "gift",
    "捐给": "gift",
    "捐予": "gift",
    "转赠": "gift",
    "赠予": "gift",
    "赠给": "gift",
    "遗赠给": "bequest",
    "遗赠予": "bequest",
    "遗赠": "bequest",
    "移交给": "transfer",
    "移交": "transfer",
    "调拨给": "transfer",
    "调拨至": "transfer",
    "调拨": "transfer",
    "售予": "sale",
    "售给": "sale",
    "售与": "sale",
    "被迫出售给": "forced_sale",
    "被迫出售予": "forced_sale",
    "寄售于": "consignment",
    "委托拍卖于": "consignment",
    "上拍于": "offered",
    "借展于": "on_loan",
    "借予": "on_loan",
    "巡展于": "on_tour",
    "质押于": "pledge",
    "质押给": "pledge",
    "保管于": "possessed_by",
    "寄存于": "on_deposit",
    "交付给": "delivered",
    "交付": "delivered",
    "归还给": "returned",
    "归还": "returned",
    "发还给": "restitution",
    "发还": "restitution",
    "传给": "by_descent",
    "传与": "by_descent",
    "传至": "by_descent",
    "传": "by_descent",
}
_TAKES: Final = {  # receiver, verb, source
    "购藏自": "sale",
    "购自": "sale",
    "购于": "sale",
    "购得于": "sale",
    "拍得于": "purchase_at_auction",
    "竞得于": "purchase_at_auction",
    "得自": None,
    "受赠自": "gift",
    "换自": "exchange",
    "继承自": "by_descent",
}
_DOES: Final = {  # who, verb
    "继承": "by_descent",
    "赎回": "returned",
    "创作": "creation",
    "购藏": "sale",
    "定制": "commission",
    "发现": "discovery",
    "旧藏": None,
    "收藏": None,
    "珍藏": None,
}
_SUFFERS: Final = {  # from whom, verb
    "抄没": "confiscation",
    "没收": "confiscation",
    "被盗": "theft",
    "盗走": "theft",
    "被劫掠": "looting",
    "劫掠": "looting",
    "遗失": "lost",
    "被迫出售": "forced_sale",
}
_WHERE: Final = {"发现于": "discovery", "出土于": "excavated", "出土": "excavated"}
_ALONE: Final = {
    "以画易画": "exchange",
    "交换": "exchange",
    "委托创作": "commission",
}
_DOUBT: Final = re.compile(r"(?:疑为|疑|传为|据传为|可能为|或为)")
_GAP: Final = re.compile(r"(?:其后|此后|后)?(?:下落|去向|流传)不(?:明|详)")
_UNSOLD: Final = frozenset({"流拍", "未成交", "撤拍", "未售出"})
_LOT: Final = re.compile(
    r"(?:拍品|图录号|编号|拍号|第|Lot ?|lot ?|LOT ?)(?:第|编号|号)?\s*[\dA-Za-z-]+号?(?:拍品)?"
)
_PRICE: Final = re.compile(
    r"(?:成交价|落槌价|售价|价格|价|以)?(?:为|：|:)?"
    r"(?P<written>(?P<before>人民币|RMB|￥|¥|港币|HK\$|美金|US\$|\$|£|€)?"
    r"\s*(?P<number>\d[\d,，]*(?:\.\d+)?)(?P<scale>亿|千万|百万|万|千)?"
    r"(?P<unit>元|圆|港元|港币|美元|英镑|欧元|日元|新台币|台币|法郎)?(?:人民币)?)(?:成交|售出)?"
)
_CURRENCY: Final = {
    "元": "CNY",
    "圆": "CNY",
    "人民币": "CNY",
    "RMB": "CNY",
    "￥": "CNY",
    "¥": "CNY",
    "港元": "HKD",
    "港币": "HKD",
    "HK$": "HKD",
    "美元": "USD",
    "美金": "USD",
    "US$": "USD",
    "$": "USD",
    "英镑": "GBP",
    "£": "GBP",
    "欧元": "EUR",
    "€": "EUR",
    "日元": "JPY",
    "新台币": "TWD",
    "台币": "TWD",
}
_SCALES: Final = {"千": 1000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_NAME: Final = re.compile(r"[㐀-鿿·・、A-Za-z&〇 .’'-]{1,24}")
_TELLING: Final = re.compile(
    r"不详|不明|其余|其他|曾|后来|之后|以后|以前|据|因|所|被|将|由|经|自|于|购|售|拍得|捐|赠|旧藏|"
    r"收藏|继承|归还|传|抄没|流|未|并|等处|年|月|\d日"
)
_TELLS_AT_ONCE: Final = re.compile(r"其余|其他|后来|之后|因|据|被|将|自|购|售|捐|赠|旧藏|收藏|继承")
_HOUSE: Final = re.compile(
    r"(?:拍卖行|拍卖公司|拍卖|画廊|公司|书店|画店|商店|文物店|艺术馆|艺术中心|商行|斋|阁|轩|堂|社|"
    r"画院|行|Gallery|Auctions?)$"
)
_HOUSE_AND_SALE: Final = re.compile(
    r"(.{1,20}?(?:拍卖行|公司|画廊))(.{0,12}(?:拍卖会|专场|春拍|秋拍|博览会))"
)
_PRIVATE: Final = re.compile(r"[㐀-鿿]{0,6}(?:私人(?:收藏家?|藏家)|收藏家)")
_OCCASION: Final = re.compile(r"[^，]{1,20}(?:拍卖会|博览会|展销会|交易会|专场|拍卖专场|春拍|秋拍)")
_START_OF_TIME: Final = re.compile(
    r"约|大约|[12]\d{3}|\d{2}世纪|公元|至|不晚于|至迟|民国|清|明|[一二三四五六七八九〇零]{4}年"
    r"|光绪|宣统|同治|咸丰|道光|嘉庆|乾隆|雍正|康熙|抗战|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]"
)
_COMMA: Final = re.compile(r"[，；;]\s*|,(?!\d{3})\s*")
_PARENTHESIS: Final = re.compile(r"[（(]([^（）()]{0,200})[）)]")


_VERBS: Final = re.compile(
    "|".join(
        sorted(
            verb
            for table in (_GIVES, _TAKES, _DOES, _SUFFERS, _WHERE, _ALONE)
            for verb in table
            if len(verb) > 1
        )
    )
)
_NO_TIME: Final = re.compile(r"创作|出版|印|[购售赠藏展拍捐借质押还传盗]")


def read_chinese_event(text: str, previous: Party | None = None) -> Event:
    """One Chinese event without its closing mark.

    Args:
        text: the words of the event.
        previous: the party of the event before, whom 其 means.
    Raises:
        Unread: where the words are not understood.
    """
    if len(text) > LONGEST_EVENT:
        raise Unread("", "too long to be one event")
    body, marks = split_marks(text.strip())
    found = read_marks(marks) if marks else (None, ())
    if found is None:
        raise Unread(marks, "marks out of order")
    if "…" in body or not body:
        raise Unread("…", "the words break off")
    inner = re.fullmatch(r"[（(]([^（）()]+)[）)]", body)
    reader = _Reader(previous, in_trade=inner is not None, note=found[0], cites=found[1])
    return reader.read(inner[1] if inner else body)


@dataclass(slots=True)
class _Reader:
    previous: Party | None
    in_trade: bool
    note: str | None
    cites: tuple[str, ...]
    dates: Dates = field(default_factory=Dates)
    ongoing: bool = False
    method: str | None = None
    party: Party | None = None
    giver: Party | None = None
    seller: Party | None = None
    occasion: Occasion | None = None
    where: Place | None = None
    lot: str | None = None
    price: Price | None = None
    unsold: bool = False
    gap: bool = False
    remarks: list[str] = field(default_factory=list)
    life: tuple[str | None, str | None] = (None, None)
    told: bool = False
    taken: bool = False
    open_role: Literal["party", "giver", "seller"] = "party"

    def read(self, body: str) -> Event:
        certain = True
        if (match := _DOUBT.match(body)) and match.end() < len(body):
            body, certain = body[match.end() :], False
        body = self._take_parentheses(body)
        for clause in _COMMA.split(body):
            self._clause(clause.strip())
        if self.unsold or self.occasion:
            self.method = self.method or ("offered" if self.unsold else "consignment")
        if not (self.party or self.giver or self.seller or self.method or self.gap):
            raise Unread(body, "nobody is named")
        if self.party is not None and any(self.life):
            self.party = _with_life(self.party, self.life)
        return Event(
            certain=certain,
            method=self.method,
            party=self.party,
            seller_agent=self.seller,
            previous=self.giver,
            occasion=self.occasion,
            where=self.where,
            dates=self.dates,
            lot=self.lot,
            price=self.price,
            unsold=self.unsold,
            in_trade=self.in_trade,
            ongoing=self.ongoing,
            gap=self.gap,
            remark="；".join(self.remarks) or None,
            note=self.note,
            cites=self.cites,
        )

    def _take_parentheses(self, body: str) -> str:
        for match in _PARENTHESIS.finditer(body):
            content = match[1].strip()
            life = read_life_years(content) or _life(content)
            if life is not None and not any(self.life):
                self.life = life
                continue
            left = "，".join(part for part in _COMMA.split(content) if not self._trade(part))
            if re.search(r"购|售|拍|捐|赠|抄没|归还", left) or not content:
                raise Unread(content, "a statement in parentheses")
            if left:
                self.remarks.append(left)
        body = _PARENTHESIS.sub("", body)
        if re.search(r"[（）()]", body):
            raise Unread(body, "a parenthesis that is not closed")
        return body

    def _trade(self, words: str) -> bool:
        """Takes a lot number or a price."""
        if words in _UNSOLD:
            self.unsold = True
        elif _LOT.fullmatch(words) and self.lot is None:
            self.lot = words
        elif (price := read_chinese_price(words)) and self.price is None:
            self.price = price
        else:
            return False
        return True

    def _clause(self, clause: str) -> None:
        if not clause:
            raise Unread(clause, "an empty clause")
        if self._trade(clause) or self._take_time(clause) or self._take_method(clause):
            return
        if match := _GAP.fullmatch(self._without_time(clause)):
            self.gap = bool(match)
        elif _OCCASION.fullmatch(clause) and self.occasion is None and self.party is None:
            self.occasion = Occasion(*_doubted(clause))
        elif (
            (where := re.fullmatch(r"[于在](.+)", clause))
            and self.where is None
            and (self.party is not None or self.told)
        ):
            self.where = _place(where[1])
        elif clause in {"作者", "作者本人", "画家本人"} and self.party is not None:
            self.party = _with(self.party, is_artist=True)
        elif self.party is None and self.giver is None and not self.taken:
            self.party = _party(self._without_time(clause), self.previous)
        else:
            self._take_place(clause)

    def _take_time(self, words: str) -> bool:
        found = read_chinese_time(words)
        if found is None:
            return False
        if self.dates:
            raise Unread(words, "a second time")
        self.dates, self.ongoing = found
        return True

    def _without_time(self, words: str) -> str:
        """The words without a time at their end or their beginning, which is kept."""
        if len(words) > _LONGEST_CLAUSE:
            raise Unread(words, "too long to be one clause")
        for match in _START_OF_TIME.finditer(words):
            begin = match.start()
            for end in range(len(words), len(words) - 1 if begin else 0, -1):
                if self._take_time(words[begin:end]):
                    return re.sub(r"[于在]$", "", words[:begin] + words[end:])
        return words

    def _take_method(self, clause: str) -> bool:
        if self.told or _PRIVATE.fullmatch(clause):
            return False
        for verb, alone in _ALONE.items():
            if clause.endswith(verb):
                if who := self._without_time(clause.removesuffix(verb)):
                    self._receive(who)
                self.method, self.told = alone, True
                return True
        before, found, after = clause.partition("归还原主")
        if found:
            self.method, self.told = "restitution", True
            if who := self._without_time(before):
                self.giver = _party(who, self.previous)
            if after:
                self.party = _party(after, self.previous)
            return True
        if clause in _GIVES and not clause.endswith(("于", "至")):
            self.method, self.told = _GIVES[clause], True  # "发还，李四"
            return True
        for table, take in (
            (_TAKES, self._takes),
            (_GIVES, self._gives),
            (_WHERE, self._found),
            (_SUFFERS, self._suffers),
            (_DOES, self._does),
        ):
            for verb, method in sorted(table.items(), key=lambda row: -len(row[0])):
                before, found, after = clause.partition(verb)
                if found and (before or after or method) and take(before, after):
                    self.method = self.method or method
                    self.told = True
                    return True
        if (match := re.fullmatch(r"毁于(.+)", clause)) is not None:
            self.method, self.party, self.told = "destruction", _party(match[1], None), True
            return True
        return False

    def _takes(self, before: str, after: str) -> bool:
        """ "李四1995年购自北厅拍卖行": who, when, from whom."""
        if not after:
            return False
        who = self._without_time(before)
        if who:
            self._receive(who)
        if (match := _HOUSE_AND_SALE.fullmatch(after)) and self.occasion is None:
            after, self.occasion = match[1], Occasion(match[2])
        source = _party(after, self.previous)
        self.open_role = "seller" if _HOUSE.search(source.name) else "giver"
        setattr(self, self.open_role, source)
        return True

    def _gives(self, before: str, after: str) -> bool:
        """ "张三捐赠予某馆": from whom, to whom."""
        if not after:
            return False
        who = self._without_time(before)
        if who:
            self.giver = _party(who.removeprefix("由"), self.previous)
            if self.party is not None:
                raise Unread(before, "two parties")
        elif self.party is not None:
            self.giver = self.party
        self.party = _party(self._without_time(after), self.giver or self.previous)
        return True

    def _does(self, before: str, after: str) -> bool:
        """ "张三家属继承", "张三旧藏": who."""
        who = self._without_time(before)
        if after:
            return False
        if who:
            self._receive(who.removeprefix("由").removeprefix("为"))
        return True

    def _suffers(self, before: str, after: str) -> bool:
        """ "自张三家抄没", "由某部没收"."""
        if after:
            return False
        who = self._without_time(before).removesuffix("被")
        self.taken = True
        if who.startswith("由"):
            self.party = _party(who[1:], self.previous)
        elif who:
            self.giver = _party(re.sub(r"^[自从]", "", who).removesuffix("处"), self.previous)
        return True

    def _found(self, before: str, after: str) -> bool:
        who = self._without_time(before)
        if who:
            self._receive(who)
        if after:
            self.where = _place(after)
        return bool(who or after or self.dates)

    def _receive(self, who: str) -> None:
        if self.party is not None:
            raise Unread(who, "two parties")
        self.party = _party(who, self.previous)

    def _take_place(self, clause: str) -> None:
        holder = getattr(self, self.open_role)
        if holder is None or holder.place is not None:
            raise Unread(clause, "words that fit nowhere")
        setattr(self, self.open_role, _with(holder, place=_place(clause)))


@lru_cache(maxsize=8192)
def read_chinese_time(text: str) -> tuple[Dates, bool] | None:
    """The four points of a time, and whether it goes on; None when it is not a time."""
    text = text.strip()
    if not re.search(r"[\d年代纪〇]|[子丑寅卯辰巳午未申酉戌亥]", text) or len(text) > 40:
        return None
    if _NO_TIME.search(text):
        return None
    found = read_period(text)
    if found is None or (found.acquired is None and found.parted is None):
        return None
    return Dates(found.acquired, found.parted), found.ongoing


def read_chinese_price(text: str) -> Price | None:
    """A sum such as 成交价120万元; 万 is resolved and the words kept."""
    match = _PRICE.fullmatch(text)
    if match is None or not (match["before"] or match["unit"]):
        return None
    currency = _CURRENCY.get(match["unit"] or "") or _CURRENCY.get(match["before"] or "")
    if match["unit"] in {"元", "圆"} and match["before"]:
        currency = _CURRENCY[match["before"]]
    if currency is None:
        return Price(text=match["written"].strip())
    number = Decimal(re.sub("[,，]", "", match["number"]))
    scale = match["scale"]
    amount = number * _SCALES[scale] if scale else number
    plain = format(amount, "f")
    if "." in plain and scale:
        plain = plain.rstrip("0").rstrip(".")
    return Price(currency, plain, as_written=match["written"].strip() if scale else None)


def _party(text: str, previous: Party | None) -> Party:
    text = text.strip()
    if match := re.fullmatch(rf"其({_KIN_WORDS})(.+)", text):
        if previous is None:
            raise Unread(text, "nobody before whose kin this is")
        of = Party(previous.name, previous.certain, previous.born, previous.died)
        return _with(_party(match[2], None), kin=Kin(_KIN[match[1]], of))
    if match := re.fullmatch(rf"([^之]+)之({_KIN_WORDS})(.+)", text):
        of = _party(match[1], None)
        return _with(_party(match[3], None), kin=Kin(_KIN[match[2]], of))
    name, certain = _doubted(text)
    if not _PRIVATE.fullmatch(name) and (not _NAME.fullmatch(name) or _tells(name)):
        raise Unread(text, "no name")
    return Party(name, certain)


def _tells(name: str) -> bool:
    """Whether words of telling stand in it; 于, 曾 and the like may open a surname."""
    return bool(_TELLS_AT_ONCE.match(name) or _TELLING.search(name, 1) or _VERBS.search(name))


def _place(text: str) -> Place:
    name, certain = _doubted(text)
    if not re.fullmatch(r"[㐀-鿿·A-Za-z ]{2,20}", name) or _tells(name):
        raise Unread(text, "not the name of a place")
    return Place(name, certain)


def _life(text: str) -> tuple[str | None, str | None] | None:
    found = read_life(text) if re.search(r"\d{3}", text) and len(text) < 30 else None
    return (found.birth, found.death) if found else None


def _doubted(text: str) -> tuple[str, bool]:
    text = text.strip()
    return (text[:-1].rstrip(), False) if text.endswith(("?", "？")) else (text, True)


def _with(
    party: Party,
    *,
    is_artist: bool | None = None,
    place: Place | None = None,
    kin: Kin | None = None,
) -> Party:
    return Party(
        party.name,
        party.certain,
        party.born,
        party.died,
        party.is_artist if is_artist is None else is_artist,
        place or party.place,
        kin or party.kin,
    )


def _with_life(party: Party, life: tuple[str | None, str | None]) -> Party:
    return Party(
        party.name, party.certain, life[0], life[1], party.is_artist, party.place, party.kin
    )
