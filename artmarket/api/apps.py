from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "artmarket.api"
    label = "api"
    verbose_name = _("开放接口")

    def ready(self) -> None:
        from artmarket.core import duties, navigation

        from .services import deliveries, keeping

        navigation.register(40, _("开放接口"), "api:docs", "/api/", place="footer")
        duties.register("webhooks", 5, deliveries.run)
        duties.register("api-sweep", 3600, keeping.sweep)
