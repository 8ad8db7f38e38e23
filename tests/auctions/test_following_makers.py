"""Follow a maker: told once, with one mail, when a work of his stands in a newly announced sale."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from artmarket.core import tail
from artmarket.core.errors import Invalid, WrongState
from auctions.models import Notice, NoticePlace, Watch
from auctions.notices import keeping, mailing, services, telling
from auctions.notices.wording import words_of
from auctions.selectors import notices as selectors
from auctions.services import sales
from catalog.models import Artist
from tests.auctions.factories import announced, consigned, house, terms
from tests.catalog.factories import registered
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settled(monkeypatch):
    """A test's own transaction never ends: nothing would ever be settled (tests/concurrency)."""
    monkeypatch.setattr(tail, "_is_settled", lambda _place: True)


@pytest.fixture
def work():
    return registered()


@pytest.fixture
def artist(work):
    return work.attributions.get().artist


@pytest.fixture
def reading():
    return UserFactory()


def sale_of(*works):
    """An announced sale of these works."""
    telling.tell_news()  # nothing before is news
    of_house = house()
    sale = sales.create_sale(actor=of_house.boss, house_id=of_house.pk, terms=terms())
    sales.publish_conditions(actor=of_house.boss, house_id=of_house.pk, text="拍卖规则")
    for work in works:
        row = consigned(of_house, work)
        sales.add_lot(actor=of_house.boss, sale_id=sale.pk, consignment_id=row.pk)
    return sales.announce_sale(actor=of_house.boss, sale_id=sale.pk)


def by(artist, **changes):
    """Another registered work with an opinion on this maker."""
    made = registered()
    made.attributions.update(artist=artist, **changes)
    return made


def news_of(user) -> list[Notice]:
    telling.tell_news()
    rows = Notice.objects.select_related("sale", "lot__sale", "lot__work")
    return list(rows.filter(user=user, kind="maker").order_by("pk"))


# ------------------------------------------------------------------ following


def test_following_a_maker_twice_is_following_once(reading, artist):
    for _turn in range(2):
        services.follow(actor=reading, artist_id=artist.pk)
    assert Watch.objects.get().artist == artist
    assert selectors.follows(reading, artist_id=artist.pk)
    assert not selectors.follows(UserFactory(), artist_id=artist.pk)
    for _turn in range(2):
        services.unfollow(actor=reading, artist_id=artist.pk)
    assert not Watch.objects.exists()


def test_a_maker_without_a_public_work_cannot_be_followed(reading, work, artist):
    type(work).objects.filter(pk=work.pk).update(is_public=False)
    for pk in (artist.pk, artist.pk + 999):
        with pytest.raises(WrongState):
            services.follow(actor=reading, artist_id=pk)


def test_there_is_a_most_that_one_follows(reading, artist, monkeypatch):
    monkeypatch.setattr(services, "MOST_WATCHED", 0)
    with pytest.raises(Invalid) as refusal:
        services.follow(actor=reading, artist_id=artist.pk)
    assert refusal.value.code == "too_many"


def test_one_row_follows_one_thing(reading, artist):
    sale = announced()
    with pytest.raises(IntegrityError), transaction.atomic():
        Watch.objects.create(user=reading, artist=artist, sale=sale)
    with pytest.raises(IntegrityError), transaction.atomic():
        Watch.objects.create(user=reading)


# ------------------------------------------------------------------ being told


def test_a_work_in_a_new_sale_is_told_once_with_one_mail(reading, work, artist):
    services.follow(actor=reading, artist_id=artist.pk)
    sale = sale_of(work)
    (notice,) = news_of(reading)
    assert notice.lot == sale.lots.get()
    words = words_of(notice)
    assert words.title == f"{artist.name}有作品上拍"
    assert words.text == "“春季书画专场”里有你关注的作者的1件作品：拍品1。"
    assert words.path == reverse("auctions:lot", args=[sale.pk, 1])
    place = NoticePlace.objects.get()
    NoticePlace.objects.update(done=0, upto=0, horizon=0)  # a repeated job
    assert len(news_of(reading)) == 1
    assert NoticePlace.objects.get().done >= place.done
    mailing.send_waiting()
    mailing.send_waiting()
    (sent,) = [m for m in mail.outbox if m.to == [reading.email]]
    assert sent.subject == words.title and words.path in sent.body


def test_several_works_of_one_maker_are_one_notice(reading, work, artist):
    services.follow(actor=reading, artist_id=artist.pk)
    sale = sale_of(work, registered(), by(artist))
    (notice,) = news_of(reading)
    assert notice.facts["lots"] == [1, 3]
    words = words_of(notice)
    assert "2件作品：拍品1、3。" in words.text
    assert words.path == reverse("auctions:sale", args=[sale.pk])


def test_it_is_told_in_the_readers_language(work, artist):
    reading = UserFactory(english=True)
    Artist.objects.filter(pk=artist.pk).update(name_en="Kite Master")
    services.follow(actor=reading, artist_id=artist.pk)
    sale_of(work)
    (notice,) = news_of(reading)
    with translation.override("en"):
        words = words_of(notice)
    assert words.title == "Kite Master: in a sale"
    assert "1 work by a maker you follow: lot 1" in words.text


@pytest.mark.parametrize(
    "changes",
    [{"term": "forgery"}, {"term": "300404282"}, {"status": "rejected"}, {"status": "superseded"}],
)
def test_what_is_not_by_his_hand_is_not_told(reading, work, artist, changes):
    services.follow(actor=reading, artist_id=artist.pk)
    sale_of(by(artist, **changes))
    assert news_of(reading) == []


@pytest.mark.parametrize("term", ["300404269", "300404271", "300404272"])
def test_what_is_probably_by_his_hand_is_told(reading, work, artist, term):
    services.follow(actor=reading, artist_id=artist.pk)
    sale_of(by(artist, term=term))
    assert len(news_of(reading)) == 1


def test_who_follows_another_or_stopped_is_not_told(reading, work, artist):
    stopped = UserFactory()
    services.follow(actor=reading, artist_id=registered().attributions.get().artist_id)
    services.follow(actor=stopped, artist_id=artist.pk)
    services.unfollow(actor=stopped, artist_id=artist.pk)
    sale_of(work)
    assert news_of(reading) == news_of(stopped) == []


def test_mail_can_be_declined_and_the_inbox_still_tells(reading, work, artist):
    services.choose(actor=reading, by_mail=[])
    services.follow(actor=reading, artist_id=artist.pk)
    sale_of(work)
    assert news_of(reading)[0].mail == "none"


# ------------------------------------------------------------------ pages


def test_the_makers_page_follows_and_stops_without_script(reading, artist, reader):
    client, page = reader(reading), artist.get_absolute_url()
    address = reverse("notices:watch_artist", args=[artist.pk])
    shown = client.get(page).content.decode()
    assert address in shown and ">关注<" in shown
    answer = client.post(address, {"follow": "1", "next": page}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "有作品上拍时会告诉你" in answer.content.decode()
    assert ">取消关注<" in client.get(page).content.decode()
    assert artist.name in client.get(reverse("notices:inbox")).content.decode()
    client.post(address, {"follow": "0", "next": page})
    assert not Watch.objects.exists()


def test_whoever_is_not_signed_in_is_sent_to_sign_in(artist, reader):
    client = reader()
    assert ">关注<" in client.get(artist.get_absolute_url()).content.decode()
    answer = client.post(reverse("notices:watch_artist", args=[artist.pk]), {"follow": "1"})
    assert answer.status_code == 302 and not Watch.objects.exists()


def test_following_is_a_post(artist, reading, reader):
    assert reader(reading).get(reverse("notices:watch_artist", args=[artist.pk])).status_code == 405


def test_the_sale_shows_the_lots_of_makers_one_follows(reading, work, artist, reader):
    other = registered()
    sale = sale_of(work, other)
    address = reverse("auctions:sale", args=[sale.pk])
    assert "show=makers" not in reader().get(address).content.decode()
    client = reader(reading)
    services.follow(actor=reading, artist_id=artist.pk)
    assert "show=makers" in client.get(address).content.decode()
    lot = '/lots/{}/"'
    shown = client.get(address, {"show": "makers"}).content.decode()
    assert lot.format(1) in shown and lot.format(2) not in shown
    work.attributions.update(status="rejected")
    assert "没有关注的作者的拍品" in client.get(address, {"show": "makers"}).content.decode()
    strangers = reader().get(address, {"show": "makers"}).content.decode()
    assert lot.format(2) in strangers


# ------------------------------------------------------------------ personal data


def test_the_copy_names_the_maker_and_erasure_forgets_him(reading, artist):
    services.follow(actor=reading, artist_id=artist.pk)
    assert [r["follows_artist"] for r in keeping.copy(reading) if "follows_artist" in r] == [
        artist.pk
    ]
    keeping.forget(reading)
    assert not Watch.objects.exists()
