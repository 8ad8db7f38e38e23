"""Named getters of the locks of what happens: room, programme, quota, booking, in this order."""

from collections.abc import Iterable
from typing import TypeVar

from artmarket.core.errors import WrongState
from artmarket.core.locks import Rank, lock_rows

from .models import Booking, Programme, Quota, Room

M = TypeVar("M")


def lock_rooms(*, pks: Iterable[int]) -> list[Room]:
    """Rooms whose calendar is about to change, in the order of their keys."""
    return lock_rows(Room.objects.all(), rank=Rank.ROOM, pks=pks)


def lock_programme(*, pk: int) -> Programme:
    """The programme, fresh, under its lock; `WrongState` when it is gone."""
    return _only(lock_rows(Programme.objects.all(), rank=Rank.PROGRAMME, pks=[pk]))


def lock_quotas(*, pks: Iterable[int]) -> list[Quota]:
    """Quotas that a booking touches, in the order of their keys."""
    return lock_rows(Quota.objects.all(), rank=Rank.QUOTA, pks=pks)


def lock_booking(*, pk: int) -> Booking:
    """The booking, fresh, under its lock; `WrongState` when it is gone."""
    return _only(lock_rows(Booking.objects.all(), rank=Rank.BOOKING, pks=[pk]))


def _only(rows: list[M]) -> M:
    if not rows:
        raise WrongState()
    return rows[0]
