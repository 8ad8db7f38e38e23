"""Named getters of the locks on parties; see artmarket.core.locks for the order."""

from artmarket.core.errors import WrongState
from artmarket.core.locks import Rank, lock_rows

from .models import Party, User


def lock_user(*, pk: int) -> User:
    """Lock a person's account (roles, memberships)."""
    rows = lock_rows(User.objects.all(), rank=Rank.PARTY, pks=[pk])
    if not rows:
        raise WrongState()
    return rows[0]


def lock_parties(*, pks: list[int]) -> list[Party]:
    """Lock parties in the order of their keys."""
    return lock_rows(Party.objects.all(), rank=Rank.PARTY, pks=pks)
