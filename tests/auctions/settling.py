"""Settlements for the tests, made through the services; money comes by the books' own door."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace

from django.db import transaction

from artmarket.core.clock import db_now
from artmarket.ledger.audit import audit
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Payment, Payout, Refund
from artmarket.ledger.services import outgoing
from artmarket.ledger.services.payments import note_received
from artmarket.ledger.services.posting import Leg, post
from auctions.audit import audit_lots
from auctions.models import RuleSet, Settlement
from auctions.services.settlement.claims import answer_claim, raise_claim
from auctions.services.settlement.handing_over import (
    Shipment,
    accept_lot,
    record_delivery,
    record_dispatch,
)
from auctions.services.settlement.invoicing import issue_invoice, pay_invoice
from auctions.services.settlement.money import take_in
from auctions.services.settlement.releasing import release_settlement
from auctions.settlement_audit import escrow_faults
from tests.appraisal.conditions import handed_over
from tests.auctions.aftermath import closed, sold
from tests.auctions.factories import begun, bid, bidder, fresh
from tests.factories import UserFactory

_numbers = count(1)
TOTAL = 2990_00  # the hammer at 2,600 yuan and 15 % of it
HAMMER, PREMIUM, COMMISSION = 2600_00, 390_00, 130_00


def platform(buyer: str = "0", seller: str = "0") -> RuleSet:
    """A new version of the platform's fee."""
    last = RuleSet.objects.newest("platform", "district")
    return RuleSet.objects.create(
        kind="platform", name="district", version=last.version + 1, house="District",
        source="test", sureness="project", body={"buyer_pct": buyer, "seller_pct": seller},
    )  # fmt: skip


def invoiced(**changes) -> SimpleNamespace:
    """A sold lot on an invoice: `row` the settlement, `buyer` who bid, `boss` of the house."""
    made = sold(**changes)
    return _invoiced(made)


def _invoiced(made) -> SimpleNamespace:
    made.paddle, made.buyer = made.people[0], made.people[0].user
    made.seller = made.lot.consignor.user
    made.operator = UserFactory(operator=True)
    made.invoice = issue_invoice(
        actor=made.boss, sale_id=made.sale.pk, paddle_id=made.paddle.pk
    )  # fmt: skip
    made.row = made.invoice.settlements.get(lot=made.lot)
    return made


def invoiced_lots(amounts) -> SimpleNamespace:
    """Several lots that one bidder bought, on one invoice; `rows` in the order of the lots."""
    sale = begun(lots=len(amounts))
    paddle, other = bidder(sale), bidder(sale)
    lots = list(sale.lots.order_by("number"))
    for lot, amount in zip(lots, amounts, strict=True):
        assert bid(lot, other, amount - 100).is_accepted
        assert bid(lot, paddle, amount + 1000).is_accepted
    closed(sale)
    made = SimpleNamespace(
        sale=sale, boss=sale.house.boss, people=[paddle, other], lot=fresh(lots[0])
    )
    _invoiced(made)
    made.rows = list(made.invoice.settlements.order_by("lot__number"))
    return made


def pay(made, amount=None, *, tells=True, gateway="bank") -> Payment:
    """The buyer pays an amount (all that is owed), and the books tell of it."""
    n = next(_numbers)
    payment = pay_invoice(
        actor=made.buyer, invoice_id=made.invoice.pk, gateway=gateway, key=f"k{n}",
        amount_minor=amount,
    )  # fmt: skip
    note_received(
        payment_id=payment.pk, amount_minor=payment.amount_minor, gateway_reference=f"R{n}"
    )
    if tells:
        take_in(Payment.objects.get(pk=payment.pk))
    made.row.refresh_from_db()
    return Payment.objects.get(pk=payment.pk)


def paid(**changes) -> SimpleNamespace:
    """The same, paid in full."""
    made = invoiced(**changes)
    made.payment = pay(made)
    return made


def shipment(**changes) -> Shipment:
    values = {"carrier": "顺丰", "tracking": "SF1", "insured_minor": TOTAL, "policy": "P1",
              "sent_from": "CN", "sent_to": "CN"}  # fmt: skip
    return Shipment(**(values | changes))


def dispatched(**changes) -> SimpleNamespace:
    """The same, with a carrier."""
    made = paid(**changes)
    handed_over(made.lot.work, purpose="outgoing", examined_on=db_now().date())
    record_dispatch(actor=made.boss, settlement_id=made.row.pk, shipment=shipment())
    return made


def delivered(**changes) -> SimpleNamespace:
    """The same, with the buyer, who may claim."""
    made = dispatched(**changes)
    made.row = record_delivery(actor=made.boss, settlement_id=made.row.pk, proof="签收单")
    return made


def accepted(**changes) -> SimpleNamespace:
    made = delivered(**changes)
    made.row = accept_lot(actor=made.buyer, settlement_id=made.row.pk)
    return made


def released(**changes) -> SimpleNamespace:
    made = accepted(**changes)
    made.row = release_settlement(actor=None, settlement_id=made.row.pk)
    return made


def claimed(kind="condition", after=delivered) -> SimpleNamespace:
    """A claim that the house has answered: `claim`, on a delivered lot unless it is said."""
    made = after()
    made.claim = raise_claim(
        actor=made.buyer, settlement_id=made.row.pk, kind=kind, words="画心有新裂。"
    )
    made.claim = answer_claim(actor=made.boss, claim_id=made.claim.pk, words="发运时没有。")
    return made


def resale_right(settings, percent: str = "4") -> int:
    """Switch the resale right on for sales in yuan; what is due on a hammer of `HAMMER`."""
    settings.RULE_OVERRIDES = {"money.resale_right": True}
    RuleSet.objects.create(
        kind="resale", name="test-cny", house="测试", currency="CNY", source="test", sureness="C",
        body={"tiers": [[None, percent]], "threshold": "1000", "cap": "12500"},
    )  # fmt: skip
    return HAMMER * int(percent) // 100


def register_artist(work, user=None):
    """The one maker of a work has a verified account; the account."""
    artist = work.attributions.get().artist
    artist.account = user or UserFactory(artist=True)
    artist.account_verified_at = db_now()
    artist.save(update_fields=["account", "account_verified_at"])
    return artist.account


def fail(payout: Payout, why: str = "账号不符") -> None:
    """What a gateway says when it refuses for good: the money is back on its account."""
    with transaction.atomic():
        outgoing.give_back(outgoing.locked(payout), why)


def faults() -> list[str]:
    """All that the audits of lots, of escrow and of the books find."""
    found = [fault for audit in audit_lots() for fault in audit.faults]
    return [*found, *escrow_faults(), *(str(fault) for fault in audit())]


def days_ago(row: Settlement, days: int) -> None:
    """The clock is the database's: the delivery is put back."""
    at = db_now() - timedelta(days=days)
    Settlement.objects.filter(pk=row.pk).update(
        delivered_at=at, inspect_until=at + timedelta(days=7)
    )


def fund(amount: int, currency: str = "CNY") -> None:
    """Put money into the guarantee fund."""
    bank = account(purpose=Purpose.CLEARING, currency=currency, gateway="bank")
    book(bank, account(purpose=Purpose.GUARANTEE, currency=currency), amount)


def book(debit: Account, credit: Account, amount: int) -> None:
    """One entry of the books, in a transaction of its own."""
    with transaction.atomic():
        post(
            actor=None, key=f"test{next(_numbers)}", kind="test",
            legs=[Leg(debit=debit, credit=credit, amount_minor=amount)],
        )  # fmt: skip


def books() -> dict[str, int]:
    """What the accounts of parties and the platform hold, by purpose, without empty ones."""
    found: dict[str, int] = {}
    for row in Account.objects.all():
        if row.balance_minor:
            name = f"{row.purpose}:{row.gateway}" if row.gateway else row.purpose
            found[name] = found.get(name, 0) + row.balance_minor
    return found


def out() -> dict[str, int]:
    """What was asked to go out, alive: refunds, and payouts by their party's name."""
    found = {f"payout:{row.party.pk}": 0 for row in Payout.objects.select_related("party")}
    for row in Payout.objects.exclude(state="failed"):
        found[f"payout:{row.party_id}"] += row.amount_minor
    back = sum(Refund.objects.exclude(state="failed").values_list("amount_minor", flat=True))
    return found | ({"refund": back} if back else {})


def agree(made) -> None:
    """The books and the settlements say the same: held money is what stands in escrow."""
    held = sum(
        row.paid_minor - row.refunded_minor - row.released_minor for row in Settlement.objects.all()
    )
    escrow = Account.objects.filter(purpose=Purpose.ESCROW)
    assert sum(row.balance_minor for row in escrow) == held
    sides = {"debit": 0, "credit": 0}
    for row in Account.objects.all():
        sides[row.side] += row.balance_minor
    assert sides["debit"] == sides["credit"]


def kinds(row: Settlement) -> list[str]:
    """The steps of a settlement, in their order."""
    return list(row.steps.order_by("number").values_list("kind", flat=True))
