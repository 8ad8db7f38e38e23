"""Named getters of the locks on works and their makers; see artmarket.core.locks for the order."""

from artmarket.core.errors import WrongState
from artmarket.core.locks import Rank, lock_rows

from .models import Artist, StolenList, Work


def lock_artist(*, pk: int) -> Artist:
    """Lock one artist record, which comes before its works; `WrongState` when it is gone."""
    rows = lock_rows(Artist.objects.all(), rank=Rank.PARTY, pks=[pk])
    if not rows:
        raise WrongState()
    return rows[0]


def lock_work(*, pk: int) -> Work:
    """Lock one work and return it fresh; `WrongState` when it is gone, `Busy` on a time-out."""
    return lock_works(pks=[pk])[0]


def lock_works(*, pks: list[int]) -> list[Work]:
    """Lock works in the order of their keys; all of them or `WrongState`."""
    rows = lock_rows(Work.objects.all(), rank=Rank.WORK, pks=pks)
    if len(rows) != len(set(pks)):
        raise WrongState()
    return rows


def lock_stolen_list(*, pk: int) -> StolenList:
    """Lock one register of stolen works, which comes before all works; `WrongState` when gone."""
    rows = lock_rows(StolenList.objects.all(), rank=Rank.PARTY, pks=[pk])
    if not rows:
        raise WrongState()
    return rows[0]
