"""States and kinds of what the district publishes, and the moves that are allowed."""

from enum import StrEnum
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlaceKind(models.TextChoices):
    DISTRICT = "district", _("街区")
    STREET = "street", _("街道")
    MUSEUM = "museum", _("博物馆、美术馆")
    ACADEMY = "academy", _("书院")
    PARK = "park", _("公园、园区")
    MALL = "mall", _("工艺品商城")
    VENUE = "venue", _("场馆")
    OTHER = "other", _("其他场所")


class StepFree(models.TextChoices):
    YES = "yes", _("全程无台阶")
    PARTLY = "partly", _("部分无台阶")
    NO = "no", _("有台阶")
    UNKNOWN = "unknown", _("尚未核实")


class ProgrammeKind(models.TextChoices):
    EVENT = "event", _("活动")
    EXHIBITION = "exhibition", _("展览")


class ProgrammeState(models.TextChoices):
    DRAFT = "draft", _("筹备中")
    OPEN = "open", _("开放报名")
    CLOSED = "closed", _("停止报名")
    CANCELLED = "cancelled", _("已取消")


PROGRAMME_MOVES: Final = {
    ProgrammeState.DRAFT: (ProgrammeState.OPEN, ProgrammeState.CANCELLED),
    ProgrammeState.OPEN: (ProgrammeState.CLOSED, ProgrammeState.CANCELLED),
    ProgrammeState.CLOSED: (ProgrammeState.OPEN, ProgrammeState.CANCELLED),
    ProgrammeState.CANCELLED: (),
}


class BookingMode(models.TextChoices):
    NONE = "none", _("不用报名")
    OPEN = "open", _("报名即成")
    APPROVAL = "approval", _("报名后审核")


class WaitingMode(models.TextChoices):
    OFF = "off", _("没有候补")
    AUTOMATIC = "automatic", _("自动递补")
    MANUAL = "manual", _("人工递补")


class SessionState(models.TextChoices):
    SCHEDULED = "scheduled", _("如期")
    MOVED = "moved", _("改期")
    CANCELLED = "cancelled", _("取消")


class BookingState(models.TextChoices):
    ASKED = "asked", _("等待审核")
    WAITING = "waiting", _("候补中")
    OFFERED = "offered", _("有了空位，等你确认")
    TO_PAY = "to_pay", _("待付款")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("未通过")
    CANCELLED = "cancelled", _("已取消")
    EXPIRED = "expired", _("逾期作废")


BOOKING_MOVES: Final = {
    BookingState.ASKED: (
        BookingState.CONFIRMED, BookingState.TO_PAY, BookingState.REFUSED, BookingState.CANCELLED,
        BookingState.EXPIRED,
    ),
    BookingState.WAITING: (
        BookingState.ASKED, BookingState.OFFERED, BookingState.CONFIRMED, BookingState.CANCELLED,
        BookingState.EXPIRED,
    ),
    BookingState.OFFERED: (
        BookingState.CONFIRMED, BookingState.TO_PAY, BookingState.CANCELLED, BookingState.EXPIRED,
    ),
    BookingState.TO_PAY: (
        BookingState.CONFIRMED, BookingState.CANCELLED, BookingState.EXPIRED,
    ),
    BookingState.CONFIRMED: (BookingState.CANCELLED,),
    BookingState.REFUSED: (),
    BookingState.CANCELLED: (),
    BookingState.EXPIRED: (),
}  # fmt: skip

HOLDING_SEATS: Final = (
    BookingState.ASKED, BookingState.OFFERED, BookingState.TO_PAY, BookingState.CONFIRMED,
)  # fmt: skip
"""States in which a booking has its places out of every quota that it touches."""

LIVE_BOOKINGS: Final = (*HOLDING_SEATS, BookingState.WAITING)


class BookingNews(StrEnum):
    """What a visitor is told of a booking; `booking.wording` has the words."""

    ASKED = "asked"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    PROMOTED = "promoted"
    TO_PAY = "to_pay"
    OFFERED = "offered"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    OFFER_OVER = "offer_over"
    UNPAID = "unpaid"
    LINE_OVER = "line_over"
    REFUNDED = "refunded"
    MOVED = "moved"
    REMINDER = "reminder"


class ReadingResult(models.TextChoices):
    """What the door says to a ticket."""

    VALID = "valid", _("有效，请进")
    USED = "used", _("已经用过")
    OTHER_SESSION = "other_session", _("是另一场的票")
    CANCELLED = "cancelled", _("这张票已取消")
    NOT_CONFIRMED = "not_confirmed", _("报名还没有确认")
    TOO_EARLY = "too_early", _("还没有开始签到")
    OVER = "over", _("这一场已经结束")
    FORGED = "forged", _("不是本平台签发的票")
    UNREADABLE = "unreadable", _("读不出票号")


class ArticleKind(models.TextChoices):
    NEWS = "news", _("新闻")
    NOTICE = "notice", _("公告")
    ESSAY = "essay", _("文章")


class CallKind(models.TextChoices):
    TENANCY = "tenancy", _("招商")
    TENDER = "tender", _("招标")
    TALENT = "talent", _("招聘")


class Craft(models.TextChoices):
    PAINTING = "painting", _("书画")
    KITE = "kite", _("风筝")
    PRINT = "print", _("木版年画")
    BRONZE = "bronze", _("仿古铜")
    INLAY = "inlay", _("嵌银")
    REPOUSSE = "repousse", _("砸铜")
    OTHER = "other", _("其他")
