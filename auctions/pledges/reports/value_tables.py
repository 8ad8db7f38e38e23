"""Appraisals with how far they lie apart, and what runs out when. Pledge rules §4, §6, §10."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from appraisal.models import Valuation
from artmarket import rulebook

from .. import citations
from ..models import Insurance, Lender, Loan, RegistryQuery
from .asof import Period
from .book import Lent, Pledge, book_of
from .tables import Cell, Column, Table, percent

Pairs = Sequence[tuple[Lent, Pledge]]


def appraisal_ledger(lender: Lender, period: Period) -> list[Table]:
    """Each work's disagreement between firms in force, and every appraisal that is known of it."""
    pairs = _pairs(lender, period)
    return [_disagreements(pairs, period), _appraisals(pairs, period)]


def _pairs(lender: Lender, period: Period) -> Pairs:
    book = book_of(lender, period)
    return [(row, pledge) for row in book for pledge in row.pledges]


def in_force(rows: Iterable[Valuation], on: date) -> list[Valuation]:
    """The latest of each firm that holds on a day, the lower first."""
    latest: dict[int | None, Valuation] = {}
    for row in sorted(rows, key=lambda one: one.base_date):
        if row.base_date <= on <= row.valid_until:
            latest[row.appraiser.institution_id] = row
    return sorted(latest.values(), key=lambda one: (one.point, one.pk))


def _disagreements(pairs: Pairs, period: Period) -> Table:
    columns = (
        Column(_("登记号"), width=15), Column(_("题名"), width=19),
        Column(_("有效评估"), "figure", 10), Column(_("较低"), "money", 16),
        Column(_("较高"), "money", 16), Column(_("差异"), "percent", 10),
        Column(_("最多"), "percent", 10), Column(_("结果"), width=18),
    )  # fmt: skip
    rows = []
    for row, pledge in pairs:
        found, work = in_force(pledge.appraisals, period.on), pledge.item.work
        low, high = (found[0].point, found[-1].point) if found else (0, 0)
        apart = percent(high - low, high) if len(found) > 1 else None
        rows.append((
            work.number, work.display_title, len(found), row.loan.money(low) if found else None,
            row.loan.money(high) if found else None, apart,
            percent(Fraction(row.loan.version.disagreement_pct)),
            pledge.valued.words if pledge.valued.blocked else _("可用"),
        ))  # fmt: skip
    return Table(
        _("评估差异"), columns, tuple(rows), _("差异是两份之差占较高一份的比例；较低的一份算数。")
    )


def _appraisals(pairs: Pairs, period: Period) -> Table:
    columns = (
        Column(_("登记号"), width=16), Column(_("评估机构"), width=22),
        Column(_("评估人"), width=14), Column(_("基准日"), "day", 15),
        Column(_("有效期至"), "day", 15), Column(_("评估值"), "money", 18),
    )  # fmt: skip
    rows = [
        (pledge.item.work.number, str(one.appraiser.institution), one.appraiser.name,
         one.base_date, one.valid_until, row.loan.money(one.point))
        for row, pledge in pairs
        for one in pledge.appraisals
        if one.base_date <= period.on
    ]  # fmt: skip
    return Table(_("评估台账"), columns, tuple(rows))


# ------------------------------------------------------------------ what runs out


def expiries(lender: Lender, period: Period) -> list[Table]:
    """Policies, queries of the registry and appraisals by their last day, the nearest first; what
    is missing comes before all."""
    pairs = _pairs(lender, period)
    works = [pledge.item.work_id for _row, pledge in pairs]
    policies = _policies(lender, works, period)
    queries = _queries(lender, works, period)
    days = timedelta(days=rulebook.get(citations.REGISTRY_DAYS, on=period.on))
    appraised = {
        pledge.item.work_id: (_("较低的一份"), pledge.valued.value.until)
        for _row, pledge in pairs
        if pledge.valued.value
    }
    return [
        _table(_("保险到期"), _("保单号"), pairs, policies, period),
        _table(
            _("登记查询到期"), _("查询证明编号"), pairs,
            {work: (number, made + days) for work, (number, made) in queries.items()}, period,
        ),
        _table(_("评估到期"), _("评估"), pairs, appraised, period),
    ]  # fmt: skip


def _policies(lender: Lender, works: Sequence[int], period: Period) -> dict[int, tuple[str, date]]:
    """The policy of each work that holds longest, as it was known. One query."""
    rows = Insurance.objects.filter(
        lender__organisation=lender.organisation_id, work__in=works,
        recorded_at__lt=period.cutoff, valid_from__lte=period.on,
    ).order_by("valid_until", "pk")  # fmt: skip
    return {
        row.work_id: (row.policy, row.valid_until)
        for row in rows
        if row.ended_at is None or row.ended_at >= period.ends
    }


def _queries(lender: Lender, works: Sequence[int], period: Period) -> dict[int, tuple[str, date]]:
    """The last query of each work. One query."""
    rows = RegistryQuery.objects.filter(
        lender__organisation=lender.organisation_id, work__in=works,
        recorded_at__lt=period.cutoff, made_on__lte=period.on,
    ).order_by("made_on", "pk")  # fmt: skip
    return {row.work_id: (row.number, row.made_on) for row in rows}


def _table(
    title: str, what: str, pairs: Pairs, found: dict[int, tuple[str, date]], period: Period
) -> Table:
    columns = (
        Column(_("登记号"), width=18), Column(_("题名"), width=24), Column(_("合同号"), width=18),
        Column(what, width=18), Column(_("到期日"), "day", 14),
        Column(_("还有几天"), "figure", 12),
    )  # fmt: skip
    keyed: list[tuple[date, tuple[Cell, ...]]] = []
    for row, pledge in pairs:
        words, until = found.get(pledge.item.work_id, (None, None))
        left = (until - period.on).days if until else None
        cells = (*_named(row.loan, pledge), words, until, left)
        keyed.append((until or date.min, cells))
    ordered = sorted(keyed, key=lambda pair: pair[0])
    return Table(title, columns, tuple(cells for _day, cells in ordered))


def _named(loan: Loan, pledge: Pledge) -> tuple[Cell, ...]:
    work = pledge.item.work
    return work.number, work.display_title, loan.number
