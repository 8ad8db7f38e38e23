"""Prove loans from their events, the books, the locks on works and the chains of custody."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auctions.pledges.audit import pledge_faults
from auctions.pledges.models import Loan


class Command(BaseCommand):
    help = str(gettext_lazy("逐笔重算质押贷款，核对账簿、质押限制和托管链；有不符时以1退出。"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(pledge_faults())
        loans = Loan.objects.count()
        for fault in faults:
            words = f"{fault.check} {fault.where}: {fault.words}"
            self.stdout.write(json.dumps(fault.as_dict()) if options["as_json"] else words)
        if options["as_json"]:
            self.stdout.write(json.dumps({"loans": loans, "faults": len(faults)}))
        else:
            self.stdout.write(
                _("核对%(loans)d笔质押贷款，%(faults)d处不符。")
                % {"loans": loans, "faults": len(faults)}
            )
        if faults:
            sys.exit(1)
