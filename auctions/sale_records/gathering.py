"""One sale as the rows of its record, always in Chinese: it is what the law asks for.

What is told is the public course of the price: who bid when, and where the price stood after it.
The reserve and the maxima are secrets of the consignor (拍卖法 28) and of the bidders and are not
part of it; of a sealed lot the amounts stand here once they were opened. Rows depend on the
sale alone: gathered again from a sale that has ended, they are the same to the byte.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.utils import translation

from artmarket.accounts import gates
from artmarket.accounts.enums import LicenceKind
from artmarket.core.clock import SHANGHAI
from artmarket.core.money import Money
from catalog.selectors import maker_words

from .. import wording
from ..engine import bidding as engine
from ..enums import LotEventKind, LotState, SaleState
from ..lot_states import refold
from ..models import Lot, LotEvent, Paddle, Sale
from ..rule_books import closing, rules_of

_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{3})\+08:00")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the record; `section` is sale, rule, paddle, lot, course or result."""

    section: str
    lot: str = ""
    sequence: str = ""
    time: str = ""
    kind: str = ""
    paddle: str = ""
    amount: str = ""
    currency: str = ""
    channel: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """The rows of one sale; `is_final` once the sale has ended and nothing more can come."""

    title: str
    currency: str
    is_final: bool
    rows: tuple[Row, ...]

    def of(self, section: str, lot: str = "") -> list[Row]:
        """The rows of a section (of one lot), in their order."""
        return [row for row in self.rows if row.section == section and lot in ("", row.lot)]


def record_of(sale: Sale, *, with_names: bool) -> Record:
    """Gather an announced sale; names of bidders only where they may be seen."""
    with translation.override("zh-hans"):
        rows = [
            *_facts(sale),
            *_rule_sets(sale),
            *_paddles(sale, with_names=with_names),
            *_lots(sale),
        ]
    is_final = sale.state in (SaleState.ENDED, SaleState.CANCELLED)
    return Record(sale.title, sale.currency, is_final, tuple(rows))


def moment(at: datetime | None) -> str:
    """A moment in Shanghai, with milliseconds and offset."""
    return at.astimezone(SHANGHAI).isoformat(timespec="milliseconds") if at else ""


def _facts(sale: Sale) -> Iterator[Row]:
    day = sale.opens_at.astimezone(SHANGHAI).date() if sale.opens_at else None
    licence = gates.licence_of(sale.house, LicenceKind.AUCTION, on=day)
    facts = {
        "名称": sale.title,
        "拍卖企业": sale.house.name,
        "拍卖经营批准": f"{licence.number}，{licence.authority}" if licence else "",
        "方式": sale.get_format_display(),
        "主持": "网上竞价，由平台按公告的规则裁定",
        "展示地点": sale.place,
        "公告日": str(sale.notice_on or ""),
        "展示": f"{sale.viewing_from} 至 {sale.viewing_until}" if sale.viewing_from else "",
        "开始竞价": moment(sale.opens_at),
        "第一件结束": moment(sale.closes_at),
        "拍卖会结束": moment(sale.ended_at),
        "状态": sale.get_state_display(),
        "币种": sale.currency,
    }
    for name, value in facts.items():
        if value:
            yield Row("sale", kind=name, words=str(value))


def _rule_sets(sale: Sale) -> Iterator[Row]:
    for row in (
        sale.ladder, sale.closing, sale.premium, sale.deposit, sale.approval, sale.storage,
        sale.platform,
    ):  # fmt: skip
        if row is None:  # sales from before these rules
            continue
        words = f"{row.name} 第{row.version}版，{row.house}；{row.source}"
        yield Row("rule", kind=row.get_kind_display(), words=words)
    extension = wording.extension(closing(sale.closing_id))
    yield Row("rule", kind="延时", words=extension)
    yield Row("rule", kind="应叫价", words=sale.get_step_mode_display())
    yield Row("rule", kind="保留价规则", words=sale.get_reserve_policy_display())
    if sale.conditions:
        published = moment(sale.conditions.published_at)
        words = f"第{sale.conditions.version}版，{published}发布"
        yield Row("rule", kind="拍卖规则正文", words=words)


def _paddles(sale: Sale, *, with_names: bool) -> Iterator[Row]:
    for paddle in sale.paddles.select_related("party", "user").order_by("number"):
        names = dict.fromkeys((paddle.party.name, paddle.user.display_name))
        yield Row(
            "paddle", time=moment(paddle.registered_at), kind=paddle.get_state_display(),
            paddle=str(paddle.number), words="，代理人".join(names) if with_names else "",
        )  # fmt: skip


def _lots(sale: Sale) -> Iterator[Row]:
    lots = (
        sale.lots.exclude(state=LotState.DRAFT)
        .select_related("work", "winner")
        .prefetch_related("work__attributions__artist")
        .order_by("number")
    )
    for lot in lots:
        lot.sale = sale
        number = str(lot.number)
        title = "，".join(filter(None, (maker_words(lot.work), f"《{lot.work.title}》")))
        registry = f"，登记号{lot.work.number}" if lot.work.number else ""
        yield _row(lot, "lot", kind="起拍价", amount=lot.opening_minor, words=title + registry)
        log = _log(lot)
        for row in _course(lot, log):
            yield replace(row, lot=number)
        if lot.closed_at:
            yield _result(lot, log)


def _log(lot: Lot) -> list[LotEvent]:
    """The log of a lot up to its hammer: payment, default and later sales belong to no record."""
    rows = LotEvent.objects.filter(lot=lot).select_related("bid__paddle", "bid__void")
    log = list(rows.order_by("sequence", "pk"))
    ends = (n for n, event in enumerate(log, 1) if event.kind == LotEventKind.CLOSED)
    return log[: next(ends, len(log))]


def _result(lot: Lot, log: list[LotEvent]) -> Row:
    """What the hammer left, whatever became of the contract."""
    closed = log[-1] if log and log[-1].kind == LotEventKind.CLOSED else None
    if closed is None:
        return _row(
            lot, "result", time=moment(lot.closed_at), kind=LotState.WITHDRAWN.label,
            words=lot.withdrawal_reason,
        )  # fmt: skip
    result, buyer = LotState(closed.data["result"]), None
    if result == LotState.SOLD:
        gone = (LotEventKind.DEFAULTED, LotEventKind.RESCINDED)
        undone = lot.events.filter(kind__in=gone).order_by("sequence").first()
        buyer = Paddle.objects.get(pk=undone.data["paddle"]) if undone else lot.winner
    return _row(
        lot, "result", time=moment(closed.at), kind=str(result.label),
        paddle=str(buyer.number) if buyer else "", amount=closed.data["hammer"],
    )  # fmt: skip


def _row(lot: Lot, section: str, *, amount: int | None = None, **columns: str) -> Row:
    if amount is None:
        return Row(section, lot=str(lot.number), **columns)
    figure = str(Money(amount, lot.sale.currency).amount)
    return Row(section, lot=str(lot.number), amount=figure, currency=lot.sale.currency, **columns)


def _course(lot: Lot, log: list[LotEvent]) -> Iterator[Row]:
    """The log of a lot, step by step, with the public price after each."""
    opened = _opened_amounts(lot, log)
    for n, event in enumerate(log):
        bid = event.bid
        yield _row(
            lot, "course", sequence=str(event.sequence), time=moment(event.at),
            kind=event.get_kind_display(), paddle=str(bid.paddle.number) if bid else "",
            channel=bid.get_channel_display() if bid and event.kind == LotEventKind.BID else "",
            amount=_price(lot, log[: n + 1], opened), words=_words(event),
        )  # fmt: skip


def _opened_amounts(lot: Lot, log: list[LotEvent]) -> dict[int, int]:
    """By sequence the amounts of a sealed lot that were opened; else nothing."""
    if not lot.sale.is_sealed:
        return {}
    rows = (event.data.get("bids", []) for event in log if event.kind == LotEventKind.CLOSED)
    return {number: amount for bids in rows for number, amount in bids}


def _price(lot: Lot, upto: list[LotEvent], opened: dict[int, int]) -> int | None:
    event = upto[-1]
    price: int | None = None
    if event.kind == LotEventKind.CLOSED:
        price = event.data["hammer"]
    elif lot.sale.is_sealed:
        price = opened.get(event.sequence) if event.kind == LotEventKind.BID else None
    elif event.kind == LotEventKind.BID and event.bid:
        price = event.bid.answer.get("price")
    elif event.kind in (LotEventKind.OPENED, LotEventKind.VOIDED):
        state = refold(lot, upto).state
        price = engine.standing(rules_of(lot), state).price if state.is_open else None
    return price


def _words(event: LotEvent) -> str:
    if event.kind == LotEventKind.END_MOVED:
        return f"延至{moment(event.ends_at)}"
    if event.kind == LotEventKind.VOIDED and event.bid:
        return f"作废序号{event.bid.number}的出价，理由：{event.data.get('reason', '')}"
    if event.kind == LotEventKind.BID and event.bid and getattr(event.bid, "void", None):
        return "后来作废"
    return str(event.data.get("reason", ""))


def time_words(text: str) -> str:
    """The moments within a text as a page prints them: day, clock and milliseconds."""
    return _MOMENT.sub(r"\1 \2", text)
