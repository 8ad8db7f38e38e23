"""No Chinese word of the platform's own on an English page, and its dates are English."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client

from catalog.services import corrections, registration
from tests.catalog.factories import COMPLETE, RecordFactory, draft, person

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u3000-\u303f\uff00-\uffef㐀-鿿豈-﫿\U00020000-\U0003ffff]+")
# What is no word of the page: scripts, the link to the Chinese page, the language's own name.
DATA = re.compile(
    r"<script\b.*?</script>|(?:简体)?中文|<(\w+)[^>]*\blang=\"zh-CN\"[^>]*>.*?</\1>", re.DOTALL
)

PUBLIC = (
    "/en/",
    "/en/works/",
    "/en/works/?q=nothing+like+it",
    "/en/works/?type=300033618&sort=price-high",
    "/en/works/find/",
    "/en/works/find/?number=7K3M",
    "/en/rules/",
    "/en/rules/catalog.relic_not_tradable/",
    "/en/account/login/",
    "/en/account/signup/",
    "/en/account/password/reset/",
    "/en/no-such-page/",
)


@pytest.fixture
def works() -> dict:
    """Works whose own words are English: one registered, one submitted, one draft."""
    artist = person("artist", name="Ann Lee")
    texts = COMPLETE.texts | {
        "title": "Kites over spring hills",
        "subject": "landscape",
        "date_text": "2019",
        "medium_text": "ink and colour on paper",
        "features": "a water stain at the lower left",
    }
    inscription = replace(COMPLETE.inscriptions[0], text="Three Stones")
    words = replace(COMPLETE, texts=texts, inscriptions=[inscription])
    made = [draft(artist, words) for _ in range(3)]
    for work in made[:2]:
        registration.submit_work(actor=artist, work_id=work.pk)
    registrar = person("registrar", name="Bo Reed")
    registered = registration.register_work(actor=registrar, work_id=made[0].pk)
    registered = corrections.decide_relic_status(
        actor=person("bureau", name="Cy Hall"),
        work_id=registered.pk,
        status="not_relic",
        reason="the date is certain",
    )
    record = RecordFactory()
    return {
        "artist": artist,
        "registrar": registrar,
        "registered": registered,
        "submitted": made[1],
        "draft": made[2],
        "record": record,
    }


def left_in_chinese(client: Client, address: str) -> list[str]:
    """The Chinese of a page: text and attributes, but for scripts and the other language's link."""
    page = client.get(address)
    assert page.status_code in {200, 404}, (address, page.status_code)
    return CHINESE.findall(DATA.sub("", unescape(page.content.decode())))


def test_public_pages_are_english(client: Client, works: dict) -> None:
    work = works["registered"]
    addresses = [
        *PUBLIC,
        f"/en/works/{work.number}/",
        f"/en/works/{work.number}/history/",
        f"/en/artists/{work.attributions.get().artist_id}/",
        f"/en/records/{works['record'].pk}/",
    ]
    left = {address: found for a in addresses if (found := left_in_chinese(client, (address := a)))}
    assert left == {}


def test_a_page_says_its_language_and_writes_dates_for_its_readers(
    client: Client, works: dict
) -> None:
    address = f"works/{works['registered'].number}/history/"
    english, chinese = (client.get(a + address).content.decode() for a in ("/en/", "/"))
    assert '<html lang="en"' in english
    assert re.search(r">\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d</time>", english)
    assert '<html lang="zh-CN"' in chinese
    assert re.search(r">\d{4}年\d{1,2}月\d{1,2}日\d\d:\d\d</time>", chinese)
    assert re.search(r'datetime="\d{4}-\d\d-\d\dT', english)


def test_an_artists_desk_is_english(client: Client, works: dict) -> None:
    client.force_login(works["artist"])
    desk = "/en/desk/artist/"
    addresses = [
        "/en/account/",
        "/en/account/profile/",
        "/en/account/email/",
        "/en/account/password/change/",
        desk,
        f"{desk}works/new/",
        f"{desk}works/{works['draft'].pk}/edit/",
        f"{desk}works/{works['submitted'].pk}/",
        f"{desk}works/{works['registered'].pk}/",
        "/en/works/saved/",
    ]
    left = {address: found for a in addresses if (found := left_in_chinese(client, (address := a)))}
    assert left == {}


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        (
            "registrar",
            (
                "/en/desk/registrar/",
                "/en/desk/registrar/works/{submitted}/",
                "/en/desk/registrar/works/{registered}/",
                "/en/desk/registrar/works/{registered}/correct/",
            ),
        ),
        ("bureau", ("/en/desk/bureau/", "/en/desk/bureau/works/{submitted}/")),
        (
            "operator",
            (
                "/en/desk/operator/",
                "/en/desk/operator/organisations/",
                "/en/desk/operator/organisations/new/",
                "/en/desk/operator/events/",
            ),
        ),
    ],
)
def test_the_desks_of_the_house_are_english(
    client: Client, works: dict, role: str, addresses: tuple[str, ...]
) -> None:
    client.force_login(person(role, name="Di Marsh"))
    numbers = {name: getattr(thing, "pk", 0) for name, thing in works.items()}
    left = {}
    for address in addresses:
        if found := left_in_chinese(client, address.format(**numbers)):
            left[address] = found
    assert left == {}
