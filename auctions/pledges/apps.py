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
        keeping.announce()
        for n in range(tasks.PARTS):
            night = partial(tasks.accrue, n, tasks.PARTS), partial(tasks.snapshot, n, tasks.PARTS)
            duties.register(f"pledges.accrue.{n + 1}", 3600, night[0])
            duties.register(f"pledges.snapshot.{n + 1}", 3600, night[1])
        duties.register("pledges.lapse", 60, tasks.lapse)
        self._margin()
        self._advance()
        for action, words in (
            ("pledge.insured", _("记录质物保险")),
            ("pledge.insurance_ended", _("质物保险停用")),
            ("pledge.queried", _("查询动产融资登记")),
        ):
            selectors.register_action(action, words)

    def _advance(self) -> None:
        """Auction advances: their part in the owner's sale, and the duty by which they fall due."""
        from artmarket.core import duties
        from auctions.services import realisations
        from catalog.enums import EncumbranceKind
        from catalog.services import encumbrances

        from . import tasks
        from .services import advance_sales

        realisations.register(advance_sales.Advances())
        encumbrances.on_release(EncumbranceKind.SALE, advance_sales.after_release)
        duties.register("pledges.advances", 60, tasks.advances)

    def _margin(self) -> None:
        """Margin calls and what is watched: their duties, and how the inbox says their news."""
        from artmarket.core import duties

        from . import margin_words, notice_words, tasks

        duties.register("pledges.margin", 3600, tasks.margin)
        duties.register("pledges.watch", 21_600, tasks.watch)
        notice_words.announce()
        margin_words.announce()
