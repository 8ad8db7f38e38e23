"""Each museum's row becomes a recorded work with everything that the row says, and nothing else."""

import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from artmarket.core.models import Event
from artmarket.core.testing import require_shared
from catalog.completeness import assess_work
from catalog.enums import WorkState
from catalog.models import (
    Artist,
    ArtistIdentifier,
    ImportRun,
    SearchEntry,
    SourceRecord,
    Work,
)
from catalog.search import SearchQuery, index_works, matching_ids

from .samples import BY_PROFILE, CMOA, NPG, TATE, WALTERS, many_rows, write_lines

pytestmark = pytest.mark.django_db


def run(*paths, code=0, **options):
    """The command's last line of --json, and what it said on stderr."""
    out, err = StringIO(), StringIO()
    try:
        call_command(
            "import_artworks", *map(str, paths), as_json=True, stdout=out, stderr=err, **options
        )
        ended = 0
    except SystemExit as end:
        ended = end.code
    assert ended == code, err.getvalue()
    return json.loads(out.getvalue().splitlines()[-1]), err.getvalue()


def tally(read=0, created=0, updated=0, unchanged=0, rejected=0):
    return {
        "read": read, "created": created, "updated": updated, "unchanged": unchanged, "rejected": rejected,
    }  # fmt: skip


def work_of(row_id) -> Work:
    return SourceRecord.objects.get(source_id=str(row_id)).work


@pytest.mark.parametrize("name", BY_PROFILE)
@pytest.mark.parametrize("packed", [True, False])
def test_a_row_of_each_museum_is_recognised_and_comes_in(tmp_path, name, packed):
    path = write_lines(tmp_path / "objects.jsonl.gz", [BY_PROFILE[name]], packed=packed)
    counts, _words = run(path)
    assert counts == tally(read=1, created=1)
    record = SourceRecord.objects.get()
    assert record.source == name
    assert record.raw == BY_PROFILE[name]
    assert record.licence == "CC0 1.0 — open museum data, test only"
    work = record.work
    assert (work.state, work.is_open_data, work.is_public) == (WorkState.RECORDED, True, True)
    assert work.number is None
    assert work.objectid_score == assess_work(work).score
    assert SearchEntry.objects.filter(pk=work.pk).exists()


def test_sizes_dates_makers_and_words_of_the_first_museum(tmp_path):
    run(write_lines(tmp_path / "a.gz", [CMOA]))
    work = work_of(CMOA["id"])
    assert work.title == "Kite seller by a river"
    assert (work.date_text, work.date_edtf, work.year_from, work.year_to) == (
        "c. 1860", "1860~", work.year_from, work.year_to,
    )  # fmt: skip
    assert work.year_from <= 1860 <= work.year_to
    sizes = {d.dimension: (d.value, d.unit, d.mm) for d in work.dimensions.all()}
    assert sizes == {
        "height": (Decimal("13.0000"), "in", Decimal("330.2000")),
        "width": (Decimal("10.5000"), "in", Decimal("266.7000")),
    }
    ada, bo = work.attributions.all()
    assert (ada.artist.name, ada.term, ada.by) == (
        "Ada Kitewright",
        "autograph",
        "Carnegie Museum of Art",
    )
    assert (ada.artist.birth_edtf, ada.artist.death_year, ada.artist.nationality) == (
        "1820",
        1890,
        "British",
    )
    assert (bo.artist.name, bo.term, bo.as_written) == (
        "Bo Riverman",
        "300404286",
        "after Bo Riverman",
    )
    assert work.provenance_text == CMOA["provenance_text"]
    assert "300033618" in [t.term_id for t in work.work_terms.all()]


def test_a_portrait_row_without_title_or_maker_stays_without_them(tmp_path):
    run(write_lines(tmp_path / "a.gz", [NPG]))
    work = work_of("900001")
    assert work.title == ""
    assert not work.attributions.exists()
    assert not work.citations.exists()
    image = {d.dimension: d.mm for d in work.dimensions.filter(part="image")}
    assert image == {"height": Decimal("601"), "width": Decimal("482")}


@pytest.mark.parametrize("between", ["  ", "\r\n", "\n"])
def test_parts_of_a_work_keep_their_sizes_whatever_parts_them(tmp_path, between):
    words = f"Image: 5.5 x 5 cm{between}Sheet: 55 x 40 cm"
    run(write_lines(tmp_path / "a.gz", [NPG | {"Dimensions": words}]))
    work = work_of("900001")
    assert [(d.part, d.dimension, int(d.mm)) for d in work.dimensions.all()] == [
        ("image", "height", 55), ("image", "width", 50),
        ("sheet", "height", 550), ("sheet", "width", 400),
    ]  # fmt: skip
    assert work.dimensions_text == words


def test_subjects_roles_and_inscriptions(tmp_path):
    run(write_lines(tmp_path / "a.gz", [TATE]), write_lines(tmp_path / "b.gz", [WALTERS]))
    tate, walters = work_of(900003), work_of("900004")
    assert tate.subject == "kite; child"
    assert tate.attributions.get().term == "300404286"
    assert tate.inscriptions.get().reading == "date inscribed"
    assert tate.inscriptions.get().text == ""
    kept = [(i.kind, i.place, i.text) for i in walters.inscriptions.all()]
    assert kept == [("signature", "Lower right", "A Kite"), ("mark", "Lower left", "27")]
    assert {(t.use, t.term_id) for t in walters.work_terms.all()} == {
        ("material", "300014109"), ("type", "300033973"),
    }  # fmt: skip


def test_the_same_file_again_changes_nothing(tmp_path):
    path = write_lines(tmp_path / "a.gz", many_rows(30))
    run(path)
    before = (Event.objects.count(), list(SearchEntry.objects.values_list("pk", "order_key")))
    counts, _words = run(path)
    assert counts == tally(read=30, unchanged=30)
    assert (
        Event.objects.count(),
        list(SearchEntry.objects.values_list("pk", "order_key")),
    ) == before
    assert Work.objects.count() == 30


def test_a_dry_run_writes_nothing_and_counts_the_same(tmp_path):
    path = write_lines(
        tmp_path / "a.gz", [*many_rows(5), many_rows(1)[0], '{"id": "x"}', "{broken}"]
    )
    dry, _words = run(path, dry_run=True)
    assert not Work.objects.exists()
    assert not ImportRun.objects.exists()
    assert not Event.objects.exists()
    assert dry == run(path)[0] == tally(read=8, created=6, rejected=2)


def test_a_changed_row_is_updated_and_the_change_is_kept(tmp_path):
    rows = many_rows(3)
    run(write_lines(tmp_path / "a.gz", rows))
    changed = rows[1] | {"title": "Another title", "creator": [CMOA["creator"][1]]}
    path = write_lines(tmp_path / "b.gz", [rows[0], changed, rows[2]])
    assert run(path, dry_run=True)[0] == tally(read=3, updated=1, unchanged=2)
    assert run(path)[0] == tally(read=3, updated=1, unchanged=2)
    work = work_of(rows[1]["id"])
    assert (work.title, work.version) == ("Another title", 2)
    event = Event.objects.get(action="work.import_updated")
    assert event.object_id == str(work.pk)
    assert event.before["title"] == "Kite number 1"
    assert event.after["title"] == "Another title"
    assert sorted(work.attributions.values_list("artist__name", "status")) == [
        ("Bo Riverman", "current"), ("Maker 1", "superseded"),
    ]  # fmt: skip
    assert list(matching_ids(SearchQuery.make("Another title"))) == [work.pk]
    assert work.source_record.raw["title"] == "Another title"


def test_one_maker_is_made_for_one_id_of_a_source_and_never_for_two_sources(tmp_path):
    run(write_lines(tmp_path / "a.gz", many_rows(100)))
    assert Artist.objects.count() == 37
    assert ArtistIdentifier.objects.filter(scheme="cmoa").count() == 37
    namesake = TATE | {
        "contributors": [TATE["contributors"][0] | {"fc": "Maker 1", "role": "artist"}]
    }
    run(write_lines(tmp_path / "b.gz", [namesake]))
    assert Artist.objects.filter(name="Maker 1").count() == 2


def test_an_import_is_found_at_once_as_if_it_had_been_indexed_from_the_database(tmp_path):
    for name, row in BY_PROFILE.items():
        run(write_lines(tmp_path / f"{name}.gz", [row]))
    ids = list(Work.objects.values_list("pk", flat=True))
    columns = ("pk", "year_key", "facets", "order_key")
    with connection.cursor() as cursor:
        fields = "work_id, order_key, year_key, facets"
        if connection.vendor == "postgresql":
            fields += ", head::text"
        cursor.execute(f"SELECT {fields} FROM catalog_searchentry ORDER BY 1")
        written = cursor.fetchall()
        index_works(ids)
        cursor.execute(f"SELECT {fields} FROM catalog_searchentry ORDER BY 1")
        assert cursor.fetchall() == written
    assert columns
    assert list(matching_ids(SearchQuery.make("kite seller"))) == [work_of(CMOA["id"]).pk]


def test_files_of_the_folder_that_hold_no_works_are_refused_in_words(tmp_path):
    other = write_lines(
        tmp_path / "sales.jsonl.gz", [{"artist": "A", "year": "1890", "pounds": "3"}]
    )
    good = write_lines(tmp_path / "a.gz", [CMOA])
    counts, words = run(other, good, code=2)
    assert counts == tally(read=1, created=1)
    assert "sales.jsonl.gz" in words
    assert Work.objects.count() == 1


def test_a_file_of_another_museum_than_named_is_refused(tmp_path):
    assert run(write_lines(tmp_path / "a.gz", [NPG]), profile="cmoa", code=2)[0] == tally()
    assert not Work.objects.exists()


def test_no_path_is_an_error_of_use():
    with pytest.raises(CommandError):
        call_command("import_artworks")


def test_the_four_real_files_come_in_almost_whole():
    names = ("cmoa_objects", "npg_objects", "tate_objects", "walters_objects_aat")
    paths = [require_shared(f"data/museum/{name}.jsonl.gz") for name in names]
    counts, words = run(*paths)
    assert counts["read"] == 24_310
    assert counts["rejected"] <= 0.005 * counts["read"], words
    assert counts["created"] + counts["rejected"] == counts["read"]
    assert SourceRecord.objects.count() == SearchEntry.objects.count() == counts["created"]
    assert "records_per_second" in words
    unread = SourceRecord.objects.filter(source__in=("npg", "tate"), work__dimensions=None).exclude(
        work__dimensions_text=""
    )
    assert unread.count() < 250, "sizes that the engine reads were lost on the way"


@pytest.mark.parametrize(
    "name", ["graves_auction_results", "cmoa_provenance_reference_parse", "nga_attribution_history"]
)
def test_the_other_real_files_are_refused(name):
    assert run(require_shared(f"data/museum/{name}.jsonl.gz"), code=2)[0] == tally()
