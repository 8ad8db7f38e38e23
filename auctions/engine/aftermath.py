"""How a lot stands after its hammer, from what followed: paid, cancelled, sold once more.

The same moves bind the services; the audit folds the log with them. Auction rules §1, §11.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from .bidding import Hammer

Standing = Literal["unsold", "sold", "settled", "defaulted", "rescinded"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The contract that stands: who buys at which price, and whether the work is given back.

    `settled` is paid in full, `defaulted` a contract that was cancelled because it was not paid,
    `rescinded` one that was undone for another reason, with the money back at the buyer.
    """

    standing: Standing
    buyer: str | None = None
    price: int | None = None
    is_released: bool = False


@dataclass(frozen=True, slots=True)
class Paid:
    """The house confirmed the whole price."""


@dataclass(frozen=True, slots=True)
class Defaulted:
    """The contract was cancelled because its buyer did not pay."""


@dataclass(frozen=True, slots=True)
class Rescinded:
    """The sale was undone: the money went back to the buyer, the work to its seller."""


@dataclass(frozen=True, slots=True)
class Awarded:
    """The work was sold without a hammer."""

    buyer: str
    price: int


@dataclass(frozen=True, slots=True)
class Released:
    """After a default the work was given back."""


Step = Paid | Defaulted | Rescinded | Awarded | Released


class Impossible(ValueError):
    """A step that cannot follow what stands; the text says which."""


def begun(hammer: Hammer) -> Outcome:
    """What the hammer left."""
    if not hammer.is_sold:
        return Outcome("unsold", is_released=True)
    return Outcome("sold", hammer.winner, hammer.price)


def after(outcome: Outcome, step: Step) -> Outcome:
    """The outcome after one more step. Raises `Impossible`."""
    if isinstance(step, Paid) and outcome.standing == "sold":
        return replace(outcome, standing="settled")
    if isinstance(step, Defaulted) and outcome.standing == "sold":
        return Outcome("defaulted")
    if isinstance(step, Rescinded) and outcome.standing in ("sold", "settled"):
        return Outcome("rescinded", is_released=True)
    if isinstance(step, Released) and outcome.standing == "defaulted" and not outcome.is_released:
        return replace(outcome, is_released=True)
    if isinstance(step, Awarded) and _may_be_awarded(outcome):
        return Outcome("sold", step.buyer, step.price)
    raise Impossible(f"{type(step).__name__} after {outcome.standing}")


def fold(hammer: Hammer, steps: Iterable[Step]) -> Outcome:
    """The outcome of all steps, in their order. Raises `Impossible`."""
    outcome = begun(hammer)
    for step in steps:
        outcome = after(outcome, step)
    return outcome


def _may_be_awarded(outcome: Outcome) -> bool:
    """After a default while the work is still held; after no sale at all at any time."""
    if outcome.standing == "defaulted":
        return not outcome.is_released
    return outcome.standing == "unsold"
