"""Sign-up, confirmation and sign-in: nothing tells a stranger who has an account."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import DefaultAccountAdapter
from babel.messages.pofile import read_po
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from artmarket.accounts.models import User
from artmarket.accounts.services.parties import party_of
from artmarket.accounts.services.people import update_profile
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
FORM = {
    "email": "New@Example.org",
    "display_name": "新人",
    "role": "artist",
    "password1": "paper-kite-88",
    "password2": "paper-kite-88",
}


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def sign_in(client, email: str, password: str = PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def test_a_newcomer_confirms_his_address_before_he_gets_in(client):
    assert client.post(reverse("account_signup"), FORM).status_code == 302
    person = User.objects.get(email="new@example.org")
    assert person.display_name == "新人" and person.roles == {"artist"}
    assert client.get("/account/").status_code == 302
    link = re.search(r"https?://[^/]+(/\S*confirm-email/\S+)", mail.outbox[0].body).group(1)
    client.post(link)
    assert sign_in(client, "NEW@example.ORG", "paper-kite-88").headers["Location"] == "/account/"


def test_nobody_signs_up_as_staff(client):
    answer = client.post(reverse("account_signup"), {**FORM, "role": "operator"})
    assert answer.status_code == 200 and not User.objects.exists()


def test_sign_up_and_reset_answer_the_same_for_known_and_unknown_addresses(client):
    known = UserFactory()
    for page, form in (
        ("account_signup", FORM),
        ("account_reset_password", {}),
    ):
        places = [
            client.post(reverse(page), {**form, "email": email}).headers["Location"]
            for email in (known.email, "nobody@example.org")
        ]
        assert len(set(places)) == 1, page
    assert User.objects.filter(email=known.email).count() == 1


def test_a_stopped_account_does_not_get_in(client):
    sign_in(client, UserFactory(stopped=True).email)
    assert "_auth_user_id" not in client.session


def test_wrong_passwords_are_limited(client):
    person = UserFactory()
    for _n in range(6):
        sign_in(client, person.email, "wrong")
    sign_in(client, person.email)
    assert "_auth_user_id" not in client.session


def test_mail_speaks_the_language_of_its_reader(client, monkeypatch):
    spoken = []
    monkeypatch.setattr(
        DefaultAccountAdapter,
        "send_mail",
        lambda *_arguments: spoken.append(translation.get_language()),
    )
    for prefix, person in (("", UserFactory(english=True)), ("/en", UserFactory())):
        client.post(f"{prefix}/account/password/reset/", {"email": person.email})
    assert spoken == ["en", "zh-hans"]


def test_a_session_that_ended_leads_to_sign_in_and_back(client):
    person = UserFactory()
    answer = client.post(
        reverse("accounts:profile"),
        {"display_name": "改"},
        headers={"referer": "http://testserver/account/profile/"},
    )
    assert answer.headers["Location"] == "/account/login/?next=/account/profile/"
    assert "刚才的操作没有执行" in client.get(answer.headers["Location"]).content.decode()
    back = sign_in(client, person.email, next="/account/profile/")
    assert back.headers["Location"] == "/account/profile/"
    assert client.get("/account/profile/").status_code == 200


def test_a_person_changes_his_name_but_not_to_nothing_or_a_novel(client):
    person = UserFactory()
    client.force_login(person)
    good = {"display_name": "三石", "phone": "", "language": "en"}
    assert client.post(reverse("accounts:profile"), good).status_code == 302
    for name in ("", "字" * 100_000):
        assert (
            client.post(reverse("accounts:profile"), {**good, "display_name": name}).status_code
            == 422
        )
    person.refresh_from_db()
    assert (person.display_name, person.language) == ("三石", "en")


def test_a_changed_name_is_the_name_of_the_party_that_holds_title():
    person, other = UserFactory(), UserFactory(display_name="旧名")
    party, untouched = party_of(person), party_of(other)
    update_profile(actor=person, display_name="三石", phone="", language="zh-hans")
    party.refresh_from_db()
    untouched.refresh_from_db()
    assert (party.name, untouched.name) == ("三石", "旧名")


def test_the_account_pages_say_you_as_the_platform_does(client):
    for catalogue in Path(allauth.__file__).parent.glob("locale/zh_Hans/**/django.po"):
        words = [m for m in read_po(catalogue.open("rb")) if m.id and _is_shown(m)]
        assert len(words) > 30
    with translation.override("zh-hans"):
        polite = [m.id for m in words if isinstance(m.id, str) and "您" in gettext(m.id)]
    assert polite == []
    page = sign_in(client, "nobody@example.org", "wrong").content.decode()
    assert "邮箱或密码不对。" in page
    assert "您" not in page


def _is_shown(message) -> bool:
    """Whether the words come from the code of allauth's pages; its templates are ours."""
    ours = ("account/", "mfa/", "usersessions/")
    return any(place.startswith(ours) for place, _line in message.locations)
