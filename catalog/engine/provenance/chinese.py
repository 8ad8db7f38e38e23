"""Chinese provenance: a field with labelled parts, and one event of it.

`；` passes directly to the next holder, `。` not. 旧藏 names a holder and no way of acquiring; 疑为
and 传为 doubt the event, ？ the item before it. What is told in another way keeps its words. The
grammar is ours (registry rules, section 3, group zh).
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from catalog.engine.dates import read_life, read_period
from catalog.engine.provenance.chinese_words import (
    ALONE,
    CURRENCY,
    DOES,
    GIVES,
    KIN,
    KIN_WORDS,
    SCALES,
    SUFFERS,
    TAKES,
    TOWNS,
    VERBS,
    WHERE,
)
from catalog.engine.provenance.parts import (
    Unread,
    read_life_years,
    read_marks,
    split_marks,
)
from catalog.engine.provenance.telling import Telling
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
_NAME: Final = re.compile(r"[㐀-鿿·・、A-Za-z&〇 .’'-]{1,24}")
_TELLING: Final = re.compile(
    r"不详|不明|代为|其余|其他|曾|后来|之后|以后|以前|据|因|所|被|将|由|经|自|于|购|售|拍得|捐|赠|旧藏|"
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
_PRIVATE: Final = re.compile(r"([㐀-鿿]{0,6})(?:私人(?:收藏家?|藏家)|收藏家)")
_OCCASION: Final = re.compile(r"[^，]{1,20}(?:拍卖会|博览会|展销会|交易会|专场|拍卖专场|春拍|秋拍)")
_START_OF_TIME: Final = re.compile(
    r"约|大约|[12]\d{3}|\d{2}世纪|公元|至|不晚于|至迟|民国|清|明|[一二三四五六七八九〇零]{4}年"
    r"|光绪|宣统|同治|咸丰|道光|嘉庆|乾隆|雍正|康熙|抗战|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]"
)
_COMMA: Final = re.compile(r"[，；;]\s*|,(?!\d{3})\s*")
_PARENTHESIS: Final = re.compile(r"[（(]([^（）()]{0,200})[）)]")


_TOWN: Final = re.compile(r"(?:[省市县区镇乡村]|自治[州区])[？?]?$")
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
class _Reader(Telling):
    """Reads one event."""

    SEPARATOR = "；"

    party: Party | None = None
    seller: Party | None = None
    occasion: Occasion | None = None
    where: Place | None = None
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
        return self.event(
            certain=certain,
            party=self.party,
            seller=self.seller,
            occasion=self.occasion,
            where=self.where,
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
        private = _PRIVATE.fullmatch(clause)
        if self.told or (private and not VERBS.search(private[1])):
            return False
        for verb, alone in ALONE.items():
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
        if clause in GIVES and not clause.endswith(("于", "至")):
            self.method, self.told = GIVES[clause], True  # "发还，李四"
            return True
        for table, take in (
            (TAKES, self._takes),
            (GIVES, self._gives),
            (WHERE, self._found),
            (SUFFERS, self._suffers),
            (DOES, self._does),
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
        if after.startswith("于") and not who:
            return self._kept_by(after[1:])
        if after:
            return False
        if who:
            self._receive(who.removeprefix("由").removeprefix("为"))
        return True

    def _kept_by(self, after: str) -> bool:
        """ "旧藏于某馆": by whom. A bare town names nobody."""
        who = self._without_time(after)
        if not who or who in TOWNS or _TOWN.search(who):
            raise Unread(after, "a place and no holder")
        self._receive(who)
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
    currency = CURRENCY.get(match["unit"] or "") or CURRENCY.get(match["before"] or "")
    if match["unit"] in {"元", "圆"} and match["before"]:
        currency = CURRENCY[match["before"]]
    if currency is None:
        return Price(text=match["written"].strip())
    number = Decimal(re.sub("[,，]", "", match["number"]))
    scale = match["scale"]
    amount = number * SCALES[scale] if scale else number
    plain = format(amount, "f")
    if "." in plain and scale:
        plain = plain.rstrip("0").rstrip(".")
    return Price(currency, plain, as_written=match["written"].strip() if scale else None)


def _party(text: str, previous: Party | None) -> Party:
    text = text.strip()
    if match := re.fullmatch(rf"其({KIN_WORDS})(.+)", text):
        if previous is None:
            raise Unread(text, "nobody before whose kin this is")
        of = Party(previous.name, previous.certain, previous.born, previous.died)
        return _with(_party(match[2], None), kin=Kin(KIN[match[1]], of))
    if match := re.fullmatch(rf"([^之]+)之({KIN_WORDS})(.+)", text):
        of = _party(match[1], None)
        return _with(_party(match[3], None), kin=Kin(KIN[match[2]], of))
    name, certain = _doubted(text)
    if not _PRIVATE.fullmatch(name) and (not _NAME.fullmatch(name) or _tells(name)):
        raise Unread(text, "no name")
    return Party(name, certain)


def _tells(name: str) -> bool:
    """Whether words of telling stand in it; 于, 曾 and the like may open a surname."""
    return bool(_TELLS_AT_ONCE.match(name) or _TELLING.search(name, 1) or VERBS.search(name))


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
