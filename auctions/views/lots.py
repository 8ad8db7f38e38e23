"""The page of a lot, and the two steps of a bid: check what it costs, then send it.

All of it works without script. A key that the server gives to each page makes a double click, or
coming back and sending again, one bid.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appraisal.condition.showing import newest_report
from artmarket.accounts.access import signed_in
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError
from artmarket.core.money import Money
from catalog import pages
from catalog import selectors as catalogue

from .. import citations, rule_books, wording
from ..enums import (
    SOLD_LOTS,
    UNSOLD_LOTS,
    BiddingWay,
    BidResult,
    LotEventKind,
    LotState,
    PaddleState,
    SaleState,
)
from ..forms import BidForm, page_key
from ..models import Lot, Paddle, Sale
from ..selectors.aftermath import corrections_of, payment_due
from ..selectors.costs import Costs, has_priority
from ..selectors.lots import (
    BIDDABLE,
    MOST_LINES,
    Line,
    Seat,
    Shown,
    Stage,
    bar_of,
    lines_of,
    lot_for_page,
    menu_of,
    neighbours,
    receipts_of,
    seats_at,
    shown_of,
)  # fmt: skip
from ..selectors.notices import follows
from ..selectors.sales import costs_of, paddles_in
from ..services.bidding import Answer, BidRequest, place_bid
from .corrections import correction_words
from .offers import offer_context
from .sales import open_sale, price_words


@dataclass(slots=True)
class Reading:
    """A lot as one reader sees it at one moment."""

    sale: Sale
    lot: Lot
    now: datetime
    shown: Shown
    paddles: list[Paddle]
    seats: dict[int, Seat]
    seat: Seat | None

    def costs(self, amount: int) -> Costs:
        """What this reader would pay at a hammer price."""
        paddle_id = self.seat.paddle.pk if self.seat else None
        is_early = has_priority(self.lot, paddle_id)
        return costs_of(self.sale, amount, lot=self.lot, has_priority=is_early)

    @property
    def may_bid(self) -> bool:
        """Whether a form is worth showing; the service decides."""
        seat = self.seat
        return (
            seat is not None
            and not seat.bar
            and seat.paddle.state == PaddleState.APPROVED
            and self.shown.stage in BIDDABLE
            and not (self.sale.is_sealed and self.shown.stage == Stage.WAITING)
            and not (self.sale.way == BiddingWay.FIXED_STEP and self.leads)
        )

    @property
    def leads(self) -> bool:
        """Whether the reader's paddle leads."""
        return self.seat is not None and self.shown.leader == self.seat.paddle.pk


@require_safe
@never_cache
def lot(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One lot: what it is, how it stands, where the reader stands, and the way to bid."""
    reading = _reading(request, pk, number, request.GET.get("paddle", ""))
    return _page(request, reading)


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)  # coming back sends the same bid
@signed_in
def bid(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """First the page that asks to confirm an amount, then the bid itself."""
    if request.method != "POST":
        return redirect("auctions:lot", pk, number)
    reading = _reading(request, pk, number, request.POST.get("paddle", ""))
    form = _form(reading, request.POST)
    if reading.seat is None or not form.is_valid():
        return _page(request, reading, form=form, status=422)
    if request.POST.get("step") != "place":
        return _confirm(request, reading, form)
    return _place(request, reading, form)


def _place(request: HttpRequest, reading: Reading, form: BidForm) -> HttpResponse:
    seat = reading.seat
    assert seat is not None  # noqa: S101 - asked before
    ask = BidRequest(
        actor=request.user,  # type: ignore[arg-type]
        paddle_id=seat.paddle.pk,
        amount=form.cleaned_data["amount"],
        currency=reading.sale.currency,
        key=form.bid_key(),
        is_confirmed=form.cleaned_data["confirmed"],
    )
    try:
        answer = place_bid(actor=ask.actor, lot_id=reading.lot.pk, request=ask)
    except DomainError as error:
        refusal = wording.Words(str(error), str(error.hint), error.rule or "", "live", "alert")
        return _page(request, reading, refusal=refusal, status=error.status)
    if answer.result == BidResult.NEEDS_CONFIRMATION:
        return _confirm(request, reading, form, again=True, ask=answer.ask)
    if answer.is_accepted:
        return _told(request, reading, answer)
    # What is shown now is what the decision left: read again, with a new key for a new bid.
    reading = _reading(request, reading.sale.pk, reading.lot.number, str(seat.paddle.pk))
    refusal = wording.answered(answer.result, answer.bar)
    return _page(request, reading, refusal=refusal, status=422)


def _told(request: HttpRequest, reading: Reading, answer: Answer) -> HttpResponse:
    words = wording.accepted(
        leads=answer.leads,
        is_open=reading.shown.stage != Stage.WAITING,
        is_sealed=reading.sale.is_sealed,
    )
    tell = messages.success if answer.leads or answer.price is None else messages.warning
    tell(request, words)
    address = reverse("auctions:lot", args=[reading.sale.pk, reading.lot.number])
    if len(reading.paddles) > 1 and reading.seat:
        address += f"?paddle={reading.seat.paddle.pk}"
    return redirect(address)


def _confirm(
    request: HttpRequest,
    reading: Reading,
    form: BidForm,
    *,
    again: bool = False,
    ask: int | None = None,
) -> HttpResponse:
    """Ask: this amount, this cost, cannot be taken back. A great jump is asked about twice."""
    amount = form.cleaned_data["amount"]
    seat = reading.seat
    fields = {
        "key": form.cleaned_data["key"], "paddle": seat.paddle.pk if seat else "", "step": "place",
        "choice": amount, "confirmed": "1" if again or form.cleaned_data["confirmed"] else "",
    }  # fmt: skip
    if reading.sale.is_sealed:
        fields["other"] = f"{Money(amount, reading.sale.currency).amount:f}"
    context = _frame(reading) | {
        "amount": Money(amount, reading.sale.currency),
        "costs": reading.costs(amount),
        "fields": fields,
        "again": again,
        "ask": Money(ask, reading.sale.currency) if ask else None,
        "rule": citations.CONFIRM_ABOVE if again else citations.BIDS_BIND,
        "paddle": seat.paddle if seat else None,
    }
    return render(request, "auctions/bid_confirm.html", context, status=200)


# ------------------------------------------------------------------ what the page shows


def _reading(request: HttpRequest, pk: int, number: int, wanted: str) -> Reading:
    sale = open_sale(request, pk)
    found = lot_for_page(sale, number)
    if found is None:
        raise Http404
    now = db_now()
    paddles = paddles_in(sale, request.user) if request.user.is_authenticated else []
    seats = seats_at(found, paddles)
    shown = shown_of(found, now)
    return Reading(sale, found, now, shown, paddles, seats, _seat(seats, shown, wanted))


def _seat(seats: dict[int, Seat], shown: Shown, wanted: str) -> Seat | None:
    """The paddle asked for; else the one that leads, may bid, or was registered first."""
    if wanted.isascii() and wanted.isdigit() and int(wanted) in seats:
        return seats[int(wanted)]
    if shown.leader in seats:
        return seats[shown.leader]
    usable = [s for s in seats.values() if s.paddle.state == PaddleState.APPROVED]
    return next(iter(usable or list(seats.values())), None)


def _form(reading: Reading, data: Any = None) -> BidForm:
    sale, shown, seat = reading.sale, reading.shown, reading.seat
    menu, costs = None, {}
    if not sale.is_sealed:
        counts = reading.leads or shown.stage == Stage.WAITING
        menu = menu_of(reading.lot, shown, seat.own_maximum if seat and counts else None)
        costs = {str(minor): _cost_attributes(reading.costs(minor)) for minor in menu}
    initial = {"key": page_key(), "paddle": seat.paddle.pk if seat else None}
    return BidForm(data, initial=initial, currency=sale.currency, menu=menu, costs=costs)


def _cost_attributes(costs: Costs) -> dict[str, str]:
    lines = {f"data-{line.code}": line.money.words() for line in costs.lines}
    return lines | {"data-total": costs.total.words()}


def _frame(reading: Reading) -> dict[str, Any]:
    """What the page of a lot and the page that confirms a bid share."""
    sale, found = reading.sale, reading.lot
    ends = found.ends_at
    return {
        "sale": sale,
        "sale_title": sale.display_title,
        "lot": found,
        "work": found.work,
        "title": found.work.display_title,
        "now": reading.now,
        "end": wording.moment(ends) if ends else "",
        "left": wording.left(ends - reading.now) if ends else "",
        "is_ticking": reading.shown.stage in BIDDABLE,
        "extension": wording.extension(rule_books.closing(sale.closing_id)),
        "is_sealed": sale.is_sealed,
        "trail": [
            (pgettext_lazy("section", "拍卖"), reverse("auctions:sales")),
            (sale.display_title, reverse("auctions:sale", args=[sale.pk])),
            (_("拍品%(n)d") % {"n": found.number}, ""),
        ],
    }


def _page(
    request: HttpRequest,
    reading: Reading,
    *,
    form: BidForm | None = None,
    refusal: wording.Words | None = None,
    status: int = 200,
) -> HttpResponse:
    sale, found, shown = reading.sale, reading.lot, reading.shown
    work = found.work
    before, after, count = neighbours(found)
    figure, label = price_words(found, shown)
    may_bid = reading.may_bid
    form = form or (_form(reading) if may_bid else None)
    standing = _standing(request, reading)
    is_announced = sale.state == SaleState.ANNOUNCED
    context = _frame(reading) | {
        "before": before,
        "after": after,
        "count": count,
        "views": pages.views_of(work),
        "maker": catalogue.maker_words(work),
        "date": catalogue.date_words(work),
        "medium": catalogue.medium_words(work),
        "size": catalogue.dimension_words(work),
        "types": catalogue.type_words(work),
        "condition_report": newest_report(work),
        "state_lines": pages.gathered(pages.state_lines, work, request),
        "sequence": found.sequence if _tells_sequence(reading) else None,
        "stage": shown.stage,
        "stage_kind": wording.STAGE_KINDS.get(shown.stage, "neutral"),
        "figure": figure,
        "label": label,
        "estimate": found.estimate,
        "marks": found.marks,
        "reserve": _reserve_words(shown),
        "costs": _first_costs(reading, form),
        "total": _total(reading),
        "standing": standing,
        "is_followed": request.user.is_authenticated and follows(request.user, lot_id=found.pk),
        "seat": reading.seat,
        "seats": list(reading.seats.values()),
        "receipts": _receipts(reading),
        "may_bid": may_bid,
        "form": form if may_bid else None,
        "form_errors": form if form is not None and form.is_bound else None,
        "refusal": refusal,
        "lines": [_line(line, sale) for line in lines_of(found, shown, reading.seats)],
        "is_announced": is_announced,
        "may_register": (
            is_announced
            and reading.seat is None
            and shown.stage in BIDDABLE
            and standing.rule != citations.BARS
        ),
        "cited": citations.BIDS_BIND,
    }
    context |= _aftermath(request, reading, context["lines"])
    return render(request, "auctions/lot.html", context, status=status)


def _aftermath(
    request: HttpRequest, reading: Reading, lines: list[dict[str, Any]]
) -> dict[str, Any]:
    """Corrections, what can be offered for an unsold lot, and when its buyer pays."""
    found = reading.lot
    kinds = {row["line"].kind for row in lines}
    shown: dict[str, Any] = {}
    if found.state in UNSOLD_LOTS:
        shown |= offer_context(found, request.user) or {}
    if LotEventKind.CORRECTED in kinds or _leaves_out_lines(reading, lines):
        shown["corrections"] = [
            correction_words(row, reading.sale) for row in corrections_of(found)
        ]
    if LotEventKind.AWARDED in kinds and found.state in SOLD_LOTS:
        # No hammer fell at this price; whether the reserve was met is between house and consignor.
        shown["label"] = _("成交价，不含佣金")
        shown["reserve"] = _("设有保留价") if reading.shown.has_reserve else _("无保留价")
    if found.state == LotState.SOLD and found.winner_id in reading.seats:
        shown["due"] = payment_due(found)
    return shown


def _leaves_out_lines(reading: Reading, lines: list[dict[str, Any]]) -> bool:
    """The history is not told, or not whole; corrections always are. No event, no correction."""
    hidden = reading.shown.stage == Stage.WAITING or reading.sale.is_sealed
    return reading.lot.sequence > 0 and (hidden or len(lines) >= MOST_LINES)


def _tells_sequence(reading: Reading) -> bool:
    """It gives away how many bids there are, where nobody is to know."""
    return not reading.sale.is_sealed and reading.shown.stage != Stage.WAITING


def _first_costs(reading: Reading, form: BidForm | None) -> Any:
    """The cost at the amount that the form shows first."""
    if form is None or "choice" not in form.fields:
        return None
    first = next(iter(form.fields["choice"].widget.choices))[0]
    return reading.costs(int(first))


def _total(reading: Reading) -> Money | None:
    """What the winner of a sold lot pays in all."""
    lot, hammer = reading.lot, reading.shown.hammer
    if not hammer:
        return None
    is_early = has_priority(lot, lot.winner_id)
    return costs_of(reading.sale, hammer, lot=lot, has_priority=is_early).total


def _reserve_words(shown: Shown) -> str:
    """Met or not, or that there is one; never the amount."""
    if not shown.has_reserve:
        return _("无保留价")
    if shown.reserve_met is None or shown.stage == Stage.SOLD:
        return _("设有保留价") if shown.stage != Stage.SOLD else _("已达保留价")
    return _("已达保留价") if shown.reserve_met else _("未达保留价")


def _standing(request: HttpRequest, reading: Reading) -> wording.Words:
    """Where this reader stands, in one sentence."""
    shown, seat, currency = reading.shown, reading.seat, reading.sale.currency
    if seat is not None and seat.bids and shown.stage == Stage.SOLD:
        if reading.lot.winner_id in reading.seats:
            return wording.won(shown, currency)
        return wording.lost(shown, currency)
    if shown.stage not in BIDDABLE:
        return wording.ended(shown, currency)
    if not request.user.is_authenticated:
        return wording.Words(_("登录并登记这场拍卖会以后可以出价"))
    if seat is None:
        bar = bar_of(reading.sale, request.user)
        return wording.BARS[bar] if bar else wording.Words(_("你还没有登记这场拍卖会"))
    if seat.bar:
        return wording.BARS[seat.bar]
    if seat.paddle.state != PaddleState.APPROVED:
        return wording.paddle(seat.paddle)
    if reading.sale.is_sealed:
        if not seat.bids:
            return wording.Words(_("你还没有报价"))
        return wording.Words(_("你的报价已密封，以最后一次为准"), icon="lock")
    return wording.standing(shown, seat.paddle.pk, seat.own_maximum, currency)


def _receipts(reading: Reading) -> list[Any]:
    """When the reader's sealed bids came; the amounts stay sealed for him too."""
    if not reading.sale.is_sealed or reading.seat is None or not reading.seat.bids:
        return []
    rows = receipts_of(reading.lot, reading.seat.paddle)
    return [(key[:8], wording.moment(at)) for key, at in rows]


def _line(line: Line, sale: Sale) -> dict[str, Any]:
    """One line of the history in words."""
    money = line.amount if line.amount is not None else line.price
    words = {
        LotEventKind.OPENED: _("开始竞价"),
        LotEventKind.CLOSED: _("落槌"),
        LotEventKind.DEFAULTED: _("买受人没有按期付款，成交合同解除"),
        LotEventKind.RESCINDED: _("成交撤销，价款退还买受人"),
        LotEventKind.AWARDED: _("落槌后成交"),
        LotEventKind.RELEASED: _("作品退还委托人"),
        LotEventKind.CORRECTED: _("图录文字勘误"),
        LotEventKind.WITHDRAWN: _("撤回"),
        LotEventKind.VOIDED: _("经办人作废号牌%(n)s的一笔出价") % {"n": line.paddle},
        LotEventKind.END_MOVED: _("延时到%(end)s")
        % {"end": wording.moment(line.ends_at) if line.ends_at else ""},
        LotEventKind.BID: _("号牌%(n)s出价") % {"n": line.paddle},
    }[LotEventKind(line.kind)]
    return {
        "at": line.at,
        "moment": wording.moment(line.at),
        "words": words,
        "money": Money(money, sale.currency).words() if money is not None else "",
        "line": line,
    }
