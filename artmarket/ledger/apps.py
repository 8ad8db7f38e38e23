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
        self._payments()

    def _payments(self) -> None:
        """What payments add: desks, duties, proofs, words, their part of personal data."""
        from artmarket.accounts import desks
        from artmarket.core import duties

        from . import audit
        from .payments import audit as payment_audit
        from .payments import keeping as payment_keeping
        from .payments import tasks as payment_tasks
        from .payments.selectors import has_payments
        from .payments.wording import register_words

        desks.register(
            "operator", _("付款核查"), "payments:review",
            _("待查款、待付退款、拒付争议、对账差异和尽职调查。"),
        )  # fmt: skip
        desks.register(
            "", _("我的付款"), "payments:own", _("要付的保证金和货款，付到哪一步。"),
            is_for=has_payments,
        )  # fmt: skip
        duties.register("ledger.finish", 20, payment_tasks.finish)
        duties.register("ledger.reconcile", 24 * 3600, payment_tasks.reconcile_all)
        audit.register_check("payments", payment_audit.payments_hold)
        register_words()
        payment_keeping.announce()
