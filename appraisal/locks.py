"""The lock of a case: its work first, then the case.

A case stands between the work and everything that is sold of it: whoever moves it may take or
release the lock on the work, and what is sold asks the work, never the case. Hence its rank.
"""

from artmarket.core.errors import WrongState
from artmarket.core.locks import Rank, lock_rows
from catalog.locks import lock_work

from .models import AppraisalCase, StatusList


def lock_case(*, pk: int) -> AppraisalCase:
    """The case, fresh, with its work, both under their locks; `WrongState` when it is gone."""
    work_id = AppraisalCase.objects.filter(pk=pk).values_list("work_id", flat=True).first()
    if work_id is None:
        raise WrongState()
    work = lock_work(pk=work_id)
    case = lock_rows(AppraisalCase.objects.all(), rank=Rank.CASE, pks=[pk])[0]
    case.work = work
    return case


def lock_status_lists(*, pks: list[int]) -> list[StatusList]:
    """Lock status lists in the order of their keys and return them fresh; `Busy` on a time-out."""
    return lock_rows(StatusList.objects.all(), rank=Rank.STATUS, pks=pks)
