"""Read the tail of the event table without a gap.

Keys are drawn before the commit: an event with a smaller key may become visible later than one with
a larger. A reader that only remembers the largest key would miss it. So a stretch of the table is
given out only when every transaction that ran when its end was marked is over.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from .models import Event


@dataclass(frozen=True, slots=True)
class Place:
    """Events up to `done` are read; those up to `upto` are settled once no transaction older than
    `horizon` runs any more."""

    done: int = 0
    upto: int = 0
    horizon: int = 0


def advance(place: Place) -> tuple[Place, range]:
    """The new place, and the keys of the events that may be read now (perhaps none).

    Two rounds are needed while others write; with nobody writing one is enough. On SQLite, where
    one writer follows the other, everything visible is settled.
    """
    if place.upto <= place.done:
        place = _marked(place)
    if place.upto <= place.done or not _is_settled(place):
        return place, range(0)
    return Place(place.upto, place.upto), range(place.done + 1, place.upto + 1)


def _marked(place: Place) -> Place:
    # The end first, the horizon after it: whoever drew a smaller key ran before the horizon.
    upto = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    horizon = _number("SELECT pg_snapshot_xmax(pg_current_snapshot())")
    return Place(place.done, max(upto, place.done), horizon)


def _is_settled(place: Place) -> bool:
    if connection.vendor != "postgresql":
        return True
    return _number("SELECT pg_snapshot_xmin(pg_current_snapshot())") >= place.horizon


def _number(sql: str) -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(str(cursor.fetchone()[0]))
