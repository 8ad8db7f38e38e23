"""Organisations and their members."""

from dataclasses import replace

import pytest
from django.urls import reverse

from artmarket.accounts.models import Membership
from artmarket.accounts.services import organisations as service
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.core.models import Event
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
GIVEN = service.OrganisationInput(kind="museum", name="风筝博物馆", slug="kite-museum")


def test_an_operator_makes_an_organisation_with_its_party():
    made = service.create_organisation(actor=UserFactory(operator=True), given=GIVEN)
    assert made.party.name == "风筝博物馆" and made.party.is_public
    assert Event.objects.about(made).count() == 1
    with pytest.raises(Invalid):
        service.create_organisation(actor=UserFactory(operator=True), given=GIVEN)
    with pytest.raises(NotAllowed):
        service.create_organisation(actor=UserFactory(registrar=True), given=GIVEN)


def test_writing_what_is_written_leaves_no_event():
    operator = UserFactory(operator=True)
    made = service.create_organisation(actor=operator, given=GIVEN)
    service.update_organisation(actor=operator, organisation_id=made.pk, given=GIVEN)
    assert Event.objects.about(made).count() == 1


def test_a_renamed_organisation_holds_title_under_its_new_name():
    operator = UserFactory(operator=True)
    made = service.create_organisation(actor=operator, given=GIVEN)
    service.update_organisation(
        actor=operator, organisation_id=made.pk, given=replace(GIVEN, name="改名画廊")
    )
    made.party.refresh_from_db()
    assert made.party.name == "改名画廊"


def test_the_last_administrator_neither_leaves_nor_steps_down():
    admin = MembershipFactory(admin=True)
    for refused in (
        lambda: service.end_membership(actor=admin.user, membership_id=admin.pk),
        lambda: service.change_member_role(actor=admin.user, membership_id=admin.pk, role="member"),
    ):
        with pytest.raises(DomainError) as error:
            refused()
        assert error.value.code == "last_admin"


def test_adding_twice_leaves_one_member_and_a_member_adds_nobody():
    admin = MembershipFactory(admin=True)
    person, where = UserFactory(), admin.organisation_id
    first = service.add_member(actor=admin.user, organisation_id=where, user=person)
    assert service.add_member(actor=admin.user, organisation_id=where, user=person) == first
    with pytest.raises(NotAllowed):
        service.add_member(actor=person, organisation_id=where, user=UserFactory())
    with pytest.raises(NotAllowed):
        service.end_membership(actor=person, membership_id=admin.pk)
    service.end_membership(actor=person, membership_id=first.pk)
    assert Membership.objects.filter(ended_at=None).count() == 1


def test_an_administrator_adds_only_confirmed_people_on_the_page(client):
    admin, person = MembershipFactory(admin=True), UserFactory()
    stranger = UserFactory(confirmed=False)
    client.force_login(admin.user)
    page = reverse("accounts:organisation", args=[admin.organisation.slug])
    refused = client.post(page, {"do": "add", "email": stranger.email, "role": "member"})
    unknown = client.post(page, {"do": "add", "email": "no@example.org", "role": "member"})
    assert refused.status_code == unknown.status_code == 422
    assert (
        client.post(
            page, {"do": "add", "email": person.email.upper(), "role": "member"}
        ).status_code
        == 302
    )
    assert person.display_name in client.get(page).content.decode()


def test_the_public_page_names_no_member(client):
    member = MembershipFactory(admin=True, organisation=OrganisationFactory(about="始于一九八四年"))
    page = reverse("accounts:organisation_page", args=[member.organisation.slug])
    shown = client.get(page).content.decode()
    assert "始于一九八四年" in shown and member.user.display_name not in shown
