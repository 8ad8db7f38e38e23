"""System checks: a wrong rule file or override stops the start and says where it is wrong."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error

from artmarket import rulebook
from artmarket.rulebook.book import BookError


def check_rule_book(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every problem of the files (rulebook.E001) and of the overrides (rulebook.E002)."""
    try:
        rulebook.book()
    except BookError as error:
        return [Error(problem, id="rulebook.E001") for problem in error.problems]
    return [Error(problem, id="rulebook.E002") for problem in rulebook.override_problems()]
