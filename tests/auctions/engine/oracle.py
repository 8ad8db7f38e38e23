"""The rules of bidding once more, slow and plain: written from the rules, not from the engine.

Every answer is worked out anew from the list of accepted bids, rung by rung. Used to judge the
engine; knows none of its types.
"""

from dataclasses import dataclass, field


@dataclass
class Table:
    rows: list[tuple[int, int]]
    first_rung: int = 0

    def increment(self, price: int) -> int:
        return [step for start, step in self.rows if start <= price][-1]

    def rungs_to(self, top: int) -> list[int]:
        """All rungs up to the first one above `top`."""
        rungs = [self.first_rung]
        while rungs[-1] <= top:
            rungs.append(rungs[-1] + self.increment(rungs[-1]))
        return rungs

    def above(self, price: int) -> int:
        return min(rung for rung in self.rungs_to(price) if rung > price)

    def at_or_below(self, amount: int) -> int:
        return max((rung for rung in self.rungs_to(amount) if rung <= amount), default=0)


@dataclass
class Lot:
    table: Table
    opening: int
    reserve: int | None
    policy: str
    mode: str
    off_ladder: str
    live: list[tuple[str, int, int]] = field(default_factory=list)  # bidder, maximum, order
    orders: int = 0

    def next(self, price: int) -> int:
        return (
            price + self.table.increment(price) if self.mode == "add" else self.table.above(price)
        )

    def bid(self, bidder: str, amount: int) -> str:
        if amount <= 0:
            return "bad_amount"
        if self.off_ladder == "round_down":
            amount = self.table.at_or_below(amount)
        own = [maximum for who, maximum, _order in self.live if who == bidder]
        if own and amount <= max(own):
            return "not_above_own_max"
        _price, leader, ask, _met = self.state()
        if leader != bidder and amount < ask:
            return "below_ask"
        self.orders += 1
        self.live.append((bidder, amount, self.orders))
        return "accepted"

    def retract(self, bidder: str, *, every: bool) -> bool:
        own = [row for row in self.live if row[0] == bidder]
        gone = own if every else own[-1:]
        self.live = [row for row in self.live if row not in gone]
        return bool(gone)

    def state(self) -> tuple[int | None, str | None, int, bool]:
        """Price, leader, ask, reserve met."""
        reserve = self.reserve if self.reserve is not None and self.reserve > self.opening else None
        if not self.live:
            return None, None, self.opening, reserve is None
        best: dict[str, tuple[int, int]] = {}
        for bidder, maximum, order in self.live:
            if bidder not in best or maximum > best[bidder][0]:
                best[bidder] = (maximum, order)
        met = reserve is None or max(m for m, _o in best.values()) >= reserve
        contenders = [(-maximum, order, bidder) for bidder, (maximum, order) in best.items()]
        if reserve is not None and self.policy in ("house", "half_step"):
            below = [rung for rung in self.table.rungs_to(reserve) if rung < reserve]
            if below:
                house = below[-1]
                if self.policy == "half_step":
                    house = (house + reserve) // 2
                contenders.append((-house, 10**9, "HOUSE"))
        contenders.sort()
        highest, leader = -contenders[0][0], contenders[0][2]
        price = self.opening
        if len(contenders) > 1:
            price = min(highest, self.next(-contenders[1][0]))
        if reserve is not None and self.policy in ("jump", "stand"):
            if met:
                price = max(price, reserve)
            elif self.policy == "stand":
                price = highest
        return price, leader, self.next(price), met

    def hammer(self) -> tuple[str, int] | None:
        price, leader, _ask, met = self.state()
        if leader is None or leader == "HOUSE" or not met or price is None:
            return None
        return leader, price
