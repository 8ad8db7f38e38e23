"""Why somebody can't register, or a booking can't be changed: typed, with the rule."""

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import DomainError

from . import citations


class NotOpen(DomainError):
    """Nobody registers for it: a draft, closed, cancelled, over, or without registration."""

    code = "not_open"
    message = _("现在不能报名。")


class TooLate(DomainError):
    """The cut-off is past."""

    code = "cut_off"
    message = _("这一场的报名已经截止。")
    rule = citations.CUT_OFF


class Full(DomainError):
    """No places, and nobody may wait for them."""

    code = "full"
    message = _("这一场已经满员。")
    hint = _("可以看看别的日期。")


class WaitingFull(DomainError):
    """The waiting list is as long as it may be."""

    code = "waiting_full"
    message = _("这一场满员，候补名单也满了。")
    hint = _("可以看看别的日期。")
    rule = citations.WAITING_SIZE


class TooMany(DomainError):
    """One person has as many bookings of a session as he may."""

    code = "too_many_bookings"
    message = _("你对这一场已经有报名。要改人数，请改原来的报名。")
    rule = citations.BOOKINGS


class LeaveTooLate(DomainError):
    """A visitor cancels or changes after the cut-off."""

    code = "leave_too_late"
    message = _("已经过了截止时间，不能在网上取消或更改。")
    hint = _("来不了请联系主办方。")
    rule = citations.CUT_OFF
