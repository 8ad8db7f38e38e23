"""What works count for as security on a day, from their appraisals and the table of the product.

The lower of two firms' appraisals counts; none in force is no value, which blocks. Reads only.
Pledge rules §4.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appraisal.enums import ValuePurpose
from appraisal.models import Valuation
from artmarket import rulebook

from . import citations, law
from .engine import collateral, valuation
from .engine.rounding import down
from .enums import ProductKind
from .estimates import Estimate, Estimates, share_of
from .margin_enums import Answer
from .models import Lender, ProductVersion, Revaluation

EVERY_CATEGORY: Final = "*"
WHY_NOT: Final[dict[str, str | Promise]] = {
    "no_price": _("还没有以质押为目的的评估"),
    "expired": _("评估已经过期"),
    "not_yet": _("评估的基准日还没有到"),
    "too_few_firms": _("不同机构的评估份数不够"),
    "disagreement": _("几份评估相差太大"),
    "no_row": _("产品的折扣表里没有这一类"),
    "no_estimate": _("没有在执行的委托合同和估价"),
    "old_estimate": _("委托合同的估价已满期限"),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A work as security; amounts in the smallest unit, shares in percent.

    `valuations` are the keys of the appraisals in force, the lower one first; `until` the last day
    on which all of them are. For an advance `consignment` names the contract whose low estimate
    counts, and there are no appraisals.
    """

    valuations: tuple[int, ...]
    category: str
    liquidity: str
    base: int
    haircut: Decimal
    advance: Decimal
    eligible: int
    until: date
    consignment: int | None = None

    @property
    def capacity(self) -> int:
        """What it carries."""
        return collateral.capacity([self.item]) or 0

    @property
    def item(self) -> collateral.Item:
        return collateral.Item(self.eligible, Fraction(self.advance))

    def as_dict(self) -> dict[str, Any]:
        """Its figures, for what is kept with an offer or contract."""
        return {
            "valuations": list(self.valuations), "category": self.category,
            "liquidity": self.liquidity, "base_minor": self.base,
            "haircut_pct": str(self.haircut), "advance_pct": str(self.advance),
            "eligible_minor": self.eligible, "capacity_minor": self.capacity,
            "until": self.until.isoformat(),
        } | ({} if self.consignment is None else {"consignment": self.consignment})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Valued:
    """A value, or the code of why there is none."""

    value: Value | None
    blocked: str = ""

    @property
    def words(self) -> str:
        """Why there is none."""
        return str(WHY_NOT.get(self.blocked, self.blocked))


@dataclass(frozen=True, slots=True)
class Cut:
    """A category lowered by so many percent, from a day on."""

    category: str
    pct: Fraction
    from_on: date

    def touches(self, row: Valuation) -> bool:
        """Whether an appraisal is of the category and older than the cut."""
        category = row.case.category if row.case else ""
        return self.category in (EVERY_CATEGORY, category) and row.base_date < self.from_on


class Appraised(list[Valuation]):
    """The appraisals of a work, and of what else it may be valued."""

    def __init__(
        self, rows: Iterable[Valuation] = (), *, work: int = 0, houses: Estimates | None = None
    ) -> None:
        super().__init__(rows)
        self._work, self._houses = work, houses

    @property
    def estimates(self) -> list[Estimate]:
        """Those of houses, on which an advance rests; one query for all works, when first asked."""
        return self._houses.of(self._work) if self._houses else []

    def signed_before(self, at: datetime) -> "Appraised":
        """Those that were signed by then, with the estimates."""
        rows = (row for row in self if row.signed_at < at)
        return Appraised(rows, work=self._work, houses=self._houses)


def cuts_of(lender: Lender) -> list[Cut]:
    """The revaluations of a lender that were confirmed. One query."""
    rows = Revaluation.objects.filter(lender=lender, answer__answer=Answer.CONFIRMED)
    found = rows.order_by("pk").values_list("category", "cut_pct", "from_on")
    return [Cut(category, Fraction(pct), day) for category, pct, day in found]


def counted_minor(row: Valuation, on: date) -> int:
    """What an appraisal counts for on a day: its value less every cut that came after it."""
    value = Fraction(row.point)
    for cut in getattr(row, "cuts", ()):
        if cut.from_on <= on:
            value *= 1 - cut.pct / 100
    return down(value)


def appraisals_of(
    works: Collection[int], *, lender: Lender, currency: str, more: Iterable[Cut] = ()
) -> dict[int, Appraised]:
    """The appraisals of works that may count for a lender, by the work's key: made for a pledge, by
    somebody of a firm that is not his own; and the estimates that advances rest on. Each carries
    the cuts of its category as `cuts`; `more` are cuts to be tried. Two queries, and one for the
    estimates if they are asked for."""
    cuts = [*cuts_of(lender), *more]
    whole = [cut for cut in cuts if cut.category == EVERY_CATEGORY]
    houses = Estimates(works, currency=currency, cuts=whole)
    found = {work: Appraised(work=work, houses=houses) for work in works}
    rows = Valuation.objects.filter(
        work__in=works, purpose=ValuePurpose.PLEDGE, currency=currency,
        appraiser__institution__isnull=False,
    ).exclude(appraiser__institution=lender.organisation_id)  # fmt: skip
    for row in rows.select_related("appraiser", "case").order_by("base_date", "pk"):
        row.cuts = tuple(cut for cut in cuts if cut.touches(row))  # type: ignore[attr-defined]
        found[row.work_id].append(row)
    return found


def value_of(
    rows: Iterable[Valuation], version: ProductVersion, *, liquidity: str, months: int, on: date
) -> Valued:
    """What a work counts for on a day, from its appraisals, for a loan of so many months.

    The haircut is that of the product, or that of the rule book where it is higher. An advance
    rests on the low estimate alone.
    """
    if version.product.kind == ProductKind.ADVANCE:
        return _by_estimate(getattr(rows, "estimates", ()), version, liquidity, on)
    rows = list(rows)
    found = valuation.eligible_base(
        [_appraisal(row, on) for row in rows], on,
        least_firms=rulebook.get(citations.APPRAISALS, on=on),
        most_apart=Fraction(version.disagreement_pct),
    )  # fmt: skip
    if found.value is None:
        return Valued(None, found.blocked or "no_price")
    counting = _in_force(rows, on)
    lower = counting[0]
    category = lower.case.category if lower.case else ""
    row = row_of(version, category, liquidity)
    if row is None:
        return Valued(None, "no_row")
    least = law.least_haircut(category, liquidity, months, on=on)
    haircut = max(Decimal(row["haircut_pct"]), least)
    return Valued(
        Value(
            valuations=tuple(one.pk for one in counting),
            category=category,
            liquidity=liquidity,
            base=found.value,
            haircut=haircut,
            advance=Decimal(row["advance_pct"]),
            eligible=valuation.eligible_value(found.value, Fraction(haircut)),
            until=min(one.valid_until for one in counting),
        )
    )


def _by_estimate(
    estimates: Iterable[Estimate], version: ProductVersion, liquidity: str, on: date
) -> Valued:
    """The low estimate of the house, of which no more than the rule's share is lent."""
    rows = [one for one in estimates if one.base_date <= on]
    if not rows:
        return Valued(None, "no_estimate")
    found = rows[-1]
    until = found.valid_until(on)
    if until < on:
        return Valued(None, "old_estimate")
    row = row_of(version, "", liquidity)
    if row is None:
        return Valued(None, "no_row")
    base = found.counted_minor(on)
    return Valued(
        Value(
            valuations=(), category="", liquidity=liquidity, base=base, haircut=Decimal(0),
            advance=share_of(row, on), eligible=base, until=until, consignment=found.consignment,
        )
    )  # fmt: skip


def row_of(version: ProductVersion, category: str, liquidity: str) -> Mapping[str, str] | None:
    """The row of the table for a category and liquidity, else that for every category."""
    rows = {(row["category"], row["liquidity"]): row for row in version.valuing}
    return rows.get((category, liquidity)) or rows.get((EVERY_CATEGORY, liquidity))


def levels_of(version: ProductVersion) -> collateral.Levels:
    """The three lines of a product."""
    return collateral.Levels(
        Fraction(version.ltv_initial_pct), Fraction(version.ltv_margin_pct),
        Fraction(version.ltv_liquidation_pct),
    )  # fmt: skip


def most_lent(version: ProductVersion, values: Collection[Value]) -> int:
    """The most that works carry at first: each by its own advance rate, and all of them together by
    the first line of the product."""
    carried = collateral.capacity([value.item for value in values]) or 0
    by_line = sum(value.eligible for value in values) * Fraction(version.ltv_initial_pct) / 100
    return min(carried, by_line.numerator // by_line.denominator)


def _appraisal(row: Valuation, on: date) -> valuation.Appraisal:
    return valuation.Appraisal(
        firm=str(row.appraiser.institution_id), value=counted_minor(row, on), base_on=row.base_date,
        valid_until=row.valid_until,
    )  # fmt: skip


def _in_force(rows: Iterable[Valuation], on: date) -> list[Valuation]:
    """The latest in force of each firm, the lower first; as the engine chooses them."""
    latest: dict[int | None, Valuation] = {}
    for row in sorted(rows, key=lambda one: one.base_date):
        if row.base_date <= on <= row.valid_until:
            latest[row.appraiser.institution_id] = row
    return sorted(latest.values(), key=lambda one: (counted_minor(one, on), one.pk))
