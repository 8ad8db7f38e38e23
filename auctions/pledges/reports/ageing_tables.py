"""What is overdue for how long, and which loans changed their class between two days; replayed.

Days alone give the class here; what a person found worse stands with the loan. Pledge rules §7,
§10.
"""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from artmarket.core.money import Money
from artmarket.rulebook import in_language, rule_of

from .. import rule_values
from ..models import Lender
from .asof import Period
from .book import Lent, book_of
from .tables import Cell, Column, Table

ABSENT = "absent"
DONE = "done"


def ageing(lender: Lender, period: Period) -> list[Table]:
    """By age, each overdue loan, and the way from the classes of the first day to the last's."""
    book = book_of(lender, period)
    return [_ages(book, period), _overdue(book), *_migration(lender, book, period)]


def _ages(book: Sequence[Lent], period: Period) -> Table:
    edges = [bucket.least_days for bucket in rule_values.class_buckets(on=period.on)]
    edges = [0, 1, *(edge for edge in edges if edge > 1)]
    rows: list[tuple[Cell, ...]] = []
    for place, edge in enumerate(edges):
        upto = edges[place + 1] - 1 if place + 1 < len(edges) else None
        found = [
            row for row in book
            if row.owed and row.state.dpd >= edge and (upto is None or row.state.dpd <= upto)
        ]  # fmt: skip
        by_currency: dict[str, list[Lent]] = defaultdict(list)
        for row in found:
            by_currency[row.loan.currency].append(row)
        for currency, loans in sorted(by_currency.items()) or [("CNY", [])]:
            rows.append((_age(edge, upto), len(loans), *_sums(loans, currency)))
    columns = (
        Column(_("逾期天数"), width=28), Column(_("笔数"), "figure", 12),
        Column(_("未还本金"), "money", 20), Column(_("逾期金额"), "money", 20),
        Column(_("全部欠款"), "money", 20),
    )  # fmt: skip
    return Table(_("逾期账龄"), columns, tuple(rows))


def _age(edge: int, upto: int | None) -> str:
    if upto == 0:
        return _("没有逾期")
    if upto is None:
        return _("%(n)d天以上") % {"n": edge - 1}
    return _("%(a)d到%(b)d天") % {"a": edge, "b": upto}


def _sums(loans: Sequence[Lent], currency: str) -> tuple[Money, Money, Money]:
    return (
        Money(sum(row.state.exposure for row in loans), currency),
        Money(sum(row.overdue for row in loans), currency),
        Money(sum(row.owed for row in loans), currency),
    )


def _overdue(book: Sequence[Lent]) -> Table:
    columns = (
        Column(_("合同号"), width=18), Column(_("借款人"), width=20),
        Column(_("逾期天数"), "figure", 12), Column(_("逾期金额"), "money", 18),
        Column(_("全部欠款"), "money", 18), Column(_("分类"), width=14),
    )  # fmt: skip
    late = sorted((row for row in book if row.state.dpd), key=lambda row: -row.state.dpd)
    rows = [
        (row.loan.number, row.loan.borrower.name, row.state.dpd, row.loan.money(row.overdue),
         row.loan.money(row.owed), class_words(row.five_class))
        for row in late
    ]  # fmt: skip
    return Table(_("逾期的贷款"), columns, tuple(rows))


def class_words(code: str) -> str:
    """A class of risk, or that the loan was not there or is paid back."""
    if code == ABSENT:
        return _("还没有放款")
    if code == DONE:
        return _("已还清")
    return in_language(rule_of(rule_values.CLASSES).labels[code])


def _migration(lender: Lender, book: Sequence[Lent], period: Period) -> list[Table]:
    """Counts and principal by the class of the first day and that of the last."""
    before = {row.loan.pk: _class(row) for row in book_of(lender, period.earlier())}
    counts: dict[tuple[str, str], int] = defaultdict(int)
    rows: list[tuple[Cell, ...]] = []
    for row in book:
        was, now = before.get(row.loan.pk, ABSENT), _class(row)
        counts[was, now] += 1
        if was != now:
            rows.append((
                row.loan.number, row.loan.borrower.name, class_words(was), class_words(now),
                row.loan.money(row.state.exposure),
            ))  # fmt: skip
    ladder = [*rule_values.ladder(on=period.on), DONE]
    columns = (
        Column(_("起始日的分类"), width=28),
        *(Column(class_words(code), "figure", 12) for code in ladder),
    )
    matrix = [
        (class_words(was), *(counts[was, now] for now in ladder)) for was in [*ladder, ABSENT]
    ]
    moved = (
        Column(_("合同号"), width=20), Column(_("借款人"), width=24), Column(_("原来"), width=18),
        Column(_("现在"), width=18), Column(_("未还本金"), "money", 20),
    )  # fmt: skip
    return [
        Table(_("分类迁徙（笔数）"), columns, tuple(matrix),
              _("行是起始日的分类，列是报告日的分类；只按逾期天数。")),
        Table(_("分类变动的贷款"), moved, tuple(rows)),
    ]  # fmt: skip


def _class(row: Lent) -> str:
    return row.five_class if row.owed else DONE
