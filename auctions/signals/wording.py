"""Signals in words: what each feature says of a bidder, and what he shares with whom."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.core.punctuation import labelled, listed

from ..models import ShillScore

Text = str | Promise

FEATURES: dict[str, tuple[Text, Text]] = {
    "bidder_tendency": (
        gettext_lazy("只参加一位委托人的拍品"),
        gettext_lazy("他参加过的%(history)s件拍品中，这位委托人的占%(value)s。"),
    ),
    "bidding_ratio": (
        gettext_lazy("占这件拍品出价的比例"),
        gettext_lazy("这位委托人的拍品上，平均%(value)s的出价是他的。"),
    ),
    "successive_outbidding": (
        gettext_lazy("连续超过自己"),
        gettext_lazy("没有别人出价时再次出价：连续两次算50%%，三次以上算100%%，平均%(value)s。提高自己的最高价也会这样。"),
    ),
    "last_bidding": (
        gettext_lazy("临近结束不再出价"),
        gettext_lazy("最后一次出价以后，平均还剩%(value)s的竞价时间。"),
    ),
    "early_bidding": (
        gettext_lazy("很早出价"),
        gettext_lazy("第一次出价时，平均还剩%(value)s的竞价时间。"),
    ),
    "winning_ratio": (
        gettext_lazy("很少拍得"),
        gettext_lazy("他参加过的%(history)s件拍品中，%(value)s没有拍得。"),
    ),
    "auction_bids": (
        gettext_lazy("出价次数多于同场平均"),
        gettext_lazy("拍品的出价次数高出同场平均的部分占%(value)s。"),
    ),
    "starting_price": (
        gettext_lazy("起拍价低于同场平均"),
        gettext_lazy("起拍价与估价之比，低于同场平均%(value)s。"),
    ),
}  # fmt: skip

KINDS: dict[str, Text] = {
    "person": gettext_lazy("是同一人"),
    "network": gettext_lazy("从同一网络地址登录"),
    "browser": gettext_lazy("从同一网络地址用同一种浏览器登录"),
    "organisation": gettext_lazy("属于同一单位"),
    "address": gettext_lazy("单位地址相同"),
    "paper": gettext_lazy("证件号相同"),
    "phone": gettext_lazy("电话相同"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One feature as the page shows it."""

    name: Text
    value: str
    weight: int
    reason: str


def percent(permille: int) -> str:
    """Thousandths as a percentage with one decimal where it is needed."""
    whole, tenth = divmod(permille, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def features_of(score: ShillScore, weights: dict[str, int]) -> list[Said]:
    """Every feature of a score with its reason, in the order of the rules."""
    found = []
    for name, (title, reason) in FEATURES.items():
        value = percent(score.features.get(name, 0))
        words = str(reason) % {"value": value, "history": score.history_count}
        found.append(Said(title, value, weights.get(name, 0), words))
    return found


def links_of(score: ShillScore) -> list[str]:
    """Who shares what with the bidder, a sentence each."""
    return [
        labelled(_who(row), listed(KINDS[kind] for kind in row["kinds"])) for row in score.links
    ]


def _who(row: dict[str, Any]) -> str:
    if row["with"] == "seller":
        return _("与委托人一方")
    if row["with"] == "house":
        return _("与拍卖企业的人员")
    return _("与号牌%(n)d的竞买人") % {"n": row["number"]}
