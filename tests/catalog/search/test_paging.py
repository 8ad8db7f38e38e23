"""Pages by place: each work once, at any depth, while new ones arrive."""

from itertools import pairwise

import pytest

from catalog.search.query import Cursor, SearchQuery, read_cursor
from catalog.search.selector import search

from .making import ask, record

pytestmark = pytest.mark.django_db


def walk(page, size, *, meanwhile=lambda: None):
    seen = list(page.work_ids)
    while page.next:
        meanwhile()
        page = search(page.next, page_size=size)
        seen += page.work_ids
    return seen, page


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_paging_visits_each_work_once_while_new_ones_are_registered(sort):
    made = [record(f"风筝{n}", year_from=1900 + n % 3).pk for n in range(11)]
    made += [record("沙燕", description="风筝", year_from=1850).pk]
    seen, _last = walk(
        ask("风筝", sort=sort, page_size=3), 3, meanwhile=lambda: record("风筝新作", year_from=1800)
    )
    assert sorted(p for p in seen if p in made) == sorted(made)
    assert len(seen) == len(set(seen))


def test_pages_are_numbered_and_lead_back_to_the_same_works():
    for n in range(14):
        record(f"作品{n}")
    pages = [ask(page_size=2)]
    while pages[-1].next:
        pages.append(search(pages[-1].next, page_size=2))
    assert [p.number for p in pages] == [1, 2, 3, 4, 5, 6, 7]
    assert [link.number for link in pages[0].pages] == [1, 2, 3, 4]
    assert [link.number for link in pages[5].pages] == [1, 3, 4, 5, 6, 7]
    for earlier, later in pairwise(pages):
        assert search(later.previous, page_size=2).work_ids == earlier.work_ids
    assert pages[1].previous == pages[0].query
    assert pages[0].previous is None and pages[-1].next is None


def test_works_without_a_year_come_last_among_the_oldest():
    late = record("晚", year_from=1990)
    none = record("不详")
    early = record("早", year_from=-200)
    assert ask(sort="oldest").work_ids == [early.pk, late.pk, none.pk]


@pytest.mark.parametrize(
    "text", ["", "x", "1", "1~", "1~2~3~4", "１~２", "9" * 25 + "~1", "1~2~x", "~", "-~-", "1.5~2"]
)
def test_a_bad_cursor_is_no_cursor(text):
    assert read_cursor(text) is None


def test_a_cursor_of_another_sort_means_the_first_page():
    work = record("风筝")
    query = SearchQuery.make("风筝", sort="relevance", cursor=Cursor((1, 2)), page=7)
    assert (query.cursor, query.page) == (None, 1)
    assert search(query).work_ids == [work.pk]


def test_a_place_beyond_the_end_is_an_empty_page_with_a_way_back():
    record("风筝")
    page = search(SearchQuery.make(cursor=Cursor((0, 0)), page=5))
    assert page.work_ids == []
    assert page.previous == page.query.first_page()
