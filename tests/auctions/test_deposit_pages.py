"""The deposit on the page of the registration and at the desk: ways, states, one payment."""

import pytest
from django.urls import reverse

from artmarket.ledger.models import Payment
from artmarket.ledger.payments.enums import PaymentState
from artmarket.ledger.services import finishing
from artmarket.ledger.services.payments import note_received
from artmarket.ledger.services.telling import tell
from auctions import tasks
from tests.auctions.factories import begun
from tests.auctions.registrations import deposit_of, fixed, pay, register
from tests.auctions.test_deposits import finished
from tests.factories import UserFactory
from tests.ledger.conftest import stripe  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(request):
    return request.getfixturevalue("stripe")


@pytest.fixture
def sale():
    return begun(deposit=fixed(1000), approval="automatic")


def page(client, sale) -> str:
    answer = client.get(reverse("auctions:register", args=[sale.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def press(client, paddle, **fields):
    url = reverse("auctions:pay_deposit", args=[deposit_of(paddle).pk])
    return client.post(url, fields)


def test_without_a_key_only_bank_and_desk_show(reader, sale):
    paddle = register(sale)
    text = page(reader(paddle.user), sale)
    assert "¥1,000" in text
    assert 'value="bank"' in text
    assert 'value="hold"' not in text
    assert 'value="stripe"' not in text
    assert f"到{sale.house}的柜台交付，报号牌{paddle.number}" in text
    assert "3个工作日内按原路退还" in text


def test_with_a_key_each_way_has_its_button(reader, sale, provider):
    paddle = register(sale)
    text = page(reader(paddle.user), sale)
    for way in ("hold", "stripe", "bank"):
        assert f'value="{way}"' in text


def test_pressing_twice_makes_one_payment_and_leads_to_its_page(reader, sale, provider):
    paddle = register(sale)
    client = reader(paddle.user)
    first, second = press(client, paddle, way="hold"), press(client, paddle, way="hold")
    payment = Payment.objects.get()
    assert first.url == second.url == reverse("payments:payment", args=[payment.reference])
    assert len(provider.all("checkout.session")) == 1
    text = client.get(first.url).content.decode()
    assert payment.page_url.replace("&", "&amp;") in text
    assert reverse("auctions:register", args=[sale.pk]) in text


def test_who_comes_back_without_paying_is_told_and_may_take_another_way(reader, sale, provider):
    paddle = register(sale)
    client = reader(paddle.user)
    press(client, paddle, way="stripe")
    payment = Payment.objects.get()
    back = client.get(reverse("payment_back", args=[payment.reference]), follow=True)
    assert "付款中" in back.content.decode()
    text = page(client, sale)
    assert "付款中" in text
    assert "还差¥1,000" in text
    press(client, paddle, way="bank")
    payment.refresh_from_db()
    assert payment.wish == "cancel"
    finishing.finish()
    payment.refresh_from_db()
    assert payment.state == PaymentState.CANCELLED
    assert "已取消" in page(client, sale)


def test_a_hold_and_a_charge_are_told_apart(reader, sale, provider):
    holder, payer = register(sale), register(sale)
    for paddle, way, words in (
        (holder, "hold", "已在银行卡上冻结，没有扣款"),
        (payer, "stripe", "¥1,000已到账"),
    ):
        client = reader(paddle.user)
        press(client, paddle, way=way)
        payment = Payment.objects.get(party=paddle.party)
        provider.pay(payment.page_id)
        assert press(client, paddle, do="refresh").status_code == 302
        tell(payment_id=payment.pk)
        text = page(client, sale)
        assert words in text
        assert 'name="way"' not in text


def test_after_it_is_paid_the_old_button_says_so_and_asks_for_nothing(reader, sale):
    paddle = register(sale)
    client = reader(paddle.user)
    press(client, paddle, way="bank")
    payment = Payment.objects.get()
    note_received(payment_id=payment.pk, amount_minor=1000_00, gateway_reference="B1")
    tell(payment_id=payment.pk)
    answer = client.post(
        reverse("auctions:pay_deposit", args=[deposit_of(paddle).pk]), {"way": "bank"}, follow=True
    )
    assert "已经到账，不用再付" in answer.content.decode()
    assert Payment.objects.count() == 1


def test_a_way_that_is_not_offered_is_refused(reader, sale):
    paddle = register(sale)
    for way in ("", "hold", "desk", "x" * 50):
        assert press(reader(paddle.user), paddle, way=way).status_code == 302
    assert not Payment.objects.exists()


def test_somebody_else_finds_nothing_to_pay(reader, sale):
    paddle = register(sale)
    for user in (UserFactory(), sale.house.boss):
        assert press(reader(user), paddle, way="bank").status_code == 404


def test_the_page_tells_when_it_goes_back_and_that_it_did(reader, sale, provider):
    paddle = register(sale)
    client = reader(paddle.user)
    press(client, paddle, way="stripe")
    payment = Payment.objects.get()
    provider.pay(payment.page_id)
    finishing.ask_again(payment.pk)
    tell(payment_id=payment.pk)
    finished(sale)
    tasks.release_deposits()
    assert "正在退还" in page(client, sale)
    finishing.finish()
    tell(payment_id=payment.pk)
    assert "¥1,000已退还" in page(client, sale)


def test_the_desk_sees_what_came_by_which_way(reader, sale, provider):
    paddle = register(sale)
    client = reader(paddle.user)
    press(client, paddle, way="stripe")
    pay(sale, paddle, 400, reference="R1")
    url = reverse("auctions:house_deposit", args=[deposit_of(paddle).pk])
    text = reader(sale.house.boss).get(url).content.decode()
    for words in ("怎样交来的", "网上支付", "柜台", "¥400"):
        assert words in text
    assert 'name="confirm-is_cash"' in text
