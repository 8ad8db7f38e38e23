"""An artist describes himself in his own record; the rest of it stays the registrar's."""

import pytest
from django.urls import reverse

from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.models import Artist, ArtistName
from catalog.services.artists import describe_self, own_artist, own_version, save_artist
from tests.catalog.factories import person

pytestmark = pytest.mark.django_db

PAGE = "catalog:own_record"
SAID = {"name_en": "Wang Qinglan", "biography": "生于潍坊。", "biography_en": "Born in Weifang."}


def say(artist, names=(), seen="", **more):
    return describe_self(actor=artist, fields=SAID | more, names=list(names), seen=seen)


def test_the_page_saves_biography_and_names_and_keeps_the_history(client):
    artist = person("artist")
    client.force_login(artist)
    assert client.get(reverse(PAGE)).status_code == 200
    assert not Artist.objects.exists(), "reading makes nothing"
    answer = client.post(reverse(PAGE), SAID | {"names": "三石｜号\n听雨楼 | 室名\n\n王兰"})
    assert answer.status_code == 302
    record = Artist.objects.get(account=artist)
    assert (record.biography, record.name_en) == ("生于潍坊。", "Wang Qinglan")
    assert set(record.names.values_list("text", "kind")) == {
        ("三石", "art"), ("听雨楼", "studio"), ("王兰", "name"),
    }  # fmt: skip
    say(artist, [("三石", "art")], biography="改过的简介")
    event = Event.objects.about(record).first()
    assert (event.action, event.actor) == ("artist.described_self", artist)
    assert event.before["biography"] == "生于潍坊。"
    page = client.get(reverse(PAGE)).content.decode()
    assert "生于潍坊。" in page
    assert "改过的简介" in page


def test_an_unknown_kind_is_told_and_nothing_typed_is_lost(client):
    client.force_login(person("artist"))
    answer = client.post(reverse(PAGE), SAID | {"names": "三石|绰号"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "看不懂这一行：三石|绰号" in page
    assert "生于潍坊。" in page
    assert not Artist.objects.exists()


def test_life_dates_identifiers_and_names_of_sources_stay_the_registrars(client):
    artist = person("artist")
    record = own_artist(artist)
    save_artist(
        actor=person("registrar"),
        artist=record,
        fields={"name": "王青岚", "birth_edtf": "1961", "living": "yes"},
        names=[("青岚女史", "as_written", "zh"), ("三石", "art", "zh")],
        identifiers=[("ulan", "500000001")],
    )
    client.force_login(artist)
    more = {"names": "三石|号", "name": "齐白石", "birth_edtf": "1864", "identifiers": "ulan:1"}
    form = client.get(reverse(PAGE)).context["form"].initial
    assert client.post(reverse(PAGE), SAID | more | {"seen": form["seen"]}).status_code == 302
    record.refresh_from_db()
    assert (record.name, record.birth_edtf, record.birth_year) == ("王青岚", "1961", 1961)
    assert [str(i) for i in record.identifiers.all()] == ["ulan:500000001"]
    assert set(record.names.values_list("text", "kind", "language")) == {
        ("青岚女史", "as_written", "zh"), ("三石", "art", "zh"),
    }  # fmt: skip


@pytest.mark.parametrize("role", ["merchant", "registrar", "operator", "buyer"])
def test_nobody_describes_himself_as_an_artist_without_being_one(role):
    with pytest.raises(NotAllowed):
        say(person(role))
    assert not Artist.objects.exists()


def test_writing_what_is_written_leaves_no_event():
    artist = person("artist")
    record = say(artist, [("三石", "art")])
    say(artist, [("三石", "art")])
    assert Event.objects.about(record).count() == 1


def test_what_was_changed_meanwhile_is_shown_and_not_written_over(client):
    artist = person("artist")
    record = say(artist)
    seen = own_version(record)
    say(artist, biography="另一个窗口写的")
    with pytest.raises(WrongState):
        say(artist, seen=seen, biography="后来的")
    client.force_login(artist)
    answer = client.post(reverse(PAGE), SAID | {"biography": "后来的", "seen": seen})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "后来的" in page
    assert "另一个窗口写的" in page
    record.refresh_from_db()
    assert record.biography == "另一个窗口写的"
    again = {"biography": "后来的", "seen": answer.context["form"]["seen"].value()}
    assert client.post(reverse(PAGE), SAID | again).status_code == 302


@pytest.mark.parametrize(
    ("names", "more", "field"),
    [
        ([("名", "as_written")], {}, "names"),
        ([("", "art")], {}, "names"),
        ([("字" * 301, "art")], {}, "names"),
        ([(f"名{n}", "art") for n in range(21)], {}, "names"),
        ([], {"biography": "字" * 4001}, "biography"),
        ([], {"name_en": "n" * 301}, "name_en"),
    ],
)
def test_too_much_is_refused(names, more, field):
    with pytest.raises(Invalid) as refusal:
        say(person("artist"), names, **more)
    assert list(refusal.value.fields) == [field]
    assert not ArtistName.objects.exists()
