"""Sessions of a person: seen in words, ended one by one, all at once, or by what happens."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from artmarket.accounts.devices import device_words, short_address
from artmarket.accounts.services import roles, security
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from tests.accounts.signing import code_of, confirm, is_signed_in, second_step, sign_in
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/19.0 Mobile/15E148 Safari/604.1"
)
DESK = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)
LIST = "/account/sessions/"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def device(person, user_agent: str = DESK, address: str = "203.0.113.77") -> Client:
    """A browser in which this person signed in."""
    client = Client(headers={"user-agent": user_agent}, REMOTE_ADDR=address)
    sign_in(client, person.email)
    assert is_signed_in(client)
    return client


def knows(client: Client) -> bool:
    """Whether the platform still knows who this browser is."""
    return client.get("/account/profile/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (PHONE, "iPhone上的Safari"),
        (DESK, "Windows上的Edge"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130 Mobile Safari/537.36 MicroMessenger/8.0", "Android上的微信"),
        ("Mozilla/5.0 (Macintosh; Intel) Gecko/20100101 Firefox/140.0", "macOS上的Firefox"),
        ("curl/8.0", "不认识的浏览器"),
        ("", "不认识的浏览器"),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_words(user_agent, words):
    assert device_words(user_agent) == words


def test_a_browser_is_named_in_english_too():
    with translation.override("en"):
        assert device_words(DESK) == "Edge on Windows"


@pytest.mark.parametrize(
    ("address", "short"),
    [
        ("203.0.113.77", "203.0.113.*"),
        ("2001:db8:7:9::1", "2001:0db8:0007:*"),
        ("::ffff:203.0.113.77", "203.0.113.*"),
        ("nonsense", ""),
    ],
)
def test_an_address_is_cut_short(address, short):
    assert short_address(address) == short


def test_the_list_shows_devices_in_words_and_half_an_address():
    person = UserFactory()
    here, _phone = device(person), device(person, PHONE, "198.51.100.9")
    page = here.get(LIST).content.decode()
    assert "Windows上的Edge" in page and "iPhone上的Safari" in page
    assert "203.0.113.*" in page and "198.51.100.*" in page
    assert "203.0.113.77" not in page and "198.51.100.9" not in page
    assert page.count("就是这里") == 1


def test_one_device_is_signed_out_and_the_others_stay():
    person = UserFactory()
    here, phone, other = device(person), device(person, PHONE), device(person)
    row = UserSession.objects.get(session_key=phone.session.session_key)
    assert here.post(reverse("accounts:end_session", args=[row.pk])).headers["Location"] == LIST
    assert [knows(c) for c in (here, phone, other)] == [True, False, True]
    assert Event.objects.filter(action="user.session_ended").count() == 1


def test_nobody_ends_the_session_of_another_person():
    person, stranger = UserFactory(), UserFactory()
    mine, theirs = device(person), device(stranger)
    row = UserSession.objects.get(user=stranger)
    with pytest.raises(WrongState):
        security.end_session(actor=person, session_id=row.pk)
    assert mine.post(reverse("accounts:end_session", args=[row.pk])).status_code == 409
    assert knows(theirs)


def test_all_others_are_signed_out_at_once():
    person = UserFactory()
    here, phone, other = device(person), device(person, PHONE), device(UserFactory())
    assert here.post(LIST).status_code == 302
    assert [knows(c) for c in (here, phone, other)] == [True, False, True]


def test_a_new_password_ends_the_other_sessions():
    person = UserFactory()
    here, phone = device(person), device(person, PHONE)
    new = "lantern-on-the-river-9"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post(reverse("account_change_password"), form).status_code == 302
    assert [knows(c) for c in (here, phone)] == [True, False]
    assert UserSession.objects.get(user=person).session_key == here.session.session_key
    assert Event.objects.filter(action="user.password_changed").count() == 1


def test_the_first_factor_ends_sessions_that_began_without(django_capture_on_commit_callbacks):
    person = UserFactory()
    here, phone = device(person), device(person, PHONE)
    confirm(here)
    page = reverse("mfa_activate_totp")
    secret = here.get(page).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        here.post(page, {"code": code_of(secret)})
    assert [knows(c) for c in (here, phone)] == [True, False]


def test_stopping_an_account_ends_its_sessions_for_good():
    operator, person = UserFactory(operator=True), UserFactory()
    phone = device(person, PHONE)
    roles.set_active(actor=operator, user=person, is_active=False, reason="查证中")
    assert not knows(phone) and not UserSession.objects.filter(user=person).exists()
    roles.set_active(actor=operator, user=person, is_active=True, reason="已查清")
    assert not knows(phone)
    assert knows(device(person, PHONE))


def test_an_operator_signs_somebody_out_everywhere_with_a_reason():
    operator, person = UserFactory(operator=True), UserFactory()
    devices = [device(person), device(person, PHONE)]
    desk = Client()
    desk.force_login(operator)
    page = reverse("accounts:operator_person", args=[person.pk])
    answer = desk.post(page, {"do": "sign_out", "security-reason": "电脑失窃"})
    assert answer.status_code == 302 and not any(knows(c) for c in devices)
    event = Event.objects.get(action="user.signed_out")
    assert event.data == {"sessions": 2, "reason": "电脑失窃"} and event.actor == operator
    with pytest.raises(NotAllowed):
        security.sign_out_everywhere(actor=person, user=operator, reason="x")
    with pytest.raises(Invalid):
        security.sign_out_everywhere(actor=operator, user=person, reason="")


def test_activity_is_noted_every_few_minutes_and_costs_nothing_between(
    django_assert_num_queries,
):
    person = UserFactory()
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        here = device(person)
        here.get(LIST)
    row = UserSession.objects.get(user=person)
    with time_machine.travel(start + timedelta(minutes=2), tick=False):
        here.get("/account/profile/")
    assert UserSession.objects.get(pk=row.pk).last_seen_at == row.last_seen_at
    with time_machine.travel(start + timedelta(minutes=6), tick=False):
        here.get("/account/profile/", REMOTE_ADDR="198.51.100.1")
    seen = UserSession.objects.get(pk=row.pk)
    assert seen.last_seen_at == start + timedelta(minutes=6) and seen.ip == "198.51.100.1"


def test_a_sweep_forgets_what_ended_by_itself():
    person = UserFactory()
    here, gone, old = device(person), device(person, PHONE), device(person)
    Session.objects.filter(session_key=gone.session.session_key).delete()
    Session.objects.filter(session_key=old.session.session_key).update(
        expire_date=timezone.now() - timedelta(days=1)
    )
    assert security.sweep_sessions().startswith("2 ")
    assert UserSession.objects.get(user=person).session_key == here.session.session_key
    assert not Session.objects.filter(session_key=old.session.session_key).exists()


def test_a_second_step_makes_one_session():
    person = UserFactory(registrar=True)
    client = Client()
    sign_in(client, person.email)
    assert not UserSession.objects.exists()
    second_step(client, code_of())
    assert UserSession.objects.get().user == person
