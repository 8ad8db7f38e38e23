"""Tags: bound by two, on one work at a time, read once, and what a broken one brings about."""

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from PIL import Image as Picture

from appraisal.engine.taps import tap_code
from appraisal.enums import CertificateState, TagState, TapResult
from appraisal.models import Tag, TagBinding, TagReading
from appraisal.services.issuing import issue_lock
from appraisal.services.tags import (
    NewTag,
    TapWords,
    add_tag,
    attach_tag,
    confirm_binding,
    make_labels,
    read_chip,
    report_broken,
    take_off,
)
from appraisal.tags import citations
from artmarket import rulebook
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from catalog.models import LogQueued
from tests.appraisal.certified import with_key
from tests.auctions.papers import words_of
from tests.catalog.factories import ImageFactory, person, registered, submitted

pytestmark = pytest.mark.django_db
CHIP = "04DE5F1EACC040"
KEY = "11" * 16


@pytest.fixture
def first():
    return person("registrar")


@pytest.fixture
def second():
    return person("registrar")


def chip(actor, number: str = CHIP) -> Tag:
    return add_tag(actor=actor, tag=NewTag("nfc", number, code_key=KEY))


def attached(actor, tag, work) -> TagBinding:
    picture = ImageFactory(uploaded_by=actor)
    return attach_tag(
        actor=actor, tag_id=tag.pk, work_id=work.pk, place="画框背面", photograph=picture
    )


def bound(first, second, work=None, tag=None) -> TagBinding:
    work, tag = work or registered(), tag or chip(first)
    return confirm_binding(actor=second, binding_id=attached(first, tag, work).pk)


def words(counter: int, *, loop: str = "", key: str = KEY) -> TapWords:
    code = tap_code(bytes.fromhex(key), number=CHIP, counter=counter, loop=loop)
    return TapWords(code=code, number=CHIP, counter=f"{counter:06X}", loop=loop)


# ------------------------------------------------------------------ binding


def test_two_persons_bind_a_tag(first, second):
    binding = attached(first, chip(first), registered())
    assert binding.tag.state == TagState.BLANK
    with pytest.raises(NotAllowed) as refusal:
        confirm_binding(actor=first, binding_id=binding.pk)
    assert refusal.value.rule == citations.TWO_PERSONS
    assert confirm_binding(actor=second, binding_id=binding.pk).confirmed_by == second
    assert Tag.objects.get().state == TagState.BOUND
    with pytest.raises(WrongState):
        confirm_binding(actor=person("registrar"), binding_id=binding.pk)
    names = Event.objects.about(binding.work).values_list("action", flat=True)
    assert {"tag.attached", "tag.bound"} <= set(names)


def test_the_database_knows_that_it_takes_two(first):
    binding = attached(first, chip(first), registered())
    with pytest.raises(DatabaseError), transaction.atomic():
        TagBinding.objects.filter(pk=binding.pk).update(
            confirmed_by=first, confirmed_at=binding.attached_at
        )


def test_a_tag_is_on_one_work_at_a_time(first, second):
    tag = chip(first)
    waiting = attached(first, tag, registered())
    with pytest.raises(WrongState) as refusal:
        attached(second, tag, registered())
    assert refusal.value.rule == citations.USED_ONCE
    take_off(actor=second, binding_id=waiting.pk, reason="贴错了")
    again = bound(first, second, tag=tag)
    assert again.tag.state == TagState.BOUND
    with pytest.raises(WrongState):
        attached(second, tag, registered())


def test_a_tag_that_was_taken_off_is_never_bound_again(first, second):
    binding = bound(first, second)
    with pytest.raises(Invalid):
        take_off(actor=second, binding_id=binding.pk, reason=" ")
    take_off(actor=second, binding_id=binding.pk, reason="重新装裱")
    tag = Tag.objects.get()
    assert (tag.state, tag.end_reason) == (TagState.RETIRED, "重新装裱")
    with pytest.raises(WrongState):
        attached(first, tag, binding.work)


@pytest.mark.parametrize("role", ["artist", "buyer", "appraiser", "operator", "bureau"])
def test_only_registrars_handle_tags(first, role):
    other = person(role)
    tag = chip(first)
    for act in (
        lambda: chip(other, "04" * 7),
        lambda: make_labels(actor=other, count=1),
        lambda: attached(other, tag, registered()),
        lambda: report_broken(actor=other, tag_id=tag.pk, reason="看着像"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_nobody_tags_his_own_work(first):
    own = person("registrar", "artist")
    with pytest.raises(NotAllowed) as refusal:
        attached(own, chip(first), registered(own))
    assert refusal.value.code == "own_work"


def test_only_registered_works_and_pictures_of_ones_own(first):
    tag = chip(first)
    with pytest.raises(WrongState):
        attached(first, tag, submitted())
    with pytest.raises(Invalid) as refusal:
        attach_tag(
            actor=first, tag_id=tag.pk, work_id=registered().pk, place=" ",
            photograph=ImageFactory(uploaded_by=person("artist")),
        )  # fmt: skip
    assert set(refusal.value.fields) == {"place", "photograph"}


@pytest.mark.parametrize(
    ("tag", "fields"),
    [
        (NewTag("nfc", "04DE"), {"number"}),
        (NewTag("wire", ""), {"kind", "number"}),
        (NewTag("surface", "ab" * 31), {"number"}),
        (NewTag("rfid", "E200", code_key=KEY), {"code_key"}),
        (NewTag("nfc", CHIP, data_key=KEY), {"code_key"}),
        (NewTag("nfc", CHIP, code_key="zz"), {"code_key"}),
    ],
)
def test_all_faults_of_a_new_tag_at_once(first, tag, fields):
    with pytest.raises(Invalid) as refusal:
        add_tag(actor=first, tag=tag)
    assert set(refusal.value.fields) == fields


def test_a_number_is_on_file_once_however_it_is_written(first):
    chip(first, "04:de:5f:1e:ac:c0:40")
    with pytest.raises(WrongState):
        chip(first, "04 DE5F1EACC040")


def test_keys_are_sealed_in_the_database(first):
    from django.db import connection

    chip(first)
    with connection.cursor() as cursor:
        cursor.execute("SELECT code_key FROM appraisal_tag")
        assert KEY not in cursor.fetchone()[0]


# ------------------------------------------------------------------ readings


def test_a_reading_counts_once(first, second):
    tag = bound(first, second).tag
    assert read_chip(token=tag.token, words=words(7)) is TapResult.BELIEVED
    assert read_chip(token=tag.token, words=words(7)) is TapResult.REPLAYED
    assert read_chip(token=tag.token, words=words(3)) is TapResult.REPLAYED
    assert read_chip(token=tag.token, words=words(8)) is TapResult.BELIEVED
    assert list(TagReading.objects.values_list("counter", flat=True)) == [8, 7]


def test_what_the_chip_did_not_write_is_not_believed_and_not_kept(first, second):
    tag = bound(first, second).tag
    assert read_chip(token=tag.token, words=words(7, key="22" * 16)) is TapResult.FORGED
    assert read_chip(token=tag.token, words=TapWords(code="?")) is TapResult.MALFORMED
    assert not TagReading.objects.exists()
    tag.refresh_from_db()
    assert tag.last_counter == -1


def test_a_label_has_nothing_to_read(first):
    (label,) = make_labels(actor=first, count=1)
    with pytest.raises(WrongState):
        read_chip(token=label.token, words=words(1))


def test_a_broken_loop_suspends_the_certificates(first, second, settings):
    with_key()
    work = registered()
    certificate = issue_lock(actor=second, work_id=work.pk)
    tag = bound(first, second, work).tag
    waiting = LogQueued.objects.count()
    assert read_chip(token=tag.token, words=words(1, loop="OC")) is TapResult.BROKEN
    tag.refresh_from_db()
    certificate.refresh_from_db()
    assert tag.state == TagState.BROKEN
    assert certificate.state == CertificateState.SUSPENDED
    assert LogQueued.objects.count() > waiting
    assert Event.objects.about(work).get(action="tag.broken").actor is None
    assert read_chip(token=tag.token, words=words(2, loop="OO")) is TapResult.BROKEN
    assert Event.objects.about(work).filter(action="tag.broken").count() == 1


def test_a_registrar_reports_a_broken_seal_once(first, second):
    tag = bound(first, second).tag
    report_broken(actor=second, tag_id=tag.pk, reason="封口撕开")
    with pytest.raises(WrongState):
        report_broken(actor=first, tag_id=tag.pk, reason="封口撕开")
    assert rulebook.get(citations.BROKEN_SUSPENDS) is True


# ------------------------------------------------------------------ labels and pages


def test_labels_are_printed_and_lead_to_their_page(client, first):
    made = make_labels(actor=first, count=30)
    client.force_login(first)
    answer = client.get(reverse("appraisal:labels", args=[made[0].pk, 30]))
    said = words_of(answer.content).replace("\n", "")
    assert all(tag.number in said for tag in made)
    with pikepdf.open(io.BytesIO(answer.content)) as file:
        assert len(file.pages) == 2
    assert client.get(made[3].get_absolute_url()).status_code == 200


@pytest.mark.parametrize("count", [0, -1, 10**6])
def test_labels_within_the_rule(first, count):
    with pytest.raises(DomainError) as refusal:
        make_labels(actor=first, count=count)
    assert refusal.value.rule == citations.LABELS_AT_ONCE
    assert not Tag.objects.exists()


def photograph() -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Picture.new("RGB", (900, 700), "#a33").save(buffer, "JPEG")
    return SimpleUploadedFile("t.jpg", buffer.getvalue(), "image/jpeg")


def test_the_whole_way_over_the_pages(client, first, second):
    work = registered()
    tag = chip(first)
    page = reverse("appraisal:work_tags", args=[work.pk])
    client.force_login(first)
    sent = {"number": CHIP.lower(), "place": "画框背面", "photograph": photograph()}
    assert client.post(page, sent).status_code == 302
    binding = TagBinding.objects.get()
    decide = reverse("appraisal:decide_tag", args=[work.pk, binding.pk])
    assert client.post(decide, {"do": "confirm"}).status_code == 403
    client.force_login(second)
    client.post(decide, {"do": "confirm"})
    binding.refresh_from_db()
    assert binding.confirmed_by == second
    client.logout()
    shown = client.get(tag.get_absolute_url()).content.decode()
    assert work.display_title in shown and "不证明作者" in shown
    assert "实物上有1枚标签" in client.get(work.get_absolute_url()).content.decode()
    said = client.get(
        tag.get_absolute_url(), {"n": CHIP, "r": "000009", "c": words(9).code}
    ).content.decode()
    assert str(TapResult.BELIEVED.label) in said
    again = client.get(
        tag.get_absolute_url(), {"n": CHIP, "r": "000009", "c": words(9).code}
    ).content.decode()
    assert str(TapResult.REPLAYED.label) in again


def test_a_wrong_number_keeps_what_was_typed(client, first):
    client.force_login(first)
    page = reverse("appraisal:work_tags", args=[registered().pk])
    answer = client.post(page, {"number": "X1", "place": "背面右下", "photograph": photograph()})
    assert answer.status_code == 422
    assert "背面右下" in answer.content.decode()


def test_a_hidden_work_stays_hidden_behind_its_tag(client, first, second):
    binding = bound(first, second)
    type(binding.work).objects.filter(pk=binding.work_id).update(is_public=False)
    shown = client.get(binding.tag.get_absolute_url()).content.decode()
    assert binding.work.display_title not in shown
    assert client.get(reverse("appraisal:tag", args=["NOSUCHTOKEN"])).status_code == 404


def test_the_public_page_asks_few_questions(client, first, second, django_assert_num_queries):
    binding = bound(first, second)
    client.get(binding.tag.get_absolute_url())
    with django_assert_num_queries(4):
        client.get(binding.tag.get_absolute_url())
