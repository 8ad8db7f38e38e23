"""What the desk of a house and the pages of a consignor show; reads only.

The reserve is handed out for a house's own lots and a consignor's own works; a maximum to an
operator; a sealed amount to nobody before it is opened.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from artmarket.accounts import gates
from artmarket.accounts.enums import LicenceKind, OrganisationKind
from artmarket.accounts.models import Membership, Organisation, User
from artmarket.accounts.permissions import parties_of
from artmarket.core.clock import db_now
from artmarket.core.errors import Text
from artmarket.core.money import Money

from .. import citations, rule_books, wording
from ..enums import (
    CLOSED_LOTS,
    LIVE_LOTS,
    PADDLE_MOVES,
    SOLD_LOTS,
    BidResult,
    ConsignmentState,
    LotState,
    PaddleState,
    SaleState,
)
from ..models import Bid, Conditions, Consignment, Lot, Paddle, RuleSet, Sale
from ..services.sales import Problem, announcement_problems
from .costs import CostLine, seller_costs
from .rule_words import approval_words, deposit_words, platform_words, seller_words, storage_words
from .sales import costs_of

SHOWN_ROWS = 500


def houses_of(user: User) -> QuerySet[Organisation]:
    """The auction houses that this person administers."""
    administered = Membership.objects.administering().filter(user=user)
    return Organisation.objects.filter(
        pk__in=administered.values("organisation"),
        kind=OrganisationKind.AUCTION_HOUSE, is_active=True,
    ).order_by("name")  # fmt: skip


def is_of_house(user: User) -> bool:
    """Whether this person runs the desk of a house."""
    return houses_of(user).exists()


def licensed_houses() -> list[Organisation]:
    """Houses to which a work can be given today."""
    houses = Organisation.objects.filter(
        kind=OrganisationKind.AUCTION_HOUSE, is_active=True
    ).order_by("name")
    return [house for house in houses if gates.licence_of(house, LicenceKind.AUCTION)]


def sales_of(houses: Iterable[Organisation]) -> QuerySet[Sale]:
    """The sales of these houses, the newest first, with what is counted of them."""
    return (
        Sale.objects.filter(house__in=houses)
        .select_related("house")
        .annotate(
            lot_count=Count("lots", filter=~Q(lots__state=LotState.WITHDRAWN), distinct=True),
            waiting=Count("paddles", filter=Q(paddles__state=PaddleState.PENDING), distinct=True),
        )
    )


def next_step(sale: Sale) -> str:
    """What the house does next."""
    if sale.state == SaleState.DRAFT:
        return _("补齐拍品和时间，然后公告")
    if sale.state != SaleState.ANNOUNCED:
        return _("查看结果")
    waiting = getattr(sale, "waiting", 0)
    if waiting:
        return ngettext("审核%(n)d位竞买登记", "审核%(n)d位竞买登记", waiting) % {"n": waiting}
    now = db_now()
    if sale.opens_at and sale.opens_at > now:
        return _("等待开始竞价")
    return _("竞价中，等待结束")


# ------------------------------------------------------------------ rule sets


def rule_choices(kind: str, currency: str) -> list[tuple[str, str]]:
    """The sets that fit a currency by name, the newest version of each, told by what they say."""
    newest: dict[str, RuleSet] = {}
    rows = RuleSet.objects.filter(kind=kind, currency__in=("", currency)).order_by("version")
    for row in rows:
        newest[row.name] = row
    own = ("district", "none", "by-hand")
    ordered = sorted(newest.values(), key=lambda row: (row.name not in own, row.name))
    return [(row.name, rule_label(row, currency)) for row in ordered]


def rule_label(row: RuleSet, currency: str) -> str:
    """A set in one line: what it does, and whose it is."""
    house = _("本平台") if row.house == "District" else row.house
    unit = rule_books.parts_of(currency)
    words = {
        "ladder": lambda: ladder_words(row, currency),
        "closing": lambda: wording.extension(rule_books.closing(row.pk)).rstrip("。."),
        "premium": lambda: premium_words(row, currency),
        "deposit": lambda: deposit_words(row, currency),
        "approval": lambda: approval_words(row),
        "seller": lambda: seller_words(rule_books.seller(row.pk, unit), currency),
        "storage": lambda: storage_words(rule_books.storage(row.pk, unit), currency),
    }[row.kind]()
    return _("%(words)s（%(house)s %(name)s，第%(v)d版）") % {
        "words": words,
        "house": house,
        "name": row.name,
        "v": row.version,
    }


def ladder_rows(row: RuleSet, currency: str) -> list[tuple[str, str]]:
    """Price from, step; both with the sign of the currency."""
    ladder = rule_books.ladder(row.pk, rule_books.parts_of(currency))
    return [
        (Money(start, currency).words(), Money(step, currency).words())
        for start, step in ladder.rows
    ]


def ladder_words(row: RuleSet, currency: str) -> str:
    """The first step and the last."""
    rows = ladder_rows(row, currency)
    if not rows:
        return _("按现价的百分比加价")
    return _("从%(first)s一档到%(last)s一档") % {"first": rows[0][1], "last": rows[-1][1]}


def premium_rows(row: RuleSet, currency: str) -> list[tuple[str, str]]:
    """Up to which price, at which rate."""
    terms = rule_books.premium(row.pk, rule_books.parts_of(currency))
    return [
        (
            _("以上部分") if tier.limit is None and len(terms.tiers) > 1
            else _("全部") if tier.limit is None
            else _("%(sum)s及以下部分") % {"sum": Money(tier.limit, currency).words()},
            wording.percent(tier.percent),
        )
        for tier in terms.tiers
    ]  # fmt: skip


def premium_words(row: RuleSet, currency: str) -> str:
    """The rates, first to last."""
    return " · ".join(rate for _limit, rate in premium_rows(row, currency))


@dataclass(frozen=True, slots=True)
class RulesShown:
    """The rule sets of a sale, for its page."""

    ladder: list[tuple[str, str]]
    ladder_name: str
    closing: str
    premium: list[tuple[str, str]]
    deposit: str
    approval: str
    storage: str
    platform: str
    example: list[CostLine]
    example_total: Money


EXAMPLE_HAMMER = 100_000  # whole units of the currency: an example, not a rule


def rules_shown(sale: Sale) -> RulesShown:
    """What the sale is held by, and what a buyer pays by it at a round price."""
    example = costs_of(sale, EXAMPLE_HAMMER * rule_books.parts_of(sale.currency))
    return RulesShown(
        ladder_rows(sale.ladder, sale.currency),
        rule_label(sale.ladder, sale.currency),
        wording.extension(rule_books.closing(sale.closing_id)),
        premium_rows(sale.premium, sale.currency),
        deposit_words(sale.deposit, sale.currency),
        approval_words(sale.approval),
        storage_words(rule_books.storage_of(sale), sale.currency),
        platform_words(rule_books.platform_of(sale)),
        example.lines,
        example.total,
    )


def ladders_shown(currency: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every ladder that can be chosen, with its table."""
    found = []
    for name, label in rule_choices("ladder", currency):
        row = RuleSet.objects.newest("ladder", name)
        if row is not None:
            found.append((label, ladder_rows(row, currency)))
    return found


# ------------------------------------------------------------------ one sale


def money(minor: int | None, currency: str) -> str:
    """An amount in words, or nothing."""
    return "" if minor is None else Money(minor, currency).words()


def estimate_words(low: int | None, high: int | None, currency: str) -> str:
    """The two ends of an estimate."""
    if low is None or high is None:
        return ""
    return f"{money(low, currency)}–{money(high, currency)}"


PILLS = {
    LotState.SOLD: "ok", LotState.SETTLED: "ok", LotState.OPEN: "live", LotState.ANNOUNCED: "info",
    LotState.BELOW_RESERVE: "warn", LotState.DEFAULTED: "warn", LotState.WITHDRAWN: "neutral",
    LotState.RESCINDED: "warn",
}  # fmt: skip


def lot_rows(sale: Sale) -> list[dict[str, Any]]:
    """The catalogue as its house sees it, the reserve included."""
    lots = sale.lots.select_related("work", "winner").order_by("number")[:SHOWN_ROWS]
    currency = sale.currency
    return [
        {
            "lot": lot,
            "pill": PILLS.get(LotState(lot.state), "neutral"),
            "opening": money(lot.opening_minor, currency),
            "estimate": estimate_words(lot.estimate_low_minor, lot.estimate_high_minor, currency),
            "reserve": money(lot.reserve_minor, currency),
            "price": money(lot.price_minor, currency),
            "hammer": money(lot.hammer_minor, currency),
            "may_withdraw": lot.state not in CLOSED_LOTS,
            "is_live": lot.state in LIVE_LOTS,
            "has_bids": sale.state != SaleState.DRAFT,
            "may_correct": lot.state not in CLOSED_LOTS,
            "is_over": lot.state in CLOSED_LOTS and lot.state != LotState.WITHDRAWN,
        }
        for lot in lots
    ]


FIELDS: dict[str, Text] = {
    "notice_on": gettext_lazy("公告日"), "viewing_from": gettext_lazy("展示开始"),
    "viewing_until": gettext_lazy("展示结束"), "opens_at": gettext_lazy("开始竞价"),
    "closes_at": gettext_lazy("第一件结束"), "lots": gettext_lazy("图录"),
    "conditions": gettext_lazy("拍卖规则正文"), "reserve_policy": gettext_lazy("保留价规则"),
    "house": gettext_lazy("拍卖企业"),
}  # fmt: skip


def problems_of(sale: Sale) -> list[tuple[Text, Problem]]:
    """What keeps a draft from being announced now, each with the name of its field."""
    lots = list(sale.lots.filter(state=LotState.DRAFT))
    conditions = newest_conditions(sale.house)
    found = announcement_problems(sale, lots, conditions, db_now())
    if gates.licence_of(sale.house, LicenceKind.AUCTION) is None:
        words = _("拍卖企业没有有效的拍卖经营批准。")
        found.insert(0, Problem("house", words, citations.HOUSE_LICENCE))
    return [(FIELDS[problem.field], problem) for problem in found]


def newest_conditions(house: Organisation) -> Conditions | None:
    """The conditions of sale that an announcement would take."""
    return Conditions.objects.filter(house=house).order_by("-version").first()


def ready_consignments(sale: Sale) -> list[Consignment]:
    """Works under contract with the house that stand in no sale."""
    taken = Lot.objects.filter(
        consignment=OuterRef("pk"), state__in=(LotState.DRAFT, *LIVE_LOTS, *SOLD_LOTS)
    )
    held = Lot.objects.held_after_default().filter(consignment=OuterRef("pk"))
    rows = Consignment.objects.filter(
        house=sale.house_id, state=ConsignmentState.CONTRACTED, currency=sale.currency
    ).exclude(Exists(taken) | Exists(held))
    return list(rows.select_related("work").order_by("contracted_at")[:SHOWN_ROWS])


@dataclass(frozen=True, slots=True)
class PaddleRow:
    """A registration as the house sees it: who he is, whether he is identified, his limit, the
    deposit that is still missing (empty: none), and by which rule it was approved."""

    paddle: Paddle
    is_identified: bool
    limit: str
    missing: str
    rule: str


def paddle_rows(sale: Sale) -> list[PaddleRow]:
    """Registrations of a sale, those that wait first."""
    paddles = sale.paddles.select_related(
        "party__user", "party__organisation", "user", "power", "decided_rule"
    ).prefetch_related("deposits")
    rows = list(paddles[:SHOWN_ROWS])
    rows.sort(key=lambda p: (p.state != PaddleState.PENDING, p.number))
    return [paddle_row(paddle, sale.currency) for paddle in rows]


def paddle_row(paddle: Paddle, currency: str) -> PaddleRow:
    """One registration; both the buyer and who bids for him must be identified."""
    who: list[User | Organisation] = [paddle.user]
    if paddle.party.organisation:
        who.append(paddle.party.organisation)
    missing = sum(deposit.missing_minor for deposit in paddle.deposits.all())
    return PaddleRow(
        paddle,
        all(gates.identity_of(holder) is not None for holder in who),
        money(paddle.bid_limit_minor, currency),
        money(missing, currency) if missing else "",
        approval_words(paddle.decided_rule) if paddle.decided_rule else "",
    )


def paddle_choices(paddle: Paddle) -> list[str]:
    """The decisions that can be taken now, the present state (for a new limit) among them."""
    moves = [s for s in PaddleState.values if s in PADDLE_MOVES.get(paddle.state, frozenset())]
    return [*([paddle.state] if paddle.state == PaddleState.APPROVED else []), *moves]


def bid_rows(lot: Lot, *, sees_maxima: bool) -> list[dict[str, Any]]:
    """Every offer on a lot, refused ones too; amounts only where they may be seen.

    A sealed amount is read by nobody before the lot is over.
    """
    is_sealed = lot.sale.is_sealed
    is_over = lot.state in CLOSED_LOTS and lot.state != LotState.WITHDRAWN
    shows = is_over if is_sealed else sees_maxima
    rows = Bid.objects.filter(lot=lot).select_related("paddle", "void__by", "sealed")
    return [
        {
            "bid": bid,
            "void": getattr(bid, "void", None),
            "amount": money(_amount(bid, is_sealed=is_sealed), lot.sale.currency) if shows else "",
            "may_void": bid.result == BidResult.ACCEPTED
            and getattr(bid, "void", None) is None
            and lot.state in LIVE_LOTS,
        }
        for bid in rows.order_by("-pk")[:SHOWN_ROWS]
    ]


def _amount(bid: Bid, *, is_sealed: bool) -> int | None:
    if not is_sealed:
        return bid.amount_minor
    sealed = getattr(bid, "sealed", None)
    return int(sealed.amount) if sealed else None


# ------------------------------------------------------------------ consignments


def consignments_of_houses(houses: Iterable[Organisation]) -> QuerySet[Consignment]:
    """Works offered to these houses, those that wait for an answer first."""
    waits = Q(state=ConsignmentState.OFFERED)
    return (
        Consignment.objects.filter(house__in=houses)
        .select_related("work", "house", "party")
        .annotate(waits=Count("pk", filter=waits))
        .order_by("-waits", "-pk")
    )


def consignments_of(user: User) -> QuerySet[Consignment]:
    """What this person, or an organisation he acts for, gave to houses."""
    return Consignment.objects.filter(party__in=parties_of(user)).select_related("work", "house")


def terms_shown(row: Consignment) -> dict[str, Any]:
    """The terms in words, for the two who made them, with what a sale would bring."""
    shown: dict[str, Any] = {
        "opening": money(row.opening_minor, row.currency),
        "estimate": estimate_words(row.estimate_low_minor, row.estimate_high_minor, row.currency),
        "reserve": money(row.reserve_minor, row.currency),
        "commission": commission_words(row),
        "withdrawal": "" if row.withdrawal_pct is None else f"{row.withdrawal_pct.normalize():f}%",
        "fee": money(row.withdrawal_fee_minor, row.currency),
    }
    price = row.estimate_low_minor or row.opening_minor
    if price:
        example = seller_costs(row, price)
        shown |= {"example": example.lines, "example_total": example.total}
    return shown


def commission_words(row: Consignment) -> str:
    """The rate or the schedule of the seller's commission; nothing before it is proposed."""
    if row.schedule_id is not None:
        terms = rule_books.seller(row.schedule_id, rule_books.parts_of(row.currency))
        return seller_words(terms, row.currency)
    return "" if row.commission_pct is None else f"{row.commission_pct.normalize():f}%"
