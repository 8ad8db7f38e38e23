"""Sign the public log as a witness: only if it has grown out of what was signed before.

    manage.py cosign_log --key FILE --new bureau.example/witness     make a key
    manage.py cosign_log --key FILE                                  sign the log of this platform
    manage.py cosign_log --key FILE --log https://HOST/log --log-key KEY   sign it from elsewhere

What was signed last is kept beside the key, in FILE.last: without it a witness sees no fork.
"""

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError
from catalog import log_words
from catalog.engine.log import (
    KeyType,
    LogError,
    Policy,
    SigningKey,
    open_checkpoint,
    read_key,
)
from catalog.log_sources import Own, Remote, Unreachable
from catalog.services.log_policy import LogBroken, log_keys, origin
from catalog.services.log_witnesses import Source, cosign, read_secret, write_secret


class Command(BaseCommand):
    """Exit 0: signed. 1: refused, with the reason's code and words. 2: it could not be tried."""

    help = "Cosign the last checkpoint of the public log as a witness."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--key", type=Path, required=True, help="file of the private key")
        parser.add_argument("--new", metavar="NAME", help="make the key under this name")
        parser.add_argument("--log", metavar="ADDRESS", help="read the log there, over HTTP")
        parser.add_argument(
            "--log-key", action="append", default=[], metavar="KEY",
            help="verifier key of the log; needed with --log, again while its key is changed",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["key"]
        try:
            if options["new"]:
                self.stdout.write(_made(path, options["new"]))
                return
            key = read_secret(path.read_text("utf-8"))
            source, policy = _asked(options)
            at = int((timezone.now() if options["log"] else db_now()).timestamp())
        except (OSError, UnicodeDecodeError, LogBroken, LogError) as error:
            raise CommandError(str(error), returncode=2) from error
        kept = path.with_name(f"{path.name}.last")
        try:
            note = cosign(source, key, policy, kept=kept, at=at)
        except LogError as error:
            words = log_words.refusal_words(error)
            raise CommandError(f"{error.code}: {words} ({error})", returncode=1) from error
        except DomainError as error:
            raise CommandError(f"{error.code}: {error} {error.hint}", returncode=1) from error
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        size = open_checkpoint(note, policy).size
        self.stdout.write(_("%(name)s已签到第%(size)d条。") % {"name": key.name, "size": size})


def _made(path: Path, name: str) -> str:
    """Make a key, readable by its owner only; an existing file is never written over."""
    key = SigningKey(name, KeyType.WITNESS, secrets.token_bytes(32))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(write_secret(key) + "\n")
    return key.verifier.text


def _asked(options: dict[str, Any]) -> tuple[Source, Policy]:
    """Where the log is read, and whose signature counts for it."""
    if not options["log"]:
        return Own(), Policy(origin(), log_keys())
    keys = tuple(read_key(text) for text in options["log_key"])
    if not keys:
        raise Unreachable("--log needs --log-key: whose signature is it to be?")
    return Remote(options["log"]), Policy(keys[0].name, keys)
