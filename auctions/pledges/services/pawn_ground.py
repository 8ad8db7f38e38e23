"""What every step of a pawn shares: locks, moves, holds, and its money in the books.

As for loans: what pawners owe stands in LOAN_BOOK and RECEIVABLE of the pawnshop, which are part of
its PAYABLE; the difference is its cash. Charges are posted when they are paid or the pawn is dead.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import User
from artmarket.core.errors import DomainError, WrongState
from artmarket.core.events import record_event
from artmarket.ledger.books import account
from artmarket.ledger.enums import Purpose
from artmarket.ledger.gateways import BANK
from artmarket.ledger.locks import lock_accounts
from artmarket.ledger.models import Account
from artmarket.ledger.services.outgoing import in_transit
from artmarket.ledger.services.posting import Leg, post
from catalog.services.encumbrances import live_encumbrance

from .. import pawn_citations as rules
from ..enums import PostingKind
from ..locks import lock_lender, lock_pawn
from ..models import Pawn, PawnLoss, PawnPosting, PawnTicket
from ..models.pawn import PAWN_CHARGED, PAWN_PAID, PAWN_PARTS
from ..pawn_enums import PAWN_MOVES
from ..pawn_standing import charged_of
from .booking import Books, at_hand

SUMS = (*PAWN_CHARGED.values(), *PAWN_PAID.values(), "entries")


class Held(DomainError):
    """Police or a court hold the thing: nothing goes on until that is lifted."""

    code = "pawn_held"
    rule = rules.HOLD
    message = _("当物被公安或法院查封，解除以前所有手续都停办。")


def locked(pawn_id: int, *, with_lender: bool = False) -> Pawn:
    """A pawn under its lock, and under that of its pawnshop. Raises `WrongState`."""
    if with_lender:
        lender_id = Pawn.objects.filter(pk=pawn_id).values_list("lender", flat=True).first()
        if lender_id is None:
            raise WrongState()
        lock_lender(pk=lender_id)
    return lock_pawn(pk=pawn_id)


def require_not_held(pawn: Pawn) -> None:
    """Raises `Held`: a document of police or court, or another right on the work."""
    if is_held(pawn):
        raise Held()


def is_held(pawn: Pawn) -> bool:
    """Whether every step waits."""
    if pawn.holds.filter(lifted_at__isnull=True).exists():
        return True
    live = live_encumbrance(pawn.work)
    return live is not None and live.pk != pawn.encumbrance_id and pawn.encumbrance_id is not None


def move_pawn(pawn: Pawn, to: str, *, actor: User | None, fields: tuple[str, ...] = ()) -> None:
    """Change the state of a locked pawn; `fields` the caller has set. Raises `WrongState`."""
    if to not in PAWN_MOVES[pawn.state]:
        raise WrongState()
    before = pawn.state
    pawn.state = to
    pawn.save(update_fields=["state", *fields])
    record_event(
        actor=actor, action=f"pawn.{to}", subject=pawn, before={"state": before},
        after={"state": to},
    )  # fmt: skip


def tickets_of(pawn: Pawn) -> list[PawnTicket]:
    """Its tickets in their order, with their terms."""
    return list(pawn.tickets.select_related("terms").order_by("place", "pk"))


def losses_of(pawn: Pawn) -> list[PawnLoss]:
    return list(PawnLoss.objects.filter(ticket__pawn=pawn))


# ------------------------------------------------------------------ money


class PawnBooks:
    """The accounts of one pawn."""

    def __init__(self, pawn: Pawn) -> None:
        self.books = Books()
        self.pawn = pawn
        self.funds = self.books.funds(pawn.lender, pawn.currency)
        self.pawner = account(purpose=Purpose.PAYABLE, currency=pawn.currency, party=pawn.pawner)

    def claim(self, part: str) -> Account:
        """Where what is owed of a part stands."""
        return self.books.claims(self.pawn.lender, self.pawn.currency, part)

    def lock(self, *gateways: str) -> None:
        """All that its postings and payouts may move, in one call."""
        rows = [self.funds, self.pawner, *(self.claim(part) for part in PAWN_PARTS)]
        rows += [in_transit(name, self.pawn.currency) for name in {BANK, *gateways}]
        lock_accounts(pks={row.pk for row in rows})

    def at_hand(self) -> int:
        """The cash of the pawnshop on the platform; read after `lock`."""
        return at_hand(self.pawn.lender, self.pawn.currency, self.books)


def book_pawn(
    pawn: Pawn, books: PawnBooks, *, actor: User | None, kind: str,
    charged: dict[str, int], paid: dict[str, int], payer: Account | None = None,
    extra: tuple[Leg, ...] = (),
) -> None:  # fmt: skip
    """Post what was charged and paid more (or less) of a locked pawn; saves its sums.

    `payer` is the account that pays, the pawner's unless it is said. `extra` legs go with the
    entry.
    """
    legs = list(extra)
    for part in PAWN_PARTS:
        gets = books.pawner if part == "principal" else books.funds
        _leg(legs, books.claim(part), gets, charged.get(part, 0), part)
        _leg(legs, payer or books.pawner, books.claim(part), paid.get(part, 0), part)
    if not legs:
        return
    pawn.entries += 1
    entry = post(
        actor=actor, key=f"pawn:{pawn.pk}:{pawn.entries}", kind=kind, legs=legs, subject=pawn,
        memo=pawn.tickets.order_by("place").values_list("number", flat=True).first() or "",
    )  # fmt: skip
    rows = []
    for what, amounts, columns in (
        (PostingKind.CHARGED, charged, PAWN_CHARGED), (PostingKind.PAID, paid, PAWN_PAID),
    ):  # fmt: skip
        for part, amount in amounts.items():
            if amount:
                setattr(pawn, columns[part], getattr(pawn, columns[part]) + amount)
                rows.append(
                    PawnPosting(pawn=pawn, entry=entry, kind=what, part=part, amount_minor=amount)
                )
    PawnPosting.objects.bulk_create(rows)
    pawn.save(update_fields=list(SUMS))


def _leg(legs: list[Leg], debit: Account, credit: Account, amount: int, part: str) -> None:
    if amount < 0:
        debit, credit, amount = credit, debit, -amount
    if amount:
        legs.append(Leg(debit, credit, amount, memo=f"loan.{part}"))


def still_to_charge(pawn: Pawn, tickets: list[PawnTicket], *, on: date) -> dict[str, int]:
    """What was not posted yet of all that the pawn has cost up to a day."""
    charged = charged_of(pawn, tickets, losses_of(pawn), on=on)
    return {part: charged[part] - getattr(pawn, PAWN_CHARGED[part]) for part in PAWN_PARTS}
