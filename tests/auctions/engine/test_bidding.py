"""The engine beside a plain oracle, and the sentences of the rules one by one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from auctions.engine.bidding import (
    HOUSE,
    Bid,
    BidAccepted,
    BidVoided,
    EndMoved,
    Event,
    LotState,
    Offer,
    Rules,
    Told,
    all_of,
    best_two,
    decide,
    fold,
    hammer,
    last_of,
    opened,
    standing,
    void,
)  # fmt: skip
from auctions.engine.closing import ClosingPolicy, Deadline
from auctions.engine.ladder import Ladder

from .oracle import Lot, Table

START = datetime(2026, 12, 1, 12, tzinfo=UTC)
TWO_FIVE_EIGHT = (
    (0, 100),
    (2000, 200),
    (3200, 300),
    (3800, 200),
    (4200, 300),
    (4800, 200),
    (5000, 500),
)
CENTS = ((0, 5), (100, 25), (500, 50), (2500, 100), (10000, 250))
ROUGH = ((0, 7), (50, 11), (90, 4), (300, 29))

tables = st.sampled_from([TWO_FIVE_EIGHT, CENTS, ROUGH])


class AgainstTheOracle(RuleBasedStateMachine):
    """Any order of bids and retractions: the engine says what the oracle says."""

    @initialize(
        rows=tables,
        mode=st.sampled_from(["add", "snap"]),
        off=st.sampled_from(["accept", "round_down"]),
        policy=st.sampled_from(["none", "jump", "stand", "house", "half_step"]),
        opening=st.integers(1, 6000),
        above=st.none() | st.integers(-50, 4000),
    )
    def start(self, rows, mode, off, policy, opening, above):
        ladder, table = Ladder(rows), Table(list(rows))
        if off == "round_down":
            opening = table.at_or_below(opening) or rows[0][1]
        reserve = None if above is None else max(opening + above, 0)
        if off == "round_down" and reserve is not None:
            reserve = table.at_or_below(reserve)
        self.rules = Rules(ladder, opening, reserve, policy, mode, off)
        self.oracle = Lot(table, opening, reserve, policy, mode, off)
        self.state = LotState()
        self.bids: list[Bid] = []
        self.log: list[Event] = []
        self.price_before: int | None = None

    def _own(self, bidder):
        return max((b.maximum for b in self.bids if b.bidder == bidder), default=None)

    @rule(bidder=st.sampled_from("ABCD"), amount=st.integers(-5, 12000))
    def bid_anything(self, bidder, amount):
        self._bid(bidder, amount)

    @rule(bidder=st.sampled_from("ABCD"), more=st.integers(-3, 900))
    def bid_near_the_ask(self, bidder, more):
        self._bid(bidder, self.oracle.state()[2] + more)

    @rule(bidder=st.sampled_from("ABCD"), more=st.integers(-1, 40))
    @precondition(lambda self: self.bids)
    def bid_near_the_best(self, bidder, more):
        self._bid(bidder, max(b.maximum for b in self.bids) + more)

    @rule(bidder=st.sampled_from("ABCD"), every=st.booleans())
    def retract(self, bidder, every):
        numbers = (all_of if every else last_of)(self.bids, bidder)
        assert bool(numbers) == self.oracle.retract(bidder, every=every)
        decision = void(self.state, self.bids, numbers)
        self.state = decision.state
        self.log += decision.events
        self.bids = [b for b in self.bids if b.number not in numbers]
        self.price_before = None  # a voided bid may lower the price

    def _bid(self, bidder, amount):
        before = self.state
        decision = decide(self.rules, before, Offer(bidder, amount, START, self._own(bidder)))
        assert decision.result == self.oracle.bid(bidder, amount)
        if decision.result == "accepted":
            self.bids.append(Bid(bidder, decision.maximum, decision.state.sequence))
            assert [e.sequence for e in decision.events] == [before.sequence + 1]
        else:
            assert decision.state is before
            assert decision.events == ()
        self.state = decision.state
        self.log += decision.events

    @invariant()
    def the_state_is_the_oracles(self):
        if not hasattr(self, "rules"):
            return
        now = standing(self.rules, self.state)
        assert (now.price, now.leader, now.ask, now.reserve_met) == self.oracle.state()
        end = hammer(self.rules, self.state)
        assert ((end.winner, end.price) if end.is_sold else None) == self.oracle.hammer()

    @invariant()
    def the_log_makes_the_same_state(self):
        if hasattr(self, "rules"):
            assert fold(self.log, LotState()) == self.state

    @invariant()
    def the_invariants_of_the_rules_hold(self):
        if not hasattr(self, "rules") or not self.bids:
            return
        now = standing(self.rules, self.state)
        best = max(self.bids, key=lambda b: (b.maximum, -b.number))
        assert now.price >= self.rules.opening
        assert now.ask > now.price
        if now.leader != HOUSE:
            assert now.leader == best.bidder
            assert now.price <= best.maximum
        if self.price_before is not None:
            assert now.price >= self.price_before
        self.price_before = now.price


TestAgainstTheOracle = AgainstTheOracle.TestCase
TestAgainstTheOracle.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)


def lot(**changes):
    return replace(Rules(Ladder(TWO_FIVE_EIGHT), opening=1000), **changes)


def played(rules, *offers, state=None):
    """The results and the last state of offers (bidder, amount[, confirmed])."""
    state = state or LotState()
    bids: list[Bid] = []
    results = []
    for bidder, amount, *rest in offers:
        own = max((b.maximum for b in bids if b.bidder == bidder), default=None)
        decision = decide(rules, state, Offer(bidder, amount, START, own, *rest))
        results.append(decision.result)
        state = decision.state
        if decision.maximum is not None:
            bids.append(Bid(bidder, decision.maximum, state.sequence))
    return results, state


def test_one_bidder_pays_the_opening_price():
    rules = lot()
    _results, state = played(rules, ("A", 9000))
    assert hammer(rules, state).price == 1000


def test_a_tie_is_won_by_the_earlier_bid_at_the_tied_amount():
    rules = lot()
    results, state = played(rules, ("A", 3000), ("B", 3000))
    assert results == ["accepted", "accepted"]
    assert (standing(rules, state).leader, standing(rules, state).price) == ("A", 3000)


def test_raising_ones_own_maximum_moves_nothing_where_it_did_not_hold_the_price_down():
    rules = lot()
    _results, before = played(rules, ("A", 3000), ("B", 2000))
    _results, after = played(rules, ("A", 3000), ("B", 2000), ("A", 9000))
    assert standing(rules, before) == standing(rules, after)


def test_raising_a_tied_maximum_moves_the_price():
    rules = lot()
    _results, state = played(rules, ("A", 3000), ("B", 3000), ("A", 3100))
    assert standing(rules, state).price == 3100


def test_a_maximum_just_above_the_second_wins_at_its_own_amount():
    rules = lot()
    _results, state = played(rules, ("A", 3000), ("B", 3001))
    assert (standing(rules, state).leader, standing(rules, state).price) == ("B", 3001)


def test_a_large_jump_has_to_be_confirmed_and_then_counts():
    rules = lot(confirm_above=10)
    results, state = played(rules, ("A", 10_001), ("A", 10_001, True), ("B", 9_000))
    assert results == ["needs_confirmation", "accepted", "accepted"]
    assert state.first.bidder == "A"


def test_amounts_beyond_every_sum_are_refused():
    rules = lot()
    assert played(rules, ("A", 10**15 + 1), ("A", 10**15))[0] == ["too_large", "accepted"]


@pytest.mark.parametrize(("late", "result"), [(-1, "accepted"), (0, "closed"), (1, "closed")])
def test_a_bid_a_millisecond_before_the_end_counts_and_one_at_the_end_does_not(late, result):
    rules, state = lot(), LotState(deadline=Deadline(START, START))
    at = START + timedelta(milliseconds=late)
    assert decide(rules, state, Offer("A", 5000, at)).result == result


def test_a_bid_in_the_window_moves_the_end_and_the_log_tells_so():
    minutes = timedelta(minutes=5)
    rules = lot(closing=ClosingPolicy(window=minutes, extension=minutes))
    state = LotState(deadline=Deadline(START + minutes, START + minutes))
    decision = decide(rules, state, Offer("A", 5000, START + timedelta(minutes=1)))
    end = START + timedelta(minutes=6)
    assert decision.events == (
        BidAccepted(1, Bid("A", 5000, 1)),
        EndMoved(2, end),
    )
    assert decision.state.deadline == Deadline(end, START + minutes, 1)
    assert fold(decision.events, state) == decision.state


def test_before_the_opening_maxima_are_left_without_telling_what_others_left():
    rules, state = lot(opening=70), LotState(is_open=False)
    results, state = played(rules, ("A", 300), ("B", 100), ("C", 69), ("D", 80), state=state)
    assert results == ["accepted", "accepted", "below_ask", "accepted"]
    after, event = opened(state)
    assert after.is_open
    assert event == Told(state.sequence + 1, opens=True)
    assert after.first == state.first


def test_an_absentee_opens_one_step_above_the_second():
    """Start 70, maxima 100 and 300: the lot opens at 110 to the second (LiveAuctioneers)."""
    rules = Rules(Ladder(((0, 10),)), opening=70)
    _results, state = played(rules, ("A", 100), ("B", 300), state=LotState(is_open=False))
    assert (standing(rules, state).price, standing(rules, state).leader) == (110, "B")


def test_a_voided_bid_lowers_the_price_and_revives_the_earlier_maximum_with_its_rank():
    rules = lot()
    bids = [Bid("A", 2000, 1), Bid("B", 3000, 2), Bid("A", 5000, 3)]
    first, second = best_two(bids)
    state = LotState(3, first, second)
    assert standing(rules, state).price == 3200
    decision = void(state, bids, [3])
    assert decision.events == (BidVoided(4, 3),)
    after = standing(rules, decision.state)
    assert (after.leader, after.price) == ("B", 2200)


def test_a_bid_that_is_not_live_cannot_be_voided():
    with pytest.raises(LookupError):
        void(LotState(), [], [7])


def test_fixed_steps_refuse_the_leader_and_amounts_off_the_step():
    rules = Rules(Ladder(((0, 500),)), opening=10_000, way="fixed_step", least_multiple=0)
    results, state = played(
        rules, ("A", 10_000), ("A", 10_500), ("B", 10_700), ("B", 10_000), ("B", 12_000)
    )
    assert results == [
        "accepted", "leader_may_not_bid", "not_a_multiple", "not_above_current", "accepted",
    ]  # fmt: skip
    assert hammer(rules, state).price == 12_000


def test_fixed_steps_are_not_bid_before_the_opening():
    rules = Rules(Ladder(((0, 500),)), opening=10_000, way="fixed_step")
    assert played(rules, ("A", 10_000), state=LotState(is_open=False))[0] == ["not_open"]


@given(
    st.permutations([("A", 1500), ("B", 2700), ("C", 2700), ("D", 4100), ("E", 4000)]),
    st.sampled_from(["none", "jump"]),
)
def test_any_order_of_arrival_ends_with_the_same_winner_and_price(order, policy):
    rules = lot(reserve=3000, reserve_policy=policy)
    _results, state = played(rules, *order)
    end = hammer(rules, state)
    assert (end.winner, end.price) == ("D", 4100)
