"""The books' part of a person's data: his own accounts and their lines, which the law keeps."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import personal_data
from artmarket.accounts.models import User
from artmarket.accounts.personal_data import Hold

from .models import Account
from .selectors.accounts import lines


def announce() -> None:
    """Register the part; called once at start."""
    personal_data.register("ledger", _("资金账户"), copy=copy, holds=holds)


def copy(user: User) -> Iterable[dict[str, Any]]:
    """Each account of the person himself, and each line of it, without the other side."""
    for account in _own(user):
        yield {
            "account": account.pk,
            "purpose": account.purpose,
            "currency": account.currency,
            "balance_minor": account.balance_minor,
            "opened_at": account.opened_at,
        }
        rows: Any = lines(account)
        for row in rows.iterator(chunk_size=1000):
            yield {
                "account": account.pk,
                "entry": row.entry.key,
                "kind": row.entry.kind,
                "booked_on": row.entry.booked_on,
                "change_minor": row.signed,
                "memo": row.memo or row.entry.memo,
            }


def holds(user: User) -> Iterable[Hold]:
    """Money still in the books is settled first; records of transactions are kept."""
    accounts = _own(user)
    if accounts.exclude(balance_minor=0).exists():
        yield Hold(
            _("你的资金账户里还有没有结清的款，请先结清。"), "privacy.copy_and_erasure", blocks=True
        )
    elif accounts.exists():
        yield Hold(_("资金往来的记录"), "retention.customer_records_years", keeps_name=True)


def _own(user: User) -> Any:
    return Account.objects.filter(party__user=user).order_by("pk")
