"""What is lent against works at the end of each month, from the postings of the books.

Pawn is not among it. For the public a cell that rests on too few lenders, or almost wholly on one,
is hidden; so is every word that would tell it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from artmarket import rulebook
from artmarket.core.clock import SHANGHAI
from artmarket.core.money import Money
from auctions.pledges.enums import Part, PostingKind
from auctions.pledges.models import LoanPosting
from auctions.pledges.reports.tables import Cell, Column, Table

from .. import bureau_citations as citations
from ..charts import Series, chart
from ..engine.months import Month
from ..engine.suppression import may_be_shown
from .figures import (
    HIDDEN,
    HOME,
    Asked,
    Figure,
    axis_money,
    column,
    money_words,
    month_words,
    of_currency,
    short_labels,
)


@dataclass(frozen=True, slots=True)
class Moved:
    """How much more (or less) a loan owes of its principal in a month."""

    loan: int
    lender: int
    currency: str
    month: Month
    minor: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The end of a month: principal by currency and lender, loans that owe by lender."""

    owed: Mapping[str, Mapping[int, int]]
    loans: Mapping[int, int]


def loans(asked: Asked) -> Figure:
    """Principal outstanding and loans that owe at the end of each month. One query."""
    moved = _moved(asked)
    currencies = [HOME, *sorted({row.currency for row in moved} - {HOME})]
    rows: list[tuple[Cell, ...]] = []
    for month, standing in zip(asked.months, _standings(moved, asked.months), strict=True):
        counted: Cell = sum(standing.loans.values())
        cells = [_shown(standing.owed.get(c, {}), c, asked) for c in currencies]
        if asked.public and not _may(standing.loans.values(), asked):
            counted = HIDDEN
        rows.append((month_words(month), counted, *cells))
    columns = (
        Column(_("月份")), Column(_("月末未还清（笔）"), "figure"),
        *(Column(of_currency(_("月末本金余额"), c), "money") for c in currencies),
    )  # fmt: skip
    note = _("不含典当。本月的数到读取时为止。")
    if asked.public:
        note += _("x表示来源太少，或者一家占得太多，不公开。")
    return Figure(
        "loans", _("质押贷款"), _title(rows[-1], currencies),
        Table(_("每月末的质押贷款"), columns, tuple(rows), note),
        chart(
            "lines", short_labels(asked.months), [Series(columns[2].label, column(rows, 2))],
            say=axis_money(HOME), gap=HIDDEN,
        ),
        _("贷款账簿"), asked,
    )  # fmt: skip


def _title(last: Sequence[Cell], currencies: Sequence[str]) -> str:
    """The finding, from the cells that are shown."""
    counted, cells = last[1], last[2:]
    sums = {
        c: cell.minor for c, cell in zip(currencies, cells, strict=True) if isinstance(cell, Money)
    }
    if not isinstance(counted, int) or len(sums) < len(currencies):
        return _("来源太少，或者一家占得太多：本月的质押贷款余额不公开")
    return ngettext(
        "目前有%(n)s笔质押贷款没有还清，本金余额%(sum)s",
        "目前有%(n)s笔质押贷款没有还清，本金余额%(sum)s",
        counted,
    ) % {"n": f"{counted:,}", "sum": money_words(sums)}


def _moved(asked: Asked) -> list[Moved]:
    rows = (
        LoanPosting.objects.filter(
            part=Part.PRINCIPAL, day__lte=asked.now.astimezone(SHANGHAI).date()
        )
        .annotate(_month=TruncMonth("day"))
        .order_by()
        .values(
            "loan_id", "loan__currency", "loan__lender__organisation_id", "kind", "_month"
        )
        .annotate(minor=Sum("amount_minor"))
    )  # fmt: skip
    return [_of(row) for row in rows]


def _of(row: Mapping[str, Any]) -> Moved:
    sign = 1 if row["kind"] == PostingKind.CHARGED else -1
    return Moved(
        row["loan_id"], row["loan__lender__organisation_id"], row["loan__currency"],
        Month.of(row["_month"]), sign * int(row["minor"]),
    )  # fmt: skip


def _standings(moved: Sequence[Moved], months: Sequence[Month]) -> list[Standing]:
    """How it stood at the end of each month, from all that moved up to then."""
    waiting = sorted(moved, key=lambda row: row.month)
    balance: dict[tuple[int, int, str], int] = defaultdict(int)
    found, place = [], 0
    for month in months:
        while place < len(waiting) and waiting[place].month <= month:
            row = waiting[place]
            balance[row.loan, row.lender, row.currency] += row.minor
            place += 1
        owed: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        counts: dict[int, int] = defaultdict(int)
        for (_loan, lender, currency), minor in balance.items():
            if minor > 0:
                owed[currency][lender] += minor
                counts[lender] += 1
        found.append(Standing(owed, counts))
    return found


def _shown(parts: Mapping[int, int], currency: str, asked: Asked) -> Cell:
    if asked.public and not _may(parts.values(), asked):
        return HIDDEN
    return Money(sum(parts.values()), currency)


def _may(parts: Any, asked: Asked) -> bool:
    on = asked.now.astimezone(SHANGHAI).date()
    return may_be_shown(
        parts, least=int(rulebook.get(citations.LEAST_FILERS, on=on)),
        most_pct=int(rulebook.get(citations.MOST_SHARE, on=on)),
    )  # fmt: skip
