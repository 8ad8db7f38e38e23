from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuctionsConfig(AppConfig):
    name = "auctions"
    verbose_name = _("拍卖")

    def ready(self) -> None:
        from . import examples, fee_examples

        examples.register_examples()
        fee_examples.register_examples()
