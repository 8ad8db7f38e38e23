"""A night over many loans, as the bench runs it."""

import random
from datetime import timedelta

from auctions.pledges.engine.replay import replay
from tests.bench_loans import ON, START, book, one_night


def test_a_night_over_many_loans_adds_up():
    loans = book(40, random.Random(7))
    night = one_night(loans, ON)
    assert night == one_night(book(40, random.Random(7)), ON)
    exposures = [replay(loan.terms, loan.events, on=ON).exposure for loan in loans]
    assert night.exposure == sum(exposures) > 0
    assert 0 < night.overdue < 40
    assert 0 < night.margin_calls < 40


def test_the_nights_of_a_loan_add_up_to_its_interest():
    loan = book(3, random.Random(11))[-1]
    nights = [one_night([loan], START + timedelta(days=n)) for n in range(1, 200)]
    state = replay(loan.terms, loan.events, on=START + timedelta(days=199))
    charged = state.totals.charged
    assert sum(night.accrued for night in nights) == charged.interest + charged.penalty
