"""Whatever is changed behind the books' back is named; sound books are found sound."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from artmarket.core.models import Event
from artmarket.core.triggers import create_statements, drop_statements
from artmarket.ledger import audit as audits
from artmarket.ledger.audit import Fault, audit, register_check
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Entry, Transfer
from artmarket.ledger.services.posting import Leg
from tests.ledger.factories import (
    clearing,
    of,
    paid_in,
    party,
    past_month_booked,
    put,
    revenue,
    take_back,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def books():
    """A buyer who paid, a seller who is owed, a fee, and a correction."""
    buyer, seller = party(), party()
    paid = paid_in(buyer, 113_000)
    divided = put(
        Leg(of(buyer), of(seller, Purpose.PAYABLE), 90_000), Leg(of(buyer), revenue(), 23_000)
    )
    take_back(paid_in(buyer, 5))
    return {"buyer": buyer, "seller": seller, "paid": paid, "divided": divided}


def tamper(table: str, sql: str) -> None:
    """Change an append-only table as somebody with the database's keys could."""
    with connection.cursor() as cursor:
        for statement in drop_statements(connection.vendor, table):
            cursor.execute(statement)
        cursor.execute(sql)
        for statement in create_statements(connection.vendor, table):
            cursor.execute(statement)


def found() -> set[tuple[str, str]]:
    return {(fault.check, fault.where) for fault in audit()}


def raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_sound_books_have_no_fault(books):
    assert list(audit()) == []


def test_empty_books_have_no_fault():
    assert list(audit()) == []


def test_a_balance_that_was_changed_is_named_and_so_is_its_currency(books):
    account = of(books["seller"], Purpose.PAYABLE)
    raw(f"UPDATE ledger_account SET balance_minor = 90001 WHERE id = {account.pk}")
    assert found() == {("balance", f"account {account.pk}"), ("sides", "CNY")}
    fault = next(f for f in audit() if f.check == "balance")
    assert fault.words == "stored 90001, from its lines 90000"


def test_two_balances_changed_alike_are_still_named(books):
    payable, bank = of(books["seller"], Purpose.PAYABLE), clearing()
    raw(
        f"UPDATE ledger_account SET balance_minor = balance_minor + 1 "
        f"WHERE id IN ({payable.pk}, {bank.pk})"
    )
    assert found() == {("balance", f"account {payable.pk}"), ("balance", f"account {bank.pk}")}


def test_a_line_whose_amount_was_changed_with_its_balances_is_named(books):
    line = books["paid"].transfers.get()
    tamper(
        "ledger_transfer",
        f"UPDATE ledger_transfer SET amount_minor = amount_minor + 7 WHERE id = {line.pk}",
    )
    Account.objects.filter(pk__in=(line.debit_id, line.credit_id)).update(
        balance_minor=Account.objects.get(pk=line.debit_id).balance_minor + 7
    )
    assert ("digest", f"entry {books['paid'].pk}") in found()


@pytest.mark.parametrize(
    "change",
    ["memo = 'x'", "kind = 'x'", "key = 'x'", "booked_on = '2001-01-01'", "subject_id = '9'",
     "corrects_id = NULL"],
)  # fmt: skip
def test_an_entry_of_which_a_word_was_changed_is_named(books, change):
    entry = Entry.objects.get(corrects__isnull=False)
    tamper("ledger_entry", f"UPDATE ledger_entry SET {change} WHERE id = {entry.pk}")
    assert found() == {("digest", f"entry {entry.pk}")}


def test_an_entry_without_lines_is_named(books):
    line = books["paid"].transfers.get()
    tamper("ledger_transfer", f"DELETE FROM ledger_transfer WHERE id = {line.pk}")
    where = f"entry {books['paid'].pk}"
    assert {("lines", where), ("digest", where)} < found()


def test_an_entry_that_was_taken_out_whole_is_missed(books):
    gone = put(Leg(clearing("EUR"), revenue("EUR"), 5))
    tamper("ledger_transfer", f"DELETE FROM ledger_transfer WHERE entry_id = {gone.pk}")
    tamper("ledger_entry", f"DELETE FROM ledger_entry WHERE id = {gone.pk}")
    Account.objects.filter(currency="EUR").update(balance_minor=0)
    assert found() == {("events", "ledger.posted")}


def test_an_account_below_its_floor_is_named(books):
    account = of(books["buyer"])
    Account.objects.filter(pk=account.pk).update(floor_minor=None)
    put(Leg(account, revenue(), 5))
    assert list(audit()) == []
    below = "UPDATE ledger_account SET floor_minor = 0 WHERE id = %s"
    if connection.vendor == "sqlite":
        raw("PRAGMA ignore_check_constraints = ON")
        try:
            raw(below % account.pk)
            assert found() == {("floor", f"account {account.pk}")}
        finally:
            raw("PRAGMA ignore_check_constraints = OFF")
    else:
        raw("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may wait when a table is altered
        raw("ALTER TABLE ledger_account DROP CONSTRAINT account_above_its_floor")
        raw(below % account.pk)
        assert found() == {("floor", f"account {account.pk}")}


def test_a_closed_month_that_was_changed_is_named(books, operator):
    period = past_month_booked(operator)
    assert list(audit()) == []
    first = Transfer.objects.filter(entry__booked_on__lt=books["paid"].booked_on).earliest("pk")
    tamper(
        "ledger_transfer",
        f"UPDATE ledger_transfer SET amount_minor = amount_minor + 1 WHERE id = {first.pk}",
    )
    named = [fault for fault in audit() if fault.check == "period"]
    assert {fault.where for fault in named} == {str(period)}
    assert {fault.words.split()[0] for fault in named} == {"rows", "balances"}


def test_other_modules_add_their_checks(books, monkeypatch):
    monkeypatch.setattr(audits, "_further", {})
    register_check("clearing", lambda: [Fault("clearing", "bank", "reports 5 less")])
    assert found() == {("clearing", "bank")}


def test_the_command_counts_and_ends_with_one_where_something_is_wrong(books, capsys):
    out = StringIO()
    call_command("audit_ledger", "--json", stdout=out)
    counts = {"accounts": 4, "entries": 4, "faults": 0}
    assert json.loads(out.getvalue()) == counts
    account = of(books["buyer"])
    raw(f"UPDATE ledger_account SET balance_minor = 3 WHERE id = {account.pk}")
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit_ledger", "--json", stdout=out)
    assert ended.value.code == 1
    *faults, last = [json.loads(line) for line in out.getvalue().splitlines()]
    assert {f["check"] for f in faults} == {"balance", "sides"}
    assert last == counts | {"faults": 2}
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("audit_ledger", stdout=out)
    assert "核对4个账户、4笔分录，2处不符。" in out.getvalue()
    assert Event.objects.filter(action="ledger.posted").count() == 4
