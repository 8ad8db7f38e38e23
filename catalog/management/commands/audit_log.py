"""Recompute the whole public log and name what is not as it was signed.

With --checkpoint FILE also against checkpoints that somebody else has kept: a log that was
rewritten whole, with its key, is found out by these alone.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from catalog.engine.log import LogError
from catalog.log_words import fault_words
from catalog.services.public_log import LogBroken, audit_log


class Command(BaseCommand):
    """Exit 0: sound. 1: something was changed. 2: it could not be looked at."""

    help = "Recompute the public log; exit 1 and name the first entry that was tampered with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the findings as one JSON object")
        parser.add_argument(
            "--checkpoint", action="append", default=[], metavar="FILE",
            help="a signed checkpoint kept elsewhere; may be given several times",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            others = [Path(name).read_text("utf-8") for name in options["checkpoint"]]
            found = audit_log(others=others)
        except (OSError, UnicodeDecodeError, LogBroken, LogError) as error:
            raise CommandError(str(error), returncode=2) from error
        words = [fault_words(fault) for fault in found.faults]
        if options["json"]:
            result = {
                "size": found.size,
                "is_sound": found.is_sound,
                "faults": [f | {"words": w} for f, w in zip(found.faults, words, strict=True)],
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        elif found.is_sound:
            self.stdout.write(_("%(size)d条，没有发现改动。") % {"size": found.size})
        else:
            self.stdout.write("\n".join(words))
        if not found.is_sound:
            raise CommandError(_("公共日志与签过的不符，已停止签署。"), returncode=1)
