"""Compute worked examples with the product's own engines and compare them."""

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from artmarket.core import examples
from artmarket.core.examples import Result, Unreadable

ALL_EQUAL, SOME_DIFFER, NOT_READ = 0, 1, 2
WORDS = {
    "equal": "equal",
    "different": "DIFFERENT",
    "computed": "computed",
    "failed": "FAILED",
    "unclaimed": "unclaimed",
}


class Command(BaseCommand):
    """Exit 0: all computed, and equal where an answer was given; 1: a difference or a crash; 2: a
    file could not be read. Unclaimed families are counted and do not fail."""

    help = "Computes the cases of worked-example files and compares them with the answers given."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON line a case")
        parser.add_argument("--family", default="", help="only the cases of this family")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter()
        unclaimed: Counter[str] = Counter()
        unread = 0
        for path in options["files"]:
            try:
                document = examples.read_file(path)
            except Unreadable as problem:
                self.stderr.write(f"{path}: {problem}")
                unread += 1
                continue
            for result in examples.run(document, family=options["family"]):
                counts[result.state] += 1
                unclaimed[result.family] += result.state == "unclaimed"
                self.stdout.write(result.line() if options["json"] else for_people(result))
        self._summary(counts, unclaimed)
        code = SOME_DIFFER if counts["different"] or counts["failed"] else ALL_EQUAL
        code = NOT_READ if unread else code
        if code:
            raise SystemExit(code)

    def _summary(self, counts: Counter[str], unclaimed: Counter[str]) -> None:
        figures = ", ".join(f"{counts[state]} {word.lower()}" for state, word in WORDS.items())
        self.stderr.write(f"{counts.total()} cases: {figures}")
        for family, count in sorted((+unclaimed).items()):
            self.stderr.write(f"no engine claims {family} ({count} cases)")


def for_people(result: Result) -> str:
    """A case as aligned text, its differences below it."""
    head = f"{WORDS[result.state]:<10} {result.family:<20} {result.id}"
    if result.failure:
        return f"{head}\n           {result.failure}"
    return "\n".join([head, *(f"           {words}" for words in result.differences)])
