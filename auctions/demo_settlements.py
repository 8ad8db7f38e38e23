"""Money of the demonstration district: a sale that is over, and its orders in every stage.

All through the services, with one exception: notice, hours and end of this sale are put back, since
the clock that decides is the database's and a sale is announced a week before it opens. Nothing is
kept in mind between two steps: each looks what stands, so a run that was cut off is completed.
"""

import csv
import io
from datetime import datetime, time, timedelta
from typing import Any

from appraisal.enums import ReportPurpose
from appraisal.services import condition
from artmarket.accounts.models import Organisation, User
from artmarket.accounts.services.parties import party_of_organisation
from artmarket.core import demo
from artmarket.core.clock import SHANGHAI, db_now, db_today
from artmarket.core.money import Money
from artmarket.core.territories import MAINLAND
from artmarket.ledger.engine.references import printed
from artmarket.ledger.models import Payment, Payout, Receipt, StatementLine
from artmarket.ledger.payments.enums import OutgoingState
from artmarket.ledger.services.bank import import_statement
from artmarket.ledger.services.desk import record_at_desk
from artmarket.ledger.services.payments import start_payment
from catalog.models import Work

from .demo import ADMIN, HOUSE, _fill
from .enums import LIVE_LOTS, LotState, PaddleState, SaleState
from .models import Invoice, Lot, Paddle, Sale, Settlement
from .selectors.house import newest_conditions
from .services import closing, paddles, sales
from .services.bidding import BidRequest, place_bid
from .services.sales import SaleTerms
from .services.settlement import claims, handing_over, invoicing, releasing
from .services.settlement.money import take_in
from .settlement_enums import ClaimKind, SettlementState

TITLE = "秋季小品专场"
COLLECTOR, MUSEUM, LENDER = "collector", "museum", "lender"
BUYERS = (COLLECTOR,) * 7 + (MUSEUM, LENDER)
"""Who buys lot 1, 2, 3 …; the buyer before him in this list bids against him."""
LATE = 7  # the hammer of this lot falls after the first invoice: its buyer has a second one
STAGES = {
    1: SettlementState.CLOSED, 2: SettlementState.RELEASED, 3: SettlementState.DELIVERED,
    4: SettlementState.CLAIMED, 5: SettlementState.DISPATCHED, 6: SettlementState.HELD,
    7: SettlementState.INVOICED, 8: SettlementState.PART_PAID, 9: SettlementState.HELD,
}  # fmt: skip
"""How the settlement of each lot stands at the end."""
LEFT = tuple(n for n, stage in STAGES.items() if n <= 5)
CLAIM = "画心右下角有一道新的折痕，拍品页的品相说明里没有提到。演示数据。"
ANSWER = "发运前双方签字的状况报告没有这道折痕，请承运人一并说明。演示数据。"
COLUMNS = ("记账日期", "收入金额", "支出金额", "对方户名", "附言", "流水号", "币种", "账号")
OWN_ACCOUNT = "DEMO-0001"


def load(stage: demo.Stage) -> None:
    """Make what is missing."""
    house = Organisation.objects.filter(slug=HOUSE).first()
    people = {
        key: User.objects.filter(email=demo.address(key)).first()
        for key in (ADMIN, "operator", "registrar", *BUYERS)
    }
    if house is None or None in people.values() or newest_conditions(house) is None:
        return
    cast: Any = people
    sale = _hold(cast, house)
    if sale is None:
        return
    _pay(cast, sale)
    _hand_over(cast, sale)
    _pay_out(cast, sale)
    orders = Settlement.objects.filter(lot__sale=sale)
    stage.say(f"settlements: {orders.count()}, payments: {Payment.objects.count()}")


def is_loaded() -> bool:
    """Whether an earlier run came to its end."""
    first = Settlement.objects.filter(lot__sale__title=TITLE, lot__number=1)
    return first.filter(state=SettlementState.CLOSED).exists()


# ------------------------------------------------------------------ the sale


def _hold(people: dict[str, User], house: Organisation) -> Sale | None:
    """The sale with its bids and hammers, and an invoice for each buyer; None: too few works."""
    boss = people[ADMIN]
    sale = house.sales.filter(title=TITLE).first() or sales.create_sale(
        actor=boss, house_id=house.pk, terms=_terms()
    )
    if sale.state == SaleState.DRAFT:
        _fill(boss, house, sale, len(BUYERS))
        if sale.lots.exclude(state=LotState.WITHDRAWN).count() < len(BUYERS):
            return None
        sales.change_sale(actor=boss, sale_id=sale.pk, terms=_terms())
        sale = sales.announce_sale(actor=boss, sale_id=sale.pk)
    if sale.state == SaleState.ANNOUNCED:
        _put_back(sale)
        _bid(people, sale)
        _let_fall(sale, [n for n in STAGES if n != LATE])
        _invoice(boss, sale)
        _let_fall(sale, [LATE])
        closing.end_sale(sale_id=sale.pk)
    _invoice(boss, sale)
    return sale


def _terms() -> SaleTerms:
    """What the law asks of a sale that is announced today."""
    day = db_today()
    return SaleTerms(
        title=TITLE, title_en="Small works, autumn",
        description="已经结束：账单、付款、交付和异议都在办。演示数据。",
        description_en="Over; its invoices, payments, deliveries and claims are under way. "
        "Demonstration data.",
        place="潍坊市高新区健康东街，鸢风拍卖行", storage="district-100", notice_on=day,
        viewing_from=day + timedelta(days=6), viewing_until=day + timedelta(days=9),
        opens_at=datetime.combine(day + timedelta(days=10), time(10), tzinfo=SHANGHAI),
        closes_at=datetime.combine(day + timedelta(days=12), time(20), tzinfo=SHANGHAI),
    )  # fmt: skip


def _put_back(sale: Sale) -> None:
    """As if the notice had stood three weeks ago: bidding is open, all lots end in an hour."""
    now, day = db_now(), db_today()
    ends_at = now + timedelta(hours=1)
    Sale.objects.filter(pk=sale.pk).update(
        notice_on=day - timedelta(days=21), viewing_from=day - timedelta(days=9),
        viewing_until=day - timedelta(days=6), opens_at=now - timedelta(days=2), closes_at=ends_at,
    )  # fmt: skip
    Lot.objects.filter(sale=sale, state__in=LIVE_LOTS).update(first_end=ends_at, ends_at=ends_at)
    sale.refresh_from_db()


def _bid(people: dict[str, User], sale: Sale) -> None:
    """The buyer of each lot bids its low estimate; somebody else had begun."""
    own = {key: _paddle(people, sale, key) for key in dict.fromkeys(BUYERS)}
    for lot in sale.lots.filter(state__in=LIVE_LOTS).order_by("number"):
        buyer = BUYERS[lot.number - 1]
        rival = next(key for key in (LENDER, COLLECTOR) if key != buyer)
        assert lot.opening_minor and lot.estimate_low_minor  # noqa: S101 - the house's terms
        for key, amount in ((rival, lot.opening_minor), (buyer, lot.estimate_low_minor)):
            request = BidRequest(
                people[key], own[key].pk, amount, sale.currency, f"demo-{lot.pk}-{own[key].pk}",
                is_confirmed=True,
            )  # fmt: skip
            place_bid(actor=people[key], lot_id=lot.pk, request=request)


def _paddle(people: dict[str, User], sale: Sale, key: str) -> Paddle:
    """The museum bids in its own name, the others in theirs."""
    user, party_id = people[key], None
    if key == MUSEUM:
        party_id = party_of_organisation(Organisation.objects.get(slug="baifeng-museum")).pk
    paddle = sale.paddles.filter(user=user).first() or paddles.register_paddle(
        actor=user, sale_id=sale.pk, conditions_id=sale.conditions_id, party_id=party_id
    )
    if paddle.state == PaddleState.PENDING:
        paddle = paddles.decide_paddle(
            actor=people[ADMIN], paddle_id=paddle.pk, state=PaddleState.APPROVED
        )
    return paddle


def _let_fall(sale: Sale, numbers: list[int]) -> None:
    """Their time is over now."""
    now = db_now()
    live = sale.lots.filter(number__in=numbers, state__in=LIVE_LOTS)
    keys = list(live.values_list("pk", flat=True))
    live.update(first_end=now, ends_at=now)
    Sale.objects.filter(pk=sale.pk).update(closes_at=now)
    for key in keys:
        closing.close_lot(lot_id=key)


def _invoice(boss: User, sale: Sale) -> None:
    """Everybody who bought something gets an invoice for what stands on none."""
    for paddle in sale.paddles.filter(won__state=LotState.SOLD).distinct().order_by("number"):
        invoicing.issue_invoice(actor=boss, sale_id=sale.pk, paddle_id=paddle.pk)


# ------------------------------------------------------------------ money in


def _pay(people: dict[str, User], sale: Sale) -> None:
    """A transfer by the bank's statement, a part seen on the account, cash at the desk."""
    rows = {row.lot.number: row for row in Settlement.objects.filter(lot__sale=sale)}
    by_bank = _ask(people[COLLECTOR], rows[1].invoice, "bank")
    _take_statements(people["operator"], by_bank)
    whole = _ask(people[COLLECTOR], rows[LATE].invoice, "bank")
    part = _ask(people[MUSEUM], rows[8].invoice, "bank")
    cash = _ask(people[LENDER], rows[9].invoice, "desk")
    _at_desk(people["operator"], part, part.amount_minor * 4 // 1000 * 100, "演示-0807", "bank")
    _at_desk(people["operator"], cash, cash.amount_minor, "演示-0808", "desk")
    for payment in (by_bank, whole, part, cash):
        take_in(Payment.objects.get(pk=payment.pk))


def _ask(buyer: User, invoice: Invoice, gateway: str) -> Payment:
    """What the buyer chose on his order's page."""
    payment = invoicing.payments_of(invoice).order_by("pk").first() or invoicing.pay_invoice(
        actor=buyer, invoice_id=invoice.pk, gateway=gateway, key="demo"
    )
    return start_payment(payment_id=payment.pk)


def _at_desk(operator: User, payment: Payment, amount: int, number: str, gateway: str) -> None:
    if not Receipt.objects.filter(gateway=gateway, reference=number).exists():
        record_at_desk(
            actor=operator, payment_id=payment.pk, amount_minor=amount, receipt_number=number,
            is_cash=gateway == "desk", payer_name=payment.party.name,
        )  # fmt: skip


def _take_statements(operator: User, payment: Payment) -> None:
    """One line is the collector's payment, one names no payment and waits for a person."""
    lines: list[tuple[Any, ...]] = []
    if not payment.received_minor:
        words = printed(payment.reference)
        lines += [(db_today(), payment.amount_minor, payment.party.name, words, "演示LS1")]
    if not StatementLine.objects.filter(bank_reference="演示LS2").exists():
        lines += [(db_today(), 1200_00, "匿名汇款人（演示）", "画款", "演示LS2")]
    if lines:
        import_statement(actor=operator, raw=_statement(lines))


def _statement(lines: list[tuple[Any, ...]]) -> bytes:
    """A bank's file: day, amount (negative: out), the other's name, words, the bank's number."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for day, amount, name, words, number in lines:
        figure = str(Money(abs(amount)).amount)
        sides = (figure, "") if amount > 0 else ("", figure)
        writer.writerow([day.isoformat(), *sides, name, words, number, "CNY", OWN_ACCOUNT])
    return buffer.getvalue().encode()


# ------------------------------------------------------------------ the work


def _hand_over(people: dict[str, User], sale: Sale) -> None:
    """Each of these lots as far as its stage says."""
    boss, buyer = people[ADMIN], people[COLLECTOR]
    for row in Settlement.objects.filter(lot__sale=sale, lot__number__in=LEFT).order_by("pk"):
        goal = STAGES[row.lot.number]
        if row.state == SettlementState.HELD:
            _examine(people["registrar"], boss, row.lot.work)
            row = handing_over.record_dispatch(
                actor=boss, settlement_id=row.pk, shipment=_shipment(row)
            )
        if row.state == SettlementState.DISPATCHED and goal != SettlementState.DISPATCHED:
            row = handing_over.record_delivery(
                actor=boss, settlement_id=row.pk, proof=f"签收单{row.invoice.number}"
            )
        if row.state == SettlementState.DELIVERED and goal == SettlementState.CLAIMED:
            claim = claims.raise_claim(
                actor=buyer, settlement_id=row.pk, kind=ClaimKind.CONDITION, words=CLAIM
            )
            claims.answer_claim(actor=boss, claim_id=claim.pk, words=ANSWER)
        elif row.state == SettlementState.DELIVERED and goal != SettlementState.DELIVERED:
            handing_over.accept_lot(actor=buyer, settlement_id=row.pk)


def _shipment(row: Settlement) -> handing_over.Shipment:
    return handing_over.Shipment(
        carrier="演示物流", tracking=f"DEMO{row.pk:06}", insured_minor=row.total_minor,
        policy=f"演示保单{row.pk:04}", sent_from=MAINLAND, sent_to=MAINLAND,
    )  # fmt: skip


def _examine(registrar: User, boss: User, work: Work) -> None:
    """The condition report with which the work leaves, signed by examiner and house."""
    report = work.condition_reports.filter(purpose=ReportPurpose.OUTGOING).first()
    if report is None:
        report = condition.start_report(
            actor=registrar, work_id=work.pk, purpose=ReportPurpose.OUTGOING, carry=False
        )
    if report.is_draft:
        condition.save_facts(
            actor=registrar, report_id=report.pk,
            facts=condition.Facts(
                db_today(), "鸢风拍卖行库房", "日光，另用侧光", "十倍放大镜，直尺", "good",
                "正面完好，背面有轻微的搬运旧痕。演示数据。",
                "Front sound, slight old handling marks on the back. Demonstration data.",
                boss.email,
            ),
        )  # fmt: skip
        report = condition.close_report(actor=registrar, report_id=report.pk)
    for signer in (registrar, boss):
        if not report.signatures.filter(signer=signer).exists():
            condition.sign_handover(actor=signer, report_id=report.pk, digest=report.digest)


# ------------------------------------------------------------------ money out


def _pay_out(people: dict[str, User], sale: Sale) -> None:
    """Two lots are shared out; the bank's statement shows that the first one's parts were sent."""
    rows = Settlement.objects.filter(lot__sale=sale, state=SettlementState.ACCEPTED)
    for row in rows.order_by("lot__number"):
        releasing.release_settlement(actor=None, settlement_id=row.pk)
    first = Settlement.objects.get(lot__sale=sale, lot__number=1)
    own = Payout.objects.filter(
        subject_kind=Settlement._meta.label_lower, subject_id=str(first.pk)
    ).select_related("party")  # fmt: skip
    lines = [
        (db_today(), -out.amount_minor, out.party.name, printed(out.reference), f"演示FK{out.pk}")
        for out in own.exclude(state=OutgoingState.DONE).order_by("pk")
    ]
    if lines:
        import_statement(actor=people["operator"], raw=_statement(lines))
    releasing.close_settlement(settlement_id=first.pk)
