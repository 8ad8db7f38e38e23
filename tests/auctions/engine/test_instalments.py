"""Plans of instalments: what they must hold, what is due next, when months end."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from auctions.engine.instalments import Limits, Part, check_plan, months_after, next_part


def plan(*parts, total=1000, begins=date(2026, 5, 4)):
    rows = [Part(amount, day) for amount, day in parts]
    return check_plan(rows, total=total, begins=begins, limits=Limits(Fraction(30), 12))


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
