"""Named getters of the locks of the bureau's registers: the key list first, then an enterprise.

Both come with the parties. The list has one row, made when it is first locked; whoever changes who
is on it, or lets an enterprise leave the register, holds it.
"""

from artmarket.core.errors import WrongState
from artmarket.core.locks import Rank, lock_rows

from .models import Enterprise, KeyList


def lock_key_list() -> KeyList:
    """The head of the list of key enterprises."""
    KeyList.objects.get_or_create(pk=KeyList.ONLY)
    return lock_rows(KeyList.objects.all(), rank=Rank.PARTY, pks=[KeyList.ONLY])[0]


def lock_enterprise(*, pk: int) -> Enterprise:
    """The enterprise, fresh, under its lock. Raises `WrongState` when it is gone."""
    rows = lock_rows(Enterprise.objects.all(), rank=Rank.PARTY, pks=[pk])
    if not rows:
        raise WrongState()
    return rows[0]
