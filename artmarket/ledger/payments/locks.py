"""Named getters of the locks on payments and on money that goes out.

They have the rank of accounts and come before the accounts of the same step: who waits for an
account holds his payment already. A caller that holds accounts and then asks for a payment that
somebody else holds may be told `Busy`; it tries again.
"""

from artmarket.core.errors import WrongState
from artmarket.core.locks import M, Rank, lock_rows

from ..models import Payment, Payout, Refund, StrayMoney


def lock_payment(*, pk: int) -> Payment:
    """A payment: its state, its sums, its refunds."""
    return _one(Payment, pk)


def lock_refund(*, pk: int) -> Refund:
    """A refund; the lock on its payment comes first."""
    return _one(Refund, pk)


def lock_payout(*, pk: int) -> Payout:
    """A payout."""
    return _one(Payout, pk)


def lock_stray(*, pk: int) -> StrayMoney:
    """Money whose owner is not known; the lock on a payment comes first."""
    return _one(StrayMoney, pk)


def _one(model: type[M], pk: int) -> M:
    rows = lock_rows(model._default_manager.all(), rank=Rank.ACCOUNT, pks=[pk])
    if not rows:
        raise WrongState()
    return rows[0]
