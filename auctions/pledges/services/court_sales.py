"""A sale by a court (司法拍卖): recorded from outside, with its papers.

What the rules on judicial sales say is checked (start, cut, time of the second sale). One of the
lender's people reports it, an operator who saw the papers confirms it. What the court paid to the
lender and to the pledgor is what the waterfall says, or it is not recorded. Pledge rules §9.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.locks import lock_parties
from artmarket.accounts.models import Party, User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.core.money import MAX_MINOR
from catalog.enums import TitleBasis

from .. import realisation_citations as rules
from ..enums import Realisation
from ..models import DisposalStep, Loan
from ..realisation_enums import StepState
from .booking import Books
from .buying import Sold, lock_for_sale, move_title
from .disposal_states import burn, move_step
from .distributing import Proceeds, distribute, payoff_today
from .ground import require, words_of
from .realising import lock_step, require_open

MAX_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Round:
    """One sale by a court; amounts in the smallest unit. `price` None: nobody bought."""

    court: str
    case_number: str
    held_on: date
    appraised: int
    start: int
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """What became of the price: kept by the court, paid to the lender, paid to the pledgor."""

    costs: int
    to_lender: int
    to_pledgor: int


class CourtRule(DomainError):
    """The sale that is reported would have been against the rules on judicial sales."""

    code = "court_rule"
    rule = rules.FLOORS
    message = _("起拍价不符合司法拍卖的规定，请核对裁定和公告。")


class NotTheWaterfall(DomainError):
    """What was paid to whom is not what the order of the contract gives."""

    code = "not_the_waterfall"
    rule = rules.WATERFALL
    message = _("法院付给双方的金额和清偿顺序算出的不一致，请核对分配方案。")


@transaction.atomic(durable=True)
def report_round(*, actor: User, step_id: int, round_: Round, documents: str) -> DisposalStep:
    """The lender reports a round in which nobody bought. Burned, the work is thought to bring less.

    Raises `NotAllowed`, `WrongState`, `CourtRule`, `Invalid`.
    """
    step, loan = lock_step(step_id)
    require(actor, "run_lender", loan)
    require_open(step, loan, Realisation.COURT, StepState.OPEN)
    if round_.price is not None:
        raise Invalid(fields={"price": _("成交的拍卖要连同分配一起报告。")})
    _check_round(step, round_)
    step.facts = {**step.facts, "rounds": [*_rounds(step), _as_data(round_)]}
    step.documents = words_of(documents, "documents")
    step.save(update_fields=["facts", "documents"])
    burn(step.disposal, actor=actor)
    return step


@transaction.atomic(durable=True)
def report_sale(
    *, actor: User, step_id: int, round_: Round, paid: Paid, party_id: int, documents: str
) -> DisposalStep:
    """The lender reports that the court has sold the work, to whom, and who was paid what.

    Raises `NotAllowed`, `WrongState`, `CourtRule`, `NotTheWaterfall`, `Invalid`.
    """
    step, loan = lock_step(step_id)
    require(actor, "run_lender", loan)
    require_open(step, loan, Realisation.COURT, StepState.OPEN)
    if round_.price is None or not round_.start <= round_.price <= MAX_MINOR:
        raise Invalid(fields={"price": _("成交价不低于起拍价。")})
    _check_round(step, round_)
    buyer = Party.objects.filter(pk=party_id).first()
    if buyer is None or buyer.pk == loan.borrower_id:
        raise Invalid(fields={"party": _("没有这个账户或机构。")})
    _check_paid(step, loan, round_.price, paid)
    step.buyer, step.price_minor = buyer, round_.price
    step.documents = words_of(documents, "documents")
    step.proposed_by, step.proposed_at = actor, db_now()
    step.facts = {
        "rounds": [*_rounds(step), _as_data(round_)],
        "paid": {"costs": paid.costs, "lender": paid.to_lender, "pledgor": paid.to_pledgor},
    }
    fields = ("buyer", "price_minor", "documents", "proposed_by", "proposed_at", "facts")
    move_step(step, StepState.OFFERED, actor=actor, fields=fields)
    return step


@transaction.atomic(durable=True)
def confirm_sale(*, actor: User, step_id: int, agrees: bool = True) -> DisposalStep:
    """An operator has seen the court's papers: title moves, the debt is paid; or he sends it back.

    Raises `NotAllowed` (no operator, or who reported it), `WrongState`, `NotTheWaterfall` (the debt
    has changed since), `Encumbered`.
    """
    known = DisposalStep.objects.filter(pk=step_id).values_list(
        "buyer", "disposal__case__loan__borrower"
    )
    lock_parties(pks=sorted({pk for row in known for pk in row if pk is not None}))
    step, loan = lock_step(step_id)
    require(actor, "confirm_court_sale", loan)
    require_open(step, loan, Realisation.COURT, StepState.OFFERED)
    assert step.proposed_by is not None and step.price_minor is not None  # noqa: S101 - reported
    if step.proposed_by_id == actor.pk:
        raise NotAllowed(_("报告和确认要由两个人办理。"), code="four_eyes")
    if not agrees:
        step.facts = {**step.facts, "rounds": _rounds(step)[:-1]}
        move_step(step, StepState.OPEN, actor=actor, fields=("facts",))
        return step
    said = step.facts["paid"]
    paid = Paid(said["costs"], said["lender"], said["pledgor"])
    _check_paid(step, loan, step.price_minor, paid)
    step.agreed_by, step.agreed_at = actor, db_now()
    move_step(step, StepState.AWAITING, actor=actor, fields=("agreed_by", "agreed_at"))
    books = Books()
    lock_for_sale(loan, books)
    move_title(step, loan, Sold(step.proposed_by, actor, TitleBasis.COURT, step.documents))
    proceeds = Proceeds(step.price_minor, deducted=paid.costs, is_outside=True)
    distribute(loan, step, proceeds, books, actor=actor)
    return step


def _check_round(step: DisposalStep, round_: Round) -> None:
    """The start against the appraisal, or against the first round and in its time."""
    if not round_.court.strip() or not round_.case_number.strip():
        raise Invalid(fields={"court": _("请写明法院和案号。")})
    if round_.held_on > db_today() or round_.appraised <= 0 or round_.start <= 0:
        raise Invalid(fields={"held_on": _("日期和金额不对。")})
    shares: Mapping[str, int] = rulebook.get(rules.FLOORS)
    before = _rounds(step)
    if not before:
        if round_.start * 100 < round_.appraised * shares["court_start"]:
            raise CourtRule(percent=shares["court_start"])
        return
    if len(before) >= MAX_ROUNDS:
        raise CourtRule(_("第二次拍卖已经报告过。"))
    first = before[0]
    if round_.start * 100 < first["start"] * (100 - shares["court_cut"]):
        raise CourtRule(percent=shares["court_cut"])
    days: int = rulebook.get(rules.COURT_SECOND)
    last = date.fromisoformat(first["held_on"]) + timedelta(days=days)
    if not date.fromisoformat(first["held_on"]) < round_.held_on <= last:
        raise CourtRule(_("第二次拍卖要在流拍后的期限里。"), rule=rules.COURT_SECOND, days=days)


def _check_paid(step: DisposalStep, loan: Loan, price: int, paid: Paid) -> None:
    """The court's costs first, then the lender to what he is owed, then the pledgor."""
    left = price - paid.costs
    owed = payoff_today(loan, step)
    if min(paid.costs, paid.to_lender, paid.to_pledgor) < 0 or left < 0:
        raise Invalid(fields={"paid": _("金额不能小于零，费用不能超过价款。")})
    if paid.to_lender != min(left, owed) or paid.to_pledgor != left - min(left, owed):
        raise NotTheWaterfall(lender=min(left, owed), pledgor=left - min(left, owed))


def _rounds(step: DisposalStep) -> list[dict[str, Any]]:
    return list(step.facts.get("rounds", []))


def _as_data(round_: Round) -> dict[str, Any]:
    return {
        "court": round_.court.strip()[:120], "case": round_.case_number.strip()[:80],
        "held_on": round_.held_on.isoformat(), "appraised": round_.appraised,
        "start": round_.start, "price": round_.price,
    }  # fmt: skip
