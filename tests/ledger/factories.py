"""Accounts and entries for the tests of the books."""

from itertools import count

from django.db import transaction

from artmarket.accounts.enums import PartyKind
from artmarket.accounts.models import Party
from artmarket.ledger import books
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Entry
from artmarket.ledger.services import posting
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
