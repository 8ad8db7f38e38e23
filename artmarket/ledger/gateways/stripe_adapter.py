"""Stripe by its official library: hosted pages, holds, refunds, disputes, connected accounts.

The payer enters his card on Stripe's page; nothing of it passes here and no foreign script is
needed. Every call that moves something carries an idempotency key. The library tries again twice
on a broken line with the same key; what then still has no answer is `GatewayUnavailable`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import stripe

from artmarket.ledger.gateways import base
from artmarket.ledger.gateways.base import (
    AccountFacts,
    AtGateway,
    DisputeFacts,
    Movement,
    OutgoingFacts,
    OutgoingOrder,
    PaymentFacts,
    PaymentOrder,
    Progress,
)
from artmarket.ledger.gateways.units import NotRepresentable, from_stripe, to_stripe

NAME: Final = "stripe"
CONNECT_SECONDS: Final = 5
ANSWER_SECONDS: Final = 25
RETRIES: Final = 2
REFERENCE: Final = "artmarket_reference"
INTENT_STATES: Final = {
    "requires_capture": AtGateway.AUTHORISED,
    "succeeded": AtGateway.PAID,
    "canceled": AtGateway.CANCELLED,
}
REFUND_STATES: Final = {
    "succeeded": Progress.DONE,
    "failed": Progress.FAILED,
    "canceled": Progress.FAILED,
}

# After these nothing is known, or nothing was looked at: the row must not be given up.
UNCERTAIN: Final = (
    stripe.APIConnectionError,
    stripe.APIError,
    stripe.AuthenticationError,
    stripe.IdempotencyError,
    stripe.PermissionError,
    stripe.RateLimitError,
)

R = TypeVar("R")


class StripeGateway:
    """One account at Stripe; see `base.Gateway` for what each call promises."""

    name = NAME

    def __init__(self, secret_key: str, *, base: str = "") -> None:
        client = stripe.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS))
        self._api = stripe.StripeClient(
            secret_key,
            http_client=client,
            max_network_retries=RETRIES,
            base_addresses={"api": base} if base else None,
        ).v1

    def takes(self, currency: str) -> bool:
        try:
            to_stripe(10**6, currency)
        except NotRepresentable:
            return False
        return True

    # ---------------------------------------------------------------- payments

    def open_page(self, order: PaymentOrder) -> PaymentFacts:
        intent: dict[str, Any] = {
            "metadata": {REFERENCE: order.reference},
            "description": order.words,
        }
        if order.is_hold:
            intent["capture_method"] = "manual"
        params: Any = {
            "mode": "payment",
            "client_reference_id": order.reference,
            "metadata": {REFERENCE: order.reference},
            "payment_method_types": methods_of(order),
            "payment_intent_data": intent,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": order.currency.lower(),
                        "unit_amount": _out(order.amount_minor, order.currency),
                        "product_data": {"name": order.words},
                    },
                }
            ],
            "locale": "auto",
            "success_url": order.return_url,
            "cancel_url": order.return_url,
        }
        if "wechat_pay" in params["payment_method_types"]:
            params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
        return self._page(
            asked(lambda: self._api.checkout.sessions.create(params, _key(order.key)))
        )

    def close_page(self, page_id: str, *, key: str) -> PaymentFacts:
        try:
            return self._page(
                asked(lambda: self._api.checkout.sessions.expire(page_id, {}, _key(key)))
            )
        except base.GatewayRefused:  # somebody used it, or it is over: look
            return self.read_page(page_id)

    def read_page(self, page_id: str) -> PaymentFacts:
        return self._page(asked(lambda: self._api.checkout.sessions.retrieve(page_id)))

    def _page(self, session: Any) -> PaymentFacts:
        intent_id = _id(session.payment_intent)
        if intent_id:
            facts = self.read(intent_id)
            is_over = facts.status in (AtGateway.OPEN, AtGateway.CANCELLED)
            if session.status != "expired" or not is_over:
                return _on_page(facts, session)
        currency = session.currency.upper()
        return PaymentFacts(
            reference=session.client_reference_id or "",
            status=AtGateway.EXPIRED if session.status == "expired" else AtGateway.OPEN,
            currency=currency,
            amount_minor=from_stripe(session.amount_total, currency),
            page_id=session.id,
            page_url=session.url or "",
            payment_id=intent_id,
        )

    def read(self, payment_id: str) -> PaymentFacts:
        intent = asked(
            lambda: self._api.payment_intents.retrieve(payment_id, {"expand": ["latest_charge"]})
        )
        return facts_of_intent(intent)

    def capture(
        self, payment_id: str, amount_minor: int, currency: str, *, key: str
    ) -> PaymentFacts:
        params: Any = {"amount_to_capture": _out(amount_minor, currency)}
        try:
            asked(lambda: self._api.payment_intents.capture(payment_id, params, _key(key)))
        except base.GatewayRefused:
            facts = self.read(payment_id)
            if facts.status != AtGateway.PAID or facts.received_minor != amount_minor:
                raise
            return facts  # it was captured before, and the key is too old to be known
        return self.read(payment_id)

    def cancel(self, payment_id: str, *, key: str) -> PaymentFacts:
        try:
            asked(lambda: self._api.payment_intents.cancel(payment_id, {}, _key(key)))
        except base.GatewayRefused:
            facts = self.read(payment_id)
            if facts.status != AtGateway.CANCELLED:
                raise
            return facts
        return self.read(payment_id)

    # ----------------------------------------------------------- money going out

    def refund(self, order: OutgoingOrder) -> OutgoingFacts:
        params: Any = {
            "payment_intent": order.payment_id,
            "amount": _out(order.amount_minor, order.currency),
            "metadata": {REFERENCE: order.reference},
        }
        known = self._refund_by_reference(order)
        if known is not None:
            return known
        return facts_of_refund(asked(lambda: self._api.refunds.create(params, _key(order.key))))

    def _refund_by_reference(self, order: OutgoingOrder) -> OutgoingFacts | None:
        """A refund made before: a key is forgotten after a day, what we wrote on it is not."""
        params: Any = {"payment_intent": order.payment_id, "limit": 100}
        rows = asked(lambda: list(self._api.refunds.list(params).auto_paging_iter()))
        for row in rows:
            if _metadata(row).get(REFERENCE) == order.reference:
                return facts_of_refund(row)
        return None

    def read_refund(self, refund_id: str) -> OutgoingFacts:
        return facts_of_refund(asked(lambda: self._api.refunds.retrieve(refund_id)))

    def pay_out(self, order: OutgoingOrder) -> OutgoingFacts:
        params: Any = {
            "amount": _out(order.amount_minor, order.currency),
            "currency": order.currency.lower(),
            "destination": order.to,
            "transfer_group": order.reference,
            "metadata": {REFERENCE: order.reference},
        }
        wanted: Any = {"transfer_group": order.reference, "limit": 1}
        known = asked(lambda: self._api.transfers.list(wanted)).data
        row = known[0] if known else None
        if row is None:
            row = asked(lambda: self._api.transfers.create(params, _key(order.key)))
        currency = row.currency.upper()
        return OutgoingFacts(
            gateway_id=row.id,
            progress=Progress.FAILED if row.reversed else Progress.DONE,
            currency=currency,
            amount_minor=from_stripe(row.amount, currency),
            reference=_metadata(row).get(REFERENCE, ""),
        )

    # ------------------------------------------------- disputes, accounts, balance

    def read_dispute(self, dispute_id: str) -> DisputeFacts:
        row = asked(lambda: self._api.disputes.retrieve(dispute_id))
        currency = row.currency.upper()
        due = row.evidence_details.due_by if row.evidence_details else None
        return DisputeFacts(
            gateway_id=row.id,
            payment_id=_id(row.payment_intent),
            currency=currency,
            amount_minor=from_stripe(row.amount, currency),
            status=row.status,
            reason=row.reason,
            evidence_due=datetime.fromtimestamp(due, UTC) if due else None,
            movements={m.id: from_stripe(m.amount, currency) for m in row.balance_transactions},
        )

    def open_account(self, *, key: str, reference: str, email: str) -> AccountFacts:
        params: Any = {
            "type": "express",
            "email": email,
            "capabilities": {"transfers": {"requested": True}},
            "metadata": {REFERENCE: reference},
        }
        return facts_of_account(asked(lambda: self._api.accounts.create(params, _key(key))))

    def account_page(self, account_id: str, *, return_url: str, key: str) -> str:
        params: Any = {
            "account": account_id,
            "type": "account_onboarding",
            "return_url": return_url,
            "refresh_url": return_url,
        }
        return asked(lambda: self._api.account_links.create(params, _key(key))).url

    def read_account(self, account_id: str) -> AccountFacts:
        return facts_of_account(asked(lambda: self._api.accounts.retrieve(account_id)))

    def movements(self, since: datetime, until: datetime) -> Iterator[Movement]:
        params: Any = {
            "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
            "limit": 100,
        }
        rows = asked(lambda: list(self._api.balance_transactions.list(params).auto_paging_iter()))
        for row in reversed(rows):
            currency = row.currency.upper()
            yield Movement(
                movement_id=row.id,
                kind=row.type,
                source=_id(row.source),
                currency=currency,
                amount_minor=from_stripe(row.amount, currency),
                fee_minor=from_stripe(row.fee, currency),
                created=datetime.fromtimestamp(row.created, UTC),
            )


def methods_of(order: PaymentOrder) -> list[str]:
    """What the hosted page offers: wallets of the mainland pay in CNY and cannot be held."""
    if order.currency == "CNY" and not order.is_hold:
        return ["card", "alipay", "wechat_pay"]
    return ["card"]


def facts_of_intent(intent: Any) -> PaymentFacts:
    """A PaymentIntent with its latest charge expanded."""
    currency = intent.currency.upper()
    charge = intent.latest_charge
    is_paid = intent.status == "succeeded"
    refunded = getattr(charge, "amount_refunded", 0) if is_paid else 0
    return PaymentFacts(
        reference=_metadata(intent).get(REFERENCE, ""),
        status=INTENT_STATES.get(intent.status, AtGateway.OPEN),
        currency=currency,
        amount_minor=from_stripe(intent.amount, currency),
        payment_id=intent.id,
        receipt=_id(charge) if is_paid else "",
        received_minor=from_stripe(intent.amount_received, currency) if is_paid else 0,
        refunded_minor=from_stripe(refunded, currency),
    )


def facts_of_refund(row: Any) -> OutgoingFacts:
    """A Refund."""
    currency = row.currency.upper()
    return OutgoingFacts(
        gateway_id=row.id,
        progress=REFUND_STATES.get(row.status, Progress.SENT),
        currency=currency,
        amount_minor=from_stripe(row.amount, currency),
        reference=_metadata(row).get(REFERENCE, ""),
        why=getattr(row, "failure_reason", None) or "",
    )


def facts_of_account(row: Any) -> AccountFacts:
    """A connected account."""
    return AccountFacts(gateway_id=row.id, is_ready=bool(row.payouts_enabled))


def asked(call: Callable[[], R]) -> R:
    """Make a call and turn the library's errors into ours."""
    try:
        return call()
    except stripe.CardError as error:
        raise base.CardDeclined(gateway=NAME, reason=error.code or "") from error
    except UNCERTAIN as error:
        raise base.GatewayUnavailable(gateway=NAME, reason=error.code or "") from error
    except stripe.StripeError as error:
        if error.http_status is None or error.http_status in (409, 429):
            raise base.GatewayUnavailable(gateway=NAME) from error
        raise base.GatewayRefused(gateway=NAME, reason=error.code or "") from error


def _out(minor: int, currency: str) -> int:
    try:
        return to_stripe(minor, currency)
    except NotRepresentable as error:
        raise base.GatewayRefused(gateway=NAME, reason="amount") from error


def _key(key: str) -> Any:
    return {"idempotency_key": key}


def _id(value: Any) -> str:
    """The id of something that is given whole or by its id."""
    return (value if isinstance(value, str) else getattr(value, "id", "")) or ""


def _metadata(row: Any) -> dict[str, str]:
    return dict(row.metadata.to_dict()) if row.metadata else {}


def _on_page(facts: PaymentFacts, session: Any) -> PaymentFacts:
    reference = facts.reference or session.client_reference_id or ""
    return replace(facts, reference=reference, page_id=session.id, page_url=session.url or "")
