"""The pages of condition reports: who sees what, what typing survives, what a page costs."""

import hashlib
import io
import json

import pikepdf
import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from appraisal.condition.pdf import report_file
from appraisal.condition.reads import whole_reports
from appraisal.models import ConditionFinding, ConditionReport, ConditionSignature
from artmarket.core.clock import db_today
from catalog.models import Work
from media.models import Image
from tests.appraisal.conditions import closed, draft, draw_pictures, finding, handed_over
from tests.auctions.papers import words_of
from tests.catalog.factories import person, registered
from tests.catalog.logged import queued

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def page(name: str, report, *more) -> str:
    return reverse(f"appraisal:condition_{name}", args=[report.work.number, report.serial, *more])


def editor(report) -> str:
    return reverse("appraisal:condition_edit", args=[report.pk])


def typed(report, **changes) -> dict:
    """A finding as the form sends it."""
    return {
        "do": "finding", "kind": "tear", "severity": "slight", "extent": "local", "age": "new",
        "picture": str(report.pictures.first().pk), "region": "10 60 20 5", "note": "左下角裂开",
        "note_en": "",
    } | changes  # fmt: skip


def head(**changes) -> dict:
    return {
        "do": "facts", "examined_on": str(db_today()), "grade": "good", "summary": "稳定。",
        "summary_en": "", "light": "日光", "equipment": "", "place": "库房", "counterparty": "",
    } | changes  # fmt: skip


# ------------------------------------------------------------------ the desk


def test_a_registrar_begins_a_report_and_is_led_to_it(client):
    work = registered()
    client.force_login(person("registrar"))
    url = reverse("appraisal:condition_desk", args=[work.pk])
    assert url in client.get(reverse("catalog:review", args=[work.pk])).content.decode()
    answer = client.post(url, {"purpose": "incoming", "carry": "on"})
    report = ConditionReport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, editor(report))
    again = client.post(url, {"purpose": "incoming"})
    assert again.status_code == 422
    assert "还在填写" in again.content.decode()
    assert ConditionReport.objects.count() == 1


@pytest.mark.parametrize("role", ["artist", "buyer", "appraiser", "bureau"])
def test_others_reach_neither_desk_nor_editor(client, role):
    report = draft()
    client.force_login(person(role))
    url = reverse("appraisal:condition_desk", args=[report.work_id])
    for answer in (
        client.get(url), client.post(url, {"purpose": "loan"}), client.get(editor(report)),
        client.post(editor(report), typed(report)), client.post(editor(report), {"do": "discard"}),
    ):  # fmt: skip
        assert answer.status_code == 403
    assert not ConditionFinding.objects.exists()


def test_another_registrar_may_only_throw_a_draft_away(client):
    report = draft()
    client.force_login(person("registrar"))
    text = client.get(editor(report)).content.decode()
    assert "由查验人填写" in text
    assert "id_region" not in text
    assert client.post(editor(report), typed(report)).status_code == 403
    assert client.post(editor(report), {"do": "discard"}).status_code == 302
    assert not ConditionReport.objects.exists()


def test_a_finding_typed_as_numbers_is_kept_and_drawn(client):
    report = draft()
    draw_pictures(report.work)
    client.force_login(report.examiner)
    answer = client.post(editor(report), typed(report))
    row = report.findings.get()
    assert answer["Location"] == f"{editor(report)}?picture={row.picture_id}"
    assert row.region["value"] == "xywh=percent:10,60,20,5"
    text = client.get(editor(report)).content.decode()
    assert 'points="48,216 144,216 144,234 48,234"' in text
    assert client.post(editor(report), typed(report, number="1", note="改")).status_code == 302
    assert [f.note for f in report.findings.all()] == ["改"]
    assert client.post(editor(report), {"do": "remove", "number": "1"}).status_code == 302
    assert not report.findings.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"region": "90 90 20 20"}, "图片之外"),
        ({"region": "1 2 3"}, "四个数"),
        ({"region": "0,0 50,50 50,0 0,50"}, "交叉"),
        ({"region": ""}, "请在图上画出位置"),
        ({"picture": ""}, "请选择画在哪一张照片上"),
        ({"kind": "perfect"}, "左下角裂开"),
        ({"picture": "999999"}, "左下角裂开"),
        ({"number": "999999999"}, "这一项已经删除"),
        ({"number": "7"}, "这一项已经删除"),
    ],
)
def test_what_was_typed_stands_there_after_a_refusal(client, changes, words):
    report = draft()
    client.force_login(report.examiner)
    answer = client.post(editor(report), typed(report, **changes))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert "左下角裂开" in text
    if changes.get("region"):
        assert changes["region"] in text
    assert not report.findings.exists()


def test_the_head_is_kept_and_closing_says_all_that_is_missing(client):
    report = draft(purpose="incoming")
    client.force_login(report.examiner)
    assert client.post(editor(report), head(grade="", summary="")).status_code == 302
    answer = client.post(editor(report), head(grade="", summary="", light="侧光", close="1"))
    text = answer.content.decode()
    assert answer.status_code == 422
    for words in ("要写总体评级", "要写总体状况", "写明交接的另一方", "侧光"):
        assert words in text
    other = person("artist")
    answer = client.post(editor(report), head(counterparty=other.email, close="1"))
    assert answer["Location"] == page("report", report)
    report.refresh_from_db()
    assert (report.state, report.counterparty) == ("closed", other)
    assert client.get(editor(report))["Location"] == page("report", report)
    assert client.post(editor(report), typed(report)).status_code == 422
    assert len(queued("condition.")) == 1


def test_a_photograph_for_the_report_is_taken_in_and_a_file_that_is_none_is_not(client):
    report = draft()
    client.force_login(report.examiner)
    content = io.BytesIO()
    PIL.Image.effect_noise((1400, 1300), 90).convert("RGB").save(content, "JPEG", quality=80)
    for data, status in ((content.getvalue(), 302), (b"no picture", 422)):
        before = Image.objects.count()
        upload = SimpleUploadedFile("a.jpg", data, "image/jpeg")
        form = {"do": "picture", "photo-view": "raking", "photo-file": upload}
        assert client.post(editor(report), form).status_code == status
        assert Image.objects.count() == before + (status == 302)
    assert report.pictures.filter(is_new=True, view="raking").count() == 1


def test_an_unknown_action_is_no_page(client):
    report = draft()
    client.force_login(report.examiner)
    assert client.post(editor(report), {"do": "explode"}).status_code == 404
    assert client.post(editor(report), {}).status_code == 404


# ------------------------------------------------------------------ what is read


def test_the_public_reads_a_closed_report_without_names_and_place(client):
    report = handed_over(found=({}, {"kind": "patina", "picture": None, "region": ""}))
    draw_pictures(report.work)
    text = client.get(page("report", report)).content.decode()
    for words in (
        "撕裂",
        "包浆",
        "轻微旧损",
        "良好",
        "双方已签字",
        report.digest,
        "总体评级约束卖方",
    ):
        assert words in text
    for secret in (report.examiner.display_name, report.counterparty.display_name, "渌水库房"):
        assert secret not in text
    english = client.get("/en" + page("report", report)).content.decode()
    assert "Slight old damage" in english
    client.force_login(report.work.created_by)
    whole = client.get(page("report", report)).content.decode()
    for words in (report.examiner.display_name, report.counterparty.display_name, "渌水库房"):
        assert words in whole


def test_nobody_reads_a_draft_or_the_report_of_a_work_that_is_not_public(client):
    report, hidden = draft(), closed()
    Work.objects.filter(pk=hidden.work_id).update(is_public=False)
    for row in (report, hidden):
        for name in ("report", "annotations", "statement", "pdf"):
            assert client.get(page(name, row)).status_code == 404
    client.force_login(hidden.work.created_by)
    assert client.get(page("report", hidden)).status_code == 200
    client.force_login(report.examiner)
    assert client.get(page("report", report)).status_code == 404


def test_pages_cost_a_fixed_number_of_queries(client, django_assert_num_queries):
    work = registered()
    draw_pictures(work)
    first = closed(work, found=({}, {}))
    second = closed(work, found=({}, {"kind": "stain"}, {"kind": "foxing"}))
    for name, count, more in (
        ("report", 9, ()), ("compare", 16, (first.serial,)), ("annotations", 8, ()),
        ("statement", 8, ()), ("pdf", 8, ()),
    ):  # fmt: skip
        client.get(page(name, second, *more))
        with django_assert_num_queries(count):
            client.get(page(name, second, *more))
    report = draft(work, second.examiner)
    finding(report)
    client.force_login(report.examiner)
    client.get(editor(report))
    with django_assert_num_queries(11):
        client.get(editor(report))


def test_both_sign_on_the_page_and_what_was_typed_stays(client):
    other = person("artist")
    report = closed(purpose="incoming", other=other)
    client.force_login(other)
    assert 'name="remark"' in client.get(page("report", report)).content.decode()
    form = {"digest": "0" * 64, "remark": "右上角没有写到", "seen": "on"}
    answer = client.post(page("sign", report), form)
    assert answer.status_code == 422
    assert "右上角没有写到" in answer.content.decode()
    assert (
        client.post(page("sign", report), form | {"digest": report.digest, "seen": ""}).status_code
        == 422
    )
    assert client.post(page("sign", report), form | {"digest": report.digest}).status_code == 302
    assert 'name="remark"' not in client.get(page("report", report)).content.decode()
    client.force_login(person("registrar"))
    assert client.post(page("sign", report), form | {"digest": report.digest}).status_code == 403
    assert ConditionSignature.objects.count() == 1
    client.logout()
    assert "右上角没有写到" not in client.get(page("report", report)).content.decode()


def test_two_reports_stand_side_by_side_with_what_changed(client):
    work = registered()
    draw_pictures(work)
    old = ({}, {"kind": "stain", "region": "70 10 10 10"})
    new = (
        {"severity": "severe", "region": "10 60 40 6"},
        {"kind": "foxing", "age": "new", "region": "40 40 5 5"},
    )
    first, second = closed(work, found=old), closed(work, found=new)
    answer = client.get(page("compare", second, first.serial))
    text = answer.content.decode()
    found = {k: [d["kind"] for d in v] for k, v in answer.context["differences"].items()}
    assert found == {"new": ["黄斑"], "changed": ["撕裂"], "gone": ["污渍"], "unchanged": []}
    for words in ("范围变大", "轻重：由轻变为重", "新出现", "不再见到", "并排看"):
        assert words in text
    other_way = client.get(page("compare", first, second.serial))
    assert other_way.context["differences"] == answer.context["differences"]
    english = client.get("/en" + page("compare", second, first.serial)).content.decode()
    assert "foxing" in english
    same = client.get(page("compare", second, second.serial))
    assert same.status_code == 404
    assert client.get(page("compare", second, 99)).status_code == 404
    assert client.get(page("compare", second, first.serial) + "?pair=99999999").status_code == 200


def test_the_works_page_says_the_grade_and_leads_to_the_reports(client):
    work = registered()
    assert 'id="condition"' not in client.get(work.get_absolute_url()).content.decode()
    first, second = closed(work), closed(work, grade="fair")
    text = client.get(work.get_absolute_url()).content.decode()
    assert 'id="condition"' in text
    assert "一般" in text
    for url in (page("report", first), page("report", second), page("compare", second, 1)):
        assert url in text
    history = client.get(reverse("catalog:history", args=[work.number])).content.decode()
    assert "状况报告定稿" in history
    assert "记下一项所见" not in history


# ------------------------------------------------------------------ for machines and on paper


def test_annotations_are_those_of_the_standard_with_public_parts_only(client):
    report = handed_over(found=({}, {"kind": "restoration", "picture": None, "region": ""}))
    draw_pictures(report.work)
    answer = client.get("/en" + page("annotations", report))
    assert answer["Content-Type"].startswith("application/ld+json")
    data = json.loads(answer.content)
    assert (data["@context"], data["type"], len(data["items"])) == (
        "http://www.w3.org/ns/anno.jsonld", "AnnotationPage", 2,
    )  # fmt: skip
    with translation.override("zh-hans"):
        assert data["id"].endswith(page("annotations", report))
    first, whole = data["items"]
    assert first["target"]["selector"]["value"] == "xywh=percent:10,60,20,5"
    assert first["target"]["source"].endswith(".jpg")
    assert {b["value"] for b in first["body"] if b["purpose"] == "tagging"} == {
        "撕裂，轻，局部", "tear, slight, local",
    }  # fmt: skip
    assert whole["target"].endswith(f"/works/{report.work.number}/")
    assert {"type": "SpecificResource", "purpose": "classifying",
            "source": "http://vocab.getty.edu/aat/300053742"} in whole["body"]  # fmt: skip
    text = answer.content.decode()
    for secret in (report.examiner.display_name, report.counterparty.display_name, "渌水库房"):
        assert secret not in text


def test_the_signed_text_hashes_to_the_digest_in_the_log(client):
    report = closed()
    content = client.get(page("statement", report)).content
    assert hashlib.sha256(content).hexdigest() == report.digest
    assert [fact["digest"] for fact in queued("condition.")] == [report.digest]


def printed(report, language="zh-hans", *, is_whole=False) -> tuple[str, int]:
    with translation.override(language):
        row = whole_reports().get(pk=report.pk)
        content = report_file(row, is_whole=is_whole)
    with pikepdf.open(io.BytesIO(content)) as file:
        pictures = sum(len(sheet.get_images()) for sheet in file.pages)
    return words_of(content).replace("\n", ""), pictures


def test_the_paper_has_findings_pictures_and_names_for_those_who_may():
    report = handed_over()
    draw_pictures(report.work)
    words, pictures = printed(report)
    for expected in (
        "状况报告第1号",
        "撕裂",
        "左下角",
        "良好",
        report.digest,
        "交接签字",
        "第1页，共",
    ):
        assert expected in words, expected
    assert pictures == report.pictures.count()
    for secret in (report.examiner.display_name, "渌水库房"):
        assert secret not in words
    whole, _pictures = printed(report, is_whole=True)
    for expected in (report.examiner.display_name, report.counterparty.display_name, "渌水库房"):
        assert expected in whole
    english, _pictures = printed(report, "en")
    for expected in (
        "Condition report No. 1",
        "tear",
        "lower left",
        "Slight old damage",
        "Page 1 of",
    ):
        assert expected in english, expected


def test_the_paper_is_downloaded_by_anybody_for_a_public_work(client):
    report = closed()
    answer = client.get(page("pdf", report))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"%PDF")
