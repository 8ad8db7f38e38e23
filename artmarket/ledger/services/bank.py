"""Money by bank transfer: each line of a statement once; what is unclear waits for a person.

A line is credited by itself only when it names one open bank payment by its reference, in its
currency, from an account in the payer's own name. Everything else stands in suspense and is listed
with its reason; a person assigns it or sends it back. Listings rules §7: payer = buyer.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import CheckState
from artmarket.accounts.models import IdentityCheck, Party, User
from artmarket.core.errors import NotAllowed
from artmarket.core.events import record_event

from ..engine.references import PAYMENT, PAYOUT, REFUND, references_in
from ..gateways import BANK
from ..models import Entry, Payment, Payout, Refund, StatementLine
from ..payments.enums import OutgoingState, StrayReason
from ..payments.locks import lock_payment
from ..statement_files import Line, read_statement
from .outgoing import confirm_locked
from .receipts import Arrival, ReferenceUsed, book, book_stray

CREDITED = "credited"
TO_REVIEW = "to_review"
SENT = "sent"
UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import went: lines in the file, new ones among them, and what became of those."""

    lines: int
    new: int
    credited: int
    to_review: int
    sent: int
    unclear: int


def import_statement(*, actor: User | None, raw: bytes) -> Imported:
    """Take a statement file; each line in a transaction of its own, once for all time.

    `actor` None is the platform's own command. A file taken in twice changes nothing; one that
    was broken off is taken in again from its beginning. Raises `NotAllowed`, `BadStatement`.
    """
    if actor is not None and not actor.has_perm("ledger.handle_payments"):
        raise NotAllowed()
    lines = read_statement(raw, columns=settings.BANK_CSV_COLUMNS)
    results = [take_line(actor=actor, line=line) for line in lines]
    new = [row.result for row, is_new in results if is_new]
    return Imported(
        lines=len(lines), new=len(new), credited=new.count(CREDITED),
        to_review=new.count(TO_REVIEW), sent=new.count(SENT), unclear=new.count(UNCLEAR),
    )  # fmt: skip


@transaction.atomic(durable=True)
def take_line(*, actor: User | None, line: Line) -> tuple[StatementLine, bool]:
    """One line: its row, and whether it was new. Raises `Busy`."""
    row, is_new = StatementLine.objects.get_or_create(
        digest=line.digest,
        defaults={
            "account_number": line.account, "bank_reference": line.reference,
            "booked_on": line.booked_on, "currency": line.currency,
            "amount_minor": line.amount_minor, "counterparty": line.counterparty,
            "text": line.text, "imported_by": actor,
        },
    )  # fmt: skip
    if not is_new:
        return row, False
    taken = _came_in(actor, line) if line.amount_minor > 0 else _went_out(actor, line)
    row.result, row.entry = taken
    row.save(update_fields=["result", "entry"])
    record_event(
        actor=actor, action="statement.line", subject=row, after={"result": row.result},
        amount=line.amount_minor, currency=line.currency,
    )  # fmt: skip
    return row, True


def reference_of(line: Line) -> str:
    """What names the movement at the bank: its own reference, else our digest."""
    return line.reference or f"line-{line.digest[:40]}"


def _came_in(actor: User | None, line: Line) -> tuple[str, Entry | None]:
    arrival = Arrival(
        gateway=BANK, reference=reference_of(line), currency=line.currency,
        amount_minor=line.amount_minor, payer_name=line.counterparty, received_on=line.booked_on,
    )  # fmt: skip
    payment, reason = _whose(line)
    try:
        with transaction.atomic():
            if payment is not None and not reason:
                receipt = book(actor=actor, payment=payment, arrival=arrival)
            else:
                receipt = book_stray(actor=actor, arrival=arrival, reason=reason, payment=payment)
    except ReferenceUsed:  # the bank's reference stands for something else already
        return UNCLEAR, None
    is_whole = receipt.credited_minor == receipt.amount_minor
    return (CREDITED if is_whole else TO_REVIEW), receipt.entry


def _whose(line: Line) -> tuple[Payment | None, str]:
    """The payment that a line is for, locked, and why it cannot be credited by itself."""
    references = references_in(line.text, [PAYMENT])
    if not references:
        return None, StrayReason.NO_REFERENCE
    pks = Payment.objects.filter(reference__in=references).values_list("pk", flat=True)
    if len(references) > 1 or not pks:
        return None, StrayReason.UNKNOWN
    payment = lock_payment(pk=pks[0])
    if payment.gateway != BANK:
        return payment, StrayReason.UNKNOWN
    if payment.currency != line.currency:
        return payment, StrayReason.OTHER_CURRENCY
    if not is_name_of(line.counterparty, payment.party):
        return payment, StrayReason.OTHER_PAYER
    return payment, ""


def is_name_of(name: str, party: Party) -> bool:
    """Whether an account holder's name is that of the party; a missing name is nobody's."""
    return bool(name.strip()) and _plain(name) in {_plain(each) for each in names_of(party)}


def names_of(party: Party) -> Iterable[str]:
    """The name of a party, and the one its identity was checked under."""
    yield party.name
    checks = IdentityCheck.objects.filter(state=CheckState.APPROVED)
    if party.user_id:
        checks = checks.filter(user=party.user_id)
    elif party.organisation_id:
        checks = checks.filter(organisation=party.organisation_id)
    else:
        return
    yield from (check.legal_name for check in checks if check.legal_name)


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if c.isalnum())


def _went_out(actor: User | None, line: Line) -> tuple[str, Entry | None]:
    """A refund or payout that somebody sent at the bank under its reference."""
    references = references_in(line.text, [REFUND, PAYOUT])
    if len(references) != 1:
        return UNCLEAR, None
    row = (
        Refund.objects.filter(reference=references[0], gateway=BANK).first()
        or Payout.objects.filter(reference=references[0], gateway=BANK).first()
    )
    if row is None or (row.amount_minor, row.currency) != (-line.amount_minor, line.currency):
        return UNCLEAR, None
    if row.state == OutgoingState.DONE:
        standing = Entry.objects.filter(key=f"{BANK}:{row.gateway_id}").first()
        is_this = row.gateway_id == reference_of(line)
        return (SENT, standing) if is_this else (UNCLEAR, None)
    return SENT, confirm_locked(actor=actor, row=row, bank_reference=reference_of(line))


def words_of(result: str) -> str:
    """What became of a line, in words."""
    words = {
        CREDITED: _("已入账"), TO_REVIEW: _("待查"), SENT: _("已付出"), UNCLEAR: _("不明"),
    }  # fmt: skip
    return str(words.get(result, result))
