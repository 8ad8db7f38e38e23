"""A buyer's deposit: part of the price where the sale's rule says so, forfeited after a default.

Never because its bidder was barred or suspended: only a default that stands on record costs
anything. 拍卖法 39; 法释〔2016〕18号 24; auction rules §8, §11.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import Party, User
from artmarket.accounts.services.parties import party_of_organisation
from artmarket.core.clock import db_now
from artmarket.core.errors import NotAllowed, WrongState
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.gateways import BANK
from artmarket.ledger.models import Payment
from artmarket.ledger.services.outgoing import ask_payout, in_transit
from artmarket.ledger.services.posting import Leg, post
from catalog.locks import lock_works

from .. import citations, rule_books
from ..engine.claims import claim
from ..engine.deposits import Forfeit, Kept, keep
from ..enums import LotState, MovementKind
from ..locks import lock_lots
from ..models import BuyerDefault, Deposit, Lot, Paddle, Sale, Settlement, SettlementStep
from ..settlement_enums import TAKES_MONEY, StepKind
from . import deposit_money as money
from .aftermath import is_held
from .deposits import OVER, release_rest
from .settlement.defaulting import resold_at
from .settlement.money import take

_ENOUGH: Final = 500


# ------------------------------------------------------------------ part of the price


def counts(sale: Sale) -> bool:
    """Whether a buyer's deposit counts against the price: by the sale's rule, else ours."""
    own = rule_books.deposit_of(sale).counts
    return bool(rulebook.get(citations.DEPOSIT_COUNTS) if own is None else own)


def due_for_applying(limit: int = _ENOUGH) -> list[int]:
    """Deposits in hand of buyers who have an invoice that is not paid."""
    gone = F("released_minor") + F("applied_minor") + F("kept_minor")
    unpaid = Settlement.objects.live().filter(
        state__in=TAKES_MONEY, paid_minor__lt=F("total_minor")
    )
    rows = Deposit.objects.filter(
        received_minor__gt=gone, paddle__sale__state__in=OVER,
        paddle__in=unpaid.values("invoice__paddle"),
    ).select_related("paddle__sale")  # fmt: skip
    return [row.pk for row in rows.order_by("pk")[:limit] if counts(row.paddle.sale)]


@transaction.atomic(durable=True)
def apply_deposit(*, deposit_id: int) -> bool:
    """Put a deposit into the prices of its buyer's lots, in their order; False where none is due.

    What is over stays a deposit, and goes back once he has paid all.
    """
    paddle_id = Deposit.objects.filter(pk=deposit_id).values_list("paddle", flat=True).first()
    known = Settlement.objects.live().filter(invoice__paddle=paddle_id)
    lots = list(known.values_list("lot", "lot__work"))
    lock_works(pks=sorted({work for _lot, work in lots}))
    paddle, deposit = money.fresh(deposit_id)
    locked = {lot.pk: lot for lot in lock_lots(pks=sorted({lot for lot, _work in lots}))}
    if paddle is None or deposit is None or not counts(paddle.sale):
        return False
    now, done = db_now(), False
    rows = list(known.select_related("invoice__buyer").order_by("lot__number"))
    for payment, amount in money.in_hand(deposit):
        if payment is not None:
            taken = _into_prices(rows, locked, payment, amount, now)
            done = done or bool(taken)
            _book_applied(deposit, payment, taken)
    return done


def _into_prices(
    rows: Sequence[Settlement], lots: dict[int, Lot], payment: Payment, left: int, now: datetime
) -> int:
    whole = left
    for row in rows:
        if row.lot_id in lots:
            left -= take(row, lots[row.lot_id], payment, left, now)
    return whole - left


def _book_applied(deposit: Deposit, payment: Payment, taken: int) -> None:
    if not taken:
        return
    number = deposit.movements.filter(kind=MovementKind.APPLIED).count() + 1
    key = f"deposit:{deposit.pk}:applied:{number}"
    escrow = account(
        purpose=Purpose.ESCROW, currency=deposit.currency, party=deposit.paddle.party
    )  # fmt: skip
    post(
        actor=None, key=key, kind="deposit.applied", subject=deposit,
        legs=[Leg(debit=money.account_of(deposit), credit=escrow, amount_minor=taken)],
    )  # fmt: skip
    money.move(deposit, MovementKind.APPLIED, taken, actor=None, reference=key, payment=payment)


# ------------------------------------------------------------------ forfeited


def forfeit_of(sale: Sale) -> Forfeit:
    """What a default costs of the deposit: by the sale's rule, else by the platform's."""
    own = rule_books.deposit_of(sale).forfeit
    return own or ("claim" if rulebook.get(citations.DEPOSIT_FORFEIT) else "none")


@transaction.atomic(durable=True)
def settle_deposit(*, actor: User, deposit_id: int) -> Deposit:
    """After a default: keep of the deposit what the rule says, pay house and seller, release the
    rest.

    Only once it is known what is owed: the works were sold again, or given back, and what had been
    paid of the price was settled. Repeated, it changes nothing. Raises `NotAllowed`, `WrongState`.
    """
    paddle, deposit = money.fresh(deposit_id)
    if paddle is None or deposit is None:
        raise WrongState()
    if not actor.has_perm("auctions.handle_deposit", paddle) or paddle.user_id == actor.pk:
        raise NotAllowed()
    broken = list(paddle.defaults.select_related("lot__consignor").order_by("pk"))
    if not broken:
        raise WrongState(
            _("只有违约的买受人，保证金才可能没收。"), rule=citations.DEPOSIT_FORFEIT
        )  # fmt: skip
    lots = {lot.pk: lot for lot in lock_lots(pks=sorted({row.lot_id for row in broken}))}
    _require_known(paddle, broken, lots)
    parts = [(payment, amount) for payment, amount in money.in_hand(deposit) if payment]
    if not parts:
        if deposit.frozen_minor:
            raise WrongState(_("冻结的款还没有扣到，请稍候再办。"))
        return deposit
    shares = _shares(deposit, broken, lots, sum(amount for _payment, amount in parts))
    _keep(deposit, parts, shares, actor=actor)
    release_rest(deposit, actor=actor)
    return deposit


def _require_known(paddle: Paddle, broken: list[BuyerDefault], lots: dict[int, Lot]) -> None:
    for row in broken:
        lot = lots[row.lot_id]
        if lot.state == LotState.DEFAULTED and is_held(lot):
            raise WrongState(
                _("作品还没有再次成交，也没有退还，差额还不知道。"), rule=citations.DEFAULT_CLAIM
            )
    ended = Settlement.objects.filter(invoice__paddle=paddle, state="defaulted")
    if any(row.held_minor for row in ended):
        raise WrongState(_("先结算他已付的价款，再办保证金。"), rule=citations.DEFAULT_CLAIM)
    if Lot.objects.filter(winner=paddle, state=LotState.SOLD).exists():
        raise WrongState(_("他还有没付清的拍品，保证金还不能办。"), rule=citations.DEPOSIT_FORFEIT)


def _shares(
    deposit: Deposit, broken: list[BuyerDefault], lots: dict[int, Lot], held: int
) -> list[tuple[Party, int, str]]:
    """Who gets how much of what is held, by what each default still costs."""
    way, before = forfeit_of(deposit.paddle.sale), _kept_before(deposit)
    house = party_of_organisation(deposit.paddle.sale.house)
    found: list[tuple[Party, int, str]] = []
    for number, row in enumerate(broken, start=1):
        costs, shortfall = _owed(row, lots[row.lot_id])
        costs, before = max(costs - before, 0), max(before - costs, 0)
        shortfall, before = max(shortfall - before, 0), max(before - shortfall, 0)
        is_last = number == len(broken)
        each: Kept = keep(
            "claim" if way == "whole" and not is_last else way, held, costs=costs,
            shortfall=shortfall,
        )  # fmt: skip
        held = each.back
        found += [(house, each.house, f"house:{row.pk}")]
        found += [(row.lot.consignor, each.seller, f"seller:{row.pk}")]
    return [(party, amount, name) for party, amount, name in found if amount]


def _kept_before(deposit: Deposit) -> int:
    """What other deposits of the paddle paid for its defaults."""
    return sum(row.kept_minor for row in deposit.paddle.deposits.all())


def _owed(row: BuyerDefault, lot: Lot) -> tuple[int, int]:
    """Commissions and shortfall that what he had paid of the price did not cover."""
    owed = claim(
        hammer=row.hammer_minor, buyer_commission=row.buyer_commission_minor,
        seller_commission=row.seller_commission_minor, resold_at=resold_at(lot),
    )  # fmt: skip
    steps = SettlementStep.objects.filter(
        settlement__lot=lot, settlement__invoice__paddle=row.paddle_id, kind=StepKind.FORFEITED
    )
    paid = [step.data for step in steps]
    house = sum(data.get("house", 0) for data in paid)
    seller = sum(data.get("seller", 0) for data in paid)
    return max(owed.commissions - house, 0), max((owed.shortfall or 0) - seller, 0)


def _keep(
    deposit: Deposit,
    parts: list[tuple[Payment, int]],
    shares: list[tuple[Party, int, str]],
    *,
    actor: User,
) -> None:
    """Post what is kept, pay it out, and say of which payments it was."""
    total = sum(amount for _party, amount, _name in shares)
    if not total:
        return
    key = f"deposit:{deposit.pk}:kept"
    payables = {
        party.pk: account(purpose=Purpose.PAYABLE, currency=deposit.currency, party=party)
        for party, _amount, _name in shares
    }
    own, leaving = money.account_of(deposit), in_transit(BANK, deposit.currency)
    money.lock_money(
        deposit, [payment for payment, _amount in parts], [leaving, *payables.values()]
    )  # fmt: skip
    post(
        actor=actor, key=key, kind="deposit.kept", subject=deposit,
        legs=[
            Leg(debit=own, credit=payables[party.pk], amount_minor=amount, memo=name)
            for party, amount, name in shares
        ],
    )  # fmt: skip
    for party, amount, name in shares:
        ask_payout(
            actor=actor, party=party, currency=deposit.currency, amount_minor=amount,
            from_account=payables[party.pk], gateway=BANK, key=f"{key}:{name}", subject=deposit,
        )  # fmt: skip
    for number, (payment, amount) in enumerate(parts, start=1):
        part = min(amount, total)
        total -= part
        if part:
            money.move(
                deposit, MovementKind.KEPT, part, actor=actor, reference=f"{key}/{number}",
                note=citations.DEPOSIT_FORFEIT, payment=payment,
            )  # fmt: skip
