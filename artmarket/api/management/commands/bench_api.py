"""Measure a search page of the API beside the selector alone, in one run on one database."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client

from catalog.models import SearchEntry
from catalog.search import SearchQuery, search

QUESTIONS = ("", "山水", "landscape", "花鸟", "ink")
PLENTY = 10**9


class Command(BaseCommand):
    help = "Time /api/v1/works beside the search selector alone; works as bench_search left them."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--rounds", type=int, default=40)

    def handle(self, *args: Any, rounds: int, **options: Any) -> None:
        if not SearchEntry.objects.exists():
            raise CommandError("there are no works: run bench_search first")
        settings.RULE_OVERRIDES = {
            "api.requests_per_minute": dict.fromkeys(("anonymous", "token", "write"), PLENTY)
        }
        client = Client(SERVER_NAME="localhost")
        self.stdout.write(f"{'':22}{'p50 ms':>9}{'p95 ms':>9}{'selector':>11}{'ratio':>8}")
        for words in QUESTIONS:
            ours = timed(lambda q=words: self._page(client, q), rounds)
            alone = timed(lambda q=words: search(SearchQuery.make(q)), rounds)
            ratio = median(ours) / median(alone)
            self.stdout.write(
                f"{words or '(newest)':22}{median(ours):9.1f}{at(ours, 0.95):9.1f}"
                f"{median(alone):11.1f}{ratio:7.1f}×"
            )

    @staticmethod
    def _page(client: Client, words: str) -> None:
        answer = client.get("/api/v1/works", {"q": words} if words else {})
        if answer.status_code != 200:
            raise CommandError(f"answered {answer.status_code}")


def timed(run: Callable[[], Any], rounds: int) -> list[float]:
    """Milliseconds of each round, sorted; one round before is not counted."""
    run()
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        run()
        found.append((time.perf_counter() - begun) * 1000)
    return sorted(found)


def at(values: list[float], share: float) -> float:
    """The value below which this share of the sorted values lies."""
    return values[min(len(values) - 1, int(len(values) * share))]
