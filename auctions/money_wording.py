"""What the books call entries of settlements and deposits, and where a payment's cause is shown."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.core.punctuation import joined
from artmarket.ledger.enums import Purpose
from artmarket.ledger.parts import register_part
from artmarket.ledger.wording import register_kind, register_memo, register_purpose

from . import citations
from .models import Deposit, Invoice, Recourse, Settlement
from .selectors.after_release import rights_waiting
from .selectors.bill_rows import sums_of
from .services import deposit_money
from .services.settlement import recourse
from .services.settlement.invoicing import PURPOSE


def register_words() -> None:
    """Announce them; called once at start."""
    register_purpose(PURPOSE, _("拍卖账单"), order_path, invoice_facts)
    register_purpose(deposit_money.PURPOSE, _("竞买保证金"), registration_path, sale_facts)
    register_purpose(recourse.PURPOSE, _("付还撤销成交的款"), recourse_path)
    register_part(Purpose.SUSPENSE, _("追续权费"), "auctions:resale_rights", rights_waiting)
    for kind, words in {
        "settlement.release": _("成交放款"),
        "settlement.refund": _("成交退款"),
        "settlement.excess": _("多付的款"),
        "settlement.forfeit": _("违约款项结算"),
        "resale.named": _("追续权费认定"),
        "resale.taken_back": _("追续权费收回"),
        "recourse.booked": _("成交撤销，应付还的款"),
        "recourse.paid": _("付还撤销成交的款"),
        "deposit.applied": _("保证金抵作价款"),
        "deposit.kept": _("没收的保证金"),
    }.items():
        register_kind(kind, words)
    for memo, words in {
        "seller": _("委托人应得"),
        "house": _("拍卖企业应得"),
        "platform": _("平台服务费"),
        "tax": _("代扣税款"),
        "artist": _("追续权费"),
    }.items():
        register_memo(memo, words)


def order_path(payment: Any) -> str:
    """The order of the first lot on the invoice that a payment is for, or ""."""
    if not str(payment.subject_id).isdecimal():
        return ""
    rows = Settlement.objects.filter(invoice=int(payment.subject_id)).order_by("lot__number")
    first = rows.values_list("pk", flat=True).first()
    return reverse("auctions:order", args=[first]) if first else ""


def invoice_facts(payment: Any) -> list[tuple[str, str]]:
    """The house, the sale, the invoice, and what of it is still to be paid."""
    rows = Invoice.objects.select_related("sale__house").prefetch_related("settlements")
    invoice = rows.filter(pk=int(payment.subject_id)).first()
    if invoice is None:
        return []
    return [
        (gettext("拍卖企业"), invoice.sale.house.name),
        (gettext("拍卖会"), invoice.sale.display_title),
        (gettext("账单号"), invoice.number),
        (gettext("账单还应付"), str(sums_of(invoice).due)),
        (gettext("依据"), _cited(citations.ESCROW)),
    ]


def sale_facts(payment: Any) -> list[tuple[str, str]]:
    """The house and the sale of a deposit, and the paddle."""
    if payment.subject_kind != Deposit._meta.label_lower:
        return []
    rows = Deposit.objects.select_related("paddle__sale__house")
    paddle = rows.get(pk=int(payment.subject_id)).paddle
    return [
        (gettext("拍卖企业"), paddle.sale.house.name),
        (gettext("拍卖会"), paddle.sale.display_title),
        (gettext("号牌"), str(paddle.number)),
        (gettext("依据"), _cited(citations.DEPOSIT_RETURN)),
    ]


def _cited(rule: str) -> str:
    cited = rulebook.cite(rule)
    return joined([cited.title, cited.place])


def registration_path(payment: Any) -> str:
    """The registration for a sale that a deposit belongs to, or ""."""
    if payment.subject_kind != Deposit._meta.label_lower:
        return ""
    sale = Deposit.objects.values_list("paddle__sale", flat=True).get(pk=payment.subject_id)
    return reverse("auctions:register", args=[sale])


def recourse_path(payment: Any) -> str:
    """The order whose money is paid back, or ""."""
    rows = Recourse.objects.filter(pk=int(payment.subject_id)).values_list("settlement", flat=True)
    settlement = rows.first()
    return reverse("auctions:order", args=[settlement]) if settlement else ""
