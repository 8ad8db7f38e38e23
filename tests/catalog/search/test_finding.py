"""What is found, by whom, on both engines alike."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artmarket.core.search_tokens import fold, parse_query
from catalog.engine.numbers import format_number, make_number
from catalog.enums import WorkState
from catalog.models import Artist, ArtistName, SearchEntry, Work
from catalog.search import index_artists, index_works, matching_ids
from catalog.search.backends import Where, get_backend
from catalog.search.query import SearchQuery

from .making import ask, draft, record, titles, write_texts

pytestmark = pytest.mark.django_db
EXHIBITION = "潍坊风筝与仿古铜工艺展"


@pytest.mark.parametrize(
    "query",
    ["风筝", "風箏", "潍坊风筝", "工艺展", "筝", "fengzheng", "feng zheng", "weifang fengzheng",
     "fz", EXHIBITION],
)  # fmt: skip
def test_the_exhibition_is_found_in_every_writing(query):
    work = record(EXHIBITION)
    record("沙燕，硬翅")
    assert ask(query).work_ids == [work.pk]


def test_english_is_found_without_marks_and_by_stem():
    work = record("", title_en="Dürer's engravings of mountains")
    for query in ("durer", "DÜRER", "engraving", "mountain durer"):
        assert ask(query).work_ids == [work.pk], query
    assert ask("durers mountain valley").work_ids == []


def test_words_may_stand_in_different_fields():
    maker = Artist.objects.create(name="示例作者", name_en="Sample Maker")
    work = record("沙燕", maker=maker, description="竹骨绢面")
    assert ask("沙燕 绢面 sample").work_ids == [work.pk]


def test_all_names_of_the_maker_lead_to_the_work():
    maker = Artist.objects.create(name="郑燮", name_en="Zheng Xie")
    ArtistName.objects.create(artist=maker, text="板桥", kind="art")
    work = record("墨竹", maker=maker)
    for query in ("郑燮", "zhengxie", "板桥", "banqiao"):
        assert ask(query).work_ids == [work.pk], query


def test_a_changed_name_is_found_at_once():
    maker = Artist.objects.create(name="旧名")
    work = record("墨竹", maker=maker)
    maker.name = "新名"
    maker.save()
    index_artists([maker.pk])
    assert ask("新名").work_ids == [work.pk]
    assert ask("旧名").work_ids == []


def test_a_registry_number_is_found_in_any_writing():
    number = make_number(123_456)
    work = Work.objects.create(title="沙燕", state=WorkState.REGISTERED, number=number)
    index_works([work.pk])
    for query in (number, number.lower(), format_number(number), f" {number[:4]} {number[4:]} "):
        assert ask(query).work_ids == [work.pk], query


def test_title_and_maker_come_before_mere_mention():
    mentioned = record("沙燕", description="风筝的一种")
    named = record("风筝图")
    assert ask("风筝").work_ids == [named.pk, mentioned.pk]
    assert ask("风筝", sort="newest").work_ids == [named.pk, mentioned.pk]
    older = record("龙头风筝", created_at=named.created_at.replace(year=2019))
    assert ask("风筝").work_ids == [named.pk, older.pk, mentioned.pk]


def test_drafts_and_hidden_works_have_no_entry():
    draft("风筝草稿")
    hidden = Work.objects.create(
        title="风筝秘藏", state=WorkState.RECORDED, is_open_data=True, is_public=False
    )
    index_works([hidden.pk])
    assert not SearchEntry.objects.exists()
    page = ask("风筝")
    assert (page.work_ids, page.total.n, page.facets) == ([], 0, [])


def test_a_work_that_stops_being_public_disappears():
    work = record("风筝")
    Work.objects.filter(pk=work.pk).update(is_public=False)
    index_works([work.pk])
    assert ask("风筝").work_ids == []
    assert not SearchEntry.objects.exists()


def test_provenance_and_owners_are_never_searched():
    record("沙燕", provenance_text="旧藏于某宅", source_note="购自某人")
    assert ask("旧藏").work_ids == []
    assert ask("购自").work_ids == []


def test_indexing_twice_changes_nothing():
    work = record(EXHIBITION)
    before = list(SearchEntry.objects.values_list("work_id", "order_key", "year_key"))
    assert index_works([work.pk, work.pk]) == 1
    assert list(SearchEntry.objects.values_list("work_id", "order_key", "year_key")) == before
    assert ask("风筝").total.n == 1


def test_every_match_is_handed_out_for_export():
    made = [record(f"风筝{n}").pk for n in range(7)]
    query = SearchQuery.make("风筝", sort="newest")
    assert list(matching_ids(query, batch=3)) == made[::-1]


def test_words_of_an_engine_are_words_like_others():
    record('风筝 OR "沙燕" NEAR AND NOT head: * & | ! <->')
    for query in ('"', "OR", "NOT", "AND沙燕", "head:", "*", "' OR 1=1 --", "风筝 & !", "\\", "%"):
        ask(query)


HAN = st.text(
    st.sampled_from("潍坊风筝与仿古铜々〇\U00020000\U0002a6d6甗匜䶮山水墨竹"),
    min_size=2,
    max_size=9,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(HAN, min_size=1, max_size=8), st.data())
def test_any_part_of_any_text_finds_exactly_the_texts_that_hold_it(texts, data):
    """The oracle is Python's `in`; run on both engines it makes them agree with each other."""
    get_backend().delete(range(10**9, 10**9 + 8))  # of an example that was broken off
    made = write_texts(texts)
    chosen = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(chosen) - 2))
    part = chosen[start : data.draw(st.integers(start + 2, len(chosen)))]
    where = Where(terms=parse_query(part))
    rows = get_backend().keys(where, "newest", None, backwards=False, limit=100)
    expected = {pk for pk, text in made.items() if fold(part) in fold(text)}
    assert {pk for _key, pk in rows} == expected


def test_titles_helper_keeps_the_order():
    record("甲")
    record("乙")
    assert titles(ask()) == ["乙", "甲"]
