"""What a pawn ticket costs up to a day: the fee by days, the interest pro rata (37, 38).

Charges stop on the last day of redemption. A renewal counts from the old maturity; before that day
it costs nothing yet. Rates are arguments. Pledge rules §2.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .pawn import FeeRule, fee_cap
from .rounding import down


@dataclass(frozen=True, slots=True)
class Charges:
    """The days since the ticket began, the fee and the interest for them in the smallest unit."""

    days: int
    fee: int
    interest: int


def charges(
    principal: int, start: date, on: date, *, until: date, fee: FeeRule, annual_pct: Fraction,
    year_days: int, is_renewal: bool,
) -> Charges:  # fmt: skip
    """What is owed besides the principal at the end of `on`; both parts rounded down."""
    days = (min(on, until) - start).days
    if days < 0 or (is_renewal and days == 0):
        return Charges(0, 0, 0)
    most = fee_cap(principal, days, fee).most
    return Charges(days, most, down(Fraction(principal) * annual_pct / 100 * days / year_days))
