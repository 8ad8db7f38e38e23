"""Organisations and who acts for them.

Operators make organisations and appoint the first administrator; administrators look after the
members. An organisation that has administrators keeps one. Memberships end and never vanish.
"""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.enums import MemberRole
from artmarket.accounts.locks import lock_organisation
from artmarket.accounts.models import Membership, Organisation, Party, User
from artmarket.core.errors import DomainError, Invalid, NotAllowed, WrongState
from artmarket.core.events import diff, record_event, snapshot

from .parties import party_of_organisation


@dataclass(frozen=True, slots=True)
class OrganisationInput:
    """What an organisation's page says."""

    kind: str
    name: str
    slug: str
    name_en: str = ""
    about: str = ""
    about_en: str = ""
    address: str = ""
    website: str = ""
    is_active: bool = True


FIELDS = tuple(OrganisationInput.__dataclass_fields__)
MAX_ABOUT = 4000


@transaction.atomic(durable=True)
def create_organisation(*, actor: User, given: OrganisationInput) -> Organisation:
    """An operator makes an organisation, with its party. Raises `NotAllowed`, `Invalid`."""
    if not actor.has_perm("accounts.manage_organisations"):
        raise NotAllowed()
    organisation = Organisation(**asdict(given))
    _check(organisation)
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:  # somebody was faster with the same name
        raise Invalid(fields={"name": _("已有同名或同网址名的单位。")}) from error
    party_of_organisation(organisation)
    record_event(
        actor=actor,
        action="organisation.created",
        subject=organisation,
        after=snapshot(organisation, ["kind", "name", "slug"]),
    )
    return organisation


@transaction.atomic(durable=True)
def update_organisation(
    *, actor: User, organisation_id: int, given: OrganisationInput
) -> Organisation:
    """An operator changes an organisation, and its party's name with it.

    Writing what is written leaves no event.
    """
    organisation = lock_organisation(pk=organisation_id)
    if not actor.has_perm("accounts.manage_organisations"):
        raise NotAllowed()
    before = snapshot(organisation, FIELDS)
    for field, value in asdict(given).items():
        setattr(organisation, field, value)
    _check(organisation)
    old, new = diff(before, snapshot(organisation, FIELDS))
    if not new:
        return organisation
    try:
        with transaction.atomic():
            organisation.save(update_fields=list(new))
    except IntegrityError as error:
        raise Invalid(fields={"name": _("已有同名或同网址名的单位。")}) from error
    if "name" in new:
        Party.objects.filter(organisation=organisation).update(name=organisation.name)
    record_event(
        actor=actor, action="organisation.changed", subject=organisation, before=old, after=new
    )
    return organisation


@transaction.atomic(durable=True)
def add_member(
    *, actor: User, organisation_id: int, user: User, role: str = MemberRole.MEMBER
) -> Membership:
    """Let a person act for the organisation. Adding a member twice changes nothing.

    Raises `NotAllowed`, `Invalid` (unknown role), `WrongState` (account stopped).
    """
    organisation = _managed(actor, organisation_id)
    _check_role(role)
    if not user.is_active:
        raise WrongState(_("这个账户已经停用，不能加入。"))
    current = organisation.memberships.filter(user=user, ended_at__isnull=True).first()
    if current:
        return current
    membership = Membership.objects.create(organisation=organisation, user=user, role=role)
    record_event(
        actor=actor,
        action="organisation.member_added",
        subject=organisation,
        after={"user": user.pk, "role": role},
    )
    return membership


@transaction.atomic(durable=True)
def change_member_role(*, actor: User, membership_id: int, role: str) -> Membership:
    """Make a member an administrator or the other way round; the last administrator stays one."""
    _check_role(role)
    organisation = _managed(actor, _organisation_of(membership_id))
    membership = _live(organisation, membership_id)
    if membership.role == role:
        return membership
    if membership.role == MemberRole.ADMIN:
        _check_an_admin_is_left(without=membership)
    before, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    record_event(
        actor=actor,
        action="organisation.member_changed",
        subject=organisation,
        before={"user": membership.user_id, "role": before},
        after={"user": membership.user_id, "role": role},
    )
    return membership


@transaction.atomic(durable=True)
def end_membership(*, actor: User, membership_id: int) -> Membership:
    """A member leaves, or is let go by an administrator; the last administrator can't leave."""
    organisation = lock_organisation(pk=_organisation_of(membership_id))
    membership = _live(organisation, membership_id)
    if membership.user_id != actor.pk and not actor.has_perm(
        "accounts.manage_members", organisation
    ):
        raise NotAllowed()
    if membership.role == MemberRole.ADMIN:
        _check_an_admin_is_left(without=membership)
    membership.ended_at = Now()
    membership.save(update_fields=["ended_at"])
    record_event(
        actor=actor,
        action="organisation.member_left",
        subject=organisation,
        before={"user": membership.user_id, "role": membership.role},
    )
    return membership


def _check(organisation: Organisation) -> None:
    fields: dict[str, Any] = {}
    try:
        organisation.full_clean()
    except ValidationError as error:
        fields = {name: messages[0] for name, messages in error.message_dict.items()}
    for name in ("about", "about_en"):
        if len(getattr(organisation, name)) > MAX_ABOUT:
            fields[name] = _("简介不超过4,000个字。")
    if fields:
        raise Invalid(fields=fields)


def _check_role(role: str) -> None:
    if role not in MemberRole.values:
        raise Invalid(fields={"role": _("请从列表中选择。")})


def _managed(actor: User, organisation_id: int) -> Organisation:
    organisation = lock_organisation(pk=organisation_id)
    if not actor.has_perm("accounts.manage_members", organisation):
        raise NotAllowed()
    return organisation


def _organisation_of(membership_id: int) -> int:
    found = (
        Membership.objects.filter(pk=membership_id)
        .values_list("organisation_id", flat=True)
        .first()
    )
    if found is None:
        raise WrongState()
    return found


def _live(organisation: Organisation, membership_id: int) -> Membership:
    """The membership as it stands under the organisation's lock."""
    found = organisation.memberships.filter(pk=membership_id, ended_at__isnull=True).first()
    if found is None:
        raise WrongState(_("这个人已经不是成员。"))
    return found


def is_only_administrator(membership: Membership) -> bool:
    """Whether the organisation would be left without an administrator who can sign in."""
    others = membership.organisation.memberships.admins().filter(user__is_active=True)
    return not others.exclude(pk=membership.pk).exists()


def _check_an_admin_is_left(*, without: Membership) -> None:
    if is_only_administrator(without):
        raise DomainError(
            _("单位至少要保留一位管理员。"), code="last_admin", hint=_("先让另一位成员做管理员。")
        )
