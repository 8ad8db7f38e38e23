"""Prove the settlements: their sums from what came in, their state from their steps, the escrow.

Reads only. Part of `audit_lots`, and of `manage.py audit_auctions` for the accounts.
"""

from collections.abc import Iterator
from itertools import pairwise

from django.db.models import F, Sum

from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Payment

from .engine.settlement import MOVES
from .enums import LotState
from .models import InvoiceReceipt, Lot, Settlement
from .services.settlement.invoicing import PURPOSE
from .settlement_enums import ENDED_SETTLEMENTS, TAKES_MONEY, SettlementState


def faults_of(lot: Lot) -> Iterator[str]:
    """What is wrong with the settlements of a lot, whose steps and receipts are prefetched."""
    for row in lot.settlements.all():
        name = f"settlement {row.pk}"
        steps = sorted(row.steps.all(), key=lambda step: step.number)
        if [step.number for step in steps] != list(range(1, row.sequence + 1)):
            yield f"{name}: its steps are not numbered 1 to {row.sequence}"
        states = [str(step.state) for step in steps]
        if not states or states[-1] != row.state:
            yield f"{name}: stored {row.state}, its last step {states[-1:]}"
        for before, after in pairwise(states):
            if after != before and after not in MOVES[before]:  # type: ignore[index]
                yield f"{name}: {after} after {before}"
        came = sum(receipt.amount_minor for receipt in row.receipts.all())
        if came != row.paid_minor:
            yield f"{name}: paid {row.paid_minor}, its receipts {came}"
        if row.buyer_bill.total != row.total_minor or row.buyer_bill.of("hammer") != (
            row.hammer_minor
        ):  # fmt: skip
            yield f"{name}: total {row.total_minor}, its lines {row.buyer_bill.total}"
        if row.state not in ENDED_SETTLEMENTS and lot.state != _lot_state(row):
            yield f"{name}: {row.state}, the lot {lot.state}"


def _waiting() -> Iterator[tuple[int, str, int]]:
    """What payments of invoices brought that no lot was given yet: party, currency, amount."""
    shared = InvoiceReceipt.objects.values_list("payment").order_by()
    taken = dict(shared.annotate(sum=Sum("amount_minor")))
    for payment in Payment.objects.filter(purpose=PURPOSE, received_minor__gt=0):
        left = payment.received_minor - taken.get(payment.pk, 0)
        if left:
            yield payment.party_id, payment.currency, left


def _lot_state(row: Settlement) -> LotState:
    """How a lot stands whose settlement goes on: settled once all of the price came in."""
    unpaid = row.state in TAKES_MONEY and row.state != SettlementState.HELD
    return LotState.SOLD if unpaid else LotState.SETTLED


def escrow_faults() -> Iterator[str]:
    """Escrow accounts that do not hold what the settlements of their party hold, with what came in
    and was not taken in yet. Sales are the only ones that keep money in escrow today."""
    kept = Settlement.objects.values_list("invoice__buyer", "currency").order_by()
    sums = kept.annotate(sum=Sum(F("paid_minor") - F("refunded_minor") - F("released_minor")))
    held = {(party, currency): amount for party, currency, amount in sums}
    for party, currency, amount in _waiting():
        held[(party, currency)] = held.get((party, currency), 0) + amount
    rows = Account.objects.filter(purpose=Purpose.ESCROW)
    balances = {(row.party_id, row.currency): row.balance_minor for row in rows}
    for key in sorted({*held, *balances}, key=str):
        if held.get(key, 0) != balances.get(key, 0):
            yield (
                f"escrow of party {key[0]}: {balances.get(key, 0)} {key[1]}, "
                f"the settlements hold {held.get(key, 0)}"
            )
