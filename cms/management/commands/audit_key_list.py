"""Check the log of the key list; exits with an error where something is wrong."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.key_list_audit import faults


class Command(BaseCommand):
    help = "Recompute every seal of the list of key enterprises and compare the list with its log."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what is wrong, or that nothing is."""
        found = faults()
        for words in found:
            self.stderr.write(words)
        if found:
            raise CommandError(f"{len(found)} faults")
        self.stdout.write("the key list and its log agree")
