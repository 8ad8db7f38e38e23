from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    name = "media"
    verbose_name = _("图片与文件")

    def ready(self) -> None:
        from artmarket.core import duties

        from . import permissions  # noqa: F401 - announces the permissions
        from .services.sweeping import sweep_due
        from .services.zooming import queue_due
        from .tasks import compare_forgotten

        duties.register("media.sweep", 600, sweep_due)
        duties.register("media.alike", 60, compare_forgotten)
        duties.register("media.pyramids", 120, queue_due)
