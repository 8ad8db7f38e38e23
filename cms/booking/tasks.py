"""Jobs of registering; each step in a transaction of its own, each may run twice."""

from collections.abc import Callable, Iterable
from typing import Any

import structlog

from artmarket.core.errors import DomainError

from ..services import forgetting, reminding, waiting

log = structlog.get_logger(__name__)


def keep_moving() -> str:
    """What time, planning and free places do to bookings; words for the log."""
    counts = {
        "called off": _each(waiting.call_off, "booking_id", waiting.due_for_calling_off()),
        "moved": _each(waiting.tell_moved, "booking_id", waiting.due_for_moving()),
        "expired": _each(waiting.expire, "booking_id", waiting.due_for_expiry()),
        "promoted": _each(waiting.promote, "programme_id", waiting.due_for_promotion()),
        "reminded": reminding.remind_due(),
    }
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _each(step: Callable[..., Any], name: str, keys: Iterable[int]) -> int:
    """Take the step for each; a refusal of one does not stop the others."""
    done = 0
    for key in keys:
        try:
            result = step(**{name: key})
        except DomainError:
            log.warning("booking_step_refused", step=step.__name__, key=key, exc_info=True)
            continue
        done += len(result) if isinstance(result, list) else int(bool(result))
    return done


def forget() -> str:
    """Forget what visitors typed long ago."""
    return f"forgotten {forgetting.forget_due()}"
