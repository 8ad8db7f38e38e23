from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "artmarket.core"
    label = "core"
    verbose_name = _("平台")

    def ready(self) -> None:
        from artmarket.core import calendar_examples

        calendar_examples.register_examples()
