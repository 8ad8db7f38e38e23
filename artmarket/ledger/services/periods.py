"""Close a month: its trial balance is kept, and nothing is booked on its days any more."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_today
from artmarket.core.errors import DomainError, NotAllowed, WrongState
from artmarket.core.events import record_event

from ..audit import unequal_balances
from ..locks import lock_books
from ..models import Period
from ..selectors.trial import next_month, totals_at


class Unsound(DomainError):
    """The books do not prove themselves."""

    code = "books_unsound"
    message = _("有账户的余额与分录不符，不能结账。")
    hint = _("请先用audit_ledger命令核对账簿。")


@transaction.atomic(durable=True)
def close_period(*, actor: User, month: date) -> Period:
    """Close the month (its first day), which is the one after the last that was closed.

    Closed already, it changes nothing. Raises `NotAllowed`, `WrongState` (not over, not the next),
    `Unsound` (a balance that its lines do not prove), `Busy`.
    """
    if not actor.has_perm("ledger.close_period"):
        raise NotAllowed()
    lock_books()
    standing = Period.objects.filter(month=month).first()
    if standing is not None:
        return standing
    if month != next_month(db_today()):
        raise WrongState(_("月份按顺序结账，当月过完才能结。"))
    wrong = [fault.where for fault in unequal_balances()]
    if wrong:
        raise Unsound(accounts=wrong[:20])
    period = Period.objects.create(month=month, closed_by=actor, totals=totals_at(month))
    record_event(
        actor=actor, action="ledger.period_closed", subject=period,
        after={"month": month, "entries": period.totals["entries"]},
        balances=period.totals["balances"],
    )  # fmt: skip
    return period
