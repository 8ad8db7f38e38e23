"""Where the pages of cases are reached from: works, the lister's page, the desks."""

from django.utils.translation import gettext_lazy as _

from artmarket.accounts import desks
from catalog import pages

from .showing import appraisal_section, ask_action


def announce() -> None:
    """Register all of it; called once at start."""
    pages.page_sections.append(appraisal_section)
    pages.owner_actions.append(ask_action)
    desks.register(
        "appraiser", _("鉴定师工作台"), "appraisal:desk",
        _("指定给你的案卷：声明、鉴定、汇总、估值。"),
    )  # fmt: skip
    desks.register(
        "registrar", _("鉴定案卷"), "appraisal:queue", _("受理、组成专家组、复核、异议。")
    )
    for role in ("artist", "merchant", "buyer"):
        desks.register(role, _("我的鉴定"), "appraisal:cases", _("申请过的鉴定和结果。"))
