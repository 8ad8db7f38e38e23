"""Routes of sales: what everybody may know of lots, and one's own bids by a program.

A bid passes through the same service as one from a page. Maxima and reserves are in no answer but
the bidder's own.
"""

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_noop as N_
from ninja import Query, Router
from pydantic import Field

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import NotAllowed
from artmarket.core.rest.paging import LIMIT, After, Id, Limit, own_url, page_of
from artmarket.core.rest.schemas import Input, Output
from artmarket.core.rest.scopes import Needs, Scope
from catalog.engine.numbers import format_number

from . import wording
from .enums import Channel, LotState
from .models import Bid, Lot, Paddle
from .selectors.costs import has_priority
from .selectors.lots import Stage, shown_of
from .selectors.sales import costs_of, phase_of, public_sales
from .services.bidding import MAX_KEY, BidRequest, place_bid

router = Router(tags=["sales"])
reading = Needs(Scope.READ)
MAX_AMOUNT: Final = 2**53 - 1


class PageQuery(Input):
    after: After | None = None
    limit: Limit = LIMIT


class SaleOut(Output):
    id: int
    title: str
    title_en: str
    house: str
    format: str = Field(description=N_("timed：限时网上竞价；sealed：密封报价"))
    phase: str
    currency: str = Field(examples=["CNY"])
    opens_at: datetime | None
    closes_at: datetime | None = Field(description=N_("第一件预定结束的时间"))
    conditions: int | None = Field(description=N_("拍卖规则的版本"))
    lots: int
    url: str


class SalesPage(Output):
    items: list[SaleOut]
    next: str | None


class LotWork(Output):
    id: int
    number: str
    title: str
    title_en: str
    url: str


class CostLine(Output):
    code: str = Field(description=N_("费用的名称，例如hammer、premium、overhead、vat、platform"))
    amount: int
    counts: bool = Field(description=N_("false：已包含在别的一项里，不再相加"))


class Costs(Output):
    at: int = Field(description=N_("按哪个落槌价计算"))
    lines: list[CostLine]
    total: int = Field(description=N_("合计，不含运费"))


class LotOut(Output):
    id: int
    sale: int
    number: int
    work: LotWork
    stage: str
    currency: str
    estimate_low: int | None = Field(description=N_("最小货币单位的整数"))
    estimate_high: int | None
    marks: list[str] = Field(description=N_("另有利益的标记：guaranteed、irrevocable、interest"))
    opening: int
    price: int | None = Field(description=N_("现价；密封报价在开标以前没有"))
    ask: int | None = Field(description=N_("应叫价：下一次出价至少多少"))
    bids: int | None
    reserve_met: bool | None = Field(description=N_("没有保留价，或还不能说时为null"))
    hammer: int | None
    costs: Costs | None = Field(description=N_("按落槌价，没有落槌的按应叫价，买受人一共要付多少"))
    ends_at: datetime | None
    url: str


class LotsPage(Output):
    items: list[LotOut]
    next: str | None


class PaddleOut(Output):
    id: int
    sale: int
    number: int
    state: str
    bid_limit: int | None
    currency: str
    bidder: str


class PaddlesPage(Output):
    items: list[PaddleOut]
    next: str | None


class BidIn(Input):
    paddle: Id = Field(description=N_("自己在这场拍卖会的号牌的id"))
    amount: int = Field(
        ge=-MAX_AMOUNT, le=MAX_AMOUNT, description=N_("最高价，最小货币单位的整数：分")
    )
    currency: str = Field(min_length=3, max_length=3, examples=["CNY"])
    key: str = Field(
        min_length=1, max_length=MAX_KEY,
        description=N_("这次出价自己的编号；同一编号永远得到同一答复"),
    )  # fmt: skip
    confirmed: bool = Field(False, description=N_("远高于应叫价时，看清金额以后再发一次true"))


class BidAnswer(Output):
    accepted: bool
    result: str
    words: str = Field(description=N_("没有接受时的一句话"))
    rule: str
    price: int | None
    ask: int | None
    leads: bool
    own_maximum: int | None
    reserve_met: bool
    ends_at: datetime | None
    received_at: datetime
    sequence: int
    repeated: bool


class OwnBid(Output):
    id: int
    lot: int
    paddle: int
    amount: int | None = Field(description=N_("密封报价为null"))
    maximum: int | None
    result: str
    key: str
    received_at: datetime
    counts: bool = Field(description=N_("已接受，并且没有作废"))


class OwnBidsPage(Output):
    items: list[OwnBid]
    next: str | None


@router.get("/sales", response=SalesPage, summary=N_("已公告和已结束的拍卖会，最新在前"))
def list_sales(
    request: HttpRequest, response: HttpResponse, asked: Query[PageQuery]
) -> dict[str, Any]:
    now = db_now()
    return page_of(
        request, response, public_sales(), after=asked.after, limit=asked.limit,
        show=lambda found: [_sale(sale, now) for sale in found],
    )  # fmt: skip


@router.get("/sales/{sale_id}", response=SaleOut, summary=N_("一场拍卖会"))
def read_sale(request: HttpRequest, sale_id: Id) -> dict[str, Any]:
    return _sale(get_object_or_404(public_sales(), pk=sale_id), db_now())


@router.get("/sales/{sale_id}/lots", response=LotsPage, summary=N_("一场拍卖会的拍品"))
def list_lots(
    request: HttpRequest, response: HttpResponse, sale_id: Id, asked: Query[PageQuery]
) -> dict[str, Any]:
    get_object_or_404(public_sales(), pk=sale_id)
    now = db_now()
    return page_of(
        request, response, _public_lots().filter(sale=sale_id), after=asked.after,
        limit=asked.limit, show=lambda found: [_lot(lot, now) for lot in found],
        newest_first=False,
    )  # fmt: skip


@router.get("/lots/{lot_id}", response=LotOut, summary=N_("一件拍品现在的状态"))
def read_lot(request: HttpRequest, lot_id: Id) -> dict[str, Any]:
    return _lot(get_object_or_404(_public_lots(), pk=lot_id), db_now())


@router.get("/paddles", response=PaddlesPage, auth=reading, summary=N_("自己的号牌，最新在前"))
def list_paddles(
    request: HttpRequest, response: HttpResponse, asked: Query[PageQuery]
) -> dict[str, Any]:
    rows = _own_paddles(request.user).select_related("sale", "party")
    return page_of(
        request, response, rows, after=asked.after, limit=asked.limit,
        show=lambda found: [_paddle(paddle) for paddle in found],
    )  # fmt: skip


@router.get("/bids", response=OwnBidsPage, auth=reading, summary=N_("自己的出价，最新在前"))
def list_bids(
    request: HttpRequest, response: HttpResponse, asked: Query[PageQuery]
) -> dict[str, Any]:
    rows = Bid.objects.filter(paddle__in=_own_paddles(request.user)).select_related("void")
    return page_of(
        request, response, rows, after=asked.after, limit=asked.limit,
        show=lambda found: [_own_bid(bid) for bid in found],
    )  # fmt: skip


@router.post(
    "/lots/{lot_id}/bids",
    response=BidAnswer,
    auth=Needs(Scope.BIDS),
    summary=N_("出价；答复永远写明是否接受"),
)
def post_bid(request: HttpRequest, lot_id: Id, given: BidIn) -> dict[str, Any]:
    person: Any = request.user
    if not _public_lots().filter(pk=lot_id).exists():
        raise Http404
    if not _own_paddles(person).filter(pk=given.paddle).exists():
        raise NotAllowed()
    answer = place_bid(
        actor=person,
        lot_id=lot_id,
        request=BidRequest(
            person, given.paddle, given.amount, given.currency, given.key,
            is_confirmed=given.confirmed, channel=Channel.API,
        ),
    )  # fmt: skip
    words = None if answer.is_accepted else wording.answered(answer.result, answer.bar)
    return wording.told(answer) | {
        "words": str(words.text) if words else "",
        "rule": words.rule if words else "",
    }


def _public_lots() -> QuerySet[Lot]:
    public = Lot.objects.filter(sale__announced_at__isnull=False).exclude(state=LotState.DRAFT)
    return public.select_related("sale", "work")


def _own_paddles(person: Any) -> QuerySet[Paddle]:
    """The paddles that a token may use: those of its organisation, or those of no organisation."""
    rows = Paddle.objects.filter(user=person)
    if person.acts_for == User.HIMSELF:
        return rows.filter(party__organisation__isnull=True)
    return rows.filter(party__organisation=person.acts_for)


def _sale(sale: Any, now: datetime) -> dict[str, Any]:
    return {
        "id": sale.pk,
        "title": sale.title,
        "title_en": sale.title_en,
        "house": sale.house.name,
        "format": sale.format,
        "phase": phase_of(sale, now),
        "currency": sale.currency,
        "opens_at": sale.opens_at,
        "closes_at": sale.closes_at,
        "conditions": sale.conditions_id,
        "lots": sale.lot_count,
        "url": own_url(reverse("auctions:sale", args=[sale.pk])),
    }


def _lot(lot: Lot, now: datetime) -> dict[str, Any]:
    """A lot as its page shows it; prices of a sealed one only after the hammer."""
    shown, work = shown_of(lot, now), lot.work
    is_hidden = lot.sale.is_sealed or shown.stage == Stage.WAITING
    return {
        "id": lot.pk,
        "sale": lot.sale_id,
        "number": lot.number,
        "work": {
            "id": work.pk,
            "number": format_number(work.number or ""),
            "title": work.title,
            "title_en": work.title_en,
            "url": own_url(work.get_absolute_url()),
        },
        "stage": shown.stage,
        "currency": lot.sale.currency,
        "estimate_low": lot.estimate_low_minor,
        "estimate_high": lot.estimate_high_minor,
        "marks": [mark.name.lower() for mark in lot.marks],
        "opening": lot.opening_minor,
        "price": shown.price,
        "ask": shown.ask,
        "bids": None if is_hidden else shown.bids,
        "reserve_met": shown.reserve_met,
        "hammer": shown.hammer,
        "costs": _costs(lot, shown.hammer or shown.ask, is_sold=bool(shown.hammer)),
        "ends_at": lot.ends_at,
        "url": own_url(reverse("auctions:lot", args=[lot.sale_id, lot.number])),
    }


def _costs(lot: Lot, price: int | None, *, is_sold: bool) -> dict[str, Any] | None:
    """The all-in cost at a price: the winner's once it is sold, else that without priority."""
    if price is None:
        return None
    is_early = is_sold and has_priority(lot, lot.winner_id)
    bill = costs_of(lot.sale, price, lot=lot, has_priority=is_early).bill
    lines = [
        {"code": line.code, "amount": line.amount, "counts": line.counts} for line in bill.lines
    ]
    return {"at": price, "lines": lines, "total": bill.total}


def _paddle(paddle: Paddle) -> dict[str, Any]:
    return {
        "id": paddle.pk,
        "sale": paddle.sale_id,
        "number": paddle.number,
        "state": paddle.state,
        "bid_limit": paddle.bid_limit_minor,
        "currency": paddle.sale.currency,
        "bidder": paddle.party.name,
    }


def _own_bid(bid: Bid) -> dict[str, Any]:
    return {
        "id": bid.pk,
        "lot": bid.lot_id,
        "paddle": bid.paddle_id,
        "amount": bid.amount_minor,
        "maximum": bid.maximum_minor,
        "result": bid.result,
        "key": bid.key,
        "received_at": bid.received_at,
        "counts": bid.number is not None and not hasattr(bid, "void"),
    }
