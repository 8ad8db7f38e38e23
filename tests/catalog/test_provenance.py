"""Provenance as stored: versions of the text, periods read out of it, parts beside it."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.engine.provenance import read_record
from catalog.models import Citation, Inscription, ProvenancePeriod, ProvenanceText, Work
from catalog.provenance import provenance_of
from catalog.provenance_words import REASON_WORDS
from catalog.services import corrections, drafts, provenance
from catalog.services.description import Description
from tests.catalog.factories import COMPLETE, RecordFactory, draft, person, registered, submitted

pytestmark = pytest.mark.django_db

TEXT = (
    "来源：张三（1900—1980）旧藏，潍坊；李四1995年购自北厅拍卖行（拍品46号，成交价120万元）。"
    "王五，其余不详……；约2001年，潍坊风筝博物馆。\n"
    "著录：《张三画集》，某出版社，1998年，第26页，图12。展览：春展，潍坊，2001年。"
    "鉴藏印：长物居（朱文）"
)


def written(work: Work, text: str = TEXT, actor=None, **given) -> provenance.Written:
    return provenance.set_provenance(
        actor=actor or work.created_by, work_id=work.pk, text=text, **given
    )


def periods(work: Work) -> list[ProvenancePeriod]:
    current = provenance.current_text(work)
    return list(current.periods.all()) if current else []


def test_the_text_is_kept_byte_for_byte_and_the_field_of_the_work_with_it():
    work = draft()
    text = "\n  来源：张三旧藏；\r\n李四。 \t\n"
    saved = written(work, text, source=" 家属口述 ")
    work.refresh_from_db()
    assert saved.is_new and saved.text is not None
    assert (saved.text.text, work.provenance_text) == (text, text)
    assert (saved.text.number, saved.text.language, saved.text.source) == (1, "zh", "家属口述")
    assert saved.text.author == work.created_by
    told = periods(work)
    assert "".join(text[p.start : p.start + len(p.words)] for p in told) == "".join(
        p.words for p in told
    )


def test_each_period_keeps_who_when_how_and_how_much():
    work = draft()
    written(work)
    first, second, unread, last = periods(work)
    assert (first.party_words, first.place, first.method) == ("张三", "潍坊", "")
    assert second.party_words == "李四" and second.source_words == "北厅拍卖行"
    assert (second.method, second.moves_title) == ("sale", True)
    assert (second.acquired_from, second.acquired_to) == ("1995", "1995")
    assert (second.year_from, second.year_to) == (1995, 1995)
    assert (second.stock_numbers, second.price_words) == ("拍品46号", "120万元")
    assert second.as_read["price"]["amount"] == "1200000"
    assert unread.failed_at is not None and TEXT[unread.failed_at :].startswith("…")
    assert unread.as_read == {"unparsed": "王五，其余不详……", "direct": True}
    assert (last.acquired_from, last.party_words) == ("2001~", "潍坊风筝博物馆")
    assert [p.is_direct for p in (first, second, unread, last)] == [True, False, True, False]


def test_custody_is_told_from_title():
    work = draft()
    written(work, "来源：张三旧藏；寄售于蓝门画廊，2010年；质押于潍坊某典当行，2011年。")
    assert [p.moves_title for p in periods(work)] == [True, False, False]


def test_an_english_text_keeps_its_footnotes_and_citations_with_their_period():
    work = draft()
    text = (
        "Jane Doe, Boise, ID, 1950 [1][a]; by descent to Jane Doe's son, John Doe.\n"
        "Notes:\n[1]. From the dealer's card.\nCitations:\n[a]. Ledger, p. 3."
    )
    written(work, text)
    first, second = periods(work)
    assert (first.footnote, first.citations) == ("From the dealer's card.", ["Ledger, p. 3."])
    assert (second.method, second.as_read["party"]["kin"]["type"]) == ("by_descent", "son")
    assert provenance.current_text(work).language == "en"


def test_the_makers_own_name_is_linked_to_the_maker():
    work = draft(person("artist", name="陈阿四"))
    artist = work.attributions.get().artist
    written(work, f"来源：作者自藏；{artist.name}；张三。")
    assert [p.artist_id for p in periods(work)] == [artist.pk, artist.pk, None]


def test_a_title_holder_named_in_the_text_is_linked():
    work = registered(person("artist", name="陈阿四"))
    holder = work.title_shares.get().party
    corrections.correct_work(
        actor=person("registrar"), work_id=work.pk, reason="补来源",
        description=Description(texts={"provenance_text": f"来源：张三；{holder.name}。"}),
    )  # fmt: skip
    assert [p.party_id for p in periods(work)] == [None, holder.pk]


def test_a_further_save_is_a_further_version_and_the_first_one_stays():
    work = draft()
    written(work, "来源：张三。", source="甲")
    written(work, "来源：张三；李四。", source="乙")
    texts = list(work.provenance_texts.order_by("number"))
    assert [(t.number, t.text, t.source) for t in texts] == [
        (1, "来源：张三。", "甲"), (2, "来源：张三；李四。", "乙"),
    ]  # fmt: skip
    assert texts[1].supersedes == texts[0]


def test_words_that_stay_keep_who_first_said_them():
    work = draft()
    written(work, "来源：张三；李四。", source="甲")
    written(work, "来源：王五；张三；李四。", source="乙")
    assert [p.said_in.source for p in periods(work)] == ["乙", "甲", "甲"]


def test_the_same_text_again_writes_nothing():
    work = draft()
    written(work)
    work.refresh_from_db()
    before = (work.version, Event.objects.count())
    assert not written(work).is_new
    work.refresh_from_db()
    assert (work.version, Event.objects.count()) == before
    assert ProvenanceText.objects.count() == 1


def test_a_version_of_the_text_can_be_neither_changed_nor_deleted():
    work = draft()
    text = written(work).text
    for change in (
        lambda: ProvenanceText.objects.filter(pk=text.pk).update(text="x"),
        lambda: ProvenanceText.objects.filter(pk=text.pk)._raw_delete("default"),
    ):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            change()


def test_two_versions_with_one_number_are_refused_by_the_database():
    work = draft()
    text = written(work).text
    with pytest.raises(IntegrityError), transaction.atomic():
        ProvenanceText.objects.create(work=work, number=1, text="x", language="zh")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProvenanceText.objects.create(work=work, number=3, text="x", language="zh")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProvenanceText.objects.create(work=work, number=3, text="x", language="zh", supersedes=text)
        ProvenanceText.objects.create(work=work, number=4, text="y", language="zh", supersedes=text)


def test_a_second_tab_is_refused_and_nothing_is_lost():
    work = draft()
    opened = work.version
    written(work, "来源：张三。", version=opened)
    with pytest.raises(WrongState) as refusal:
        written(work, "来源：李四。", version=opened)
    assert refusal.value.code == "stale"
    work.refresh_from_db()
    assert work.provenance_text == "来源：张三。"
    assert ProvenanceText.objects.count() == 1


def test_saving_the_other_fields_of_a_draft_leaves_the_provenance_alone():
    work = draft()
    written(work)
    work.refresh_from_db()
    drafts.update_draft(
        actor=work.created_by, work_id=work.pk, description=COMPLETE, version=work.version
    )
    work.refresh_from_db()
    assert work.provenance_text == TEXT
    assert len(periods(work)) == 4


def test_a_draft_begun_with_provenance_has_its_periods():
    artist = person("artist")
    work = drafts.create_draft(
        actor=artist,
        description=Description(texts={"title": "山", "provenance_text": "来源：张三；李四。"}),
    )
    assert [p.party_words for p in periods(work)] == ["张三", "李四"]


def test_faults_of_a_draft_leave_no_version_behind():
    drafts.faults_of_draft(
        actor=person("artist"),
        description=Description(texts={"title": "山", "provenance_text": "来源：张三。"}),
    )
    assert not ProvenanceText.objects.exists()


# ------------------------------------------------------------------ who may


def test_only_its_lister_writes_the_provenance_of_a_draft():
    work = draft()
    for other in (person("artist"), person("registrar"), person("operator"), person()):
        with pytest.raises(NotAllowed):
            written(work, actor=other)
    assert not ProvenanceText.objects.exists()


def test_of_a_registered_work_only_a_registrar_with_a_reason():
    work = registered()
    with pytest.raises(NotAllowed):
        written(work)
    with pytest.raises(Invalid) as refusal:
        written(work, actor=person("registrar"))
    assert set(refusal.value.fields) == {"reason"}
    saved = written(work, actor=person("registrar"), reason="家属补充")
    assert saved.is_new
    event = Event.objects.about(work).first()
    assert (event.action, event.data["reason"]) == ("work.corrected", "家属补充")
    assert (event.before["provenance_text"], event.after["provenance_text"]) == ("", TEXT)


def test_a_submission_is_changed_by_nobody():
    work = submitted()
    with pytest.raises(NotAllowed):
        written(work)
    with pytest.raises(WrongState):
        written(work, actor=person("registrar"), reason="x")


def test_everything_that_is_wrong_is_said_at_once():
    work = registered()
    with pytest.raises(Invalid) as refusal:
        written(work, "x" * 20_001, actor=person("registrar"), source="s" * 301)
    assert set(refusal.value.fields) == {"text", "source", "reason"}
    assert refusal.value.rule == "catalog.provenance_longest"


@pytest.mark.parametrize("text", ["张三\x00", "\ud800"])
def test_what_no_database_keeps_is_refused(text):
    with pytest.raises(Invalid):
        written(draft(), text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "；；。。", ";" * 20_000, "（" * 2000, "<script>alert(1)</script>；张三。", "𠀀𪚥；"],
)
def test_hostile_text_is_kept_as_it_is(text):
    work = draft()
    written(work, text)
    work.refresh_from_db()
    assert work.provenance_text == text
    assert "".join(p.slice for p in read_record(text).passages) == text


def test_an_emptied_provenance_keeps_its_earlier_version():
    work = draft()
    written(work)
    written(work, "")
    work.refresh_from_db()
    assert (work.provenance_text, work.provenance_public, periods(work)) == ("", "", [])
    assert work.provenance_texts.get(number=1).text == TEXT
    assert not work.citations.exists()


# ------------------------------------------------------------------ parts beside it


def test_literature_shows_and_seals_become_rows_of_their_own():
    work = draft()
    written(work)
    assert set(work.citations.values_list("kind", "text")) == {
        ("literature", "《张三画集》，某出版社，1998年，第26页，图12"),
        ("exhibition", "春展，潍坊，2001年"),
    }
    seal = work.inscriptions.get(kind="collector_seal")
    assert (seal.text, seal.style, seal.from_provenance) == ("长物居", "zhuwen", True)


def test_saving_again_makes_no_second_row_and_changed_words_replace_theirs():
    work = draft()
    written(work)
    written(work, TEXT + "题识：辛巳春月，张三写于潍上。")
    assert Citation.objects.count() == 2
    assert Inscription.objects.filter(from_provenance=True).count() == 2
    written(work, TEXT.replace("第26页", "第27页"))
    assert sorted(work.citations.values_list("text", flat=True)) == [
        "《张三画集》，某出版社，1998年，第27页，图12", "春展，潍坊，2001年",
    ]  # fmt: skip


def test_what_somebody_entered_by_hand_stays():
    work = registered()
    corrections.add_part_or_citation(
        actor=person("registrar"), work_id=work.pk, kind="exhibition", text="春展，潍坊，2001年",
        reason="x",
    )  # fmt: skip
    written(work, actor=person("registrar"), reason="x")
    assert work.citations.filter(kind="exhibition").count() == 1
    written(work, "来源：张三。", actor=person("registrar"), reason="x")
    assert list(work.citations.values_list("kind", flat=True)) == ["exhibition"]
    assert work.inscriptions.filter(text="三石").exists()


def test_a_seal_that_a_photograph_shows_is_not_taken_away():
    work = draft()
    written(work)
    ref = work.inscriptions.get(kind="collector_seal").ref
    photo = work.photos.first()
    drafts.update_photo(
        actor=work.created_by, photo_id=photo.pk, view=photo.view, has_scale=False, shows=ref
    )
    written(work, "来源：张三。")
    assert work.inscriptions.filter(ref=ref).exists()


# ------------------------------------------------------------------ records of museums


def test_a_museums_record_is_read_when_somebody_looks_and_nothing_is_written():
    record = RecordFactory(provenance_text="Jane Doe, Boise; John Roe, 1950.")
    found = provenance_of(record, person())
    assert [p.holder for p in found.periods] == ["Jane Doe，Boise", "John Roe"]
    assert found.is_full and found.number == 0
    assert not ProvenanceText.objects.exists()


def test_the_records_of_museums_are_stored_in_bulk_on_demand_and_once():
    records = [RecordFactory(provenance_text=f"Jane Doe; John Roe, 195{n}.") for n in range(3)]
    keys = [record.pk for record in records]
    assert provenance.store_provenance(work_ids=keys) == 3
    assert provenance.store_provenance(work_ids=keys) == 0
    assert ProvenancePeriod.objects.count() == 6
    assert not Event.objects.filter(action="work.provenance_read").exists()


def test_an_older_registered_work_gets_its_periods_its_public_text_and_an_event():
    work = registered()
    assert provenance.store_provenance(work_ids=[work.pk]) == 0
    Work.objects.filter(pk=work.pk).update(provenance_text=TEXT)
    assert provenance.store_provenance(work_ids=[work.pk]) == 1
    work.refresh_from_db()
    assert work.provenance_text == TEXT and len(periods(work)) == 4
    assert work.provenance_public.startswith("来源：私人收藏；")
    event = Event.objects.about(work).first()
    assert (event.action, event.actor) == ("work.provenance_read", None)
    assert set(event.after) == {"citations", "inscriptions"}


def test_a_record_imported_anew_is_read_anew():
    record = RecordFactory(provenance_text="Jane Doe.")
    provenance.store_provenance(work_ids=[record.pk])
    Work.objects.filter(pk=record.pk).update(provenance_text="Ann Noe; John Roe.")
    record.refresh_from_db()
    assert [p.holder for p in provenance_of(record, person()).periods] == ["Ann Noe", "John Roe"]
    provenance.store_provenance(work_ids=[record.pk])
    assert provenance.current_text(record).number == 2


# ------------------------------------------------------------------ gaps


def gaps(work: Work, text: str) -> list[tuple[str, str]]:
    Work.objects.filter(pk=work.pk).update(provenance_text=text)
    work.refresh_from_db()
    found = provenance_of(work, work.created_by, private=True)
    every = [*found.gaps, *(gap for p in found.periods for gap in p.gaps)]
    return [(gap.windows, gap.reason) for gap in every]


def old_work() -> Work:
    work = registered()
    Work.objects.filter(pk=work.pk).update(year_from=1800, year_to=1810)
    return work


def test_a_gap_is_told_in_its_place_with_its_windows_and_reason():
    work = old_work()
    text = "来源：张三，1830年至1935年。李四，1950年至今。"
    Work.objects.filter(pk=work.pk).update(provenance_text=text)
    work.refresh_from_db()
    first, second = provenance_of(work, work.created_by).periods
    between = [gap for gap in first.gaps if gap.between]
    assert next(gap.reason for gap in between).startswith("前后两段之间有空白")
    assert "1937至1945年的战争" in between[0].windows
    assert max(gap.weight for gap in between) == 5
    assert all(not gap.between for gap in second.gaps)


def test_a_provenance_without_dates_is_asked_as_a_whole():
    found = gaps(old_work(), "来源：张三；李四。")
    assert any(reason.startswith("没有一段写明时间") for _windows, reason in found)


def test_one_holder_from_before_to_after_leaves_nothing_to_ask():
    assert gaps(old_work(), "来源：张三家属，1830年至今。") == []


def test_a_work_made_after_a_window_is_not_looked_at_through_it():
    assert gaps(registered(), "来源：作者自藏；张三。") == []


def test_no_word_of_a_flag_says_that_anything_was_stolen():
    for language in ("zh-hans", "en"):
        with translation.override(language):
            words = " ".join(str(text) for text in REASON_WORDS.values()).lower()
            assert "stolen" not in words and "盗" not in words
