"""Prove the loans: sums from postings and from events, the books, locks on works, custody.

Reads only. `manage.py audit_pledges` reports all of it, `audit_ledger` what concerns the accounts.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from django.db.models import Sum

from artmarket.accounts.models import Party
from artmarket.ledger.audit import Fault, one_moment
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Transfer
from catalog.enums import EncumbranceKind

from . import pawn_audit, reckoning
from .advance_audit import advance_faults
from .custody_chain import faults_of
from .enums import IN_PLEDGE, HoldingState, LoanState, Part, PostingKind
from .margin_audit import unequal_calls
from .models import CustodyEvent, Holding, Loan, LoanPosting, PledgeItem
from .models.loans import CHARGED, PAID, PARTS
from .realisation_audit import held_elsewhere, realisation_faults
from .services.contracts import digest_of

CHUNK: Final = 500
_COLUMNS: Final = {PostingKind.CHARGED: CHARGED, PostingKind.PAID: PAID}


def pledge_faults() -> Iterator[Fault]:
    """All that does not hold, at one moment."""
    with one_moment():
        yield from changed_contracts()
        yield from unequal_sums()
        yield from unequal_replays()
        yield from unequal_entries()
        yield from accounts_hold()
        yield from broken_locks()
        yield from broken_custody()
        yield from unequal_calls()
        yield from realisation_faults()
        yield from advance_faults()
        yield from pawn_audit.pawn_faults()


def changed_contracts() -> Iterator[Fault]:
    """Contracts that are not what was signed."""
    for loan in Loan.objects.prefetch_related("signatures").iterator(chunk_size=CHUNK):
        if digest_of(loan.contract) != loan.digest:
            yield Fault("contract", loan.number, "the text is not that of its digest")
        for signature in loan.signatures.all():
            if signature.digest != loan.digest:
                yield Fault("contract", loan.number, f"{signature.side} signed another text")


def unequal_sums() -> Iterator[Fault]:
    """Loans whose sums are not those of their postings."""
    sums: dict[tuple[int, str, str], int] = defaultdict(int)
    rows = LoanPosting.objects.order_by().values_list("loan", "kind", "part")
    for loan_id, kind, part, amount in rows.annotate(sum=Sum("amount_minor")):
        sums[loan_id, kind, part] = amount
    for loan in Loan.objects.iterator(chunk_size=CHUNK):
        for kind, columns in _COLUMNS.items():
            for part in PARTS:
                stored, posted = getattr(loan, columns[part]), sums[loan.pk, kind.value, part]
                if stored != posted:
                    yield Fault("sums", loan.number, f"{kind} {part} {stored}, posted {posted}")


def unequal_replays() -> Iterator[Fault]:
    """Loans that do not stand as their events say, on the day to which they were reckoned."""
    rows = Loan.objects.filter(started_on__isnull=False).prefetch_related("events")
    for loan in rows.iterator(chunk_size=CHUNK):
        events = sorted(loan.events.all(), key=lambda row: row.number)
        if [row.number for row in events] != list(range(1, loan.sequence + 1)):
            yield Fault("events", loan.number, f"they are not numbered 1 to {loan.sequence}")
        assert loan.reckoned_on is not None  # noqa: S101 - it was paid out
        totals = reckoning.stand(loan, events, on=loan.reckoned_on).totals
        for columns, parts in ((CHARGED, totals.charged), (PAID, totals.paid)):
            for part, amount in reckoning.by_part(parts).items():
                if getattr(loan, columns[part]) != amount:
                    yield Fault(
                        "replay", loan.number,
                        f"{columns[part]} {getattr(loan, columns[part])}, its events {amount}",
                    )  # fmt: skip
        if loan.credit_minor != totals.credit:
            yield Fault("replay", loan.number, f"credit {loan.credit_minor}, {totals.credit}")


def unequal_entries() -> Iterator[Fault]:
    """Entries whose lines on loan accounts are not what their postings say of principal."""
    said: dict[int, int] = defaultdict(int)
    sign = {PostingKind.CHARGED.value: 1, PostingKind.PAID.value: -1}
    rows = LoanPosting.objects.filter(part=Part.PRINCIPAL).order_by()
    for entry, kind, amount in rows.values_list("entry", "kind").annotate(sum=Sum("amount_minor")):
        said[entry] += sign[kind] * amount
    for entry, amount in pawn_audit.principal_by_entry():
        said[entry] += amount
    moved: dict[int, int] = defaultdict(int)
    lines = Transfer.objects.order_by()
    for entry, amount in (
        lines.filter(debit__purpose=Purpose.LOAN_BOOK)
        .values_list("entry")
        .annotate(sum=Sum("amount_minor"))
    ):
        moved[entry] += amount
    for entry, amount in (
        lines.filter(credit__purpose=Purpose.LOAN_BOOK)
        .values_list("entry")
        .annotate(sum=Sum("amount_minor"))
    ):
        moved[entry] -= amount
    for entry in sorted({*said, *moved}):
        if said[entry] != moved[entry]:
            yield Fault("entry", f"entry {entry}", f"moved {moved[entry]}, loans {said[entry]}")


def accounts_hold() -> Iterator[Fault]:
    """Loan books of lenders that are not the principal of their loans."""
    lenders = Party.objects.filter(organisation__lenders__isnull=False)
    parties = dict(lenders.values_list("organisation", "pk"))
    principal: dict[tuple[int, str], int] = defaultdict(int)
    for loan in Loan.objects.select_related("lender").iterator(chunk_size=CHUNK):
        if loan.principal_minor:
            party = parties.get(loan.lender.organisation_id, 0)
            principal[party, loan.currency] += loan.principal_minor
    for organisation, currency, amount in pawn_audit.principal_by_lender():
        principal[parties.get(organisation, 0), currency] += amount
    books = Account.objects.filter(purpose=Purpose.LOAN_BOOK)
    held = {(row.party_id or 0, row.currency): row.balance_minor for row in books}
    for key in sorted({*principal, *held}):
        if principal[key] != held.get(key, 0):
            where = f"party {key[0]} {key[1]}"
            yield Fault("loan_book", where, f"{held.get(key, 0)}, loans {principal[key]}")


def broken_locks() -> Iterator[Fault]:
    """Works in pledge without their lock, other locks, works of loans that are over."""
    elsewhere = held_elsewhere()
    rows = PledgeItem.objects.select_related("encumbrance", "loan")
    for item in rows.iterator(chunk_size=CHUNK):
        where = f"{item.loan.number}/{item.number}"
        lock = item.encumbrance
        is_held = lock is not None and lock.released_at is None
        if (item.state in IN_PLEDGE) != (is_held or item.pk in elsewhere):
            yield Fault("lock", where, f"{item.state}, its lock {'lies' if is_held else 'is off'}")
        if lock is not None and (
            lock.kind != EncumbranceKind.PLEDGE or lock.work_id != item.work_id
        ):
            yield Fault("lock", where, "its lock is another")
        if item.loan.state == LoanState.CLOSED and item.state in IN_PLEDGE:
            yield Fault("lock", where, "the loan is closed")


def broken_custody() -> Iterator[Fault]:
    """Broken chains, steps of one person, works in pledge that no custodian has."""
    rows = Holding.objects.select_related("item").order_by("pk")
    for holding in rows.iterator(chunk_size=CHUNK):
        events = list(
            CustodyEvent.objects.filter(holding=holding)
            .select_related("picture", "confirms")
            .order_by("number")
        )
        for words in faults_of(events, head=holding.head, sequence=holding.sequence):
            yield Fault("custody", f"receipt {holding.receipt}", words)
        for row in events:
            if row.confirms is not None and row.confirms.by_id == row.by_id:
                yield Fault(
                    "custody", f"receipt {holding.receipt}", f"row {row.number}: one person"
                )
    kept = Holding.objects.filter(state__in=[HoldingState.KEPT, HoldingState.LEAVING])
    pledged = PledgeItem.objects.filter(state__in=IN_PLEDGE)
    for item in pledged.exclude(pk__in=kept.values("item")).select_related("loan"):
        yield Fault("custody", f"{item.loan.number}/{item.number}", "nobody has it")
    for holding in kept.exclude(item__in=pledged):
        yield Fault("custody", f"receipt {holding.receipt}", "kept without a pledge")
