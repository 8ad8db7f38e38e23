"""Named getters of the locks on tokens and webhooks; see artmarket.core.locks for the order."""

from artmarket.core.errors import WrongState
from artmarket.core.locks import Rank, lock_rows

from .models import Endpoint, Token


def lock_token(*, pk: int) -> Token:
    """Lock one token."""
    rows = lock_rows(Token.objects.select_related("organisation"), rank=Rank.ACCOUNT, pks=[pk])
    if not rows:
        raise WrongState()
    return rows[0]


def lock_endpoint(*, pk: int) -> Endpoint:
    """Lock one webhook endpoint that is not removed."""
    endpoints = Endpoint.objects.select_related("organisation").filter(removed_at__isnull=True)
    rows = lock_rows(endpoints, rank=Rank.ACCOUNT, pks=[pk])
    if not rows:
        raise WrongState()
    return rows[0]
