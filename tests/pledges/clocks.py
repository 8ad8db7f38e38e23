"""The day of the loans, moved: the database's own clock cannot be.

Only the services of loans read the moved day; the books and the registry keep today's.
"""

import sys
from contextlib import contextmanager
from datetime import timedelta

from artmarket.core import clock


@contextmanager
def days_ago(days: int):
    """Let the services of loans see the day so many days ago (below zero: days to come)."""
    back = timedelta(days=days)
    moved = {
        "db_now": lambda: clock.db_now() - back,
        "db_today": lambda: clock.db_today() - back,
    }
    modules = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("auctions.pledges.services.")
    ]
    kept = [
        (module, name, getattr(module, name))
        for module in modules
        for name in moved
        if hasattr(module, name)
    ]
    for module, name, _real in kept:
        setattr(module, name, moved[name])
    try:
        yield
    finally:
        for module, name, real in kept:
            setattr(module, name, real)
