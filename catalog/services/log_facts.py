"""Which facts of the registry go to the public log, and what of them is open.

Each function runs inside the transaction of its fact and queues one entry: registration, title
moved, an encumbrance taken or released, two numbers become one. Who and what kind stand there as
salted commitments only (rules `catalog.encumbrance_public`, `log.personal_only_committed`); salts
and values are kept in `LogSecret`, and erasure throws away those that name the person.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from artmarket.accounts.models import Party, PersonalDataAccess, User
from artmarket.core.clock import db_now
from artmarket.core.errors import DomainError, Invalid, NotAllowed
from artmarket.core.request_context import request_id
from catalog.engine.log import SALT_BYTES, canonical_json, commit
from catalog.models import Encumbrance, LogQueued, LogSecret, TitleEvent, Work

from .public_log import queue_entry

PERSONAL_RULE = "log.personal_only_committed"


@dataclass(frozen=True, slots=True)
class Private:
    """A value that is logged as a commitment: its exact words, and the party whom they name."""

    value: str
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A value with the salt that proves it: SHA-256 of salt and value is the commitment."""

    member: str
    value: str
    salt: bytes
    commitment: str


class NotKept(DomainError):
    """There is no such commitment, or its salt was thrown away."""

    code = "secret_not_kept"
    status = 404
    message = _("这一项没有可以出示的内容：日志里没有它，或者它的盐值已按本人要求销毁。")
    rule = PERSONAL_RULE


def queue_fact(
    *,
    kind: str,
    work: Work,
    at: datetime,
    told: Mapping[str, object] | None = None,
    private: Mapping[str, Private | Sequence[Private]] | None = None,
) -> LogQueued:
    """Queue one fact about a numbered work, inside the transaction of the fact.

    Args:
        kind: what happened, like "work.registered". `at`: when, by the database's clock.
        told: further members that everybody may read; never a name, a price, an address.
        private: members that are committed to; a list becomes a list of commitments.
    Returns:
        The row whose key is the ticket of the entry.
    """
    fact: dict[str, object] = {"kind": kind, "at": moment(at), "work": work.number, **(told or {})}
    kept: list[LogSecret] = []
    for member, values in (private or {}).items():
        if isinstance(values, Private):
            fact[member] = _committed(kept, work, member, values)
        else:
            fact[member] = [
                _committed(kept, work, f"{member}/{place}", value)
                for place, value in enumerate(values)
            ]
    queued = queue_entry(fact=fact)
    for secret in kept:
        secret.ticket = queued.pk
    LogSecret.objects.bulk_create(kept)
    return queued


def _committed(kept: list[LogSecret], work: Work, member: str, given: Private) -> str:
    salt = secrets.token_bytes(SALT_BYTES)
    kept.append(
        LogSecret(member=member, work=work, party=given.party, salt=salt, value=given.value)
    )
    return commit(given.value, salt)


def moment(at: datetime) -> str:
    """A moment as entries write it: ISO 8601, UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def registered(work: Work, owner: Party) -> LogQueued:
    """A work has got its number; committed are the holder and what was described."""
    assert work.registered_at is not None  # noqa: S101 - the caller has just set it
    return queue_fact(
        kind="work.registered",
        work=work,
        at=work.registered_at,
        private={"holders": [_holder(owner, 1, 1)], "record": Private(_record(work))},
    )


def _record(work: Work) -> str:
    """What tells this thing from others, as canonical JSON: words, size, digests of pictures."""
    pictures = work.photos.order_by("pk").values_list("image__sha256", flat=True)
    described = {
        "title": work.title,
        "date": work.date_text,
        "medium": work.medium_text,
        "dimensions": work.dimensions_text,
        "pictures": list(pictures),
    }
    return canonical_json(described).decode()


def title_moved(work: Work, event: TitleEvent, shares: Sequence[tuple[int, int, int]]) -> LogQueued:
    """Title has moved; committed are the new holders (party, numerator, denominator) and why."""
    assert event.checked_at is not None  # noqa: S101 - the caller has just set it
    parties = Party.objects.in_bulk([party for party, _n, _d in shares])
    return queue_fact(
        kind="title.moved",
        work=work,
        at=event.checked_at,
        private={
            "holders": [_holder(parties[party], n, d) for party, n, d in shares],
            "basis": Private(event.basis),
        },
    )


def encumbrance_taken(work: Work, encumbrance: Encumbrance) -> LogQueued:
    """Something lies on the work; since when is open, what and for whom is committed."""
    return queue_fact(
        kind="encumbrance.taken",
        work=work,
        at=encumbrance.taken_at,
        told={"since": moment(encumbrance.taken_at)},
        private=_of_encumbrance(encumbrance),
    )


def encumbrance_released(work: Work, encumbrance: Encumbrance) -> LogQueued:
    """It lies there no more; `since` names the one that was taken then."""
    assert encumbrance.released_at is not None  # noqa: S101 - the caller has just set it
    return queue_fact(
        kind="encumbrance.released",
        work=work,
        at=encumbrance.released_at,
        told={"since": moment(encumbrance.taken_at)},
        private=_of_encumbrance(encumbrance),
    )


def _of_encumbrance(encumbrance: Encumbrance) -> dict[str, Private]:
    """Kind and holder; one without a holder looks the same as one with."""
    holder = encumbrance.holder
    return {
        "encumbrance": Private(encumbrance.kind),
        "holder": _party(holder) if holder else Private("null"),
    }


def merged(duplicate: Work, into: Work) -> LogQueued:
    """A number leads to another one from now on."""
    return queue_fact(
        kind="work.merged", work=duplicate, at=db_now(), told={"into": str(into.number)}
    )


def _holder(party: Party, numerator: int, denominator: int) -> Private:
    return _party(party, share=f"{numerator}/{denominator}")


def _party(party: Party, **more: str) -> Private:
    named = {"party": party.pk, "name": party.name, **more}
    return Private(canonical_json(named).decode(), party)


# ------------------------------------------------------------------ showing, copying, forgetting


@transaction.atomic(durable=True)
def disclose(*, actor: User, ticket: int, member: str, purpose: str = "") -> Disclosed:
    """The value behind a commitment, with its salt, for who may see the work's private data.

    Looking at what names another person is written down with its purpose. Raises `NotAllowed`,
    `NotKept`, `Invalid` (no purpose).
    """
    found = (
        LogSecret.objects.filter(ticket=ticket, member=member)
        .select_related("work", "party")
        .first()
    )
    if found is None:
        if not actor.has_perm("catalog.review_desk"):
            raise NotAllowed(rule=PERSONAL_RULE)
        raise NotKept()
    if not actor.has_perm("catalog.view_private", found.work):
        raise NotAllowed(rule=PERSONAL_RULE)
    party = found.party
    if party and (party.user_id or party.organisation_id) and party.user_id != actor.pk:
        words = " ".join(purpose.split())
        if not 0 < len(words) <= 200:
            raise Invalid(
                fields={"purpose": _("请写明为什么要看，不超过200个字。")},
                rule="privacy.consent_per_purpose",
            )
        PersonalDataAccess.objects.create(
            actor=actor, user_id=party.user_id, organisation_id=party.organisation_id,
            fields=[f"log/{ticket}/{member}"], purpose=words, request_id=request_id()[:64],
        )  # fmt: skip
    salt = bytes(found.salt)
    return Disclosed(member, found.value, salt, commit(found.value, salt))


def secrets_of(user: User) -> list[LogSecret]:
    """What the log's commitments say of this person, for his copy."""
    return list(LogSecret.objects.filter(party__user=user).select_related("work").order_by("pk"))


def forget(user: User) -> int:
    """Throw away salts and values that name the person; their entries prove nothing any more."""
    return LogSecret.objects.filter(party__user=user).delete()[0]
