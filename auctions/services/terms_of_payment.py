"""Until when a buyer pays. Auction rules §11; 民法典 203."""

from artmarket import rulebook
from artmarket.core import calendars
from artmarket.core.clock import SHANGHAI

from .. import citations
from ..models import Lot


def due_on(lot: Lot) -> calendars.Deadline:
    """The last day of payment of the contract that stands, and the working day it rolls to.

    The day of the hammer does not count. Raises `CalendarNotCovered`.
    """
    assert lot.closed_at is not None  # noqa: S101 - a sold lot is over
    day = lot.closed_at.astimezone(SHANGHAI).date()
    days = rulebook.get(citations.PAYMENT_DAYS, on=day)
    return calendars.deadline(calendars.china(), event=day, days=days, kind="calendar")
