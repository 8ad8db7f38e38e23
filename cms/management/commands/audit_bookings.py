"""Count the places of every quota anew from its bookings and report what differs."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.ledger.audit import one_moment
from cms.booking.audit import accounts_hold, booking_faults, places_held


class Command(BaseCommand):
    help = str(gettext_lazy("从报名重算名额和票款，报告与所存不符之处；有不符时以1退出。"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        with one_moment():
            money = [f"{fault.where}: {fault.words}" for fault in accounts_hold()]
            faults, places = [*booking_faults(), *money], places_held()
        if options["as_json"]:
            self.stdout.write(json.dumps({"places": places, "faults": faults}))
        else:
            for fault in faults:
                self.stdout.write(fault)
            words = _("核对%(places)d个名额，%(faulty)d处不符。")
            self.stdout.write(words % {"places": places, "faulty": len(faults)})
        if faults:
            sys.exit(1)
