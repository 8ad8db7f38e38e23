"""Import a register of stolen works into a list; a thin wrapper of catalog.importing.stolen."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.core.errors import DomainError
from catalog.importing.draft import FileRefused
from catalog.importing.stolen import import_file, read_file
from catalog.models import StolenList
from catalog.services.matching import match_due


class Command(BaseCommand):
    help = str(
        gettext_lazy("导入失窃名录（CSV、XLSX、JSON行）并与作品比对。重复运行不会重复导入。")
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--list", required=True, dest="name", metavar="NAME")
        parser.add_argument(
            "--column", action="append", default=[], metavar="FIELD=COLUMN", dest="columns"
        )
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = StolenList.objects.filter(name=options["name"]).first()
        if chosen is None:
            names = ", ".join(StolenList.objects.values_list("name", flat=True))
            raise CommandError(
                _("没有这份名录：%(name)s。现有：%(names)s。先在登记员工作台建立名录。")
                % {"name": options["name"], "names": names or "—"},
                returncode=2,
            )
        pairs = [text.partition("=") for text in options["columns"]]
        if not all(name and column for name, _sep, column in pairs):
            raise CommandError(_("--column要写成“字段=列名”。"), returncode=2)
        mapping = {name.strip(): column.strip() for name, _sep, column in pairs}
        began = time.monotonic()
        try:
            if options["dry_run"]:
                reading = read_file(options["path"], mapping=mapping)
            else:
                reading = import_file(
                    options["path"], actor=None, list_id=chosen.pk, list_name=chosen.name,
                    mapping=mapping,
                )  # fmt: skip
        except FileRefused as refusal:
            raise CommandError(refusal.message, returncode=2) from None
        except DomainError as error:
            raise CommandError(str(error), returncode=2) from None
        for number, problem in reading.problems[:100]:
            self.stderr.write(
                _("第%(n)d行：%(field)s %(words)s")
                % {"n": number, "field": problem.field, "words": problem.message}
            )
        self.stdout.write(
            _("读%(rows)d行，可导入%(sound)d条，不合格%(bad)d行。")
            % {"rows": reading.rows, "sound": len(reading.entries), "bad": reading.refused}
        )
        if reading.written is None:
            self.stdout.write(_("试运行：什么都没有写入。"))
            return
        done = reading.written
        self.stdout.write(
            _("新增%(created)d，更新%(updated)d，未变%(unchanged)d；用时%(seconds).1f秒。")
            % {
                "created": done.created, "updated": done.updated, "unchanged": done.unchanged,
                "seconds": time.monotonic() - began,
            }
        )  # fmt: skip
        self.stdout.write(match_due())
