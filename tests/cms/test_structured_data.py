"""Structured data: schema.org's own words, the facts of the page, nothing that could break out."""

import json
import re
from datetime import date, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone
from wagtail.models import Locale

from cms.enums import PlaceKind, SessionState
from cms.models import (
    ArticleIndexPage,
    ArticlePage,
    ContentPage,
    DistrictPage,
    EnterprisePage,
    EventIndexPage,
    HomePage,
    PeoplePage,
    PersonPage,
    PlacePage,
    PolicyPage,
    RecruitmentPage,
    SeriesPage,
    StandardPage,
    StreetPage,
    TopicPage,
    VenuePage,
    ViewingRoomPage,
)
from cms.setup import set_up_site
from cms.structured_data import data_for
from tests.catalog.factories import registered
from tests.cms import schema_words
from tests.cms.factories import (
    ExhibitedWorkFactory,
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
)

pytestmark = pytest.mark.django_db
SITE = "https://art.example"
VERSIONS = [
    ("version", {"version": "1.0", "valid_from": date(2024, 1, 1), "text": "<p>旧文</p>"}),
    ("version", {"version": "2.0", "valid_from": date(2025, 1, 1), "text": "<p>新文</p>"}),
    ("version", {"version": "3.0", "valid_from": date(2999, 1, 1), "text": "<p>将来</p>"}),
]


def thing_of(page):
    """The page's own thing, once the whole document keeps to the vocabulary."""
    found = data_for(type(page).objects.get(pk=page.pk), site_url=SITE)
    assert schema_words.faults(found) == []
    return found["@graph"][0]


def below(parent, model, /, **given):
    page = model(locale=parent.locale, **{"slug": f"p{parent.pk}-{model.__name__.lower()}"} | given)
    parent.add_child(instance=page)
    return page


def home():
    set_up_site()
    return HomePage.objects.get(locale__language_code="zh-hans")


def every_kind():
    """One page of every kind, filled."""
    root, soon = home(), timezone.now() + timedelta(days=5)
    museum = PlaceFactory(
        museum=True, phone="0536-1", step_free="partly", part_of=PlaceFactory(kind=PlaceKind.DISTRICT),
        hours={"mon": "", "tue": "09:00-12:00,13:30-17:00"},
    )  # fmt: skip
    told = {"summary": "一句话。"}
    district = below(root, DistrictPage, title="十笏园", place=museum.part_of, **told)
    street = below(
        district, StreetPage, title="西街", place=PlaceFactory(kind=PlaceKind.STREET), **told
    )
    topic = below(root, TopicPage, title="风筝", **told)
    articles = below(root, ArticleIndexPage, title="新闻", **told)
    people = below(root, PeoplePage, title="人物", **told)
    index = event_index()
    series = below(index, SeriesPage, title="周末", **told)
    session = bookable(price_minor=3050, starts_at=soon)
    event = event_page(session.programme, series=series, audience="家庭")
    show = ProgrammeFactory(exhibition=True)
    SessionFactory(programme=show, starts_at=soon)
    ExhibitedWorkFactory(programme=show, work=registered())
    exhibition = event_page(show, opens_on=date(2027, 1, 5), closes_on=date(2027, 3, 1))
    return [
        root, district, street, topic, articles, people, index, series, event, exhibition,
        below(street, PlacePage, title="博物馆", place=museum, **told),
        below(street, VenuePage, title="馆", place=PlaceFactory(), **told),
        below(district, VenuePage, title="无名", **told),
        below(exhibition, ViewingRoomPage, title="一号厅", **told),
        below(articles, ArticlePage, title="开展", slug="a1", day=date(2026, 12, 1), kind="news", author="甲", **told),
        below(articles, ArticlePage, title="公告", slug="a2", day=date(2026, 12, 2), kind="notice", **told),
        below(people, PersonPage, title="示例人物", role="传承人", craft="kite", **told),
        below(topic, EnterprisePage, title="示例企业", enterprise_code="91370700MA3C000000", **told),
        below(topic, RecruitmentPage, title="招商", slug="r1", place=museum, **told),
        below(topic, PolicyPage, title="办法", number="潍城发〔2025〕1号", issuer="示例单位", versions=VERSIONS, **told),
        below(topic, StandardPage, title="标准", number="T/1-2025", versions=VERSIONS, **told),
        below(root, ContentPage, title="说明", **told),
    ]  # fmt: skip


def test_every_kind_of_page_keeps_to_the_vocabulary_of_schema_org():
    pages = every_kind()
    kinds = {(type(p).__name__, p.slug): thing_of(p)["@type"] for p in pages}
    assert list(kinds.values()) == [
        "WebSite", "TouristAttraction", "TouristAttraction", "CollectionPage", "CollectionPage",
        "CollectionPage", "CollectionPage", "EventSeries", "Event", "ExhibitionEvent", "Museum",
        "EventVenue", "WebPage", "CollectionPage", "NewsArticle", "Article", "Person",
        "Organization", "WebPage", "Legislation", "CreativeWork", "WebPage",
    ]  # fmt: skip
    assert {type(p) for p in pages} >= {EventIndexPage, StreetPage}


def test_the_judge_of_the_vocabulary_reports_what_is_wrong():
    """The control: a wrong type, property, place of a type, member, date and empty value."""
    wrong = {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "Event", "nmae": "x", "startDate": "2027-13-01", "name": "",
                "location": {"@type": "Person", "name": "x"},
                "eventStatus": "https://schema.org/EventGone", "url": "/x/",
            },
            {"@type": "Evnt"},
        ],
    }  # fmt: skip
    assert schema_words.faults(wrong) == [
        "[0]: Event has no nmae",
        "[0].startDate: '2027-13-01' is no date",
        "[0].name: empty",
        "[0].location: a Person may not stand here",
        "[0].eventStatus: no member 'EventGone'",
        "[0].url: '/x/' is no whole address",
        "[1]: no type 'Evnt'",
    ]
    assert schema_words.faults({"@type": "Event"}) == ["@context is not schema.org's"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("museum", "Museum"), ("park", "Park"), ("mall", "ShoppingCenter"),
        ("academy", "LandmarksOrHistoricalBuildings"), ("district", "TouristAttraction"),
        ("venue", "EventVenue"), ("other", "Place"),
    ],
)  # fmt: skip
def test_a_place_is_told_by_its_kind_with_point_hours_and_access(kind, name):
    place = PlaceFactory(kind=kind, hours={"tue": "09:00-17:00"}, step_free="yes")
    page = below(home(), DistrictPage, title="页", place=place, summary="一句话。")
    found = thing_of(page)
    assert found["@type"] == name
    assert found["name"] == "页"
    assert found["geo"] == {"@type": "GeoCoordinates", "latitude": 36.709, "longitude": 119.101}
    assert found["address"]["streetAddress"] == "潍坊市潍城区胡家牌坊街49号"
    assert found["openingHoursSpecification"] == [
        {
            "@type": "OpeningHoursSpecification", "dayOfWeek": "https://schema.org/Tuesday",
            "opens": "09:00", "closes": "17:00",
        }
    ]  # fmt: skip
    assert found["amenityFeature"][0]["value"] is True


def test_an_event_says_when_where_what_it_costs_and_whether_there_is_room():
    room = RoomFactory()
    session = bookable(size=2, price_minor=3050, room=room)
    page = event_page(session.programme, title="扎风筝")
    found = thing_of(page)
    assert (
        found["startDate"]
        == session.starts_at.astimezone(timezone.get_default_timezone()).isoformat()
    )
    assert found["eventStatus"] == "https://schema.org/EventScheduled"
    assert found["location"]["geo"]["latitude"] == 36.709
    [offer] = found["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("30.50", "CNY")
    assert offer["availability"] == "https://schema.org/InStock"
    assert found["isAccessibleForFree"] is False
    assert "subEvent" not in found
    session.quotas.update(taken=2)
    assert thing_of(page)["offers"][0]["availability"] == "https://schema.org/SoldOut"


def test_moved_and_cancelled_dates_say_so_with_the_old_start():
    programme = ProgrammeFactory()
    day = timezone.now().replace(microsecond=0) + timedelta(days=3)
    kept, moved, gone = (
        SessionFactory(programme=programme, starts_at=day + timedelta(days=n)) for n in range(3)
    )
    moved.state, moved.previous_start = SessionState.MOVED, moved.starts_at - timedelta(hours=1)
    moved.save()
    gone.state = SessionState.CANCELLED
    gone.save()
    found = thing_of(event_page(programme))
    states = [e["eventStatus"].rsplit("/", 1)[-1] for e in found["subEvent"]]
    assert states == ["EventScheduled", "EventRescheduled", "EventCancelled"]
    assert ["previousStartDate" in e for e in found["subEvent"]] == [False, True, False]
    assert found["eventStatus"] == "https://schema.org/EventScheduled"
    programme.state = "cancelled"
    programme.save()
    found = thing_of(event_page(programme, slug="again"))
    assert found["eventStatus"] == "https://schema.org/EventCancelled"
    assert kept.starts_at == day


def test_an_ended_event_keeps_its_dates():
    programme = ProgrammeFactory()
    days = [timezone.now() - timedelta(days=n) for n in (9, 2)]
    for day in days:
        SessionFactory(programme=programme, starts_at=day)
    found = thing_of(event_page(programme))
    assert len(found["subEvent"]) == 2
    assert found["startDate"].startswith(
        days[0].astimezone(timezone.get_default_timezone()).date().isoformat()
    )


def test_a_draft_programme_and_one_without_dates_are_mere_pages():
    draft = event_page(SessionFactory(programme=ProgrammeFactory(draft=True)).programme)
    empty = event_page(ProgrammeFactory())
    assert [thing_of(p)["@type"] for p in (draft, empty)] == ["WebPage", "WebPage"]


def test_an_exhibition_names_the_public_works_it_shows():
    work = registered()
    show = ProgrammeFactory(exhibition=True)
    SessionFactory(programme=show)
    ExhibitedWorkFactory(programme=show, work=work)
    found = thing_of(event_page(show, opens_on=date(2027, 1, 5), closes_on=date(2027, 3, 1)))
    assert (found["startDate"], found["endDate"]) == ("2027-01-05", "2027-03-01")
    [shown] = found["workFeatured"]
    assert shown["identifier"] == work.number


def test_a_policy_is_told_in_the_version_that_is_in_force():
    topic = below(home(), TopicPage, title="题")
    page = below(
        topic, PolicyPage, title="办法", number="1号", versions=VERSIONS, summary="一句话。"
    )
    found = thing_of(page)
    assert (found["version"], found["text"]) == ("2.0", "新文")
    assert found["legislationDateVersion"] == "2025-01-01"
    assert found["legislationLegalForce"] == "https://schema.org/InForce"
    empty = below(topic, PolicyPage, title="空", slug="empty")
    assert "version" not in thing_of(empty)


def test_a_call_is_a_job_only_when_it_is_complete(settings):
    topic, place = below(home(), TopicPage, title="题"), PlaceFactory()
    page = below(
        topic, RecruitmentPage, title="讲解员", kind="talent", place=place, summary="周末讲解。",
        closes_at=timezone.now() + timedelta(days=9), first_published_at=timezone.now(),
    )  # fmt: skip
    assert thing_of(page)["@type"] == "WebPage"
    settings.OPERATOR_NAME = "示例运营单位"
    found = thing_of(page)
    assert found["@type"] == "JobPosting"
    assert found["hiringOrganization"]["name"] == "示例运营单位"


def test_the_trail_leads_from_home_to_the_page():
    page = event_page(SessionFactory().programme, title="扎风筝", slug="kites")
    graph = data_for(type(page).objects.get(pk=page.pk), site_url=SITE)["@graph"]
    steps = graph[1]["itemListElement"]
    assert [(s["position"], s["name"]) for s in steps] == [
        (1, "首页"),
        (2, "展览与活动"),
        (3, "扎风筝"),
    ]
    assert steps[2]["item"] == f"{SITE}/events/kites/"


def test_the_english_page_speaks_english():
    place = PlaceFactory(name="十笏园", name_en="Ten-Tablet Garden")
    session = bookable(room=RoomFactory(place=place, name="西厅", name_en="West Hall"))
    page = in_english(event_page(session.programme), "Kites")
    found = thing_of(page)
    assert (found["inLanguage"], found["name"]) == ("en", "Kites")
    assert found["location"]["name"] == "Ten-Tablet Garden West Hall"
    assert found["url"].startswith(f"{SITE}/en/")


def test_a_title_cannot_end_the_script_or_an_attribute():
    page = event_page(SessionFactory().programme, title='</script><img src=x onerror="1">')
    html = Template("{% load district %}{% structured_data page %}{% share_meta page %}").render(
        Context({"page": type(page).objects.get(pk=page.pk)})
    )
    assert html.count("</script>") == 1
    assert "<img" not in html
    body = re.search(r"<script[^>]*>(.*)</script>", html)[1]
    assert json.loads(body)["@graph"][0]["name"] == '</script><img src=x onerror="1">'


def test_the_head_names_card_feeds_calendar_and_embed():
    page = event_page(SessionFactory().programme, title="扎风筝", slug="kites")
    html = Template("{% load district %}{% share_meta page %}").render(
        Context({"page": type(page).objects.get(pk=page.pk)})
    )
    for piece in (
        '<meta property="og:title" content="扎风筝">', "/cards/", '<meta property="og:image:width" content="1200">',
        'type="application/json+oembed"', 'type="text/xml+oembed"', f"/calendar/programmes/{page.programme.uuid}.ics",
        'content="summary_large_image"', "/feeds/events.rss",
    ):  # fmt: skip
        assert piece in html, piece
    assert "/feeds/articles.rss" not in html


def test_a_page_that_is_not_saved_says_nothing():
    html = Template("{% load district %}{% structured_data page %}{% share_meta page %}").render(
        Context({"page": ContentPage(title="预览", locale=Locale.objects.first())})
    )
    assert html == ""


def test_the_number_of_queries_does_not_grow_with_dates_and_tickets(django_assert_max_num_queries):
    programme = ProgrammeFactory()
    for n in range(12):
        SessionFactory(programme=programme, starts_at=timezone.now() + timedelta(days=n + 1))
    for _n in range(3):
        TicketTypeFactory(programme=programme)
    QuotaFactory(programme=programme)
    page = event_page(programme)
    found = type(page).objects.get(pk=page.pk)
    with django_assert_max_num_queries(20):
        assert len(data_for(found, site_url=SITE)["@graph"][0]["subEvent"]) == 12


def test_a_filtered_list_names_only_what_it_shows(client):
    shown = event_page(ProgrammeFactory(is_for_children=True), title="孩子的风筝课")
    other = event_page(ProgrammeFactory(), title="风筝夜话")
    for page in (shown, other):
        SessionFactory(programme=page.programme, starts_at=timezone.now() + timedelta(days=3))
    index = other.get_parent()
    html = client.get(index.url, {"children": "1"}).content.decode()
    graph = json.loads(
        re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', html, re.S)[1]
    )
    named = [row["name"] for row in graph["@graph"][0]["mainEntity"]["itemListElement"]]
    assert named == [shown.title]
