from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "artmarket.ledger"
    label = "ledger"
    verbose_name = _("资金账簿")

    def ready(self) -> None:
        from artmarket.core import duties

        from . import (
            payment_permissions,  # noqa: F401 - registers them
            payment_tasks,
        )

        duties.register("ledger.finish", 20, payment_tasks.finish)
        duties.register("ledger.reconcile", 24 * 3600, payment_tasks.reconcile_all)
