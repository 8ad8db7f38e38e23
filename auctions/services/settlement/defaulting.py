"""A buyer in default: what he paid waits for the claim, pays it, and the rest goes back to him.

拍卖法 39: both first commissions, and the shortfall of the resale. Auction rules §11.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import WrongState
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.services.outgoing import ask_payout, in_transit
from artmarket.ledger.services.payout_ways import WAYS, ways_for
from artmarket.ledger.services.posting import Leg, post

from ... import citations
from ...engine import settlement as engine
from ...engine.claims import claim
from ...engine.instalments import Part, next_part
from ...enums import SOLD_LOTS, LotState
from ...models import BuyerDefault, Lot, Settlement
from ...settlement_enums import SettlementState, StepKind
from ..aftermath import is_held
from .ground import (
    by_the_rules,
    escrow_of,
    house_of,
    live_settlement,
    lock_settlement,
    payable,
    require,
    stood_of,
    write,
)
from .money import from_escrow, lock_payments, send_back


def due_day(lot: Lot, day: date) -> date:
    """The last day of the payment that is due next: of the invoice, or of its next instalment;
    `day` where there is no invoice."""
    row = live_settlement(lot)
    if row is None:
        return day
    parts = [Part(p.amount_minor, p.due_on) for p in row.instalments.order_by("number")]
    if not parts:
        return max(row.invoice.due_on, day)
    missing = next_part(parts, row.paid_minor)
    return missing.due_on if missing else parts[-1].due_on


def end_by_default(lot: Lot, *, actor: User, at: datetime) -> Settlement | None:
    """The settlement of a locked lot ends with its contract, in the caller's transaction.

    Raises `WrongState` (it is paid).
    """
    row = live_settlement(lot)
    if row is None:
        return None
    with by_the_rules(citations.DEFAULT_CLAIM):
        stood = engine.default(stood_of(row))
    write(row, stood, StepKind.DEFAULTED, actor=actor, at=at, held=stood.held)
    return row


@transaction.atomic(durable=True)
def settle_default(*, actor: User, settlement_id: int) -> Settlement:
    """What a defaulter had paid goes to his claim, house before seller; the rest goes back to him.

    Only once it is known what he owes: the work was sold again, or given back unsold. Repeated, it
    changes nothing. Raises `NotAllowed`, `WrongState`.
    """
    row, lot = lock_settlement(settlement_id)
    require(actor, "auctions.settle_lot", lot)
    if row.state != SettlementState.DEFAULTED:
        raise WrongState(_("只有违约解除的账单才有违约款项要结算。"), rule=citations.DEFAULT_CLAIM)
    if not row.held_minor:
        return row
    if lot.state == LotState.DEFAULTED and is_held(lot):
        raise WrongState(
            _("作品还没有再次成交，也没有退还，差额还不知道。"), rule=citations.DEFAULT_CLAIM
        )
    broken = _default_of(row, lot)
    owed = claim(
        hammer=broken.hammer_minor, buyer_commission=broken.buyer_commission_minor,
        seller_commission=broken.seller_commission_minor, resold_at=resold_at(lot),
    )  # fmt: skip
    before = stood_of(row)
    with by_the_rules(citations.DEFAULT_CLAIM):
        stood, kept = engine.settle_default(before, owed.total)
        parts = engine.share_forfeit(
            kept, buyer_commission=owed.buyer_commission,
            seller_commission=owed.seller_commission, shortfall=owed.shortfall or 0,
        )  # fmt: skip
    back = before.held - kept
    write(
        row, stood, StepKind.FORFEITED, actor=actor, at=db_now(), house=parts.house,
        seller=parts.seller, back=back,
    )  # fmt: skip
    _pay(row, parts, back, skip=before.refunded, actor=actor)
    return row


def _default_of(row: Settlement, lot: Lot) -> BuyerDefault:
    """The default that ended this settlement."""
    return BuyerDefault.objects.filter(lot=lot, paddle=row.invoice.paddle_id).order_by("-pk")[0]


def resold_at(lot: Lot) -> int | None:
    """At what price the work was sold again for its consignor, in this lot or a later one."""
    if lot.state in SOLD_LOTS:
        return lot.hammer_minor
    later = Lot.objects.filter(
        work=lot.work_id, consignor=lot.consignor_id, pk__gt=lot.pk, state__in=SOLD_LOTS,
        sale__currency=lot.sale.currency,
    )  # fmt: skip
    return later.order_by("closed_at").values_list("hammer_minor", flat=True).first()


def _pay(row: Settlement, parts: engine.Forfeit, back: int, *, skip: int, actor: User) -> None:
    """Post what is kept and pay it out; send the rest back."""
    escrow, buyer = escrow_of(row), payable(row, row.invoice.buyer)
    named = (
        ("house", payable(row, house_of(row)), parts.house),
        ("seller", payable(row, row.seller), parts.seller),
    )
    if back:
        lock_payments(row)
    out = [(account.party, sum_) for _name, account, sum_ in named if sum_ and account.party]
    ways = iter(ways_for(out, row.currency))
    lock_accounts(
        pks={
            escrow.pk, buyer.pk, *(in_transit(way, row.currency).pk for way in WAYS),
            *(account.pk for _name, account, _sum in named),
        }
    )  # fmt: skip
    legs = [
        Leg(debit=escrow, credit=account, amount_minor=amount, memo=name)
        for name, account, amount in named
        if amount
    ]
    if legs:
        post(
            actor=actor, key=f"settlement:{row.pk}:forfeit", kind="settlement.forfeit", legs=legs,
            subject=row, memo=row.invoice.number,
        )  # fmt: skip
    if back:
        send_back(
            row, back, skip=skip, actor=actor, legs=from_escrow(row, back), why=row.invoice.number
        )
    for name, account, amount in named:
        if amount:
            assert account.party is not None  # noqa: S101 - a payable is somebody's
            ask_payout(
                actor=actor, party=account.party, currency=row.currency, amount_minor=amount,
                from_account=account, gateway=next(ways),
                key=f"settlement:{row.pk}:forfeit:{name}", subject=row,
            )  # fmt: skip
