"""Tell borrower and lender of a margin call, in the inbox and by mail; in the caller's transaction.

A notice takes effect when it reaches the addressee's inbox (民法典 137): its row is written in the
transaction that records the delivery.
"""

from typing import Any, Final

from artmarket.accounts.models import Party
from auctions.models import NoticeKind
from auctions.notices.making import News, write
from auctions.notices.people import people_of

from ..enums import Side
from ..margin_enums import CallStep
from ..models import Loan, MarginCall, MarginStep
from .ground import party_of_lender

# Who is told of which step. Of the borrower's notice itself `tell_borrower` writes.
_CONCERNS: Final[dict[str, tuple[Side, ...]]] = {
    CallStep.OPENED: (Side.LENDER,),
    CallStep.RETESTED: (Side.BORROWER, Side.LENDER),
    CallStep.CURED: (Side.BORROWER, Side.LENDER),
    CallStep.ESCALATED: (Side.BORROWER, Side.LENDER),
    CallStep.SIGNED: (Side.LENDER,),
    CallStep.WAIVED: (Side.BORROWER,),
    CallStep.LAPSED: (Side.LENDER,),
}


def readers(loan: Loan, side: str) -> set[int]:
    """Who reads what a side is told."""
    party: Party = loan.borrower if side == Side.BORROWER else party_of_lender(loan.lender)
    return people_of(party)


def tell_of_call(call: MarginCall, step: MarginStep) -> int:
    """Tell the sides whom a step concerns; nobody of his own act. How many were told.

    A borrower who was not notified of the call yet hears nothing of it.
    """
    told = {step.actor_id} if step.actor_id else set()
    news = []
    for side in _CONCERNS.get(step.kind, ()):
        if side == Side.BORROWER and call.delivered_at is None:
            continue
        for user_id in sorted(readers(call.loan, side) - told):
            news.append(_news(call, step.kind, step.number, side, user_id))
            told.add(user_id)
    return write(news)


def tell_borrower(call: MarginCall, *, number: int) -> list[int]:
    """Write the notice of a call to the borrower's people; who got it (keys of users)."""
    people = sorted(readers(call.loan, Side.BORROWER))
    news = [_news(call, CallStep.NOTIFIED, number, Side.BORROWER, pk) for pk in people]
    return people if write(news) else []


def _news(call: MarginCall, kind: str, number: int, side: str, user_id: int) -> News:
    until = call.waiver_until if kind == CallStep.WAIVED else call.cure_by
    facts: dict[str, Any] = {
        "news": "margin", "step": str(kind), "to": str(side), "call": call.pk,
        "loan": call.loan.number, "amount": call.remaining_minor, "currency": call.loan.currency,
        "until": until.isoformat() if until else "",
    }  # fmt: skip
    return News(user_id, NoticeKind.LOAN, f"margin:{call.pk}:{number}", facts=facts)
