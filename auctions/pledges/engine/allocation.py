"""How a payment is shared out: in an order that is data, each claim before the next.

Where nothing was agreed: costs, interest, principal (民法典 561, to be checked); where the penalty
stands is a setting of the contract. Pledge rules §7, §9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=str)


@dataclass(frozen=True, slots=True)
class Allocation(Generic[Name]):
    """What went to each claim, in order, and what is left over."""

    paid: Mapping[Name, int]
    unapplied: int


def allocate(amount: int, order: Sequence[Name], due: Mapping[Name, int]) -> Allocation[Name]:
    """Share an amount out. The parts paid and the rest add up to it.

    Raises ValueError for a negative amount or claim, an order that names one twice, or a claim
    above zero that the order leaves out.
    """
    if amount < 0 or any(claim < 0 for claim in due.values()):
        raise ValueError("an amount is below zero")
    if len(set(order)) != len(order):
        raise ValueError("the order names a claim twice")
    if any(claim and name not in order for name, claim in due.items()):
        raise ValueError("the order leaves a claim out")
    paid: dict[Name, int] = {}
    for name in order:
        paid[name] = min(amount, due.get(name, 0))
        amount -= paid[name]
    return Allocation(paid, amount)
