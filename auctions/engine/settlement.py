"""The settlement of one lot: what may follow what, and where each part of the money goes.

A settlement goes from its invoice to the money that is released, or back to the buyer. Money in is
`paid`; money out is `released` or `refunded`; never more goes out than came in, and it is released
once. Amounts in the smallest unit. Auction rules §11, §12; 拍卖法 39, 61.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from .bills import AFTER_LINES, HOUSE_LINES, OF_SELLER_LINES, Bill

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


def dispatch_due(
    paid_at: datetime, days: int, stops: Iterable[tuple[datetime, datetime | None]]
) -> datetime | None:
    """Until when a work that is paid leaves the house; None while its clock stands still.

    `stops` are times from and until which somebody disputed the payment (None: until now). What of
    them lies within the term does not count; what begins after it gives no time back.
    """
    found = list(stops)
    if any(end is None for _start, end in found):
        return None
    due, passed = paid_at + timedelta(days=days), paid_at
    for start, end in sorted((start, end) for start, end in found if end is not None):
        begun = max(start, passed)
        if begun < due and end > begun:
            due += end - begun
            passed = end
    return due


def deliver(stood: Settlement, at: datetime, inspection_days: int) -> Settlement:
    """The work is with the buyer, from the carrier or collected; his time to claim begins.

    He has so many days, counted from here; how few they may be, the rule book says.
    """
    if inspection_days <= 0:
        raise Impossible("no time to claim")
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


def split(buyer: Bill, seller: Bill) -> Shares:
    """The parts; they add up to what the buyer's bill says, less a reduction. Raises `Impossible`.

    The seller gets what his bill says, the house its lines of both bills. Nobody's part is below
    nothing: bills that would make it so are refused, never bent.
    """
    shares = Shares(
        seller=seller.total,
        house=buyer.of(*HOUSE_LINES, *AFTER_LINES) - seller.of(*OF_SELLER_LINES),
        platform=buyer.of("platform") - seller.of("platform"),
        artist=buyer.of("royalty") - seller.of("royalty"),
        tax=-seller.of("tax"),
    )
    named = {name: getattr(shares, name) for name in Shares.__dataclass_fields__}
    below = [name for name, part in named.items() if part < 0]
    if below:
        raise Impossible(f"less than nothing for: {', '.join(below)}")
    return shares


@dataclass(frozen=True, slots=True)
class Unwound:
    """Where a buyer's money comes from when his sale is undone after its release.

    `kept` is what of each part is taken back at once; the guarantee fund gives the rest, and the
    two sides owe it what they had got.
    """

    kept: Shares
    fund: int
    seller_owes: int
    house_owes: int


def unwind(shares: Shares, held: Shares) -> Unwound:
    """Take back what of each part is still `held`, and say who owes the rest to the fund.

    Each gives back what he got (民法典 157, 566): the seller his part and the tax that was paid
    over for him, the house its own. A resale right that was paid on stays with its holder, at the
    cost of the fund. Raises `Impossible` where less than nothing or more than a part is held.
    """
    for name in Shares.__dataclass_fields__:
        if not 0 <= getattr(held, name) <= getattr(shares, name):
            raise Impossible(f"held of {name}: {getattr(held, name)}")
    return Unwound(
        kept=held,
        fund=shares.total - held.total,
        seller_owes=shares.seller - held.seller + shares.tax - held.tax,
        house_owes=shares.house - held.house,
    )


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
