"""Programmes: who makes them, what keeps them from opening, how they end; what readers are told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from cms import hooks
from cms.enums import BookingState, PlaceKind, ProgrammeState, SessionState, StepFree
from cms.models import Booking, Place, Programme, Quota, SeriesPage, Session
from cms.selectors.programmes import (
    Filters,
    list_rows,
    sessions_of,
    status_of,
    statuses,
    upcoming,
)
from cms.services import programmes, seats, sessions
from cms.services.programmes import NotComplete, Plan
from cms.services.seats import QuotaTerms, TicketTerms
from cms.services.slots import RoomTaken
from tests.cms.factories import (
    PlaceFactory,
    ProgrammeFactory,
    QuotaFactory,
    RoomFactory,
    SessionFactory,
    TicketTypeFactory,
    bookable,
    event_index,
    event_page,
    in_english,
    planner,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


def plan(**given) -> Plan:
    return Plan(**{"kind": "event", "title": "风筝课"} | given)


def booked(session, *, places=1, state=BookingState.CONFIRMED):
    user = UserFactory()
    return Booking.objects.create(
        programme=session.programme, session=session, user=user, state=state, places=places,
        ticket_type=session.programme.ticket_types.first(), key=str(user.pk), consent_at=now(),
    )  # fmt: skip


@pytest.fixture
def raised(monkeypatch):
    """The quotas that waiting people are told of."""
    heard = []
    monkeypatch.setattr(hooks, "_on_raised", [lambda actor, quota: heard.append(quota.pk)])
    return heard


# ------------------------------------------------------------------ making and changing


def test_the_bureau_drafts_a_programme_and_nobody_else():
    made = programmes.create_programme(actor=planner(), plan=plan(title=" 风筝课 "))
    assert (made.state, made.title, made.starts_at) == (ProgrammeState.DRAFT, "风筝课", None)
    event = Event.objects.get(action="cms.programme_created")
    assert event.object_id == str(made.pk)
    for user in (UserFactory(operator=True), UserFactory(merchant=True)):
        with pytest.raises(NotAllowed):
            programmes.create_programme(actor=user, plan=plan())
    assert Programme.objects.count() == 1


def test_a_room_brings_its_place_and_lies_in_it():
    room = RoomFactory()
    made = programmes.create_programme(actor=planner(), plan=plan(room_id=room.pk))
    assert made.place == room.place
    with pytest.raises(Invalid) as refused:
        programmes.create_programme(
            actor=planner(), plan=plan(room_id=room.pk, place_id=PlaceFactory().pk)
        )
    assert list(refused.value.fields) == ["room"]


def test_what_cannot_be_is_refused_beside_its_field():
    with pytest.raises(Invalid) as refused:
        programmes.create_programme(
            actor=planner(),
            plan=plan(title=" ", kind="party", waiting_size=0, room_id=987654, place_id=987654),
        )
    assert sorted(refused.value.fields) == ["kind", "place", "room", "title", "waiting_size"]


def test_coming_dates_go_with_the_programme_to_its_new_room():
    whole = ProgrammeFactory(unbooked=True)
    past = SessionFactory(programme=whole, starts_at=now() - timedelta(days=2))
    own = SessionFactory(programme=whole, is_exception=True, room=RoomFactory())
    row = SessionFactory(programme=whole, starts_at=now() + timedelta(days=9))
    hall = RoomFactory()
    programmes.change_programme(
        actor=planner(), programme_id=whole.pk, plan=plan(room_id=hall.pk, booking="none")
    )
    rooms = {key: Session.objects.get(pk=key).room for key in (past.pk, own.pk, row.pk)}
    assert rooms == {past.pk: whole.room, own.pk: own.room, row.pk: hall}
    assert Session.objects.get(pk=row.pk).sequence == 1


def test_a_new_room_that_is_taken_changes_nothing():
    row = SessionFactory(programme=ProgrammeFactory(unbooked=True))
    other = SessionFactory(starts_at=row.starts_at)
    with pytest.raises(RoomTaken):
        programmes.change_programme(
            actor=planner(), programme_id=row.programme.pk,
            plan=plan(title="新名", room_id=other.room.pk, booking="none"),
        )  # fmt: skip
    row.programme.refresh_from_db()
    assert row.programme.title != "新名" and row.programme.room != other.room


def test_where_people_booked_booking_stays():
    row = bookable()
    booked(row)
    with pytest.raises(Invalid) as refused:
        programmes.change_programme(
            actor=planner(), programme_id=row.programme.pk,
            plan=plan(room_id=row.room.pk, booking="none"),
        )  # fmt: skip
    assert list(refused.value.fields) == ["booking"]


# ------------------------------------------------------------------ opening, closing, cancelling


def test_it_opens_only_once_everything_is_filled_in():
    whole = ProgrammeFactory(draft=True, room=None, place=None)
    with pytest.raises(NotComplete) as refused:
        programmes.open_programme(actor=planner(), programme_id=whole.pk)
    assert len(refused.value.data["problems"]) == 3
    assert refused.value.rule == "planning.complete_before_opening"
    row = SessionFactory(programme=whole)
    TicketTypeFactory(programme=whole)
    Programme.objects.filter(pk=whole.pk).update(is_online=True)
    assert [p.field for p in programmes.problems_of(Programme.objects.get(pk=whole.pk))] == [
        "quotas"
    ]
    QuotaFactory(programme=whole, sessions=[row])
    assert programmes.open_programme(actor=planner(), programme_id=whole.pk).state == "open"


def test_without_booking_dates_and_a_place_are_enough():
    row = SessionFactory(programme=ProgrammeFactory(draft=True, unbooked=True))
    programmes.open_programme(actor=planner(), programme_id=row.programme.pk)


def test_the_states_follow_their_table():
    row = bookable()
    key = row.programme.pk
    with pytest.raises(WrongState):
        programmes.open_programme(actor=planner(), programme_id=key)
    programmes.close_programme(actor=planner(), programme_id=key)
    programmes.open_programme(actor=planner(), programme_id=key)
    programmes.cancel_programme(actor=planner(), programme_id=key, reason="台风")
    for act in (programmes.open_programme, programmes.close_programme):
        with pytest.raises(WrongState):
            act(actor=planner(), programme_id=key)
    with pytest.raises(WrongState):
        programmes.cancel_programme(actor=planner(), programme_id=key, reason="台风")


def test_cancelling_cancels_what_comes_and_tells_those_who_keep_bookings(monkeypatch):
    heard = []
    monkeypatch.setattr(hooks, "_on_cancelled", [lambda actor, row: heard.append((actor, row.pk))])
    monkeypatch.setattr(hooks, "_on_session", [lambda *args: heard.append("session")])
    row = bookable()
    past = SessionFactory(programme=row.programme, starts_at=now() - timedelta(days=3))
    by = planner()
    whole = programmes.cancel_programme(
        actor=by, programme_id=row.programme.pk, reason="台风", reason_en="Typhoon"
    )
    assert heard == [(by, whole.pk)]
    row.refresh_from_db()
    past.refresh_from_db()
    assert (row.state, row.sequence) == (SessionState.CANCELLED, 1)
    assert (past.state, past.sequence) == (SessionState.SCHEDULED, 0)
    assert (whole.cancel_reason, whole.cancel_reason_en) == ("台风", "Typhoon")
    assert whole.ends_at == row.ends_at  # it stays in the lists of its days
    assert status_of(whole, now()) == "cancelled"


def test_cancelling_needs_a_reason_and_something_that_is_not_over():
    row = bookable()
    with pytest.raises(Invalid):
        programmes.cancel_programme(actor=planner(), programme_id=row.programme.pk, reason=" ")
    over = SessionFactory(starts_at=now() - timedelta(days=3))
    with pytest.raises(WrongState):
        programmes.cancel_programme(actor=planner(), programme_id=over.programme.pk, reason="台风")


# ------------------------------------------------------------------ ticket types and quotas


def test_ticket_types_are_set_as_a_whole():
    whole = ProgrammeFactory()
    made = seats.set_ticket_types(
        actor=planner(), programme_id=whole.pk,
        terms=[TicketTerms("成人", "Adult", 3000), TicketTerms("儿童", "Child", max_age=12)],
    )  # fmt: skip
    adult, child = made
    seats.set_ticket_types(
        actor=planner(), programme_id=whole.pk,
        terms=[TicketTerms("成人", "Child", key=child.pk), TicketTerms("儿童", "Adult", key=adult.pk)],
    )  # fmt: skip
    assert list(whole.ticket_types.values_list("pk", "name", "order")) == [
        (child.pk, "成人", 0), (adult.pk, "儿童", 1),
    ]  # fmt: skip


def test_a_booked_ticket_type_is_kept_and_no_longer_offered():
    row = bookable()
    ticket = row.programme.ticket_types.get()
    booked(row)
    seats.set_ticket_types(
        actor=planner(), programme_id=row.programme.pk, terms=[TicketTerms("成人", "Adult")]
    )
    ticket.refresh_from_db()
    assert (ticket.is_offered, ticket.name.startswith("票种")) == (False, True)
    with pytest.raises(Invalid) as refused:
        seats.set_ticket_types(
            actor=planner(), programme_id=row.programme.pk, terms=[TicketTerms(ticket.name, "X")]
        )
    assert list(refused.value.fields) == ["name_0"]


def test_what_a_ticket_type_cannot_be():
    whole = ProgrammeFactory()
    with pytest.raises(Invalid) as refused:
        seats.set_ticket_types(
            actor=planner(), programme_id=whole.pk,
            terms=[
                TicketTerms("成人", "", -1), TicketTerms("成人", "Adult", min_age=9, max_age=3),
            ],
        )  # fmt: skip
    assert sorted(refused.value.fields) == ["max_age_1", "name_1", "name_en_0", "price_0"]
    assert not whole.ticket_types.exists()


def quota_terms(row, size, **given) -> QuotaTerms:
    return QuotaTerms("座位", "Seats", size, frozenset([row.pk]), **given)


def test_a_quota_is_never_smaller_than_what_is_taken(raised):
    row = bookable(size=10)
    quota = row.quotas.get()
    booked(row, places=4)
    Quota.objects.filter(pk=quota.pk).update(taken=4)
    keys = {"actor": planner(), "programme_id": row.programme.pk, "quota_id": quota.pk}
    with pytest.raises(Invalid) as refused:
        seats.set_quota(**keys, terms=quota_terms(row, 3))
    assert (list(refused.value.fields), refused.value.rule) == (
        ["size"], "planning.never_below_taken",
    )  # fmt: skip
    assert seats.set_quota(**keys, terms=quota_terms(row, 4)).size == 4
    assert raised == []
    assert seats.set_quota(**keys, terms=quota_terms(row, 6)).size == 6
    assert seats.set_quota(**keys, terms=quota_terms(row, None)).size is None
    assert raised == [quota.pk, quota.pk]


def test_what_is_taken_is_counted_anew_for_other_sessions():
    row = bookable(size=10)
    other = SessionFactory(programme=row.programme, starts_at=now() + timedelta(days=20))
    booked(row, places=3)
    booked(row, places=5, state=BookingState.CANCELLED)
    made = seats.set_quota(
        actor=planner(), programme_id=row.programme.pk,
        terms=QuotaTerms("合用", "Shared", 20, frozenset([row.pk, other.pk])),
    )  # fmt: skip
    assert made.taken == 3


def test_every_coming_date_gets_the_same_size_or_none_does(raised):
    first = bookable(size=10)
    whole = first.programme
    second = SessionFactory(programme=whole, starts_at=now() + timedelta(days=20))
    low = QuotaFactory(programme=whole, sessions=[second], size=10, taken=8)
    with pytest.raises(Invalid):
        seats.resize_quotas(actor=planner(), programme_id=whole.pk, size=7)
    assert set(whole.quotas.values_list("size", flat=True)) == {10}
    assert seats.resize_quotas(actor=planner(), programme_id=whole.pk, size=12) == 2
    assert len(raised) == 2
    low.refresh_from_db()
    assert (low.size, low.taken) == (12, 8)


def test_a_quota_goes_only_when_nobody_needs_it():
    row = bookable()
    quota = row.quotas.get()
    with pytest.raises(Invalid):  # the only one of a date that comes
        seats.remove_quota(actor=planner(), quota_id=quota.pk)
    QuotaFactory(programme=row.programme, sessions=[row])
    Quota.objects.filter(pk=quota.pk).update(taken=1)
    with pytest.raises(Invalid):
        seats.remove_quota(actor=planner(), quota_id=quota.pk)
    Quota.objects.filter(pk=quota.pk).update(taken=0)
    seats.remove_quota(actor=planner(), quota_id=quota.pk)
    assert row.quotas.count() == 1


# ------------------------------------------------------------------ what readers are told


def test_where_a_programme_stands():
    moment = now()
    coming = bookable()
    full = bookable(size=0)
    moved = bookable()
    Session.objects.filter(pk=moved.pk).update(
        state=SessionState.MOVED, previous_start=moved.starts_at
    )
    over = SessionFactory(starts_at=moment - timedelta(days=2))
    gone = bookable()
    sessions.cancel_session(actor=planner(), session_id=gone.pk, note="停电")
    free = SessionFactory(programme=ProgrammeFactory(unbooked=True))
    empty = ProgrammeFactory()
    rows = [row.programme for row in (coming, full, moved, over, gone, free)] + [empty]
    rows = list(Programme.objects.in_bulk([row.pk for row in rows]).values())
    wanted = {
        coming.programme.pk: "scheduled", full.programme.pk: "full", moved.programme.pk: "moved",
        over.programme.pk: "ended", gone.programme.pk: "cancelled",
        free.programme.pk: "scheduled", empty.pk: "scheduled",
    }  # fmt: skip
    assert statuses(rows, moment) == wanted


def test_full_is_only_what_has_no_place_in_any_date():
    row = bookable(size=0)
    other = SessionFactory(programme=row.programme, starts_at=now() + timedelta(days=20))
    QuotaFactory(programme=row.programme, sessions=[other], size=5, taken=2)
    dates = sessions_of(row.programme, now=now())
    assert [(d.seats_left, d.is_full) for d in dates.coming] == [(0, True), (3, False)]
    assert status_of(row.programme, now()) == "scheduled"


def test_seats_left_are_those_of_the_best_ticket_type_under_its_tightest_quota():
    row = bookable(size=20)
    whole = row.programme
    adult = whole.ticket_types.get()
    child = TicketTypeFactory(programme=whole)
    QuotaFactory(programme=whole, sessions=[row], size=6, ticket_types=[adult])
    QuotaFactory(programme=whole, sessions=[row], size=9, ticket_types=[child])
    assert sessions_of(whole, now=now()).coming[0].seats_left == 9
    child.is_offered = False
    child.save()
    assert sessions_of(whole, now=now()).coming[0].seats_left == 6
    QuotaFactory(programme=whole, sessions=[row], size=None)
    assert sessions_of(whole, now=now()).coming[0].seats_left == 6


def test_dates_take_three_queries_however_many(django_assert_num_queries):
    whole = ProgrammeFactory()
    for n in range(12):
        row = SessionFactory(programme=whole, starts_at=now() + timedelta(days=n + 1))
        QuotaFactory(programme=whole, sessions=[row])
    with django_assert_num_queries(3):
        dates = sessions_of(whole, now=now())
        assert len(dates.coming) == 12
        assert {str(row.session.room.place) for row in dates.coming}
    with django_assert_num_queries(3):
        status_of(whole, now())


# ------------------------------------------------------------------ the list


def shown(**given) -> list[int]:
    return [row.pk for row in upcoming(Filters(**given), now=now())]


def test_the_list_has_what_is_public_and_not_over_the_next_first():
    later, sooner = bookable(), bookable()
    Session.objects.filter(pk=later.pk).update(
        starts_at=later.starts_at + timedelta(days=3), ends_at=later.ends_at + timedelta(days=3)
    )
    for row in (later, sooner):
        event_page(row.programme)
    draft = bookable(state=ProgrammeState.DRAFT)
    event_page(draft.programme)
    bookable()  # no page tells of it
    over = SessionFactory(starts_at=now() - timedelta(days=2))
    event_page(over.programme)
    hidden = bookable()
    event_page(hidden.programme, live=False)
    assert shown() == [sooner.programme.pk, later.programme.pk]


def test_a_cancelled_one_stays_in_the_list_until_its_end():
    row = bookable()
    event_page(row.programme)
    programmes.cancel_programme(actor=planner(), programme_id=row.programme.pk, reason="台风")
    (listed,) = list_rows(list(upcoming(Filters(), now=now())), now=now())
    assert (listed.programme, listed.status, listed.next) == (row.programme, "cancelled", None)


def test_each_filter_narrows_the_list():
    base = PlaceFactory(kind=PlaceKind.DISTRICT)
    hall = RoomFactory(place=PlaceFactory(part_of=base), step_free=StepFree.YES)
    one = bookable(room=hall, is_for_children=True, price_minor=3000)
    two = bookable(is_online=True)
    show = SessionFactory(programme=ProgrammeFactory(exhibition=True, unbooked=True))
    series = SeriesPage(title="风筝季", slug="kites", locale=event_index().locale)
    event_index().add_child(instance=series)
    event_page(one.programme, series=series, craft="kite")
    event_page(two.programme)
    event_page(show.programme)
    keys = {"one": one.programme.pk, "two": two.programme.pk, "show": show.programme.pk}
    every = set(keys.values())
    assert set(shown()) == every
    assert shown(place=base.pk) == shown(place=hall.place.pk) == [keys["one"]]
    assert shown(series=series.pk) == shown(craft="kite") == [keys["one"]]
    assert shown(step_free=True) == shown(children=True) == [keys["one"]]
    assert shown(kind="exhibition") == [keys["show"]]
    assert shown(online=True) == [keys["two"]]
    assert set(shown(free=True)) == every - {keys["one"]}
    day = (now() + timedelta(days=7)).astimezone().date()
    assert set(shown(first=day - timedelta(days=1), until=day + timedelta(days=1))) == every
    assert shown(first=day + timedelta(days=3)) == shown(until=day - timedelta(days=3)) == []


def test_a_series_is_the_same_in_both_languages():
    row = bookable()
    series = SeriesPage(title="风筝季", slug="kites", locale=event_index().locale)
    event_index().add_child(instance=series)
    event_page(row.programme, series=series)
    assert shown(series=in_english(series).pk) == [row.programme.pk]


def test_the_window_orders_by_its_own_first_date():
    first = bookable()
    second = SessionFactory(programme=first.programme, starts_at=now() + timedelta(days=30))
    event_page(first.programme)
    (row,) = upcoming(Filters(first=(now() + timedelta(days=20)).date()), now=now())
    assert row.next_start == second.starts_at
    (listed,) = list_rows([row], now=now())
    assert listed.next.session == second


def test_a_list_of_twenty_four_takes_ten_queries_at_most(django_assert_max_num_queries):
    for n in range(24):
        event_page(bookable(size=n % 3 * 10).programme)
    with django_assert_max_num_queries(10):
        rows = upcoming(Filters(), now=now())
        rows.count()
        found = list_rows(list(rows[:24]), now=now())
    assert len(found) == 24
    assert sorted({row.status for row in found}) == ["full", "scheduled"]
    assert all(row.page and row.next for row in found)


def test_the_page_is_in_the_readers_language_where_there_is_one():
    row = bookable()
    page = event_page(row.programme)
    only = event_page(bookable().programme)
    english = in_english(page)
    with translation.override("en"):
        found = {
            r.programme.pk: r.page
            for r in list_rows(list(upcoming(Filters(), now=now())), now=now())
        }
    assert found == {row.programme.pk: english, only.programme.pk: only}


def test_a_place_within_a_place_within_a_place_counts():
    base = PlaceFactory()
    row = bookable(room=RoomFactory(place=PlaceFactory(part_of=PlaceFactory(part_of=base))))
    event_page(row.programme)
    assert shown(place=base.pk) == [row.programme.pk]
    assert Place.objects.count() == 3
