"""Write the record of a sale (拍卖笔录) into a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.core.errors import DomainError
from auctions.sale_records.exporting import FORMATS, export_record


class Command(BaseCommand):
    help = str(gettext_lazy("把一场拍卖会的笔录写成文件，并显示CSV的SHA-256摘要。"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sale", type=int)
        parser.add_argument("--format", choices=sorted(FORMATS), default="pdf")
        parser.add_argument("--to", type=Path, required=True, metavar="FILE")
        parser.add_argument("--names", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = export_record(
                actor=None, sale_id=options["sale"], format=options["format"],
                with_names=options["names"],
            )  # fmt: skip
        except DomainError as error:
            raise CommandError(str(error)) from error
        try:
            options["to"].write_bytes(file.content)
        except OSError as error:
            raise CommandError(f"{options['to']}: {error.strerror}") from error
        self.stdout.write(
            _("已写入%(file)s；CSV的SHA-256：%(digest)s")
            % {"file": options["to"], "digest": file.digest}
        )
