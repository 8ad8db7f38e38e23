"""The loans' part of a person's data: what he borrowed, what he handled.

Contracts, their money and the custody of the works are records of business and of a security; they
are kept, and an open loan stands against an erasure.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import personal_data
from artmarket.accounts.models import User
from artmarket.accounts.personal_data import Hold

from . import citations
from .models import Application, CustodyEvent, Loan, Pawn, PreAcquisition
from .realisation_enums import CommitmentState

BLOCKED_BY = "privacy.copy_and_erasure"


def announce() -> None:
    """Register the part; called once at start."""
    personal_data.register("pledges", _("质押贷款"), copy=copy, holds=holds)


def copy(user: User) -> Iterable[dict[str, Any]]:
    """Applications and loans of the person, their payments, and the custody steps he recorded."""
    for row in _applications(user).select_related("product").order_by("pk"):
        yield {
            "loan_application": row.pk,
            "product": row.product.name,
            "amount_minor": row.amount_minor,
            "months": row.months,
            "purpose": row.purpose,
            "state": row.state,
            "applied_at": row.applied_at,
        }
    for loan in _loans(user).prefetch_related("events", "items__work").order_by("pk"):
        yield {
            "loan": loan.number,
            "state": loan.state,
            "contract": loan.contract,
            "works": [item.work.number for item in loan.items.all()],
            "events": [
                {"kind": event.kind, "on": event.effective_on, "amount_minor": event.amount_minor}
                for event in loan.events.all()
            ],
        }
    for pawn in _pawns(user).prefetch_related("tickets").select_related("work").order_by("pk"):
        yield {
            "pawn": pawn.pk,
            "work": pawn.work.number,
            "state": pawn.state,
            "tickets": [ticket.text for ticket in pawn.tickets.all()],
        }
    for step in CustodyEvent.objects.filter(by=user).select_related("holding").order_by("pk"):
        yield {"receipt": step.holding.receipt, "step": step.kind, "at": step.at}
    for row in _commitments(user).select_related("item__work").order_by("pk"):
        yield {
            "forward_purchase": row.pk,
            "work": row.item.work.number,
            "text": row.text,
            "state": row.state,
            "signed_at": row.signed_at,
        }


def holds(user: User) -> Iterable[Hold]:
    """A loan that goes on is paid back first; what is over is kept with its names."""
    loans = _loans(user)
    if loans.filter(pk__in=Loan.objects.live().values("pk")).exists():
        yield Hold(_("你有还没有结清的质押贷款。"), BLOCKED_BY, blocks=True)
    elif _commitments(user).filter(state=CommitmentState.SIGNED).exists():
        yield Hold(_("你签过的预收购承诺还有效。"), BLOCKED_BY, blocks=True)
    elif _pawns(user).live().exists():
        yield Hold(_("你有还没有结束的典当。"), BLOCKED_BY, blocks=True)
    elif loans.exists() or _pawns(user).exists():
        yield Hold(
            _("质押贷款的合同和账目"), citations.WRITTEN_CONTRACT, keeps_name=True
        )  # fmt: skip


def _applications(user: User) -> Any:
    rows = Application.objects.filter(borrower__user=user)
    return rows | Application.objects.filter(applied_by=user)


def _pawns(user: User) -> Any:
    return Pawn.objects.filter(pawner__user=user)


def _loans(user: User) -> Any:
    return Loan.objects.filter(borrower__user=user)


def _commitments(user: User) -> Any:
    return PreAcquisition.objects.filter(party__user=user)
