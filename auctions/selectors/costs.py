"""What a lot costs its buyer and brings its seller; every page and answer asks here.

The amounts are made by `engine.bills` from the rule sets that the sale keeps and from what the
consignor agreed to. Auction rules §3 to §5 and §12.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.core.clock import SHANGHAI, today
from artmarket.core.money import Money
from catalog import selectors as catalogue

from .. import citations, money_rules, rule_books
from ..engine import bills, fees, seller_fees, storage, taxes
from ..engine.bills import NO_EXTRAS, Bill, BuyerTerms, Extras, ResaleTerms
from ..engine.seller_fees import SellerTerms
from ..enums import BidResult, LotMark, RuleKind
from ..models import Bid, Consignment, Lot, RuleSet, Sale

LABELS: Final[Mapping[bills.Code, str | Promise]] = {
    "hammer": _("落槌价"),
    "premium": _("买受人佣金"),
    "vat_within": _("佣金里的增值税"),
    "overhead": _("管理费"),
    "vat": _("佣金的增值税"),
    "royalty": _("追续权费"),
    "platform": _("平台服务费"),
    "shipping": _("运费"),
    "insurance": _("保险费"),
    "storage": _("保管费"),
    "early": _("提前付清减收"),
    "commission": _("委托人佣金"),
    "success": _("超过估价的加收佣金"),
    "guarantee": _("保底费"),
    "rebate": _("返还的买受人佣金"),
    "tax": _("代扣个人所得税"),
    "reduction": _("异议减价"),
}


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of a bill in words. `counts` False: it stands within another line."""

    code: bills.Code
    label: str | Promise
    money: Money
    counts: bool


@dataclass(frozen=True, slots=True)
class Costs:
    """A bill in the currency of its sale."""

    bill: Bill
    currency: str

    @property
    def lines(self) -> list[CostLine]:
        """Every line in its order."""
        return [
            CostLine(line.code, LABELS[line.code], self._money(line.amount), line.counts)
            for line in self.bill.lines
        ]

    @property
    def hammer(self) -> Money:
        return self._money(self.bill.of("hammer"))

    @property
    def premium(self) -> Money:
        return self._money(self.bill.of("premium"))

    @property
    def overhead(self) -> Money:
        return self._money(self.bill.of("overhead"))

    @property
    def of_house(self) -> Money:
        """What the house takes of the buyer: premium, overhead and the VAT on them (拍卖法 39)."""
        return self._money(self.bill.of(*bills.HOUSE_LINES))

    @property
    def total(self) -> Money:
        """All that a buyer pays, or all that a seller gets."""
        return self._money(self.bill.total)

    def _money(self, minor: int) -> Money:
        return Money(minor, self.currency)


# ------------------------------------------------------------------ the buyer


def buyer_terms(sale: Sale, *, lot: Lot | None = None) -> BuyerTerms:
    """What a buyer of a sale pays by; `lot` says whose resale right ended."""
    return BuyerTerms(
        rule_books.premium(sale.premium_id, rule_books.parts_of(sale.currency)),
        rule_books.platform_of(sale),
        resale_terms(sale, lot=lot),
    )


def resale_terms(sale: Sale, *, lot: Lot | None = None) -> ResaleTerms | None:
    """The resale right that is charged in a sale: none in mainland China, so none by default.

    Where the rule is switched on, the published scheme of the sale's currency holds, and a work
    whose makers are dead for longer than the term is free.
    """
    day = sale.announced_at.astimezone(SHANGHAI).date() if sale.announced_at else today()
    if not rulebook.get(citations.RESALE_RIGHT, on=day):
        return None
    rows = RuleSet.objects.filter(kind=RuleKind.RESALE, currency=sale.currency)
    row = rows.order_by("valid_from", "version").last()
    if row is None or (lot is not None and _is_free_of_resale(lot, day)):
        return None
    return ResaleTerms(rule_books.resale(row.pk, rule_books.parts_of(sale.currency)))


def _is_free_of_resale(lot: Lot, day: date) -> bool:
    """Every maker is known and his term is over."""
    term = money_rules.resale_limits(on=day).term_years
    deaths = [link.artist.death_year for link in catalogue.makers(lot.work)]
    return bool(deaths) and all(
        year is not None and fees.is_term_over(year, day.year, term_years=term) for year in deaths
    )


def buyer_costs(
    sale: Sale, hammer: int, *, lot: Lot | None = None, has_priority: bool = False
) -> Costs:
    """The all-in cost at a hammer price, before shipping, for a bidder with or without priority."""
    terms = buyer_terms(sale, lot=lot)
    return Costs(bills.buyer_bill(hammer, terms, has_priority=has_priority), sale.currency)


def buyer_bill_of(lot: Lot, *, paid_on: date | None = None, extras: Extras = NO_EXTRAS) -> Bill:
    """The bill of the buyer of a sold lot, for the invoice.

    `paid_on` is the day of payment in Shanghai, for a house that rebates early payment; without it
    the full rate holds. The lot's sale and winner must be at hand. Raises ValueError if not sold.
    """
    if lot.hammer_minor is None or lot.closed_at is None or lot.winner_id is None:
        raise ValueError("the lot is not sold")
    days = None
    if paid_on is not None:
        days = (paid_on - lot.closed_at.astimezone(SHANGHAI).date()).days
    return bills.buyer_bill(
        lot.hammer_minor,
        buyer_terms(lot.sale, lot=lot),
        has_priority=has_priority(lot, lot.winner_id),
        paid_after_days=days,
        extras=extras,
    )


def storage_due(lot: Lot, *, until: date) -> int:
    """What keeping a sold lot costs until a day, in the smallest unit of the sale."""
    if lot.closed_at is None:
        raise ValueError("the lot is not over")
    days = (until - lot.closed_at.astimezone(SHANGHAI).date()).days
    return storage.charge(rule_books.storage_of(lot.sale), days)


# ------------------------------------------------------------------ the priority rate


def has_priority(lot: Lot, paddle_id: int | None) -> bool:
    """Whether a paddle bid the low estimate early enough for the priority rate of its house.

    Every accepted bid from before the opening is a written one. No query where there is no such
    rate.
    """
    return paddle_id is not None and bool(_early(lot.sale, lot_id=lot.pk, paddle_id=paddle_id))


def priority_lots(sale: Sale) -> frozenset[int]:
    """The lots of a sale whose winner pays the priority rate; at most one query."""
    return _early(sale, paddle_id=F("lot__winner"))


def _early(sale: Sale, **chosen: object) -> frozenset[int]:
    table = rule_books.premium(sale.premium_id, rule_books.parts_of(sale.currency))
    if not table.priority or sale.opens_at is None:
        return frozenset()
    notice = money_rules.priority_notice(on=sale.opens_at.astimezone(SHANGHAI).date())
    rows = Bid.objects.filter(
        lot__sale=sale, result=BidResult.ACCEPTED, void__isnull=True, **chosen
    ).values_list("lot_id", "lot__estimate_low_minor", "received_at", "maximum_minor")
    return frozenset(
        lot_id
        for lot_id, low, at, maximum in rows
        if low is not None
        and maximum is not None
        and fees.has_priority(
            [fees.WrittenBid(at, maximum)],
            low_estimate=low,
            sale_start=sale.opens_at,
            notice=notice,
        )
    )


# ------------------------------------------------------------------ the seller


def seller_terms(row: Consignment) -> SellerTerms:
    """What the consignor agreed to: a schedule, or one rate. Without either the law's cap holds."""
    if row.schedule_id is not None:
        return rule_books.seller(row.schedule_id, rule_books.parts_of(row.currency))
    if row.commission_pct is None:
        return seller_fees.flat(money_rules.percent_of(citations.COMMISSION_CAP))
    return seller_fees.flat(Fraction(row.commission_pct))


def seller_commission(row: Consignment, hammer: int) -> int:
    """The commission alone, as a buyer in default owes it (拍卖法 39)."""
    return seller_fees.commission(seller_terms(row), hammer)


def seller_bill_of(lot: Lot, *, tax: int | None = None) -> Bill:
    """What the consignor of a sold lot gets; `tax` is a proposal of `tax_proposal`, if withheld.

    The lot's sale and consignment must be at hand. Raises ValueError if not sold.
    """
    if lot.hammer_minor is None:
        raise ValueError("the lot is not sold")
    return _seller_bill(lot.hammer_minor, lot.consignment, lot.estimate_high_minor, lot, tax)


def seller_costs(row: Consignment, hammer: int) -> Costs:
    """What a consignor would get at a hammer price, before the sale is known and without tax."""
    return Costs(_seller_bill(hammer, row, row.estimate_high_minor, None, None), row.currency)


def _seller_bill(
    hammer: int, row: Consignment, high: int | None, lot: Lot | None, tax: int | None
) -> Bill:
    unit = rule_books.parts_of(row.currency)
    sale = lot.sale if lot else None
    return bills.seller_bill(
        hammer,
        seller_terms(row),
        high_estimate=high,
        premium=rule_books.premium(sale.premium_id, unit) if sale else None,
        is_guaranteed=lot is not None and LotMark.GUARANTEED in lot.symbols,
        platform=rule_books.platform_of(sale) if sale else None,
        resale=resale_terms(sale, lot=lot) if sale else None,
        tax=tax,
    )


def tax_proposal(
    lot: Lot, case: taxes.IncomeCase, *, cost: int = 0, other_expenses: int = 0
) -> int | None:
    """The income tax that could be withheld from a person's sale in yuan; None in other currencies.

    Where the gain is taxed, the fees of the sale are expenses besides `other_expenses`. Whoever
    withholds decides; nothing is withheld by itself.
    """
    if lot.sale.currency != "CNY" or lot.hammer_minor is None or lot.closed_at is None:
        return None
    fees_of_sale = lot.hammer_minor - seller_bill_of(lot).total
    return taxes.income_tax(
        money_rules.income_rates(on=lot.closed_at.astimezone(SHANGHAI).date()),
        case,
        sale=lot.hammer_minor,
        cost=cost,
        expenses=max(fees_of_sale, 0) + other_expenses,
    )
