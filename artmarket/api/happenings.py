"""Events of the registry as the outside hears of them: the public feed and the webhooks.

One event is told as the history page of its work tells it to the same reader; offers are told of
their work. What is not public reaches only who may see the work's private data.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

from artmarket.core.models import Event
from artmarket.core.rest.paging import own_url
from catalog import representation, selectors
from catalog.engine.numbers import format_number
from catalog.models import Work

WORK: Final = Work._meta.label_lower
_BATCHES: Final = 5


def kinds() -> list[str]:
    """Every kind of event that can be asked for."""
    return sorted(selectors.ACTIONS)


def public_kinds() -> frozenset[str]:
    """Those that everybody may hear of, as far as the work is public."""
    return frozenset(selectors.PUBLIC_ACTIONS)


def work_id_of(event: Event) -> int | None:
    """The work that the event is about."""
    named = event.object_id if event.object_type == WORK else event.data.get("work")
    return int(named) if str(named or "").isdecimal() else None


def works_of(events: Iterable[Event]) -> dict[int, Work]:
    """The works of these events, in one query."""
    return Work.objects.in_bulk({pk for e in events if (pk := work_id_of(e)) is not None})


def told(event: Event, work: Work, *, is_private: bool) -> dict[str, Any] | None:
    """The event for the public (of a public work), or for whoever may see the work's private data.

    None when this reader does not hear of it.
    """
    if not is_private and not ((work.is_public and work.number) or work.is_open_data):
        return None
    change = selectors.change_for(event, work, is_private=is_private)
    if change is None:
        return None
    body = representation.change(change)
    if event.object_type != WORK and not is_private:
        body["reason"] = ""  # why a seller takes his offer back stands on no page
    return body | {"work": _named(work)}


def public_page(
    *, after: int | None, limit: int, actions: Collection[str]
) -> tuple[list[dict[str, Any]], int | None]:
    """Public events, newest first, and the cursor of the next page.

    Events of works that are not public are passed over; a page may be shorter than `limit`.
    """
    wanted = public_kinds() & set(actions) if actions else public_kinds()
    found: list[dict[str, Any]] = []
    for _batch in range(_BATCHES):
        rows = Event.objects.filter(action__in=wanted).prefetch_related("actor").order_by("-pk")
        if after is not None:
            rows = rows.filter(pk__lt=after)
        batch = list(rows[: limit + 1])
        works = works_of(batch)
        for event in batch[:limit]:
            after = event.pk
            work = works.get(work_id_of(event) or 0)
            body = told(event, work, is_private=False) if work else None
            if body:
                found.append(body)
            if len(found) == limit:
                break
        if len(batch) <= limit and (not batch or after == batch[-1].pk):
            return found, None
        if len(found) == limit:
            break
    return found, after


def _named(work: Work) -> dict[str, Any]:
    return {
        "id": work.pk,
        "number": format_number(work.number) if work.number else None,
        "title": work.title,
        "title_en": work.title_en,
        "url": own_url(work.get_absolute_url()),
    }
