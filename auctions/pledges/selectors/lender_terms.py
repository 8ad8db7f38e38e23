"""A lender's products with their versions beside each other, custodians, and all lenders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, F, Prefetch, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from appraisal.cases.pages import category_choices
from artmarket import rulebook
from artmarket.accounts.enums import LicenceState
from artmarket.accounts.models import Licence
from artmarket.core.clock import db_today
from artmarket.core.money import Money
from artmarket.core.punctuation import listed

from .. import citations, law
from ..enums import HoldingState, Liquidity, Part, Realisation, WaterfallStep
from ..models import Custodian, Lender, Product, ProductVersion
from ..valuing import EVERY_CATEGORY
from .lender_desk import plain

MOST_VERSIONS: Final = 4
_DASH: Final = "—"


@dataclass(frozen=True, slots=True)
class OnOffer:
    """A product with the terms of today (None: none yet) and those that come."""

    product: Product
    now: ProductVersion | None
    coming: tuple[ProductVersion, ...]
    amounts: str
    months: str


def products_of(lender: Lender) -> list[OnOffer]:
    """Products of a lender, those on offer first; two queries."""
    versions = Prefetch("versions", ProductVersion.objects.order_by("number"))
    rows = lender.products.prefetch_related(versions)
    today = db_today()
    found = []
    for row in rows.order_by(F("closed_at").asc(nulls_first=True), "pk"):
        known = list(row.versions.all())
        now = next((v for v in reversed(known) if v.valid_from <= today), None)
        shown = now or (known[0] if known else None)
        found.append(
            OnOffer(
                row, now, tuple(v for v in known if v.valid_from > today),
                _range(shown.least_minor, shown.most_minor, row) if shown else _DASH,
                _("%(a)d–%(b)d个月") % {"a": shown.least_months, "b": shown.most_months}
                if shown else _DASH,
            )
        )  # fmt: skip
    return found


def _range(least: int, most: int, product: Product) -> str:
    return f"{Money(least, product.currency)}–{Money(most, product.currency)}"


def first_day(product: Product) -> date:
    """The first day on which new terms may begin."""
    last = product.versions.order_by("-number").values_list("valid_from", flat=True).first()
    today = db_today()
    return max(today, last + timedelta(days=1)) if last else today


# ------------------------------------------------------------------ versions beside each other


@dataclass(frozen=True, slots=True)
class Line:
    """One term in every version, newest first; a cell is marked where it differs from the one
    before it in time."""

    label: str
    cells: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The newest versions of a product, term by term."""

    versions: tuple[ProductVersion, ...]
    lines: tuple[Line, ...]
    older: int


def compared(product: Product) -> Compared:
    """At most four versions, the newest first."""
    rows = list(product.versions.order_by("-number")[: MOST_VERSIONS + 1])
    whole = product.versions.count()
    told = [_told(row) for row in rows]
    labels = list(dict.fromkeys(label for one in told for label in one))
    shown = rows[:MOST_VERSIONS]
    lines = []
    for label in labels:
        words = [one.get(label, _DASH) for one in told]
        cells = tuple(
            (words[n], n + 1 < len(words) and words[n] != words[n + 1]) for n in range(len(shown))
        )
        if any(word != _DASH for word, _new in cells):
            lines.append(Line(label, cells))
    return Compared(tuple(shown), tuple(lines), whole - len(shown))


def _told(row: ProductVersion) -> dict[str, str]:
    """Every term in words."""
    figures = {
        _("生效日"): date_format(row.valid_from),
        _("金额"): f"{Money(row.least_minor)}–{Money(row.most_minor)}",
        _("期限（月）"): f"{row.least_months}–{row.most_months}",
        _("年利率"): f"{plain(row.annual_pct)}%",
        _("罚息年利率"): f"{plain(row.penalty_pct)}%",
        _("手续费"): f"{plain(row.origination_pct)}%",
        _("还款方式"): str(row.get_schedule_display()),
        _("每期几个月"): str(row.every_months),
        _("计息方式"): str(row.get_day_count_display()),
        _("分位取舍"): str(row.get_rounding_display()),
        _("宽限期（天）"): str(row.grace_days),
        _("要约有效期（天）"): str(row.offer_days),
        _("放款质押率"): f"{plain(row.ltv_initial_pct)}%",
        _("追加担保线"): f"{plain(row.ltv_margin_pct)}%",
        _("处置线"): f"{plain(row.ltv_liquidation_pct)}%",
        _("两份评估的最大差异"): f"{plain(row.disagreement_pct)}%",
        _("追加担保期限（天）"): str(row.cure_days),
        _("还款抵充顺序"): _order(Part, row.allocation),
        _("变现款的清偿顺序"): _order(WaterfallStep, row.waterfall),
        _("变现方式的顺序"): _order(Realisation, row.realisation),
    }
    names = {EVERY_CATEGORY: _("其余各类"), **dict(category_choices())}
    for one in sorted(row.valuing, key=lambda r: (r["category"] != EVERY_CATEGORY, r["category"])):
        label = _("折扣和质押率：%(category)s，%(liquidity)s") % {
            "category": names.get(one["category"], one["category"]),
            "liquidity": Liquidity(one["liquidity"]).label,
        }
        figures[label] = f"{one['haircut_pct']}% / {one['advance_pct']}%"
    return figures


def _order(codes: Any, steps: Sequence[str]) -> str:
    return listed(str(codes(step).label) for step in steps)


# ------------------------------------------------------------------ custodians and lenders


def custodians_of(lender: Lender) -> list[Custodian]:
    """Those in office first, each with the number of works it keeps."""
    kept = Q(holdings__state__in=[HoldingState.KEPT, HoldingState.LEAVING])
    rows = lender.custodians.select_related("organisation").annotate(
        kept=Count("holdings", filter=kept)
    )
    return list(rows.order_by(F("ended_at").asc(nulls_first=True), "-pk"))


def lenders() -> list[dict[str, Any]]:
    """All lenders, those in business first, with their licence and the caps that bind them."""
    rows = Lender.objects.select_related("organisation").annotate(
        active=Count("loans", filter=Q(loans__state="active"))
    )
    today = db_today()
    needed = rulebook.get(citations.LICENCES)
    found = list(rows.order_by(F("ended_at").asc(nulls_first=True), "-pk"))
    licences = list(
        Licence.objects.filter(organisation__in=[row.organisation_id for row in found])
    )  # fmt: skip
    return [_lender(row, licences, needed, today) for row in found]


def _lender(row: Any, licences: list[Licence], needed: Any, today: date) -> dict[str, Any]:
    own = [
        one for one in licences
        if one.organisation_id == row.organisation_id and one.kind == needed[row.kind]
        and one.state == LicenceState.APPROVED and one.valid_from <= today
        and (one.valid_until is None or one.valid_until >= today)
    ]  # fmt: skip
    cap, limit = law.cap_of(row, on=today), law.one_borrower(row.kind, on=today)
    return {
        "row": row,
        "capital": Money(row.capital_minor),
        "licence": own[0] if own else None,
        "cap": None if cap is None else f"{percent_words(cap)}%",
        "limit": None if limit is None else f"{percent_words(limit[0])}%",
    }


def percent_words(figure: Any) -> str:
    """A fraction in percent, exact where it ends, else with two places."""
    hundredths = figure * 100
    if hundredths.denominator == 1:
        whole, rest = divmod(int(hundredths), 100)
        return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"{int(hundredths) // 100}.{int(hundredths) % 100:02d}"
