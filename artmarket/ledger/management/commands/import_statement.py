"""Take in a bank's account statement (CSV or camt.053); a file taken in twice changes nothing."""

from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.core.errors import DomainError
from artmarket.ledger.services.bank import import_statement


class Command(BaseCommand):
    help = str(gettext_lazy("导入银行对账单（CSV或camt.053）；同一份导入两次不会重复记账。"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = import_statement(actor=None, raw=options["file"].read_bytes())
        except (OSError, DomainError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _(
                "共%(lines)d行，新%(new)d行：已入账%(credited)d，待查%(to_review)d，"
                "已付出%(sent)d，不明%(unclear)d。"
            )
            % asdict(done)
        )
