"""What loans owe, posted to the books: always the difference between the engine and what stands.

The platform holds the lender's money in trust. What borrowers owe him is his LOAN_BOOK (principal)
and RECEIVABLE (interest, penalty, costs), and as much of his PAYABLE is not cash but these claims;
the rest of it is at hand. A borrower's money waits on his PAYABLE until something is due. A
backdated event changes what was due: the next posting takes the difference, below zero too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Mod

from artmarket.accounts.models import Party, User
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.gateways import BANK
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Account, Entry
from artmarket.ledger.services.outgoing import ask_payout, in_transit
from artmarket.ledger.services.posting import Leg, post

from .. import reckoning, rule_values
from ..engine.classification import bucket_of, worst
from ..engine.state import State
from ..enums import FiveClass, LoanState, Part, PostingKind
from ..models import Lender, Loan, LoanEvent, LoanPosting
from ..models.loans import CHARGED, PAID, PARTS
from ..refusals import NotFunded
from .ground import party_of_lender

CHUNK: Final = 500
STANDS: Final = (
    *CHARGED.values(), *PAID.values(), "credit_minor", "reckoned_on", "overdue_minor",
    "overdue_days", "next_due_on", "next_due_minor", "five_class",
)  # fmt: skip
_SQL_TYPES: Final = {
    "reckoned_on": "date", "next_due_on": "date", "five_class": "varchar",
    "overdue_days": "integer",
}  # fmt: skip


class Books:
    """The accounts that move with loans, each found once and opened when it is first needed."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, str], Account] = {}
        self._lenders: dict[int, Party] = {}

    def owed(self, loan: Loan, part: str) -> Account:
        """Where what is owed of a part stands."""
        return self.claims(loan.lender, loan.currency, part)

    def claims(self, lender: Lender, currency: str, part: str) -> Account:
        """What all borrowers of a lender owe of a part, principal apart from the others."""
        purpose = Purpose.LOAN_BOOK if part == Part.PRINCIPAL else Purpose.RECEIVABLE
        return self._account(purpose, self.lender(lender), currency)

    def funds(self, lender: Lender, currency: str) -> Account:
        """What the platform owes a lender: his cash, and what borrowers owe him."""
        return self._account(Purpose.PAYABLE, self.lender(lender), currency)

    def borrower(self, loan: Loan) -> Account:
        """The borrower's money on its way in or out."""
        return self._account(Purpose.PAYABLE, loan.borrower, loan.currency)

    def keys(self, loan: Loan) -> set[int]:
        """The accounts of one loan."""
        own = [self.owed(loan, Part.PRINCIPAL), self.owed(loan, Part.INTEREST)]
        own += [self.funds(loan.lender, loan.currency), self.borrower(loan)]
        return {row.pk for row in own}

    def lender(self, lender: Lender) -> Party:
        """A lender as a party."""
        if lender.pk not in self._lenders:
            self._lenders[lender.pk] = party_of_lender(lender)
        return self._lenders[lender.pk]

    def _account(self, purpose: Purpose, party: Party, currency: str) -> Account:
        key = (purpose.value, party.pk, currency)
        if key not in self._found:
            self._found[key] = account(purpose=purpose, currency=currency, party=party)
        return self._found[key]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be posted of one loan: more (or less) charged and paid of each part."""

    loan: Loan
    state: State
    charged: dict[str, int]
    paid: dict[str, int]

    def __bool__(self) -> bool:
        return any(self.charged.values()) or any(self.paid.values())


def change_of(loan: Loan, events: Iterable[LoanEvent], *, on: date) -> Change:
    """The difference between what the events say at the end of a day and what was posted."""
    state = reckoning.stand(loan, events, on=on)
    charged = reckoning.by_part(state.totals.charged)
    paid = reckoning.by_part(state.totals.paid)
    return Change(
        loan, state,
        {part: charged[part] - getattr(loan, CHARGED[part]) for part in PARTS},
        {part: paid[part] - getattr(loan, PAID[part]) for part in PARTS},
    )  # fmt: skip


def lock_money(loan: Loan, books: Books, *, others: Iterable[Account] = ()) -> None:
    """All accounts that the postings of a loan and its payouts may move, in one call."""
    leaving = in_transit(BANK, loan.currency)
    lock_accounts(pks=books.keys(loan) | {leaving.pk, *(row.pk for row in others)})


def post_changes(
    changes: Sequence[Change], books: Books, *, actor: User | None, key: str, kind: str,
    subject: Loan | None = None,
) -> Entry | None:  # fmt: skip
    """Write the changes of locked loans into one entry, and what stands of each on its row.

    Inside the caller's transaction. None: nothing moved. The rows are not saved.
    """
    legs = legs_of(changes, books)
    entry = None
    if legs:
        entry = post(
            actor=actor, key=key, kind=kind, legs=legs, subject=subject,
            memo=subject.number if subject else "",
        )  # fmt: skip
        LoanPosting.objects.bulk_create(
            row for change in changes for row in _postings(change, entry)
        )
    for change in changes:
        _stand(change)
    return entry


def save_all(changes: Sequence[Change]) -> None:
    """Store what stands of many loans in one statement."""
    rows, names = [change.loan for change in changes], [*STANDS, "remitted_minor"]
    if connection.vendor != "postgresql":
        Loan.objects.bulk_update(rows, names, batch_size=500)
        return
    table = Loan._meta.db_table
    columns = ", ".join(f'"{name}" = new."{name}"' for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    places = ", ".join(f"%s::{_SQL_TYPES.get(name, 'bigint')}[]" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {columns} FROM unnest(%s::bigint[], {places}) '  # noqa: S608
            f'AS new("id", {listed}) WHERE "{table}"."id" = new."id"',
            [[row.pk for row in rows], *([getattr(row, name) for row in rows] for name in names)],
        )


def in_part(rows: QuerySet[Loan], part: tuple[int, int]) -> QuerySet[Loan]:
    """The n-th of so many parts of some loans, in the order of lenders and keys."""
    number, of = part
    if of > 1:
        rows = rows.annotate(_part=Mod(F("pk"), of)).filter(_part=number)
    return rows.order_by("lender", "pk")


def chunks(keys: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Keys of loans by their lenders, so many at a time."""
    for _lender, same in groupby(keys, key=lambda key: key[0]):
        found = [pk for _of, pk in same]
        for start in range(0, len(found), CHUNK):
            yield found[start : start + CHUNK]


def legs_of(changes: Iterable[Change], books: Books) -> list[Leg]:
    """What moves between which accounts, added up over the loans and in one direction each."""
    sums: dict[tuple[int, int, str], int] = defaultdict(int)
    known: dict[int, Account] = {}

    def add(debit: Account, credit: Account, part: str, amount: int) -> None:
        known[debit.pk], known[credit.pk] = debit, credit
        sums[debit.pk, credit.pk, part] += amount

    for change in changes:
        loan = change.loan
        for part in PARTS:
            owed = books.owed(loan, part)
            if change.charged[part]:
                is_out = part == Part.PRINCIPAL
                gets = books.borrower(loan) if is_out else books.funds(loan.lender, loan.currency)
                add(owed, gets, part, change.charged[part])
            if change.paid[part]:
                add(books.borrower(loan), owed, part, change.paid[part])
    legs = []
    for (debit, credit, part), amount in sums.items():
        if amount < 0:
            debit, credit, amount = credit, debit, -amount
        if amount:
            legs.append(Leg(known[debit], known[credit], amount, memo=f"loan.{part}"))
    return legs


def _postings(change: Change, entry: Entry) -> Iterable[LoanPosting]:
    for kind, amounts in ((PostingKind.CHARGED, change.charged), (PostingKind.PAID, change.paid)):
        for part, amount in amounts.items():
            if amount:
                yield LoanPosting(
                    loan=change.loan, entry=entry, kind=kind, part=part, amount_minor=amount,
                    day=change.state.on,
                )  # fmt: skip


def _stand(change: Change) -> None:
    """Put what was posted, and how the loan stands on this day, on its row (not saved)."""
    loan, state = change.loan, change.state
    for part in PARTS:
        setattr(loan, CHARGED[part], getattr(loan, CHARGED[part]) + change.charged[part])
        setattr(loan, PAID[part], getattr(loan, PAID[part]) + change.paid[part])
    coming = state.next_due
    loan.credit_minor, loan.reckoned_on = state.totals.credit, state.on
    loan.overdue_minor = sum(row.unpaid for row in state.demands if row.due_on < state.on)
    loan.overdue_days = state.dpd
    loan.next_due_on = coming.due_on if coming else None
    loan.next_due_minor = coming.due if coming else 0
    # Days past due make it worse at once; better it gets by `classing` only, after observation.
    floor = bucket_of(rule_values.class_buckets(on=state.on), state.dpd)
    loan.five_class = worst(FiveClass.values, floor, loan.five_class)


# ------------------------------------------------------------------ the lender's money


def of_lender(lender: Lender, currency: str, books: Books) -> tuple[Account, list[Account]]:
    """What the platform owes a lender, and the claims on his borrowers that are part of it."""
    parts = (Part.PRINCIPAL, Part.INTEREST)
    return books.funds(lender, currency), [books.claims(lender, currency, part) for part in parts]


def at_hand(lender: Lender, currency: str, books: Books) -> int:
    """A lender's cash on the platform: what it owes him less what borrowers owe him.

    Read after his accounts are locked.
    """
    owner, claims = of_lender(lender, currency, books)
    keys = [owner.pk, *(row.pk for row in claims)]
    balances = dict(Account.objects.filter(pk__in=keys).values_list("pk", "balance_minor"))
    return balances[owner.pk] - sum(balances[row.pk] for row in claims)


def require_funded(loan: Loan, amount: int, books: Books) -> None:
    """Raises `NotFunded` with what is missing."""
    missing = amount - at_hand(loan.lender, loan.currency, books)
    if missing > 0:
        raise NotFunded(missing=missing)


def remit(loan: Loan, books: Books, *, actor: User | None) -> int:
    """Send on to the lender what came in for a loan and was not sent yet, in the caller's
    transaction; how much. After a correction below what was sent nothing goes until it is made up.
    """
    amount = loan.paid_minor - loan.remitted_minor
    if amount <= 0:
        return 0
    party = books.lender(loan.lender)
    ask_payout(
        actor=actor, party=party, currency=loan.currency, amount_minor=amount,
        from_account=books.funds(loan.lender, loan.currency), gateway=BANK,
        key=f"loan:{loan.pk}:remit:{loan.paid_minor}:{loan.sequence}", subject=loan,
    )  # fmt: skip
    loan.remitted_minor += amount
    return amount


# ------------------------------------------------------------------ one loan


def write_event(
    loan: Loan, events: list[LoanEvent], row: LoanEvent, *, actor: User | None
) -> LoanEvent:
    """Append an event under the next number of a locked loan; `events` grows by it."""
    loan.sequence += 1
    row.loan, row.number, row.actor = loan, loan.sequence, actor
    row.save(force_insert=True)
    events.append(row)
    return row


def reckon(
    loan: Loan, events: Sequence[LoanEvent], books: Books, *, on: date, actor: User | None,
    kind: str, fields: tuple[str, ...] = (), sends: bool = True,
) -> State:  # fmt: skip
    """Post what an event of a locked loan changed, and save its row; sends on what came in."""
    change = change_of(loan, events, on=on)
    post_changes(
        [change], books, actor=actor, key=f"loan:{loan.pk}:{loan.sequence}:{on.isoformat()}",
        kind=kind, subject=loan,
    )  # fmt: skip
    if sends:
        remit(loan, books, actor=actor)
    loan.save(update_fields=[*STANDS, "sequence", "remitted_minor", *fields])
    return change.state


def is_over(loan: Loan, state: State) -> bool:
    """Whether nothing is owed under a loan that was paid out, and nothing will be drawn."""
    if loan.state != LoanState.ACTIVE or state.open or not state.totals.charged.principal:
        return False
    is_revolving = loan.version.product.kind == "revolving"
    return not is_revolving or loan.matures_on is None or state.on >= loan.matures_on
