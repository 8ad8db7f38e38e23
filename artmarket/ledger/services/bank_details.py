"""The bank account of a party: entered by itself, read only by who sends money there.

Every look of somebody else is written down and shown to the person. Nothing of it stands in
events, logs or statements.
"""

import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum import iban

from artmarket.accounts.locks import lock_parties
from artmarket.accounts.models import Party, User
from artmarket.accounts.permissions import parties_of
from artmarket.accounts.services.privacy import note_look
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, Text, WrongState
from artmarket.core.events import record_event

from ..gateways import BANK
from ..models import BankDetails, Payout
from ..payments.enums import OutgoingState

RULE = "privacy.consent_per_purpose"
MOST = {"holder": 160, "bank": 160}
_NUMBER = re.compile(r"[0-9]{8,30}")


@dataclass(frozen=True, slots=True)
class Revealed:
    """The account in the clear, for one answer to one person."""

    holder: str
    bank: str
    number: str


@transaction.atomic(durable=True)
def keep_details(
    *, actor: User, party: Party, holder: str, bank: str, number: str
) -> BankDetails:  # fmt: skip
    """A party writes down where its bank account is; the last that it wrote counts.

    Blanks in the number are left out; letters mean an IBAN, whose checksum must hold. Raises
    `NotAllowed`, `Invalid`.
    """
    if not parties_of(actor).filter(pk=party.pk).exists():
        raise NotAllowed()
    given = {"holder": " ".join(holder.split()), "bank": " ".join(bank.split())}
    compact = re.sub(r"[\s-]", "", number).upper()
    wrong: dict[str, Text] = {
        name: _("请填写，不超过%(most)s个字。") % {"most": MOST[name]}
        for name, words in given.items()
        if not 0 < len(words) <= MOST[name]
    }
    if not (_NUMBER.fullmatch(compact) or iban.is_valid(compact)):
        wrong["number"] = _("账号是八到三十位数字，或者校验码正确的IBAN。")
    if wrong:
        raise Invalid(fields=wrong)
    lock_parties(pks=[party.pk])
    row, is_new = BankDetails.objects.update_or_create(
        party=party,
        defaults={**given, "number": compact, "entered_by": actor, "entered_at": db_now()},
    )
    record_event(
        actor=actor, action="bank_details.entered", subject=row, after={"is_new": is_new},
        party=party.pk,
    )  # fmt: skip
    return row


@transaction.atomic(durable=True)
def reveal_for(*, actor: User, payout_id: int) -> Revealed:
    """Open the account of a party to whoever sends it a payout by the bank; the look is kept.

    Raises `NotAllowed`, `WrongState` (no such payout, sent already, nothing written down).
    """
    if not actor.has_perm("ledger.handle_payments"):
        raise NotAllowed()
    payout = Payout.objects.select_related("party").filter(pk=payout_id, gateway=BANK).first()
    waiting = (OutgoingState.ASKED, OutgoingState.SENT)
    if payout is None or payout.state not in waiting:
        raise WrongState(_("这笔款不在待付之列，不能查看账号。"), rule=RULE)
    row = BankDetails.objects.filter(party=payout.party_id).first()
    if row is None:
        raise WrongState(_("收款人还没有填写银行账户。"))
    note_look(
        actor=actor, user=payout.party.user, organisation=payout.party.organisation,
        fields=["holder", "bank", "number"],
        purpose=gettext("付款%(reference)s，查看银行账户") % {"reference": payout.reference},
    )  # fmt: skip
    return Revealed(row.holder, row.bank, row.number)
