from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "artmarket.ledger"
    label = "ledger"
    verbose_name = _("资金账簿")

    def ready(self) -> None:
        from artmarket.accounts import desks

        from . import keeping
        from .selectors.accounts import has_accounts

        desks.register(
            "operator", _("资金账簿"), "ledger:balance", _("试算平衡、账户、分录和月度结账。")
        )
        desks.register(
            "", _("资金账户"), "ledger:own", _("保证金、货款和应付款的余额与对账单。"),
            is_for=has_accounts,
        )  # fmt: skip
        keeping.announce()
