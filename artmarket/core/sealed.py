"""Columns that only the platform can read: sealed before they reach the database.

Fernet (AES-128-CBC with HMAC-SHA256) of `cryptography`. `settings.FIELD_KEYS` lists the keys: the
first one seals, each of them opens, so that a key is changed in three steps (put the new one in
front, run `manage.py reseal`, take the old one away). A sealed column can't be searched; equal
values are found by `fingerprint`, a keyed hash.
"""

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models


class SealBroken(ValueError):
    """A value that none of the keys opens: a key was taken away too early, or it was changed."""


def seal(text: str) -> str:
    """Seal a text under the newest key; the empty text stays empty."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode() if text else ""


def unseal(token: str) -> str:
    """The text of a sealed value. Raises `SealBroken`."""
    if not token:
        return ""
    try:
        return _box(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise SealBroken("no key opens this value") from error


def is_newest(token: str) -> bool:
    """Whether the newest key sealed this value."""
    if not token:
        return True
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def fingerprint(text: str, *, kind: str) -> str:
    """A keyed hash of a normal form: equal for equal texts of one kind, useless without the key.

    The key is its own (`settings.FINGERPRINT_KEY`), so that changing the sealing keys keeps it.
    """
    key = settings.FINGERPRINT_KEY.encode()
    return hmac.new(key, f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


_elsewhere: dict[str, Callable[[], int]] = {}


def register(name: str, reseal: Callable[[], int]) -> None:
    """Announce sealed values that stand in no column of their own (within JSON, say).

    `reseal` seals again what an older key sealed, may run twice, and returns how many there were.
    """
    _elsewhere[name] = reseal


def elsewhere() -> dict[str, Callable[[], int]]:
    """What `manage.py reseal` must call besides the sealed columns."""
    return dict(_elsewhere)


class SealedTextField(models.TextField):
    """A text that is plain in Python and sealed in the database."""

    description = "Sealed text"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return super().get_db_prep_save(value, connection)
        return seal(str(value))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed and can't be searched; use its fingerprint")
        return super().get_lookup(lookup_name)
