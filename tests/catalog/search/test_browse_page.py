"""The browse page: what it shows, what it costs, what it says when nothing is found."""

import re

import pytest
from django.urls import reverse

from catalog.models import Artist, SavedSearch
from tests.catalog.factories import person

from .making import draft, record

pytestmark = pytest.mark.django_db
PAINTING = "300033618"


def get(client, query="", **how):
    return client.get(reverse("catalog:browse") + query, **how)


def test_the_page_shows_works_count_facets_and_canonical_address(client):
    record("春山风筝", year_from=1955, year_to=1955, types=[PAINTING])
    draft("风筝草稿")
    html = get(client, "?sort=nonsense&q=风筝&utm=1").content.decode()
    assert '<h2 id="count">1件</h2>' in html
    assert "春山风筝" in html and "草稿" not in html
    assert 'name="period" value="p1949"' in html
    assert '<link rel="canonical" href="http://127.0.0.1:8000/works/?q=%E9%A3%8E%E7%AD%9D">' in html
    assert html.count("<h1") == 1


def test_active_filters_are_links_that_drop_one_condition(client):
    record("风筝", year_from=1955, year_to=1955)
    html = get(client, "?q=风筝&period=p1949").content.decode()
    assert 'class="chip" href="/works/?period=p1949"' in html
    assert 'class="chip" href="/works/?q=%E9%A3%8E%E7%AD%9D"' in html


def test_nothing_found_offers_to_drop_the_condition_to_blame(client):
    record("风筝", year_from=1955, year_to=1955)
    html = get(client, "?q=风筝&period=p1368").content.decode()
    assert "去掉1368—1643（明）" in html
    assert "去掉“风筝”" not in html


def test_makers_stand_above_the_results(client):
    maker = Artist.objects.create(name="郑燮")
    record("墨竹", maker=maker)
    html = get(client, "?q=zheng").content.decode()
    assert f'href="/artists/{maker.pk}/"' in html


def test_htmx_gets_the_region_and_history_gets_the_page(client):
    record("风筝")
    part = get(client, "?low=&q=风筝", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert part["HX-Push-Url"] == "/works/?q=%E9%A3%8E%E7%AD%9D"
    assert "HX-Request" in part["Vary"]
    whole = get(
        client, "?q=风筝",
        headers={"HX-Request": "true", "HX-History-Restore-Request": "true"},
    )  # fmt: skip
    assert "<html" in whole.content.decode()


def test_following_the_pages_without_script_meets_each_work_once(client):
    made = {record(f"作品{n:02}").pk for n in range(50)}
    address, seen = "/works/", []
    while address:
        html = client.get(address).content.decode()
        seen += [int(pk) for pk in re.findall(r"/records/(\d+)/", html)]
        following = re.search(r'href="([^"]+)" rel="next"', html)
        address = following[1].replace("&amp;", "&") if following else None
    assert sorted(seen) == sorted(made)


def test_the_number_of_queries_does_not_grow_with_the_works(client, django_assert_max_num_queries):
    maker = Artist.objects.create(name="郑燮")
    for n in range(30):
        record(f"墨竹{n}", maker=maker, types=[PAINTING], year_from=1700, year_to=1700)
    with django_assert_max_num_queries(10):
        get(client)
    with django_assert_max_num_queries(17):  # three of them look for pages beside the works
        get(client, "?q=墨竹&period=p1644")


def test_english_pages_speak_english_addresses(client):
    record("风筝", title_en="Kite")
    html = client.get("/en/works/?q=kite").content.decode()
    assert "Kite" in html and 'action="/en/works/"' in html


@pytest.mark.parametrize(
    "query", ["?after=x&page=-1", "?page=99999999999999999999", "?q=%00", "?period=%FF"]
)
def test_broken_addresses_are_answered(client, query):
    record("风筝")
    assert get(client, query).status_code == 200


def test_a_search_is_saved_renamed_opened_and_deleted(client):
    user = person()
    assert client.get("/works/saved/").status_code == 302
    client.force_login(user)
    record("风筝")
    address = reverse("catalog:save_search") + "?q=风筝"
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": ""}).status_code == 422
    assert client.post(address, {"name": "风筝们", "notify": "1"}).status_code == 302
    kept = SavedSearch.objects.get(user=user)
    assert "风筝们" in client.get("/works/saved/").content.decode()
    client.post(reverse("catalog:change_saved", args=[kept.pk]), {"name": "改名"})
    kept.refresh_from_db()
    assert (kept.name, kept.notify) == ("改名", False)
    opened = client.post(reverse("catalog:open_saved", args=[kept.pk]))
    assert opened["Location"] == "/works/?q=%E9%A3%8E%E7%AD%9D&sort=newest"
    other = person()
    client.force_login(other)
    assert client.post(reverse("catalog:delete_saved", args=[kept.pk])).status_code == 404
    client.force_login(user)
    client.post(reverse("catalog:delete_saved", args=[kept.pk]))
    assert not SavedSearch.objects.exists()
