"""Duties of loans; each may run twice, on several machines, and be killed in the middle.

What is owed depends on the events and the day only: a night that was missed is made up by the next.
"""

from typing import Final

from .services.advances import fall_due
from .services.classing import classify_all
from .services.defaulting import cure_all
from .services.direct_sales import fail_unpaid
from .services.margin_acts import run_calls
from .services.margin_watch import tell_watch
from .services.offers import lapse_offers
from .services.pawn_money import declare_dead
from .services.pre_acquiring import lapse_commitments
from .services.redeeming import stop_redeemed as stop_sales
from .services.repaying import accrue_all
from .services.watching import take_snapshots

PARTS: Final = 2
"""Into how many duties a night is split, so that as many processes may share it."""


def accrue(part: int = 0, of: int = 1) -> str:
    """Post to every loan what accrued up to today; with a part, to the loans of that part."""
    return f"reckoned {accrue_all(part=(part, of))}"


def snapshot(part: int = 0, of: int = 1) -> str:
    """Keep how every loan stands today against its works, and follow its margin test."""
    return f"kept {take_snapshots(part=(part, of))}"


def classify() -> str:
    """Put every loan into its class of today."""
    return f"changed {classify_all()}"


def watch_defaults() -> str:
    """End notices that were met, forward purchases that are over, and sales that nobody paid."""
    return f"cured {cure_all()}, lapsed {lapse_commitments()}, unpaid {fail_unpaid()}"


def stop_redeemed() -> str:
    """Take works out of their sales whose loans are paid."""
    return f"stopped {stop_sales()}"


def lapse() -> str:
    """End the offers whose time is over."""
    return f"lapsed {lapse_offers()}"


def margin() -> str:
    """Escalate margin calls whose days are over, end waivers."""
    return f"followed {run_calls()}"


def watch() -> str:
    """Tell of policies, appraisals and counts that come to their end."""
    return f"told {tell_watch()}"


def pawn() -> str:
    """Declare the pawns dead whose last day is over."""
    return f"dead {declare_dead()}"


def advances() -> str:
    """Let advances fall due whose works came back unsold."""
    return f"fell due {fall_due()}"
