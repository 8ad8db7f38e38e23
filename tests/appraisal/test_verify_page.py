"""Anybody checks a certificate: by number in any writing, by code, by file; nothing is kept."""

import io
import json

import pikepdf
import pytest
from django.core.cache import cache
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from appraisal.certificates import at_hand
from appraisal.certificates import checks as certificate_checks
from appraisal.certificates.checking import outcome
from appraisal.certificates.numbers import PREFIX, draw_number
from appraisal.certificates.pdf import certificate_file
from appraisal.certificates.shown import certificates, printed
from appraisal.certificates.words import QUESTIONS, VERDICTS, for_script, is_worded
from appraisal.engine.credentials import Question, read_keys, verify
from appraisal.models import Certificate
from appraisal.services import certificate_states, issuing
from appraisal.services.mismatches import REPORTED
from artmarket import rulebook
from artmarket.core.models import Event
from tests.catalog.factories import person, registered

from .certified import by_living_author, confirmed, signed_result, with_file, with_key
from .engine.cases import own_cases

pytestmark = pytest.mark.django_db
VERIFY = "/verify/"


def lock(work=None) -> Certificate:
    with_key()
    work = work or registered()
    return issuing.issue_lock(actor=person("registrar"), work_id=work.pk)


def page(client, certificate, **query):
    return client.get(reverse("appraisal:certificate", args=[certificate.number]), query)


def uploaded(client, content: bytes, name="certificate.json"):
    file = io.BytesIO(content)
    file.name = name
    return client.post(VERIFY, {"file": file})


def paper(certificate) -> bytes:
    return certificate_file(printed(certificates().get(pk=certificate.pk)))


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


# ------------------------------------------------------------------ numbers


@given(
    st.integers(0, 3),
    st.lists(st.sampled_from([" ", "-", "－", "　", "—", ""]), min_size=12, max_size=12),
)
@example(0, [" "] * 12)
def test_a_number_is_read_however_it_is_written(way, between):
    number = draw_number()
    plain = number.replace("-", "")
    written = {
        0: plain.lower(),
        1: plain.replace("0", "O").replace("1", "l"),
        2: "".join(chr(ord(c) + 0xFEE0) for c in plain),
        3: plain.removeprefix(PREFIX),
    }[way]
    typed = "".join(c + gap for c, gap in zip(written, between + [""] * 12, strict=False))
    assert at_hand.number_from(typed) == number


@pytest.mark.parametrize("typed", ["ZS4G0XBM", "zs4g-0xbm", "ZS-ZS4G-0XBM", "zszs4g0xbm"])
def test_a_number_may_begin_with_the_letters_of_its_prefix(typed):
    assert at_hand.number_from(typed) == "ZS-ZS4G-0XBM"


def test_an_address_that_was_pasted_leads_to_its_number():
    number = draw_number()
    for typed in (
        f"https://x.example/verify/{number}/?d=00", f"http://x/en/verify/{number}/",
        f"x.example/certificates/{number}.json", f"/certificates/{number}.pdf",
    ):  # fmt: skip
        assert at_hand.number_from(typed) == number, typed
    assert at_hand.number_from("https://x.example/works/7K3M92QF/") is None
    assert at_hand.number_from("无") is None


def test_a_typed_number_leads_to_the_certificate(client):
    certificate = lock()
    typed = certificate.number.replace("-", " ").replace("0", "o").lower()
    answer = client.get(VERIFY, {"number": typed})
    assert (answer.status_code, answer["Location"]) == (302, f"/verify/{certificate.number}/")
    assert not answer.cookies


def test_the_page_of_another_writing_moves_to_the_right_one_and_keeps_the_digest(client):
    certificate = lock()
    other = certificate.number.replace("-", "").lower()
    answer = client.get(f"/verify/{other}/?d=abc")
    assert answer.status_code == 301
    assert answer["Location"] == f"/verify/{certificate.number}/?d=abc"


def test_nobody_is_followed_and_nothing_is_asked(client):
    for address in (VERIFY, "/verify/offline/", f"/verify/{lock().number}/"):
        answer = client.get(address)
        assert (answer.status_code, dict(answer.cookies)) == (200, {}), address


def test_an_unknown_number_is_not_found_in_large_letters(client):
    for address in (f"{VERIFY}?number={draw_number()}", f"/verify/{draw_number()}/"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert '<h2 class="verdict-title">查不到</h2>' in answer.content.decode()


def test_what_is_no_number_is_said_beside_the_field(client):
    answer = client.get(VERIFY, {"number": "<b>"})
    assert answer.status_code == 200
    assert at_hand.EXAMPLE in answer.content.decode()
    assert "<b>" not in answer.content.decode()


# ------------------------------------------------------------------ the page


def test_a_lock_says_large_that_it_does_not_prove_the_author(client):
    words = page(client, lock()).content.decode()
    assert '<h1 class="verdict-title">有效</h1>' in words
    assert '<p class="verdict-lock">不证明作者</p>' in words
    assert "没有查验作者、年代和真伪" in words
    assert words.count('data-finding="proven"') == 8


def test_an_opinion_says_its_dissent_and_what_was_not_examined(client):
    with_key()
    work = registered()
    result = signed_result(work, naming="山水轴", grade="甲")
    certificate = issuing.issue_opinion(actor=person("registrar"), result_id=result.pk)
    words = page(client, certificate).content.decode()
    for expected in ("专家组鉴定意见", "同意2人", "异议1人", "山水轴", "没有查验的", "亲笔"):
        assert expected in words, expected
    assert "不证明作者" not in words


def test_an_author_s_certificate_names_him_and_the_day(client):
    with_key()
    work, author = by_living_author()
    confirmed(work, author)
    certificate = issuing.issue_author(actor=person("registrar"), work_id=work.pk)
    words = page(client, certificate).content.decode()
    assert "作者保真证书" in words
    assert "到场确认" in words
    assert "不证明作者" not in words


@pytest.mark.parametrize(("step", "title"), [("suspend", "暂停"), ("revoke", "已撤销")])
def test_a_change_is_said_with_its_date_and_reason(client, step, title):
    certificate = lock()
    function = getattr(certificate_states, step)
    function(actor=person("registrar"), certificate_id=certificate.pk, reason="画心被揭裱")
    words = page(client, certificate).content.decode()
    certificate.refresh_from_db()
    year = certificate.state_since.year
    assert f'<h1 class="verdict-title">{title}</h1>' in words
    assert f"自{year}年" in words
    assert "画心被揭裱" in words


def test_a_replaced_one_points_on_and_the_new_one_back(client):
    old = lock()
    new = issuing.supersede(actor=person("registrar"), certificate_id=old.pk, reason="更正尺寸")
    words = page(client, old).content.decode()
    assert '<h1 class="verdict-title">已被新证书取代</h1>' in words
    assert f"看新证书{new.number}" in words
    assert f"它取代了{old.number}" in page(client, new).content.decode()


def test_the_digest_of_the_code_is_compared(client):
    certificate = lock()
    short = certificate.digest[:16]
    assert "二维码里的摘要与登记的证书一致" in page(client, certificate, d=short).content.decode()
    for wrong in ("0" * 16, short[:4]):
        assert "对不上" in page(client, certificate, d=wrong).content.decode()


def test_a_text_that_is_not_what_was_signed_is_called_invalid(client, monkeypatch):
    def changed(document, *given, **more):
        assert "春山" in document
        return verify(document.replace("春山", "秋山"), *given, **more)

    monkeypatch.setattr(certificate_checks, "verify", changed)
    words = page(client, lock()).content.decode()
    assert '<h1 class="verdict-title">不成立</h1>' in words
    assert "内容被改动过" in words


def test_of_a_work_that_is_not_public_only_the_state_is_told(client):
    work = registered()
    certificate = lock(work)
    work.is_public = False
    work.save(update_fields=["is_public"])
    words = page(client, certificate).content.decode()
    assert '<h1 class="verdict-title">有效</h1>' in words
    assert "春山放鸢图" not in words
    assert client.get(f"/certificates/{certificate.number}.pdf").status_code == 404


def test_neither_owner_nor_price_is_on_the_page(client):
    work = registered()
    words = page(client, lock(work)).content.decode()
    assert work.created_by.display_name not in words
    assert "¥" not in words


def test_a_page_costs_a_fixed_number_of_queries(client, django_assert_num_queries):
    certificate = lock()
    page(client, certificate)
    with django_assert_num_queries(10):
        page(client, certificate)
    with django_assert_num_queries(0):
        client.get(VERIFY)


# ------------------------------------------------------------------ files


def test_a_file_is_checked_by_the_server_where_no_script_runs(client):
    certificate = lock()
    answer = uploaded(client, certificate.document.encode())
    words = answer.content.decode()
    assert answer.status_code == 200
    assert '<h2 class="verdict-title">有效</h2>' in words
    assert f'href="/verify/{certificate.number}/"' in words
    assert not answer.cookies


def test_one_changed_letter_is_refuted_and_named(client):
    words = uploaded(client, lock().document.replace("春山", "秋山").encode()).content.decode()
    assert '<h2 class="verdict-title">不成立</h2>' in words
    assert "电子签名：签名与内容不符" in words
    assert "文件里写的（没有证实）" in words


def test_a_paper_is_checked_by_the_file_inside_it(client):
    certificate = lock()
    words = uploaded(client, paper(certificate), "a.pdf").content.decode()
    assert '<h2 class="verdict-title">有效</h2>' in words


def test_a_revoked_one_is_revoked_in_its_file_too(client):
    certificate = lock()
    certificate_states.revoke(
        actor=person("registrar"), certificate_id=certificate.pk, reason="错发"
    )
    words = uploaded(client, certificate.document.encode()).content.decode()
    assert '<h2 class="verdict-title">已撤销</h2>' in words


def test_a_replaced_file_is_called_replaced(client):
    old = lock()
    issuing.supersede(actor=person("registrar"), certificate_id=old.pk, reason="更正")
    words = uploaded(client, old.document.encode()).content.decode()
    assert '<h2 class="verdict-title">已被新证书取代</h2>' in words


def test_files_that_are_none_are_refused_in_words(client):
    blank = io.BytesIO()
    pikepdf.new().save(blank)
    two = with_file(paper(lock()), lock().document.encode())
    for content, name, status, words in (
        (two, "a.pdf", 422, "不止一份证书文件"),
        (b"{", "a.json", 200, "这不是证书文件"),
        (blank.getvalue(), "a.pdf", 422, "没有附证书文件"),
        (b"%PDF-1.7 broken", "a.pdf", 422, "读不出"),
    ):
        answer = uploaded(client, content, name)
        assert answer.status_code == status, name
        assert words in answer.content.decode(), name
    assert client.post(VERIFY).status_code == 422


def test_a_hostile_document_shows_as_text_and_breaks_nothing(client):
    document = json.loads(lock().document)
    for subject in (
        {"title": "<script>alert(1)</script>", "dimensions": [{"type": "height", "value": "0"}]},
        {"panel": "x", "confirmation": 7, "tag": [], "edition": None, "statement": [3]},
        {"dimensions": {"a": 1}, "statement": {"@value": []}, "certificateKind": ["保真"]},
        [], "x", None,
    ):  # fmt: skip
        content = json.dumps(document | {"credentialSubject": subject, "credentialStatus": 7})
        answer = uploaded(client, content.encode())
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


# ------------------------------------------------------------------ words


def test_every_code_of_every_question_has_its_words():
    missing = set()
    for case in own_cases():
        found = verify(
            case.text, read_keys(case.keys), case.at,
            status_lists=case.lists, successors=case.successors,
        )  # fmt: skip
        missing |= {
            (a.question, a.code) for a in found.answers if not is_worded(a.question, a.code)
        }
        assert outcome(found)["answers"][0]["words"]
    assert missing == set()
    assert set(QUESTIONS) == set(Question)


def test_the_browser_gets_the_same_words():
    says = for_script()
    assert set(says["questions"]) == {question.value for question in Question}
    assert set(says["verdicts"]) == {str(v) for v in VERDICTS} - {"not_found"}
    assert says["codes"]["proof"]["signature_wrong"] == "签名与内容不符：签名以后，内容被改动过。"


def test_english_readers_get_english(client):
    words = client.get(f"/en/verify/{lock().number}/").content.decode()
    assert "does not prove who made it" in words
    left = [c for c in ("有效", "逐项核对", "没有查验的", "成立") if c in words]
    assert left == []


# ------------------------------------------------------------------ reports


def report(client, certificate, **changes):
    values = {"what": "object", "words": "落款不同"} | changes
    return client.post(f"/verify/{certificate.number}/report/", values)


def test_a_mismatch_is_reported_without_an_account_and_changes_nothing(client):
    certificate = lock()
    answer = report(client, certificate)
    assert answer.status_code == 302
    event = Event.objects.get(action=REPORTED)
    assert (event.object_id, event.actor) == (str(certificate.pk), None)
    assert event.data == {"number": certificate.number, "what": "object", "words": "落款不同"}
    certificate.refresh_from_db()
    assert certificate.state == "valid"
    client.force_login(person("registrar"))
    for address in (
        "/desk/registrar/mismatches/",
        f"/desk/registrar/works/{certificate.work_id}/issued/",
    ):
        assert "落款不同" in client.get(address).content.decode()


def test_a_report_without_words_is_asked_again_and_keeps_what_was_typed(client):
    answer = report(client, lock(), what="nothing", words="")
    assert answer.status_code == 422
    assert "请写明你看到了什么" in answer.content.decode()
    assert not Event.objects.filter(action=REPORTED).exists()


def test_reports_are_limited(client):
    cache.clear()
    certificate, most = lock(), rulebook.get("certificate.reports_per_hour")
    answers = [report(client, certificate).status_code for _ in range(most + 1)]
    assert answers == [302] * most + [429]
    assert Event.objects.filter(action=REPORTED).count() == most
    cache.clear()


def test_another_site_cannot_report(client):
    answer = client.post(
        f"/verify/{lock().number}/report/", {"what": "object", "words": "x"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )  # fmt: skip
    assert answer.status_code == 400
