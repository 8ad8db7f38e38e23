"""Load the demonstration district. Refuses where DEMO is off; may be run any number of times."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from artmarket.core import demo


class Command(BaseCommand):
    help = "Load the invented Weifang district: people, organisations, works, pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing where real accounts exist; skip what is already complete",
        )
        parser.add_argument(
            "--without-pictures",
            action="store_true",
            help="small plain sheets in place of drawn pictures",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every registered loader in order, a line of progress each stage."""
        if not settings.DEMO:
            raise CommandError("DEMO is off: demonstration accounts are never made here.")
        started = time.monotonic()

        def say(words: str) -> None:
            self.stdout.write(f"[{time.monotonic() - started:5.1f}s] {words}")
            self.stdout.flush()

        parts = demo.parts()
        if options["if_empty"]:
            if _has_real_people():
                say("real accounts exist: the demonstration district is left as it is")
                return
            parts = [part for part in parts if not part.is_loaded()]
        stage = demo.Stage(pictures=not options["without_pictures"], say=say)
        for part in parts:
            part.loader(stage)
        say("demonstration district complete" if parts else "demonstration district already there")


def _has_real_people() -> bool:
    people = get_user_model()._default_manager.filter(is_active=True)
    return people.exclude(email__iendswith=f"@{demo.DOMAIN}").exists()
