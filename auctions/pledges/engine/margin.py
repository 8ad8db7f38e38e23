"""The life of one margin call (追加担保): from the day it opens to its cure or what follows.

open → notified → partly_cured → cured | escalated | waived. While a call is not settled nothing is
paid out and nothing released. A waiver is given by two people, with a reason and an end.
民法典 433; pledge rules §8.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from .collateral import MarginTest

State = Literal["open", "notified", "partly_cured", "cured", "escalated", "waived"]

MOVES: Final[dict[State, frozenset[State]]] = {
    "open": frozenset({"notified", "cured", "waived"}),
    "notified": frozenset({"partly_cured", "cured", "escalated", "waived"}),
    "partly_cured": frozenset({"notified", "cured", "escalated", "waived"}),
    "escalated": frozenset({"cured"}),
    "waived": frozenset({"open"}),
    "cured": frozenset(),
}
HOLDS: Final[frozenset[State]] = frozenset({"open", "notified", "partly_cured", "escalated"})


class Impossible(ValueError):
    """A step that cannot follow what stands; the text says which."""


@dataclass(frozen=True, slots=True)
class MarginCall:
    """A call for more security.

    `short` is the shortfall it was opened for, `remaining` what of it is not cured; `cure_by` the
    last day to cure, from the notice on; `waived_until` the last day of a waiver.
    """

    state: State
    opened_on: date
    short: int
    remaining: int
    cure_by: date | None = None
    waived_until: date | None = None
    waived_by: tuple[str, ...] = ()
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether it stops disbursement and release."""
        return self.state in HOLDS


def opened(test: MarginTest, on: date) -> MarginCall:
    """A call for what is short. Raises Impossible where nothing is, or it is unknown."""
    if not test.remaining:
        raise Impossible("nothing is known to be short")
    return MarginCall("open", on, test.remaining, test.remaining)


def notify(call: MarginCall, on: date, *, deadline: Callable[[date], date]) -> MarginCall:
    """The notice was delivered; `deadline` counts the days to cure from that day."""
    return replace(_to(call, "notified"), cure_by=deadline(on))


def cure(call: MarginCall, test: MarginTest) -> MarginCall:
    """What a later test leaves of the call, after cash, more works or a new value.

    A test that is blocked proves nothing and changes nothing.
    """
    if test.remaining is None or call.state not in HOLDS:
        return call
    if not test.remaining:
        return replace(_to(call, "cured"), remaining=0)
    call = replace(call, remaining=test.remaining)
    if call.state == "notified" and test.remaining < call.short:
        return _to(call, "partly_cured")
    if call.state == "partly_cured" and test.remaining >= call.short:
        return _to(call, "notified")
    return call


def escalate(call: MarginCall, on: date) -> MarginCall:
    """The days to cure are over. Raises Impossible before that."""
    if call.cure_by is None or on <= call.cure_by:
        raise Impossible("the days to cure are not over")
    return _to(call, "escalated")


def waive(
    call: MarginCall, on: date, *, by: tuple[str, ...], reason: str, until: date
) -> MarginCall:
    """Two people let the call rest until a day, for a reason. Raises Impossible otherwise."""
    if len(set(by)) < 2:
        raise Impossible("a waiver needs two people")
    if not reason.strip() or until <= on:
        raise Impossible("a waiver has a reason and an end")
    return replace(_to(call, "waived"), waived_until=until, waived_by=by, reason=reason)


def lapse(call: MarginCall, on: date) -> MarginCall:
    """A waiver that is over leaves the call as it was opened; the borrower is notified anew."""
    if call.state != "waived" or call.waived_until is None or on <= call.waived_until:
        return call
    return replace(_to(call, "open"), cure_by=None, waived_until=None, waived_by=(), reason="")


def _to(call: MarginCall, state: State) -> MarginCall:
    if state not in MOVES[call.state]:
        raise Impossible(f"{state} does not follow {call.state}")
    return replace(call, state=state)
