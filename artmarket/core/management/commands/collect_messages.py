"""Bring the English catalogue up to the source: new messages are added, obsolete ones go.

With --check nothing is written: the command names what differs and ends with 1.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from artmarket.core import messages


class Command(BaseCommand):
    help = "Collect the Chinese source strings into artmarket/locale/en/LC_MESSAGES/django.po"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say what differs")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        folder = Path(settings.LOCALE_PATHS[0])
        path = folder / "en" / "LC_MESSAGES" / "django.po"
        try:
            found = messages.collect(Path(settings.BASE_DIR))
        except ValueError as error:
            raise CommandError(str(error)) from error
        known = messages.read(path)
        difference = messages.compare(found, known)
        if check:
            self._say(difference)
            return
        catalog = messages.merged(found, known)
        messages.write(catalog, path)
        messages.compile_catalogues(folder)
        empty = messages.untranslated(catalog)
        for context, text in empty:
            self.stdout.write(f"untranslated: {_words(context, text)}")
        self.stdout.write(
            f"{len(catalog)} messages, {len(difference.missing)} new, "
            f"{len(difference.obsolete)} gone, {len(empty)} untranslated"
        )

    def _say(self, difference: messages.Difference) -> None:
        for context, text in difference.missing:
            self.stdout.write(f"missing: {_words(context, text)}")
        for context, text in difference.obsolete:
            self.stdout.write(f"obsolete: {_words(context, text)}")
        if difference:
            raise CommandError("The English catalogue is not up to the source: `make messages`.")
        self.stdout.write("The English catalogue is up to the source.")


def _words(context: str | None, text: str | tuple[str, str]) -> str:
    words = text if isinstance(text, str) else text[0]
    return f"{context}: {words}" if context else words
