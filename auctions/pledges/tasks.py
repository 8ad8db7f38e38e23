"""Duties of loans; each may run twice, on several machines, and be killed in the middle.

What is owed depends on the events and the day only: a night that was missed is made up by the next.
"""

from .services.offers import lapse_offers
from .services.pawn_money import declare_dead
from .services.repaying import accrue_all
from .services.watching import take_snapshots


def accrue() -> str:
    """Post to every loan what accrued up to today."""
    return f"reckoned {accrue_all()}"


def snapshot() -> str:
    """Keep how every loan stands today against its works."""
    return f"kept {take_snapshots()}"


def lapse() -> str:
    """End the offers whose time is over."""
    return f"lapsed {lapse_offers()}"


def pawn() -> str:
    """Declare the pawns dead whose last day is over."""
    return f"dead {declare_dead()}"
