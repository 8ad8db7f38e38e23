"""Write the catalogue of a sale into a file, however long it is."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auctions.sale_records.catalogue import catalogue_file
from auctions.selectors.sales import sale_for_page


class Command(BaseCommand):
    help = str(gettext_lazy("把一场拍卖会的图录写成PDF文件。"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sale", type=int)
        parser.add_argument("--to", type=Path, required=True, metavar="FILE")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES])

    def handle(self, *args: Any, **options: Any) -> None:
        sale = sale_for_page(options["sale"])
        if sale is None:
            raise CommandError(_("没有这场拍卖会。"))
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            _digest, content = catalogue_file(sale, most=None)
        try:
            options["to"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"{options['to']}: {error.strerror}") from error
        self.stdout.write(_("已写入%(file)s") % {"file": options["to"]})
