"""Other people's papers: who records them, how they show, how they are withdrawn."""

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from appraisal.models import RecordedCertificate
from appraisal.permissions import may_see_scan
from appraisal.services.certificates import Paper, record_certificate, withdraw_certificate
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.search import SearchQuery, matching_ids
from media.models import Image
from tests.catalog.factories import ImageFactory, person, registered, submitted

pytestmark = pytest.mark.django_db
PAPER = Paper("institution", "渌水鉴定所", "倾向于所题作者的作品", "LS-7", "2019年5月")


def record(work, actor=None, paper=PAPER, **more):
    return record_certificate(
        actor=actor or person("registrar"), work_id=work.pk, paper=paper, **more
    )


def found(**facets):
    return list(matching_ids(SearchQuery.read(QueryDict(urlencode(facets)))))


def test_a_paper_is_kept_with_its_date_and_who_saw_it():
    work, registrar = registered(), person("registrar")
    row = record(work, registrar)
    assert (row.issued_text, row.issued_edtf) == ("2019年5月", "2019-05")
    assert (row.seen_by, row.seen_at is not None) == (registrar, True)
    event = Event.objects.about(work).get(action="certificate.recorded")
    assert event.before == {}
    assert event.after["issuer"] == "渌水鉴定所"


def test_words_that_are_no_date_stay_as_written():
    row = record(registered(), paper=Paper("artist", "某人", "本人所作", issued="那年秋天"))
    assert (row.issued_text, row.issued_edtf, row.issued_words) == ("那年秋天", "", "那年秋天")


@pytest.mark.parametrize("role", ["artist", "buyer", "appraiser", "bureau", "operator"])
def test_only_registrars_record(role):
    work = registered()
    with pytest.raises(NotAllowed):
        record(work, person(role))
    assert not RecordedCertificate.objects.exists()


def test_a_registrar_does_not_vouch_for_the_papers_of_his_own_work():
    registrar = person("registrar", "artist")
    with pytest.raises(NotAllowed) as refusal:
        record(registered(registrar), registrar)
    assert refusal.value.code == "own_work"


def test_only_registered_works_have_papers():
    with pytest.raises(WrongState):
        record(submitted())


@pytest.mark.parametrize(
    ("paper", "fields"),
    [
        (Paper("", "", ""), {"kind", "issuer", "statement"}),
        (Paper("ours", "x", "y"), {"kind"}),
        (Paper("artist", " ", " "), {"issuer", "statement"}),
        (Paper("artist", "x" * 161, "y" * 501, "n" * 81, "d" * 121),
         {"issuer", "statement", "number", "issued_text"}),
    ],
)  # fmt: skip
def test_empty_and_huge_input_is_refused(paper, fields):
    with pytest.raises(Invalid) as refusal:
        record(registered(), paper=paper)
    assert set(refusal.value.fields) == fields


def test_the_same_paper_is_recorded_once_and_again_after_it_was_withdrawn():
    work = registered()
    row = record(work)
    with pytest.raises(WrongState) as refusal:
        record(work)
    assert refusal.value.code == "already_recorded"
    withdraw_certificate(actor=person("registrar"), certificate_id=row.pk, reason="原件有误")
    record(work)
    assert work.recorded_certificates.count() == 2
    assert Event.objects.about(work).filter(action="certificate.recorded").count() == 2


def test_withdrawing_needs_a_reason_and_happens_once():
    work, registrar = registered(), person("registrar")
    row = record(work)
    for reason in ("", "  ", "长" * 301):
        with pytest.raises(Invalid):
            withdraw_certificate(actor=registrar, certificate_id=row.pk, reason=reason)
    with pytest.raises(NotAllowed):
        withdraw_certificate(actor=work.created_by, certificate_id=row.pk, reason="不要了")
    withdraw_certificate(actor=registrar, certificate_id=row.pk, reason="出具人撤回")
    with pytest.raises(WrongState):
        withdraw_certificate(actor=registrar, certificate_id=row.pk, reason="再来")
    with pytest.raises(WrongState):
        withdraw_certificate(actor=registrar, certificate_id=0, reason="再来")
    event = Event.objects.about(work).get(action="certificate.withdrawn")
    assert event.before["number"] == "LS-7"
    assert event.data["reason"] == "出具人撤回"


def test_the_facet_finds_exactly_the_works_with_a_live_paper():
    work, other = registered(), registered()
    row = record(work)
    assert found(certified="yes") == [work.pk]
    withdraw_certificate(actor=person("registrar"), certificate_id=row.pk, reason="完")
    assert found(certified="yes") == []
    assert set(found()) == {work.pk, other.pk}


def test_the_page_says_whose_words_they_are_and_calls_nothing_ours(client):
    work = registered()
    assert "随附证书" not in client.get(work.get_absolute_url()).content.decode()
    row = record(work)
    text = client.get(work.get_absolute_url()).content.decode()
    for words in ("渌水鉴定所", "出具人的说法", "不是平台的证书", "不是平台的鉴定结论", "见过原件"):
        assert words in text
    assert row.seen_by.display_name not in text
    withdraw_certificate(actor=person("registrar"), certificate_id=row.pk, reason="完")
    assert "渌水鉴定所" not in client.get(work.get_absolute_url()).content.decode()


def test_the_history_names_both_changes_for_everybody(client):
    work = registered()
    row = record(work)
    withdraw_certificate(actor=person("registrar"), certificate_id=row.pk, reason="出具人撤回")
    text = client.get(reverse("catalog:history", args=[work.number])).content.decode()
    assert "记录随附证书" in text
    assert "撤下随附证书" in text


def test_a_scan_is_for_those_who_may_see_private_data():
    work = registered()
    image = ImageFactory(uploaded_by=person("registrar"))
    record(work, scan=image)
    image = Image.objects.get(pk=image.pk)
    assert may_see_scan(work.created_by, image)
    assert not may_see_scan(person("buyer"), image)


# ------------------------------------------------------------------ pages

FORM = {
    "kind": "gallery", "issuer": "竹石画廊", "number": "", "issued": "", "statement": "经手售出",
    "seen": "on",
}  # fmt: skip


def test_the_registrar_records_and_withdraws_on_the_page(client):
    work = registered()
    client.force_login(person("registrar"))
    url = reverse("appraisal:record", args=[work.pk])
    assert url in client.get(reverse("catalog:review", args=[work.pk])).content.decode()
    assert client.post(url, FORM).status_code == 302
    row = RecordedCertificate.objects.get()
    again = client.post(url, FORM)  # a double click
    assert again.status_code == 422
    assert "已经记录过了" in again.content.decode()
    assert RecordedCertificate.objects.count() == 1
    withdraw = reverse("appraisal:withdraw", args=[work.pk, row.pk])
    assert "请写明撤下的理由" in client.post(withdraw, {}, follow=True).content.decode()
    client.post(withdraw, {"reason": "原件有误"})
    row.refresh_from_db()
    assert row.withdraw_reason == "原件有误"


@pytest.mark.parametrize("change", [{"seen": ""}, {"issuer": ""}, {"issuer": "长" * 10_000}])
def test_a_form_without_the_original_or_with_bad_words_is_shown_again(client, change):
    work = registered()
    client.force_login(person("registrar"))
    answer = client.post(reverse("appraisal:record", args=[work.pk]), FORM | change)
    assert answer.status_code == 422
    assert "经手售出" in answer.content.decode()
    assert not RecordedCertificate.objects.exists()


@pytest.mark.parametrize("role", ["artist", "buyer", "appraiser", "bureau"])
def test_others_do_not_reach_the_page(client, role):
    work = registered()
    row = record(work)
    client.force_login(person(role))
    assert client.get(reverse("appraisal:record", args=[work.pk])).status_code == 403
    answer = client.post(reverse("appraisal:withdraw", args=[work.pk, row.pk]), {"reason": "x"})
    assert answer.status_code == 403
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_a_paper_is_not_withdrawn_through_another_works_page(client):
    row, other = record(registered()), registered()
    client.force_login(person("registrar"))
    url = reverse("appraisal:withdraw", args=[other.pk, row.pk])
    assert client.post(url, {"reason": "x"}).status_code == 404


def test_a_file_that_is_no_picture_leaves_nothing_behind(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    work = registered()
    client.force_login(person("registrar"))
    before = Image.objects.count()
    scan = SimpleUploadedFile("a.jpg", b"not a picture", "image/jpeg")
    answer = client.post(reverse("appraisal:record", args=[work.pk]), FORM | {"scan": scan})
    assert answer.status_code == 422
    assert (RecordedCertificate.objects.count(), Image.objects.count()) == (0, before)
