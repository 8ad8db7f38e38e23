"""What every step of a loan shares: permission, words, the parties, the log of the loan."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from artmarket import rulebook
from artmarket.accounts import gates
from artmarket.accounts.models import Licence, Party, User
from artmarket.accounts.services.parties import party_of_organisation
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from .. import citations
from ..enums import ITEM_MOVES, LOAN_MOVES
from ..models import Lender, Loan, PledgeItem

MAX_WORDS = 300


def require(actor: User, perm: str, subject: Any) -> None:
    """Raises `NotAllowed`."""
    if not actor.has_perm(f"pledges.{perm}", subject):
        raise NotAllowed()


def words_of(text: str, field: str = "reason", *, most: int = MAX_WORDS) -> str:
    """A text that has words, in one line and cut to `most`. Raises `Invalid`."""
    words = " ".join(text.split())
    if not words:
        raise Invalid(fields={field: _("请填写这一项。")})
    return words[:most]


def require_licensed(lender: Lender) -> Licence:
    """The licence that the law asks of this kind of lender, in force today.

    Raises `NotLicensed`, `WrongState` (the lender was ended).
    """
    if lender.ended_at is not None:
        raise WrongState(_("这个贷款人已经停用。"), rule=citations.LICENCES)
    kind = rulebook.get(citations.LICENCES)[lender.kind]
    return gates.require_licence(lender.organisation, kind, rule=citations.LICENCES)


def party_of_lender(lender: Lender) -> Party:
    """The lender as a party: in whose favour works are pledged, and whose money is lent."""
    return party_of_organisation(lender.organisation)


def move_loan(loan: Loan, to: str, *, actor: User | None, fields: tuple[str, ...] = ()) -> None:
    """Change the state of a locked loan; `fields` the caller has set himself.

    Raises `WrongState` where the table of moves knows no such step.
    """
    if to not in LOAN_MOVES[loan.state]:
        raise WrongState()
    before = loan.state
    loan.state = to
    loan.save(update_fields=["state", *fields])
    record_event(
        actor=actor, action=f"loan.{to}", subject=loan, before={"state": before},
        after={"state": to},
    )  # fmt: skip


def move_item(
    item: PledgeItem, to: str, *, actor: User | None, fields: tuple[str, ...] = (), **data: Any
) -> None:
    """Change the state of a work within a locked loan; see `move_loan`."""
    if to not in ITEM_MOVES[item.state]:
        raise WrongState()
    before = item.state
    item.state = to
    item.save(update_fields=["state", *fields])
    record_event(
        actor=actor, action=f"pledge.{to}", subject=item, before={"state": before},
        after={"state": to}, loan=item.loan_id, work=item.work_id, **data,
    )  # fmt: skip
