"""Exports hold what the reader may see and nothing more, and come in again."""

import csv
import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from artmarket.accounts.models import Party
from catalog.exporting import files
from catalog.exporting.fields import FIELDS, Audience, columns_for
from catalog.exporting.linked_art import linked_art
from catalog.models import Artist, SourceRecord, TitleEvent, TitleShare, Work
from catalog.search import index_works
from catalog.selectors import works_for_page
from tests.catalog import factories
from tests.catalog.exporting.linked_art_schema import OBJECT
from tests.catalog.importing.samples import BY_PROFILE, write_lines
from tests.catalog.importing.test_museums import run, tally

pytestmark = pytest.mark.django_db

SECRETS = {
    "provenance_text": "bought from Mr Hush in 1999", "source_note": "invoice of Mr Hush",
    "credit": "lent by Mr Hush",
}  # fmt: skip


@pytest.fixture
def work() -> Work:
    """A registered public work with everything that is not for everybody."""
    work = factories.registered()
    Work.objects.filter(pk=work.pk).update(**SECRETS)
    index_works([work.pk])
    return works_for_page().get(pk=work.pk)


@pytest.fixture
def museum(tmp_path) -> Work:
    """A record of open data."""
    run(write_lines(tmp_path / "c.gz", [BY_PROFILE["cmoa"]]))
    return SourceRecord.objects.get().work


def download(name, user=None, **query) -> bytes:
    client = Client()
    if user:
        client.force_login(user)
    response = client.get(reverse(f"catalog:export_{name}"), query)
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    return response.getvalue()


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def reader(name: str, work: Work):
    return {
        "nobody": lambda: None,
        "buyer": lambda: factories.person("buyer"),
        "another artist": lambda: factories.person("artist"),
        "lister": lambda: work.created_by,
        "registrar": lambda: factories.person("registrar"),
    }[name]()


LEVELS = {
    "nobody": Audience.PUBLIC, "buyer": Audience.PUBLIC, "another artist": Audience.PUBLIC,
    "lister": Audience.OWNER, "registrar": Audience.STAFF,
}  # fmt: skip


@pytest.mark.parametrize("who", LEVELS)
def test_every_field_of_a_csv_is_as_the_table_says(work, who):
    (row,) = rows_of(download("csv", reader(who, work)))
    for field in FIELDS:
        expected = field.value(work) if LEVELS[who] >= field.audience else ""
        assert row.get(field.name, "").lstrip("'") == expected.lstrip("'"), field.name
    assert "Party" not in row


@pytest.mark.parametrize("who", LEVELS)
@pytest.mark.parametrize("name", ["csv", "xlsx", "jsonld"])
def test_no_export_tells_a_stranger_what_is_private(work, who, name):
    data = download(name, reader(who, work))
    if name == "xlsx":
        cells = load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
        data = "\n".join(str(c) for row in cells for c in row).encode()
    told = b"Hush" in data
    assert told is (LEVELS[who] >= Audience.OWNER)
    assert work.created_by.email.encode() not in data or LEVELS[who] == Audience.STAFF


def test_columns_that_a_reader_can_never_see_are_left_out_with_their_heading():
    public = columns_for(Audience.PUBLIC)
    assert {"source_note", "owners", "source_kind", "state", "listed_by"}.isdisjoint(public)
    assert {"credit", "provenance"} <= set(public)
    assert columns_for(Audience.STAFF) == [f.name for f in FIELDS]


def test_owners_are_for_owners_and_staff(work):
    party = Party.objects.create(name="Mr Hush")
    registrar = factories.person("registrar")
    event = TitleEvent.objects.create(work=work, basis="declaration", recorded_by=registrar)
    TitleShare.objects.filter(work=work).delete()
    TitleShare.objects.create(work=work, party=party, from_event=event)
    Work.objects.filter(pk=work.pk).update(**dict.fromkeys(SECRETS, ""))
    assert "Hush" not in download("csv").decode()
    assert "Hush" in download("csv", registrar).decode()


def test_provenance_that_a_museum_published_is_public(museum):
    (row,) = rows_of(download("csv"))
    assert row["provenance"] == museum.provenance_text
    assert row["licence"] == "CC0 1.0 — open museum data, test only"


def test_drafts_and_hidden_works_are_in_no_export_not_even_for_staff(work):
    factories.draft()
    hidden = factories.registered()
    Work.objects.filter(pk=hidden.pk).update(is_public=False)
    index_works([hidden.pk])
    for user in (None, factories.person("registrar")):
        assert [r["number"] for r in rows_of(download("csv", user))] == [
            f"{work.number[:4]}-{work.number[4:]}"
        ]


def test_an_export_answers_the_same_question_as_the_page(work, museum):
    found = rows_of(download("csv", q="kite seller"))
    assert [r["title"] for r in found] == [museum.title]
    assert len(rows_of(download("csv"))) == 2
    assert rows_of(download("csv", q="nothing like this")) == []


def test_a_file_that_was_cut_says_so_in_itself(work, museum, monkeypatch):
    def cut(name, *rest):
        works = files.found_works(files.SearchQuery.make(), factories.person("buyer"), 1)
        return b"".join(getattr(files, name)(works, factories.person("buyer"), cap=1)).decode()

    assert "只导出了前1件" in cut("csv_pieces").splitlines()[-1]
    page = json.loads(cut("jsonld_pieces"))
    assert len(page["orderedItems"]) == 1
    assert "只导出了前1件" in page["summary"]


def test_the_mark_for_excel_can_be_left_out(work):
    assert download("csv").startswith(b"\xef\xbb\xbf")
    assert download("csv", bom="0").startswith(b"number,")


@pytest.mark.parametrize("title", ["=1+1", "+SUM(A1)", "-2", "@x", "\tx"])
def test_no_cell_is_a_formula(work, title):
    Work.objects.filter(pk=work.pk).update(title=title)
    (row,) = rows_of(download("csv"))
    assert row["title"] == f"'{title}"
    sheet = load_workbook(io.BytesIO(download("xlsx"))).active
    heads, values = list(sheet.iter_rows())
    cell = values[[c.value for c in heads].index("title")]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


# ------------------------------------------------------------------ Linked Art


def faults(thing: dict) -> list[str]:
    """What the schema of Linked Art says against an object."""
    found = Draft202012Validator(OBJECT).iter_errors(thing)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


def test_every_work_keeps_to_the_schema_of_linked_art(work, tmp_path):
    artist = Artist.objects.create(name="王鸢", birth_edtf="1864", death_edtf="1957")
    for term, role in (("300404269", ""), ("autograph", "Publisher")):
        work.attributions.create(artist=artist, term=term, role=role, by="museum", basis="style")
    for profile, row in BY_PROFILE.items():
        run(write_lines(tmp_path / f"{profile}.gz", [row]))
    shown = list(works_for_page())
    assert len(shown) == 1 + len(BY_PROFILE)
    for each in shown:
        for audience in Audience:
            assert faults(linked_art(each, audience)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"_label": ""}, "_label: "),
        ({"owner": "Mr Hush"}, ": "),
        ({"shows": [{"type": "VisualItem", "_label": "no address"}]}, "shows/0: "),
        ({"made_of": [{"id": "paper", "type": "Material"}]}, "made_of/0/id: "),
        ({"produced_by": {"type": "Production", "carried_out_by": []}}, "produced_by/carried_out_by: "),
        ({"produced_by": {"type": "Production", "carried_out_by": [
            {"id": "https://a.example/1", "type": "Person", "born": {"type": "Birth"}}]}},
         "produced_by/carried_out_by/0: "),
    ],
)  # fmt: skip
def test_the_schema_refuses_what_is_not_linked_art(work, change, fault):
    thing = linked_art(works_for_page().get(pk=work.pk), Audience.PUBLIC)
    assert any(said.startswith(fault) for said in faults(thing | change))


def test_one_work_has_its_own_address_as_linked_art(work):
    response = Client().get(reverse("catalog:work_jsonld", args=[work.number]))
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/ld+json")
    assert response.json()["id"].endswith(f"/works/{work.number}/")
    assert b"Hush" not in response.content
    Work.objects.filter(pk=work.pk).update(is_public=False)
    assert Client().get(reverse("catalog:work_jsonld", args=[work.number])).status_code == 404


# ------------------------------------------------------------------ round trip


@pytest.mark.parametrize("name", ["csv", "xlsx", "jsonld"])
def test_what_is_exported_comes_in_again_as_the_same_works(tmp_path, name):
    for profile, row in BY_PROFILE.items():
        run(write_lines(tmp_path / f"{profile}.gz", [row]))
    path = tmp_path / f"export.{name}"
    path.write_bytes(download(name))
    assert run(path)[0] == tally(read=4, created=4)
    originals = SourceRecord.objects.exclude(source="import").select_related("work")
    copies = {
        r.source_id if name != "jsonld" else r.source_id.rstrip("/").rpartition("/")[2]: r.work
        for r in SourceRecord.objects.filter(source="import").select_related("work")
    }
    for record in originals:
        copy = copies[record.source_id if name != "jsonld" else str(record.work_id)]
        assert facts(copy) == facts(record.work)


def facts(work: Work) -> dict:
    """What must survive the way out and in."""
    return {
        **{
            name: getattr(work, name)
            for name in (
                *("title", "medium_text", "credit", "provenance_text", "description", "subject"),
                *("date_text", "date_edtf", "year_from", "year_to", "dimensions_text"),
            )
        },
        "terms": sorted(work.work_terms.values_list("use", "term_id")),
        "sizes": sorted((d.part, d.dimension, d.mm) for d in work.dimensions.all()),
        "makers": sorted(
            work.attributions.values_list(
                "artist__name", "term", "artist__birth_edtf", "artist__death_edtf"
            )
        ),
        "citations": sorted(work.citations.values_list("kind", "text")),
    }


def test_a_registered_work_is_never_imported_over_itself(work, tmp_path):
    path = tmp_path / "export.csv"
    path.write_bytes(download("csv"))
    assert run(path)[0] == tally(read=1, rejected=1)
    assert Work.objects.count() == 1
