"""What refuses a loan, each with its rule."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket.core.errors import DomainError, Text
from artmarket.core.punctuation import clauses

from . import citations


@dataclass(frozen=True, slots=True)
class Check:
    """One question that is asked of a work before money is lent on it.

    `code` names it, `is_met` is the answer, `words` say what was found, `rule` the rule behind it.
    """

    code: str
    is_met: bool
    words: Text
    rule: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"words": str(self.words)}


class NotEligible(DomainError):
    """Works that do not pass; `works` lists for each what is missing, with its rule."""

    code = "not_eligible"
    message = _("有作品还没有通过质押审查。")


class NoValue(DomainError):
    """A work has no valid value: this blocks, and never counts as zero."""

    code = "no_value"
    rule = citations.VALUE_DATED
    message = _("没有有效的评估值，不能办理。")


class AboveCapacity(DomainError):
    """More than the works carry."""

    code = "above_capacity"
    message = _("超过质物可以担保的金额。")


class AboveCap(DomainError):
    """The loan costs more than the law allows this lender."""

    code = "above_cap"
    message = _("综合成本超过法定上限。")


class AboveLimit(DomainError):
    """One borrower would owe the lender more than its capital allows."""

    code = "above_limit"
    rule = citations.ONE_BORROWER
    message = _("对同一借款人的贷款超过贷款人资本的比例。")


class Forfeiting(DomainError):
    """A clause lets the work fall to the lender."""

    code = "forfeiture_clause"
    rule = citations.NO_FORFEITURE
    message = _("约定里有到期不还作品就归贷款人的说法，不能这样约定。")
    hint = _("请改为按次序变现、多退少补。")


class NotFunded(DomainError):
    """The lender's money is not here yet."""

    code = "not_funded"
    message = _("贷款人在平台的资金不够，还不能放款。")
    hint = _("请贷款人先把资金付到平台。")


class NotOffered(DomainError):
    """The product is closed, or has no terms on this day."""

    code = "not_offered"
    message = _("这个产品现在不能申请。")


def refuse_works(found: Sequence[tuple[int, str, Sequence[Check]]]) -> None:
    """Raise `NotEligible` with all that is missing: work key, its title, its checks."""
    missing = [
        {"work": pk, "title": title, "checks": [c.as_dict() for c in checks if not c.is_met]}
        for pk, title, checks in found
    ]
    missing = [row for row in missing if row["checks"]]
    if not missing:
        return
    first: Any = missing[0]["checks"]
    raise NotEligible(
        _("《%(title)s》不能质押：%(why)s")
        % {"title": missing[0]["title"], "why": clauses(check["words"] for check in first)},
        rule=first[0]["rule"],
        works=missing,
    )
