"""Named getters of the locks on parties; see artmarket.core.locks for the order."""

from collections.abc import Iterable

from artmarket.core.errors import WrongState
from artmarket.core.locks import Rank, lock_rows

from .models import Organisation, Party, User


def lock_user(*, pk: int) -> User:
    """Lock a person's account (roles, memberships)."""
    return lock_users(pks=[pk])[pk]


def lock_users(*, pks: Iterable[int]) -> dict[int, User]:
    """Lock several people in the order of their keys. Raises `WrongState` when one is gone."""
    wanted = set(pks)
    rows = lock_rows(User.objects.all(), rank=Rank.PARTY, pks=wanted)
    if len(rows) != len(wanted):
        raise WrongState()
    return {row.pk: row for row in rows}


def lock_organisation(*, pk: int) -> Organisation:
    """Lock an organisation (its members and their roles)."""
    rows = lock_rows(Organisation.objects.all(), rank=Rank.PARTY, pks=[pk])
    if not rows:
        raise WrongState()
    return rows[0]


def lock_parties(*, pks: list[int]) -> list[Party]:
    """Lock parties in the order of their keys."""
    return lock_rows(Party.objects.all(), rank=Rank.PARTY, pks=pks)
