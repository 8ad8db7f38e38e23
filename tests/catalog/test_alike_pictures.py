"""The registrar's queue of pictures found alike."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog import selectors
from catalog.models import WorkPhoto
from media.models import Image, Likeness
from tests.catalog.factories import draft
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def picture(owner, n: int) -> Image:
    return Image.objects.create(
        state="ready", sha256=f"{n:064x}", uploaded_by=owner, original_name=f"图{n}.jpg"
    )


def pair(one: Image, other: Image, **more) -> Likeness:
    return Likeness.objects.create(first=one, second=other, distance=20, inliers=90, **more)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_two_pictures_of_one_work_are_no_question_but_all_others_are():
    owner = UserFactory(artist=True)
    work, other = draft(owner), draft(owner)
    pictures = [picture(owner, n) for n in range(1, 6)]
    for image, shown in zip(pictures, (work, work, other), strict=False):
        WorkPhoto.objects.create(work=shown, image=image)
    pair(pictures[0], pictures[1])
    asked = [pair(pictures[0], pictures[2]), pair(pictures[3], pictures[4])]
    asked.append(pair(pictures[2], pictures[4], is_exact=True))
    assert list(selectors.alike_pairs()) == [asked[2], asked[1], asked[0]]


def test_the_queue_shows_both_and_keeps_the_verdict():
    one, other = UserFactory(artist=True), UserFactory(artist=True)
    work = draft(one)
    first, second = picture(one, 1), picture(other, 2)
    WorkPhoto.objects.create(work=work, image=first)
    found = pair(first, second)
    client = signed_in(UserFactory(registrar=True))
    page = client.get(reverse("catalog:alike")).content.decode()
    for words in (work.display_title, "图1.jpg", "图2.jpg", "20/256", "90个特征点"):
        assert words in page
    assert "<picture-pair" in page
    answer = client.post(
        reverse("catalog:judge_alike", args=[found.pk]), {"verdict": "stolen_picture", "note": "x"}
    )
    assert answer.status_code == 302
    found.refresh_from_db()
    assert (found.verdict, found.note) == ("stolen_picture", "x")
    assert "图1.jpg" not in client.get(reverse("catalog:alike")).content.decode()
    assert signed_in(one).post(answer["Location"]).status_code in (403, 405)


def test_the_queue_asks_as_often_for_ten_pairs_as_for_two():
    owner = UserFactory(artist=True)
    client = signed_in(UserFactory(registrar=True))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("catalog:alike")).status_code == 200
        return len(seen)

    for n in range(2):
        pair(picture(owner, 2 * n), picture(owner, 2 * n + 1))
    few = asked()
    for n in range(2, 10):
        pair(picture(owner, 2 * n), picture(owner, 2 * n + 1))
    assert asked() == few


def test_nobody_else_opens_the_queue():
    for person in (UserFactory(artist=True), UserFactory(appraiser=True)):
        assert signed_in(person).get(reverse("catalog:alike")).status_code == 403
