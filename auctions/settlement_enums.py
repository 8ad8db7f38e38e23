"""States and kinds of a settlement; the moves between its states are `engine.settlement.MOVES`."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from .engine import settlement as engine


class SettlementState(models.TextChoices):
    """How the settlement of a lot stands."""

    INVOICED = "invoiced", _("已开账单，待付款")
    PART_PAID = "part_paid", _("付了一部分")
    HELD = "held", _("已付清，价款托管中")
    DISPATCHED = "dispatched", _("已发运")
    DELIVERED = "delivered", _("已签收，验收中")
    ACCEPTED = "accepted", _("已验收，待放款")
    CLAIMED = "claimed", _("有异议，价款不放")
    RELEASED = "released", _("已放款")
    CLOSED = "closed", _("已结清")
    CANCELLED = "cancelled", _("账单已撤销")
    REFUNDED = "refunded", _("已退款")
    DEFAULTED = "defaulted", _("买受人违约")


ENDED_SETTLEMENTS: Final = tuple(state for state in SettlementState if state in engine.ENDED)
TAKES_MONEY: Final = tuple(state for state in SettlementState if state in engine.TAKES_MONEY)
SHARED_OUT: Final = (SettlementState.RELEASED, SettlementState.CLOSED)


class StepKind(models.TextChoices):
    """What happened to a settlement."""

    INVOICED = "invoiced", _("开出账单")
    PLANNED = "planned", _("约定分期付款")
    CHARGED = "charged", _("加收保管费")
    TAXED = "taxed", _("记下代扣税款")
    REBATED = "rebated", _("提前付清，减收佣金")
    PAID = "paid", _("收到款")
    DISPATCHED = "dispatched", _("发运")
    DELIVERED = "delivered", _("签收")
    COLLECTED = "collected", _("自取")
    ACCEPTED = "accepted", _("验收")
    LAPSED = "lapsed", _("验收期满，没有异议")
    CLAIMED = "claimed", _("提出异议")
    ANSWERED = "answered", _("对方答复")
    REJECTED = "rejected", _("异议不成立")
    WITHDRAWN = "withdrawn", _("撤回异议")
    REDUCED = "reduced", _("减价")
    UPHELD = "upheld", _("异议成立")
    RETURNED = "returned", _("作品退回")
    RELEASED = "released", _("放款")
    CLOSED = "closed", _("结清")
    CANCELLED = "cancelled", _("撤销账单")
    REFUNDED = "refunded", _("退款")
    DEFAULTED = "defaulted", _("买受人违约")
    FORFEITED = "forfeited", _("违约款项结算")


class HandOver(models.TextChoices):
    SHIPPED = "shipped", _("发运")
    COLLECTED = "collected", _("自取")


class ClaimKind(models.TextChoices):
    """What the buyer says is wrong."""

    AUTHENTICITY = "authenticity", _("真伪")
    DEFECT = "defect", _("没有说明的瑕疵")
    CONDITION = "condition", _("品相与说明不符，或运输中损坏")
    NOT_AS_SOLD = "not_as_sold", _("与拍品不符")
    NOT_RECEIVED = "not_received", _("没有收到")


# What 拍卖法 61 and a guarantee cover: not ended by the days to look at the work.
WARRANTED: Final = (ClaimKind.AUTHENTICITY, ClaimKind.DEFECT)


class ClaimState(models.TextChoices):
    OPEN = "open", _("待对方答复")
    ANSWERED = "answered", _("待平台裁定")
    UPHELD = "upheld", _("成立，待退回作品")
    REFUNDED = "refunded", _("成立，已退款")
    REDUCED = "reduced", _("减价")
    REJECTED = "rejected", _("不成立")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN_CLAIMS: Final = (ClaimState.OPEN, ClaimState.ANSWERED, ClaimState.UPHELD)


class Side(models.TextChoices):
    """Who speaks, and whose turn it is."""

    BUYER = "buyer", _("买受人")
    SELLER = "seller", _("委托人或拍卖企业")
    PLATFORM = "platform", _("平台")


class ResaleState(models.TextChoices):
    """Where the money of a resale right is."""

    WAITING = "waiting", _("待认定权利人")
    NAMED = "named", _("已认定，付给权利人")
    TAKEN_BACK = "taken_back", _("成交撤销，已收回")


class RecourseSide(models.TextChoices):
    """Who owes what he got of an undone sale back."""

    SELLER = "seller", _("委托人")
    HOUSE = "house", _("拍卖企业")
