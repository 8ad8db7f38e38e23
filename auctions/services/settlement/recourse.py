"""A sale undone after its release: what is taken back at once, and what is claimed from whom.

The buyer is paid at once: out of what of this sale is still with the platform, and out of the
guarantee fund for the rest. What seller and house had got, they owe; the claim stands in the books
(RECEIVABLE against RECOURSE), and the fund is whole again as they pay. Nothing is taken out of
other payouts: no rule allows it. Auction rules §12; 拍卖法 61; 民法典 157, 566.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Party, User
from artmarket.core.clock import db_now
from artmarket.core.errors import WrongState
from artmarket.core.events import record_event
from artmarket.core.money import Money
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Account, Payment, Payout
from artmarket.ledger.payments.enums import OutgoingState
from artmarket.ledger.payments.locks import lock_payment
from artmarket.ledger.services.outgoing import ask_refund, in_transit
from artmarket.ledger.services.posting import Leg, post

from ... import citations
from ...engine import settlement as engine
from ...models import Recourse, RecourseReceipt, ResaleRight, Settlement
from ...settlement_enums import RecourseSide, ResaleState
from ..realisations import passed_on
from .asking import ask_owed, require_key
from .ground import by_the_rules, house_of, lock_settlement, nobodys, payable, require
from .money import lock_payments
from .resale import account_of

PURPOSE = "recourse"


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Where the buyer's money comes from: the legs to his payable, and what is still owed."""

    unwound: engine.Unwound
    legs: list[Leg]


def take_back(row: Settlement, shares: engine.Shares) -> TakenBack:
    """What of a released sale is still with the platform, and the fund for the rest.

    In the caller's transaction, which holds the lot; locks the payments that brought the money and
    every account that the undoing moves. The fund's floor is checked by the posting.
    """
    right = ResaleRight.objects.filter(settlement=row).first()
    places = {
        "seller": payable(row, row.seller), "house": payable(row, house_of(row)),
        "platform": nobodys(row, Purpose.REVENUE), "tax": nobodys(row, Purpose.TAX),
        "artist": account_of(row, right),
    }  # fmt: skip
    buyer, fund = payable(row, row.invoice.buyer), nobodys(row, Purpose.GUARANTEE)
    others = {buyer.pk, fund.pk, nobodys(row, Purpose.RECOURSE).pk}
    others |= {_claim_on(row, party).pk for party in (row.seller, house_of(row))}
    leaving = lock_payments(row)
    fresh = lock_accounts(pks={*leaving, *others, *(place.pk for place in places.values())})
    held = _held(row, right, shares, places, fresh)
    with by_the_rules(citations.RECOURSE):
        unwound = engine.unwind(shares, held)
    if right is not None and held.artist:
        right.state = ResaleState.TAKEN_BACK
        right.save(update_fields=["state"])
    parts = [*((places[name], getattr(held, name)) for name in places), (fund, unwound.fund)]
    return TakenBack(
        unwound,
        [
            Leg(debit=place, credit=buyer, amount_minor=amount)
            for place, amount in parts
            if amount and place.pk != buyer.pk
        ],
    )


def _held(
    row: Settlement,
    right: ResaleRight | None,
    shares: engine.Shares,
    places: dict[str, Account],
    fresh: dict[int, Account],
) -> engine.Shares:
    """What of each part is neither paid out nor on its way; never more than its account has."""
    kept = {
        "seller": shares.seller - _going_out(row, row.seller) - passed_on(row),
        "house": shares.house - _going_out(row, house_of(row)),
        "platform": shares.platform,
        "tax": shares.tax,
        "artist": shares.artist,
    }
    if right is not None and right.holder is not None:
        kept["artist"] -= _going_out(right, right.holder)
    left = {pk: found.balance_minor for pk, found in fresh.items()}
    for name, amount in kept.items():
        place = fresh[places[name].pk]
        if place.floor_minor is not None:
            amount = min(amount, left[place.pk])
        kept[name] = max(amount, 0)
        left[place.pk] -= kept[name]
    return engine.Shares(**kept)


def _going_out(subject: Settlement | ResaleRight, party: Party) -> int:
    """What was paid out of this to a party, or is on its way."""
    rows = Payout.objects.filter(
        subject_kind=subject._meta.label_lower, subject_id=str(subject.pk), party=party
    ).exclude(state=OutgoingState.FAILED)
    return rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _claim_on(row: Settlement, party: Party) -> Account:
    """What a party owes the platform."""
    return account(purpose=Purpose.RECEIVABLE, currency=row.currency, party=party)


def claim_back(row: Settlement, unwound: engine.Unwound, *, actor: User | None) -> list[Recourse]:
    """Book what seller and house owe, after `take_back` and in its transaction."""
    owed = (
        (RecourseSide.SELLER, row.seller, unwound.seller_owes),
        (RecourseSide.HOUSE, house_of(row), unwound.house_owes),
    )
    return [_claim(row, side, party, sum_, actor) for side, party, sum_ in owed if sum_]


def _claim(
    row: Settlement, side: RecourseSide, party: Party, amount: int, actor: User | None
) -> Recourse:
    made = Recourse.objects.create(
        settlement=row, side=side, party=party, currency=row.currency, amount_minor=amount,
        made_at=db_now(),
    )  # fmt: skip
    post(
        actor=actor, key=f"recourse:{made.pk}:booked", kind="recourse.booked",
        legs=[
            Leg(
                debit=_claim_on(row, party), credit=nobodys(row, Purpose.RECOURSE),
                amount_minor=amount,
            )
        ],
        subject=made, memo=row.invoice.number,
    )  # fmt: skip
    record_event(
        actor=actor, action="recourse.booked", subject=made, after={"amount": amount},
        settlement=row.pk, side=side, party=party.pk, currency=row.currency,
    )  # fmt: skip
    return made


# ------------------------------------------------------------------ given back


@transaction.atomic(durable=True)
def pay_recourse(
    *, actor: User, recourse_id: int, gateway: str, key: str, amount_minor: int | None = None
) -> Payment:
    """Ask whoever owes for all of it or a part; start the payment after the commit.

    The same `key`, or the same sum by the same gateway while nobody has paid it, is the same
    payment; what is paid too much goes back by itself. Raises `NotAllowed`, `WrongState` (nothing
    owed), `Invalid` (amount, key).
    """
    known = Recourse.objects.select_related("party").filter(pk=recourse_id).first()
    if known is None:
        raise WrongState()
    require(actor, "auctions.pay_recourse", known)
    require_key(key)
    row, _lot = lock_settlement(known.settlement_id)
    recourse = Recourse.objects.select_related("party").get(pk=recourse_id)
    return ask_owed(
        actor=actor, subject=recourse, purpose=PURPOSE, party=recourse.party,
        owed=Money(recourse.open_minor, recourse.currency), amount_minor=amount_minor,
        gateway=gateway, key=key, credit_account=lambda: payable(row, recourse.party),
        nothing=_("已经付还，没有待付的款。"), rule=citations.RECOURSE,
    )  # fmt: skip


def payments_of(recourse: Recourse) -> QuerySet[Payment]:
    """What was asked for a recourse."""
    return Payment.objects.asked_for(PURPOSE, recourse)


def take_in(payment: Payment) -> int:
    """Put what a payment brought, and was not taken in yet, into the fund; too much goes back.

    Called by the books for every change of a payment, any number of times; returns how much was
    taken in or sent back, repeated 0.
    """
    if not payment.received_minor:
        return 0
    return _take_in(payment_id=payment.pk)


@transaction.atomic(durable=True)
def _take_in(*, payment_id: int) -> int:
    recourse_id = Payment.objects.values_list("subject_id", flat=True).get(pk=payment_id)
    known = Recourse.objects.get(pk=int(recourse_id))
    row, _lot = lock_settlement(known.settlement_id)
    recourse = Recourse.objects.select_related("party").get(pk=known.pk)
    payment = lock_payment(pk=payment_id)
    rows = RecourseReceipt.objects.filter(payment=payment)
    fresh = payment.received_minor - (rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0)
    if fresh <= 0:
        return 0
    credited = min(fresh, recourse.open_minor)
    receipt = RecourseReceipt.objects.create(
        recourse=recourse, payment=payment, amount_minor=fresh, credited_minor=credited
    )
    landed, leaving = payable(row, recourse.party), in_transit(payment.gateway, payment.currency)
    credit(row, recourse, receipt, actor=payment.created_by, others={leaving.pk})
    if fresh > credited:
        ask_refund(
            actor=None, payment_id=payment.pk, amount_minor=fresh - credited,
            from_account=landed, key=f"recourse:excess:{receipt.pk}", reason=row.invoice.number,
        )  # fmt: skip
    return fresh


def credit(
    row: Settlement,
    recourse: Recourse,
    receipt: RecourseReceipt,
    *,
    actor: User | None,
    others: set[int],
) -> None:
    """The claim ends by what of a receipt is credited, and the fund has that money.

    It stands on the party's payable. Locks the accounts, with `others` that the caller moves next.
    """
    landed, fund = payable(row, recourse.party), nobodys(row, Purpose.GUARANTEE)
    claim, contra = _claim_on(row, recourse.party), nobodys(row, Purpose.RECOURSE)
    lock_accounts(pks={landed.pk, fund.pk, claim.pk, contra.pk, *others})
    amount = receipt.credited_minor
    if not amount:
        return
    post(
        actor=actor, key=f"recourse:paid:{receipt.pk}", kind="recourse.paid",
        legs=[
            Leg(debit=landed, credit=claim, amount_minor=amount),
            Leg(debit=contra, credit=fund, amount_minor=amount),
        ],
        subject=recourse, memo=row.invoice.number,
    )  # fmt: skip
    recourse.paid_minor += amount
    recourse.settled_at = None if recourse.open_minor else db_now()
    recourse.save(update_fields=["paid_minor", "settled_at"])
    came = receipt.payment or receipt.payout
    record_event(
        actor=actor, action="recourse.paid", subject=recourse,
        after={"paid": recourse.paid_minor}, amount=amount, came=str(came), settlement=row.pk,
    )  # fmt: skip
