"""The words of notices of a settlement; each is title and text."""

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from artmarket.core.money import Money

from .. import wording
from ..models import Notice
from ..settlement_enums import Side, StepKind
from .after_words import lot_words


def settlement_words(notice: Notice) -> tuple[str, str]:
    """Title and text: what happened, and what it means for whoever reads it."""
    kind, side = StepKind(notice.facts["step"]), notice.facts.get("to")
    words = lot_words(notice) | {"step": kind.label}
    amount = notice.facts.get("amount")
    assert notice.sale  # noqa: S101 - notices of lots have it
    words["amount"] = "" if amount is None else str(Money(amount, notice.sale.currency))
    until = parse_datetime(notice.facts.get("until") or "")
    words["until"] = wording.moment(until) if until else ""
    words |= {name: notice.facts.get(name, "") for name in ("due_on", "carrier", "tracking")}
    title = _("成交结算，%(step)s：《%(title)s》") % words
    text = _of_buyer(kind) if side == Side.BUYER else _of_others(kind)
    if kind == StepKind.RELEASED and side != Side.BUYER and amount is None:
        text = _("拍品%(number)s的价款已经放出，付款在途。")
    if notice.facts.get("owes"):
        words["owes"] = str(Money(notice.facts["owes"], notice.sale.currency))
        text = _("拍品%(number)s的成交撤销，价款退给买受人。请付还你收到的%(owes)s。")
    return title, text % words


def _of_buyer(kind: StepKind) -> str:
    return {
        StepKind.INVOICED: _("拍品%(number)s的账单是%(amount)s，请在%(due_on)s以前付款。"),
        StepKind.PLANNED: _("拍品%(number)s可以按约定分期付款，付清以后交付。"),
        StepKind.CHARGED: _("拍品%(number)s超过免费保管期，加收保管费%(amount)s，付清以后交付。"),
        StepKind.PAID: _("拍品%(number)s收到%(amount)s，由平台托管，到你验收为止。"),
        StepKind.DISPATCHED: _("拍品%(number)s已交给%(carrier)s，运单号%(tracking)s。"),
        StepKind.DELIVERED: _("拍品%(number)s已签收。有问题请在%(until)s以前提出异议。"),
        StepKind.COLLECTED: _("拍品%(number)s已自取。有问题请在%(until)s以前提出异议。"),
        StepKind.LAPSED: _("拍品%(number)s的验收期已满，价款将付给委托人。"),
        StepKind.ANSWERED: _("拍品%(number)s的异议转由平台裁定。"),
        StepKind.REJECTED: _("拍品%(number)s的异议不成立，成交继续。"),
        StepKind.REDUCED: _("拍品%(number)s减价，退给你%(amount)s。"),
        StepKind.UPHELD: _("拍品%(number)s的异议成立，请退回作品，退回后退款。"),
        StepKind.RELEASED: _("拍品%(number)s已经结算，登记册上你是它的权利人。"),
        StepKind.REFUNDED: _("拍品%(number)s的成交撤销，退给你%(amount)s。"),
        StepKind.CANCELLED: _("拍品%(number)s的账单撤销，会另开一张更正的账单。"),
    }[kind]


def _of_others(kind: StepKind) -> str:
    return {
        StepKind.PAID: _("拍品%(number)s的买受人付了款，由平台托管。"),
        StepKind.DELIVERED: _("拍品%(number)s已签收，验收期到%(until)s为止。"),
        StepKind.COLLECTED: _("拍品%(number)s已自取，验收期到%(until)s为止。"),
        StepKind.ACCEPTED: _("拍品%(number)s已验收，接着放款。"),
        StepKind.LAPSED: _("拍品%(number)s的验收期已满，没有异议，接着放款。"),
        StepKind.CLAIMED: _("拍品%(number)s的买受人提出异议，价款不放；请按期答复。"),
        StepKind.WITHDRAWN: _("拍品%(number)s的买受人撤回异议。"),
        StepKind.REJECTED: _("拍品%(number)s的异议不成立，成交继续。"),
        StepKind.REDUCED: _("拍品%(number)s减价，差额从委托人应得的价款里退给买受人。"),
        StepKind.UPHELD: _("拍品%(number)s的异议成立，作品退回以后退款给买受人。"),
        StepKind.RELEASED: _("拍品%(number)s的价款已经放出%(amount)s，付款在途。"),
        StepKind.REFUNDED: _("拍品%(number)s的成交撤销，价款退给买受人。"),
    }[kind]
