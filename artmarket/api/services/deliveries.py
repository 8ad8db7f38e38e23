"""Webhooks on their way: from the event table to deliveries, and from there to the receivers.

Every event is delivered at least once, under one id; to one endpoint in the order of the events,
because only the oldest that waits is sent. The call goes out between two transactions.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Min
from django.utils import translation

from artmarket import rulebook
from artmarket.accounts.models import User
from artmarket.api import happenings, sending
from artmarket.api.capacity import acting
from artmarket.api.engine import signing
from artmarket.api.enums import DeliveryState, OffReason
from artmarket.api.models import Cursor, Delivery, Endpoint
from artmarket.core.clock import db_now
from artmarket.core.models import Event
from artmarket.core.tail import Place, advance
from catalog.models import Work

from .endpoints import TEST_KIND, switch_off

log = structlog.get_logger(__name__)
RETRY_RULE = "api.webhook_retry_seconds"
DEAD_RULE = "api.webhook_off_after_days"
CURSOR = "webhooks"
STRETCH = 2_000
AT_A_TIME = 16
BUDGET_SECONDS = 30
# Longer than one attempt can take; a process that dies in between leaves the delivery to the next.
LEASE = timedelta(minutes=2)
GONE = 410


@dataclass(frozen=True, slots=True)
class Letter:
    """One attempt, ready to go out: all that is needed without a database."""

    delivery_id: int
    url: str
    headers: dict[str, str]
    body: bytes


def run() -> str:
    """The duty: hand out what happened, send what waits, for half a minute at most."""
    made, sent = fan_out(), 0
    until = time.monotonic() + BUDGET_SECONDS
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        while time.monotonic() < until and (letters := claim(AT_A_TIME)):
            for letter, outcome in zip(letters, pool.map(_send, letters), strict=True):
                settle(delivery_id=letter.delivery_id, outcome=outcome)
            sent += len(letters)
    return f"{made} handed out, {sent} attempts"


def fan_out() -> int:
    """Make a delivery for every endpoint that hears of an event; nothing is lost or doubled."""
    total = 0
    while (made := _stretch()) is not None:
        total += made
    return total


def claim(limit: int) -> list[Letter]:
    """The oldest waiting delivery of each endpoint that is due, signed, under a lease."""
    letters: list[Letter] = []
    for pk in _due(limit):
        letter = _prepared(pk)
        if letter is not None:
            letters.append(letter)
    return letters


def settle(*, delivery_id: int, outcome: "sending.Outcome") -> None:
    """Write down how an attempt ended; an endpoint that fails for days is switched off."""
    dead: tuple[int, OffReason] | None = None
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
        endpoint, now = delivery.endpoint, db_now()
        if delivery.state != DeliveryState.PENDING:
            return
        delivery.status, delivery.failure = outcome.status, outcome.failure[:200]
        if outcome.is_delivered:
            delivery.state, delivery.done_at = DeliveryState.DELIVERED, now
            Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)
        else:
            _put_off(delivery, now)
            since = endpoint.failing_since or now
            Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=since)
            days = timedelta(days=rulebook.get(DEAD_RULE))
            if outcome.status == GONE or now - since >= days:
                dead = (endpoint.pk, OffReason.DEAD)
        delivery.save(update_fields=["status", "failure", "state", "done_at", "next_at"])
    if dead:
        switch_off(endpoint_id=dead[0], reason=dead[1])


# ------------------------------------------------------------------ handing out


@transaction.atomic(durable=True)
def _stretch() -> int | None:
    """Hand out the next settled stretch of events; None when there is none."""
    row = _locked_cursor()
    place, keys = advance(Place(row.done, row.upto, row.horizon))
    if keys:
        upto = min(keys[-1], keys[0] + STRETCH - 1)
        made = _deliver(range(keys[0], upto + 1))
        # The rest of the stretch is settled too: it keeps its end and an old horizon.
        row.done, row.upto, row.horizon = upto, keys[-1], 0
        row.save()
        return made
    row.done, row.upto, row.horizon = place.done, place.upto, place.horizon
    row.save()
    return None


def _locked_cursor() -> Cursor:
    if not Cursor.objects.filter(name=CURSOR).exists():
        # The first time: what happened before there were webhooks is nobody's news.
        last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        Cursor.objects.get_or_create(name=CURSOR, defaults={"done": last, "upto": last})
    return Cursor.objects.select_for_update().get(name=CURSOR)


def _deliver(keys: range) -> int:
    endpoints = list(Endpoint.objects.filter(off_at__isnull=True, removed_at__isnull=True))
    if not endpoints:
        return 0
    events = list(
        Event.objects.filter(
            pk__gte=keys.start, pk__lt=keys.stop, action__in=happenings.kinds()
        ).order_by("pk")
    )
    if not events:
        return 0
    works = happenings.works_of(events)
    readers = {endpoint.pk: acting(endpoint) for endpoint in endpoints}
    rows = []
    for event in events:
        work = works.get(happenings.work_id_of(event) or 0)
        if work is None:
            continue
        rows += [
            Delivery(endpoint=endpoint, event=event, uid=uuid4(), kind=event.action)
            for endpoint in endpoints
            if (not endpoint.kinds or event.action in endpoint.kinds)
            and event.at >= endpoint.made_at
            and _hears(readers[endpoint.pk], event, work)
        ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _hears(reader: User | None, event: Event, work: Work) -> bool:
    """Whether this reader may be told. A reader who is over is told nothing (see `_prepared`)."""
    if reader is None:
        return False
    if event.action in happenings.public_kinds() and work.is_public and work.number:
        return True
    return reader.has_perm("catalog.view_private", work)


# ------------------------------------------------------------------ sending


def _due(limit: int) -> list[int]:
    oldest = (
        Delivery.objects.filter(
            state=DeliveryState.PENDING,
            endpoint__off_at__isnull=True,
            endpoint__removed_at__isnull=True,
        )
        .values("endpoint")
        .annotate(first=Min("pk"))
        .values("first")
    )
    due = Delivery.objects.filter(pk__in=oldest, next_at__lte=db_now()).order_by("next_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def _prepared(pk: int) -> Letter | None:
    """Take the lease on one delivery and write its letter; None when another process has it."""
    over: int | None = None
    with transaction.atomic():
        now = db_now()
        won = Delivery.objects.filter(pk=pk, state=DeliveryState.PENDING, next_at__lte=now)
        if not won.update(next_at=now + LEASE):
            return None
        delivery = Delivery.objects.select_related("endpoint__owner", "event").get(pk=pk)
        endpoint = delivery.endpoint
        reader = acting(endpoint)
        body = _body(delivery, reader) if reader else None
        if reader is None:
            over = endpoint.pk
        elif body is None:
            _drop(delivery, now)
        else:
            delivery.attempts += 1
            delivery.body = body
            delivery.save(update_fields=["attempts", "body"])
    if over is not None:
        switch_off(endpoint_id=over, reason=OffReason.CAPACITY)
    if body is None:
        return None
    raw = body.encode()
    secrets = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until and endpoint.old_secret_until > now:
        secrets.append(endpoint.old_secret)
    headers = signing.headers(secrets, delivery.message_id, int(now.timestamp()), raw)
    return Letter(pk, endpoint.url, headers, raw)


def _body(delivery: Delivery, reader: User) -> str | None:
    """The message as this reader may know it now; None when he may not any more."""
    message: dict[str, Any] = {
        "type": delivery.kind,
        "timestamp": delivery.made_at,
        "data": {},
    }
    if delivery.kind != TEST_KIND:
        event = delivery.event
        work = Work.objects.filter(pk=happenings.work_id_of(event) or 0).first() if event else None
        if event is None or work is None:
            return None
        is_private = reader.has_perm("catalog.view_private", work)
        with translation.override(reader.language):
            data = happenings.told(event, work, is_private=is_private)
        if data is None:
            return None
        message |= {"timestamp": event.at, "data": data}
    return json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def _drop(delivery: Delivery, now: datetime) -> None:
    delivery.state, delivery.failure, delivery.done_at = DeliveryState.FAILED, "not_yours", now
    delivery.save(update_fields=["state", "failure", "done_at"])


def _put_off(delivery: Delivery, now: datetime) -> None:
    """The next attempt by the rule book's waits; failed for good after the last."""
    waits = rulebook.get(RETRY_RULE)
    if delivery.attempts > len(waits):
        delivery.state, delivery.done_at = DeliveryState.FAILED, now
        return
    delivery.next_at = now + timedelta(seconds=waits[delivery.attempts - 1])


def _send(letter: Letter) -> "sending.Outcome":
    return sending.post(letter.url, letter.headers, letter.body)
