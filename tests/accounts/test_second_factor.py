"""Second factors: who needs one, what waits for it, codes taken once, what is sealed."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from cryptography.fernet import Fernet
from django.contrib.auth import authenticate
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse

from artmarket.accounts.desks import desks_of
from artmarket.accounts.models import User
from artmarket.accounts.services import roles, security
from artmarket.core.demo import DOMAIN
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from artmarket.core.sealed import unseal
from catalog.services import drafts
from catalog.services.description import Description
from tests.accounts.signing import (
    code_of,
    confirm,
    is_signed_in,
    second_step,
    send_waiting,
    sign_in,
)
from tests.factories import PASSWORD, TOTP_SECRET, UserFactory, add_second_factor

pytestmark = pytest.mark.django_db
REQUIRED = ("appraiser", "registrar", "operator", "lender")


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


# ------------------------------------------------------------ who needs one


@pytest.mark.parametrize("role", REQUIRED)
def test_a_role_that_needs_a_factor_is_not_in_effect_without_one(role):
    person = UserFactory(**{role: True}, artist=True, second_factor=False)
    assert person.granted_roles == {role, "artist"}
    assert person.roles == {"artist"} and not person.has_role(role)
    assert {desk.role for desk in desks_of(person)} == {"artist"}
    add_second_factor(person)
    assert again(person).roles == {role, "artist"}


def test_services_refuse_whoever_lacks_the_factor():
    operator, person = UserFactory(operator=True, second_factor=False), UserFactory()
    with pytest.raises(NotAllowed):
        roles.grant_role(actor=operator, user=person, role="buyer")
    assert not operator.has_perm("accounts.view_events")
    add_second_factor(operator)
    assert roles.grant_role(actor=again(operator), user=person, role="buyer").pk
    assert again(operator).has_perm("accounts.view_events")


def test_other_roles_work_without_a_factor():
    person = UserFactory(artist=True, registrar=True, second_factor=False)
    assert drafts.create_draft(actor=person, description=Description(texts={"title": "沙燕"})).pk
    assert not UserFactory(artist=True).lacks_second_factor


def test_the_rights_of_the_content_system_and_of_a_superuser_wait_too():
    root = User.objects.create_superuser("root@example.org", PASSWORD)
    assert not root.has_perm("wagtailadmin.access_admin")
    assert not root.has_perm("accounts.manage_roles") and not root.has_module_perms("auth")
    add_second_factor(root)
    assert again(root).has_perm("wagtailadmin.access_admin")
    assert again(root).has_perm("accounts.manage_roles") and again(root).has_module_perms("auth")


def test_an_override_adds_roles_and_takes_none_away(settings):
    settings.RULE_OVERRIDES = {"security.second_factor_roles": ["bureau"]}
    bureau = UserFactory(bureau=True, second_factor=False)
    assert bureau.lacks_second_factor and bureau.roles == frozenset()
    assert UserFactory(registrar=True, second_factor=False).lacks_second_factor


def test_only_demonstration_accounts_are_let_off_and_only_where_demo_is_on(settings):
    shown = UserFactory(registrar=True, second_factor=False, email=f"shown@{DOMAIN}")
    assert settings.DEMO and shown.roles == {"registrar"}
    settings.DEMO = False
    assert again(shown).roles == frozenset() and again(shown).lacks_second_factor


def test_a_demonstration_account_reads_that_real_ones_need_a_factor(client):
    client.force_login(UserFactory(operator=True, second_factor=False, email=f"op@{DOMAIN}"))
    assert "演示账户不要求两步验证" in client.get("/account/").content.decode()
    assert "这是演示账户" in client.get(reverse("mfa_index")).content.decode()


@pytest.mark.parametrize(
    "path",
    ["/desk/registrar/", "/desk/artist/", "/en/desk/registrar/", "/admin/", "/cms/", "/cms/pages/"],
)
def test_whoever_lacks_the_factor_is_led_to_set_it_up(client, path):
    client.force_login(UserFactory(registrar=True, artist=True, second_factor=False))
    english = path.startswith("/en/")
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 302
        assert answer.headers["Location"] == ("/en" if english else "") + "/account/2fa/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert ("Your roles need" if english else "刚才的操作没有执行") in page
    assert client.get(path, headers={"HX-Request": "true"}).headers["HX-Redirect"]


def test_the_factor_opens_the_desk(client):
    client.force_login(UserFactory(registrar=True))
    assert client.get("/desk/registrar/").status_code == 200
    assert client.get("/admin/").status_code == 200


# ------------------------------------------------------------------ set up


def begin_app(client) -> str:
    """Open the page that sets up an app, as a confirmed person; the secret it shows."""
    page = client.get(reverse("mfa_activate_totp"))
    assert page.headers.get("Location", "").startswith(reverse("account_reauthenticate"))
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    return secret


def test_an_app_is_set_up_by_its_first_code(client, django_capture_on_commit_callbacks):
    person = UserFactory(registrar=True, second_factor=False)
    client.force_login(person)
    secret = begin_app(client)
    assert secret not in json.dumps(dict(client.session.items()))
    assert unseal(client.session[SECRET_SESSION_KEY]) == secret

    page = reverse("mfa_activate_totp")
    wrong = client.post(page, {"code": "000000" if code_of(secret) != "000000" else "000001"})
    assert wrong.status_code == 200 and "验证码不对" in wrong.content.decode()
    assert wrong.context["form"].secret == secret
    assert not Authenticator.objects.exists() and again(person).roles == frozenset()

    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(page, {"code": code_of(secret)})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    stored = Authenticator.objects.get(user=person, type="totp").data
    assert secret not in json.dumps(stored) and unseal(stored["secret"]) == secret
    assert SECRET_SESSION_KEY not in client.session
    assert again(person).roles == {"registrar"}
    kinds = [e.data["kind"] for e in Event.objects.filter(action="user.factor_added")]
    assert sorted(kinds) == ["recovery_codes", "totp"]
    assert client.get("/desk/registrar/").status_code == 200


def test_recovery_codes_are_shown_once_and_sealed(client, django_capture_on_commit_callbacks):
    person = UserFactory()
    client.force_login(person)
    secret = begin_app(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    codes = Authenticator.objects.get(user=person, type="recovery_codes")
    shown = codes.wrap().get_unused_codes()
    assert len(set(shown)) == 10
    page = reverse("mfa_view_recovery_codes")
    first, second = (client.get(page).content.decode() for _n in range(2))
    assert all(code in first for code in shown)
    assert not any(code in second for code in shown)
    stored = json.dumps(codes.data)
    assert not any(code in stored for code in shown) and unseal(codes.data["seed"])


def test_a_code_that_set_up_the_app_does_not_sign_in(client, django_capture_on_commit_callbacks):
    person = UserFactory()
    client.force_login(person)
    secret = begin_app(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    client.logout()
    sign_in(client, person.email)
    second_step(client, code_of(secret))
    assert not is_signed_in(client)
    second_step(client, code_of(secret, steps=1))
    assert is_signed_in(client)


def test_the_owner_is_told_in_his_language(client, django_capture_on_commit_callbacks):
    person = UserFactory(english=True)
    client.force_login(person)
    secret = begin_app(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("mfa_activate_totp"),
            {"code": code_of(secret)},
            HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        )
    (letter,) = send_waiting()
    assert letter.to == [person.email] and letter.subject == "Authenticator app switched on"
    assert "Firefox on Linux" in letter.body and "127.0.0.*" in letter.body
    assert secret not in letter.body


@pytest.mark.parametrize("name", ["request", "confirm"])
def test_a_code_by_mail_does_not_stand_in_for_the_password(client, name):
    client.force_login(UserFactory(registrar=True))
    page = reverse(f"account_{name}_reauthentication_code")
    assert client.get(page).status_code in (302, 403)
    assert client.post(page, {"email": "a@example.org"}).status_code in (302, 403)
    assert send_waiting() == []
    refused = client.post(reverse("mfa_deactivate_totp"))
    assert refused.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_without_the_last_factor_the_role_stops(client):
    person = UserFactory(registrar=True)
    client.force_login(person)
    page = reverse("mfa_deactivate_totp")
    assert client.post(page).headers["Location"].startswith(reverse("account_reauthenticate"))
    assert Authenticator.objects.filter(user=person).exists()
    confirm(client)
    assert client.post(page).status_code == 302
    assert again(person).roles == frozenset()
    assert client.get("/desk/registrar/").headers["Location"] == reverse("mfa_index")
    assert Event.objects.get(action="user.factor_removed").data == {"kind": "totp"}
    assert [m.subject for m in send_waiting()] == ["已停用验证器应用"]


# ------------------------------------------------------------------ sign in


def test_a_password_alone_does_not_sign_in(client):
    person = UserFactory(registrar=True)
    answer = sign_in(client, person.email)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert client.get("/account/").status_code == 302
    assert second_step(client, code_of()).status_code == 302
    assert is_signed_in(client) and client.get("/desk/registrar/").status_code == 200


def test_the_second_step_comes_back_to_where_the_person_wanted_to_go(client):
    person = UserFactory(registrar=True)
    sign_in(client, person.email, next="/desk/registrar/")
    assert second_step(client, code_of()).headers["Location"] == "/desk/registrar/"


@pytest.mark.parametrize("code", ["", "000", "abcdef", "9" * 40, "１２３４５６", "00000000"])
def test_a_wrong_code_is_refused_in_words(client, code):
    person = UserFactory(registrar=True)
    RecoveryCodes.activate(person)
    sign_in(client, person.email)
    answer = second_step(client, code)
    assert answer.status_code == 200 and answer.context["form"].errors["code"]
    assert not is_signed_in(client)


def test_a_code_is_taken_once(client):
    person = UserFactory(registrar=True)
    code = code_of()
    sign_in(client, person.email)
    second_step(client, code)
    assert is_signed_in(client)
    other = type(client)()
    sign_in(other, person.email)
    assert "验证码不对" in second_step(other, f"{code[:3]} {code[3:]}").content.decode()
    assert not is_signed_in(other)


def test_a_recovery_code_is_taken_once(client):
    person = UserFactory(registrar=True)
    code = RecoveryCodes.activate(person).get_unused_codes()[3]
    sign_in(client, person.email)
    second_step(client, code)
    assert is_signed_in(client)
    other = type(client)()
    sign_in(other, person.email)
    second_step(other, code)
    assert not is_signed_in(other)
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap()
    assert len(codes.get_unused_codes()) == 9 and code not in codes.get_unused_codes()


def test_guessing_codes_is_stopped_with_the_time_of_the_next_try(client):
    person = UserFactory(registrar=True, english=True)
    sign_in(client, person.email)
    for _n in range(5):
        second_step(client, "000000" if code_of() != "000000" else "000001")
    refused = second_step(client, code_of()).content.decode()
    assert "失败次数太多，请在15分钟后再试" in refused
    other = type(client)()
    sign_in(other, person.email)
    english = other.post("/en/account/2fa/authenticate/", {"code": code_of()}).content.decode()
    assert "Too many failed attempts. Try again in 15 minutes." in english
    assert not is_signed_in(client) and not is_signed_in(other)


def test_right_codes_do_not_forgive_wrong_ones_of_the_same_address(client):
    """An account of his own must not clear the count of a guesser."""
    own, victim = UserFactory(registrar=True), UserFactory(registrar=True)
    for _n in range(4):
        sign_in(client, victim.email, "wrong")
    other = type(client)()
    sign_in(other, own.email)
    second_step(other, code_of())
    assert is_signed_in(other)
    sign_in(client, victim.email, "wrong")
    assert "失败次数太多" in sign_in(client, victim.email).content.decode()


@pytest.mark.parametrize("path", ["/admin/login/", "/cms/login/", "/_util/login/"])
def test_there_is_no_other_door(client, path):
    person = UserFactory(registrar=True)
    form = {"username": person.email, "password": PASSWORD}
    for answer in (client.get(path + "?next=/admin/"), client.post(path, form)):
        assert answer.headers["Location"].startswith(reverse("account_login"))
    assert not is_signed_in(client)
    assert authenticate(None, username=person.email, password=PASSWORD) is None
    assert authenticate(None, email=person.email, password=PASSWORD) == person
    assert client.get("/cms/password_reset/").status_code == 404


@pytest.mark.parametrize(
    "credential",
    [
        "", "null", "[]", "{}", "1", '"x"', "{", '{"response": {}}', '{"response": null}',
        '{"response": {"userHandle": 5}}', '{"response": {"userHandle": "!!"}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "enp6enp6enp6enp6enp6enp6"}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "MQ"}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "attestationObject": "AA"}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}',
    ],
)  # fmt: skip
def test_a_credential_that_no_browser_sends_is_refused_politely(client, credential):
    form = {"credential": credential, "name": "x"}
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    assert client.post(reverse("mfa_login_webauthn"), form).status_code == 302
    assert not is_signed_in(client)
    person = UserFactory(registrar=True)
    sign_in(client, person.email)
    client.get(reverse("mfa_authenticate"))
    assert client.post(reverse("mfa_authenticate"), form).status_code == 200
    assert not is_signed_in(client)
    client.force_login(person)
    confirm(client)
    client.get(reverse("mfa_add_webauthn"))
    assert client.post(reverse("mfa_add_webauthn"), form).status_code == 200
    client.get(reverse("mfa_reauthenticate_webauthn"))
    assert client.post(reverse("mfa_reauthenticate_webauthn"), form).status_code in {200, 302}
    assert not Authenticator.objects.filter(type="webauthn").exists()


# ------------------------------------------------------------------- reset


def test_an_operator_resets_the_factors_of_somebody_else(client):
    operator, person = UserFactory(operator=True), UserFactory(registrar=True, english=True)
    RecoveryCodes.activate(person)
    lost = type(client)()
    sign_in(lost, person.email)
    second_step(lost, code_of())
    send_waiting()
    client.force_login(operator)
    page = reverse("accounts:operator_person", args=[person.pk])
    assert client.post(page, {"do": "reset_factors"}).status_code == 422
    answer = client.post(page, {"do": "reset_factors", "security-reason": "手机丢失，已核对身份"})
    assert answer.status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()
    assert lost.get("/account/").status_code == 302
    assert Event.objects.get(action="user.factors_reset").data == {"reason": "手机丢失，已核对身份"}
    assert [(m.to, m.subject) for m in send_waiting()] == [
        ([person.email], "Two-step verification was reset")
    ]
    with pytest.raises(WrongState):
        security.reset_factors(actor=operator, user=person, reason="再来一次")


def test_nobody_resets_his_own_factors_or_without_a_reason():
    operator, registrar = UserFactory(operator=True), UserFactory(registrar=True)
    with pytest.raises(NotAllowed):
        security.reset_factors(actor=operator, user=operator, reason="x")
    with pytest.raises(NotAllowed):
        security.reset_factors(actor=registrar, user=operator, reason="x")
    with pytest.raises(Invalid):
        security.reset_factors(actor=operator, user=registrar, reason=" ")
    assert Authenticator.objects.count() == 2


def test_the_command_line_helps_the_only_operator(capsys):
    operator = UserFactory(operator=True)
    call_command("reset_second_factor", operator.email.upper(), reason="手机丢失")
    assert not Authenticator.objects.filter(user=operator).exists()
    assert Event.objects.get(action="user.factors_reset").actor is None
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@example.org", reason="x")


def test_a_change_of_keys_seals_the_secrets_again(settings, capsys):
    person = UserFactory(registrar=True)
    codes = RecoveryCodes.activate(person).get_unused_codes()
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *old]
    call_command("reseal")
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    rows = {row.type: row for row in Authenticator.objects.filter(user=person)}
    assert unseal(rows["totp"].data["secret"]) == TOTP_SECRET
    assert rows["recovery_codes"].wrap().get_unused_codes() == codes
    assert security.reseal_factors() == 0
