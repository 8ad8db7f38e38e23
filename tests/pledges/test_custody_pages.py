"""The custodian's desk: two persons, what is typed stays, nothing is recorded twice."""

import io
from datetime import timedelta

import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from artmarket.core.clock import db_now, db_today
from auctions.pledges import citations, custody_citations
from auctions.pledges.models import Custodian, CustodyEvent, Holding
from auctions.pledges.selectors import custody as selectors
from catalog.models import Encumbrance
from tests.appraisal.conditions import handed_over
from tests.auctions.pages import text_of
from tests.factories import UserFactory
from tests.pledges import stages

pytestmark = pytest.mark.django_db
ARRIVED = {"receipt": "CD-2026-01", "place": "甲区一架", "seal": "F-100", "tag": "", "note": "木箱"}


def at(name, *args):
    return reverse(f"pledges:{name}", args=args)


def cost(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def photograph() -> SimpleUploadedFile:
    content = io.BytesIO()
    PIL.Image.new("RGB", (480, 360), (200, 190, 90)).save(content, "JPEG")
    return SimpleUploadedFile("seal.jpg", content.getvalue(), "image/jpeg")


def test_from_the_arrival_to_the_departure_by_two_persons(reader):
    made = stages.signed()
    desk, coming = at("custody_desk"), at("custody_arrival", made.item.pk)
    given = ARRIVED | {"custodian": str(made.custodian.pk)}
    client = reader(made.keeper)
    page = text_of(client.get(desk))
    assert f"收作品入库：{made.work.display_title}" in page
    assert "还没有双方签字" in text_of(client.get(coming))
    wrong = client.post(coming, given | {"seal": ""})
    assert wrong.status_code == 422
    assert 'value="CD-2026-01"' in wrong.content.decode()
    for _n in range(2):
        sent = client.post(coming, given | {"picture": photograph()})
        holding = Holding.objects.get()
        assert sent.url == at("holding", holding.pk)
    event = CustodyEvent.objects.get()
    assert (event.by, event.picture is not None, event.note) == (made.keeper, True, "木箱")

    address, confirm = at("holding", holding.pk), at("custody_act", holding.pk, "confirm")
    assert "要由另一个人复核" in text_of(client.get(address))
    own = client.post(confirm, {"do": "agree", "confirm-note": ""})
    assert own.status_code == 403
    assert citations.TWO_PERSONS in own.content.decode()
    second = reader(made.second)
    assert f"复核入库：{made.work.display_title}" in text_of(second.get(desk))
    early = second.post(confirm, {"do": "agree", "confirm-note": ""})
    assert early.status_code == 409
    assert "还没有可用的状况报告" in text_of(early)
    handed_over(made.work, purpose="pledge", examined_on=db_today())
    assert second.post(confirm, {"do": "agree", "confirm-note": ""}).url == address
    assert second.post(confirm, {"do": "agree", "confirm-note": ""}).status_code == 409
    assert Encumbrance.objects.live().filter(work=made.work).count() == 1

    counting = at("custody_act", holding.pk, "count")
    assert second.post(counting, {}).status_code == 422
    for _n in range(2):
        sent = second.post(counting, {"count-result": "present", "count-note": "完好"})
        assert sent.url == address
    assert CustodyEvent.objects.filter(kind="count").count() == 1
    refusal = {"do": "refuse", "confirm-note": ""}
    assert reader(made.keeper).post(confirm, refusal).status_code == 422
    assert reader(made.keeper).post(confirm, refusal | {"do": "agree"}).status_code == 302
    moving = at("custody_act", holding.pk, "move")
    reader(made.keeper).post(moving, {"move-place": "乙区二架", "move-seal": ""})
    reader(made.second).post(confirm, {"do": "agree", "confirm-note": ""})
    holding.refresh_from_db()
    assert (holding.place, holding.last_result) == ("乙区二架", "present")

    stages.contracts.cancel_loan(actor=made.owner, loan_id=made.loan.pk, reason="不借了")
    client = reader(made.keeper)
    assert f"交还作品：{made.work.display_title}" in text_of(client.get(desk))
    leave = at("custody_act", holding.pk, "depart")
    assert client.post(leave, {"depart-note": ""}).status_code == 409
    handed_over(made.work, purpose="outgoing", examined_on=db_today())
    for _n in range(2):
        assert client.post(leave, {"depart-note": ""}).url == address
    reader(made.second).post(confirm, {"do": "agree", "confirm-note": ""})
    holding.refresh_from_db()
    assert (holding.state, Encumbrance.objects.live().count()) == ("gone", 0)
    page = reader(made.second).get(address)
    assert "首尾相接" in text_of(page)
    assert holding.head in page.content.decode()
    assert stages.faults() == []


def test_who_finds_the_desk_and_a_holding(reader):
    made = stages.delivered()
    address = at("holding", made.holding.pk)
    for user in (made.keeper, made.clerk, made.owner):
        assert reader(user).get(address).status_code == 200
    counting = at("custody_act", made.holding.pk, "count")
    for user in (made.clerk, made.owner):
        assert reader(user).post(counting, {"count-result": "present"}).status_code == 404
        assert reader(user).get(at("custody_desk")).status_code == 403
        assert counting not in reader(user).get(address).content.decode()
    assert counting in reader(made.keeper).get(address).content.decode()
    stranger = UserFactory(registrar=True)
    assert reader(stranger).get(address).status_code == 404
    assert reader(stranger).get(at("custody_arrival", made.item.pk)).status_code == 404
    assert reader(None).get(address).status_code == 302
    assert cost(reader(made.keeper), at("custody_desk")) <= 30
    assert cost(reader(made.keeper), address) <= 30
    assert reader(made.owner).get(reverse("accounts:home")).status_code == 200
    assert at("custody_desk") in reader(made.keeper).get(reverse("accounts:home")).content.decode()


def test_a_count_is_due_after_the_days_of_the_rule(settings):
    made = stages.delivered()
    own = Custodian.objects.filter(pk=made.custodian.pk)
    rows = selectors.holdings_of(own)
    today = db_today()
    due_on = selectors.count_due_on(made.holding)
    assert (due_on - today).days == 90
    assert not selectors.counts_due(rows, on=today)
    settings.RULE_OVERRIDES = {custody_citations.COUNT_DAYS: 7}
    Holding.objects.update(in_at=db_now() - timedelta(days=8))
    assert [row.pk for row in selectors.counts_due(rows, on=today)] == [made.holding.pk]
