from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppraisalConfig(AppConfig):
    name = "appraisal"
    verbose_name = _("鉴定")

    def ready(self) -> None:
        from . import showing
        from .cases import desks as case_desks
        from .cases import keeping as case_keeping
        from .certificates import showing as certificate_showing
        from .condition import room as condition_room
        from .tags import showing as tag_showing

        showing.announce()
        case_keeping.announce()
        case_desks.announce()
        certificate_showing.announce()
        condition_room.announce()
        tag_showing.announce()
