"""Whose lenders a person works for."""

from artmarket.accounts.models import Membership, User

from ..models import Lender
from ..models.lenders import LenderQuerySet


def lenders_of(user: User) -> LenderQuerySet:
    """The lenders for whom a person works, also those that are not in business any more."""
    own = Membership.objects.filter(user=user, ended_at__isnull=True)
    rows = Lender.objects.filter(
        organisation__in=own.values("organisation"), organisation__is_active=True
    )
    return rows.select_related("organisation")
