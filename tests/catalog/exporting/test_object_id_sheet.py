"""The Object ID sheet says all ten answers and nothing private, and is drawn once."""

import io

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalog.completeness import CATEGORY_NAMES
from catalog.exporting import object_id_sheet
from catalog.models import Work
from catalog.selectors import works_for_page
from tests.auctions.papers import words_of
from tests.catalog import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def work() -> Work:
    work = factories.registered()
    Work.objects.filter(pk=work.pk).update(provenance_text="Mr Hush", source_note="Mr Hush")
    return work


def address(work: Work) -> str:
    return reverse("catalog:object_id_sheet", args=[work.number])


def drawn(work: Work) -> str:
    """The words of the sheet in the active language, without the breaks of its lines."""
    _digest, content = object_id_sheet.object_id_file(works_for_page().get(pk=work.pk))
    return words_of(content).replace("\n", "")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_all_ten_answers_are_on_paper_in_the_readers_language(work, language):
    with translation.override(language):
        said = drawn(work)
        for name in CATEGORY_NAMES.values():
            assert str(name).replace("’", "'") in said
        assert works_for_page().get(pk=work.pk).display_title in said
    assert f"{work.number[:4]}-{work.number[4:]}" in said
    assert "Hush" not in said


def test_what_is_unknown_or_missing_is_said(work):
    Work.objects.filter(pk=work.pk).update(
        subject="", date_edtf="", date_text="", unknown_reasons={"subject": "画面已经磨损不清"}
    )
    said = drawn(work)
    assert "不详：画面已经磨损不清" in said
    assert "还没有填写" in said
    assert "十项里有9项" in said


def test_the_sheet_is_drawn_once_until_the_record_changes(work, settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    times = []
    draw = object_id_sheet.drawn
    monkeypatch.setattr(object_id_sheet, "drawn", lambda printed: times.append(1) or draw(printed))
    assert drawn(work) == drawn(work)
    assert len(times) == 1
    Work.objects.filter(pk=work.pk).update(subject="另一个题材")
    assert "另一个题材" in drawn(work)
    assert len(times) == 2


def test_the_file_is_a_pdf_that_caches_ask_about_again(work):
    answer = Client().get(address(work))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as file:
        assert 1 <= len(file.pages) <= 2
    again = Client().get(address(work), headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_a_hidden_work_has_no_sheet_for_strangers(work):
    Work.objects.filter(pk=work.pk).update(is_public=False)
    assert Client().get(address(work)).status_code == 404
    own = Client()
    own.force_login(work.created_by)
    assert own.get(address(work)).status_code == 200
