"""The money of a pawn: paid out, redeemed, renewed, a deficiency paid; the night makes it dead.

A payment counts for the day on which its money came, also when the books learn of it later. What it
cannot do any more, and what is left of it, goes back to where it came from. Rules §2.
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import SHANGHAI, db_now, db_today
from artmarket.core.errors import Invalid, Text, WrongState
from artmarket.core.events import record_event
from artmarket.ledger.gateways import BANK
from artmarket.ledger.models import Payment
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.outgoing import ask_payout, ask_refund
from artmarket.ledger.services.payments import ask_payment
from catalog.locks import lock_work

from .. import citations, rule_values
from .. import pawn_citations as rules
from ..engine.allocation import allocate
from ..engine.pawn import latest_maturity
from ..locks import lock_lender
from ..models import Pawn, PawnOrder, PawnTicket
from ..models.pawn import PAWN_PAID, PAWN_PARTS
from ..pawn_enums import (
    DisposalState,
    OrderKind,
    OrderState,
    PawnState,
    TicketState,
)
from ..pawn_standing import charges_of, charges_to_renew, last_day, owed_on, running
from ..refusals import NotFunded, refuse_works
from ..selectors.assessing import gates_of_pawn
from .ground import require, require_licensed
from .pawn_ground import (
    PawnBooks,
    book_pawn,
    is_held,
    locked,
    losses_of,
    move_pawn,
    require_not_held,
    still_to_charge,
    tickets_of,
)
from .pawn_tickets import require_limits

PURPOSE = "pawn"


# ------------------------------------------------------------------ out


@transaction.atomic(durable=True)
def pay_out(*, actor: User, pawn_id: int) -> Pawn:
    """Pay exactly the principal to the pawner; the ticket begins today.

    Raises `NotAllowed`, `NotLicensed`, `WrongState` (the thing is not in), `Held`, `NotEligible`,
    `AboveLimit`, `NotFunded`.
    """
    pawn = _with_work(pawn_id)
    require(actor, "run_lender", pawn)
    require_licensed(pawn.lender)
    require_not_held(pawn)
    if pawn.state != PawnState.HELD:
        raise WrongState(_("当物还没有入库，或者已经放款。"), rule=citations.DELIVERY)
    on = db_today()
    checks = gates_of_pawn(
        pawn.work, pawner=pawn.pawner, lender=pawn.lender, on=on, own_pledge=True
    )
    refuse_works([(pawn.work_id, pawn.work.display_title, checks)])
    require_limits(
        pawn.lender, pawn.pawner, pawn.principal_minor, on=on,
        contribution=pawn.contribution_minor, without=pawn.pk,
    )  # fmt: skip
    ticket = tickets_of(pawn)[0]
    _begin(ticket, on)
    books = PawnBooks(pawn)
    books.lock()
    missing = pawn.principal_minor - books.at_hand()
    if missing > 0:
        raise NotFunded(missing=missing)
    book_pawn(
        pawn, books, actor=actor, kind="pawn.disbursed",
        charged={"principal": pawn.principal_minor}, paid={},
    )  # fmt: skip
    ask_payout(
        actor=actor, party=pawn.pawner, currency=pawn.currency, amount_minor=pawn.principal_minor,
        from_account=books.pawner, gateway=BANK, key=f"pawn:{pawn.pk}:out", subject=pawn,
    )  # fmt: skip
    move_pawn(pawn, PawnState.ACTIVE, actor=actor)
    return pawn


def _begin(ticket: PawnTicket, start: date) -> None:
    """A signed ticket runs from a day; the last day to redeem follows."""
    if ticket.state != TicketState.SIGNED:
        raise WrongState(_("当票还没有签完。"), rule=rules.TICKET)
    ticket.state, ticket.started_on = TicketState.LIVE, start
    ticket.matures_on = latest_maturity(start, ticket.months)
    ticket.redeem_until = last_day(ticket.matures_on)
    ticket.save(update_fields=["state", "started_on", "matures_on", "redeem_until"])


# ------------------------------------------------------------------ asked


@transaction.atomic(durable=True)
def ask_to_pay(
    *, actor: User, pawn_id: int, kind: str, gateway: str, key: str, pay_by: date | None = None,
    amount_minor: int | None = None,
) -> Payment:  # fmt: skip
    """The pawner wants to redeem, to renew by the ticket both signed, or to pay a deficiency.

    The amount is that of `pay_by` (today); money that comes earlier pays less. `amount_minor` is
    of a deficiency only. `key` makes it once. Raises `NotAllowed`, `WrongState`, `Held`, `Invalid`,
    `GatewayNotOffered`.
    """
    pawn = locked(pawn_id)
    require(actor, "borrow", pawn)
    name = f"pawn:{pawn.pk}:in:{key}"
    standing = Payment.objects.filter(idempotency_key=name).first()
    if standing is not None:
        return standing
    require_not_held(pawn)
    today = db_today()
    day = pay_by or today
    if day < today:
        raise Invalid(fields={"pay_by": _("不能早于今天。")})
    order = _order(pawn, kind, day, amount_minor, actor)
    record_event(
        actor=actor, action="pawn.pay_asked", subject=pawn, kind=kind, amount=order.amount_minor
    )
    return ask_payment(
        actor=actor, party=pawn.pawner, purpose=PURPOSE, subject=order, currency=pawn.currency,
        amount_minor=order.amount_minor, gateway=gateway, key=name,
        credit_account=PawnBooks(pawn).pawner,
    )  # fmt: skip


def _order(
    pawn: Pawn, kind: str, day: date, amount: int | None, actor: User
) -> PawnOrder:  # fmt: skip
    tickets = tickets_of(pawn)
    live = running(tickets)
    if kind not in OrderKind.values:
        raise Invalid(fields={"kind": _("请从列表中选择。")})
    successor = None
    if kind == OrderKind.CLAIM:
        live = tickets[-1]
        if pawn.state != PawnState.DISPOSED or not pawn.owed_minor:
            raise WrongState(_("没有要清偿的不足部分。"), rule=rules.DEAD_RULE)
        owed = pawn.owed_minor if amount is None else amount
        if not 0 < owed <= pawn.owed_minor:
            raise Invalid(fields={"amount": _("金额要大于零，并且不超过所欠的。")})
    else:
        if live is None:
            raise WrongState(_("这笔典当现在不能赎当或续当。"), rule=rules.GRACE)
        problem = _why_late(pawn, live, kind, day)
        if problem is not None:
            raise WrongState(problem, rule=rules.GRACE)
        if kind == OrderKind.RENEW:
            successor = _successor(tickets)
            owed = charges_to_renew(pawn, tickets, losses_of(pawn)).total
        else:
            owed = owed_on(pawn, tickets, losses_of(pawn), on=day).total
    if owed <= 0:
        raise WrongState(_("没有要付的费用。"))
    return PawnOrder.objects.create(
        pawn=pawn, ticket=live, kind=kind, successor=successor, pay_by=day, amount_minor=owed,
        asked_by=actor,
    )  # fmt: skip


def _successor(tickets: list[PawnTicket]) -> PawnTicket:
    row = next((one for one in tickets if one.state == TicketState.SIGNED), None)
    if row is None:
        raise WrongState(_("续当的当票双方还没有签完。"), rule=rules.RENEWAL)
    return row


def _why_late(pawn: Pawn, live: PawnTicket, kind: str, day: date) -> Text | None:
    """Why money of a day neither redeems nor renews, if it does not."""
    assert live.redeem_until is not None  # noqa: S101 - it runs
    if day <= live.redeem_until:
        return None
    if kind == OrderKind.REDEEM and pawn.late_until is not None and day <= pawn.late_until:
        return None
    return _("已经超过赎当和续当的期限。")


# ------------------------------------------------------------------ taken in


def take_in(payment: Payment) -> None:
    """Do what a payment of a pawn was for, once all of it came; repeated it does nothing.

    Called by the books for every change of a payment.
    """
    if payment.received_minor:
        _take_in(order_id=int(payment.subject_id), payment_id=payment.pk)


@transaction.atomic(durable=True)
def _take_in(*, order_id: int, payment_id: int) -> None:
    pawn_id = PawnOrder.objects.values_list("pawn", flat=True).get(pk=order_id)
    pawn = _with_work(pawn_id)
    payment = lock_payment(pk=payment_id)
    order = PawnOrder.objects.select_related("ticket", "successor__terms").get(pk=order_id)
    is_whole = payment.received_minor >= order.amount_minor
    if order.state != OrderState.OPEN or not is_whole or is_held(pawn):
        return
    books = PawnBooks(pawn)
    books.lock(payment.gateway)
    order.value_on = _value_day(payment)
    tickets = tickets_of(pawn)
    problem = _why_not(pawn, tickets, order)
    if problem is None:
        used = _DO[OrderKind(order.kind)](pawn, tickets, books, order)
        order.state = OrderState.DONE
    else:
        used, order.state, order.why = 0, OrderState.RETURNED, str(problem)[:300]
    order.save(update_fields=["state", "why", "value_on"])
    record_event(
        actor=None, action=f"pawn.order_{order.state}", subject=pawn, kind=order.kind,
        order=order.pk, used=used,
    )  # fmt: skip
    spare = payment.received_minor - used
    if spare > 0:
        ask_refund(
            actor=None, payment_id=payment.pk, amount_minor=spare, from_account=books.pawner,
            key=f"pawn:{pawn.pk}:back:{order.pk}", reason=order.why or order.ticket.number,
        )  # fmt: skip


def _value_day(payment: Payment) -> date:
    """The day on which the last of the money came."""
    today = db_today()
    last = payment.receipts.order_by("-received_on").values_list("received_on", flat=True).first()
    return min(last or today, today)


def _why_not(pawn: Pawn, tickets: list[PawnTicket], order: PawnOrder) -> Text | None:
    """Why an order can't be done any more, if so."""
    assert order.value_on is not None  # noqa: S101 - set before
    if order.kind == OrderKind.CLAIM:
        is_owed = pawn.state == PawnState.DISPOSED and pawn.owed_minor > 0
        return None if is_owed else _("没有要清偿的不足部分。")
    live = running(tickets)
    if live is None or live.pk != order.ticket_id:
        return _("当票已经赎当、续当或处置。")
    late = _why_late(pawn, live, order.kind, order.value_on)
    if late is not None:
        return late
    if order.kind == OrderKind.RENEW:
        successor = order.successor
        is_signed = successor is not None and successor.state == TicketState.SIGNED
        if not is_signed:
            return _("续当的当票已经取消。")
        owed = charges_to_renew(pawn, tickets, losses_of(pawn)).total
    else:
        owed = owed_on(pawn, tickets, losses_of(pawn), on=order.value_on).total
    return _("款到时应付的金额已经更多。") if owed > order.amount_minor else None


def _redeem(
    pawn: Pawn, tickets: list[PawnTicket], books: PawnBooks, order: PawnOrder
) -> int:  # fmt: skip
    """Everything is paid: the thing may be fetched."""
    assert order.value_on is not None  # noqa: S101 - set before
    used = _settle(pawn, tickets, books, order, TicketState.REDEEMED, on=order.value_on)
    for row in tickets:
        if row.state in (TicketState.DRAWN, TicketState.SIGNED):
            _cancel(row)
    move_pawn(pawn, PawnState.RETURNING, actor=None)
    return used


def _renew(
    pawn: Pawn, tickets: list[PawnTicket], books: PawnBooks, order: PawnOrder
) -> int:  # fmt: skip
    """Earlier charges are paid: the old ticket ends, the new one runs from the old maturity."""
    live, successor = running(tickets), order.successor
    assert live is not None and live.matures_on is not None and successor is not None  # noqa: S101
    used = _settle(pawn, tickets, books, order, TicketState.RENEWED, on=live.matures_on)
    _begin(successor, live.matures_on)
    if pawn.state == PawnState.DEAD:
        pawn.dead_on, pawn.dead_rule = None, ""
        move_pawn(pawn, PawnState.ACTIVE, actor=None, fields=("dead_on", "dead_rule"))
    return used


def _settle(
    pawn: Pawn, tickets: list[PawnTicket], books: PawnBooks, order: PawnOrder, to: TicketState,
    *, on: date,
) -> int:  # fmt: skip
    """Post the charges up to a day and their payment, end the running ticket; what was used.

    A disposal that was only proposed falls away: the money came in time.
    """
    pawn.disposals.filter(state=DisposalState.PROPOSED).update(state=DisposalState.REFUSED)
    live = running(tickets)
    assert live is not None  # noqa: S101 - asked before
    charged = still_to_charge(pawn, tickets, on=on)
    owed = owed_on(pawn, tickets, losses_of(pawn), on=on)
    is_redeemed = to == TicketState.REDEEMED
    paid = {
        "principal": owed.principal if is_redeemed else 0, "interest": owed.interest,
        "cost": owed.cost,
    }  # fmt: skip
    kind = "pawn.redeemed" if is_redeemed else "pawn.renewed"
    book_pawn(pawn, books, actor=None, kind=kind, charged=charged, paid=paid)
    now = charges_of(live, pawn.principal_minor, on=on)
    live.state, live.fee_minor, live.interest_minor = to, now.fee, now.interest
    live.save(update_fields=["state", "fee_minor", "interest_minor"])
    return sum(paid.values())


def _claim(
    pawn: Pawn, tickets: list[PawnTicket], books: PawnBooks, order: PawnOrder
) -> int:  # fmt: skip
    """A deficiency is paid: costs, interest, principal."""
    owed = {part: pawn.owed(part) for part in PAWN_PARTS}
    shared = allocate(min(order.amount_minor, sum(owed.values())), _order_of_parts(), owed)
    book_pawn(pawn, books, actor=None, kind="pawn.claim_paid", charged={}, paid=dict(shared.paid))
    return sum(shared.paid.values())


def _order_of_parts() -> tuple[str, ...]:
    order = rule_values.allocation_order()
    return tuple(part for part in order if part in PAWN_PAID)


_DO = {OrderKind.REDEEM: _redeem, OrderKind.RENEW: _renew, OrderKind.CLAIM: _claim}


def _cancel(ticket: PawnTicket) -> None:
    ticket.state = TicketState.CANCELLED
    ticket.save(update_fields=["state"])


# ------------------------------------------------------------------ dead


def declare_dead(*, most: int = 200_000) -> int:
    """Every night: pawns whose last day is over are dead; how many. Safe to call again."""
    today, done = db_today(), 0
    rows = PawnTicket.objects.filter(
        state=TicketState.LIVE, redeem_until__lt=today, pawn__state=PawnState.ACTIVE
    )
    keys = list(rows.order_by("pk").values_list("pawn", flat=True)[:most])
    for pawn_id in keys:
        done += _declare_dead(pawn_id=pawn_id, on=today)
    return done


@transaction.atomic(durable=True)
def _declare_dead(*, pawn_id: int, on: date) -> int:
    pawn = locked(pawn_id)
    tickets = tickets_of(pawn)
    live = running(tickets)
    if pawn.state != PawnState.ACTIVE or live is None or live.redeem_until is None:
        return 0
    if is_held(pawn) or not _is_over(live, on):
        return 0
    books = PawnBooks(pawn)
    books.lock()
    book_pawn(
        pawn, books, actor=None, kind="pawn.dead", paid={},
        charged=still_to_charge(pawn, tickets, on=live.redeem_until),
    )  # fmt: skip
    live.state = TicketState.DEAD
    live.save(update_fields=["state"])
    pawn.dead_on = live.redeem_until + timedelta(days=1)
    pawn.dead_rule = rule_values.dead_rule(on=pawn.dead_on)
    move_pawn(pawn, PawnState.DEAD, actor=None, fields=("dead_on", "dead_rule"))
    return 1


def _is_over(live: PawnTicket, on: date) -> bool:
    """Whether the last day is past; holidays announced since the ticket began make it later."""
    assert live.matures_on is not None and live.redeem_until is not None  # noqa: S101 - it runs
    last = last_day(live.matures_on)
    if last > live.redeem_until:
        live.redeem_until = last
        live.save(update_fields=["redeem_until"])
    return on > live.redeem_until


@transaction.atomic(durable=True)
def agree_late(*, actor: User, pawn_id: int, until: date) -> Pawn:
    """The pawnshop agrees that a dead pawn is still redeemed until a day, for what is owed.

    Raises `NotAllowed`, `WrongState` (not dead, being disposed of), `Held`, `Invalid`.
    """
    pawn = locked(pawn_id)
    require(actor, "run_lender", pawn)
    require_not_held(pawn)
    if pawn.disposals.filter(state=DisposalState.PROPOSED).exists():
        raise WrongState(_("绝当物正在处置。"), rule=rules.REDEEM_AFTER_DEAD)
    is_allowed = rulebook.get(rules.REDEEM_AFTER_DEAD)
    if pawn.state != PawnState.DEAD or not is_allowed:
        raise WrongState(_("只有还没有处置的绝当物才能商定赎回。"), rule=rules.REDEEM_AFTER_DEAD)
    if until < db_now().astimezone(SHANGHAI).date():
        raise Invalid(fields={"until": _("不能早于今天。")})
    pawn.late_until = until
    pawn.save(update_fields=["late_until"])
    record_event(actor=actor, action="pawn.late_agreed", subject=pawn, until=until.isoformat())
    return pawn


def _with_work(pawn_id: int) -> Pawn:
    """A pawn under the locks of its pawnshop, its work and its own."""
    keys = Pawn.objects.filter(pk=pawn_id).values_list("lender", "work").first()
    if keys is None:
        raise WrongState()
    lock_lender(pk=keys[0])
    work = lock_work(pk=keys[1])
    pawn = locked(pawn_id)
    pawn.work = work
    return pawn
