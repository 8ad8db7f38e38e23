from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "artmarket.accounts"
    label = "accounts"
    verbose_name = _("人员与单位")

    def ready(self) -> None:
        from artmarket.core import duties, sealed

        from . import desks, hooks, keeping
        from .services import security, terms

        desks.register(
            "operator", _("平台管理"), "accounts:operator_desk", _("人员、角色、单位和操作记录。")
        )
        desks.register(
            "registrar", _("操作记录"), "accounts:event_log", _("谁在什么时候改了什么。")
        )
        for role in ("registrar", "operator"):
            desks.register(
                role, _("身份与许可"), "accounts:identity_queue", _("核验证件、许可和备案。")
            )
        duties.register("accounts.terms", 3600, terms.daily)
        duties.register("accounts.sessions", 3600, security.sweep_sessions)
        keeping.announce()
        hooks.connect()
        sealed.register("second factors", security.reseal_factors)
