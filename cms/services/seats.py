"""Ticket types and quotas of a programme: what one books, and how many places there are.

A quota never gets smaller than what is taken of it; whoever waits is told when it gets larger.
Events rules §2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from artmarket.accounts.models import User
from artmarket.core.clock import db_now
from artmarket.core.errors import Invalid, NotAllowed, WrongState
from artmarket.core.events import record_event, snapshot

from .. import hooks
from .. import planning_citations as citations
from ..enums import HOLDING_SEATS, BookingMode, ProgrammeState, SessionState
from ..locks import lock_programme, lock_quotas
from ..models import Booking, Programme, Quota, Session, TicketType

NAME, NAME_EN = "座位", "Seats"  # words of the row, not of the reader's language
CURRENCIES = ("CNY",)


@dataclass(frozen=True, slots=True)
class TicketTerms:
    """One ticket type; `key` of a stored one, `price_minor` in the currency's smallest unit."""

    name: str
    name_en: str
    price_minor: int = 0
    min_age: int | None = None
    max_age: int | None = None
    is_offered: bool = True
    key: int | None = None
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class QuotaTerms:
    """Places that sessions share; `size` None: without limit; no ticket types: for all of them."""

    name: str
    name_en: str
    size: int | None
    session_ids: frozenset[int]
    ticket_type_ids: frozenset[int] = frozenset()


@transaction.atomic(durable=True)
def set_ticket_types(
    *, actor: User, programme_id: int, terms: Sequence[TicketTerms]
) -> list[TicketType]:
    """The ticket types of a programme, in this order.

    A stored one that is left out is deleted, or where somebody has booked it no longer offered.
    Raises `NotAllowed`, `WrongState` (cancelled), `Invalid` with fields `name_0`, `max_age_2`…
    """
    programme = _open_for_change(actor, programme_id)
    rows = {row.pk: row for row in programme.ticket_types.all()}
    before = [snapshot(row, _TICKET_FIELDS) for row in rows.values()]
    kept_keys = {one.key for one in terms}
    gone = [row for row in rows.values() if row.pk not in kept_keys]
    _check_tickets(terms, rows, booked={row.name for row in gone if row.bookings.exists()})
    # Names change places too: out of the way first, for the constraint looks at every row.
    for row in rows.values():
        TicketType.objects.filter(pk=row.pk).update(name=f"\x01{row.pk}")
    kept = [_stored_ticket(programme, one, n, rows) for n, one in enumerate(terms)]
    for row in gone:
        _drop_ticket(row)
    record_event(
        actor=actor, action="cms.ticket_types_set", subject=programme,
        before={"ticket_types": before},
        after={"ticket_types": [snapshot(row, _TICKET_FIELDS) for row in kept]},
    )  # fmt: skip
    return kept


_TICKET_FIELDS = (
    "name", "name_en", "price_minor", "currency", "min_age", "max_age", "is_offered",
)  # fmt: skip


def _check_tickets(
    terms: Sequence[TicketTerms], rows: dict[int, TicketType], *, booked: set[str]
) -> None:
    """`booked`: names of ticket types that are left out and stay, for somebody has them."""
    wrong: dict[str, str] = {}
    seen = set(booked)
    for n, one in enumerate(terms):
        name = one.name.strip()
        if not name:
            wrong[f"name_{n}"] = _("请填写名称。")
        elif name in seen:
            wrong[f"name_{n}"] = _("两个票种不能同名。")
        seen.add(name)
        if not one.name_en.strip():
            wrong[f"name_en_{n}"] = _("请填写英文名称。")
        if one.price_minor < 0:
            wrong[f"price_{n}"] = _("票价不能小于零。")
        if one.currency not in CURRENCIES:
            wrong[f"price_{n}"] = _("这个币种不能用。")
        if one.min_age is not None and one.max_age is not None and one.max_age < one.min_age:
            wrong[f"max_age_{n}"] = _("最高年龄不能小于最低年龄。")
        if one.key is not None and one.key not in rows:
            raise WrongState()
    if wrong:
        raise Invalid(fields=wrong)


def _stored_ticket(
    programme: Programme, one: TicketTerms, order: int, rows: dict[int, TicketType]
) -> TicketType:
    row = rows[one.key] if one.key else TicketType(programme=programme)
    for name in ("price_minor", "currency", "min_age", "max_age", "is_offered"):
        setattr(row, name, getattr(one, name))
    row.name, row.name_en, row.order = one.name.strip(), one.name_en.strip(), order
    row.save()
    return row


def _drop_ticket(row: TicketType) -> None:
    if row.bookings.exists():
        row.is_offered = False
        row.save(update_fields=["name", "is_offered"])  # its own name again
    else:
        row.delete()


@transaction.atomic(durable=True)
def set_quota(
    *, actor: User, programme_id: int, terms: QuotaTerms, quota_id: int | None = None
) -> Quota:
    """Make a quota, or change one.

    What is taken is counted anew, for other sessions may belong to it now. Raises `NotAllowed`,
    `WrongState` (cancelled, not of this programme), `Invalid` (`size` below what is taken).
    """
    programme = _open_for_change(actor, programme_id)
    rows = {row.pk: row for row in _locked_quotas(programme)}
    if quota_id is not None and quota_id not in rows:
        raise WrongState()
    quota = rows[quota_id] if quota_id else Quota(programme=programme)
    _check_quota(programme, terms)
    before = _facts(quota) if quota.pk else {}
    old_size = quota.size if quota.pk else 0
    taken = _taken(programme, terms.session_ids, terms.ticket_type_ids)
    _require_size(terms.size, taken)
    quota.name, quota.name_en = terms.name.strip(), terms.name_en.strip()
    quota.size, quota.taken = terms.size, taken
    quota.save()
    was = set(quota.sessions.values_list("pk", flat=True))
    quota.sessions.set(terms.session_ids)
    quota.ticket_types.set(terms.ticket_type_ids)
    record_event(
        actor=actor, action="cms.quota_set", subject=quota, before=before, after=_facts(quota),
        programme=programme.pk,
    )  # fmt: skip
    if _is_more(old_size, terms.size) or was - terms.session_ids:
        hooks.quota_raised(actor, quota)
    return quota


@transaction.atomic(durable=True)
def resize_quotas(*, actor: User, programme_id: int, size: int | None) -> int:
    """Give every quota of coming sessions this size; all or none. Returns how many changed.

    Raises `NotAllowed`, `WrongState` (cancelled), `Invalid` (one is below what is taken of it).
    """
    programme = _open_for_change(actor, programme_id)
    now = db_now()
    coming = set(
        Quota.objects.filter(programme=programme, sessions__starts_at__gt=now).values_list(
            "pk", flat=True
        )
    )
    rows = [row for row in _locked_quotas(programme) if row.pk in coming and row.size != size]
    _require_size(size, max((row.taken for row in rows), default=0))
    for row in rows:
        old, row.size = row.size, size
        row.save(update_fields=["size"])
        record_event(
            actor=actor, action="cms.quota_set", subject=row, before={"size": old},
            after={"size": size}, programme=programme.pk,
        )  # fmt: skip
        if _is_more(old, size):
            hooks.quota_raised(actor, row)
    programme.seats = size
    programme.save(update_fields=["seats"])
    return len(rows)


@transaction.atomic(durable=True)
def remove_quota(*, actor: User, quota_id: int) -> None:
    """Take away a quota that nobody has places of. Raises `NotAllowed`, `WrongState`, `Invalid`."""
    found = Quota.objects.filter(pk=quota_id).values_list("programme", flat=True).first()
    if found is None:
        raise WrongState()
    programme = _open_for_change(actor, found)
    quota = next((row for row in _locked_quotas(programme) if row.pk == quota_id), None)
    if quota is None:
        raise WrongState()
    if quota.taken:
        raise Invalid(
            _("这份名额已占%(n)s个，不能删去。") % {"n": quota.taken},
            rule=citations.NEVER_BELOW_TAKEN,
        )
    if programme.state != ProgrammeState.DRAFT and programme.booking != BookingMode.NONE:
        others = Quota.objects.filter(sessions=OuterRef("pk")).exclude(pk=quota_id)
        coming = Session.objects.filter(quotas=quota, starts_at__gt=db_now())
        if coming.filter(~Exists(others)).exists():
            raise Invalid(_("有的场次只有这一份名额，不能删去。"), rule=citations.OPENING)
    record_event(
        actor=actor, action="cms.quota_removed", subject=quota, before=_facts(quota),
        programme=programme.pk,
    )  # fmt: skip
    quota.delete()


def give_quotas(programme: Programme, rows: Sequence[Session]) -> None:
    """A quota of its own for each of these sessions, as large as the programme or the room says.

    None where one does not book. Inside the caller's transaction, under the programme's lock.
    """
    if programme.booking == BookingMode.NONE or not rows:
        return
    quotas = Quota.objects.bulk_create(
        Quota(programme=programme, name=NAME, name_en=NAME_EN, size=size_for(programme, row))
        for row in rows
    )
    through: Any = Quota.sessions.through
    through.objects.bulk_create(
        through(quota_id=quota.pk, session_id=row.pk)
        for quota, row in zip(quotas, rows, strict=True)
    )


def give_missing_quotas(programme: Programme) -> None:
    """A quota for each coming session that has none; see `give_quotas`."""
    rows = programme.sessions.filter(quotas=None, starts_at__gt=db_now()).select_related("room")
    give_quotas(programme, list(rows.exclude(state=SessionState.CANCELLED)))


def size_for(programme: Programme, row: Session) -> int | None:
    """How many places a new session has: what the programme says, else what its room holds."""
    if programme.seats is not None:
        return programme.seats
    return row.room.capacity if row.room else None


def drop_unused_quotas(programme: Programme) -> None:
    """Delete quotas that no session is left of; their sessions were dropped without bookings."""
    Quota.objects.filter(programme=programme, sessions=None, taken=0).delete()


def _open_for_change(actor: User, programme_id: int) -> Programme:
    if not actor.has_perm("cms.plan"):
        raise NotAllowed()
    programme = lock_programme(pk=programme_id)
    if programme.state == ProgrammeState.CANCELLED:
        raise WrongState(_("活动已取消，不能再改。"))
    return programme


def _locked_quotas(programme: Programme) -> list[Quota]:
    """All quotas: a booking holds one of them at least, so that none is made meanwhile."""
    return lock_quotas(pks=list(programme.quotas.values_list("pk", flat=True)))


def _check_quota(programme: Programme, terms: QuotaTerms) -> None:
    wrong = {}
    if not terms.name.strip():
        wrong["name"] = _("请填写名称。")
    if not terms.name_en.strip():
        wrong["name_en"] = _("请填写英文名称。")
    if not terms.session_ids:
        wrong["sessions"] = _("请选择至少一场。")
    if wrong:
        raise Invalid(fields=wrong)
    sessions = programme.sessions.filter(pk__in=terms.session_ids).count()
    types = programme.ticket_types.filter(pk__in=terms.ticket_type_ids).count()
    if sessions != len(terms.session_ids) or types != len(terms.ticket_type_ids):
        raise WrongState()


def _taken(programme: Programme, sessions: frozenset[int], types: frozenset[int]) -> int:
    rows = Booking.objects.filter(
        programme=programme, state__in=HOLDING_SEATS, session__in=sessions
    )
    if types:
        rows = rows.filter(ticket_type__in=types)
    return rows.aggregate(n=Sum("places"))["n"] or 0


def _require_size(size: int | None, taken: int) -> None:
    if size is not None and size < taken:
        words = _("已占%(n)s个，名额不能比这少。") % {"n": taken}
        raise Invalid(fields={"size": words}, code="below_taken", rule=citations.NEVER_BELOW_TAKEN)


def _is_more(old: int | None, new: int | None) -> bool:
    return old is not None and (new is None or new > old)


def _facts(quota: Quota) -> dict[str, Any]:
    return {
        "name": quota.name, "size": quota.size,
        "sessions": sorted(quota.sessions.values_list("pk", flat=True)),
        "ticket_types": sorted(quota.ticket_types.values_list("pk", flat=True)),
    }  # fmt: skip
