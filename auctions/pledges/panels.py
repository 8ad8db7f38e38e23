"""What other parts show on the page of a loan.

A part registers a function (user, loan) that gives what its panel needs, or None for nothing; its
template is `pledges/<part>/panel.html` and finds that as `panel`, with `loan` beside it.
"""

from collections.abc import Callable
from typing import Any

from .models import Loan

Panel = Callable[[Any, Loan], Any]
_panels: dict[str, Panel] = {}


def register(part: str, panel: Panel) -> None:
    """Announce the panel of a part (`margin`, `realisation`). Registering twice changes nothing."""
    _panels[part] = panel


def panels_of(user: Any, loan: Loan) -> list[tuple[str, Any]]:
    """(template, what it needs) of every panel that has something to say, in their order."""
    found = ((part, panel(user, loan)) for part, panel in _panels.items())
    return [(f"pledges/{part}/panel.html", given) for part, given in found if given is not None]
