"""Who is told of a payment: upper floors register a handler for their purpose, by name.

A handler is called after the change was committed, outside any transaction: it opens its own, like
every service, and reads what it needs from the payment. It may be called again for the same change
(a process may die between its commit and our mark), so it must be idempotent.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from artmarket.ledger.models import Payment, Payout, Refund

Handler = Callable[["Payment"], object]
Objection = Callable[["Refund | Payout"], "str | Promise"]
_handlers: dict[str, Handler] = {}
_objections: dict[str, Objection] = {}


def on_payment(purpose: str, handler: Handler) -> None:
    """Tell `handler` of each change of payments of this purpose; the last one registered counts."""
    _handlers[purpose] = handler


def handler_of(purpose: str) -> Handler | None:
    """Who is told of payments of this purpose."""
    return _handlers.get(purpose)


def purposes() -> list[str]:
    """The purposes that have a handler."""
    return sorted(_handlers)


def on_sending_again(cause: str, objection: Objection) -> None:
    """Ask `objection` before a refund or payout that failed is sent again.

    `cause` is the purpose of a refund's payment, or the label of what a payout is about. It runs
    in the transaction, before anything is locked, may lock what it reads, and answers with words
    where the money must not go out, else "".
    """
    _objections[cause] = objection


def objection_to(row: "Refund | Payout") -> "str | Promise":
    """Why it must not be sent again, or ""."""
    payment = getattr(row, "payment", None)
    cause = payment.purpose if payment is not None else getattr(row, "subject_kind", "")
    return _objections[cause](row) if cause in _objections else ""
