"""Read the provenance of imported and older works into periods; what is stored already is left.

Pages read such texts when somebody looks; storing them lets questions be asked of all at once.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import F

from catalog.models import Work
from catalog.services.provenance import store_provenance

BATCH = 200


class Command(BaseCommand):
    """Can be stopped and run again at any time."""

    help = "Stores the periods of works whose provenance is there as text only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=None, help="At most so many works.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the works by their keys."""
        left: int | None = options["limit"]
        last, stored = 0, 0
        while left is None or left > 0:
            size = BATCH if left is None else min(BATCH, left)
            ids = list(
                Work.objects.filter(pk__gt=last)
                .exclude(provenance_text="")
                .exclude(
                    provenance_texts__superseded_by=None,
                    provenance_texts__text=F("provenance_text"),
                )
                .order_by("pk")
                .values_list("pk", flat=True)[:size]
            )
            if not ids:
                break
            stored += store_provenance(work_ids=ids)
            last = ids[-1]
            left = None if left is None else left - len(ids)
        self.stdout.write(f"{stored} provenances stored")
