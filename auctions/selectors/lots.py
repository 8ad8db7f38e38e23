"""Lots as a reader may know them: state, price, history, and one's own standing.

The reserve and the maxima of others are read here to tell price and standing; what leaves these
functions holds neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db import models
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import STAFF_ROLES
from artmarket.accounts.models import User
from catalog.selectors import works_for_cards, works_for_page

from .. import rule_books
from ..engine import bidding as engine
from ..enums import Bar, BiddingWay, BidResult, LotEventKind, LotState
from ..lot_states import read_state
from ..models import Bid, Lot, LotEvent, Paddle, Sale, Watch
from .bidders import bidders_of
from .notices import makers_followed, opinions_of_authorship

MENU: Final = 24
MOST_LINES: Final = 300


class Stage(models.TextChoices):
    """What can be said of a lot at a moment."""

    WAITING = "waiting", _("未开始")
    OPEN = "open", _("竞价中")
    OVER = "over", _("等待服务器确认")
    SOLD = "sold", _("成交")
    PASSED = "passed", _("流拍")
    BELOW_RESERVE = "below_reserve", _("未达保留价")
    WITHDRAWN = "withdrawn", _("已撤回")
    DEFAULTED = "defaulted", _("合同已解除")
    RESCINDED = "rescinded", _("成交已撤销")


BIDDABLE = (Stage.WAITING, Stage.OPEN)
OPENED = (Stage.SOLD, Stage.PASSED, Stage.BELOW_RESERVE, Stage.DEFAULTED, Stage.RESCINDED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A lot as everybody may see it; of a sealed lot only the stage before its end.

    `ask` is the least next bid, `leader` the paddle that leads (None: nobody, or the house),
    `reserve_met` None where there is no reserve or nothing can be said of it yet.
    """

    stage: Stage
    price: int | None = None
    ask: int | None = None
    leader: int | None = None
    bids: int = 0
    has_reserve: bool = False
    reserve_met: bool | None = None
    hammer: int | None = None


def shown_of(lot: Lot, now: datetime) -> Shown:
    """The lot at a moment; its sale must be at hand. No query."""
    stage = stage_of(lot, now)
    shown = Shown(stage, has_reserve=lot.reserve_minor is not None, hammer=lot.hammer_minor)
    if lot.sale.is_sealed:
        return replace(shown, ask=lot.opening_minor)
    if stage == Stage.WAITING:  # what was left before the opening is nobody's business
        return replace(shown, ask=lot.opening_minor)
    shown = replace(shown, bids=lot.bid_count)
    rules, state = rule_books.rules_of(lot), read_state(lot)
    now_standing = engine.standing(rules, state)
    leader = now_standing.leader
    met = now_standing.reserve_met if shown.has_reserve and state.first else None
    return replace(
        shown, price=now_standing.price, ask=now_standing.ask, reserve_met=met,
        leader=int(leader) if leader and leader != engine.HOUSE else None,
    )  # fmt: skip


def stage_of(lot: Lot, now: datetime) -> Stage:
    """The stage of a lot at a moment of the database's clock."""
    if lot.state not in (LotState.DRAFT, LotState.ANNOUNCED, LotState.OPEN):
        # Whether a buyer has paid is nobody's business.
        return Stage.SOLD if lot.state == LotState.SETTLED else Stage(str(lot.state))
    if lot.ends_at and lot.ends_at <= now:
        return Stage.OVER
    opens_at = lot.sale.opens_at
    return Stage.OPEN if opens_at and opens_at <= now else Stage.WAITING


class Which(models.TextChoices):
    """Which lots of a sale a reader wants to see."""

    ALL = "all", _("全部拍品")
    MINE = "mine", _("我出过价的")
    WATCHED = "watched", _("我关注的")
    MAKERS = "makers", _("我关注的作者")


def catalogue_of(sale: Sale, which: str = Which.ALL, user: User | None = None) -> QuerySet[Lot]:
    """The lots of a sale in their order, with what a card shows; of a person's own where asked."""
    rows = sale.lots.prefetch_related(Prefetch("work", queryset=works_for_cards()))
    if which == Which.MINE:
        rows = rows.filter(_bid_on(user))
    elif which == Which.WATCHED:
        rows = rows.filter(_watched(user))
    elif which == Which.MAKERS and user:
        rows = rows.filter(_by_makers(user))
    return rows.order_by("number")


def counts_of_own(sale: Sale, user: User) -> dict[str, int]:
    """How many lots of a sale there are, by `Which`; one query."""
    return sale.lots.aggregate(
        all=models.Count("pk"),
        mine=models.Count("pk", filter=_bid_on(user)),
        watched=models.Count("pk", filter=_watched(user)),
        makers=models.Count("pk", filter=_by_makers(user)),
    )


def own_paddles(user: User, lots: Iterable[Lot]) -> dict[int, set[int]]:
    """The paddles of a person that have an accepted bid on these lots, by lot; one query."""
    rows = Bid.objects.filter(
        lot__in=[lot.pk for lot in lots], paddle__user=user, result=BidResult.ACCEPTED
    )
    found: dict[int, set[int]] = {}
    for lot, paddle in rows.order_by().values_list("lot", "paddle").distinct():
        found.setdefault(lot, set()).add(paddle)
    return found


def _bid_on(user: User | None) -> models.Exists:
    own: Any = Bid.objects.filter(lot=models.OuterRef("pk"), paddle__user=user)
    return models.Exists(own.filter(result=BidResult.ACCEPTED))


def _watched(user: User | None) -> models.Exists:
    return models.Exists(Watch.objects.filter(lot=models.OuterRef("pk"), user=user))


def _by_makers(user: User) -> models.Q:
    """By makers whom this person follows."""
    opinions = opinions_of_authorship().filter(artist__in=makers_followed(user).values("artist"))
    return models.Q(work__in=opinions.values("work"))


def lot_for_page(sale: Sale, number: int) -> Lot | None:
    """One lot with everything that its page shows of the work."""
    rows = sale.lots.prefetch_related(Prefetch("work", queryset=works_for_page()))
    lot = rows.select_related("winner").filter(number=number).first()
    if lot is not None:
        lot.sale = sale
    return lot


def neighbours(lot: Lot) -> tuple[int | None, int | None, int]:
    """The numbers before and after a lot, and how many lots there are; one query."""
    numbers = list(
        Lot.objects.filter(sale=lot.sale_id).order_by("number").values_list("number", flat=True)
    )
    place = numbers.index(lot.number)
    before = numbers[place - 1] if place else None
    after = numbers[place + 1] if place + 1 < len(numbers) else None
    return before, after, len(numbers)


def menu_of(lot: Lot, shown: Shown, own: int | None) -> list[int]:
    """The amounts offered to a bidder, lowest first; `own` where only more than it counts."""
    rules = rule_books.rules_of(lot)
    ask = shown.ask or lot.opening_minor
    if rules.way == BiddingWay.FIXED_STEP:
        step = rules.ladder.step_at(rules.opening)
        return [ask + n * step for n in range(MENU)]
    if own is not None and own >= ask:
        return rules.ladder.menu(ask, own, MENU)
    return list(islice(rules.ladder.menu(ask, None, MENU), MENU))


@dataclass(frozen=True, slots=True)
class Seat:
    """One's own place before a lot: the paddle, why it may not bid, and what it has left here."""

    paddle: Paddle
    bar: str = ""
    own_maximum: int | None = None
    bids: int = 0


def seats_at(lot: Lot, paddles: Iterable[Paddle]) -> dict[int, Seat]:
    """The seats of these paddles of one person, by paddle; two queries."""
    mine = {paddle.pk: paddle for paddle in paddles}
    if not mine:
        return {}
    found = bidders_of(lot, paddles=mine, keys=[""])
    counts = dict(
        Bid.objects.filter(lot=lot, paddle__in=mine, result=BidResult.ACCEPTED)
        .order_by()
        .values_list("paddle")
        .annotate(n=models.Count("pk"))
    )
    return {
        pk: Seat(mine[pk], row.bar, row.own_maximum, counts.get(pk, 0)) for pk, row in found.items()
    }


def receipts_of(lot: Lot, paddle: Paddle) -> list[tuple[str, datetime]]:
    """The keys of a paddle's accepted bids on a lot and when they came, newest first."""
    rows = Bid.objects.filter(lot=lot, paddle=paddle, result=BidResult.ACCEPTED)
    return list(rows.order_by("-received_at").values_list("key", "received_at"))


def bar_of(sale: Sale, user: User) -> str:
    """Why somebody without a paddle may not even register; empty: he may."""
    if sale.house.memberships.filter(user=user, ended_at__isnull=True).exists():
        return Bar.HOUSE
    return Bar.STAFF if user.has_role(*STAFF_ROLES) else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the public history: paddle numbers and the time, never a maximum.

    `price` after the step; `amount` only of a sealed bid that was opened.
    """

    kind: str
    at: datetime
    paddle: int | None = None
    price: int | None = None
    ends_at: datetime | None = None
    is_void: bool = False
    is_own: bool = False
    amount: int | None = None


def lines_of(lot: Lot, shown: Shown, own: Iterable[int] = ()) -> list[Line]:
    """The history of a lot, newest first; `own` are the reader's paddles. One query.

    Before the opening nothing is told; of a sealed lot nothing before its end, and then every bid
    with its amount.
    """
    sealed = lot.sale.is_sealed
    if shown.stage == Stage.WAITING:
        return []
    if sealed and shown.stage not in OPENED:
        return []
    rows = LotEvent.objects.filter(lot=lot).exclude(kind=LotEventKind.SETTLED)
    rows = rows.order_by("-sequence")
    mine, amounts, lines = set(own), dict[int, int](), []
    values = rows.values(
        "kind", "at", "sequence", "ends_at", "data", "bid__number", "bid__paddle",
        "bid__paddle__number", "bid__void", "bid__answer__price",
    )  # fmt: skip
    for row in values[:MOST_LINES]:
        if row["kind"] == LotEventKind.CLOSED and sealed:
            amounts = dict(row["data"].get("bids", []))
        is_bid = row["kind"] == LotEventKind.BID
        lines.append(
            Line(
                row["kind"], row["at"], row["bid__paddle__number"],
                row["bid__answer__price"] if is_bid else None, row["ends_at"],
                is_void=is_bid and row["bid__void"] is not None,
                is_own=row["bid__paddle"] in mine,
                amount=amounts.get(row["bid__number"] or 0) if is_bid else None,
            )
        )  # fmt: skip
    return lines


def lots_bid_on(user: User) -> QuerySet[Lot]:
    """The lots on which a person has an accepted bid, those that end first in front."""
    return (
        Lot.objects.filter(_bid_on(user))
        .select_related("sale", "work")
        .order_by("-ends_at", "number")
    )


def own_maxima(user: User, lots: Iterable[Lot]) -> dict[int, dict[int, int]]:
    """The highest live maximum of each of a person's paddles, by lot and paddle; one query."""
    rows = (
        Bid.objects.counting()
        .filter(lot__in=[lot.pk for lot in lots], paddle__user=user)
        .order_by()
        .values_list("lot", "paddle")
        .annotate(most=models.Max("maximum_minor"))
    )  # fmt: skip
    found: dict[int, dict[int, int]] = {}
    for lot, paddle, most in rows:
        found.setdefault(lot, {})[paddle] = most
    return found
