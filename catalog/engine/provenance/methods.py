"""The ways of acquiring, as a tree, with their wordings.

The list follows the public one of the Art Tracks project (CC0), with `offered` and `pledge`
added. Wordings are matched without regard to case; the first is the preferred one. Custody
(loan, consignment, deposit, pledge) never moves title, nor does theft. Registry rules, section 3.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

_CLASSES: Final = {
    "acquisition": "acquisition",
    "origin": "instantiation",
    "disappearance": "disappearance",
    "possessed_by": "divided_custody",
    "delivered": "rejoining",
    "party_transformation": "transformation",
}
_UNTITLED: Final = frozenset({"theft", "looting", "illegal_extraction"})


@dataclass(frozen=True, slots=True)
class Method:
    """A way of acquiring.

    `written` is the preferred wording before the party, empty when nothing is written; `also`
    are other wordings, `zh` the Chinese ones.
    """

    id: str
    parent: str | None
    written: str
    also: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The class of the method: acquisition, instantiation, divided_custody …"""
        return _CLASSES[lineage(self.id)[-1]]

    @property
    def custody_moves(self) -> bool:
        """Whether the thing itself changes hands; a commission only settles whose it will be."""
        return self.id != "commission"

    @property
    def title_moves(self) -> bool:
        """Whether ownership changes."""
        return self.group not in {"divided_custody", "rejoining"} and self.id not in _UNTITLED


def _row(
    id: str, parent: str | None, written: str, also: str = "", zh: str = ""
) -> tuple[str, Method]:
    wordings = tuple(filter(None, also.split("|")))
    return id, Method(id, parent, written, wordings, tuple(filter(None, zh.split("|"))))


METHODS: Final[dict[str, Method]] = dict(
    (
        _row("acquisition", None, "", "by acquisition|acquired by"),
        _row("exchange_of_value", "acquisition", "through an exchange of value, to"),
        _row("assignment", "exchange_of_value", "assigned to"),
        _row(
            "sale",
            "exchange_of_value",
            "purchased by",
            "bought by|by purchase|purchased|sold to",
            "购自|购藏",
        ),
        _row("private_sale", "sale", "privately purchased by", "sold privately"),
        _row(
            "purchase_at_auction",
            "sale",
            "purchased at auction by",
            "by auction, to|by auction|sold at auction|sold at auction to|bought at sale by",
            "拍得于|竞得于",
        ),
        _row(
            "exchange",
            "exchange_of_value",
            "by exchange, to",
            "by exchange|acquired by exchange",
            "交换|以画易画",
        ),
        _row("forced_sale", "sale", "forced sale, to", "by forced sale", "被迫出售"),
        _row("assumption", "acquisition", "ownership assumed by"),
        _row("appropriation", "assumption", "appropriated by"),
        _row("confiscation", "appropriation", "confiscated by", zh="抄没|没收"),
        _row("theft", "appropriation", "stolen by", "by theft|via theft", "被盗"),
        _row("looting", "theft", "looted by", zh="被劫掠"),
        _row(
            "restitution",
            "appropriation",
            "restituted to",
            "by restitution|via restitution",
            "发还|归还原主",
        ),
        _row(
            "conversion",
            "confiscation",
            "appropriated by",
            "by appropriation|by conversion, to|by conversion",
        ),
        _row(
            "gift",
            "assumption",
            "gift to",
            "gifted to|donated to|given to",
            "捐赠给|捐赠予|赠予",
        ),
        _row("prize", "gift", "won by", "awarded to"),
        _row("transfer", "gift", "transferred to", "by transfer", "移交|调拨"),
        _row("bequest", "gift", "bequest, to", "by bequest|bequeathed to", "遗赠"),
        _row(
            "by_descent",
            "bequest",
            "by descent to",
            "by descent|by inheritance to|by inheritance",
            "传|继承",
        ),
        _row("origin", None, "gave origin by"),
        _row("creation", "origin", "created by", zh="创作"),
        _row("found", "origin", "found by", "discovered by"),
        _row("recognization", "found", "recognized by"),
        _row("discovery", "found", "discovered by", zh="发现于"),
        _row("illegal_extraction", "discovery", "illegally extracted by"),
        _row("excavated", "discovery", "excavated by", zh="出土"),
        _row("recleared", "discovery", "recleared by"),
        _row(
            "field_collection",
            "discovery",
            "field collected by",
            "by field collection|extracted by",
        ),
        _row("conceptualization", "creation", "conceptualized by"),
        _row("fabrication", "creation", "fabricated by", "published by|printed by"),
        _row(
            "commission",
            "creation",
            "commissioned from",
            "by commission|by commission, to|painted for|created for|commissioned by",
            "委托创作|定制",
        ),
        _row("disappearance", None, "disappeared by"),
        _row("destruction", "disappearance", "destroyed by", zh="毁于"),
        _row("expiration", "disappearance", "completed by"),
        _row("lost", "disappearance", "lost by", zh="遗失"),
        _row("possessed_by", None, "in custody of", "with|posessed by", "保管于"),
        _row(
            "on_deposit",
            "possessed_by",
            "on deposit to",
            "on deposit|on deposit at",
            "寄存于",
        ),
        _row(
            "consignment",
            "on_deposit",
            "consigned to",
            "In sale at|sale|sold by|sold at|sale,",
            "寄售于|委托拍卖于",
        ),
        _row(
            "on_loan",
            "on_deposit",
            "loaned to",
            "on loan to|on permanent loan to|on long term at|on longterm loan at"
            "|on extended loan at",
            "借展于|借予",
        ),
        _row("on_tour", "on_loan", "toured to", zh="巡展于"),
        _row("delivered", None, "delivered to", zh="交付"),
        _row("returned", "delivered", "returned to", zh="归还|赎回"),
        _row("party_transformation", None, "who became"),
        _row("marriage", "party_transformation", "via marriage, to"),
        _row("widowhood", "party_transformation", "via widowhood, to"),
        _row("divorce", "party_transformation", "via divorce, to"),
        _row(
            "death",
            "party_transformation",
            "via death, to",
            "via his death|via her death|via their death",
        ),
        _row("partial_gift", "party_transformation", "partial gift to", "via partial gift"),
        _row("consolidation", "party_transformation", "via consolidation, to"),
        _row("offered", "consignment", "offered at", zh="上拍于"),
        _row("pledge", "possessed_by", "pledged to", zh="质押于"),
    )
)


@cache
def lineage(method: str) -> tuple[str, ...]:
    """The method and its ancestors up to the root. Raises KeyError for an unknown method."""
    parent = METHODS[method].parent
    return (method, *(lineage(parent) if parent else ()))


def is_kind_of(method: str | None, *ancestors: str) -> bool:
    """Whether the method is one of these, or below one of them in the tree."""
    return method in METHODS and not set(ancestors).isdisjoint(lineage(method or ""))


def moves_title(method: str | None) -> bool:
    """Whether ownership changes. A method that is not stated is taken to change it."""
    return method is None or METHODS[method].title_moves
