"""Claims: the buyer says what is wrong, the other side answers, the platform decides.

Money is held while a claim is open. Each state has somebody whose turn it is, and a term; who is
silent is not waited for. What a guarantee covers can be claimed after the release too. Auction
rules §12; 拍卖法 18, 27, 61.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appraisal.models import AppraisalCase
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.core.money import Money
from media.models import Document

from ... import citations
from ...engine import settlement as engine
from ...models import ClaimStatement, Lot, Settlement, SettlementClaim
from ...settlement_enums import (
    OPEN_CLAIMS,
    SHARED_OUT,
    WARRANTED,
    ClaimKind,
    ClaimState,
    SettlementState,
    Side,
    StepKind,
)
from .evidence import attach, with_files
from .ground import by_the_rules, lock_settlement, require, stood_of, words_of, write
from .money import from_escrow, send_back
from .undoing import undo

MAX_WORDS = 4000
Decision = Literal["reject", "reduce", "uphold"]


def raise_claim(
    *, actor: User, settlement_id: int, kind: str, words: str, files: Sequence[Any] = ()
) -> SettlementClaim:
    """The buyer claims; from now on the money is held. A claim that is open is not raised twice.

    `files` prove it. Raises `NotAllowed`, `WrongState` (too late, not delivered, a claim is open),
    `Invalid`, and the refusals of `media`.
    """
    return with_files(
        actor=actor, files=files,
        tie=lambda documents: _raise(
            actor=actor, settlement_id=settlement_id, kind=kind, words=words, documents=documents
        ),
    )  # fmt: skip


@transaction.atomic(durable=True)
def _raise(
    *, actor: User, settlement_id: int, kind: str, words: str, documents: Sequence[Document]
) -> SettlementClaim:
    row, _lot = lock_settlement(settlement_id)
    require(actor, "auctions.receive_lot", row)
    if kind not in ClaimKind.values:
        raise Invalid(fields={"kind": _("请从列表中选择。")})
    if row.claims.filter(state__in=OPEN_CLAIMS).exists():
        raise WrongState(_("还有一项异议没有结束。"), rule=citations.CLAIMS)
    now = db_now()
    _require_time(row, kind, now)
    stood = stood_of(row)
    if row.state not in SHARED_OUT:
        with by_the_rules(citations.INSPECTION_DAYS):
            stood = engine.claim(stood, now, is_warranted=kind in WARRANTED)
    claim = SettlementClaim.objects.create(
        settlement=row, kind=kind, made_by=actor, made_at=now,
        due_at=now + timedelta(days=rulebook.get(citations.ANSWER_DAYS)),
    )  # fmt: skip
    _say(claim, Side.BUYER, words, documents, actor, now)
    write(row, stood, StepKind.CLAIMED, actor=actor, at=now, claim=claim.pk, kind_of_claim=kind)
    return claim


def _require_time(row: Settlement, kind: str, now: datetime) -> None:
    """Whether this can be claimed of a settlement in its state at all. Raises `WrongState`."""
    if kind == ClaimKind.NOT_RECEIVED:
        if row.state != SettlementState.DISPATCHED:
            raise WrongState(_("作品没有在运输途中。"), rule=citations.CLAIMS)
        return
    if row.delivered_at is None:
        raise WrongState(_("收到作品以后才能提出这种异议。"), rule=citations.CLAIMS)
    if kind in WARRANTED:
        days = rulebook.get(citations.GUARANTEE_DAYS)
        if now >= row.delivered_at + timedelta(days=days):
            raise WrongState(_("索赔的期限已经过了。"), rule=citations.GUARANTEE_DAYS)
    elif row.state != SettlementState.DELIVERED:
        raise WrongState(_("验收期已经结束。"), rule=citations.INSPECTION_DAYS)


def answer_claim(
    *, actor: User, claim_id: int, words: str, files: Sequence[Any] = ()
) -> SettlementClaim:
    """The house or the seller answers; then it is the platform's turn to decide.

    Raises `NotAllowed`, `WrongState` (answered, decided), `Invalid` (no words), and the refusals of
    `media`.
    """
    return with_files(
        actor=actor, files=files,
        tie=lambda documents: _answer(
            actor=actor, claim_id=claim_id, words=words, documents=documents
        ),
    )  # fmt: skip


@transaction.atomic(durable=True)
def _answer(
    *, actor: User, claim_id: int, words: str, documents: Sequence[Document]
) -> SettlementClaim:
    claim, row, lot = _locked(claim_id)
    require(actor, "auctions.answer_claim", lot)
    if claim.state != ClaimState.OPEN:
        raise WrongState(rule=citations.ANSWER_DAYS)
    now = db_now()
    _say(claim, Side.SELLER, words, documents, actor, now)
    _to_the_platform(claim, row, actor=actor, at=now)
    return claim


def add_statement(
    *, actor: User, claim_id: int, words: str, files: Sequence[Any] = ()
) -> ClaimStatement:
    """Either side says more while nothing is decided. Raises `NotAllowed`, `WrongState`,
    `Invalid`, and the refusals of `media`."""
    return with_files(
        actor=actor, files=files,
        tie=lambda documents: _add(
            actor=actor, claim_id=claim_id, words=words, documents=documents
        ),
    )  # fmt: skip


@transaction.atomic(durable=True)
def _add(
    *, actor: User, claim_id: int, words: str, documents: Sequence[Document]
) -> ClaimStatement:
    claim, row, lot = _locked(claim_id)
    if actor.has_perm("auctions.receive_lot", row):
        side = Side.BUYER
    else:
        require(actor, "auctions.answer_claim", lot)
        side = Side.SELLER
    if claim.state not in (ClaimState.OPEN, ClaimState.ANSWERED):
        raise WrongState(rule=citations.CLAIMS)
    return _say(claim, side, words, documents, actor, db_now())


def due_answers(limit: int = 500) -> list[int]:
    """Claims that nobody answered in time."""
    rows = SettlementClaim.objects.filter(state=ClaimState.OPEN, due_at__lte=db_now())
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def escalate_claim(*, claim_id: int) -> bool:
    """Nobody answered: the platform decides without; False where it is not time. Safe to repeat."""
    claim, row, _lot = _locked(claim_id)
    now = db_now()
    if claim.state != ClaimState.OPEN or claim.due_at is None or now < claim.due_at:
        return False
    _to_the_platform(claim, row, actor=None, at=now)
    return True


@transaction.atomic(durable=True)
def withdraw_claim(*, actor: User, claim_id: int) -> SettlementClaim:
    """The buyer takes his claim back before it is decided. Raises `NotAllowed`, `WrongState`."""
    claim, row, _lot = _locked(claim_id)
    require(actor, "auctions.receive_lot", row)
    if claim.state not in (ClaimState.OPEN, ClaimState.ANSWERED):
        raise WrongState(rule=citations.CLAIMS)
    _go_on(claim, row, ClaimState.WITHDRAWN, StepKind.WITHDRAWN, actor=actor, reasons="")
    return claim


@transaction.atomic(durable=True)
def name_case(*, actor: User, claim_id: int, case_id: int) -> SettlementClaim:
    """A claim of authenticity is examined in a case of the work; who decides waits for it.

    The case is opened with the appraisal's own services by whoever speaks for the work. Raises
    `NotAllowed`, `WrongState` (not a claim of authenticity, decided), `Invalid` (another work).
    """
    claim, _row, lot = _locked(claim_id)
    if not actor.has_perm("auctions.decide_claim", lot):
        require(actor, "auctions.answer_claim", lot)
    if claim.kind != ClaimKind.AUTHENTICITY or claim.state not in (
        ClaimState.OPEN, ClaimState.ANSWERED,
    ):  # fmt: skip
        raise WrongState(rule=citations.CLAIMS)
    case = AppraisalCase.objects.filter(pk=case_id, work=lot.work_id).first()
    if case is None:
        raise Invalid(fields={"case": _("这个案卷不是这件作品的。")})
    claim.case = case
    claim.save(update_fields=["case"])
    record_event(actor=actor, action="claim.case_named", subject=claim, after={"case": case.pk})
    return claim


def waits_for(case: AppraisalCase) -> bool:
    """A claim that is not decided waits for this case: the work is examined under our own lock."""
    undecided = (ClaimState.OPEN, ClaimState.ANSWERED)
    return SettlementClaim.objects.filter(case=case, state__in=undecided).exists()


@transaction.atomic(durable=True)
def decide_claim(
    *, actor: User, claim_id: int, decision: Decision, reasons: str, refund_minor: int = 0
) -> SettlementClaim:
    """The platform decides: rejected; a part of the price back; or the sale is undone.

    It is undone once the work is back (`record_return`), at once where it never arrived. Raises
    `NotAllowed`, `WrongState` (not answered and still in time, decided, its case not finished),
    `Invalid` (reasons, amount).
    """
    claim, row, lot = _locked(claim_id)
    require(actor, "auctions.decide_claim", lot)
    if actor.has_perm("auctions.receive_lot", row) or actor.has_perm("auctions.answer_claim", lot):
        raise NotAllowed(_("当事人不能裁定自己的异议。"), rule=citations.CLAIMS)
    if claim.state != ClaimState.ANSWERED:
        raise WrongState(_("对方答复或者答复期满以后才能裁定一次。"), rule=citations.ANSWER_DAYS)
    if claim.case_id and AppraisalCase.objects.open().filter(pk=claim.case_id).exists():
        raise WrongState(_("鉴定案卷还没有结束。"), rule=citations.CLAIMS)
    words = words_of(reasons, "reasons")
    if decision == "reject":
        _go_on(claim, row, ClaimState.REJECTED, StepKind.REJECTED, actor=actor, reasons=words)
    elif decision == "reduce":
        _reduce(claim, row, refund_minor, actor=actor, reasons=words)
    else:
        _uphold(claim, row, lot, actor=actor, reasons=words)
    return claim


def _reduce(
    claim: SettlementClaim, row: Settlement, amount: int, *, actor: User, reasons: str
) -> None:
    before = stood_of(row)
    most = max(row.seller_bill.total, 0)
    if not 0 < amount <= most:
        words = _("退款要大于零，不超过委托人应得的%(most)s。") % {
            "most": Money(most, row.currency)
        }
        raise Invalid(fields={"refund": words}, rule=citations.CLAIMS)
    with by_the_rules(citations.CLAIMS):
        stood = engine.reduce(before, amount, most=most)
    now = db_now()
    _end(claim, ClaimState.REDUCED, actor=actor, at=now, reasons=reasons, refund=amount)
    write(row, stood, StepKind.REDUCED, actor=actor, at=now, claim=claim.pk, amount=amount)
    send_back(
        row, amount, skip=before.refunded, actor=actor, legs=from_escrow(row, amount), why=reasons
    )


def _uphold(
    claim: SettlementClaim, row: Settlement, lot: Lot, *, actor: User, reasons: str
) -> None:
    with by_the_rules(citations.CLAIMS):
        stood = engine.uphold(stood_of(row))
    now = db_now()
    claim.state, claim.next_actor = ClaimState.UPHELD, Side.BUYER
    claim.due_at = now + timedelta(days=rulebook.get(citations.RETURN_DAYS))
    claim.decided_by, claim.decided_at, claim.reasons = actor, now, reasons
    claim.save(
        update_fields=["state", "next_actor", "due_at", "decided_by", "decided_at", "reasons"]
    )
    write(row, stood, StepKind.UPHELD, actor=actor, at=now, claim=claim.pk)
    if row.delivered_at is None:
        _refund(claim, row, lot, actor=actor)


@transaction.atomic(durable=True)
def record_return(*, actor: User, claim_id: int, proof: str) -> SettlementClaim:
    """The work is back at the house: the buyer gets his money. Repeated, it changes nothing.

    Raises `NotAllowed`, `WrongState` (not upheld), `Invalid`, `Insufficient` (the fund lacks it).
    """
    claim, row, lot = _locked(claim_id, with_parties=True)
    require(actor, "auctions.settle_lot", lot)
    if claim.state == ClaimState.REFUNDED:
        return claim
    if claim.state != ClaimState.UPHELD:
        raise WrongState(rule=citations.RETURN_DAYS)
    words = words_of(proof, "proof")
    write(row, stood_of(row), StepKind.RETURNED, actor=actor, at=db_now(), proof=words)
    _refund(claim, row, lot, actor=actor)
    return claim


@transaction.atomic(durable=True)
def drop_unreturned(*, actor: User, claim_id: int, reasons: str) -> SettlementClaim:
    """The work did not come back in time: the sale stands. A person decides it.

    Raises `NotAllowed`, `WrongState` (not upheld, still in time), `Invalid`.
    """
    claim, row, lot = _locked(claim_id)
    require(actor, "auctions.decide_claim", lot)
    in_time = claim.due_at is None or db_now() < claim.due_at
    if claim.state != ClaimState.UPHELD or in_time:
        raise WrongState(rule=citations.RETURN_DAYS)
    words = words_of(reasons, "reasons")
    _go_on(claim, row, ClaimState.REJECTED, StepKind.REJECTED, actor=actor, reasons=words)
    return claim


# ------------------------------------------------------------------ shared


def _locked(
    claim_id: int, *, with_parties: bool = False
) -> tuple[SettlementClaim, Settlement, Lot]:
    settlement_id = SettlementClaim.objects.filter(pk=claim_id).values_list("settlement").first()
    if settlement_id is None:
        raise WrongState()
    row, lot = lock_settlement(settlement_id[0], with_parties=with_parties)
    return SettlementClaim.objects.get(pk=claim_id), row, lot


def _say(
    claim: SettlementClaim, side: Side, words: str, documents: Sequence[Document], by: User,
    at: datetime,
) -> ClaimStatement:  # fmt: skip
    text = words.strip()
    if not 0 < len(text) <= MAX_WORDS:
        raise Invalid(fields={"words": _("请说明情况，不超过四千字。")})
    said = ClaimStatement.objects.create(claim=claim, side=side, words=text, by=by, at=at)
    attach(said, documents)
    return said


def _to_the_platform(
    claim: SettlementClaim, row: Settlement, *, actor: User | None, at: datetime
) -> None:
    claim.state, claim.next_actor = ClaimState.ANSWERED, Side.PLATFORM
    claim.due_at = at + timedelta(days=rulebook.get(citations.DECISION_DAYS))
    claim.save(update_fields=["state", "next_actor", "due_at"])
    write(
        row, stood_of(row), StepKind.ANSWERED, actor=actor, at=at, claim=claim.pk,
        is_silent=actor is None,
    )  # fmt: skip


def _go_on(
    claim: SettlementClaim, row: Settlement, state: ClaimState, kind: StepKind, *, actor: User,
    reasons: str,
) -> None:  # fmt: skip
    """The claim ends without money; the sale goes on where it stood."""
    now = db_now()
    _end(claim, state, actor=actor, at=now, reasons=reasons)
    stood = stood_of(row)
    if row.state not in SHARED_OUT:
        with by_the_rules(citations.CLAIMS):
            stood = engine.reject(stood)
    write(row, stood, kind, actor=actor, at=now, claim=claim.pk)


def _refund(claim: SettlementClaim, row: Settlement, lot: Lot, *, actor: User) -> None:
    """The upheld claim is what lets the engine refund: it ends after that."""
    amount = undo(row, lot, actor=actor, why=claim.reasons)
    _end(
        claim, ClaimState.REFUNDED, actor=claim.decided_by, at=claim.decided_at or db_now(),
        reasons=claim.reasons, refund=amount,
    )  # fmt: skip


def _end(
    claim: SettlementClaim, state: ClaimState, *, actor: User | None, at: datetime, reasons: str,
    refund: int = 0,
) -> None:  # fmt: skip
    claim.state, claim.next_actor, claim.due_at = state, "", None
    claim.decided_by, claim.decided_at = actor, at
    claim.reasons, claim.refund_minor = reasons, refund
    claim.save(
        update_fields=[
            "state", "next_actor", "due_at", "decided_by", "decided_at", "reasons", "refund_minor",
        ]
    )  # fmt: skip
