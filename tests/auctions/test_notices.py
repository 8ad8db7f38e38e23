"""People are told once what concerns them, in their language, and nothing that is another's."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db.models.signals import post_init
from django.urls import reverse

from artmarket.core import tail
from artmarket.core.clock import db_now
from artmarket.core.errors import WrongState
from artmarket.core.models import Event
from auctions import tasks
from auctions.enums import PaddleState
from auctions.models import Bid, MailState, Notice, NoticeChoice, NoticePlace, Sale, Watch
from auctions.notices import calendars, keeping, mailing, services, telling
from auctions.notices.wording import words_of
from auctions.services import consignments, paddles, sales
from auctions.services.voiding import void_bid
from tests.accounts.identities import identified
from tests.auctions.factories import announced, begun, bid, bidder, fresh, house, put_hours
from tests.catalog.factories import registered
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settled(monkeypatch):
    """A test's own transaction never ends: nothing would ever be settled (tests/concurrency)."""
    monkeypatch.setattr(tail, "_is_settled", lambda _place: True)


@pytest.fixture
def sale():
    made = begun()
    telling.tell_news()
    return made


@pytest.fixture
def lot(sale):
    return sale.lots.get()


def told(user) -> list[str]:
    telling.tell_news()
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def newcomer(sale) -> "Paddle":  # noqa: F821
    """A bidder whose admission is told already."""
    made = bidder(sale)
    telling.tell_news()
    Notice.objects.all().delete()
    return made


def test_the_leader_is_confirmed_and_told_when_he_is_outbid(sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    assert told(one.user) == ["leading"]
    bid(lot, other, 5000)
    assert told(one.user) == ["leading", "outbid"]
    assert told(other.user) == ["leading"]
    notice = Notice.objects.get(kind="outbid")
    assert notice.facts == {"price": 2200_00, "ask": fresh(lot).ask_minor}


def test_telling_of_a_bid_reads_as_much_after_thirty_bids_as_after_three(
    sale, lot, django_assert_num_queries
):
    one, other = newcomer(sale), newcomer(sale)
    read: list[int] = []

    def count(sender, **_more):
        read.append(1)

    def cost_of_telling() -> tuple[int, int]:
        event = Event.objects.filter(action="lot.bids").latest("pk")
        read.clear()
        post_init.connect(count, sender=Bid)
        with django_assert_num_queries(6):
            news = list(telling._of_bids(event))
        post_init.disconnect(count, sender=Bid)
        return len(news), len(read)

    amounts = [2000 + 500 * n for n in range(30)]
    costs = []
    for n, amount in enumerate(amounts, 1):
        bid(lot, (one, other)[n % 2], amount)
        if n in (3, 30):
            costs.append(cost_of_telling())
    assert costs == [(2, 2), (2, 2)]


def test_whoever_bids_below_a_maximum_is_not_told_again_what_he_was_answered(sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 5000)
    bid(lot, other, 3000)
    assert told(other.user) == []
    assert told(one.user) == ["leading"]


def test_raising_ones_own_maximum_outbids_nobody(sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    bid(lot, one, 6000)
    assert told(one.user) == ["leading", "leading"]
    assert told(other.user) == []


def test_an_event_told_twice_is_one_notice_and_one_mail(sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    bid(lot, other, 5000)
    place = NoticePlace.objects.get()
    telling.tell_news()
    NoticePlace.objects.update(done=place.done, upto=place.done, horizon=0)  # a repeated job
    telling.tell_news()
    assert Notice.objects.filter(user=one.user).count() == 2
    mailing.send_waiting()
    mailing.send_waiting()
    assert [m.to for m in mail.outbox] == [[one.user.email]]


def test_notices_and_their_place_are_written_together(sale, lot, monkeypatch):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    bid(lot, other, 5000)
    place = NoticePlace.objects.get()
    real = telling.write

    def killed(news):
        real(news)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(telling, "write", killed)
        telling.tell_news()
    assert Notice.objects.count() == 0
    assert NoticePlace.objects.get().done == place.done
    assert told(one.user) == ["leading", "outbid"]


def test_nothing_of_a_bid_is_written_for_others_within_it(sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    bid(lot, other, 5000)
    assert Notice.objects.count() == 0


def test_an_outbid_mail_speaks_the_readers_language_and_tells_no_maximum(sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    type(one.user).objects.filter(pk=one.user.pk).update(language="en")
    bid(lot, one, 2000)
    bid(lot, other, 7654)
    telling.tell_news()
    assert mailing.send_waiting() == "sent 1, needless 0, failed 0"
    (sent,) = mail.outbox
    assert sent.subject.startswith("Higher bid")
    assert reverse("auctions:lot", args=[sale.pk, lot.number]) in sent.body
    assert "CN¥2,200" in sent.body or "¥2,200" in sent.body
    for secret in ("7,654", "7654", str(other.number), other.user.display_name, other.user.email):
        assert secret not in sent.subject + sent.body


def test_whoever_leads_again_before_the_mail_goes_out_is_spared_it(sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    bid(lot, other, 5000)
    bid(lot, one, 9000)
    telling.tell_news()
    mailing.send_waiting()
    states = dict(Notice.objects.filter(kind="outbid").values_list("user", "mail"))
    assert states == {one.user.pk: MailState.NEEDLESS, other.user.pk: MailState.SENT}
    assert [m.to for m in mail.outbox] == [[other.user.email]]


def test_a_mail_server_that_fails_is_tried_again_and_then_given_up(sale, lot, monkeypatch):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    bid(lot, other, 5000)
    telling.tell_news()

    def broken(*_args, **_more):
        raise OSError("no mail today")

    monkeypatch.setattr(mailing, "send_mail", broken)
    assert mailing.send_waiting() == "sent 0, needless 0, failed 1"
    assert mailing.send_waiting() == "sent 0, needless 0, failed 0"  # not at once
    for _attempt in range(mailing.MOST_ATTEMPTS - 1):
        Notice.objects.filter(mail=MailState.WAITING).update(mailed_at=db_now() - timedelta(days=1))
        assert mailing.send_waiting() == "sent 0, needless 0, failed 1"
    assert Notice.objects.get(kind="outbid").mail == MailState.FAILED
    monkeypatch.undo()
    assert mailing.send_waiting() == "sent 0, needless 0, failed 0"
    assert mail.outbox == []


def test_maxima_left_before_the_opening_are_told_of_at_the_opening_only():
    sale = announced()
    lot = sale.lots.get()
    high, low, live = newcomer(sale), newcomer(sale), newcomer(sale)
    bid(lot, high, 9000)
    bid(lot, low, 3000)
    assert told(high.user) == told(low.user) == []
    put_hours(sale, 60)
    bid(lot, live, 4000)
    assert told(high.user) == ["leading"]
    assert told(low.user) == ["outbid"]
    assert told(live.user) == []


def test_sealed_bids_are_told_of_at_the_end_only():
    sale = begun(format="sealed", sealed_price="first")
    lot = sale.lots.get()
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    bid(lot, other, 5000)
    assert told(one.user) == told(other.user) == []
    put_hours(sale, -1)
    tasks.close_due()
    assert (told(one.user), told(other.user)) == (["lost"], ["won"])


def test_at_the_hammer_the_winner_the_losers_and_those_who_follow_are_told(sale, lot):
    one, other, reader = newcomer(sale), newcomer(sale), UserFactory()
    services.follow(actor=reader, lot_id=lot.pk)
    bid(lot, one, 2000)
    bid(lot, other, 5000)
    put_hours(sale, -1)
    tasks.close_due()
    assert told(other.user)[-1] == "won"
    assert told(one.user)[-1] == "lost"
    assert told(reader) == ["lost"]
    won, lost = (
        Notice.objects.get(kind=kind, user=who)
        for kind, who in (("won", other.user), ("lost", reader))
    )
    assert "¥2,200" in words_of(won).text
    assert str(other.number) not in words_of(lost).title + words_of(lost).text


def test_a_voided_bid_tells_the_one_who_leads_now(sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    bid(lot, other, 5000)
    assert told(one.user) == ["leading", "outbid"]
    void_bid(actor=UserFactory(operator=True), bid_id=lot.bids.last().pk, reason="录错金额")
    assert told(one.user) == ["leading", "outbid", "leading"]


def test_a_withdrawn_lot_is_told_with_its_reason(sale, lot):
    one = newcomer(sale)
    bid(lot, one, 2000)
    sales.withdraw_lot(actor=sale.house.boss, lot_id=lot.pk, reason="权属有争议")
    assert told(one.user) == ["leading", "withdrawn"]
    assert "权属有争议" in words_of(Notice.objects.get(kind="withdrawn")).text


def test_a_registration_that_was_decided_is_told_and_a_new_limit_is_not(sale):
    paddle = bidder(sale)
    assert told(paddle.user) == ["paddle"]
    paddles.decide_paddle(
        actor=sale.house.boss, paddle_id=paddle.pk, state=PaddleState.APPROVED,
        bid_limit_minor=500_00,
    )  # fmt: skip
    assert told(paddle.user) == ["paddle"]
    paddles.decide_paddle(
        actor=sale.house.boss, paddle_id=paddle.pk, state=PaddleState.SUSPENDED, note="待补材料"
    )
    assert told(paddle.user) == ["paddle", "paddle"]
    assert "待补材料" in words_of(Notice.objects.filter(user=paddle.user).first()).text


def test_the_owner_is_told_the_answer_to_his_consignment():
    telling.tell_news()
    work, a_house = registered(), house()
    owner = work.created_by
    identified(owner, by=owner)
    row = consignments.consign_work(actor=owner, work_id=work.pk, house_id=a_house.pk)
    assert told(owner) == []
    terms = consignments.ConsignmentTerms(opening_minor=1000_00, reserve_minor=7777_00)
    consignments.propose_terms(actor=a_house.boss, consignment_id=row.pk, terms=terms)
    assert told(owner) == ["consignment"]
    words = words_of(Notice.objects.get())
    assert a_house.name in words.text
    assert "7,777" not in words.text + str(Notice.objects.get().facts)


def test_followers_and_bidders_are_reminded_once_of_the_end(sale, lot):
    one, reader, stranger = newcomer(sale), UserFactory(), UserFactory()
    services.follow(actor=reader, lot_id=lot.pk)
    bid(lot, one, 2000)
    telling.tell_news()
    Notice.objects.all().delete()
    assert tasks.remind() == "reminded 0"
    put_hours(sale, 20)
    assert tasks.remind() == "reminded 2"
    assert tasks.remind() == "reminded 0"
    assert {n.user for n in Notice.objects.filter(kind="ending")} == {one.user, reader}
    assert not Notice.objects.filter(user=stranger).exists()


def test_a_sale_that_begins_tomorrow_is_announced_to_those_who_follow_it():
    sale = announced()
    admitted, reader = bidder(sale), UserFactory()
    services.follow(actor=reader, sale_id=sale.pk)
    assert tasks.remind() == "reminded 0"
    Sale.objects.filter(pk=sale.pk).update(opens_at=db_now() + timedelta(hours=20))
    assert tasks.remind() == "reminded 2"
    assert {n.user for n in Notice.objects.filter(kind="reminder")} == {admitted.user, reader}
    assert tasks.remind() == "reminded 0"


def test_a_draft_cannot_be_followed(sale, lot):
    Sale.objects.filter(pk=sale.pk).update(announced_at=None)
    for what in ({"sale_id": sale.pk}, {"lot_id": lot.pk}, {"lot_id": 999999}):
        with pytest.raises(WrongState):
            services.follow(actor=UserFactory(), **what)
    assert Watch.objects.count() == 0


def test_what_a_person_chose_decides_about_mail(sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    services.choose(actor=one.user, by_mail=["won"])
    bid(lot, one, 2000)
    bid(lot, other, 5000)
    assert told(one.user) == ["leading", "outbid"]
    assert mailing.send_waiting() == "sent 0, needless 0, failed 0"
    assert NoticeChoice.objects.filter(user=one.user, by_mail=True).count() == 1


def test_a_closed_account_is_told_nothing(sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    type(one.user).objects.filter(pk=one.user.pk).update(is_active=False)
    bid(lot, other, 5000)
    assert told(one.user) == []


def test_a_persons_copy_holds_his_notices_and_an_erasure_takes_them(sale, lot):
    one = newcomer(sale)
    services.follow(actor=one.user, lot_id=lot.pk)
    bid(lot, one, 2000)
    telling.tell_news()
    rows = list(keeping.copy(one.user))
    assert rows[0]["notice"] == "leading"
    assert rows[-1]["follows_lot"] == lot.pk
    keeping.forget(one.user)
    assert list(keeping.copy(one.user)) == []


# ------------------------------------------------------------------ pages


def test_the_inbox_shows_ones_own_notices_and_marks_them_read(client, sale, lot):
    one, other = newcomer(sale), newcomer(sale)
    bid(lot, one, 2000)
    bid(lot, other, 5000)
    telling.tell_news()
    client.force_login(one.user)
    page = client.get(reverse("notices:inbox"))
    assert page.context["unread"] == 2
    assert "¥2,200" in page.content.decode()
    newest = page.context["newest"]
    client.post(reverse("notices:read"), {"upto": newest})
    assert client.get(reverse("notices:inbox")).context["unread"] == 0
    assert Notice.objects.filter(user=other.user, read_at__isnull=False).count() == 0


def test_the_inbox_costs_the_same_for_many_notices(client, django_assert_max_num_queries):
    sale = begun(lots=1)
    lot, user = sale.lots.get(), UserFactory()
    rows = [Notice(user=user, kind="ending", key=f"k{n}", sale=sale, lot=lot) for n in range(60)]
    Notice.objects.bulk_create(rows)
    client.force_login(user)
    with django_assert_max_num_queries(14):
        page = client.get(reverse("notices:inbox"))
    assert len(page.context["rows"]) == 50
    older = client.get(reverse("notices:inbox"), {"before": page.context["older"]})
    assert len(older.context["rows"]) == 10


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "1e9", "²"])
def test_a_strange_page_of_the_inbox_is_the_first(client, before):
    client.force_login(UserFactory())
    assert client.get(reverse("notices:inbox"), {"before": before}).status_code == 200


def test_following_by_a_button_and_back_to_the_page(client, sale, lot):
    reader = UserFactory()
    client.force_login(reader)
    address, back = reverse("notices:watch_lot", args=[lot.pk]), f"/auctions/{sale.pk}/"
    assert client.post(address, {"follow": "1", "next": back}).headers["Location"] == back
    client.post(address, {"follow": "1"})
    assert Watch.objects.filter(user=reader, lot=lot).count() == 1
    away = client.post(address, {"follow": "0", "next": "https://example.com/"})
    assert away.headers["Location"] == reverse("notices:inbox")
    assert Watch.objects.count() == 0


def test_choices_are_shown_and_kept(client):
    user = UserFactory()
    client.force_login(user)
    address = reverse("notices:choices")
    assert "leading" not in client.get(address).context["form"].initial["by_mail"]
    assert client.post(address, {"by_mail": ["leading", "nonsense"]}).status_code == 422
    client.post(address, {"by_mail": ["leading"]})
    assert client.get(address).context["form"].initial["by_mail"] == ["leading"]


# ------------------------------------------------------------------ calendar


def test_the_calendar_file_keeps_to_the_standard(client):
    sale = announced(title="春季；专场, 第一\\场; " + "很长的名称" * 12)
    answer = client.get(reverse("notices:calendar", args=[sale.pk]))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    body = answer.content
    lines = body.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no character is cut
    unfolded = body.replace(b"\r\n ", b"").decode()
    assert f"DTSTART:{sale.opens_at:%Y%m%dT%H%M%SZ}" in unfolded
    assert "SUMMARY:春季；专场\\, 第一\\\\场\\; " in unfolded
    assert unfolded.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")


def test_text_for_a_calendar_cannot_begin_a_new_line():
    assert calendars.escaped("a\r\nBEGIN:VALARM\rb\x00") == "a\\nBEGIN:VALARMb"


def test_a_draft_has_no_calendar_file(client):
    sale = announced()
    Sale.objects.filter(pk=sale.pk).update(announced_at=None)
    assert client.get(reverse("notices:calendar", args=[sale.pk])).status_code == 404
