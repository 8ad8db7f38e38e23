"""Rebuild the search projection from the catalogue. May be stopped and repeated."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from catalog.search import reindex
from catalog.search.names import recount_names
from catalog.search.snapshot import take_snapshot


class Command(BaseCommand):
    help = "Rebuild every search entry, then the counts of makers and of the unfiltered page."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--after",
            type=int,
            default=0,
            help="Continue behind this work id (printed on the way).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        def progress(written: int, last: int) -> None:
            if options["verbosity"] > 1:
                self.stdout.write(f"{written} entries, up to work {last}")

        written = reindex(after=options["after"], progress=progress)
        recount_names()
        total = take_snapshot()
        self.stdout.write(f"{written} entries written, {total} works can be found")
