from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "artmarket.accounts"
    label = "accounts"
    verbose_name = _("人员与单位")

    def ready(self) -> None:
        from artmarket.core import duties, sealed

        from . import desks, hooks
        from .services import security

        desks.register(
            "operator", _("平台管理"), "accounts:operator_desk", _("人员、角色、单位和操作记录。")
        )
        desks.register(
            "registrar", _("操作记录"), "accounts:event_log", _("谁在什么时候改了什么。")
        )
        duties.register("accounts.sessions", 3600, security.sweep_sessions)
        hooks.connect()
        sealed.register("second factors", security.reseal_factors)
