"""What the price of a realised pledge pays, in order; the rest is the pledgor's.

The surplus goes back (多退), the deficiency stays a claim against the debtor (少补): 民法典 438.
Default order: costs of realisation, custody, interest, penalty, principal. Pledge rules §9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .allocation import allocate


@dataclass(frozen=True, slots=True)
class Distribution:
    """What each claim got, what goes back to the pledgor, and what is still owed."""

    paid: Mapping[str, int]
    surplus: int
    deficiency: int


def distribute(price: int, order: Sequence[str], claims: Mapping[str, int]) -> Distribution:
    """Pay the claims from the price. Raises ValueError as `allocation.allocate` does."""
    shared = allocate(price, order, claims)
    owed = sum(claims.values()) - sum(shared.paid.values())
    return Distribution(shared.paid, shared.unapplied, owed)
