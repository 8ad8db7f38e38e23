"""States and kinds of loans against works, with the tables of allowed transitions."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LenderClass(models.TextChoices):
    """What a lender is by law; the caps that bind it follow from this (法释〔2020〕27号)."""

    BANK = "bank", _("银行")
    MICROLOAN = "microloan", _("小额贷款公司")
    GUARANTEE = "financing_guarantee", _("融资担保公司")
    REGIONAL_EQUITY = "regional_equity_market", _("区域性股权市场")
    PAWNSHOP = "pawnshop", _("典当行")
    LEASING = "financial_leasing", _("融资租赁公司")
    FACTORING = "factoring", _("商业保理公司")
    LOCAL_AMC = "local_amc", _("地方资产管理公司")
    PRIVATE = "private", _("其他出借人")


class ProductKind(models.TextChoices):
    TERM = "term", _("定期质押贷款")
    BRIDGE = "bridge", _("过桥贷款")
    REVOLVING = "revolving", _("循环额度")
    ADVANCE = "advance", _("拍卖预付款")


class DayCount(models.TextChoices):
    ACT_365F = "ACT/365F", _("实际天数/365")
    ACT_360 = "ACT/360", _("实际天数/360")
    THIRTY_360 = "30/360", _("每月30天/360")
    THIRTY_E_360 = "30E/360", _("每月30天/360（欧式）")
    ACT_ACT = "ACT/ACT-ISDA", _("实际天数/实际年")


class ScheduleKind(models.TextChoices):
    EQUAL_INSTALMENT = "equal_instalment", _("等额本息")
    EQUAL_PRINCIPAL = "equal_principal", _("等额本金")
    INTEREST_ONLY = "interest_only", _("按期付息，到期还本")
    AT_MATURITY = "at_maturity", _("到期一次还本付息")


class Rounding(models.TextChoices):
    HALF_UP = "HALF_UP", _("四舍五入")
    HALF_EVEN = "HALF_EVEN", _("四舍六入五成双")
    DOWN = "DOWN", _("舍去")
    UP = "UP", _("进位")


class Part(models.TextChoices):
    """What is owed, in parts; the order in which a payment goes to them is data of a product."""

    COST = "cost", pgettext_lazy("loan part", "费用")
    INTEREST = "interest", _("利息")
    PENALTY = "penalty", _("罚息")
    PRINCIPAL = "principal", _("本金")


class Liquidity(models.TextChoices):
    """How soon a work of this kind finds a buyer, as the lender judges it."""

    HIGH = "high", _("容易变现")
    MEDIUM = "medium", _("一般")
    LOW = "low", _("难以变现")


class Realisation(models.TextChoices):
    """A way to turn a pledge into money; none of them lets the work fall to the lender."""

    DISCOUNT = "discount", _("协议折价")
    PRE_ACQUIRER = "pre_acquirer", _("预收购人购买")
    SELF_SALE = "self_sale", _("依约定自行变卖")
    AUCTION = "auction", _("本平台拍卖")
    COURT = "court", _("法院拍卖、变卖")


class WaterfallStep(models.TextChoices):
    COSTS = "costs", _("变现费用")
    CUSTODY = "custody", _("保管费")
    INTEREST = "interest", _("利息")
    PENALTY = "penalty", _("罚息")
    PRINCIPAL = "principal", _("本金")


class ApplicationState(models.TextChoices):
    SUBMITTED = "submitted", _("待审查")
    ACCEPTED = "accepted", _("已接受要约")
    DECLINED = "declined", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")


class OfferState(models.TextChoices):
    OPEN = "open", _("待答复")
    ACCEPTED = "accepted", _("已接受")
    DECLINED = "declined", pgettext_lazy("loan offer", "已谢绝")
    LAPSED = "lapsed", _("已过期")
    WITHDRAWN = "withdrawn", _("已撤回")


class Side(models.TextChoices):
    """The two sides of a contract."""

    BORROWER = "borrower", _("借款人（出质人）")
    LENDER = "lender", _("贷款人（质权人）")


class LoanState(models.TextChoices):
    SIGNING = "signing", _("合同待签")
    AGREED = "agreed", _("合同已签，待交付放款")
    ACTIVE = "active", pgettext_lazy("loan", "已放款")
    REPAID = "repaid", _("已还清，待取回")
    CLOSED = "closed", _("已结清")
    CANCELLED = "cancelled", _("已解除")


LOAN_MOVES: Final[dict[str, frozenset[str]]] = {
    LoanState.SIGNING: frozenset({LoanState.AGREED, LoanState.CANCELLED}),
    LoanState.AGREED: frozenset({LoanState.ACTIVE, LoanState.CANCELLED}),
    LoanState.ACTIVE: frozenset({LoanState.REPAID}),
    # A payment that turns out not to have come opens the loan again.
    LoanState.REPAID: frozenset({LoanState.CLOSED, LoanState.ACTIVE}),
    LoanState.CANCELLED: frozenset(),
    LoanState.CLOSED: frozenset(),
}
# Loans under which something is owed or may become owed.
LIVE_LOANS: Final = (LoanState.SIGNING, LoanState.AGREED, LoanState.ACTIVE, LoanState.REPAID)


class ItemState(models.TextChoices):
    """A work within a loan; the pledge lies on it from `PLEDGED` until it is `RELEASED`."""

    PROPOSED = "proposed", _("待贷款人同意")
    AGREED = "agreed", _("待交付")
    PLEDGED = "pledged", _("质押中")
    LEAVING = "leaving", _("同意取回")
    RELEASED = "released", _("已取回")
    DROPPED = "dropped", _("未交付，不再质押")


ITEM_MOVES: Final[dict[str, frozenset[str]]] = {
    ItemState.PROPOSED: frozenset({ItemState.AGREED, ItemState.DROPPED}),
    ItemState.AGREED: frozenset({ItemState.PLEDGED, ItemState.DROPPED}),
    ItemState.PLEDGED: frozenset({ItemState.LEAVING}),
    ItemState.LEAVING: frozenset({ItemState.RELEASED, ItemState.PLEDGED}),
    ItemState.RELEASED: frozenset(),
    ItemState.DROPPED: frozenset(),
}
NOT_YET: Final = (ItemState.PROPOSED, ItemState.AGREED)
ON_A_LOAN: Final = (ItemState.AGREED, ItemState.PLEDGED, ItemState.LEAVING)
IN_PLEDGE: Final = (ItemState.PLEDGED, ItemState.LEAVING)
ENDED_ITEMS: Final = (ItemState.RELEASED, ItemState.DROPPED)


class ItemOrigin(models.TextChoices):
    """How a work came to a loan."""

    CONTRACT = "contract", _("原合同")
    ADDED = "added", _("追加或置换")


class HoldingState(models.TextChoices):
    """A work with its custodian."""

    ARRIVING = "arriving", _("入库待复核")
    KEPT = "kept", _("在库")
    LEAVING = "leaving", _("出库待复核")
    GONE = "gone", _("已出库")
    REFUSED = "refused", _("入库未获复核")


class CustodyKind(models.TextChoices):
    IN = "in", _("入库")
    MOVE = "move", _("移位")
    COUNT = "count", _("盘点")
    OUT = "out", _("出库")


class CountResult(models.TextChoices):
    PRESENT = "present", _("在库，封签完好")
    SEAL_BROKEN = "seal_broken", _("在库，封签破损")
    DAMAGED = "damaged", _("在库，有损坏")
    MISSING = "missing", _("不在库")


class RegistryResult(models.TextChoices):
    CLEAR = "clear", _("没有在先登记")
    ENCUMBERED = "encumbered", _("有在先登记")


class LoanEventKind(models.TextChoices):
    """What happens to a loan in money, each with the day from which it counts.

    The values are the events of `engine.events`.
    """

    DISBURSEMENT = "disbursement", pgettext_lazy("loan event", "放款")
    PAYMENT = "payment", _("还款")
    PREPAYMENT = "prepayment", _("提前还款")
    REFUND = "refund", _("多付退回")
    CHARGE = "charge", _("计收费用")
    RESCHEDULE = "reschedule", _("展期")
    REVERSAL = "reversal", _("撤销一笔记录")


class PostingKind(models.TextChoices):
    CHARGED = "charged", _("计收")
    PAID = "paid", _("还付")


class RenewalState(models.TextChoices):
    OPEN = "open", _("待答复")
    ACCEPTED = "accepted", _("已接受")
    DECLINED = "declined", pgettext_lazy("loan offer", "已谢绝")
    WITHDRAWN = "withdrawn", _("已撤回")


class FiveClass(models.TextChoices):
    """The classes of 金融资产风险分类办法, from best to worst."""

    NORMAL = "normal", _("正常")
    SPECIAL_MENTION = "special_mention", pgettext_lazy("loan class", "关注")
    SUBSTANDARD = "substandard", _("次级")
    DOUBTFUL = "doubtful", _("可疑")
    LOSS = "loss", _("损失")
