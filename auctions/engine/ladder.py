"""Bid ladders: the step at a price, the rungs, the menu of maxima.

A limit belongs to the upper row: at the price where a row begins, its step holds. Rungs are counted
from the first rung, each plus the step at it. Auction rules §2.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, pairwise
from typing import Final, Literal

StepMode = Literal["add", "snap"]
StepRefusal = Literal["leader_may_not_bid", "not_a_multiple", "below_minimum", "not_above_current"]

_MOST_RUNGS: Final = 1_000_000


class LadderProblem(ValueError):
    """The rows are no ladder; the text says why."""


@dataclass(frozen=True, slots=True)
class PercentStep:
    """A share of the price, rounded down to `unit`, never below `least`."""

    percent: Fraction
    unit: int
    least: int

    def at(self, price: int) -> int:
        return max(self.least, int(self.percent * price / (100 * self.unit)) * self.unit)


@dataclass(frozen=True, slots=True)
class _Run:
    """Rungs of one step: `start`, `start + step` … below `stop` (None: without end)."""

    start: int
    step: int
    stop: int | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rows of (price from, step), or a share of the price.

    `published_to` is the last price that the house published; above it the auctioneer decides.
    Raises LadderProblem.
    """

    rows: tuple[tuple[int, int], ...] = ()
    first_rung: int = 0
    published_to: int | None = None
    percent: PercentStep | None = None
    _runs: tuple[_Run, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if bool(self.rows) == bool(self.percent):
            raise LadderProblem("a ladder has either rows or a percentage")
        if any(step <= 0 for _start, step in self.rows):
            raise LadderProblem("every step must be above zero")
        if self.percent and (self.percent.unit <= 0 or self.percent.least <= 0):
            raise LadderProblem("unit and least step must be above zero")
        if any(one >= other for (one, _a), (other, _b) in pairwise(self.rows)):
            raise LadderProblem("the rows must rise")
        if self.first_rung < 0 or any(start < 0 for start, _step in self.rows):
            raise LadderProblem("no price is below zero")
        object.__setattr__(self, "_runs", tuple(_runs(self.rows, self.first_rung)))

    def step_at(self, price: int) -> int:
        """The step of the last row that begins at or below the price (of the first, below all)."""
        if self.percent:
            return self.percent.at(price)
        found = self.rows[0][1]
        for start, step in self.rows:
            if start > price:
                break
            found = step
        return found

    def next_bid(self, price: int, mode: StepMode) -> int:
        """The least bid above a price: price plus step (add), or the next rung (snap)."""
        return price + self.step_at(price) if mode == "add" else self.rung_above(price)

    def rung_above(self, price: int) -> int:
        """The smallest rung strictly above a price."""
        if price < self.first_rung:
            return self.first_rung
        if self.percent:
            return next(rung for rung in self._walk() if rung > price)
        run = self._run_of(price)
        # The last rung of a run steps over its end to the first of the next.
        return run.start + ((price - run.start) // run.step + 1) * run.step

    def rung_at_or_below(self, amount: int) -> int | None:
        """The highest rung that is not above the amount; None below the first."""
        if amount < self.first_rung:
            return None
        if self.percent:
            below = self.first_rung
            for rung in self._walk():
                if rung > amount:
                    break
                below = rung
            return below
        run = self._run_of(amount)
        return run.start + (amount - run.start) // run.step * run.step

    def rungs(self, low: int, high: int | None = None) -> Iterator[int]:
        """The rungs from `low` to `high`, both included."""
        rung = low if low == self.rung_at_or_below(low) else self.rung_above(low)
        while high is None or rung <= high:
            yield rung
            rung = self.rung_above(rung)

    def menu(self, ask: int, own: int | None, count: int) -> list[int]:
        """The maxima offered to a bidder.

        To one who does not lead: the ask itself, also off the ladder, then the rungs above it; to
        the leader, whose maximum is `own`: the rungs strictly above it.
        """
        if own is not None:
            return list(islice(self.rungs(self.rung_above(own)), count))
        return [ask, *islice(self.rungs(self.rung_above(ask)), max(count - 1, 0))][:count]

    def preview(self, low: int, high: int) -> tuple[Fraction, Fraction] | None:
        """The least and the greatest step in percent of the rung, over rungs in [low, high).

        None where there is no rung above zero. Within one run the share falls as the rung rises,
        so that its two ends tell it.
        """
        shares = [Fraction(100 * step, rung) for rung, step in self._corners(low, high) if rung > 0]
        return (min(shares), max(shares)) if shares else None

    def is_published(self, price: int) -> bool:
        """Whether the house's own table reaches this price."""
        return self.published_to is None or price <= self.published_to

    def _corners(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        if self.percent:
            for rung in self._walk():
                if rung >= high:
                    return
                if rung >= low:
                    yield rung, self.step_at(rung)
            return
        for run in self._runs:
            start = max(run.start, low, 1)
            first = run.start + -(-(start - run.start) // run.step) * run.step
            end = high if run.stop is None else min(high, run.stop)
            last = run.start + (end - 1 - run.start) // run.step * run.step
            if first <= last:
                yield first, run.step
                yield last, run.step

    def _run_of(self, price: int) -> _Run:
        found = self._runs[0]
        for run in self._runs:
            if run.start > price:
                break
            found = run
        return found

    def _walk(self) -> Iterator[int]:
        rung = self.first_rung
        for _count in range(_MOST_RUNGS):
            yield rung
            rung += self.step_at(rung)
        raise LadderProblem("the ladder has too many rungs")


def _runs(rows: tuple[tuple[int, int], ...], first_rung: int) -> Iterator[_Run]:
    """The rows as runs of rungs; a row that no rung falls into has none."""
    rung = first_rung
    for index, (_start, step) in enumerate(rows):
        stop = rows[index + 1][0] if index + 1 < len(rows) else None
        if stop is not None and rung >= stop:
            continue
        yield _Run(rung, step, stop)
        if stop is not None:
            rung += -(-(stop - rung) // step) * step


def step_refusal(
    *, start: int, step: int, least: int, current: int | None, amount: int, by_leader: bool
) -> StepRefusal | None:
    """Why a bid of a fixed-step sale is refused, or None.

    Valid is start + n·step with n whole and at least `least`, above the current price, by somebody
    who does not lead (CBEX; by 法释〔2016〕18号 Art. 11 one bid at the start price is enough: 0).
    """
    if by_leader:
        return "leader_may_not_bid"
    if (amount - start) % step:
        return "not_a_multiple"
    if (amount - start) // step < least:
        return "below_minimum"
    if current is not None and amount <= current:
        return "not_above_current"
    return None
