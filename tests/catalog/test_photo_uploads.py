"""The desk's upload: one file a request for the page's script, several for the plain form."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from artmarket.core.errors import DomainError
from catalog.models import Work, WorkPhoto
from catalog.services import drafts
from catalog.services.description import Description
from catalog.services.photographs import take_photo
from media.models import Image
from tests.factories import UserFactory
from tests.media import pictures

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def artist():
    return UserFactory(artist=True)


@pytest.fixture
def desk(artist) -> Client:
    client = Client()
    client.force_login(artist)
    return client


def draft(artist) -> Work:
    """A draft with a title and no pictures."""
    maker = drafts.MakerInput(is_self=True)
    return drafts.create_draft(
        actor=artist, description=Description(texts={"title": "春山"}), maker=maker
    )


def a_file(name: str = "春山.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pictures.a_file() if content is None else content)


def address(work: Work) -> str:
    return reverse("catalog:add_photos", args=[work.pk])


def test_one_file_is_answered_with_its_photo_or_with_its_problem(artist, desk):
    work = draft(artist)
    good = desk.post(address(work), {"pictures": a_file()}, headers=JSON)
    photo = WorkPhoto.objects.get()
    assert good.status_code == 201 and good.json() == {"photo": photo.pk} and photo.work == work
    bad = desk.post(address(work), {"pictures": a_file(content=b"kite")}, headers=JSON)
    assert bad.status_code == 422 and bad["Content-Type"] == "application/problem+json"
    assert bad.json()["code"] == "not_a_picture" and bad.json()["rule"] == "media.formats"
    none = desk.post(address(work), headers=JSON)
    assert (none.status_code, none.json()["code"]) == (422, "no_file")
    assert Image.objects.count() == WorkPhoto.objects.count() == 1


def test_a_new_work_begins_with_its_title_and_says_where_pictures_go(artist, desk):
    begun = desk.post(reverse("catalog:new_work"), {"title": "春山"}, headers=JSON)
    work = Work.objects.get(created_by=artist)
    assert begun.status_code == 201
    assert begun.json() == {
        "each": address(work),
        "next": reverse("catalog:edit_work", args=[work.pk]),
    }
    wrong = desk.post(reverse("catalog:new_work"), {"title": ""}, headers=JSON)
    assert wrong.status_code == 422 and set(wrong.json()["fields"]) == {"title"}
    assert Work.objects.filter(created_by=artist).count() == 1


def test_whoever_is_not_signed_in_is_told_so_in_the_pages_own_way(artist):
    work = draft(artist)
    answer = Client().post(address(work), {"pictures": a_file()}, headers=JSON)
    assert answer.status_code == 401 and answer.json()["code"] == "session_ended"
    plain = Client().post(address(work), {"pictures": a_file()})
    assert plain.status_code == 302 and "login" in plain["Location"]
    assert not Image.objects.exists()


def test_a_picture_without_room_on_its_work_is_not_kept(artist, monkeypatch):
    work = draft(artist)
    monkeypatch.setattr(drafts, "MAX_PHOTOS", 1)
    taken = take_photo(
        actor=artist, work_id=work.pk, file=ContentFile(pictures.a_file()), name="a.jpg"
    )
    with pytest.raises(DomainError) as caught:
        take_photo(actor=artist, work_id=work.pk, file=ContentFile(pictures.a_file()), name="b.jpg")
    assert caught.value.code == "too_many_photos"
    assert Image.objects.get() == taken.image


def test_the_plain_form_names_a_file_that_was_dropped_for_its_size(artist, desk, settings):
    settings.FILE_UPLOAD_HANDLERS = ["media.uploads.CappedUploadHandler"]
    settings.RULE_OVERRIDES = {"media.max_bytes": 1_048_576}
    work = draft(artist)
    sent = [a_file("小.jpg"), a_file("大.jpg", bytes(2_000_000)), a_file("又.jpg")]
    page = desk.post(address(work), {"pictures": sent}, follow=True).content.decode()
    assert "大.jpg：文件太大。" in page and "没有选择照片" not in page
    assert set(Image.objects.values_list("original_name", flat=True)) == {"小.jpg", "又.jpg"}
    assert WorkPhoto.objects.filter(work=work).count() == 2
