"""Predicates on people's roles, shared by services, views, API and admin."""

import rules
from django.db.models import Q, QuerySet

from .models import IdentityCheck, Licence, Membership, Party, User


@rules.predicate
def is_active(user) -> bool:
    return bool(user and user.is_authenticated and user.is_active)


def holds(*roles: str):
    """A predicate: the person holds one of these roles."""

    @rules.predicate(f"holds:{','.join(roles)}")
    def predicate(user) -> bool:
        return bool(user and user.is_authenticated and user.is_active and user.has_role(*roles))

    return predicate


@rules.predicate
def is_member(user, organisation) -> bool:
    """A member in force of an organisation in force."""
    return bool(
        organisation is not None
        and organisation.is_active
        and organisation.memberships.filter(user=user, ended_at__isnull=True).exists()
    )


@rules.predicate
def is_organisation_admin(user, organisation) -> bool:
    return bool(
        organisation is not None
        and organisation.is_active
        and organisation.memberships.admins().filter(user=user).exists()
    )


@rules.predicate
def is_applicant(user, row: IdentityCheck | Licence | None) -> bool:
    """The person himself, or an administrator of the organisation."""
    if row is None:
        return False
    if row.user_id:
        return row.user_id == user.pk
    return is_organisation_admin(user, row.organisation)


@rules.predicate
def is_concerned(user, row: IdentityCheck | Licence | None) -> bool:
    """Whose own check or licence it is, or whose organisation's, in whatever position."""
    if row is None:
        return False
    if user.pk in (row.user_id, row.created_by_id):
        return True
    organisation = row.organisation
    return bool(organisation and organisation.memberships.filter(user=user).exists())


def parties_of(user: User) -> QuerySet[Party]:
    """For whom this person acts: himself, and the organisations whose administrator he is.

    A program that speaks for him acts for one of these only (`acts_for`, artmarket.api.capacity).
    """
    administered = Membership.objects.administering().filter(user=user)
    if user.acts_for == User.HIMSELF:
        return Party.objects.filter(user=user)
    if user.acts_for is not None:
        administered = administered.filter(organisation=user.acts_for)
        return Party.objects.filter(organisation__in=administered.values("organisation"))
    return Party.objects.filter(
        Q(user=user) | Q(organisation__in=administered.values("organisation"))
    )


is_operator = holds("operator")
is_registrar = holds("registrar", "operator")

rules.add_perm("accounts.manage_roles", is_operator)
rules.add_perm("accounts.manage_people", is_operator)
rules.add_perm("accounts.manage_organisations", is_operator)
rules.add_perm("accounts.see_organisation", is_operator | (is_active & is_member))
rules.add_perm("accounts.manage_members", is_operator | (is_active & is_organisation_admin))
rules.add_perm("accounts.create_party", is_registrar)
rules.add_perm("accounts.view_events", is_registrar)
rules.add_perm("accounts.identity_desk", is_registrar)
rules.add_perm("accounts.edit_check", is_active & is_applicant)
rules.add_perm("accounts.decide_check", is_registrar & ~is_concerned)
rules.add_perm("accounts.edit_licence", is_active & is_applicant)
rules.add_perm("accounts.decide_licence", is_registrar & ~is_concerned)
