"""Who is told of a payment: upper floors register a handler for their purpose, by name.

A handler is called after the change was committed, outside any transaction: it opens its own, like
every service, and reads what it needs from the payment. It may be called again for the same change
(a process may die between its commit and our mark), so it must be idempotent.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from artmarket.ledger.models import Payment

Handler = Callable[["Payment"], object]
_handlers: dict[str, Handler] = {}


def on_payment(purpose: str, handler: Handler) -> None:
    """Tell `handler` of each change of payments of this purpose; the last one registered counts."""
    _handlers[purpose] = handler


def handler_of(purpose: str) -> Handler | None:
    """Who is told of payments of this purpose."""
    return _handlers.get(purpose)


def purposes() -> list[str]:
    """The purposes that have a handler."""
    return sorted(_handlers)
