"""The bureau's desk over HTTP: plan a series, be refused, change a date, seats, works, calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from artmarket.core.clock import SHANGHAI
from catalog.models import Encumbrance
from catalog.services import encumbrances
from cms.enums import ProgrammeState, SessionState
from cms.forms.controls import rule_choices, rule_text
from cms.models import Programme, Quota, Session
from cms.selectors import planning as selectors
from tests.catalog.factories import person, registered
from tests.cms.factories import (
    ProgrammeFactory,
    RoomFactory,
    SessionFactory,
    at,
    bookable,
    event_page,
    planner,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(planner())
    return client


def soon(days: int = 7, hour: int = 10) -> datetime:
    day = datetime.now(SHANGHAI) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def typed(moment: datetime) -> str:
    """As the browser's control sends it."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def rule(**given) -> dict:
    whole = {
        "first_start": typed(soon()), "ends_at": typed(soon(7, 12)), "repeat": "weekly",
        "interval": "1", "count": "10", "do": "save",
    }  # fmt: skip
    return whole | given


# ------------------------------------------------------------------ programmes


def test_a_programme_is_drafted_planned_opened_and_listed(desk):
    room = RoomFactory()
    answer = desk.post(
        reverse("cms:new_programme"),
        {"kind": "event", "title": "风筝课", "title_en": "Kite class", "room": room.pk,
         "booking": "open", "waiting": "automatic", "seats": "12"},
    )  # fmt: skip
    whole = Programme.objects.get()
    assert answer.headers["Location"] == reverse("cms:programme_rule", args=[whole.pk])
    assert (whole.place, whole.seats) == (room.place, 12)
    desk.post(answer.headers["Location"], rule())
    assert whole.sessions.count() == 10
    assert set(whole.quotas.values_list("size", flat=True)) == {12}
    page = reverse("cms:programme", args=[whole.pk])
    assert "还没有可以报的票种" in desk.get(page).content.decode()
    seats = reverse("cms:programme_seats", args=[whole.pk])
    desk.post(
        seats,
        {"do": "tickets", "name_0": "成人", "name_en_0": "Adult", "price_0": "30",
         "is_offered_0": "on", "name_1": ""},
    )  # fmt: skip
    assert whole.ticket_types.get().price_minor == 3000
    desk.post(reverse("cms:programme_act", args=[whole.pk]), {"do": "open"})
    whole.refresh_from_db()
    assert whole.state == ProgrammeState.OPEN
    text = desk.get(reverse("cms:programmes")).content.decode()
    assert "风筝课" in text and str(room) in text


def test_what_was_typed_stays_when_it_is_refused(desk):
    answer = desk.post(
        reverse("cms:new_programme"), {"kind": "event", "title": "", "title_en": "Kite class"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Kite class"' in text and "data-focus" in text
    assert not Programme.objects.exists()


def test_a_refused_opening_says_what_is_missing(desk):
    whole = ProgrammeFactory(draft=True)
    answer = desk.post(
        reverse("cms:programme_act", args=[whole.pk]), {"do": "open"}, follow=True
    )  # fmt: skip
    assert "还没有要到来的场次" in answer.content.decode()
    whole.refresh_from_db()
    assert whole.state == ProgrammeState.DRAFT


def test_cancelling_asks_for_a_reason_first(desk):
    row = bookable()
    address = reverse("cms:cancel_programme", args=[row.programme.pk])
    assert desk.post(address, {"reason": ""}).status_code == 422
    answer = desk.post(address, {"reason": "台风", "reason_en": "Typhoon"}, follow=True)
    assert "台风" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == SessionState.CANCELLED


def test_the_list_is_filtered_and_paged(desk, django_assert_max_num_queries):
    for n in range(26):
        event_page(bookable(title=f"课程{n:02}").programme)
    ProgrammeFactory(draft=True, title="秋天的计划")
    address = reverse("cms:programmes")
    with django_assert_max_num_queries(17):
        first = desk.get(address).content.decode()
    assert first.count(">课程") == 24
    assert desk.get(f"{address}?page=2").content.decode().count(">课程") == 2
    assert "秋天的计划" not in first
    assert "秋天的计划" in desk.get(f"{address}?show=draft").content.decode()
    assert desk.get(f"{address}?q=课程03").content.decode().count(">课程") == 1
    assert desk.get(f"{address}?place=x&kind=y&page=z&show=w").status_code == 200


def test_the_desk_is_closed_to_everybody_else(client):
    row = bookable()
    addresses = [
        reverse("cms:programmes"), reverse("cms:programme", args=[row.programme.pk]),
        reverse("cms:session", args=[row.pk]), reverse("cms:bureau_calendar"),
        reverse("cms:change_session", args=[row.pk, "move"]),
    ]  # fmt: skip
    for role in ("buyer", "artist", "registrar", "operator"):
        client.force_login(person(role))
        assert {client.get(address).status_code for address in addresses} == {403}
    client.logout()
    assert {client.get(address).status_code for address in addresses} == {302}


# ------------------------------------------------------------------ dates


def test_the_dates_are_seen_before_they_are_planned(desk):
    whole = ProgrammeFactory()
    address = reverse("cms:programme_rule", args=[whole.pk])
    text = desk.post(address, rule(do="preview")).content.decode()
    assert text.count("可以</span>") == 10
    assert not whole.sessions.exists()


def test_a_series_that_clashes_is_refused_with_every_clash_and_nothing_is_planned(desk):
    other = SessionFactory(starts_at=soon(14, 11), programme__title="年画展")
    whole = ProgrammeFactory(room=other.room)
    address = reverse("cms:programme_rule", args=[whole.pk])
    answer = desk.post(address, rule())
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "年画展" in text and "一组场次要么全部排上" in text
    assert text.count("冲突</span>") == 1 and text.count("可以</span>") == 9
    assert f'value="{typed(soon())}"' in text
    assert not whole.sessions.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ends_at": typed(soon(7, 9))}, "结束要晚于开始"),
        ({"ends_at": typed(soon(30, 9))}, "最长72小时"),
        ({"count": ""}, "重复到哪一天"),
        ({"repeat": "own", "raw": "every day"}, "读不懂"),
        ({"until": "2030-01-01"}, "只填一项"),
        ({"first_start": "nonsense"}, "field-wrong"),
    ],
)
def test_what_cannot_be_followed_is_refused_and_what_was_typed_stays(desk, given, field):
    whole = ProgrammeFactory()
    answer = desk.post(reverse("cms:programme_rule", args=[whole.pk]), rule(**given))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert field in text
    assert 'name="interval" value="1"' in text
    assert not whole.sessions.exists()


def test_an_event_that_ends_before_it_starts_is_refused_for_one_date_too(desk):
    whole = ProgrammeFactory()
    answer = desk.post(
        reverse("cms:add_session", args=[whole.pk]),
        {"starts_at": typed(soon()), "ends_at": typed(soon(7, 8)), "note": "加场"},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "结束要晚于开始" in text and 'value="加场"' in text
    assert not whole.sessions.exists()


def test_overlapping_sessions_are_refused_naming_the_other_event(desk):
    other = SessionFactory(starts_at=soon(), programme__title="年画展")
    whole = ProgrammeFactory(room=other.room)
    answer = desk.post(
        reverse("cms:add_session", args=[whole.pk]),
        {"starts_at": typed(soon(7, 11)), "ends_at": typed(soon(7, 13)), "room": other.room.pk},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "年画展" in text and "一个场地同一时间只有一场" in text
    assert not whole.sessions.exists()
    english = desk.post(
        "/en" + reverse("cms:add_session", args=[whole.pk]),
        {"starts_at": typed(soon(7, 11)), "ends_at": typed(soon(7, 13)), "room": other.room.pk},
    )
    assert other.programme.title_en in english.content.decode()


def test_what_was_kept_against_the_rule_is_told(desk):
    whole = ProgrammeFactory()
    address = reverse("cms:programme_rule", args=[whole.pk])
    desk.post(address, rule())
    row = whole.sessions.order_by("starts_at").first()
    desk.post(
        reverse("cms:change_session", args=[row.pk, "move"]),
        {"starts_at": typed(soon(9)), "ends_at": typed(soon(9, 12)), "note": "布展"},
    )
    text = desk.post(
        address, rule(first_start=typed(soon(8)), ends_at=typed(soon(8, 12))), follow=True
    ).content.decode()
    assert "因改过或有人报名而保留的场次" in text
    assert whole.sessions.count() == 11


def test_a_date_is_moved_cancelled_given_a_room_and_restored(desk):
    whole = ProgrammeFactory()
    desk.post(reverse("cms:programme_rule", args=[whole.pk]), rule(count="2"))
    row, hall = whole.sessions.order_by("starts_at").first(), RoomFactory()

    def do(what, **given):
        answer = desk.post(reverse("cms:change_session", args=[row.pk, what]), given)
        row.refresh_from_db()
        return answer

    assert desk.get(reverse("cms:change_session", args=[row.pk, "move"])).status_code == 200
    do("room", room=hall.pk)
    assert row.room == hall
    do("move", starts_at=typed(soon(8)), ends_at=typed(soon(8, 11)))
    assert row.state == SessionState.MOVED
    page = desk.get(reverse("cms:session", args=[row.pk])).content.decode()
    assert "原定开始" in page
    assert do("cancel", note="").status_code == 422
    do("cancel", note="停电")
    assert row.state == SessionState.CANCELLED
    do("restore")
    assert (row.state, row.room, row.starts_at) == (SessionState.SCHEDULED, whole.room, soon())
    assert row.sequence == 4


def test_a_date_that_has_begun_shows_nothing_to_change(desk):
    row = SessionFactory(starts_at=datetime.now(UTC) - timedelta(minutes=5))
    assert "这一场不能再改" in desk.get(reverse("cms:session", args=[row.pk])).content.decode()


def test_dates_of_the_rule_without_a_session_are_shown_and_can_be_planned(desk):
    whole = ProgrammeFactory()
    desk.post(reverse("cms:programme_rule", args=[whole.pk]), rule(count="3"))
    last = whole.sessions.order_by("-starts_at").first()
    last.quotas.all().delete()
    last.delete()
    page = reverse("cms:programme", args=[whole.pk])
    assert "还没有排上的日期" in desk.get(page).content.decode()
    desk.post(reverse("cms:programme_act", args=[whole.pk]), {"do": "extend"})
    assert whole.sessions.count() == 3
    assert "还没有排上的日期" not in desk.get(page).content.decode()


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"repeat": ""}, ""),
        ({"repeat": "daily", "interval": 2, "count": 5}, "FREQ=DAILY;INTERVAL=2;COUNT=5"),
        ({"repeat": "weekly", "weekdays": ["SA", "SU"], "until": at(5).date()},
         "FREQ=WEEKLY;INTERVAL=1;BYDAY=SA,SU;UNTIL=20270305"),
        ({"repeat": "monthly", "count": 3}, "FREQ=MONTHLY;INTERVAL=1;COUNT=3"),
        ({"repeat": "monthly_day", "count": 3}, "FREQ=MONTHLY;INTERVAL=1;BYDAY=2SA;COUNT=3"),
        ({"repeat": "own", "raw": "FREQ=YEARLY;COUNT=2"}, "FREQ=YEARLY;COUNT=2"),
    ],
)  # fmt: skip
def test_plain_choices_make_the_rule(given, text):
    assert rule_text(given | {"first_start": at(13)}) == text


def test_the_fifth_weekday_of_a_month_is_said_as_the_last():
    assert "BYDAY=-1WE" in rule_text({"repeat": "monthly_day", "first_start": at(31), "count": 2})


def test_a_stored_rule_comes_back_as_the_choices_that_made_it():
    found = rule_choices("FREQ=WEEKLY;UNTIL=20270305T155959Z;INTERVAL=2;BYDAY=SA,SU")
    assert (found["repeat"], found["weekdays"], found["interval"]) == ("weekly", ["SA", "SU"], 2)
    assert found["until"] == at(5).date()
    assert rule_choices("FREQ=MONTHLY;COUNT=3;BYDAY=-1WE")["repeat"] == "monthly_day"
    assert rule_choices("FREQ=MONTHLY;COUNT=3;BYDAY=MO,WE")["repeat"] == "own"
    assert rule_choices("FREQ=YEARLY;COUNT=3;BYMONTH=5")["raw"] == "FREQ=YEARLY;COUNT=3;BYMONTH=5"


# ------------------------------------------------------------------ seats and works


def test_a_quota_is_made_changed_and_refused_below_what_is_taken(desk):
    row = bookable()
    quota = row.quotas.get()
    Quota.objects.filter(pk=quota.pk).update(taken=0)
    address = reverse("cms:quota", args=[row.programme.pk, quota.pk])
    given = {"name": "座位", "name_en": "Seats", "size": "20", "sessions": [row.pk]}
    assert desk.post(address, given).status_code == 302
    quota.refresh_from_db()
    assert quota.size == 20
    assert desk.post(address, given | {"sessions": []}).status_code == 422
    desk.post(
        reverse("cms:new_quota", args=[row.programme.pk]),
        given | {"ticket_types": [row.programme.ticket_types.get().pk]},
    )
    assert row.quotas.count() == 2
    desk.post(address, {"do": "remove"})
    assert row.quotas.count() == 1


def test_a_refused_ticket_type_stands_beside_its_own_row(desk):
    row = bookable()
    answer = desk.post(
        reverse("cms:programme_seats", args=[row.programme.pk]),
        {"do": "tickets", "name_0": "", "name_2": "儿童", "price_2": "5", "is_offered_2": "on"},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_name_en_2' in text and "请填写英文名称" in text
    assert row.programme.ticket_types.count() == 1


def test_every_coming_date_is_resized_at_once(desk):
    row = bookable()
    desk.post(
        reverse("cms:programme_seats", args=[row.programme.pk]), {"do": "resize", "size": "44"}
    )
    assert row.quotas.get().size == 44


def test_works_are_hung_lent_ordered_and_taken_down(desk):
    show = SessionFactory(
        programme=ProgrammeFactory(exhibition=True, unbooked=True)
    ).programme  # fmt: skip
    address = reverse("cms:programme_works", args=[show.pk])
    first, second = registered(), registered()
    assert desk.post(address, {"work": "0000-0000"}).status_code == 422
    for work in (first, second):
        assert desk.post(address, {"work": work.number, "section": "一厅"}).status_code == 302
    one, two = show.exhibited.order_by("order")
    desk.post(address, {"move": f"up:{two.pk}"})
    assert list(show.exhibited.values_list("pk", flat=True)) == [two.pk, one.pk]
    lend = reverse("cms:exhibited_work", args=[one.pk, "lend"])
    answer = desk.post(lend, {"consent": ""})
    assert answer.status_code == 422 and "借展须有物主的书面同意" in answer.content.decode()
    assert desk.post(lend, {"consent": "同意书1号"}).status_code == 302
    assert Encumbrance.objects.live().get().work == first
    assert "同意书1号" in desk.get(address).content.decode()
    desk.post(reverse("cms:exhibited_work", args=[one.pk, "label"]), {"caption": "纸鸢"})
    desk.post(reverse("cms:exhibited_work", args=[one.pk, "take-down"]), {"reason": "换展"})
    assert not Encumbrance.objects.live().exists()
    text = desk.get(address).content.decode()
    assert "撤下的" in text


def test_a_pledged_work_is_refused_with_the_rule(desk):
    show = SessionFactory(
        programme=ProgrammeFactory(exhibition=True, unbooked=True)
    ).programme  # fmt: skip
    work = registered()
    desk.post(reverse("cms:programme_works", args=[show.pk]), {"work": work.number})
    encumbrances.take_encumbrance(
        actor=person("registrar"), work_id=work.pk, kind="pledge", reference="合同1号"
    )
    row = show.exhibited.get()
    answer = desk.post(reverse("cms:exhibited_work", args=[row.pk, "lend"]), {"consent": "同意书"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "质押" in text and 'class="rule"' in text and 'value="同意书"' in text


# ------------------------------------------------------------------ the calendar


def test_the_calendar_marks_and_lists_every_clash(desk):
    one = SessionFactory(starts_at=at(10), programme__title="风筝课")
    two = SessionFactory(starts_at=at(10, 11), programme__title="年画展", room=one.room)
    SessionFactory(starts_at=at(10, 11), programme__title="铜器展")
    SessionFactory(
        starts_at=at(10, 10), room=one.room, state=SessionState.CANCELLED, programme__title="停办"
    )
    address = reverse("cms:bureau_calendar")
    text = desk.get(f"{address}?day=2027-03-05").content.decode()
    assert text.count("冲突</span>") == 2
    assert all(name in text for name in ("风筝课", "年画展", "铜器展", "停办"))
    shown = selectors.calendar_of(at(1).date(), at(28).date(), today=at(10).date())
    (collision,) = shown.collisions
    assert (collision.first.session, collision.second.session) == (one, two)
    assert collision.when.endswith("–11:30")


def test_the_calendar_shows_whole_weeks_of_a_month_or_one_week(desk):
    first, last = selectors.month_span(at(15).date())
    assert (first, last) == (at(1).date(), at(4, month=4).date())
    assert selectors.week_span(at(10).date()) == (at(8).date(), at(14).date())
    SessionFactory(starts_at=at(10), programme__title="风筝课")
    address = reverse("cms:bureau_calendar")
    assert "风筝课" in desk.get(f"{address}?day=2027-03-14&span=week").content.decode()
    assert "风筝课" not in desk.get(f"{address}?day=2027-03-15&span=week").content.decode()
    assert desk.get(f"{address}?day=x&span=y&place=z&room=w").status_code == 200


def test_the_calendar_of_a_room_or_a_place_has_only_theirs():
    one, two = SessionFactory(starts_at=at(10)), SessionFactory(starts_at=at(10))
    span = (at(1).date(), at(28).date())

    def found(**given):
        page = selectors.calendar_of(*span, today=at(1).date(), **given)
        return {e.session.pk for week in page.weeks for day in week for e in day.entries}

    assert found() == {one.pk, two.pk}
    assert found(room=one.room.pk) == {one.pk}
    assert found(place=two.room.place.pk) == {two.pk}


def test_a_session_over_midnight_is_on_both_days():
    row = SessionFactory(starts_at=at(10, 22), minutes=240)
    shown = selectors.calendar_of(at(8).date(), at(14).date(), today=at(1).date())
    days = {day.day.day: [e.hours for e in day.entries] for day in shown.weeks[0] if day.entries}
    assert days == {10: ["22:00–"], 11: ["–02:00"]}
    assert Session.objects.get() == row


def test_a_full_day_shows_some_counts_the_others_and_hides_no_clash(desk):
    rooms = [SessionFactory(starts_at=at(10, 8)).room for _n in range(8)]
    SessionFactory(starts_at=at(10, 20), programme__title="晚上甲", room=rooms[0])
    SessionFactory(starts_at=at(10, 20), programme__title="晚上乙", room=rooms[0])
    address = reverse("cms:bureau_calendar")
    text = desk.get(f"{address}?day=2027-03-10").content.decode()
    assert "还有2场" in text and "晚上甲" in text and "晚上乙" in text
    assert "span=day&amp;day=2027-03-10" in text
    day = desk.get(f"{address}?span=day&day=2027-03-10").content.decode()
    assert "还有" not in day


def test_the_calendar_takes_two_queries_however_full(django_assert_num_queries):
    for n in range(6):
        SessionFactory(starts_at=at(10 + n))
    with django_assert_num_queries(2):
        shown = selectors.calendar_of(at(1).date(), at(28).date(), today=at(1).date())
        assert {str(e.session.room) for w in shown.weeks for d in w for e in d.entries}
