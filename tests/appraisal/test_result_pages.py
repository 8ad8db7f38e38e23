"""What follows from a result on the pages: signatures, the public section, value, dispute, end."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appraisal.enums import ResultState, Stage
from appraisal.models import Appraiser, Valuation
from tests.appraisal import stages
from tests.appraisal.test_case_pages import address, post, text
from tests.catalog.factories import person, registered

pytestmark = pytest.mark.django_db
DISSENT = ("autograph", "autograph", "300404282")


def public(client, case):
    client.logout()
    return client.get(case.work.get_absolute_url()).content.decode()


def test_chair_and_reviewer_sign_and_only_then_the_public_reads(client):
    case = stages.concluded(terms=DISSENT)
    result = case.results.get()
    assert 'id="appraisals"' not in public(client, case)
    assert client.get(address("result", case.number)).status_code == 404
    chair = next(row for row in stages.seats_of(case) if row.is_chair)
    client.force_login(chair.expert.user)
    for _n in range(2):
        answer = post(client, "seat", chair.pk, do="sign")
        assert answer.status_code == 200
    assert result.signatures.count() == 1
    client.force_login(case.accepted_by)
    assert post(client, "manage", case.pk, do="sign").status_code == 200
    result.refresh_from_db()
    assert result.state == ResultState.SIGNED
    for page in (public(client, case), text(client, "result", case.number)):
        shown = re.sub(r"\s+", " ", page)
        assert "3位，2位同意，1位不同意" in shown
        assert shown.count("多数意见</span>") == 2 and shown.count("不同意见</span>") == 1
        assert chair.expert.name in shown and str(case.accepted_by) in shown


def test_the_public_never_reads_who_asked(client):
    work = registered(person("artist", "merchant", name="委托者某甲"))
    case = stages.signed(work)
    page = text(client, "result", case.number)
    maker = case.results.get().maker
    others = page.replace(maker.name, "") if maker and maker.name == "委托者某甲" else page
    assert "委托者某甲" not in others
    assert case.question not in page and "收据-7" not in page and "¥" not in page


@pytest.mark.parametrize("number", ["JD-000000", "JD-1", "1", "JD-000001x", "JD-" + "9" * 30, "甲"])
def test_a_number_that_is_none_is_not_found(client, number):
    stages.signed()
    assert client.get(address("result", number)).status_code == 404


def test_a_revoked_result_stays_with_its_date(client):
    case = stages.signed()
    client.force_login(stages.registrar())
    bare = post(client, "manage", case.pk, do="revoke")
    assert bare.status_code == 422
    for _n in range(2):
        answer = post(client, "manage", case.pk, do="revoke", **{"revoke-reason": "样本弄错"})
        assert answer.status_code == 200
    page = public(client, case)
    assert "已撤销" in page and "样本弄错" in page
    client.force_login(case.accepted_by)
    refused = post(client, "manage", case.pk, do="revoke", **{"revoke-reason": "再来"})
    assert refused.status_code == 403


def test_the_client_disputes_once_and_another_registrar_decides(client):
    case = stages.signed()
    client.force_login(case.client)
    assert "提出异议" in text(client, "case", case.pk)
    bare = post(client, "case", case.pk, do="dispute")
    assert bare.status_code == 422
    for _n in range(2):
        answer = post(client, "case", case.pk, do="dispute", **{"o-reason": "比对的样本是伪作"})
        assert answer.status_code == 200
    assert case.disputes.count() == 1
    assert "因异议暂停" in public(client, case)
    client.force_login(case.accepted_by)
    sent = {"decide-outcome": "new_panel", "decide-answer": "另请三位专家"}
    assert post(client, "manage", case.pk, do="decide", **sent).status_code == 403
    other = stages.registrar()
    client.force_login(other)
    assert "比对的样本是伪作" in text(client, "manage", case.pk)
    for _n in range(2):
        answer = post(client, "manage", case.pk, do="decide", **sent)
    assert answer.status_code in {200, 404}
    case = stages.fresh(case)
    assert (case.round, case.stage) == (2, Stage.EXAMINATION)
    client.force_login(case.client)
    assert "另请三位专家" in text(client, "case", case.pk)


VALUE = {
    "purpose": "insurance", "base_date": "", "valid_until": "", "low": "10,000", "point": "12000.50",
    "high": "15000", "assumptions": "现状良好",
    "market-low": "10000", "market-point": "12000.5", "market-high": "15000",
    "market-reasons": "三笔成交平均", "cost-low": "9000", "cost-point": "11000",
    "cost-high": "15000", "cost-reasons": "工时与材料",
    "sales-TOTAL_FORMS": "5", "sales-INITIAL_FORMS": "0",
    **{f"sales-{n}-{key}": words for n in range(3) for key, words in {
        "what": f"同作者小品{n}", "date": "2025-03-01", "amount": "11000", "source": "拍卖图录",
    }.items()},
}  # fmt: skip


def test_a_valuation_keeps_what_was_typed_and_is_signed_once(client):
    case = stages.concluded(wants_valuation=True)
    row = stages.seats_of(case)[0]
    client.force_login(row.expert.user)
    page = text(client, "value", row.pk)
    days = re.findall(r'name="(base_date|valid_until)" value="([\d-]+)"', page)
    sent = VALUE | dict(days)
    wrong = post(client, "value", row.pk, **sent | {"low": "很多", "sales-1-date": "去年"})
    body = wrong.content.decode()
    assert wrong.status_code == 422 and "很多" in body and "三笔成交平均" in body
    assert "请填写金额" in body and not Valuation.objects.exists()
    few = {key: words for key, words in sent.items() if not key.startswith("cost")}
    lone = post(client, "value", row.pk, **few)
    assert lone.status_code == 422 and "种数不够" in lone.content.decode()
    for _n in range(2):
        answer = post(client, "value", row.pk, **sent)
        assert answer.status_code == 200
    value = Valuation.objects.get()
    assert (value.low, value.point, value.high) == (1_000_000, 1_200_050, 1_500_000)
    market = value.approaches.get(method="market")
    assert [sale["amount"] for sale in market.comparables] == [1_100_000] * 3
    assert "¥12,000.50" in text(client, "own_valuations")
    assert "¥12,000.50" not in public(client, case)
    stages.sign(case)
    shown = public(client, case)
    assert "¥12,000.50" in shown and "同作者小品0" in shown


def test_a_filed_case_offers_another_appraisal_and_a_withdrawn_one_says_why(client):
    case = stages.signed()
    client.force_login(case.client)
    bare = post(client, "case", case.pk, do="withdraw")
    assert bare.status_code == 422
    for _n in range(2):
        answer = post(client, "case", case.pk, do="withdraw", **{"w-reason": "改日再来"})
        assert answer.status_code == 200
    page = answer.content.decode()
    assert "改日再来" in page and "申请复鉴" in page
    follow = client.get(address("ask", case.work_id) + f"?follows={case.pk}")
    assert follow.status_code == 200
    made = client.post(
        address("ask", case.work_id) + f"?follows={case.pk}",
        {"question": "再看一次", "scope_of_use": "送拍"}, follow=True,
    )  # fmt: skip
    assert made.status_code == 200 and "复鉴" in made.content.decode()


def test_appraisers_are_confirmed_and_ended_by_a_registrar(client):
    expert = stages.appraiser()
    desk = stages.registrar()
    client.force_login(desk)
    wrong = post(client, "appraisers", do="confirm", email="nobody@example.org", name="",
                 periods="明朝", categories=["painting"])  # fmt: skip
    body = wrong.content.decode()
    assert wrong.status_code == 422 and "没有用这个邮箱的账户" in body and "读不成一段年代" in body
    right = post(client, "appraisers", do="confirm", email=expert.user.email, name="赵鉴",
                 periods="1368至1644\n1645-1911", categories=["painting", "seal"], is_senior="on")  # fmt: skip
    assert right.status_code == 200
    row = Appraiser.objects.get()
    assert (row.name, row.periods, row.is_senior) == ("赵鉴", [[1368, 1644], [1645, 1911]], True)
    for _n in range(2):
        answer = post(client, "appraisers", do="end", **{"end-seat": row.pk, "end-reason": "退休"})
    assert answer.status_code in {200, 422}
    row.refresh_from_db()
    assert row.ended_at is not None


def test_what_the_pages_cost(client):
    case = stages.signed(terms=DISSENT)
    seat = stages.seats_of(case)[1]
    pages = {
        ("result", case.number): None,
        ("cases",): case.client,
        ("case", case.pk): case.client,
        ("queue",): case.accepted_by,
        ("manage", case.pk): case.accepted_by,
        ("appraisers",): case.accepted_by,
        ("desk",): seat.expert.user,
        ("seat", seat.pk): seat.expert.user,
        ("own_valuations",): seat.expert.user,
    }
    costs, sizes = {}, {}
    for (name, *args), who in pages.items():
        client.logout()
        if who:
            client.force_login(who)
        text(client, name, *args)
        with CaptureQueriesContext(connection) as asked:
            sizes[name] = len(text(client, name, *args).encode())
        costs[name] = len(asked)
    assert costs == {
        "result": 7, "cases": 5, "case": 27, "queue": 6, "manage": 60, "appraisers": 6,
        "desk": 11, "seat": 51, "own_valuations": 4,
    }  # fmt: skip
    assert max(sizes.values()) <= 60_000, sizes
