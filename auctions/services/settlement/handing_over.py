"""How the work goes to its buyer, and how he says that all is well, or lets his time run out.

It leaves only when all is paid, no bank disputes the payment, and a condition report for its
leaving is in force, signed by both; over a border only with its papers. His time to claim is
counted from the confirmed delivery. Auction rules §12.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appraisal.condition.reads import report_in_force, require_report
from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, Text, WrongState
from artmarket.core.money import Money
from artmarket.core.territories import is_territory

from ... import citations
from ...engine import settlement as engine
from ...models import Delivery, Settlement
from ...settlement_enums import HandOver, SettlementState, StepKind
from .ground import (
    by_the_rules,
    lock_settlement,
    require,
    require_undisputed,
    stood_of,
    write,
)

LEAVING = "outgoing"


@dataclass(frozen=True, slots=True)
class Shipment:
    """With whom a work travels, between which territories (ISO 3166-1); `customs` names the permit
    or declaration where they differ. The insured value is of the smallest unit of the sale."""

    carrier: str
    tracking: str
    insured_minor: int
    policy: str
    sent_from: str
    sent_to: str
    customs: str = ""

    @property
    def crosses_a_border(self) -> bool:
        return self.sent_from != self.sent_to


@transaction.atomic(durable=True)
def record_dispatch(*, actor: User, settlement_id: int, shipment: Shipment) -> Settlement:
    """The house gave a paid work to a carrier, insured for at least its price.

    Raises `NotAllowed`, `WrongState` (not paid, disputed), `Invalid` (papers, insurance),
    `NoReport`.
    """
    row, lot = lock_settlement(settlement_id)
    require(actor, "auctions.settle_lot", lot)
    _check(shipment, row)
    require_undisputed(row)
    with by_the_rules():
        stood = engine.dispatch(stood_of(row))
    _hand_over(
        row, HandOver.SHIPPED, actor, carrier=shipment.carrier.strip(),
        tracking=shipment.tracking.strip(), insured_minor=shipment.insured_minor,
        policy=shipment.policy.strip(), customs=shipment.customs.strip(),
        sent_from=shipment.sent_from, sent_to=shipment.sent_to,
    )  # fmt: skip
    write(
        row, stood, StepKind.DISPATCHED, actor=actor, at=db_now(), carrier=shipment.carrier.strip(),
        tracking=shipment.tracking.strip(), sent_to=shipment.sent_to,
    )  # fmt: skip
    return row


def _check(shipment: Shipment, row: Settlement) -> None:
    errors: dict[str, Text] = {}
    for name in ("carrier", "tracking", "policy"):
        if not 0 < len(getattr(shipment, name).strip()) <= 80:
            errors[name] = _("请填写承运人、运单号和保单号。")
    if shipment.insured_minor < row.hammer_minor:
        errors["insured"] = _("保险金额不能低于成交价%(price)s。") % {
            "price": Money(row.hammer_minor, row.currency)
        }
    for name in ("sent_from", "sent_to"):
        if not is_territory(getattr(shipment, name)):
            errors[name] = _("请从列表中选择。")
    if shipment.crosses_a_border and not 0 < len(shipment.customs.strip()) <= 200:
        errors["customs"] = _("目的地与启运地不在同一关境，请写明出境许可或报关单号。")
    if errors:
        raise Invalid(fields=errors)


@transaction.atomic(durable=True)
def record_collection(*, actor: User, settlement_id: int, receipt: str) -> Settlement:
    """The buyer collected a paid work against a receipt; his time to claim begins now.

    Raises `NotAllowed`, `WrongState` (not paid, sent, disputed), `Invalid` (no receipt),
    `NoReport`.
    """
    row, lot = lock_settlement(settlement_id)
    require(actor, "auctions.settle_lot", lot)
    require_undisputed(row)
    if row.state != SettlementState.HELD:
        raise WrongState(rule=citations.ESCROW)
    proof = _proof(receipt)
    _deliver(row, StepKind.COLLECTED, actor, proof)
    _hand_over(row, HandOver.COLLECTED, actor, proof=proof)
    return row


@transaction.atomic(durable=True)
def record_delivery(*, actor: User, settlement_id: int, proof: str) -> Settlement:
    """The carrier's proof, by the house, or the buyer's own word: the work is with him.

    Repeated, it changes nothing. Raises `NotAllowed`, `WrongState` (not sent), `Invalid`.
    """
    row, lot = lock_settlement(settlement_id)
    if not actor.has_perm("auctions.settle_lot", lot):
        require(actor, "auctions.receive_lot", row)
    if row.state == SettlementState.DELIVERED:
        return row
    if row.state != SettlementState.DISPATCHED:
        raise WrongState(_("还没有发运的作品不能登记签收。"), rule=citations.INSPECTION_DAYS)
    words = _proof(proof)
    _deliver(row, StepKind.DELIVERED, actor, words)
    row.delivery.proof = words
    row.delivery.save(update_fields=["proof"])
    return row


def _deliver(row: Settlement, kind: StepKind, actor: User, proof: str) -> None:
    now = db_now()
    with by_the_rules(citations.INSPECTION_DAYS):
        stood = engine.deliver(stood_of(row), now, rulebook.get(citations.INSPECTION_DAYS))
    assert stood.inspect_until is not None  # noqa: S101 - delivered
    row.delivered_at = now
    write(
        row, stood, kind, actor=actor, at=now, fields=("delivered_at",), proof=proof,
        until=stood.inspect_until.isoformat(),
    )  # fmt: skip


def _hand_over(row: Settlement, way: HandOver, actor: User, **papers: object) -> None:
    """The papers with which it left; raises `NoReport` where a report is required and none is."""
    work_id = row.lot.work_id
    require_report(work_id=work_id, purpose=LEAVING)
    Delivery.objects.create(
        settlement=row, way=way, left_at=db_now(), left_by=actor,
        report=report_in_force(work_id=work_id, purpose=LEAVING), **papers,
    )  # fmt: skip


def _proof(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Invalid(fields={"proof": _("请写明签收凭证。")})
    return words[:200]


@transaction.atomic(durable=True)
def accept_lot(*, actor: User, settlement_id: int) -> Settlement:
    """The buyer accepts before his time is over; the money is then released. Repeated, the same.

    Raises `NotAllowed`, `WrongState` (not delivered, a claim is open).
    """
    row, _lot = lock_settlement(settlement_id)
    require(actor, "auctions.receive_lot", row)
    if row.state in (SettlementState.ACCEPTED, SettlementState.RELEASED, SettlementState.CLOSED):
        return row
    with by_the_rules(citations.INSPECTION_DAYS):
        stood = engine.accept(stood_of(row))
    row.accepted_by = actor
    write(row, stood, StepKind.ACCEPTED, actor=actor, at=db_now(), fields=("accepted_by",))
    return row


def due_inspections(limit: int = 500) -> list[int]:
    """Deliveries whose time to claim is over."""
    rows = Settlement.objects.filter(state=SettlementState.DELIVERED, inspect_until__lte=db_now())
    return list(rows.order_by("inspect_until").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def lapse_inspection(*, settlement_id: int) -> bool:
    """His time is over without a claim; False where it is not. Safe to call again."""
    row, _lot = lock_settlement(settlement_id)
    now = db_now()
    try:
        stood = engine.lapse(stood_of(row), now)
    except engine.Impossible:
        return False
    write(row, stood, StepKind.LAPSED, actor=None, at=now)
    return True
