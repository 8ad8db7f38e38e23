"""Words for codes in reports."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket import rulebook

DIMENSION: Final[dict[str, str | Promise]] = {
    "borrower": gettext_lazy("借款人"),
    "artist": gettext_lazy("作者"),
    "category": gettext_lazy("类别"),
    "appraiser": gettext_lazy("评估机构"),
    "custodian": gettext_lazy("托管人"),
}
SCENARIO: Final[dict[str, str | Promise]] = {
    "plain": gettext_lazy("只有价格下跌"),
    "artist": gettext_lazy("最大的一位作者卖不出去"),
    "buy_in": gettext_lazy("流拍率上升"),
    "days": gettext_lazy("变现天数变长"),
    "rates": gettext_lazy("利率上升"),
    "warehouse": gettext_lazy("最大的库房全部灭失"),
}


def category(code: str) -> str:
    """A category of works."""
    known = rulebook.rule_of("appraisal.categories").labels.get(code)
    return rulebook.in_language(known) if known else code


def name_in(dimension: str, name: str) -> str:
    """A name as its dimension shows it."""
    if not name:
        return _("未注明")
    return category(name) if dimension == "category" else name
