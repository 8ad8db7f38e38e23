"""Words and rules for what is wrong with an acceptance, a panel or one of its experts."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from appraisal import citations
from appraisal.engine import panels as engine
from appraisal.engine.panels import PanelFault, PanelRule
from appraisal.refusals import Fault, Refused
from artmarket import rulebook
from artmarket.core.errors import Text

_PANEL: Mapping[PanelFault, tuple[str, Text]] = {
    PanelFault.TOO_FEW: (citations.PANEL_LEAST, _("专家组人数不够。")),
    PanelFault.NOT_ODD: (citations.PANEL_ODD, _("有争议的作品，专家组要是单数。")),
    PanelFault.TWICE: (citations.PANEL_LEAST, _("同一位专家不能占两个席位。")),
    PanelFault.NOT_QUALIFIED: (
        citations.QUALIFIED, _("专家的专业类别或年代与这件作品不合。"),
    ),
    PanelFault.NOT_SENIOR: (citations.PANEL_LEAST_RELIC, _("文物鉴定只能由责任鉴定员进行。")),
    PanelFault.LICENCE: (citations.LICENCE, _("专家今天没有有效的资格证。")),
    PanelFault.NOT_DECLARED: (citations.DECLARATION, _("专家还没有声明有无利益冲突。")),
    PanelFault.CONFLICT: (citations.CONFLICTS, _("专家声明了利益冲突。")),
    PanelFault.SAT_BEFORE: (
        citations.OTHER_PANEL, _("这位专家对这件作品出过意见，或在原来的专家组里。"),
    ),
}  # fmt: skip

OWN_WORK: Final = _("作品的作者、所有人、登记人和委托人不能做专家。")


def panel_rule() -> PanelRule:
    """How many experts, by the rules of today."""
    return PanelRule(
        least=rulebook.get(citations.PANEL_LEAST),
        least_relic=rulebook.get(citations.PANEL_LEAST_RELIC),
    )


def worded(
    found: Iterable[engine.Fault], *, is_relic: bool, names: Mapping[str, str]
) -> list[Fault]:
    """The faults of the engine as faults that people read; `names` by the experts' keys."""
    faults: list[Fault] = []
    for fault in found:
        rule, words = _PANEL[fault.code]
        if fault.code == PanelFault.TOO_FEW and is_relic:
            rule = citations.PANEL_LEAST_RELIC
        faults.append(Fault(fault.code, words, rule, names.get(fault.expert, "")))
    return faults


def check_acceptance(
    category: str, size: int, *, is_relic: bool, is_contested: bool, types: Collection[str]
) -> None:
    """Raises `Refused` with everything that is wrong with field and size of a panel."""
    faults: list[Fault] = []
    table = rulebook.get(citations.CATEGORIES)
    covering = {key for key, terms in table.items() if set(terms) & set(types)}
    if category not in table or (covering and category not in covering):
        words: Text = _("请从列表中选择。")
        if category in table:
            words = _("这件作品的类别不属于这个专业。")
        faults.append(Fault("category", words, citations.CATEGORIES))
    rule = panel_rule()
    if is_relic and size < rule.least_relic:
        words = _("文物至少要%(n)d位责任鉴定员。") % {"n": rule.least_relic}
        faults.append(Fault("too_few", words, citations.PANEL_LEAST_RELIC))
    elif size < rule.least:
        words = _("专家至少要%(n)d位。") % {"n": rule.least}
        faults.append(Fault("too_few", words, citations.PANEL_LEAST))
    most = rulebook.get(citations.PANEL_MOST)
    if size > most:
        words = _("专家最多%(n)d位。") % {"n": most}
        faults.append(Fault("too_many", words, citations.PANEL_MOST))
    if is_contested and size % 2 == 0:
        faults.append(Fault("not_odd", _PANEL[PanelFault.NOT_ODD][1], citations.PANEL_ODD))
    if faults:
        raise Refused(faults)
