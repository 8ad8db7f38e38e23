from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PledgesConfig(AppConfig):
    name = "auctions.pledges"
    label = "pledges"
    verbose_name = _("质押贷款")

    def ready(self) -> None:
        from catalog import selectors

        from . import examples, keeping, margin_words, money_wording, notice_words
        from .reports import standard

        self._books()
        self._auction()
        self._duties()
        self._desks()
        self._works()
        examples.register_examples()
        money_wording.register_words()
        keeping.announce()
        notice_words.announce()
        margin_words.announce()
        standard.announce()
        for action, words in (
            ("pledge.insured", _("记录质物保险")),
            ("pledge.insurance_ended", _("质物保险停用")),
            ("pledge.queried", _("查询动产融资登记")),
        ):
            selectors.register_action(action, words)

    def _books(self) -> None:
        """What is told of payments, and what `audit_ledger` asks."""
        from artmarket.ledger.audit import register_check
        from artmarket.ledger.hooks import on_payment

        from . import audit, pawn_audit
        from .services import buying, pawn_money, repaying

        on_payment(repaying.PURPOSE, repaying.take_in)
        on_payment(repaying.PURPOSE_EARLY, repaying.take_in)
        on_payment(buying.PURPOSE, buying.take_in)
        on_payment(pawn_money.PURPOSE, pawn_money.take_in)
        register_check("pledges", audit.accounts_hold)
        register_check("pawn", pawn_audit.accounts_match)

    def _auction(self) -> None:
        """A pledge gives way to the lock of a lot, and comes back (ADR 0012)."""
        from auctions.services import realisations
        from catalog.enums import EncumbranceKind
        from catalog.services import encumbrances

        from .services import advance_sales, auctioning

        realisations.register(auctioning.Realisations())
        realisations.register(advance_sales.Advances())
        encumbrances.on_release(EncumbranceKind.SALE, auctioning.after_release)
        encumbrances.on_release(EncumbranceKind.SALE, advance_sales.after_release)

    def _duties(self) -> None:
        """What is done every so often."""
        from artmarket.core import duties

        from . import tasks

        for n in range(tasks.PARTS):
            night = partial(tasks.accrue, n, tasks.PARTS), partial(tasks.snapshot, n, tasks.PARTS)
            duties.register(f"pledges.accrue.{n + 1}", 3600, night[0])
            duties.register(f"pledges.snapshot.{n + 1}", 3600, night[1])
        duties.register("pledges.classify", 3600, tasks.classify)
        duties.register("pledges.margin", 3600, tasks.margin)
        duties.register("pledges.watch", 21_600, tasks.watch)
        duties.register("pledges.defaults", 3600, tasks.watch_defaults)
        duties.register("pledges.redeemed", 60, tasks.stop_redeemed)
        duties.register("pledges.lapse", 60, tasks.lapse)
        duties.register("pledges.advances", 60, tasks.advances)
        duties.register("pledges.pawn", 3600, tasks.pawn)

    def _desks(self) -> None:
        """Which desks lead to which people."""
        from artmarket.accounts import desks

        from .selectors.custody import keeps_anything
        from .selectors.lender_desk import works_for_a_lender

        for role in ("artist", "merchant", "buyer"):
            desks.register(
                role, _("我的贷款"), "pledges:loans", _("用作品质押借的款：欠多少，下一步是什么。")
            )
        desks.register(
            "", _("托管工作台"), "pledges:custody_desk", _("质押作品的入库、移位、盘点和出库。"),
            is_for=keeps_anything,
        )  # fmt: skip
        desks.register(
            "", _("质押贷款工作台"), "pledges:lending",
            _("贷款与质物、申请、资金、产品、托管人。"), is_for=works_for_a_lender,
        )  # fmt: skip
        desks.register(
            "operator", _("贷款人登记"), "pledges:lenders",
            _("看过许可证以后，把金融机构登记为贷款人。"),
        )  # fmt: skip

    def _works(self) -> None:
        """What a work's pages say to its owner; the demonstration."""
        from artmarket.core import demo
        from catalog import pages

        from . import demo_loans
        from .views.borrower_panel import owner_action, owner_panel

        pages.owner_actions.append(owner_action)
        pages.side_panels.append(owner_panel)
        demo.register("loans", 49, demo_loans.load, is_loaded=demo_loans.is_loaded)
