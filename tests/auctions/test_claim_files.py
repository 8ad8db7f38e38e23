"""Files with which both sides of a claim prove what they say: who gives them, who reads them, and
that a refused statement leaves none."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, WrongState
from auctions import tasks
from auctions.keeping import copy
from auctions.models import ClaimFile, ClaimStatement, SettlementClaim
from auctions.services.settlement import evidence
from auctions.services.settlement.claims import answer_claim, raise_claim
from media.models import Document
from media.services.documents import receive_document
from tests.accounts.identities import photo
from tests.auctions.factories import house, refusal_of
from tests.auctions.pages import tight_text_of
from tests.auctions.settling import claimed, delivered
from tests.auctions.test_settlement_pages import at, post
from tests.factories import UserFactory
from tests.media.papers import a_pdf

pytestmark = pytest.mark.django_db


def report(name="检测报告.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_pdf(), "application/pdf")


def claimed_with(*files):
    made = delivered()
    made.claim = raise_claim(
        actor=made.buyer, settlement_id=made.row.pk, kind="condition", words="新裂", files=files
    )
    return made


def opened(client, user, document) -> int:
    """What the link to a document on the order's page answers to its reader."""
    page = client(user).get(at("order", ClaimFile.objects.get(document=document)
                               .statement.claim.settlement_id)).content.decode()  # fmt: skip
    start = page.index(reverse("media:document", args=[document.uuid]))
    address = page[start : page.index('"', start)].replace("&amp;", "&")
    return client(user).get(address).status_code


def test_both_sides_give_files_by_the_form_and_all_of_them_read_each(reader):
    made = delivered()
    files = {"claim-files": [photo("裂痕.jpg"), report()]}
    data = {"claim-kind": "condition", "claim-words": "新裂", **files}
    assert reader(made.buyer).post(at("order_act", made.row.pk, "claim"), data).status_code == 302
    answer = {"answer-words": "发运时没有", "answer-files": [photo("出库.jpg")]}
    client = reader(made.seller)
    assert client.post(at("order_act", made.row.pk, "answer"), answer).status_code == 302
    more = {"say-words": "再看", "say-files": [photo("细部.jpg")]}
    assert reader(made.buyer).post(at("order_act", made.row.pk, "say"), more).status_code == 302
    names = ClaimFile.objects.order_by("pk").values_list("document__original_name", flat=True)
    assert list(names) == ["裂痕.jpg", "检测报告.pdf", "出库.jpg", "细部.jpg"]
    for user in (made.buyer, made.seller, made.boss, made.operator):
        page = tight_text_of(reader(user).get(at("order", made.row.pk)))
        assert all(name in page for name in names)
        for document in Document.objects.filter(claim_file__isnull=False):
            assert opened(reader, user, document) == 200


def test_nobody_else_reads_them(reader):
    made = claimed_with(photo())
    document = Document.objects.get(claim_file__isnull=False)
    for user in (made.people[1].user, house().boss, UserFactory(registrar=True)):
        assert not user.has_perm("media.read_document", document)
        assert reader(user).get(at("order", made.row.pk)).status_code == 404


def test_the_form_without_files_is_a_claim_and_works_without_script(reader):
    made = delivered()
    page = reader(made.buyer).get(at("order", made.row.pk)).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'name="claim-files"' in page
    assert post(reader(made.buyer), made, "claim", kind="condition", words="裂").status_code == 302
    assert not ClaimFile.objects.exists()


def test_an_open_claim_shows_whose_turn_it_is_and_how_long(reader):
    made = claimed_with()
    page = tight_text_of(reader(made.buyer).get(at("order", made.row.pk)))
    assert "下一步委托人或拍卖企业答复异议" in page
    assert "期限" in page
    assert "还有4天" in page or "还有5天" in page
    answer_claim(actor=made.boss, claim_id=made.claim.pk, words="没有")
    assert "下一步平台裁定异议" in tight_text_of(reader(made.boss).get(at("order", made.row.pk)))


# ------------------------------------------------------------------ nothing is left over


def test_a_refused_file_leaves_no_claim_and_a_refused_claim_no_file(reader):
    made = delivered()
    wrong = SimpleUploadedFile("x.pdf", b"no paper at all", "application/pdf")
    data = {"claim-kind": "condition", "claim-words": "裂", "claim-files": [photo(), wrong]}
    answer = reader(made.buyer).post(at("order_act", made.row.pk, "claim"), data)
    assert answer.status_code in (409, 415, 422)
    assert not SettlementClaim.objects.exists()
    assert not Document.objects.exists()
    with pytest.raises(Invalid):
        claimed_words(made, words=" ", files=[photo()])
    assert not Document.objects.exists()
    claimed_words(made, words="裂", files=[photo()])
    with pytest.raises(WrongState):
        claimed_words(made, words="又裂", files=[photo()])
    assert Document.objects.count() == 1


def claimed_words(made, *, words, files):
    return raise_claim(
        actor=made.buyer, settlement_id=made.row.pk, kind="condition", words=words, files=files
    )


def test_no_more_files_than_ten_at_once():
    made = delivered()
    files = [photo()] * (evidence.MOST_FILES + 1)
    refusal = refusal_of(lambda: claimed_words(made, words="裂", files=files))
    assert set(refusal.fields) == {"files"}
    assert not Document.objects.exists()


def test_what_a_crash_left_is_cleared_after_a_day_and_what_is_tied_stays():
    made = claimed_with(photo())
    left = receive_document(
        actor=made.buyer, file=photo("rest.jpg"), name="rest.jpg", purpose=evidence.PURPOSE
    )
    assert tasks.end_powers() == "suspended 0, failed 0, papers cleared 0"
    Document.objects.update(created_at=db_now() - timedelta(days=2))
    assert tasks.end_powers() == "suspended 0, failed 0, papers cleared 1"
    assert not Document.objects.filter(pk=left.pk).exists()
    assert Document.objects.count() == 1


def test_files_and_statements_are_append_only():
    made = claimed_with(photo())
    for rows, change in (
        (ClaimFile.objects.all(), {"document": None}),
        (ClaimStatement.objects.filter(claim=made.claim), {"words": "别的"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


def test_the_copy_of_ones_data_names_the_files_one_gave():
    made = claimed_with(photo("裂痕.jpg"))
    said = [row for row in copy(made.buyer) if "statement" in row]
    assert [row["files"] for row in said] == [["裂痕.jpg"]]


def test_a_claim_is_made_with_its_stage_still(reader):
    made = claimed()
    assert reader(made.operator).get(at("order", made.row.pk)).status_code == 200
