"""Duties: what must be done every so often, by exactly one process at a time.

Apps register theirs in AppConfig.ready; `manage.py tick` runs what is due. A lease row says who
runs a duty until when, so any number of machines may tick; every duty can run twice.
"""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from .clock import db_now
from .models import Lease

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Duty:
    """`run` is called without arguments and returns words for the log (or None)."""

    name: str
    every: timedelta
    run: Callable[[], object]


_duties: dict[str, Duty] = {}


def register(name: str, every_seconds: int, run: Callable[[], object]) -> None:
    """Announce a duty; registering the same name again replaces it."""
    _duties[name] = Duty(name, timedelta(seconds=every_seconds), run)


def duties() -> list[Duty]:
    """All registered duties by name."""
    return [_duties[name] for name in sorted(_duties)]


def run_due(*, force: bool = False) -> dict[str, str]:
    """Run every due duty under its lease; a failing one is reported and the others still run.

    Returns name → result words for those that ran.
    """
    results: dict[str, str] = {}
    for duty in duties():
        if not _take(duty, force=force):
            continue
        try:
            result = str(duty.run() or "done")
        except Exception as error:  # the other duties must still run
            log.exception("duty_failed", duty=duty.name)
            result = f"failed: {type(error).__name__}: {error}"
        _give_back(duty, result)
        results[duty.name] = result
    return results


def _take(duty: Duty, *, force: bool) -> bool:
    """Whether this process got the lease; one conditional update decides between processes."""
    holder = f"{socket.gethostname()}:{os.getpid()}"
    with transaction.atomic():
        now = db_now()
        Lease.objects.get_or_create(name=duty.name, defaults={"held_until": now})
        due = Q(last_run_at__isnull=True) | Q(last_run_at__lte=now - duty.every)
        free = Lease.objects.filter(Q() if force else due, name=duty.name, held_until__lte=now)
        return bool(free.update(held_until=now + LEASE, holder=holder))


def _give_back(duty: Duty, result: str) -> None:
    with transaction.atomic():
        now = db_now()
        Lease.objects.filter(name=duty.name).update(
            held_until=now, last_run_at=now, last_result=result[:400]
        )
