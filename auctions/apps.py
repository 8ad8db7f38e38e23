from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuctionsConfig(AppConfig):
    name = "auctions"
    verbose_name = _("拍卖")

    def ready(self) -> None:
        from artmarket.core import duties, events

        from . import examples, fee_examples, tasks
        from .realtime import bell

        examples.register_examples()
        fee_examples.register_examples()
        events.ring_after_commit("auctions.lot", bell.ring)
        duties.register("auctions.close", 5, tasks.close_due)
