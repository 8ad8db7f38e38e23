"""Facets: counts, alternatives, caps, what upper apps bring, who is to blame."""

import pytest

from catalog.models import Artist
from catalog.search import facets, index_works, selector, snapshot
from catalog.search.facets import register_facet_source, register_price_source

from .making import ask, draft, record

pytestmark = pytest.mark.django_db
PAINTING, PRINT = "300033618", "300041273"


@pytest.fixture
def upper_floors(monkeypatch):
    """Sources as the apps of higher floors register them: pk → values."""
    monkeypatch.setattr(facets, "_facets", dict(facets._facets))
    monkeypatch.setattr(facets, "_price_sources", [])
    certified: dict[int, list[str]] = {}
    prices: dict[int, tuple[int, str]] = {}
    register_facet_source(
        "certified", lambda ids: {i: certified[i] for i in ids if i in certified},
        label="证书", values={"yes": "有证书"}, order=5,
    )  # fmt: skip
    register_price_source(lambda ids: {i: prices[i] for i in ids if i in prices})
    return certified, prices


def counts(page, name):
    view = next((f for f in page.facets if f.name == name), None)
    return {o.value: o.count for o in view.options} if view else None


def test_each_facet_counts_what_was_found():
    maker = Artist.objects.create(name="示例作者")
    record("春", year_from=1955, year_to=1955, types=[PAINTING], maker=maker)
    record("夏", year_from=1370, year_to=1400, types=[PAINTING])
    record("秋", types=[PRINT])
    draft("冬", year_from=1955, year_to=1955)
    page = ask()
    assert counts(page, "period") == {"p1368": 1, "p1949": 1, "unknown": 1}
    assert counts(page, "type") == {PAINTING: 2, PRINT: 1}
    assert counts(page, "artist") == {str(maker.pk): 1}
    assert counts(page, "source") == {"museum": 3}


def test_values_of_one_facet_are_alternatives_and_facets_narrow_each_other():
    record("春", year_from=1955, year_to=1955, types=[PAINTING])
    record("夏", year_from=1370, year_to=1370, types=[PAINTING])
    record("秋", year_from=1955, year_to=1955, types=[PRINT])
    page = ask(filters={"type": PAINTING, "period": ["p1949", "p1368"]})
    assert page.total.n == 2
    assert counts(page, "type") == {PAINTING: 2, PRINT: 1}
    one = ask(filters={"period": "p1368"})
    assert counts(one, "period") == {"p1368": 1, "p1949": 2}
    assert counts(one, "type") == {PAINTING: 1}


@pytest.mark.parametrize("term", ["300404286", "forgery", "300404282"])
def test_works_after_a_maker_or_forged_do_not_stand_under_the_maker(term):
    maker = Artist.objects.create(name="名家")
    record("仿", maker=maker, term=term)
    page = ask("名家")
    assert page.total.n == 1
    assert counts(page, "artist") is None


def test_a_facet_without_a_source_is_not_shown():
    record("春")
    assert counts(ask(), "certified") is None
    assert ask(filters={"certified": "yes"}).query.filters == ()


def test_upper_apps_bring_facets_and_prices(upper_floors):
    certified, prices = upper_floors
    cheap, dear, plain = record("甲"), record("乙"), record("丙")
    certified[cheap.pk] = ["yes"]
    prices.update({cheap.pk: (15_000, "CNY"), dear.pk: (990_000, "CNY")})
    index_works([cheap.pk, dear.pk, plain.pk])
    assert counts(ask(), "certified") == {"yes": 1}
    assert ask(filters={"certified": "yes"}).work_ids == [cheap.pk]
    assert ask(low=10_000, high=20_000).work_ids == [cheap.pk]
    assert ask(sort="price_up").work_ids == [cheap.pk, dear.pk]
    assert ask(sort="price_down").work_ids == [dear.pk, cheap.pk]
    assert [n for _edge, n in ask().histogram if n] == [1, 1]
    certified.clear()
    index_works([cheap.pk])
    assert counts(ask(), "certified") is None


def test_counts_stop_at_the_cap(monkeypatch):
    monkeypatch.setattr(selector, "CAP", 3)
    for n in range(5):
        record(f"风筝{n}", types=[PAINTING])
    page = ask("风筝")
    assert (page.total.n, page.total.is_capped) == (3, True)
    assert counts(page, "type") == {PAINTING: 3}
    assert len(page.work_ids) == 5
    filtered = ask(filters={"type": PAINTING})
    assert (filtered.total.n, filtered.total.is_capped) == (3, True)
    snapshot.take_snapshot()
    known = ask(filters={"type": PAINTING})  # one value alone was counted with everything
    assert (known.total.n, known.total.is_capped) == (5, False)


def test_the_open_page_uses_kept_counts_when_there_are_many(monkeypatch):
    for n in range(5):
        record(f"作品{n}", types=[PAINTING])
    snapshot.take_snapshot()
    record("新", types=[PAINTING])
    assert ask().total.n == 6  # few works: counted now
    monkeypatch.setattr(selector, "CAP", 3)
    page = ask()
    assert (page.total.n, page.total.is_capped) == (5, False)
    assert counts(page, "type") == {PAINTING: 5}


def test_nothing_found_names_the_condition_that_is_to_blame():
    record("风筝", year_from=1955, year_to=1955, types=[PAINTING])
    page = ask("风筝", filters={"period": "p1368", "type": PAINTING})
    assert page.total.n == 0
    assert [f.name for f in page.guilty] == ["period"]
    assert ask("沙燕", filters={"period": "p1368"}).guilty == []
    assert ask("沙燕").guilty == []


def test_two_facets_never_share_a_number():
    codes = [facets.facet(n).code("1") for n in facets.facet_names()]
    assert len(set(codes)) == len(codes)
    decoded = facets.decode({facets.facet("period").code("p1368"): 4, 12345: 9})
    assert decoded == {"period": {"p1368": 4}}
