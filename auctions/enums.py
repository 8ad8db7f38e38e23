"""States and kinds of sales, and the moves between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleKind(models.TextChoices):
    """What a rule set lays down."""

    LADDER = "ladder", _("加价阶梯")
    CLOSING = "closing", _("延时规则")
    PREMIUM = "premium", _("买受人佣金")
    DEPOSIT = "deposit", _("竞买保证金")
    APPROVAL = "approval", _("登记怎样通过")
    SELLER = "seller", _("委托人佣金")
    STORAGE = "storage", _("保管费")
    PLATFORM = "platform", _("平台服务费")
    RESALE = "resale", _("追续权")


class SaleFormat(models.TextChoices):
    """How a sale is held. A room, a hybrid or a falling price would be formats of their own."""

    TIMED = "timed", _("限时网上竞价")
    SEALED = "sealed", _("密封报价")


class SealedPrice(models.TextChoices):
    FIRST = "first", _("按最高报价成交")
    SECOND = "second", _("按第二高报价成交")


class SaleState(models.TextChoices):
    """A sale as its house leaves it; what hours it keeps is told by its times."""

    DRAFT = "draft", _("准备中")
    ANNOUNCED = "announced", _("已公告")
    ENDED = "ended", _("已结束")
    CANCELLED = "cancelled", _("已取消")


class LotState(models.TextChoices):
    DRAFT = "draft", _("准备中")
    ANNOUNCED = "announced", _("已公告")
    OPEN = "open", _("竞价中")
    SOLD = "sold", _("成交")
    PASSED = "passed", _("流拍")
    BELOW_RESERVE = "below_reserve", _("未达保留价")
    WITHDRAWN = "withdrawn", _("撤回")
    SETTLED = "settled", _("成交，已付清")
    DEFAULTED = "defaulted", _("买受人未付款，合同已解除")
    RESCINDED = "rescinded", _("成交已撤销，价款已退")


LIVE_LOTS = (LotState.ANNOUNCED, LotState.OPEN)
SOLD_LOTS = (LotState.SOLD, LotState.SETTLED)
UNSOLD_LOTS = (LotState.PASSED, LotState.BELOW_RESERVE)
CANCELLED_LOTS = (LotState.DEFAULTED, LotState.RESCINDED)
CLOSED_LOTS = (*SOLD_LOTS, *UNSOLD_LOTS, LotState.WITHDRAWN, *CANCELLED_LOTS)


class LotMark(models.TextChoices):
    """The house's or a third party's interest in a lot; the sign is kept and printed."""

    GUARANTEED = "○", _("拍卖企业向委托人保证最低成交额")
    IRREVOCABLE = "⊃", _("第三方已作出不可撤销的报价")
    INTEREST = "△", _("拍卖企业除佣金外另有利益")


class StepMode(models.TextChoices):
    ADD = "add", _("现价加一档")
    SNAP = "snap", _("阶梯上的下一档")


class OffLadder(models.TextChoices):
    ACCEPT = "accept", _("照收")
    ROUND_DOWN = "round_down", _("降到下面一档")


class ReservePolicy(models.TextChoices):
    NONE = "none", _("无保留价")
    JUMP = "jump", _("达到保留价时价格跳到保留价")
    STAND = "stand", _("未达保留价时按最高出价显示")
    HOUSE = "house", _("拍卖企业代卖方应价到保留价下一档")
    HALF_STEP = "half_step", _("拍卖企业代卖方应价到保留价下半档")


class BiddingWay(models.TextChoices):
    PROXY = "proxy", _("代理出价")
    FIXED_STEP = "fixed_step", _("固定加价幅度")


class PaddleState(models.TextChoices):
    """A bidder's registration for one sale."""

    PENDING = "pending", _("待审核")
    APPROVED = "approved", _("可以出价")
    REFUSED = "refused", _("未通过")
    SUSPENDED = "suspended", _("暂停")


PADDLE_MOVES: dict[str, frozenset[str]] = {
    PaddleState.PENDING: frozenset({PaddleState.APPROVED, PaddleState.REFUSED}),
    PaddleState.APPROVED: frozenset({PaddleState.SUSPENDED}),
    PaddleState.SUSPENDED: frozenset({PaddleState.APPROVED}),
    PaddleState.REFUSED: frozenset({PaddleState.PENDING}),
}


class Channel(models.TextChoices):
    WEB = "web", _("网页")
    API = "api", _("接口")
    ABSENTEE = "absentee", _("书面委托")


class BidResult(models.TextChoices):
    """How an offer was answered; the first twelve are those of the engine."""

    ACCEPTED = "accepted", _("已接受")
    BAD_AMOUNT = "bad_amount", _("金额不对")
    TOO_LARGE = "too_large", _("金额过大")
    NOT_ABOVE_OWN_MAX = "not_above_own_max", _("不高于自己的最高价")
    BELOW_ASK = "below_ask", _("低于应叫价")
    NEEDS_CONFIRMATION = "needs_confirmation", _("要再确认一次")
    NOT_OPEN = "not_open", _("还没有开始")
    CLOSED = "closed", _("已经结束")
    LEADER_MAY_NOT_BID = "leader_may_not_bid", _("领先者不能再出价")
    NOT_A_MULTIPLE = "not_a_multiple", _("不是加价幅度的整数倍")
    BELOW_MINIMUM = "below_minimum", _("低于最低出价")
    NOT_ABOVE_CURRENT = "not_above_current", _("不高于现价")
    NOT_APPROVED = "not_approved", _("号牌未通过审核")
    OVER_LIMIT = "over_limit", _("超过竞买额度")
    BARRED = "barred", _("不得竞买")


class LotEventKind(models.TextChoices):
    OPENED = "opened", _("开始")
    BID = "bid", _("出价")
    VOIDED = "voided", _("作废一笔出价")
    END_MOVED = "end_moved", _("延时")
    WITHDRAWN = "withdrawn", _("撤回")
    CLOSED = "closed", _("落槌")
    SETTLED = "settled", _("付清")
    DEFAULTED = "defaulted", _("因未付款解除合同")
    RESCINDED = "rescinded", _("撤销成交")
    AWARDED = "awarded", _("落槌后成交")
    RELEASED = "released", _("退还作品")
    CORRECTED = "corrected", _("勘误")


class OfferState(models.TextChoices):
    """An offer after the hammer; every one ends once, whoever ends it."""

    OPEN = "open", _("待答复")
    ACCEPTED = "accepted", _("已接受")
    REFUSED = "refused", _("已谢绝")
    REPLACED = "replaced", _("已另出一价")
    LAPSED = "lapsed", _("已过期")


class AwardedBy(models.TextChoices):
    """How a work was sold after its hammer."""

    SECOND_CHANCE = "second_chance", _("第二次机会")
    AFTER_SALE = "after_sale", _("会后成交")


class Bar(models.TextChoices):
    """Why somebody may not bid on a lot (拍卖法 22, 23, 30)."""

    HOUSE = "house", _("拍卖企业及其工作人员")
    CONSIGNOR = "consignor", _("委托人")
    APPRAISER = "appraiser", _("这件作品的鉴定人")
    STAFF = "staff", _("平台工作人员")
    HOLDER = "holder", _("持有这件作品的质权人或保管人")
    RELATED = "related", _("有关联关系的人")
    POWER = "power", _("授权委托书不在有效期")
    HIGH_VALUE = "high_value", _("高价值拍品没有另行审批")


class ConsignmentState(models.TextChoices):
    """A work on its way into a sale."""

    OFFERED = "offered", _("已送交，待审看")
    PROPOSED = "proposed", _("已报条件，待委托人同意")
    CONTRACTED = "contracted", _("已签委托合同")
    DECLINED = "declined", _("未接受")
    ENDED = "ended", _("已结束")


CONSIGNMENT_MOVES: dict[str, frozenset[str]] = {
    ConsignmentState.OFFERED: frozenset(
        {ConsignmentState.PROPOSED, ConsignmentState.DECLINED, ConsignmentState.ENDED}
    ),
    ConsignmentState.PROPOSED: frozenset(
        {
            *(ConsignmentState.PROPOSED, ConsignmentState.CONTRACTED),
            *(ConsignmentState.DECLINED, ConsignmentState.ENDED),
        }
    ),
    ConsignmentState.CONTRACTED: frozenset({ConsignmentState.ENDED}),
}
OPEN_CONSIGNMENTS = (
    ConsignmentState.OFFERED,
    ConsignmentState.PROPOSED,
    ConsignmentState.CONTRACTED,
)


class DepositKind(models.TextChoices):
    """A deposit for the sale, or the one besides for its high-value lots."""

    ENTRY = "entry", _("竞买保证金")
    HIGH_VALUE = "high_value", _("高价值拍品保证金")


class MovementKind(models.TextChoices):
    """What happened to a deposit."""

    RECEIVED = "received", _("收到")
    RELEASED = "released", _("转为应退")
    RETURNED = "returned", _("退还")
    FROZEN = "frozen", _("冻结")
    FREED = "freed", _("解除冻结")
    BOUNCED = "bounced", _("退款未成，退回")
    APPLIED = "applied", _("抵作价款")
    KEPT = "kept", _("没收")


class HighValueState(models.TextChoices):
    """Whether a paddle is let in to the high-value lots of its sale."""

    NONE = "", _("没有申请")
    ASKED = "asked", _("待审批")
    APPROVED = "approved", _("已批准")
    REFUSED = "refused", _("未批准")


class PowerState(models.TextChoices):
    """A power of attorney (授权委托书); its days decide besides."""

    WAITING = "waiting", _("待确认")
    IN_FORCE = "in_force", _("有效")
    REFUSED = "refused", _("未接受")
    REVOKED = "revoked", _("已撤销")


POWER_MOVES: dict[str, frozenset[str]] = {
    PowerState.WAITING: frozenset({PowerState.IN_FORCE, PowerState.REFUSED, PowerState.REVOKED}),
    PowerState.IN_FORCE: frozenset({PowerState.REVOKED}),
}


class RelationKind(models.TextChoices):
    """How somebody is close to a consignor or to a house's people (拍卖法 22, 30, 37)."""

    SPOUSE = "spouse", _("配偶")
    RELATIVE = "relative", _("亲属")
    PARTNER = "partner", _("生意伙伴")
