"""How many places are left in sessions, read for many at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from ..models import Session, TicketType


@dataclass(slots=True)
class _Quota:
    left: int | None
    types: set[int] = field(default_factory=set)


def seats_left(keys: Collection[int]) -> dict[int, int | None]:
    """The places left in each of these sessions, None where there is no limit. Two queries.

    A ticket type has as many as the tightest quota that it touches; a session as many as the best
    of the ticket types that are offered. Without ticket types, the quotas that hold for all count.
    """
    if not keys:
        return {}
    rows = Session.objects.filter(pk__in=keys)
    types = offered_types(TicketType.objects.filter(programme__sessions__in=keys).distinct())
    found = seats_in(rows, types)
    return {key: left for sessions in found.values() for key, left in sessions.items()}


def offered_types(rows: QuerySet[TicketType]) -> dict[int, list[int]]:
    """The ticket types that can be booked, by programme. One query."""
    types: dict[int, list[int]] = defaultdict(list)
    for programme, ticket in rows.filter(is_offered=True).values_list("programme_id", "pk"):
        types[programme].append(ticket)
    return types


def seats_in(
    rows: QuerySet[Session], types: Mapping[int, Sequence[int]]
) -> dict[int, dict[int, int | None]]:
    """`seats_left` of a query, by programme; `types` those that are offered. One query."""
    quotas: dict[tuple[int, int], dict[int, _Quota]] = defaultdict(dict)
    values = rows.values_list(
        "programme_id", "pk", "quotas__pk", "quotas__size", "quotas__taken",
        "quotas__ticket_types__pk",
    )  # fmt: skip
    for programme, key, quota, size, taken, ticket in values.order_by():
        of_session = quotas[programme, key]
        if quota is None:
            continue
        left = None if size is None else max(size - taken, 0)
        found = of_session.setdefault(quota, _Quota(left))
        if ticket is not None:
            found.types.add(ticket)
    whole: dict[int, dict[int, int | None]] = defaultdict(dict)
    for (programme, key), of_session in quotas.items():
        whole[programme][key] = _left(list(of_session.values()), types.get(programme, ()))
    return whole


def _left(quotas: list[_Quota], types: Sequence[int]) -> int | None:
    best = 0
    for ticket in types or [0]:
        limits = [q.left for q in quotas if not q.types or ticket in q.types]
        known = [left for left in limits if left is not None]
        if not known:
            return None
        best = max(best, min(known))
    return best
