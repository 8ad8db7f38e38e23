"""The four parts of what a loan owes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Part = Literal["cost", "interest", "penalty", "principal"]
PARTS: Final[tuple[Part, ...]] = ("cost", "interest", "penalty", "principal")


@dataclass(frozen=True, slots=True)
class Parts:
    """Amounts by part, in the smallest unit."""

    cost: int = 0
    interest: int = 0
    penalty: int = 0
    principal: int = 0

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(
            self.cost + other.cost, self.interest + other.interest,
            self.penalty + other.penalty, self.principal + other.principal,
        )  # fmt: skip

    def __sub__(self, other: "Parts") -> "Parts":
        return Parts(
            self.cost - other.cost, self.interest - other.interest,
            self.penalty - other.penalty, self.principal - other.principal,
        )  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.cost or self.interest or self.penalty or self.principal)

    def of(self, part: Part) -> int:
        amount: int = getattr(self, part)
        return amount

    def least(self) -> int:
        """The smallest of the four; below zero where a part was paid more than it is."""
        return min(self.cost, self.interest, self.penalty, self.principal)

    @property
    def total(self) -> int:
        return self.cost + self.interest + self.penalty + self.principal


def only(part: Part, amount: int) -> Parts:
    """An amount of one part."""
    return gathered({part: amount})


def gathered(amounts: Mapping[Part, int]) -> Parts:
    """The parts of a mapping; those it doesn't name are nil."""
    get = amounts.get
    return Parts(get("cost", 0), get("interest", 0), get("penalty", 0), get("principal", 0))


NOTHING: Final = Parts()
