from functools import partial

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
        from auctions.services import realisations
        from catalog import selectors
        from catalog.enums import EncumbranceKind
        from catalog.services import encumbrances

        from . import audit, examples, keeping, money_wording, tasks
        from .services import auctioning, buying
        from .reports import standard
        from . import audit, examples, keeping, money_wording, pawn_audit, tasks
        from .services import pawn_money
        from .services.repaying import PURPOSE, PURPOSE_EARLY, take_in

        examples.register_examples()
        on_payment(PURPOSE, take_in)
        on_payment(PURPOSE_EARLY, take_in)
        register_check("pledges", audit.accounts_hold)
        on_payment(buying.PURPOSE, buying.take_in)
        realisations.register(auctioning.Realisations())
        encumbrances.on_release(EncumbranceKind.SALE, auctioning.after_release)
        duties.register("pledges.classify", 3600, tasks.classify)
        duties.register("pledges.defaults", 3600, tasks.watch_defaults)
        duties.register("pledges.redeemed", 60, tasks.stop_redeemed)
        money_wording.register_words()
        on_payment(pawn_money.PURPOSE, pawn_money.take_in)
        register_check("pawn", pawn_audit.accounts_match)
        duties.register("pledges.pawn", 3600, tasks.pawn)
        keeping.announce()
        for n in range(tasks.PARTS):
            night = partial(tasks.accrue, n, tasks.PARTS), partial(tasks.snapshot, n, tasks.PARTS)
            duties.register(f"pledges.accrue.{n + 1}", 3600, night[0])
            duties.register(f"pledges.snapshot.{n + 1}", 3600, night[1])
        standard.announce()
        duties.register("pledges.accrue", 3600, tasks.accrue)
        duties.register("pledges.snapshot", 3600, tasks.snapshot)
        duties.register("pledges.lapse", 60, tasks.lapse)
        self._margin()
        for action, words in (
            ("pledge.insured", _("记录质物保险")),
            ("pledge.insurance_ended", _("质物保险停用")),
            ("pledge.queried", _("查询动产融资登记")),
        ):
            selectors.register_action(action, words)

    def _margin(self) -> None:
        """Margin calls and what is watched: their duties, and how the inbox says their news."""
        from artmarket.core import duties

        from . import margin_words, notice_words, tasks

        duties.register("pledges.margin", 3600, tasks.margin)
        duties.register("pledges.watch", 21_600, tasks.watch)
        notice_words.announce()
        margin_words.announce()
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
