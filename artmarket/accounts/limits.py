"""How often somebody may try: allauth's limits with the numbers of the rule book and settings.

Counted in the shared cache, so that every process counts together. An account is counted by the
address typed, whether it exists or not, so that the answers tell nothing about it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from math import ceil

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import ngettext

from artmarket import rulebook

APP = "allauth.account"
FAILED = "login_failed"
_LIMITS: dict[str, Callable[[], str]] = {
    FAILED: lambda: (
        f"{rulebook.get('security.sign_in_attempts_address')}/{_pause()}s/ip,"
        f"{rulebook.get('security.sign_in_attempts_account')}/{_pause()}s/key"
    ),
    "signup": lambda: f"{settings.SIGN_UPS_PER_HOUR}/h/ip",
    "reset_password": lambda: f"20/m/ip,{settings.RESETS_PER_HOUR}/h/key",
}


def register(action: str, rate: Callable[[], str]) -> None:
    """Announce a limit of an upper floor; `rate` is read at every use, in allauth's notation."""
    _LIMITS[action] = rate


def has_taken(request: HttpRequest, action: str) -> bool:
    """Count one use of a registered limit; False when there were too many."""
    from allauth.core.internal import ratelimit

    return ratelimit.consume(request, app=APP, action=action) is not None


def _pause() -> int:
    return rulebook.get("security.sign_in_pause_seconds")


class RuledLimits(Mapping[str, str]):
    """For `ACCOUNT_RATE_LIMITS`: read anew at every use, since rules are dated."""

    def __getitem__(self, action: str) -> str:
        return _LIMITS[action]()

    def __iter__(self) -> Iterator[str]:
        return iter(_LIMITS)

    def __len__(self) -> int:
        return len(_LIMITS)


def too_many(request: HttpRequest, key: str) -> ValidationError:
    """The refusal of a further attempt, with the minutes until the next one."""
    minutes = max(1, ceil(seconds_left(request, key) / 60))
    words = ngettext(
        "失败次数太多，请在%(minutes)d分钟后再试。",
        "失败次数太多，请在%(minutes)d分钟后再试。",
        minutes,
    )
    return ValidationError(words % {"minutes": minutes}, code="too_many_login_attempts")


def seconds_left(request: HttpRequest, key: str) -> int:
    """How long the pause still is for this account (by its key) or this network address."""
    from allauth.core.internal import ratelimit

    now, left = time.time(), 0.0
    for rate in ratelimit.get_rates(app=APP, action=FAILED):
        name = ratelimit.get_cache_key(request, app=APP, action=FAILED, rate=rate, key=key)
        tried = [at for at in cache.get(name, []) if at > now - rate.duration]
        if len(tried) >= rate.amount:
            left = max(left, tried[rate.amount - 1] + rate.duration - now)
    return ceil(left)


class Attempt:
    """One attempt at a second factor: counted at once, taken back when it succeeds."""

    def __init__(self, request: HttpRequest, user_id: int) -> None:
        """Count it. Raises `ValidationError` when there were too many."""
        from allauth.core.internal import ratelimit

        key = f"second-factor-{user_id}"
        self._usage = ratelimit.consume(request, app=APP, action=FAILED, key=key)
        if self._usage is None:
            raise too_many(request, key)

    def succeeded(self) -> None:
        """It was right: only failures count."""
        if self._usage is not None:
            self._usage.rollback()


def first_use(user_id: int, code: str, seconds: int) -> bool:
    """Whether this code of this person was not used in the last `seconds`; it is from now on."""
    digits = "".join(c for c in code if c.isalnum())
    return bool(cache.add(f"second-factor-used:{user_id}:{digits}", "y", timeout=seconds))
