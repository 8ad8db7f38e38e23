"""States and steps of margin calls, what is watched, and answers to a revaluation."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CallState(models.TextChoices):
    """The states of `engine.margin`; its table of moves is the only one."""

    OPEN = "open", _("待通知")
    NOTIFIED = "notified", _("已通知，待补足")
    PARTLY_CURED = "partly_cured", _("已补足一部分")
    CURED = "cured", _("已补足")
    ESCALATED = "escalated", _("逾期未补足")
    WAIVED = "waived", _("暂缓追加")


LIVE_CALLS: Final = (
    CallState.OPEN, CallState.NOTIFIED, CallState.PARTLY_CURED, CallState.ESCALATED,
    CallState.WAIVED,
)  # fmt: skip
# Nothing is paid out and nothing released.
HOLDING_CALLS: Final = (
    CallState.OPEN, CallState.NOTIFIED, CallState.PARTLY_CURED, CallState.ESCALATED,
)  # fmt: skip
WITH_DEADLINE: Final = (CallState.NOTIFIED, CallState.PARTLY_CURED)


class CallStep(models.TextChoices):
    """What happened to a call."""

    OPENED = "opened", _("发起追加担保")
    NOTIFIED = "notified", _("通知送达借款人")
    RETESTED = "retested", _("重算担保")
    CURED = "cured", _("补足，追加担保结束")
    ESCALATED = "escalated", _("期限已过，没有补足")
    SIGNED = "signed", _("签署暂缓")
    WAIVED = "waived", _("暂缓生效")
    LAPSED = "lapsed", _("暂缓到期")


class Cause(models.TextChoices):
    """Why the security was reckoned again."""

    NIGHT = "night", _("每日重算")
    COUNT = "count", _("盘点")
    REVALUATION = "revaluation", _("整类重估")
    PAYMENT = "payment", _("还款到账")
    DELIVERY = "delivery", _("追加的作品入库")
    END = "end", _("贷款还清")
    ACT = "act", _("人工办理")


class Answer(models.TextChoices):
    """What the second person says of a revaluation."""

    CONFIRMED = "confirmed", pgettext_lazy("revaluation", "已确认")
    REFUSED = "refused", pgettext_lazy("revaluation", "未同意")


class Watched(models.TextChoices):
    """What runs out."""

    INSURANCE = "insurance", _("保险")
    APPRAISAL = "appraisal", _("评估")
    COUNT = "count", _("盘点")
