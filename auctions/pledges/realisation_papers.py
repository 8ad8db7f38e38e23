"""The statement of a realisation on paper (多退少补): what each work brought, what its
price paid in its order, the surplus, and what is still owed. The figures are those of the page.
"""

from dataclasses import asdict, dataclass
from typing import Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from artmarket.rulebook import cite
from media.printing import digest_of, kept

from .models import RealisationCase
from .paper_frame import begin
from .selectors.realisation import Shared, WorkShown, works_of

LAYOUT: Final = 1
"""Counts up with every change of the drawing, so that kept files are drawn anew."""
_RULES: Final = ("lending.surplus", "pledge.realisation_order", "pledge.waterfall")

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Work:
    """A work with every way that was tried, and the sums of the one that brought money."""

    title: str
    steps: Rows
    sums: Rows
    lines: Rows


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything that is printed, in the language of the reader."""

    language: str
    title: str
    number: str
    facts: Rows
    works: tuple[Work, ...]
    sums: Rows
    laws: Rows


def statement_file(case: RealisationCase) -> bytes:
    """The PDF of the statement of a case as it stands."""
    paper = gathered(case)
    return kept("disposal_statements", digest_of([LAYOUT, asdict(paper)]), lambda: drawn(paper))


def gathered(case: RealisationCase) -> Paper:
    """Everything that the paper says."""
    loan = case.loan
    facts = [
        (_("贷款人（质权人）"), loan.lender.organisation.name),
        (_("借款人（出质人）"), loan.borrower.name),
        (_("开始处置时的欠款"), str(loan.money(case.owed_minor))),
        (_("状态"), str(case.get_state_display())),
    ]  # fmt: skip
    if case.demanded_at is not None and case.sell_by is not None:
        facts.append((_("请求的变现期限"), date_format(case.sell_by, "DATE_FORMAT")))
    sums = [(_("退还出质人"), str(loan.money(case.surplus_minor)))]
    if case.deficiency_minor is not None:
        sums.append((_("处置结束时仍欠"), str(loan.money(case.deficiency_minor))))
    return Paper(
        language=get_language() or "zh-hans", title=_("质物处置结算单"), number=loan.number,
        facts=tuple(facts), works=tuple(_work(one) for one in works_of(case)), sums=tuple(sums),
        laws=tuple((cite(rule).title, cite(rule).place) for rule in _RULES),
    )  # fmt: skip


def _work(shown: WorkShown) -> Work:
    steps = tuple(
        (
            str(step.get_way_display()), str(step.get_state_display()),
            date_format(localtime(step.ended_at), "DATE_FORMAT") if step.ended_at else "",
            step.end_reason,
        )
        for step, _shared in reversed(shown.steps)
    )  # fmt: skip
    found = next((shared for _step, shared in shown.steps if shared), None)
    return Work(
        f"{shown.number} {shown.title}", steps, _sums(found) if found else (),
        tuple((line.label, str(line.before), str(line.paid), str(line.after))
              for line in found.lines) if found else (),
    )  # fmt: skip


def _sums(shared: Shared) -> Rows:
    return (
        (_("价款"), str(shared.price)), (_("已扣费用"), str(shared.deducted)),
        (_("实收"), str(shared.received)), (_("退还出质人"), str(shared.surplus)),
        (_("仍欠"), str(shared.deficiency)),
    )  # fmt: skip


def drawn(paper: Paper) -> bytes:
    """The sheets."""
    sheets = begin(paper.language, paper.title, paper.number)
    sheets.grid((), paper.facts, (36, 64))
    for work in paper.works:
        sheets.heading(work.title, size=12)
        sheets.grid((_("方式"), _("状态"), _("结束日期"), _("理由")), work.steps, (24, 16, 22, 38))
        if work.sums:
            sheets.ln(1)
            sheets.grid((), work.sums, (60, 40), right=(1,))
            sheets.ln(1)
            sheets.grid(
                (_("债务"), _("清偿前"), _("清偿"), _("清偿后")), work.lines, (28, 24, 24, 24),
                right=(1, 2, 3),
            )  # fmt: skip
    sheets.heading(_("多退少补"))
    sheets.grid((), paper.sums, (60, 40), right=(1,))
    sheets.heading(_("依据"))
    sheets.grid((), paper.laws, (55, 45))
    return bytes(sheets.output())
