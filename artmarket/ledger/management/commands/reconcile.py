"""Compare the gateways with the books now; ends with 1 while a difference is open."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.core.errors import DomainError
from artmarket.core.money import Money
from artmarket.ledger.gateways import BANK, called
from artmarket.ledger.models import ReconciliationDifference
from artmarket.ledger.services import reconciliation


class Command(BaseCommand):
    help = str(gettext_lazy("与支付机构和银行对账，列出不符之处；有未结差异时以1退出。"))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--gateway", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        names = [options["gateway"]] if options["gateway"] else [*called(), BANK]
        for name in names:
            try:
                run = reconciliation.reconcile(gateway_name=name)
            except DomainError as error:
                raise CommandError(f"{name}: {error}") from error
            self.stdout.write(
                _("%(name)s：流水%(movements)d笔，新差异%(found)d项。")
                % {"name": name, "movements": run.movements, "found": run.found}
            )
        rows = ReconciliationDifference.objects.filter(gateway__in=names, closed_at=None)
        for row in rows:
            at_gateway = Money(row.gateway_minor, row.currency)
            in_books = Money(row.books_minor, row.currency)
            self.stdout.write(
                f"{row.gateway} {row.get_kind_display()} {row.reference} {at_gateway} {in_books}"
            )
        if rows:
            sys.exit(1)
