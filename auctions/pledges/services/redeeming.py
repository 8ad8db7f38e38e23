"""A borrower who has paid everything gets his work back out of its sale, until the hammer falls.

His payment is taken in under the lock of the loan, which comes after those of the work and the lot;
so the lot is withdrawn right after it, and once more by a duty. A lot that is sold stays sold: then
all that its seller gets is the borrower's. 民法典 436; pledge rules §9.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from artmarket.core.clock import db_now
from artmarket.core.errors import Busy
from auctions.enums import CLOSED_LOTS
from auctions.locks import lock_lot
from auctions.models import Lot
from auctions.services.consignments import end_for_module
from auctions.services.sales import take_out
from catalog.locks import lock_work

from ..enums import ItemState, LoanState
from ..locks import lock_loan
from ..models import Disposal, DisposalStep, Loan
from ..realisation_enums import LIVE_STEPS, CaseState, DisposalState, StepState
from .contracts import let_go
from .disposal_states import close_case_if_done, end_disposal, end_step, is_suspended


def stop_redeemed(*, case_ids: list[int] | None = None, most: int = 500) -> int:
    """Take works out of their sales whose loans are paid; how many. Safe to call again.

    One that somebody is at waits for the next call.
    """
    rows = DisposalStep.objects.filter(
        state__in=LIVE_STEPS, consignment__isnull=False,
        disposal__case__state=CaseState.OPEN,
        disposal__case__loan__state__in=[LoanState.REPAID, LoanState.CLOSED],
    )  # fmt: skip
    if case_ids is not None:
        rows = rows.filter(disposal__case__in=case_ids)
    done = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)[:most]):
        try:
            done += _stop(step_id=pk)
        except Busy:
            continue
    return done


@transaction.atomic(durable=True)
def _stop(*, step_id: int) -> int:
    known = DisposalStep.objects.filter(pk=step_id)
    work_id, loan_id, consignment_id = known.values_list(
        "disposal__item__work", "disposal__case__loan", "consignment"
    ).get()
    lock_work(pk=work_id)
    lot_id = (
        Lot.objects.filter(consignment=consignment_id, encumbrance__released_at__isnull=True)
        .exclude(state__in=CLOSED_LOTS)
        .values_list("pk", flat=True)
        .first()
    )
    words = _("借款人已经还清全部欠款")
    if lot_id is not None:
        lot, now = lock_lot(pk=lot_id), db_now()
        is_over = lot.state in CLOSED_LOTS or (lot.ends_at is not None and lot.ends_at <= now)
        if is_over:
            return 0
        take_out(None, lot, words, now)  # its lock is released, and the pledge restored with it
        return 1
    loan = lock_loan(pk=loan_id)
    step = DisposalStep.objects.select_related("disposal__item", "disposal__case__default").get(
        pk=step_id
    )
    if step.state != StepState.OPEN or is_suspended(step.disposal.item):
        return 0
    end_for_module(consignment_id, reason=words, actor=None)
    end_step(step, StepState.STOPPED, words, actor=None)
    keep_by_owner(step.disposal, loan)
    return 1


def keep_by_owner(disposal: Disposal, loan: Loan) -> None:
    """The work of a loan that is paid goes back to its owner; inside the caller's locks."""
    end_disposal(disposal, DisposalState.STOPPED, actor=None)
    item, case = disposal.item, disposal.case
    item.loan = case.loan = loan
    if item.state == ItemState.PLEDGED:
        let_go(item, _("贷款已经还清"), actor=None, at=db_now())
    close_case_if_done(case, loan, actor=None)
