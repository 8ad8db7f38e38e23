"""Prove the pawns: papers as signed, sums, the chain of renewals, locks, custody."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from django.db.models import Sum

from artmarket.ledger.audit import Fault
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Transfer
from catalog.enums import EncumbranceKind

from .enums import PostingKind
from .models import Pawn, PawnDisposal, PawnLoss, PawnPosting, PawnStep, PawnTicket
from .models.pawn import PAWN_CHARGED, PAWN_PAID, PAWN_PARTS
from .pawn_chain import faults_of
from .pawn_enums import (
    WITH_THING,
    DisposalState,
    PawnState,
    TicketState,
)
from .pawn_standing import charged_of
from .services.contracts import digest_of

CHUNK = 500
_SIGN = {PostingKind.CHARGED.value: 1, PostingKind.PAID.value: -1}


def pawn_faults() -> Iterator[Fault]:
    """All that does not hold; within the audit's one moment."""
    yield from changed_papers()
    yield from unequal_pawns()
    yield from broken_chains()
    yield from broken_things()
    yield from accounts_match()


def changed_papers() -> Iterator[Fault]:
    """Tickets and statements that are not what was signed or told."""
    rows = PawnTicket.objects.prefetch_related("signatures")
    for ticket in rows.iterator(chunk_size=CHUNK):
        if digest_of(ticket.text) != ticket.digest:
            yield Fault("ticket", ticket.number, "the text is not that of its digest")
        if any(row.digest != ticket.digest for row in ticket.signatures.all()):
            yield Fault("ticket", ticket.number, "another text was signed")
    for disposal in PawnDisposal.objects.filter(state=DisposalState.DONE):
        if digest_of(disposal.statement or {}) != disposal.digest:
            yield Fault("ticket", f"pawn {disposal.pawn_id}", "the statement was changed")


def unequal_pawns() -> Iterator[Fault]:
    """Pawns whose sums are neither those of their postings nor those of their tickets."""
    sums: dict[tuple[int, str, str], int] = defaultdict(int)
    rows = PawnPosting.objects.order_by().values_list("pawn", "kind", "part")
    for pawn_id, kind, part, amount in rows.annotate(sum=Sum("amount_minor")):
        sums[pawn_id, kind, part] = amount
    losses: dict[int, list[PawnLoss]] = defaultdict(list)
    for loss in PawnLoss.objects.select_related("ticket"):
        losses[loss.ticket.pawn_id].append(loss)
    pawns = Pawn.objects.prefetch_related("tickets__terms")
    for pawn in pawns.iterator(chunk_size=CHUNK):
        where = f"pawn {pawn.pk}"
        for kind, columns in ((PostingKind.CHARGED, PAWN_CHARGED), (PostingKind.PAID, PAWN_PAID)):
            for part in PAWN_PARTS:
                stored, posted = getattr(pawn, columns[part]), sums[pawn.pk, kind.value, part]
                if stored != posted:
                    yield Fault("sums", where, f"{kind} {part} {stored}, posted {posted}")
        yield from _unlike_tickets(pawn, losses[pawn.pk], where)


def _unlike_tickets(pawn: Pawn, losses: list[PawnLoss], where: str) -> Iterator[Fault]:
    """A pawn that is dead or over has been charged what its tickets cost, to the fen."""
    if pawn.state in (PawnState.ACTIVE, PawnState.DRAWN, PawnState.AGREED, PawnState.CANCELLED):
        return
    tickets = list(pawn.tickets.all())
    if not any(row.started_on for row in tickets):
        return
    last = max(row.redeem_until for row in tickets if row.redeem_until is not None)
    for part, amount in charged_of(pawn, tickets, losses, on=last).items():
        if getattr(pawn, PAWN_CHARGED[part]) != amount:
            yield Fault(
                "replay", where,
                f"{part} {getattr(pawn, PAWN_CHARGED[part])}, its tickets {amount}",
            )  # fmt: skip


def broken_chains() -> Iterator[Fault]:
    """Renewals that do not count from the old maturity, or of which two run."""
    for pawn in Pawn.objects.prefetch_related("tickets").iterator(chunk_size=CHUNK):
        rows = [row for row in pawn.tickets.all() if row.started_on is not None]
        rows.sort(key=lambda row: row.place)
        for old, new in pairwise(rows):
            if new.place != old.place + 1 or new.started_on != old.matures_on:
                yield Fault("renewals", new.number, "it does not follow the one before it")
            if old.state != TicketState.RENEWED:
                yield Fault("renewals", old.number, f"{old.state} and renewed")
        runs = [row for row in rows if row.state in (TicketState.LIVE, TicketState.DEAD)]
        is_running = pawn.state in (PawnState.ACTIVE, PawnState.DEAD, PawnState.DISPOSED)
        if len(runs) != (1 if is_running else 0):
            yield Fault("renewals", f"pawn {pawn.pk}", f"{pawn.state}, {len(runs)} tickets run")


def broken_things() -> Iterator[Fault]:
    """Things without their lock, locks without their thing, broken chains of custody."""
    for pawn in Pawn.objects.select_related("encumbrance").iterator(chunk_size=CHUNK):
        where, lock = f"pawn {pawn.pk}", pawn.encumbrance
        is_locked = lock is not None and lock.released_at is None
        if (pawn.state in WITH_THING) != is_locked:
            yield Fault(
                "lock", where, f"{pawn.state}, its lock {'lies' if is_locked else 'is off'}"
            )
        if lock is not None and (
            lock.kind != EncumbranceKind.PLEDGE or lock.work_id != pawn.work_id
        ):
            yield Fault("lock", where, "its lock is another")
        steps = list(PawnStep.objects.filter(pawn=pawn).select_related("confirms"))
        for words in faults_of(steps, head=pawn.head, sequence=pawn.sequence):
            yield Fault("custody", where, words)
        if any(row.confirms is not None and row.confirms.by_id == row.by_id for row in steps):
            yield Fault("custody", where, "one person recorded and confirmed")


def accounts_match() -> Iterator[Fault]:
    """Entries of pawns whose lines on the pawnshop's claims are not what their postings say."""
    said: dict[int, int] = defaultdict(int)
    rows = PawnPosting.objects.order_by().values_list("entry", "kind")
    for entry, kind, amount in rows.annotate(sum=Sum("amount_minor")):
        said[entry] += _SIGN[kind] * amount
    moved: dict[int, int] = defaultdict(int)
    claims = (Purpose.LOAN_BOOK, Purpose.RECEIVABLE)
    lines = Transfer.objects.filter(entry__in=list(said)).order_by()
    for side, sign in (("debit", 1), ("credit", -1)):
        found = lines.filter(**{f"{side}__purpose__in": claims}).values_list("entry")
        for entry, amount in found.annotate(sum=Sum("amount_minor")):
            moved[entry] += sign * amount
    for entry in sorted({*said, *moved}):
        if said[entry] != moved[entry]:
            yield Fault("entry", f"entry {entry}", f"moved {moved[entry]}, pawns {said[entry]}")


def principal_by_entry() -> Iterator[tuple[int, int]]:
    """By how much each entry changed the principal of pawns."""
    rows = PawnPosting.objects.filter(part="principal").order_by()
    for entry, kind, amount in rows.values_list("entry", "kind").annotate(sum=Sum("amount_minor")):
        yield entry, _SIGN[kind] * amount


def principal_by_lender() -> Iterator[tuple[int, str, int]]:
    """What is lent on pawns: organisation of the pawnshop, currency, principal outstanding."""
    for pawn in Pawn.objects.select_related("lender").iterator(chunk_size=CHUNK):
        if pawn.owed("principal"):
            yield pawn.lender.organisation_id, pawn.currency, pawn.owed("principal")
