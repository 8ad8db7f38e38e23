"""The settlement of one lot: what may follow what, and where each part of the money goes.

A settlement goes from its invoice to the money that is released, or back to the buyer. Money in is
`paid`; money out is `released` or `refunded`; never more goes out than came in, and it is released
once. Amounts in the smallest unit. Auction rules §11, §12; 拍卖法 39, 61.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

from .fees import half_up, share

State = Literal[
    "invoiced", "part_paid", "held", "dispatched", "delivered", "accepted", "claimed", "released",
    "closed", "cancelled", "refunded", "defaulted",
]  # fmt: skip

# What may follow what. A claim after the release leaves the state until it is refunded.
MOVES: Final[dict[State, frozenset[State]]] = {
    "invoiced": frozenset({"part_paid", "held", "cancelled", "defaulted"}),
    "part_paid": frozenset({"held", "refunded", "defaulted"}),
    "held": frozenset({"dispatched", "delivered", "refunded"}),
    "dispatched": frozenset({"delivered", "claimed"}),
    "delivered": frozenset({"accepted", "claimed"}),
    "claimed": frozenset({"accepted", "dispatched", "refunded"}),
    "accepted": frozenset({"released", "claimed"}),
    "released": frozenset({"closed", "refunded"}),
    "closed": frozenset({"refunded"}),
    "cancelled": frozenset(),
    "refunded": frozenset(),
    "defaulted": frozenset(),
}
ENDED: Final[frozenset[State]] = frozenset({"cancelled", "refunded", "defaulted"})
TAKES_MONEY: Final[frozenset[State]] = frozenset({"invoiced", "part_paid", "held"})
SENT: Final[frozenset[State]] = frozenset({"dispatched", "delivered", "accepted", "claimed"})
LEAST_INSPECTION_DAYS: Final = 7
MONTH_DAYS: Final = 30


class Impossible(ValueError):
    """A step that cannot follow what stands; the text says which."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a settlement stands.

    `total` is what the buyer owes in all, `paid` what came in for it, `refunded` what went back to
    him, `released` what was shared out, `compensated` what he got back after the release from other
    money than this. `inspect_until` is the end of his time to claim; `is_whole_claim` says that an
    open claim was upheld and the sale is to be undone.
    """

    total: int
    state: State = "invoiced"
    paid: int = 0
    refunded: int = 0
    released: int = 0
    compensated: int = 0
    inspect_until: datetime | None = None
    received: bool = False
    is_whole_claim: bool = False

    @property
    def owed(self) -> int:
        """What the buyer still has to pay."""
        return max(self.total - self.paid, 0) if self.state in TAKES_MONEY else 0

    @property
    def held(self) -> int:
        """What is kept for the buyer."""
        return self.paid - self.refunded - self.released


def receive(stood: Settlement, amount: int) -> tuple[Settlement, int]:
    """Money for the settlement comes in; also how much of it was taken, at most what is owed."""
    if amount <= 0:
        raise Impossible("no money")
    taken = min(amount, stood.owed)
    if not taken:
        return stood, 0
    paid = replace(stood, paid=stood.paid + taken)
    if stood.state == "held" or (stood.state == "part_paid" and paid.owed):
        return paid, taken
    return _to(paid, "part_paid" if paid.owed else "held"), taken


def charge(stood: Settlement, amount: int) -> Settlement:
    """Something more is due before the work leaves the house: storage."""
    if stood.state not in TAKES_MONEY or amount <= 0:
        raise Impossible(f"nothing can be charged in {stood.state}")
    return replace(stood, total=stood.total + amount)


def rebate(stood: Settlement, amount: int) -> Settlement:
    """Less is due because the buyer pays early; a total that is paid by that is paid."""
    if stood.state not in ("invoiced", "part_paid") or not 0 < amount < stood.total:
        raise Impossible(f"no rebate in {stood.state}")
    if stood.paid > stood.total - amount:
        raise Impossible("more is paid already")
    less = replace(stood, total=stood.total - amount)
    return _to(less, "held") if less.paid == less.total else less


def dispatch(stood: Settlement) -> Settlement:
    """The work leaves the house with a carrier, once it is paid."""
    if stood.owed:
        raise Impossible("not paid")
    return _to(stood, "dispatched")


def deliver(stood: Settlement, at: datetime, inspection_days: int) -> Settlement:
    """The work is with the buyer, from the carrier or collected; his time to claim begins.

    He has at least seven days, counted from here.
    """
    if inspection_days < LEAST_INSPECTION_DAYS:
        raise Impossible(f"at least {LEAST_INSPECTION_DAYS} days")
    if stood.owed:
        raise Impossible("not paid")
    until = at + timedelta(days=inspection_days)
    return _to(replace(stood, inspect_until=until, received=True), "delivered")


def accept(stood: Settlement) -> Settlement:
    """The buyer says that all is well."""
    if stood.state != "delivered":
        raise Impossible(f"accepted in {stood.state}")
    return _to(stood, "accepted")


def lapse(stood: Settlement, now: datetime) -> Settlement:
    """His time is over, exactly then too, and he claimed nothing."""
    if stood.state != "delivered" or stood.inspect_until is None or now < stood.inspect_until:
        raise Impossible("the time to claim is not over")
    return _to(stood, "accepted")


def claim(stood: Settlement, now: datetime, *, is_warranted: bool = False) -> Settlement:
    """The buyer claims before the money is released: it is held until the claim is decided.

    What a guarantee covers (`is_warranted`) does not end with his time to look at the work.
    """
    if is_warranted and stood.state in ("delivered", "accepted"):
        return _to(stood, "claimed")
    if stood.state == "delivered" and (stood.inspect_until is None or now >= stood.inspect_until):
        raise Impossible("the time to claim is over")
    if stood.state not in ("dispatched", "delivered"):
        raise Impossible(f"claimed in {stood.state}")
    return _to(stood, "claimed")


def reject(stood: Settlement) -> Settlement:
    """The claim fails or is taken back: the sale goes on where it stood.

    A work that arrived is accepted by that; one that did not is still on its way.
    """
    if stood.state != "claimed" or stood.is_whole_claim:
        raise Impossible(f"no claim to reject in {stood.state}")
    return _to(stood, "accepted" if stood.received else "dispatched")


def reduce(stood: Settlement, amount: int, *, most: int) -> Settlement:
    """A part of the price goes back and the sale stands; `most` is what the seller would get."""
    if stood.state != "claimed" or stood.is_whole_claim or not stood.received:
        raise Impossible(f"no reduction in {stood.state}")
    if not 0 < amount <= min(most, stood.held) or amount >= stood.held:
        raise Impossible("more than the seller would get")
    return _to(replace(stood, refunded=stood.refunded + amount), "accepted")


def uphold(stood: Settlement) -> Settlement:
    """The sale is to be undone once the work is back; the money stays where it is until then."""
    if stood.state not in ("claimed", "released", "closed") or stood.is_whole_claim:
        raise Impossible(f"no claim to uphold in {stood.state}")
    return replace(stood, is_whole_claim=True)


def release(stood: Settlement) -> Settlement:
    """All that is held is shared out, once."""
    if stood.state != "accepted" or stood.released or stood.held <= 0:
        raise Impossible(f"nothing to release in {stood.state}")
    return _to(replace(stood, released=stood.held), "released")


def close(stood: Settlement) -> Settlement:
    """Everybody was paid out."""
    return _to(stood, "closed")


def refund(stood: Settlement) -> Settlement:
    """All goes back to the buyer: what is held, or after the release as much from other money."""
    if stood.state in ("claimed", "released", "closed") and not stood.is_whole_claim:
        raise Impossible("no claim was upheld")
    if stood.released:
        done = replace(stood, compensated=stood.released)
    elif stood.held <= 0:
        raise Impossible("nothing to refund")
    else:
        done = replace(stood, refunded=stood.refunded + stood.held)
    return _to(done, "refunded")


def cancel(stood: Settlement) -> Settlement:
    """The invoice is withdrawn before anything came in."""
    if stood.paid:
        raise Impossible("money came in")
    return _to(stood, "cancelled")


def default(stood: Settlement) -> Settlement:
    """The contract is cancelled because its buyer did not pay; what came in waits for the claim."""
    if not stood.owed:
        raise Impossible("nothing is owed")
    return _to(stood, "defaulted")


def settle_default(stood: Settlement, owed: int) -> tuple[Settlement, int]:
    """What came in pays what a defaulter owes, as far as it goes, and the rest goes back.

    Returns also how much was kept.
    """
    if stood.state != "defaulted" or stood.held <= 0 or owed < 0:
        raise Impossible("nothing is held of a defaulter")
    kept = min(owed, stood.held)
    return replace(stood, released=kept, refunded=stood.refunded + stood.held - kept), kept


def _to(stood: Settlement, state: State) -> Settlement:
    if state not in MOVES[stood.state]:
        raise Impossible(f"{state} after {stood.state}")
    return replace(stood, state=state)


# ------------------------------------------------------------------ sharing out


@dataclass(frozen=True, slots=True)
class Terms:
    """What a lot's money is made of.

    `premium` is the house's from the buyer (with overhead, less a rebate), `commission` its from
    the seller, `resale_right` the artist's: added to the buyer's bill where `buyer_bears_right`,
    else the seller's. `tax` is withheld of the seller's part. `platform_fee` is taken of the
    house's part. `reduction` went back to the buyer out of the seller's part.
    """

    hammer: int
    premium: int = 0
    storage: int = 0
    commission: int = 0
    resale_right: int = 0
    buyer_bears_right: bool = False
    tax: int = 0
    platform_fee: int = 0
    reduction: int = 0

    @property
    def total(self) -> int:
        """What the buyer pays."""
        added = self.resale_right if self.buyer_bears_right else 0
        return self.hammer + self.premium + self.storage + added


@dataclass(frozen=True, slots=True)
class Shares:
    """Who gets what of the money of one lot."""

    seller: int
    house: int
    platform: int
    artist: int
    tax: int

    @property
    def total(self) -> int:
        return self.seller + self.house + self.platform + self.artist + self.tax


def split(terms: Terms) -> Shares:
    """The parts; they add up to what the buyer paid less a reduction. Raises `Impossible`.

    Nobody's part is below nothing: terms that would make it so are refused, never bent.
    """
    borne = 0 if terms.buyer_bears_right else terms.resale_right
    shares = Shares(
        seller=terms.hammer - terms.commission - borne - terms.tax - terms.reduction,
        house=terms.premium + terms.storage + terms.commission - terms.platform_fee,
        platform=terms.platform_fee,
        artist=terms.resale_right,
        tax=terms.tax,
    )
    named = {name: getattr(shares, name) for name in Shares.__dataclass_fields__}
    below = [name for name, part in named.items() if part < 0]
    if below:
        raise Impossible(f"less than nothing for: {', '.join(below)}")
    return shares


def seller_part(terms: Terms) -> int:
    """What the seller would get: the most that a reduction can be."""
    return max(split(terms).seller, 0)


@dataclass(frozen=True, slots=True)
class Forfeit:
    """What is kept of a defaulter's money, in the order in which it is owed."""

    house: int
    seller: int


def share_forfeit(
    kept: int, *, buyer_commission: int, seller_commission: int, shortfall: int
) -> Forfeit:
    """The house's two commissions first, then the seller's shortfall (拍卖法 39).

    Raises `Impossible` where more is kept than is owed.
    """
    house = min(kept, buyer_commission + seller_commission)
    if not 0 <= kept - house <= shortfall:
        raise Impossible("more is kept than is owed")
    return Forfeit(house, kept - house)


# ------------------------------------------------------------------ terms of payment


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment: how much, until when."""

    amount: int
    due_on: date


def check_plan(
    parts: Sequence[Part], *, total: int, begins: date, first_percent: Fraction, months: int
) -> tuple[str, ...]:
    """What is wrong with a plan of instalments, by name; empty: nothing.

    The first part is at least so many percent of the total (rounded half up), the last one falls
    due within so many months, the days ascend, and the parts add up.
    """
    wrong = []
    if len(parts) < 2 or any(part.amount <= 0 for part in parts):
        return ("parts",)
    if sum(part.amount for part in parts) != total:
        wrong.append("sum")
    if parts[0].amount < half_up(share(total, first_percent)):
        wrong.append("first")
    days = [part.due_on for part in parts]
    if days[0] < begins or any(a >= b for a, b in pairwise(days)):
        wrong.append("days")
    if days[-1] > months_after(begins, months):
        wrong.append("last")
    return tuple(wrong)


def next_part(parts: Sequence[Part], paid: int) -> Part | None:
    """The first instalment that is not covered, with what is missing of it; None: all are."""
    due = 0
    for part in parts:
        due += part.amount
        if paid < due:
            return Part(due - max(paid, due - part.amount), part.due_on)
    return None


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def storage_due(*, monthly: int, free_days: int, since: date, until: date) -> int:
    """Storage per lot and month begun, from the day after the free ones (auction rules §12)."""
    late = (until - since).days - free_days
    return 0 if late <= 0 else monthly * -(-late // MONTH_DAYS)


def early_rebate(*, premium: int, percent: Fraction, last_day: date | None, paid_on: date) -> int:
    """What is taken off the premium of a buyer who pays all of it up to the last day for it."""
    if last_day is None or paid_on > last_day:
        return 0
    return half_up(share(premium, percent))
