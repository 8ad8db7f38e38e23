"""System check: a key of the public log that is none stops the start, not the signing at night."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from catalog.engine.log import LogError, Policy, read_key
from catalog.services.log_policy import log_keys, origin, witness_keys


def check_log_keys(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each of PUBLIC_LOG_OLD_KEYS and PUBLIC_LOG_WITNESSES is read, and no key stands twice."""
    problems = [
        Error(f"{name}: {error}", id="catalog.E001")
        for name in ("PUBLIC_LOG_OLD_KEYS", "PUBLIC_LOG_WITNESSES")
        for error in _faults(getattr(settings, name))
    ]
    if problems or not settings.PUBLIC_LOG_KEY:
        return list(problems)
    try:
        Policy(origin(), log_keys(), witness_keys())
    except LogError as error:
        return [Error(f"PUBLIC_LOG_WITNESSES: {error}", id="catalog.E002")]
    return []


def _faults(texts: Sequence[str]) -> list[LogError]:
    found = []
    for text in texts:
        try:
            read_key(text)
        except LogError as error:
            found.append(error)
    return found
