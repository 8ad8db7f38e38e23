"""Concentration and stress as tables."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from artmarket import rulebook
from artmarket.core.money import Money
from artmarket.core.punctuation import bracketed, clauses, labelled, listed
from artmarket.rulebook.presentation import SURENESS_WORDS, ShownValue, shown_value

from ..models import Lender
from .asof import Period
from .book import book_of, lender_on
from .labels import DIMENSION, SCENARIO, name_in
from .risk import (
    CURRENCY,
    DIMENSIONS,
    STRESS_RULES,
    Concentration,
    Stress,
    concentration_of,
    stress_of,
)
from .tables import Cell, Column, Table, percent


def concentration_tables(lender: Lender, period: Period) -> list[Table]:
    """One table for each dimension, the fullest name first."""
    lender = lender_on(lender, period)
    return tables_of(concentration_of(lender, book_of(lender, period), period))


def tables_of(found: Concentration) -> list[Table]:
    """The same of what was already found."""
    columns = (
        Column(_("名称"), width=40), Column(_("未还本金"), "money", 20),
        Column(_("占资本"), "percent", 12), Column(_("上限"), "money", 18),
        Column(_("结果"), width=10),
    )  # fmt: skip
    return [
        Table(str(DIMENSION[one]), columns, tuple(_names(found, one)), _limit_note(found, one))
        for one in DIMENSIONS
    ]


def left_out(elsewhere: int) -> str:
    """What is not counted."""
    if not elsewhere:
        return ""
    return _("%(n)d笔其他币种的贷款没有计入。") % {"n": elsewhere}


def _names(found: Concentration, dimension: str) -> Iterator[tuple[Cell, ...]]:
    for row in found.limited:
        if row.dimension == dimension:
            yield (
                name_in(dimension, row.name), Money(row.amount, CURRENCY),
                percent(row.amount, found.capital), Money(row.most, CURRENCY),
                _("限度内") if row.is_within else _("超过上限"),
            )  # fmt: skip
    for free in found.unlimited:
        if free.dimension == dimension:
            yield (
                name_in(dimension, free.name), Money(free.amount, CURRENCY),
                percent(free.amount, found.capital), _("没有法定的数"), "",
            )  # fmt: skip


def _limit_note(found: Concentration, dimension: str) -> str:
    said = {
        "appraiser": _("按较低的那份评估的机构计。"),
        "artist": _("一笔贷款有几件作品的，按评估值分摊。"),
    }
    return clauses(
        filter(None, (said.get(dimension, ""), left_out(found.elsewhere)))
    )  # fmt: skip


# ------------------------------------------------------------------ stress


def stress_tables(lender: Lender, period: Period) -> list[Table]:
    """The grid of expected losses, the losses if every loan failed, the figures, the assumptions
    with their sources."""
    lender = lender_on(lender, period)
    found = stress_of(lender, book_of(lender, period), period)
    return [*stress_grids(found), stress_facts(found), assumptions(period)]


def stress_grids(found: Stress) -> list[Table]:
    """Expected loss by fall, and the loss if every loan failed."""
    falls = tuple(Column(f"−{fall}%", "money", 11) for fall in found.falls)
    columns = (Column(_("情形"), width=34), *falls)
    return [
        Table(
            _("预期损失"), columns,
            tuple(
                (scenario_words(row.code, row.name),
                 *(Money(cell.expected, CURRENCY) for cell in row.cells))
                for row in found.rows
            ),
            _("贷款违约的可能乘以违约后的损失。"),
        ),
        Table(
            _("全部违约时的损失"), columns,
            tuple(
                (scenario_words(row.code, row.name),
                 *(Money(cell.loss, CURRENCY) for cell in row.cells))
                for row in found.rows
            ),
        ),
    ]  # fmt: skip


def scenario_words(code: str, name: str) -> str:
    """What a row assumes."""
    said = str(SCENARIO[code])
    return f"{said}{bracketed(name)}" if name else said


def stress_facts(found: Stress) -> Table:
    """The size of what was tested, what is not known, and the reverse stress."""
    rows: list[tuple[Cell, ...]] = [
        (_("贷款人资本"), str(Money(found.capital, CURRENCY))),
        (_("计入的余额"), str(Money(found.debt, CURRENCY))),
        (_("缺有效价格、没有计入的贷款"), str(found.missing)),
        (_("这些贷款的余额"), str(Money(found.unknown, CURRENCY))),
        (_("反向压力：预期损失超过资本的跌幅"), reverse_words(found)),
    ]
    return Table(
        _("合计"), (Column(_("项目"), width=60), Column(_("数字"), width=40)), tuple(rows),
        left_out(found.elsewhere),
    )  # fmt: skip


def reverse_words(found: Stress) -> str:
    """The fall of the reverse stress, or that there is none."""
    if found.reverse is None:
        return _("跌到零也不超过")
    fall = Decimal(found.reverse.numerator) / Decimal(found.reverse.denominator)
    return f"{fall.normalize():f}%"


def assumptions(period: Period) -> Table:
    """The rules behind the grid, as they were in force, each with its source."""
    rows = []
    for rule_id in STRESS_RULES:
        cited = rulebook.cite(rule_id, on=period.on)
        rule, version = rulebook.rule_of(rule_id), rulebook.find(rule_id, on=period.on)
        rows.append(
            (cited.title, _value(shown_value(version.value, rule)), cited.source,
             str(SURENESS_WORDS[version.sureness][0]))
        )  # fmt: skip
    columns = (
        Column(_("假设"), width=34), Column(_("数值"), width=30), Column(_("出处"), width=28),
        Column(_("把握"), width=8),
    )  # fmt: skip
    return Table(_("假设和出处"), columns, tuple(rows))


def _value(shown: ShownValue) -> str:
    if shown.rows:
        return listed(labelled(label, text) for label, text in shown.rows)
    return listed(shown.items) if shown.items else str(shown.text)
