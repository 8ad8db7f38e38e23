"""Too many attempts, and answers that tell nothing about which accounts exist."""

import re

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from artmarket import rulebook
from tests.accounts.signing import is_signed_in, sign_in
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SIGN_UP = {
    "display_name": "新人",
    "role": "buyer",
    "password1": "paper-kite-88",
    "password2": "paper-kite-88",
}
CLOCK = {"Content-Length", "Expires"}  # the length of the address typed, and the time
LOCKED = "失败次数太多，请在15分钟后再试。"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """Every computation of a password's hash: what an answer costs."""
    done: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        done.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return done


def answer_to(path: str, form: dict, address: str, times: int = 1):
    """Status, headers and words of the last answer, without what differs at every request."""
    client = Client(REMOTE_ADDR=address)
    for _n in range(times):
        answer = client.post(path, form)
    words = answer.content.decode()
    for secret in (form.get("login"), form.get("email")):
        words = words.replace(secret or "\0", "(address)")
    words = re.sub(r'value="[A-Za-z0-9]{64}"', "", words)
    headers = {k: v for k, v in answer.headers.items() if k not in CLOCK}
    follow = headers.get("Location")
    after = Client().get(follow).status_code if follow else None
    return answer.status_code, headers, words, sorted(client.cookies), after


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("times", [1, 6])
@pytest.mark.parametrize("page", ["login", "signup", "password/reset"])
def test_known_and_unknown_addresses_get_one_answer_at_one_price(prefix, times, page, hashes):
    cache.clear()
    UserFactory(email="known@example.org")
    UserFactory(email="stop@example.org", stopped=True)
    UserFactory(email="fresh@example.org", confirmed=False)
    hashes.clear()
    path = f"{prefix}/account/{page}/"
    answers, prices = [], []
    names = ["known", "nobody", "stop", "fresh"] if page == "login" else ["known", "nobody"]
    for n, name in enumerate(names):
        address = f"{name}@example.org"
        form = {"login": address, "password": "wrong"} if page == "login" else {"email": address}
        if page == "signup":
            form |= SIGN_UP
        hashed, written = len(hashes), len(mail.outbox)
        answers.append(answer_to(path, form, f"203.0.113.{n}", times))
        prices.append((len(hashes) - hashed, len(mail.outbox) - written))
    for other in answers[1:]:
        assert other == answers[0]
    if times == 1:
        assert len(set(prices)) == 1, prices


def test_the_control_tells_answers_apart():
    UserFactory(email="known@example.org")
    form = {"login": "known@example.org"}
    right = answer_to("/account/login/", form | {"password": PASSWORD}, "203.0.113.1")
    wrong = answer_to("/account/login/", form | {"password": "wrong"}, "203.0.113.2")
    assert right != wrong


@pytest.mark.parametrize("exists", [True, False])
def test_an_account_pauses_after_the_failures_of_the_rule_book(exists):
    if exists:
        UserFactory(email="who@example.org")
    tries = rulebook.get("security.sign_in_attempts_account")
    for n in range(tries):
        words = sign_in(Client(REMOTE_ADDR=f"203.0.113.{n}"), "who@example.org", "wrong")
        assert "邮箱或密码不对" in words.content.decode()
    other = Client(REMOTE_ADDR="198.51.100.1")
    assert LOCKED in sign_in(other, "WHO@example.org").content.decode()
    assert not is_signed_in(other)


def test_the_pause_is_told_in_english_with_its_minutes():
    for _n in range(6):
        answer = Client().post("/en/account/login/", {"login": "w@example.org", "password": "x"})
    assert "Too many failed attempts. Try again in 15 minutes." in answer.content.decode()


def test_the_pause_ends_and_other_accounts_go_on():
    person, other = UserFactory(), UserFactory()
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False) as clock:
        for n in range(5):
            sign_in(Client(REMOTE_ADDR=f"203.0.113.{n}"), person.email, "wrong")
        bystander = Client(REMOTE_ADDR="198.51.100.1")
        sign_in(bystander, other.email)
        assert is_signed_in(bystander)
        clock.shift(14 * 60)
        refused = sign_in(Client(REMOTE_ADDR="198.51.100.2"), person.email)
        assert (
            "请在1分钟后再试" in refused.content.decode()
            or "请在2分钟后" in refused.content.decode()
        )
        clock.shift(2 * 60)
        back = Client(REMOTE_ADDR="198.51.100.3")
        sign_in(back, person.email)
        assert is_signed_in(back)


def test_a_network_address_pauses_after_more_failures(settings):
    settings.RULE_OVERRIDES = {"security.sign_in_attempts_address": 8}
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    for n in range(8):
        sign_in(guesser, f"guess{n}@example.org", "wrong")
    person = UserFactory()
    assert LOCKED in sign_in(guesser, person.email).content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.10")
    sign_in(elsewhere, person.email)
    assert is_signed_in(elsewhere)


def test_a_reset_password_ends_the_pause_of_its_account():
    person = UserFactory()
    for n in range(6):
        sign_in(Client(REMOTE_ADDR=f"203.0.113.{n}"), person.email, "wrong")
    client = Client(REMOTE_ADDR="198.51.100.1")
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = re.search(r"https?://[^/]+(/\S*password/reset/key/\S+)", mail.outbox[-1].body).group(1)
    page = client.get(link, follow=True)
    new = {"password1": "lantern-on-the-river-9", "password2": "lantern-on-the-river-9"}
    client.post(page.redirect_chain[-1][0], new)
    sign_in(client, person.email, "lantern-on-the-river-9")
    assert is_signed_in(client)


def test_resets_and_sign_ups_are_limited(settings):
    settings.SIGN_UPS_PER_HOUR = settings.RESETS_PER_HOUR = 2
    client = Client()
    codes = [
        client.post(
            reverse("account_signup"), {**SIGN_UP, "email": f"n{n}@example.org"}
        ).status_code
        for n in range(3)
    ]
    assert codes == [302, 302, 429]
    written = len(mail.outbox)
    for n in range(4):
        Client(REMOTE_ADDR=f"203.0.113.{n}").post(
            reverse("account_reset_password"), {"email": "n0@example.org"}
        )
    assert len(mail.outbox) - written == 2


def test_behind_a_proxy_the_client_counts_and_not_the_proxy(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.RULE_OVERRIDES = {"security.sign_in_attempts_address": 5}
    person = UserFactory()

    def through_proxy(forwarded: str) -> Client:
        return Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": forwarded})

    for n in range(5):
        # What the client claims of itself stands before what the proxy added.
        sign_in(through_proxy(f"192.0.2.{n}, 203.0.113.5"), f"guess{n}@example.org", "wrong")
    refused = sign_in(through_proxy("192.0.2.99, 203.0.113.5"), person.email)
    assert LOCKED in refused.content.decode()
    fine = through_proxy("203.0.113.6")
    sign_in(fine, person.email)
    assert is_signed_in(fine)


def test_a_missing_proxy_is_no_silent_mistake(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    with pytest.raises(ImproperlyConfigured):
        sign_in(Client(headers={"x-forwarded-for": "203.0.113.5"}), "x@example.org")
