"""What a default may rest on: days overdue beyond the contract's grace, a margin call that was
escalated, a maturity that passed unpaid. Reads only. Pledge rules §7, §8."""

from dataclasses import dataclass
from datetime import date

from ..engine.state import State
from ..margin_enums import CallState
from ..models import Loan, MarginCall
from ..realisation_enums import DefaultGround


@dataclass(frozen=True, slots=True)
class Grounds:
    """What stands against a loan on a day; amounts in the smallest unit."""

    codes: tuple[DefaultGround, ...]
    overdue: int
    days: int
    owed: int

    def __bool__(self) -> bool:
        return bool(self.codes)


def escalated_call(loan: Loan) -> MarginCall | None:
    """The margin call of a loan that was escalated and still stands, if there is one."""
    return loan.margin_calls.filter(state=CallState.ESCALATED).first()


def grounds_of(loan: Loan, state: State) -> Grounds:
    """Read from the events as they stand at the end of a day (`reckoning.stand`)."""
    on = state.on
    overdue = sum(row.unpaid for row in state.demands if row.due_on < on)
    codes = []
    if overdue and state.dpd > grace_of(loan):
        codes.append(DefaultGround.OVERDUE)
    if is_matured(loan, on) and state.open.principal:
        codes.append(DefaultGround.MATURITY)
    if escalated_call(loan) is not None:
        codes.append(DefaultGround.MARGIN)
    return Grounds(tuple(codes), overdue, state.dpd, state.open.total)


def grace_of(loan: Loan) -> int:
    """The days of grace that the contract names."""
    return int(loan.contract["terms"]["grace_days"])


def is_matured(loan: Loan, on: date) -> bool:
    """Whether the term, with its grace, is over on a day."""
    return loan.matures_on is not None and (on - loan.matures_on).days > grace_of(loan)
