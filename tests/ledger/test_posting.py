"""Entries of the books: balances, floors, keys, corrections, and what the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from artmarket.core.clock import db_today
from artmarket.core.errors import Invalid, WrongState
from artmarket.core.locks import LockOrderError
from artmarket.core.models import Event
from artmarket.ledger import books
from artmarket.ledger.engine.double_entry import BadLine
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Entry, Period, Transfer
from artmarket.ledger.months import month_after, month_of
from artmarket.ledger.services import posting
from artmarket.ledger.services.posting import Insufficient, KeyReused, Leg, PeriodClosed
from tests.factories import UserFactory
from tests.ledger.factories import (
    balance,
    clearing,
    of,
    paid_in,
    party,
    put,
    revenue,
    take_back,
)

pytestmark = pytest.mark.django_db


def nothing_was_written() -> bool:
    return not (Entry.objects.exists() or Transfer.objects.exists() or events().exists())


def events():
    return Event.objects.filter(action="ledger.posted")


# ----------------------------------------------------------------- accounts


def test_an_account_is_opened_once():
    buyer = party()
    assert of(buyer) == of(buyer)
    assert of(buyer) != of(buyer, Purpose.DEPOSIT)
    assert of(buyer) != of(buyer, currency="EUR")
    assert of(buyer) != of(party())
    assert clearing() == clearing()
    assert clearing() != clearing(gateway="stripe")
    assert revenue() == revenue()


@pytest.mark.parametrize(
    ("purpose", "floor"),
    [
        (Purpose.DEPOSIT, 0), (Purpose.ESCROW, 0), (Purpose.PAYABLE, 0), (Purpose.RECEIVABLE, 0),
        (Purpose.LOAN_BOOK, 0), (Purpose.EXPENSE, None),
    ],
)  # fmt: skip
def test_what_is_owed_has_a_floor_of_nothing(purpose, floor):
    assert of(party(), purpose).floor_minor == floor


def test_a_purpose_and_its_party_go_together():
    with pytest.raises(ValueError, match="escrow"):
        books.account(purpose=Purpose.ESCROW, currency="CNY")
    with pytest.raises(ValueError, match="revenue"):
        books.account(purpose=Purpose.REVENUE, currency="CNY", party=party())
    with pytest.raises(ValueError, match="clearing"):
        books.account(purpose=Purpose.CLEARING, currency="CNY")
    with pytest.raises(ValueError, match="payable"):
        books.account(purpose=Purpose.PAYABLE, currency="CNY", party=party(), gateway="bank")
    with pytest.raises(Invalid) as refused:
        books.account(purpose=Purpose.REVENUE, currency="XYZ")
    assert refused.value.code == "bad_currency"
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "values",
    [
        {"purpose": "escrow"},
        {"purpose": "clearing"},
        {"purpose": "revenue", "gateway": "bank", "party": True},
        {"purpose": "payable", "gateway": "bank", "party": True},
        {"purpose": "suspense", "balance_minor": -1, "floor_minor": 0},
    ],
)
def test_the_database_refuses_such_accounts_too(values):
    values = dict(values) | {"currency": "CNY"}
    if values.pop("party", False):
        values["party"] = party()
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(**values)


def test_the_database_keeps_what_an_account_is_for():
    account = revenue()
    for change in ({"purpose": "tax"}, {"currency": "EUR"}, {"gateway": "bank"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.filter(pk=account.pk).update(**change)


# ------------------------------------------------------------------ posting


def test_an_entry_moves_its_amounts_and_tells_of_it():
    buyer, clerk = party(), UserFactory()
    escrow, bank = of(buyer), clearing()
    entry = put(
        Leg(bank, escrow, 113_000, "第3件"), key="payment:1", kind="payment", actor=clerk,
        subject=buyer, memo="货款",
    )  # fmt: skip
    assert (balance(bank), balance(escrow)) == (113_000, 113_000)
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.subject_kind, entry.subject_id) == ("accounts.party", str(buyer.pk))
    assert entry.booked_on == db_today()
    assert (entry.memo, entry.actor, entry.corrects) == ("货款", clerk, None)
    (line,) = entry.transfers.all()
    assert (line.debit, line.credit, line.amount_minor, line.memo) == (
        bank, escrow, 113_000, "第3件",
    )  # fmt: skip
    event = events().get()
    assert event.object_id == str(entry.pk)
    assert event.after == {str(bank.pk): 113_000, str(escrow.pk): 113_000}


def test_one_entry_may_divide_what_came_in():
    buyer, seller = party(), party()
    paid_in(buyer, 113_000)
    put(
        Leg(of(buyer), of(seller, Purpose.PAYABLE), 90_000),
        Leg(of(buyer), revenue(), 23_000),
    )
    assert balance(of(buyer)) == 0
    assert balance(of(seller, Purpose.PAYABLE)) == 90_000
    assert balance(revenue()) == 23_000
    assert balance(clearing()) == 113_000


def test_currencies_do_not_mix():
    buyer = party()
    with pytest.raises(BadLine, match="one currency"):
        put(Leg(clearing("EUR"), of(buyer), 5))
    put(Leg(clearing("EUR"), of(buyer, currency="EUR"), 5), Leg(clearing(), of(buyer), 7))
    assert balance(clearing("EUR")) == 5
    assert balance(clearing()) == 7


@pytest.mark.parametrize("amount", [0, -5, 2.5])
def test_nothing_and_less_than_nothing_is_not_moved(amount):
    with pytest.raises(BadLine):
        put(Leg(clearing(), of(party()), amount))
    assert nothing_was_written()


def test_an_entry_needs_legs_and_a_transaction(transactional_db):
    with pytest.raises(BadLine):
        put()
    with pytest.raises(LockOrderError):
        posting.post(actor=None, key="k", kind="test", legs=[Leg(clearing(), revenue(), 5)])
    assert nothing_was_written()


def test_no_account_falls_below_its_floor():
    buyer, seller = party(), party()
    paid_in(buyer, 100)
    before = Entry.objects.count()
    with pytest.raises(Insufficient) as refused:
        put(Leg(of(buyer), of(seller, Purpose.PAYABLE), 101))
    assert refused.value.data["missing"] == 1
    assert balance(of(buyer)) == 100
    assert balance(of(seller, Purpose.PAYABLE)) == 0
    assert Entry.objects.count() == before
    put(Leg(of(buyer), of(seller, Purpose.PAYABLE), 100))
    assert balance(of(buyer)) == 0


def test_the_floor_holds_at_the_end_of_an_entry_not_in_its_midst():
    buyer, seller = party(), party()
    put(
        Leg(of(buyer), of(seller, Purpose.PAYABLE), 60),
        Leg(clearing(), of(buyer), 60),
    )
    assert balance(of(buyer)) == 0
    assert balance(of(seller, Purpose.PAYABLE)) == 60


def test_a_gateway_may_take_back_more_than_it_holds():
    put(Leg(revenue(), clearing(), 30))
    assert balance(clearing()) == -30
    assert balance(revenue()) == -30


def test_the_database_keeps_the_floor_too():
    account = of(party())
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(balance_minor=-1)


# --------------------------------------------------------------------- keys


def test_the_same_again_gives_the_entry_that_stands():
    buyer = party()
    first = paid_in(buyer, 100, key="payment:1", memo="货款")
    again = paid_in(buyer, 100, key="payment:1", memo="货款", booked_on=first.booked_on)
    other_clerk = paid_in(buyer, 100, key="payment:1", memo="货款", actor=UserFactory())
    assert first == again == other_clerk
    assert balance(of(buyer)) == 100
    assert events().count() == 1


def test_the_same_on_another_day_is_still_the_same():
    buyer = party()
    yesterday = db_today() - timedelta(days=1)
    first = paid_in(buyer, 100, key="payment:1", booked_on=yesterday)
    assert paid_in(buyer, 100, key="payment:1") == first
    with pytest.raises(KeyReused):
        paid_in(buyer, 100, key="payment:1", booked_on=db_today())


def test_another_content_under_the_key_is_refused():
    buyer = party()
    paid_in(buyer, 100, key="payment:1")
    with pytest.raises(KeyReused):
        paid_in(buyer, 101, key="payment:1")
    with pytest.raises(KeyReused):
        paid_in(party(), 100, key="payment:1")
    with pytest.raises(KeyReused):
        paid_in(buyer, 100, key="payment:1", subject=buyer)
    assert Entry.objects.count() == 1
    assert balance(of(buyer)) == 100


# ------------------------------------------------------------------- months


def last_month_closed() -> None:
    month = month_of(month_of(db_today()) - timedelta(days=1))
    Period.objects.create(month=month, totals={})


def test_nothing_is_booked_in_a_closed_month():
    last_month_closed()
    first = month_of(db_today())
    for day in (first - timedelta(days=1), first - timedelta(days=400)):
        with pytest.raises(PeriodClosed):
            paid_in(party(), 5, booked_on=day)
    assert nothing_was_written()
    assert paid_in(party(), 5, booked_on=first).booked_on == first


def test_the_database_closes_the_month_too():
    last_month_closed()
    day = month_of(db_today()) - timedelta(days=1)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Entry.objects.create(key="k", kind="test", booked_on=day, digest="0" * 64)
    with pytest.raises(IntegrityError, match="order"), transaction.atomic():
        Period.objects.create(month=month_of(day), totals={})
    with pytest.raises(IntegrityError, match="order"), transaction.atomic():
        Period.objects.create(month=month_after(day) + timedelta(days=1), totals={})


def test_what_stands_in_a_closed_month_is_still_found_by_its_key():
    day = month_of(db_today()) - timedelta(days=1)
    first = paid_in(buyer := party(), 5, key="payment:1", booked_on=day)
    last_month_closed()
    assert paid_in(buyer, 5, key="payment:1", booked_on=day) == first


def test_no_day_to_come():
    with pytest.raises(Invalid) as refused:
        paid_in(party(), 5, booked_on=db_today() + timedelta(days=1))
    assert refused.value.code == "day_to_come"
    assert nothing_was_written()


# -------------------------------------------------------------- corrections


def test_an_entry_is_taken_back_by_another():
    buyer = party()
    wrong = paid_in(buyer, 100, subject=buyer)
    back = take_back(wrong, reason="付款人不是他")
    assert back.corrects == wrong
    assert back.memo == "付款人不是他"
    assert (back.subject_kind, back.subject_id) == (wrong.subject_kind, wrong.subject_id)
    assert balance(of(buyer)) == 0
    assert balance(clearing()) == 0
    assert Entry.objects.count() == 2


def test_it_is_taken_back_once():
    wrong = paid_in(party(), 100)
    back = take_back(wrong, key="back:1")
    assert take_back(wrong, key="back:1") == back
    with pytest.raises(WrongState):
        take_back(wrong, key="back:2")
    with pytest.raises(KeyReused):
        take_back(wrong, key="back:1", reason="别的理由")
    assert Entry.objects.count() == 2


def test_a_correction_may_be_taken_back_itself():
    buyer = party()
    back = take_back(paid_in(buyer, 100))
    take_back(back)
    assert balance(of(buyer)) == 100


def test_what_was_spent_since_cannot_be_taken_back():
    buyer = party()
    entry = paid_in(buyer, 100)
    put(Leg(of(buyer), revenue(), 1))
    with pytest.raises(Insufficient):
        take_back(entry)
    assert balance(of(buyer)) == 99


def test_a_correction_needs_a_reason_and_an_entry():
    entry = paid_in(party(), 100)
    with pytest.raises(Invalid):
        take_back(entry, reason="  ")
    with pytest.raises(WrongState), transaction.atomic():
        posting.reverse(actor=None, entry_id=0, key="x", reason="没有")


# ------------------------------------------------------- what never changes


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_transfer", "ledger_period"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_changes_and_deletes_nothing(table, verb):
    paid_in(party(), 100)
    last_month_closed()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table))


def test_the_database_refuses_a_transfer_of_another_currency():
    entry = paid_in(party(), 100)
    with pytest.raises(IntegrityError, match="currency"), transaction.atomic():
        Transfer.objects.create(
            entry=entry, debit=clearing(), credit=revenue("EUR"), currency="CNY", amount_minor=5
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(
            entry=entry, debit=clearing(), credit=clearing(), currency="CNY", amount_minor=5
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(
            entry=entry, debit=clearing(), credit=revenue(), currency="CNY", amount_minor=0
        )


def test_a_posting_asks_the_database_a_fixed_number_of_times(django_assert_num_queries):
    legs = [Leg(clearing(), of(party()), n + 1) for n in range(5)]
    many = 4 if connection.vendor == "postgresql" else 11  # SQLite: a message for each balance
    with transaction.atomic(), django_assert_num_queries(many):
        posting.post(actor=None, key="k", kind="test", legs=legs)
