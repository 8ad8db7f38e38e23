"""The pages around a registration: deposits, powers of attorney, relations, for each who may see."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from artmarket.accounts.services.parties import party_of
from artmarket.core.clock import today
from auctions import keeping, tasks
from auctions.enums import HighValueState, PaddleState, PowerState
from auctions.models import Lot, Paddle, Power, Relation
from auctions.services import paddles, powers
from tests.accounts.identities import identified, photo
from tests.auctions.factories import announced, house
from tests.auctions.registrations import (
    deposit_of,
    empowered,
    fixed,
    handed_in,
    pay,
    register,
    rule,
    somebody,
)  # fmt: skip
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"auctions:{name}", args=args)


def text(client, name, *args, status=200):
    answer = client.get(address(name, *args))
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def registration(sale, **changes):
    """What a browser sends of the registration form."""
    values = {
        "conditions": sale.conditions_id, "party": "", "accepts": "on", "limit": "",
        "house_relation": "", "consignor_relation": "", "consignor_lots": "",
    }  # fmt: skip
    return values | changes


def decide(sale, paddle, state="approved", **more):
    return paddles.decide_paddle(actor=sale.house.boss, paddle_id=paddle.pk, state=state, **more)


@pytest.fixture
def sale():
    return announced(deposit=fixed(1000), approval="automatic")


# ------------------------------------------------------------------ registering


def test_the_page_says_what_is_due_before_and_how_to_pay_after(reader, sale):
    user = somebody()
    party_of(user)
    client = reader(user)
    page = text(client, "register", sale.pk)
    assert "保证金¥1,000" in page and "柜台" in page and "自动通过" in page
    answer = client.post(address("register", sale.pk), registration(sale), follow=True)
    page = answer.content.decode()
    assert "保证金到账后审核" in page and "还差¥1,000" in page
    page = text(client, "sale", sale.pk)
    assert "交保证金，到账后审核" in page and "保证金¥1,000" in page
    pay(sale, Paddle.objects.get(user=user))
    page = text(client, "register", sale.pk)
    assert "¥1,000已到账" in page and "自动通过" in page


def test_a_sale_without_a_deposit_says_so(reader):
    page = text(reader(somebody()), "register", announced().pk)
    assert "不收保证金" in page and "由拍卖企业审核" in page


def test_a_limit_is_asked_for_where_the_deposit_follows_from_it(reader):
    sale = announced(deposit="limit-10")
    user = somebody()
    client = reader(user)
    answer = client.post(address("register", sale.pk), registration(sale))
    assert answer.status_code == 422
    answer = client.post(address("register", sale.pk), registration(sale, limit="五万"))
    assert answer.status_code == 422
    client.post(address("register", sale.pk), registration(sale, limit="50,000"))
    paddle = Paddle.objects.get(user=user)
    assert deposit_of(paddle).due_minor == 5_000_00
    answer = client.post(address("change_limit", paddle.pk), {"limit": "80,000"})
    assert answer.status_code == 302
    assert deposit_of(paddle).due_minor == 8_000_00
    assert client.post(address("change_limit", paddle.pk), {"limit": "x"}).status_code == 422
    stranger = reader(somebody())
    assert stranger.post(address("change_limit", paddle.pk), {"limit": "1"}).status_code == 404


def test_relations_are_declared_on_the_page(reader, sale):
    user = somebody()
    client = reader(user)
    wrong = ({"consignor_relation": "spouse"}, {"consignor_lots": "1"}, {"consignor_lots": "一"},
             {"consignor_relation": "spouse", "consignor_lots": "99"})  # fmt: skip
    for changes in wrong:
        answer = client.post(address("register", sale.pk), registration(sale, **changes))
        assert answer.status_code == 422
    assert not Relation.objects.exists()
    given = registration(sale, consignor_relation="spouse", consignor_lots="1， 1")
    page = client.post(address("register", sale.pk), given, follow=True).content.decode()
    assert "这些拍品你不能出价" in page and "关联关系" in page
    assert Relation.objects.get().other == sale.lots.get().consignor


def test_a_relation_to_the_house_is_answered_with_the_rule(reader, sale):
    answer = reader(somebody()).post(
        address("register", sale.pk), registration(sale, house_relation="partner")
    )
    assert answer.status_code == 422
    assert "有关联关系的人不得竞买" in answer.content.decode()
    assert "/rules/auction.bars/" in answer.content.decode()


def test_high_value_lots_are_asked_for_where_there_are_some(reader):
    sale = announced(
        deposit=rule("deposit", basis="none", high_value={"floor": "2000", "amount": "500"})
    )
    user = somebody()
    client = reader(user)
    assert 'name="high_value"' in text(client, "register", sale.pk)
    client.post(address("register", sale.pk), registration(sale, high_value="on"))
    paddle = Paddle.objects.get(user=user)
    assert paddle.high_value == HighValueState.ASKED
    assert "高价值拍品保证金" in text(client, "register", sale.pk)
    decide(sale, paddle)
    pay(sale, paddle, kind="high_value")
    boss = reader(sale.house.boss)
    assert "待审批" in text(boss, "house_paddle", paddle.pk)
    boss.post(address("house_high_value", paddle.pk), {"state": "approved"})
    paddle.refresh_from_db()
    assert paddle.high_value == HighValueState.APPROVED
    for other in (user, house().boss):
        answer = reader(other).post(address("house_high_value", paddle.pk), {"state": "approved"})
        assert answer.status_code == 404
    Lot.objects.update(is_high_value=False)
    assert 'name="high_value"' not in text(reader(somebody()), "register", sale.pk)


# ------------------------------------------------------------------ deposits


def test_a_bidder_sees_his_deposits_and_when_they_go_back(reader, sale):
    paddle = register(sale)
    client = reader(paddle.user)
    assert "待交" in text(client, "deposits")
    pay(sale, paddle, 400)
    assert "交了一部分" in text(client, "deposits")
    pay(sale, paddle)
    assert "已到账" in text(client, "deposits")
    decide(sale, paddle, "suspended", note="扰乱秩序")
    type(sale).objects.filter(pk=sale.pk).update(state="cancelled")
    tasks.release_deposits()
    page = text(client, "deposits")
    assert "待退" in page and "最迟" in page
    assert "还没有保证金" in text(reader(somebody()), "deposits")


def test_the_desk_confirms_and_returns(reader, sale):
    paddle = register(sale)
    deposit = deposit_of(paddle)
    boss = reader(sale.house.boss)
    page = text(boss, "house_deposits")
    assert paddle.party.name in page and address("house_deposit", deposit.pk) in page
    url = address("house_deposit", deposit.pk)
    given = {"do": "confirm", "confirm-amount": "1,000.01", "confirm-reference": "R1"}
    answer = boss.post(url, given)
    assert answer.status_code == 422 and "还应交¥1,000" in answer.content.decode()
    assert boss.post(url, given | {"confirm-reference": ""}).status_code == 422
    assert boss.post(url, given | {"confirm-amount": "1,000"}).status_code == 302
    paddle.refresh_from_db()
    assert paddle.state == PaddleState.APPROVED
    assert "自动通过" in text(boss, "house_paddles", sale.pk)
    assert "自动通过" in text(boss, "house_paddle", paddle.pk)
    type(sale).objects.filter(pk=sale.pk).update(state="cancelled")
    release = {"do": "release", "release-note": "取消"}
    assert boss.post(url, release).status_code == 302
    back = {"do": "return", "return-amount": "1000", "return-reference": "B1"}
    assert boss.post(url, back).status_code == 302
    assert boss.post(url, back).status_code == 422
    deposit.refresh_from_db()
    assert deposit.returned_minor == 1000_00
    page = text(boss, "house_deposit", deposit.pk)
    assert "R1" in page and "B1" in page and "已退" in page


def test_the_desk_of_deposits_is_the_houses_and_the_operators(reader, sale):
    deposit = deposit_of(register(sale))
    for who, queue, one in (
        (sale.house.boss, 200, 200),
        (UserFactory(operator=True), 200, 200),
        (house().boss, 200, 404),
        (UserFactory(registrar=True), 403, 404),
        (deposit.paddle.user, 403, 404),
    ):
        client = reader(who)
        assert client.get(address("house_deposits")).status_code == queue
        assert client.get(address("house_powers")).status_code == queue
        assert client.get(address("house_deposit", deposit.pk)).status_code == one
    assert deposit.paddle.party.name not in text(reader(house().boss), "house_deposits")
    assert deposit.paddle.party.name in text(reader(UserFactory(operator=True)), "house_deposits")


# ------------------------------------------------------------------ powers of attorney


def paper(principal, **changes):
    """What a browser sends of the form of a power."""
    values = {
        "kind": "person", "name": principal.display_name, "email": principal.email,
        "amount": "5,000", "first_day": today().isoformat(),
        "last_day": (today() + timedelta(days=20)).isoformat(), "file": photo("power.jpg"),
    }  # fmt: skip
    return values | changes


def test_agent_principal_and_registration_by_pages(reader):
    sale, agent, principal = announced(), somebody(), somebody()
    client = reader(agent)
    assert "上传授权委托书" in text(client, "register", sale.pk)
    assert "授权金额" in text(client, "new_power", sale.pk)
    bad = paper(principal, amount="0", file=photo("power.jpg"))
    assert client.post(address("new_power", sale.pk), bad).status_code == 422
    assert client.post(address("new_power", sale.pk), paper(principal)).status_code == 302
    power = Power.objects.get()
    page = text(client, "power", power.pk)
    assert "等待确认" in page and "power.jpg" in page
    assert client.post(address("power", power.pk), {"do": "begin"}).status_code == 422
    assert principal.display_name in text(reader(principal), "powers")
    client = reader(principal)
    assert "确认授权" in text(client, "power", power.pk)
    assert client.post(address("power", power.pk), {"do": "begin"}).status_code == 302
    client = reader(agent)
    power.refresh_from_db()
    assert "凭授权，最多¥5,000" in text(client, "register", sale.pk)
    given = registration(sale, party=str(power.principal_id))
    page = client.post(address("register", sale.pk), given, follow=True).content.decode()
    assert "凭授权委托书" in page
    assert Paddle.objects.get().power == power


def test_the_paper_opens_from_the_page(reader):
    sale, agent, principal = announced(), somebody(), somebody()
    power = handed_in(sale, agent, principal)
    client = reader(principal)
    link = re.search(r'href="([^"]*key=[^"]*)"', text(client, "power", power.pk)).group(1)
    assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_a_power_is_refused_and_revoked_on_its_page(reader):
    sale = announced()
    power = handed_in(sale, somebody(), somebody())
    client = reader(power.agent)
    end = {"do": "end", "reason": ""}
    assert client.post(address("power", power.pk), end).status_code == 422
    assert client.post(address("power", power.pk), end | {"reason": "写错了"}).status_code == 302
    power.refresh_from_db()
    assert (power.state, power.reason) == (PowerState.REVOKED, "写错了")
    assert "写错了" in text(client, "power", power.pk)
    paddle, other = empowered(sale)
    client = reader(other.confirmed_by)
    client.post(address("power", other.pk), end | {"reason": "改为亲自出席"})
    paddle.refresh_from_db()
    assert paddle.state == PaddleState.SUSPENDED


def test_the_house_verifies_on_its_desk_only_where_there_is_no_account(reader):
    sale = announced()
    absent = UserFactory.build(display_name="孙大山", email="sun@example.net")
    power, with_account = (
        handed_in(sale, somebody(), absent), handed_in(sale, somebody(), somebody()),
    )  # fmt: skip
    boss = reader(sale.house.boss)
    page = text(boss, "house_powers")
    assert address("house_power", power.pk) in page and "孙大山" in page
    assert "要由他本人确认" in text(boss, "house_power", with_account.pk)
    url = address("house_power", with_account.pk)
    assert boss.post(url, {"do": "begin"}).status_code == 422
    assert "核对原件" in text(boss, "house_power", power.pk)
    assert boss.post(address("house_power", power.pk), {"do": "begin"}).status_code == 302
    refuse = {"do": "end", "reason": "签名不符"}
    assert boss.post(url, refuse).status_code == 302
    with_account.refresh_from_db()
    assert with_account.state == PowerState.REFUSED


def test_pages_of_powers_are_nobody_elses(reader):
    sale = announced()
    power = handed_in(sale, somebody(), somebody())
    for who in (somebody(), house().boss, UserFactory(registrar=True)):
        client = reader(who)
        assert client.get(address("power", power.pk)).status_code == 404
        assert client.get(address("house_power", power.pk)).status_code == 404
    client = reader()
    for name, args in (("powers", ()), ("power", (power.pk,)), ("new_power", (sale.pk,))):
        assert client.get(address(name, *args)).status_code == 302
    type(sale).objects.filter(pk=sale.pk).update(state="ended")
    assert reader(somebody()).get(address("new_power", sale.pk)).status_code == 404


# ------------------------------------------------------------------ relations and own data


def test_the_desk_enters_and_ends_relations(reader, sale):
    paddle = register(sale)
    url = address("house_relations", paddle.pk)
    boss = reader(sale.house.boss)
    assert "没有申报" in text(boss, "house_relations", paddle.pk)
    assert boss.post(url, {"do": "enter", "enter-kind": "enemy"}).status_code == 422
    given = {"do": "enter", "enter-kind": "spouse", "enter-lots": "1", "enter-note": "结婚证"}
    assert boss.post(url, given | {"enter-lots": "99"}).status_code == 422
    assert boss.post(url, given).status_code == 302
    assert boss.post(url, given).status_code == 422
    row = Relation.objects.get()
    page = text(boss, "house_relations", paddle.pk)
    assert "结婚证" in page and "现在不能出价的拍品：1" in page
    end = {"do": "end", "end-relation": str(row.pk), "end-reason": "已离婚"}
    assert boss.post(url, end).status_code == 302
    assert "已离婚" in text(boss, "house_relations", paddle.pk)
    for who in (paddle.user, house().boss):
        assert reader(who).get(url).status_code == 404


def test_the_sales_rules_are_said_to_the_house(reader, sale):
    page = text(reader(sale.house.boss), "house_sale", sale.pk)
    assert "保证金¥1,000" in page and "自动通过" in page


def test_ones_own_data_hold_deposits_powers_and_relations(sale):
    paddle = register(sale)
    pay(sale, paddle)
    agent, principal = somebody(), somebody()
    power = handed_in(sale, agent, principal)
    Relation.objects.create(
        party=paddle.party, kind="spouse", house=sale.house, sale=sale, by=paddle.user
    )
    found = list(keeping.copy(paddle.user))
    assert [row["received_minor"] for row in found if "deposit" in row] == [1000_00]
    assert [row["relation"] for row in found if "relation" in row] == ["spouse"]
    for user in (agent, principal):
        assert [row["power"] for row in keeping.copy(user) if "power" in row] == [power.pk]
    blocking = [hold.rule for hold in keeping.holds(paddle.user) if hold.blocks]
    assert blocking == ["auction.deposit_return"]


def test_who_is_not_identified_is_told_so_and_nothing_is_kept(reader):
    sale, agent = announced(), UserFactory(buyer=True)
    client = reader(agent)
    assert "还没有核验身份" in text(client, "new_power", sale.pk)
    answer = client.post(address("new_power", sale.pk), paper(somebody()))
    assert answer.status_code == 422
    assert not Power.objects.exists()
    identified(agent, by=agent)
    assert client.post(address("new_power", sale.pk), paper(somebody())).status_code == 302
    power = Power.objects.get()
    assert powers.ended_powers() == [] and power.agent == agent
