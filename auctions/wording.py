"""What sales say to people: answers to bids, standings, rules of extension, moments, phases.

Every refusal has a sentence, what to do next, and the rule that it rests on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.core.clock import SHANGHAI
from artmarket.core.money import Money
from artmarket.core.punctuation import joined

from . import citations
from .engine.closing import ClosingPolicy
from .engine.deposits import Term
from .enums import Bar, BidResult, PaddleState
from .models import Paddle
from .selectors.lots import BIDDABLE, Shown, Stage
from .selectors.sales import Phase
from .services.bidding import Answer

Text = str | Promise

# How a deposit can be paid: the words of its button, and what happens then.
WAYS_TO_PAY: dict[str, tuple[Text, Text]] = {
    "hold": (
        gettext_lazy("银行卡冻结"),
        gettext_lazy("银行卡冻结：只冻结，不扣款；没有买到的，拍卖会结束后自动解除。"),
    ),
    "stripe": (
        gettext_lazy("网上支付"),
        gettext_lazy("网上支付：在支付机构的页面上付，可用的卡和钱包列在那里；退还时原路退回。"),
    ),
    "bank": (
        gettext_lazy("银行转账"),
        gettext_lazy("银行转账：附言写付款编号，由竞买人本人的账户转出；到账后自动登记。"),
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence for a reader: what, what next, by which rule; `kind` as of `<c-standing>`."""

    text: Text
    hint: Text = ""
    rule: str = ""
    kind: str = "plain"
    icon: str = ""


REFUSALS: dict[str, Words] = {
    BidResult.BAD_AMOUNT: Words(
        gettext_lazy("金额要大于零。"),
        gettext_lazy("请从列表中选择，或填写一个金额。"),
        citations.ACCEPTANCE,
    ),
    BidResult.TOO_LARGE: Words(
        gettext_lazy("金额超过平台能接受的上限。"),
        gettext_lazy("请检查是不是多写了几个零。"),
        citations.ACCEPTANCE,
    ),
    BidResult.NOT_ABOVE_OWN_MAX: Words(
        gettext_lazy("这个金额不高于你已经留下的最高价。"),
        gettext_lazy("最高价只能提高，不能降低或撤回。"),
        citations.BIDS_BIND,
    ),
    BidResult.BELOW_ASK: Words(
        gettext_lazy("低于现在的应叫价，可能刚有人出过价。"),
        gettext_lazy("请按新的应叫价再出。"),
        citations.ACCEPTANCE,
    ),
    BidResult.NEEDS_CONFIRMATION: Words(
        gettext_lazy("这个金额远高于应叫价，要再确认一次。"),
        gettext_lazy("请看清有几个零。"),
        citations.CONFIRM_ABOVE,
    ),
    BidResult.NOT_OPEN: Words(
        gettext_lazy("这件拍品还没有开始竞价。"),
        gettext_lazy("请在开始以后再出价。"),
        citations.END,
    ),
    BidResult.CLOSED: Words(
        gettext_lazy("已经结束，这次出价没有算数。"),
        gettext_lazy("以平台收到出价的时刻为准。"),
        citations.END,
    ),
    BidResult.LEADER_MAY_NOT_BID: Words(
        gettext_lazy("你已经领先，不能再出价。"),
        gettext_lazy("有人超过你以后才能再出。"),
        citations.ACCEPTANCE,
    ),
    BidResult.NOT_A_MULTIPLE: Words(
        gettext_lazy("金额要是起拍价加整数个加价幅度。"),
        gettext_lazy("请从列表中选择。"),
        citations.ACCEPTANCE,
    ),
    BidResult.BELOW_MINIMUM: Words(
        gettext_lazy("低于最低出价。"), gettext_lazy("请从列表中选择。"), citations.ACCEPTANCE
    ),
    BidResult.NOT_ABOVE_CURRENT: Words(
        gettext_lazy("不高于现价，可能刚有人出过价。"),
        gettext_lazy("请按新的应叫价再出。"),
        citations.ACCEPTANCE,
    ),
    BidResult.NOT_APPROVED: Words(
        gettext_lazy("你的号牌还不能出价。"),
        gettext_lazy("拍卖企业审核通过以后才能出价。"),
        citations.CONDITIONS,
    ),
    BidResult.OVER_LIMIT: Words(
        gettext_lazy("超过你在这场拍卖会的竞买额度。"),
        gettext_lazy("额度按你领先的各件最高价加这一次计算；要提高请联系拍卖企业。"),
        citations.LIMIT,
    ),
}
BARS: dict[str, Words] = {
    Bar.HOUSE: Words(gettext_lazy("拍卖企业及其工作人员不得竞买。"), "", citations.BARS),
    Bar.CONSIGNOR: Words(gettext_lazy("委托人不得对自己委托的拍品出价。"), "", citations.BARS),
    Bar.APPRAISER: Words(gettext_lazy("这件作品的鉴定人不得竞买。"), "", citations.BARS),
    Bar.STAFF: Words(gettext_lazy("平台工作人员不得竞买。"), "", citations.BARS),
    Bar.HOLDER: Words(gettext_lazy("占有这件作品的质权人或保管人不得竞买。"), "", citations.BARS),
    Bar.RELATED: Words(
        gettext_lazy("与委托人或拍卖企业工作人员有关联关系的人不得竞买。"),
        gettext_lazy("关系记错了的，请拍卖企业更正。"),
        citations.BARS,
    ),
    Bar.POWER: Words(
        gettext_lazy("授权委托书不在有效期，不能出价。"),
        gettext_lazy("请授权人重新授权。"),
        citations.POWER,
    ),
    Bar.HIGH_VALUE: Words(
        gettext_lazy("这件高价值拍品要另行审批，并交另一笔保证金。"),
        gettext_lazy("登记时申请，或联系拍卖企业。"),
        citations.DEPOSIT,
    ),
}


def told(answer: Answer) -> dict[str, Any]:
    """The answer to a bid for programs: amounts in the smallest unit, moments of the database."""
    return {
        "accepted": answer.is_accepted,
        "result": answer.result,
        "price": answer.price,
        "ask": answer.ask,
        "leads": answer.leads,
        "own_maximum": answer.own_maximum,
        "reserve_met": answer.reserve_met,
        "ends_at": answer.ends_at,
        "received_at": answer.received_at,
        "sequence": answer.sequence,
        "repeated": answer.is_repeated,
    }


def answered(result: str, bar: str = "") -> Words:
    """A refusal in words; `bar` says more where somebody may not bid at all."""
    return BARS[bar] if result == BidResult.BARRED else REFUSALS[result]


def accepted(*, leads: bool, is_open: bool, is_sealed: bool) -> str:
    """What a bidder is told at once when his bid counts."""
    if is_sealed:
        return _("密封报价已收到，开标以前谁也看不到金额。")
    if not is_open:
        return _("最高价已留下，开始竞价时生效。")
    if leads:
        return _("出价已接受，你领先。")
    return _("出价已接受，但有人留下的最高价更高，或同价更早，你没有领先。")


def standing(shown: Shown, paddle: int, own: int | None, currency: str) -> Words:
    """Where a bidder with an approved paddle stands, in one sentence."""
    if shown.stage not in BIDDABLE:
        return ended(shown, currency)
    if own is None:
        return Words(_("你还没有出价"))
    most = Money(own, currency)
    if shown.stage == Stage.WAITING:
        return Words(_("你留了最高价%(most)s，开始竞价时生效") % {"most": most}, icon="clock")
    if shown.leader == paddle:
        if shown.reserve_met is False:
            text = _("你最高，但还没到保留价，现在结束不会成交。你的最高价%(most)s")
            return Words(text % {"most": most}, kind="warn", icon="clock")
        used = Money(shown.price or 0, currency)
        text = _("你领先，最高价%(most)s，已用到%(used)s") % {"most": most, "used": used}
        return Words(text, kind="ok", icon="check")
    ask = {"ask": Money(shown.ask or 0, currency)}
    if shown.price == own:
        text = _("同价，对方先出；再出%(ask)s起就可能领先") % ask
        return Words(text, kind="live", icon="alert", rule=citations.ACCEPTANCE)
    return Words(_("已被超越，再出%(ask)s起") % ask, kind="live", icon="alert")


def ended(shown: Shown, currency: str) -> Words:
    """How the lot ended, for whoever did not win it."""
    if shown.stage == Stage.SOLD:
        price = Money(shown.hammer or 0, currency)
        return Words(_("已结束，落槌价%(price)s") % {"price": price})
    if shown.stage == Stage.PASSED:
        return Words(_("流拍：没有人出价"))
    if shown.stage == Stage.BELOW_RESERVE:
        return Words(_("流拍：最高应价没有达到保留价"), rule=citations.RESERVE_EFFECT)
    if shown.stage == Stage.WITHDRAWN:
        return Words(_("已撤回，不再拍卖"))
    if shown.stage == Stage.DEFAULTED:
        text = _("买受人没有按期付款，成交合同已解除")
        return Words(text, rule=citations.DEFAULT_CLAIM)
    if shown.stage == Stage.RESCINDED:
        return Words(_("成交已撤销，价款退还买受人"), rule=citations.CLAIMS)
    return Words(_("时间已到，等待服务器确认结果"), kind="warn", icon="clock")


def won(shown: Shown, currency: str) -> Words:
    """What the buyer is told."""
    text = _("成交，你以%(price)s买下") % {"price": Money(shown.hammer or 0, currency)}
    return Words(text, kind="ok", icon="check")


def lost(shown: Shown, currency: str) -> Words:
    """What an underbidder is told."""
    text = _("已结束，落槌价%(price)s，不是你") % {"price": Money(shown.hammer or 0, currency)}
    return Words(text)


# ------------------------------------------------------------------ rules of a sale


def extension(policy: ClosingPolicy) -> str:
    """The rule of extension in one sentence."""
    if not policy.window:
        return _("到点即止，不延时。")
    values = {"window": length(policy.window), "more": length(policy.extension)}
    if policy.base == "bid_time":
        text = _("最后%(window)s内有人出价，则自该次出价起再留%(more)s") % values
    else:
        text = _("最后%(window)s内有人出价，则结束时间顺延%(more)s") % values
    parts = [text]
    if policy.scope == "group":
        parts.append(_("全场各件一起延时"))
    elif policy.scope == "later":
        parts.append(_("后面各件同样顺延"))
    if policy.most is not None:
        parts.append(_("每件最多延时%(n)d次") % {"n": policy.most})
    if policy.hard_after is not None:
        parts.append(_("最迟到原定结束后%(most)s") % {"most": length(policy.hard_after)})
    return joined(parts) + _("。")


def length(span: timedelta) -> str:
    """A length of time in whole minutes, or in seconds."""
    seconds = int(span.total_seconds())
    if seconds % 60:
        return _("%(n)d秒") % {"n": seconds}
    return _("%(n)d分钟") % {"n": seconds // 60}


def left(span: timedelta) -> str:
    """The time that is left, as the page's script writes it too."""
    minutes = max(int(span.total_seconds()), 0) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return _("%(d)s天%(h)s小时") % {"d": days, "h": hours}
    if hours:
        return _("%(h)s小时%(m)s分") % {"h": hours, "m": minutes % 60}
    return _("%(m)s分") % {"m": minutes} if minutes else _("不到1分钟")


def moment(at: datetime, *, seconds: bool = True) -> str:
    """A moment in Beijing time with its weekday, to the second where money depends on it."""
    here = localtime(at, SHANGHAI)
    exact = seconds and here.second
    form = _("Y年n月j日（l）H:i:s") if exact else _("Y年n月j日（l）H:i")
    return date_format(here, form)


def percent(value: Fraction) -> str:
    """A percentage without needless zeros."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{exact.normalize():f}%"


PHASE_KINDS: dict[str, str] = {
    Phase.BIDDING: "live", Phase.CLOSING: "live", Phase.VIEWING: "info", Phase.WAITING: "warn",
    Phase.ANNOUNCED: "info",
}  # fmt: skip
STAGE_KINDS: dict[str, str] = {
    Stage.OPEN: "live", Stage.OVER: "warn", Stage.SOLD: "ok", Stage.WAITING: "info",
}  # fmt: skip


def paddle(row: Paddle) -> Words:
    """What the holder of a paddle that may not bid is told."""
    values = {"n": row.number, "note": row.note}
    if row.state == PaddleState.PENDING:
        return Words(
            _("号牌%(n)d待拍卖企业审核，通过后可以出价") % values, kind="warn", icon="clock"
        )
    if row.state == PaddleState.REFUSED:
        text = _("号牌%(n)d的登记没有通过：%(note)s") % values
    elif row.state == PaddleState.SUSPENDED:
        text = _("号牌%(n)d已暂停：%(note)s") % values
    else:
        return Words(_("号牌%(n)d可以出价") % values, kind="ok", icon="check")
    return Words(text, kind="live", icon="alert", rule=citations.CONDITIONS)


def deposit_return(term: Term) -> str:
    """When the deposit of somebody who bought nothing goes back."""
    if term.hours:
        return _("没有买到的，拍卖会结束后%(n)d小时内按原路退还。") % {"n": term.hours}
    return _("没有买到的，拍卖会结束后%(n)d个工作日内按原路退还。") % {"n": term.working_days}
