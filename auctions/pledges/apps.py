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
        self._borrower_and_custody()

    def _borrower_and_custody(self) -> None:
        """The desks of borrowers and custodians, what a work's pages say to its owner, the demo."""
        from artmarket.accounts import desks
        from artmarket.core import demo
        from catalog import pages

        from . import demo_loans
        from .selectors.custody import keeps_anything
        from .views.borrower_panel import owner_action, owner_panel

        for role in ("artist", "merchant", "buyer"):
            desks.register(
                role, _("我的贷款"), "pledges:loans", _("用作品质押借的款：欠多少，下一步是什么。")
            )
        desks.register(
            "", _("托管工作台"), "pledges:custody_desk", _("质押作品的入库、移位、盘点和出库。"),
            is_for=keeps_anything,
        )  # fmt: skip
        pages.owner_actions.append(owner_action)
        pages.side_panels.append(owner_panel)
        demo.register("loans", 49, demo_loans.load, is_loaded=demo_loans.is_loaded)
