"""People and organisations of the demonstration district, with their roles.

Accounts are made here because a person makes his own by signing up, which has no service; roles
go through the service except the first operator's, who has nobody to grant it.
"""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from artmarket.accounts.enums import PartyKind, Role
from artmarket.accounts.models import Membership, Organisation, Party, RoleGrant, User
from artmarket.accounts.services.roles import grant_role, party_of
from artmarket.core import demo
from artmarket.core.events import record_event
from catalog.demo.facts.people import ACCOUNTS, ORGANISATIONS, AccountFacts, OrganisationFacts


def load_people(stage: demo.Stage) -> None:
    """Make organisations, accounts, memberships and roles that are not there yet."""
    password = make_password(demo.PASSWORD)  # slow by design, so once for all of them
    people = {facts.key: _account(facts, password) for facts in ACCOUNTS}
    operator = people["operator"]
    _first_operator(operator)
    organisations = {facts.slug: _organisation(facts, operator) for facts in ORGANISATIONS}
    for facts in ACCOUNTS:
        user = people[facts.key]
        organisation = organisations.get(facts.organisation)
        if organisation is not None:
            _join(user, organisation, facts.member_role)
        if not user.has_role(facts.role):
            grant_role(actor=operator, user=user, role=facts.role, organisation=organisation)
            user.__dict__.pop("roles", None)
        party_of(user)
    stage.say(f"people: {len(ACCOUNTS)} accounts, {len(ORGANISATIONS)} organisations")


def people_are_loaded() -> bool:
    """Whether every account is there."""
    wanted = [demo.address(facts.key) for facts in ACCOUNTS]
    granted = RoleGrant.objects.filter(user__email__in=wanted, revoked_at__isnull=True)
    return granted.values("user").distinct().count() == len(wanted)


def account(key: str) -> User:
    """The account of the district with this key (the part of its address before the @)."""
    return User.objects.get(email=demo.address(key))


def organisation_party(slug: str) -> Party:
    """The organisation as a holder of title."""
    return Party.objects.get(organisation__slug=slug)


@transaction.atomic(durable=True)
def _account(facts: AccountFacts, password: str) -> User:
    email = demo.address(facts.key)
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create(
            email=email, password=password, display_name=facts.name, language=facts.language
        )
        record_event(actor=None, action="account.made", subject=user, demo=True)
    EmailAddress.objects.get_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    return user


@transaction.atomic(durable=True)
def _first_operator(operator: User) -> None:
    """The first operator has nobody above him; the platform itself grants the role."""
    if operator.has_role(Role.OPERATOR):
        return
    RoleGrant.objects.create(user=operator, role=Role.OPERATOR, granted_by=None)
    operator.is_staff = True
    operator.save(update_fields=["is_staff"])
    operator.__dict__.pop("roles", None)
    record_event(actor=None, action="role.granted", subject=operator, after={"role": Role.OPERATOR})


@transaction.atomic(durable=True)
def _organisation(facts: OrganisationFacts, operator: User) -> Organisation:
    organisation = Organisation.objects.filter(slug=facts.slug).first()
    if organisation is None:
        organisation = Organisation.objects.create(
            slug=facts.slug,
            kind=facts.kind,
            name=facts.name,
            name_en=facts.name_en,
            address=facts.address,
            about=facts.about,
            about_en=facts.about_en,
        )
        record_event(
            actor=operator,
            action="organisation.made",
            subject=organisation,
            after={"name": facts.name, "kind": facts.kind},
        )
    Party.objects.get_or_create(
        organisation=organisation,
        defaults={"kind": PartyKind.ORGANISATION, "name": facts.name, "is_public": True},
    )
    return organisation


@transaction.atomic(durable=True)
def _join(user: User, organisation: Organisation, role: str) -> None:
    _membership, made = Membership.objects.get_or_create(
        organisation=organisation, user=user, ended_at=None, defaults={"role": role}
    )
    if made:
        record_event(
            actor=None,
            action="organisation.joined",
            subject=organisation,
            after={"user": user.pk, "role": role},
        )
