"""Holds of police and court, and dead pawns turned into money (多退少补).

The pawnshop sells a thing itself, so its claims are paid by money that is not on the platform: what
we owe it falls with what is owed to it. A surplus goes from its cash to the pawner. Rules §2, §9.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import plain, record_event
from artmarket.core.money import MAX_MINOR
from artmarket.ledger.gateways import BANK
from artmarket.ledger.models import Payment
from artmarket.ledger.services.outgoing import ask_payout
from artmarket.ledger.services.posting import Leg
from catalog.locks import lock_work
from catalog.services import encumbrances

from .. import citations, rule_values
from .. import pawn_citations as rules
from ..engine.pawn import DeadPawn, dead_pawn
from ..enums import WaterfallStep
from ..models import Pawn, PawnDisposal, PawnHold, PawnOrder, PawnTicket
from ..pawn_enums import (
    DisposalState,
    DisposalWay,
    OrderState,
    PawnState,
    TicketState,
)
from ..pawn_standing import charges_of, running
from ..refusals import NotFunded
from .contracts import digest_of
from .ground import require, require_licensed, words_of
from .pawn_ground import PawnBooks, book_pawn, locked, move_pawn, require_not_held, tickets_of
from .pawn_money import PURPOSE, take_in

_STEPS = {
    WaterfallStep.CUSTODY: "cost", WaterfallStep.INTEREST: "interest",
    WaterfallStep.PRINCIPAL: "principal",
}  # fmt: skip


# ------------------------------------------------------------------ holds


@transaction.atomic(durable=True)
def set_hold(*, actor: User, pawn_id: int, authority: str, document: str) -> PawnHold:
    """An operator records that police or a court hold the thing; every step waits.

    Raises `NotAllowed`, `WrongState` (held already, over), `Invalid`.
    """
    pawn = locked(pawn_id)
    require(actor, "correct_loan", pawn)
    if pawn.state not in HOLDABLE or pawn.holds.filter(lifted_at__isnull=True).exists():
        raise WrongState(rule=rules.HOLD)
    row = PawnHold.objects.create(
        pawn=pawn, authority=words_of(authority, "authority", most=120),
        document=words_of(document, "document", most=120), set_by=actor,
    )  # fmt: skip
    record_event(actor=actor, action="pawn.held_by_authority", subject=pawn, document=row.document)
    return row


HOLDABLE = (
    PawnState.DRAWN, PawnState.AGREED, PawnState.HELD, PawnState.ACTIVE, PawnState.DEAD,
    PawnState.RETURNING,
)  # fmt: skip


def lift_hold(*, actor: User, pawn_id: int, document: str) -> PawnHold:
    """An operator records that the thing is free again; payments that waited are taken in.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    row = _lift_hold(actor=actor, pawn_id=pawn_id, document=document)
    waiting = PawnOrder.objects.filter(pawn=pawn_id, state=OrderState.OPEN).order_by("pk")
    for order in waiting:
        for payment in Payment.objects.asked_for(PURPOSE, order).order_by("pk"):
            take_in(payment)
    return row


@transaction.atomic(durable=True)
def _lift_hold(*, actor: User, pawn_id: int, document: str) -> PawnHold:
    pawn = locked(pawn_id)
    require(actor, "correct_loan", pawn)
    row = pawn.holds.filter(lifted_at__isnull=True).first()
    if row is None:
        raise WrongState(rule=rules.HOLD)
    row.lift_document = words_of(document, "document", most=120)
    row.lifted_by, row.lifted_at = actor, db_now()
    row.save(update_fields=["lift_document", "lifted_by", "lifted_at"])
    record_event(actor=actor, action="pawn.hold_lifted", subject=pawn, document=row.lift_document)
    return row


# ------------------------------------------------------------------ disposals


@transaction.atomic(durable=True)
def propose_disposal(
    *, actor: User, pawn_id: int, way: str, price_minor: int, costs_minor: int, buyer: str,
    note: str = "",
) -> PawnDisposal:  # fmt: skip
    """The pawnshop says how a dead pawn was turned into money; it waits for the other's word.

    Raises `NotAllowed`, `NotLicensed`, `WrongState` (not dead, one waits, a redemption was
    agreed), `Held`, `Invalid`.
    """
    pawn = locked(pawn_id)
    require(actor, "run_lender", pawn)
    require_licensed(pawn.lender)
    require_not_held(pawn)
    if pawn.state != PawnState.DEAD:
        raise WrongState(_("只有绝当物才能处置。"), rule=rules.BANNED)
    if pawn.late_until is not None and db_today() <= pawn.late_until:
        raise WrongState(_("约定的赎回期限还没有过。"), rule=rules.REDEEM_AFTER_DEAD)
    if pawn.disposals.filter(state=DisposalState.PROPOSED).exists():
        raise WrongState(_("已经有一项处置在等待答复。"))
    if way not in DisposalWay.values:
        raise Invalid(fields={"way": _("请从列表中选择。")})
    if not 0 < price_minor <= MAX_MINOR or not 0 <= costs_minor <= price_minor:
        raise Invalid(fields={"price": _("价款要大于零，费用不能超过价款。")})
    row = PawnDisposal.objects.create(
        pawn=pawn, way=way, price_minor=price_minor, costs_minor=costs_minor,
        buyer=words_of(buyer, "buyer", most=200), note=" ".join(note.split())[:300],
        proposed_by=actor,
    )  # fmt: skip
    record_event(
        actor=actor, action="pawn.disposal_proposed", subject=pawn, way=way, price=price_minor
    )
    return row


@transaction.atomic(durable=True)
def decide_disposal(*, actor: User, disposal_id: int, agrees: bool) -> PawnDisposal:
    """The pawner agrees to a discount, a second person of the pawnshop confirms a sale.

    The price is shared out: costs, fee, interest, principal; the surplus goes to the pawner, a
    deficiency stays owed. By the rule of 2005 a thing of little value was the pawnshop's own
    account. Raises `NotAllowed`, `WrongState`, `Held`, `NotFunded` (the surplus).
    """
    keys = PawnDisposal.objects.filter(pk=disposal_id).values_list("pawn", "pawn__work").first()
    if keys is None:
        raise WrongState()
    lock_work(pk=keys[1])
    pawn = locked(keys[0])
    row = PawnDisposal.objects.get(pk=disposal_id)
    _require_decides(actor, pawn, row)
    require_not_held(pawn)
    if row.state != DisposalState.PROPOSED or pawn.state != PawnState.DEAD:
        raise WrongState()
    row.decided_by, row.decided_at = actor, db_now()
    if agrees:
        _dispose(pawn, row, actor)
    else:
        row.state = DisposalState.REFUSED
    row.save()
    record_event(
        actor=actor, action=f"pawn.disposal_{row.state}", subject=pawn, price=row.price_minor
    )
    return row


def _require_decides(actor: User, pawn: Pawn, row: PawnDisposal) -> None:
    if row.way == DisposalWay.AGREED:
        require(actor, "borrow", pawn)
        return
    require(actor, "work_for_lender", pawn)
    if actor.pk == row.proposed_by_id:
        raise NotAllowed(_("变卖要由两个人办理。"), code="four_eyes", rule=citations.TWO_PERSONS)


def _dispose(pawn: Pawn, row: PawnDisposal, actor: User) -> None:
    tickets = tickets_of(pawn)
    found = shared_out(pawn, row)
    paid = {part: found.shared.paid.get(step.value, 0) for step, part in _STEPS.items()}
    if found.own_account:
        paid = {part: pawn.owed(part) for part in paid}
    books = PawnBooks(pawn)
    books.lock()
    missing = found.shared.surplus - books.at_hand()
    if found.shared.surplus and missing > 0:
        raise NotFunded(missing=missing)
    surplus = found.shared.surplus
    extra = (Leg(books.funds, books.pawner, surplus, memo="pawn.surplus"),) if surplus else ()
    book_pawn(
        pawn, books, actor=actor, kind="pawn.disposed", charged={}, paid=paid, payer=books.funds,
        extra=extra,
    )  # fmt: skip
    if surplus:
        ask_payout(
            actor=actor, party=pawn.pawner, currency=pawn.currency, amount_minor=surplus,
            from_account=books.pawner, gateway=BANK, key=f"pawn:{pawn.pk}:surplus", subject=pawn,
        )  # fmt: skip
    _end_ticket(pawn, running(tickets))
    assert pawn.encumbrance_id is not None  # noqa: S101 - a constraint
    encumbrances.release_for_module(
        actor=actor, encumbrance_id=pawn.encumbrance_id, reason=str(_("绝当物已经处置"))
    )
    row.state, row.is_own_account = DisposalState.DONE, found.own_account
    row.surplus_minor, row.deficiency_minor = surplus, found.shared.deficiency
    row.statement = plain(_statement(pawn, row, found, paid))
    row.digest = digest_of(row.statement)
    pawn.out_at = pawn.ended_at = row.decided_at
    move_pawn(pawn, PawnState.DISPOSED, actor=actor, fields=("out_at", "ended_at"))


def shared_out(pawn: Pawn, row: PawnDisposal) -> DeadPawn:
    """What the price of a disposal pays, by the rule of the day on which the pawn was dead."""
    claims = {step.value: pawn.owed(part) for step, part in _STEPS.items()}
    return dead_pawn(
        "2005" if pawn.dead_rule == "2005" else "2020",
        price=row.price_minor, order=rulebook.get(rule_values.WATERFALL),
        claims=claims | {WaterfallStep.COSTS.value: row.costs_minor},
        appraised=pawn.appraised_minor,
        own_account_below=rule_values.own_account_below(on=pawn.dead_on),
    )  # fmt: skip


def _end_ticket(pawn: Pawn, live: PawnTicket | None) -> None:
    """The dead ticket keeps what it cost; it stays the last one of its pawn."""
    if live is None or live.redeem_until is None:
        raise WrongState()
    now = charges_of(live, pawn.principal_minor, on=live.redeem_until)
    live.fee_minor, live.interest_minor = now.fee, now.interest
    live.save(update_fields=["fee_minor", "interest_minor"])
    assert live.state == TicketState.DEAD  # noqa: S101 - its pawn was


def _statement(
    pawn: Pawn, row: PawnDisposal, found: DeadPawn, paid: dict[str, int]
) -> dict[str, Any]:
    """What is told to the pawner: the price, what it paid, what goes back or stays owed."""
    return {
        "pawn": pawn.pk, "dead_on": pawn.dead_on, "rule": pawn.dead_rule, "way": row.way,
        "price": row.price_minor, "costs": row.costs_minor, "buyer": row.buyer,
        "paid": paid, "own_account": found.own_account, "surplus": found.shared.surplus,
        "deficiency": found.shared.deficiency, "currency": pawn.currency,
    }  # fmt: skip
