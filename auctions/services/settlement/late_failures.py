"""A payout of a sale that was undone while it was on its way, and that failed afterwards.

The money never reached its party, who does not owe it then: it goes to the fund in his place. What
he had given back already is paid out to him anew. A resale right that came back goes to the fund
too. Run by the duty, once for each payout.
"""

from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from artmarket.core.errors import WrongState
from artmarket.core.events import record_event
from artmarket.ledger.enums import Purpose
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Payout
from artmarket.ledger.payments.enums import OutgoingState
from artmarket.ledger.payments.locks import lock_payout
from artmarket.ledger.services.outgoing import ask_payout, in_transit
from artmarket.ledger.services.payout_ways import WAYS, ways_for
from artmarket.ledger.services.posting import Leg, post

from ...models import Recourse, RecourseReceipt, ResaleRight, Settlement
from ...settlement_enums import ResaleState, SettlementState
from .ground import lock_settlement, nobodys, payable
from .recourse import credit
from .resale import account_of


def due_failures(limit: int = 500) -> list[int]:
    """Payouts that failed after what they were to bring was claimed back."""
    owed = Recourse.objects.annotate(subject=Cast("settlement_id", CharField(max_length=40)))
    owed = owed.filter(
        subject=OuterRef("subject_id"), party=OuterRef("party"), made_at__lt=OuterRef("done_at")
    )
    rows = Payout.objects.filter(
        Exists(owed), subject_kind=Settlement._meta.label_lower, state=OutgoingState.FAILED,
        replaced_by=None,
    )  # fmt: skip
    rows = rows.exclude(Exists(RecourseReceipt.objects.filter(payout=OuterRef("pk"))))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


@transaction.atomic(durable=True)
def take_in_failure(*, payout_id: int) -> bool:
    """Put what failed to reach its party into the fund, as far as he still owes it.

    False where it is not due (any more). Raises `WrongState`, `Insufficient`.
    """
    known = Payout.objects.filter(pk=payout_id).first()
    if known is None:
        raise WrongState()
    row, _lot = lock_settlement(int(known.subject_id))
    payout = lock_payout(pk=payout_id)
    recourse = row.recourses.select_related("party").filter(party=payout.party_id).first()
    is_late = (
        recourse is not None
        and payout.state == OutgoingState.FAILED
        and payout.done_at is not None
        and payout.done_at > recourse.made_at
    )
    taken = RecourseReceipt.objects.filter(payout=payout).exists()
    if not is_late or recourse is None or taken or payout.replaced_by.exists():
        return False
    credited = min(payout.amount_minor, recourse.open_minor)
    receipt = RecourseReceipt.objects.create(
        recourse=recourse, payout=payout, amount_minor=payout.amount_minor,
        credited_minor=credited,
    )  # fmt: skip
    leaving = {in_transit(way, row.currency).pk for way in WAYS}
    credit(row, recourse, receipt, actor=None, others=leaving)
    rest = payout.amount_minor - credited
    if rest:
        way = ways_for([(recourse.party, rest)], row.currency)[0]
        ask_payout(
            actor=None, party=recourse.party, currency=row.currency, amount_minor=rest,
            from_account=payable(row, recourse.party), gateway=way,
            key=f"recourse:rest:{receipt.pk}", subject=recourse,
        )  # fmt: skip
    return True


def due_rights(limit: int = 500) -> list[int]:
    """Resale rights of undone sales whose payout came back."""
    rows = ResaleRight.objects.filter(
        state=ResaleState.NAMED, settlement__state=SettlementState.REFUNDED
    ).annotate(key=Cast("pk", CharField(max_length=40)))
    rows = rows.exclude(Exists(_alive(OuterRef("key"))))
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def _alive(key: Any) -> QuerySet[Payout]:
    """Payouts of a right that arrived or are on their way."""
    rows = Payout.objects.filter(subject_kind=ResaleRight._meta.label_lower, subject_id=key)
    return rows.exclude(state=OutgoingState.FAILED)


@transaction.atomic(durable=True)
def take_back_right(*, right_id: int) -> bool:
    """A resale right of an undone sale that did not reach its holder goes to the fund.

    False where it is not due (any more). Raises `WrongState`, `Insufficient`.
    """
    known = ResaleRight.objects.filter(pk=right_id).values_list("settlement").first()
    if known is None:
        raise WrongState()
    row, _lot = lock_settlement(known[0])
    right = ResaleRight.objects.select_related("holder").get(pk=right_id)
    is_due = right.state == ResaleState.NAMED and row.state == SettlementState.REFUNDED
    if not is_due or _alive(str(right.pk)).exists():
        return False
    place, fund = account_of(row, right), nobodys(row, Purpose.GUARANTEE)
    lock_accounts(pks=[place.pk, fund.pk])
    post(
        actor=None, key=f"resale:{right.pk}:back", kind="resale.taken_back",
        legs=[Leg(debit=place, credit=fund, amount_minor=right.amount_minor)], subject=row,
        memo=row.invoice.number,
    )  # fmt: skip
    right.state = ResaleState.TAKEN_BACK
    right.save(update_fields=["state"])
    record_event(
        actor=None, action="resale_right.taken_back", subject=right,
        before={"state": ResaleState.NAMED}, after={"state": right.state}, settlement=row.pk,
        amount=right.amount_minor, currency=right.currency,
    )  # fmt: skip
    return True
