"""What margin calls, realisation and advances show on a loan's page, to borrower and lender."""

from typing import Any

from .models import Loan
from .selectors import advance, margin, realisation


def panels_of(loan: Loan, *, is_lender: bool) -> list[tuple[str, Any]]:
    """(template, what it needs) of each that has something to say; the template finds it as
    `panel`, beside `loan` and `is_lender`."""
    found = (
        ("margin", margin.panel_of(loan, is_lender=is_lender)),
        ("realisation", realisation.panel_of(loan)),
        ("advance", advance.panel_of(loan)),
    )
    return [(f"pledges/{part}/panel.html", panel) for part, panel in found if panel is not None]
