"""How often one may ask: whole minutes, counted in one row for each caller by one statement."""

import time
from dataclasses import dataclass

from django.db import connection
from django.http import HttpResponse
from django.utils.crypto import salted_hmac

from artmarket import rulebook

from .errors import problem
from .models import RateCount, Token

RULE = "api.requests_per_minute"
WINDOW = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a caller's minute."""

    policy: str
    limit: int
    used: int
    seconds_left: int

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.limit

    def mark(self, response: HttpResponse) -> None:
        """Say so on an answer (draft-ietf-httpapi-ratelimit-headers)."""
        left = max(0, self.limit - self.used)
        response["RateLimit-Policy"] = f'"{self.policy}";q={self.limit};w={WINDOW}'
        response["RateLimit"] = f'"{self.policy}";r={left};t={self.seconds_left}'

    def refusal(self) -> HttpResponse:
        """The answer to whoever asked too often."""
        response = problem(429, rule=RULE)
        response["Retry-After"] = str(self.seconds_left)
        return response


def count(*, token: Token | None, address: str, is_write: bool) -> Allowance:
    """Count one request."""
    if token is None:
        policy = "anonymous"
        caller = "ip:" + salted_hmac(RULE, address).hexdigest()
    else:
        policy = "write" if is_write else "token"
        caller = f"{policy}:{token.pk}"
    minute, second = divmod(int(time.time()), WINDOW)
    return Allowance(policy, rulebook.get(RULE)[policy], _count(caller, minute), WINDOW - second)


def _count(caller: str, minute: int) -> int:
    table = connection.ops.quote_name(RateCount._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (caller, minute, n) VALUES (%s, %s, 1)"  # noqa: S608 - our table
            " ON CONFLICT (caller) DO UPDATE SET"
            f" n = CASE WHEN {table}.minute = excluded.minute THEN {table}.n + 1 ELSE 1 END,"
            " minute = excluded.minute RETURNING n",
            [caller, minute],
        )
        return cursor.fetchone()[0]
