"""Live figures of the district, by calendar months in Shanghai, from the platform's own tables.

Each figure has a title that states the finding, a drawing, the table of the same numbers, a source,
a period and the time of reading; its files are made of that table. Public figures rest on at least
as many sources as the rule asks for (`statistics.least_filers`, `statistics.most_share`): a cell
that may not be shown says x on the page, in the drawing and in every file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from appraisal.enums import CertificateKind, CertificateState
from appraisal.models import Certificate
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.money import Money
from artmarket.core.punctuation import bracketed, listed
from auctions.enums import SOLD_LOTS, UNSOLD_LOTS
from auctions.models import Lot, Settlement
from auctions.pledges.reports.tables import Cell, Column, Table
from catalog.enums import NUMBERED
from catalog.models import Work

from ..charts import Chart, Series, chart
from ..engine.months import Month, last_months

SPANS: Final = (12, 24)
HIDDEN: Final = "x"
HOME: Final = "CNY"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which months, at which moment, and whether for the public."""

    months: tuple[Month, ...]
    now: datetime
    public: bool

    @property
    def count(self) -> int:
        return len(self.months)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as page, drawing and files show it."""

    code: str
    name: str
    title: str
    table: Table
    chart: Chart | None
    source: str
    asked: Asked

    @property
    def period(self) -> str:
        """The months in words."""
        return period_words(self.asked.months)

    @property
    def read_at(self) -> datetime:
        return self.asked.now


Build = Callable[[Asked], "Figure"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A figure that there is; `build` reads it."""

    code: str
    name: str | Promise
    build: Build


def asked_of(months: int, *, public: bool) -> Asked:
    """The last so many months up to this moment. Raises ValueError for another span."""
    if months not in SPANS:
        raise ValueError(f"no span of {months} months")
    now = db_now()
    day = now.astimezone(SHANGHAI).date()
    return Asked(tuple(last_months(day, months)), now, public)


def figures(months: int, *, public: bool) -> list[Figure]:
    """All figures in their order. Two queries for the time and each first figure, see tests."""
    asked = asked_of(months, public=public)
    return [kind.build(asked) for kind in kinds()]


def figure(code: str, months: int, *, public: bool) -> Figure | None:
    """One figure by its code; None: there is none."""
    found = next((kind for kind in kinds() if kind.code == code), None)
    return found.build(asked_of(months, public=public)) if found else None


def kinds() -> list[Kind]:
    """The figures that there are, in the order of the page."""
    from . import happening_figures, loan_figures

    return [
        Kind("registrations", gettext_lazy("作品登记"), registrations),
        Kind("certificates", gettext_lazy("证书"), certificates),
        Kind("sales", gettext_lazy("拍卖成交"), sales),
        Kind("loans", gettext_lazy("质押贷款"), loan_figures.loans),
        Kind("visitors", gettext_lazy("到场人次"), happening_figures.visitors),
        Kind("events", gettext_lazy("活动场次"), happening_figures.events),
    ]


# ------------------------------------------------------------------ shared


def month_words(month: Month) -> str:
    """2026年7月, July 2026."""
    return date_format(month.first_day, "YEAR_MONTH_FORMAT")


def period_words(months: Sequence[Month]) -> str:
    """From the first to the last month."""
    return _("%(first)s至%(last)s") % {
        "first": month_words(months[0]), "last": month_words(months[-1]),
    }  # fmt: skip


def short_labels(months: Sequence[Month]) -> list[str]:
    """The months below a drawing, as short as they can be."""
    return [f"{m.year % 100:02}-{m.month:02}" for m in months]


def by_month(
    rows: QuerySet[Any], moment: str, asked: Asked, *groups: str, **sums: Any
) -> dict[tuple[Any, ...], dict[str, int]]:
    """Sums of each month (and group) in which `moment` falls. One query.

    The keys are (month, *groups), the values the sums as whole numbers.
    """
    first, last = asked.months[0].starts(SHANGHAI), asked.months[-1].ends(SHANGHAI)
    window = rows.filter(**{f"{moment}__gte": first, f"{moment}__lt": last})
    found = (
        window.annotate(_month=TruncMonth(moment, tzinfo=SHANGHAI))
        .order_by()
        .values("_month", *groups)
        .annotate(**sums)
    )
    return {
        (Month.of(row["_month"]), *(row[name] for name in groups)): {
            name: int(row[name] or 0) for name in sums
        }
        for row in found
    }


def currencies_in(*found: Mapping[tuple[Any, ...], Any]) -> list[str]:
    """The currencies that stand second in the keys, the yuan first and always there."""
    names = {key[1] for rows in found for key in rows}
    return [HOME, *sorted(names - {HOME})]


def of_currency(label: object, currency: str) -> str:
    """A column of sums of one currency."""
    return f"{label}{bracketed(currency)}"


def money_words(sums: Mapping[str, int]) -> str:
    """Sums by currency in one line; the yuan where all are nothing."""
    said = [str(Money(minor, currency)) for currency, minor in sums.items() if minor]
    return listed(said) if said else str(Money(0, HOME))


def column(rows: Sequence[Sequence[Cell]], place: int) -> tuple[int | None, ...]:
    """The values of a column for a drawing; what is hidden or missing is None."""
    values = [row[place] for row in rows]
    return tuple(
        cell.minor if isinstance(cell, Money) else cell if isinstance(cell, int) else None
        for cell in values
    )


def axis_money(currency: str) -> Callable[[int], str]:
    """The words of an axis of sums."""
    return lambda minor: str(Money(minor, currency))


# ------------------------------------------------------------------ the figures


def registrations(asked: Asked) -> Figure:
    """Works that got their number, and how many stood in the register at the end. Two queries."""
    works = Work.objects.filter(state__in=NUMBERED, registered_at__isnull=False)
    before = works.filter(registered_at__lt=asked.months[0].starts(SHANGHAI)).count()
    found = by_month(works, "registered_at", asked, n=Count("pk"))
    rows: list[tuple[Cell, ...]] = []
    standing = before
    for month in asked.months:
        n = found.get((month,), {}).get("n", 0)
        standing += n
        rows.append((month_words(month), n, standing))
    total = standing - before
    title = ngettext(
        "近%(months)s个月登记%(n)s件作品，在册共%(all)s件",
        "近%(months)s个月登记%(n)s件作品，在册共%(all)s件",
        total,
    ) % {"months": asked.count, "n": f"{total:,}", "all": f"{standing:,}"}
    columns = (
        Column(_("月份")), Column(_("新登记（件）"), "figure"),
        Column(_("月末在册（件）"), "figure"),
    )  # fmt: skip
    return Figure(
        "registrations", _("作品登记"), title, Table(_("每月登记的作品"), columns, tuple(rows)),
        chart(
            "bars", short_labels(asked.months), [Series(_("新登记（件）"), column(rows, 1))]
        ),
        _("作品登记簿"), asked,
    )  # fmt: skip


def certificates(asked: Asked) -> Figure:
    """Certificates that were issued, by kind, and those that were revoked. Two queries."""
    rows_of = Certificate.objects.all()
    issued = by_month(rows_of, "valid_from", asked, "kind", n=Count("pk"))
    ended = by_month(
        rows_of.filter(state=CertificateState.REVOKED), "state_since", asked, n=Count("pk")
    )
    kinds_of = list(CertificateKind)
    rows: list[tuple[Cell, ...]] = []
    for month in asked.months:
        counts = [issued.get((month, kind.value), {}).get("n", 0) for kind in kinds_of]
        rows.append(
            (
                month_words(month), sum(counts), *counts,
                ended.get((month,), {}).get("n", 0),
            )
        )  # fmt: skip
    total = sum(row["n"] for row in issued.values())
    title = ngettext(
        "近%(months)s个月出具%(n)s份证书", "近%(months)s个月出具%(n)s份证书", total
    ) % {"months": asked.count, "n": f"{total:,}"}
    columns = (
        Column(_("月份")), Column(_("出具（份）"), "figure"),
        *(Column(str(kind.label), "figure") for kind in kinds_of),
        Column(_("撤销（份）"), "figure"),
    )  # fmt: skip
    return Figure(
        "certificates", _("证书"), title, Table(_("每月出具的证书"), columns, tuple(rows)),
        chart("bars", short_labels(asked.months), [Series(_("出具（份）"), column(rows, 1))]),
        _("证书登记簿"), asked,
    )  # fmt: skip


def sales(asked: Asked) -> Figure:
    """Lots that were offered and sold, their hammer prices, and what was paid. Three queries.

    A sale that was undone (default, rescission) counts neither as sold nor as unsold.
    """
    offered = by_month(
        Lot.objects.filter(state__in=(*SOLD_LOTS, *UNSOLD_LOTS)), "closed_at", asked, n=Count("pk")
    )
    sold = by_month(
        Lot.objects.filter(state__in=SOLD_LOTS), "closed_at", asked, "sale__currency",
        n=Count("pk"), hammer=Sum("hammer_minor"),
    )  # fmt: skip
    paid = by_month(
        Settlement.objects.live(), "paid_at", asked, "currency", n=Count("pk"),
        total=Sum("total_minor"),
    )  # fmt: skip
    currencies = currencies_in(sold, paid)

    def of(found: Mapping[tuple[Any, ...], dict[str, int]], month: Month, name: str) -> list[int]:
        return [found.get((month, c), {}).get(name, 0) for c in currencies]

    rows: list[tuple[Cell, ...]] = [
        (
            month_words(month), offered.get((month,), {}).get("n", 0), sum(of(sold, month, "n")),
            *_money(of(sold, month, "hammer"), currencies), sum(of(paid, month, "n")),
            *_money(of(paid, month, "total"), currencies),
        )
        for month in asked.months
    ]  # fmt: skip
    total = sum(row["n"] for row in sold.values())
    sums = {c: sum(row["hammer"] for key, row in sold.items() if key[1] == c) for c in currencies}
    title = ngettext(
        "近%(months)s个月成交%(n)s件，落槌价合计%(sum)s",
        "近%(months)s个月成交%(n)s件，落槌价合计%(sum)s",
        total,
    ) % {"months": asked.count, "n": f"{total:,}", "sum": money_words(sums)}
    columns = (
        Column(_("月份")), Column(_("上拍（件）"), "figure"), Column(_("成交（件）"), "figure"),
        *(Column(of_currency(_("落槌价"), c), "money") for c in currencies),
        Column(_("付清（件）"), "figure"),
        *(Column(of_currency(_("付清金额"), c), "money") for c in currencies),
    )  # fmt: skip
    note = _("买受人违约或撤销的成交不计；付清金额含佣金，按付清的月份计。")
    return Figure(
        "sales", _("拍卖成交"), title, Table(_("每月的拍卖成交"), columns, tuple(rows), note),
        chart(
            "bars", short_labels(asked.months),
            [Series(of_currency(_("落槌价"), HOME), column(rows, 3))], say=axis_money(HOME),
        ),
        _("拍卖与结算记录"), asked,
    )  # fmt: skip


def _money(minors: Sequence[int], currencies: Sequence[str]) -> list[Money]:
    return [Money(minor, c) for minor, c in zip(minors, currencies, strict=True)]
