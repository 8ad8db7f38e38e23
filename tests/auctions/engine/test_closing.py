"""Extensions: ends never fall, caps hold, a bid at the end is late."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from auctions.engine.closing import HARD_CLOSE, ClosingPolicy, Deadline, extend, in_time

ZERO = datetime(2026, 12, 1, tzinfo=UTC)


def second(n):
    return ZERO + timedelta(seconds=n)


policies = st.builds(
    ClosingPolicy,
    window=st.integers(0, 400).map(lambda n: timedelta(seconds=n)),
    extension=st.integers(0, 400).map(lambda n: timedelta(seconds=n)),
    base=st.sampled_from(["bid_time", "old_end"]),
    scope=st.sampled_from(["lot", "group", "later"]),
    most=st.none() | st.integers(0, 3),
    hard_after=st.none() | st.integers(0, 900).map(lambda n: timedelta(seconds=n)),
)


@given(
    policies,
    st.lists(st.tuples(st.sampled_from("XYZ"), st.integers(0, 3000)), max_size=25),
    st.integers(100, 1500),
    st.integers(0, 300),
)
def test_ends_never_fall_and_caps_hold(policy, bids, end, gap):
    gap = 0 if policy.scope == "group" else gap
    order = list("XYZ")
    lots = {n: Deadline(second(end + i * gap), second(end + i * gap)) for i, n in enumerate(order)}
    for name, at in sorted(bids, key=lambda b: b[1]):
        if not in_time(lots[name], second(at)):
            continue
        moved = extend(policy, lots, order, name, second(at))
        assert moved == {} or name in moved
        for changed, deadline in moved.items():
            assert deadline.ends_at > lots[changed].ends_at
            assert deadline.first_end == lots[changed].first_end
        if policy.scope == "lot":
            assert set(moved) <= {name}
        if policy.scope == "later":
            assert set(moved) <= set(order[order.index(name) :])
            shifts = {moved[n].ends_at - lots[n].ends_at for n in moved}
            assert len(shifts) <= 1
        lots |= moved
        own = lots[name]
        if policy.most is not None:
            assert own.extensions <= policy.most
        if policy.hard_after is not None and policy.scope != "later":
            assert own.ends_at <= own.first_end + policy.hard_after
        if policy.scope == "group":
            assert len({(d.ends_at, d.extensions) for d in lots.values()}) == 1


def test_a_hard_close_never_moves():
    lots = {"X": Deadline(second(10), second(10))}
    assert extend(HARD_CLOSE, lots, ["X"], "X", second(9)) == {}


def test_the_window_includes_its_edge():
    policy = ClosingPolicy(window=timedelta(seconds=300), extension=timedelta(seconds=301))
    lots = {"X": Deadline(second(1000), second(1000))}
    assert extend(policy, lots, ["X"], "X", second(699)) == {}
    assert extend(policy, lots, ["X"], "X", second(700))["X"].ends_at == second(1001)
