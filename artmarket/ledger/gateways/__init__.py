"""The payment gateways that are set up here, by name.

`stripe` takes payments on its own hosted page; `bank` (transfers) and `desk` (cash, cheques) are
confirmed by people and statements, so nothing is called there.
"""

from django.conf import settings

from artmarket.ledger.gateways.base import Gateway, GatewayNotOffered
from artmarket.ledger.gateways.stripe_adapter import NAME as STRIPE
from artmarket.ledger.gateways.stripe_adapter import StripeGateway

__all__ = ["BANK", "DESK", "MANUAL", "STRIPE", "called", "gateway", "offered"]

BANK = "bank"
DESK = "desk"
MANUAL = frozenset({BANK, DESK})


def gateway(name: str) -> Gateway:
    """The gateway of this name. Raises `GatewayNotOffered` when it is not set up here."""
    if name == STRIPE and settings.STRIPE_SECRET_KEY:
        return StripeGateway(settings.STRIPE_SECRET_KEY, base=settings.STRIPE_API_BASE)
    raise GatewayNotOffered(gateway=name)


def offered(currency: str, *, is_hold: bool = False) -> list[str]:
    """How a payer can pay in this currency; a hold needs a gateway that can hold."""
    names = []
    if settings.STRIPE_SECRET_KEY and gateway(STRIPE).takes(currency):
        names.append(STRIPE)
    return names if is_hold else [*names, BANK]


def called() -> list[str]:
    """The gateways that are set up here and answer calls."""
    return [STRIPE] if settings.STRIPE_SECRET_KEY else []
