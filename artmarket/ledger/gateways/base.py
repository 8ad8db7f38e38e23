"""What every payment gateway is to the books: values, refusals, and the few calls we make.

A gateway is called outside any transaction, with an idempotency key on every call that moves
something, so that the same call made again moves nothing. It answers with facts as they stand at
the gateway now; what they mean for the books is `services.payments`. No card number, account
number or other credential of a payer ever passes here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import DomainError


class GatewayError(DomainError):
    """A call to a gateway did not do what was asked."""

    code = "gateway_failed"
    status = 502
    message = _("支付机构没有办成这一步。")


class GatewayUnavailable(GatewayError):
    """No answer that counts: what happened is not known; the same key may be used again."""

    code = "gateway_unavailable"
    status = 503
    message = _("支付机构暂时没有答复，请稍候再试；同一笔不会重复扣款。")


class GatewayRefused(GatewayError):
    """The gateway said no, and will say no again; nothing was moved."""

    code = "gateway_refused"
    status = 422
    message = _("支付机构拒绝了这一步。")


class CardDeclined(GatewayRefused):
    """The bank of the payer refused."""

    code = "card_declined"
    message = _("付款行拒绝了这笔款，请换一种方式付款。")


class GatewayNotOffered(GatewayError):
    """No such gateway is set up here, or it does not take this currency."""

    code = "gateway_not_offered"
    status = 422
    message = _("这里没有开通这种付款方式。")


class AtGateway(StrEnum):
    """How far a payment is at the gateway."""

    OPEN = "open"  # waits for the payer
    EXPIRED = "expired"  # its page can no longer be used, nothing was paid
    AUTHORISED = "authorised"  # held, may be captured
    PAID = "paid"
    CANCELLED = "cancelled"


class Progress(StrEnum):
    """How far money on its way out is."""

    SENT = "sent"  # taken on, the end is not known yet
    DONE = "done"
    FAILED = "failed"  # it came back, or never left


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What a payer is asked for; `amount_minor` in the currency's smallest unit as we count it.

    `key` is the idempotency key, `reference` our own name of the payment (kept at the gateway).
    The payer comes back to `return_url`. `is_hold` only authorises.
    """

    reference: str
    key: str
    currency: str
    amount_minor: int
    words: str
    return_url: str
    is_hold: bool = False


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """A payment as it stands at the gateway; amounts in our smallest unit.

    `page_id` and `page_url` are those of its hosted page; `payment_id` is empty until the payer
    has done something there. `receipt` names the movement of money once there is one.
    """

    reference: str
    status: AtGateway
    currency: str
    amount_minor: int
    page_id: str = ""
    page_url: str = ""
    payment_id: str = ""
    receipt: str = ""
    received_minor: int = 0
    refunded_minor: int = 0


@dataclass(frozen=True, slots=True)
class OutgoingOrder:
    """Money to send: a refund of `payment_id`, or a payout to the connected account `to`."""

    reference: str
    key: str
    currency: str
    amount_minor: int
    payment_id: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingFacts:
    """A refund or payout as it stands at the gateway."""

    gateway_id: str
    progress: Progress
    currency: str
    amount_minor: int
    reference: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """A payer's dispute. `movements` are what it took (negative) or gave back, by their id."""

    gateway_id: str
    payment_id: str
    currency: str
    amount_minor: int
    status: str
    reason: str
    evidence_due: datetime | None
    movements: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A connected account; `is_ready` says that it may be paid out to."""

    gateway_id: str
    is_ready: bool


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of our balance at the gateway: signed `amount_minor` before the `fee_minor`.

    `source` is the id of what moved it (charge, refund, transfer, dispute).
    """

    movement_id: str
    kind: str
    source: str
    currency: str
    amount_minor: int
    fee_minor: int
    created: datetime


class Gateway(Protocol):
    """The calls. Each may raise `GatewayUnavailable` (try again) or `GatewayRefused` (don't)."""

    name: str

    def takes(self, currency: str) -> bool:
        """Whether payments in this currency can be made here."""

    def open_page(self, order: PaymentOrder) -> PaymentFacts:
        """Open the hosted page for a payer. The same key gives the same page."""

    def close_page(self, page_id: str, *, key: str) -> PaymentFacts:
        """End a page that nobody used; a used one is left as it is. Answers with the facts."""

    def read_page(self, page_id: str) -> PaymentFacts:
        """A page with what was paid on it."""

    def read(self, payment_id: str) -> PaymentFacts:
        """A payment as it stands now."""

    def capture(
        self, payment_id: str, amount_minor: int, currency: str, *, key: str
    ) -> PaymentFacts:
        """Take what was held, or a part of it; the rest is set free."""

    def cancel(self, payment_id: str, *, key: str) -> PaymentFacts:
        """Set free what was held."""

    def refund(self, order: OutgoingOrder) -> OutgoingFacts:
        """Send money back to where it came from."""

    def read_refund(self, refund_id: str) -> OutgoingFacts:
        """A refund as it stands now."""

    def pay_out(self, order: OutgoingOrder) -> OutgoingFacts:
        """Send money to a connected account."""

    def read_dispute(self, dispute_id: str) -> DisputeFacts:
        """A dispute as it stands now."""

    def open_account(self, *, key: str, reference: str, email: str) -> AccountFacts:
        """Make a connected account for somebody who is to be paid out to."""

    def account_page(self, account_id: str, *, return_url: str, key: str) -> str:
        """The gateway's own page on which its holder fills it in."""

    def read_account(self, account_id: str) -> AccountFacts:
        """A connected account as it stands now."""

    def movements(self, since: datetime, until: datetime) -> Iterator[Movement]:
        """What moved our balance in [since, until), oldest first."""
