"""Calendars as programs read them: the dates of the page, one identity each, changes followed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from artmarket.accounts import personal_data
from artmarket.core.clock import SHANGHAI
from artmarket.core.models import Event
from cms.calendars import uid_of
from cms.engine import recurrence
from cms.enums import BookingState, SessionState
from cms.models import Booking, CalendarAddress, SeriesPage
from cms.services.calendar_addresses import (
    digest_of,
    remove_calendar_address,
    reset_calendar_address,
)
from cms.structured_data import data_for
from tests.cms.factories import (
    PlaceFactory,
    ProgrammeFactory,
    RoomFactory,
    SessionFactory,
    TicketTypeFactory,
    at,
    bookable,
    event_index,
    event_page,
    in_english,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def read(answer):
    """The entries of a calendar file, in its order."""
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def ten_dates(first: datetime | None = None, **given):
    """An event with ten weekly dates, of which the fourth is cancelled."""
    begins = first or timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    programme = ProgrammeFactory(**given)
    rows = [
        SessionFactory(programme=programme, starts_at=begins + timedelta(weeks=n))
        for n in range(10)
    ]
    rows[3].state, rows[3].is_exception, rows[3].sequence = SessionState.CANCELLED, True, 1
    rows[3].save()
    return event_page(programme), rows


def asked(name, *arguments, language="zh-hans", client=None, **headers):
    with translation.override(language):
        address = reverse(f"cms:{name}", args=arguments)
    return (client or Client()).get(address, headers=headers)


# ------------------------------------------------------------------ what it says


def test_ten_dates_and_one_exception_are_nine_dates_in_page_calendar_and_structured_data():
    page, rows = ten_dates()
    page = type(page).objects.get(pk=page.pk)
    wanted = [row.starts_at for n, row in enumerate(rows) if n != 3]
    entries = read(asked("programme_ics", page.programme.uuid))
    assert [e["DTSTART"].dt for e in entries if e["STATUS"] == "CONFIRMED"] == wanted
    assert [e["DTSTART"].dt for e in entries if e["STATUS"] == "CANCELLED"] == [rows[3].starts_at]
    thing = data_for(page, site_url="https://art.example")["@graph"][0]
    scheduled = "https://schema.org/EventScheduled"
    named = [e["startDate"] for e in thing["subEvent"] if e["eventStatus"] == scheduled]
    assert [datetime.fromisoformat(text) for text in named] == wanted
    from cms.selectors.programmes import sessions_of  # what the page itself shows

    shown = sessions_of(page.programme, now=timezone.now()).coming
    assert [row.session.starts_at for row in shown] == wanted


def test_a_weekly_rule_goes_over_the_end_of_the_year_without_a_gap():
    rule = recurrence.normal_rule("FREQ=WEEKLY;COUNT=8")
    first = at(5, 19, month=12, year=2026)
    planned = recurrence.starts(rule, first, horizon=at(1, year=2028).date(), most=100)
    programme = ProgrammeFactory(rule=rule, first_start=first)
    for moment in planned:
        SessionFactory(programme=programme, starts_at=moment)
    event_page(programme)
    entries = read(asked("programme_ics", programme.uuid))
    days = [e["DTSTART"].dt.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") for e in entries]
    assert days == [
        "2026-12-05 19:00", "2026-12-12 19:00", "2026-12-19 19:00", "2026-12-26 19:00",
        "2027-01-02 19:00", "2027-01-09 19:00", "2027-01-16 19:00", "2027-01-23 19:00",
    ]  # fmt: skip
    assert len({str(e["UID"]) for e in entries}) == 8


def test_an_entry_says_what_where_and_its_page_in_the_language_of_its_address():
    place = PlaceFactory(
        name="十笏园", name_en="Ten-Tablet Garden", latitude="36.71", longitude="119.1"
    )
    room = RoomFactory(place=place, name="西厅", name_en="West Hall")
    programme = ProgrammeFactory(room=room)
    session = SessionFactory(programme=programme, note="请带围裙", note_en="Bring an apron")
    page = event_page(programme, title="扎风筝", slug="kites", summary="做一只会飞的。")
    english = in_english(page, "Kite making")
    [entry] = read(asked("session_ics", session.uuid))
    assert str(entry["SUMMARY"]) == "扎风筝"
    assert str(entry["LOCATION"]).startswith("十笏园，西厅，")
    assert str(entry["DESCRIPTION"]) == "做一只会飞的。\n请带围裙"
    assert str(entry["URL"]).endswith("/events/kites/")
    assert (entry["GEO"].latitude, entry["GEO"].longitude) == (36.71, 119.1)
    [other] = read(asked("session_ics", session.uuid, language="en"))
    assert str(other["SUMMARY"]) == "Kite making"
    assert "Ten-Tablet Garden, West Hall" in str(other["LOCATION"])
    assert "/en/" in str(other["URL"])
    assert other["UID"] == entry["UID"]
    assert english.locale.language_code == "en"


def test_without_an_english_page_the_chinese_one_is_named():
    session = SessionFactory()
    event_page(session.programme, title="扎风筝")
    [entry] = read(asked("session_ics", session.uuid, language="en"))
    assert str(entry["SUMMARY"]) == "扎风筝"


def test_a_moved_date_keeps_its_identity_and_raises_its_sequence():
    session = SessionFactory()
    event_page(session.programme)
    [before] = read(asked("session_ics", session.uuid))
    session.previous_start = session.starts_at
    session.starts_at += timedelta(hours=2)
    session.ends_at += timedelta(hours=2)
    session.state, session.sequence = SessionState.MOVED, session.sequence + 1
    session.changed_at = timezone.now()
    session.save()
    [after] = read(asked("session_ics", session.uuid))
    assert after["UID"] == before["UID"] == uid_of(session)
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1
    assert after["DTSTART"].dt == session.starts_at
    assert after["STATUS"] == "CONFIRMED"
    assert "已改期，原定" in str(after["DESCRIPTION"])


def test_a_cancelled_programme_stays_as_cancelled_with_its_reason():
    programme = ProgrammeFactory(cancelled=True)
    SessionFactory(programme=programme)
    event_page(programme)
    [entry] = read(asked("programme_ics", programme.uuid))
    assert entry["STATUS"] == "CANCELLED"
    assert "台风" in str(entry["DESCRIPTION"])


# ------------------------------------------------------------------ whom it tells


def test_drafts_and_programmes_without_a_live_page_have_no_calendar():
    draft = SessionFactory(programme=ProgrammeFactory(draft=True))
    event_page(draft.programme)
    pageless = SessionFactory()
    hidden = SessionFactory()
    event_page(hidden.programme).unpublish()
    for session in (draft, pageless, hidden):
        assert asked("session_ics", session.uuid).status_code == 404
        assert asked("programme_ics", session.programme.uuid).status_code == 404
    assert read(asked("all_ics")) == []


def test_a_series_holds_the_dates_of_its_events_in_both_languages():
    index = event_index()
    series = SeriesPage(title="周末风筝", slug="kites", locale=index.locale)
    index.add_child(instance=series)
    first, second, other = SessionFactory(), SessionFactory(), SessionFactory()
    for session in (first, second):
        event_page(session.programme, series=series)
    event_page(other.programme)
    english = in_english(series, "Weekend kites")
    wanted = {uid_of(first), uid_of(second)}
    answer = asked("series_ics", series.pk)
    assert {str(e["UID"]) for e in read(answer)} == wanted
    assert "NAME;LANGUAGE=zh-Hans:周末风筝" in answer.content.decode()
    assert {str(e["UID"]) for e in read(asked("series_ics", english.pk, language="en"))} == wanted


def test_the_calendar_of_the_site_takes_the_filters_of_the_list(client):
    soon = timezone.now() + timedelta(days=2)
    children = SessionFactory(programme=ProgrammeFactory(is_for_children=True), starts_at=soon)
    paid = SessionFactory(starts_at=soon + timedelta(days=40))
    TicketTypeFactory(programme=paid.programme, paid=True)
    for session in (children, paid):
        event_page(session.programme)

    def found(**query):
        answer = client.get(reverse("cms:all_ics"), query)
        return {str(e["UID"]) for e in read(answer)}

    both = {uid_of(children), uid_of(paid)}
    assert found() == both
    assert found(children="1") == found(free="1") == {uid_of(children)}
    day = (soon + timedelta(days=20)).astimezone(SHANGHAI).date().isoformat()
    assert found(**{"from": day}) == {uid_of(paid)}
    assert found(until=day) == {uid_of(children)}
    assert found(place=str(paid.programme.place_id)) == {uid_of(paid)}
    assert found(place="x", craft="none", **{"from": "2027-02-30"}) == both


def test_a_cancelled_date_stays_in_the_calendar_of_the_site():
    page, rows = ten_dates()
    entries = read(asked("all_ics"))
    assert len(entries) == 10
    assert [str(e["UID"]) for e in entries if e["STATUS"] == "CANCELLED"] == [uid_of(rows[3])]
    assert page.live


# ------------------------------------------------------------------ how it is asked for


def test_nothing_is_sent_twice_to_whoever_has_it():
    session = SessionFactory()
    event_page(session.programme)
    first = asked("programme_ics", session.programme.uuid)
    tag, since = first["ETag"], first["Last-Modified"]
    again = asked("programme_ics", session.programme.uuid, **{"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    unchanged = asked("programme_ics", session.programme.uuid, **{"if-modified-since": since})
    assert unchanged.status_code == 304
    session.sequence += 1
    session.changed_at = timezone.now() + timedelta(seconds=5)
    session.save()
    assert (
        asked("programme_ics", session.programme.uuid, **{"if-none-match": tag}).status_code == 200
    )
    changed = asked("programme_ics", session.programme.uuid, **{"if-modified-since": since})
    assert changed.status_code == 200
    assert first["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in first.get("Vary", "")


def test_a_calendar_costs_the_same_number_of_queries_whatever_its_length(
    client, django_assert_max_num_queries
):
    ten_dates()
    with django_assert_max_num_queries(10):
        assert len(read(client.get(reverse("cms:all_ics")))) == 10
    for _n in range(5):
        ten_dates()
    with django_assert_max_num_queries(10):
        assert len(read(client.get(reverse("cms:all_ics")))) == 60


# ------------------------------------------------------------------ one's own


def booked(user, state=BookingState.CONFIRMED, session=None):
    session = session or bookable()
    return Booking.objects.create(
        programme=session.programme, session=session, user=user, state=state, places=1,
        ticket_type=session.programme.ticket_types.get(), key=str(session.uuid)[:30],
        consent_at=datetime.now(UTC), queued_at=datetime.now(UTC),
        offer_until=datetime.now(UTC) + timedelta(days=1),
    )  # fmt: skip


def test_ones_own_calendar_holds_what_one_has_a_place_in_or_waits_for():
    user, other = UserFactory(), UserFactory()
    sure, waits, refused = (
        booked(user), booked(user, BookingState.WAITING), booked(user, BookingState.REFUSED),
    )  # fmt: skip
    strange = booked(other)
    for booking in (sure, waits, refused, strange):
        event_page(booking.programme)
    secret = reset_calendar_address(actor=user)
    answer = asked("own_ics", secret)
    assert {str(e["UID"]): str(e["STATUS"]) for e in read(answer)} == {
        uid_of(sure.session): "CONFIRMED",
        uid_of(waits.session): "TENTATIVE",
    }
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Robots-Tag"] == "noindex"


def test_what_the_organiser_cancelled_stays_and_what_one_gave_up_goes():
    user = UserFactory()
    called_off, given_up = (
        booked(user, BookingState.CANCELLED),
        booked(user, BookingState.CANCELLED),
    )
    for booking in (called_off, given_up):
        event_page(booking.programme)
    called_off.session.state = SessionState.CANCELLED
    called_off.session.save()
    [entry] = read(asked("own_ics", reset_calendar_address(actor=user)))
    assert (str(entry["UID"]), str(entry["STATUS"])) == (uid_of(called_off.session), "CANCELLED")


def test_the_secret_is_not_stored_and_a_new_one_ends_the_old():
    user = UserFactory()
    first = reset_calendar_address(actor=user)
    assert CalendarAddress.objects.get(user=user).digest == digest_of(first) != first
    assert asked("own_ics", first).status_code == 200
    second = reset_calendar_address(actor=user)
    assert asked("own_ics", first).status_code == 404
    assert asked("own_ics", second).status_code == 200
    remove_calendar_address(actor=user)
    assert asked("own_ics", second).status_code == 404
    remove_calendar_address(actor=user)  # twice changes nothing
    actions = list(
        Event.objects.filter(action__startswith="cms.calendar")
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert actions == [
        "cms.calendar_address_made", "cms.calendar_address_made", "cms.calendar_address_removed",
    ]  # fmt: skip
    assert not Event.objects.filter(after__icontains=second).exists()


def test_the_copy_of_ones_data_names_the_address_and_an_erasure_ends_it():
    user = UserFactory()
    secret = reset_calendar_address(actor=user)
    keeper = next(k for k in personal_data.keepers() if k.name == "calendar")
    assert [row["kind"] for row in keeper.copy(user)] == ["calendar_address"]
    keeper.forget(user)
    assert asked("own_ics", secret).status_code == 404
    assert list(keeper.copy(user)) == []


def test_a_stopped_account_has_no_calendar():
    user = UserFactory()
    secret = reset_calendar_address(actor=user)
    user.is_active = False
    user.save()
    assert asked("own_ics", secret).status_code == 404


def test_the_page_shows_a_new_address_once(client):
    user = UserFactory()
    client.force_login(user)
    page = reverse("cms:calendar_address")
    assert "还没有地址" in client.get(page).content.decode()
    made = client.post(page, {"do": "reset"})
    assert made.status_code == 201
    text = made.content.decode()
    address = text.split('id="new-address">')[1].split("<")[0]
    assert client.get(address.split("8000", 1)[-1]).status_code == 200
    assert address not in client.get(page).content.decode()
    client.post(page, {"do": "remove"})
    assert not CalendarAddress.objects.exists()
