"""Predicates on people's roles, shared by services, views, API and admin."""

import rules
from django.db.models import Q, QuerySet

from .enums import MemberRole
from .models import Membership, Party, User


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
        and organisation.memberships.filter(
            user=user, role=MemberRole.ADMIN, ended_at__isnull=True
        ).exists()
    )


def parties_of(user: User) -> QuerySet[Party]:
    """For whom this person acts: himself, and the organisations whose administrator he is."""
    administered = Membership.objects.filter(
        user=user, role=MemberRole.ADMIN, ended_at__isnull=True, organisation__is_active=True
    )
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
