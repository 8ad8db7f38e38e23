"""The secret address of a person's own calendar: make it, make another, switch it off.

A calendar program can't sign in; whoever has the address reads the calendar. So the secret is as
random as an access token, shown once, kept as a digest only, and replaced at will.
"""

import hashlib
import secrets
from typing import Final

from django.db import transaction
from django.db.models.functions import Now

from artmarket.accounts.locks import lock_user
from artmarket.accounts.models import User
from artmarket.core.errors import NotAllowed
from artmarket.core.events import record_event

from ..models import CalendarAddress

BYTES: Final = 32


def digest_of(secret: str) -> str:
    """What is stored of a secret (hex)."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic(durable=True)
def reset_calendar_address(*, actor: User) -> str:
    """Give the person a new secret, which nobody can read again; the old address ends at once.

    Raises `NotAllowed` for an account that is stopped.
    """
    person = lock_user(pk=actor.pk)
    if not person.is_active:
        raise NotAllowed()
    secret = secrets.token_urlsafe(BYTES)
    address, is_new = CalendarAddress.objects.update_or_create(
        user=person, defaults={"digest": digest_of(secret), "created_at": Now()}
    )
    record_event(
        actor=actor, action="cms.calendar_address_made", subject=address, after={"is_new": is_new}
    )
    return secret


@transaction.atomic(durable=True)
def remove_calendar_address(*, actor: User) -> None:
    """End the address. Where there is none, nothing happens."""
    person = lock_user(pk=actor.pk)
    address = CalendarAddress.objects.filter(user=person).first()
    if address is None:
        return
    record_event(actor=actor, action="cms.calendar_address_removed", subject=address)
    address.delete()
