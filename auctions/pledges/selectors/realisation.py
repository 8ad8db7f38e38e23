"""What pages show of default, realisation, and pre-acquirers: the case with each step, what the
price paid, whose turn it is. Posted figures only. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from artmarket.accounts.models import User
from artmarket.accounts.permissions import parties_of
from artmarket.core.money import Money

from ..enums import LoanState, Part, Realisation
from ..margin_enums import CallState
from ..models import (
    ClassChange,
    Disposal,
    DisposalStep,
    Distribution,
    Lender,
    Loan,
    LoanDefault,
    PreAcquisition,
    RealisationCase,
)
from ..realisation_enums import (
    LIVE_COMMITMENTS,
    LIVE_DEFAULTS,
    LIVE_STEPS,
    CaseState,
    CommitmentState,
    DefaultState,
    DisposalState,
    StepState,
)

PILLS: Mapping[str, str] = {
    DefaultState.NOTICED: "warn", DefaultState.DECLARED: "live", CaseState.OPEN: "live",
    StepState.OFFERED: "warn", StepState.AWAITING: "warn", StepState.SELLING: "live",
    StepState.DONE: "ok", DisposalState.SOLD: "ok", CommitmentState.SIGNED: "ok",
    CommitmentState.ASKED: "warn", CommitmentState.USED: "ok", CaseState.CLOSED: "ok",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the debt before a price was shared out, what it got, and what is left."""

    label: str
    before: Money
    paid: Money
    after: Money


@dataclass(frozen=True, slots=True)
class Shared:
    """A distribution as it is read: the price, what was kept of it, its lines, both ends."""

    row: Distribution
    price: Money
    deducted: Money
    received: Money
    lines: tuple[Line, ...]
    surplus: Money
    deficiency: Money


@dataclass(frozen=True, slots=True)
class WorkShown:
    """A work of a case with its steps in their order, the last first."""

    row: Disposal
    title: str
    number: str
    expected: Money | None
    steps: tuple[tuple[DisposalStep, Shared | None], ...]
    live: DisposalStep | None
    pill: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What the page of a loan says of its default and realisation."""

    loan: Loan
    default: LoanDefault | None
    case: RealisationCase | None
    commitments: tuple[PreAcquisition, ...]
    pill: str
    is_open: bool


def panel_of(loan: Loan) -> Panel | None:
    """For the page of a loan; None: nothing to say. Three queries."""
    default = loan.defaults.order_by("-pk").first()
    case = loan.realisation_cases.order_by("-pk").first()
    rows = PreAcquisition.objects.filter(
        item__loan=loan, state__in=[CommitmentState.SIGNED, CommitmentState.USED]
    )
    commitments = tuple(rows.select_related("party", "item__work", "item__loan"))
    if default is None and not commitments:
        return None
    pill = PILLS.get(default.state, "neutral") if default else "neutral"
    is_open = case is not None and case.state == CaseState.OPEN
    return Panel(loan, default, case, commitments, pill, is_open)


# ------------------------------------------------------------------ desks


def troubled(lenders: QuerySet[Lender], *, on: date) -> QuerySet[Loan]:
    """Loans of lenders that are overdue, past their term, in default, or being realised, and those
    whose margin call nobody met."""
    loud = (
        Q(overdue_days__gt=0)
        | Q(margin_calls__state=CallState.ESCALATED)
        | Q(matures_on__lt=on)
        | Q(defaults__state__in=LIVE_DEFAULTS)
        | Q(realisation_cases__state=CaseState.OPEN)
    )
    rows = Loan.objects.filter(loud, lender__in=lenders, state=LoanState.ACTIVE)
    done = Loan.objects.filter(lender__in=lenders, realisation_cases__isnull=False)
    return (rows | done).select_related("borrower", "lender__organisation").distinct()


def court_sales() -> QuerySet[DisposalStep]:
    """Sales by courts that were reported and wait for an operator."""
    rows = DisposalStep.objects.filter(way="court", state=StepState.OFFERED)
    return rows.select_related("disposal__case__loan", "disposal__item__work", "proposed_by")


def commitments_of(user: User) -> QuerySet[PreAcquisition]:
    """What was asked of a person and whom he acts for, and what was signed."""
    rows = PreAcquisition.objects.filter(party__in=parties_of(user))
    return rows.select_related("item__work", "item__loan__lender__organisation", "party")


def purchases_of(user: User) -> QuerySet[DisposalStep]:
    """Works of pledges that a person buys, or has bought."""
    rows = DisposalStep.objects.filter(
        buyer__in=parties_of(user), state__in=[StepState.AWAITING, StepState.DONE]
    ).exclude(way="court")
    return rows.select_related("disposal__item__work", "disposal__case__loan", "buyer")


def loan_of(number: str) -> Loan | None:
    """A loan by its number, with what pages need."""
    rows = Loan.objects.select_related(
        "borrower", "lender__organisation", "version__product", "offer"
    )
    return rows.filter(number=number).first()


# ------------------------------------------------------------------ one loan


def default_of(loan: Loan) -> LoanDefault | None:
    """The default that stands, else the last one."""
    rows = loan.defaults.select_related("declared_by").order_by("-pk")
    return rows.filter(state__in=LIVE_DEFAULTS).first() or rows.first()


def case_of(loan: Loan) -> RealisationCase | None:
    """The last case of a loan."""
    return loan.realisation_cases.order_by("-pk").first()


def works_of(case: RealisationCase) -> list[WorkShown]:
    """Each work of a case with its steps and what they brought; four queries."""
    rows = case.disposals.select_related("item__work").prefetch_related(
        "steps__distribution__event", "steps__buyer", "steps__valuation",
        "steps__commitment__party", "steps__consignment__house",
    )  # fmt: skip
    return [_work(row, case.loan) for row in rows.order_by("pk")]


def _work(row: Disposal, loan: Loan) -> WorkShown:
    steps = sorted(row.steps.all(), key=lambda step: -step.number)
    row.case.loan = loan
    for step in steps:
        step.disposal = row
    return WorkShown(
        row, row.item.work.display_title, str(row.item.work.number or ""),
        None if row.expected_minor is None else loan.money(row.expected_minor),
        tuple((step, shared_of(getattr(step, "distribution", None), loan)) for step in steps),
        next((step for step in steps if step.state in LIVE_STEPS), None),
        PILLS.get(row.state, "neutral"),
    )  # fmt: skip


def shared_of(row: Distribution | None, loan: Loan) -> Shared | None:
    """A distribution in money, its lines in the order of the contract."""
    if row is None:
        return None
    labels = dict(Part.choices)
    lines = tuple(
        Line(
            str(labels[part]), loan.money(row.owed_before[part]), loan.money(row.paid[part]),
            loan.money(row.owed_after[part]),
        )
        for part in row.order
    )  # fmt: skip
    return Shared(
        row, loan.money(row.price_minor), loan.money(row.deducted_minor),
        loan.money(row.received_minor), lines, loan.money(row.surplus_minor),
        loan.money(row.deficiency_minor),
    )  # fmt: skip


def class_changes(loan: Loan) -> list[ClassChange]:
    """Every change of class, the last first."""
    return list(loan.class_changes.order_by("-number"))


def commitments_on(loan: Loan) -> list[PreAcquisition]:
    """The pre-acquirers of the works of a loan: the borrower reads them before he signs."""
    rows = PreAcquisition.objects.filter(item__loan=loan).prefetch_related("checks")
    return list(rows.select_related("party", "item__work", "item__loan").order_by("item", "-pk"))


def acts_for(user: Any, loan: Loan) -> list[tuple[str, int, str]]:
    """What a reader can do on the page of a case: the act, of what (its key), of which work."""
    found: list[tuple[str, int, str]] = []
    default, case = default_of(loan), case_of(loan)
    works = works_of(case) if case and case.state == CaseState.OPEN else []
    if user.has_perm("pledges.run_lender", loan):
        found += _acts_of_lender(loan, default, case, works)
    elif user.has_perm("pledges.work_for_lender", loan):
        found += _acts_of_clerk(loan, default)
    if user.has_perm("pledges.borrow", loan):
        found += _acts_of_borrower(default, case, works)
    if user.has_perm("pledges.confirm_court_sale", loan):
        found += [
            ("confirm_court", work.live.pk, work.title)
            for work in works
            if work.live and work.live.way == "court" and work.live.state == StepState.OFFERED
        ]
    return found


def _acts_of_clerk(loan: Loan, default: LoanDefault | None) -> list[tuple[str, int, str]]:
    if loan.state != LoanState.ACTIVE:
        return []
    is_live = default is not None and default.state in LIVE_DEFAULTS
    notice = [] if is_live else [("notice", loan.pk, "")]
    return [*notice, ("fact", loan.pk, "")]


def _acts_of_lender(
    loan: Loan, default: LoanDefault | None, case: RealisationCase | None, works: list[WorkShown]
) -> list[tuple[str, int, str]]:
    found = _asks(loan) if loan.state == LoanState.SIGNING else []
    if default is not None and default.state == DefaultState.NOTICED:
        found += [("declare", default.pk, ""), ("withdraw", default.pk, "")]
    if default is not None and default.state == DefaultState.DECLARED and not case:
        found += [("open", default.pk, ""), ("withdraw", default.pk, "")]
    for work in works:
        if work.live is not None:
            found += [(name, work.live.pk, work.title) for name in _step_acts(work.live)]
        elif work.row.state == DisposalState.OPEN:
            found += [(name, work.row.pk, work.title) for name in ("again", "give_up")]
    live = PreAcquisition.objects.filter(item__loan=loan, state__in=LIVE_COMMITMENTS)
    found += [
        ("check", row.pk, row.item.work.display_title) for row in live.select_related("item__work")
    ]
    return [*found, *_acts_of_clerk(loan, default)]


def _asks(loan: Loan) -> list[tuple[str, int, str]]:
    """Works of a contract that waits for signatures, and has no pre-acquirer for them."""
    if "pre_acquirer" not in loan.contract["realisation"]:
        return []
    if loan.signatures.filter(side="borrower").exists():
        return []
    items = loan.items.exclude(pre_acquisitions__state__in=LIVE_COMMITMENTS)
    return [("ask", item.pk, item.work.display_title) for item in items.select_related("work")]


def _step_acts(step: DisposalStep) -> list[str]:
    """What the lender can do at a way that is being tried."""
    match step.way, step.state:
        case "discount", StepState.OPEN | StepState.OFFERED:
            names = ["discount"]
        case "pre_acquirer", StepState.OPEN:
            names = ["call"]
        case "self_sale", StepState.OPEN:
            names = ["announce"]
        case "self_sale", StepState.OFFERED:
            names = ["sell"]
        case "court", StepState.OPEN:
            names = ["round", "court"]
        case "auction", StepState.OPEN:
            names = _consigning(step)
        case _:
            names = []
    return names if step.state == StepState.SELLING else [*names, "fail"]


def _consigning(step: DisposalStep) -> list[str]:
    row = step.consignment
    if row is None or row.state in ("declined", "ended"):
        return ["consign"]
    if row.state == "proposed":
        return ["agree", "leave"]
    return ["leave"]


def _acts_of_borrower(
    default: LoanDefault | None, case: RealisationCase | None, works: list[WorkShown]
) -> list[tuple[str, int, str]]:
    found = []
    is_declared = default is not None and default.state == DefaultState.DECLARED
    if default is not None and is_declared and (case is None or case.demanded_at is None):
        found.append(("demand", default.pk, ""))
    for work in works:
        step = work.live
        if step and step.way == "discount" and step.state == StepState.OFFERED:
            found += [("accept", step.pk, work.title), ("decline", step.pk, work.title)]
    return found


def way_label(code: str) -> str:
    """A way of realisation in the reader's language."""
    return str(Realisation(code).label)
