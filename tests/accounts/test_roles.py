"""Roles: who may grant them, what changes with them, and that an operator is left."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from artmarket.accounts.models import RoleGrant
from artmarket.accounts.services import roles
from artmarket.accounts.services.parties import create_party, party_of
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.models import Event
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_granting_twice_leaves_one_grant_and_one_event():
    operator, person = UserFactory(operator=True), UserFactory(second_factor=True)
    first = roles.grant_role(actor=operator, user=person, role="registrar", reason="到岗")
    assert roles.grant_role(actor=operator, user=person, role="registrar") == first
    event = Event.objects.get(action="role.granted")
    assert event.data["reason"] == "到岗" and event.actor == operator
    person.refresh_from_db()
    assert person.is_staff and person.has_role("registrar")


@pytest.mark.parametrize("role", ["artist", "registrar", "bureau", "buyer"])
def test_nobody_but_an_operator_grants_or_revokes(role):
    actor, person = UserFactory(**{role: True}), UserFactory(artist=True)
    with pytest.raises(NotAllowed):
        roles.grant_role(actor=actor, user=person, role="operator")
    with pytest.raises(NotAllowed):
        roles.revoke_role(actor=actor, user=person, role="artist")
    with pytest.raises(NotAllowed):
        roles.set_active(actor=actor, user=person, is_active=False)
    assert not Event.objects.exists()


def test_the_last_operator_can_neither_be_revoked_nor_stopped():
    operator = UserFactory(operator=True)
    UserFactory(operator=True, stopped=True)
    with pytest.raises(DomainError) as refused:
        roles.revoke_role(actor=operator, user=operator, role="operator")
    assert refused.value.code == "last_operator"
    with pytest.raises(DomainError):
        roles.set_active(actor=operator, user=operator, is_active=False)
    assert RoleGrant.objects.filter(revoked_at=None, user=operator).exists()


def test_a_stopped_account_gets_no_role_and_has_none():
    operator, person = UserFactory(operator=True), UserFactory(stopped=True, artist=True)
    assert person.roles == frozenset()
    with pytest.raises(WrongState):
        roles.grant_role(actor=operator, user=person, role="buyer")


def test_an_unknown_role_and_a_huge_reason_are_refused():
    operator, person = UserFactory(operator=True), UserFactory()
    with pytest.raises(Invalid):
        roles.grant_role(actor=operator, user=person, role="emperor")
    with pytest.raises(Invalid):
        roles.grant_role(actor=operator, user=person, role="buyer", reason="字" * 100_000)
    assert person.roles == frozenset()


def test_the_bureau_edits_pages_while_it_holds_the_role():
    editors, _made = Group.objects.get_or_create(name="Editors")
    operator, person = UserFactory(operator=True), UserFactory()
    roles.grant_role(actor=operator, user=person, role="bureau")
    assert editors in person.groups.all() and not person.is_staff
    roles.revoke_role(actor=operator, user=person, role="bureau")
    assert editors not in person.groups.all()


def test_only_registrars_write_down_owners_without_an_account():
    assert (
        create_party(actor=UserFactory(registrar=True), kind="person", name=" 某 人 ").name
        == "某 人"
    )
    with pytest.raises(NotAllowed):
        create_party(actor=UserFactory(artist=True), kind="person", name="某人")
    with pytest.raises(Invalid):
        create_party(actor=UserFactory(registrar=True), kind="person", name="字" * 10_000)
    person = UserFactory()
    assert party_of(person) == party_of(person)


def test_an_operator_grants_and_revokes_at_his_desk(client):
    operator, person = UserFactory(operator=True), UserFactory()
    client.force_login(operator)
    page = reverse("accounts:operator_person", args=[person.pk])
    for do in ("grant", "revoke"):
        answer = client.post(page, {"do": do, "role": "registrar", "reason": "调岗"})
        assert answer.status_code == 302
    shown = client.get(page).content.decode()
    assert "登记员" in shown and "调岗" in shown
    assert client.post(page, {"do": "grant", "role": "registrar"}).status_code == 422
    log = client.get(reverse("accounts:event_log"), {"action": "role.", "actor": operator.email})
    assert log.context["page"].paginator.count == 2
