"""What every step of a settlement shares: its locks, its log, its accounts, its engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.locks import lock_parties
from artmarket.accounts.models import Party, User
from artmarket.accounts.services.parties import party_of_organisation
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, ChargeDispute
from artmarket.ledger.services.disputes import standing_disputes

from ... import citations
from ...engine import settlement as engine
from ...models import Lot, Settlement, SettlementStep
from ...settlement_enums import ClaimState, SettlementState, StepKind
from ..aftermath import lock_with_work

_STANDS = (
    "state", "total_minor", "paid_minor", "refunded_minor", "released_minor", "compensated_minor",
    "inspect_until",
)  # fmt: skip


def lock_settlement(settlement_id: int, *, with_parties: bool = False) -> tuple[Settlement, Lot]:
    """The settlement, fresh, under the locks of its work and lot; where title moves of both parties
    too. Raises `WrongState` (there is none)."""
    known = Settlement.objects.filter(pk=settlement_id)
    keys = known.values_list("lot", "seller", "invoice__buyer").first()
    if keys is None:
        raise WrongState()
    lot_id, *parties = keys
    if with_parties:
        lock_parties(pks=sorted(set(parties)))
    lot = lock_with_work(lot_id)
    rows = Settlement.objects.select_related(
        "seller", "lot__sale__house", "lot__consignment", "invoice__buyer", "invoice__paddle",
        "invoice__issued_by", "title_event",
    )  # fmt: skip
    return rows.get(pk=settlement_id), lot


def live_settlement(lot: Lot) -> Settlement | None:
    """The settlement that stands of a locked lot."""
    return Settlement.objects.live().filter(lot=lot).first()


def require(actor: User, perm: str, subject: Any) -> None:
    """Raises `NotAllowed`."""
    if not actor.has_perm(perm, subject):
        raise NotAllowed()


def disputes_of(row: Settlement) -> QuerySet[ChargeDispute]:
    """Disputes of payers' banks over what came in for it, that stand."""
    return standing_disputes().filter(payment__in=row.receipts.values("payment"))


def require_undisputed(row: Settlement) -> None:
    """Raises `WrongState` while a payer's bank has taken back, or asks back, what came in."""
    if disputes_of(row).exists():
        words = _("付款人的银行对这笔款提出了拒付争议，了结以前不交付、不放款。")
        raise WrongState(words, rule=citations.ESCROW)


@contextmanager
def by_the_rules(rule: str = citations.ESCROW) -> Iterator[None]:
    """Turn what the engine refuses into a refusal for people."""
    try:
        yield
    except engine.Impossible as problem:
        raise WrongState(rule=rule, why=str(problem)) from problem


def stood_of(row: Settlement) -> engine.Settlement:
    """How a settlement stands, for the engine."""
    may_be_upheld = row.state in (
        SettlementState.CLAIMED, SettlementState.RELEASED, SettlementState.CLOSED,
    )  # fmt: skip
    upheld = may_be_upheld and row.claims.filter(state=ClaimState.UPHELD).exists()
    return engine.Settlement(
        total=row.total_minor,
        state=row.state,  # type: ignore[arg-type]
        paid=row.paid_minor,
        refunded=row.refunded_minor,
        released=row.released_minor,
        compensated=row.compensated_minor,
        inspect_until=row.inspect_until,
        received=row.delivered_at is not None,
        is_whole_claim=upheld,
    )


def shares_of(row: Settlement) -> engine.Shares:
    """Who gets what of its money, by its two bills. Raises `Impossible`."""
    return engine.split(row.buyer_bill, row.seller_bill)


def write(
    row: Settlement,
    stood: engine.Settlement,
    kind: StepKind,
    *,
    actor: User | None,
    at: datetime,
    fields: tuple[str, ...] = (),
    **data: Any,
) -> SettlementStep:
    """Store how it stands now, with its step and event; `fields` the caller has set himself.

    Amounts in `data` are of the smallest unit; it holds no one's secret.
    """
    before = row.state
    row.state = SettlementState(stood.state)
    row.total_minor, row.paid_minor, row.refunded_minor = stood.total, stood.paid, stood.refunded
    row.released_minor, row.compensated_minor = stood.released, stood.compensated
    row.inspect_until = stood.inspect_until
    row.sequence += 1
    row.save(update_fields=[*_STANDS, "sequence", *fields])
    step = SettlementStep.objects.create(
        settlement=row, number=row.sequence, kind=kind, state=row.state, at=at, actor=actor,
        data=data,
    )  # fmt: skip
    record_event(
        actor=actor, action=f"settlement.{kind.value}", subject=row, before={"state": before},
        after={"state": row.state, "sequence": row.sequence}, lot=row.lot_id,
        invoice=row.invoice_id, **data,
    )  # fmt: skip
    return step


# ------------------------------------------------------------------ accounts


def escrow_of(row: Settlement) -> Account:
    """Where the buyer's money is kept."""
    return account(purpose=Purpose.ESCROW, currency=row.currency, party=row.invoice.buyer)


def payable(row: Settlement, party: Party) -> Account:
    """What the platform owes somebody."""
    return account(purpose=Purpose.PAYABLE, currency=row.currency, party=party)


def house_of(row: Settlement) -> Party:
    """The house as a party."""
    return party_of_organisation(row.lot.sale.house)


def nobodys(row: Settlement, purpose: Purpose) -> Account:
    """An account of the platform itself."""
    return account(purpose=purpose, currency=row.currency)


def words_of(text: str, field: str = "reason") -> str:
    """A reason that has words, at most 300 characters. Raises `Invalid`."""
    words = " ".join(text.split())
    if not words:
        raise Invalid(fields={field: _("请写明理由。")})
    return words[:300]
