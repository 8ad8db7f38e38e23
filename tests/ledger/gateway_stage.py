"""What tests of payments share: a party, a payment that is asked for, the books in one look."""

import time
from itertools import count

from django.db import transaction
from django.db.models import Sum

from artmarket.accounts.services.parties import party_of
from artmarket.ledger.books import account
from artmarket.ledger.enums import DEBIT_NORMAL, Purpose
from artmarket.ledger.models import Account, Entry, Payment, StrayMoney, Transfer
from artmarket.ledger.services.bank import import_statement
from artmarket.ledger.services.payments import ask_payment
from tests.factories import UserFactory

_keys = count(1)


def payer():
    return party_of(UserFactory())


def deposit_of(party, currency="CNY"):
    return account(purpose=Purpose.DEPOSIT, currency=currency, party=party)


def asked(
    party=None, amount=10_000, *, gateway="stripe", currency="CNY", key=None, **more
) -> Payment:
    """A payment asked for; it is credited to the party's deposit."""
    party = party or payer()
    with transaction.atomic():
        return ask_payment(
            actor=None, party=party, purpose="deposit", subject=party, currency=currency,
            amount_minor=amount, gateway=gateway, credit_account=deposit_of(party, currency),
            key=key or f"test:{next(_keys)}", **more,
        )  # fmt: skip


def balance(purpose, *, party=None, gateway="", currency="CNY") -> int:
    rows = Account.objects.filter(purpose=purpose, party=party, gateway=gateway, currency=currency)
    return rows.values_list("balance_minor", flat=True).first() or 0


def books() -> dict[str, int]:
    """Every balance that is not zero, by a name that does not depend on keys."""
    rows = Account.objects.exclude(balance_minor=0)
    return {
        f"{a.purpose}:{a.gateway}:{a.currency}:{bool(a.party_id)}:{a.party_id or 0}": a.balance_minor
        for a in rows
    }


def assert_books_whole() -> None:
    """Each balance is the sum of its lines, and debits are credits."""
    for row in Account.objects.all():
        debit = Transfer.objects.filter(debit=row).aggregate(s=Sum("amount_minor"))["s"] or 0
        credit = Transfer.objects.filter(credit=row).aggregate(s=Sum("amount_minor"))["s"] or 0
        sign = 1 if row.purpose in DEBIT_NORMAL else -1
        assert row.balance_minor == sign * (debit - credit), row


def entries(prefix="") -> int:
    return Entry.objects.filter(key__startswith=prefix).count()


def stray_money() -> StrayMoney:
    """A transfer whose text names no payment."""
    text = f"记账日期,流水号,金额,对方户名,附言\n2026-07-06,S{time.time_ns()},88,某人,货款\n"
    import_statement(actor=None, raw=text.encode())
    stray = StrayMoney.objects.first()
    assert stray is not None
    return stray
