"""What planning tells those who keep bookings: called in the same transaction, under its locks.

Registered once at start (AppConfig.ready). A hook may lock quotas and bookings, which rank below
programmes; what it sends, it sends after commit.
"""

from collections.abc import Callable
from typing import Any, Final, Literal, Protocol

from .models import Programme, Quota, Session

Change = Literal["moved", "cancelled", "room", "restored"]
OnCancelled = Callable[[Any, Programme], None]
OnQuotaRaised = Callable[[Any, Quota], None]


class OnSessionChanged(Protocol):
    """`before`: starts_at, ends_at, room and state of the session until now."""

    def __call__(
        self, actor: Any, session: Session, change: Change, before: dict[str, Any]
    ) -> None: ...


_on_cancelled: Final[list[OnCancelled]] = []
_on_session: Final[list[OnSessionChanged]] = []
_on_raised: Final[list[OnQuotaRaised]] = []


def on_programme_cancelled(then: OnCancelled) -> None:
    """Call `then(actor, programme)` once a programme is cancelled, after its sessions are."""
    if then not in _on_cancelled:
        _on_cancelled.append(then)


def on_session_changed(then: OnSessionChanged) -> None:
    """Call `then(actor, session, change, before)` for each session that people must be told of.

    The sessions of a cancelled programme are told of by `on_programme_cancelled` alone. `actor`
    None: the platform itself.
    """
    if then not in _on_session:
        _on_session.append(then)


def on_quota_raised(then: OnQuotaRaised) -> None:
    """Call `then(actor, quota)` once a quota has more places, or may count its places no more."""
    if then not in _on_raised:
        _on_raised.append(then)


def programme_cancelled(actor: Any, programme: Programme) -> None:
    """Tell that a programme was cancelled."""
    for then in _on_cancelled:
        then(actor, programme)


def session_changed(actor: Any, session: Session, change: Change, before: dict[str, Any]) -> None:
    """Tell that a session takes place otherwise, or not."""
    for then in _on_session:
        then(actor, session, change, before)


def quota_raised(actor: Any, quota: Quota) -> None:
    """Tell that places became free."""
    for then in _on_raised:
        then(actor, quota)
