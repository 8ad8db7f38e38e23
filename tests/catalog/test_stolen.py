"""Registers of stolen works: what is read, what matches, who may know, and what it stops."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog import selectors
from catalog.enums import HitState
from catalog.importing.draft import FileRefused
from catalog.importing.stolen import import_file, read_file
from catalog.models import StolenChange, StolenCheck, StolenEntry, StolenHit, StolenKey
from catalog.services import corrections, encumbrances, gates, matching, stolen
from catalog.services.description import Description
from catalog.services.gates import GateClosed
from catalog.services.stolen import EntryInput
from media.models import Fingerprint, Likeness
from tests.catalog.factories import ImageFactory, person, registered, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def registrar():
    return person("registrar")


@pytest.fixture
def police(registrar):
    return stolen.create_list(
        actor=registrar, name="police", title="协查通报", kind="police", source="市公安局",
        dated=date(2026, 1, 5), licence="公函，限本平台核查使用",
    )  # fmt: skip


def write(chosen, actor, *entries):
    return stolen.write_entries(actor=actor, list_id=chosen.pk, entries=entries)


def stolen_gate(work):
    return next(r for r in gates.gates_of(work, "sell") if r.gate == "stolen")


SAME_TITLE = EntryInput(number="P-1", title="春山放鳶圖", maker="")


def named(work, name="郑板桥"):
    """The work, by a maker with this name."""
    artist = work.attributions.first().artist
    type(artist).objects.filter(pk=artist.pk).update(name=name)
    return work


def test_without_a_register_there_is_nothing_to_compare():
    assert stolen_gate(registered()).outcome == "pass" and not StolenCheck.objects.exists()
    assert matching.match_due() == "no registers"


@pytest.mark.parametrize(
    ("entry", "number", "percent"),
    [
        (EntryInput(number="1", numbers="编号：ZB-2019/0042"), "ZB20190042", 0),
        (EntryInput(number="2", title="《春山放鳶圖》", maker="鄭板橋"), "", 100),
        (EntryInput(number="3", title="Chunshan fangyuan tu", maker="Zheng Banqiao"), "", 100),
        (EntryInput(number="4", title="春山放鸢图轴", maker="郑燮（郑板桥）"), "", 80),
        (SAME_TITLE, "", 100),
    ],
)
def test_a_work_matches_by_number_by_title_and_maker_and_by_title_alone(
    registrar, police, entry, number, percent
):
    work = named(registered())
    work.inscriptions.update(text="背签 zb2019-0042")
    write(police, registrar, entry)
    assert stolen_gate(work).code == "stolen_not_compared"
    assert matching.match_due() == "1 works compared, 1 hits"
    hit = StolenHit.objects.get()
    assert (hit.work, hit.number, hit.state, hit.by_picture) == (work, number, "open", False)
    assert hit.title_percent == percent or hit.title_percent >= percent == 80
    assert (stolen_gate(work).outcome, stolen_gate(work).code) == ("review", "stolen_match")
    assert matching.match_due() == "0 works compared, 0 hits"
    assert StolenHit.objects.count() == 1


@pytest.mark.parametrize(
    "entry",
    [
        EntryInput(number="1", numbers="2019; 12/50; A1"),
        EntryInput(number="2", title="春山放鸢图", maker="齐白石"),
        EntryInput(number="3", title="秋江独钓图", maker="郑板桥"),
        EntryInput(number="4", title="山水", maker=""),
        EntryInput(number="5", maker="郑板桥"),
    ],
)
def test_years_other_makers_other_titles_and_short_titles_match_nothing(registrar, police, entry):
    work = named(registered())
    work.inscriptions.update(text="2019 12/50 A1")
    write(police, registrar, entry)
    matching.match_due()
    assert not StolenHit.objects.exists() and stolen_gate(work).outcome == "pass"


def test_the_gate_compares_on_the_spot_and_stays_closed_for_a_match(registrar, police):
    work, other = registered(), named(registered())
    write(police, registrar, EntryInput(number="1", title="春山放鸢图", maker="郑板桥"))
    lock = encumbrances.take_encumbrance(actor=registrar, work_id=work.pk, kind="sale")
    assert lock.kind == "sale"
    with pytest.raises(GateClosed) as refusal:
        encumbrances.take_encumbrance(actor=registrar, work_id=other.pk, kind="sale")
    assert (refusal.value.code, refusal.value.rule) == (
        "under_review", "catalog.stolen_compared",
    )  # fmt: skip
    said = json.dumps(refusal.value.data, ensure_ascii=False) + str(refusal.value)
    assert not {"stolen_match", "stolen_same", "police", "协查通报"} & set(said.split('"'))
    assert "相符" not in said


def test_a_submission_is_compared_at_once_and_a_correction_again(registrar, police):
    write(police, registrar, EntryInput(number="1", title="夏山放鸢图"))
    work = submitted()
    assert StolenCheck.objects.filter(work=work).exists() and not StolenHit.objects.exists()
    work = registered()
    corrections.correct_work(
        actor=registrar, work_id=work.pk, description=Description(texts={"title": "夏山放鸢图"}),
        reason="题签",
    )  # fmt: skip
    assert StolenHit.objects.get().work == work


def test_a_registrar_says_same_or_other_with_reasons_and_may_be_corrected(registrar, police):
    work = registered()
    write(police, registrar, EntryInput(number="1", title="春山放鸢图"))
    matching.match_due()
    hit = StolenHit.objects.get()
    with pytest.raises(Invalid) as refusal:
        stolen.judge_hit(actor=registrar, hit_id=hit.pk, state="open", reason=" ")
    assert set(refusal.value.fields) == {"state", "reason"}
    with pytest.raises(NotAllowed):
        stolen.judge_hit(actor=person("artist"), hit_id=hit.pk, state="other", reason="x")
    stolen.judge_hit(actor=registrar, hit_id=hit.pk, state="same", reason="印章相同")
    assert (stolen_gate(work).outcome, stolen_gate(work).code) == ("block", "stolen_same")
    with pytest.raises(WrongState):
        stolen.judge_hit(actor=registrar, hit_id=hit.pk, state="same", reason="印章相同")
    stolen.judge_hit(actor=registrar, hit_id=hit.pk, state="other", reason="尺寸不同")
    assert stolen_gate(work).outcome == "pass"
    assert Event.objects.filter(action="stolen.judged").count() == 2
    assert not Event.objects.about(work).filter(action__startswith="stolen").exists()


def test_nobody_judges_a_match_of_a_work_he_listed(police, registrar):
    lister = person("artist", "registrar")
    work = registered(lister)
    write(police, registrar, EntryInput(number="1", title="春山放鸢图"))
    matching.match_works([work.pk])
    with pytest.raises(NotAllowed) as refusal:
        stolen.judge_hit(
            actor=lister, hit_id=StolenHit.objects.get().pk, state="other", reason="我的"
        )
    assert refusal.value.code == "four_eyes"


def test_a_judged_match_opens_again_for_evidence_that_nobody_judged(registrar, police):
    work = registered()
    write(police, registrar, EntryInput(number="1", title="春山放鸢图"))
    matching.match_due()
    hit = StolenHit.objects.get()
    stolen.judge_hit(actor=registrar, hit_id=hit.pk, state="other", reason="尺寸不同")
    write(police, registrar, EntryInput(number="1", title="春山放鸢图", measures="100×80"))
    matching.match_due()
    hit.refresh_from_db()
    assert hit.state == HitState.OTHER
    work.inscriptions.update(text="ZB20190042")
    write(police, registrar, EntryInput(number="1", title="春山放鸢图", numbers="ZB20190042"))
    matching.match_due()
    hit.refresh_from_db()
    assert (hit.state, hit.reason, hit.judged_by) == (HitState.OPEN, "", None)


def test_pictures_are_compared_by_the_same_machine_and_wait_until_they_are(registrar, police):
    work = registered()
    write(police, registrar, EntryInput(number="1", description="一轴山水"))
    image = ImageFactory(uploaded_by=registrar)
    StolenEntry.objects.update(picture=image)
    matching.match_due()
    assert stolen_gate(work).code == "stolen_not_compared"
    for photo in work.photos.all():
        Fingerprint.objects.create(
            image=photo.image, version=Fingerprint.VERSION, hashes=b"", words=b"", features=b""
        )
    assert stolen_gate(work).outcome == "pass"
    mine = work.photos.first().image
    first, second = sorted((mine, image), key=lambda i: i.pk)
    pair = Likeness.objects.create(first=first, second=second, distance=12, inliers=70)
    assert list(selectors.alike_pairs()) == []
    assert stolen_gate(work).code == "stolen_not_compared"
    assert matching.match_due() == "1 works compared, 1 hits"
    hit = StolenHit.objects.get()
    assert (hit.by_picture, hit.likeness, hit.work) == (True, pair, work)
    assert stolen_gate(work).code == "stolen_match"
    assert next(r for r in gates.gates_of(work, "sell") if r.gate == "pictures").outcome == "pass"


def test_a_list_out_of_use_matches_and_stops_nothing(registrar, police):
    work = registered()
    write(police, registrar, SAME_TITLE)
    matching.match_due()
    assert stolen_gate(work).code == "stolen_match"
    with pytest.raises(Invalid):
        stolen.end_list(actor=registrar, list_id=police.pk, reason="")
    stolen.end_list(actor=registrar, list_id=police.pk, reason="撤回")
    matching.match_due()
    assert stolen_gate(work).outcome == "pass"
    with pytest.raises(WrongState):
        write(police, registrar, SAME_TITLE)
    with pytest.raises(WrongState):
        stolen.end_list(actor=registrar, list_id=police.pk, reason="撤回")


def test_a_list_says_where_it_comes_from_and_by_what_right(registrar):
    with pytest.raises(Invalid) as refusal:
        stolen.create_list(
            actor=registrar, name="", title=" ", kind="x", source="", dated=date(2026, 1, 1),
            licence="",
        )  # fmt: skip
    assert set(refusal.value.fields) == {"name", "title", "kind", "source", "licence"}
    with pytest.raises(NotAllowed):
        stolen.create_list(
            actor=person("artist"), name="a", title="a", kind="own", source="a",
            dated=date(2026, 1, 1), licence="a",
        )  # fmt: skip


CSV = (
    "名录编号,名称,作者,物品编号,网址\n"
    "A-1,竹石图,郑板桥,ZB20190042,https://example.org/1\n"
    ",兰,郑板桥,,not a link\n"
    "A-3,,,,\n"
    "A-1,再来一次,,,\n"
    "A-5,梅花图,金农,,\n"
)


def test_a_file_tells_all_faults_of_a_row_at_once_and_keeps_the_good_rows(tmp_path, police):
    path = tmp_path / "list.csv"
    path.write_text(CSV, encoding="utf-8")
    reading = read_file(path)
    assert [e.number for e in reading.entries] == ["A-1", "A-5"]
    assert [(n, p.code) for n, p in reading.problems] == [
        (3, "no_number"), (3, "bad_url"), (4, "nothing_said"), (5, "twin_number"),
    ]  # fmt: skip
    assert (reading.rows, reading.refused, StolenEntry.objects.count()) == (5, 3, 0)


def test_the_same_file_again_changes_nothing_and_a_changed_row_only_itself(
    tmp_path, police, registrar
):
    path = tmp_path / "list.csv"
    path.write_text(CSV, encoding="gb18030")

    def run():
        done = import_file(path, actor=registrar, list_id=police.pk, list_name="police").written
        return done.created, done.updated, done.unchanged

    assert run() == (2, 0, 0)
    assert StolenKey.objects.filter(kind="number").values_list("key", flat=True)[0] == "ZB20190042"
    assert run() == (0, 0, 2) and StolenChange.objects.count() == 1
    path.write_text(CSV.replace("梅花图", "墨梅图"), encoding="utf-8")
    assert run() == (0, 1, 1) and StolenChange.objects.count() == 2
    assert StolenEntry.objects.get(number="A-5").title == "墨梅图"
    assert not StolenKey.objects.filter(key="梅花图").exists()


def test_json_lines_workbooks_and_a_mapping_are_read(tmp_path):
    lines = tmp_path / "list.jsonl"
    rows = [{"ref": "J1", "title": "竹", "maker": ["郑燮", "金农"]}, {"ref": "J2", "title": {}}, 7]
    lines.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows))
    reading = read_file(lines, mapping={"number": "ref"})
    assert [(e.number, e.maker) for e in reading.entries] == [("J1", "郑燮; 金农")]
    assert [(n, p.code) for n, p in reading.problems] == [
        (2, "nested"), (2, "nothing_said"), (3, "not_an_object"),
    ]  # fmt: skip
    book = Workbook()
    for row in (["编号", "名称"], [101, "竹石图"]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    assert [(e.number, e.title) for e in read_file(tmp_path / "list.xlsx").entries] == [
        ("101", "竹石图")
    ]
    table = tmp_path / "other.csv"
    table.write_text("which,名称\n1,竹\n")
    for mapping, code in (
        ({}, "no_number_column"), ({"number": "what"}, "no_column"), ({"x": "y"}, "unknown_field"),
    ):  # fmt: skip
        with pytest.raises(FileRefused) as refusal:
            read_file(table, mapping=mapping)
        assert refusal.value.code == code


def test_the_command_imports_compares_and_tries_without_writing(tmp_path, police, capsys):
    registered()
    path = tmp_path / "list.csv"
    path.write_text("number,title\n1,春山放鸢图\n")
    call_command("import_stolen", str(path), "--list", "police", "--dry-run")
    assert not StolenEntry.objects.exists()
    call_command("import_stolen", str(path), "--list", "police")
    assert StolenHit.objects.count() == 1
    assert "1 works compared, 1 hits" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("import_stolen", str(path), "--list", "nothing")


def test_comparing_asks_as_often_for_many_entries_and_works_as_for_few(registrar, police):
    works = [registered() for _ in range(2)]

    def asked(pks) -> int:
        with CaptureQueriesContext(connection) as seen:
            matching.match_works(pks)
        return len(seen)

    write(police, registrar, EntryInput(number="0", title="无关", maker="某某人"))
    few = asked([works[0].pk])
    write(police, registrar, *(
        EntryInput(number=str(n), title=f"秋江{n}号图", maker="某某人") for n in range(300)
    ))  # fmt: skip
    assert asked([w.pk for w in works]) == few
