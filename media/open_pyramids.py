"""The pyramid of a picture that everybody may see, by one query.

The query's words are made once per process, because making them costs more than the answer; what
they ask is asked anew each time, so a picture that is sealed is closed at the next request.
"""

from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q

from .enums import PyramidState
from .models import Image, Pyramid
from .permissions import Condition, open_conditions

# Numbers and words only: they come from every database as they are.
FACTS: Final = ("id", "image_id", "state", "path", "width", "height", "turn", "size", "sha256")
_ANY_UUID: Final = UUID(int=0)


def open_pyramid(uuid: UUID) -> Pyramid | None:
    """The finished pyramid of a picture that everybody may see; None says nothing about why."""
    conditions = open_conditions()
    if not conditions:
        return None
    words, values = _statement(conditions, connection.vendor)
    place, asked = _stored(_ANY_UUID), _stored(uuid)
    with connection.cursor() as cursor:
        cursor.execute(words, [asked if value == place else value for value in values])
        found = cursor.fetchone()
    return Pyramid.from_db(connection.alias, FACTS, found) if found else None


@lru_cache(maxsize=8)
def _statement(conditions: tuple[Condition, ...], vendor: str) -> tuple[str, Sequence[Any]]:
    """SQL and its values, `_ANY_UUID` in the place of the picture's."""
    shown = reduce(or_, (Q(condition()) for condition in conditions))
    rows = Image.objects.filter(shown, uuid=_ANY_UUID, pyramid__state=PyramidState.READY)
    return rows.values_list(*(f"pyramid__{name}" for name in FACTS)).query.sql_with_params()


def _stored(uuid: UUID) -> Any:
    """The value as this database is given it."""
    return Image._meta.get_field("uuid").get_db_prep_value(uuid, connection)
