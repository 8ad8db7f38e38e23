"""Write one event in the transaction of the change it tells of.

`diff` gives the before/after pair of exactly the fields that changed. Personal data that a
reader of the audit trail may not see is never put here.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from .models import Event
from .request_context import request_id
from .statements import Insert, write

_bells: list[tuple[str, Callable[[], object]]] = []


def ring_after_commit(object_type: str, bell: Callable[[], object]) -> None:
    """Call `bell` after each commit that wrote an event about such objects ("auctions.lot").

    It may be missed when the process dies, and must not fail or take long: nothing may depend on
    it but the delay of a reader who also asks by himself.
    """
    _bells.append((object_type, bell))


def record_event(
    *,
    actor: Any,
    action: str,
    subject: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **data: Any,
) -> Event:
    """Append an event about `subject` by `actor` (None: the platform itself).

    Raises RuntimeError outside a transaction: an event without its change, or a change without
    its event, must not be possible.
    """
    event = event_of(
        actor=actor, action=action, subject=subject, before=before, after=after, **data
    )
    return record_events([event])[0]


def record_events(events: Sequence[Event]) -> list[Event]:
    """Append several events in one statement; see `record_event`."""
    if events:
        write(appended(events))
    return list(events)


def appended(events: Sequence[Event]) -> Insert:
    """The step that appends several events, to be written together with their change."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of its change")
    for object_type, bell in _bells:
        if any(event.object_type == object_type for event in events):
            transaction.on_commit(bell, robust=True)
    return Insert(events)


def event_of(
    *,
    actor: Any,
    action: str,
    subject: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    **data: Any,
) -> Event:
    """An event that is not written yet."""
    return Event(
        actor=actor if getattr(actor, "pk", None) else None,
        action=action,
        object_type=subject._meta.label_lower,
        object_id=str(subject.pk),
        before=plain(before or {}),
        after=plain(after or {}),
        data=plain(data),
        request_id=request_id(),
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON-able copy: dates as ISO text, decimals as text, lazy words as words."""
    return json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder, default=str))


def snapshot(instance: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The values of these fields as they stand (foreign keys by their key)."""
    values = {}
    for name in fields:
        field: Any = instance._meta.get_field(name)
        values[name] = field.value_from_object(instance)
    return plain(values)


def diff(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keep only what differs between two snapshots."""
    changed = [k for k in {*before, *after} if before.get(k) != after.get(k)]
    return (
        {k: before.get(k) for k in sorted(changed)},
        {k: after.get(k) for k in sorted(changed)},
    )
