"""What a visitor is told of a booking, in words: its notices, and what a waiting one waits for.

In the language that is active. The facts are those of the notice, as they were then.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.core.money import Money
from artmarket.core.punctuation import bracketed, listed
from auctions.models import Notice, NoticeKind
from auctions.notices import wording

from ..enums import BookingNews, WaitingMode
from ..models import Booking, Programme, Quota

Said = tuple[str, str]


def announce() -> None:
    """Tell the inbox how these notices are said; called once at start."""
    wording.register(NoticeKind.EVENT, said, path)


def path(notice: Notice) -> str:
    """The page of the booking."""
    return reverse("cms:booking", args=[notice.facts["booking"]])


def said(notice: Notice) -> Said:
    """Title and text of a notice about a booking."""
    facts = notice.facts
    words = {
        "title": title_in(facts.get("title", ""), facts.get("title_en", "")),
        "when": moment_words(facts.get("starts_at")),
        "old": moment_words(facts.get("old")),
        "until": moment_words(facts.get("until")),
        "money": str(Money(facts.get("refund_minor") or 0, facts.get("currency") or "CNY")),
    }
    title, text = _SAYERS[BookingNews(facts["news"])](words)
    reason = facts.get("reason", "")
    if get_language() == "en":
        reason = facts.get("reason_en") or reason
    parts = [text]
    if reason:
        parts.append(_("理由：%(reason)s。") % {"reason": reason.rstrip("。.")})
    if facts.get("refund_minor"):
        parts.append(_("已付的%(money)s全额退回原付款方式。") % words)
    gap = " " if get_language() == "en" else ""
    return title, gap.join(parts)


def title_in(chinese: str, english: str) -> str:
    """A title in the reader's language; Chinese where nobody translated it."""
    return english or chinese if get_language() == "en" else chinese


def programme_title(programme: Programme) -> str:
    """What a programme is called."""
    return title_in(programme.title, programme.title_en)


def moment_words(moment: str | datetime | None) -> str:
    """A moment as people read it, in Shanghai."""
    found = parse_datetime(moment) if isinstance(moment, str) else moment
    return date_format(timezone.localtime(found), "DATETIME_FORMAT") if found else ""


def _asked(words: dict[str, str]) -> Said:
    return (
        _("收到报名：%(title)s") % words,
        _("%(when)s的一场。主办方审核以后通知你；审核期间名额为你留着。") % words,
    )


def _waiting(words: dict[str, str]) -> Said:
    return (
        _("进了候补名单：%(title)s") % words,
        _("%(when)s的一场已经满员。轮到你时会通知你；排在第几位、等哪个名额，看报名页。") % words,
    )


def _confirmed(words: dict[str, str]) -> Said:
    return (
        _("报名成功：%(title)s") % words,
        _("%(when)s的一场。入场时出示报名页上的二维码。") % words,
    )


def _promoted(words: dict[str, str]) -> Said:
    return (
        _("候补成功：%(title)s") % words,
        _("%(when)s的一场有了空位，你的报名已经确认。来不了请在截止前取消，把名额让给后面的人。")
        % words,
    )


def _to_pay(words: dict[str, str]) -> Said:
    return (
        _("请付款：%(title)s") % words,
        _("%(when)s的一场，名额为你留到%(until)s。付款后报名才确认，逾期名额让给别人。") % words,
    )


def _offered(words: dict[str, str]) -> Said:
    return (
        _("有了空位，请确认：%(title)s") % words,
        _("%(when)s的一场，空位为你留到%(until)s。逾期给下一位。") % words,
    )


def _refused(words: dict[str, str]) -> Said:
    return _("报名未通过：%(title)s") % words, _("%(when)s的一场。") % words


def _cancelled(words: dict[str, str]) -> Said:
    return _("报名已取消：%(title)s") % words, _("%(when)s的一场，名额已经让出。") % words


def _called_off(words: dict[str, str]) -> Said:
    return (
        _("主办方取消了你的报名：%(title)s") % words,
        _("%(when)s的一场，票已作废。") % words,
    )


def _offer_over(words: dict[str, str]) -> Said:
    return (
        _("空位已过期：%(title)s") % words,
        _("%(when)s的一场，到期没有确认，空位给了下一位。还想来可以重新报名。") % words,
    )


def _unpaid(words: dict[str, str]) -> Said:
    return (
        _("逾期未付款，报名作废：%(title)s") % words,
        _("%(when)s的一场，名额已经让出。还想来可以重新报名。") % words,
    )


def _line_over(words: dict[str, str]) -> Said:
    return (
        _("没有等到空位：%(title)s") % words,
        _("%(when)s的一场已经开始，候补结束。") % words,
    )


def _refunded(words: dict[str, str]) -> Said:
    return (
        _("退款：%(title)s") % words,
        _("%(when)s的一场，款到账时报名已经结束，或者多付了。") % words,
    )


def _moved(words: dict[str, str]) -> Said:
    return (
        _("改期：%(title)s") % words,
        _("原定%(old)s，改到%(when)s。报名继续有效；来不了可以在开始前取消，已付的款全额退回。")
        % words,
    )


def _reminder(words: dict[str, str]) -> Said:
    return (
        _("快开始了：%(title)s") % words,
        _("%(when)s开始。入场时出示报名页上的二维码；没有网络也可以先存下来。") % words,
    )


_SAYERS: Final[dict[BookingNews, Callable[[dict[str, str]], Said]]] = {
    BookingNews.ASKED: _asked,
    BookingNews.WAITING: _waiting,
    BookingNews.CONFIRMED: _confirmed,
    BookingNews.PROMOTED: _promoted,
    BookingNews.TO_PAY: _to_pay,
    BookingNews.OFFERED: _offered,
    BookingNews.REFUSED: _refused,
    BookingNews.CANCELLED: _cancelled,
    BookingNews.CALLED_OFF: _called_off,
    BookingNews.OFFER_OVER: _offer_over,
    BookingNews.UNPAID: _unpaid,
    BookingNews.LINE_OVER: _line_over,
    BookingNews.REFUNDED: _refunded,
    BookingNews.MOVED: _moved,
    BookingNews.REMINDER: _reminder,
}


# ------------------------------------------------------------------ the waiting list


def blocked_words(quotas: list[Quota]) -> str:
    """What one of the waiting waits for; the same words for him and for the operator."""
    if not quotas:
        return _("名额已经空出")
    said_of = [f"{row}{bracketed(f'{row.taken}/{row.size}')}" for row in quotas]
    return _("等名额：%(quotas)s") % {"quotas": listed(said_of)}


def next_words(programme: Programme, booking: Booking, *, is_free: bool) -> str:
    """What happens next with one of the waiting; `is_free`: there is room for him now."""
    if programme.waiting == WaitingMode.MANUAL:
        return _("主办方从候补名单里确认；确认后通知你，空位会为你留一段时间。")
    if is_free:
        return _("一分钟内自动递补，并通知你。")
    if booking.price_minor:
        return _("有人取消或名额增加时，按次序把空位留给你，付款后确认。")
    return _("有人取消或名额增加时，按次序自动递补，并通知你。")


# ------------------------------------------------------------------ the books


def ticket_path(payment: Any) -> str:
    """The page of the booking that a payment is for, or ""."""
    rows = Booking.objects.filter(pk=int(payment.subject_id)).values_list("uuid", flat=True)
    found = rows.first()
    return reverse("cms:booking", args=[found]) if found else ""


def ticket_facts(payment: Any) -> list[tuple[str, str]]:
    """What a receipt says of a ticket: event, date, how many."""
    rows = Booking.objects.select_related("programme__organiser", "session", "ticket_type")
    booking = rows.filter(pk=int(payment.subject_id)).first()
    if booking is None:
        return []
    organiser = booking.programme.organiser
    facts = [
        (_("活动"), programme_title(booking.programme)),
        (_("场次"), moment_words(booking.session.starts_at)),
        (_("票种"), str(booking.ticket_type)),
        (_("人数"), str(booking.places)),
    ]
    return [*facts, (_("主办单位"), organiser.name)] if organiser else facts
