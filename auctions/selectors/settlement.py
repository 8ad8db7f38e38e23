"""Settlements as their people read them: whose turn it is, until when, and what can be done."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import Organisation, User
from artmarket.core.clock import SHANGHAI
from artmarket.core.errors import Text
from artmarket.ledger.models import ChargeDispute
from artmarket.ledger.services.disputes import OURS

from .. import citations
from ..engine import settlement as engine
from ..enums import LotState
from ..models import InvoiceReceipt, Lot, Paddle, Settlement, SettlementClaim
from ..models.settlement import SettlementQuerySet
from ..settlement_enums import OPEN_CLAIMS, ClaimKind, ClaimState, SettlementState, Side
from .after_release import recourse_owed_by

_AT_HAND = (
    "invoice__buyer", "invoice__paddle", "invoice__sale__house", "lot__sale__house", "lot__work",
    "seller",
)  # fmt: skip
STOPPED_BY_A_DISPUTE = (SettlementState.HELD, SettlementState.ACCEPTED)
_OVER = (SettlementState.CLOSED, SettlementState.CANCELLED, SettlementState.REFUNDED)


@dataclass(frozen=True, slots=True)
class Turn:
    """Who acts next, what he does, until when (None: no term), and what follows if he does not."""

    side: str
    task: Text
    due: datetime | None = None
    consequence: Text = ""


@dataclass(frozen=True, slots=True)
class Uninvoiced:
    """What one paddle bought and no invoice names yet."""

    paddle: Paddle
    lots: list[Lot]


def with_people(rows: SettlementQuerySet) -> SettlementQuerySet:
    """With what lists and pages name, with the claim that is open (`open_claims`), and with what
    came in of it that a payer's bank ever disputed (`disputed_receipts`)."""
    claims = SettlementClaim.objects.filter(state__in=OPEN_CLAIMS)
    disputes = ChargeDispute.objects.filter(payment=OuterRef("payment"))
    receipts = InvoiceReceipt.objects.filter(Exists(disputes)).select_related("payment")
    return rows.select_related(*_AT_HAND).prefetch_related(
        Prefetch("claims", queryset=claims, to_attr="open_claims"),
        Prefetch(
            "receipts", queryset=receipts.prefetch_related("payment__disputes"),
            to_attr="disputed_receipts",
        ),
    )  # fmt: skip


def orders_of(user: User) -> SettlementQuerySet:
    """What a person bought, the newest first."""
    own = Settlement.objects.filter(invoice__paddle__user=user)
    own |= Settlement.objects.filter(invoice__buyer__user=user)
    return with_people(own).order_by("-pk")


def of_houses(houses: list[Organisation]) -> SettlementQuerySet:
    """What is being settled at these houses, the newest first; what is over is left out."""
    rows = Settlement.objects.filter(lot__sale__house__in=houses).exclude(state__in=_OVER)
    return with_people(rows).order_by("-pk")


def uninvoiced(houses: list[Organisation]) -> list[Uninvoiced]:
    """Who bought at these houses and has no invoice for it; one query."""
    standing = Settlement.objects.live().filter(lot=OuterRef("pk"))
    rows = Lot.objects.filter(sale__house__in=houses, state=LotState.SOLD)
    rows = rows.exclude(Exists(standing)).select_related("sale", "work", "winner__party")
    found: dict[int, Uninvoiced] = {}
    for lot in rows.order_by("sale", "number"):
        assert lot.winner is not None  # noqa: S101 - a constraint of sold lots
        found.setdefault(lot.winner.pk, Uninvoiced(lot.winner, [])).lots.append(lot)
    return list(found.values())


def open_claim(row: Settlement) -> SettlementClaim | None:
    """The claim that is not decided or not carried out, of a row from `with_people`."""
    return next(iter(row.open_claims), None)  # type: ignore[attr-defined]


def claims_of(row: Settlement) -> QuerySet[SettlementClaim]:
    """All claims with what was said, and the files with it."""
    rows = row.claims.select_related("case")
    rows = rows.prefetch_related("statements__by", "statements__files__document__uploaded_by")
    return rows.order_by("pk")


def disputes_of(row: Settlement) -> list[ChargeDispute]:
    """What banks ever disputed of a row from `with_people`, each once, the oldest first."""
    receipts: list[InvoiceReceipt] = row.disputed_receipts  # type: ignore[attr-defined]
    found = {one.pk: one for receipt in receipts for one in receipt.payment.disputes.all()}
    return [found[pk] for pk in sorted(found)]


def standing_dispute(row: Settlement) -> ChargeDispute | None:
    """The oldest dispute that stands: while it does nothing is handed over or released."""
    return next((one for one in disputes_of(row) if one.status not in OURS), None)


def dispatch_due(row: Settlement) -> datetime | None:
    """Until when a paid work, of a row from `with_people`, leaves the house; None: it may not."""
    if row.paid_at is None:
        return None
    stops = [
        (one.opened_at, one.closed_at if one.status in OURS else None)
        for one in disputes_of(row)
    ]  # fmt: skip
    return engine.dispatch_due(row.paid_at, rulebook.get(citations.DISPATCH_DAYS), stops)


def turn_of(row: Settlement, claim: SettlementClaim | None) -> Turn | None:
    """Whose turn it is; None when all is done."""
    if claim is not None:
        return _turn_of_claim(claim)
    if row.owed_minor and row.state != SettlementState.HELD:
        due = datetime.combine(row.invoice.due_on + timedelta(days=1), time(), tzinfo=SHANGHAI)
        words = _("逾期不付，拍卖企业可以解除合同，还要承担佣金和差额。")
        return Turn(Side.BUYER, _("付款"), due, words)
    if row.owed_minor:
        return Turn(Side.BUYER, _("付保管费"), None, _("付清以后才能交付。"))
    if row.state in STOPPED_BY_A_DISPUTE and (dispute := standing_dispute(row)) is not None:
        return _turn_of_dispute(row, dispute)
    return {
        SettlementState.HELD: Turn(
            Side.SELLER,
            _("交付作品"),
            dispatch_due(row),
            _("逾期不交付，平台可以撤销成交，价款退给买受人。"),
        ),
        SettlementState.DISPATCHED: Turn(Side.BUYER, _("收到以后确认签收")),
        SettlementState.DELIVERED: Turn(
            Side.BUYER, _("验收"), row.inspect_until, _("期满没有异议，价款付给委托人。")
        ),
        SettlementState.ACCEPTED: Turn(Side.PLATFORM, _("放款")),
        SettlementState.RELEASED: Turn(Side.PLATFORM, _("把款付到委托人和拍卖企业")),
    }.get(SettlementState(row.state))


def _turn_of_dispute(row: Settlement, dispute: ChargeDispute) -> Turn:
    """The clock stands still; the bank's own term to answer is the platform's."""
    if dispute.closed_at is not None:
        words = _("付款人的银行把款收回去了，处理好以前不交付、不放款。")
        return Turn(Side.PLATFORM, _("处理被收回的款"), None, words)
    words = (
        _("争议期间不交付，交付的期限停下；了结以后接着算。")
        if row.state == SettlementState.HELD
        else _("争议期间不放款；了结以后照旧放款。")
    )
    return Turn(Side.PLATFORM, _("答复银行的拒付争议"), dispute.evidence_due, words)


def _turn_of_claim(claim: SettlementClaim) -> Turn:
    tasks: dict[ClaimState, tuple[Text, Text]] = {
        ClaimState.OPEN: (_("答复异议"), _("逾期不答复，平台按已有的材料裁定。")),
        ClaimState.ANSWERED: (_("裁定异议"), ""),
        ClaimState.UPHELD: (_("退回作品"), _("逾期不退回，平台可以裁定成交照旧。")),
    }
    task, consequence = tasks[ClaimState(claim.state)]
    return Turn(claim.next_actor, task, claim.due_at, consequence)


def acts_for(user: User, row: Settlement, claim: SettlementClaim | None) -> list[str]:
    """What this person can do with it now, in the order of the page."""
    acts: list[str] = []
    if user.has_perm("auctions.receive_lot", row):
        acts += _of_buyer(row, claim)
    if user.has_perm("auctions.settle_lot", row.lot):
        acts += _of_house(row, claim)
    if claim is not None:
        acts += _of_others(user, row, claim)
    if recourse_owed_by(user, row) is not None:
        acts.append("repay")
    return list(dict.fromkeys(acts))


def _of_others(user: User, row: Settlement, claim: SettlementClaim) -> list[str]:
    """What the side that answers a claim, or whoever decides it, can do."""
    state = ClaimState(claim.state)
    if user.has_perm("auctions.answer_claim", row.lot):
        acts = {ClaimState.OPEN: ["answer"], ClaimState.ANSWERED: ["say"]}.get(state, [])
    elif user.has_perm("auctions.decide_claim", row.lot):
        acts = {ClaimState.ANSWERED: ["decide"], ClaimState.UPHELD: ["drop"]}.get(state, [])
    else:
        return []
    can_name = claim.kind == ClaimKind.AUTHENTICITY and state != ClaimState.UPHELD
    return [*acts, "case"] if can_name and claim.case_id is None else acts


def _of_buyer(row: Settlement, claim: SettlementClaim | None) -> list[str]:
    if claim is not None:
        return ["say", "withdraw"] if claim.state != ClaimState.UPHELD else []
    acts = ["pay"] if row.owed_minor else []
    acts += {
        SettlementState.DISPATCHED: ["deliver", "claim"],
        SettlementState.DELIVERED: ["accept", "claim"],
        SettlementState.ACCEPTED: ["claim"],
        SettlementState.RELEASED: ["claim"],
        SettlementState.CLOSED: ["claim"],
    }.get(SettlementState(row.state), [])
    return acts


def _of_house(row: Settlement, claim: SettlementClaim | None) -> list[str]:
    if claim is not None:
        return ["returned"] if claim.state == ClaimState.UPHELD else []
    ready = row.state == SettlementState.HELD and not row.owed_minor
    ready = ready and standing_dispute(row) is None
    acts = ["dispatch", "collect"] if ready else []
    acts += {
        SettlementState.INVOICED: ["storage", "plan", "cancel"],
        SettlementState.PART_PAID: ["storage", "refund"],
        SettlementState.HELD: ["storage", "tax", "refund"],
        SettlementState.DISPATCHED: ["deliver", "tax"],
        SettlementState.DELIVERED: ["tax"],
        SettlementState.DEFAULTED: ["forfeit"] if row.held_minor else [],
    }.get(SettlementState(row.state), [])
    return acts
