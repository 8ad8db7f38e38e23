"""Make every lot anew from its log and report what differs from what is stored."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auctions import after_release_audit
from auctions.audit import audit_lots
from auctions.deposit_audit import deposit_faults
from auctions.settlement_audit import escrow_faults


class Command(BaseCommand):
    help = str(gettext_lazy("逐件从日志重算拍品，报告与所存不符之处；有不符时以1退出。"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sale", type=int, default=None)
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        checked, faulty = 0, 0
        for found in audit_lots(sale_id=options["sale"]):
            checked += 1
            if not found.faults:
                continue
            faulty += 1
            if options["as_json"]:
                self.stdout.write(json.dumps(found.as_dict(), ensure_ascii=False, default=str))
            else:
                for fault in found.faults:
                    self.stdout.write(f"{found.lot}: {fault}")
        for fault in (*escrow_faults(), *deposit_faults(), *after_release_audit.faults()):
            faulty += 1
            self.stdout.write(json.dumps({"fault": fault}) if options["as_json"] else fault)
        if options["as_json"]:
            self.stdout.write(json.dumps({"lots": checked, "faulty": faulty}))
        else:
            self.stdout.write(
                _("核对%(lots)d件拍品，%(faulty)d处不符。") % {"lots": checked, "faulty": faulty}
            )
        if faulty:
            sys.exit(1)
