"""Decide bids: one short transaction on the lot's row, whatever comes at the same moment.

Offers for one lot are decided in the order given, by the time of the database read after the lock.
Every offer of a paddle becomes a row, refused ones too, and the same key is answered the same for
ever. The rules are `engine.bidding`; sealed bids pass the same way and are only kept. At most eight
statements, for one offer or many. Auction rules §6, §7, §13, §15.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import InterfaceError, OperationalError, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.core.events import appended, event_of, record_event
from artmarket.core.models import Event
from artmarket.core.statements import Compiled, Insert, Update, write

from .. import rule_books
from ..engine import bidding as engine
from ..enums import LIVE_LOTS, BidResult, Channel, LotEventKind, LotState, PaddleState
from ..locks import lock_lot, lock_lots, lock_paddles, lock_sale
from ..lot_states import STATE_FIELDS, read_state, write_state
from ..models import Bid, Lot, LotEvent, Paddle, SealedAmount
from ..selectors.bidders import Bidder, bidders_of
from .together import Together

MAX_KEY: Final = 64
_MOST_STORED: Final = 2**62


@dataclass(frozen=True, slots=True)
class BidRequest:
    """What somebody sends: `amount` in the smallest unit, `key` chosen by his page or program."""

    actor: User
    paddle_id: int
    amount: int
    currency: str
    key: str
    is_confirmed: bool = False
    channel: str = Channel.WEB


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bidder is told, for ever under the same key.

    `price` and `ask` in the smallest unit after the decision, `own_maximum` what he has left,
    `leads` whether he leads. Of a sealed bid only the result is told.
    """

    result: str
    received_at: datetime
    bar: str = ""
    price: int | None = None
    ask: int | None = None
    leads: bool = False
    own_maximum: int | None = None
    reserve_met: bool = False
    ends_at: datetime | None = None
    sequence: int = 0
    is_repeated: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.result == BidResult.ACCEPTED


class KeyReused(DomainError):
    """The same key came with another offer: one of the two is a mistake."""

    code = "key_reused"
    status = 422
    message = _("这个请求编号已经用于另一次出价。")
    hint = _("请刷新页面后再出价。")


Outcome = Answer | DomainError


def place_bid(*, actor: User, lot_id: int, request: BidRequest) -> Answer:
    """Decide one offer on one lot, together with those that wait for it at the same moment.

    A refusal by the rules of bidding is an answer, not an error: it is kept and repeated like any
    other. Raises `NotAllowed` (not his paddle, another sale), `Invalid` (key, currency, amount),
    `KeyReused`, `Busy`.
    """
    if request.actor != actor:
        raise NotAllowed()
    outcome = _waiting.submit(lot_id, request)
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


@transaction.atomic(durable=True)
def decide_bids(*, lot_id: int, requests: Sequence[BidRequest]) -> list[Outcome]:
    """Decide offers on one lot together, in their order; each has its own outcome."""
    terms = _terms(requests)
    if terms.moves_others:
        lock_sale(pk=terms.sale_id)
    if terms.limited:
        lock_paddles(pks=terms.limited)
    return _Round(lock_lot(pk=lot_id), requests).decided()


_waiting: Together[int, BidRequest, Outcome] = Together(
    lambda lot_id, requests: decide_bids(lot_id=lot_id, requests=requests),
    for_all=(DomainError, OperationalError, InterfaceError),
)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What must be known before the locks are taken."""

    sale_id: int
    moves_others: bool
    limited: list[int]


def _terms(requests: Sequence[BidRequest]) -> _Terms:
    found = _paddle_terms(paddles=[r.paddle_id for r in requests])
    scopes = {rule_books.closing(closing_id).scope for *_rest, closing_id in found}
    return _Terms(
        sale_id=found[0][2] if found else 0,
        moves_others=bool(scopes - {"lot"}),
        limited=[pk for pk, limit, *_rest in found if limit is not None],
    )


_paddle_terms = Compiled(
    Paddle,
    lambda paddles: (
        Paddle.objects.filter(pk__in=paddles)
        .order_by()
        .values_list("pk", "bid_limit_minor", "sale_id", "sale__closing_id")
    ),
)


class _Round:
    """The offers of one transaction on one locked lot."""

    def __init__(self, lot: Lot, requests: Sequence[BidRequest]) -> None:
        self.lot, self.requests = lot, requests
        self.rules, self.state = rule_books.rules_of(lot), read_state(lot)
        keys = {r.key for r in requests}
        self.bidders = bidders_of(lot, paddles={r.paddle_id for r in requests}, keys=keys)
        self.now: datetime = max((p.now for p in self.bidders.values()), default=datetime.min)
        self.kept: dict[tuple[int, str], tuple[Bid, int | None]] = {}
        if any(p.has_key for p in self.bidders.values()):
            earlier = Bid.objects.filter(paddle__in=self.bidders, key__in=keys)
            for bid in earlier.select_related("sealed"):
                self.kept[bid.paddle_id, bid.key] = bid, _amount_of(bid)
        self.bids: list[Bid] = []
        self.sealed: list[SealedAmount] = []
        self.log: list[LotEvent] = []

    def decided(self) -> list[Outcome]:
        """Decide all, then write all."""
        if self.bidders and self._is_due():
            self.state, event = engine.opened(self.state)
            self.lot.state = LotState.OPEN
            self._note(event.sequence, LotEventKind.OPENED)
        outcomes = [self._outcome(request) for request in self.requests]
        self._save()
        return outcomes

    def _is_due(self) -> bool:
        opens_at = self.lot.sale.opens_at
        return (
            self.lot.state == LotState.ANNOUNCED and opens_at is not None and opens_at <= self.now
        )

    # -------------------------------------------------------------- one offer

    def _outcome(self, request: BidRequest) -> Outcome:
        bidder = self.bidders.get(request.paddle_id)
        if bidder is None or not _is_his(bidder, request.actor):
            return NotAllowed(_("这不是你在这场拍卖会的号牌。"))
        problem = _malformed(request, self.lot)
        if problem:
            return problem
        if (request.paddle_id, request.key) in self.kept:
            return self._repeated(request, *self.kept[request.paddle_id, request.key])
        bid = Bid(
            lot=self.lot, paddle=bidder.paddle, actor=request.actor, key=request.key,
            channel=request.channel, amount_minor=request.amount,
            is_confirmed=request.is_confirmed, received_at=self.now,
        )  # fmt: skip
        bid.result, bid.bar = self._gate(bidder, request)
        if bid.result == BidResult.ACCEPTED:
            decide = self._seal if self.lot.sale.is_sealed else self._decide
            decide(bid, bidder, request)
        answer = self._answer(bid, bidder)
        bid.answer = _as_json(answer)
        self.bids.append(bid)
        self.kept[request.paddle_id, request.key] = bid, request.amount
        return answer

    def _repeated(self, request: BidRequest, bid: Bid, amount: int | None) -> Outcome:
        if bid.lot_id != self.lot.pk or amount != request.amount:
            return KeyReused()
        return replace(_from_json(bid.answer), is_repeated=True)

    def _gate(self, bidder: Bidder, request: BidRequest) -> tuple[str, str]:
        """What stands before the rules of bidding: who he is, the hour, his limit."""
        if bidder.bar:
            return BidResult.BARRED, bidder.bar
        if bidder.paddle.state != PaddleState.APPROVED:
            return BidResult.NOT_APPROVED, ""
        if self.lot.state == LotState.DRAFT:
            return BidResult.NOT_OPEN, ""
        if self.lot.state not in LIVE_LOTS:
            return BidResult.CLOSED, ""
        limit = bidder.paddle.bid_limit_minor
        if limit is not None and bidder.led_minor + request.amount > limit:
            return BidResult.OVER_LIMIT, ""
        return BidResult.ACCEPTED, ""

    def _decide(self, bid: Bid, bidder: Bidder, request: BidRequest) -> None:
        offer = engine.Offer(
            str(bidder.paddle.pk),
            request.amount,
            self.now,
            bidder.own_maximum,
            request.is_confirmed,
        )
        decision = engine.decide(self.rules, self.state, offer)
        self.state, bid.result = decision.state, decision.result
        for event in decision.events:
            if isinstance(event, engine.BidAccepted):
                self._accept(bid, event.sequence, event.bid.maximum)
                bidder.own_maximum = event.bid.maximum
            elif isinstance(event, engine.EndMoved):
                self._note(event.sequence, LotEventKind.END_MOVED, ends_at=event.ends_at)

    def _seal(self, bid: Bid, bidder: Bidder, request: BidRequest) -> None:
        """Keep a sealed bid: nothing of it shows, its amount least of all."""
        bid.result = self._sealed_refusal(request) or BidResult.ACCEPTED
        self.sealed.append(SealedAmount(bid=bid, amount=str(request.amount)))
        bid.amount_minor = None
        if bid.result == BidResult.ACCEPTED:
            self.state = replace(self.state, sequence=self.state.sequence + 1)
            self._accept(bid, self.state.sequence, None)

    def _sealed_refusal(self, request: BidRequest) -> str | None:
        deadline = self.state.deadline
        if deadline and self.now >= deadline.ends_at:
            return BidResult.CLOSED
        if not self.state.is_open:
            return BidResult.NOT_OPEN
        if request.amount > self.rules.most:
            return BidResult.TOO_LARGE
        return BidResult.BELOW_ASK if request.amount < self.rules.opening else None

    def _accept(self, bid: Bid, sequence: int, maximum: int | None) -> None:
        bid.number, bid.maximum_minor = sequence, maximum
        self.lot.bid_count += 1
        self._note(sequence, LotEventKind.BID, bid=bid)

    def _note(self, sequence: int, kind: str, **columns: Any) -> None:
        self.log.append(
            LotEvent(lot=self.lot, sequence=sequence, kind=kind, at=self.now, **columns)
        )

    def _answer(self, bid: Bid, bidder: Bidder) -> Answer:
        answer = Answer(
            result=str(bid.result), received_at=self.now, bar=bid.bar, sequence=self.state.sequence
        )
        ends_at = self.state.deadline.ends_at if self.state.deadline else None
        if self.lot.sale.is_sealed or not self.state.is_open:
            own = None if self.lot.sale.is_sealed else bidder.own_maximum
            return replace(answer, ends_at=ends_at, own_maximum=own, ask=self.rules.opening)
        now = engine.standing(self.rules, self.state)
        return replace(
            answer, price=now.price, ask=now.ask, leads=now.leader == str(bidder.paddle.pk),
            own_maximum=bidder.own_maximum, reserve_met=now.reserve_met, ends_at=ends_at,
        )  # fmt: skip

    # -------------------------------------------------------------- writing

    def _save(self) -> None:
        """All in one message; the bids before it where they have no keys yet that the log names."""
        have_keys = self._draw_keys()
        steps: list[Insert | Update] = [Insert(self.bids)] if self.bids else []
        if not have_keys:
            write(*steps)
            steps = []
        if self.sealed:
            steps.append(Insert(self.sealed))
        if self.log:
            self._move_others()
            if self.lot.sale.is_sealed:
                self.lot.sequence = self.state.sequence
            else:
                write_state(self.lot, self.rules, self.state)
            steps += [Insert(self.log), Update(self.lot, STATE_FIELDS), appended([self._event()])]
        write(*steps)

    def _draw_keys(self) -> bool:
        """Give the bids the keys that were drawn, in the order of their decision."""
        keys = sorted(b.next_key for b in self.bidders.values() if b.next_key is not None)
        if len(keys) < len(self.bids):  # two of one paddle in a round, or no sequences
            return False
        for bid, key in zip(self.bids, keys, strict=False):
            bid.pk = key
        return True

    def _event(self) -> Event:
        accepted = [bid for bid in self.bids if bid.result == BidResult.ACCEPTED]
        return event_of(
            actor=accepted[-1].actor if accepted else None, action="lot.bids", subject=self.lot,
            after=shown(self.lot), paddles=[bid.paddle.number for bid in accepted],
        )  # fmt: skip

    def _move_others(self) -> None:
        """A rule of extension that reaches further than this lot: the sale is locked for it."""
        scope = self.rules.closing.scope
        moved = [event for event in self.log if event.kind == LotEventKind.END_MOVED]
        if scope == "lot" or not moved or not self.lot.ends_at or not self.state.deadline:
            return
        others = Lot.objects.live().filter(sale=self.lot.sale_id).exclude(pk=self.lot.pk)
        if scope == "later":
            others = others.filter(number__gt=self.lot.number)
        shift = self.state.deadline.ends_at - self.lot.ends_at
        counts = len(moved) if scope == "group" else 0
        for other in lock_lots(pks=others.values_list("pk", flat=True)):
            assert other.ends_at is not None  # noqa: S101 - a live lot has an end
            other.ends_at += shift
            other.sequence += 1
            other.extensions += counts
            other.save(update_fields=["ends_at", "sequence", "extensions"])
            self.log.append(
                LotEvent(
                    lot=other, sequence=other.sequence, kind=LotEventKind.END_MOVED, at=self.now,
                    ends_at=other.ends_at, counts=counts,
                )
            )  # fmt: skip
            record_event(actor=None, action="lot.end_moved", subject=other, after=shown(other))


def shown(lot: Lot) -> dict[str, Any]:
    """What everybody may know of a lot's bidding; never a maximum, never the reserve."""
    if lot.sale.is_sealed:
        return {"sequence": lot.sequence, "ends_at": lot.ends_at}
    return {
        "sequence": lot.sequence,
        "price": lot.price_minor,
        "ask": lot.ask_minor,
        "bids": lot.bid_count,
        "reserve_met": lot.reserve_met,
        "ends_at": lot.ends_at,
        "extensions": lot.extensions,
    }


def _is_his(bidder: Bidder, actor: User) -> bool:
    return bidder.paddle.user_id == actor.pk and bidder.is_active


def _malformed(request: BidRequest, lot: Lot) -> DomainError | None:
    if not request.key or len(request.key) > MAX_KEY or not request.key.isprintable():
        return Invalid(fields={"key": _("请求编号要在1到64个字符之间。")})
    if request.currency != lot.sale.currency:
        return Invalid(fields={"currency": _("这场拍卖会以%(c)s计价。") % {"c": lot.sale.currency}})
    if abs(request.amount) > _MOST_STORED:
        return Invalid(fields={"amount": _("金额过大。")}, code="too_large")
    return None


def _amount_of(bid: Bid) -> int | None:
    sealed = getattr(bid, "sealed", None)
    return int(sealed.amount) if sealed else bid.amount_minor


def _as_json(answer: Answer) -> dict[str, Any]:
    ends_at = answer.ends_at
    return {
        "result": answer.result,
        "received_at": answer.received_at.isoformat(),
        "bar": answer.bar,
        "price": answer.price,
        "ask": answer.ask,
        "leads": answer.leads,
        "own_maximum": answer.own_maximum,
        "reserve_met": answer.reserve_met,
        "ends_at": ends_at.isoformat() if ends_at else None,
        "sequence": answer.sequence,
    }


def _from_json(stored: dict[str, Any]) -> Answer:
    ends_at = stored["ends_at"]
    received_at = parse_datetime(stored["received_at"])
    assert received_at is not None  # noqa: S101 - written by _as_json
    return Answer(
        **stored
        | {"received_at": received_at, "ends_at": parse_datetime(ends_at) if ends_at else None}
    )
