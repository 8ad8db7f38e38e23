"""Make the home pages and standard pages where they are missing."""

from django.core.management.base import BaseCommand

from cms.setup import set_up_site


class Command(BaseCommand):
    help = "Make the home and standard pages in both languages; changes nothing that is there."

    def handle(self, *args, **options) -> None:
        made = set_up_site()
        self.stdout.write(f"made: {', '.join(made)}" if made else "nothing to do")
