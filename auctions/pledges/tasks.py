"""Duties of loans; each may run twice, on several machines, and be killed in the middle.

What is owed depends on the events and the day only: a night that was missed is made up by the next.
"""

from .services.margin_acts import run_calls
from .services.margin_watch import tell_watch
from .services.offers import lapse_offers
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


def margin() -> str:
    """Escalate margin calls whose days are over, end waivers."""
    return f"followed {run_calls()}"


def watch() -> str:
    """Tell of policies, appraisals and counts that come to their end."""
    return f"told {tell_watch()}"
