from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PledgesConfig(AppConfig):
    name = "auctions.pledges"
    label = "pledges"
    verbose_name = _("质押贷款")

    def ready(self) -> None:
        from artmarket.core import duties
        from artmarket.ledger.audit import register_check
        from artmarket.ledger.hooks import on_payment
        from catalog import selectors

        from . import audit, examples, keeping, money_wording, tasks
        from .services.repaying import PURPOSE, PURPOSE_EARLY, take_in

        examples.register_examples()
        on_payment(PURPOSE, take_in)
        on_payment(PURPOSE_EARLY, take_in)
        register_check("pledges", audit.accounts_hold)
        money_wording.register_words()
        keeping.announce()
        duties.register("pledges.accrue", 3600, tasks.accrue)
        duties.register("pledges.snapshot", 3600, tasks.snapshot)
        duties.register("pledges.lapse", 60, tasks.lapse)
        for action, words in (
            ("pledge.insured", _("记录质物保险")),
            ("pledge.insurance_ended", _("质物保险停用")),
            ("pledge.queried", _("查询动产融资登记")),
        ):
            selectors.register_action(action, words)
        self._lender_desk()

    def _lender_desk(self) -> None:
        """The desk of lenders, and the operator's list of them."""
        from artmarket.accounts import desks

        from .selectors.lender_desk import works_for_a_lender

        desks.register(
            "", _("质押贷款工作台"), "pledges:lending",
            _("贷款与质物、申请、资金、产品、托管人。"), is_for=works_for_a_lender,
        )  # fmt: skip
        desks.register(
            "operator", _("贷款人登记"), "pledges:lenders",
            _("看过许可证以后，把金融机构登记为贷款人。"),
        )  # fmt: skip
