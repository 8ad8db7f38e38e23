"""List the signing keys, and make, follow, end or revoke one; for operators at the machine."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from appraisal.models import SealedKey
from appraisal.services import signing_keys
from artmarket.accounts.models import User
from artmarket.core.errors import DomainError


class Command(BaseCommand):
    help = "List signing keys (the default); create, succeed, end or revoke one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "step",
            nargs="?",
            default="list",
            choices=["list", "create", "succeed", "end", "revoke"],
        )
        parser.add_argument("--method", default="", help="the key: did:web:…#key-1")
        parser.add_argument("--email", default="", help="the signer; without it, the platform")
        parser.add_argument("--reason", default="", help="why a key is revoked; kept")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._step(options)
        except DomainError as error:
            raise CommandError(f"{error} {error.hint}".strip()) from error
        for row in SealedKey.objects.order_by("controller", "serial"):
            self.stdout.write(_line(row))

    def _step(self, options: dict[str, Any]) -> None:
        step = options["step"]
        if step == "create":
            signing_keys.create_key(actor=None, user=_user(options["email"]))
        elif step == "succeed":
            signing_keys.successor(actor=None, key_id=_key(options["method"]))
        elif step == "end":
            signing_keys.end_key(actor=None, key_id=_key(options["method"]))
        elif step == "revoke":
            key_id = _key(options["method"])
            signing_keys.revoke_key(actor=None, key_id=key_id, reason=options["reason"])


def _user(email: str) -> User | None:
    if not email:
        return None
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"no account {email}")
    return user


def _key(method: str) -> int:
    pk = SealedKey.objects.filter(method=method).values_list("pk", flat=True).first()
    if pk is None:
        raise CommandError(f"no key {method or '(give --method)'}")
    return pk


def _line(row: SealedKey) -> str:
    revoked = f", revoked {row.revoked_at:%Y-%m-%d %H:%M}" if row.revoked_at else ""
    return f"{row.method}  {row.valid_from:%Y-%m-%d} to {row.valid_until:%Y-%m-%d}{revoked}"
