"""What of a provenance the public may read: whose name is public, and the event without the rest.

A name counts as public only when it certainly is one of a museum, another public institution, an
auction house, or the maker's own; everybody else is private. Which of these kinds, and what else
is hidden, are rules given by the caller. Registry rules, sections 3 and 12.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, Literal

from catalog.engine.provenance.values import Event, Party

PartyKind = Literal["maker", "museum", "institution", "auction_house", "private"]
PRIVATE: Final = ""
"""The name of a party that is not shown; pages put words in its place."""
HIDDEN: Final = ""
"""The words of a passage that is neither read nor shown."""

_MAKER: Final = frozenset({"作者", "作者本人", "画家本人", "the artist", "artist", "the maker"})
_PERSONAL: Final = re.compile(
    r"私人|某|先生|女士|夫人|家属|后人|遗孀|旧藏|藏家|之[子女妻父母孙弟妹兄姐]"
    r"|\b(?:mr|mrs|ms|miss|dr|sir|lady|lord|count|baron|prince|princess|estate|family|heirs?|widow"
    r"|private|collection of|collector|son|daughter|wife|brother|sister)\b",
    re.IGNORECASE,
)
_MUSEUM: Final = re.compile(
    r"(?:博物馆|博物院|美术馆|纪念馆|艺术馆|故宫|陈列馆)$|\b(?:museums?|museo|musée|kunsthalle"
    r"|kunstmuseum|national gallery|art institute)\b",
    re.IGNORECASE,
)
_INSTITUTION: Final = re.compile(
    r"(?:大学|学院|学校|图书馆|档案馆|文化馆|文物局|文化局|文物管理所|文管所|文物商店|研究院|研究所"
    r"|画院|人民政府|清宫|内府)$|\b(?:university|college|academy|ministry|institute of"
    r"|library of congress|(?:library|archives?)(?! of))\b",
    re.IGNORECASE,
)
_AUCTION_HOUSE: Final = re.compile(
    r"(?:拍卖行|拍卖公司|拍卖有限公司|拍卖有限责任公司|拍卖|佳士得|苏富比|嘉德|保利|匡时|西泠)$"
    r"|\b(?:auctions?|auctioneers?)\b|^(?:sotheby['’]?s|christie['’]?s|bonhams)\b",
    re.IGNORECASE,
)
_LOT: Final = re.compile(
    r"(?:拍品|图录号|编号|拍号|第|lot|no\.?|(?:lot|stock) no\.?)?\s*[\dA-Z-]{1,12}号?(?:拍品)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What is public: kinds of parties, what is hidden, and the makers by name."""

    public_parties: frozenset[str]
    hidden: frozenset[str]
    makers: frozenset[str] = frozenset()

    def shows(self, party: Party) -> bool:
        """Whether the public may read this name."""
        if "private_owner" not in self.hidden:
            return True
        return party.kin is None and kind_of_party(party, self.makers) in self.public_parties


def kind_of_party(party: Party, makers: Collection[str] = ()) -> PartyKind:
    """Whose name it is; "private" unless it is certain.

    Args:
        party: as read.
        makers: the names of the work's makers.
    """
    name = party.name.strip()
    if party.is_artist or name.casefold() in _MAKER or name in makers:
        return "maker"
    if _PERSONAL.search(name) or "&" in name or len(name) > 80:
        return "private"
    kinds: tuple[tuple[PartyKind, re.Pattern[str]], ...] = (
        ("museum", _MUSEUM),
        ("auction_house", _AUCTION_HOUSE),
        ("institution", _INSTITUTION),
    )
    return next((kind for kind, words in kinds if words.search(name)), "private")


def public_event(event: Event, rules: Disclosure) -> Event:
    """The event as the public may read it; the same value when nothing of it is hidden.

    A hidden party keeps its place in the event with an empty name; a passage that was not read
    keeps only that it is there.
    """
    if event.unparsed is not None:
        if "unread" not in rules.hidden:
            return event
        return replace(event, unparsed=HIDDEN)
    remarks = "remarks" in rules.hidden
    lot = event.lot
    if lot is not None and remarks and not _LOT.fullmatch(lot):
        lot = None
    return replace(
        event,
        party=_party(event.party, rules),
        buyer_agent=_party(event.buyer_agent, rules),
        seller_agent=_party(event.seller_agent, rules),
        previous=_party(event.previous, rules),
        occasion=None if remarks else event.occasion,
        where=None if "place" in rules.hidden else event.where,
        price=None if "price" in rules.hidden else event.price,
        lot=lot,
        remark=None if remarks else event.remark,
        note=None if remarks else event.note,
        cites=() if remarks else event.cites,
    )


def _party(party: Party | None, rules: Disclosure) -> Party | None:
    if party is None:
        return None
    if not rules.shows(party):
        return Party(PRIVATE, party.certain)
    return replace(party, place=None) if "place" in rules.hidden else party
