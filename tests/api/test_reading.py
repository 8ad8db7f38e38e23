"""Reading: the same works as the pages, in pages that neither skip nor repeat, at a fixed cost."""

from urllib.parse import quote

import pytest

from appraisal.services.certificates import Paper, record_certificate, withdraw_certificate
from artmarket.core.money import Money
from auctions.listings.services.offers import change_price, close_offer
from catalog.models import Term, Work
from catalog.search import SearchQuery, search
from catalog.services import registration
from tests.api.conftest import Caller, caller_for
from tests.catalog import factories
from tests.listings.factories import offered

pytestmark = pytest.mark.django_db


def records(n: int) -> list[Work]:
    from catalog.search import index_works

    made = [factories.RecordFactory(title=f"山水册页{i}") for i in range(n)]
    index_works([w.pk for w in made])
    return made


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["items"]]


def walk(caller: Caller, path: str) -> list[int]:
    """All pages, by `next`; it and the Link header say the same."""
    found: list[int] = []
    address: str | None = path
    while address:
        answer = caller.get(address.replace("http://127.0.0.1:8000", ""))
        found += ids(answer)
        address = answer.json()["next"]
        assert answer.headers.get("Link") == (f'<{address}>; rel="next"' if address else None)
    return found


def test_a_search_finds_what_the_page_finds_in_its_order(anyone):
    records(7)
    for text in ("", "山水", "册页", "没有"):
        wanted = search(SearchQuery.make(text), page_size=100).work_ids
        assert ids(anyone.get(f"works?limit=100&q={quote(text)}")) == wanted


@pytest.mark.parametrize("query", ["", "q=%E5%B1%B1%E6%B0%B4", "sort=oldest"])
def test_pages_neither_skip_nor_repeat(anyone, query):
    records(11)
    whole = ids(anyone.get(f"works?limit=100&{query}"))
    assert len(whole) == 11
    assert walk(anyone, f"works?limit=3&{query}") == whole


def test_a_work_that_comes_in_between_moves_nothing(anyone):
    records(6)
    first = anyone.get("works?limit=3")
    records(2)
    second = anyone.get(first.json()["next"].replace("http://127.0.0.1:8000", ""))
    assert not set(ids(first)) & set(ids(second))
    assert len(ids(second)) == 3


@pytest.mark.parametrize("path", ["artists", "terms", "offers", "certificates", "events"])
def test_other_lists_are_walked_the_same_way(anyone, path):
    for _ in range(3):
        work = offered().work
        paper = Paper(kind="gallery", issuer="画廊", statement="真迹")
        record_certificate(actor=factories.person("registrar"), work_id=work.pk, paper=paper)
    if path == "terms":
        whole = [i["id"] for i in anyone.get("terms?limit=100&category=technique").json()["items"]]
        assert whole == sorted(whole)
        assert len(whole) == Term.objects.filter(category="technique").count()
        assert walk(anyone, "terms?limit=2&category=technique") == whole
        return
    whole = ids(anyone.get(f"{path}?limit=100"))
    assert len(whole) >= 3
    assert walk(anyone, f"{path}?limit=2") == whole


@pytest.mark.parametrize("path", [
    "works?unknown=1", "works?limit=0", "works?limit=101", "works?sort=best", "works?after=x",
    "works?after=1~2~3", "works?q=a&after=1~2", "works?low=cheap", "works?source=elsewhere",
    "terms?category=nothing", "works/0", "works/abc", "artists?after=0", "offers?work=x",
])  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused_with_the_place_of_the_fault(anyone, path):
    answer = anyone.get(path)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"]


@pytest.mark.parametrize("path", [
    "works/999999", "numbers/7K3M-92QF", "numbers/nonsense", "artists/999", "terms/1", "offers/9",
    "certificates/9", "nothing", "works/1/nothing", "",
])  # fmt: skip
def test_what_does_not_exist_is_a_problem_too(anyone, path):
    answer = anyone.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_any_way_of_writing_a_number_finds_the_work(anyone):
    work = factories.registered()
    written = f"{work.number[:4]}-{work.number[4:]}".lower()
    assert anyone.get(f"numbers/{written}").json() == anyone.get(f"works/{work.pk}").json()


def test_an_offer_is_shown_while_it_lives_and_names_no_seller(anyone):
    offer = offered()
    shown = anyone.get(f"offers/{offer.pk}").json()
    assert shown["price"] == {"minor": 480000, "currency": "CNY", "words": "¥4,800"}
    assert offer.seller.display_name not in str(shown)
    assert ids(anyone.get(f"offers?work={offer.work_id}")) == [offer.pk]
    assert ids(anyone.get("works?for_sale=enquiry")) == [offer.work_id]
    close_offer(actor=offer.seller, offer_id=offer.pk, reason="自留")
    assert anyone.get(f"offers/{offer.pk}").status_code == 404
    assert ids(anyone.get("offers")) == []


def test_an_offer_of_a_work_that_is_not_public_is_not_shown(anyone):
    offer = offered()
    registration.set_visibility(actor=offer.seller, work_id=offer.work_id, is_public=False)
    assert ids(anyone.get("offers")) == []
    assert ids(anyone.get("events")) == []


def test_a_certificate_is_shown_until_it_is_withdrawn_without_the_registrar_s_name(anyone):
    work, registrar = factories.registered(), factories.person("registrar", name="王登记")
    paper = Paper(kind="gallery", issuer="画廊", statement="真迹", issued="2019年5月")
    made = record_certificate(actor=registrar, work_id=work.pk, paper=paper)
    shown = anyone.get(f"certificates/{made.pk}").json()
    assert (shown["issuer"], shown["issued_edtf"]) == ("画廊", "2019-05")
    assert "王登记" not in str(shown)
    withdraw_certificate(actor=registrar, certificate_id=made.pk, reason="看错")
    assert anyone.get(f"certificates/{made.pk}").status_code == 404


def test_the_feed_of_events_tells_what_is_public_and_nothing_of_drafts(anyone):
    offer = offered()
    factories.draft()
    change_price(actor=offer.seller, offer_id=offer.pk, price=Money(500000))
    close_offer(actor=offer.seller, offer_id=offer.pk, reason="家里要留着")
    items = anyone.get("events?limit=100").json()["items"]
    actions = [item["action"] for item in items]
    assert actions[:2] == ["encumbrance.released", "offer.closed"]
    assert {"work.registered", "offer.opened", "offer.price_changed"} <= set(actions)
    assert not {"work.drafted", "work.submitted"} & set(actions)
    assert all(item["work"]["id"] == offer.work_id for item in items)
    assert "家里要留着" not in str(items)
    only = anyone.get("events?action=offer.opened&action=work.submitted").json()["items"]
    assert [item["action"] for item in only] == ["offer.opened"]


def test_words_come_in_the_language_asked_for():
    work = factories.registered()
    english = Caller(language="en-GB, zh;q=0.5").get(f"works/{work.pk}")
    assert english["Content-Language"] == "en"
    assert english.json()["dimensions"]["words"] == "100 × 80 cm"
    assert english.json()["title"] == "春山放鸢图"
    chinese = Caller(language="fr, zh-CN;q=0.3").get("works/0")
    assert chinese["Content-Language"] == "zh-Hans"
    assert chinese.json()["title"] == "有几处需要修改。"
    assert Caller(language="en").get("works/0").json()["errors"][0]["message"] == "Out of range."


# Each request also counts itself (one statement) and, with a token, reads it, its owner and his
# role, whether he has a second factor, and notes the use.
COUNTED = 1
BY_TOKEN = 6


def test_what_a_page_of_works_costs_does_not_grow_with_it(anyone, django_assert_max_num_queries):
    records(3)
    with django_assert_max_num_queries(14) as few:
        anyone.get("works?limit=50")
    records(30)
    with django_assert_max_num_queries(14) as many:
        anyone.get("works?limit=50")
    assert len(many) == len(few)


@pytest.mark.parametrize(("path", "most"), [
    ("works/{work}", 14), ("works/{work}/events", 20), ("artists", 2), ("artists/{artist}", 4),
    ("terms", 2), ("offers", 2), ("certificates", 2), ("events", 8),
])  # fmt: skip
def test_what_each_read_costs(anyone, path, most, django_assert_max_num_queries):
    work = offered().work
    record_certificate(
        actor=factories.person("registrar"), work_id=work.pk,
        paper=Paper(kind="gallery", issuer="画廊", statement="真迹"),
    )  # fmt: skip
    artist = work.attributions.first().artist_id
    with django_assert_max_num_queries(most + COUNTED):
        assert anyone.get(path.format(work=work.pk, artist=artist)).status_code == 200


def test_what_a_token_costs(django_assert_max_num_queries):
    caller = caller_for(factories.person("artist"), "artist")
    with django_assert_max_num_queries(COUNTED + BY_TOKEN + 1):
        assert caller.get("terms/300015012").status_code == 200
