"""Run the duties that are due, once or for ever (`--every SECONDS`)."""

import time

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from artmarket.core.duties import run_due


class Command(BaseCommand):
    help = "Run due duties (sweeps, saved searches, facet counts…) under their leases."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--every", type=int, default=0, help="seconds between rounds; 0: one round"
        )
        parser.add_argument("--force", action="store_true", help="run all duties, due or not")

    def handle(self, *args, every: int, force: bool, **options) -> None:
        while True:
            try:
                for name, result in run_due(force=force).items():
                    if not every or result.startswith("failed"):
                        self.stdout.write(f"{name}: {result}")
            except OperationalError as error:
                if not every:
                    raise
                self.stderr.write(f"database unavailable, trying again: {error}")
            if not every:
                return
            close_old_connections()
            time.sleep(every)
