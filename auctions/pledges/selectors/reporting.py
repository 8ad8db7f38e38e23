"""Whose reports a person may read."""

from django.db.models import QuerySet

from artmarket.accounts.models import Membership, User

from ..models import Lender
from ..permissions import is_operator


def lenders_of(user: User) -> QuerySet[Lender] | None:
    """The live lenders for whom a person works, all of them for an operator; None for others."""
    rows = Lender.objects.live().select_related("organisation").order_by("organisation__name")
    if user.is_active and is_operator(user):
        return rows
    work = Membership.objects.filter(user=user, ended_at__isnull=True, organisation__is_active=True)
    own = rows.filter(organisation__in=work.values("organisation"))
    return own if user.is_active and own.exists() else None
