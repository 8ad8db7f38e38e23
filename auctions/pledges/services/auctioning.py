"""An auctioned pledge: the ordinary auction and settlement, with the lender's power behind it.

The lender consigns the work in the pledgor's name. While a lot has the work's one lock the pledge
is suspended; whatever ends the lot without a sale restores it in the same transaction, and what the
seller gets goes to the loan first. Nobody else can do this: `Realisations` answers for steps of a
case only. ADR 0012; pledge rules §9; 民法典 436.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artmarket.accounts.enums import OrganisationKind
from artmarket.accounts.models import Membership, Organisation, User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event
from artmarket.ledger.gateways import BANK
from artmarket.ledger.models import Account
from artmarket.ledger.services.outgoing import in_transit
from auctions.enums import UNSOLD_LOTS, ConsignmentState
from auctions.models import Consignment, Lot, Settlement
from auctions.services.consignments import (
    agree_for_module,
    consign_for_module,
    end_for_module,
)
from catalog.enums import EncumbranceKind
from catalog.models import Encumbrance, Work
from catalog.services import encumbrances, title

from .. import realisation_citations as rules
from ..enums import ItemState, LoanState, Realisation
from ..locks import lock_loan
from ..models import DisposalStep, Distribution, Loan, PledgeSuspension
from ..realisation_enums import DisposalState, StepState, SuspensionEnd
from .advances import end_for_realisation
from .booking import Books
from .disposal_states import burn, end_step, move_step, open_next
from .distributing import Proceeds, accounts_of, distribute, payoff_today
from .ground import require, words_of
from .realising import lock_step, require_open
from .redeeming import keep_by_owner

# ------------------------------------------------------------------ the consignment


@transaction.atomic(durable=True)
def consign_pledge(*, actor: User, step_id: int, house_id: int, note: str = "") -> DisposalStep:
    """The lender offers the work to a licensed house, in the pledgor's name and by his power.

    Raises `NotAllowed` (no administrator of the lender, the house is the lender's), `WrongState`,
    `NotLicensed`, `Invalid` (no auction house), `DomainError` already_consigned.
    """
    step, loan = lock_step(step_id)
    require(actor, "run_lender", loan)
    require_open(step, loan, Realisation.AUCTION, StepState.OPEN)
    house = Organisation.objects.filter(
        pk=house_id, kind=OrganisationKind.AUCTION_HOUSE, is_active=True
    ).first()
    if house is None:
        raise Invalid(fields={"house": gettext_lazy("请选择一家拍卖企业。")})
    _require_apart(house, loan)
    before = step.consignment
    if before is not None and before.state not in _OVER:
        raise WrongState(gettext_lazy("这件作品已经委托给一家拍卖企业。"))
    item = step.disposal.item
    end_for_realisation(item, actor=actor)
    step.consignment = consign_for_module(
        actor=actor, work=item.work, party=loan.borrower, house=house, note=note
    )
    step.save(update_fields=["consignment"])
    record_event(
        actor=actor, action="disposal.consigned", subject=step, loan=loan.pk, house=house.pk,
        consignment=step.consignment.pk,
    )  # fmt: skip
    return step


_OVER = (ConsignmentState.DECLINED, ConsignmentState.ENDED)


def _require_apart(house: Organisation, loan: Loan) -> None:
    """The house that sells has nobody of the lender."""
    people = Membership.objects.filter(ended_at__isnull=True)
    of_lender = people.filter(organisation=loan.lender.organisation_id).values("user")
    if people.filter(organisation=house, user__in=of_lender).exists():
        raise NotAllowed(
            gettext_lazy("拍卖企业和贷款人有共同的人员，不能由它拍卖。"), code="affiliated",
            rule=rules.PRE_ACQUIRER,
        )  # fmt: skip


@transaction.atomic(durable=True)
def agree_to_terms(*, actor: User, step_id: int) -> DisposalStep:
    """The lender agrees to what the house proposed; it may put the work into a sale.

    Raises `NotAllowed`, `WrongState` (nothing was proposed, the debt is paid).
    """
    step, loan = lock_step(step_id)
    require(actor, "run_lender", loan)
    require_open(step, loan, Realisation.AUCTION, StepState.OPEN)
    if step.consignment_id is None:
        raise WrongState()
    agree_for_module(actor=actor, consignment_id=step.consignment_id)
    return step


@transaction.atomic(durable=True)
def end_consignment(*, actor: User, step_id: int, reason: str) -> DisposalStep:
    """The lender leaves the house before there is a lot; he may go to another.

    Raises `NotAllowed`, `WrongState`, `Invalid`.
    """
    step, loan = lock_step(step_id)
    require(actor, "run_lender", loan)
    require_open(step, loan, Realisation.AUCTION, StepState.OPEN)
    if step.consignment_id is None:
        raise WrongState()
    end_for_module(step.consignment_id, reason=words_of(reason), actor=actor)
    return step


# ------------------------------------------------------------------ what the auction asks


def _step_of(consignment_id: int) -> DisposalStep | None:
    """The step of a consignment, with its case."""
    rows = DisposalStep.objects.filter(consignment=consignment_id)
    return rows.select_related(
        "disposal__case__default", "disposal__item__encumbrance", "commitment"
    ).first()


def _under_lock(consignment_id: int) -> tuple[DisposalStep, Loan] | None:
    """The same, fresh, under the lock of its loan; the caller holds the work."""
    known = DisposalStep.objects.filter(consignment=consignment_id)
    loan_id = known.values_list("disposal__case__loan", flat=True).first()
    if loan_id is None:
        return None
    loan = lock_loan(pk=loan_id)
    step = _step_of(consignment_id)
    assert step is not None  # noqa: S101 - it was there
    step.disposal.case.loan = step.disposal.item.loan = loan
    return step, loan


class Realisations:
    """What the auction asks of the loans; see `auctions.services.realisations.Realiser`."""

    def owns(self, consignment_id: int) -> bool:
        return DisposalStep.objects.filter(consignment=consignment_id).exists()

    def ending(self, *, actor: User, consignment: Consignment, by_owner: bool) -> None:
        """The house may end it while there is no lot; the step is the lender's to go on with."""

    def take_lock(
        self, *, actor: User, work: Work, consignment: Consignment, reference: str
    ) -> Encumbrance | None:
        """The pledge's lock gives way to the lot's, under the locks of work, sale and loan."""
        found = _under_lock(consignment.pk)
        if found is None:
            return None
        step, loan = found
        require_open(step, loan, Realisation.AUCTION, StepState.OPEN)
        item = step.disposal.item
        lock = item.encumbrance
        if item.state != ItemState.PLEDGED or lock is None or lock.released_at is not None:
            raise WrongState(gettext_lazy("这件作品不在质押中，或贷款没有在还款。"))
        sale = encumbrances.exchange_for_module(
            actor=actor, encumbrance_id=lock.pk, kind=EncumbranceKind.SALE, reference=reference,
            reason=f"{loan.number}: {step.get_way_display()}",
        )  # fmt: skip
        PledgeSuspension.objects.create(step=step, item=item, suspended=lock, sale=sale)
        move_step(step, StepState.SELLING, actor=actor, encumbrance=sale.pk)
        return sale

    def claim_on(self, row: Settlement, lot: Lot, amount: int) -> "ProceedsClaim | None":
        """The loan's claim on what the seller of a released settlement gets."""
        found = _under_lock(lot.consignment_id)
        if found is None:
            return None
        step, loan = found
        if step.state != StepState.SELLING:
            return None
        return ProceedsClaim(step, loan, row, amount)

    def passed_on(self, row: Settlement) -> int:
        """What of the seller's part went to the lender."""
        made = Distribution.objects.filter(settlement=row).first()
        return made.received_minor - made.surplus_minor if made else 0


@dataclass(slots=True)
class ProceedsClaim:
    """The loan has the first claim on an amount that comes to the borrower's payable."""

    step: DisposalStep
    loan: Loan
    row: Settlement
    amount: int
    books: Books = field(default_factory=Books)

    @property
    def left(self) -> int:
        """What remains for the pledgor, in the smallest unit."""
        return max(self.amount - payoff_today(self.loan, self.step), 0)

    @property
    def accounts(self) -> Iterable[Account]:
        leaving = in_transit(BANK, self.loan.currency)
        return accounts_of(self.loan, self.books, leaving)

    def pay(self, *, actor: User | None) -> None:
        """Share it out; the surplus is paid by the settlement, as to every seller."""
        self.step.price_minor = self.row.hammer_minor
        self.step.save(update_fields=["price_minor"])
        proceeds = Proceeds(
            self.row.hammer_minor, self.row.hammer_minor - self.amount, settlement=self.row
        )
        distribute(self.loan, self.step, proceeds, self.books, actor=actor)


# ------------------------------------------------------------------ the lot's lock is released


def after_release(actor: User | None, work: Work, sale: Encumbrance) -> None:
    """The lock of a lot has ended: sold, the pledge is over; else it lies on the work again.

    In the transaction of whatever ended the lot, which holds the work. Registered for locks of
    sales (`encumbrances.on_release`).
    """
    known = PledgeSuspension.objects.filter(sale=sale, end="", step__isnull=False)
    loan_id = known.values_list("item__loan", flat=True).first()
    if loan_id is None:
        return
    loan = lock_loan(pk=loan_id)
    row = PledgeSuspension.objects.select_related(
        "step__disposal__case__default", "item__encumbrance"
    ).get(sale=sale)
    step = row.step
    assert step is not None  # noqa: S101 - asked for above
    step.disposal.case.loan = row.item.loan = loan
    step.disposal.item = row.item
    row.ended_at = db_now()
    owners = [share.party_id for share in title.current_shares(work)]
    if owners != [loan.borrower_id]:
        row.end = SuspensionEnd.SOLD
        row.save(update_fields=["end", "ended_at"])
        return
    _restore(row, step, sale, loan, actor=actor)


def _restore(
    row: PledgeSuspension, step: DisposalStep, sale: Encumbrance, loan: Loan, *,
    actor: User | None,
) -> None:  # fmt: skip
    """The pledge comes back as it was, the step has failed, and the next way opens."""
    item = row.item
    disposal = step.disposal
    lock = encumbrances.restore_for_module(actor=actor, encumbrance_id=row.suspended_id)
    row.end, row.restored = SuspensionEnd.RESTORED, lock
    row.save(update_fields=["end", "ended_at", "restored"])
    item.encumbrance = lock
    item.save(update_fields=["encumbrance"])
    record_event(
        actor=actor, action="pledge.restored", subject=item, loan=loan.pk, work=item.work_id,
        encumbrance=lock.pk, lot=sale.pk,
    )  # fmt: skip
    if step.consignment_id is not None:
        end_for_module(step.consignment_id, reason=sale.release_reason, actor=actor)
    is_paid = loan.state != LoanState.ACTIVE
    why = sale.release_reason or _("拍卖未成交")
    end_step(step, StepState.STOPPED if is_paid else StepState.FAILED, why, actor=actor)
    if Lot.objects.filter(encumbrance=sale, state__in=UNSOLD_LOTS).exists():
        burn(disposal, actor=actor)
    if is_paid:
        keep_by_owner(disposal, loan)
    elif disposal.state == DisposalState.OPEN:
        open_next(disposal, actor=actor)
