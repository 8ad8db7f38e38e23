"""The receipt of one arrival of money, as its reader gets it on paper.

It says what came, when, by which way, for what, and what is still to come. Nothing is stored: the
arrival itself is append-only.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.money import Money
from artmarket.core.punctuation import joined
from artmarket.core.sheets import SMALL, Sheets

from ..engine.references import printed
from ..models import Payment, Receipt
from ..wording import cause_facts


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """What is printed: `remaining` is what was still to come of the payment after this arrival."""

    number: str
    amount: Money
    remaining: Money
    facts: tuple[tuple[str, str], ...]
    printed_at: datetime


def receipt_of(payment: Payment, row: Receipt) -> ReceiptPaper:
    """Read the receipt of an arrival, in the language of the reader.

    `payment` is one from `with_refunds`, with its party at hand. What was too much is in suspense,
    and no part of what was received for it.
    """
    until = payment.receipts.filter(pk__lte=row.pk)
    came = until.aggregate(sum=Sum("credited_minor"))["sum"] or 0
    number = f"{printed(payment.reference)}-{until.count()}"
    remaining = Money(payment.amount_minor - came, payment.currency)
    return ReceiptPaper(
        number, row.credited, remaining, tuple(_facts(payment, row, number, remaining)), db_now()
    )


def _facts(payment: Payment, row: Receipt, number: str, remaining: Money) -> list[tuple[str, str]]:
    way = joined([row.way, _("现金")]) if row.is_cash else row.way
    facts = [
        (_("收据号"), number),
        (_("收款人"), settings.OPERATOR_NAME or str(settings.SITE_NAME)),
        (_("付款人"), payment.party.name),
        (_("收到日期"), date_format(row.received_on, "DATE_FORMAT")),
        (_("收到金额"), str(row.credited)),
        (_("渠道"), way),
        (_("收款凭证"), row.reference),
        (_("用途"), payment.cause),
        *cause_facts(payment),
        (_("付款编号"), printed(payment.reference)),
        (_("这笔付款还应付"), str(remaining)),
    ]
    rest = row.amount_minor - row.credited_minor
    if rest:
        facts.append((_("多收待查"), str(Money(rest, row.currency))))
    if payment.refunded_minor:
        facts.append((_("这笔付款已退"), str(payment.refunded)))
    return facts


def pdf_of(paper: ReceiptPaper) -> bytes:
    """The receipt on A4."""
    title = _("收据%(number)s") % {"number": paper.number}
    sheets = Sheets(
        title=title, foot=title, pages=_("第{n}页，共{all}页"),
        language="en" if get_language() == "en" else "zh-CN",
    )  # fmt: skip
    sheets.set_creation_date(paper.printed_at)
    sheets.heading(_("收据"), size=20)
    sheets.text_line(str(paper.amount), size=16)
    sheets.ln(2)
    sheets.grid((), paper.facts, (24, 76))
    sheets.ln(2)
    at = paper.printed_at.astimezone(SHANGHAI)
    sheets.text_line(
        _("打印时间：%(at)s，北京时间。这份收据不是税务发票。") % {"at": f"{at:%Y-%m-%d %H:%M}"},
        size=SMALL, grey=True,
    )  # fmt: skip
    return bytes(sheets.output())
