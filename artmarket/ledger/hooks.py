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
# Words and address of the page that a payment is about.
Page = Callable[["Payment"], tuple[str, str] | None]
_handlers: dict[str, Handler] = {}
_pages: dict[str, Page] = {}


def on_payment(purpose: str, handler: Handler) -> None:
    """Tell `handler` of each change of payments of this purpose; the last one registered counts."""
    _handlers[purpose] = handler


def on_page(purpose: str, page: Page) -> None:
    """Lead the payer from payments of this purpose to the page they are about."""
    _pages[purpose] = page


def page_of(payment: "Payment") -> tuple[str, str] | None:
    """The words and address of the page that a payment is about, where there is one."""
    page = _pages.get(payment.purpose)
    return page(payment) if page else None


def handler_of(purpose: str) -> Handler | None:
    """Who is told of payments of this purpose."""
    return _handlers.get(purpose)


def purposes() -> list[str]:
    """The purposes that have a handler."""
    return sorted(_handlers)
