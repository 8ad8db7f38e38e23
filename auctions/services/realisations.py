"""Works on which a creditor has a claim: his lock gives way to the lot's, and he is paid first.

The module above registers itself at start (imports point down). It says which consignments it made
by its power (in others the owner sells, and owes an advance), gives the lock of the work to a lot,
may refuse that a contract ends, and has the first claim on what the seller gets.
Pledge rules §9; 民法典 436.
"""

from collections.abc import Iterable
from typing import Protocol

from artmarket.accounts.models import User
from artmarket.ledger.models import Account
from catalog.models import Encumbrance, Work

from ..models import Consignment, Lot, Settlement


class Claim(Protocol):
    """The first claim on a seller's part, read under its own lock, in the release's transaction."""

    @property
    def left(self) -> int:
        """What of the part remains for the seller, in the smallest unit."""

    @property
    def accounts(self) -> Iterable[Account]:
        """Every account that paying the claim moves: they are locked with the others."""

    def pay(self, *, actor: User | None) -> None:
        """Pay the claim out of the seller's payable, once it holds the part."""


class Realiser(Protocol):
    """What the module above does for sales by its power."""

    def owns(self, consignment_id: int) -> bool:
        """Whether a consignment was made by this power."""

    def ending(self, *, actor: User, consignment: Consignment, by_owner: bool) -> None:
        """The owner or the house ends a contract of consignment; raises what stands against it."""

    def take_lock(
        self, *, actor: User, work: Work, consignment: Consignment, reference: str
    ) -> Encumbrance | None:
        """The lock of a new lot, in the place of the module's own; None: not its work."""

    def claim_on(self, row: Settlement, lot: Lot, amount: int) -> Claim | None:
        """The claim on the amount that the seller of a settlement gets; None: there is none."""

    def passed_on(self, row: Settlement) -> int:
        """What of the seller's part of a released settlement went to the claim."""


_realisers: list[Realiser] = []


def register(realiser: Realiser) -> None:
    """Called once at start by the module."""
    if not any(type(known) is type(realiser) for known in _realisers):
        _realisers.append(realiser)


def is_by_power(consignment_id: int) -> bool:
    """Whether a creditor sells, and not the owner: then the owner neither agrees nor ends it."""
    return any(realiser.owns(consignment_id) for realiser in _realisers)


def ending(*, actor: User, consignment: Consignment, by_owner: bool) -> None:
    """Ask whoever has lent on it before a consignment ends, under the lock of its work."""
    for realiser in _realisers:
        realiser.ending(actor=actor, consignment=consignment, by_owner=by_owner)


def take_lock(
    *, actor: User, work: Work, consignment: Consignment, reference: str
) -> Encumbrance | None:
    """The lock of a lot that is sold by a power; None: the lot takes it in the ordinary way."""
    for realiser in _realisers:
        lock = realiser.take_lock(
            actor=actor, work=work, consignment=consignment, reference=reference
        )
        if lock is not None:
            return lock
    return None


def claim_on(row: Settlement, lot: Lot, amount: int) -> Claim | None:
    """The first claim on the seller's part, if anybody has one."""
    found = (realiser.claim_on(row, lot, amount) for realiser in _realisers)
    return next((claim for claim in found if claim is not None), None)


def passed_on(row: Settlement) -> int:
    """What of the seller's part went to somebody else, and is not with the platform."""
    return sum(realiser.passed_on(row) for realiser in _realisers)
