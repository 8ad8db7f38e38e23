"""The books under sixteen connections, one of them in a process that is killed; each with a control.

Whatever happens, no money appears or vanishes, no account falls below its floor, and what was
committed is whole.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Q, Sum

from artmarket.core.clock import db_today
from artmarket.core.testing import PROJECT_DIR
from artmarket.ledger import locks
from artmarket.ledger.audit import audit
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Entry, Period, Transfer
from artmarket.ledger.months import month_of
from artmarket.ledger.services import periods, posting
from artmarket.ledger.services.posting import Insufficient, KeyReused, Leg, PeriodClosed
from tests.concurrency.racing import race
from tests.concurrency.test_bids_over_http import environment
from tests.factories import UserFactory
from tests.ledger.factories import (
    balance,
    clearing,
    months_ago,
    of,
    paid_in,
    party,
    put,
    revenue,
)
from tests.ledger.transferring import transfer

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CONNECTIONS = 16
EACH = 40
BEFORE_THE_KILL = 25


def purses(count: int = 8, each: int = 3_000) -> list[Account]:
    """Accounts with a floor of nothing, each with something in it."""
    made = [of(party(), Purpose.PAYABLE) for _n in range(count)]
    put(*(Leg(clearing(), account, each) for account in made))
    return made


def held(accounts: list[Account]) -> int:
    keys = [account.pk for account in accounts]
    return Account.objects.filter(pk__in=keys).aggregate(sum=Sum("balance_minor"))["sum"]


def started(accounts: list[Account], seed: int) -> subprocess.Popen:
    """A process that transfers until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.transferring", str(seed)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT_DIR,
        env=os.environ | environment(),
    )  # fmt: skip
    process.stdin.write(json.dumps([account.pk for account in accounts]) + "\n")
    process.stdin.flush()
    return process


def test_sixteen_connections_move_money_and_none_is_lost_when_one_is_killed():
    accounts = purses()
    before = held(accounts)
    process = started(accounts, 1)
    told = [process.stdout.readline().strip()]  # it is under way before the others begin
    wanted = threading.Event()

    def killing() -> list[str]:
        try:
            while len(told) < BEFORE_THE_KILL:
                told.append(process.stdout.readline().strip())
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(60)
            wanted.set()
        told.extend(line.strip() for line in process.stdout.readlines() if line.endswith("\n"))
        return told

    def moving(seed: int) -> int:
        rng, done, n = random.Random(seed), 0, 0
        while n < EACH or not wanted.wait(0):
            n += 1
            done += transfer(rng, accounts, f"thread-{seed}", n)
        return done

    calls = [lambda s=s: moving(s) for s in range(2, CONNECTIONS + 1)]
    results = race(killing, *calls)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert process.returncode == -signal.SIGKILL
    assert held(accounts) == before
    assert not Account.objects.filter(balance_minor__lt=0, floor_minor=0).exists()
    assert list(audit()) == []
    # Everything that the killed process told of stands; at most one more was committed untold.
    of_killed = set(
        Entry.objects.filter(key__startswith="process-1:").values_list("key", flat=True)
    )
    assert set(told) <= of_killed
    assert len(of_killed - set(told)) <= 1
    by_threads = Entry.objects.filter(key__startswith="thread-").count()
    assert by_threads == sum(results[1:])
    assert by_threads > 100
    assert not Entry.objects.filter(transfers=None).exists()


def test_sixteen_posts_under_one_key_make_one_entry():
    buyer = party()
    of(buyer), clearing()
    results = race(*(lambda: paid_in(buyer, 700, key="once") for _n in range(CONNECTIONS)))
    assert {r.pk for r in results} == {Entry.objects.get().pk}
    assert balance(of(buyer)) == 700
    assert Transfer.objects.count() == 1
    assert list(audit()) == []


def test_of_posts_under_one_key_with_different_accounts_one_stands():
    buyers = [party() for _n in range(8)]
    legs = [Leg(clearing(gateway=f"g{n}"), of(buyer), 700) for n, buyer in enumerate(buyers)]
    results = race(*(lambda leg=leg: put(leg, key="once") for leg in legs))
    assert sum(isinstance(r, Entry) for r in results) == 1
    assert sum(isinstance(r, KeyReused) for r in results) == 7
    assert Transfer.objects.count() == 1
    assert list(audit()) == []


def test_a_key_that_was_taken_since_one_looked_is_refused(monkeypatch):
    """Both find the key free, and share no account: the database's constraint is what is left."""
    barrier, look = threading.Barrier(2, timeout=30), posting._look

    def both_have_looked(key):
        found = look(key)
        barrier.wait()
        return found

    legs = [Leg(clearing(gateway=f"g{n}"), of(party()), 700) for n in range(2)]
    monkeypatch.setattr(posting, "_look", both_have_looked)
    results = race(*(lambda leg=leg: put(leg, key="once") for leg in legs))
    assert sorted(type(r).__name__ for r in results) == ["Entry", "KeyReused"]
    assert Transfer.objects.count() == 1
    assert list(audit()) == []


def test_sixteen_spend_the_same_money_and_ten_find_it():
    buyer = party()
    account, income = of(buyer), revenue()
    paid_in(buyer, 1000)
    results = race(*(lambda n=n: put(Leg(account, income, 100), key=f"spend-{n}")
                     for n in range(CONNECTIONS)))  # fmt: skip
    assert sum(isinstance(r, Entry) for r in results) == 10
    assert sum(isinstance(r, Insufficient) for r in results) == 6
    assert (balance(account), balance(income)) == (0, 1000)
    assert list(audit()) == []


def test_without_the_locks_the_balances_are_wrong_and_the_audit_says_so(monkeypatch):
    """The control: both read the balance before either writes it."""
    buyer = party()
    account, income = of(buyer), revenue()
    paid_in(buyer, 1000)
    barrier, moved = threading.Barrier(2, timeout=30), posting._moved

    def unlocked(*, pks):
        return {row.pk: row for row in Account.objects.filter(pk__in=pks)}

    def both_have_read(accounts, lines):
        barrier.wait()
        return moved(accounts, lines)

    monkeypatch.setattr(posting, "lock_accounts", unlocked)
    monkeypatch.setattr(posting, "_moved", both_have_read)
    results = race(*(lambda n=n: put(Leg(account, income, 100), key=f"lost-{n}") for n in (1, 2)))
    assert all(isinstance(r, Entry) for r in results)
    assert balance(income) == 100
    assert {f.where for f in audit() if f.check == "balance"} == {
        f"account {account.pk}", f"account {income.pk}",
    }  # fmt: skip


def test_an_account_is_opened_once_however_many_ask():
    buyer = party()
    results = race(*(lambda: of(buyer) for _n in range(CONNECTIONS)))
    assert {r.pk for r in results} == {Account.objects.get().pk}


def test_a_correction_is_written_once():
    wrong = paid_in(party(), 700)

    def back(n):
        with transaction.atomic():
            return posting.reverse(actor=None, entry_id=wrong.pk, key=f"back-{n}", reason="记错了")

    results = race(*(lambda n=n: back(n) for n in range(8)))
    assert sum(isinstance(r, Entry) for r in results) == 1
    assert sum(isinstance(r, Exception) for r in results) == 7
    assert Entry.objects.filter(corrects=wrong).count() == 1
    assert list(audit()) == []


def poster(day, whom, waiting: threading.Event, go: threading.Event):
    """Posts on this day, and commits only when told."""

    def post():
        with transaction.atomic():
            entry = posting.post(
                actor=None, key="late", kind="race", legs=[Leg(clearing(), whom, 5)], booked_on=day
            )
            waiting.set()
            go.wait(30)
            return entry

    return post


@pytest.fixture
def late():
    """The last month with an entry, an operator, an account, and two signals."""
    paid_in(party(), 700, booked_on=months_ago(1))
    return {
        "month": months_ago(1), "day": month_of(db_today()) - timedelta(days=1),
        "operator": UserFactory(operator=True), "whom": of(party()),
        "waiting": threading.Event(), "go": threading.Event(), "closed": threading.Event(),
    }  # fmt: skip


def closing(late):
    def close():
        late["waiting"].wait(30)
        try:
            return periods.close_period(actor=late["operator"], month=late["month"])
        finally:
            late["closed"].set()

    return close


def releasing(late):
    """Lets the poster commit once the closing waits for him, or did not wait."""
    waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"

    def release():
        with connection.cursor() as cursor:
            while not late["closed"].wait(0.02):
                cursor.execute(waits)
                if cursor.fetchone()[0]:
                    break
        late["go"].set()

    return release


def test_a_month_is_closed_with_all_that_was_under_way(late):
    post = poster(late["day"], late["whom"], late["waiting"], late["go"])
    entry, period, _released = race(post, closing(late), releasing(late))
    assert isinstance(entry, Entry)
    assert isinstance(period, Period)
    assert period.totals["entries"] == 2
    assert list(audit()) == []


def test_without_the_lock_of_the_books_an_entry_slips_into_a_closed_month(late, monkeypatch):
    """The control."""
    monkeypatch.setattr(locks, "_books", lambda function: None)
    post = poster(late["day"], late["whom"], late["waiting"], late["go"])
    entry, period, _released = race(post, closing(late), releasing(late))
    assert isinstance(entry, Entry)
    assert period.totals["entries"] == 1
    assert "period" in {fault.check for fault in audit()}


def test_while_many_post_a_month_is_closed_and_nothing_is_booked_in_it_afterwards(late):
    whom, day = late["whom"], late["day"]

    def posting_on():
        made = 0
        for n in range(30):
            try:
                put(Leg(clearing(), whom, 1), key=f"{threading.get_ident()}:{n}", booked_on=day)
            except PeriodClosed:
                return made
            made += 1
        return made

    *made, period = race(
        *(posting_on for _n in range(6)),
        lambda: periods.close_period(actor=late["operator"], month=late["month"]),
    )
    assert [r for r in made if isinstance(r, Exception)] == []
    assert isinstance(period, Period)
    booked = Entry.objects.filter(booked_on__lt=month_of(db_today())).count()
    assert booked == period.totals["entries"] == sum(made) + 1
    assert list(audit()) == []


def test_the_audit_sees_one_moment_while_money_moves():
    accounts = purses()
    done = threading.Event()

    def moving(seed):
        rng, n = random.Random(seed), 0
        while not done.wait(0):
            n += 1
            transfer(rng, accounts, f"audit-{seed}", n)
        return n

    def auditing():
        try:
            return [fault for _n in range(15) for fault in audit()]
        finally:
            done.set()

    *moved, faults = race(lambda: moving(1), lambda: moving(2), lambda: moving(3), auditing)
    assert faults == []
    assert sum(moved) > 30
    lines = Transfer.objects.filter(Q(entry__key__startswith="audit-"))
    assert lines.exists()
    assert connection.vendor == "postgresql"
