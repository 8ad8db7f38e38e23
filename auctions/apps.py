from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AuctionsConfig(AppConfig):
    name = "auctions"
    verbose_name = _("拍卖")

    def ready(self) -> None:
        from appraisal.services import cases
        from artmarket.core import duties, events
        from artmarket.ledger.audit import register_check
        from artmarket.ledger.hooks import on_payment, on_sending_again

        from . import (
            after_release_audit,
            cost_examples,
            deposit_audit,
            examples,
            fee_examples,
            money_wording,
            tasks,
        )
        from .notices import keeping as notices_keeping
        from .realtime import bell
        from .services import deposit_money, deposit_paying
        from .services.settlement import objections, recourse
        from .services.settlement.claims import waits_for
        from .services.settlement.invoicing import PURPOSE
        from .services.settlement.money import take_in

        examples.register_examples()
        fee_examples.register_examples()
        cost_examples.register_examples()
        events.ring_after_commit("auctions.lot", bell.ring)
        notices_keeping.announce()
        duties.register("auctions.close", 5, tasks.close_due)
        duties.register("auctions.lapse", 60, tasks.lapse_offers)
        duties.register("auctions.deposits", 60, tasks.release_deposits)
        duties.register("auctions.deposit_money", 60, tasks.care_for_deposits)
        duties.register("auctions.powers", 60, tasks.end_powers)
        duties.register("auctions.settle", 60, tasks.settle)
        duties.register("auctions.tell", 5, tasks.tell)
        duties.register("auctions.mail", 60, tasks.mail)
        duties.register("auctions.signals", 300, tasks.score)
        on_payment(PURPOSE, take_in)
        on_payment(deposit_money.PURPOSE, deposit_paying.take_in_payment)
        on_payment(recourse.PURPOSE, recourse.take_in)
        for cause, objection in objections.OBJECTIONS.items():
            on_sending_again(cause, objection)
        register_check("deposits", deposit_audit.accounts_hold)
        register_check("resale rights", after_release_audit.rights_hold)
        register_check("recourses", after_release_audit.recourses_hold)
        money_wording.register_words()
        cases.stays_locked.append(waits_for)
        self._pages()
        self._house_desk()

    def _pages(self) -> None:
        """The section of sales, the bidder's desk, and what the pages of works say of sales."""
        from artmarket.accounts import desks
        from artmarket.core import navigation
        from catalog import pages, selectors

        from .views.showing import follow_action, sale_panel

        navigation.register(20, pgettext_lazy("section", "拍卖"), "auctions:sales", "/auctions/")
        desks.register("buyer", _("我的竞买"), "auctions:bids", _("领先、被超越、买到的拍品。"))
        desks.register(
            "operator", _("托价信号"), "signals:signals", _("出价方式可疑、要人审看的竞买人。")
        )
        selectors.encumbrance_joins.append("lot__sale")
        pages.side_panels.append(sale_panel)
        pages.maker_actions.append(follow_action)

    def _house_desk(self) -> None:
        """The desk of a house, the consignor's pages, and their part of demo and personal data."""
        from artmarket.accounts import desks
        from artmarket.core import demo
        from catalog import pages

        from . import demo_settlements, keeping
        from .demo import load, sales_are_loaded
        from .selectors.house import is_of_house
        from .views.consign import owner_action

        desks.register(
            "", _("拍卖企业工作台"), "auctions:house_desk",
            _("拍卖会、图录、竞买登记、送来委托的作品。"), is_for=is_of_house,
        )  # fmt: skip
        desks.register(
            "operator", _("保证金"), "auctions:house_deposits",
            _("各拍卖企业待收、待退的保证金和授权委托书。"),
        )  # fmt: skip
        desks.register(
            "operator", _("追续权费"), "auctions:resale_rights",
            _("卖出的作品应付给作者、继承人或集体管理组织的款。"),
        )  # fmt: skip
        for role in ("artist", "merchant", "buyer"):
            desks.register(
                role, _("我的委托"), "auctions:consignments", _("交给拍卖企业的作品和条件。")
            )
        pages.owner_actions.append(owner_action)
        keeping.announce()
        demo.register("auctions", 45, load, is_loaded=sales_are_loaded)
        demo.register(
            "settlements", 48, demo_settlements.load, is_loaded=demo_settlements.is_loaded
        )
