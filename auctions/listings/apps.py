from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListingsConfig(AppConfig):
    name = "auctions.listings"
    label = "listings"
    verbose_name = _("标价出售")

    def ready(self) -> None:
        from artmarket.accounts import desks
        from artmarket.core import demo
        from catalog import pages, selectors
        from catalog.search import register_facet_source, register_price_source

        from . import keeping
        from .demo import load, offers_are_open
        from .selectors import asking_prices, for_sale
        from .showing import card_price, offer_panel, owner_action

        register_facet_source(
            "for_sale",
            for_sale,
            label=_("怎么卖"),
            values={"enquiry": _("卖方标价，询价")},
            order=5,
        )
        register_price_source(asking_prices)
        keeping.announce()
        selectors.encumbrance_joins.append("offer")
        pages.card_prices.append(card_price)
        pages.side_panels.append(offer_panel)
        pages.owner_actions.append(owner_action)
        for role in ("artist", "merchant", "buyer"):
            desks.register(
                role, _("标价与询价"), "listings:offers", _("自己标价的作品，买家和卖方的来往。")
            )
        for action, words in (
            ("offer.opened", _("标价出售")),
            ("offer.price_changed", _("改标价")),
            ("offer.closed", _("撤下标价")),
        ):
            selectors.register_action(action, words, public=True)
        demo.register("offers", 40, load, is_loaded=offers_are_open)
