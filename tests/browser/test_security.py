"""A second factor as a person sets it up and uses it: an app, a passkey, in both languages.

The passkey is Chromium's virtual authenticator: the browser's own code, keys and signatures, with
nobody's finger. Passkeys need a name for a host, so the platform is opened as localhost.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from urllib.parse import urlsplit

import psycopg
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Platform
from tests.browser.looking import Traffic, overflow, violations

PASSWORD = "lantern-on-the-river-9"
STEP = 30


@dataclass
class Somebody:
    """A person with a confirmed account, and a browser in which nobody is signed in."""

    page: Page
    email: str
    prefix: str
    traffic: Traffic

    def open(self, path: str) -> None:
        self.page.goto(f"{self.prefix}{path}")

    def sign_in(self) -> None:
        self.open("/account/login/")
        self.page.fill("[name=login]", self.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def sign_out(self) -> None:
        self.open("/account/logout/")
        self.page.locator("main form button[type=submit]").click()
        self.page.wait_for_url(lambda url: "/logout/" not in url)

    def confirm(self) -> None:
        """Give the password again where the page asks for it."""
        expect(self.page).to_have_url(re.compile("/account/reauthenticate/"))
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()

    def look(self) -> None:
        """The page as everybody else's: accessible, as wide as a phone, quiet."""
        assert violations(self.page) == []
        assert overflow(self.page, 360) == []
        self.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture(params=["", "/en"], ids=["zh", "en"])
def somebody(platform: Platform, browser: Browser, request) -> Iterator[Somebody]:
    """Sign up, confirm the address by the link in the mail."""
    port = urlsplit(platform.url).port
    context = browser.new_context(base_url=f"http://localhost:{port}", reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    email = f"{request.node.name.split('[')[0][:40].replace('_', '-')}-{time.time_ns()}@example.org"
    person = Somebody(page, email, request.param, Traffic.of(page))
    sign_up(person, platform)
    yield person
    context.close()
    assert person.traffic.complaints == []


def sign_up(person: Somebody, platform: Platform) -> None:
    page = person.page
    person.open("/account/signup/")
    page.fill("[name=email]", person.email)
    page.fill("[name=display_name]", "江上灯")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile("/confirm-email/"))
    page.goto(re.search(r"https?://[^/]+(/\S*confirm-email/\S+)", mail_to(person, platform))[1])
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile("/login/"))


def mail_to(person: Somebody, platform: Platform, words: str = "confirm-email") -> str:
    """The newest mail to this person that holds these words; mail is written as files here."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for path in sorted((platform.folder / "mail").glob("*.log"), reverse=True):
            for raw in path.read_bytes().split(b"-" * 79):
                letter = BytesParser(policy=policy.default).parsebytes(raw.strip())
                if person.email in str(letter["to"]):
                    body = f"{letter['subject']}\n{letter.get_content()}"
                    if words in body:
                        return body
        person.page.wait_for_timeout(200)
    raise AssertionError(f"no mail to {person.email} with {words}")


def grant(person: Somebody, platform: Platform, role: str) -> None:
    """Give a role, as an operator does."""
    with psycopg.connect(platform.database_url) as connection:
        connection.execute(
            "INSERT INTO accounts_rolegrant (user_id, role) "
            "SELECT id, %s FROM accounts_user WHERE email = %s",
            [role, person.email],
        )


def code_of(secret: str, unlike: str = "") -> str:
    """What an app shows; the next one when that is the code used before."""
    now = int(time.time()) // STEP
    code = format_hotp_value(hotp_value(secret, now))
    return code if code != unlike else format_hotp_value(hotp_value(secret, now + 1))


@pytest.fixture
def authenticator(somebody: Somebody) -> Callable[[], int]:
    """A device with a screen lock that keeps passkeys; gives the number of keys it holds."""
    session = somebody.page.context.new_cdp_session(somebody.page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    which = {"authenticatorId": made["authenticatorId"]}

    def resident_keys() -> int:
        kept = session.send("WebAuthn.getCredentials", which)["credentials"]
        return sum(key["isResidentCredential"] for key in kept)

    return resident_keys


def test_a_registrar_sets_up_an_app_before_his_desk_opens(somebody, platform):
    page = somebody.page
    grant(somebody, platform, "registrar")
    somebody.sign_in()
    somebody.open("/desk/registrar/")
    expect(page).to_have_url(re.compile(f"{somebody.prefix}/account/2fa/$"))
    somebody.look()
    page.locator("#app a.btn").click()
    somebody.confirm()
    expect(page.locator("img[src^='data:image/svg']")).to_be_visible()
    somebody.look()

    secret = page.locator("#totp_secret").inner_text()
    page.fill("[name=code]", "000000" if code_of(secret) != "000000" else "000001")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error")).to_have_count(1)
    assert page.locator("#totp_secret").inner_text() == secret
    used = code_of(secret)
    page.fill("[name=code]", used)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#recovery_codes li")).to_have_count(10)
    somebody.look()
    recovery = page.locator("#recovery_codes li").all_inner_texts()
    subject = "Authenticator app switched on" if somebody.prefix else "已启用验证器应用"
    assert mail_to(somebody, platform, subject)
    somebody.open("/desk/registrar/")
    expect(page.locator("h1")).to_be_visible()
    assert page.url.endswith("/desk/registrar/")

    somebody.sign_out()
    somebody.sign_in()
    expect(page).to_have_url(re.compile("/account/2fa/authenticate/$"))
    somebody.look()
    page.fill("[name=code]", used)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".field .error")).to_have_count(1)
    page.fill("[name=code]", code_of(secret, unlike=used))
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(f"{somebody.prefix}/account/$"))

    for accepted in (True, False):
        somebody.sign_out()
        somebody.sign_in()
        page.fill("[name=code]", recovery[0])
        page.locator("main form button[type=submit]").first.click()
        if accepted:
            expect(page).to_have_url(re.compile(f"{somebody.prefix}/account/$"))
    expect(page.locator(".field .error")).to_have_count(1)
    somebody.open("/account/")
    expect(page).to_have_url(re.compile("/(login|2fa/authenticate)/"))


def test_a_passkey_signs_in_alone(somebody, platform, authenticator):
    page = somebody.page
    grant(somebody, platform, "appraiser")
    somebody.sign_in()
    somebody.open("/account/2fa/")
    page.locator("#passkeys a.btn").click()
    somebody.confirm()
    somebody.look()
    page.fill("[name=name]", "我的手机")
    page.locator("#passkey_button").click()
    expect(page.locator("#recovery_codes li")).to_have_count(10)
    assert authenticator() == 1
    stored = platform.rows(
        "SELECT a.data::text FROM mfa_authenticator a JOIN accounts_user u ON u.id = a.user_id "
        f"WHERE u.email = '{somebody.email}' AND a.type = 'webauthn'"
    )
    assert len(stored) == 1 and '"rk": true' in stored[0][0]
    somebody.open("/account/2fa/webauthn/")
    expect(page.locator("main table")).to_contain_text("我的手机")
    somebody.look()

    somebody.sign_out()
    somebody.open("/account/login/")
    somebody.look()
    page.locator("#passkey_login").click()
    expect(page).to_have_url(re.compile(f"{somebody.prefix}/account/$"))
    somebody.open("/account/sessions/")
    expect(page.locator("main table tbody tr")).to_have_count(1)
    somebody.look()


def test_a_passkey_is_the_second_step_after_a_password(somebody, authenticator):
    page = somebody.page
    somebody.sign_in()
    somebody.open("/account/2fa/webauthn/add/")
    somebody.confirm()
    page.locator("[name=passwordless]").uncheck()
    page.locator("#passkey_button").click()
    expect(page.locator("#recovery_codes li")).to_have_count(10)
    assert authenticator() == 0
    somebody.sign_out()
    somebody.sign_in()
    expect(page).to_have_url(re.compile("/account/2fa/authenticate/$"))
    page.locator("#passkey_button").click()
    expect(page).to_have_url(re.compile(f"{somebody.prefix}/account/$"))

    # A key already there is refused by the browser, and the page says so.
    somebody.open("/account/2fa/webauthn/add/")
    somebody.confirm()
    page.locator("#passkey_button").click()
    words = "was added before" if somebody.prefix else "已经添加过"
    expect(page.locator("#passkey_words")).to_contain_text(words)


def test_an_address_in_digits_is_explained(visit):
    page = visit("/account/login/")
    page.locator("#passkey_login").click()
    expect(page.locator("#passkey_words")).to_contain_text("localhost")
