"""An application as the lender examines it: checks with their rules, appraisals, sales to compare.

What a reader sees here is what an offer asks again in its own transaction. Comparable sales are a
guard beside the appraisals, never the basis: of few sales nothing is said. Pledge rules §4, §5.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from appraisal.models import Valuation, ValuationApproach
from artmarket import rulebook
from artmarket.core.errors import DomainError, Text
from artmarket.core.money import Money
from artmarket.core.punctuation import labelled
from auctions.engine.fees import share
from auctions.models import Settlement
from auctions.selectors.statements import costs_of_seller
from catalog.enums import AttributionStatus
from catalog.models import Attribution

from .. import citations, law
from ..engine.rounding import down
from ..enums import ApplicationState, OfferState
from ..models import Application, ApplicationWork, Lender, LoanOffer, ProductVersion
from ..refusals import AboveLimit, Check
from ..services.ground import require_licensed
from ..services.offers import Cost, cost_of, four_places
from ..valuing import Valued, appraisals_of, most_lent
from .assessing import Assessed, assess

LOW_SHARE: Final = "pledge.low_estimate_share"
LEAST_SALES: Final = 3
MOST_SALES: Final = 300


def applications_of(lenders: Iterable[Lender]) -> QuerySet[Application]:
    """All applications to lenders, oldest first; `has_offer`: one waits for its answer."""
    offered = LoanOffer.objects.filter(application=OuterRef("pk"), state=OfferState.OPEN)
    return (
        Application.objects.filter(product__lender__in=[row.pk for row in lenders])
        .annotate(has_offer=Exists(offered))
        .select_related("borrower", "product__lender__organisation")
        .prefetch_related("works__work")
    )


def version_on(application: Application, on: date) -> ProductVersion | None:
    """The terms of the product on a day, if there are any."""
    rows = application.product.versions.filter(valid_from__lte=on).order_by("-valid_from")
    version = rows.first()
    if version is not None:
        version.product = application.product
    return version


# ------------------------------------------------------------------ the works


@dataclass(frozen=True, slots=True)
class Appraised:
    """An appraisal for a pledge, and whether it is one of those that count on this day."""

    row: Valuation
    counts: bool
    is_lower: bool

    @property
    def figures(self) -> str:
        """The value, and the range it stands in."""
        row = self.row
        low, point, high = (
            Money(amount, row.currency) for amount in (row.low, row.point, row.high)
        )
        return f"{point} ({low}–{high})" if row.low != row.high else str(point)

    @property
    def firm(self) -> str:
        institution = self.row.appraiser.institution
        return str(institution.name) if institution else ""


@dataclass(frozen=True, slots=True)
class Guard:
    """What sales say: `n` sales of the makers' works here, the median of what the seller got over
    the low estimate (None: too few to say), and the most that the low value of the lower appraisal
    allows (None: there is none)."""

    n: int
    median_pct: Decimal | None
    share_pct: int
    low: Money | None
    most: Money | None
    sales: tuple[Mapping[str, Any], ...]

    @property
    def most_minor(self) -> int | None:
        return self.most.minor if self.most else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One work of an application with all that was found."""

    row: ApplicationWork
    checks: tuple[Check, ...]
    valued: Valued
    appraisals: tuple[Appraised, ...]
    guard: Guard
    currency: str

    @property
    def missing(self) -> int:
        """How many of the questions are not met."""
        return sum(not check.is_met for check in self.checks)

    @property
    def base(self) -> Money | None:
        return self._money(self.valued.value.base if self.valued.value else None)

    @property
    def eligible(self) -> Money | None:
        return self._money(self.valued.value.eligible if self.valued.value else None)

    @property
    def capacity(self) -> Money | None:
        return self._money(self.valued.value.capacity if self.valued.value else None)

    @property
    def is_above_guard(self) -> bool:
        """What the haircut table lets it carry is more than sales bear out."""
        if self.capacity is None or self.guard.most is None:
            return False
        return self.capacity.minor > self.guard.most.minor

    def _money(self, minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, self.currency)


def sheets(
    application: Application, version: ProductVersion, *, on: date, months: int | None = None
) -> list[Sheet]:
    """Every work with its checks, appraisals and sales."""
    rows = list(application.works.select_related("work", "judged_by").order_by("pk"))
    found = assess_rows(application, version, rows, on=on, months=months)
    currency = application.product.currency
    keys = [row.work_id for row in rows]
    appraised = appraisals_of(keys, lender=application.product.lender, currency=currency)
    with_firms(appraised)
    sales = sales_of_makers(keys, currency)
    told = told_sales([row.pk for group in appraised.values() for row in group])
    return [
        _sheet(row, one, appraised.get(row.work_id, []), sales[row.work_id], told, currency, on)
        for row, one in zip(rows, found, strict=True)
    ]


def assess_rows(
    application: Application, version: ProductVersion, rows: list[ApplicationWork], *, on: date,
    months: int | None = None,
) -> list[Assessed]:  # fmt: skip
    """What is found of the works; nothing is refused."""
    return assess(
        [(row.work, row.liquidity) for row in rows], borrower=application.borrower,
        lender=application.product.lender, version=version, months=months or application.months,
        on=on,
    )  # fmt: skip


def with_firms(appraised: Mapping[int, list[Valuation]]) -> None:
    """Read the firms of all appraisers at once."""
    rows = [row for group in appraised.values() for row in group]
    if rows:
        prefetch_related_objects(rows, "appraiser__institution")


def _sheet(
    row: ApplicationWork, one: Assessed, rows: list[Valuation], sales: list[Fraction],
    told: Mapping[int, list[Mapping[str, Any]]], currency: str, on: date,
) -> Sheet:  # fmt: skip
    value = one.valued.value
    counting = value.valuations if value else ()
    lower = next((each for each in rows if counting and each.pk == counting[0]), None)
    percent = int(rulebook.get(LOW_SHARE, on=on))
    low = lower.low if lower else None
    guard = Guard(
        n=len(sales),
        median_pct=_percent(median(sales)) if len(sales) >= LEAST_SALES else None,
        share_pct=percent,
        low=None if low is None else Money(low, currency),
        most=None if low is None else Money(down(share(low, Fraction(percent))), currency),
        sales=tuple(sale for each in rows for sale in told.get(each.pk, ())),
    )
    shown = tuple(
        Appraised(each, each.pk in counting, each is lower)
        for each in sorted(rows, key=lambda each: (each.pk not in counting, -each.pk))
    )
    return Sheet(row, one.checks, one.valued, shown, guard, currency)


def _percent(ratio: Fraction) -> Decimal:
    return Decimal(down(ratio * 100))


def sales_of_makers(works: list[int], currency: str) -> dict[int, list[Fraction]]:
    """For each work: what sellers got over the low estimate, for works of the same makers that were
    sold here, paid and not undone. Three queries."""
    makers: dict[int, set[int]] = defaultdict(set)
    opinions = Attribution.objects.filter(work__in=works, status=AttributionStatus.CURRENT)
    for work, artist in opinions.values_list("work", "artist"):
        makers[work].add(artist)
    every = {artist for group in makers.values() for artist in group}
    ours = Attribution.objects.filter(
        work=OuterRef("lot__work"), artist__in=every, status=AttributionStatus.CURRENT
    )
    rows = Settlement.objects.filter(
        Exists(ours), released_at__isnull=False, currency=currency, lot__estimate_low_minor__gt=0
    ).select_related("lot").order_by("-released_at")[:MOST_SALES]  # fmt: skip
    settled = list(rows) if every else []
    of_lots: dict[int, set[int]] = defaultdict(set)
    named = Attribution.objects.filter(
        work__in=[row.lot.work_id for row in settled], artist__in=every,
        status=AttributionStatus.CURRENT,
    )  # fmt: skip
    for work, artist in named.values_list("work", "artist"):
        of_lots[work].add(artist)
    ratios: dict[int, dict[int, Fraction]] = defaultdict(dict)
    for row in settled:
        net = costs_of_seller(row).total.minor
        for artist in of_lots[row.lot.work_id]:
            ratios[artist][row.pk] = Fraction(net, row.lot.estimate_low_minor or 1)
    found: dict[int, list[Fraction]] = {}
    for work in works:
        merged: dict[int, Fraction] = {}
        for artist in makers[work]:
            merged |= ratios[artist]
        found[work] = list(merged.values())
    return found


def told_sales(valuations: list[int]) -> dict[int, list[Mapping[str, Any]]]:
    """The sales that appraisals themselves rest on, by the appraisal's key. One query."""
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    rows = ValuationApproach.objects.filter(valuation__in=valuations)
    for key, sales in rows.values_list("valuation", "comparables"):
        found[key] += [
            sale | {"money": Money(sale["amount"], sale["currency"])} for sale in sales
        ]  # fmt: skip
    return found


# ------------------------------------------------------------------ an offer before it is sent


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an offer would be refused, with its rule."""

    words: Text
    rule: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """An offer as it would be made today; amounts in the product's currency.

    `cap` is the highest all-in rate for this lender in percent, None where no cap binds it.
    `guard` is what the low values bear out, None where one is missing.
    """

    version: ProductVersion
    cost: Cost
    principal: Money
    months: int
    all_in: Decimal
    cap: Decimal | None
    eligible: Money
    capacity: Money
    guard: Money | None
    problems: tuple[Problem, ...]

    @property
    def plan(self) -> list[dict[str, Any]]:
        return [
            {
                "due_on": row.due_on, "interest": self._money(row.interest),
                "principal": self._money(row.principal), "due": self._money(row.due),
                "balance": self._money(row.balance),
            }
            for row in self.cost.plan
        ]  # fmt: skip

    @property
    def interest(self) -> Money:
        return self._money(self.cost.interest)

    @property
    def fee(self) -> Money:
        return self._money(self.cost.fee)

    @property
    def total(self) -> Money:
        """All that the borrower pays back as planned."""
        return self._money(self.principal.minor + self.cost.interest + self.cost.fee)

    @property
    def is_above_guard(self) -> bool:
        return self.guard is not None and self.principal.minor > self.guard.minor

    def _money(self, minor: int) -> Money:
        return Money(minor, self.principal.currency)


def preview(
    application: Application, version: ProductVersion, found: list[Sheet], *, principal: int,
    months: int, on: date,
) -> Preview:  # fmt: skip
    """What an offer of this sum would say, and everything for which it would be refused."""
    currency = application.product.currency
    lender = application.product.lender
    values = [sheet.valued.value for sheet in found if sheet.valued.value]
    capacity = most_lent(version, values)
    cost = cost_of(version, principal, months, on=on)
    cap = law.cap_of(lender, on=on)
    lows = [sheet.guard.most_minor for sheet in found]
    known = [low for low in lows if low is not None]
    whole = sum(known) if len(known) == len(lows) else None
    return Preview(
        version=version, cost=cost, principal=Money(principal, currency), months=months,
        all_in=four_places(cost.all_in), cap=None if cap is None else four_places(cap),
        eligible=Money(sum(value.eligible for value in values), currency),
        capacity=Money(capacity, currency),
        guard=None if whole is None else Money(whole, currency),
        problems=tuple(_problems(application, lender, found, cost, cap, principal, capacity, on)),
    )  # fmt: skip


def _problems(
    application: Application, lender: Lender, found: list[Sheet], cost: Cost,
    cap: Fraction | None, principal: int, capacity: int, on: date,
) -> Iterable[Problem]:  # fmt: skip
    for sheet in found:
        for check in sheet.checks:
            if not check.is_met and check.code != "insurance":
                yield Problem(labelled(sheet.row.work.display_title, check.words), check.rule)
    if principal > capacity:
        yield Problem(
            _("超过质物可以担保的%(most)s。")
            % {"most": Money(capacity, application.product.currency)},
            "pledge.ltv",
        )
    if cap is not None and cost.all_in > cap:
        yield Problem(
            _("综合成本年化%(rate)s%%，超过上限%(cap)s%%。")
            % {"rate": four_places(cost.all_in), "cap": four_places(cap)},
            law.CAP_RULE,
        )
    try:
        require_licensed(lender)
    except DomainError as error:
        yield Problem(str(error), error.rule or citations.LICENCES)
    try:
        law.require_below_limit(lender, application.borrower, principal, on=on)
    except AboveLimit as error:
        yield Problem(str(error), error.rule)


def state_of(application: Application) -> tuple[str, str]:
    """The colour and the words of where an application stands; it was read by `applications_of`."""
    if application.state == ApplicationState.SUBMITTED and application.has_offer:  # type: ignore[attr-defined]
        return "info", _("要约待答复")
    kinds = {ApplicationState.SUBMITTED: "warn", ApplicationState.ACCEPTED: "ok"}
    return kinds.get(ApplicationState(application.state), "neutral"), str(
        application.get_state_display()
    )
