"""The registrar's page of a work's certificates, the author's word, the box on the work's page."""

import pytest
from django.urls import reverse

from appraisal.models import AuthorConfirmation, Certificate
from appraisal.services import certificate_states, issuing
from artmarket.core.models import Event
from tests.catalog.factories import draft, person, registered

from .certified import RECORDING, by_living_author, confirmed, signed_result, with_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key(db):
    with_key()


@pytest.fixture
def registrar(client):
    user = person("registrar")
    client.force_login(user)
    return user


def address(work) -> str:
    return reverse("appraisal:work_certificates", args=[work.pk])


def press(client, work, step, **values):
    return client.post(address(work), {"step": step} | values)


def test_a_lock_is_issued_once_however_often_the_button_is_pressed(client, registrar):
    work = registered()
    first, second = (press(client, work, "issue_lock") for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert "已有同种的有效证书" in second.content.decode()
    assert Certificate.objects.filter(work=work).count() == 1


def test_each_kind_says_why_not_yet(client, registrar):
    words = client.get(address(registered())).content.decode()
    for reason in ("作者本人还没有到场确认", "还没有可以出具证书的、已签署的鉴定结果"):
        assert reason in words
    assert words.count('value="issue_') == 1
    assert 'value="issue_lock"' in words


def test_an_incomplete_record_is_named_for_all_three(client, registrar):
    work = registered()
    work.objectid_score = 8
    work.save(update_fields=["objectid_score"])
    words = client.get(address(work)).content.decode()
    assert words.count("档案不完整") == 3
    assert 'value="issue_' not in words


def test_who_lists_the_work_issues_nothing(client):
    lister = person("registrar", "artist")
    work = registered(lister)
    client.force_login(lister)
    words = client.get(address(work)).content.decode()
    assert 'value="issue_' not in words
    assert press(client, work, "issue_lock").status_code == 403
    assert not Certificate.objects.exists()


def test_others_than_registrars_do_not_enter(client):
    work = registered()
    assert client.get(address(work)).status_code in (302, 403)
    for role in ("artist", "appraiser", "operator", "buyer"):
        client.force_login(person(role))
        assert client.get(address(work)).status_code == 403, role
        assert press(client, work, "issue_lock").status_code == 403, role
    assert not Certificate.objects.exists()


def test_an_opinion_is_issued_from_the_signed_result(client, registrar):
    work = registered()
    result = signed_result(work)
    assert f'name="result" value="{result.pk}"' in client.get(address(work)).content.decode()
    assert press(client, work, "issue_opinion", result=result.pk).status_code == 302
    assert Certificate.objects.get(work=work).result == result


def test_it_is_suspended_restored_replaced_and_revoked_with_reasons(client, registrar):
    work = registered()
    press(client, work, "issue_lock")
    row = Certificate.objects.get(work=work)
    for step, state in (
        ("suspend", "suspended"), ("lift", "valid"), ("supersede", "superseded"),
    ):  # fmt: skip
        assert press(client, work, step, row=row.pk, reason="查验").status_code == 302
        row.refresh_from_db()
        assert row.state == state
    new = row.replaced_by
    assert press(client, work, "revoke", row=new.pk, reason="错发").status_code == 302
    assert [c.step for c in new.changes.all()] == ["issued", "revoked"]


def test_a_second_press_of_revoke_changes_nothing_and_says_so(client, registrar):
    work = registered()
    press(client, work, "issue_lock")
    row = Certificate.objects.get(work=work)
    press(client, work, "revoke", row=row.pk, reason="错发")
    again = press(client, work, "revoke", row=row.pk, reason="错发")
    assert again.status_code == 409
    assert "这一步不能办理" in again.content.decode()
    assert row.changes.count() == 2


def test_without_a_reason_nothing_changes_and_a_wrong_step_is_refused(client, registrar):
    work = registered()
    press(client, work, "issue_lock")
    row = Certificate.objects.get(work=work)
    for step, values, status in (
        ("revoke", {"row": row.pk, "reason": " "}, 422),
        ("burn", {"row": row.pk, "reason": "x"}, 422),
        ("revoke", {"row": "x", "reason": "x"}, 404),
    ):
        assert press(client, work, step, **values).status_code == status, step
    other = registered()
    assert press(client, other, "revoke", row=row.pk, reason="x").status_code == 404
    row.refresh_from_db()
    assert row.state == "valid"


def test_the_page_costs_a_fixed_number_of_queries(client, registrar, django_assert_num_queries):
    work = registered()
    press(client, work, "issue_lock")
    client.get(address(work))
    with django_assert_num_queries(40):
        client.get(address(work))


def test_english_registrars_and_readers_get_english(client, registrar):
    work = registered()
    press(client, work, "issue_lock")
    words = client.get("/en" + address(work)).content.decode()
    for expected in ("Author&#x27;s certificate", "Identity lock", "Panel&#x27;s opinion", "Valid"):
        assert expected in words, expected
    words = client.get(f"/en/works/{work.number}/").content.decode()
    assert "Identity lock (Valid)" in words
    for chinese in ("实物锁定证书", "有效", "现在核验"):
        assert chinese not in words, chinese


# ------------------------------------------------------------------ the author


def confirm_address(work) -> str:
    return reverse("appraisal:confirm_author", args=[work.pk])


def test_the_author_confirms_a_registrar_witnesses_and_the_certificate_follows(client):
    work, author = by_living_author()
    client.force_login(author)
    assert "这是我的作品" in client.get(confirm_address(work)).content.decode()
    assert client.post(confirm_address(work), {"step": "confirm", "place": ""}).status_code == 422
    answer = client.post(confirm_address(work), {"step": "confirm", "place": "登记室"})
    assert answer.status_code == 302
    row = AuthorConfirmation.objects.get(work=work)
    assert "还等登记员在当天见证" in client.get(confirm_address(work)).content.decode()
    client.force_login(person("registrar"))
    wrong = press(client, work, "witness", row=row.pk, recording_sha256="x", recording_place="甲")
    assert (wrong.status_code, "64位十六进制" in wrong.content.decode()) == (422, True)
    done = press(
        client, work, "witness", row=row.pk, recording_sha256=RECORDING, recording_place="甲"
    )
    assert done.status_code == 302
    assert press(client, work, "issue_author").status_code == 302
    assert Certificate.objects.get(work=work).kind == "author"


def test_the_author_may_withdraw(client):
    work, author = by_living_author()
    row = confirmed(work, author)
    client.force_login(author)
    client.post(confirm_address(work), {"step": "withdraw", "row": row.pk, "reason": "看错了"})
    row.refresh_from_db()
    assert row.withdraw_reason == "看错了"


def test_nobody_confirms_for_another(client):
    work, _author = by_living_author()
    for user in (person("artist"), person("registrar")):
        client.force_login(user)
        assert client.get(confirm_address(work)).status_code == 403
        assert client.post(confirm_address(work), {"place": "甲"}).status_code == 403
    assert not AuthorConfirmation.objects.exists()


# ------------------------------------------------------------------ the page of the work


def test_the_page_of_a_work_shows_its_box_and_the_ended_ones(client):
    work = registered()
    words = client.get(work.get_absolute_url()).content.decode()
    assert "平台证书" not in words
    registrar = person("registrar")
    old = issuing.issue_lock(actor=registrar, work_id=work.pk)
    certificate_states.revoke(actor=registrar, certificate_id=old.pk, reason="错发")
    new = issuing.issue_lock(actor=registrar, work_id=work.pk)
    words = client.get(work.get_absolute_url()).content.decode()
    assert f"/verify/{new.number}/qr.svg" in words
    assert new.digest[:16] in words
    assert f"/verify/{old.number}/qr.svg" not in words
    assert f'href="/verify/{old.number}/"' in words
    assert "已撤销" in words
    assert "实物锁定证书（有效）" in words
    certificate_states.suspend(actor=registrar, certificate_id=new.pk, reason="查验")
    assert "实物锁定证书（暂停）" in client.get(work.get_absolute_url()).content.decode()


def test_the_author_finds_his_way_from_the_page_of_a_gallery_s_work(client):
    work, author = by_living_author()
    client.force_login(author)
    link = f'href="{confirm_address(work)}"'
    assert link in client.get(work.get_absolute_url()).content.decode()
    client.force_login(person("artist"))
    assert link not in client.get(work.get_absolute_url()).content.decode()


def test_a_draft_has_no_certificates(client, registrar):
    work = draft()
    assert client.get(address(work)).status_code == 404
    assert not Event.objects.filter(action__startswith="certificate.").exists()
