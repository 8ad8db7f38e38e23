"""Grant and revoke roles; who did what and when is kept."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import SELF_SERVICE_ROLES, STAFF_ROLES, PartyKind, Role
from artmarket.accounts.locks import lock_user
from artmarket.accounts.models import Organisation, Party, RoleGrant, User
from artmarket.core.errors import DomainError, NotAllowed, WrongState
from artmarket.core.events import record_event


@transaction.atomic(durable=True)
def take_self_service_role(*, actor: User, role: str) -> RoleGrant:
    """A person takes a role that needs nobody's consent (buyer, artist).

    Raises `NotAllowed` for any other role. Taking it twice changes nothing.
    """
    if role not in SELF_SERVICE_ROLES:
        raise NotAllowed()
    return _grant(granted_by=actor, user=actor, role=role, organisation=None)


@transaction.atomic(durable=True)
def grant_role(
    *, actor: User, user: User, role: str, organisation: Organisation | None = None
) -> RoleGrant:
    """An operator grants a role. Granting it twice changes nothing."""
    if not actor.has_perm("accounts.manage_roles"):
        raise NotAllowed()
    return _grant(granted_by=actor, user=user, role=role, organisation=organisation)


@transaction.atomic(durable=True)
def revoke_role(*, actor: User, user: User, role: str) -> None:
    """An operator takes a role back. The last operator can't be removed."""
    if not actor.has_perm("accounts.manage_roles"):
        raise NotAllowed()
    lock_user(pk=user.pk)
    grant = RoleGrant.objects.filter(user=user, role=role, revoked_at__isnull=True).first()
    if grant is None:
        raise WrongState()
    operators = RoleGrant.objects.select_for_update().filter(
        role=Role.OPERATOR, revoked_at__isnull=True
    )
    if role == Role.OPERATOR and len(operators) <= 1:
        raise DomainError(_("至少要保留一位平台管理员。"), code="last_operator")
    grant.revoked_at = Now()
    grant.revoked_by = actor
    grant.save(update_fields=["revoked_at", "revoked_by"])
    _sync_staff_flag(user)
    record_event(actor=actor, action="role.revoked", subject=user, before={"role": role})


def _grant(
    *, granted_by: User, user: User, role: str, organisation: Organisation | None
) -> RoleGrant:
    if role not in Role.values:
        raise DomainError(_("没有这个角色。"), code="unknown_role", status=422)
    locked = lock_user(pk=user.pk)
    existing = RoleGrant.objects.filter(user=locked, role=role, revoked_at__isnull=True).first()
    if existing:
        return existing
    try:
        grant = RoleGrant.objects.create(
            user=locked, role=role, organisation=organisation, granted_by=granted_by
        )
    except IntegrityError as error:
        raise WrongState() from error
    _sync_staff_flag(user)
    party_of(user)
    record_event(actor=granted_by, action="role.granted", subject=user, after={"role": role})
    return grant


def _sync_staff_flag(user: User) -> None:
    """Staff of the platform may enter the admin; nobody else."""
    user.__dict__.pop("roles", None)
    is_staff = user.is_superuser or user.has_role(*STAFF_ROLES)
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


def party_of(user: User) -> Party:
    """The person as a holder of title; made at first use."""
    party, _created = Party.objects.get_or_create(
        user=user, defaults={"kind": PartyKind.PERSON, "name": user.display_name}
    )
    return party
