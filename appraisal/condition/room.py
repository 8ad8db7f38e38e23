"""What condition reports announce at start: pages of works, their history, a demonstration."""

from django.utils.translation import gettext_lazy as _

from artmarket.core import demo
from catalog import log_words, pages, selectors

from ..demo.condition import load_reports, reports_are_there
from .showing import condition_action, condition_section


def announce() -> None:
    """Register all of it; called once at start."""
    pages.page_sections.append(condition_section)
    pages.registrar_actions.append(condition_action)
    demo.register("condition", 32, load_reports, is_loaded=reports_are_there)
    log_words.name_kind("condition.closed", _("状况报告定稿"))
    for action, words, is_public in (
        ("condition.started", _("开始状况报告"), False),
        ("condition.written", _("填写状况报告"), False),
        ("condition.finding_saved", _("记下一项所见"), False),
        ("condition.finding_removed", _("删除一项所见"), False),
        ("condition.picture_added", _("状况报告加入照片"), False),
        ("condition.discarded", _("放弃状况报告的草稿"), False),
        ("condition.closed", _("状况报告定稿"), True),
        ("condition.signed", _("在状况报告上签字"), True),
    ):
        selectors.register_action(action, words, public=is_public)
