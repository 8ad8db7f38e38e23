"""Grant and revoke roles; who did what, when and why is kept.

Grants are rows that end and never vanish. At least one active operator is left, whatever happens
at the same time: everybody concerned is locked before the count.
"""

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import SELF_SERVICE_ROLES, STAFF_ROLES, Role
from artmarket.accounts.locks import lock_user, lock_users
from artmarket.accounts.models import Organisation, RoleGrant, User
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event

from .parties import party_of
from .security import end_sessions

__all__ = [
    "grant_role",
    "party_of",
    "revoke_role",
    "set_active",
    "sync_cms_group",
    "take_self_service_role",
]

MAX_REASON = 500
# Groups of the content system: Wagtail's own two, and the two of its workflow (cms/setup.py).
CMS_GROUPS = {
    Role.BUREAU: "Editors",
    Role.APPROVER: "Approvers",
    Role.PUBLISHER: "Publishers",
    Role.OPERATOR: "Moderators",
}


@transaction.atomic(durable=True)
def take_self_service_role(*, actor: User, role: str) -> RoleGrant:
    """A person takes a role that needs nobody's consent (buyer, artist).

    Raises `NotAllowed` for any other role. Taking it twice changes nothing.
    """
    if role not in SELF_SERVICE_ROLES:
        raise NotAllowed()
    person = lock_user(pk=actor.pk)
    grant = _grant(granted_by=person, user=person, role=role, organisation=None, reason="")
    _forget(actor)
    return grant


@transaction.atomic(durable=True)
def grant_role(
    *,
    actor: User,
    user: User,
    role: str,
    organisation: Organisation | None = None,
    reason: str = "",
) -> RoleGrant:
    """An operator grants a role, with a reason. Granting it twice changes nothing.

    Raises `NotAllowed`, `Invalid` (unknown role, reason too long), `WrongState` (inactive person).
    """
    locked = lock_users(pks={actor.pk, user.pk})
    if not locked[actor.pk].has_perm("accounts.manage_roles"):
        raise NotAllowed()
    grant = _grant(
        granted_by=locked[actor.pk],
        user=locked[user.pk],
        role=role,
        organisation=organisation,
        reason=_checked_reason(reason),
    )
    _forget(actor, user)
    user.is_staff = locked[user.pk].is_staff
    return grant


@transaction.atomic(durable=True)
def revoke_role(*, actor: User, user: User, role: str, reason: str = "") -> None:
    """An operator takes a role back, with a reason. The last operator can't be removed.

    Raises `NotAllowed`, `WrongState` (not held any more), `DomainError` (`last_operator`).
    """
    reason = _checked_reason(reason)
    locked = _lock_for_leaving(actor, user, role=role)
    if not locked[actor.pk].has_perm("accounts.manage_roles"):
        raise NotAllowed()
    grant = RoleGrant.objects.filter(user=user, role=role, revoked_at__isnull=True).first()
    if grant is None:
        raise WrongState(_("这个人已经没有这个角色。"))
    if role == Role.OPERATOR:
        _check_an_operator_is_left(without=user)
    grant.revoked_at = Now()
    grant.revoked_by = actor
    grant.save(update_fields=["revoked_at", "revoked_by"])
    _sync(locked[user.pk])
    _forget(actor, user)
    record_event(
        actor=actor, action="role.revoked", subject=user, before={"role": role}, reason=reason
    )


@transaction.atomic(durable=True)
def set_active(*, actor: User, user: User, is_active: bool, reason: str = "") -> User:
    """An operator stops an account, which ends its sessions, or lets it in again.

    Setting what is set changes nothing.

    Raises `NotAllowed`, `DomainError` (`last_operator`).
    """
    reason = _checked_reason(reason)
    locked = _lock_for_leaving(actor, user, role=Role.OPERATOR)
    if not locked[actor.pk].has_perm("accounts.manage_people"):
        raise NotAllowed()
    person = locked[user.pk]
    if person.is_active == is_active:
        return person
    if not is_active and Role.OPERATOR in person.granted_roles:
        _check_an_operator_is_left(without=person)
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    _sync(person)
    if not is_active:
        end_sessions(user=person)
    record_event(
        actor=actor,
        action="user.activated" if is_active else "user.stopped",
        subject=person,
        before={"is_active": not is_active},
        after={"is_active": is_active},
        reason=reason,
    )
    return person


def sync_cms_group(user: User) -> None:
    """Put the person into the editors' groups of the content system that his roles ask for.

    Groups that do not exist (yet) are passed over; other groups stay as they are.
    """
    for role, name in CMS_GROUPS.items():
        group = Group.objects.filter(name=name).first()
        if group is None:
            continue
        if role in user.granted_roles:
            user.groups.add(group)
        else:
            user.groups.remove(group)


def _grant(
    *, granted_by: User, user: User, role: str, organisation: Organisation | None, reason: str
) -> RoleGrant:
    """`user` is locked."""
    if role not in Role.values:
        raise Invalid(
            _("没有这个角色。"), code="unknown_role", fields={"role": _("请从列表中选择。")}
        )
    if not user.is_active:
        raise WrongState(_("这个账户已经停用，不能授予角色。"))
    existing = RoleGrant.objects.filter(user=user, role=role, revoked_at__isnull=True).first()
    if existing:
        return existing
    try:
        grant = RoleGrant.objects.create(
            user=user, role=role, organisation=organisation, granted_by=granted_by
        )
    except IntegrityError as error:
        raise WrongState() from error
    _sync(user)
    party_of(user)
    record_event(
        actor=granted_by, action="role.granted", subject=user, after={"role": role}, reason=reason
    )
    return grant


def _lock_for_leaving(actor: User, user: User, *, role: str) -> dict[int, User]:
    """Lock everybody on whom the answer depends: for an operator's role, all the operators."""
    pks = {actor.pk, user.pk}
    if role == Role.OPERATOR:
        pks.update(operators().values_list("user_id", flat=True))
    return lock_users(pks=pks)


def operators() -> QuerySet[RoleGrant]:
    """The grants of operators in force."""
    return RoleGrant.objects.filter(
        role=Role.OPERATOR, revoked_at__isnull=True, user__is_active=True
    )


def _check_an_operator_is_left(*, without: User) -> None:
    if not operators().exclude(user=without).exists():
        raise DomainError(
            _("至少要保留一位平台管理员。"),
            code="last_operator",
            hint=_("先授予另一个人这个角色。"),
        )


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if len(reason) > MAX_REASON:
        raise Invalid(fields={"reason": _("理由不超过500个字。")})
    return reason


def _forget(*people: User) -> None:
    """The callers' own copies read the roles again."""
    for person in people:
        person.forget_roles()


def _sync(user: User) -> None:
    """Staff of the platform may enter the admin (with a second factor); nobody else."""
    _forget(user)
    is_staff = user.is_superuser or not user.granted_roles.isdisjoint(STAFF_ROLES)
    if user.is_staff != is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])
    sync_cms_group(user)
