"""A settlement: never more out than in, never released twice, and parts that add up."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from auctions.engine import settlement as engine
from auctions.engine.settlement import (
    ENDED,
    MOVES,
    Impossible,
    Part,
    Settlement,
    Terms,
    check_plan,
    early_rebate,
    months_after,
    next_part,
    share_forfeit,
    split,
    storage_due,
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


def test_the_time_to_claim_is_at_least_a_week_from_delivery():
    with pytest.raises(Impossible):
        engine.deliver(paid(), NOON, 6)
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

    @rule(days=st.integers(5, 10))
    def deliver(self, days):
        if self.attempt(engine.deliver, self.now, days):
            assert days >= 7
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


@given(
    st.builds(
        Terms, hammer=amounts, premium=amounts, storage=amounts, commission=amounts,
        resale_right=amounts, buyer_bears_right=st.booleans(), tax=amounts, platform_fee=amounts,
        reduction=amounts,
    )
)  # fmt: skip
def test_parts_add_up_to_what_was_paid_and_none_is_below_nothing(terms):
    try:
        shares = split(terms)
    except Impossible:
        borne = 0 if terms.buyer_bears_right else terms.resale_right
        assert (
            terms.commission + borne + terms.tax + terms.reduction > terms.hammer
            or terms.platform_fee > terms.premium + terms.storage + terms.commission
        )
        return
    assert shares.total == terms.total - terms.reduction
    assert min(shares.seller, shares.house, shares.platform, shares.artist, shares.tax) >= 0


def test_a_worked_example():
    terms = Terms(
        hammer=100_000, premium=15_000, commission=10_000, tax=3000, platform_fee=1000, storage=800
    )
    shares = split(terms)
    assert (shares.seller, shares.house, shares.platform, shares.tax) == (
        87_000, 24_800, 1000, 3000,
    )  # fmt: skip
    assert shares.total == terms.total == 115_800


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


# ------------------------------------------------------------------ terms of payment


def plan(*parts, total=1000, begins=date(2026, 5, 4)):
    rows = [Part(amount, day) for amount, day in parts]
    return check_plan(rows, total=total, begins=begins, first_percent=Fraction(30), months=12)


def test_what_a_plan_of_instalments_must_hold():
    first, last = date(2026, 5, 11), date(2027, 5, 4)
    assert plan((300, first), (700, last)) == ()
    assert plan((299, first), (701, last)) == ("first",)
    assert plan((300, first), (700, last + timedelta(days=1))) == ("last",)
    assert plan((300, first), (699, last)) == ("sum",)
    assert plan((300, first), (700, first)) == ("days",)
    assert plan((300, date(2026, 5, 3)), (700, last)) == ("days",)
    assert plan((1000, first)) == ("parts",)
    assert plan((1000, first), (0, last)) == ("parts",)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=6), st.integers(0, 6000))
def test_the_next_instalment_is_the_first_that_is_not_covered(sums, money):
    parts = [Part(amount, date(2026, 1, 1) + timedelta(days=n)) for n, amount in enumerate(sums)]
    found = next_part(parts, money)
    if found is None:
        assert money >= sum(sums)
        return
    upto = sum(part.amount for part in parts if part.due_on <= found.due_on)
    assert 0 < found.amount == min(upto - money, found.amount)
    assert money < upto


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 36))
def test_months_end_on_the_same_day_or_the_months_last(day, months):
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (
        later.day < day.day and (later + timedelta(days=1)).month != later.month
    )


def test_storage_begins_on_day_31_and_counts_months_begun():
    def due(days):
        since = date(2026, 5, 4)
        return storage_due(
            monthly=800, free_days=30, since=since, until=since + timedelta(days=days)
        )

    assert [due(days) for days in (0, 30, 31, 60, 61, 90)] == [0, 0, 800, 800, 1600, 1600]


def test_an_early_rebate_ends_with_its_day():
    last = date(2026, 5, 30)
    day_after = last + timedelta(days=1)

    def taken_off(on, until=last):
        return early_rebate(
            premium=15_000, percent=Fraction(10), last_day=until, paid_on=on
        )  # fmt: skip

    assert (taken_off(last), taken_off(day_after), taken_off(last, None)) == (1500, 0, 0)
