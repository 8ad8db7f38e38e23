"""The words of notices of what follows the hammer; each returns title and text."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from artmarket.core.money import Money

from .. import wording
from ..enums import OfferState
from ..models import Notice, NoticeKind


def lot_words(notice: Notice) -> dict[str, Any]:
    """What the words of a notice name of its lot."""
    assert notice.lot and notice.sale  # noqa: S101 - notices of lots have both
    price = notice.facts.get("price")
    return {
        "title": notice.lot.work.display_title[:80],
        "number": notice.lot.number,
        "sale": notice.sale.display_title,
        "price": "" if price is None else str(Money(price, notice.sale.currency)),
        "reason": notice.facts.get("reason", ""),
        "paddle": notice.facts.get("paddle", ""),
    }


def _defaulted(notice: Notice) -> tuple[str, str]:
    words = lot_words(notice)
    if notice.facts.get("to") == "buyer":
        return (
            _("成交合同已解除：《%(title)s》") % words,
            _(
                "你没有按期付清拍品%(number)s的%(price)s，合同从现在起解除。你仍要支付两方佣金；"
                "再卖的价款低于原价的，还要补足差额（拍卖法第三十九条）。理由：%(reason)s"
            )
            % words,
        )
    if "released" in notice.facts:
        words["reason"] = notice.facts["released"]
        return (
            _("作品退还：《%(title)s》") % words,
            _("拍品%(number)s没有再成交，作品上的限制已解除。理由：%(reason)s") % words,
        )
    return (
        _("买受人没有付款：《%(title)s》") % words,
        _("拍品%(number)s的成交合同已书面解除，拍卖企业会告诉你下一步。") % words,
    )


def _chance(notice: Notice) -> tuple[str, str]:
    words, state = lot_words(notice), notice.facts.get("state")
    title = _("第二次机会：《%(title)s》") % words
    if state == OfferState.ACCEPTED:
        return title, _("第二次机会已接受，拍品%(number)s以%(price)s成交。") % words
    if notice.facts.get("to") == "house":
        if state == OfferState.REFUSED:
            return title, _("号牌%(paddle)s谢绝了拍品%(number)s，可以问下一位。") % words
        return title, _("号牌%(paddle)s没有在期限内答复拍品%(number)s，可以问下一位。") % words
    until = parse_datetime(notice.facts.get("until") or "")
    words["until"] = wording.moment(until) if until else ""
    return (
        title,
        _(
            "拍品%(number)s的原合同已解除，现在按你自己的最后出价单独问你，到%(until)s为止。接受或"
            "谢绝都可以，谢绝没有任何后果。"
        )
        % words,
    )


def _after_sale(notice: Notice) -> tuple[str, str]:
    words, state = lot_words(notice), notice.facts.get("state")
    title = _("会后出价：《%(title)s》") % words
    if notice.facts.get("to") == "house":
        return title, _("号牌%(paddle)s对没有成交的拍品%(number)s出了价，等你答复。") % words
    if state == OfferState.ACCEPTED:
        return title, _("拍品%(number)s会后以%(price)s成交，不含佣金。") % words
    if state == OfferState.LAPSED:
        return title, _("你对拍品%(number)s的出价没有在期限内得到答复，不再有效。") % words
    return title, _("你对拍品%(number)s的出价没有被接受。") % words


def _corrected(notice: Notice) -> tuple[str, str]:
    words = lot_words(notice)
    return (
        _("拍品勘误：《%(title)s》") % words,
        _("拍品%(number)s的图录文字有更正，请看拍品页。理由：%(reason)s") % words,
    )


def _cancelled(notice: Notice) -> tuple[str, str]:
    assert notice.sale  # noqa: S101 - cancellations are of a sale
    words = {"sale": notice.sale.display_title, "reason": notice.facts.get("reason", "")}
    return (
        _("拍卖会取消：“%(sale)s”") % words,
        _("没有结束的拍品全部撤回，出价不再有效，作品上的限制解除。理由：%(reason)s") % words,
    )


SAYERS: Final[dict[NoticeKind, Callable[[Notice], tuple[str, str]]]] = {
    NoticeKind.DEFAULTED: _defaulted,
    NoticeKind.CHANCE: _chance,
    NoticeKind.AFTER_SALE: _after_sale,
    NoticeKind.CORRECTED: _corrected,
    NoticeKind.CANCELLED: _cancelled,
}
