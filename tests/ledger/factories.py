"""Accounts and entries for the tests of the books."""

from datetime import date, timedelta
from itertools import count

from django.db import transaction

from artmarket.accounts.enums import PartyKind
from artmarket.accounts.models import Party
from artmarket.core.clock import db_today
from artmarket.ledger import books
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Entry, Period
from artmarket.ledger.months import month_of
from artmarket.ledger.services import posting
from artmarket.ledger.services.periods import close_period
from artmarket.ledger.services.posting import Leg

_numbers = count(1)


def party(name: str = "", **more) -> Party:
    """A private person without an account of the platform."""
    return Party.objects.create(
        kind=PartyKind.PERSON, name=name or f"权利人{next(_numbers)}", **more
    )


def clearing(currency: str = "CNY", gateway: str = "bank") -> Account:
    return books.account(purpose=Purpose.CLEARING, currency=currency, gateway=gateway)


def revenue(currency: str = "CNY") -> Account:
    return books.account(purpose=Purpose.REVENUE, currency=currency)


def of(whom: Party, purpose: Purpose = Purpose.ESCROW, currency: str = "CNY") -> Account:
    return books.account(purpose=purpose, currency=currency, party=whom)


def put(*legs: Leg, key: str = "", kind: str = "test", actor=None, **more) -> Entry:
    """One entry, committed."""
    with transaction.atomic():
        return posting.post(
            actor=actor, key=key or f"test:{next(_numbers)}", kind=kind, legs=legs, **more
        )


def take_back(entry: Entry, *, key: str = "", reason: str = "记错了", actor=None) -> Entry:
    """The correction of an entry, committed."""
    with transaction.atomic():
        return posting.reverse(
            actor=actor, entry_id=entry.pk, key=key or f"back:{entry.key}", reason=reason
        )


def balance(account: Account) -> int:
    account.refresh_from_db()
    return account.balance_minor


def paid_in(whom: Party, amount: int, purpose: Purpose = Purpose.ESCROW, **more) -> Entry:
    """Money of a party that came in at the bank."""
    return put(Leg(clearing(), of(whom, purpose), amount), **more)


def months_ago(count: int) -> date:
    """The first day of the month so many months before this one."""
    month = month_of(db_today())
    for _n in range(count):
        month = month_of(month - timedelta(days=1))
    return month


def past_month_booked(operator) -> Period:
    """Something booked in the last month, which is then closed."""
    month = months_ago(1)
    paid_in(party(), 700, booked_on=month)
    return close_period(actor=operator, month=month)
