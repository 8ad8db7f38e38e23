"""What stands on the invoice and on the seller's statement, in the language of the reader."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket import rulebook
from artmarket.accounts import gates
from artmarket.accounts.enums import LicenceKind
from artmarket.accounts.models import Organisation
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.money import Money
from artmarket.core.punctuation import bracketed, joined
from artmarket.ledger.engine.references import printed
from artmarket.ledger.models import Payment

from .. import citations, rule_books
from ..models import Consignment, Invoice, Lot
from ..selectors.bill_rows import BillRow, buyer_rows, rows_of, sums_of
from ..selectors.rule_words import premium_rows
from ..selectors.statements import Statement, statements_of
from ..services.settlement.invoicing import payments_of

Pairs = tuple[tuple[str, str], ...]
INVOICE_RULES = (citations.CONFIRMATION, citations.ESCROW, citations.PAYMENT_DAYS)
STATEMENT_RULES = (citations.ESCROW, citations.INSPECTION_DAYS)


@dataclass(frozen=True, slots=True)
class BilledLot:
    """One lot with its lines, each as label, rate, rule and amount, sums marked."""

    title: str
    state: str
    lines: tuple[tuple[str, str, str, str, bool], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """All that is printed, in words; `kind` names the paper, `number` the one."""

    kind: str
    number: str
    language: str
    printed_at: datetime
    facts: Pairs
    lots: tuple[BilledLot, ...]
    sums: Pairs
    payments: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    rates: Pairs
    rules: Pairs


def invoice_paper(invoice: Invoice) -> Paper:
    """The invoice (成交确认书和账单) as it stands now; a number of queries that the lots don't
    change. Its sale with the house, its buyer and its paddle must be at hand."""
    sale = invoice.sale
    rows = list(
        invoice.settlements.select_related("lot__sale", "lot__work").order_by("lot__number")
    )
    lots = tuple(_billed(row.lot, buyer_rows(row), str(row.get_state_display())) for row in rows)
    sums = sums_of(invoice)
    premium = premium_rows(
        rule_books.premium(sale.premium_id, rule_books.parts_of(sale.currency)), sale.currency
    )
    return Paper(
        kind=_("成交确认书和账单"), number=invoice.number, language=get_language() or "zh-hans",
        printed_at=db_now(),
        facts=(
            *_house(sale.house),
            (_("买受人"), invoice.buyer.name),
            (_("拍卖会"), sale.display_title),
            (_("号牌"), str(invoice.paddle.number)),
            (_("账单号"), invoice.number),
            (_("开出日期"), _day(invoice.issued_at)),
            (_("付款期限"), _date(invoice.due_on)),
        ),
        lots=lots,
        sums=(
            (_("应付合计，不含运费"), str(sums.total)),
            (_("已付"), str(sums.paid)),
            (_("还应付"), str(sums.due)),
        ),
        payments=tuple(_payment(row) for row in payments_of(invoice).order_by("pk")),
        notes=tuple(_how_to_pay(invoice, sums.due)),
        rates=tuple(premium["rows"]),
        rules=_rules(INVOICE_RULES, lots_rules=[row for s in rows for row in buyer_rows(s)]),
    )  # fmt: skip


def statement_paper(row: Consignment) -> Paper:
    """The seller's statement (委托人结算单) of a consignment, as his page shows it now."""
    found = statements_of(row)
    return Paper(
        kind=_("委托人结算单"), number=str(row.pk), language=get_language() or "zh-hans",
        printed_at=db_now(),
        facts=(
            *_house(row.house),
            (_("委托人"), row.party.name),
            (_("作品"), row.work.display_title),
            (_("登记号"), row.work.number or "—"),
            (_("委托合同"), str(row.pk)),
        ),
        lots=tuple(_stated(one) for one in found),
        sums=(),
        payments=tuple(payout for one in found for payout in _payouts(one)),
        notes=(),
        rates=(),
        rules=_rules(STATEMENT_RULES, lots_rules=[row for one in found for row in _rows(one)]),
    )  # fmt: skip


def _billed(lot: Lot, rows: list[BillRow], state: str, notes: tuple[str, ...] = ()) -> BilledLot:
    title = _("第%(n)s件：%(title)s") % {"n": lot.number, "title": lot.work.display_title}
    lines = tuple(
        (str(row.label), row.rate, _place(row.rule), str(row.money), row.is_sum) for row in rows
    )
    return BilledLot(title, state, lines, notes)


def _stated(one: Statement) -> BilledLot:
    state = one.settlement.get_state_display() if one.settlement else one.lot.get_state_display()
    notes = [_("拍卖会：%(title)s") % {"title": one.lot.sale.display_title}]
    if one.settlement is None:
        notes.append(_("账单还没有开出，数字以账单为准。"))
    elif (tax := one.settlement.tax_minor) and (basis := _basis(one)):
        notes.append(
            _("代扣税款%(tax)s的依据：%(basis)s")
            % {"tax": Money(tax, one.settlement.currency), "basis": basis}
        )
    return _billed(one.lot, _rows(one), str(state), tuple(notes))


def _rows(one: Statement) -> list[BillRow]:
    if one.costs is None:
        return []
    total = BillRow(_("委托人得到"), one.costs.total, is_sum=True)
    return [*rows_of(one.costs, one.lot.sale), total]


def _basis(one: Statement) -> str:
    """What whoever withholds wrote last as the basis of the tax."""
    assert one.settlement is not None  # noqa: S101 - asked only with one
    step = one.settlement.steps.filter(kind="taxed").order_by("number").last()
    return str(step.data.get("basis", "")) if step else ""


def _payouts(one: Statement) -> list[tuple[str, ...]]:
    return [
        (
            payout.reference, payout.way, str(payout.money), str(payout.get_state_display()),
            _day(payout.done_at or payout.asked_at),
        )
        for payout in one.payouts
    ]  # fmt: skip


def _payment(row: Payment) -> tuple[str, ...]:
    return (
        printed(row.reference), row.way, str(row.money), str(row.received), row.standing,
    )  # fmt: skip


def _how_to_pay(invoice: Invoice, due: Money) -> list[str]:
    words = [_("价款由平台托管，到买受人验收为止。这份账单不是税务发票。")]
    if not due.minor:
        return words
    account = settings.BANK_ACCOUNT
    open_ones = [row for row in payments_of(invoice) if row.is_open]
    for row in open_ones:
        named = {"due": row.due, "reference": printed(row.reference)}
        words.append(_("待付%(due)s，付款编号%(reference)s。") % named)
    if not open_ones:
        words.append(_("在订单页选怎样付，就得到付款编号。"))
    if account:
        words.append(
            _("银行转账：%(account)s，在附言里写付款编号，由买受人本人的账户转账。")
            % {"account": account}
        )
    return words


def _house(house: Organisation) -> Pairs:
    """The name, with its licence to hold auctions, and the address."""
    licence = gates.licence_of(house, LicenceKind.AUCTION)
    is_english = get_language() == "en"
    name = (house.name_en if is_english else "") or house.name
    named = name + (bracketed(licence.number) if licence else "")
    rows = [(_("拍卖企业"), named), (_("地址"), house.address)]
    return tuple((label, words) for label, words in rows if words)


def _rules(always: tuple[str, ...], *, lots_rules: list[BillRow]) -> Pairs:
    """Each rule once: its title and where it stands."""
    ids = dict.fromkeys([*always, *(row.rule for row in lots_rules if row.rule)])
    cited = [rulebook.cite(rule) for rule in ids]
    return tuple((one.title, joined([one.place, one.rule_id])) for one in cited)


def _place(rule: str) -> str:
    return rulebook.cite(rule).place if rule else ""


def _day(at: datetime) -> str:
    return _date(at.astimezone(SHANGHAI).date())


def _date(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
