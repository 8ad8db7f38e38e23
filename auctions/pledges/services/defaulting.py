"""Default (违约): notice to the borrower with a term to make good, then the lender's declaration.

It rests on facts that are read anew at each step; who makes good within the term is not in default.
Once declared the whole debt may be paid and the pledges realised. Pledge rules §7, §9; 民法典 436.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError, WrongState
from artmarket.core.events import record_event

from .. import realisation_citations as rules
from .. import reckoning
from ..enums import LoanState
from ..locks import lock_loan
from ..models import Loan, LoanDefault
from ..realisation_enums import DEFAULT_MOVES, LIVE_DEFAULTS, CaseState, DefaultState
from ..selectors.default_grounds import Grounds, grounds_of
from .classing import reclass
from .ground import require, words_of


class NoGround(DomainError):
    """Nothing is overdue beyond its grace, no margin call was escalated, the term is not over."""

    code = "no_ground"
    rule = rules.TIMELY
    message = _("没有违约的事由：没有超过宽限期的逾期，追加担保也没有逾期。")


class TermRuns(DomainError):
    """The borrower may still make good."""

    code = "term_runs"
    rule = rules.DAYS
    message = _("补正期限还没有过。")


@transaction.atomic(durable=True)
def give_notice(*, actor: User, loan_id: int, words: str = "") -> LoanDefault:
    """Somebody of the lender tells the borrower what is not kept, and until when to make it good.

    Raises `NotAllowed`, `WrongState` (nothing lent, notice was given), `NoGround`.
    """
    loan = lock_loan(pk=loan_id)
    require(actor, "work_for_lender", loan)
    if loan.state != LoanState.ACTIVE or loan.defaults.filter(state__in=LIVE_DEFAULTS).exists():
        raise WrongState(_("这笔贷款没有在还款，或已经发过通知。"))
    found = _grounds(loan)
    if not found:
        raise NoGround()
    days: Mapping[str, int] = rulebook.get(rules.DAYS)
    today = db_today()
    row = LoanDefault.objects.create(
        loan=loan, ground=found.codes[0], overdue_minor=found.overdue, overdue_days=found.days,
        owed_minor=found.owed, words=" ".join(words.split())[:300], noticed_by=actor,
        cure_until=today + timedelta(days=days["cure"]),
    )  # fmt: skip
    record_event(
        actor=actor, action="default.noticed", subject=row, after={"state": row.state},
        loan=loan.pk, borrower=loan.borrower_id, grounds=list(found.codes),
        overdue=found.overdue, days=found.days, until=row.cure_until,
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def declare_default(*, actor: User, default_id: int) -> LoanDefault:
    """An administrator of the lender declares the default once the term is over unused.

    Raises `NotAllowed`, `WrongState`, `TermRuns`, `NoGround` (made good meanwhile).
    """
    row = _locked(default_id)
    loan = row.loan
    require(actor, "run_lender", loan)
    if row.state != DefaultState.NOTICED or loan.state != LoanState.ACTIVE:
        raise WrongState()
    today = db_today()
    if today <= row.cure_until:
        raise TermRuns(until=row.cure_until)
    if not _grounds(loan):
        raise NoGround()
    row.declared_by, row.declared_at = actor, db_now()
    move_default(row, DefaultState.DECLARED, actor=actor, fields=("declared_by", "declared_at"))
    reclass(loan, on=today, actor=actor)
    return row


@transaction.atomic(durable=True)
def withdraw_default(*, actor: User, default_id: int, reason: str) -> LoanDefault:
    """The lender takes notice or declaration back, while no work is being realised.

    Raises `NotAllowed`, `WrongState` (over, a case is open), `Invalid`.
    """
    row = _locked(default_id)
    require(actor, "run_lender", row.loan)
    if row.loan.realisation_cases.filter(state=CaseState.OPEN).exists():
        raise WrongState(_("质物已经在处置，不能撤销。"))
    end_default(row, DefaultState.WITHDRAWN, words_of(reason), actor=actor)
    return row


def end_default(row: LoanDefault, to: DefaultState, why: str, *, actor: User | None) -> None:
    """End a default of a locked loan, inside the caller's transaction. Raises `WrongState`."""
    row.ended_by, row.ended_at, row.end_reason = actor, db_now(), why[:300]
    move_default(row, to, actor=actor, fields=("ended_by", "ended_at", "end_reason"))


def move_default(
    row: LoanDefault, to: DefaultState, *, actor: User | None, fields: tuple[str, ...]
) -> None:
    """Change the state under the lock of the loan."""
    if to not in DEFAULT_MOVES[row.state]:
        raise WrongState()
    before, row.state = row.state, to
    row.save(update_fields=["state", *fields])
    record_event(
        actor=actor, action=f"default.{to.value}", subject=row, before={"state": before},
        after={"state": to}, loan=row.loan_id, borrower=row.loan.borrower_id,
    )  # fmt: skip


def cure_all(*, most: int = 10_000) -> int:
    """Every night: notices of what was made good are over; how many. Safe to call again."""
    rows = LoanDefault.objects.filter(state=DefaultState.NOTICED).order_by("pk")
    return sum(_cure(default_id=pk) for pk in list(rows.values_list("pk", flat=True)[:most]))


@transaction.atomic(durable=True)
def _cure(*, default_id: int) -> int:
    row = _locked(default_id)
    if row.state != DefaultState.NOTICED:
        return 0
    is_owing = row.loan.state == LoanState.ACTIVE
    if is_owing and _grounds(row.loan):
        return 0
    end_default(row, DefaultState.CURED, str(_("已经补正")), actor=None)
    return 1


def _grounds(loan: Loan) -> Grounds:
    """What stands against a locked loan today."""
    events = list(loan.events.order_by("number"))
    return grounds_of(loan, reckoning.stand(loan, events, on=db_today()))


def _locked(default_id: int) -> LoanDefault:
    loan_id = LoanDefault.objects.filter(pk=default_id).values_list("loan", flat=True).first()
    if loan_id is None:
        raise WrongState()
    loan = lock_loan(pk=loan_id)
    row = LoanDefault.objects.get(pk=default_id)
    row.loan = loan
    return row
