"""Make works for measuring the search. Refuses a database that holds registered works."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.enums import NUMBERED
from catalog.models import Work
from catalog.search.generate import generate


class Command(BaseCommand):
    help = "Make N generated works with their search entries, for measuring only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("works", type=int)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--processes", type=int, default=None)
        parser.add_argument(
            "--force", action="store_true", help="Also in a database that holds registered works."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["works"] < 1:
            raise CommandError("the number of works must be at least 1")
        if not options["force"] and Work.objects.filter(state__in=NUMBERED).exists():
            raise CommandError(
                "this database holds registered works; generated ones belong in a database of "
                "their own (DATABASE_URL), or say --force"
            )
        start = time.monotonic()
        generate(options["works"], seed=options["seed"], processes=options["processes"])
        seconds = time.monotonic() - start
        pace = options["works"] / seconds
        self.stdout.write(f"{options['works']} works in {seconds:.1f} s ({pace:.0f} a second)")
