"""The pledge list, and whether what is pledged is there: pledged, held and counted set side by
side. 押品管理; pledge rules §6, §10."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from artmarket.core.clock import SHANGHAI

from ..enums import CountResult
from ..models import Lender, PledgeItem
from .asof import Period
from .book import Kept, Lent, Pledge, book_of, items_on, kept_on
from .tables import Cell, Column, Table


def pledge_list(lender: Lender, period: Period) -> list[Table]:
    """The works in pledge with their values; each against custody and its last count; sums."""
    book = book_of(lender, period)
    pairs = [(row, pledge) for row in book for pledge in row.pledges]
    kept = kept_on(lender, period)
    # Works of loans that are not paid out yet are in pledge as well.
    paid_out = {pledge.item.pk for _row, pledge in pairs}
    waiting = [item for item in items_on(lender, period) if item.pk not in paid_out]
    pledged = paid_out | {item.pk for item in waiting}
    strays = [one for key, one in kept.items() if key not in pledged]
    return [
        _worth(pairs),
        _waiting(waiting),
        _reconciled(
            [(p.item.work.number, p.item.work.display_title, p.kept) for _row, p in pairs]
            + [(item.work.number, item.work.display_title, kept.get(item.pk)) for item in waiting],
            strays,
        ),
        _sums(len(pledged), kept, pledged, strays),
    ]


def _worth(pairs: Iterable[tuple[Lent, Pledge]]) -> Table:
    columns = (
        Column(_("合同号"), width=13), Column(_("登记号"), width=14), Column(_("题名"), width=16),
        Column(_("借款人"), width=13), Column(_("质权设立"), "day", 13),
        Column(_("评估值（较低者）"), "money", 15), Column(_("认定价值"), "money", 15),
    )  # fmt: skip
    rows = []
    for row, pledge in pairs:
        value, item = pledge.valued.value, pledge.item
        assert item.pledged_at is not None  # noqa: S101 - a constraint
        rows.append((
            row.loan.number, item.work.number, item.work.display_title, row.loan.borrower.name,
            item.pledged_at.astimezone(SHANGHAI).date(),
            row.loan.money(value.base) if value else None,
            row.loan.money(value.eligible) if value else None,
        ))  # fmt: skip
    missing = sum(row[-1] is None for row in rows)
    note = _("%(n)d件没有有效价格，记为缺，不作零。") % {"n": missing} if missing else ""
    return Table(_("质物清单"), columns, tuple(rows), note)


def _waiting(items: Sequence[PledgeItem]) -> Table:
    columns = (
        Column(_("合同号"), width=25), Column(_("登记号"), width=25), Column(_("题名"), width=50),
    )  # fmt: skip
    rows = [(item.loan.number, item.work.number, item.work.display_title) for item in items]
    return Table(_("已设质、还没有放款"), columns, tuple(rows))


def _reconciled(rows: Sequence[tuple[str, str, Kept | None]], strays: Sequence[Kept]) -> Table:
    columns = (
        Column(_("登记号"), width=14), Column(_("题名"), width=15), Column(_("托管人"), width=17),
        Column(_("仓单号"), width=12), Column(_("库位"), width=13),
        Column(_("最近盘点"), "day", 13), Column(_("结果"), width=14),
    )  # fmt: skip
    found: list[tuple[Cell, ...]] = []
    for number, title, kept in rows:
        if kept is None:
            found.append((number, title, "", "", "", "", _("已设质，没有入库")))
        else:
            found.append((number, title, *_place(kept), verdict(kept)))
    for kept in strays:
        found.append(("", "", *_place(kept), _("在库，没有质权")))
    return Table(
        _("与保管和盘点核对"), columns, tuple(found),
        _("按入库、移位、盘点、出库记录中两人复核过的计。"),
    )  # fmt: skip


def _place(kept: Kept) -> tuple[Cell, ...]:
    counted = kept.counted_at.astimezone(SHANGHAI).date() if kept.counted_at else _("还没有盘点")
    return (
        str(kept.holding.custodian.organisation), kept.holding.receipt, kept.place, counted
    )  # fmt: skip


def verdict(kept: Kept) -> str:
    """What the last count said of a work that is held."""
    return str(CountResult(kept.result).label) if kept.result else _("在库，还没有盘点")


def _sums(pledged: int, kept: dict[int, Kept], keys: set[int], strays: Sequence[Kept]) -> Table:
    held = [one for key, one in kept.items() if key in keys]
    rows: list[tuple[Cell, ...]] = [
        (_("质押中"), pledged),
        (_("其中在库"), len(held)),
        (_("其中不在库"), pledged - len(held)),
        (_("在库、盘点过"), sum(bool(one.result) for one in held)),
        (_("盘点有异常"), sum(one.result not in ("", CountResult.PRESENT) for one in held)),
        (_("在库而没有质权"), len(strays)),
    ]
    return Table(_("合计"), (Column(_("项目"), width=70), Column(_("件数"), "figure", 30)),
                 tuple(rows))  # fmt: skip
