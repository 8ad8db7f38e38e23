from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("内容")

    def ready(self) -> None:
        from artmarket.core.rest import routers

        from . import calendar_keeping, demo, page_search, publishing, schedule, sections
        from .api import router
        from .booking import announcing

        publishing.hold_rules()
        schedule.register_duties()
        page_search.register()
        sections.announce()
        demo.announce()
        routers.register(router)
        calendar_keeping.announce()
        self._planning()
        announcing.announce()
        self._bureau()

    def _planning(self) -> None:
        """The bureau's desk of programmes, and what its plans need every so often."""
        from artmarket.accounts import desks
        from artmarket.core import duties

        from . import tasks

        duties.register("cms.extend", 86_400, tasks.extend_recurring)
        duties.register("cms.return_works", 3600, tasks.return_works)
        desks.register(
            "bureau",
            _("活动安排"),
            "cms:programmes",
            _("展览和活动的日期、场地、名额，借展的作品。"),
        )  # fmt: skip
        desks.register(
            "bureau", _("场地日历"), "cms:bureau_calendar", _("哪个场地哪天有什么，有没有冲突。")
        )

    def _bureau(self) -> None:
        """The bureau's register and figures: desks and sections."""
        from artmarket.accounts import desks
        from artmarket.core import navigation

        for label, name, words in (
            (_("企业名录"), "cms:bureau_enterprises", _("企业入册、变更、扶持和退出。")),
            (_("重点企业名单"), "cms:bureau_key_list", _("两人办理的变更，任何一天的名单。")),
            (_("实时数据"), "cms:figures_desk", _("登记、证书、成交、贷款、到场和活动。")),
            (_("内容编辑"), "wagtailadmin_home", _("写和改页面，送审发布。")),
        ):
            desks.register("bureau", label, name, words)
        desks.register(
            "operator", _("实时数据"), "cms:figures_desk", _("登记、证书、成交、贷款、到场和活动。")
        )
        navigation.register(25, _("企业名录"), "cms:enterprises", "/enterprises/", place="footer")
