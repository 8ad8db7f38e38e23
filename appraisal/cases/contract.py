"""The contract of a case: particulars and the clauses of the rule book, in both languages.

The client agrees to the digest of both texts together; what is not written here is not agreed.
"""

from hashlib import sha256

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from artmarket import rulebook
from artmarket.core.money import Money
from artmarket.core.punctuation import labelled

from .. import citations
from ..models import AppraisalCase

LANGUAGES = ("zh-hans", "en")


def contract_texts(case: AppraisalCase) -> tuple[str, str]:
    """The contract in Chinese and in English, from the case as accepted and the rules today."""
    texts = []
    for language in LANGUAGES:
        with translation.override(language):
            texts.append("\n".join([*_particulars(case), "", *_clauses()]))
    return texts[0], texts[1]


def contract_digest(texts: tuple[str, str]) -> str:
    """SHA-256 of both texts, as the client agrees to them."""
    return sha256("\n\n".join(texts).encode()).hexdigest()


def fee_of(category: str, experts: int) -> int:
    """The fee in fen by the price list: so much for each expert of this field."""
    return int(rulebook.get(citations.PRICE_LIST)[category]) * 100 * experts


def _particulars(case: AppraisalCase) -> list[str]:
    rows = (
        (_("案卷"), case.number),
        (_("作品"), f"{case.work.number} {case.work.display_title}"),
        (_("委托事项"), case.question),
        (_("结论的使用范围"), case.scope_of_use),
        (_("专业类别"), category_name(case.category)),
        (_("专家人数"), str(case.panel_size)),
        (_("鉴定费"), str(Money(case.fee_minor or 0, case.currency))),
        (_("提交意见的期限"), _days(citations.OPINION_DAYS)),
        (_("提出异议的期限"), _days(citations.DISPUTE_DAYS)),
        (_("是否估值"), _("估值") if case.wants_valuation else _("不估值")),
    )
    return [labelled(label, words) for label, words in rows]


def category_name(category: str) -> str:
    """The field of expertise in the reader's language."""
    words = rulebook.rule_of(citations.CATEGORIES).labels.get(category)
    return rulebook.in_language(words) if words else category


def _clauses() -> list[str]:
    rule = rulebook.rule_of(citations.CONTRACT_CLAUSES)
    keys = rulebook.get(citations.CONTRACT_CLAUSES)
    return [
        f"{place}. {rulebook.in_language(rule.labels[key])}" for place, key in enumerate(keys, 1)
    ]


def _days(rule_id: str) -> str:
    count = rulebook.get(rule_id)
    return ngettext("%(n)s天", "%(n)s天", count) % {"n": count}
