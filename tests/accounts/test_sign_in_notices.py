"""Mail to the owner: a browser not seen before, a changed password or address."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from artmarket.accounts.models import KnownBrowser
from artmarket.accounts.services import security
from tests.accounts.signing import code_of, second_step, send_waiting, sign_in
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def browser(address: str = "203.0.113.77") -> Client:
    return Client(headers={"user-agent": FIREFOX}, REMOTE_ADDR=address)


def test_the_first_sign_in_of_an_account_is_no_news():
    sign_in(browser(), UserFactory().email)
    assert send_waiting() == [] and KnownBrowser.objects.count() == 1


def test_a_new_browser_is_told_once():
    person = UserFactory()
    first, second = browser(), browser("198.51.100.200")
    sign_in(first, person.email)
    sign_in(second, person.email)
    (letter,) = send_waiting()
    assert letter.to == [person.email] and letter.subject == "新的浏览器登录了你的账户"
    assert "Linux上的Firefox" in letter.body and "198.51.100.*" in letter.body
    assert "198.51.100.200" not in letter.body
    for known in (first, second):
        known.post(reverse("account_logout"))
        sign_in(known, person.email)
    assert send_waiting() == []


def test_the_notice_is_in_the_language_of_its_owner():
    person = UserFactory(english=True)
    sign_in(browser(), person.email)
    sign_in(browser(), person.email)
    (letter,) = send_waiting()
    assert letter.subject == "A new browser signed in to your account"
    assert "Firefox on Linux" in letter.body and "/en/account/2fa/" in letter.body


def test_nothing_is_told_before_the_second_step_is_done():
    person = UserFactory(registrar=True)
    first, second = browser(), browser()
    for client, steps in ((first, 0), (second, 1)):
        sign_in(client, person.email)
        assert send_waiting() == []
        second_step(client, code_of(steps=steps))
    assert len(send_waiting()) == 1


def test_a_browser_known_to_one_account_is_new_to_another():
    one, other, shared = UserFactory(), UserFactory(), browser()
    sign_in(browser(), other.email)
    sign_in(shared, one.email)
    shared.post(reverse("account_logout"))
    sign_in(shared, other.email)
    assert [m.to for m in send_waiting()] == [[other.email]]


def test_the_table_of_browsers_makes_nobody_known_and_stays_small():
    person = UserFactory()
    for n in range(60):
        security.remember_browser(user=person, word=f"word-of-a-browser-{n:03}")
    stored = list(KnownBrowser.objects.values_list("digest", flat=True))
    assert len(stored) == security.KNOWN_AT_MOST
    assert not any("word" in digest for digest in stored)
    assert not security.remember_browser(user=person, word="word-of-a-browser-059")
    assert security.remember_browser(user=person, word="word-of-a-browser-000")


@pytest.mark.parametrize(
    "cookie", ["", "short", "x" * 500, "密码密码密码密码密码密码密码密码密码密码密码"]
)
def test_a_strange_cookie_is_replaced(cookie):
    word = security.word_of(cookie)
    assert word != cookie and len(word) == 32


def test_a_changed_password_is_told():
    person, client = UserFactory(), browser()
    client.force_login(person)
    new = "lantern-on-the-river-9"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), form)
    (letter,) = send_waiting()
    assert letter.subject == "密码已更改" and letter.to == [person.email]


def test_a_changed_address_is_told_to_the_old_one():
    person, client = UserFactory(email="old@example.org"), browser()
    person.emailaddress_set.create(email="new@example.org", verified=True)
    client.force_login(person)
    client.post(reverse("account_email"), {"email": "new@example.org", "action_primary": ""})
    (letter,) = send_waiting()
    assert letter.subject == "主邮箱已更换" and letter.to == ["old@example.org"]


def test_an_account_with_a_second_factor_can_change_its_address():
    person, client = UserFactory(registrar=True), browser()
    client.force_login(person)
    form = {"email": "further@example.org", "action_add": ""}
    assert client.post(reverse("account_email"), form).status_code == 302
    assert person.emailaddress_set.filter(email="further@example.org", verified=False).exists()
