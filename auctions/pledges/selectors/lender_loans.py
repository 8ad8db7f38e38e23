"""One loan as its lender reads it: money, works and what each carries, events, postings, the line
of its snapshots. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from artmarket.core.money import Money

from .. import reckoning
from ..engine.rounding import down
from ..enums import (
    ItemState,
    LoanEventKind,
    LoanState,
    Part,
    ProductKind,
    RenewalState,
    Side,
)
from ..models import Loan, LoanEvent, LoanPosting, PledgeItem, ProductVersion, Snapshot
from ..models.loans import CHARGED, PAID
from ..services.lender_signing import may_sign
from ..valuing import WHY_NOT, appraisals_of, levels_of
from .lender_desk import Bar, bar_of, plain
from .standing import NOT_THERE, Standing, items_on, standing_of, valued_item

CHART_DAYS: Final = 90
_CHART = (600, 160)
ITEM_PILLS: Final = {
    ItemState.PROPOSED: "warn", ItemState.AGREED: "warn", ItemState.PLEDGED: "ok",
    ItemState.LEAVING: "info", ItemState.RELEASED: "neutral", ItemState.DROPPED: "neutral",
}  # fmt: skip


def loans() -> QuerySet[Loan]:
    """Loans with everything that their page asks of them."""
    return Loan.objects.select_related(
        "lender__organisation", "borrower", "version__product", "offer"
    ).prefetch_related("signatures__signer")


# ------------------------------------------------------------------ works


@dataclass(frozen=True, slots=True)
class Work:
    """A work of a loan: its value today or why there is none, and where it is."""

    item: PledgeItem
    pill: str
    eligible: Money | None
    capacity: Money | None
    until: date | None
    why: str
    place: str


def works_of(loan: Loan, on: date) -> list[Work]:
    """Every work that was ever on the loan, with today's value of those that still are."""
    rows = list(
        loan.items.select_related("work", "encumbrance")
        .prefetch_related("holdings__custodian__organisation", "holdings__events")
        .order_by("number")
    )
    appraised = appraisals_of(
        [item.work_id for item in rows], lender=loan.lender, currency=loan.currency
    )
    return [_work(loan, item, appraised.get(item.work_id, []), on) for item in rows]


def _work(loan: Loan, item: PledgeItem, rows: Sequence[Any], on: date) -> Work:
    value, why = None, ""
    if item.state == ItemState.PLEDGED:
        found = valued_item(item, rows, loan, on)
        value = found.value
        missing = _("不在库，或盘点发现问题")
        why = "" if value else missing if found.blocked == NOT_THERE else found.words
    kept = [row for row in item.holdings.all() if row.state not in ("gone", "refused")]
    holding = kept[0] if kept else None
    return Work(
        item, ITEM_PILLS[ItemState(item.state)],
        loan.money(value.eligible) if value else None,
        loan.money(value.capacity) if value else None, value.until if value else None, why,
        f"{holding.custodian.organisation.name} {holding.place}" if holding else "",
    )  # fmt: skip


def money_of(loan: Loan) -> list[dict[str, Any]]:
    """What was charged, paid and is open of each part."""
    return [
        {
            "label": part.label,
            "charged": loan.money(getattr(loan, CHARGED[part])),
            "paid": loan.money(getattr(loan, PAID[part])),
            "open": loan.money(loan.open_minor(part)),
        }
        for part in (Part.PRINCIPAL, Part.INTEREST, Part.PENALTY, Part.COST)
    ]


def standing_now(loan: Loan, on: date) -> Standing:
    """How the loan stands on a day against its works."""
    items = items_on(loan)
    appraised = appraisals_of(
        [item.work_id for item in items], lender=loan.lender, currency=loan.currency
    )
    return standing_of(loan, items, appraised, exposure=_exposure(loan, on), on=on)


def _exposure(loan: Loan, on: date) -> int:
    if loan.started_on is None:
        return 0
    events = list(loan.events.order_by("number"))
    return int(reckoning.stand(loan, events, on=on).open.total)


# ------------------------------------------------------------------ a release, before it is done


@dataclass(frozen=True, slots=True)
class Remaining:
    """What stays if one work goes: loan-to-value of the rest and what it carries; None: a value is
    missing, which blocks. `rows` are the works that stay."""

    exposure: Money
    capacity: Money | None
    bar: Bar
    rows: tuple[Work, ...]
    is_carried: bool
    missing: tuple[str, ...]


def without(loan: Loan, item: PledgeItem, on: date) -> Remaining:
    """How the loan would stand without a work."""
    items = [one for one in items_on(loan) if one.pk != item.pk]
    appraised = appraisals_of(
        [one.work_id for one in items], lender=loan.lender, currency=loan.currency
    )
    exposure = _exposure(loan, on)
    stands = standing_of(loan, items, appraised, exposure=exposure, on=on)
    carried = None
    if stands.capacity is not None and stands.eligible is not None:
        line = levels_of(loan.version).initial
        carried = min(stands.capacity, down(stands.eligible * line / 100))
    staying = [one for one in items if one.state == ItemState.PLEDGED]
    names = {one.work_id: one.work.display_title for one in items}
    ltv = None
    if stands.ltv is not None:
        ltv = Decimal(-down(-stands.ltv * 100)).scaleb(-2)
    return Remaining(
        exposure=loan.money(exposure),
        capacity=None if carried is None else loan.money(carried),
        bar=bar_of(ltv, loan.version),
        rows=tuple(_work(loan, one, appraised.get(one.work_id, []), on) for one in staying),
        is_carried=carried is not None and exposure <= carried,
        missing=tuple(
            f"{names[key]}: {WHY_NOT.get(code, _('不在库，或盘点发现问题'))}"
            for key, code in stands.missing.items()
        ),
    )  # fmt: skip


# ------------------------------------------------------------------ the line of its snapshots


@dataclass(frozen=True, slots=True)
class Chart:
    """Loan-to-value of the last days as a drawing 600 wide and 160 high. `lines` holds a polyline
    for each run of days with a value: a day without one is a gap, never zero."""

    title: str
    lines: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    margin: str
    liquidation: str
    top: int
    first: date
    last: date
    rows: tuple[Snapshot, ...]


def chart_of(loan: Loan) -> Chart | None:
    """The chart of the last ninety snapshots, oldest first; None before there is any."""
    rows = list(loan.snapshots.order_by("-day")[:CHART_DAYS])[::-1]
    if not rows:
        return None
    known = [row.ltv_pct for row in rows if row.ltv_pct is not None]
    version = loan.version
    highest = max([*known, version.ltv_liquidation_pct])
    top = int(-(-(highest + 5) // 10) * 10)
    width, height = _CHART
    span = max((rows[-1].day - rows[0].day).days, 1)

    def at(row: Snapshot) -> tuple[str, str]:
        assert row.ltv_pct is not None  # noqa: S101 - only of days with a value
        x = Decimal((row.day - rows[0].day).days * width) / span
        return f"{x:.1f}", _height(row.ltv_pct, top, height)

    runs = [run for run in _runs(rows) if run]
    return Chart(
        title=_finding(rows, version),
        lines=tuple(" ".join(",".join(at(row)) for row in run) for run in runs if len(run) > 1),
        dots=tuple(at(run[0]) for run in runs if len(run) == 1),
        margin=_height(version.ltv_margin_pct, top, height),
        liquidation=_height(version.ltv_liquidation_pct, top, height),
        top=top, first=rows[0].day, last=rows[-1].day, rows=tuple(rows[::-1]),
    )  # fmt: skip


def _height(ltv: Decimal, top: int, height: int) -> str:
    return f"{height - ltv * height / top:.1f}"


def _runs(rows: Iterable[Snapshot]) -> list[list[Snapshot]]:
    """The snapshots with a value, broken where a day has none."""
    runs: list[list[Snapshot]] = [[]]
    for row in rows:
        if row.ltv_pct is None:
            runs.append([])
        else:
            runs[-1].append(row)
    return runs


def _finding(rows: Sequence[Snapshot], version: ProductVersion) -> str:
    """What the chart shows, in a sentence."""
    last = rows[-1]
    if last.ltv_pct is None:
        return _("%(day)s没有有效估值，质押率算不出") % {"day": date_format(last.day)}
    if last.ltv_pct >= version.ltv_liquidation_pct:
        words = _("质押率%(ltv)s%%，超过处置线%(line)s%%")
        line = version.ltv_liquidation_pct
    elif last.ltv_pct >= version.ltv_margin_pct:
        words = _("质押率%(ltv)s%%，超过追加担保线%(line)s%%")
        line = version.ltv_margin_pct
    else:
        words = _("质押率%(ltv)s%%，在追加担保线%(line)s%%以内")
        line = version.ltv_margin_pct
    return words % {"ltv": bar_of(last.ltv_pct, version).words.rstrip("%"), "line": plain(line)}


# ------------------------------------------------------------------ what happened


def events_of(loan: Loan) -> list[dict[str, Any]]:
    """Its events, newest first, each with its words; those that were taken back are marked."""
    rows = list(
        loan.events.select_related("actor", "payment", "payout", "reverses").order_by("-number")
    )
    undone = {row.reverses_id for row in rows if row.reverses_id}
    return [
        {
            "row": row,
            "amount": loan.money(row.amount_minor) if row.amount_minor else "",
            "why": _why(row),
            "is_undone": row.pk in undone,
        }
        for row in rows
    ]


def _why(row: LoanEvent) -> str:
    why = row.data.get("why", "")
    if why == "origination":
        return _("放款手续费")
    if row.kind == LoanEventKind.RESCHEDULE:
        return _("年利率%(rate)s%%") % {"rate": row.data["annual_pct"]}
    return str(why)


def charges_of(loan: Loan) -> list[tuple[str, str]]:
    """The costs that may be taken back: their number and words."""
    rows = loan.events.filter(kind=LoanEventKind.CHARGE, reversed_by__isnull=True)
    return [
        (str(row.number), f"{loan.money(row.amount_minor)} {_why(row)} ({row.effective_on})")
        for row in rows.order_by("-number")
    ]


def postings_of(loan: Loan) -> QuerySet[LoanPosting]:
    """What the books say of the loan, newest first."""
    return loan.postings.select_related("entry").order_by("-pk")


# ------------------------------------------------------------------ what can be done


def steps_of(loan: Loan) -> list[tuple[str, str, str]]:
    """Where the loan is on its way, for the stepper."""
    if loan.state == LoanState.CANCELLED:
        return []
    names = {
        LoanState.SIGNING: _("签合同"), LoanState.AGREED: _("交付作品、放款"),
        LoanState.ACTIVE: _("还款"), LoanState.REPAID: _("取回作品"),
        LoanState.CLOSED: _("结清"),
    }  # fmt: skip
    order = list(names)
    now = order.index(LoanState(loan.state))
    return [
        ("done" if n < now or loan.state == LoanState.CLOSED else "current" if n == now else "next",
         names[key], "")
        for n, key in enumerate(order)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Acts:
    """What the reader can do with the loan now."""

    signs: bool
    lacks_factor: bool
    disburses: bool
    charges: bool
    renews: bool
    cancels: bool


def acts_of(user: Any, loan: Loan, *, runs: bool) -> Acts:
    """For an administrator of the lender; for his other people nothing."""
    if not runs:
        return Acts(False, False, False, False, False, False)
    unsigned = loan.state == LoanState.SIGNING and not any(
        row.side == Side.LENDER for row in loan.signatures.all()
    )
    has_factor = unsigned and may_sign(user)
    is_revolving = loan.version.product.kind == ProductKind.REVOLVING
    used = loan.principal_minor if is_revolving else loan.charged_principal_minor
    is_active = loan.state == LoanState.ACTIVE
    waits = loan.renewals.filter(state=RenewalState.OPEN).exists() if is_active else True
    return Acts(
        signs=unsigned and has_factor,
        lacks_factor=unsigned and not has_factor,
        disburses=loan.state == LoanState.AGREED or (is_active and used < loan.limit_minor),
        charges=is_active,
        renews=is_active and not waits,
        cancels=loan.state in (LoanState.SIGNING, LoanState.AGREED),
    )


def renewals_of(loan: Loan) -> list[Any]:
    """What was offered for a later maturity."""
    return list(loan.renewals.select_related("offered_by"))


def custody_of(works: Iterable[Work]) -> list[dict[str, Any]]:
    """The receipts of its works, each with the step that waits for its second person."""
    found = []
    for work in works:
        for row in work.item.holdings.all():
            last = max(row.events.all(), key=lambda one: one.number, default=None)
            waits = last if last is not None and last.confirms_id is None else None
            found.append({"work": work.item.work, "row": row, "waits": waits})
    return found


def address_of(loan: Loan) -> str:
    """The lender's page of a loan."""
    return reverse("pledges:lending_loan", args=[loan.pk])
