"""Measure the search on many works, beside plain SQL, in a database of its own."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from catalog.models import SearchEntry
from catalog.search.bench import GOAL_MS, measure


class Command(BaseCommand):
    help = "Time browse, search, facets, deep pages and suggestions; print the ratio to plain SQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--works", type=int, default=1_000_000)
        parser.add_argument("--rounds", type=int, default=3)
        parser.add_argument(
            "--json", action="store_true", help="One JSON line a case, then one of all."
        )
        parser.add_argument("--force", action="store_true", help="See generate_works.")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("the search is measured on PostgreSQL: set DATABASE_URL")
        missing = options["works"] - SearchEntry.objects.count()
        if missing > 0:
            call_command("generate_works", missing, force=options["force"], stdout=self.stderr)
        figures = []
        if not options["json"]:
            self.stdout.write(f"{'':22}{'p50 ms':>9}{'p95 ms':>9}{'plain ms':>11}{'ratio':>8}")
        for figure in measure(rounds=options["rounds"]):
            figures.append(figure)
            if options["json"]:
                self.stdout.write(json.dumps(figure.as_dict(), ensure_ascii=False))
            else:
                mark = "" if figure.is_met else f"  above {GOAL_MS:.0f} ms"
                self.stdout.write(
                    f"{figure.case:22}{figure.p50:9.1f}{figure.p95:9.1f}"
                    f"{figure.baseline_p50:11.1f}{figure.ratio:7.0f}×{mark}"
                )
        met = sum(f.is_met for f in figures)
        if options["json"]:
            total = {"works": SearchEntry.objects.count(), "cases": len(figures), "met": met}
            self.stdout.write(json.dumps(total))
        else:
            self.stdout.write(f"{met} of {len(figures)} cases under {GOAL_MS:.0f} ms at p95")
