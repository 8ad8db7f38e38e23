"""Paid tickets: asked for, confirmed by the money, refunded by the stated terms; the books balance."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from artmarket.accounts.services.parties import party_of_organisation
from artmarket.core.errors import Invalid, WrongState
from artmarket.ledger.audit import audit
from artmarket.ledger.enums import Purpose
from artmarket.ledger.models import Account, Payment, Refund
from artmarket.ledger.payments.enums import PaymentState
from artmarket.ledger.services import finishing
from artmarket.ledger.services.payments import note_received, start_payment
from artmarket.ledger.services.telling import tell
from cms.booking import audit as own_audit
from cms.enums import BookingState, SessionState
from cms.models import Booking, Quota
from cms.services import bookings, programmes
from tests.cms.factories import bookable, planner
from tests.cms.registering import assert_whole, book, news, run, set_start, state, taken
from tests.factories import OrganisationFactory
from tests.ledger.conftest import stripe  # noqa: F401 - a fixture
from tests.ledger.gateway_stage import assert_books_whole, balance

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _proved_from_the_books():
    yield
    assert_whole()
    assert_books_whole()
    assert list(audit()) == []


@pytest.fixture
def provider(request):
    """The loopback Stripe."""
    return request.getfixturevalue("stripe")


def told(payment: Payment) -> None:
    """The books tell us, as they do after every commit."""
    tell(payment_id=payment.pk)


def by_bank(booking: Booking, amount: int | None = None, slip: str = "S1") -> Payment:
    """The visitor transfers the price."""
    booking.refresh_from_db()
    payment = booking.payment
    note_received(
        payment_id=payment.pk, amount_minor=amount or booking.price_minor, gateway_reference=slip
    )
    told(payment)
    payment.refresh_from_db()
    return payment


def refunds() -> list[int]:
    return list(Refund.objects.order_by("pk").values_list("amount_minor", flat=True))


def over(booking: Booking) -> None:
    Booking.objects.filter(pk=booking.pk).update(offer_until=timezone.now() - timedelta(minutes=1))


def test_a_paid_ticket_holds_its_place_and_waits_for_the_money():
    session = bookable(size=5, price_minor=3000)
    made = book(session, places=2)
    assert (made.state, made.price_minor, taken(session)) == (BookingState.TO_PAY, 6000, 2)
    payment = made.payment
    assert (payment.amount_minor, payment.gateway, payment.purpose) == (6000, "bank", "ticket")
    assert payment.party.user == made.user
    assert abs(made.offer_until - timezone.now() - timedelta(hours=48)) < timedelta(minutes=2)
    assert not made.tickets.exists()
    assert news(made) == ["to_pay"]


def test_the_money_confirms_and_stands_on_the_account_for_tickets():
    session = bookable(size=5, price_minor=3000)
    made = book(session, places=2)
    by_bank(made)
    told(made.payment)  # again: nothing
    assert (state(made), made.tickets.count(), made.offer_until) == (
        BookingState.CONFIRMED,
        2,
        None,
    )
    assert balance(Purpose.TICKETS) == 6000
    assert news(made) == ["to_pay", "confirmed"]


def test_the_money_of_an_organiser_stands_on_the_organisers_account():
    organiser = OrganisationFactory()
    made = book(bookable(price_minor=3000, organiser=organiser))
    by_bank(made)
    assert balance(Purpose.TICKETS, party=party_of_organisation(organiser)) == 3000
    assert balance(Purpose.TICKETS) == 0


def test_through_the_gateway(provider):
    made = book(bookable(price_minor=3000))
    assert made.payment.gateway == "stripe"
    payment = start_payment(payment_id=made.payment_id)
    provider.pay(payment.page_id)
    told(finishing.ask_again(payment.pk))
    assert state(made) == BookingState.CONFIRMED
    bookings.cancel(actor=made.user, booking_id=made.pk)
    for _round in range(2):
        finishing.finish()
    assert refunds() == [3000]
    assert balance(Purpose.TICKETS) == 0
    assert balance(Purpose.CLEARING, gateway="stripe") == 0


def test_another_way_takes_the_place_of_the_first(provider):
    made = book(bookable(price_minor=3000))
    first = made.payment
    same = bookings.pay(actor=made.user, booking_id=made.pk, gateway="stripe")
    assert same.pk == first.pk
    second = bookings.pay(actor=made.user, booking_id=made.pk, gateway="bank")
    first.refresh_from_db()
    assert (first.state, second.gateway) == (PaymentState.CANCELLED, "bank")
    with pytest.raises(Invalid):
        bookings.pay(actor=made.user, booking_id=made.pk, gateway="desk")
    by_bank(made)
    assert state(made) == BookingState.CONFIRMED


def test_a_visitor_who_cancels_in_time_gets_all_back():
    session = bookable(price_minor=3000)
    made = book(session, places=2)
    by_bank(made)
    bookings.cancel(actor=made.user, booking_id=made.pk)
    bookings.cancel(actor=made.user, booking_id=made.pk)
    assert (state(made), refunds(), taken(session)) == (BookingState.CANCELLED, [6000], 0)
    assert balance(Purpose.TICKETS) == 0
    facts = made.user.notices.get(facts__news="cancelled").facts
    assert (facts["refund_minor"], facts["currency"]) == (6000, "CNY")


def test_a_cancelled_event_refunds_everybody_and_takes_no_more(
    django_capture_on_commit_callbacks,
):
    session = bookable(price_minor=3000)
    paid, open_one = book(session), book(session)
    by_bank(paid)
    with django_capture_on_commit_callbacks(execute=True):
        programmes.cancel_programme(
            actor=planner(), programme_id=session.programme_id, reason="台风"
        )
    run()
    assert refunds() == [3000]
    open_one.payment.refresh_from_db()
    assert open_one.payment.state == PaymentState.CANCELLED
    assert [state(paid), state(open_one)] == [BookingState.CANCELLED] * 2


def test_who_does_not_come_to_a_moved_session_gets_all_back():
    session = bookable(price_minor=3000)
    made = book(session)
    by_bank(made)
    session.previous_start, session.state = session.starts_at, SessionState.MOVED
    session.save()
    set_start(session, minutes=10)
    bookings.cancel(actor=made.user, booking_id=made.pk)
    assert refunds() == [3000]


def test_the_bureau_that_cancels_a_booking_refunds_it():
    made = book(bookable(price_minor=3000))
    by_bank(made)
    bookings.cancel(actor=planner(), booking_id=made.pk, reason="场地变小")
    assert refunds() == [3000]


def test_what_is_not_paid_in_time_gives_its_place_to_the_next():
    session = bookable(size=1, price_minor=3000)
    first, second = book(session), book(session)
    over(first)
    run()
    assert (state(first), state(second)) == (BookingState.EXPIRED, BookingState.OFFERED)
    first.payment.refresh_from_db()
    assert first.payment.state == PaymentState.CANCELLED
    assert news(first) == ["to_pay", "unpaid"]
    assert taken(session) == 1


def test_a_part_that_came_goes_back_when_the_rest_does_not():
    session = bookable(size=1, price_minor=3000)
    made = book(session)
    by_bank(made, 1000)
    assert state(made) == BookingState.TO_PAY
    over(made)
    run()
    assert (state(made), refunds()) == (BookingState.EXPIRED, [1000])
    assert balance(Purpose.TICKETS) == 0


def test_money_that_comes_in_the_last_moment_confirms():
    """The booking is over its term; the money is there and the job has not run yet."""
    session = bookable(size=1, price_minor=3000)
    made = book(session)
    note_received(payment_id=made.payment_id, amount_minor=3000, gateway_reference="S9")
    over(made)
    run()
    assert state(made) == BookingState.TO_PAY
    told(made.payment)
    assert state(made) == BookingState.CONFIRMED


def test_money_for_a_booking_that_ended_meanwhile_goes_back(provider):
    session = bookable(size=1, price_minor=3000)
    made = book(session)
    payment = start_payment(payment_id=made.payment_id)
    over(made)
    run()
    assert state(made) == BookingState.EXPIRED
    provider.pay(payment.page_id)  # the page was still open
    told(finishing.ask_again(payment.pk))
    told(payment)
    assert (state(made), refunds(), taken(session)) == (BookingState.EXPIRED, [3000], 0)
    assert news(made) == ["to_pay", "unpaid", "refunded"]


def test_the_number_of_people_of_a_paid_ticket_is_not_changed():
    made = book(bookable(price_minor=3000))
    with pytest.raises(WrongState):
        bookings.change_places(actor=made.user, booking_id=made.pk, places=2)


def test_the_audit_finds_a_quota_and_an_account_that_do_not_hold(capsys):
    made = book(bookable(price_minor=3000))
    by_bank(made)
    call_command("audit_bookings")
    Quota.objects.update(taken=7)
    tickets_account = Account.objects.filter(purpose=Purpose.TICKETS)
    tickets_account.update(balance_minor=2999)
    with pytest.raises(SystemExit):
        call_command("audit_bookings", "--json")
    told_words = capsys.readouterr().out
    assert "taken 7, its bookings 1" in told_words
    assert len(list(own_audit.accounts_hold())) == 1
    Quota.objects.update(taken=1)
    tickets_account.update(balance_minor=3000)
