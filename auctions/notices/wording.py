"""A notice in words, in the language that is active: one sentence, and where to go.

Only what its reader may know: the public price, never another's maximum, never the reserve.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from artmarket.core.punctuation import listed

from ..enums import ConsignmentState, LotState, PaddleState
from ..models import Notice, NoticeKind
from . import after_words
from .after_words import lot_words
from .settlement_words import settlement_words

MOST_NUMBERS = 10


@dataclass(frozen=True, slots=True)
class Words:
    """`title` for the list and the subject, `text` what follows from it, `path` the page."""

    title: str
    text: str
    path: str


def register(
    kind: NoticeKind,
    sayer: Callable[[Notice], tuple[str, str]],
    path: Callable[[Notice], str],
) -> None:
    """Let an app of a higher floor say notices of its own kind, and where they lead to."""
    _SAYERS[kind], _PATHS[kind] = sayer, path


def words_of(notice: Notice) -> Words:
    """The words of a notice with its lot, sale or consignment at hand."""
    title, text = _SAYERS[NoticeKind(notice.kind)](notice)
    return Words(" ".join(title.split()), text, path_of(notice))


def path_of(notice: Notice) -> str:
    """The page that a notice is about; the inbox where there is none."""
    try:
        if notice.kind in _PATHS:
            return _PATHS[NoticeKind(notice.kind)](notice)
        if notice.kind == NoticeKind.CHANCE and "until" in notice.facts:
            return reverse("auctions:offers")
        if notice.kind == NoticeKind.SETTLEMENT:
            return reverse("auctions:order", args=[notice.facts["settlement"]])
        if notice.facts.get("to") == "house" and notice.lot:
            return reverse("auctions:house_after", args=[notice.lot_id])
        if notice.lot:
            return reverse("auctions:lot", args=[notice.lot.sale_id, notice.lot.number])
        if notice.sale:
            return reverse("auctions:sale", args=[notice.sale_id])
        return reverse("auctions:consignment", args=[notice.consignment_id])
    except NoReverseMatch:
        return reverse("notices:inbox")


def _outbid(notice: Notice) -> tuple[str, str]:
    words = lot_words(notice)
    return (
        _("有人出价更高：《%(title)s》") % words,
        _("拍品%(number)s现价%(price)s，你不再领先。想继续，请在结束前再出价。") % words,
    )


def _leading(notice: Notice) -> tuple[str, str]:
    words = lot_words(notice)
    return (
        _("你领先：《%(title)s》") % words,
        _("拍品%(number)s现价%(price)s，你的出价领先。出价在更高的出价之前一直有效。") % words,
    )


def _won(notice: Notice) -> tuple[str, str]:
    words = lot_words(notice)
    return (
        _("你拍得《%(title)s》") % words,
        _("拍品%(number)s以%(price)s落槌，由你拍得。落槌价不含佣金，下一步看拍品页。") % words,
    )


def _lost(notice: Notice) -> tuple[str, str]:
    words = lot_words(notice)
    if notice.facts.get("state") == LotState.SOLD:
        text = _("拍品%(number)s以%(price)s落槌，由别人拍得。") % words
    elif notice.facts.get("state") == LotState.BELOW_RESERVE:
        text = _("拍品%(number)s没有达到保留价，没有成交。") % words
    else:
        text = _("拍品%(number)s流拍。") % words
    return _("已结束：《%(title)s》") % words, text


def _withdrawn(notice: Notice) -> tuple[str, str]:
    words = lot_words(notice)
    return (
        _("拍品撤回：《%(title)s》") % words,
        _("拍品%(number)s已撤回，出价不再有效。理由：%(reason)s") % words,
    )


def _ending(notice: Notice) -> tuple[str, str]:
    words = lot_words(notice)
    return (
        _("快结束了：《%(title)s》") % words,
        _("“%(sale)s”的拍品%(number)s半小时内结束；结束前有人出价会延时。") % words,
    )


def _reminder(notice: Notice) -> tuple[str, str]:
    assert notice.sale  # noqa: S101 - reminders are of a sale
    words = {"sale": notice.sale.display_title}
    return (
        _("“%(sale)s”快开始了") % words,
        _("竞价在24小时内开始。要出价，请先登记并等拍卖企业同意。"),
    )


def _paddle(notice: Notice) -> tuple[str, str]:
    assert notice.sale  # noqa: S101 - registrations are for a sale
    state, note = notice.facts.get("state"), notice.facts.get("note", "")
    words = {
        "sale": notice.sale.display_title,
        "number": notice.facts.get("number"),
        "note": note,
    }
    if state == PaddleState.APPROVED:
        return (
            _("可以出价了：“%(sale)s”") % words,
            _("你的号牌是%(number)s。") % words,
        )
    if state == PaddleState.SUSPENDED:
        return (
            _("号牌暂停：“%(sale)s”") % words,
            _("号牌%(number)s暂时不能出价。理由：%(note)s") % words,
        )
    return (
        _("登记未通过：“%(sale)s”") % words,
        _("拍卖企业没有同意这次登记。理由：%(note)s") % words,
    )


def _consignment(notice: Notice) -> tuple[str, str]:
    assert notice.consignment  # noqa: S101 - answers are to a consignment
    words = {
        "title": notice.consignment.work.display_title[:80],
        "house": notice.consignment.house.name,
    }
    state = notice.facts.get("state")
    if state == ConsignmentState.PROPOSED:
        return (
            _("委托有了条件：《%(title)s》") % words,
            _("%(house)s报了拍卖条件。看过以后，同意或不同意都由你定。") % words,
        )
    if state == ConsignmentState.DECLINED:
        return (
            _("委托未接受：《%(title)s》") % words,
            _("%(house)s没有接受这次委托。作品可以委托给别家。") % words,
        )
    return (
        _("委托结束：《%(title)s》") % words,
        _("%(house)s结束了这次委托。") % words,
    )


def _maker(notice: Notice) -> tuple[str, str]:
    assert notice.sale  # noqa: S101 - notices of makers name the sale
    numbers = notice.facts.get("lots", [])
    english = notice.facts.get("name_en", "") if get_language() == "en" else ""
    words = {
        "name": english or notice.facts.get("name", ""),
        "sale": notice.sale.display_title,
        "n": len(numbers),
        "numbers": listed(numbers[:MOST_NUMBERS]),
    }
    text = ngettext(
        "“%(sale)s”里有你关注的作者的%(n)d件作品：拍品%(numbers)s。",
        "“%(sale)s”里有你关注的作者的%(n)d件作品：拍品%(numbers)s。",
        len(numbers),
    )
    return _("%(name)s有作品上拍") % words, text % words


_PATHS: dict[NoticeKind, Callable[[Notice], str]] = {}
_SAYERS: dict[NoticeKind, Callable[[Notice], tuple[str, str]]] = {
    NoticeKind.OUTBID: _outbid,
    NoticeKind.LEADING: _leading,
    NoticeKind.WON: _won,
    NoticeKind.LOST: _lost,
    NoticeKind.WITHDRAWN: _withdrawn,
    NoticeKind.ENDING: _ending,
    NoticeKind.REMINDER: _reminder,
    NoticeKind.PADDLE: _paddle,
    NoticeKind.CONSIGNMENT: _consignment,
    **after_words.SAYERS,
    NoticeKind.SETTLEMENT: settlement_words,
    NoticeKind.MAKER: _maker,
}
