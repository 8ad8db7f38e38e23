"""Places of quotas under their locks: which a booking touches, is there room, take, give back.

Every change of a booking holds its programme and then all quotas of the programme, in the order of
their keys: what is read of them stands until the commit, whoever else books, cancels or plans. The
caller has a transaction. `Quota.taken` is changed here and nowhere else. Events rules §2.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum

from artmarket.core.clock import db_now

from ..booking.refusals import Full
from ..engine import seats as engine
from ..enums import SessionState
from ..locks import lock_programme, lock_quotas
from ..models import Booking, Programme, Quota


@dataclass(frozen=True, slots=True)
class Touching:
    """Which quotas sessions and ticket types have; a quota without types is for all of them."""

    by_session: Mapping[int, frozenset[int]]
    types_of: Mapping[int, frozenset[int]]

    def of(self, session_id: int, ticket_type_id: int) -> frozenset[int]:
        """The keys of the quotas that such a booking takes its places from."""
        return frozenset(
            key
            for key in self.by_session.get(session_id, ())
            if key not in self.types_of or ticket_type_id in self.types_of[key]
        )

    def wanted(self, booking: Booking) -> engine.Wanted:
        """A booking as the engine reads it."""
        return engine.Wanted(
            booking.pk, booking.places, self.of(booking.session_id, booking.ticket_type_id)
        )


def touching(programme_ids: Iterable[int]) -> Touching:
    """What the quotas of these programmes are for; two queries."""
    keys = list(programme_ids)
    by_session: dict[int, set[int]] = defaultdict(set)
    rows = Quota.sessions.through.objects.filter(quota__programme__in=keys)
    for quota, session in rows.values_list("quota", "session"):
        by_session[session].add(quota)
    types_of: dict[int, set[int]] = defaultdict(set)
    types = Quota.ticket_types.through.objects.filter(quota__programme__in=keys)
    for quota, ticket_type in types.values_list("quota", "tickettype"):
        types_of[quota].add(ticket_type)
    return Touching(
        {key: frozenset(found) for key, found in by_session.items()},
        {key: frozenset(found) for key, found in types_of.items()},
    )


def as_engine(quotas: Iterable[Quota]) -> dict[int, engine.Quota]:
    """Quotas as the engine reads them."""
    return {row.pk: engine.Quota(row.pk, row.size, row.taken) for row in quotas}


@dataclass(slots=True)
class Held:
    """A programme and all of its quotas under their locks, and the time in the lock."""

    programme: Programme
    quotas: dict[int, Quota]
    touching: Touching
    now: datetime

    def keys_of(self, booking: Booking) -> frozenset[int]:
        """The quotas that a booking touches."""
        return self.touching.of(booking.session_id, booking.ticket_type_id)

    def blocking(self, wanted: engine.Wanted) -> list[int]:
        """The quotas that have no room for a wish, whoever else waits."""
        return engine.blocking(wanted, as_engine(self.quotas.values()))

    def turns(self, waiting: Sequence[Booking]) -> list[int]:
        """The keys of the waiting whose turn it is, in order."""
        wanted = [self.touching.wanted(row) for row in waiting]
        return engine.promotions(wanted, as_engine(self.quotas.values()))

    def line(self) -> list[Booking]:
        """Who waits for sessions that are still to come and take place, first come first."""
        rows = Booking.objects.in_line().filter(
            programme=self.programme, session__starts_at__gt=self.now
        )
        rows = rows.exclude(session__state=SessionState.CANCELLED)
        return list(rows.select_related("session"))

    def is_next(self, wanted: engine.Wanted, waiting: Sequence[Booking]) -> bool:
        """Whether a newcomer gets places now, and passes nobody who waits for the same ones."""
        line = [*(self.touching.wanted(row) for row in waiting), wanted]
        return wanted.key in engine.promotions(line, as_engine(self.quotas.values()))

    def take(self, keys: Iterable[int], places: int) -> None:
        """Take places out of these quotas. Raises `Full`: the database's constraint is the last
        check."""
        for key in sorted(keys):
            quota = self.quotas[key]
            quota.taken += places
            try:
                with transaction.atomic():
                    quota.save(update_fields=["taken"])
            except IntegrityError as error:
                raise Full() from error

    def give_back(self, keys: Iterable[int], places: int) -> None:
        """Give places back to these quotas."""
        self.take(keys, -places)


def hold(programme_id: int) -> Held:
    """Lock the programme, then its quotas in order. Raises `WrongState` (there is none), `Busy`."""
    programme = lock_programme(pk=programme_id)
    keys = Quota.objects.filter(programme=programme_id).order_by("pk").values_list("pk", flat=True)
    quotas = {row.pk: row for row in lock_quotas(pks=list(keys))}
    return Held(programme, quotas, touching([programme_id]), db_now())


def counted(programme_ids: Iterable[int] | None = None) -> dict[int, int]:
    """What each quota should have taken, from the bookings that hold places; three queries.

    For the audit, and for whoever changes what a quota is for. None: of all programmes.
    """
    rows = Booking.objects.holding()
    quotas = Quota.objects.all()
    if programme_ids is not None:
        keys = list(programme_ids)
        rows, quotas = rows.filter(programme__in=keys), quotas.filter(programme__in=keys)
    found = dict.fromkeys(quotas.values_list("pk", flat=True), 0)
    sums = rows.order_by().values("programme", "session", "ticket_type").annotate(s=Sum("places"))
    made = list(sums)
    touched = touching({row["programme"] for row in made})
    for row in made:
        for key in touched.of(row["session"], row["ticket_type"]):
            found[key] += row["s"]
    return found
