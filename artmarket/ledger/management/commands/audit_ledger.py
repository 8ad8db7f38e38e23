"""Prove the books from their lines and report whatever does not hold."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.ledger.audit import audit
from artmarket.ledger.models import Account, Entry


class Command(BaseCommand):
    help = str(gettext_lazy("从分录重算资金账簿，报告不符之处；有不符时以1退出。"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for fault in audit():
            faults += 1
            if options["as_json"]:
                self.stdout.write(json.dumps(fault.as_dict(), ensure_ascii=False))
            else:
                self.stdout.write(f"{fault.where}: {fault.check}: {fault.words}")
        counts = {
            "accounts": Account.objects.count(), "entries": Entry.objects.count(), "faults": faults,
        }  # fmt: skip
        if options["as_json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(
                _("核对%(accounts)d个账户、%(entries)d笔分录，%(faults)d处不符。") % counts
            )
        if faults:
            sys.exit(1)
