from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppraisalConfig(AppConfig):
    name = "appraisal"
    verbose_name = _("鉴定")

    def ready(self) -> None:
        from . import (
            case_desks,
            case_keeping,
            certificate_showing,
            condition_room,
            showing,
            tag_showing,
        )

        showing.announce()
        case_keeping.announce()
        case_desks.announce()
        certificate_showing.announce()
        condition_room.announce()
        tag_showing.announce()
