"""The pages of registering: the panel, the form, one's own, the desk, the door, the files."""

import io
import re
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from auctions.notices.mailing import send_waiting
from cms.enums import BookingState, SessionState
from cms.models import Booking, CheckIn, Programme
from cms.selectors.bookings import panel_for
from cms.services import bookings, tickets
from tests.cms.factories import QuotaFactory, SessionFactory, TicketTypeFactory, bookable, planner
from tests.cms.registering import book, filled, run, set_start, state, visitor
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def panel(session, user=None):
    return panel_for(Programme.objects.get(pk=session.programme_id), user, now=timezone.now())


def book_url(session) -> str:
    return reverse("cms:book", args=[session.programme.uuid])


def filled_in(client, session, **given) -> dict[str, str]:
    """The form as it is shown, filled in."""
    text = client.get(book_url(session)).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', text)
    assert key
    return {
        "session": str(session.uuid),
        "ticket_type": str(session.programme.ticket_types.first().pk),
        "places": "2", "name": "王一", "phone": "", "need": "", "consent": "on",
        "key": key.group(1),
    } | given  # fmt: skip


# ------------------------------------------------------------------ the panel


def test_the_panel_says_what_each_date_has_left(django_assert_max_num_queries):
    session = bookable(size=2)
    later = SessionFactory(programme=session.programme, starts_at=session.starts_at.replace(hour=3))
    QuotaFactory(programme=session.programme, sessions=[later], size=1)
    user = visitor()
    book(session)
    book(later)
    waits = book(later, user)
    with django_assert_max_num_queries(10):
        found = panel(session, user)
    words = {row.session.pk: (row.state, row.words) for row in found.rows}
    assert words == {
        session.pk: ("open", "余1个名额"),
        later.pk: ("waiting", "满员，候补1人"),
    }
    assert found.price == "免费"
    assert found.can_book and found.form and not found.why_not
    assert [(own.booking.pk, own.place.position) for own in found.own] == [(waits.pk, 1)]


def test_the_panel_of_a_reader_who_is_not_signed_in_has_no_form():
    found = panel(bookable())
    assert found.needs_sign_in and found.form is None and found.can_book


@pytest.mark.parametrize(
    ("trait", "words"),
    [
        ({"draft": True}, "还没有开放报名。"),
        ({"closed": True}, "报名已经停止。"),
        ({"cancelled": True}, "这个活动已经取消。"),
        ({"unbooked": True}, "这个活动不用报名，直接来就行。"),
    ],
)
def test_the_panel_says_why_nobody_can_register(trait, words):
    found = panel(bookable(**trait), visitor())
    assert (found.why_not, found.form, found.can_book) == (words, None, False)


def test_a_full_date_without_a_waiting_list_and_a_cancelled_one_cannot_be_booked():
    session = bookable(size=1, waiting="off")
    book(session)
    off = SessionFactory(
        programme=session.programme, starts_at=session.starts_at.replace(hour=3),
        state=SessionState.CANCELLED,
    )  # fmt: skip
    found = panel(session, visitor())
    assert {row.session.pk: row.words for row in found.rows} == {session.pk: "满员", off.pk: "取消"}
    assert found.why_not == "没有可以报名的日期。"


def test_prices_begin_with_the_least():
    session = bookable(price_minor=3000)
    TicketTypeFactory(programme=session.programme, price_minor=1500)
    assert panel(session).price == "¥15起"


# ------------------------------------------------------------------ registering


def test_registering_without_script_and_a_double_click(client):
    session, user = bookable(), visitor()
    client.force_login(user)
    form = filled_in(client, session)
    first = client.post(book_url(session), form)
    made = Booking.objects.get()
    assert first.headers["Location"] == reverse("cms:booking", args=[made.uuid])
    again = client.post(book_url(session), form)
    assert again.headers["Location"] == first.headers["Location"]
    assert Booking.objects.count() == 1
    page = client.get(first.headers["Location"]).content.decode()
    assert "已确认" in page and "第2张门票的二维码" in page


def test_a_refusal_keeps_what_was_typed(client):
    session = bookable()
    client.force_login(visitor())
    answer = client.post(book_url(session), filled_in(client, session, places="99", name="赵六"))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="赵六"' in text
    assert not Booking.objects.exists()


def test_the_consent_names_purpose_and_term_and_is_needed(client):
    session = bookable()
    client.force_login(visitor())
    form = filled_in(client, session)
    text = client.get(book_url(session)).content.decode()
    assert "确认、通知变动、签到；活动结束12个月后删除" in text
    del form["consent"]
    assert client.post(book_url(session), form).status_code == 422


def test_an_expired_session_keeps_the_form_until_after_the_sign_in(client):
    session, user = bookable(), visitor()
    client.force_login(user)
    form = filled_in(client, session, name="孙七", need="轮椅座位")
    client.logout()
    answer = client.post(book_url(session), form)
    assert "/account/login/" in answer.headers["Location"]
    assert not Booking.objects.exists()
    client.post(answer.headers["Location"], {"login": user.email, "password": PASSWORD})
    text = client.get(book_url(session)).content.decode()
    assert 'value="孙七"' in text and 'value="轮椅座位"' in text and form["key"] in text
    assert client.post(book_url(session), form).status_code == 302
    assert Booking.objects.get().need == "轮椅座位"


def test_a_second_booking_leads_to_the_first(client):
    session, user = bookable(), visitor()
    first = book(session, user)
    client.force_login(user)
    answer = client.post(book_url(session), filled_in(client, session))
    assert answer.headers["Location"] == reverse("cms:booking", args=[first.uuid])


def test_a_draft_has_no_page(client):
    client.force_login(visitor())
    assert client.get(book_url(bookable(draft=True))).status_code == 404


def test_in_english(client):
    session = bookable()
    client.force_login(visitor())
    assert client.get(f"/en{book_url(session)}").status_code == 200


# ------------------------------------------------------------------ one's own


def test_one_sees_ones_own_bookings_only(client):
    made = book(bookable())
    url = reverse("cms:booking", args=[made.uuid])
    client.force_login(visitor())
    assert client.get(url).status_code == 404
    assert client.get(reverse("cms:ticket_svg", args=[made.uuid, 1])).status_code == 404
    client.force_login(made.user)
    listed = client.get(reverse("cms:own_bookings")).content.decode()
    assert made.programme.title in listed
    assert client.get(url).status_code == 200


def test_the_qr_code_comes_as_svg_and_png_for_confirmed_tickets_only(client):
    session = bookable(size=1)
    made, waits = book(session), book(session)
    client.force_login(made.user)
    svg = client.get(reverse("cms:ticket_svg", args=[made.uuid, 1]))
    assert svg.headers["Content-Type"] == "image/svg+xml" and svg.content.startswith(b"<svg")
    png = client.get(reverse("cms:ticket_png", args=[made.uuid, 1]))
    assert png.content.startswith(b"\x89PNG")
    assert client.get(reverse("cms:ticket_svg", args=[made.uuid, 2])).status_code == 404
    client.force_login(waits.user)
    assert client.get(reverse("cms:ticket_svg", args=[waits.uuid, 1])).status_code == 404


def test_the_visitor_and_the_operator_read_the_same_reason(client):
    session = bookable(size=1)
    book(session)
    waits = book(session)
    client.force_login(waits.user)
    own = client.get(reverse("cms:booking", args=[waits.uuid])).content.decode()
    client.force_login(planner())
    desk = client.get(reverse("cms:programme_bookings", args=[session.programme_id]))
    words = "等名额：座位（1/1）"
    assert words in own and words in desk.content.decode()
    assert "候补第1位" in own and "候补第1位" in desk.content.decode()
    assert "按次序自动递补" in own and "按次序自动递补" in desk.content.decode()


def test_cancelling_changing_and_what_was_told(client):
    made = book(bookable(), places=2)
    url = reverse("cms:booking", args=[made.uuid])
    client.force_login(made.user)
    assert client.post(url, {"do": "change", "places": "3"}).status_code == 302
    assert client.post(url, {"do": "change", "places": "99"}).status_code == 422
    assert client.post(url, {"do": "cancel"}).status_code == 302
    assert state(made) == BookingState.CANCELLED
    text = client.get(url).content.decode()
    assert "报名成功" in text and "报名已取消" in text
    assert client.post(url, {"do": "accept"}).status_code == 422
    assert client.post(url, {"do": "fly"}).status_code == 404


def test_paying_leads_to_the_payments_own_page(client):
    made = book(bookable(price_minor=3000))
    client.force_login(made.user)
    url = reverse("cms:booking", args=[made.uuid])
    assert "¥30" in client.get(url).content.decode()
    answer = client.post(url, {"do": "pay", "gateway": "bank"})
    payment = reverse("payments:payment", args=[made.payment.reference])
    assert answer.headers["Location"] == payment
    text = client.get(payment).content.decode()
    assert "活动门票" in text and url in text


def test_an_offer_is_accepted_on_the_page(client):
    session = bookable(size=1, price_minor=3000)
    first, second = book(session), book(session)
    bookings.cancel(actor=first.user, booking_id=first.pk)
    run()
    client.force_login(second.user)
    url = reverse("cms:booking", args=[second.uuid])
    assert "接受空位" in client.get(url).content.decode()
    client.post(url, {"do": "accept"})
    assert state(second) == BookingState.TO_PAY


def test_the_mail_is_in_the_language_of_the_person():
    reader = visitor(language="en")
    session = bookable()
    made = book(session, reader)
    mail.outbox.clear()
    send_waiting()
    [sent] = [m for m in mail.outbox if m.to == [reader.email]]
    assert session.programme.title_en in sent.subject
    assert f"/en/account/bookings/{made.uuid}/" in sent.body
    send_waiting()
    assert len(mail.outbox) == 1


def test_the_copy_of_ones_data_has_the_bookings(client):
    made = book(bookable(), name="周八")
    client.force_login(made.user)
    inbox = client.get(reverse("notices:inbox")).content.decode()
    assert "报名成功" in inbox
    assert client.get(reverse("accounts:data")).status_code == 200


# ------------------------------------------------------------------ the bureau


def test_the_desk_approves_refuses_promotes_and_cancels(client):
    session = bookable(size=1, booking="approval", waiting="manual")
    asked, waits = book(session), book(session)
    url = reverse("cms:programme_bookings", args=[session.programme_id])
    client.force_login(planner())
    refusal = {"do": "refuse", "booking": asked.pk, "reason": ""}
    assert client.post(url, refusal).status_code == 422
    assert client.post(url, refusal | {"reason": "只限学校"}).status_code == 302
    assert client.post(url, {"do": "promote", "booking": waits.pk}).status_code == 302
    assert state(waits) == BookingState.OFFERED
    assert client.post(url, {"do": "promote", "booking": waits.pk}).status_code == 422
    assert (
        client.post(url, {"do": "cancel", "booking": waits.pk, "reason": "停水"}).status_code == 302
    )
    assert (state(asked), state(waits)) == (BookingState.REFUSED, BookingState.CANCELLED)


def test_the_files_hold_every_booking_and_compute_nothing(client):
    session = bookable(size=1)
    book(session, name="=1+1", need="轮椅")
    book(session, name="吴九")
    client.force_login(planner())
    xlsx = client.get(reverse("cms:bookings_xlsx", args=[session.programme_id]))
    sheet = load_workbook(io.BytesIO(xlsx.content)).worksheets[1]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:5] == ("场次", "票种", "状态", "人数", "联系人")
    assert [row[4] for row in rows[1:]] == ["=1+1", "吴九"]
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    text = client.get(reverse("cms:bookings_csv", args=[session.programme_id])).content.decode()
    assert "'=1+1" in text and "等名额：座位（1/1）" in text


def test_the_desk_does_not_ask_more_for_more_bookings(client, django_assert_max_num_queries):
    session = bookable(size=10)
    filled(session, 14)
    client.force_login(planner())
    url = reverse("cms:programme_bookings", args=[session.programme_id])
    with django_assert_max_num_queries(22):
        assert client.get(url).status_code == 200


# ------------------------------------------------------------------ the door


def at_door(session) -> str:
    return reverse("cms:door", args=[session.pk])


def test_the_door_says_large_what_a_ticket_is(client):
    session = bookable()
    made = book(session, name="郑十")
    set_start(session, minutes=30)
    code = tickets.code_of(made, 1)
    client.force_login(planner())
    assert str(session.programme) in client.get(reverse("cms:doors")).content.decode()
    sent = {"code": code, "reading": str(uuid4())}
    first = client.post(at_door(session), sent).content.decode()
    assert "有效，请进" in first and "郑十" in first
    assert "有效，请进" in client.post(at_door(session), sent).content.decode()  # the same reading
    again = client.post(at_door(session), sent | {"reading": str(uuid4())}).content.decode()
    assert "已经用过" in again
    wrong = client.post(at_door(session), sent | {"code": "ABC"}).content.decode()
    assert "读不出票号" in wrong
    assert client.post(at_door(session), {"code": ""}).status_code == 422


def test_the_link_of_a_ticket_reads_it_only_when_the_door_says_so(client):
    session = bookable()
    made = book(session)
    set_start(session, minutes=30)
    url = reverse("cms:ticket_link", args=[tickets.code_of(made, 1)])
    assert client.get(url).status_code == 302  # to sign in
    client.force_login(made.user)
    assert client.get(url).headers["Location"] == reverse("cms:booking", args=[made.uuid])
    client.force_login(visitor())
    assert client.get(url).status_code == 404
    client.force_login(planner())
    page = client.get(url).content.decode()
    assert "有效，还没有签到" in page and not CheckIn.objects.exists()
    reading = re.search(r'name="reading" value="([^"]+)"', page)
    answer = client.post(url, {"code": "x", "reading": reading.group(1)}).content.decode()
    assert "有效，请进" in answer and CheckIn.objects.count() == 1
    assert "已经用过" in client.get(url).content.decode()
    assert client.get(reverse("cms:ticket_link", args=["ABC"])).status_code == 404


def test_the_list_for_no_network_goes_out_and_comes_in(client):
    session = bookable()
    made = book(session, name="钱一")
    set_start(session, minutes=30)
    client.force_login(planner())
    assert "钱一" in client.get(reverse("cms:door_list", args=[session.pk])).content.decode()
    raw = client.get(reverse("cms:door_csv", args=[session.pk])).content.decode("utf-8-sig")
    now = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    head, line = raw.splitlines()[:2]
    cells = line.split(",")
    cells[2] = now
    file = io.BytesIO("\n".join([head, ",".join(cells)]).encode())
    file.name = "door.csv"
    url = reverse("cms:door_merge", args=[session.pk])
    assert "新签到1人" in client.post(url, {"file": file}).content.decode()
    file.seek(0)
    again = client.post(url, {"file": file}).content.decode()
    assert "新签到0人，1条以前并入过" in again
    assert made.tickets.filter(checked_in_at__isnull=False).count() == 1
    bad = io.BytesIO(b"a,b,c\n1,2,3")
    bad.name = "bad.csv"
    assert client.post(url, {"file": bad}).status_code == 422


@pytest.mark.parametrize("name", ["door", "door_list", "door_csv"])
def test_the_door_is_closed_to_others(client, name):
    session = bookable()
    client.force_login(visitor())
    assert client.get(reverse(f"cms:{name}", args=[session.pk])).status_code == 403
    assert client.get(reverse("cms:doors")).status_code == 403
