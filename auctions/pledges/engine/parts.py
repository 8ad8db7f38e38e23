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
        return Parts(*(self.of(part) + other.of(part) for part in PARTS))

    def __sub__(self, other: "Parts") -> "Parts":
        return Parts(*(self.of(part) - other.of(part) for part in PARTS))

    def __bool__(self) -> bool:
        return any(self.of(part) for part in PARTS)

    def of(self, part: Part) -> int:
        amount: int = getattr(self, part)
        return amount

    def least(self) -> int:
        """The smallest of the four; below zero where a part was paid more than it is."""
        return min(self.of(part) for part in PARTS)

    @property
    def total(self) -> int:
        return self.cost + self.interest + self.penalty + self.principal


def only(part: Part, amount: int) -> Parts:
    """An amount of one part."""
    return gathered({part: amount})


def gathered(amounts: Mapping[Part, int]) -> Parts:
    """The parts of a mapping; those it doesn't name are nil."""
    return Parts(*(amounts.get(part, 0) for part in PARTS))


NOTHING: Final = Parts()
