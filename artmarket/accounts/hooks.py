"""What allauth announces about factors, passwords and addresses, handed on to the services."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from . import second_factor
from .models import User
from .services import security


def connect() -> None:
    """Listen; called once when the platform starts."""
    mfa_signals.authenticator_added.connect(_added, dispatch_uid="accounts.factor_added")
    mfa_signals.authenticator_reset.connect(_renewed, dispatch_uid="accounts.factor_renewed")
    mfa_signals.authenticator_removed.connect(_removed, dispatch_uid="accounts.factor_removed")
    for signal, what in (
        (account_signals.password_changed, "user.password_changed"),
        (account_signals.password_set, "user.password_changed"),
        (account_signals.password_reset, "user.password_reset"),
    ):
        signal.connect(_Password(what), dispatch_uid=f"accounts.{id(signal)}", weak=False)
    for signal, what in (
        (account_signals.email_added, "user.email_added"),
        (account_signals.email_changed, "user.email_changed"),
        (account_signals.email_removed, "user.email_removed"),
    ):
        signal.connect(_Noted(what), dispatch_uid=f"accounts.{id(signal)}", weak=False)


def _added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    factors = Authenticator.objects.filter(user=user, type__in=second_factor.FACTORS)
    security.factor_added(
        actor=user,
        kind=authenticator.type,
        is_first=authenticator.type in second_factor.FACTORS and factors.count() == 1,
        session_key=request.session.session_key or "",
    )


def _renewed(user: User, authenticator: Authenticator, **_: Any) -> None:
    security.note(actor=user, action="user.factor_renewed", kind=authenticator.type)


def _removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    security.factor_removed(actor=user, kind=authenticator.type)


class _Password:
    def __init__(self, action: str) -> None:
        self.action = action

    def __call__(self, request: HttpRequest, user: User, **_: Any) -> None:
        own = request.user.is_authenticated and request.user.pk == user.pk
        security.password_changed(
            actor=user,
            action=self.action,
            session_key=(request.session.session_key or "") if own else "",
        )


class _Noted:
    def __init__(self, action: str) -> None:
        self.action = action

    def __call__(self, user: User, **_: Any) -> None:
        security.note(actor=user, action=self.action)
