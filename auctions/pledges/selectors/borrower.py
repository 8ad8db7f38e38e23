"""What a borrower sees: his loans and applications, whose turn it is, what he could pledge.

Rows of lists hold what the books say of the day in `reckoned_on`; a loan's own page reckons to
today (`standing_today`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from artmarket.accounts.permissions import parties_of
from artmarket.core.clock import SHANGHAI, db_now
from artmarket.core.money import Money
from catalog.enums import WorkState
from catalog.models import Work

from .. import reckoning
from ..engine.state import State
from ..enums import (
    ON_A_LOAN,
    ApplicationState,
    ItemState,
    LoanState,
    OfferState,
    ProductKind,
    RenewalState,
)
from ..models import (
    Application,
    Loan,
    LoanEvent,
    LoanOffer,
    PledgeItem,
    Product,
    ProductVersion,
    Renewal,
)
from ..valuing import appraisals_of
from .standing import NOT_THERE, Standing, items_on, standing_of, valued_item

MOST_ROWS = 100
MOST_WORKS_OFFERED = 200
CURRENCY = "CNY"


def loans_of(user: Any) -> "QuerySet[Loan]":
    """The loans of everybody for whom this person acts, newest first."""
    rows = Loan.objects.filter(borrower__in=parties_of(user))
    return rows.select_related("lender__organisation", "borrower", "version__product")


def with_turns(rows: "QuerySet[Loan]") -> "QuerySet[Loan]":
    """The same with what `turns_of` reads; four queries more, however many rows."""
    items = PledgeItem.objects.select_related("work").exclude(
        state__in=[ItemState.RELEASED, ItemState.DROPPED]
    )
    renewals = Renewal.objects.filter(state=RenewalState.OPEN)
    return rows.prefetch_related(
        "signatures",
        Prefetch("items", queryset=items.prefetch_related("holdings"), to_attr="live_items"),
        Prefetch("renewals", queryset=renewals, to_attr="open_renewals"),
    )


def applications_of(user: Any) -> "QuerySet[Application]":
    """The applications of everybody for whom this person acts, newest first, with open offers."""
    rows = Application.objects.filter(borrower__in=parties_of(user))
    open_ones = LoanOffer.objects.filter(state=OfferState.OPEN)
    return (
        rows.select_related("product__lender__organisation", "borrower")
        .annotate(work_count=Count("works"))
        .prefetch_related(Prefetch("offers", queryset=open_ones, to_attr="open_offers"))
    )


# ------------------------------------------------------------------ whose turn it is


@dataclass(frozen=True, slots=True)
class Turn:
    """One baton: who does what by when, and what follows from doing nothing.

    `kind` and `pk` name the page on which it is done: a loan, its contract, an application.
    """

    is_mine: bool
    who: str
    task: str
    about: str
    kind: str
    pk: int
    due: Any = None
    consequence: str = ""
    is_late: bool = False


def turns_of(loan: Loan, *, on: date) -> list[Turn]:
    """What a loan waits for; its rows come from `with_turns`."""
    if loan.state == LoanState.SIGNING:
        return [_signing(loan)]
    found = []
    items: list[PledgeItem] = loan.live_items  # type: ignore[attr-defined]
    if loan.state == LoanState.AGREED:
        found.append(_delivering(loan, items))
    if loan.state == LoanState.ACTIVE:
        found += _paying(loan, on)
    found += [_renewing(loan, row) for row in loan.open_renewals]  # type: ignore[attr-defined]
    if any(item.state == ItemState.PROPOSED for item in items):
        found.append(_others(loan, _lender(loan), _("答复你提出的作品")))
    found += _leaving(loan, items)
    return found


def _lender(loan: Loan) -> str:
    return loan.lender.organisation.name


def _signing(loan: Loan) -> Turn:
    sides = {row.side for row in loan.signatures.all()}
    if "borrower" not in sides:
        return Turn(
            True, _("你"), _("签合同"), loan.number, "contract", loan.pk,
            consequence=_("双方都签了合同才成立；签以前可以逐条看清。"),
        )  # fmt: skip
    return _others(loan, _lender(loan), _("签合同"))


def _delivering(loan: Loan, items: Sequence[PledgeItem]) -> Turn:
    waiting = [item for item in items if item.state == ItemState.AGREED]
    if not waiting:
        return _others(loan, _lender(loan), _("放款"))
    brought = [item for item in waiting if any(h.state == "arriving" for h in item.holdings.all())]
    if len(brought) == len(waiting):
        return _others(loan, _("托管人"), _("复核入库"))
    return Turn(
        True, _("你"), _("把作品送到托管库"), loan.number, "loan", loan.pk,
        consequence=_("全部作品入库、质权设立以后才放款。"),
    )  # fmt: skip


def _paying(loan: Loan, on: date) -> list[Turn]:
    if loan.overdue_minor:
        words = _("付清逾期的%(sum)s") % {"sum": loan.money(loan.overdue_minor)}
        return [
            Turn(
                True, _("你"), words, loan.number, "loan", loan.pk,
                consequence=_("逾期的部分计罚息，直到付清。"), is_late=True,
            )
        ]  # fmt: skip
    if loan.next_due_on is None or not loan.next_due_minor:
        return []
    words = _("还款%(sum)s") % {"sum": loan.money(loan.next_due_minor)}
    return [
        Turn(
            True, _("你"), words, loan.number, "loan", loan.pk, due=loan.next_due_on,
            consequence=_("到期不付的部分计罚息。"), is_late=loan.next_due_on < on,
        )
    ]  # fmt: skip


def _renewing(loan: Loan, row: Renewal) -> Turn:
    return Turn(
        True, _("你"), _("答复展期"), loan.number, "loan", loan.pk, due=row.matured_on,
        consequence=_("不答复就按原来的到期日还款。"),
    )  # fmt: skip


def _leaving(loan: Loan, items: Sequence[PledgeItem]) -> list[Turn]:
    going = [item for item in items if item.state == ItemState.LEAVING]
    if not going:
        return []
    if any(h.state == "leaving" for item in going for h in item.holdings.all()):
        return [_others(loan, _("托管人"), _("复核出库"))]
    return [
        Turn(
            True, _("你"), _("取回作品"), loan.number, "loan", loan.pk,
            consequence=_("出库时当面查验，双方签状况报告。"),
        )
    ]  # fmt: skip


def _others(loan: Loan, who: str, task: str) -> Turn:
    return Turn(False, who, task, loan.number, "loan", loan.pk)


def turn_of_application(row: Application) -> Turn | None:
    """Whose turn an application is; its rows come from `applications_of`."""
    if row.state != ApplicationState.SUBMITTED:
        return None
    about = row.product.display_name
    offers: list[LoanOffer] = row.open_offers  # type: ignore[attr-defined]
    if offers:
        return Turn(
            True, _("你"), _("答复要约"), about, "application", row.pk,
            due=offers[0].open_until.astimezone(SHANGHAI).date(),
            consequence=_("过期作废，申请还在。"),
        )  # fmt: skip
    who = row.product.lender.organisation.name
    return Turn(False, who, _("审查作品，报出要约"), about, "application", row.pk)


@dataclass(frozen=True, slots=True)
class Figures:
    """The four figures of the overview; amounts of the platform's lending currency."""

    owed: Money
    soon: Money
    overdue: Money
    works: int


def figures_of(loans: Iterable[Loan], *, until: date) -> Figures:
    """What is owed, what of it falls due until a day, what is late, how many works are held."""
    rows = list(loans)
    owing = [loan for loan in rows if loan.state == LoanState.ACTIVE]
    soon = sum(
        loan.next_due_minor for loan in owing if loan.next_due_on and loan.next_due_on <= until
    )
    held = sum(
        item.state in (ItemState.PLEDGED, ItemState.LEAVING)
        for loan in rows
        for item in loan.live_items  # type: ignore[attr-defined]
    )
    late = sum(loan.overdue_minor for loan in owing)
    owed = sum(loan.owed_minor for loan in owing)
    return Figures(Money(owed, CURRENCY), Money(soon + late, CURRENCY), Money(late, CURRENCY), held)


# ------------------------------------------------------------------ what he can ask for


def open_products() -> "QuerySet[Product]":
    """Products that one can apply for, by lender."""
    rows = Product.objects.open().select_related("lender__organisation")
    return rows.order_by("lender__organisation__name", "pk")


def terms_today(products: Iterable[Product], *, on: date) -> list[tuple[Product, ProductVersion]]:
    """Each product with its terms of a day, left out where it has none yet; one query."""
    rows = list(products)
    newest: dict[int, ProductVersion] = {}
    known = ProductVersion.objects.filter(product__in=rows, valid_from__lte=on)
    for version in known.order_by("valid_from"):
        newest[version.product_id] = version
    found = []
    for product in rows:
        terms = newest.get(product.pk)
        if terms is not None:
            terms.product = product
            found.append((product, terms))
    return found


def pledgeable(user: Any) -> list[Work]:
    """Registered works of those for whom a person acts, on which nothing lies and no loan waits."""
    rows = Work.objects.filter(
        state=WorkState.REGISTERED, is_destroyed=False, title_shares__to_event__isnull=True,
        title_shares__party__in=parties_of(user),
    ).exclude(encumbrances__released_at__isnull=True, encumbrances__isnull=False)  # fmt: skip
    taken = PledgeItem.objects.filter(state__in=ON_A_LOAN).values("work")
    return list(rows.exclude(pk__in=taken).order_by("-pk").distinct()[:MOST_WORKS_OFFERED])


# ------------------------------------------------------------------ one loan


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the plan as the page shows it."""

    due_on: date
    interest: Money
    principal: Money
    unpaid: Money | None
    balance: Money | None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A work of a loan: its value today or why there is none, and where it is."""

    item: PledgeItem
    base: Money | None
    eligible: Money | None
    until: date | None
    blocked: str
    holding: Any


@dataclass(frozen=True, slots=True)
class Today:
    """A loan as it stands at the end of today; without a payment out there is no state."""

    on: date
    state: State | None
    events: list[LoanEvent]
    standing: Standing | None
    held: list[Held]


def standing_today(loan: Loan) -> Today:
    """Reckon a loan and value its works; five queries."""
    on = db_now().astimezone(SHANGHAI).date()
    rows = loan.events.select_related("reverses", "payment", "payout").order_by("number")
    events = list(rows)
    state = reckoning.stand(loan, events, on=on) if loan.started_on else None
    items = items_on(loan)
    appraised = appraisals_of(
        [item.work_id for item in items], lender=loan.lender, currency=loan.currency
    )
    exposure = state.open.total if state else loan.limit_minor
    pledged = [item for item in items if item.state == ItemState.PLEDGED]
    stands = standing_of(loan, pledged, appraised, exposure=exposure, on=on) if pledged else None
    held = [_held(loan, item, appraised.get(item.work_id, ()), on) for item in items]
    return Today(on, state, events, stands, held)


def _held(loan: Loan, item: PledgeItem, rows: Any, on: date) -> Held:
    live = [one for one in item.holdings.all() if one.state not in ("refused", "gone")]
    if item.state == ItemState.AGREED:
        base, eligible = loan.money(item.base_minor), loan.money(item.eligible_minor)
        return Held(item, base, eligible, item.value_until, "", live[0] if live else None)
    found = valued_item(item, rows, loan, on)
    value = found.value
    return Held(
        item,
        loan.money(value.base) if value else None,
        loan.money(value.eligible) if value else None,
        value.until if value else None,
        "" if value else _why(found.blocked, found.words),
        live[0] if live else None,
    )


def _why(code: str, words: str) -> str:
    return _("不在库，或盘点发现问题") if code == NOT_THERE else words


def rows_of(loan: Loan, state: State) -> list[Row]:
    """What fell due, with what of it is unpaid, then what comes."""
    past = [
        Row(
            row.due_on, loan.money(row.interest), loan.money(row.principal),
            loan.money(row.unpaid), None, is_late=row.unpaid > 0 and row.due_on < state.on,
        )
        for row in state.demands
    ]  # fmt: skip
    coming = [
        Row(
            row.due_on, loan.money(row.interest), loan.money(row.principal), None,
            loan.money(row.balance),
        )
        for row in state.plan
        if row.due
    ]  # fmt: skip
    return past + coming


def may_end_revolving(loan: Loan, state: State | None) -> bool:
    """Whether a revolving loan has nothing open, so that its borrower may end it."""
    is_revolving = loan.version.product.kind == ProductKind.REVOLVING
    return bool(is_revolving and loan.state == LoanState.ACTIVE and state and not state.open)
