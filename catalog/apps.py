from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("作品登记")

    def ready(self) -> None:
        from artmarket.core import navigation
        from media import permissions as media_permissions

        from .permissions import may_see_original, may_see_picture, shows_a_public_work

        navigation.register(10, pgettext_lazy("section", "作品"), "catalog:browse", "/works/")
        navigation.register(
            20, _("查登记号"), "catalog:find_number", "/works/find/", place="footer"
        )
        navigation.register(25, _("公共日志"), "catalog:log", "/log/", place="footer")
        self._desks()
        media_permissions.register(may_see_original)
        media_permissions.register_shown(may_see_picture, to_all=shows_a_public_work)
        from media.iiif import rights_sources

        from .iiif import rights_of_image

        rights_sources.append(rights_of_image)
        from .search.duties import register_duties

        register_duties()
        from django.core import checks

        from .log_checks import check_log_keys
        from .services import public_log

        public_log.register_duties()
        checks.register(check_log_keys)
        from artmarket.core import duties

        from .services.matching import match_due

        duties.register("catalog.stolen-match", 300, match_due)
        from .examples import register_examples

        register_examples()
        from . import keeping
        from .demo.registering import announce

        announce()
        keeping.announce()

    def _desks(self) -> None:
        from artmarket.accounts import desks

        desks.register(
            "artist",
            _("作者工作台"),
            "catalog:artist_desk",
            _("登记自己的作品，看它们走到哪一步。"),
        )
        desks.register(
            "merchant", _("登记作品"), "catalog:artist_desk", _("登记工坊的风筝、铜器和版画。")
        )
        desks.register(
            "registrar",
            _("登记员工作台"),
            "catalog:registrar_desk",
            _("审核提交、发放登记号、办理权属。"),
        )
        desks.register("bureau", _("文物认定"), "catalog:bureau_desk", _("认定作品的文物状态。"))
