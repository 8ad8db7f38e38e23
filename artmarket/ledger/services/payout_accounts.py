"""Connected accounts: where a gateway pays a party out to. What it asks them stays with it."""

import secrets

from django.db import transaction

from artmarket.accounts.models import Party, User
from artmarket.accounts.permissions import parties_of
from artmarket.core.errors import NotAllowed
from artmarket.core.events import record_event

from ..gateways import gateway
from ..gateways.base import AccountFacts
from ..models import PayoutAccount


def connect(*, actor: User, party: Party, gateway_name: str, return_url: str) -> str:
    """Open a party's account at a gateway, once, and give the address of the page it fills in.

    Called outside a transaction. Raises `NotAllowed`, `GatewayError`.
    """
    if not parties_of(actor).filter(pk=party.pk).exists():
        raise NotAllowed()
    row = _row(party, gateway_name)
    at = gateway(gateway_name)
    if not row.gateway_id:
        facts = at.open_account(
            key=f"account:{party.pk}", reference=f"party-{party.pk}", email=actor.email
        )
        row = _keep(actor, row.pk, facts)
    return at.account_page(
        row.gateway_id, return_url=return_url, key=f"page:{secrets.token_hex(8)}"
    )  # each visit has a page of its own: the gateway's are used once


@transaction.atomic(durable=True)
def _row(party: Party, gateway_name: str) -> PayoutAccount:
    return PayoutAccount.objects.get_or_create(party=party, gateway=gateway_name)[0]


@transaction.atomic(durable=True)
def _keep(actor: User, row_id: int, facts: AccountFacts) -> PayoutAccount:
    PayoutAccount.objects.filter(pk=row_id, gateway_id="").update(
        gateway_id=facts.gateway_id, is_ready=facts.is_ready
    )
    row = PayoutAccount.objects.get(pk=row_id)
    record_event(
        actor=actor, action="payout_account.opened", subject=row,
        after={"is_ready": row.is_ready},
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def apply_account(*, gateway_name: str, facts: AccountFacts) -> bool:
    """Whether the account may be paid out to, as the gateway says now; False: not one of ours."""
    rows = PayoutAccount.objects.filter(gateway=gateway_name, gateway_id=facts.gateway_id)
    row = rows.first()
    if row is None:
        return False
    if row.is_ready != facts.is_ready:
        before, row.is_ready = row.is_ready, facts.is_ready
        row.save(update_fields=["is_ready"])
        record_event(
            actor=None, action="payout_account.changed", subject=row,
            before={"is_ready": before}, after={"is_ready": row.is_ready},
        )  # fmt: skip
    return True
