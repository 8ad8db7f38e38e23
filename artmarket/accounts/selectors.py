"""Reads that the pages of people share."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from artmarket import rulebook
from artmarket.core.clock import SHANGHAI, db_today
from artmarket.core.models import Event

from .enums import CheckState, LicenceState
from .models import IdentityCheck, Licence, Membership, Organisation, RoleGrant, User, link_of

NOTICE_RULE = "identity.notice_days"


def people(*, q: str = "", role: str = "") -> QuerySet[User]:
    """People by part of the name or address and by role in force, newest first; two queries."""
    live = RoleGrant.objects.filter(revoked_at__isnull=True)
    found = User.objects.order_by("-pk").prefetch_related(
        Prefetch("role_grants", queryset=live, to_attr="live_grants")
    )
    if q.strip():
        found = found.filter(Q(display_name__icontains=q.strip()) | Q(email__icontains=q.strip()))
    if role:
        found = found.filter(pk__in=live.filter(role=role).values("user_id"))
    return found


def live_memberships(user: User) -> QuerySet[Membership]:
    """The organisations for which a person acts."""
    return (
        user.memberships.filter(ended_at__isnull=True, organisation__is_active=True)
        .select_related("organisation")
        .order_by("organisation__name")
    )


def events(given: Mapping[str, Any]) -> QuerySet[Event]:
    """The event log, filtered: `action` by its beginning, `actor` by address, days of Shanghai."""
    found = Event.objects.select_related("actor").order_by("-pk")
    if given.get("action"):
        found = found.filter(action__startswith=given["action"])
    if given.get("actor"):
        found = found.filter(actor__email__iexact=given["actor"].strip())
    for field in ("object_type", "object_id"):
        if given.get(field):
            found = found.filter(**{field: given[field]})
    if given.get("since"):
        found = found.filter(at__gte=datetime.combine(given["since"], time.min, SHANGHAI))
    if given.get("until"):
        end = given["until"] + timedelta(days=1)
        found = found.filter(at__lt=datetime.combine(end, time.min, SHANGHAI))
    return found


def administered(user: User) -> dict[str, Organisation]:
    """The organisations that a person administers, by their address name; one query."""
    found = user.memberships.administering().select_related("organisation")
    return {m.organisation.slug: m.organisation for m in found.order_by("organisation__name")}


def checks_to_decide() -> QuerySet[IdentityCheck]:
    """Submitted checks, the longest waiting first; one query."""
    return (
        IdentityCheck.objects.filter(state=CheckState.SUBMITTED)
        .select_related("user", "organisation", "created_by")
        .order_by("submitted_at", "pk")
    )


def licences_to_decide() -> QuerySet[Licence]:
    """Submitted licences, the longest waiting first; one query."""
    return (
        Licence.objects.filter(state=LicenceState.SUBMITTED)
        .select_related("user", "organisation")
        .order_by("created_at", "pk")
    )


def licences_ending() -> QuerySet[Licence]:
    """Licences in force that end within the days of the rule, the first to end first."""
    until = db_today() + timedelta(days=int(rulebook.get(NOTICE_RULE)))
    return (
        Licence.objects.filter(
            state=LicenceState.APPROVED, valid_until__gte=db_today(), valid_until__lte=until
        )
        .select_related("user", "organisation")
        .order_by("valid_until", "pk")
    )


def accounts_of_number(check: IdentityCheck) -> QuerySet[IdentityCheck]:
    """Checks of other accounts with the same number, whatever became of them."""
    if not check.number_digest:
        return IdentityCheck.objects.none()
    found = IdentityCheck.objects.filter(number_digest=check.number_digest).exclude(pk=check.pk)
    return found.exclude(**link_of(check.holder)).select_related("user", "organisation")
