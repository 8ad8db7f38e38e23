"""What the search has to do every few minutes; `manage.py tick` calls it."""

from artmarket.core import duties

from .names import recount_names
from .saved import tell_news
from .snapshot import take_snapshot


def register_duties() -> None:
    """Announce the duties (AppConfig.ready)."""
    duties.register("search-counts", 300, _count)
    duties.register("search-news", 600, tell_news)


def _count() -> str:
    total = take_snapshot()
    return f"{total} works, {recount_names()} makers changed"
