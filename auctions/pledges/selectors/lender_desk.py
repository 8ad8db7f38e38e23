"""The lender's desk: four figures, the table of loans, its filters and its file.

How a loan stands is what its last snapshot kept, with its day; a missing value shows as missing and
is never taken as zero. Reads only; the number of queries does not grow with the loans.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appraisal.models import Valuation
from artmarket.accounts.models import Membership, User
from artmarket.core.money import Money

from ..enums import IN_PLEDGE, LIVE_LOANS, ItemState, LoanState, Part
from ..models import Lender, Loan, PledgeItem, ProductVersion, Snapshot
from ..models.loans import CHARGED, PAID, PARTS
from ..valuing import appraisals_of, value_of
from .lenders import lenders_of

DUE_DAYS: Final = 30
MOST_IN_FILE: Final = 20_000
_STARTING = (LoanState.SIGNING, LoanState.AGREED)
_ENDED = (LoanState.CLOSED, LoanState.CANCELLED)
FILTERS: Final[dict[str, Any]] = {
    "": gettext_lazy("进行中"),
    "starting": gettext_lazy("待签、待放款"),
    "due": gettext_lazy("30天内到期"),
    "overdue": gettext_lazy("逾期"),
    "beyond": gettext_lazy("超过追加担保线"),
    "blocked": gettext_lazy("没有有效估值"),
    "ended": gettext_lazy("已结束"),
}
PILLS: Final = {
    LoanState.SIGNING: "warn", LoanState.AGREED: "warn", LoanState.ACTIVE: "info",
    LoanState.REPAID: "ok", LoanState.CLOSED: "neutral", LoanState.CANCELLED: "neutral",
}  # fmt: skip


def desks_of(user: User) -> list[Lender]:
    """The lenders for whom a person works, those in business first; `runs`: as administrator."""
    runs = Membership.objects.administering().filter(
        user=user, organisation=OuterRef("organisation")
    )
    rows = lenders_of(user).annotate(runs=Exists(runs))
    return list(rows.order_by(F("ended_at").asc(nulls_first=True), "pk"))


def works_for_a_lender(user: User) -> bool:
    """Whether the desk is for this person."""
    own = Membership.objects.filter(user=user, ended_at__isnull=True)
    return Lender.objects.filter(
        organisation__in=own.values("organisation"), organisation__is_active=True
    ).exists()


def last_snapshots(loans: Any) -> QuerySet[Snapshot]:
    """The last snapshot of each of these loans."""
    later = Snapshot.objects.filter(loan=OuterRef("loan"), day__gt=OuterRef("day"))
    return Snapshot.objects.filter(~Exists(later), loan__in=loans)


def loans_of(lenders: Sequence[Lender], today: date) -> QuerySet[Loan]:
    """All loans of lenders, with what the filters ask of each."""
    later = Snapshot.objects.filter(loan=OuterRef("loan"), day__gt=OuterRef("day"))
    last = Snapshot.objects.filter(~Exists(later), loan=OuterRef("pk"))
    beyond = last.filter(ltv_pct__gte=F("loan__version__ltv_margin_pct"))
    return Loan.objects.filter(lender__in=[row.pk for row in lenders]).annotate(
        has_value=Exists(last.filter(blocked="")), is_beyond=Exists(beyond)
    )


def chosen(key: str, today: date) -> Q:
    """The condition of a filter."""
    active = Q(state=LoanState.ACTIVE)
    conditions = {
        "": Q(state__in=LIVE_LOANS),
        "starting": Q(state__in=_STARTING),
        "due": active & Q(next_due_on__lte=today + timedelta(days=DUE_DAYS)),
        "overdue": active & Q(overdue_minor__gt=0),
        "beyond": active & Q(is_beyond=True),
        "blocked": active & Q(has_value=False),
        "ended": Q(state__in=_ENDED),
    }
    return conditions[key]


@dataclass(frozen=True, slots=True)
class Figures:
    """What stands at the head of the desk; amounts in yuan, `ltv` in percent or None: missing."""

    principal: Money
    owed: Money
    active: int
    due: Money
    overdue: Money
    ltv: Decimal | None
    unvalued: int
    beyond: int
    counts: dict[str, int]


def figures_of(lenders: Sequence[Lender], today: date) -> Figures:
    """Two queries."""
    open_part = {
        part: Coalesce(Sum(F(CHARGED[part]) - F(PAID[part])), 0) for part in PARTS
    }  # fmt: skip
    rows = loans_of(lenders, today)
    counts = rows.aggregate(
        **{f"n_{key}": Count("pk", filter=chosen(key, today)) for key in FILTERS},
        active=Count("pk", filter=Q(state=LoanState.ACTIVE)),
        due=Coalesce(Sum("next_due_minor", filter=chosen("due", today)), 0),
        overdue=Coalesce(Sum("overdue_minor", filter=Q(state=LoanState.ACTIVE)), 0),
        **{f"open_{part}": total for part, total in open_part.items()},
    )
    active = Loan.objects.filter(
        lender__in=[row.pk for row in lenders], state=LoanState.ACTIVE
    )  # fmt: skip
    known = (
        last_snapshots(active)
        .filter(blocked="")
        .aggregate(exposure=Sum("exposure_minor"), eligible=Sum("eligible_minor"), n=Count("pk"))
    )
    return Figures(
        principal=Money(counts[f"open_{Part.PRINCIPAL.value}"]),
        owed=Money(sum(counts[f"open_{part}"] for part in PARTS)),
        active=counts["active"],
        due=Money(counts["due"]),
        overdue=Money(counts["overdue"]),
        ltv=percent_of(known["exposure"], known["eligible"]),
        unvalued=counts["active"] - known["n"],
        beyond=counts["n_beyond"],
        counts={key: counts[f"n_{key}"] for key in FILTERS},
    )


def percent_of(part: int | None, whole: int | None) -> Decimal | None:
    """A share in percent with one place, rounded up; None where there is nothing to divide by."""
    if part is None or not whole:
        return None
    tenths = Fraction(part * 1000, whole)
    return Decimal(-(-tenths.numerator // tenths.denominator)).scaleb(-1)


# ------------------------------------------------------------------ the table


@dataclass(frozen=True, slots=True)
class Bar:
    """A loan-to-value bar on a scale of 0 to 100: how full it is, and where the lines stand.

    `ltv` None: no value is known, so nothing is drawn; `level` is ok, warn or live.
    """

    ltv: Decimal | None
    fill: Decimal
    initial: Decimal
    margin: Decimal
    liquidation: Decimal

    @property
    def level(self) -> str:
        if self.ltv is None:
            return "none"
        if self.ltv >= self.liquidation:
            return "live"
        return "warn" if self.ltv >= self.margin else "ok"

    @property
    def words(self) -> str:
        """The figure with one place; "" where it is missing."""
        return "" if self.ltv is None else f"{one_place(self.ltv)}%"


def bar_of(ltv: Decimal | None, version: ProductVersion) -> Bar:
    """The bar of a loan against the lines of its product."""
    return Bar(
        ltv, min(ltv or Decimal(0), Decimal(100)), plain(version.ltv_initial_pct),
        plain(version.ltv_margin_pct), plain(version.ltv_liquidation_pct),
    )  # fmt: skip


def plain(figure: Decimal) -> Decimal:
    """A figure without the zeros at its end, never written with an exponent."""
    return Decimal(f"{figure.normalize():f}")


def one_place(figure: Decimal) -> Decimal:
    """A percentage with one place, rounded up: never safer than it is."""
    scaled = Fraction(figure) * 10
    return Decimal(-(-scaled.numerator // scaled.denominator)).scaleb(-1)


@dataclass(frozen=True, slots=True)
class Row:
    """A loan of the table; `base_on` is the oldest day of the appraisals that count, `until` the
    first on which one of them ends, `missing` how many of its works have none."""

    loan: Loan
    snapshot: Snapshot | None
    bar: Bar
    works: tuple[PledgeItem, ...]
    base_on: date | None
    until: date | None
    missing: int
    pill: str

    @property
    def age(self) -> int | None:
        """How old the oldest appraisal was on the day of the page."""
        return None if self.base_on is None else (self._today - self.base_on).days

    @property
    def owed(self) -> Money:
        """All that is outstanding."""
        return self.loan.money(self.loan.owed_minor)

    @property
    def due(self) -> Money:
        """What falls due next."""
        return self.loan.money(self.loan.next_due_minor)

    @property
    def is_waiting(self) -> bool:
        """Nothing was paid out yet."""
        return self.loan.state in _STARTING

    @property
    def is_over(self) -> bool:
        """Nothing is owed any more."""
        return self.loan.state in (*_ENDED, LoanState.REPAID)

    @property
    def _today(self) -> date:
        return self.loan.shown_on  # type: ignore[attr-defined, no-any-return]


def table(loans: Iterable[Loan], today: date) -> list[Row]:
    """The rows of loans that were read by `for_table`."""
    found = list(loans)
    snapshots = {
        row.loan_id: row for row in last_snapshots([loan.pk for loan in found])
    }  # fmt: skip
    appraised = _appraised(found)
    return [_row(loan, snapshots.get(loan.pk), appraised, today) for loan in found]


def for_table(rows: QuerySet[Loan]) -> QuerySet[Loan]:
    """Loans with all that a row says, those whose next day comes first at the top."""
    items = PledgeItem.objects.filter(state__in=[ItemState.AGREED, *IN_PLEDGE]).select_related(
        "work"
    )
    return (
        rows.select_related("borrower", "version__product", "lender__organisation")
        .prefetch_related(Prefetch("items", queryset=items, to_attr="on_loan"))
        .order_by(F("next_due_on").asc(nulls_last=True), "-pk")
    )


def _appraised(loans: list[Loan]) -> dict[tuple[int, str], Mapping[int, Sequence[Valuation]]]:
    """The appraisals that count for each lender; one query a lender."""
    works: dict[tuple[int, str], set[int]] = {}
    lenders: dict[int, Lender] = {}
    for loan in loans:
        lenders[loan.lender_id] = loan.lender
        on_loan: list[PledgeItem] = loan.on_loan  # type: ignore[attr-defined]
        works.setdefault((loan.lender_id, loan.currency), set()).update(
            item.work_id for item in on_loan
        )
    return {
        (pk, currency): appraisals_of(keys, lender=lenders[pk], currency=currency)
        for (pk, currency), keys in works.items()
    }


def _row(loan: Loan, snapshot: Snapshot | None, appraised: Any, today: date) -> Row:
    loan.shown_on = today  # type: ignore[attr-defined]
    of_lender = appraised[loan.lender_id, loan.currency]
    days, untils, missing = [], [], 0
    works: tuple[PledgeItem, ...] = tuple(loan.on_loan)  # type: ignore[attr-defined]
    for item in works:
        rows = of_lender.get(item.work_id, [])
        value = value_of(
            rows, loan.version, liquidity=item.liquidity, months=loan.months, on=today
        ).value
        if value is None:
            missing += 1
            continue
        days += [row.base_date for row in rows if row.pk in value.valuations]
        untils.append(value.until)
    is_active = loan.state == LoanState.ACTIVE
    ltv = snapshot.ltv_pct if snapshot and is_active else None
    return Row(
        loan, snapshot if is_active else None, bar_of(ltv, loan.version), works,
        min(days, default=None), min(untils, default=None), missing,
        PILLS[LoanState(loan.state)],
    )  # fmt: skip


# ------------------------------------------------------------------ its file


def csv_rows(rows: Iterable[Row]) -> Iterable[list[str | int | Decimal]]:
    """The table for a spreadsheet; what is not known stands as words, never as a figure."""
    yield [
        _("合同号"), _("借款人"), _("状态"), _("合同金额"), _("未还本金"), _("未还合计"), _("逾期"),
        _("逾期天数"), _("下一个到期日"), _("下一期应还"), _("到期日"), _("贷款质押率（%）"),
        _("快照日期"), _("认定价值"), _("追加担保线（%）"), _("处置线（%）"), _("质物件数"),
        _("最早的评估基准日"), _("评估有效期至"), _("没有有效估值的件数"), _("币种"),
    ]  # fmt: skip
    for row in rows:
        loan, snapshot = row.loan, row.snapshot
        missing = _("缺") if loan.state == LoanState.ACTIVE else ""
        eligible = snapshot.eligible_minor if snapshot else None

        def amount(minor: int, loan: Loan = loan) -> Decimal:
            return loan.money(minor).amount

        yield [
            loan.number, loan.borrower.name, str(loan.get_state_display()),
            amount(loan.limit_minor), amount(loan.principal_minor), amount(loan.owed_minor),
            amount(loan.overdue_minor), loan.overdue_days, _day(loan.next_due_on),
            amount(loan.next_due_minor), _day(loan.matures_on),
            missing if row.bar.ltv is None else row.bar.ltv,
            _day(snapshot.day) if snapshot else missing,
            missing if eligible is None else amount(eligible),
            row.bar.margin, row.bar.liquidation, len(row.works), _day(row.base_on),
            _day(row.until), row.missing, loan.currency,
        ]  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
