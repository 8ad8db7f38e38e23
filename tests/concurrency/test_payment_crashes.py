"""kill -9 between the gateway's deed and our commit, and between commit and notification.

Real processes on a real server against the loopback Stripe. After a restart and a reconciliation
there is one charge, one entry, one refund, one transfer, one notification; never two, never none.
"""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction

from artmarket.core.clock import db_now
from artmarket.core.testing import PROJECT_DIR
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import (
    Entry,
    PayoutAccount,
    ReconciliationDifference,
)
from artmarket.ledger.payments.enums import OutgoingState, PaymentState
from artmarket.ledger.services import finishing, reconciliation
from artmarket.ledger.services.payments import (
    ask_payout,
    ask_refund,
    capture_payment,
    start_payment,
)
from tests.concurrency.test_bids_over_http import environment
from tests.ledger.conftest import stripe  # noqa: F401 - a fixture
from tests.ledger.gateway_stage import asked, assert_books_whole, balance, deposit_of
from tests.ledger.stripe_account import SECRET_KEY

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
SECONDS = 90


@pytest.fixture
def account(request):
    """The loopback Stripe, under a name of its own here."""
    return request.getfixturevalue("stripe")


@pytest.fixture
def processes(account, tmp_path):
    """Starts steps in processes; every one that still runs at the end is killed."""
    started = []
    notified, reached = tmp_path / "notified", tmp_path / "reached"
    notified.touch()

    def start(step, pk=0, **more):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ledger.crash_process", step, str(pk)],
            cwd=PROJECT_DIR,
            env=os.environ
            | environment()
            | {
                "STRIPE_KEY": SECRET_KEY, "STRIPE_URL": account.address,
                "NOTIFIED": str(notified), "REACHED": str(reached),
            }
            | more,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        return process

    def finish():
        process = start("finish")
        _out, err = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, err.decode()

    start.finish, start.notified, start.reached = finish, notified, reached
    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(condition, process=None):
    end = time.monotonic() + SECONDS
    while not condition():
        if process is not None and process.poll() is not None:
            raise AssertionError(process.communicate()[1].decode())
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.02)


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait(SECONDS)
    assert process.returncode == -signal.SIGKILL


def killed_in_the_answer(account, process, is_done):
    """Let the gateway do it, keep back its answer, kill who waits for it."""
    until(is_done, process)
    kill(process)
    account.hold.set()


def assert_reconciled(found_movements):
    run = reconciliation.reconcile(gateway_name="stripe", until=db_now() + timedelta(hours=1))
    assert (run.movements, run.found) == (found_movements, 0)
    assert not ReconciliationDifference.objects.exists()
    totals = run.totals["CNY"]
    assert totals["gateway"] == totals["books"]
    assert_books_whole()


def paid(account, amount=10_000, party=None):
    payment = start_payment(payment_id=asked(party, amount).pk)
    account.pay(payment.page_id)
    return finishing.ask_again(payment.pk)


def moved(account, kind):
    return [row for row in account.all("balance_transaction") if row["type"] == kind]


def test_killed_while_the_page_is_opened_there_is_one_page(account, processes):
    payment = asked()
    account.hold.clear()
    process = processes("start", payment.pk)
    killed_in_the_answer(account, process, lambda: account.all("checkout.session"))
    payment.refresh_from_db()
    assert (payment.state, payment.page_id) == (PaymentState.PENDING, "")
    page = start_payment(payment_id=payment.pk).page_id
    assert [row["id"] for row in account.all("checkout.session")] == [page]


def test_killed_between_the_charge_and_our_commit_there_is_one_charge_and_one_entry(
    account, processes
):
    payment = start_payment(payment_id=asked(is_hold=True).pk)
    account.pay(payment.page_id)
    finishing.ask_again(payment.pk)
    capture_payment(actor=None, payment_id=payment.pk)
    account.hold.clear()
    process = processes("wish", payment.pk)
    killed_in_the_answer(account, process, lambda: moved(account, "charge"))
    assert not Entry.objects.exists()
    processes.finish()
    processes.finish()
    payment.refresh_from_db()
    assert (payment.state, payment.received_minor) == (PaymentState.PAID, 10_000)
    assert len(moved(account, "charge")) == 1
    assert Entry.objects.count() == 1
    assert_reconciled(1)


def test_killed_after_the_gateway_was_read_and_before_the_commit_it_is_booked_once(
    account, processes
):
    payment = start_payment(payment_id=asked().pk)
    account.pay(payment.page_id)
    url = environment()["ARTMARKET_TEST_DATABASE_URL"]
    with psycopg.connect(url) as other:
        other.execute("SELECT 1 FROM ledger_payment WHERE id = %s FOR UPDATE", [payment.pk])
        process = processes("ask", payment.pk)
        until(waits_for_a_lock, process)
        kill(process)
    assert not Entry.objects.exists()
    reconciliation_before = reconciliation.reconcile(
        gateway_name="stripe", until=db_now() + timedelta(hours=1)
    )
    assert reconciliation_before.found == 1  # listed, not repaired
    assert not Entry.objects.filter(kind="payment.received").exists()
    type(payment).objects.update(checked_at=None)  # ten minutes later
    processes.finish()
    assert Entry.objects.filter(kind="payment.received").count() == 1
    assert len(moved(account, "charge")) == 1
    assert balance(Purpose.DEPOSIT, party=payment.party) == 10_000


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND query LIKE '%ledger_payment%' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_killed_between_commit_and_notification_it_is_told_once_after_the_restart(
    account, processes
):
    payment = start_payment(payment_id=asked().pk)
    account.pay(payment.page_id)
    process = processes("ask", payment.pk, WAIT="1")
    until(processes.reached.exists, process)
    kill(process)
    assert Entry.objects.count() == 1
    payment.refresh_from_db()
    assert (payment.state, payment.applied_at) == (PaymentState.PAID, None)
    processes.finish()
    processes.finish()
    told = processes.notified.read_text(encoding="utf-8").splitlines()
    assert told == [f"{payment.reference} paid 10000"]
    assert Entry.objects.count() == 1
    assert_reconciled(1)


def test_killed_while_a_refund_is_sent_it_is_refunded_once(account, processes):
    payment = paid(account)
    with transaction.atomic():
        row = ask_refund(
            actor=None, payment_id=payment.pk, amount_minor=4_000,
            from_account=deposit_of(payment.party), key="r", reason="退款",
        )  # fmt: skip
    account.hold.clear()
    process = processes("refund", row.pk)
    killed_in_the_answer(account, process, lambda: account.all("refund"))
    row.refresh_from_db()
    assert (row.state, row.gateway_id) == (OutgoingState.SENT, "")
    type(row).objects.update(checked_at=None)  # ten minutes later
    processes.finish()
    processes.finish()
    row.refresh_from_db()
    assert row.state == OutgoingState.DONE
    assert len(account.all("refund")) == 1
    assert Entry.objects.filter(kind="refund.done").count() == 1
    assert_reconciled(2)


def test_killed_while_a_payout_is_sent_it_is_paid_once(account, processes):
    payment = paid(account)
    paid(account, 90_000)
    with account.writing():
        to = account.new("account", "acct", payouts_enabled=True, metadata={})
    PayoutAccount.objects.create(
        party=payment.party, gateway="stripe", gateway_id=to["id"], is_ready=True
    )
    with transaction.atomic():
        row = ask_payout(
            actor=None, party=payment.party, currency="CNY", amount_minor=10_000,
            from_account=deposit_of(payment.party), gateway="stripe", key="p", subject=None,
        )  # fmt: skip
    account.hold.clear()
    process = processes("payout", row.pk)
    killed_in_the_answer(account, process, lambda: account.all("transfer"))
    type(row).objects.update(checked_at=None)
    processes.finish()
    processes.finish()
    row.refresh_from_db()
    assert row.state == OutgoingState.DONE
    assert len(account.all("transfer")) == 1
    assert_reconciled(3)
