"""What is done every so often about what happens; each may run twice."""

import structlog

from artmarket.core.errors import DomainError

from .enums import ProgrammeState
from .models import Programme
from .services import exhibits, sessions

log = structlog.get_logger(__name__)


def extend_recurring() -> str:
    """Plan the dates of every rule that the horizon has come to, a programme at a time."""
    added = blocked = refused = 0
    rows = Programme.objects.exclude(rule="").exclude(state=ProgrammeState.CANCELLED)
    for key in rows.order_by("pk").values_list("pk", flat=True):
        try:
            result = sessions.extend(programme_id=key)
        except DomainError as error:  # the others must still be planned
            log.warning("programme_not_extended", programme=key, code=error.code)
            refused += 1
            continue
        added += result.added
        blocked += len(result.blocked)
    return f"{added} added, {blocked} blocked, {refused} refused"


def return_works() -> str:
    """Release the loans of exhibitions that are over."""
    return f"{exhibits.release_of()} returned"
