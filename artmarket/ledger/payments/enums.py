"""How far payments, money on its way out, and what people must look into have come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentState(models.TextChoices):
    """Never moved backwards: a later state is never left for an earlier one."""

    CREATED = "created", _("待付款")
    PENDING = "pending", _("付款中")
    AUTHORISED = "authorised", _("已冻结")
    PARTLY = "partly", _("部分到账")
    PAID = "paid", _("已到账")
    CANCELLED = "cancelled", _("已取消")
    FAILED = "failed", _("未成功")


OPEN_PAYMENTS = (PaymentState.CREATED, PaymentState.PENDING)


class Wish(models.TextChoices):
    """What we want the gateway to do with a payment; kept until it is done."""

    CAPTURE = "capture", _("扣款")
    CANCEL = "cancel", _("取消")


class OutgoingState(models.TextChoices):
    """A refund or a payout; what is asked for has left its account already."""

    ASKED = "asked", _("待发出")
    SENT = "sent", _("已发出")
    DONE = "done", _("已办妥")
    FAILED = "failed", _("未成功")


class StrayState(models.TextChoices):
    """Money whose owner is not known, until a person decides."""

    OPEN = "open", _("待查")
    ASSIGNED = "assigned", _("已入账")
    RETURNED = "returned", _("已退回")


class StrayReason(models.TextChoices):
    """Why the money could not be given to a payment by itself."""

    NO_REFERENCE = "no_reference", _("没有付款编号")
    UNKNOWN = "unknown", _("付款编号查无此笔")
    OVERPAID = "overpaid", _("多付")
    OTHER_PAYER = "other_payer", _("付款人与应付人不符")
    OTHER_CURRENCY = "other_currency", _("币种不符")
    ENDED = "ended", _("付款已取消")


class DifferenceKind(models.TextChoices):
    """What does not agree between a gateway and the books."""

    NOT_BOOKED = "not_booked", _("渠道有，账上没有")
    NOT_AT_GATEWAY = "not_at_gateway", _("账上有，渠道没有")
    OTHER_AMOUNT = "other_amount", _("金额不一致")


class DiligenceKind(models.TextChoices):
    """Which limit of a day was reached."""

    CASH = "cash", _("当日现金达到限额")
    LINKED = "linked", _("当日付款合计达到限额")
