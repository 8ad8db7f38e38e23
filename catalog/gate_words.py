"""What a gate says, in words that a person understands, and what to do next.

Two audiences: whoever lists or owns the work learns that something is being looked at, never what
matched (rule catalog.theft_hits_staff_only); registrars and the relics authority see it all.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from artmarket.core.punctuation import listed
from artmarket.rulebook import in_language, rule_of
from catalog.engine.gates import Result
from catalog.enums import Gate

HIDDEN: Final = frozenset({"stolen_same", "stolen_match"})
"""Codes that are told to staff only; everybody else hears `under_review`."""

# Code -> (what it says, what to do next).
WORDS: Final[Mapping[str, tuple[Any, Any]]] = {
    "incomplete": (
        _("档案不完整（%(first)s/%(second)s），还不能办理。"),
        _("请登记员补齐缺少的项目。"),
    ),
    "complete": (_("十项资料齐全。"), ""),
    "stolen_same": (
        _("登记员认定与失窃名录中的一件相同。"),
        _("停止办理，按规定通报；认定有误的，由登记员改下结论。"),
    ),
    "stolen_match": (
        _("与失窃名录有%(n)d处相符，还没有人核查。"),
        _("由登记员核查，判断是不是同一件。"),
    ),
    "under_review": (_("正在由登记员核查。"), _("核查完之前不能办理；需要补充材料时会联系你。")),
    "stolen_not_compared": (
        _("还没有与最新的失窃名录比对完。"),
        _("系统会自动比对，请过几分钟再试。"),
    ),
    "no_match": (_("与失窃名录没有相符。"), ""),
    "pictures_alike": (
        _("有%(n)d对照片与别的图片相似，还没有人看过。"),
        _("由登记员在“相似图片”里判断。"),
    ),
    "registered_twice": (
        _("登记员认定照片拍的与另一条登记是同一件作品。"),
        _("合并两条登记；确有理由分开的，由登记员放行。"),
    ),
    "picture_of_another": (
        _("登记员认定有照片是盗用的图片。"),
        _("换上自己拍的照片；被盗用的一方由登记员放行。"),
    ),
    "no_pair": (_("照片没有与别的作品重复。"), ""),
    "lawful": (_("来源方式合法。"), ""),
    "source_unknown": (
        _("没有说明合法的来源方式。"),
        _("请登记员按凭证更正来源方式。"),
    ),
    "title_waiting": (_("有一项权属变更等待复核。"), _("由另一位登记员复核权属变更。")),
    "no_holder": (_("还没有登记权利人。"), _("登记入册之后才有权利人。")),
    "clear": (_("权利人清楚，没有等待复核的变更。"), ""),
    "destroyed": (_("这件作品已登记为销毁。"), ""),
    "exists": (_("没有登记为销毁。"), ""),
    "relic_status_unknown": (
        _("文物状态尚未认定，认定之前不能出售或质押。"),
        _("由文物主管部门认定文物状态。"),
    ),
    "relic_free": (_("文物状态不限制这件事。"), ""),
    "export_permit_held": (_("有有效的出境许可。"), ""),
    "export_permit_missing": (
        _("文物交付境外之前要有出境许可号。"),
        _("取得出境许可后，由登记员记录许可号。"),
    ),
    "relic_barred": (_("这种文物状态不能办理这件事。"), ""),
    "relic_review": (
        _("文物要先经文物主管部门审核。"),
        _("由文物主管部门审核后放行。"),
    ),
    "relic_not_tradable": (
        _("珍贵文物和禁止出境文物未经审核，不能在平台上公开出售。"),
        _("由文物主管部门审核后放行。"),
    ),
    "materials_unknown": (
        _("没有写明材料，看不出有没有受保护物种。"),
        _("请登记员补上材料。"),
    ),
    "no_species": (_("材料里没有受保护物种。"), ""),
    "species_permit_held": (_("含%(names)s，有有效的许可。"), ""),
    "species_permit_missing": (
        _("材料里有%(names)s，没有许可不得交易或宣传。"),
        _("取得许可后，由登记员记录许可号；写错材料的，请登记员更正。"),
    ),
    "red_list": (
        _("属于红色名录的类别：%(names)s。"),
        _("请格外核对来源凭证；这一项只作提示。"),
    ),
    "not_on_red_list": (_("不属于红色名录的类别。"), ""),
    "provenance_gaps": (
        _("流传记载有空白：%(names)s。"),
        _("请补充这段时间的流传凭证；这一项只作提示。"),
    ),
    "no_gap": (_("流传记载没有要问的空白。"), ""),
}
_NAMED: Final[Mapping[str, str]] = {
    "species": "catalog.protected_species_terms",
    "red_list": "catalog.red_list_hint",
    "provenance": "catalog.provenance_windows",
}


def public_code(result: Result) -> str:
    """The code as somebody hears it who is no registrar."""
    return "under_review" if result.code in HIDDEN else result.code


def told(result: Result, *, is_staff: bool = False) -> dict[str, Any]:
    """One gate in words: gate, name, outcome, code, rule, version, words, what to do next."""
    code = result.code if is_staff else public_code(result)
    words, following = WORDS[code]
    return {
        "gate": result.gate,
        "name": str(Gate(result.gate).label),
        "outcome": "review" if code == "under_review" else result.outcome,
        "code": code,
        "rule": result.rule,
        "version": result.version,
        "words": str(words) % _values(result, code),
        "next": str(following),
        "is_advisory": result.is_advisory,
        "is_cleared": result.is_cleared,
    }


def _values(result: Result, code: str) -> dict[str, Any]:
    facts = result.facts if code == result.code else ()
    first, second, *_rest = (*facts, "", "")
    return {
        "first": first, "second": second, "n": len(facts), "names": listed(_names(result, facts)),
    }  # fmt: skip


def _names(result: Result, facts: tuple[str, ...]) -> list[str]:
    """The codes among the facts by the labels of their rule, each once."""
    if result.gate not in _NAMED:
        return []
    labels = rule_of(_NAMED[result.gate]).labels
    codes = dict.fromkeys(fact.partition(":")[0] for fact in facts)
    return [
        _short(in_language(labels[code])) if code in labels else str(_("流失记载"))
        for code in codes
    ]


def _short(label: str) -> str:
    """The first of the words of a label that lists several."""
    return label.replace("、", ",").split(",")[0].strip()
