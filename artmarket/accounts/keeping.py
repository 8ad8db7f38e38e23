"""The accounts' own part of the personal data: what is told, what is kept, how it is forgotten."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _

from artmarket.core.clock import db_today
from artmarket.core.models import Event
from media.permissions import register_purpose

from . import personal_data
from .enums import OPEN_CHECKS, Role
from .models import Evidence, IdentityCheck, Licence, User
from .personal_data import Hold
from .services.evidence import PURPOSE
from .services.identity import withdraw_check
from .services.organisations import is_only_administrator
from .services.privacy import ERASURE_RULE, KEEP_RULE, UNPROVED, clear_check, kept_until
from .services.roles import operators


def announce() -> None:
    """Register the parts and the purpose of the papers; called once at start."""
    register_purpose(PURPOSE, readers=may_read_evidence)
    personal_data.register("account", _("账户"), copy=_account, holds=_account_holds)
    personal_data.register(
        "identity", _("身份核验与许可"), copy=_identity, holds=_identity_holds, forget=_forget
    )
    personal_data.register("looks", _("谁看过我的信息"), copy=_looks)
    personal_data.register("deeds", _("我的操作记录"), copy=_deeds)


def may_read_evidence(user: User, document: Any) -> bool:
    """Registrars who may decide, and those for whom the paper was handed in."""
    evidence = (
        Evidence.objects.select_related("check_of__organisation", "licence__organisation")
        .filter(document=document)
        .first()
    )
    if evidence is None:
        return False
    if evidence.check_of:
        names, row = ("accounts.edit_check", "accounts.decide_check"), evidence.check_of
        return any(user.has_perm(name, row) for name in names)
    names = ("accounts.edit_licence", "accounts.decide_licence")
    return any(user.has_perm(name, evidence.licence) for name in names)


def _account(user: User) -> Iterable[dict[str, Any]]:
    yield {
        "email": user.email,
        "display_name": user.display_name,
        "phone": user.phone,
        "language": user.language,
        "date_joined": user.date_joined,
        "addresses": list(
            EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
        ),
        "roles": list(user.role_grants.values("role", "granted_at", "revoked_at")),
        "organisations": list(
            user.memberships.values("organisation__name", "role", "since", "ended_at")
        ),
    }


def _account_holds(user: User) -> Iterable[Hold]:
    if user.has_role(Role.OPERATOR) and not operators().exclude(user=user).exists():
        yield Hold(_("你是唯一的平台管理员。"), ERASURE_RULE, blocks=True)
    administered = user.memberships.administering().select_related("organisation")
    for membership in filter(is_only_administrator, administered):
        words = _("你是“%(name)s”唯一的管理员，请先把它交给别人。")
        yield Hold(words % {"name": membership.organisation.name}, ERASURE_RULE, blocks=True)


def _identity(user: User) -> Iterable[dict[str, Any]]:
    for check in IdentityCheck.objects.filter(user=user).prefetch_related("evidence"):
        yield {
            "check": check.pk,
            "state": check.state,
            "legal_name": check.legal_name,
            "paper_kind": check.paper_kind,
            "number": check.number,
            "paper_until": check.paper_until,
            "consent_at": check.consent_at,
            "submitted_at": check.submitted_at,
            "decided_at": check.decided_at,
            "valid_until": check.valid_until,
            "reason": check.reason,
            "papers": [e.kind for e in check.evidence.all()],
        }
    for licence in Licence.objects.filter(user=user):
        yield {
            "licence": licence.pk,
            "kind": licence.kind,
            "number": licence.number,
            "authority": licence.authority,
            "scope": licence.scope,
            "valid_from": licence.valid_from,
            "valid_until": licence.valid_until,
            "state": licence.state,
        }


def _identity_holds(user: User) -> Iterable[Hold]:
    proved = IdentityCheck.objects.filter(
        user=user, valid_until__isnull=False, purged_at__isnull=True
    )
    days = [day for day in map(kept_until, proved) if day and day >= db_today()]
    if days:
        yield Hold(_("已核验的身份信息和证件材料"), KEEP_RULE, until=max(days))


def _forget(user: User) -> None:
    """Unproved checks go at once; proved ones are cleared by the duty after their term."""
    mine = IdentityCheck.objects.filter(user=user, purged_at__isnull=True)
    for pk in mine.filter(state__in=OPEN_CHECKS).values_list("pk", flat=True):
        withdraw_check(actor=user, check_id=pk)
    for pk in mine.filter(state__in=UNPROVED).values_list("pk", flat=True):
        clear_check(check_id=pk)


def _looks(user: User) -> Iterable[dict[str, Any]]:
    for access in user.data_accesses.select_related("actor"):
        yield {
            "at": access.at,
            "by": access.actor.display_name,
            "fields": access.fields,
            "purpose": access.purpose,
        }


def _deeds(user: User) -> Iterable[dict[str, Any]]:
    for event in Event.objects.filter(actor=user).order_by("pk").iterator(chunk_size=500):
        yield {
            "at": event.at,
            "action": event.action,
            "object": f"{event.object_type}:{event.object_id}",
        }
