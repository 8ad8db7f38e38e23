"""Who must have a second factor, and who has one. docs/adr/0005 says why it is asked here.

An authenticator app or a passkey is a second factor; recovery codes only replace one for a moment.
Pure questions: nothing is changed here, and nothing is asked of the session, because an account
with a factor is only ever signed in to with it (`adapter`, `backends`), and setting up the first
one ends all sessions that began without.
"""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import Exists

from artmarket import rulebook
from artmarket.core.demo import DOMAIN

if TYPE_CHECKING:
    from .models import User

FACTORS = ("totp", "webauthn")
RULE = "security.second_factor_roles"


def required_roles() -> frozenset[str]:
    """The roles that are in effect only with a second factor; an override may add, never remove."""
    version = rulebook.find(RULE)
    return frozenset(version.value) | frozenset(version.book_value or ())


def is_required(user: "User") -> bool:
    """Whether this person must have a second factor: by his roles, or as a superuser."""
    if is_exempt(user):
        return False
    return user.is_superuser or not user.granted_roles.isdisjoint(required_roles())


def is_exempt(user: "User") -> bool:
    """Demonstration accounts, where DEMO is on: their addresses and their password are public.

    The production profile switches DEMO off, and no setting switches it on.
    """
    return settings.DEMO and user.email.lower().endswith(f"@{DOMAIN}")


def has_one(user_id: Any) -> Exists:
    """The question to the database whether the person with this key has a factor."""
    authenticators = apps.get_model("mfa", "Authenticator")._default_manager
    return Exists(authenticators.filter(user_id=user_id, type__in=FACTORS))
