"""The waiting list as people read it: who stands where, and what holds him back.

Computed by the engine that promotes, from the rows as they stand, so that the waiting, the operator
and the job have one reason. Events rules §2.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..booking import terms
from ..booking.wording import blocked_words, next_words
from ..engine import seats as engine
from ..enums import SessionState
from ..models import Booking, Programme, Quota
from ..services.quotas import Touching, as_engine, touching


@dataclass(frozen=True, slots=True)
class Place:
    """Where one of the waiting stands among those who wait for the same places, from 1; the quotas
    that hold him back; and both in words."""

    position: int
    blocked: tuple[Quota, ...]
    why: str
    next: str


class Line:
    """The waiting list of a programme, and what its quotas have left for a newcomer."""

    def __init__(
        self, programme: Programme, quotas: Iterable[Quota], touched: Touching,
        waiting: Iterable[Booking], now: datetime,
    ) -> None:  # fmt: skip
        self.programme, self.touched = programme, touched
        self.quotas = {row.pk: row for row in quotas}
        self.waiting = [row for row in waiting if terms.can_be_given(programme, row, now)]
        wanted = [touched.wanted(row) for row in self.waiting]
        found = engine.standings(wanted, as_engine(self.quotas.values()))
        self._blocked = {key: one.blocked_by for key, one in found.items()}
        self._awaited = {key for held in self._blocked.values() for key in held}
        self._given: dict[int, int] = defaultdict(int)
        for one in wanted:
            if not self._blocked[one.key]:
                for key in one.quotas:
                    self._given[key] += one.places

    def place_of(self, booking: Booking) -> Place | None:
        """Where a booking stands, or None where it does not wait."""
        if booking.pk not in self._blocked:
            return None
        own = self.touched.of(booking.session_id, booking.ticket_type_id)
        position = 1
        for row in self.waiting:
            if row.pk == booking.pk:
                break
            position += bool(own & self.touched.of(row.session_id, row.ticket_type_id))
        blocked = [self.quotas[key] for key in self._blocked[booking.pk]]
        return Place(
            position, tuple(blocked), blocked_words(blocked),
            next_words(self.programme, booking, is_free=not blocked),
        )  # fmt: skip

    def people(self, session_id: int) -> int:
        """How many people wait for a session."""
        return sum(row.places for row in self.waiting if row.session_id == session_id)

    def left(self, session_id: int, ticket_type_id: int) -> int | None:
        """How many places a newcomer finds, who passes nobody; None: without limit."""
        keys = self.touched.of(session_id, ticket_type_id)
        if keys & self._awaited:
            return 0
        sized = [row for key in keys if (row := self.quotas[key]).size is not None]
        return min(
            (max((row.size or 0) - row.taken - self._given[row.pk], 0) for row in sized),
            default=None,
        )


def line_of(programme: Programme, *, now: datetime) -> Line:
    """The waiting list of a programme as it stands; four queries."""
    waiting = (
        Booking.objects.in_line()
        .filter(programme=programme, session__starts_at__gt=now)
        .exclude(session__state=SessionState.CANCELLED)
        .select_related("session")
    )
    quotas = Quota.objects.filter(programme=programme)
    return Line(programme, quotas, touching([programme.pk]), waiting, now)
