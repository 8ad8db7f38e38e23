"""The contract on paper: every term that was signed, each step of realisation, both signatures.

Drawn from the frozen text alone, in the reader's language; the Chinese text of clauses and titles
stays as it was signed. A drawn file is kept by the digest of what it says.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.core.money import Money
from artmarket.core.punctuation import listed
from artmarket.rulebook import cite
from media.printing import digest_of, kept

from .enums import (
    DayCount,
    LenderClass,
    Part,
    Realisation,
    ScheduleKind,
    Side,
    WaterfallStep,
)
from .models import Loan
from .paper_frame import Rows, begin, end, numbered, signature

LAYOUT: Final = 1
"""Counts up with every change of the drawing, so that kept files are drawn anew."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that is printed, in the language of the reader."""

    language: str
    title: str
    number: str
    facts: Rows
    works: Rows
    plan: Rows
    terms: tuple[str, ...]
    steps: tuple[str, ...]
    clauses: str
    laws: Rows
    signatures: Rows
    digest: str

    @property
    def key(self) -> str:
        """SHA-256 of all of it, and of the way it is drawn."""
        return digest_of([LAYOUT, asdict(self)])


def contract_file(loan: Loan) -> bytes:
    """The PDF of the contract of a loan, with the signatures that it has."""
    paper = gathered(loan)
    return kept("loan_contracts", paper.key, lambda: drawn(paper))


def gathered(loan: Loan) -> Paper:
    """Everything that the paper says, from the frozen text."""
    text = loan.contract
    return Paper(
        language=get_language() or "zh-hans",
        title=_("质押贷款合同"),
        number=text["number"],
        facts=_facts(text),
        works=tuple(_work(text, row) for row in text["works"]),
        plan=tuple(_plan(text, row) for row in text["plan"]),
        terms=_terms(text),
        steps=tuple(str(Realisation(code).label) for code in text["realisation"]),
        clauses=text["clauses"],
        laws=tuple((cite(rule).title, cite(rule).place) for rule in sorted(text["rules"])),
        signatures=tuple(signature(side, loan.signatures.all()) for side in Side),
        digest=loan.digest,
    )


def _money(text: Mapping[str, Any], minor: int) -> str:
    return str(Money(minor, text["currency"]))


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "DATE_FORMAT")


def _percent(text: str) -> str:
    return f"{Decimal(text).normalize():f}%"


def _facts(text: Mapping[str, Any]) -> Rows:
    terms, lender = text["terms"], text["lender"]
    rows = [
        (_("贷款人（质权人）"), lender["name"]),
        (_("贷款人类别"), str(LenderClass(lender["kind"]).label)),
        (_("许可证号"), lender["licence"]),
        (_("借款人（出质人）"), text["borrower"]["name"]),
        (_("订立日期"), _day(text["made_on"])),
        (_("用途"), text["purpose"]),
        (_("本金"), _money(text, text["principal"])),
        (_("期限"), _("%(n)d个月，从第一次放款之日起") % {"n": terms["months"]}),
        (_("年利率"), _percent(terms["annual_pct"])),
        (_("计息方式"), str(DayCount(terms["day_count"]).label)),
        (_("还款方式"), str(ScheduleKind(terms["schedule"]).label)),
        (_("罚息年利率"), _percent(terms["penalty_pct"])),
        (_("宽限期"), _("%(n)d天") % {"n": terms["grace_days"]}),
        (_("手续费"), _money(text, text["fee"])),
        (_("利息合计"), _money(text, text["interest"])),
        (_("综合年化成本"), _percent(text["all_in_pct"])),
        (_("法定上限"), _percent(text["cap_pct"]) if text["cap_pct"] else _("不适用")),
        (_("追加担保线、处置线"), "{} / {}".format(*(
            _percent(text["ltv"][name]) for name in ("margin", "liquidation")
        ))),
    ]  # fmt: skip
    houses = text.get("advance", {}).get("consignments", ())
    rows += [
        (_("委托拍卖合同"), f"{row['house']} {row['work']} {_money(text, row['low'])}")
        for row in houses
    ]  # fmt: skip
    return tuple(rows)


def _work(text: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, ...]:
    value = row["value"]
    return (
        row["number"], row["title"], _money(text, value["base_minor"]),
        _percent(value["haircut_pct"]), _money(text, value["eligible_minor"]),
        _day(value["until"]),
    )  # fmt: skip


def _plan(text: Mapping[str, Any], row: Mapping[str, Any]) -> tuple[str, ...]:
    amounts = (row["interest"], row["principal"], row["balance"])
    return (_day(row["due_on"]), *(_money(text, amount) for amount in amounts))


def _terms(text: Mapping[str, Any]) -> tuple[str, ...]:
    """The articles, in whole sentences."""
    order = listed(str(Part(part).label) for part in text["terms"]["allocation"])
    fall = listed(str(WaterfallStep(step).label) for step in text["waterfall"])
    return (
        _("本合同用上列作品为本金、利息、罚息、损害赔偿、保管质物和实现质权的费用担保。"),
        _(
            "作品由贷款人委托的托管人入库并实际控制，两人复核以后质权设立；合同签订时质权还没有设立。"
        ),
        _("放款的数额就是本金，利息和费用不预先扣除。"),
        _("还款按这个次序抵充：%(order)s。") % {"order": order},
        _("可以提前还款，利息算到实际还款之日。"),
        _("未经对方同意，贷款人不使用、不处分、不转质作品，并妥善保管。"),
        _(
            "作品价值下跌到追加担保线的，贷款人书面通知，借款人在%(n)d天内补足；新增作品按折扣后的价值计算。"
        )
        % {"n": text["cure_days"]},
        _("到期不还的，作品不归贷款人所有。按下列次序变现，一步不成再走下一步。"),
        _("变现所得依次清偿：%(fall)s；多出的退还出质人，不足的由借款人清偿。") % {"fall": fall},
        _("债务清偿以后，贷款人返还作品，解除质押登记。"),
        *_advance(text),
    )


def _advance(text: Mapping[str, Any]) -> tuple[str, ...]:
    """The articles of an auction advance: it gives way to the lot, is paid first, and falls due."""
    if "advance" not in text:
        return ()
    advance = text["advance"]
    return (
        _("作品价值按委托拍卖合同的估价下限计算，预付款不超过估价下限的%(share)s%%。")
        % {"share": advance["share"]},
        _(
            "作品进入拍卖会以后，质权让位于拍卖并停止，成交款先还清预付款，余下的付给借款人；没有成交或撤回的，质权恢复。"
        ),
        _(
            "预付款没有还清以前，借款人不解除委托；作品未拍出、撤回或拍卖企业解约的，预付款在%(n)d天内到期。"
        )
        % {"n": advance["due_days"]},
    )


# ------------------------------------------------------------------ drawn


def drawn(paper: Paper) -> bytes:
    """The sheets."""
    foot = f"{paper.number} · SHA-256 {paper.digest[:16]}…"
    sheets = begin(paper.language, paper.title, paper.number, foot=foot)
    sheets.grid((), paper.facts, (30, 70))
    sheets.heading(_("质物"))
    sheets.grid(
        (
            _("登记号"), _("题名"), _("评估值（较低者）"), _("折扣"), _("认定价值"),
            _("评估有效期至"),
        ),
        paper.works, (18, 26, 18, 8, 16, 14), right=(2, 3, 4),
    )  # fmt: skip
    sheets.heading(_("还款计划（按签订之日放款计算）"))
    sheets.grid(
        (_("到期日"), _("利息"), _("本金"), _("剩余本金")), paper.plan, (28, 24, 24, 24),
        right=(1, 2, 3),
    )  # fmt: skip
    numbered(sheets, _("约定"), paper.terms)
    numbered(sheets, _("变现的次序"), paper.steps)
    if paper.clauses:
        sheets.heading(_("特别约定"))
        sheets.text_line(paper.clauses)
    sheets.heading(_("依据"))
    sheets.grid((), paper.laws, (55, 45))
    return end(sheets, paper.signatures, _("合同文本的SHA-256摘要："), paper.digest)
