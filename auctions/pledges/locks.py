"""Named getters of the locks of loans. In their order: lender, works, application, loan.

A lender comes with the parties: what all its loans have in common is decided under it. An
application and the loan that grows out of it have one rank, the application first.
"""

from collections.abc import Iterable
from typing import TypeVar

from artmarket.core.errors import WrongState
from artmarket.core.locks import Rank, lock_rows

from .models import Application, Lender, Loan, Pawn

M = TypeVar("M")


def lock_lender(*, pk: int) -> Lender:
    """A lender with its organisation: its products, custodians, and limits of all its loans."""
    return _only(
        lock_rows(Lender.objects.select_related("organisation"), rank=Rank.PARTY, pks=[pk])
    )


def lock_application(*, pk: int) -> Application:
    """An application with its offers."""
    rows = Application.objects.select_related("product__lender__organisation", "borrower")
    return _only(lock_rows(rows, rank=Rank.LOAN, pks=[pk]))


def lock_loan(*, pk: int) -> Loan:
    """A loan with its works, its custody, its events."""
    return _only(lock_loans(pks=[pk]))


def lock_loans(*, pks: Iterable[int]) -> list[Loan]:
    """Loans in the order of their keys."""
    rows = Loan.objects.select_related("lender__organisation", "borrower", "version__product")
    return lock_rows(rows, rank=Rank.LOAN, pks=pks)


def lock_pawn(*, pk: int) -> Pawn:
    """A pawn with its tickets, its money, its custody."""
    rows = Pawn.objects.select_related("lender__organisation", "pawner")
    return _only(lock_rows(rows, rank=Rank.LOAN, pks=[pk]))


def _only(rows: list[M]) -> M:
    if not rows:
        raise WrongState()
    return rows[0]
