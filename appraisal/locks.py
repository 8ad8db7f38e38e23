"""Named getters of appraisal's own locks; see artmarket.core.locks for the order."""

from artmarket.core.locks import Rank, lock_rows

from .models import StatusList


def lock_status_lists(*, pks: list[int]) -> list[StatusList]:
    """Lock status lists in the order of their keys and return them fresh; `Busy` on a time-out."""
    return lock_rows(StatusList.objects.all(), rank=Rank.STATUS, pks=pks)
