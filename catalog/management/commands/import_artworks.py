"""Import works from files of museums, tables or Linked Art; see docs/import.md.

A thin wrapper of catalog.importing. Results go to stdout, progress and words to stderr.
"""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.importing.draft import FileRefused
from catalog.importing.mapping import EXAMPLE, load_mapping
from catalog.importing.report import Report
from catalog.importing.runs import PROFILES, Outcome, import_files
from catalog.importing.store import Tally


class Command(BaseCommand):
    help = str(
        gettext_lazy(
            "从文件导入作品：博物馆公开资料、CSV、XLSX、Linked Art。重复运行不会重复导入。"
        )
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
        parser.add_argument("--profile", choices=("auto", *PROFILES), default="auto")
        parser.add_argument("--mapping", type=Path, metavar="FILE.toml")
        parser.add_argument("--print-mapping", action="store_true")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--report", type=Path, metavar="FILE.csv")
        parser.add_argument("--workers", type=int, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["print_mapping"]:
            self.stdout.write(EXAMPLE, ending="")
            return
        if not options["paths"]:
            raise CommandError(_("请给出要导入的文件。"), returncode=2)
        try:
            mapping = load_mapping(options["mapping"]) if options["mapping"] else None
        except FileRefused as refusal:
            raise CommandError(refusal.message, returncode=2) from None
        self._shown = 0.0
        began = time.monotonic()
        with Report(options["report"]) as report:
            try:
                outcomes = import_files(
                    options["paths"],
                    profile=options["profile"],
                    mapping=mapping,
                    dry_run=options["dry_run"],
                    workers=options["workers"],
                    report=report,
                    progress=self._progress,
                )
            except (OperationalError, InterfaceError) as error:
                message = _("数据库断开：%(why)s。已提交的批次都在，重新运行同一命令会接着导入。")
                raise CommandError(message % {"why": " ".join(str(error).split())}) from None
            self._summary(
                outcomes, report, time.monotonic() - began,
                as_json=options["as_json"], dry_run=options["dry_run"],
            )  # fmt: skip
        if any(outcome.refused for outcome in outcomes):
            sys.exit(2)

    def _progress(self, file: str, tally: Tally, seconds: float) -> None:
        now = time.monotonic()
        if now - self._shown < 1:
            return
        self._shown = now
        pace = tally.read / seconds if seconds else 0
        self.stderr.write(self._line(file, tally, pace))

    def _line(self, file: str, tally: Tally, pace: float) -> str:
        return _(
            "%(file)s：读%(read)d行，新建%(created)d，更新%(updated)d，未变%(unchanged)d，"
            "未导入%(rejected)d；每秒%(pace)d条"
        ) % {"file": file, "pace": pace, **tally.as_dict()}

    def _summary(
        self, outcomes: list[Outcome], report: Report, seconds: float, *,
        as_json: bool, dry_run: bool,
    ) -> None:  # fmt: skip
        write = self.stderr.write if as_json else self.stdout.write
        total = Tally()
        handled = 0
        for outcome in outcomes:
            total.add(outcome.tally)
            handled += outcome.tally.read - outcome.resumed_at
            pace = (outcome.tally.read - outcome.resumed_at) / max(outcome.seconds, 1e-9)
            if outcome.refused:
                write(
                    _("%(file)s没有导入：%(why)s")
                    % {"file": outcome.file, "why": outcome.refused.message}
                )
            if outcome.tally.read:
                write(self._line(f"{outcome.file} [{outcome.profile}]", outcome.tally, pace))
        for line in report.lines():
            write(line)
        if dry_run:
            write(_("试运行：什么都没有写入。"))
        write(f"records_per_second: {handled / max(seconds, 1e-9):.0f}")
        if as_json:
            self.stdout.write(json.dumps(total.as_dict()))
