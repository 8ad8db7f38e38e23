"""Logs between two days: each step of a margin call, each realised work with where its price went.

Steps and distributions are append-only and dated by the database, so the same days always give the
same log. Pledge rules §8, §9, §10.
"""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..enums import Part
from ..models import Distribution, Lender, MarginStep
from .asof import Period
from .tables import Cell, Column, Table


def margin_log(lender: Lender, period: Period) -> list[Table]:
    """Every step of every margin call; a step that made no test has no figures."""
    steps = MarginStep.objects.filter(call__loan__lender=lender, at__lt=period.cutoff)
    steps = steps.filter(day__gte=period.since, day__lte=period.on)
    rows: list[tuple[Cell, ...]] = [
        (
            step.day, step.call.loan.number, step.get_kind_display(), step.get_cause_display(),
            step.get_state_display(), step.call.loan.money(step.remaining_minor),
            _money(step, step.exposure_minor), _money(step, step.capacity_minor),
        )
        for step in steps.select_related("call__loan").order_by("day", "pk")
    ]  # fmt: skip
    columns = (
        Column(_("日期"), "day", 14), Column(_("合同号"), width=18), Column(_("经过"), width=20),
        Column(_("缘由"), width=14), Column(_("状态"), width=16), Column(_("还缺"), "money", 16),
        Column(_("欠款"), "money", 16), Column(_("可担保"), "money", 16),
    )  # fmt: skip
    note = _("没有重算担保的一步没有欠款和可担保的数。")
    return [Table(_("追加担保记录"), columns, tuple(rows), note)]


def _money(step: MarginStep, minor: int | None) -> Cell:
    return None if minor is None else step.call.loan.money(minor)


def disposal_log(lender: Lender, period: Period) -> list[Table]:
    """Every realised work: its price, what each part of the debt got, surplus and deficiency."""
    found = _distributions(lender, period)
    return [_prices(found), _parts(found)]


def _distributions(lender: Lender, period: Period) -> QuerySet[Distribution]:
    rows = Distribution.objects.filter(
        step__disposal__case__loan__lender=lender, day__gte=period.since, day__lte=period.on,
        at__lt=period.cutoff,
    )  # fmt: skip
    rows = rows.select_related("step__disposal__case__loan", "step__disposal__item__work")
    return rows.order_by("day", "pk")


def _prices(found: QuerySet[Distribution]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in found:
        loan, work = row.step.disposal.case.loan, row.step.disposal.item.work
        rows.append((
            row.day, loan.number, work.number, row.step.get_way_display(),
            loan.money(row.price_minor), loan.money(row.deducted_minor),
            loan.money(row.received_minor), loan.money(row.surplus_minor),
            loan.money(row.deficiency_minor),
        ))  # fmt: skip
    columns = (
        Column(_("日期"), "day", 13), Column(_("合同号"), width=16), Column(_("作品"), width=16),
        Column(_("方式"), width=14), Column(_("价款"), "money", 15),
        Column(_("已扣费用"), "money", 13), Column(_("实收"), "money", 15),
        Column(_("退还出质人"), "money", 15), Column(_("仍欠"), "money", 15),
    )  # fmt: skip
    return Table(_("处置与多退少补"), columns, tuple(rows))


def _parts(found: QuerySet[Distribution]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for row in found:
        loan = row.step.disposal.case.loan
        for part in Part:
            rows.append((
                row.day, loan.number, part.label, loan.money(row.owed_before[part]),
                loan.money(row.paid[part]), loan.money(row.owed_after[part]),
            ))  # fmt: skip
    columns = (
        Column(_("日期"), "day", 16), Column(_("合同号"), width=20), Column(_("项目"), width=16),
        Column(_("处置前欠"), "money", 18), Column(_("还付"), "money", 18),
        Column(_("处置后欠"), "money", 18),
    )  # fmt: skip
    return Table(_("价款的去向"), columns, tuple(rows))
