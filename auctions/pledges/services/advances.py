"""Auction advances (拍卖预付款): the contracts of consignment that an application names,
and what becomes of the loan once a work comes back unsold.

The loan itself is an ordinary one; its sale is `advance_sales`. Pledge rules §3, §4.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.core.clock import db_now, db_today
from artmarket.core.errors import Busy, DomainError, Invalid, WrongState
from artmarket.core.events import record_event
from auctions.models import Consignment
from auctions.services.consignments import end_for_module
from catalog.models import Work

from .. import advance_citations as rules
from ..enums import ON_A_LOAN, LoanEventKind, LoanState, ProductKind
from ..locks import lock_loan
from ..models import AdvanceWork, Application, Loan, LoanEvent, PledgeItem
from ..selectors.advance import open_contracts
from .booking import Books, lock_money, reckon, write_event


class AdvanceOwed(DomainError):
    """The owner cannot leave the house while the advance on his work is owed."""

    code = "advance_owed"
    rule = rules.ADVANCE
    message = _("这件作品的拍卖预付款还没有还清，还清以前不能解除委托。")
    hint = _("先还清预付款，再解除委托。")


def name_consignments(application: Application, works: Sequence[Work]) -> None:
    """Keep with each work the contract of consignment under which a house has it.

    Inside the caller's transaction and locks of works. Raises `Invalid` where a work has none.
    """
    found = {row.work_id: row for row in open_contracts(application.borrower)}
    missing = [work.display_title for work in works if work.pk not in found]
    if missing:
        words = _("《%(title)s》没有在执行的委托合同，或合同里没有估价，或已经排进拍卖会。")
        raise Invalid(fields={"works": words % {"title": missing[0]}}, rule=rules.SHARE)
    currency = application.product.currency
    if any(found[work.pk].currency != currency for work in works):
        raise Invalid(fields={"works": _("委托合同和贷款产品的币种不同。")}, rule=rules.SHARE)
    AdvanceWork.objects.bulk_create(
        AdvanceWork(application=application, work=work, consignment=found[work.pk])
        for work in works
    )


def item_under_lock(consignment: Consignment) -> PledgeItem | None:
    """The work of an advance that rests on a contract, under the lock of its loan (`item.loan`).

    The caller holds the work. None: nothing was lent on it, or the work is back.
    """
    known = PledgeItem.objects.filter(
        work=consignment.work_id, state__in=ON_A_LOAN,
        loan__version__product__kind=ProductKind.ADVANCE,
        loan__offer__application__advance_works__consignment=consignment,
    )  # fmt: skip
    keys = known.values_list("pk", "loan").first()
    if keys is None:
        return None
    loan = lock_loan(pk=keys[1])
    item = PledgeItem.objects.select_related("encumbrance").get(pk=keys[0])
    item.loan = loan
    return item if item.state in ON_A_LOAN else None


def end_for_realisation(item: PledgeItem, *, actor: User) -> None:
    """The lender sells by his power: the owner's contract with a house ends, in his transaction.

    Raises `WrongState` while a lot of it has the work (then no case is open).
    """
    rows = AdvanceWork.objects.filter(
        application__offers__loan=item.loan_id, work=item.work_id
    )  # fmt: skip
    for row in rows:
        end_for_module(row.consignment_id, reason=gettext("贷款违约，转由质权人处置"), actor=actor)


# ------------------------------------------------------------------ a work that comes back


def came_back(item: PledgeItem) -> None:
    """A lot ended without a sale, or the house its contract: the loan falls due in the days of the
    rule. Inside the caller's transaction, under the lock of the loan."""
    if item.loan.state != LoanState.ACTIVE:
        return
    row = AdvanceWork.objects.filter(
        application__offers__loan=item.loan_id, work=item.work_id
    ).get()  # fmt: skip
    if row.came_back_on is not None:
        return  # an earlier one runs
    row.came_back_on = db_today()
    row.save(update_fields=["came_back_on"])
    record_event(
        actor=None, action="advance.came_back", subject=item, loan=item.loan_id, work=item.work_id,
        after={"on": row.came_back_on},
    )  # fmt: skip
    transaction.on_commit(partial(fall_due, keys=[row.pk]), robust=True)


def fall_due(*, keys: Iterable[int] | None = None, most: int = 500) -> int:
    """Let advances fall due whose works came back; how many. Safe to call again.

    One that somebody is at waits for the next call.
    """
    rows = AdvanceWork.objects.filter(came_back_on__isnull=False, fell_due_at__isnull=True)
    if keys is not None:
        rows = rows.filter(pk__in=list(keys))
    done = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)[:most]):
        try:
            done += _fall_due(advance_id=pk)
        except Busy:
            continue
    return done


@transaction.atomic(durable=True)
def _fall_due(*, advance_id: int) -> int:
    loan_id = (
        Loan.objects.filter(offer__application__advance_works=advance_id)
        .values_list("pk", flat=True)
        .first()
    )
    if loan_id is None:
        raise WrongState()
    loan = lock_loan(pk=loan_id)
    row = AdvanceWork.objects.get(pk=advance_id)
    if row.fell_due_at is not None or row.came_back_on is None:
        return 0
    today = db_today()
    days: int = rulebook.get(rules.DAYS)["due"]
    due_on = max(row.came_back_on + timedelta(days=days), today + timedelta(days=1))
    before = loan.matures_on
    if loan.state == LoanState.ACTIVE and before is not None and before > due_on:
        row.event = _shorten(loan, due_on, on=today)
    row.fell_due_at = db_now()
    row.save(update_fields=["fell_due_at", "event"])
    record_event(
        actor=None, action="advance.fell_due", subject=loan, before={"matures_on": before},
        after={"matures_on": loan.matures_on}, work=row.work_id, borrower=loan.borrower_id,
    )  # fmt: skip
    return 1


def _shorten(loan: Loan, due_on: date, *, on: date) -> LoanEvent:
    """What is not due yet falls due on a day; what was due stays due, at the same rate."""
    events, books = list(loan.events.order_by("number")), Books()
    lock_money(loan, books)
    row = LoanEvent(
        kind=LoanEventKind.RESCHEDULE, effective_on=on,
        data={"count": 1, "every_days": (due_on - on).days, "why": "advance"},
    )  # fmt: skip
    write_event(loan, events, row, actor=None)
    loan.matures_on = due_on
    reckon(
        loan, events, books, on=on, actor=None, kind="loan.corrected", fields=("matures_on",)
    )  # fmt: skip
    return row
