"""Whose reports a person may read."""

from django.db.models import QuerySet

from artmarket.accounts.models import User

from ..models import Lender
from ..permissions import is_operator
from .lenders import lenders_of


def readable_lenders(user: User) -> QuerySet[Lender] | None:
    """The live lenders for whom a person works, all of them for an operator; None for others."""
    rows = Lender.objects.live().select_related("organisation").order_by("organisation__name")
    if user.is_active and is_operator(user):
        return rows
    own = lenders_of(user).live().order_by("organisation__name")
    return own if user.is_active and own.exists() else None
