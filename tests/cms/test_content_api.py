"""The district's pages as data: public ones only, stable names, dates as the page shows them."""

import io
import json

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from artmarket.core.rest.schemas import Output
from cms.models import Picture, TopicPage
from tests.api.conftest import Caller, anyone
from tests.catalog.factories import registered
from tests.cms.factories import (
    ExhibitedWorkFactory,
    PlaceFactory,
    ProgrammeFactory,
    SessionFactory,
    bookable,
    event_index,
    event_page,
    in_english,
)

pytestmark = pytest.mark.django_db
assert anyone


def read(caller, path, status=200, **headers):
    answer = caller.get(path, **headers)
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def kites(**given):
    return event_page(bookable(size=5).programme, title="扎风筝", slug="kites", **given)


def test_the_list_has_public_pages_newest_first_with_a_cursor(anyone: Caller):
    kites()
    first = read(anyone, "content/pages?limit=3")
    ids = [p["id"] for p in first["items"]]
    assert ids == sorted(ids, reverse=True)
    assert first["items"][0]["title"] == "扎风筝"
    path = first["next"].split("/api/v1/", 1)[1]
    second = read(anyone, path)
    assert not {p["id"] for p in second["items"]} & set(ids)


def test_the_list_is_filtered_by_type_language_path_slug_and_words(anyone: Caller):
    page = kites()
    english = in_english(page, "Kite making")

    def found(query):
        return [p["id"] for p in read(anyone, f"content/pages?{query}")["items"]]

    assert found("type=eventpage") == [english.pk, page.pk]
    assert found("type=eventpage&language=en") == [english.pk]
    assert found("slug=kites&language=zh-hans") == [page.pk]
    assert found("path=/events/kites/") == [page.pk]
    assert found(f"path={english.url}") == [english.pk]
    assert found("path=/nothing/") == []
    assert found("q=风筝") == [page.pk]
    assert found("q=KITE&type=eventpage") == [english.pk]
    assert found("type=user") == []


@pytest.mark.parametrize(
    "query", ["language=fr", "type=Event%20Page", "after=x", "limit=1000", "wrong=1"]
)
def test_unreadable_filters_are_refused(anyone: Caller, query):
    answer = anyone.get(f"content/pages?{query}")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_what_is_not_public_does_not_exist(anyone: Caller):
    page = kites()
    page.unpublish()
    read(anyone, f"content/pages/{page.pk}", 404)
    assert read(anyone, "content/pages?slug=kites")["items"] == []
    read(anyone, "content/pages/1", 404)  # Wagtail's root


def test_a_page_has_its_blocks_pictures_and_programme(anyone: Caller):
    kept = io.BytesIO()
    Image.new("RGB", (1200, 900), (90, 20, 20)).save(kept, "JPEG")
    picture = Picture.objects.create(
        title="图", description="一只风筝", credit="甲", file=ContentFile(kept.getvalue(), "a.jpg")
    )
    page = kites(
        summary="做一只。", picture=picture,
        body=[
            ("heading", "扎骨"),
            ("text", '<p>选<b>竹</b><a linktype="page" id="0">链</a></p>'),
            ("picture", {"picture": picture, "alt": "", "caption": "图注"}),
            ("facts", {"title": "要点", "facts": [{"label": "时长", "value": "两小时"}]}),
            ("chart", {"title": "人多了", "unit": "人", "source": "示例", "rows": [{"label": "甲", "value": "1.5"}, {"label": "乙", "value": "2"}]}),
        ],
    )  # fmt: skip
    english = in_english(page, "Kite making")
    found = read(anyone, f"content/pages/{page.pk}")
    assert found["type"] == "eventpage"
    assert found["path"] == "/events/kites/"
    assert [b["type"] for b in found["body"]] == ["heading", "text", "picture", "facts", "chart"]
    assert found["body"][0]["value"] == "扎骨"
    assert "<b>竹</b>" in found["body"][1]["value"] and "linktype" not in found["body"][1]["value"]
    assert found["body"][2]["value"]["picture"]["credit"] == "甲"
    assert found["body"][3]["value"]["facts"] == [{"label": "时长", "value": "两小时"}]
    assert found["body"][4]["value"]["rows"][0] == {"label": "甲", "value": "1.5"}
    assert found["picture"]["alt"] == "一只风筝"
    sizes = {r["name"]: r["width"] for r in found["picture"]["renditions"]}
    assert sizes == {"small": 480, "medium": 960, "large": 1200}
    assert all(r["url"].startswith("http") for r in found["picture"]["renditions"])
    [other] = found["translations"]
    assert (other["id"], other["language"]) == (english.pk, "en")
    assert found["parent"]["title"] == "展览与活动"
    assert found["card"].endswith("-1200.png")
    assert found["facts"]["audience"] == ""
    assert "review_on" not in found["facts"] and "go_live_at" not in found["facts"]
    [session] = found["programme"]["sessions"]
    assert session["seats_left"] == 5
    assert found["programme"]["status"] == "scheduled"
    assert found["programme"]["tickets"][0]["price"] == 0


def test_words_are_the_pages_language_whatever_the_reader_asks(anyone: Caller):
    place = PlaceFactory(name="十笏园", name_en="Ten-Tablet Garden")
    page = event_page(SessionFactory(programme=ProgrammeFactory(room=None, place=place)).programme)
    english = in_english(page, "Kites")
    chinese = Caller(language="zh-Hans")
    assert (
        read(chinese, f"content/pages/{english.pk}")["programme"]["place"]["name"]
        == "Ten-Tablet Garden"
    )
    assert (
        read(Caller(language="en"), f"content/pages/{page.pk}")["programme"]["place"]["name"]
        == "十笏园"
    )


def test_a_draft_programme_is_not_told(anyone: Caller):
    page = event_page(SessionFactory(programme=ProgrammeFactory(draft=True)).programme)
    assert read(anyone, f"content/pages/{page.pk}")["programme"] is None


def test_the_works_of_an_exhibition_are_named_with_their_numbers(anyone: Caller):
    work = registered()
    show = ProgrammeFactory(exhibition=True)
    SessionFactory(programme=show)
    ExhibitedWorkFactory(programme=show, work=work, section="一号厅")
    found = read(anyone, f"content/pages/{event_page(show).pk}")
    assert [(w["number"], w["section"]) for w in found["programme"]["works"]] == [
        (work.number, "一号厅")
    ]
    assert found["facts"]["opens_on"] is None


def test_no_shape_has_the_name_of_another_apps():
    """The description holds one shape of each name: the later would take the earlier's place."""

    def shapes(base):
        for found in base.__subclasses__():
            yield found
            yield from shapes(found)

    named = {s.__name__: s.__module__ for s in shapes(Output) if s.__module__ == "cms.api_schemas"}
    others = {s.__name__ for s in shapes(Output) if s.__module__ != "cms.api_schemas"}
    assert len(named) == 12
    assert named.keys() & others == set()


def test_nothing_is_sent_twice(anyone: Caller):
    page = kites()
    tag = anyone.get(f"content/pages/{page.pk}")["ETag"]
    assert anyone.get(f"content/pages/{page.pk}", **{"If-None-Match": tag}).status_code == 304


def test_content_cannot_be_written(anyone: Caller):
    assert anyone.post("content/pages", {}).status_code == 405


def test_the_number_of_queries_does_not_grow(anyone: Caller, django_assert_max_num_queries):
    index = event_index()
    for n in range(15):
        index.get_parent().specific.add_child(
            instance=TopicPage(title=f"题{n}", slug=f"t{n}", locale=index.locale)
        )
    page = kites()
    with django_assert_max_num_queries(12):
        assert len(read(anyone, "content/pages?limit=20")["items"]) == 20
    read(anyone, f"content/pages/{page.pk}")
    with django_assert_max_num_queries(30):
        read(anyone, f"content/pages/{page.pk}")
