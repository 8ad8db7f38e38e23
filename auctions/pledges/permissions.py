"""Who lends, borrows and keeps; used by services, views and admin."""

from typing import Any

import rules

from artmarket.accounts.models import Organisation
from artmarket.accounts.permissions import (
    holds,
    is_active,
    is_member,
    is_organisation_admin,
    parties_of,
)
from catalog.permissions import holds_title, is_registrar

from .enums import HoldingState
from .models import (
    Application,
    Custodian,
    Holding,
    Lender,
    Loan,
    LoanOffer,
    MarginCall,
    Pawn,
    PawnRequest,
    PledgeItem,
    PreAcquisition,
    Product,
    Renewal,
    Revaluation,
)
from .pawn_enums import PawnState


def lender_of(subject: Any) -> Lender | None:
    """Whose business a product, application, offer, loan, work in pledge or custodian is."""
    match subject:
        case Lender():
            return subject
        case Product() | Loan() | Custodian() | Pawn() | PawnRequest():
            return subject.lender
        case Application():
            return subject.product.lender
        case LoanOffer():
            return subject.application.product.lender
        case PledgeItem() | Renewal():
            return subject.loan.lender
        case MarginCall():
            return subject.loan.lender
        case Revaluation():
            return subject.lender
        case Holding():
            return subject.item.loan.lender
    return None


def borrower_of(subject: Any) -> int | None:
    """The key of the party that borrows."""
    match subject:
        case Application() | Loan():
            return subject.borrower_id
        case LoanOffer():
            return subject.application.borrower_id
        case Pawn() | PawnRequest():
            return subject.pawner_id
        case PledgeItem() | Renewal():
            return subject.loan.borrower_id
        case MarginCall():
            return subject.loan.borrower_id
        case Holding():
            return subject.item.loan.borrower_id
    return None


def keeper_of(subject: Any) -> Organisation | None:
    """The organisation that keeps."""
    match subject:
        case Custodian():
            return subject.organisation
        case Holding():
            return subject.custodian.organisation
    return None


@rules.predicate
def runs_lender(user, subject) -> bool:
    """An administrator of the lender."""
    lender = lender_of(subject)
    return lender is not None and bool(is_organisation_admin(user, lender.organisation))


@rules.predicate
def works_for_lender(user, subject) -> bool:
    """Anybody of the lender's people."""
    lender = lender_of(subject)
    return lender is not None and bool(is_member(user, lender.organisation))


@rules.predicate
def borrows(user, subject) -> bool:
    """Whoever acts for the borrower."""
    party = borrower_of(subject)
    if party is None or not user or not user.pk:
        return False
    return parties_of(user).filter(pk=party).exists()


@rules.predicate
def acts_for_party(user, party) -> bool:
    return bool(party and user and user.pk) and parties_of(user).filter(pk=party.pk).exists()


@rules.predicate
def keeps(user, subject) -> bool:
    """Anybody of the custodian's people."""
    keeper = keeper_of(subject)
    return keeper is not None and bool(is_member(user, keeper))


@rules.predicate
def receives_in_pledge(user, work) -> bool:
    """The work has been brought to a custodian for whom this person works."""
    if not (work and user and user.pk):
        return False
    arriving = Holding.objects.filter(item__work=work, state=HoldingState.ARRIVING)
    rows = arriving.select_related("custodian__organisation")
    return any(is_member(user, row.custodian.organisation) for row in rows)


@rules.predicate
def receives_in_pawn(user, work) -> bool:
    """The work is being pawned to a pawnshop for which this person works."""
    if not (work and user and user.pk):
        return False
    rows = Pawn.objects.filter(work=work, state=PawnState.AGREED)
    return any(is_member(user, row.lender.organisation) for row in rows)


@rules.predicate
def is_under_a_loan(user, work) -> bool:
    """What lies on the work is the pledge of a loan, which ends by the way of the loan only."""
    return bool(work) and (
        work.encumbrances.filter(released_at__isnull=True, pledge_item__isnull=False).exists()
        or work.encumbrances.filter(released_at__isnull=True, pawn__isnull=False).exists()
    )


@rules.predicate
def is_pre_acquirer(user, commitment) -> bool:
    """Whoever acts for the party that commits to buy."""
    return isinstance(commitment, PreAcquisition) and acts_for_party(user, commitment.party)


@rules.predicate
def buys_pledge(user, step) -> bool:
    """Whoever acts for the party that buys a realised work."""
    return bool(step) and acts_for_party(user, step.buyer)


is_operator = holds("operator")

rules.add_perm("pledges.confirm_lender", is_active & is_operator)
rules.add_perm("pledges.run_lender", is_active & runs_lender)
rules.add_perm("pledges.work_for_lender", is_active & works_for_lender)
rules.add_perm("pledges.borrow_for", is_active & acts_for_party)
rules.add_perm("pledges.pledge_work", is_active & holds_title)
rules.add_perm("pledges.borrow", is_active & borrows)
rules.add_perm("pledges.keep", is_active & keeps)
rules.add_perm("pledges.see_loan", is_active & (borrows | works_for_lender | is_operator))
rules.add_perm(
    "pledges.see_custody", is_active & (keeps | works_for_lender | borrows | is_operator)
)
rules.add_perm("pledges.correct_loan", is_active & is_operator)
rules.add_perm("pledges.pre_acquire", is_active & is_pre_acquirer)
rules.add_perm("pledges.buy_pledge", is_active & buys_pledge)
rules.add_perm("pledges.confirm_court_sale", is_active & is_operator)
# Reports: the lender's own people, operators for every lender.
rules.add_perm("pledges.see_reports", is_active & (works_for_lender | is_operator))
# The custodian's second person takes the work's lock at delivery. What a loan holds no registrar
# takes away by hand.
rules.set_perm(
    "catalog.encumber_pledge",
    is_active & (receives_in_pledge | receives_in_pawn | (is_registrar & ~is_under_a_loan)),
)
