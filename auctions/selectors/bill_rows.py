"""The lines of a bill as pages and papers show them: words, rate, rule, amount.

One reading for the order's page, the seller's page and the PDFs of both; the amounts are those that
the settlement keeps. Auction rules §3 to §5 and §12.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import Text
from artmarket.core.money import Money

from .. import citations, rule_books, wording
from ..engine import bills
from ..engine.fees import PremiumTerms
from ..models import Invoice, Sale, Settlement
from ..settlement_enums import ENDED_SETTLEMENTS
from .costs import Costs
from .statements import costs_of_buyer

RULES: Final[Mapping[bills.Code, str]] = {
    "hammer": citations.CONFIRMATION,
    "premium": citations.CONFIRMATION,
    "vat_within": citations.VAT,
    "vat": citations.VAT,
    "overhead": citations.CONFIRMATION,
    "royalty": citations.RESALE_RIGHT,
    "platform": citations.PLATFORM_FEE,
    "storage": citations.STORAGE,
    "commission": citations.COMMISSION_CAP,
    "success": citations.COMMISSION_CAP,
    "guarantee": citations.COMMISSION_CAP,
    "tax": citations.INCOME_TAX_GAIN,
    "reduction": citations.CLAIMS,
}
"""The rule by which a line is there; what the parties agreed to stands in their contract."""

_OF_HAMMER: Final = ("premium", "overhead", "platform", "royalty", "commission", "guarantee", "tax")


@dataclass(frozen=True, slots=True)
class BillRow:
    """One line: `rate` in words or "", `rule` its id or "", `is_sum` for sums."""

    label: Text
    money: Money
    rate: str = ""
    rule: str = ""
    is_sum: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceSums:
    """What a whole invoice comes to; what was cancelled or undone is owed no more."""

    total: Money
    paid: Money
    due: Money


def rows_of(costs: Costs, sale: Sale) -> list[BillRow]:
    """The lines of a bill of a lot of this sale."""
    terms = rule_books.premium(sale.premium_id, rule_books.parts_of(sale.currency))
    return [
        BillRow(
            line.label, line.money, _rate(line.code, line.money.minor, costs, terms),
            RULES.get(line.code, ""), code=line.code,
        )
        for line in costs.lines
    ]  # fmt: skip


def buyer_rows(row: Settlement) -> list[BillRow]:
    """The lines of the buyer's bill, what came in for it, and what went back; sums are marked."""
    costs = costs_of_buyer(row)
    later = [
        BillRow(_("已退"), Money(row.refunded_minor + row.compensated_minor, row.currency)),
        BillRow(_("托管中"), Money(row.held_minor, row.currency), is_sum=True),
    ]
    return [
        *rows_of(costs, row.lot.sale),
        BillRow(_("应付合计，不含运费"), costs.total, is_sum=True),
        BillRow(_("已付"), Money(row.paid_minor, row.currency)),
        *(line for line in later if line.money.minor),
    ]


def sums_of(invoice: Invoice) -> InvoiceSums:
    """The sums over the lots of an invoice that stand."""
    rows = [row for row in invoice.settlements.all() if row.state not in ENDED_SETTLEMENTS]
    total, paid, due = (
        Money(sum(getattr(row, name) for row in rows), invoice.currency)
        for name in ("total_minor", "paid_minor", "owed_minor")
    )
    return InvoiceSums(total, paid, due)


def _rate(code: bills.Code, amount: int, costs: Costs, terms: PremiumTerms) -> str:
    """The share of the hammer price that a line is, in hundredths of a percent; VAT as its rate."""
    if code == "vat_within" and terms.vat_included is not None:
        return wording.percent(terms.vat_included)
    if code == "vat" and terms.vat_on_top is not None:
        return wording.percent(terms.vat_on_top)
    hammer = costs.hammer.minor
    if code not in _OF_HAMMER or not amount or not hammer:
        return ""
    exact = Decimal(abs(amount)) * 100 / hammer
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}%"
