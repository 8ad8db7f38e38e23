"""What the pages of margin calls show: lists, one call with what cures it, previews. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import Prefetch, QuerySet

from artmarket.accounts.models import User
from artmarket.accounts.permissions import parties_of
from artmarket.core.money import Money

from ..enums import IN_PLEDGE
from ..margin_enums import LIVE_CALLS, CallState
from ..models import Lender, Loan, MarginCall, MarginStep, PledgeItem, Revaluation
from ..valuing import EVERY_CATEGORY, Cut, appraisals_of
from .margin_test import Tested, test_of

PREVIEW_MOST: Final = 5000
CHUNK: Final = 500
PILLS: Final[dict[str, str]] = {
    CallState.OPEN: "warn", CallState.NOTIFIED: "warn", CallState.PARTLY_CURED: "warn",
    CallState.ESCALATED: "live", CallState.WAIVED: "info", CallState.CURED: "ok",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """New works at one advance rate: how much value after the haircut fills what is missing."""

    liquidity: str
    haircut: Decimal
    advance: Decimal
    eligible: Money
    market: Money | None


@dataclass(frozen=True, slots=True)
class Panel:
    """What a page says of a loan's call."""

    call: MarginCall
    remaining: Money
    pill: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a revaluation would do: loans with works it touches, those at the line of a call before
    and after, and what would be missing; `blocked` could not be tested."""

    touched: int
    before: int
    after: int
    short: Money
    blocked: int
    is_partial: bool


def calls_of(lenders: Iterable[Lender], *, live: bool = True) -> QuerySet[MarginCall]:
    """The calls of lenders: those that wait for somebody, the nearest day first; or the settled."""
    rows = MarginCall.objects.filter(loan__lender__in=list(lenders))
    rows = rows.select_related("loan__borrower", "loan__lender", "loan__version")
    if not live:
        return rows.filter(state=CallState.CURED).order_by("-ended_at")
    return rows.filter(state__in=LIVE_CALLS).order_by("cure_by", "pk")


def panel_of(loan: Loan, *, is_lender: bool = False) -> Panel | None:
    """For `pledges/margin/panel.html`: the live call of a loan; a borrower is shown one of which he
    was notified. One query."""
    call = MarginCall.objects.live().filter(loan=loan).first()
    if call is None or (call.delivered_at is None and not is_lender):
        return None
    return Panel(call, loan.money(call.remaining_minor), PILLS[call.state])


def loan_of_borrower(user: User, number: str) -> Loan | None:
    """A loan of somebody for whom a person acts."""
    rows = Loan.objects.filter(number=number, borrower__in=parties_of(user))
    return rows.select_related("lender__organisation", "version__product", "borrower").first()


def ways_of(call: MarginCall) -> list[Way]:
    """How much value of new works cures a call, for each row of its product's table.

    `market` is the value before the haircut, rounded up; the law may ask for a higher haircut.
    """
    loan, ways = call.loan, []
    for row in loan.version.valuing:
        if row["category"] != EVERY_CATEGORY:
            continue
        advance, haircut = Fraction(row["advance_pct"]), Fraction(row["haircut_pct"])
        eligible = _up(Fraction(call.remaining_minor) * 100 / advance)
        left = 1 - haircut / 100
        market = loan.money(_up(eligible / left)) if left else None
        ways.append(
            Way(
                row["liquidity"], Decimal(row["haircut_pct"]), Decimal(row["advance_pct"]),
                loan.money(eligible), market,
            )
        )  # fmt: skip
    return ways


def steps_of(call: MarginCall) -> list[MarginStep]:
    """All steps of a call, the newest first."""
    return list(call.steps.select_related("actor").order_by("-number"))


def revaluations_of(lenders: Iterable[Lender]) -> QuerySet[Revaluation]:
    """The revaluations of lenders, the newest first."""
    rows = Revaluation.objects.filter(lender__in=list(lenders))
    return rows.select_related("lender__organisation", "proposed_by", "answer__by")


def revaluations_on(loan: Loan) -> list[Revaluation]:
    """The confirmed revaluations that touch works of a loan."""
    categories = {item.category for item in loan.items.filter(state__in=IN_PLEDGE)}
    rows = revaluations_of([loan.lender]).filter(answer__answer="confirmed")
    return list(rows.filter(category__in=[EVERY_CATEGORY, *categories]))


def preview(lender: Lender, *, category: str, cut_pct: Decimal, from_on: date, on: date) -> Preview:
    """What a revaluation would do to the loans of a lender as they stand on a day.

    Reads at most so many loans (`PREVIEW_MOST`); `is_partial` says that there are more.
    """
    cut = Cut(category, Fraction(cut_pct), from_on)
    keys = list(
        Loan.objects.owing().filter(lender=lender).order_by("pk").values_list("pk", flat=True)
        [: PREVIEW_MOST + 1]
    )  # fmt: skip
    touched = before = after = short = blocked = 0
    day = max(on, from_on)
    for start in range(0, min(len(keys), PREVIEW_MOST), CHUNK):
        chunk = keys[start : min(start + CHUNK, PREVIEW_MOST)]
        for was, then in _both(lender, chunk, cut, day):
            touched += was != then
            before += was.calls
            after += then.calls
            short += (then.short or 0) if then.calls else 0
            blocked += then.short is None
    currency = "CNY"
    return Preview(
        touched, before, after, Money(short, currency), blocked, len(keys) > PREVIEW_MOST
    )


def _both(lender: Lender, keys: list[int], cut: Cut, on: date) -> Iterable[tuple[Tested, Tested]]:
    items = PledgeItem.objects.filter(state__in=IN_PLEDGE).select_related("encumbrance")
    rows: Any = Loan.objects.filter(pk__in=keys).select_related("version__product", "lender")
    rows = rows.prefetch_related(
        Prefetch("items", queryset=items.prefetch_related("holdings"), to_attr="pledged")
    )
    loans = list(rows)
    works = [item.work_id for loan in loans for item in loan.pledged]
    for currency in {loan.currency for loan in loans}:
        plain = appraisals_of(works, lender=lender, currency=currency)
        cuts = appraisals_of(works, lender=lender, currency=currency, more=[cut])
        for loan in loans:
            if loan.currency == currency:
                yield tuple(
                    test_of(loan, loan.pledged, rows_of, exposure=loan.owed_minor, on=on)
                    for rows_of in (plain, cuts)
                )  # type: ignore[misc]


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
