"""The pages of authentication cases: who sees what, what each form does, what a second click does."""

import re

import pytest
from django.urls import reverse

from appraisal.enums import Stage
from appraisal.models import AppraisalCase, Opinion, PanelSeat
from tests.accounts.identities import photo
from tests.appraisal import stages
from tests.catalog.factories import person, registered

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"appraisal:{name}", args=args)


def text(client, name, *args, status=200):
    answer = client.get(address(name, *args))
    assert answer.status_code == status
    return answer.content.decode()


def post(client, page, *args, **sent):
    return client.post(address(page, *args), sent, follow=True)


def test_an_owner_asks_from_the_page_of_the_work_and_lands_on_the_case(client):
    work = registered()
    client.force_login(work.created_by)
    assert address("ask", work.pk) in client.get(work.get_absolute_url()).content.decode()
    own = client.get(reverse("catalog:own_work", args=[work.pk])).content.decode()
    assert address("ask", work.pk) in own
    wrong = post(client, "ask", work.pk, question="", scope_of_use="x" * 301)
    assert wrong.status_code == 422 and "请写明" not in wrong.content.decode()[:100]
    sent = {"question": "是否本人所作", "scope_of_use": "送拍", "wants_valuation": "on"}
    answer = post(client, "ask", work.pk, **sent)
    case = AppraisalCase.objects.get()
    assert answer.redirect_chain == [(address("case", case.pk), 302)]
    assert (case.client, case.wants_valuation, case.stage) == (work.created_by, True, "request")
    again = post(client, "ask", work.pk, **sent)
    assert "申请已经送交" in again.content.decode()
    assert AppraisalCase.objects.count() == 1
    assert case.number in text(client, "cases")


def test_the_client_reads_the_contract_and_agrees_once(client):
    case = stages.accepted()
    client.force_login(case.client)
    page = text(client, "case", case.pk)
    assert "¥1,600" in page and case.contract_sha256 in page
    changed = post(client, "case", case.pk, do="agree", digest="0" * 64)
    assert "不一样" in changed.content.decode()
    assert stages.fresh(case).contract_agreed_at is None
    post(client, "case", case.pk, do="agree", digest=case.contract_sha256)
    assert stages.fresh(case).contract_agreed_at is not None
    twice = post(client, "case", case.pk, do="agree", digest=case.contract_sha256)
    assert twice.status_code == 200 and "已经同意过" in twice.content.decode()


def test_a_stranger_finds_no_case_and_a_guest_comes_back_after_signing_in(client):
    case = stages.asked()
    url = address("case", case.pk)
    guest = client.get(url)
    assert guest.headers["Location"].endswith(f"?next={url}")
    client.force_login(person("artist"))
    assert client.get(url).status_code == 404
    assert post(client, "case", case.pk, do="withdraw").status_code == 404
    for name, args in (("queue", []), ("manage", [case.pk]), ("appraisers", []), ("desk", [])):
        assert client.get(address(name, *args)).status_code == 403, name


def test_a_registrar_accepts_names_begins_and_every_second_click_is_told(client):
    case = stages.asked()
    desk = stages.registrar()
    client.force_login(desk)
    page = text(client, "manage", case.pk)
    assert 'name="accept-category"' in page
    nothing = post(client, "manage", case.pk, do="accept")
    assert nothing.status_code == 422
    huge = post(client, "manage", case.pk, do="accept", **{"accept-category": "painting",
                "accept-panel_size": "99999999999999999999"})  # fmt: skip
    assert huge.status_code == 422
    wrong = post(client, "manage", case.pk, do="accept", **{
        "accept-category": "ceramic", "accept-panel_size": "2", "accept-is_contested": "on",
    })  # fmt: skip
    assert wrong.status_code == 422 and "单数" in wrong.content.decode()
    terms = {"accept-category": "painting", "accept-panel_size": "2"}
    for _n in range(2):
        answer = post(client, "manage", case.pk, do="accept", **terms)
        assert answer.status_code == 200
    assert "状态已经变化" in answer.content.decode()
    case = stages.fresh(case)
    assert (case.stage, case.accepted_by, case.fee_minor) == ("acceptance", desk, 160_000)
    stages.cases.agree_contract(actor=case.client, case_id=case.pk, digest=case.contract_sha256)
    for _n in range(2):
        answer = post(client, "manage", case.pk, do="fee", **{"fee-reference": "收据-9"})
    assert "已经记录" in answer.content.decode()
    first, second = stages.appraiser(), stages.appraiser()
    other = stages.appraiser(categories=("ceramic",))
    page = text(client, "manage", case.pk)
    assert first.name in page and other.name not in page and "另有1位" in page
    for expert, chair in ((first, "on"), (second, "")):
        sent = {"name-expert": expert.pk, "name-is_chair": chair}
        assert post(client, "manage", case.pk, do="name", **sent).status_code == 200
    begin = post(client, "manage", case.pk, do="begin")
    assert "还没有声明" in begin.content.decode()
    for row in stages.seats_of(case):
        stages.panels.declare(actor=row.expert.user, seat_id=row.pk, conflicts=[])
    post(client, "manage", case.pk, do="begin")
    twice = post(client, "manage", case.pk, do="begin")
    assert twice.status_code == 200
    assert stages.fresh(case).stage == Stage.EXAMINATION


def test_a_registrar_with_a_part_in_the_work_sees_the_case_without_its_forms(client):
    both = person("registrar", "artist")
    case = stages.asked(registered(both))
    client.force_login(both)
    assert 'name="do"' not in text(client, "manage", case.pk)
    assert case.number not in text(client, "queue")
    assert post(client, "manage", case.pk, do="refuse", **{"refuse-reason": "x"}).status_code == 403


def test_what_keeps_an_expert_off_is_named_before_choosing(client):
    case = stages.paid()
    judged = stages.appraiser(periods=((1368, 1644),))
    client.force_login(case.accepted_by)
    page = text(client, "manage", case.pk)
    row = re.search(rf"<tr>(?:(?!</tr>).)*{judged.name}.*?</tr>", page, re.S)
    assert row and "年代与这件作品不合" in row[0] and "1368至1644年" in row[0]
    refused = post(client, "manage", case.pk, do="name", **{"name-expert": judged.pk})
    assert refused.status_code == 422 and "年代与这件作品不合" in refused.content.decode()


def test_inspection_and_evidence_go_on_file_with_words_for_what_is_wrong(client):
    case = stages.seated()
    stages.cases.begin_examination(actor=case.accepted_by, case_id=case.pk)
    client.force_login(case.accepted_by)
    alone = post(client, "manage", case.pk, do="inspection", **{
        "inspection-place": "鉴定室", "inspection-began_at": "2026-01-02T10:00",
        "inspection-persons": [case.accepted_by_id],
    })  # fmt: skip
    assert alone.status_code == 422 and "至少要有2人在场" in alone.content.decode()
    post(client, "manage", case.pk, do="inspection", **{
        "inspection-place": "鉴定室", "inspection-began_at": "2026-01-02T10:00",
        "inspection-persons": [case.accepted_by_id, case.client_id],
    })  # fmt: skip
    assert case.inspections.get().place == "鉴定室"
    for _n in range(2):
        answer = post(client, "manage", case.pk, do="evidence", **{
            "evidence-kind": "ultraviolet", "evidence-instrument": "紫外灯365 nm",
            "evidence-method": "暗室", "evidence-finding": "印泥无新补",
            "evidence-file": photo("uv.jpg"),
        })  # fmt: skip
        assert answer.status_code == 200
    piece = case.evidence.get()
    assert (piece.kind, piece.instrument, bool(piece.image_id)) == (
        "ultraviolet", "紫外灯365 nm", True,
    )  # fmt: skip
    assert "印泥无新补" in answer.content.decode()


def sent_opinion(case, **changes):
    return {
        "term": "autograph", "maker": stages.maker_of(case).pk, "naming": "春山放鸢图",
        "date_text": "2019年", "confidence": "high", "reasons": "笔墨与纸张相合",
        "limits": "没有做成分检测", "saw_object": "on",
        "evidence": list(case.evidence.values_list("pk", flat=True)),
    } | changes  # fmt: skip


def test_an_expert_declares_before_he_sees_anything(client):
    case = stages.paid()
    row = stages.name(case)
    client.force_login(row.expert.user)
    assert case.work.display_title in text(client, "desk")
    page = text(client, "seat", row.pk)
    assert "picture-views" not in page and "<img" not in page
    both = post(client, "seat", row.pk, do="declare", conflicts=["none", "kin"])
    assert both.status_code == 422
    nothing = post(client, "seat", row.pk, do="declare")
    assert nothing.status_code == 422
    post(client, "seat", row.pk, do="declare", conflicts=["none"])
    assert PanelSeat.objects.get(pk=row.pk).conflicts == []
    assert "还没有开始" in text(client, "seat", row.pk)
    other = stages.name(case)
    assert client.get(address("seat", other.pk)).status_code == 404
    client.force_login(other.expert.user)
    answer = post(client, "seat", other.pk, do="declare", conflicts=["kin"])
    assert answer.redirect_chain[-1][0] == address("desk")
    assert PanelSeat.objects.get(pk=other.pk).ended_at is not None


def test_an_opinion_is_drafted_asked_once_more_and_submitted_once(client):
    case = stages.begun()
    row, other = stages.seats_of(case)
    client.force_login(row.expert.user)
    page = text(client, "seat", row.pk)
    assert other.expert.name not in page
    post(client, "seat", row.pk, do="draft", **sent_opinion(case, term="", reasons="先记一笔"))
    assert "先记一笔" in text(client, "seat", row.pk)
    huge = post(client, "seat", row.pk, do="draft", **sent_opinion(case, reasons="长" * 5000))
    assert huge.status_code == 422
    check = post(client, "seat", row.pk, do="check", **sent_opinion(case))
    assert "只能提交一次" in check.content.decode() and not Opinion.objects.exists()
    empty = post(client, "seat", row.pk, do="submit", **sent_opinion(case, reasons="", evidence=[]))
    assert empty.status_code == 422
    assert "请写明理由" in empty.content.decode() and "至少选一件证据" in empty.content.decode()
    unsaid = post(client, "seat", row.pk, do="submit", **sent_opinion(case, term=""))
    assert unsaid.status_code == 422
    for _n in range(2):
        answer = post(client, "seat", row.pk, do="submit", **sent_opinion(case))
        assert answer.status_code == 200
    assert "已经提交" in answer.content.decode()
    given = Opinion.objects.get()
    assert (given.term, given.limits, given.saw_object) == ("autograph", "没有做成分检测", True)
    assert "已封存" in text(client, "seat", row.pk)


def test_neither_expert_reads_the_other_until_both_are_in(client):
    case = stages.begun()
    row, other = stages.seats_of(case)
    stages.give(case, row, reasons="第一位的理由")
    for who in (other.expert.user, case.accepted_by, case.client):
        client.force_login(who)
        name, key = ("seat", other.pk) if who == other.expert.user else ("manage", case.pk)
        if who == case.client:
            name = "case"
        assert "第一位的理由" not in text(client, name, key)
    stages.give(case, other, term="", reasons="第二位的理由")
    for who, name, key in (
        (row.expert.user, "seat", row.pk), (other.expert.user, "seat", other.pk),
        (case.accepted_by, "manage", case.pk),
    ):  # fmt: skip
        client.force_login(who)
        page = text(client, name, key)
        assert "第一位的理由" in page and "第二位的理由" in page
        assert "不能判断" in page
    client.force_login(case.client)
    assert "第一位的理由" not in text(client, "case", case.pk)


def test_the_chair_sums_up_once(client):
    case = stages.given()
    chair = next(row for row in stages.seats_of(case) if row.is_chair)
    client.force_login(chair.expert.user)
    page = text(client, "seat", chair.pk)
    assert "2位同意，0位不同意" in page
    bare = post(client, "seat", chair.pk, do="conclude", **{"c-naming": "", "c-date_text": ""})
    assert bare.status_code == 422
    summed = {"c-naming": "春山放鸢图", "c-date_text": "2019年", "c-grade": ""}
    for _n in range(2):
        answer = post(client, "seat", chair.pk, do="conclude", **summed)
        assert answer.status_code == 200
    assert case.results.get().naming == "春山放鸢图"
    assert "状态已经变化" in answer.content.decode()
