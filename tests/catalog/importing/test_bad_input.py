"""Bad input: a clear message with its row, nothing lost, nothing half-done."""

import csv
import gzip
import zipfile

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from catalog.importing.store import Store
from catalog.models import ImportRejection, SourceRecord, Work
from tests.catalog import factories

from .samples import CMOA, many_rows, write_lines
from .test_museums import run, tally

pytestmark = pytest.mark.django_db

HEADER = "source_id,title,makers,date,medium,dimensions"
ROW = "k-{i},风筝{i},王三石,1986年,设色纸本,68 × 136 cm"


def table(tmp_path, *rows, encoding="utf-8", header=HEADER, name="table.csv"):
    path = tmp_path / name
    path.write_bytes("\r\n".join([header, *rows]).encode(encoding))
    return path


def rejected():
    return list(ImportRejection.objects.values_list("row", "code"))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_table_in_any_usual_encoding_and_separator(tmp_path, encoding, separator):
    rows = [ROW.format(i=i).replace(",", separator) for i in range(3)]
    path = table(tmp_path, *rows, encoding=encoding, header=HEADER.replace(",", separator))
    assert run(path)[0] == tally(read=3, created=3)
    work = SourceRecord.objects.get(source_id="k-1").work
    assert (work.title, work.date_edtf) == ("风筝1", "1986")
    assert work.attributions.get().artist.name == "王三石"
    assert {d.dimension: int(d.mm) for d in work.dimensions.all()} == {"height": 680, "width": 1360}


def test_a_row_with_300_columns_is_refused_alone_with_its_number(tmp_path):
    path = table(tmp_path, ROW.format(i=1), "k-2" + ",x" * 299, ROW.format(i=3))
    counts, words = run(path)
    assert counts == tally(read=3, created=2, rejected=1)
    assert rejected() == [(3, "too_many_cells")]
    assert "300" in ImportRejection.objects.get().message
    assert "table.csv:3" in words


def test_a_row_with_missing_cells_and_one_without_an_id_are_refused(tmp_path):
    path = table(tmp_path, "k-1,only two", "," + ROW.format(i=2).partition(",")[2], ROW.format(i=3))
    assert run(path)[0] == tally(read=3, created=1, rejected=2)
    assert rejected() == [(2, "too_few_cells"), (3, "no_source_id")]


def test_a_table_without_the_columns_of_its_mapping_is_refused_whole(tmp_path):
    mapping = tmp_path / "m.toml"
    mapping.write_text('source = "m"\n[columns]\nsource_id = "Nr"\ntitle = "Titel"\n')
    counts, words = run(table(tmp_path, ROW.format(i=1)), mapping=mapping, code=2)
    assert counts == tally()
    assert "Nr" in words
    assert "Titel" in words
    assert not Work.objects.exists()


def test_a_mapping_says_which_column_is_what(tmp_path):
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        'source = "my-museum"\nby = "My Museum"\n[file]\nunit = "mm"\n'
        '[columns]\nsource_id = "Nr"\ntitle = "Titel"\nmakers = "Wer"\nheight = "H"\nwidth = "B"\n'
    )
    path = table(
        tmp_path, "1;Drachen;Follower of Rembrandt | Anna;300;200", header="Nr;Titel;Wer;H;B"
    )
    assert run(path, mapping=mapping)[0] == tally(read=1, created=1)
    record = SourceRecord.objects.get()
    assert record.source == "my-museum"
    first, second = record.work.attributions.all()
    assert (first.artist.name, first.term, first.by) == ("Rembrandt", "300404282", "My Museum")
    assert first.as_written == "Follower of Rembrandt"
    assert (second.artist.name, second.term) == ("Anna", "autograph")
    assert {d.dimension: int(d.mm) for d in record.work.dimensions.all()} == {
        "height": 300,
        "width": 200,
    }


def test_a_wrong_mapping_names_everything_that_is_wrong(tmp_path):
    mapping = tmp_path / "m.toml"
    mapping.write_text('source = "Bad Name"\ncolour = "x"\n[columns]\ntitel = "T"\n')
    with pytest.raises(CommandError) as error:
        call_command("import_artworks", str(table(tmp_path)), mapping=mapping)
    for word in ("source", "colour", "titel", "columns.source_id"):
        assert word in str(error.value)


def test_the_printed_example_is_a_mapping(tmp_path, capsys):
    from catalog.importing.mapping import load_mapping

    call_command("import_artworks", print_mapping=True)
    mapping = tmp_path / "m.toml"
    mapping.write_text(capsys.readouterr().out)
    assert load_mapping(mapping).columns["source_id"] == "Inventory number"


def test_line_breaks_inside_cells_are_kept_and_rows_counted_as_spreadsheets_do(tmp_path):
    path = table(tmp_path, 'k-1,"two\r\nlines",A,1900,oil,', "k-2,short", header=HEADER)
    assert run(path)[0] == tally(read=2, created=1, rejected=1)
    assert SourceRecord.objects.get().raw["title"] == "two\r\nlines"
    assert Work.objects.get().title == "two lines"
    assert rejected() == [(3, "too_few_cells")]


def test_nul_characters_are_taken_out_and_said(tmp_path):
    rows = [CMOA | {"title": "Ki\x00te"}]
    counts, words = run(write_lines(tmp_path / "a.gz", rows))
    assert counts == tally(read=1, created=1)
    assert Work.objects.get().title == "Kite"
    assert "characters_removed" in words


def test_half_a_surrogate_pair_is_taken_out(tmp_path):
    line = '{"id":"x","accession_number":"1","creation_date_earliest":null,"creator":[],"title":"a\\ud800b"}'
    assert run(write_lines(tmp_path / "a.gz", [line]))[0] == tally(read=1, created=1)
    assert Work.objects.get().title == "ab"


def test_a_cell_of_ten_megabytes_is_refused_and_the_rest_comes_in(tmp_path):
    path = table(tmp_path, ROW.format(i=1), f"k-2,{'x' * 10_000_000},A,1900,oil,", ROW.format(i=3))
    assert run(path)[0] == tally(read=3, created=2, rejected=1)
    assert rejected() == [(3, "row_too_large")]
    huge = write_lines(tmp_path / "a.gz", [CMOA, CMOA | {"id": "2", "title": "x" * 10_000_000}])
    assert run(huge)[0] == tally(read=2, created=1, rejected=1)


def test_a_title_beyond_the_field_is_cut_with_a_warning_and_kept_whole_on_the_source(tmp_path):
    counts, words = run(write_lines(tmp_path / "a.gz", [CMOA | {"title": "long " * 200}]))
    assert counts == tally(read=1, created=1)
    assert len(Work.objects.get().title) == 500
    assert SourceRecord.objects.get().raw["title"] == "long " * 200
    assert "text_cut" in words


def test_an_id_twice_in_a_file_is_refused_with_the_row_of_the_first(tmp_path):
    path = table(tmp_path, ROW.format(i=1), ROW.format(i=2), ROW.format(i=1))
    assert run(path)[0] == tally(read=3, created=2, rejected=1)
    assert rejected() == [(4, "duplicate_source_id")]
    assert "2" in ImportRejection.objects.get().message


def test_a_registry_number_in_use_is_refused_and_the_registered_work_untouched(tmp_path):
    work = factories.registered()
    before = Work.objects.filter(pk=work.pk).values().get()
    path = table(
        tmp_path,
        f"k-1,{work.number},Taken",
        "k-2,not a number,Kept",
        header="source_id,number,title",
    )
    counts, words = run(path)
    assert counts == tally(read=2, created=1, rejected=1)
    assert rejected() == [(2, "duplicate_registry_number")]
    assert "number_wrong" in words
    assert Work.objects.filter(pk=work.pk).values().get() == before


def test_formulas_stay_text_and_the_report_is_safe_to_open(tmp_path):
    path = table(tmp_path, 'k-1,"=HYPERLINK(""http://x"")",A,sometime in spring,oil,', "=1+1,x")
    report = tmp_path / "report.csv"
    run(path, report=report)
    assert Work.objects.get().title == '=HYPERLINK("http://x")'
    with report.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert {(r["severity"], r["code"], r["row"]) for r in rows} == {
        ("warning", "date_unread", "2"), ("rejected", "too_few_cells", "3"),
    }  # fmt: skip
    assert not any(cell.startswith("=") for r in rows for cell in r.values())


def test_all_that_is_wrong_is_reported_at_once_with_rows(tmp_path):
    rows = [CMOA, "{broken", '["a list"]', CMOA | {"id": ""}, CMOA | {"id": "b", "creator": 5}]
    counts, _words = run(write_lines(tmp_path / "a.gz", rows))
    assert counts == tally(read=5, created=1, rejected=4)
    assert rejected() == [
        (2, "json_broken"), (3, "not_an_object"), (4, "no_source_id"), (5, "unreadable_row"),
    ]  # fmt: skip


def test_a_row_that_the_database_refuses_takes_no_other_row_with_it(tmp_path, monkeypatch):
    from catalog.importing import prepare

    original = prepare._prepare

    def break_one(profile, salt, raw, texts):
        done = original(profile, salt, raw, texts)
        if done.draft and done.source_id.endswith("gen-3"):
            done.draft.types = ("no-such-term",)
        return done

    monkeypatch.setattr(prepare, "_prepare", break_one)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "_all_at_once", _check_constraints_after(Store._all_at_once))
        counts, _words = run(write_lines(tmp_path / "a.gz", many_rows(6)))
    assert counts == tally(read=6, created=5, rejected=1)
    assert rejected() == [(4, "database_refused")]
    assert SourceRecord.objects.count() == Work.objects.count() == 5


def _check_constraints_after(method):
    """Inside a test's transaction foreign keys are deferred: ask for them where a commit would."""

    def checked(self, *args):
        from django.db import connection

        result = method(self, *args)
        connection.check_constraints()
        return result

    return checked


def test_a_cut_off_archive_and_other_files_are_refused_before_anything_is_written(tmp_path):
    whole = gzip.compress(b'{"id": "1"}\n' * 5000)
    (tmp_path / "cut.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    paths = [tmp_path / name for name in ("cut.gz", "empty.csv", "picture.png", "nowhere.csv")]
    counts, words = run(*paths, code=2)
    assert counts == tally()
    for path in paths:
        assert path.name in words


# ------------------------------------------------------------------ workbooks


def workbook(tmp_path, rows, merge=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for block in merge:
        book.active.merge_cells(block)
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def test_a_workbook_comes_in_with_numbers_as_people_read_them(tmp_path):
    rows = [
        ["source_id", "title", "date"],
        [101, "风筝", 1986],
        [None, None, None],
        ["k-2", "鸢", "约1900年"],
    ]
    assert run(workbook(tmp_path, rows))[0] == tally(read=2, created=2)
    assert SourceRecord.objects.get(source_id="101").work.date_edtf == "1986"


def test_rows_with_merged_cells_are_refused_with_the_range(tmp_path):
    rows = [["source_id", "title"], ["k-1", "a"], ["k-2", "b"], ["k-3", "c"]]
    counts, _words = run(workbook(tmp_path, rows, merge=["B2:B3"]))
    assert counts == tally(read=3, created=1, rejected=2)
    assert rejected() == [(2, "merged_cells"), (3, "merged_cells")]
    assert "B2:B3" in ImportRejection.objects.first().message


def test_a_workbook_that_swells_is_never_opened(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (40 * 1024 * 1024))
    counts, words = run(path, code=2)
    assert counts == tally()
    assert "workbook_too_large" in words


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    assert run(path, code=2)[0] == tally()
