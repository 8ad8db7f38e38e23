"""What two people share: a network, a browser, an organisation, a paper, a telephone, an address.

Of a session the platform keeps its address only while it lives; here a keyed hash of it is kept for
the days of the rule book, enough to tell equal from unequal. No payment reference is kept anywhere
yet, so none is compared.
"""

import ipaddress
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from allauth.usersessions.models import UserSession

from artmarket import rulebook
from artmarket.accounts.models import IdentityCheck, Membership, Party, User
from artmarket.core.clock import db_now
from artmarket.core.sealed import fingerprint

from .. import citations
from ..models import SessionTrace, TraceKind

PHONE_DIGITS: Final = 11
"""Of a mainland mobile number; what stands before them is the country's code."""
Mark = tuple[str, str]
"""A kind of thing that can be shared, and its value or hash."""


def network_of(address: str) -> str:
    """The network that an address stands for: itself, or of IPv6 the first 64 bits."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip if ip.version == 4 else ipaddress.ip_network((ip, 64), strict=False))


def keep_traces(users: Collection[int], now: datetime) -> None:
    """Keep hashes of where the living sessions of these people come from."""
    found: dict[tuple[int, str, str], datetime] = {}
    for session in UserSession.objects.filter(user__in=users):
        network = network_of(session.ip)
        for kind, text in (
            (TraceKind.NETWORK, network),
            (TraceKind.BROWSER, f"{network} {session.user_agent}"),
        ):
            found[session.user_id, kind, fingerprint(text, kind=f"session {kind}")] = now
    SessionTrace.objects.bulk_create(
        [
            SessionTrace(user_id=user, kind=kind, digest=digest, last_at=at)
            for (user, kind, digest), at in sorted(found.items())
        ],
        update_conflicts=True,
        unique_fields=["user", "kind", "digest"],
        update_fields=["last_at"],
    )


def forget_old_traces() -> int:
    """Delete the hashes whose days are over; returns how many."""
    days = timedelta(days=rulebook.get(citations.TRACE_DAYS))
    count, _rows = SessionTrace.objects.filter(last_at__lt=db_now() - days).delete()
    return count


def people_of(parties: Iterable[Party]) -> dict[int, set[int]]:
    """By party: the person, or the members in force of the organisation."""
    rows = list(parties)
    members: dict[int, set[int]] = defaultdict(set)
    held = Membership.objects.filter(
        organisation__in=[row.organisation_id for row in rows if row.organisation_id],
        ended_at__isnull=True,
    )
    for organisation, user in held.values_list("organisation", "user"):
        members[organisation].add(user)
    return {
        row.pk: {row.user_id} if row.user_id else members[row.organisation_id or 0] for row in rows
    }


def marks_of(users: Collection[int]) -> dict[int, set[Mark]]:
    """What each of these people can share with another; five queries."""
    found: dict[int, set[Mark]] = defaultdict(set)
    for user, kind, digest in SessionTrace.objects.filter(user__in=users).values_list(
        "user", "kind", "digest"
    ):
        found[user].add((kind, digest))
    held = Membership.objects.filter(user__in=users, ended_at__isnull=True)
    for user, organisation, address in held.values_list(
        "user", "organisation", "organisation__address"
    ):
        found[user].add(("organisation", str(organisation)))
        if address.strip():
            found[user].add(("address", address.strip()))
    papers = IdentityCheck.objects.filter(user__in=users).exclude(number_digest="")
    for user, digest in papers.values_list("user", "number_digest"):
        found[user or 0].add(("paper", digest))
    for user, phone in (
        User.objects.filter(pk__in=users).exclude(phone="").values_list("pk", "phone")
    ):
        found[user].add(("phone", "".join(c for c in phone if c.isdigit())[-PHONE_DIGITS:]))
    return found


def shared(one: Iterable[int], others: Iterable[int], marks: dict[int, set[Mark]]) -> list[str]:
    """The kinds of what any of these people shares with any of the others, himself not counted."""
    mine, theirs = set(one), set(others)
    kinds = {"person"} if mine & theirs else set()
    for user in mine:
        for other in theirs - {user}:
            kinds |= {kind for kind, _value in marks.get(user, set()) & marks.get(other, set())}
    return sorted(kinds - {"network"} if "browser" in kinds else kinds)
