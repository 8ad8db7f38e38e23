"""The sales' part of a person's data: what he consigned, where he registered, what he bid.

Scores of his bidding and their reviews are among the records; hashes of where his sessions came
from are kept for `auction.trace_days` and forgotten with him.

The records of a sale are kept for five years from the end of the contract of consignment (拍卖法
54); nothing of them is deleted before.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts import personal_data
from artmarket.accounts.models import User
from artmarket.accounts.personal_data import Hold
from artmarket.core.calendars import keep_until
from artmarket.core.clock import SHANGHAI, db_today
from media.permissions import register_purpose

from . import citations
from .enums import OPEN_CONSIGNMENTS, LotState, SaleState
from .models import (
    AfterSaleOffer,
    Bid,
    BuyerDefault,
    ClaimFile,
    ClaimStatement,
    Consignment,
    Deposit,
    Lot,
    Paddle,
    Power,
    Recourse,
    Relation,
    ResaleRight,
    SecondChance,
    SessionTrace,
    Settlement,
    ShillScore,
)
from .models.settlement import SettlementQuerySet
from .selectors.registration import deposits_of, powers_of
from .services.powers import PURPOSE
from .services.settlement import evidence
from .settlement_enums import SettlementState

BLOCKED_BY = "privacy.copy_and_erasure"


def announce() -> None:
    """Register the part, and who reads powers of attorney and files of claims; called once at
    start."""
    register_purpose(PURPOSE, readers=may_read_power)
    register_purpose(evidence.PURPOSE, readers=may_read_claim)
    personal_data.register("auctions", _("委托与竞买"), copy=copy, holds=holds, forget=forget)


def copy(user: User) -> Iterable[dict[str, Any]]:
    """Consignments, registrations and bids of the person, his own maxima among them."""
    for row in _consignments(user).select_related("work", "house").order_by("pk"):
        yield {
            "consignment": row.pk,
            "work": row.work.number,
            "house": row.house.name,
            "state": row.state,
            "reserve_minor": row.reserve_minor,
            "offered_at": row.offered_at,
            "ended_at": row.ended_at,
        }
    for paddle in _paddles(user).select_related("sale").order_by("pk"):
        yield {
            "sale": paddle.sale.title,
            "paddle": paddle.number,
            "state": paddle.state,
            "registered_at": paddle.registered_at,
        }
    yield from _aftermath(user)
    bids = Bid.objects.filter(actor=user).select_related("sealed").order_by("pk")
    for bid in bids.iterator(chunk_size=500):
        sealed = getattr(bid, "sealed", None)
        yield {
            "lot": bid.lot_id,
            "amount_minor": int(sealed.amount) if sealed else bid.amount_minor,
            "result": bid.result,
            "received_at": bid.received_at,
        }
    scores = ShillScore.objects.filter(paddle__user=user).select_related("paddle__sale")
    for score in scores.order_by("pk"):
        yield {
            "sale": score.paddle.sale.title,
            "paddle": score.paddle.number,
            "shill_score_permille": score.permille,
            "features": score.features,
            "at": score.at,
        }
    for trace in SessionTrace.objects.filter(user=user).order_by("pk"):
        yield {"session_hash": trace.kind, "last_at": trace.last_at}
    yield from _settlement_copy(user)
    yield from _registration_copy(user)


def forget(user: User) -> None:
    """Of what no law keeps: where the person's sessions came from."""
    SessionTrace.objects.filter(user=user).delete()


def _registration_copy(user: User) -> Iterable[dict[str, Any]]:
    for deposit in deposits_of(user):
        yield {
            "deposit": deposit.kind,
            "sale": deposit.paddle.sale.title,
            "currency": deposit.currency,
            "due_minor": deposit.due_minor,
            "received_minor": deposit.received_minor,
            "returned_minor": deposit.returned_minor,
            "return_by": deposit.return_by,
        }
    for power in powers_of(user):
        yield {
            "power": power.pk,
            "sale": power.sale.title,
            "principal": power.principal_name,
            "amount_minor": power.amount_minor,
            "state": power.state,
            "valid_until": power.valid_until,
        }
    for row in Relation.objects.filter(party__user=user).order_by("pk"):
        yield {"relation": row.kind, "declared": row.is_declared, "at": row.at, "note": row.note}


def may_read_power(user: User, document: Any) -> bool:
    """The principal that it names, and the desk of the sale."""
    power = Power.objects.select_related("sale__house").filter(document=document).first()
    names = ("auctions.confirm_power", "auctions.verify_power")
    return power is not None and any(user.has_perm(name, power) for name in names)


def may_read_claim(user: User, document: Any) -> bool:
    """The two sides of the claim, and who decides it."""
    files = ClaimFile.objects.filter(document=document)
    found = files.select_related("statement__claim__settlement__lot__sale__house").first()
    if found is None:
        return False
    row = found.statement.claim.settlement
    names = ("auctions.answer_claim", "auctions.decide_claim")
    return user.has_perm("auctions.receive_lot", row) or any(
        user.has_perm(name, row.lot) for name in names
    )


def holds(user: User) -> Iterable[Hold]:
    """Open contracts and leads are settled first; what is over is kept until its day."""
    if _consignments(user).filter(state__in=OPEN_CONSIGNMENTS).exists():
        yield Hold(_("你还有委托中的作品，请先结束委托。"), BLOCKED_BY, blocks=True)
    if Lot.objects.live().filter(leader__in=_paddles(user)).exists():
        yield Hold(_("你在进行中的拍卖里领先，要等它结束。"), citations.BIDS_BIND, blocks=True)
    if Lot.objects.filter(state=LotState.SOLD, winner__in=_paddles(user)).exists():
        yield Hold(_("你有买到的拍品还没有付清。"), citations.PAYMENT_DAYS, blocks=True)
    if _settlements(user).live().exclude(state=SettlementState.CLOSED).exists():
        yield Hold(_("你有还没有结清的成交。"), citations.ESCROW, blocks=True)
    if Deposit.objects.unsettled().filter(paddle__in=_paddles(user)).exists():
        words = _("你有还没有退还的保证金，退还后再办。")
        yield Hold(words, citations.DEPOSIT_RETURN, blocks=True)
    ends = _ends(user)
    if not ends:
        return
    last = None if None in ends else max(day for day in ends if day)
    until = last and keep_until(last, rulebook.get(citations.RECORDS_YEARS))
    if until is None or until >= db_today():
        yield Hold(_("委托与竞买的记录"), citations.RECORDS_YEARS, until=until, keeps_name=True)


def _aftermath(user: User) -> Iterable[dict[str, Any]]:
    """What followed the hammer: defaults, second chances, offers after sales."""
    for default in BuyerDefault.objects.filter(paddle__in=_paddles(user)).order_by("pk"):
        yield {
            "lot": default.lot_id,
            "default_at": default.at,
            "hammer_minor": default.hammer_minor,
            "reason": default.reason,
        }
    for chance in SecondChance.objects.filter(paddle__in=_paddles(user)).order_by("pk"):
        yield {
            "lot": chance.lot_id,
            "second_chance_minor": chance.amount_minor,
            "state": chance.state,
            "offered_at": chance.offered_at,
            "answered_at": chance.answered_at,
        }
    for offer in AfterSaleOffer.objects.filter(paddle__in=_paddles(user)).order_by("pk"):
        yield {
            "lot": offer.lot_id,
            "offer_minor": offer.amount_minor,
            "state": offer.state,
            "offered_at": offer.offered_at,
            "answered_at": offer.answered_at,
        }


def _settlement_copy(user: User) -> Iterable[dict[str, Any]]:
    """What was settled with the person, and what he said of it."""
    for row in _settlements(user).select_related("invoice").order_by("pk"):
        yield {
            "lot": row.lot_id,
            "invoice": row.invoice.number,
            "state": row.state,
            "currency": row.currency,
            "total_minor": row.total_minor,
            "paid_minor": row.paid_minor,
            "refunded_minor": row.refunded_minor,
            "delivered_at": row.delivered_at,
        }
    for right in ResaleRight.objects.filter(holder__user=user).order_by("pk"):
        yield {
            "resale_right": right.settlement_id,
            "currency": right.currency,
            "amount_minor": right.amount_minor,
            "named_at": right.named_at,
        }
    for owed in Recourse.objects.filter(party__user=user).order_by("pk"):
        yield {
            "recourse": owed.settlement_id,
            "currency": owed.currency,
            "amount_minor": owed.amount_minor,
            "paid_minor": owed.paid_minor,
            "made_at": owed.made_at,
        }
    said_by = ClaimStatement.objects.filter(by=user).prefetch_related("files__document")
    for said in said_by.order_by("pk"):
        names = [file.document.original_name for file in said.files.all()]
        yield {"claim": said.claim_id, "statement": said.words, "at": said.at, "files": names}


def _settlements(user: User) -> SettlementQuerySet:
    """Those in which he pays or is paid."""
    rows = Settlement.objects.filter(invoice__paddle__in=_paddles(user))
    return rows | Settlement.objects.filter(seller__user=user)


def _consignments(user: User) -> Any:
    return Consignment.objects.filter(party__user=user) | Consignment.objects.filter(
        offered_by=user
    )


def _paddles(user: User) -> Any:
    return Paddle.objects.filter(user=user) | Paddle.objects.filter(party__user=user)


def _ends(user: User) -> list[date | None]:
    """When each contract and each sale of the person was over; None for what is not."""
    moments: list[datetime | None] = list(_consignments(user).values_list("ended_at", flat=True))
    over = (SaleState.ENDED, SaleState.CANCELLED)
    for state, ended_at in _paddles(user).values_list("sale__state", "sale__ended_at"):
        moments.append(ended_at if state in over else None)
    return [moment and moment.astimezone(SHANGHAI).date() for moment in moments]
