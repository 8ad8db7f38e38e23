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

        from . import audit, examples, keeping, money_wording, pawn_audit, tasks
        from .services import pawn_money
        from .services.repaying import PURPOSE, PURPOSE_EARLY, take_in

        examples.register_examples()
        on_payment(PURPOSE, take_in)
        on_payment(PURPOSE_EARLY, take_in)
        register_check("pledges", audit.accounts_hold)
        money_wording.register_words()
        on_payment(pawn_money.PURPOSE, pawn_money.take_in)
        register_check("pawn", pawn_audit.accounts_match)
        duties.register("pledges.pawn", 3600, tasks.pawn)
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
