"""A settlement: never more out than in, never released twice, and parts that add up."""

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from auctions.engine import bills
from auctions.engine import settlement as engine
from auctions.engine.bills import Bill, BuyerTerms, Line, PlatformTerms, ResaleTerms
from auctions.engine.fees import PremiumTerms, ResaleRight, Tier
from auctions.engine.seller_fees import SellerTerms
from auctions.engine.settlement import (
    ENDED,
    MOVES,
    Impossible,
    Settlement,
    share_forfeit,
    split,
)

NOON = datetime(2026, 5, 4, 4, tzinfo=UTC)
WEEK = timedelta(days=7)
amounts = st.integers(0, 10**12)


def paid(total: int = 1000) -> Settlement:
    return engine.receive(Settlement(total), total)[0]


def delivered() -> Settlement:
    return engine.deliver(engine.dispatch(paid()), NOON, 7)


def released() -> Settlement:
    return engine.release(engine.accept(delivered()))


# ------------------------------------------------------------------ the way


def test_the_whole_way_from_the_invoice_to_the_end():
    stood, taken = engine.receive(Settlement(1000), 300)
    assert (stood.state, stood.owed, taken) == ("part_paid", 700, 300)
    stood, taken = engine.receive(stood, 900)
    assert (stood.state, stood.held, taken) == ("held", 1000, 700)
    stood = engine.deliver(engine.dispatch(stood), NOON, 7)
    assert stood.inspect_until == NOON + WEEK
    stood = engine.release(engine.accept(stood))
    assert (stood.state, stood.released, stood.held) == ("released", 1000, 0)
    assert engine.close(stood).state == "closed"


def test_a_collected_work_needs_no_carrier():
    assert engine.deliver(paid(), NOON, 7).state == "delivered"


def test_what_is_not_paid_does_not_leave_the_house():
    part, _taken = engine.receive(Settlement(1000), 999)
    for step in (engine.dispatch, lambda s: engine.deliver(s, NOON, 7)):
        with pytest.raises(Impossible):
            step(part)
        with pytest.raises(Impossible):  # storage came on top of a paid lot
            step(engine.charge(paid(), 1))


def test_the_time_to_claim_is_counted_from_the_delivery():
    for days in (0, -1):
        with pytest.raises(Impossible):
            engine.deliver(paid(), NOON, days)
    last = NOON + WEEK - timedelta(milliseconds=1)
    assert engine.claim(delivered(), last).state == "claimed"
    with pytest.raises(Impossible):
        engine.lapse(delivered(), last)
    assert engine.lapse(delivered(), NOON + WEEK).state == "accepted"
    with pytest.raises(Impossible):
        engine.claim(delivered(), NOON + WEEK)


def test_a_guarantee_holds_the_money_also_after_the_acceptance():
    with pytest.raises(Impossible):
        engine.claim(engine.accept(delivered()), NOON)
    held = engine.claim(engine.accept(delivered()), NOON, is_warranted=True)
    with pytest.raises(Impossible):
        engine.release(held)


def test_a_claim_holds_the_money_until_it_is_decided():
    claimed = engine.claim(delivered(), NOON)
    with pytest.raises(Impossible):
        engine.release(claimed)
    assert engine.reject(claimed).state == "accepted"
    with pytest.raises(Impossible):
        engine.refund(claimed)
    back = engine.refund(engine.uphold(claimed))
    assert (back.state, back.refunded, back.held) == ("refunded", 1000, 0)


def test_a_work_that_never_came_is_still_on_its_way_when_the_claim_fails():
    claimed = engine.claim(engine.dispatch(paid()), NOON)
    assert engine.reject(claimed).state == "dispatched"
    with pytest.raises(Impossible):
        engine.reduce(claimed, 10, most=100)


def test_a_reduction_goes_out_of_the_sellers_part_alone():
    claimed = engine.claim(delivered(), NOON)
    with pytest.raises(Impossible):
        engine.reduce(claimed, 801, most=800)
    less = engine.reduce(claimed, 200, most=800)
    assert (less.state, less.refunded, engine.release(less).released) == ("accepted", 200, 800)


def test_after_the_release_the_buyer_gets_all_from_other_money():
    with pytest.raises(Impossible):
        engine.refund(released())
    back = engine.refund(engine.uphold(released()))
    assert (back.state, back.compensated, back.refunded, back.held) == ("refunded", 1000, 0, 0)


def test_a_default_keeps_what_is_owed_and_gives_back_the_rest():
    part, _taken = engine.receive(Settlement(1000), 400)
    broken = engine.default(part)
    for owed, kept in ((300, 300), (400, 400), (900, 400), (0, 0)):
        done, found = engine.settle_default(broken, owed)
        assert (found, done.refunded, done.held) == (kept, 400 - kept, 0)
    with pytest.raises(Impossible):
        engine.settle_default(engine.settle_default(broken, 300)[0], 300)
    for other in (paid(), delivered()):
        with pytest.raises(Impossible):
            engine.default(other)


def test_an_early_rebate_can_make_a_lot_paid():
    part, _taken = engine.receive(Settlement(1000), 985)
    assert engine.rebate(part, 15).state == "held"
    with pytest.raises(Impossible):
        engine.rebate(part, 16)
    with pytest.raises(Impossible):
        engine.rebate(paid(), 15)


def test_an_end_is_an_end():
    assert {state for state, after in MOVES.items() if not after} == ENDED
    reachable, waiting = set(), ["invoiced"]
    while waiting:
        state = waiting.pop()
        if state not in reachable:
            reachable.add(state)
            waiting.extend(MOVES[state])
    assert reachable == set(MOVES)


# ------------------------------------------------------------------ any order of steps


class Steps(RuleBasedStateMachine):
    """Whatever is tried in whatever order, the sums hold."""

    def __init__(self) -> None:
        super().__init__()
        self.stood = Settlement(1000)
        self.now = NOON
        self.came = self.went = self.releases = 0

    def attempt(self, step, *args, **more) -> bool:
        before = self.stood
        try:
            self.stood = step(before, *args, **more)
        except Impossible:
            assert self.stood is before
            return False
        return True

    @rule(amount=st.integers(1, 2000))
    def money_comes(self, amount):
        owed = self.stood.owed
        self.stood, taken = engine.receive(self.stood, amount)
        assert taken == min(amount, owed)
        self.came += taken

    @rule(amount=st.integers(-5, 50))
    def storage(self, amount):
        self.attempt(engine.charge, amount)

    @rule(amount=st.integers(-5, 50))
    def rebate(self, amount):
        self.attempt(engine.rebate, amount)

    @rule(days=st.integers(-1, 10))
    def deliver(self, days):
        if self.attempt(engine.deliver, self.now, days):
            assert days > 0
            assert self.stood.paid == self.stood.total

    @rule()
    def dispatch(self):
        if self.attempt(engine.dispatch):
            assert self.stood.paid == self.stood.total

    @rule(days=st.integers(1, 9))
    def time_passes(self, days):
        self.now += timedelta(days=days)

    @rule()
    def accept(self):
        self.attempt(engine.accept)

    @rule()
    def lapse(self):
        if self.attempt(engine.lapse, self.now):
            assert self.stood.inspect_until <= self.now

    @rule(is_warranted=st.booleans())
    def claim(self, is_warranted):
        self.attempt(engine.claim, self.now, is_warranted=is_warranted)

    @rule()
    def reject(self):
        self.attempt(engine.reject)

    @rule()
    def uphold(self):
        self.attempt(engine.uphold)

    @rule(amount=st.integers(-5, 1200), most=st.integers(0, 1000))
    def reduce(self, amount, most):
        if self.attempt(engine.reduce, amount, most=most):
            self.went += amount

    @rule()
    def release(self):
        held = self.stood.held
        if self.attempt(engine.release):
            self.releases += 1
            self.went += held

    @rule()
    def close(self):
        self.attempt(engine.close)

    @rule()
    def refund(self):
        held = self.stood.held
        if self.attempt(engine.refund):
            self.went += held

    @rule()
    def cancel(self):
        if self.attempt(engine.cancel):
            assert not self.came

    @rule()
    def default(self):
        self.attempt(engine.default)

    @precondition(lambda self: self.stood.state == "defaulted")
    @rule(owed=st.integers(0, 2000))
    def settle_default(self, owed):
        held = self.stood.held
        try:
            self.stood, kept = engine.settle_default(self.stood, owed)
        except Impossible:
            return
        assert kept == min(owed, held)
        self.went += held

    @invariant()
    def never_more_out_than_in(self):
        stood = self.stood
        assert self.came == stood.paid <= max(stood.total, stood.paid)
        assert self.went == stood.released + stood.refunded <= stood.paid
        assert min(stood.paid, stood.released, stood.refunded, stood.held, stood.owed) >= 0

    @invariant()
    def never_released_twice(self):
        assert self.releases <= 1
        assert self.stood.compensated in (0, self.stood.released)

    @invariant()
    def an_end_leaves_nothing_held_but_of_a_defaulter(self):
        if self.stood.state in ("cancelled", "refunded", "released", "closed"):
            assert self.stood.held == 0


TestSteps = Steps.TestCase


# ------------------------------------------------------------------ sharing out


percents = st.integers(0, 60).map(Fraction)
prices = st.integers(1, 10**12)


@st.composite
def two_bills(draw):
    """The bills of any lot, made as everywhere, with what came on top or off afterwards."""
    hammer = draw(prices)
    premium = PremiumTerms(
        (Tier(2000_00, draw(percents)), Tier(None, draw(percents))), overhead=draw(percents),
        vat_on_top=draw(st.none() | percents),
    )  # fmt: skip
    platform = PlatformTerms(draw(percents), draw(percents))
    payer = draw(st.sampled_from(["buyer", "seller"]))
    right = ResaleTerms(ResaleRight((Tier(None, draw(percents)),), 3000_00, 12_500_00), payer)
    resale = draw(st.sampled_from([None, right]))
    seller = SellerTerms(
        (Tier(1_000_000_00, draw(percents)), Tier(None, draw(percents))), success=draw(percents),
        guarantee=draw(percents), rebate_above=1000_00, rebate=draw(percents),
    )  # fmt: skip
    less = draw(st.integers(0, hammer // 2))
    buyer = bills.buyer_bill(hammer, BuyerTerms(premium, platform, resale))
    return (
        buyer.with_lines(Line("storage", draw(amounts)), Line("early", -draw(amounts))),
        bills.seller_bill(
            hammer, seller, high_estimate=draw(prices), premium=premium,
            is_guaranteed=draw(st.booleans()), platform=platform, resale=resale,
        ).with_lines(Line("tax", -draw(amounts)), Line("reduction", -less)),
        less,
    )  # fmt: skip


@given(two_bills())
def test_parts_add_up_to_what_was_paid_and_none_is_below_nothing(made):
    buyer, seller, less = made
    try:
        shares = split(buyer, seller)
    except Impossible as problem:
        of_house = buyer.of("premium", "overhead", "vat", "storage", "early") - seller.of(
            "commission", "success", "guarantee", "rebate"
        )
        assert ("seller" in str(problem), "house" in str(problem)) == (
            seller.total < 0, of_house < 0,
        )  # fmt: skip
        return
    assert shares.total == buyer.total - less
    assert shares.seller == seller.total
    assert min(shares.seller, shares.house, shares.platform, shares.artist, shares.tax) >= 0


@given(two_bills())
def test_a_bill_that_is_kept_is_the_same_when_it_is_read(made):
    for bill in made[:2]:
        assert Bill.from_rows(json.loads(json.dumps(bill.rows()))) == bill


def test_a_worked_example():
    buyer = Bill((
        Line("hammer", 100_000), Line("premium", 15_000), Line("vat_within", 849, counts=False),
        Line("royalty", 4000), Line("platform", 500), Line("storage", 800),
    ))  # fmt: skip
    seller = Bill((
        Line("hammer", 100_000), Line("commission", -10_000), Line("success", -2000),
        Line("rebate", 1500), Line("platform", -500), Line("tax", -3000),
    ))  # fmt: skip
    shares = split(buyer, seller)
    assert (shares.seller, shares.house, shares.platform, shares.artist, shares.tax) == (
        86_000, 26_300, 1000, 4000, 3000,
    )  # fmt: skip
    assert shares.total == buyer.total == 120_300


@given(amounts, amounts, amounts, amounts)
def test_what_is_kept_of_a_defaulter_goes_first_to_the_house(kept, own, other, shortfall):
    assume(kept <= own + other + shortfall)
    parts = share_forfeit(
        kept, buyer_commission=own, seller_commission=other, shortfall=shortfall
    )  # fmt: skip
    assert parts.house + parts.seller == kept
    assert parts.seller == 0 or parts.house == own + other
    with pytest.raises(Impossible):
        share_forfeit(
            own + other + shortfall + 1, buyer_commission=own, seller_commission=other,
            shortfall=shortfall,
        )  # fmt: skip
