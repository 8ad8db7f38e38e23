"""A work on which an advance was lent, in its owner's sale: the pledge gives way, and is paid.

The owner stays the consignor and agrees to the terms himself. While a lot has the work's one lock
the pledge is suspended; whatever ends the lot without a sale restores it in the same transaction,
and the advance falls due after the days of the rule. Of what the seller gets the loan takes all
that is owed on the day, the rest is his. ADR 0012; pledge rules §3, §9; 民法典 389, 436.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import WrongState
from artmarket.core.events import record_event
from artmarket.ledger.gateways import BANK
from artmarket.ledger.models import Account
from artmarket.ledger.services.outgoing import in_transit
from auctions.models import Consignment, Lot, Settlement
from catalog.enums import EncumbranceKind
from catalog.models import Encumbrance, Work
from catalog.services import encumbrances, title

from .. import reckoning
from ..engine.parts import PARTS
from ..engine.state import State
from ..enums import ItemState, LoanEventKind, LoanState
from ..locks import lock_loan
from ..models import AdvanceProceeds, Loan, LoanEvent, PledgeItem, PledgeSuspension
from ..realisation_enums import SuspensionEnd
from .advances import AdvanceOwed, came_back, item_under_lock
from .booking import Books, reckon, write_event
from .contracts import let_go
from .disposal_states import is_in_disposal
from .distributing import accounts_of, parts_in_order
from .lending import finish_if_over

NOTHING: Final[dict[str, Any]] = dict.fromkeys(PARTS, 0)


class Advances:
    """What the auction asks of advances; see `auctions.services.realisations.Realiser`."""

    def owns(self, consignment_id: int) -> bool:
        """The owner made the contract himself."""
        return False

    def ending(self, *, actor: User, consignment: Consignment, by_owner: bool) -> None:
        """The owner may not leave while he owes; if the house ends it, the advance falls due."""
        item = item_under_lock(consignment)
        if item is None or item.loan.state != LoanState.ACTIVE:
            return
        if by_owner:
            raise AdvanceOwed()
        came_back(item)

    def take_lock(
        self, *, actor: User, work: Work, consignment: Consignment, reference: str
    ) -> Encumbrance | None:
        """The pledge's lock gives way to the lot's, under the locks of work, sale and loan.

        A work that was not delivered, or may be fetched, takes the ordinary way.
        """
        item = item_under_lock(consignment)
        if item is None or item.state != ItemState.PLEDGED:
            return None
        if is_in_disposal(item):
            raise WrongState(gettext_lazy("这件作品正在由质权人处置。"))
        lock = item.encumbrance
        if lock is None or lock.released_at is not None:
            raise WrongState(gettext_lazy("这件作品不在质押中，或贷款没有在还款。"))
        sale = encumbrances.exchange_for_module(
            actor=actor, encumbrance_id=lock.pk, kind=EncumbranceKind.SALE, reference=reference,
            reason=f"{item.loan.number}: {_('拍卖预付款的委托拍卖')}",
        )  # fmt: skip
        PledgeSuspension.objects.create(item=item, suspended=lock, sale=sale)
        record_event(
            actor=actor, action="pledge.suspended", subject=item, loan=item.loan_id, work=work.pk,
            encumbrance=sale.pk,
        )  # fmt: skip
        return sale

    def claim_on(self, row: Settlement, lot: Lot, amount: int) -> "AdvanceClaim | None":
        """The loan's claim on what the seller of a released settlement gets."""
        known = PledgeSuspension.objects.filter(sale=lot.encumbrance_id, step__isnull=True)
        loan_id = known.values_list("item__loan", flat=True).first()
        if loan_id is None:
            return None
        loan = lock_loan(pk=loan_id)
        found = known.select_related("item__work").get()
        if found.end != SuspensionEnd.SOLD:
            return None
        found.item.loan = loan
        return AdvanceClaim(found, loan, row, amount)

    def passed_on(self, row: Settlement) -> int:
        """What of the seller's part went to the lender."""
        made = AdvanceProceeds.objects.filter(settlement=row).first()
        return made.received_minor - made.surplus_minor if made else 0


def _events(loan: Loan) -> list[LoanEvent]:
    return list(loan.events.order_by("number"))


def _owed(state: State) -> dict[str, Any]:
    return {part: state.open.of(part) for part in PARTS}


@dataclass(slots=True)
class AdvanceClaim:
    """The loan has the first claim on an amount that comes to the owner's payable."""

    suspension: PledgeSuspension
    loan: Loan
    row: Settlement
    amount: int
    books: Books = field(default_factory=Books)

    @property
    def left(self) -> int:
        """What remains for the owner, in the smallest unit."""
        if self.loan.state != LoanState.ACTIVE:
            return self.amount
        state = reckoning.stand(self.loan, _events(self.loan), on=db_today())
        return self.amount - min(self.amount, state.payoff)

    @property
    def accounts(self) -> Iterable[Account]:
        leaving = in_transit(BANK, self.loan.currency)
        return accounts_of(self.loan, self.books, leaving)

    def pay(self, *, actor: User | None) -> None:
        """Take what is owed, and let the sold work go; the rest is paid by the settlement."""
        made = self._taken(actor)
        loan, item = self.loan, self.suspension.item
        record_event(
            actor=actor, action="advance.paid", subject=item, loan=loan.pk, paid=made.paid,
            received=made.received_minor, left=made.surplus_minor,
            deficiency=made.deficiency_minor, currency=loan.currency,
        )  # fmt: skip
        if item.state == ItemState.PLEDGED:
            let_go(item, _("委托拍卖成交"), actor=actor, at=db_now())
        if loan.state == LoanState.ACTIVE and not loan.owed_minor:
            finish_if_over(loan, True, actor=actor)

    def _taken(self, actor: User | None) -> AdvanceProceeds:
        """Write the event, its posting, and what was paid of which part."""
        loan, today = self.loan, db_today()
        order = parts_in_order(loan.contract["waterfall"])
        before, after, credit, applied, event = NOTHING, NOTHING, 0, 0, None
        if loan.state == LoanState.ACTIVE:
            events = _events(loan)
            stood = reckoning.stand(loan, events, on=today)
            before = after = _owed(stood)
            credit, applied = stood.totals.credit, min(self.amount, stood.payoff)
            if applied:
                event = LoanEvent(
                    kind=LoanEventKind.PREPAYMENT, effective_on=today, amount_minor=applied,
                    data={
                        "order": list(order), "why": "advance", "suspension": self.suspension.pk,
                    },
                )  # fmt: skip
                write_event(loan, events, event, actor=actor)
                after = _owed(
                    reckon(loan, events, self.books, on=today, actor=actor, kind="loan.realised")
                )
        return AdvanceProceeds.objects.create(
            suspension=self.suspension, settlement=self.row, event=event,
            received_minor=self.amount, order=list(order), owed_before=before | {"credit": credit},
            paid={part: before[part] - after[part] for part in PARTS}, owed_after=after,
            surplus_minor=self.amount - applied, deficiency_minor=sum(after.values()), day=today,
        )  # fmt: skip


# ------------------------------------------------------------------ the lot's lock is released


def after_release(actor: User | None, work: Work, sale: Encumbrance) -> None:
    """The lock of an owner's lot has ended: sold, the price stands for the pledge; else it lies on
    the work again, and the advance falls due.

    In the transaction of whatever ended the lot, which holds the work. Registered for locks of
    sales (`encumbrances.on_release`).
    """
    known = PledgeSuspension.objects.filter(sale=sale, end="", step__isnull=True)
    loan_id = known.values_list("item__loan", flat=True).first()
    if loan_id is None:
        return
    loan = lock_loan(pk=loan_id)
    row = PledgeSuspension.objects.select_related("item__encumbrance").get(sale=sale)
    row.item.loan, row.ended_at = loan, db_now()
    owners = [share.party_id for share in title.current_shares(work)]
    if owners != [loan.borrower_id]:
        row.end = SuspensionEnd.SOLD
        row.save(update_fields=["end", "ended_at"])
        return
    _restore(row, sale, actor=actor)


def _restore(row: PledgeSuspension, sale: Encumbrance, *, actor: User | None) -> None:
    """The pledge comes back as it was; that of a loan that is over lets the work go."""
    item: PledgeItem = row.item
    lock = encumbrances.restore_for_module(actor=actor, encumbrance_id=row.suspended_id)
    row.end, row.restored = SuspensionEnd.RESTORED, lock
    row.save(update_fields=["end", "ended_at", "restored"])
    item.encumbrance = lock
    item.save(update_fields=["encumbrance"])
    record_event(
        actor=actor, action="pledge.restored", subject=item, loan=item.loan_id, work=item.work_id,
        encumbrance=lock.pk, lot=sale.pk,
    )  # fmt: skip
    if item.loan.state == LoanState.ACTIVE:
        came_back(item)
    elif item.loan.state != LoanState.AGREED and item.state == ItemState.PLEDGED:
        let_go(item, _("贷款已经还清"), actor=None, at=db_now())
