"""The release: what is held is shared out, title moves to the buyer, the work's lock ends.

All in one transaction, once. Payouts are asked for in it and sent after it. Auction rules §12.
"""

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import WrongState
from artmarket.ledger.enums import Purpose
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Account, Payout
from artmarket.ledger.payments.enums import OutgoingState
from artmarket.ledger.services.disputes import standing_disputes
from artmarket.ledger.services.outgoing import ask_payout, in_transit
from artmarket.ledger.services.payout_ways import ways_for
from artmarket.ledger.services.posting import Leg, post
from catalog.enums import TitleBasis
from catalog.services import encumbrances, title

from ... import citations
from ...engine import settlement as engine
from ...models import InvoiceReceipt, Lot, ResaleRight, Settlement
from ...settlement_enums import SHARED_OUT, SettlementState, StepKind
from .. import realisations
from ..aftermath import is_held
from ..consignments import complete_consignment, require_owner
from .ground import (
    by_the_rules,
    escrow_of,
    house_of,
    lock_settlement,
    nobodys,
    payable,
    require,
    require_undisputed,
    shares_of,
    stood_of,
    write,
)
from .resale import account_of, begin_right, pay_on

# Payouts that arrived, and those that failed and were sent again.
_OVER = Q(state=OutgoingState.DONE) | Q(state=OutgoingState.FAILED, replaced_by__isnull=False)


@transaction.atomic(durable=True)
def release_settlement(*, actor: User | None, settlement_id: int) -> Settlement:
    """Share out what is held for an accepted lot; repeated, it changes nothing.

    `actor` None: the duty. Raises `NotAllowed`, `WrongState` (not accepted, a claim is open, a bank
    disputes the payment, the work is not the seller's any more or not locked for the lot),
    `Encumbered`, `PeriodClosed`.
    """
    row, lot = lock_settlement(settlement_id, with_parties=True)
    if actor is not None:
        require(actor, "auctions.settle_lot", lot)
    if row.state in SHARED_OUT:
        return row
    require_undisputed(row)
    with by_the_rules(citations.INSPECTION_DAYS):
        stood = engine.release(stood_of(row))
        shares = shares_of(row)
    now = db_now()
    row.title_event, row.released_at = _move_title(row, lot, actor), now
    write(
        row, stood, StepKind.RELEASED, actor=actor, at=now,
        fields=("title_event", "released_at"), seller=shares.seller, house=shares.house,
        platform=shares.platform, tax=shares.tax, artist=shares.artist,
    )  # fmt: skip
    right = begin_right(row, lot, shares.artist, at=now)
    _share_out(row, shares, right, actor)
    return row


def _move_title(row: Settlement, lot: Lot, actor: User | None) -> title.TitleEvent:
    """The buyer becomes the owner; the lock and the consignment end."""
    if not is_held(lot) or lot.encumbrance is None:
        raise WrongState(_("这件作品已经不在这次成交的限制之下，请先查明权属。"))
    require_owner(lot.work, row.seller)
    event = title.transfer_for_module(
        recorded_by=row.invoice.issued_by, checked_by=row.accepted_by, work_id=lot.work_id,
        encumbrance_id=lot.encumbrance.pk, basis=TitleBasis.AUCTION,
        shares=[title.Share(row.invoice.buyer)], documents=f"{row.invoice.number} / {lot.number}",
    )  # fmt: skip
    encumbrances.release_for_module(
        actor=actor, encumbrance_id=lot.encumbrance.pk, reason=f"settlement {row.pk}"
    )
    complete_consignment(lot.consignment_id, reason=f"settlement {row.pk}")
    return event


def _share_out(
    row: Settlement, shares: engine.Shares, right: ResaleRight | None, actor: User | None
) -> None:
    """Post the parts in one entry, then ask for the payouts.

    All goes to the house, which deals in its own name (行纪), and on from it: the buyer reads
    one sum on his account, and never what the seller pays the house. A resale right whose holder
    nobody knows waits in suspense. Whoever sells by a power over the work is paid first, out of
    the seller's part; the seller gets what is left.
    """
    claim = realisations.claim_on(row, row.lot, shares.seller)
    left = shares.seller if claim is None else claim.left
    escrow, house = escrow_of(row), payable(row, house_of(row))
    parts: list[tuple[Account, int, str]] = [
        (payable(row, row.seller), shares.seller, "seller"),
        (house, shares.house, "house"),
        (account_of(row, right), shares.artist, "artist"),
        (nobodys(row, Purpose.REVENUE), shares.platform, "platform"),
        (nobodys(row, Purpose.TAX), shares.tax, "tax"),
    ]
    going = [(parts[0][0], left, "seller"), *parts[1:3]]
    out = [part for part in going if part[1] and part[0].party is not None]
    ways = ways_for([(part.party, sum_) for part, sum_, _memo in out if part.party], row.currency)
    leaving = {in_transit(way, row.currency).pk for way in ways}
    if claim is not None:
        leaving |= {account.pk for account in claim.accounts}
    lock_accounts(pks={escrow.pk, *leaving, *(part.pk for part, _amount, _memo in parts)})
    post(
        actor=actor, key=f"settlement:{row.pk}:release", kind="settlement.release",
        legs=[
            Leg(debit=escrow, credit=house, amount_minor=sum(part[1] for part in parts)),
            *(
                Leg(debit=house, credit=part, amount_minor=amount, memo=memo)
                for part, amount, memo in parts
                if amount and part.pk != house.pk
            ),
        ],
        subject=row, memo=row.invoice.number,
    )  # fmt: skip
    if claim is not None:
        claim.pay(actor=actor)
    for (part, amount, memo), way in zip(out, ways, strict=True):
        assert part.party is not None  # noqa: S101 - `out` has only these
        if memo == "artist" and right is not None:
            pay_on(right, actor=actor, account=part, gateway=way)
        else:
            ask_payout(
                actor=actor, party=part.party, currency=row.currency, amount_minor=amount,
                from_account=part, gateway=way, key=f"settlement:{row.pk}:{memo}", subject=row,
            )  # fmt: skip


def due_releases(limit: int = 500) -> list[int]:
    """Accepted lots whose money is still held, and no bank disputes."""
    disputed = InvoiceReceipt.objects.filter(
        settlement=OuterRef("pk"), payment__in=standing_disputes().values("payment")
    )
    rows = Settlement.objects.filter(state=SettlementState.ACCEPTED).exclude(Exists(disputed))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def due_closings(limit: int = 500) -> list[int]:
    """Released lots of which every payout arrived."""
    own = Payout.objects.filter(
        subject_kind=Settlement._meta.label_lower,
        subject_id=Cast(OuterRef("pk"), CharField(max_length=40)),
    )
    rows = Settlement.objects.filter(state=SettlementState.RELEASED)
    rows = rows.exclude(Exists(own.exclude(_OVER)))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def close_settlement(*, settlement_id: int) -> bool:
    """Everybody was paid out; False where not. Safe to call again."""
    row, _lot = lock_settlement(settlement_id)
    own = Payout.objects.filter(
        subject_kind=Settlement._meta.label_lower, subject_id=str(row.pk)
    ).exclude(_OVER)
    if row.state != SettlementState.RELEASED or own.exists():
        return False
    write(row, engine.close(stood_of(row)), StepKind.CLOSED, actor=None, at=db_now())
    return True
