"""The term to hand a paid work over: stopped while a dispute stands, and continued after it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from auctions.engine.settlement import dispatch_due

PAID = datetime(2026, 5, 4, 4, tzinfo=UTC)
DAY = timedelta(days=1)
spans = st.tuples(st.integers(-5, 40), st.integers(0, 30)).map(
    lambda pair: (PAID + pair[0] * DAY, PAID + (pair[0] + pair[1]) * DAY)
)


def test_without_a_dispute_it_is_so_many_days():
    assert dispatch_due(PAID, 10, []) == PAID + 10 * DAY


def test_it_stands_still_while_a_dispute_stands():
    assert dispatch_due(PAID, 10, [(PAID + DAY, None)]) is None
    assert dispatch_due(PAID, 10, [(PAID + 30 * DAY, None)]) is None


def test_the_time_of_a_dispute_does_not_count_and_overlaps_count_once():
    first, second = (PAID + 2 * DAY, PAID + 5 * DAY), (PAID + 4 * DAY, PAID + 6 * DAY)
    assert dispatch_due(PAID, 10, [first]) == PAID + 13 * DAY
    assert dispatch_due(PAID, 10, [second, first]) == PAID + 14 * DAY


def test_a_dispute_from_before_the_payment_counts_from_the_payment():
    assert dispatch_due(PAID, 10, [(PAID - 3 * DAY, PAID + DAY)]) == PAID + 11 * DAY
    assert dispatch_due(PAID, 10, [(PAID - 3 * DAY, PAID - DAY)]) == PAID + 10 * DAY


def test_a_dispute_after_the_term_gives_no_time_back():
    assert dispatch_due(PAID, 10, [(PAID + 10 * DAY, PAID + 20 * DAY)]) == PAID + 10 * DAY


@given(st.integers(1, 60), st.lists(spans, max_size=6))
def test_days_that_run_are_as_many_as_were_given(days, stops):
    due = dispatch_due(PAID, days, stops)
    assert due is not None
    total = (due - PAID) // DAY
    stopped = {
        n for n in range(total) if any(a <= PAID + n * DAY < b for a, b in stops)
    }  # fmt: skip
    assert total - len(stopped) == days


@given(st.integers(1, 60), st.lists(spans, max_size=6), st.randoms())
def test_the_order_of_disputes_does_not_matter(days, stops, random):
    mixed = list(stops)
    random.shuffle(mixed)
    assert dispatch_due(PAID, days, mixed) == dispatch_due(PAID, days, stops)
