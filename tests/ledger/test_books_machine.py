"""Postings, corrections and closings in any order, beside a dictionary that does the same naively."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from artmarket.core.clock import db_today
from artmarket.core.errors import WrongState
from artmarket.ledger import books
from artmarket.ledger.audit import audit
from artmarket.ledger.engine.double_entry import BadLine
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Entry, Period
from artmarket.ledger.services.periods import close_period
from artmarket.ledger.services.posting import (
    Insufficient,
    KeyReused,
    Leg,
    PeriodClosed,
    post,
    reverse,
)
from tests.factories import UserFactory
from tests.ledger.factories import party

pytestmark = pytest.mark.django_db
# Of each account: what a debit does to it, its currency, the least it may hold.
KINDS = [
    ("clearing", +1, "CNY", None), ("expense", +1, "CNY", None), ("receivable", +1, "CNY", 0),
    ("escrow", -1, "CNY", 0), ("payable", -1, "CNY", 0), ("revenue", -1, "CNY", None),
    ("clearing", +1, "EUR", None), ("escrow", -1, "EUR", 0),
]  # fmt: skip
places = st.integers(0, len(KINDS) - 1)
legs = st.lists(st.tuples(places, places, st.integers(1, 50)), min_size=1, max_size=4)
keys = st.sampled_from([f"k{n}" for n in range(12)])
days_ago = st.sampled_from([None, 0, 1, 35, 70])


class Refused(Exception):
    """What the naive books say, by the name of the error."""


class Naive:
    """The same books in a dictionary."""

    def __init__(self, today: date) -> None:
        self.today, self.open_from = today, None
        self.balances: dict[int, int] = defaultdict(int)
        self.entries: dict[str, tuple] = {}

    def post(self, key, moved, day, corrects=None, memo=""):
        if any(KINDS[d][2] != KINDS[c][2] or d == c for d, c, _a in moved):
            raise Refused("BadLine")
        if key in self.entries:
            kept, kept_day, kept_of, kept_memo = self.entries[key]
            if (kept, kept_of, kept_memo) != (moved, corrects, memo) or day not in (None, kept_day):
                raise Refused("KeyReused")
            return
        day = day or self.today
        if self.open_from and day < self.open_from:
            raise Refused("PeriodClosed")
        if corrects and any(of == corrects for _m, _d, of, _w in self.entries.values()):
            raise Refused("WrongState")
        after = dict(self.balances)
        for debit, credit, amount in moved:
            after[debit] = after.get(debit, 0) + KINDS[debit][1] * amount
            after[credit] = after.get(credit, 0) - KINDS[credit][1] * amount
        for place, balance in after.items():
            floor = KINDS[place][3]
            fell = balance < self.balances[place]
            if floor is not None and balance < floor and fell:
                raise Refused("Insufficient")
        self.balances = defaultdict(int, after)
        self.entries[key] = (moved, day, corrects, memo)

    def next_month(self):
        if self.open_from:
            month = self.open_from
        elif self.entries:
            month = min(day for _m, day, _o, _w in self.entries.values()).replace(day=1)
        else:
            return None
        after = (month + timedelta(days=32)).replace(day=1)
        return (month, after) if after <= self.today else None


class Books(RuleBasedStateMachine):
    """The database's books beside the naive ones; each run is rolled back."""

    today: date
    operator: object
    accounts: list[Account]

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block._from_testcase = True
        self.block.__enter__()
        self.naive = Naive(self.today)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def same(self, naive, real) -> None:
        """Both do it, or both refuse for the same reason."""
        try:
            naive()
        except Refused as expected:
            with (
                pytest.raises(
                    (BadLine, KeyReused, PeriodClosed, Insufficient, WrongState)
                ) as refused,
                transaction.atomic(),
            ):
                real()
            assert type(refused.value).__name__ == str(expected)
        else:
            with transaction.atomic():
                real()

    @rule(key=keys, moved=legs, ago=days_ago)
    def post(self, key, moved, ago):
        day = None if ago is None else self.today - timedelta(days=ago)
        made = [Leg(self.accounts[d], self.accounts[c], amount) for d, c, amount in moved]
        self.same(
            lambda: self.naive.post(key, moved, day),
            lambda: post(actor=None, key=key, kind="test", legs=made, booked_on=day),
        )

    @rule(key=keys, ago=days_ago)
    def post_again(self, key, ago):
        """The same lines under their key once more, perhaps on another day."""
        if key in self.naive.entries and self.naive.entries[key][2] is None:
            self.post(key, self.naive.entries[key][0], ago)

    @rule(of=keys, key=keys)
    def reverse(self, of, key):
        if of not in self.naive.entries or of == key:
            return
        moved = [(c, d, amount) for d, c, amount in self.naive.entries[of][0]]
        wrong = Entry.objects.get(key=of)
        self.same(
            lambda: self.naive.post(key, moved, None, corrects=of, memo="记错了"),
            lambda: reverse(actor=None, entry_id=wrong.pk, key=key, reason="记错了"),
        )

    @rule()
    def close(self):
        due = self.naive.next_month()
        if due is None:
            with pytest.raises(WrongState):
                close_period(actor=self.operator, month=self.today.replace(day=1))
            return
        month, after = due
        close_period(actor=self.operator, month=month)
        self.naive.open_from = after

    @invariant()
    def balances_are_the_same(self):
        kept = dict(Account.objects.values_list("pk", "balance_minor"))
        assert [kept[row.pk] for row in self.accounts] == [
            self.naive.balances[n] for n in range(len(KINDS))
        ]
        assert Entry.objects.count() == len(self.naive.entries)

    @invariant()
    def the_books_prove_themselves(self):
        assert list(audit()) == []


def test_the_books_do_what_a_naive_dictionary_does():
    whom = party()
    Books.today = db_today()
    Books.operator = UserFactory(operator=True)
    Books.accounts = [
        books.account(
            purpose=Purpose(purpose), currency=currency,
            party=whom if purpose in ("escrow", "payable", "receivable") else None,
            gateway="bank" if purpose == "clearing" else "",
        )
        for purpose, _sign, currency, _floor in KINDS
    ]  # fmt: skip
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=60, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert not Entry.objects.exists()
    assert not Period.objects.exists()
