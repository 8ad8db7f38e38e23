"""Reads of tokens and webhooks for their pages and routes."""

from django.db.models import Count, Q, QuerySet

from artmarket.accounts.models import User

from .capacity import organisations_of
from .enums import DeliveryState
from .models import Endpoint, Token


def _managed_by(person: User) -> Q:
    return Q(owner=person) | Q(organisation__in=organisations_of(person))


def tokens_of(person: User) -> QuerySet[Token]:
    """His own tokens and those of the organisations that he administers, newest first."""
    return (
        Token.objects.filter(_managed_by(person))
        .select_related("owner", "organisation")
        .order_by("revoked_at", "-pk")
    )


def endpoints_of(person: User) -> QuerySet[Endpoint]:
    """His own endpoints and those of the organisations that he administers."""
    return (
        Endpoint.objects.filter(_managed_by(person), removed_at__isnull=True)
        .select_related("owner", "organisation")
        .annotate(
            waiting=Count("deliveries", filter=Q(deliveries__state=DeliveryState.PENDING)),
            failed=Count("deliveries", filter=Q(deliveries__state=DeliveryState.FAILED)),
        )
        .order_by("pk")
    )


def endpoints_of_token(token: Token) -> QuerySet[Endpoint]:
    """The endpoints of exactly the capacity that the token has."""
    return Endpoint.objects.filter(
        owner=token.owner_id,
        role=token.role,
        organisation=token.organisation_id,
        removed_at__isnull=True,
    ).order_by("pk")
